"""Reports of formulas with vectors and matrices, for the tests of this room."""

from __future__ import annotations

from gradcli.graph.point import from_numbers
from gradcli.passes.evaluate import Evaluation, evaluate
from gradcli.report.structure import Layout
from gradcli.report.tables import Report, report

W = [[1, 0.5], [-1, 2], [0.5, -0.5]]
X = [1, -2]
BY_ROWS = "; arrays are read row by row: vec"
NUMERATOR = "numerator layout: do/di has a row for each entry of o and a column for each entry of i"
DENOMINATOR = "denominator layout: do/di has a row for each entry of i and a column for each entry of o"


def evaluated(formula: str, at: dict[str, object], **more: object) -> Evaluation:
    return evaluate(formula, from_numbers(at, "at"), **more)  # type: ignore[arg-type]


def reported(formula: str, layout: Layout = "numerator", more: dict[str, object] | None = None, **at: object) -> Report:
    return report(evaluated(formula, at, **(more or {})), layout=layout)


def rows(shown: Report, table: int) -> dict[str, list[str]]:
    return {row.cells[0][0]: [", ".join(cell) for cell in row.cells[1:]] for row in shown.tables[table].rows}


def last(formula: str, table: int = 0, column: int = -1, **at: object) -> str:
    """A cell of the output's node."""
    found = reported(formula, **at).tables[table].rows
    return ", ".join(found[-1 if table == 0 else 0].cells[column])
