"""A student's file, line by line: a line that cannot be read costs only itself."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from gradcli.homework.limits import LONGEST_LINE, MOST_LINES
from gradcli.homework.sheets.line_reductions import Header, Heading, Identity, Statement
from gradcli.homework.sheets.written import Written, read_written
from gradcli.language import GradcliError
from gradcli.language.errors import LINE_BREAK

_LONGEST_KEPT = 120
"""Characters up to which the beginning of a line, or a heading, is remembered."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer.

    Attributes:
        word: "value", "local", "up", "grad", "jac", or "derivative" for `df/dq`, `∂q/∂x` and `dq`.
        target: the name, or the part of the formula, that the answer is about; "" in `dq`.
        by: what the derivative is taken by; None where there is none.
        written: the number or the array; None if it cannot be read.
        fault: why it cannot be read.
        line: counted from 1; of a table, its row.
        column: of the first character, counted from 1; of a table, the number of the cell.
        end_column: behind the last character.
        text: the right-hand side as typed.
    """

    word: str
    target: str
    by: str | None
    written: Written | None
    fault: GradcliError | None
    line: int
    column: int
    end_column: int
    text: str


@dataclass(frozen=True, slots=True)
class Section:
    """The answers to one problem.

    Attributes:
        problem: its id; None for answers before any header, and under a header without an id.
        formula: the statements of the header, as typed.
        at: the point of the header, as typed.
        line: of the header, counted from 1; 1 without one.
        answers: in the order of the file; a repeated one is not removed.
    """

    problem: str | None
    formula: str | None
    at: str | None
    line: int
    answers: tuple[Answer, ...]


@dataclass(frozen=True, slots=True)
class LineFault:
    """A line that cannot be read, and why; line and columns are counted from 1."""

    line: int
    column: int
    end_column: int
    fault: GradcliError


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a student handed in.

    Attributes:
        student: who it is by what the file says; None if it says nothing.
        sections: in the order of the file.
        faults: the lines that cannot be read.
    """

    student: str | None
    sections: tuple[Section, ...]
    faults: tuple[LineFault, ...]


def read_sheet(text: str) -> Sheet:
    """Read a student's file.

    Args:
        text: lines; each is empty, a comment, the header of a problem (`== p1`), who it is (`student: s1234567`), or an
            answer (`grad x = -4`).

    Returns:
        What could be read; every other line is a fault with its reason. An answer whose number cannot be read stays
        an answer, with its fault.

    Raises:
        GradcliError: there are more than 10,000 lines.
    """
    lines = LINE_BREAK.split(text.removeprefix("\ufeff"))
    if not lines[-1]:
        lines.pop()
    if len(lines) > MOST_LINES:
        raise GradcliError("too-large", f"the file has {len(lines):,} lines, and {MOST_LINES:,} are the most",
                           hint="hand in one answer a line, and nothing else")  # fmt: skip
    sheet = _Collected()
    for number, line in enumerate(lines, 1):
        if line.isspace() or not line:
            continue
        try:
            sheet.add(number, line, _read_line(line))
        except GradcliError as fault:
            sheet.faults.append(LineFault(number, fault.start + 1, fault.end + 1, fault))
    return Sheet(sheet.who.get("student") or sheet.who.get("name"), sheet.sections(), tuple(sheet.faults))


def sheet_of_cells(student: str | None, cells: Sequence[tuple[str, str]], row: int) -> Sheet:
    """Read a row of a table.

    Args:
        student: who it is, from a column of its own.
        cells: the heading of each column (`p1 grad x`, `p1: grad x`, `grad x`) and what stands in its cell.
        row: the number of the row, which becomes the line of all answers; their column is the number of the cell.

    Returns:
        One section a problem, in the order of the columns; a heading that cannot be read is a fault of each row.
    """
    by_problem: dict[str | None, list[Answer]] = {}
    faults = []
    for column, (title, cell) in enumerate(cells, 1):
        try:
            heading = _read_heading(title.strip())
        except GradcliError as fault:
            faults.append(LineFault(row, column, column + 1, fault))
            continue
        written, unreadable = _right_side(cell.strip(), cell.strip(), 0)
        asked = heading.quantity
        by_problem.setdefault(heading.problem, []).append(
            Answer(asked.word, asked.target, asked.by, written, unreadable, row, column, column + 1, cell)
        )
    sections = [Section(problem, None, None, row, tuple(answers)) for problem, answers in by_problem.items()]
    return Sheet(student, tuple(sections), tuple(faults))


