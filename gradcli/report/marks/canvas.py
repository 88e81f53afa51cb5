"""Marks into a grade book that was exported from Canvas, so that Canvas imports it again.

The rules are those of Canvas' own importer: it finds a student by ID, then by SIS User ID, then by SIS Login ID, finds
an assignment by the number in the title of its column, takes a blank mark as "remove the mark", and "Points Possible"
as a change of the assignment. So the columns that identify a student and the column of the one assignment are kept,
all cells as they were exported, and only marks are put in.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from gradcli.language import GradcliError
from gradcli.language.suggest import did_you_mean, nearest
from gradcli.report.charset import visible
from gradcli.report.marks.gradebook import Filled, Person, key, match, number, points, read_book
from gradcli.report.marks.words import Record, score

_TITLE = re.compile(r"(.*)\s\(([0-9]+)\)", re.DOTALL)
_UNPOSTED = re.compile(r"\s*(muted|manual posting.*)?\s*", re.IGNORECASE | re.DOTALL)
_IDENTITIES = ("ID", "SIS User ID", "SIS Login ID", "Integration ID")
_TOTALS = re.compile(r"(current|final) (score|points|grade)|override (score|grade|status)", re.IGNORECASE)

MOST_LISTED = 8
"""Assignments that are listed when none is named."""


def filled(
    gradebook_text: str, records: Iterable[Record], *, assignment: str | None = None, title: str | None = None
) -> Filled:
    """Fill the marks of graded submissions in; every other row stays as it was exported.

    Points are written as they are, never scaled. An excused student (EX) stays excused.

    Args:
        gradebook_text: the grade book as Canvas exports it (CSV).
        records: the submissions of a class.
        assignment: the title or the number of the assignment in Canvas.
        title: the homework's own title, which names the assignment if `assignment` does not.

    Raises:
        GradcliError: the text is no grade book of Canvas, or does not hold the assignment, or it holds several.
    """
    book = read_book(gradebook_text, "Canvas")
    header = [cell.strip() for cell in book.rows[0]]
    section = _section(header)
    possible = next((row for row in book.rows[1:] if "Points Possible" in row[0]), [""] * len(header))
    column = _assignment(header, possible, section, assignment or title)
    students = [row for row in book.rows[1:] if row is not possible and not all(map(_UNPOSTED.fullmatch, row))]
    identities = [header.index(name) for name in _IDENTITIES if name in header[:section]]
    people = [Person(tuple(row[place] for place in identities), _name(header, row)) for row in students]
    kept = list(records)
    found = match(kept, people)
    notes = list(found.notes)
    notes += _maximum(kept, number(possible[column]), header[column])
    matched = []
    for place, record in found.graded.items():
        row, file = students[place], visible(record["file"])
        now = row[column].strip().upper()
        if now in ("EX", "N/A"):
            why = "is excused" if now == "EX" else "does not have this assignment"
            notes.append(f"{file}: the student {why}, and the mark is left out")
            continue
        row[column] = points(record["score"])
        matched.append(file)
    text = book.text([*row[: section + 1], row[column]] for row in book.rows)
    return Filled(text, tuple(matched), found.ambiguous, found.unmatched, tuple(notes))


def _section(header: Sequence[str]) -> int:
    """The place of the last column that identifies a student."""
    named = header[:1] == ["Student"] or header[:2] == ["LastName", "FirstName"]
    if not named or "ID" not in header or "Section" not in header:
        raise GradcliError("bad-gradebook", "this is no grade book of Canvas: 'Student', 'ID' or 'Section' is missing",
                           hint="export it in English: Grades, Export, Export Entire Gradebook")  # fmt: skip
    return header.index("Section")


def _name(header: Sequence[str], row: Sequence[str]) -> str:
    """The name with the last name first."""
    return row[0] if header[0] == "Student" else f"{row[0]}, {row[1]}"


def _assignment(header: Sequence[str], possible: Sequence[str], section: int, wanted: str | None) -> int:
    """The place of the assignment's column: by its whole header, else by its number, else by its title."""
    offered: dict[int, tuple[str, str]] = {}
    for place in range(section + 1, len(header)):
        titled = _TITLE.fullmatch(header[place])
        if titled and "read only" not in possible[place] and not _TOTALS.search(header[place]):
            offered[place] = titled[1].strip(), titled[2]
    listed = ", ".join(header[place] for place in list(offered)[:MOST_LISTED])
    more = ", …" if len(offered) > MOST_LISTED else ""
    hint = f"its assignments are: {listed}{more}" if offered else "it has no column of an assignment"
    if wanted is None:
        if len(offered) == 1:
            return next(iter(offered))
        raise GradcliError("bad-gradebook", "which assignment of the grade book is it?", hint=hint)
    wanted = wanted.strip()
    found = [place for place in offered if header[place] == wanted]
    found = found or [place for place, (_, its) in offered.items() if its == wanted]
    found = found or [place for place, (its, _) in offered.items() if key(its) == key(wanted)]
    if len(found) == 1:
        return found[0]
    if found:
        numbers = " or ".join(offered[place][1] for place in found)
        raise GradcliError("bad-gradebook", f"several assignments have the title '{wanted}'",
                           hint=f"name one by its number: {numbers}")  # fmt: skip
    near = nearest(wanted, [its for its, _ in offered.values()])
    raise GradcliError("bad-gradebook", f"the grade book has no assignment '{wanted}'", hint=did_you_mean(near) or hint)


def _maximum(records: Sequence[Record], possible: float | None, header: str) -> list[str]:
    """A note if Canvas counts to another maximum than the homework does."""
    most = {float(record["max"]) for record in records if record["state"] == "graded"}
    if possible is None or not most or most == {possible}:
        return []
    ours = " and ".join(score(x) for x in sorted(most))
    return [f"{visible(header)} has {score(possible)} points in Canvas and {ours} here: points are written as they are"]
