"""Second derivatives against derivatives at 40 digits, against another program, and against each other."""

from __future__ import annotations

import random

import autograd
import autograd.numpy as anp
import mpmath
import numpy
import pytest
from hypothesis import given, settings
from mpmath import mpf

from gradcli.graph.build import build, read
from gradcli.graph.builder import Builder
from gradcli.graph.gatesets import GATE_SETS
from gradcli.graph.point import from_numbers
from gradcli.language import GradcliError
from gradcli.passes.evaluate import evaluate
from gradcli.passes.forward import run_forward
from gradcli.passes.hessian import PIECES, hessian, hessian_vector, pull
from gradcli.passes.symbolic import symbolic_gradient
from gradcli.rules.table import RULES

from ..test_lectures import EXAMPLES, SCALAR
from .checks import AUTOGRAD, Autograd, Exact
from .random_array_graphs import ArrayFormula
from .random_graphs import SMOOTH, graphs

PASSES = settings.get_profile("passes")


def at(text, *, wrt=None, gates="lecture", **point):
    return evaluate(text, from_numbers(point, "the test"), wrt=wrt, gates=gates, optional_gradient=True)


def rows(text, **point):
    return [list(row) for row in hessian(at(text, **point)).rows]


# --- by hand ----------------------------------------------------------------------------------------------------------

BY_HAND = [
    ("5x^2 - x*y^2", {"x": 1, "y": 2}, [[10, -4], [-4, -2]]),
    ("(1 - x)^2 + 100(y - x^2)^2", {"x": 1, "y": 1}, [[802, -400], [-400, 200]]),
    ("x*y*z", {"x": 2, "y": 3, "z": 5}, [[0, 5, 3], [5, 0, 2], [3, 2, 0]]),
    ("x^3", {"x": 0}, [[0]]),
    ("x^4", {"x": 0}, [[0]]),
    ("1/x", {"x": 2}, [[0.25]]),
    ("x*x", {"x": 7}, [[2]]),
    ("x + 3y", {"x": 1, "y": 2}, [[0, 0], [0, 0]]),
    ("where(x > 0, ln(x), x^2)", {"x": -1}, [[2]]),
    ("where(x > 0, ln(x), x^2)", {"x": 2}, [[-0.25]]),
    ("relu(x)^2 + y", {"x": 3, "y": 1}, [[2, 0], [0, 0]]),
    ("gate s(u, v) = u^2*v; s(x, y)", {"x": 2, "y": 3}, [[6, 4], [4, 0]]),
    ("sum(x^3)", {"x": [1, -2]}, [[6, 0], [0, -12]]),
    ("sum(where(x > 0, x*ln(x), x^2))", {"x": [0, 2, -1]}, [[2, 0, 0], [0, 0.5, 0], [0, 0, 2]]),
    ("x' A x", {"A": [[1, 2], [5, 3]], "x": [1, 2]}, [
        [0, 0, 0, 0, 2, 0], [0, 0, 0, 0, 2, 1], [0, 0, 0, 0, 2, 1], [0, 0, 0, 0, 0, 4],
        [2, 2, 2, 0, 2, 7], [0, 1, 1, 4, 7, 6]]),
]  # fmt: skip


@pytest.mark.parametrize("gates", GATE_SETS)
@pytest.mark.parametrize(("text", "point", "wanted"), BY_HAND)
def test_by_hand(text, point, wanted, gates):
    found = hessian(at(text, gates=gates, **point))
    numpy.testing.assert_allclose(numpy.array(found.rows), wanted, rtol=1e-13, atol=1e-13)


def test_a_name_that_is_not_used_has_zeros():
    assert rows("x^2", x=3, y=[1, 2]) == [[2, 0, 0], [0, 0, 0], [0, 0, 0]]


def test_names_that_were_asked_for_come_in_that_order():
    found = hessian(at("x^2*y^3*w", wrt=["y", "x"], x=1, y=2, w=5))
    assert [str(v) for v in found.variables] == ["y", "x"]
    assert found.rows == ((60.0, 120.0), (120.0, 80.0))