class _Collected:
    """What was read so far."""

    def __init__(self) -> None:
        self.who: dict[str, str] = {}
        self.faults: list[LineFault] = []
        self._headers: list[tuple[Header, int]] = [(Header(None, None, None), 1)]
        self._answers: list[list[Answer]] = [[]]

    def add(self, number: int, line: str, read: Header | Identity | Statement | None) -> None:
        if isinstance(read, Statement):
            written, fault = _right_side(read.written, line, read.written_start)
            asked = read.quantity
            self._answers[-1].append(
                Answer(asked.word, asked.target, asked.by, written, fault, number, read.start + 1,
                       read.written_start + len(read.written) + 1, read.written)
            )  # fmt: skip
        elif isinstance(read, Header):
            self._headers.append((read, number))
            self._answers.append([])
        elif isinstance(read, Identity):
            known = self.who.setdefault(read.word, read.who) or read.who
            self.who[read.word] = known
            if read.who and known != read.who:
                raise GradcliError("bad-answer", f"the {read.word} is named a second time, differently", text=line,
                                   end=len(line.rstrip()), hint="hand in one file for each student")  # fmt: skip

    def sections(self) -> tuple[Section, ...]:
        """The headers with their answers; what stands before any header only if there is something."""
        found = [Section(header.problem, header.formula, header.at, line, tuple(answers))
                 for (header, line), answers in zip(self._headers, self._answers, strict=True)]  # fmt: skip
        return tuple(found if found[0].answers else found[1:])


def _right_side(raw: str, line: str, start: int) -> tuple[Written | None, GradcliError | None]:
    """What stands at `start` of a line, or why it cannot be read; the error points into the line."""
    try:
        return read_written(raw), None
    except GradcliError as fault:
        also = fault.also and (fault.also[0] + start, fault.also[1] + start)
        return None, GradcliError(fault.code, fault.message, text=line, start=fault.start + start,
                                  end=fault.end + start, hint=fault.hint, also=also)  # fmt: skip


def _read_line(line: str) -> Header | Identity | Statement | None:
    """A line of a file.

    Raises:
        GradcliError: it cannot be read; the error points into it.
    """
    if len(line) > LONGEST_LINE:
        raise GradcliError("bad-answer", f"the line has {len(line):,} characters, and {LONGEST_LINE:,} are the most",
                           text=line[:100], end=100, hint="one answer stands on a line, and nothing else")  # fmt: skip
    mark = line.find("=") + 1
    if 0 < mark <= _LONGEST_KEPT and line[mark : mark + 1] != "=":
        # The same heads stand in the files of a whole class, with other numbers and remarks behind them.
        head = _kept_head(line[:mark])
        if head is not None:
            rest = line[mark:].partition("#")[0]
            written = rest.strip()
            start = mark + len(rest) - len(rest.lstrip()) if written else mark
            if written[:1].isprintable():  # the lexer passes over invisible characters, of which it knows more
                return Statement(head.quantity, head.start, written, start)
    return _parsed_line(line)


def _parsed_line(line: str) -> Header | Identity | Statement | None:
    found: Header | Identity | Statement | None = _parse(line, "line")
    return found


def _parsed_heading(title: str) -> Heading:
    found: Heading = _parse(title, "heading")
    return found


def _read_heading(title: str) -> Heading:
    if len(title) > LONGEST_LINE:
        raise GradcliError("bad-answer", "the heading of the column is too long", text=title[:100], end=100,
                           hint="write what the column holds: p1 grad x")  # fmt: skip
    return _kept_heading(title) if len(title) <= _LONGEST_KEPT else _parsed_heading(title)


@lru_cache(maxsize=4096)
def _kept_head(head: str) -> Statement | None:
    """An answer up to its `=`; None for what is no such thing, or cannot be read."""
    try:
        found = _parsed_line(head)
    except GradcliError:
        return None
    return found if isinstance(found, Statement) and found.written_start == len(head) else None


_kept_heading = lru_cache(maxsize=1024)(_parsed_heading)


class _Reader:
    """A parser with the reductions that it calls; they hold the text that is being read."""

    def __init__(self) -> None:
        from gradcli.homework.sheets.line_reductions import LineReductions
        from gradcli.language.grammar import load

        self.reductions = LineReductions()
        self.lark = load("homework.lark", start=("line", "heading"), lexer="contextual", transformer=self.reductions)


_readers = threading.local()
"""One reader a thread, built at its first line."""


def _parse(text: str, start: str) -> Any:
    """What the grammar makes of a text, read from one of its start symbols."""
    from lark.exceptions import UnexpectedInput

    if not hasattr(_readers, "reader"):
        _readers.reader = _Reader()
    reader: _Reader = _readers.reader
    reader.reductions.text = text
    try:
        return reader.lark.parse(text, start=start)
    except UnexpectedInput as error:
        from gradcli.homework.sheets.line_faults import unreadable
        from gradcli.homework.sheets.positions import offset_of

        raise unreadable(text, offset_of(error, text)) from None
