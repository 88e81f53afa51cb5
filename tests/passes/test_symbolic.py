"""Symbolic derivatives: run forward they are the derivatives, by judges that know nothing of them."""

from __future__ import annotations

import json
import random
from pathlib import Path

import autograd.numpy as anp
import mpmath
import numpy
import pytest
from autograd import grad, hessian
from hypothesis import given, settings
from mpmath import mpf

from gradcli.graph.build import build, read
from gradcli.graph.gatesets import GATE_SETS
from gradcli.language import GradcliError
from gradcli.passes.forward import run_forward
from gradcli.passes.symbolic import MOST_ROWS, symbolic_gradient
from gradcli.rules.table import RULES

from .checks import DIGITS, Exact, same
from .random_array_graphs import ArrayFormula
from .random_graphs import graphs
from .test_special_points import KINKS

PASSES = settings.get_profile("passes")
LECTURES = json.loads((Path(__file__).parents[1] / "lectures.json").read_text(encoding="utf-8"))


def graph_of(text, point, gates="lecture"):
    shapes = {name: numpy.shape(x) for name, x in point.items()}
    formula = read(text, point.keys(), arrays=[name for name, shape in shapes.items() if shape])
    return build(formula, gates, shapes)


def derived_at(graph, point, order=1, **more):
    """Value, gradient and second derivatives as numbers, by running the derived graph."""
    derived = symbolic_gradient(graph, range(len(graph.inputs)), order, **more)
    values = run_forward(derived.graph, point).values
    gradient = [values[derived.gradient[k]] for k in range(len(point))]
    return values[derived.value], gradient, {pair: values[slot] for pair, slot in derived.hessian.items()}


def along(graph, point, *places):
    """The value of a graph at 40 digits as a function of some of its inputs."""
    exact = Exact(None)

    def value(*moved):
        operands = [*map(mpf, point)]
        for place, x in zip(places, moved, strict=True):
            operands[place] = x
        return exact.inner_values(graph, operands)[graph.output]

    return value


def mp_gradient(graph, point):
    with mpmath.workdps(DIGITS):
        return [mpmath.diff(along(graph, point, k), mpf(point[k]), h=mpf("1e-13")) for k in range(len(point))]


def mp_second(graph, point, a, b):
    with mpmath.workdps(60):
        if a == b:
            return mpmath.diff(along(graph, point, a), mpf(point[a]), 2, h=mpf("1e-15"))
        return mpmath.diff(along(graph, point, a, b), (mpf(point[a]), mpf(point[b])), (1, 1), h=mpf("1e-15"))


def magnified(graph, point):
    """How large a rounding error may become."""
    forward = run_forward(graph, point)
    slopes = [abs(d) for stored in forward.locals for d in stored if d is not None]
    return max([1.0, *slopes]) ** 2 * max([1.0, *map(abs, forward.values)])


# --- numbers ----------------------------------------------------------------------------------------------------------


SCALAR = [e for e in LECTURES if all(isinstance(x, float) for x in e["at"].values()) and "[" not in e["formula"]]


@pytest.mark.parametrize("gates", GATE_SETS)
@pytest.mark.parametrize("example", SCALAR, ids=[e["id"] for e in SCALAR])
def test_the_lectures_formulas(example, gates):
    graph = graph_of(example["formula"], example["at"], gates)
    point = [example["at"][name] for name in graph.inputs]
    value, gradient, _ = derived_at(graph, point)
    assert value == pytest.approx(example["value"], rel=1e-14)
    assert gradient == pytest.approx([example["gradient"][name] for name in graph.inputs], rel=1e-12)


@pytest.mark.parametrize("example", SCALAR, ids=[e["id"] for e in SCALAR])
def test_the_lectures_formulas_at_40_digits(example):
    graph = graph_of(example["formula"], example["at"])
    point = [example["at"][name] for name in graph.inputs]
    _, gradient, second = derived_at(graph, point, 2)
    for got, true in zip(gradient, mp_gradient(graph, point), strict=True):
        assert got == pytest.approx(float(true), rel=1e-11, abs=1e-13)
    for (a, b), got in second.items():
        assert got == pytest.approx(float(mp_second(graph, point, a, b)), rel=1e-9, abs=1e-11)