def test_blocks_of_pairs_of_names():
    found = hessian(at("s*sum(W^2)*t", s=2, t=3, W=[[1, 2]]))
    assert [str(v) for v in found.variables] == ["s", "t", "W[0, 0]", "W[0, 1]"]
    assert found.blocks["s"] == {"s": 0.0, "t": 5.0, "W": [[6.0, 12.0]]}
    assert found.blocks["W"] == {"s": [[6.0], [12.0]], "t": [[4.0], [8.0]], "W": [[12.0, 0.0], [0.0, 12.0]]}


# --- against others ---------------------------------------------------------------------------------------------------


def exact_hessian(graph, point):
    """Second derivatives at 60 digits: differences of values that know no rule of ours."""
    exact = Exact(None)
    size = len(point)
    with mpmath.workdps(60):

        def value(*x):
            return exact.inner_values(graph, [*x])[graph.output]

        def second(i, j):
            order = [0] * size
            order[i] += 1
            order[j] += 1
            return mpmath.diff(value, tuple(map(mpf, point)), tuple(order), h=mpf("1e-18"))

        return [[float(second(i, j)) for j in range(size)] for i in range(size)]


@pytest.mark.parametrize("name", SCALAR)
def test_the_lectures_at_60_digits(name):
    example = EXAMPLES[name]
    result = evaluate(example["formula"], from_numbers(example["at"], name), wrt=list(example["at"]))
    found = hessian(result)
    point = [result.at[name] for name in result.graph.inputs]
    wanted = exact_hessian(result.graph, point)
    places = [result.graph.inputs.index(str(v)) for v in found.variables]
    largest = max(abs(x) for row in wanted for x in row)
    for i, row in zip(places, found.rows, strict=True):
        for j, x in zip(places, row, strict=True):
            assert x == pytest.approx(wanted[i][j], rel=1e-10, abs=1e-12 * largest)


def of_graph(graph, point):
    """The Hessian of a graph that comes from no formula, and how large rounding errors may become on the way."""
    derived = symbolic_gradient(graph, range(len(point)))
    forward = run_forward(derived.graph, point)
    arrived = [pull(forward, {derived.gradient[k]: 1.0}) for k in range(len(point))]
    magnified = max([1.0, *(abs(g) for one in arrived for g in one if g)]) * max(1.0, *map(abs, forward.values))
    return [[one[k] or 0.0 for k in range(len(point))] for one in arrived], magnified


@settings(PASSES, max_examples=60)
@given(graphs(steps=5))
def test_random_graphs_at_60_digits(drawn):
    graph, point = drawn
    found, magnified = of_graph(graph, point)
    for ours, wanted in zip(found, exact_hessian(graph, point), strict=True):
        for x, y in zip(ours, wanted, strict=True):
            assert abs(x - y) <= 1e-10 * magnified


@pytest.mark.filterwarnings("ignore:Output seems independent")
@settings(PASSES, max_examples=80)
@given(graphs([RULES[name] for name in AUTOGRAD], steps=8))
def test_random_graphs_against_another_program(drawn):
    graph, point = drawn
    theirs = Autograd(None)
    wanted = autograd.hessian(lambda x: theirs.inner_values(graph, list(x))[graph.output])(anp.array(point))
    found, magnified = of_graph(graph, point)
    assert numpy.abs(numpy.array(found) - wanted).max() <= 1e-10 * magnified


@settings(PASSES, max_examples=100)
@given(graphs(steps=10))
def test_symmetric_to_rounding(drawn):
    found, magnified = of_graph(*drawn)
    matrix = numpy.array(found)
    assert numpy.abs(matrix - matrix.T).max() <= 1e-12 * magnified


def test_most_rules_have_second_derivatives_here():
    assert len(SMOOTH) > 60


def smooth_formula(seed):
    """A random formula on arrays without kinks, its point, and the function for autograd."""
    formula = ArrayFormula(random.Random(seed), 5)
    if any(word in formula.text for word in ("relu", "abs")):
        return None
    point = {name: numpy.array(x) if numpy.ndim(x) else float(x) for name, x in formula.inputs.items()}
    return formula, point


ARRAYS = [seed for seed in range(60) if smooth_formula(seed) is not None][:20]


def test_there_are_random_formulas_on_arrays():
    assert len(ARRAYS) == 20


