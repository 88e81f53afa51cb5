"""Lines of a screen: wrapped where it ends, and coloured where it has colours."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence

from rich.cells import cell_len, chop_cells

from gradcli.report.charset import spelled
from gradcli.report.layout import padded
from gradcli.report.screen import Screen

Line = Sequence[tuple[str, str]]
"""Pieces of a line with their styles; the empty style is plain text."""

ENDLESS = 10**9
"""A width that everything fits in."""


def room(screen: Screen) -> int:
    """How many cells a line may have."""
    return ENDLESS if screen.width is None else screen.width


def words(text: str, screen: Screen, style: str = "", *, first: str = "", hang: int = 0) -> list[Line]:
    """A paragraph in lines that fit the screen.

    Args:
        text: what is said, free of control characters.
        screen: where it will stand.
        style: a style of Rich for the text.
        first: what stands in front of the first line, such as blanks; it has no style.
        hang: blanks in front of the other lines.
    """
    width = room(screen)
    out: list[Line] = []
    for line in _filled(spelled(text, ascii_only=screen.ascii_only), width, cell_len(first), hang):
        out.append([(" " * hang if out else first, ""), (line, style)])
    return out


def _filled(text: str, width: int, first: int, hang: int) -> list[str]:
    if first + cell_len(text) <= width:
        return [text]
    lines, left = [""], max(width - first, 1)
    for word in text.split():
        for part in [word] if cell_len(word) <= max(width - hang, 1) else chop_cells(word, max(width - hang, 1)):
            size = cell_len(part) + (lines[-1] != "")
            if size <= left:
                lines[-1] += (" " if lines[-1] else "") + part
                left -= size
            else:
                lines.append(part)
                left = width - hang - cell_len(part)
    return lines


def columns(rows: Iterable[Sequence[str]], styles: Sequence[str], widths: Sequence[int], indent: int) -> list[Line]:
    """Rows of cells, two blanks between them, each in a style of its column; a cell that is too long is not cut."""
    return [[(" " * indent, "")] + [piece for text, style, width in zip(row, styles, widths, strict=True)
                                    for piece in ((text, style), (padded("", max(width - cell_len(text), 0) + 2), ""))]
            for row in rows]  # fmt: skip


def painted(lines: Iterable[Line], screen: Screen) -> str:
    """The lines as they are written, with a line end after each."""
    if not screen.colours:
        return "".join("".join(text for text, _ in line).rstrip() + "\n" for line in lines)
    from rich.console import Console
    from rich.text import Text

    out = io.StringIO()
    console = Console(file=out, width=ENDLESS, markup=False, highlight=False, emoji=False, force_terminal=True,
                      color_system="standard", legacy_windows=False)  # fmt: skip
    for line in lines:
        text = Text.assemble(*line)
        text.rstrip()
        console.print(text, soft_wrap=True)
    return out.getvalue()