@settings(PASSES, max_examples=1000)
@given(graphs(steps=5))
def test_a_thousand_random_formulas_at_40_digits(drawn):
    graph, point = drawn
    for printed in (False, True):
        _, gradient, _ = derived_at(graph, point, printed=printed)
        for got, true in zip(gradient, mp_gradient(graph, point), strict=True):
            assert abs(got - true) <= 1e-10 * magnified(graph, point)


SECOND = [RULES[name] for name in ("add", "sub", "mul", "recip", "square", "exp", "sin", "cos", "tanh", "sigmoid",
                                   "sqrt", "ln", "atan", "softplus", "gelu", "logaddexp", "hypot")]  # fmt: skip


@settings(PASSES, max_examples=100)
@given(graphs(SECOND, steps=4))
def test_second_derivatives_of_random_formulas(drawn):
    graph, point = drawn
    _, _, second = derived_at(graph, point, 2)
    for (a, b), got in second.items():
        assert got == second[b, a]
        assert abs(got - mp_second(graph, point, a, b)) <= 1e-9 * magnified(graph, point) ** 2


def test_a_product_in_words():
    graph = graph_of("(x + y)*z", {"x": 1.0, "y": 1.0, "z": 1.0})
    derived = symbolic_gradient(graph, [0, 1, 2], 2)
    inputs = derived.graph.inputs
    assert (inputs[derived.gradient[0]], inputs[derived.gradient[1]]) == ("z", "z")
    assert derived.graph.gates[derived.gradient[2]].name == "add"
    assert derived.graph.constants[derived.hessian[0, 2]] == 1
    assert derived.graph.constants[derived.hessian[0, 1]] == 0
    assert len(derived.graph.steps) == 2


def test_by_a_named_part():
    graph = graph_of("q = x*y; f = q^2 + x", {"x": 3.0, "y": 2.0})
    (q,) = graph.names.keys() - {graph.output}
    derived = symbolic_gradient(graph, [q])
    assert run_forward(derived.graph, [3.0, 2.0]).values[derived.gradient[q]] == 12


# --- special points ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("printed", [False, True])
@pytest.mark.parametrize(("text", "at", "value", "gradient"), KINKS, ids=[case[0] for case in KINKS])
def test_conventions_at_kinks(text, at, value, gradient, printed):
    at = {name: float(x) for name, x in at.items()}
    graph = graph_of(text, at)
    got, slopes, _ = derived_at(graph, [at[name] for name in graph.inputs], printed=printed)
    assert same(got, float(value), 1e-15)
    for name, slope in zip(graph.inputs, slopes, strict=True):
        assert same(slope, float(gradient[name]), 1e-14), (text, name)


BRANCHES = [
    ("where(x > 0, sqrt(x), 0)", {"x": -1.0}, {"x": 0.0}),
    ("where(x > 0, ln(x), x^2)", {"x": -3.0}, {"x": -6.0}),
    ("where(x > 0, ln(x), x^2)", {"x": 0.5}, {"x": 2.0}),
    ("u = sqrt(x); where(x > 0, u, 0) + where(x > 4, u*y, y)", {"x": -1.0, "y": 2.0}, {"x": 0.0, "y": 1.0}),
    ("u = sqrt(x); where(x > 0, u, 0) + where(x > 4, u*y, y)", {"x": 16.0, "y": 2.0}, {"x": 0.375, "y": 4.0}),
    ("u = 1/x; where(x > 0, u, 0) + where(x < 0, 2*u, 0)", {"x": 0.0}, {"x": 0.0}),
    ("where(x > 0, 1/x, where(y > 0, 1/y, x*y))", {"x": 0.0, "y": 0.0}, {"x": 0.0, "y": 0.0}),
    ("c = where(x > 0, x, 0); c*c", {"x": 3.0}, {"x": 6.0}),
]


