"""The policy at special points as a literal table: formula, point, value and gradient, or the refusal.

Every number is worked out by hand; ∞ and NaN stand where the derivative is infinite or does not exist.
"""

from __future__ import annotations

import math

import pytest

from gradcli.graph.build import build, read
from gradcli.graph.gatesets import GATE_SETS
from gradcli.graph.point import from_numbers
from gradcli.language import GradcliError
from gradcli.passes.backward import run_backward
from gradcli.passes.evaluate import UndefinedFormula, evaluate
from gradcli.passes.forward import run_forward

from .checks import same

INF, NAN = math.inf, math.nan
LN2 = math.log(2)

GRAPH = [
    ("b = a + a; c = b + b", {"a": 3}, 12, {"a": 4}),
    ("a*a", {"a": 3}, 9, {"a": 6}),
    ("a - a", {"a": 3}, 0, {"a": 0}),
    ("a/a", {"a": 4}, 1, {"a": 0}),
    ("s = a*a; f = s + (s + (s + 1)*a)*a", {"a": 2}, 8 + 8 + 16, {"a": 8 + 12 + 32}),  # 2a² + a³ + a⁴
    ("3", {}, 3, {}),
    ("2*3 + 1", {}, 7, {}),
    ("x", {"x": 5}, 5, {"x": 1}),
    ("0*x + y", {"x": 5, "y": 1}, 1, {"x": 0, "y": 1}),
    ("unused = x; y", {"x": 5, "y": 1}, 1, {"x": 0, "y": 1}),
    ("y", {"x": 5, "y": 1}, 1, {"x": 0, "y": 1}),
    ("x*y*z", {"x": 0, "y": 2, "z": 3}, 0, {"x": 6, "y": 0, "z": 0}),
    ("x*y*z", {"x": 0, "y": 0, "z": 3}, 0, {"x": 0, "y": 0, "z": 0}),
]

KINKS = [
    ("|x|", {"x": 0}, 0, {"x": 0}),
    ("|x|", {"x": -0.0}, 0, {"x": 0}),
    ("relu(x)", {"x": 0}, 0, {"x": 0}),
    ("max(x, x)", {"x": 2}, 2, {"x": 1}),
    ("max(x, 0)", {"x": 0}, 0, {"x": 0.5}),
    ("max(x, y)", {"x": 2, "y": 2}, 2, {"x": 0.5, "y": 0.5}),
    ("min(x, y)", {"x": 2, "y": 2}, 2, {"x": 0.5, "y": 0.5}),
    ("max(x, y, z)", {"x": 2, "y": 2, "z": 2}, 2, {"x": 1 / 3, "y": 1 / 3, "z": 1 / 3}),
    ("max(x, y, z)", {"x": 2, "y": 1, "z": 2}, 2, {"x": 0.5, "y": 0, "z": 0.5}),
    ("clip(x, -1, 2)", {"x": -1}, -1, {"x": 1}),
    ("clip(x, -1, 2)", {"x": 2}, 2, {"x": 1}),
    ("clip(x, -1, 2)", {"x": 2.5}, 2, {"x": 0}),
    ("relu(1 - t*s)", {"t": 1, "s": 1}, 0, {"t": 0, "s": 0}),
    ("relu(x) - relu(-x)", {"x": 0}, 0, {"x": 0}),
    ("leaky_relu(x)", {"x": 0}, 0, {"x": 0.01}),
    ("elu(x)", {"x": 0}, 0, {"x": 1}),
    ("hardtanh(x)", {"x": 1}, 1, {"x": 0}),
    ("relu6(x)", {"x": 6}, 6, {"x": 0}),
    ("sign(x)", {"x": 0}, 0, {"x": 0}),
    ("floor(x)", {"x": 2}, 2, {"x": 0}),
    ("round(x)", {"x": 2.5}, 2, {"x": 0}),
    # Smooth, but built from kinks.
    ("log_sigmoid(x)", {"x": 0}, -LN2, {"x": 0.5}),
    ("asinh(x)", {"x": 0}, 0, {"x": 1}),
    ("max(z, 0) - z*t + ln(1 + e^(-|z|))", {"z": 0, "t": 0}, LN2, {"z": 0.5, "t": 0}),
]

