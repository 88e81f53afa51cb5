"""Markdown that shows what was meant, and nothing as markup."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gradcli.report.charset import spelled
from gradcli.report.layout import one_line
from gradcli.report.markdown import escape, grid_markdown, report_markdown

from .shown import T4, reported

UNESCAPED = re.compile(r"(?<!\\)(?:\\\\)*([*_`\[\]<>|~$&#])")


def read_row(line: str) -> list[str]:
    """The cells of a row of a Markdown table, as a renderer shows them."""
    assert line.startswith("| ")
    assert line.endswith(" |")
    return [re.sub(r"\\(.)", r"\1", cell) for cell in re.split(r"(?<!\\) \| ", line[2:-2])]


@pytest.mark.parametrize("ascii_only", [True, False])
def test_the_tables_read_back(ascii_only: bool) -> None:
    report = reported("gate a_b(u, v) = |u|*max(u, v)/‖v‖; a_b(x, y) + relu(x) + " + T4[4:], x=0, y=3)
    text = report_markdown(report, ascii_only=ascii_only)
    rows = [read_row(line) for line in text.split("\n") if line.startswith("|")]
    expected = []
    for table in report.tables:
        lines = [list(table.columns), ["---"] * 4, *([one_line(cell) for cell in row.cells] for row in table.rows)]
        expected += [[spelled(cell, ascii_only=ascii_only) for cell in line] for line in lines]
    assert rows == expected


@pytest.mark.parametrize("ascii_only", [True, False])
def test_nothing_in_a_cell_is_markup(ascii_only: bool) -> None:
    text = report_markdown(reported("|x| + relu(x)*x_1 + ‖y‖", x=0, x_1=2, y=3), ascii_only=ascii_only)
    cells = [cell for line in text.split("\n") if line.startswith("|") for cell in re.split(r"(?<!\\)\|", line[1:-1])]
    assert not any(UNESCAPED.search(cell) for cell in cells)
    assert text.isascii() == ascii_only


def test_the_whole_report() -> None:
    text = report_markdown(reported("x*y + x", x=2, y=3))
    assert text.startswith("**x \\* y + x**\n\n### Forward pass: x = 2, y = 3\n\n| node | inputs i |")
    assert text.endswith(
        "### Value and gradient\n\n- f = 8\n"
        "- df/dx = 3 + 1 = 4 (x reaches f on two edges: its contributions are summed)\n- df/dy = 2\n"
    )
    assert "- † relu(·): relu′(0) = 0\n" in report_markdown(reported("relu(x)", x=0))


@settings.get_profile("report")
@given(st.lists(st.text(st.characters(exclude_categories=("C", "Z"))), min_size=2, max_size=2))
def test_any_cell_reads_back(cells: list[str]) -> None:
    table = grid_markdown(("a", "b"), [tuple((cell,) for cell in cells)])
    assert read_row(table.split("\n")[2]) == [spelled(cell, ascii_only=False) for cell in cells]


def test_escaping_comes_after_spelling() -> None:
    assert escape("do ⋅ di †", ascii_only=True) == "do \\* di \\*"
    assert escape("‖w‖", ascii_only=True) == "\\|\\|w\\|\\|"
