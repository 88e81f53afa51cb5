"""Many rows at once are what each row is alone."""

from __future__ import annotations

import math

import numpy
import pytest
from hypothesis import given, settings

from gradcli.graph.build import build, read
from gradcli.language import GradcliError
from gradcli.passes.backward import run_backward
from gradcli.passes.forward import UndefinedValue, run_forward
from gradcli.passes.rows import rows_value_and_grad

from .checks import same
from .random_graphs import ROUGH_FORMULAS, SMOOTH_FORMULAS

PASSES = settings.get_profile("passes")
VALUES = [-1000.0, -1.0, -0.5, 0.0, 0.3, 1.0, 2.0, 800.0]
ROWS = {
    "x": numpy.repeat(VALUES, 8),
    "y": numpy.tile(VALUES, 8),
    "z": numpy.array([0.5, -2.0, 0.0, 3.0] * 16),
}


def alone(graph, point, ties="split"):
    try:
        forward = run_forward(graph, point, ties)
    except UndefinedValue:
        return [math.nan] * (1 + len(point))
    return [forward.output, *run_backward(forward).gradient()]


def check_rows(graph, columns, ties="split"):
    value, gradient = rows_value_and_grad(graph, columns, ties)
    for row in range(len(value)):
        wanted = alone(graph, [float(columns[name][row]) for name in graph.inputs], ties)
        ours = [value[row], *(gradient[name][row] for name in graph.inputs)]
        assert all(same(a, b, 1e-9) for a, b in zip(ours, wanted, strict=True)), (row, ours, wanted)


@settings(PASSES, max_examples=100)
@given(ROUGH_FORMULAS)
def test_with_branches_borders_and_overflow(text):
    check_rows(build(read(text)), ROWS)


@settings(PASSES, max_examples=40)
@given(SMOOTH_FORMULAS)
def test_smooth_formulas(text):
    calm = {name: numpy.clip(column, -2, 2) for name, column in ROWS.items()}
    for gates in ("lecture", "named"):
        check_rows(build(read(text), gates), calm)


LITERAL = [
    ("where(x > 0, sqrt(x), 0*x)", [4, 0, -1], [2, 0, 0], [0.25, 0, 0]),
    ("ln(x)", [1, 0, -1], [0, math.nan, math.nan], [1, math.nan, math.nan]),
    ("gate g(u) = 1/(1/u); g(x)", [2, 0, -4], [2, math.nan, -4], [1, math.nan, 1]),
    ("gate g(u) = max(ln(u), 0); g(x)", [1, 0.5, -4], [0, 0, math.nan], [0.5, 0, math.nan]),
    ("(x²)^.5", [3, 0], [3, 0], [1, math.nan]),
    ("sqrt(x)", [4, 0], [2, 0], [0.25, math.inf]),
    ("e^x", [0, 1000], [1, math.inf], [1, math.inf]),
    ("σ(x)", [0, 1000, -1000], [0.5, 1, 0], [0.25, 0, 0]),
    ("7 + 0*x", [1, 2], [7, 7], [0, 0]),
]


@pytest.mark.parametrize(("formula", "x", "values", "slopes"), LITERAL)
def test_rows(formula, x, values, slopes):
    value, gradient = rows_value_and_grad(build(read(formula)), {"x": numpy.array(x, dtype=float)})
    assert all(map(same, value, values))
    assert all(map(same, gradient["x"], slopes))


@pytest.mark.parametrize("ties", ["split", "first", "all"])
def test_ties(ties):
    check_rows(build(read("max(x, y, z) + min(x, y) + 0*z")), ROWS, ties)


def test_one_number_stands_for_all_rows():
    value, gradient = rows_value_and_grad(build(read("x*y")), {"x": [1, 2, 3], "y": 2})
    assert value.tolist() == [2, 4, 6]
    assert gradient["x"].tolist() == [2, 2, 2]
    assert gradient["y"].tolist() == [1, 2, 3]


def test_an_output_that_does_not_depend_on_an_input():
    value, gradient = rows_value_and_grad(build(read("unused = y; x")), {"x": [1, 2], "y": [3, 4]})
    assert value.tolist() == [1, 2]
    assert gradient["y"].tolist() == [0, 0]


@pytest.mark.parametrize(
    "columns", [{"x": [1, 2, 3], "y": [1, 2]}, {"x": [1, "a"], "y": 1}, {"x": [[1], [2, 3]], "y": 1}]
)
def test_columns_that_do_not_fit(columns):
    with pytest.raises(GradcliError) as caught:
        rows_value_and_grad(build(read("x*y")), columns)
    assert caught.value.code == "bad-point"
    assert "x" in caught.value.message


@pytest.mark.parametrize(
    ("formula", "wanted"),
    [
        ("x + 1/0", [math.nan, math.nan]),
        ("where(x > 0, x, 1/0)", [1, math.nan]),
        ("where(x > 0, x, ln(0))", [1, math.nan]),
    ],
)
def test_what_is_made_of_constants_alone_may_be_undefined(formula, wanted):
    graph = build(read(formula))
    value, _ = rows_value_and_grad(graph, {"x": numpy.array([1.0, -1.0])})
    assert value == pytest.approx(wanted, nan_ok=True)