@pytest.mark.parametrize(("text", "at", "gradient"), BRANCHES)
def test_nothing_comes_from_a_branch_that_is_not_taken(text, at, gradient):
    graph = graph_of(text, at)
    derived = symbolic_gradient(graph, range(len(graph.inputs)))
    # Only the derivatives are asked about: beside branches a forward pass may pass by what is undefined.
    from gradcli.passes.gates import FloatArithmetic
    from gradcli.rules.floats import Floats

    values = FloatArithmetic(Floats()).inner_values(derived.graph, [at[name] for name in graph.inputs])
    assert {name: values[derived.gradient[k]] for k, name in enumerate(graph.inputs)} == gradient


def test_a_branch_of_arrays_that_is_not_taken():
    at = {"x": -1.0, "v": numpy.array([-1.0, 0.0])}
    graph = graph_of("where(x > 0, sum(sqrt(v)), x*sum(v))", at)
    derived = symbolic_gradient(graph, [0, 1])
    from gradcli.passes.array_gates import ArrayArithmetic

    with numpy.errstate(all="ignore"):
        values = ArrayArithmetic().inner_values(derived.graph, [at[name] for name in graph.inputs])
    assert values[derived.gradient[graph.inputs.index("x")]] == -1
    assert values[derived.gradient[graph.inputs.index("v")]].tolist() == [-1, -1]


@pytest.mark.parametrize(
    ("text", "at", "wanted"),
    [
        ("1e-200*(1e-200*x)*1e300", {"x": 2.0}, 1e-100),
        ("1e-30*(1e-30*(x*1e50))", {"x": 2.0}, 1e-10),
        ("x - x", {"x": 5.0}, 0.0),
        ("x^2 * x", {"x": -2.0}, 12.0),
        ("-(-(x*3))", {"x": 1.0}, 3.0),
        ("0^x", {"x": 2.0}, 0.0),
        ("x^0", {"x": 0.0}, 0.0),
        ("x^1", {"x": 0.0}, 1.0),
    ],
)
def test_simplification_changes_no_number(text, at, wanted):
    _, (slope,), _ = derived_at(graph_of(text, at), list(at.values()))
    assert slope == pytest.approx(wanted, rel=1e-14, abs=0 if wanted else 1e-300)


# --- arrays -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(60))
def test_random_formulas_on_arrays_against_another_program(seed):
    formula = ArrayFormula(random.Random(seed))
    graph = graph_of(formula.text, formula.inputs)
    point = [x if numpy.ndim(x) else float(x) for x in (formula.inputs[name] for name in graph.inputs)]
    _, gradient, _ = derived_at(graph, point)
    theirs = dict(zip(formula.inputs, grad(lambda values: formula.function(*values))(list(formula.inputs.values())),
                      strict=True))  # fmt: skip
    for name, got in zip(graph.inputs, gradient, strict=True):
        assert numpy.shape(got) == numpy.shape(theirs[name])
        numpy.testing.assert_allclose(got, theirs[name], rtol=1e-10, atol=1e-11)


HESSIANS = [
    ("sum(tanh(x)^3)", lambda x: anp.sum(anp.tanh(x) ** 3)),
    ("logsumexp(x)", lambda x: anp.log(anp.sum(anp.exp(x)))),
    ("‖x‖", lambda x: anp.sqrt(anp.sum(x**2))),
    ("prod(x)", anp.prod),
    ("x·softmax(x)", lambda x: anp.dot(x, anp.exp(x) / anp.sum(anp.exp(x)))),
    ("var(x)", anp.var),
]


@pytest.mark.parametrize(("text", "function"), HESSIANS, ids=[text for text, _ in HESSIANS])
def test_second_derivatives_by_vectors(text, function):
    x = numpy.array([0.5, -1.25, 2.0])
    _, _, second = derived_at(graph_of(text, {"x": x}), [x], 2)
    numpy.testing.assert_allclose(second[0, 0], hessian(function)(x), rtol=1e-10, atol=1e-12)