@pytest.mark.parametrize("seed", ARRAYS)
def test_random_formulas_on_arrays_against_another_program(seed):
    formula, point = smooth_formula(seed)
    found = hessian(at(formula.text, wrt=list(point), **point))
    shapes = [numpy.shape(x) for x in point.values()]
    ends = numpy.cumsum([numpy.size(x) for x in point.values()])

    def value(flat):
        parts = [flat[end - int(numpy.prod(shape)) : end] for end, shape in zip(ends, shapes, strict=True)]
        return formula.function(*(anp.reshape(p, s) for p, s in zip(parts, shapes, strict=True)))

    wanted = autograd.hessian(value)(numpy.concatenate([numpy.ravel(x) for x in point.values()]))
    numpy.testing.assert_allclose(numpy.array(found.rows), wanted, rtol=1e-10, atol=1e-10 * numpy.abs(wanted).max())
    assert found.asymmetry <= 1e-12 * numpy.abs(wanted).max()


def test_a_function_of_a_complex_step():
    """∂²f/∂x∂y of an analytic formula from the gradient by hand, moved by i·10⁻²⁰⁰."""
    x, y, step = 0.7, -1.3, 1e-200

    def gradient(x, y):
        return numpy.exp(x * y) * y + numpy.cos(x) * y**2, numpy.exp(x * y) * x + 2 * numpy.sin(x) * y

    by_x = [g.imag / step for g in gradient(complex(x, step), y)]
    by_y = [g.imag / step for g in gradient(x, complex(y, step))]
    found = rows("exp(x*y) + sin(x)*y^2", x=x, y=y)
    assert numpy.array(found) == pytest.approx(numpy.array([by_x, by_y]), rel=1e-14)


# --- H·v --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", ARRAYS[:10])
def test_a_product_is_the_hessian_times_the_vector(seed):
    formula, point = smooth_formula(seed)
    result = at(formula.text, wrt=list(point), **point)
    drawn = numpy.random.default_rng(seed)
    along = {name: drawn.normal(size=numpy.shape(x)) if numpy.ndim(x) else 1.5 for name, x in point.items()}
    product = hessian_vector(result, along)
    flat = numpy.concatenate([numpy.ravel(along[name]) for name in result.wrt])
    matrix = numpy.array(hessian(result).rows)
    got = numpy.concatenate([numpy.ravel(product.product[name]) for name in result.wrt])
    numpy.testing.assert_allclose(got, matrix @ flat, rtol=1e-10, atol=1e-10 * numpy.abs(matrix).max())
    assert product.curvature == pytest.approx(flat @ matrix @ flat, rel=1e-9, abs=1e-10 * numpy.abs(matrix).max())
    assert {name: numpy.shape(x) for name, x in product.product.items()} == {
        name: numpy.shape(x) for name, x in point.items()
    }


def test_components_that_are_left_out_are_0():
    found = hessian_vector(at("x^2*y + y^2", x=2, y=3), {"y": 1.0})
    assert (found.direction, found.product) == ({"x": 0.0, "y": 1.0}, {"x": 4.0, "y": 2.0})
    assert (found.slope, found.curvature) == (10.0, 2.0)


def test_ten_thousand_parameters_take_no_matrix():
    drawn = numpy.random.default_rng(0)
    inputs, weights, last = drawn.normal(size=(20, 100)), drawn.normal(size=(100, 100)) / 10, drawn.normal(size=100)
    result = at("sum((tanh(X @ W) @ w)^2)", wrt=["W"], X=inputs, W=weights, w=last)
    along = drawn.normal(size=(100, 100))
    with pytest.raises(GradcliError) as refused:
        hessian(result)
    assert refused.value.code == "too-large"
    found = hessian_vector(result, {"W": along})

    def gradient(moved):
        inner = numpy.tanh(inputs @ moved)
        return inputs.T @ (2 * (inner @ last)[:, None] * last * (1 - inner**2))

    step = 1e-20  # the gradient by hand, moved by an imaginary step
    wanted = gradient(weights + 1j * step * along).imag / step
    numpy.testing.assert_allclose(found.product["W"], wanted, rtol=1e-9, atol=1e-12)


