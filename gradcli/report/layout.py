"""Columns that fit a width, and lines that break between statements and never inside a number."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from rich.cells import cell_len

Cell = tuple[str, ...]
"""The parts of a cell, between which a line may break."""

GAP = 3
"""Columns between the cells of a table without lines."""

_INDENT = "  "

_SHAPE = re.compile(r"\([0-9]+×")
"""The shape behind an equation, before which it may break."""

_BETWEEN_ROWS = re.compile(r"(?<=\],) (?=\[)")
"""Where a matrix may break."""

_LONG, _SHORT = 24, 14
"""Cells from which on a piece of an equation may break where it has a blank: with enough room, and with little."""


def one_line(cell: Cell) -> str:
    """A cell on one line."""
    return ", ".join(cell)


def padded(text: str, width: int) -> str:
    """The text, filled with blanks to a number of cells."""
    return text + " " * (width - cell_len(text))


def narrowest(cell: Cell, long: int = _LONG) -> int:
    """The width below which a cell cannot go without breaking what belongs together."""
    pieces = [_INDENT * (place > 0) + piece for part in _with_commas(cell) for place, piece in enumerate(_pieces(part))]
    return max((_unbroken(piece, long) for piece in pieces), default=0)


def _unbroken(piece: str, long: int) -> int:
    """The width that a piece needs; a long one may break between the rows of a matrix, and then at any blank."""
    if cell_len(piece) <= long:
        return cell_len(piece)
    rows = _BETWEEN_ROWS.split(piece)
    return len(_INDENT) + max(cell_len(part) for row in rows for part in ([row] if cell_len(row) <= long else
                                                                          row.split()))  # fmt: skip


def wrapped(cell: Cell, width: int) -> list[str]:
    """A cell in lines of at most `width`, broken between parts if they fit and inside them if they do not."""
    lines: list[str] = []
    for part in _with_commas(cell):
        if lines and cell_len(lines[-1]) + 1 + cell_len(part) <= width:
            lines[-1] += " " + part
        else:
            lines += _broken(part, width)
    return lines or [""]


def filled(pieces: Sequence[str], width: int) -> list[str]:
    """Pieces in lines of at most `width`, the second and later ones indented; a longer piece stands alone."""
    lines: list[str] = []
    for piece in pieces:
        if lines and cell_len(lines[-1]) + 1 + cell_len(piece) <= width:
            lines[-1] += " " + piece
        else:
            lines.append(_INDENT * bool(lines) + piece)
    return lines


def column_widths(rows: Sequence[Sequence[Cell]], available: int) -> list[int] | None:
    """Widths of the columns within `available` at which the rows are low; None if even the narrowest do not fit."""
    columns = list(zip(*rows, strict=True))
    natural = [max(cell_len(one_line(cell)) for cell in column) for column in columns]
    if sum(natural) <= available:
        return natural
    for long in range(_LONG, _SHORT - 1, -2):
        least = [max(narrowest(cell, long) for cell in column) for column in columns]
        if sum(least) <= available:
            break
    else:
        return None
    heights = [_Heights(column[:_MOST_WEIGHED]) for column in columns]
    widths, spare = list(least), available - sum(least)
    while spare:
        growths = [(place, growth) for place, high in enumerate(natural)
                   for growth in range(1, min(spare, high - widths[place]) + 1)]  # fmt: skip
        if not growths:
            break
        # The growth that saves most lines for each cell of width; of equal ones the smallest.
        now = _height(heights, widths)
        place, growth = max(growths, key=lambda g: (now - _height(heights, _grown(widths, *g))) / g[1])
        widths = _grown(widths, place, growth)
        spare -= growth
    return widths


_MOST_WEIGHED = 40
"""Rows that are looked at to find good widths."""


class _Heights:
    """How many lines the cells of a column take at a width."""

    def __init__(self, cells: Sequence[Cell]) -> None:
        self._cells = cells
        self._known: dict[int, list[int]] = {}

    def at(self, width: int) -> list[int]:
        if width not in self._known:
            self._known[width] = [len(wrapped(cell, width)) for cell in self._cells]
        return self._known[width]


def _height(heights: Sequence[_Heights], widths: Sequence[int]) -> int:
    """The lines of all rows, in hundredths; those of the lower cells in a row count a little, too."""
    found = [column.at(width) for column, width in zip(heights, widths, strict=True)]
    return sum(100 * max(row) + sum(row) for row in zip(*found, strict=True))


def _grown(widths: Sequence[int], place: int, growth: int) -> list[int]:
    return [*widths[:place], widths[place] + growth, *widths[place + 1 :]]


def _with_commas(cell: Cell) -> list[str]:
    return [part + "," for part in cell[:-1]] + list(cell[-1:])


def _broken(part: str, width: int) -> list[str]:
    if cell_len(part) <= width:
        return [part]
    pieces: list[str] = []
    for piece in _pieces(part):
        rows = _BETWEEN_ROWS.split(piece) if cell_len(piece) + len(_INDENT) > width else [piece]
        for row in rows:
            pieces += row.split() if cell_len(row) + len(_INDENT) > width else [row]
    return filled(pieces, width)


def _pieces(part: str) -> list[str]:
    """A part cut where a line may break outside of brackets: an equation before its signs, other text at its blanks."""
    signs = "=+−-" if " = " in part else None
    places = [place for place in _blanks_outside(part) if signs is None or _is_sign(part, place + 1, signs)
              or _SHAPE.match(part, place + 1)]  # fmt: skip
    starts, ends = [0, *(place + 1 for place in places)], [*places, len(part)]
    return [part[start:end] for start, end in zip(starts, ends, strict=True)]


def _blanks_outside(part: str) -> Iterator[int]:
    depth = 0
    for place, character in enumerate(part):
        depth += (character in "([") - (character in ")]")
        if character == " " and depth == 0:
            yield place


def _is_sign(part: str, place: int, signs: str) -> bool:
    return part[place : place + 1] in signs and part[place + 1 : place + 2] == " "
