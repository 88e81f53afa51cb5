"""A table of answers: one row a student, as a form exports it, in CSV."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from gradcli.homework.sheets.sheet import Sheet, sheet_of_cells
from gradcli.homework.submissions.files import read_bytes, text_of
from gradcli.language import GradcliError

LARGEST_TABLE = 16 * 1024 * 1024
"""Bytes that a table may have; in a zip it is a file like any other."""

MOST_ROWS = 20_000
MOST_COLUMNS = 1_000

IDS = (
    "student id", "sid", "matriculation", "matriculation number", "matriculation no", "matrikelnummer", "identifier",
    "id", "id number", "sis user id", "sis login id", "student number", "student", "username", "user name", "login",
    "user", "email", "e mail", "email address", "e mail address", "mail",
)  # fmt: skip
"""Columns that say who it is, the surest first; as `header_of` writes them."""

NAMES = ("full name", "student name", "name")


@dataclass(frozen=True, slots=True)
class Row:
    """One row: the number of its first line, counted from 1, and its cells."""

    line: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A table of answers.

    Attributes:
        header: the names of the columns.
        rows: those that are not empty, by their line.
        student: the column that says who it is, or None.
        name: the column with the student's name, or None.
        answers: the columns that name an answer.
        ignored: names of columns that do not, each with what is wrong with it.
    """

    header: tuple[str, ...]
    rows: dict[int, Row]
    student: int | None
    name: int | None
    answers: tuple[int, ...]
    ignored: tuple[tuple[str, str], ...]

    def who(self, row: Row) -> tuple[str | None, str | None]:
        """Id and name of the student of a row, where they are given."""
        return _cell(row, self.student), _cell(row, self.name)


def table_at(path: Path, within: Path | None) -> Table:
    """The table in a file, which is read once as long as it does not change.

    Raises:
        GradcliError: it cannot be read, is too large, or no column names an answer.
    """
    try:
        status = path.lstat()
    except (OSError, ValueError):
        return _table_at(path, within, 0, 0)  # refused there
    return _table_at(path, within, status.st_mtime_ns, status.st_size)


@lru_cache(maxsize=8)
def _table_at(path: Path, within: Path | None, changed: int, size: int) -> Table:  # noqa: ARG001
    return read_table(text_of(read_bytes(path, within, LARGEST_TABLE)))


def read_table(text: str) -> Table:
    """The table that a text spells.

    Raises:
        GradcliError: it is no table, is too large, or no column names an answer.
    """
    rows = rows_of(text, "unreadable-file")
    header = tuple(cell.strip() for cell in rows[0].cells)
    named = [header_of(cell) for cell in header]
    student = first_of(IDS, named)
    name = first_of(NAMES, named)
    if name is None and student is not None and named[student] != "student":
        name = first_of(("student",), named)
    answers: list[int] = []
    ignored: list[tuple[str, str]] = []
    for place, cell in enumerate(header):
        if place in (student, name) or not cell:
            continue
        fault = _fault_of(cell)
        if fault is None:
            answers.append(place)
        else:
            ignored.append((cell, fault))
    if not answers:
        raise GradcliError("unreadable-file", "no column of the table names an answer",
                           hint="name the columns in the first row: student, p1 value q, p1 grad x")  # fmt: skip
    return Table(header, {row.line: row for row in rows[1:]}, student, name, tuple(answers), tuple(ignored))


def sheet_of_row(table: Table, line: int) -> Sheet:
    """The answers in a row.

    Raises:
        GradcliError: there is no such row, or its cells do not stand below the names of the columns.
    """
    row = table.rows.get(line)
    if row is None:
        raise GradcliError("unreadable-file", "the table does not hold this row any more", hint="check it once more")
    if any(cell.strip() for cell in row.cells[len(table.header) :]):
        told = f"the row has {len(row.cells)} cells, and the first row names {len(table.header)}"
        raise GradcliError("unreadable-file", told, hint='put a number with a comma between quotes: "0,5"')
    cells = [(table.header[place], row.cells[place] if place < len(row.cells) else "") for place in table.answers]
    return sheet_of_cells(table.who(row)[0], cells, line)


def rows_of(text: str, code: str) -> list[Row]:
    """The rows of a CSV that are not empty, at least one; their cells are separated by commas, semicolons or tabs.

    Args:
        text: the CSV.
        code: the kind of error.

    Raises:
        GradcliError: it is no CSV, or has too many rows or columns.
    """
    import csv
    import io

    text, delimiter = _delimiter(text)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    rows: list[Row] = []
    line = 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                rows.append(Row(line, tuple(cells)))
            line = reader.line_num + 1
            if len(rows) > MOST_ROWS + 1:
                raise GradcliError("too-large", f"the table has more than {MOST_ROWS:,} rows", hint="split it")
            if len(cells) > MOST_COLUMNS:
                raise GradcliError("too-large", f"the table has more than {MOST_COLUMNS:,} columns", hint="split it")
    except csv.Error as error:
        raise GradcliError(code, f"line {reader.line_num} is no CSV: {error}",
                           hint="write one row a line, and as many quotes that open as quotes that close",
                           ) from None  # fmt: skip
    if not rows:
        raise GradcliError(code, "the table is empty", hint="write the names of the columns in the first row")
    return rows


def header_of(cell: str) -> str:
    """The name of a column in one spelling: small letters, single blanks instead of underscores and hyphens."""
    return " ".join(re.split(r"[\s_\-.:]+", cell.casefold())).strip()


def first_of(wanted: tuple[str, ...], named: list[str]) -> int | None:
    """The column with the first of the wanted names that there is."""
    return next((named.index(name) for name in wanted if name in named), None)


def _delimiter(text: str) -> tuple[str, str]:
    """The text, with spaces in place of the line `sep=;` that spreadsheets write, and what separates its cells."""
    import csv

    said = re.match(r"sep=([,;\t])(?=\r|\n|\Z)", text)
    if said:
        return " " * said.end() + text[said.end() :], said[1]
    first = next((line for line in text.splitlines() if line.strip()), "")[:100_000]
    counts = {}
    for delimiter in ",;\t":
        try:
            counts[delimiter] = len(next(csv.reader([first], delimiter=delimiter), []))
        except csv.Error:
            counts[delimiter] = 0
    return text, max(counts, key=lambda delimiter: counts[delimiter])  # the first of equals: the comma


def _fault_of(header: str) -> str | None:
    """Why the name of a column names no answer, by the grammar of a sheet; None if it does."""
    sheet = sheet_of_cells(None, [(header, "1")], 1)
    if sheet.faults:
        fault = sheet.faults[0].fault
        return fault.hint if fault.hint and fault.hint.startswith("did you mean") else ""
    return None if any(section.answers for section in sheet.sections) else ""


def _cell(row: Row, column: int | None) -> str | None:
    return (row.cells[column].strip() or None) if column is not None and column < len(row.cells) else None