def test_a_long_chain():
    result = at("q = x; repeat 5000: q = sin(q) + x end; q", x=0.5)
    with mpmath.workdps(40):
        value, first, second = mpf("0.5"), mpf(1), mpf(0)
        for _ in range(5000):
            sine, cosine = mpmath.sin(value), mpmath.cos(value)
            value, first, second = sine + mpf("0.5"), cosine * first + 1, cosine * second - sine * first**2
    assert hessian(result).rows[0][0] == pytest.approx(float(second), rel=1e-12)


# --- kinks, and what has no second derivative -------------------------------------------------------------------------


def test_the_convention_at_a_kink_is_said():
    assert hessian(at("relu(x)*y", x=0, y=2)).conventions == ("relu′(0) = 0",)
    assert hessian(at("relu(x)*y", x=1, y=2)).conventions == ()
    assert hessian_vector(at("relu(x)*y", x=0, y=2), {"x": 1.0}).conventions == ("relu′(0) = 0",)


def test_a_kink_of_the_first_derivative_is_said():
    assert hessian(at("huber(x, 0)", x=1)).conventions == (PIECES,)
    assert hessian_vector(at("sum(huber(w, 0, 2))", w=[1, 2]), {}).conventions == (PIECES,)


@pytest.mark.parametrize(
    ("text", "x"),
    [("huber(x, 0)", 0.5), ("huber(x, 1)", 1), ("x^4", 0), ("x^3", 0), ("tanh(x)", 0), ("sinc(x)", 0), ("silu(x)", 0),
     ("softplus(x)", 0), ("gelu(x)", 0), ("exp(-x^2)", 0), ("cos(x)", 0), ("logaddexp(x, 0)", 0), ("σ(x)", 0),
     ("expm1(x)", 0), ("erf(x)", 0), ("asinh(x)", 0), ("atan(x)", 0), ("mish(x)", 0), ("sum([x, x]^4)", 0)],
)  # fmt: skip
def test_a_smooth_point_has_no_convention(text, x):
    assert hessian(at(text, x=x)).conventions == ()


def test_ties_are_broken_as_asked():
    for ties, wanted in (("first", 2.0), ("split", 1.0)):
        result = evaluate("max(x^2, 2x + 3)", from_numbers({"x": 3}, "here"), ties=ties)
        assert hessian(result).rows == ((wanted,),)


@pytest.mark.parametrize(
    ("text", "point", "code"),
    [("sqrt(x)", {"x": 0}, "undefined-value"), ("2*w", {"w": [1, 2]}, "array-output")],
)  # fmt: skip
def test_what_has_no_second_derivative_is_refused(text, point, code):
    with pytest.raises(GradcliError) as refused:
        hessian(at(text, **point))
    assert refused.value.code == code


def test_an_infinite_second_derivative_is_infinite():
    assert rows("x^1.5", x=0) == [[numpy.inf]]


BLOCK = "block c(a) = 4 with d/da = 2; c*y + y^3"


def test_a_block_has_no_second_derivative():
    result = at(BLOCK, a=1, y=2)
    for ask in (hessian, lambda result: hessian_vector(result, {"a": 1.0})):
        with pytest.raises(GradcliError) as refused:
            ask(result)
        assert refused.value.code == "no-second"
        assert "c" in refused.value.message


def test_beside_a_block_there_are_second_derivatives():
    assert hessian(at(BLOCK, wrt=["y"], a=1, y=2)).rows == ((12.0,),)


@pytest.mark.parametrize(
    ("direction", "code"), [({"z": 1.0}, "unknown-wrt"), ({"x": numpy.array([1.0, 2.0])}, "shape")]
)
def test_a_direction_that_does_not_fit_is_refused(direction, code):
    with pytest.raises(GradcliError) as refused:
        hessian_vector(at("x^2", x=1), direction)
    assert refused.value.code == code


def test_numbers_alone_build_numbers_alone():
    builder = Builder()
    x = builder.input("x")
    graph = builder.finish(builder.apply(RULES["exp"], (x,)))
    assert symbolic_gradient(graph, [0]).graph.shapes is None
    assert build(read("x*y")).shapes is None
