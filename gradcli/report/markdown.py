"""A report as Markdown, for notes, issues and notebooks."""

from __future__ import annotations

from collections.abc import Sequence

from gradcli.report.charset import spelled
from gradcli.report.layout import Cell, one_line
from gradcli.report.tables import Report, Table

_SPECIAL = str.maketrans({c: f"\\{c}" for c in "\\|*_`[]<>#"})


def report_markdown(report: Report, *, ascii_only: bool = False) -> str:
    """The whole report."""
    blocks = [f"**{escape(report.reading)}**"]
    for table in report.tables:
        blocks += [f"### {escape(table.title)}", _table(table)]
        if table.notes:
            blocks.append("\n".join(f"- {escape(note)}" for note in table.notes))
    if report.value is not None:
        lines = [f"- {escape(report.value)}"]
        for line in report.gradient:
            remark = f" ({escape(line.remark)})" if line.remark else ""
            lines.append(f"- {escape(' '.join(line.text))}{remark}")
        blocks += ["### Value and gradient", "\n".join(lines)]
    return spelled("\n\n".join(blocks) + "\n", ascii_only=ascii_only)


def grid_markdown(columns: Sequence[str], rows: Sequence[Sequence[Cell]], *, ascii_only: bool = False) -> str:
    """Any table."""
    lines = [_row(columns), _row(["---"] * len(columns), plain=True)]
    lines += [_row([one_line(cell) for cell in row]) for row in rows]
    return spelled("\n".join(lines), ascii_only=ascii_only)


def escape(text: str) -> str:
    """Text in which nothing is a sign of Markdown."""
    return text.translate(_SPECIAL)


def _table(table: Table) -> str:
    return grid_markdown(table.columns, [row.cells for row in table.rows])


def _row(cells: Sequence[str], *, plain: bool = False) -> str:
    return "| " + " | ".join(cell if plain else escape(cell) for cell in cells) + " |"
