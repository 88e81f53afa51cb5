"""A learning platform's exported table: read, its people found, and written back with nothing else changed."""

from __future__ import annotations

import csv
import io
import math
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from gradcli.language import GradcliError
from gradcli.report.charset import visible
from gradcli.report.marks.words import Record

_BYTE_ORDER_MARK = "\ufeff"
_DELIMITERS = ",;\t"


@dataclass(frozen=True, slots=True)
class Filled:
    """A table with marks in it, and what became of every submission; all of it can be shown as it is.

    Attributes:
        text: the table, ready to be imported.
        matched: files whose marks are in the table.
        ambiguous: files that more than one row could take, or that share a row; their rows are left as they were.
        unmatched: files whose student is not in the table.
        notes: sentences on what was decided and what was left alone.
    """

    text: str
    matched: tuple[str, ...]
    ambiguous: tuple[str, ...]
    unmatched: tuple[str, ...]
    notes: tuple[str, ...]


@dataclass(slots=True)
class Book:
    """An exported table and how it was written."""

    rows: list[list[str]]
    delimiter: str
    ending: str
    mark: str

    def text(self, rows: Iterable[Sequence[str]]) -> str:
        """Rows as the platform writes them: cells are not guarded, because they have to come back as they left."""
        out = io.StringIO()
        plain = csv.writer(out, delimiter=self.delimiter, lineterminator=self.ending)
        quoted = csv.writer(out, delimiter=self.delimiter, lineterminator=self.ending, quoting=csv.QUOTE_ALL)
        for row in rows:  # some versions of Python do not quote a carriage return on their own
            (quoted if any("\r" in cell for cell in row) else plain).writerow(row)
        return self.mark + out.getvalue()


@dataclass(frozen=True, slots=True)
class Person:
    """A row of the table: everything that names this person exactly, and the name as people read it."""

    ids: tuple[str, ...]
    name: str


@dataclass(frozen=True, slots=True)
class Matches:
    """Which submission counts for which person (by place), and what could not be decided."""

    graded: dict[int, Record]
    ambiguous: tuple[str, ...]
    unmatched: tuple[str, ...]
    notes: tuple[str, ...]


def read_book(text: str, platform: str) -> Book:
    """Read an exported table; every row gets as many cells as the header has.

    Raises:
        GradcliError: it is empty, or not a table.
    """
    mark = _BYTE_ORDER_MARK if text.startswith(_BYTE_ORDER_MARK) else ""
    body = text.removeprefix(mark)
    hint = f"export it again from {platform}, and save it as CSV in UTF-8"
    delimiter = max(_DELIMITERS, key=body.partition("\n")[0].count)  # the first of equals: a comma
    try:
        rows = [row for row in csv.reader(io.StringIO(body, newline=""), delimiter=delimiter, strict=True) if row]
    except csv.Error as error:
        raise GradcliError("bad-gradebook", f"the grade book is no CSV: {error}", hint=hint) from None
    if not rows:
        raise GradcliError("bad-gradebook", "the grade book is empty", hint=hint)
    width = len(rows[0])
    if any(len(row) > width for row in rows):
        raise GradcliError("bad-gradebook", "a row of the grade book has more cells than its header", hint=hint)
    rows = [row + [""] * (width - len(row)) for row in rows]
    return Book(rows, delimiter, "\r\n" if "\r\n" in body else "\n", mark)


def points(score: float) -> str:
    """A mark as a grade book takes it: a point, at most five decimals (as many as Moodle keeps), no exponent."""
    return f"{round(score, 5) + 0.0:.5f}".rstrip("0").rstrip(".")


def number(cell: str) -> float | None:
    """The number in a cell of the platform, with a point or a comma; None if there is none."""
    try:
        value = float(cell.strip().replace(",", "."))
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def match(records: Iterable[Record], people: Sequence[Person]) -> Matches:
    """Find the person of each submission: by what names a person exactly, else by a name that only one of them has.

    Nobody is guessed. Of several submissions of one person the only one with answers counts, else the only one of these
    that is not late; otherwise none does. A submission that is not graded is found, too, so that it is named, but
    counts for nobody.
    """
    by_id = _index(people, lambda person: {key(name) for name in person.ids})
    by_name = _index(people, lambda person: squeezed(person.name))
    claims: dict[int, list[Record]] = {}
    ambiguous: list[str] = []
    unmatched: list[str] = []
    notes: list[str] = []
    for record in records:
        if record["state"] == "missing":
            continue
        file = visible(record["file"])
        found = by_id.get(key(record["student"] or ""), set())
        if not found and record["name"]:
            found = set().union(*(by_name.get(name, set()) for name in squeezed(record["name"])))
            if len(found) == 1:
                notes.append(f"{file} is matched by name only: {visible(people[min(found)].name)}")
        if len(found) == 1:
            claims.setdefault(min(found), []).append(record)
        elif found:
            ambiguous.append(file)
            notes.append(f"{file} could belong to {len(found)} students: none of them gets its mark")
        else:
            unmatched.append(file)
    graded: dict[int, Record] = {}
    for place, several in claims.items():
        chosen = _chosen(several, notes)
        if chosen is None:
            ambiguous.extend(visible(record["file"]) for record in several)
        elif chosen["state"] == "graded":
            graded[place] = chosen
        else:
            notes.append(f"{visible(chosen['file'])} is {chosen['state']}: its student's row is left as it is")
    return Matches(graded, tuple(ambiguous), tuple(unmatched), tuple(notes))


def key(identity: str) -> str:
    """An identity as it is compared: capitals and blanks around it do not matter."""
    return unicodedata.normalize("NFC", identity).strip().casefold()


def squeezed(name: str) -> set[str]:
    """A name's letters and digits in a row, as export folders write it; of "Last, First", the other order as well."""
    parts = [_letters(part) for part in name.split(",")]
    return {"".join(parts), "".join(parts[::-1])} - {""}


def _letters(name: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKD", name).casefold() if c.isalnum())


def _index(people: Sequence[Person], names: Callable[[Person], set[str]]) -> dict[str, set[int]]:
    found: dict[str, set[int]] = {}
    for place, person in enumerate(people):
        for name in names(person) - {""}:
            found.setdefault(name, set()).add(place)
    return found


def _chosen(several: Sequence[Record], notes: list[str]) -> Record | None:
    """The submission that counts, or None if that is not clear."""
    if len(several) == 1:
        return several[0]
    files = ", ".join(visible(record["file"]) for record in several)
    answered = [record for record in several if _is_answered(record)]
    if len(answered) == 1:
        notes.append(f"{files} are of one student: {visible(answered[0]['file'])} counts, the only one with answers")
        return answered[0]
    if all(record["state"] != "graded" for record in several):
        notes.append(f"{files} are of one student, and none is graded: the row is left as it is")
        return None
    in_time = [record for record in answered or several if not record["late"]]
    if len(in_time) == 1:
        notes.append(f"{files} are of one student: {visible(in_time[0]['file'])} counts, the only one in time")
        return in_time[0]
    notes.append(f"{files} are of one student, and which of them counts is not clear: the row is left as it is")
    return None


def _is_answered(record: Record) -> bool:
    """Whether anything in it could be read and was answered: a scan beside the text file, or an empty page, is not."""
    answers = [answer for problem in record["problems"] for answer in problem["answers"]]
    return record["state"] == "graded" and (not answers or any(answer["state"] != "blank" for answer in answers))
