"""Reports of formulas, for the tests of this room."""

from __future__ import annotations

from gradcli.graph.gatesets import GateSet
from gradcli.graph.point import from_numbers
from gradcli.passes.evaluate import Evaluation, UndefinedFormula, evaluate
from gradcli.report.nodes import views
from gradcli.report.screen import Screen
from gradcli.report.tables import Report, report, report_up_to
from gradcli.report.textual import report_text

T4 = "z = (x + σ(x)) / (σ(x) + (x + y)²)"
T4_POINT = {"x": 4.0, "y": 3.0}
PIPE = Screen()


def evaluated(formula: str, gates: GateSet = "lecture", **at: float) -> Evaluation:
    return evaluate(formula, from_numbers(at, "at"), gates=gates)


def reported(formula: str, gates: GateSet = "lecture", **at: float) -> Report:
    try:
        return report(evaluated(formula, gates, **at))
    except UndefinedFormula as fault:
        return report_up_to(fault)


def text(formula: str, screen: Screen = PIPE, gates: GateSet = "lecture", **at: float) -> str:
    return report_text(reported(formula, gates, **at), screen)


def labels(formula: str, gates: GateSet = "lecture", **at: float) -> list[str]:
    return [node.label for node in views(evaluated(formula, gates, **at))]


def forward_rows(formula: str, gates: GateSet = "lecture", **at: float) -> list[list[str]]:
    """The forward table, each cell on one line."""
    return [[", ".join(cell) for cell in row.cells] for row in reported(formula, gates, **at).tables[0].rows]


def gradient_lines(formula: str, **at: float) -> list[tuple[str, str]]:
    return [(" ".join(line.text), line.remark) for line in reported(formula, **at).gradient]