def test_blocks_of_second_derivatives_have_the_axes_of_both():
    point = {"W": numpy.arange(6.0).reshape(2, 3) / 7, "x": numpy.array([1.0, -2.0, 0.5]), "s": 0.3}
    graph = graph_of("sum(sin(W x)^2)*s", point)
    values = [point[name] for name in graph.inputs]
    _, _, second = derived_at(graph, values, 2)
    place = {name: k for k, name in enumerate(graph.inputs)}
    assert numpy.shape(second[place["W"], place["x"]]) == (2, 3, 3)
    assert numpy.shape(second[place["x"], place["W"]]) == (3, 2, 3)
    assert numpy.shape(second[place["s"], place["W"]]) == (2, 3)
    numpy.testing.assert_array_equal(
        second[place["W"], place["x"]], numpy.moveaxis(second[place["x"], place["W"]], 0, 2)
    )

    def value(w, x, s):
        return anp.sum(anp.sin(anp.dot(w, x)) ** 2) * s

    def mixed(x):
        return grad(value, 0)(point["W"], x, point["s"])

    step = 1e-6
    for k in range(3):
        unit = numpy.eye(3)[k] * step
        quotient = (mixed(point["x"] + unit) - mixed(point["x"] - unit)) / (2 * step)
        numpy.testing.assert_allclose(second[place["W"], place["x"]][:, :, k], quotient, rtol=1e-7, atol=1e-9)


def test_an_input_that_is_not_used_has_zeros_of_its_shape():
    point = {"x": 2.0, "v": numpy.ones(3)}
    graph = graph_of("x^2 + 0·sum(v)", point)
    _, gradient, _ = derived_at(graph, [point[name] for name in graph.inputs])
    assert gradient[0] == 4
    assert gradient[1].tolist() == [0, 0, 0]


# --- refusals, size ---------------------------------------------------------------------------------------------------


def test_an_array_has_no_gradient():
    with pytest.raises(GradcliError) as caught:
        symbolic_gradient(graph_of("2x", {"x": numpy.ones(3)}), [0])
    assert caught.value.code == "array-output"


def test_too_many_rows():
    with pytest.raises(GradcliError) as caught:
        symbolic_gradient(graph_of("sum(x^2)", {"x": numpy.ones(MOST_ROWS + 1)}), [0], 2)
    assert caught.value.code == "too-large"


def test_a_block_has_first_derivatives_only():
    graph = build(read("block c(x, y) = 4 with d/dx = 2, d/dy = -1\nf = c*x"), "lecture")
    _, gradient, _ = derived_at(graph, [3.0, 5.0])
    assert gradient == [4 + 2 * 3, -3]
    with pytest.raises(GradcliError) as caught:
        symbolic_gradient(graph, [0, 1], 2)
    assert caught.value.code == "no-second"


def test_ten_thousand_operations():
    text = "x"
    for k in range(5000):
        text = f"sin(({text})*0.9 + y)" if k % 2 else f"({text})*y + 1"
    graph = graph_of(text, {"x": 0.3, "y": 0.2})
    _, (by_x, by_y), _ = derived_at(graph, [0.3, 0.2])

    x, y, slopes = mpf(0.3), mpf(0.2), [mpf(1), mpf(0)]
    for k in range(5000):  # tangents, from the inputs on
        if k % 2:
            inner = x * mpf(0.9) + y
            slopes = [mpmath.cos(inner) * (slope * mpf(0.9) + one) for slope, one in zip(slopes, (0, 1), strict=True)]
            x = mpmath.sin(inner)
        else:
            slopes = [slope * y + x * one for slope, one in zip(slopes, (0, 1), strict=True)]
            x = x * y + 1
    assert by_x == pytest.approx(float(slopes[0]), rel=1e-9, abs=1e-300)
    assert by_y == pytest.approx(float(slopes[1]), rel=1e-12)
