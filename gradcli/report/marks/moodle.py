"""Marks for Moodle: its grading worksheet filled in, or a plain table for its import of grades.

Moodle refuses a whole import for one unknown user, one text that is no number or one mark above the maximum. So
everything is checked before anything is written, and all that is wrong is named at once.
"""

from __future__ import annotations

import csv
import html
import io
import math
from collections.abc import Iterable, Sequence
from typing import Literal

from gradcli.language import GradcliError
from gradcli.report.charset import harmless, visible
from gradcli.report.marks.feedback import clipped, note_lines, result_line, verdict_line
from gradcli.report.marks.gradebook import Book, Filled, Matches, Person, key, match, number, points, read_book
from gradcli.report.marks.tabular import text_cell
from gradcli.report.marks.words import Record, score

Key = Literal["username", "email", "idnumber"]
"""What names a user in a plain table."""

_NEEDED = ("Identifier", "Grade", "Last modified (grade)")  # without one of these Moodle refuses a worksheet
_IDENTITIES = ("Identifier", "Email address", "Username", "ID number")
_FEEDBACK = "Feedback comments"

LONGEST_LINE = 1000
LONGEST_FEEDBACK = 30_000
"""Characters of a line and of the whole feedback: a cell of a spreadsheet holds 32,767."""

_PARTICIPANT = "participant"


def worksheet(
    records: Iterable[Record], exported: str | None = None, *, by: Key = "username", maximum: float | None = None
) -> Filled:
    """A table that Moodle imports.

    Feedback is text in HTML, which is how Moodle reads it: signs of HTML in it are written out.

    Args:
        records: the submissions of a class.
        exported: the assignment's grading worksheet (CSV) to fill in; without it a plain table is made.
        by: what the students' identities are, in a plain table.
        maximum: the most points that Moodle takes, in a plain table; the homework's own if it is not named.

    Raises:
        GradcliError: Moodle would refuse the table; each mark that is at fault is named.
    """
    kept = list(records)
    return _plain(kept, by, maximum) if exported is None else _filled(kept, read_book(exported, "Moodle"))


def _filled(records: Sequence[Record], book: Book) -> Filled:
    header = [cell.strip() for cell in book.rows[0]]
    missing = [name for name in _NEEDED if name not in header]
    if missing:
        raise GradcliError("bad-gradebook", f"this is no grading worksheet of Moodle: it has no column '{missing[0]}'",
                           hint="download it in English: Submissions, Actions, Download grading worksheet")  # fmt: skip
    place = {name: header.index(name) for name in header}
    students = book.rows[1:]
    identities = [place[name] for name in _IDENTITIES if name in place]
    people = [Person(_identities([row[column] for column in identities]), _cell(row, place, "Full name"))
              for row in students]  # fmt: skip
    found = match(records, people)
    notes = list(found.notes)
    most = {at: number(_cell(students[at], place, "Maximum Grade")) for at in found.graded}
    offenders = _undecided(records, found, "its student is not in the worksheet")
    offenders += [fault for at, record in found.graded.items() if (fault := _fault(record, most[at]))]
    _refuse(offenders)
    replaced, matched = 0, []
    for at, record in found.graded.items():
        row = students[at]
        if key(_cell(row, place, "Grade can be changed")) == "no":
            notes.append(f"{visible(record['file'])}: the grade is locked in Moodle, and the mark is left out")
            continue
        row[place["Grade"]] = points(record["score"])
        matched.append(visible(record["file"]))
        if _FEEDBACK in place:
            said = text_cell(feedback(record))
            replaced += row[place[_FEEDBACK]] not in ("", said)
            row[place[_FEEDBACK]] = said
    if replaced:
        notes.append(f"feedback that stood in the worksheet is replaced: {replaced}")
    return Filled(book.text(book.rows), tuple(matched), (), (), tuple(notes))


def _plain(records: Sequence[Record], by: Key, maximum: float | None) -> Filled:
    """Students as they are named in the records; nobody else is known."""
    names = dict.fromkeys(key(record["student"]) for record in records if record["student"])
    named = {name: record["student"].strip() for record in records if (name := key(record["student"] or ""))}
    found = match([{**record, "name": None} for record in records], [Person((name,), "") for name in names])
    offenders = _undecided(records, found, "it is not known whose it is")
    offenders += [fault for record in found.graded.values() if (fault := _fault(record, maximum))]
    users = {at: named[name] for at, name in enumerate(names) if at in found.graded}
    offenders += [f"{visible(found.graded[at]['file'])}: '{visible(user)}' is no {by}" for at, user in users.items()
                  if text_cell(user) != user or not all(map(harmless, user))]  # fmt: skip
    _refuse(offenders)
    out = io.StringIO()
    table = csv.writer(out, lineterminator="\n")
    table.writerow([by, "grade", "feedback"])
    for at, user in users.items():
        record = found.graded[at]
        table.writerow([user, points(record["score"]), text_cell(feedback(record))])
    matched = tuple(visible(record["file"]) for record in found.graded.values())
    return Filled(out.getvalue(), matched, (), (), found.notes)


def feedback(record: Record) -> str:
    """What a student reads in Moodle: how it ended, then each answer that is not right, as HTML."""
    lines = [result_line(record)]
    for problem in record["problems"]:
        lines += [visible(f"{problem['id']}: {answer['name']}: ") + verdict_line(answer)
                  for answer in problem["answers"] if answer["state"] != "correct"]  # fmt: skip
    out = ""
    for line in (html.escape(clipped(line, LONGEST_LINE)) for line in [*lines, *note_lines(record)]):
        if len(out) + len(line) > LONGEST_FEEDBACK:
            return out + "<br>…"
        out += ("<br>" if out else "") + line
    return out


def _identities(cells: Iterable[str]) -> tuple[str, ...]:
    """What names a person; of "Participant 1234" the number alone as well, which is all a folder's name holds."""
    found = list(cells)
    word, _, its = found[0].strip().rpartition(" ")
    return (*found, its) if key(word) == _PARTICIPANT else tuple(found)


def _cell(row: Sequence[str], place: dict[str, int], name: str) -> str:
    return row[place[name]] if name in place else ""


def _undecided(records: Iterable[Record], found: Matches, unknown: str) -> list[str]:
    """Graded submissions that have no user of their own."""
    graded = {visible(record["file"]) for record in records if record["state"] == "graded"}
    said = [(file, unknown) for file in found.unmatched]
    said += [(file, "which mark counts for which student is not clear") for file in found.ambiguous]
    return [f"{file}: {why}" for file, why in said if file in graded]


def _fault(record: Record, maximum: float | None) -> str | None:
    """Why Moodle would not take the mark, or None."""
    most = record["max"] if maximum is None else maximum
    if not math.isfinite(record["score"]):
        return f"{visible(record['file'])}: the mark is not a number"
    if record["score"] > most:
        return f"{visible(record['file'])}: {score(record['score'])} is above the maximum, {score(most)}"
    return None


def _refuse(offenders: Sequence[str]) -> None:
    if offenders:
        told = f"Moodle would refuse the import, or it would not be complete: {'; '.join(offenders)}"
        raise GradcliError("bad-gradebook", told, hint="mend the roster or the worksheet, or take these files away")