SINGULAR = [
    ("x^0", {"x": 0}, 1, {"x": 0}),
    ("x^1", {"x": 0}, 0, {"x": 1}),
    ("x^2", {"x": 0}, 0, {"x": 0}),
    ("x^0.5", {"x": 0}, 0, {"x": INF}),
    ("x^y", {"x": 0, "y": 0}, 1, {"x": 0, "y": 0}),
    ("x^y", {"x": 0, "y": 1}, 0, {"x": 1, "y": 0}),
    ("x^y", {"x": 0, "y": 2}, 0, {"x": 0, "y": 0}),
    ("x^2", {"x": -2}, 4, {"x": -4}),
    ("x^3", {"x": -2}, -8, {"x": 12}),
    ("x^4", {"x": -2}, 16, {"x": -32}),
    ("x^y", {"x": -2, "y": 3}, -8, {"x": 12, "y": NAN}),
    ("(-2)^3 + x", {"x": 0}, -8, {"x": 1}),
    ("sqrt(x)", {"x": 0}, 0, {"x": INF}),
    ("sqrt(x)", {"x": -0.0}, 0, {"x": INF}),
    ("cbrt(x)", {"x": 0}, 0, {"x": INF}),
    ("(x²)^.5", {"x": 0}, 0, {"x": NAN}),
    ("sqrt(x*x)", {"x": 0}, 0, {"x": NAN}),
    ("asin(x)", {"x": 1}, math.pi / 2, {"x": INF}),
    ("acos(x)", {"x": 1}, 0, {"x": -INF}),
    ("acosh(x)", {"x": 1}, 0, {"x": INF}),
    ("hypot(x, y)", {"x": 0, "y": 0}, 0, {"x": 0, "y": 0}),
    ("sinc(x)", {"x": 0}, 1, {"x": 0}),
    ("where(x > 0, sqrt(x), 0*x)", {"x": 0}, 0, {"x": 0}),
    ("if(x > 0, ln(x), x)", {"x": -1}, -1, {"x": 1}),
    ("where(x > 0, 1/x, 1/y)", {"x": 0, "y": 2}, 0.5, {"x": 0, "y": -0.25}),
]

OVERFLOW = [
    ("σ(x)", {"x": 1000}, 1, {"x": 0}),
    ("σ(x)", {"x": -1000}, 0, {"x": 0}),
    ("1/(1 + e^(-x))", {"x": 1000}, 1, {"x": 0}),
    ("1/(1 + e^(-x))", {"x": -1000}, 0, {"x": NAN}),  # 0 · ∞, which the fused gate avoids
    ("tanh(x)", {"x": 800}, 1, {"x": 0}),
    ("tanh(x)", {"x": -800}, -1, {"x": 0}),
    ("softplus(x)", {"x": 1000}, 1000, {"x": 1}),
    ("softplus(x)", {"x": -1000}, 0, {"x": 0}),
    ("ln(1 + e^x)", {"x": 1000}, INF, {"x": NAN}),
    ("logsumexp(x, y)", {"x": 1000, "y": 1000}, 1000 + LN2, {"x": 0.5, "y": 0.5}),
    ("e^x", {"x": 1000}, INF, {"x": INF}),
    ("hypot(x, y)", {"x": 3e200, "y": 4e200}, 5e200, {"x": 0.6, "y": 0.8}),
]


@pytest.mark.parametrize(("formula", "point", "value", "gradient"), GRAPH + KINKS + SINGULAR + OVERFLOW)
def test_value_and_gradient(formula, point, value, gradient):
    result = evaluate(formula, from_numbers(point, "here"))
    assert same(result.value, value, 1e-15)
    assert result.gradient.keys() == gradient.keys()
    # The slopes of logsumexp are e^(i − o), where o = 1000.69… is rounded.
    assert all(same(result.gradient[name], gradient[name], 2e-13) for name in gradient), result.gradient


# What is spelled out as max, or recognised in one, follows another convention at its kink.
SAME_IN_ALL = GRAPH + [row for row in KINKS if row[0].startswith(("|x|", "max(x, y", "min(x, y", "max(x, x"))]


@pytest.mark.parametrize("gates", GATE_SETS)
@pytest.mark.parametrize(("formula", "point", "value", "gradient"), SAME_IN_ALL)
def test_in_all_gate_sets(formula, point, value, gradient, gates):
    result = evaluate(formula, from_numbers(point, "here"), gates=gates)
    assert same(result.value, value, 1e-15)
    assert all(same(result.gradient[name], gradient[name], 1e-15) for name in gradient), result.gradient


