"""The table of a numeric check."""

from __future__ import annotations

import math
from collections.abc import Sequence

from gradcli.passes.numeric import NumericCheck
from gradcli.report.layout import Cell
from gradcli.report.markdown import escape, grid_markdown
from gradcli.report.numbers import NumberStyle, significant
from gradcli.report.screen import Screen
from gradcli.report.textual import grid_text

_COLUMNS = ("by", "analytic", "numeric", "its own error", "relative error", "step h", "verdict")
_TITLE = "Numeric check: central differences (f(x + h) − f(x − h)) / 2h, extrapolated to h = 0"


def checks_text(checks: Sequence[NumericCheck], style: NumberStyle, screen: Screen) -> str:
    """The table for a terminal or a pipe."""
    return grid_text(_COLUMNS, _rows(checks, style), screen, _TITLE)


def checks_markdown(checks: Sequence[NumericCheck], style: NumberStyle, *, ascii_only: bool) -> str:
    """The table in Markdown."""
    return f"### {escape(_TITLE, ascii_only=ascii_only)}\n\n" + grid_markdown(
        _COLUMNS, _rows(checks, style), ascii_only=ascii_only
    )


MOST_ROWS_OF_ONE = 12
"""Entries of one array that have a row each; of more that agree, one row tells the largest error."""


def _rows(checks: Sequence[NumericCheck], style: NumberStyle) -> list[tuple[Cell, ...]]:
    by_name: dict[str, list[NumericCheck]] = {}
    for check in checks:
        by_name.setdefault(check.name.partition("[")[0], []).append(check)
    rows = []
    for name, found in by_name.items():
        agreeing = [check for check in found if check.verdict == "agrees"]
        others = [check for check in found if check.verdict != "agrees"]
        if len(agreeing) > MOST_ROWS_OF_ONE:
            rows.append(_together(name, agreeing))
            found = others
        rows += _single_rows(found, style)
    return rows


def _together(name: str, checks: Sequence[NumericCheck]) -> tuple[Cell, ...]:
    worst = max(check.error for check in checks)
    error = (f"at most {significant(2)(worst)}",)
    bound = f"at most {significant(2)(max(check.bound for check in checks))}"
    return ((f"{name}[…]",), (f"{len(checks)} entries",), ("",), (bound,), error, ("",), ("agrees",))


def _single_rows(checks: Sequence[NumericCheck], style: NumberStyle) -> list[tuple[Cell, ...]]:
    short = significant(2)
    return [
        ((c.name,), (style(c.analytic),), _known(c.numeric, style), _known(c.bound, short), _known(c.error, short),
         _known(c.step, short), (c.verdict, c.reason) if c.reason else (c.verdict,))
        for c in checks
    ]  # fmt: skip


def _known(x: float, style: NumberStyle) -> Cell:
    return ("—" if math.isnan(x) else style(x),)
