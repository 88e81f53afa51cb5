"""Where in the text of a key its entries stand, so that a refusal can underline the line at fault.

`tomllib` reads the key and forgets the places. This walks over the same text once more and keeps nothing else: it
decides about no value, and a text that `tomllib` refuses is never given to it.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

Path = tuple[str | int, ...]
"""Names of tables and entries, and the numbers of elements in arrays, from the outside to the inside."""

Span = tuple[int, int]

_PIECE = re.compile(
    r'"""(?:[^"\\]|\\.|"(?!""))*"{3,5}'
    r"|'''(?:[^']|'(?!''))*'{3,5}"
    r'|"(?:[^"\\\n]|\\.)*"'
    r"|'[^'\n]*'"
    r"|\#[^\n]*|[ \t\r]+|\n|[\[\]{}=,]|[^\s\[\]{}=,\"'\#]+|.",
    re.DOTALL,
)
_SYNTAX_PLACE = re.compile(r"\(at line ([0-9]{1,9}), column ([0-9]{1,9})\)")


def place_of(text: str, problem_index: int | None, *names: str | int) -> Span:
    """The part of a key to underline.

    Args:
        text: the TOML.
        problem_index: the problem, counted from 0; None for an entry of the key itself.
        names: the entry, and what is inside of it: `"ask", 2` is the third quantity asked, `"printed", "grad x"` a
            printed number, `"mistake", 0, "when"` what the first mistake is.

    Returns:
        The entry with its value, or only its first line where it has several. What has no place of its own is
        underlined as the nearest table around it, and the whole key at its first line.
    """
    path: Path = names if problem_index is None else ("problem", problem_index, *names)
    places = _places(text)
    while path and path not in places:
        path = path[:-1]
    start, end = places[path] if path else _first_line(text)
    stop = text.find("\n", start, end)
    return start, end if stop < 0 else start + len(text[start:stop].rstrip())


def place_of_syntax_error(text: str, message: str) -> Span:
    """The character at which `tomllib` gave up, as far as its message says; else the end of the text."""
    found = _SYNTAX_PLACE.search(message)
    if found is None:
        return len(text), len(text)
    start = 0
    for _ in range(int(found[1]) - 1):
        start = text.find("\n", start) + 1
    at = min(start + int(found[2]) - 1, len(text))
    return at, min(at + 1, len(text))


def _first_line(text: str) -> Span:
    start = len(text) - len(text.lstrip())
    return start, start + len(text[start:].partition("\n")[0].rstrip())


@lru_cache(maxsize=8)
def _places(text: str) -> Mapping[Path, Span]:
    return _Walk(text).run()


@dataclass(slots=True)
class _Level:
    """What is open: a table or an array, and within it the entry that is being read.

    Attributes:
        path: of the table or array.
        array: whether it is an array.
        count: how many elements of the array are complete.
        name: the parts of the entry's name that have been read.
        start: where the entry begins; -1 between two of them.
        value: whether its value is being read.
    """

    path: Path
    array: bool = False
    count: int = 0
    name: list[str] = field(default_factory=list)
    start: int = -1
    value: bool = False

    def entry(self) -> Path:
        return (*self.path, self.count) if self.array else (*self.path, *self.name)


class _Walk:
    """One walk over the pieces of a key that is known to be TOML."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.places: dict[Path, Span] = {}
        self.levels = [_Level(())]
        self.end = 0
        self.counts: dict[Path, int] = {}

    def run(self) -> dict[Path, Span]:
        """The places of all tables, entries and elements."""
        header: int | None = None
        for found in _PIECE.finditer(self.text):
            piece, start, end = found[0], *found.span()
            if piece[0] in " \t\r#":
                continue
            level = self.levels[-1]
            if header is not None:
                if piece == "\n":
                    self._header(header)
                    header = None
                elif piece not in ("[", "]"):
                    level.name += _names(piece)
                self.end = end if piece != "\n" else self.end
            elif piece == "[" and len(self.levels) == 1 and not level.value and not level.name:
                header, self.end = start, end
            else:
                self._piece(level, piece, start, end)
        if header is not None:
            self._header(header)
        self._close(self.levels[-1])
        return self.places

    def _piece(self, level: _Level, piece: str, start: int, end: int) -> None:
        """A piece that is no part of a header."""
        if piece == "\n":
            if len(self.levels) == 1:
                self._close(level)
            return
        if piece in ("]", "}"):
            self._close(level)
            self.levels.pop()
        elif piece == ",":
            self._close(level)
            return
        elif piece == "=" and not level.array:
            level.value = True
        else:
            if level.start < 0:
                level.start = start
            if piece in ("[", "{"):
                self.levels.append(_Level(level.entry(), piece == "["))
            elif not level.array and not level.value:
                level.name += _names(piece)
        self.end = end

    def _close(self, level: _Level) -> None:
        """The entry that was being read is complete."""
        if level.start >= 0:
            for shorter in range(1, len(level.name)):  # `at.x = 2` is a part of `at`, too
                self.places.setdefault((*level.path, *level.name[:shorter]), (level.start, self.end))
            self.places.setdefault(level.entry(), (level.start, self.end))
            level.count += 1
        level.name, level.start, level.value = [], -1, False

    def _header(self, start: int) -> None:
        """`[table]` or `[[table]]`; of an array of tables the last one is meant, or begins."""
        names, many = self.levels[0].name, self.text.startswith("[[", start)
        path: Path = ()
        for place, name in enumerate(names):
            path = (*path, name)
            if many and place == len(names) - 1:
                self.counts[path] = self.counts.get(path, -1) + 1
            if path in self.counts:
                path = (*path, self.counts[path])
        self.levels = [_Level(path)]
        self.places.setdefault(path, (start, self.end))


def _names(piece: str) -> list[str]:
    """The names in a piece of a key: `at.x` are two, `"grad x"` is one."""
    if piece[0] == '"':
        return [*tomllib.loads(f"{piece}=0")]
    return [piece[1:-1]] if piece[0] == "'" else [part for part in piece.split(".") if part]
