"""What the rules of the grammar make of a line of a student's file, and of the heading of a column."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from lark import Token

from gradcli.language import GradcliError

_TWO_PARTS = {"local": "local q / x = 1", "jac": "jac y / x = [[1, 0], [0, 1]]"}
"""Words that ask for two parts, and how they are written."""


@dataclass(frozen=True, slots=True)
class Header:
    """`== p1  f = (x + y) * z  at x=-2, y=5`; what is not given is None."""

    problem: str | None
    formula: str | None
    at: str | None


@dataclass(frozen=True, slots=True)
class Identity:
    """`student: s1234567`; the word is "student" or "name"."""

    word: str
    who: str


@dataclass(frozen=True, slots=True)
class Quantity:
    """What an answer is about: the word, and one or two parts as typed."""

    word: str
    target: str
    by: str | None


@dataclass(frozen=True, slots=True)
class Statement:
    """A quantity and its right-hand side; offsets are counted in the line."""

    quantity: Quantity
    start: int
    written: str
    written_start: int


@dataclass(frozen=True, slots=True)
class Heading:
    """What the column of a table holds; the problem is None if the heading names none."""

    problem: str | None
    quantity: Quantity


@dataclass(frozen=True, slots=True)
class _Open:
    """A quantity of which the end is not known yet: its tokens, and where the slashes are."""

    word: str
    start: int
    starts: tuple[int, ...]
    slashes: tuple[int, ...]


class LineReductions:
    """One method a rule of the grammar.

    Attributes:
        text: what is being read.
    """

    def __init__(self) -> None:
        self.text = ""

    def nothing(self, _: list[Token]) -> None:
        """An empty line, or a comment."""

    def header(self, children: list[Token]) -> Header:
        """The beginning of a problem."""
        found = {token.type: str(token) for token in children}
        formula = found.get("FORMULA", "").rstrip("= \t")  # the second half of `== p1 ==`
        if not {"ID", "FORMULA", "AT"} & found.keys():
            raise GradcliError("bad-answer", "the header names no problem", text=self.text, start=_start(children[0]),
                               end=_end(children[-1]), hint="write == p1")  # fmt: skip
        return Header(found.get("ID"), formula or None, found.get("RAW", "").rstrip("= \t") or None)

    def identity(self, children: list[Token]) -> Identity:
        """Who it is."""
        last = children[-1]
        return Identity(children[0].lower(), last.strip() if last.type == "RAW" else "")

    def worded(self, children: list[Token | None]) -> _Open:
        """`local q / x`."""
        word, *rest = children
        assert word is not None  # noqa: S101 - the grammar begins with it
        slashes = tuple([_start(token) for token in rest if token is not None and token.type == "SLASH"])
        return _Open(word.lower(), _start(word), (_end(word),), slashes)

    def differential(self, children: list[Token | None]) -> _Open:
        """`dq`."""
        return self.derivative(children)

    def derivative(self, children: list[Token | None]) -> _Open:
        """`df/dq`."""
        signs = [token for token in children if token is not None and token.type == "D"]
        slashes = tuple([_start(token) for token in children if token is not None and token.type == "SLASH"])
        return _Open("derivative", _start(signs[0]), tuple(map(_end, signs)), slashes)

    def group(self, _: list[Token]) -> None:
        """Brackets hide what is in them: a slash there divides."""

    inner = group

    def answer(self, children: Sequence[_Open | Token]) -> Statement:
        """A quantity and what the student found for it."""
        opened, mark, *raw = children
        assert isinstance(opened, _Open)  # noqa: S101 - the grammar says so
        assert isinstance(mark, Token)  # noqa: S101
        written = str(raw[0]).rstrip() if raw else ""
        start = _start(raw[0]) if raw and isinstance(raw[0], Token) else _end(mark)
        return Statement(self._closed(opened, _start(mark)), opened.start, written, start)

    def heading(self, children: Sequence[_Open | Token]) -> Heading:
        """What a column holds."""
        opened = children[-1]
        assert isinstance(opened, _Open)  # noqa: S101 - the grammar says so
        problem = children[0]
        return Heading(str(problem) if isinstance(problem, Token) else None, self._closed(opened, len(self.text)))

    def _closed(self, opened: _Open, end: int) -> Quantity:
        """The quantity that ends at `end`."""
        first = opened.starts[0]
        if opened.word == "derivative":
            if not opened.slashes:
                return Quantity("derivative", "", self.text[first:end].strip())
            return Quantity("derivative", self.text[first : opened.slashes[0]].strip(),
                            self.text[opened.starts[1] : end].strip())  # fmt: skip
        if opened.word not in _TWO_PARTS:
            return Quantity(opened.word, self.text[first:end].strip(), None)
        cut = max(filter(self._is_spaced, opened.slashes), default=max(opened.slashes, default=None))
        target, by = ("", "") if cut is None else (self.text[first:cut].strip(), self.text[cut + 1 : end].strip())
        if not target or not by:
            what = "a '/' is missing" if cut is None else "a name is missing beside the '/'"
            raise GradcliError("bad-answer", f"{what}: {opened.word} is of one value by another", text=self.text,
                               start=opened.start, end=end, hint=f"write {_TWO_PARTS[opened.word]}")  # fmt: skip
        return Quantity(opened.word, target, by)

    def _is_spaced(self, slash: int) -> bool:
        return self.text[slash - 1].isspace() and self.text[slash + 1 : slash + 2].isspace()


def _start(token: Token) -> int:
    return token.start_pos or 0


def _end(token: Token) -> int:
    return token.end_pos or 0
