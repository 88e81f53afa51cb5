"""Columns that fit a width, and lines that break between statements and never inside a number."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len

Cell = tuple[str, ...]

GAP = 3
"""Columns between the cells of a table without lines."""


def one_line(cell: Cell) -> str:
    """A cell on one line."""
    return ", ".join(cell)


def narrowest(cell: Cell) -> int:
    """The width below which a cell cannot go without breaking a number."""
    return max(
        (cell_len(piece) + 2 * (place > 0) for part in _with_commas(cell) for place, piece in enumerate(_pieces(part))),
        default=0,
    )


def wrapped(cell: Cell, width: int) -> list[str]:
    """A cell in lines of at most `width`, broken between parts if they fit and inside them if they do not."""
    lines: list[str] = []
    for part in _with_commas(cell):
        if lines and lines[-1] and cell_len(lines[-1]) + 1 + cell_len(part) <= width:
            lines[-1] += " " + part
        elif cell_len(part) <= width:
            lines.append(part)
        else:
            lines += _broken(part, width)
    return lines or [""]


def column_widths(rows: Sequence[Sequence[Cell]], available: int) -> list[int] | None:
    """Widths of the columns within `available`; None if even the narrowest do not fit.

    What is missing is taken from the widest column first, down to what its unbreakable pieces need.
    """
    natural = [max(cell_len(one_line(cell)) for cell in column) for column in zip(*rows, strict=True)]
    least = [max(map(narrowest, column)) for column in zip(*rows, strict=True)]
    widths = list(natural)
    if sum(least) > available:
        return None
    while (excess := sum(widths) - available) > 0:
        shrinkable = [k for k in range(len(widths)) if widths[k] > least[k]]
        widest = max(shrinkable, key=lambda k: widths[k])
        others = [widths[k] for k in shrinkable if k != widest]
        floor = max([least[widest], *(w for w in others if w < widths[widest])] or [0])
        widths[widest] = (
            max(widths[widest] - excess, floor, least[widest]) if floor < widths[widest] else widths[widest] - 1
        )
    return widths


def _with_commas(cell: Cell) -> list[str]:
    return [part + "," for part in cell[:-1]] + list(cell[-1:])


def _broken(part: str, width: int) -> list[str]:
    lines: list[str] = []
    for piece in _pieces(part):
        if lines and cell_len(lines[-1]) + 1 + cell_len(piece) <= width:
            lines[-1] += " " + piece
        else:
            lines.append(("  " if lines else "") + piece)
    return lines


def _pieces(part: str) -> list[str]:
    """A part cut before each `=`, `+` and `−` that stands between blanks and outside of brackets."""
    pieces, begin, depth = [], 0, 0
    for place, character in enumerate(part):
        depth += (character in "([") - (character in ")]")
        if character in "=+−-" and depth == 0 and part[place - 1 : place] == " " and part[place + 1 : place + 2] == " ":
            pieces.append(part[begin : place - 1])
            begin = place
    return [*pieces, part[begin:]]
