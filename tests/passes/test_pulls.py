"""Gradients pulled back from any node: against the backward pass, difference quotients at 40 digits, and autograd."""

from __future__ import annotations

import random
from types import SimpleNamespace

import autograd.numpy as anp
import mpmath
import numpy
import pytest
from autograd import jacobian
from hypothesis import given, settings
from mpmath import mpf

from gradcli.graph.build import build, read
from gradcli.passes.backward import run_backward
from gradcli.passes.forward import run_forward
from gradcli.passes.pulls import jacobian_from, pull_from, puller

from .checks import DIGITS, Exact
from .random_array_graphs import ArrayFormula
from .random_graphs import graphs


def ready(text, gates="lecture", ties="split", **point):
    """A formula at a point: its graph, what runs it, its values, and its names."""
    shapes = {name: numpy.shape(value) for name, value in point.items()}
    graph = build(read(text, list(point), arrays=[n for n, s in shapes.items() if s]), gates, shapes)
    values = [numpy.asarray(point[n], float) if shapes[n] else float(point[n]) for n in graph.inputs]
    forward = run_forward(graph, values, ties)
    slots = {**{name: slot for slot, name in graph.names.items()}, **{n: s for s, n in enumerate(graph.inputs)}}
    slots["output"] = graph.output
    run = puller(graph, ties)
    return SimpleNamespace(graph=graph, run=run, values=forward.values, slots=slots, forward=forward)


def by(at, above, below, stop=()):
    ends = {at.slots[name] for name in stop}
    return jacobian_from(at.graph, at.run, at.values, at.slots[above], at.slots[below], ends)


# --- numbers ----------------------------------------------------------------------------------------------------------


@given(graphs())
@settings(max_examples=60, deadline=None)
def test_from_the_output_it_is_the_backward_pass(drawn):
    graph, point = drawn
    forward = run_forward(graph, point)
    backward = run_backward(forward)
    arrived = pull_from(graph, puller(graph), forward.values, graph.output, 1.0)
    for slot, gradient in enumerate(backward.gradients):
        if slot not in graph.constants:
            assert arrived.get(slot, 0.0) == pytest.approx(gradient or 0.0, rel=1e-12, abs=1e-300)


@given(graphs())
@settings(max_examples=25, deadline=None)
def test_total_derivatives_of_every_node(drawn):
    graph, point = drawn
    values = run_forward(graph, point).values
    size = max(1.0, *map(abs, values))
    exact = Exact(None)
    with mpmath.workdps(DIGITS):
        for slot, _, _ in graph.steps:
            for place in range(len(point)):

                def along(x, slot=slot, place=place):
                    operands = [*map(mpf, point[:place]), x, *map(mpf, point[place + 1 :])]
                    return exact.inner_values(graph, operands)[slot]

                wanted = mpmath.diff(along, mpf(point[place]), h=mpf("1e-13"))
                got = jacobian_from(graph, puller(graph), values, slot, place)
                assert abs(got - wanted) <= 1e-9 * size * max(1, abs(wanted))


def test_local_derivatives_end_at_named_nodes():
    # f feeds on x directly, and through q.
    at = ready("q = x*y; f = q*x + sin(x)", x=2.0, y=3.0)
    assert by(at, "f", "x", stop=("q", "x", "y")) == pytest.approx(6.0 + numpy.cos(2.0))
    assert by(at, "f", "q", stop=("q", "x", "y")) == 2.0
    assert by(at, "f", "x") == pytest.approx(2 * 2 * 3 + numpy.cos(2.0))
    assert by(at, "q", "x", stop=("q",)) == 3.0  # a stop at the beginning is none
    assert by(at, "q", "f") == 0.0


def test_what_is_used_twice_by_one_gate_receives_both():
    at = ready("a = x + 1; f = a*a", x=3.0)
    assert by(at, "f", "a") == 8.0
    assert by(at, "f", "x") == 8.0


def test_a_local_derivative_over_several_gates():
    # s = 1/(1 + e^(−x)) is four gates: ds/dx = s(1 − s).
    for gates in ("lecture", "primitive", "coarse", "named"):
        at = ready("s = 1/(1 + e^(-x)); f = s*y", gates, x=1.0, y=2.0)
        s = 1 / (1 + numpy.exp(-1.0))
        assert by(at, "s", "x", stop=("s", "x", "y")) == pytest.approx(s * (1 - s), rel=1e-14)


def test_inputs_and_outputs():
    at = ready("f = x", x=3.0, y=1.0)
    assert pull_from(at.graph, at.run, at.values, 0, 2.0) == {0: 2.0}
    assert by(at, "output", "x") == 1.0


