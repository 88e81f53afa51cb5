"""Whole reports, as text files that a reader can compare with the lectures.

`golden/t4_by_hand.txt` was typed: its forward table, the rows of its backward table that the contract shows and its
gradient are copied from there, the other rows follow the numbers that the lecture prints. Only its blanks differ, so it
is compared cell by cell. The other files were written by the program and then checked by eye: `toy_network_named.txt`
against the numbers of the course notebook, `neuron_primitive.txt` and `product_of_sum.txt` against the slides (0.2 is
0.197 with three digits), the rest against pencil and paper. To change one, write it anew and check it again.

Files of vectors and matrices have their width in their name; 80 columns are those of a terminal with boxes. The
gradients of `matrix_net` are compared with the numbers of an independent program, too.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from gradcli.graph.point import from_numbers
from gradcli.passes.evaluate import evaluate
from gradcli.report.screen import Screen
from gradcli.report.structure import Layout
from gradcli.report.tables import report
from gradcli.report.textual import report_text

from .shown import PIPE, T4, T4_POINT, text

GOLDEN = Path(__file__).parent / "golden"
TOY = ("f0 = β0 + ω0*x; h1 = sin(f0); f1 = β1 + ω1*h1; h2 = exp(f1); f2 = β2 + ω2*h2; h3 = cos(f2); f3 = β3 + ω3*h3; "
       "l = (f3 - y)^2")  # fmt: skip
TOY_POINT = {
    "β0": 1.0,
    "ω0": 0.1,
    "β1": 2.0,
    "ω1": -0.4,
    "β2": -3.0,
    "ω2": 2.0,
    "β3": 0.4,
    "ω3": 3.0,
    "x": 2.3,
    "y": 2.0,
}


def golden(name: str) -> str:
    return (GOLDEN / name).read_text(encoding="utf-8")


def cells(report: str) -> list[list[str]]:
    return [re.split(r"\s{2,}", line.strip()) for line in report.strip().split("\n")]


def test_the_lectures_example_cell_by_cell() -> None:
    written = text(T4, **T4_POINT)
    assert cells(written)[2:] == cells(golden("t4_by_hand.txt"))


@pytest.mark.parametrize(
    ("name", "formula", "gates", "screen", "point"),
    [
        ("t4_80_columns.txt", T4, "lecture", Screen(boxes=True, width=80), T4_POINT),
        ("neuron_primitive.txt", "f = 1/(1 + e^(-(w0*x0 + w1*x1 + w2)))", "primitive", PIPE,
         {"w0": 2.0, "x0": -1.0, "w1": -3.0, "x1": -2.0, "w2": -3.0}),
        ("toy_network_named.txt", TOY, "named", PIPE, TOY_POINT),
        ("product_of_sum.txt", "q = x + y; f = q*z", "lecture", PIPE, {"x": -2.0, "y": 5.0, "z": -4.0}),
        ("kinks.txt", "relu(x) + max(x, y, z) + sqrt(z)", "lecture", PIPE, {"x": 0.0, "y": 0.0, "z": 0.0}),
        ("undefined.txt", "y + ln(x - 3)*2", "lecture", PIPE, {"x": 1.0, "y": 2.0}),
        ("ascii.txt", "σ(x)*(x + y)² + √y/(x + y)²", "lecture", Screen(ascii_only=True), T4_POINT),
    ],
)  # fmt: skip
def test_golden(name: str, formula: str, gates: str, screen: Screen, point: dict[str, float]) -> None:
    assert text(formula, screen, gates, **point) == golden(name)  # type: ignore[arg-type]


def test_the_toy_network_shows_the_numbers_of_the_notebook() -> None:
    """Upstream of l's operand f3, then of h3, f2 … f0; −17.060 without its trailing zero."""
    upstream = {row[0]: row[1] for row in cells(golden("toy_network_named.txt").split("Backward")[1])[2:10]}
    assert upstream == {"l": "1", "f3": "0.745", "h3": "2.234", "f2": "−1.683", "h2": "−3.366", "f1": "−17.06",
                        "h1": "6.824", "f0": "2.281"}  # fmt: skip


