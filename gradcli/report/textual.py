"""A report as text: with boxes and colours on a terminal, in plain aligned columns elsewhere."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import TYPE_CHECKING

from gradcli.report.charset import spelled
from gradcli.report.layout import GAP, Cell, column_widths, wrapped
from gradcli.report.screen import Screen
from gradcli.report.tables import GradientLine, Report, Row, Table

if TYPE_CHECKING:
    from rich.table import Table as RichTable

_TONES = {"fault": "bold red", "faint": "dim", "gap": "dim", "plain": ""}


def report_text(report: Report, screen: Screen) -> str:
    """The whole report, ready to be written."""
    blocks = [_paragraph(report.reading, screen)]
    blocks += [_table_text(_spelled(table, screen), screen) for table in report.tables]
    result = _result_text(report, screen)
    if result:
        blocks.append(result)
    return "\n\n".join(blocks) + "\n"


def grid_text(columns: Sequence[str], rows: Sequence[Sequence[Cell]], screen: Screen, title: str = "") -> str:
    """Any table, laid out as those of a report are."""
    table = Table(title, tuple(columns), tuple(Row(tuple(row)) for row in rows))
    return _table_text(_spelled(table, screen), screen)


# --- tables -------------------------------------------------------------------------------------------------------------


def _table_text(table: Table, screen: Screen) -> str:
    cells = [[(column,) for column in table.columns], *(row.cells for row in table.rows)]
    frame = 3 * len(table.columns) + 1 if screen.boxes else GAP * (len(table.columns) - 1)
    available = 10**9 if screen.width is None else screen.width - frame
    widths = column_widths(cells, available)
    body = _stacked(table, screen) if widths is None else _columns(table, widths, screen)
    notes = [_paragraph(note, screen) for note in table.notes]
    return "\n".join([*([_paragraph(table.title, screen)] if table.title else []), body, *notes])


def _columns(table: Table, widths: list[int], screen: Screen) -> str:
    from rich.text import Text

    grid = _grid(screen)
    for column, width in zip(table.columns, widths, strict=True):
        grid.add_column(Text("\n".join(wrapped((column,), width))), no_wrap=True, overflow="ignore", width=width)
    for row in table.rows:
        grid.add_row(*[Text("\n".join(wrapped(cell, width)), style=_TONES[row.tone] if screen.boxes else "")
                       for cell, width in zip(row.cells, widths, strict=True)])  # fmt: skip
    out = io.StringIO()
    screen.console(out).print(grid) if not screen.boxes else _styled(screen, out).print(grid)
    return "\n".join(line.rstrip() for line in out.getvalue().rstrip("\n").split("\n"))


def _styled(screen: Screen, out: io.StringIO):  # type: ignore[no-untyped-def]
    import os

    from rich.console import Console

    colours = None if os.environ.get("NO_COLOR") else "standard"
    return Console(file=out, width=screen.width, markup=False, highlight=False, emoji=False, force_terminal=True,
                   color_system=colours, legacy_windows=False)  # type: ignore[arg-type]  # fmt: skip


def _grid(screen: Screen) -> RichTable:
    from rich import box
    from rich.table import Table as RichTable

    if screen.boxes:
        shape = box.ASCII2 if screen.ascii_only else box.ROUNDED
        return RichTable(box=shape, header_style="bold", padding=(0, 1), show_lines=False)
    return RichTable(box=None, header_style="", padding=(0, GAP, 0, 0), pad_edge=False)


def _stacked(table: Table, screen: Screen) -> str:
    """A table that is too wide for the screen, one node below the other."""
    width = screen.width or 80
    lines = []
    for row in table.rows:
        lines += wrapped(row.cells[0], width)
        for name, cell in zip(table.columns[1:], row.cells[1:], strict=True):
            if cell:
                lines += [f"  {name}:", *("    " + line for line in wrapped(cell, max(width - 4, 1)))]
    return "\n".join(lines)


# --- the result ---------------------------------------------------------------------------------------------------------

_MARGIN = 11
"""Where the lines under `Value` and `Gradient` begin."""


def _result_text(report: Report, screen: Screen) -> str:
    lines = []
    if report.value is not None:
        lines += _headed("Value", [report.value], screen)
    heads = ["Gradient"] + [""] * len(report.gradient)
    texts = [_flush(line, screen) for line in report.gradient]
    longest = max((len(t) for t in texts if "\n" not in t), default=0)
    for head, text, line in zip(heads, texts, report.gradient, strict=False):
        remark = f"({line.remark})" if line.remark else ""
        together = f"{text:<{longest}}   {remark}"
        fits = screen.width is None or len(together) + _MARGIN <= screen.width
        parts = [together if remark else text] if fits or not remark else [text, *_words(remark, screen)]
        lines += _headed(head, "\n".join(parts).split("\n"), screen)
    return "\n".join(lines)


def _flush(line: GradientLine, screen: Screen) -> str:
    """A sum, broken before its signs if it is too long for the screen."""
    width = 10**9 if screen.width is None else max(screen.width - _MARGIN, NARROWEST_SUM)
    out = [""]
    for term in line.text:
        text = spelled(term, ascii_only=screen.ascii_only)
        if out[-1] and len(out[-1]) + 1 + len(text) > width:
            out.append("  " + text)
        else:
            out[-1] += (" " if out[-1] else "") + text
    return "\n".join(out)


NARROWEST_SUM = 12


def _words(remark: str, screen: Screen) -> list[str]:
    import textwrap

    text = spelled(remark, ascii_only=screen.ascii_only)
    return textwrap.wrap(text, max((screen.width or 80) - _MARGIN - 2, NARROWEST_SUM), initial_indent="  ",
                         subsequent_indent="  ")  # fmt: skip


def _headed(head: str, lines: list[str], screen: Screen) -> list[str]:
    spelled_lines = [spelled(line, ascii_only=screen.ascii_only) for line in lines]
    return [f"{head if not k else '':<{_MARGIN}}{line}".rstrip() for k, line in enumerate(spelled_lines)]


def _paragraph(text: str, screen: Screen) -> str:
    import textwrap

    text = spelled(text, ascii_only=screen.ascii_only)
    if screen.width is None or len(text) <= screen.width:
        return text
    return "\n".join(textwrap.wrap(text, screen.width, subsequent_indent="  ", break_long_words=True))


def _spelled(table: Table, screen: Screen) -> Table:
    def write(text: str) -> str:
        return spelled(text, ascii_only=screen.ascii_only)

    rows = tuple(Row(tuple(tuple(map(write, cell)) for cell in row.cells), row.tone) for row in table.rows)
    return Table(table.title, tuple(map(write, table.columns)), rows, table.notes)