def test_constants_receive_nothing():
    at = ready("k = 2; f = k*x", x=3.0)
    arrived = pull_from(at.graph, at.run, at.values, at.graph.output, 1.0)
    assert not set(arrived) & set(at.graph.constants)


def test_the_branch_that_is_not_taken_receives_nothing():
    at = ready("a = x^2; b = 3*y; f = where(x > 0, a, b)", x=2.0, y=1.0)
    arrived = pull_from(at.graph, at.run, at.values, at.graph.output, 1.0)
    assert at.slots["b"] not in arrived
    assert at.slots["y"] not in arrived
    assert arrived[at.slots["x"]] == 4.0


@pytest.mark.parametrize(("ties", "share"), [("split", 0.5), ("first", 1.0)])
def test_ties(ties, share):
    at = ready("f = max(x, y)", ties=ties, x=2.0, y=2.0)
    assert by(at, "output", "x") == share


@given(graphs())
@settings(max_examples=40, deadline=None)
def test_pulling_is_linear_in_the_seed(drawn):
    graph, point = drawn
    values = run_forward(graph, point).values
    once = pull_from(graph, puller(graph), values, graph.output, 1.0)
    thrice = pull_from(graph, puller(graph), values, graph.output, -3.0)
    assert once.keys() == thrice.keys()
    for slot, number in once.items():
        assert thrice[slot] == pytest.approx(-3.0 * number, rel=1e-12, abs=1e-300)


def test_thousands_of_steps_need_no_recursion():
    body = "\n".join(["a0 = x", *(f"a{k} = a{k - 1} + 0.5" for k in range(1, 3000)), "f = a2999*2"])
    at = ready(body, x=1.0)
    assert by(at, "f", "x") == 2.0
    assert by(at, "a2000", "a10") == 1.0


# --- arrays -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("shape", [(3,), (1, 3), (3, 1), (2, 3)])
def test_jacobians_have_the_outputs_entries_as_rows(shape):
    x = numpy.arange(1.0, 1 + numpy.prod(shape)).reshape(shape) / 4
    at = ready("y = tanh(x)*x; L = sum(y)", x=x)
    wanted = jacobian(lambda v: (anp.tanh(v.reshape(shape)) * v.reshape(shape)).ravel())(x.ravel())
    assert by(at, "y", "x") == pytest.approx(wanted, rel=1e-12)
    assert by(at, "L", "x") == pytest.approx(wanted.sum(axis=0)[None, :], rel=1e-12)


def test_a_product_by_its_matrix():
    matrix, x = numpy.array([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]), numpy.array([0.5, -1.0])
    at = ready("y = W x; L = sum(y^2)", W=matrix, x=x)
    wanted = jacobian(lambda w: anp.dot(w.reshape(3, 2), x))(matrix.ravel())
    assert by(at, "y", "W") == pytest.approx(wanted)
    assert by(at, "y", "x") == pytest.approx(matrix)
    # The gradient at y, pulled back through y = W x alone, is its outer product with x.
    arrived = pull_from(at.graph, at.run, at.values, at.slots["y"], numpy.array([1.0, 10.0, 100.0]))
    assert arrived[at.slots["W"]] == pytest.approx(numpy.outer([1.0, 10.0, 100.0], x))


def test_a_number_by_a_number_among_arrays_is_a_number():
    at = ready("s = t^2; L = s*sum(x)", t=3.0, x=numpy.ones(2))
    assert isinstance(by(at, "s", "t"), float)
    assert by(at, "L", "t") == pytest.approx(12.0)


def test_an_array_that_is_not_below_gives_zeros():
    at = ready("s = t^2; L = s*sum(x)", t=3.0, x=numpy.ones(2))
    assert by(at, "s", "x").tolist() == [[0.0, 0.0]]


@pytest.mark.filterwarnings("ignore:Output seems independent")  # which is what some are
@pytest.mark.parametrize("seed", range(12))
def test_random_array_formulas_against_autograd(seed):
    drawn = ArrayFormula(random.Random(seed))
    if not drawn.inputs:
        return
    at = ready(drawn.text, **drawn.inputs)
    for place, name in enumerate(drawn.inputs):
        if name not in at.graph.inputs:
            continue
        with numpy.errstate(all="ignore"):
            wanted = jacobian(drawn.function, place)(*map(numpy.array, drawn.inputs.values()))
        got = numpy.ravel(by(at, "output", name))
        assert got == pytest.approx(numpy.ravel(wanted), rel=1e-9, abs=1e-9)
