"""A report as text: with boxes and colours on a terminal, in plain aligned columns elsewhere."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence

from rich.cells import cell_len

from gradcli.report.charset import spelled
from gradcli.report.layout import GAP, Cell, column_widths, filled, padded, wrapped
from gradcli.report.screen import ORDINARY, Screen
from gradcli.report.tables import GradientLine, Report, Row, Table

_STYLES = {"fault": "bold red", "faint": "dim", "gap": "dim", "plain": ""}

_MARGIN = 11
"""Where the lines under `Value` and `Gradient` begin."""

_BEFORE_REMARK = 6

_ENDLESS = 10**9
"""A width that everything fits in."""


# A blank at which a line may break: beside no equals sign, and not inside a short vector.
_TOGETHER = re.compile(r"(?<!=) (?!= )(?![^\[\]]{0,40}\])")


def report_text(report: Report, screen: Screen) -> str:
    """The whole report, ready to be written."""
    blocks = [paragraph(report.reading, screen)]
    blocks += [table_text(table, screen) for table in report.tables]
    if report.value is not None:
        gradient = _gradient(report.gradient, screen)
        value = "\n".join(wrapped((report.value,), _beside_margin(screen)))
        blocks.append("\n".join([*_headed("Value", value, screen), *gradient, *_jacobians(report, screen)]))
    return "\n\n".join(blocks) + "\n"


def grid_text(columns: Sequence[str], rows: Sequence[Sequence[Cell]], screen: Screen, title: str = "") -> str:
    """Any table, laid out as those of a report are."""
    return table_text(Table(title, tuple(columns), tuple(Row(tuple(row)) for row in rows)), screen)


def paragraph(text: str, screen: Screen) -> str:
    """A text of one paragraph in lines that fit the screen."""
    return "\n".join(filled(_words(text, screen), _ENDLESS if screen.width is None else screen.width))


# --- tables ---------------------------------------------------------------------------------------------------------


def table_text(table: Table, screen: Screen) -> str:
    """A table with its title and the lines under it."""
    header: list[Cell] = [(_written(column, screen),) for column in table.columns]
    rows = [[tuple(_written(part, screen) for part in cell) for cell in row.cells] for row in table.rows]
    frame = 3 * len(header) + 1 if screen.boxes else GAP * (len(header) - 1)
    widths = column_widths([header, *rows], _ENDLESS if screen.width is None else screen.width - frame)
    if widths is None:
        body = _stacked(header, rows, screen.width or ORDINARY)
    else:
        lines = [[wrapped(cell, width) for cell, width in zip(row, widths, strict=True)] for row in [header, *rows]]
        styles = [_STYLES[row.tone] for row in table.rows]
        body = _boxed(lines, widths, styles, screen) if screen.boxes else _aligned(lines, widths)
    notes = [paragraph(note, screen) for note in table.notes]
    return "\n".join([*([paragraph(table.title, screen)] if table.title else []), body, *notes])


def _aligned(rows: Sequence[Sequence[list[str]]], widths: Sequence[int]) -> str:
    """Rows of cells, each cell a list of lines, in columns without lines between them."""
    out = []
    for row in rows:
        for height in range(max(map(len, row))):
            cells = [padded(cell[height] if height < len(cell) else "", width)
                     for cell, width in zip(row, widths, strict=True)]  # fmt: skip
            out.append((" " * GAP).join(cells).rstrip())
    return "\n".join(out)


def _boxed(rows: Sequence[Sequence[list[str]]], widths: Sequence[int], styles: Sequence[str], screen: Screen) -> str:
    """The same in boxes, with lines between the rows where a row has several lines."""
    from rich import box
    from rich.console import Console
    from rich.table import Table as RichTable
    from rich.text import Text

    tall = any(len(cell) > 1 for row in rows[1:] for cell in row)
    grid = RichTable(box=box.ASCII2 if screen.ascii_only else box.ROUNDED, header_style="bold", show_lines=tall)
    for column, width in zip(rows[0], widths, strict=True):
        grid.add_column(Text("\n".join(column)), no_wrap=True, overflow="ignore", width=width)
    for row, style in zip(rows[1:], styles, strict=True):
        grid.add_row(*[Text("\n".join(cell), style=style) for cell in row])
    out = io.StringIO()
    console = Console(file=out, width=screen.width, markup=False, highlight=False, emoji=False, force_terminal=True,
                      color_system="standard" if screen.colours else None, legacy_windows=False)  # fmt: skip
    console.print(grid)
    return out.getvalue().rstrip("\n")


def _stacked(header: Sequence[Cell], rows: Sequence[Sequence[Cell]], width: int) -> str:
    """A table that is too wide for the screen, one node below the other."""
    lines = []
    for row in rows:
        lines += wrapped(row[0], width)
        for (name,), cell in zip(header[1:], row[1:], strict=True):
            if any(cell):
                lines += [f"  {name}:", *("    " + line for line in wrapped(cell, width - 4))]
    return "\n".join(lines)


# --- the result -----------------------------------------------------------------------------------------------------


def _gradient(lines: Sequence[GradientLine], screen: Screen) -> list[str]:
    width = _beside_margin(screen)
    sums = [
        [part for one in filled([_written(term, screen) for term in line.text], width)
         for part in (wrapped((one,), width) if cell_len(one) > width else [one])]
        for line in lines
    ]  # fmt: skip
    longest = max((cell_len(text[0]) for text in sums if len(text) == 1), default=0)
    out: list[str] = []
    for text, line in zip(sums, lines, strict=True):
        if line.remark:
            remark = _words(f"({line.remark})", screen)
            together = padded(text[0], longest) + " " * _BEFORE_REMARK + " ".join(remark)
            fits = len(text) == 1 and cell_len(together) <= width
            text = [together] if fits else [*text, *("  " + words for words in filled(remark, width - 2))]
        out += _headed("" if out else "Gradient", "\n".join(text), screen)
    return out


def _jacobians(report: Report, screen: Screen) -> list[str]:
    """Matrices with each row on a line of its own, the remark behind the last one or below."""
    width = _beside_margin(screen)
    out: list[str] = []
    for block in report.jacobians:
        before = cell_len(_written(block.head, screen)) + 1
        lines: list[str] = []
        for place, row in enumerate(block.rows):
            first, *more = filled(row.split() if cell_len(row) + before > width else [row], width - before)
            lines += [f"{block.head} {first}" if not place else " " * before + first]
            lines += [" " * before + line for line in more]
        remark = _words(f"({block.remark})", screen) if block.remark else []
        together = lines[-1] + " " * _BEFORE_REMARK + " ".join(remark)
        if cell_len(together) <= width:
            lines[-1] = together.rstrip()
        else:
            lines += ["  " + words for words in filled(remark, width - 2)]
        out += _headed("" if out else "Jacobian", "\n".join(lines), screen)
    return out


def _beside_margin(screen: Screen) -> int:
    return _ENDLESS if screen.width is None else screen.width - _MARGIN


def _headed(head: str, text: str, screen: Screen) -> list[str]:
    return [padded("" if k else head, _MARGIN) + line for k, line in enumerate(_written(text, screen).split("\n"))]


def _words(text: str, screen: Screen) -> list[str]:
    """What a line may break between: words, with `x = 4` as one of them."""
    return _TOGETHER.split(_written(text, screen))


def _written(text: str, screen: Screen) -> str:
    return spelled(text, ascii_only=screen.ascii_only)