# --- vectors and matrices ---------------------------------------------------------------------------------------------

LECTURES = {entry["id"]: entry for entry in json.loads((GOLDEN.parent.parent / "lectures.json").read_text("utf-8"))}
NET = LECTURES["dl-matrix-net"]
LAYER = {"W": [[1, 0.5], [-1, 2], [0.5, -0.5]], "x": [1, -2]}
BATCH = {"X": [[1, 2], [3, 4], [5, 6]], "w": [1, -1], "b": 2, "y": [1, 1, 4]}
SCREENS = {"80": Screen(boxes=True, width=80), "140": Screen(width=140), "pipe": PIPE, "ascii": Screen(ascii_only=True)}


@pytest.mark.parametrize(
    ("name", "formula", "layout", "more", "point"),
    [
        ("matrix_net_140.txt", NET["formula"], "numerator", {}, NET["at"]),
        ("matrix_net_denominator_80.txt", NET["formula"], "denominator", {}, NET["at"]),
        ("matrix_net_named_140.txt", NET["formula"], "numerator", {"gates": "named"}, NET["at"]),
        ("dot_80.txt", "w'x", "numerator", {}, {"w": [1, 2, 3], "x": [4, -5, 6]}),
        ("quadratic_form_80.txt", "w' @ A @ w", "numerator", {}, {"w": [1, -2], "A": [[2, 1], [1, 3]]}),
        ("quadratic_form_denominator_140.txt", "w' @ A @ w", "denominator", {}, {"w": [1, -2], "A": [[2, 1], [1, 3]]}),
        ("matrix_times_vector_pipe.txt", "W @ x", "numerator", {"seed_gradient": "ones"}, LAYER),
        ("relu_layer_jacobian_140.txt", "relu(W @ x)", "numerator", {"jacobian": True}, LAYER),
        ("relu_layer_jacobian_denominator_80.txt", "relu(W @ x)", "denominator", {"jacobian": True}, LAYER),
        ("relu_layer_ascii.txt", "sum(relu(W @ x))", "numerator", {}, LAYER),
        ("batch_regression_140.txt", "L = mean((X @ w + b - y)^2)", "numerator", {}, BATCH),
        ("batch_regression_80.txt", "L = mean((X @ w + b - y)^2)", "numerator", {}, BATCH),
        ("batch_layer_140.txt", "L = sum(relu(X @ W' + b)^2)", "numerator", {},
         {"X": [[1, 2], [3, -4]], "W": [[1, 0.5], [-1, 2]], "b": [0.5, -0.5]}),
    ],
)  # fmt: skip
def test_golden_arrays(name: str, formula: str, layout: Layout, more: dict[str, Any], point: dict[str, Any]) -> None:
    result = evaluate(formula, from_numbers(point, "at"), **more)
    screen = SCREENS[name.removesuffix(".txt").rpartition("_")[2]]
    assert report_text(report(result, layout=layout), screen) == golden(name)


def test_the_matrix_net_shows_the_independent_numbers() -> None:
    lines = golden("matrix_net_140.txt").partition("Gradient")[2].strip().split("\n")
    shown = {found[1]: json.loads(found[2].replace("−", "-")) for line in lines
             if (found := re.match(r"\s*dl/d(\S+) = (\[[^()]*\])", line))}  # fmt: skip
    assert shown.keys() == NET["gradient"].keys()
    for name, numbers in shown.items():
        assert _flat(numbers) == pytest.approx(_flat(NET["gradient"][name]), abs=6e-4)


def _flat(x: Any) -> list[float]:
    return [y for part in x for y in _flat(part)] if isinstance(x, list) else [x]
