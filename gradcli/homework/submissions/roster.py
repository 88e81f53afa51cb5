"""Who is in the class: a list of ids, a table, or what Canvas and Moodle export."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from gradcli.homework.submissions.names import person, squeezed
from gradcli.homework.submissions.tables import IDS, NAMES, Row, first_of, header_of, rows_of
from gradcli.language import GradcliError

_FIRST = ("first name", "firstname", "given name", "vorname")
_LAST = ("last name", "lastname", "surname", "family name", "nachname")
_LINE = re.compile("\r\n?|\n")


@dataclass(frozen=True, slots=True)
class Entry:
    """One student.

    Attributes:
        id: unique in the roster.
        name: as the roster writes it, or None.
        keys: other ids, logins and addresses.
        line: where the entry stands, counted from 1.
    """

    id: str
    name: str | None
    keys: tuple[str, ...]
    line: int


@dataclass(frozen=True, slots=True)
class Roster:
    """All students of a class, in the order of the roster."""

    entries: tuple[Entry, ...]
    _indexes: tuple[Mapping[str, tuple[Entry, ...]], ...] = field(repr=False, compare=False)

    def match(self, student: str | None, name: str | None, claimed: str | None, file: str = "") -> Entry | None:
        """The entry of who handed in a file; None if nobody fits, or more than one.

        What the platform says about a file is used alone if it says anything: a claim inside of the file is somebody's
        wish. The parts of the file's own name come next, and the claim last.

        Args:
            student: the id in the name of an exported file, or of the row of a table.
            name: the name there: "Anna Example", or "exampleanna" as Canvas writes it.
            claimed: the id that the file claims inside.
            file: the name of the file within the folder, such as "s1234567_hw3.txt".
        """
        if student or name:
            found = self._by_key(student) or self._by_name(name)
            return found[0] if len(found) == 1 else None
        for part in file.split("/"):  # the outermost first: what is in a student's zip has the names the student chose
            stem = part.rpartition(".")[0] or part
            for words in ([part, stem], re.split(r"[\s_,;()\[\]]+", stem), re.split(r"[\W_]+", stem)):
                ids = {entry.id: entry for word in words for entry in self._by_key(word)}
                if ids:
                    return next(iter(ids.values())) if len(ids) == 1 else None
        stem = file.rpartition("/")[2].rpartition(".")[0]
        found = self._by_name(stem.replace("_", " ")) or self._by_key(claimed) or self._by_name(claimed)
        return found[0] if len(found) == 1 else None

    def _by_key(self, wanted: str | None) -> tuple[Entry, ...]:
        """The entries with an id, else with another key, else with an address that starts like that."""
        key = _key(wanted or "")
        by_id, by_key, by_local, _ = self._indexes
        found = by_id.get(key) or by_key.get(key) or by_local.get(key) or ()
        local, at, _ = key.partition("@")
        return found or (by_id.get(local) or by_key.get(local) or () if at else ())

    def _by_name(self, wanted: str | None) -> tuple[Entry, ...]:
        return self._indexes[3].get(squeezed(wanted or ""), ())


def read_roster(text: str, where: str) -> Roster:
    """The roster that a text spells.

    It is a list of ids, one a line; a CSV with or without names of columns; Canvas's grade book; or Moodle's grading
    worksheet.

    Args:
        text: the roster.
        where: what it is called in messages.

    Raises:
        GradcliError: it holds no ids, an id is missing, or one stands twice; the error points at the line.
    """
    lines = _LINE.split(text)
    plain = [(line, entry.partition("#")[0].strip()) for line, entry in enumerate(lines, 1)]
    first = next((entry for _, entry in plain if entry), "")
    if re.search(r"[,;\t]", first):
        entries = _from_table(text, where)
    else:
        header = header_of(first) in IDS
        listed = [(line, entry) for line, entry in plain if entry][header:]
        for line, entry in listed:
            if re.search(r"[\s,;]", entry):
                raise _fault(text, line, f"{where}: line {line} is not one id",
                             "write one id a line, or a table with names of columns: id,name")  # fmt: skip
        entries = [Entry(entry, None, (), line) for line, entry in listed]
    if not entries:
        raise GradcliError("bad-roster", f"{where} holds no students", hint="write one id a line")
    _refuse_twice(text, where, entries)
    return Roster(tuple(entries), _indexes_of(entries))


def _from_table(text: str, where: str) -> list[Entry]:
    rows = rows_of(text, "bad-roster")
    header = [header_of(cell) for cell in rows[0].cells]
    canvas = "student" in header and "id" in header and ("section" in header or "sis login id" in header)
    id_column = header.index("id") if canvas else first_of(IDS, header)
    first, last = first_of(_FIRST, header), first_of(_LAST, header)
    if id_column is None:
        if first is not None or first_of((*NAMES, "section", "grade"), header) is not None:
            raise _fault(text, rows[0].line, f"{where}: no column holds ids", "name a column id, login or email")
        id_column, name_columns, keys = 0, [1], [c for c, cell in enumerate(rows[0].cells) if c and "@" in cell]
    else:
        rows = rows[1:]
        keys = [place for place, cell in enumerate(header) if cell in IDS and place != id_column]
        name = first_of((*NAMES, "student"), header)
        if name is not None and name != id_column:
            name_columns = [name]
            keys = [place for place in keys if place != name]
        else:
            name_columns = [place for place in (last, first) if place is not None]
    entries = []
    for row in rows:
        entry = _entry(row, id_column, name_columns, keys)
        if canvas and (not entry.id or entry.name == "Student, Test" or _is_points(row)):
            continue  # Canvas's rows about its columns, and the student that it makes up
        if not entry.id:
            raise _fault(text, row.line, f"{where}: line {row.line} has no id", "give each student an id")
        entries.append(entry)
    return entries


def _entry(row: Row, id_column: int, name_columns: Sequence[int], keys: Sequence[int]) -> Entry:
    def cell(column: int) -> str:
        return row.cells[column].strip() if column < len(row.cells) else ""

    found = cell(id_column)
    others = [cell(column) for column in keys]
    participant = re.fullmatch(r"[^\W\d]\D{0,40}([0-9]{1,20})", found) if "participant" in found.casefold() else None
    if participant:  # Moodle writes "Participant 123" there, and 123 into the names of folders
        others.append(found)
        found = participant[1]
    name = ", ".join(filter(None, map(cell, name_columns)))
    return Entry(found, name or None, tuple(dict.fromkeys(filter(None, others))), row.line)


def _is_points(row: Row) -> bool:
    return row.cells[0].strip().casefold() == "points possible"


def _refuse_twice(text: str, where: str, entries: Sequence[Entry]) -> None:
    lines: dict[str, int] = {}
    for entry in entries:
        before = lines.setdefault(_key(entry.id), entry.line)
        if before != entry.line:
            told = f"{where}: an id stands twice, on line {before} and on line {entry.line}"
            raise _fault(text, entry.line, told, "keep one of them")


def _fault(text: str, line: int, message: str, hint: str) -> GradcliError:
    breaks = [match.span() for match in _LINE.finditer(text)]
    start = breaks[line - 2][1] if line > 1 else 0
    end = breaks[line - 1][0] if line <= len(breaks) else len(text)
    return GradcliError("bad-roster", message, text=text, start=start, end=end, hint=hint)


def _indexes_of(entries: Sequence[Entry]) -> tuple[Mapping[str, tuple[Entry, ...]], ...]:
    """Entries by id, by other keys, by the local part of an address, and by name, the surest first."""
    by_id: dict[str, list[Entry]] = {}
    by_key: dict[str, list[Entry]] = {}
    by_local: dict[str, list[Entry]] = {}
    by_name: dict[str, list[Entry]] = {}
    for entry in entries:
        by_id.setdefault(_key(entry.id), []).append(entry)
        keys = {_key(key) for key in entry.keys}
        for key in keys:
            by_key.setdefault(key, []).append(entry)
        for local in {key.partition("@")[0] for key in (*keys, _key(entry.id)) if "@" in key}:
            by_local.setdefault(local, []).append(entry)
        for name in person(entry.name or ""):
            by_name.setdefault(name, []).append(entry)
    return tuple({key: tuple(found) for key, found in index.items()} for index in (by_id, by_key, by_local, by_name))


def _key(text: str) -> str:
    return text.strip().casefold()
