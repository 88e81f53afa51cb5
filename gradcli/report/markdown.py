"""A report as Markdown, for notes, issues and notebooks."""

from __future__ import annotations

from collections.abc import Sequence

from gradcli.report.charset import spelled
from gradcli.report.layout import Cell, one_line
from gradcli.report.tables import JacobianBlock, Report, Table

_SPECIAL = str.maketrans({c: f"\\{c}" for c in "\\|*_`[]<>#~&$"})


def report_markdown(report: Report, *, ascii_only: bool = False) -> str:
    """The whole report."""
    blocks = [f"**{escape(report.reading, ascii_only=ascii_only)}**"]
    blocks += [table_markdown(table, ascii_only=ascii_only) for table in report.tables]
    if report.value is not None:
        lines = [report.value]
        lines += [" ".join(line.text) + (f" ({line.remark})" if line.remark else "") for line in report.gradient]
        blocks.append(f"### Value and gradient\n\n{bullets(lines, ascii_only=ascii_only)}")
        blocks += [_jacobian(block, ascii_only=ascii_only) for block in report.jacobians]
    return "\n\n".join(blocks) + "\n"


def _jacobian(block: JacobianBlock, *, ascii_only: bool) -> str:
    """A matrix as it is laid out on a screen, with its remark in front."""
    indent = "\n" + " " * (len(block.head) + 1)
    text = spelled(f"{block.head} {indent.join(block.rows)}", ascii_only=ascii_only)
    remark = f" ({escape(block.remark, ascii_only=ascii_only)})" if block.remark else ""
    return f"Jacobian{remark}\n\n```text\n{text}\n```"


def table_markdown(table: Table, *, ascii_only: bool = False) -> str:
    """A table with its title and the lines under it."""
    blocks = [f"### {escape(table.title, ascii_only=ascii_only)}"]
    blocks.append(grid_markdown(table.columns, [row.cells for row in table.rows], ascii_only=ascii_only))
    if table.notes:
        blocks.append(bullets(table.notes, ascii_only=ascii_only))
    return "\n\n".join(blocks)


def grid_markdown(columns: Sequence[str], rows: Sequence[Sequence[Cell]], *, ascii_only: bool = False) -> str:
    """Any table."""
    lines = [list(columns), *([one_line(cell) for cell in row] for row in rows)]
    head, *body = [f"| {' | '.join(escape(cell, ascii_only=ascii_only) for cell in line)} |" for line in lines]
    return "\n".join([head, f"| {' | '.join(['---'] * len(columns))} |", *body])


def bullets(lines: Sequence[str], *, ascii_only: bool = False) -> str:
    """A list."""
    return "\n".join(f"- {escape(line, ascii_only=ascii_only)}" for line in lines)


def escape(text: str, *, ascii_only: bool = False) -> str:
    """Text as it is written, in which nothing is a sign of Markdown."""
    return spelled(text, ascii_only=ascii_only).translate(_SPECIAL)