@pytest.mark.parametrize(
    ("formula", "x", "gates", "slope", "convention"),
    [
        ("max(x, 0)", 0, "lecture", 0.5, "max of k equal inputs: 1/k each"),
        ("max(x, 0)", 0, "coarse", 0.5, "max of k equal inputs: 1/k each"),
        ("relu(x)", 0, "lecture", 0, "relu′(0) = 0"),
        ("relu(x)", 0, "primitive", 0, "relu′(0) = 0"),
    ],
)
def test_a_gate_says_its_own_convention(formula, x, gates, slope, convention):
    result = evaluate(formula, from_numbers({"x": x}, "here"), gates=gates)
    assert result.gradient["x"] == slope
    assert list(result.forward.conventions().values()) == [(convention,)]


@pytest.mark.parametrize(
    ("formula", "x", "value", "slope"), [("1/(1 + e^(-x))", -1000, 0, 0), ("ln(1 + e^x)", 1000, 1000, 1)]
)
def test_recognised_functions_stay_finite(formula, x, value, slope):
    result = evaluate(formula, from_numbers({"x": x}, "here"), gates="coarse")
    assert (result.value, result.gradient["x"]) == (value, slope)


UNDEFINED = [
    ("x^-1", {"x": 0}, "1/0", "x^-1"),
    ("x^-2", {"x": 0}, "0 to the power −2", "x^-2"),
    ("x^0.5", {"x": -4}, "a negative number to the power 0.5", "x^0.5"),
    ("2 + sqrt(x)", {"x": -1}, "√ of a negative number", "sqrt(x)"),
    ("y*ln(x)", {"x": 0, "y": 0}, "ln of 0", "ln(x)"),
    ("x*ln(x)", {"x": 0}, "ln of 0", "ln(x)"),
    ("1 + ln(x - 3)", {"x": 1}, "ln of a negative number", "ln(x - 3)"),
    ("x/y", {"x": 0, "y": 0}, "1/0", "x/y"),
    ("1/x", {"x": -0.0}, "1/0", "1/x"),
    ("x + 0/0", {"x": 1}, "0/0", "0/0"),
    ("atan2(y, x)", {"x": 0, "y": 0}, "atan2(0, 0)", "atan2(y, x)"),
    ("atanh(x)", {"x": 1}, "atanh of 1", "atanh(x)"),
    ("asin(x)", {"x": 2}, "asin of a number outside [−1, 1]", "asin(x)"),
    ("(x + y)*ln(x)/(x - x)", {"x": -1, "y": 1}, "ln of a negative number", "ln(x)"),
    ("where(x > 0, ln(-x), x)", {"x": 1}, "ln of a negative number", "ln(-x)"),
    ("e^x - e^x*1", {"x": 1000}, "not a number: an earlier node is too large for double precision", "e^x - e^x*1"),
]


@pytest.mark.parametrize(("formula", "point", "reason", "place"), UNDEFINED)
def test_undefined_values_are_refused_where_they_arise(formula, point, reason, place):
    with pytest.raises(UndefinedFormula) as caught:
        evaluate(formula, from_numbers(point, "here"))
    error = caught.value
    assert error.code == "undefined-value"
    assert error.reason == reason
    assert formula[error.start : error.end] == place


TIES = [
    ("max(x, y)", {"first": (1, 0), "split": (0.5, 0.5), "all": (1, 1)}),
    ("min(x, y)", {"first": (1, 0), "split": (0.5, 0.5), "all": (1, 1)}),
    ("max(x, y, x)", {"first": (1, 0), "split": (2 / 3, 1 / 3), "all": (2, 1)}),
    ("max(y - 1, x, y)", {"first": (1, 0), "split": (0.5, 0.5), "all": (1, 1)}),
]


@pytest.mark.parametrize(("formula", "wanted"), TIES)
def test_ties(formula, wanted):
    graph = build(read(formula))
    for ties, gradient in wanted.items():
        ours = run_backward(run_forward(graph, [2.0] * 2, ties)).gradient()
        assert dict(zip(graph.inputs, ours, strict=True)) == dict(zip("xy", gradient, strict=True))


def test_a_variable_without_a_value():
    with pytest.raises(GradcliError) as caught:
        evaluate("x + y", from_numbers({"x": 1}, "here"))
    assert caught.value.code == "no-value"
