"""Forward mode against the lecture, against other programs, and against the backward pass."""

from __future__ import annotations

import math
import random

import autograd.numpy as anp
import numpy
import pytest
from autograd import elementwise_grad, jacobian, make_jvp
from hypothesis import given, settings

from gradcli.graph.builder import Builder
from gradcli.graph.point import from_numbers
from gradcli.language import GradcliError
from gradcli.passes import tangents as tangents_module
from gradcli.passes.array_tangents import _local
from gradcli.passes.backward import run_backward
from gradcli.passes.counting import Counts
from gradcli.passes.evaluate import UndefinedFormula, evaluate
from gradcli.passes.forward import run_forward
from gradcli.passes.jacobian import run_jacobians
from gradcli.passes.tangents import run_all_tangents, run_tangents
from gradcli.rules.table import RULES

from .checks import AUTOGRAD, Autograd
from .random_array_graphs import ArrayFormula
from .random_graphs import ROUGH_FORMULAS, SMOOTH_FORMULAS, graphs

PASSES = settings.get_profile("passes")


def swept(formula, name, **at):
    """The sweep by one input."""
    result = evaluate(formula, from_numbers(at, "at"), optional_gradient=True)
    return result, run_tangents(result.forward, result.graph.inputs.index(name))


def by_name(result, sweep):
    names = {**dict(enumerate(result.graph.inputs)), **result.graph.names}
    return {name: sweep.by_slot[slot] for slot, name in names.items()}


# --- numbers ----------------------------------------------------------------------------------------------------------


def test_the_graph_of_the_lecture_by_hand():
    """x1·x2 + sin(x2) at 3, 2: by x2 the tangents are cos(2), 3, and their sum."""
    result, sweep = swept("a1 = sin(x2); a2 = x1*x2; a3 = a1 + a2", "x2", x1=3.0, x2=2.0)
    assert by_name(result, sweep) == {
        "x1": None, "x2": 1.0, "a1": math.cos(2), "a2": 3.0, "a3": math.cos(2) + 3.0,
    }  # fmt: skip
    result, sweep = swept("a1 = sin(x2); a2 = x1*x2; a3 = a1 + a2", "x1", x1=3.0, x2=2.0)
    assert by_name(result, sweep) == {"x1": 1.0, "x2": None, "a1": None, "a2": 2.0, "a3": 2.0}


def test_each_local_derivative_is_used_once_for_each_operand():
    """x·x has two edges: 3·1 + 3·1."""
    _, sweep = swept("x*x", "x", x=3.0)
    assert sweep.derivative == 6.0
    assert sweep.counts == Counts(2, 1, 1)


def test_a_chain_forms_the_same_products_and_rounds_as_little():
    """On a chain of factors that are powers of two nothing is rounded, and both ways are equal to the last bit."""
    result, sweep = swept("y = 2*x; z = 0.5*y; w = z*z; w*4", "x", x=3.0)
    assert result.backward is not None
    assert sweep.derivative == result.backward.gradient()[0] == 24.0


@settings(PASSES, max_examples=150)
@given(graphs([RULES[name] for name in AUTOGRAD], steps=12))
def test_every_tangent_is_that_of_another_program(drawn):
    graph, point = drawn
    forward = run_forward(graph, point)
    theirs = Autograd(None)
    for slot in range(len(point)):
        sweep = run_tangents(forward, slot)
        taken = forward.taken()

        def every(x, slot=slot):
            operands = [*point[:slot], x, *point[slot + 1 :]]
            return anp.array([1.0 * v for v in theirs.inner_values(graph, operands)])

        _, there = make_jvp(every)(point[slot])(1.0)
        scale = max([1.0, *(abs(t) for t in there)]) * max([1.0, *map(abs, forward.values)])
        for ours, wanted, used in zip(sweep.by_slot, there, taken, strict=True):
            if used:
                assert abs((ours or 0.0) - wanted) <= 1e-11 * scale**2


@settings(PASSES, max_examples=150)
@given(graphs(steps=20))
def test_the_derivatives_are_those_of_the_backward_pass(drawn):
    graph, point = drawn
    forward = run_forward(graph, point)
    back = run_backward(forward)
    for slot, wanted in enumerate(back.gradient()):
        sweep = run_tangents(forward, slot)
        # Each path contributes one product to either; what is rounded is at most what all of them have in size.
        paths = sum(abs(c) for handed in back.contributions for c in handed if c is not None)
        largest = max([1.0, *(abs(t) for t in sweep.by_slot if t is not None)])
        assert abs(sweep.derivative - wanted) <= 1e-12 * max(1.0, paths) * largest * 10


def _both(text):
    point = from_numbers({"x": 1.3, "y": -0.7, "z": 0.4}, "at")
    result = evaluate(text, point)
    assert result.backward is not None
    sweeps = run_all_tangents(result.forward, range(len(result.graph.inputs)))
    return [s.derivative for s in sweeps], result.backward.gradient(), result.backward


@settings(PASSES, max_examples=150)
@given(SMOOTH_FORMULAS)
def test_random_formulas(text):
    ahead, behind, back = _both(text)
    scale = max(1.0, sum(abs(c) for handed in back.contributions for c in handed if c is not None))
    assert ahead == pytest.approx(behind, rel=1e-9, abs=1e-11 * scale)


@settings(PASSES, max_examples=150)
@given(ROUGH_FORMULAS)
def test_random_formulas_with_kinks_and_branches(text):
    try:
        ahead, behind, back = _both(text)
    except UndefinedFormula:
        return
    finite = all(map(math.isfinite, (*ahead, *behind)))
    scale = max([1.0, *(abs(c) for handed in back.contributions for c in handed if c is not None)])
    if finite and scale < 1e6:
        assert ahead == pytest.approx(behind, rel=1e-7, abs=1e-9 * scale)


@pytest.mark.parametrize(("x", "value"), [(2.0, 4.0), (-2.0, 1.0)])
def test_a_branch_that_is_not_taken_has_no_tangent(x, value):
    result, sweep = swept("p = x^2; q = x + ln(3 + x); where(x > 0, p, x)", "x", x=x)
    assert sweep.derivative == value
    result, sweep = swept("where(x > 0, x^2, ln(x))", "x", x=2.0)
    (slot,) = [slot for slot, gate, _ in result.graph.steps if gate.name == "ln"]
    assert sweep.by_slot[slot] is None
    assert swept("where(x > 0, ln(x), x^2)", "x", x=-3.0)[1].derivative == -6.0


@pytest.mark.parametrize(
    ("formula", "wanted"),
    [("relu(x)", 0.0), ("abs(x)", 0.0), ("max(x, 0)", 0.5), ("max(x, x)", 1.0), ("max(x, y)", 0.5)],
)
def test_kinks_have_the_conventions_of_the_backward_pass(formula, wanted):
    result, sweep = swept(formula, "x", x=0.0, **({"y": 0.0} if "y" in formula else {}))
    assert result.backward is not None
    assert sweep.derivative == wanted == result.gradient["x"]


@pytest.mark.parametrize("ties", ["split", "first", "all"])
def test_ties_are_shared_as_asked(ties):
    result = evaluate("max(x, y)", from_numbers({"x": 1.0, "y": 1.0}, "at"), ties=ties)
    found = [run_tangents(result.forward, slot).derivative for slot in (0, 1)]
    assert found == {"split": [0.5, 0.5], "first": [1.0, 0.0], "all": [1.0, 1.0]}[ties]


def test_an_output_that_is_an_input_and_one_that_does_not_depend_on_it():
    assert swept("x", "x", x=3.0)[1].derivative == 1.0
    result = evaluate("y = 2*x; 3*z", from_numbers({"x": 1.0, "z": 1.0}, "at"))
    assert [run_tangents(result.forward, slot).derivative for slot in range(len(result.graph.inputs))] == (
        [0.0, 3.0] if len(result.graph.inputs) == 2 else [3.0])  # fmt: skip


def test_a_chain_of_ten_thousand_steps():
    builder = Builder()
    slot = builder.input("x")
    for _ in range(10_000):
        slot = builder.apply(RULES["neg"], (slot,))
    sweep = run_tangents(run_forward(builder.finish(slot), [1.5]), 0)
    assert sweep.derivative == 1.0
    assert sweep.counts == Counts(10_000, 0, 1)


def test_too_many_sweeps_are_refused(monkeypatch):
    monkeypatch.setattr(tangents_module, "MOST_STEPS", 1)
    result = evaluate("x*y", from_numbers({"x": 1.0, "y": 1.0}, "at"))
    with pytest.raises(GradcliError, match="2 sweeps over 1 nodes") as refused:
        run_all_tangents(result.forward, [0, 1])
    assert refused.value.code == "too-large"


# --- vectors and matrices ---------------------------------------------------------------------------------------------

W = numpy.array([[1.0, 0.5], [-1.0, 2.0], [0.5, -0.5]])
X = numpy.array([1.0, -2.0])


def test_jacobians_are_pushed_forward():
    """Of a = Wx the Jacobian is W by x, and I ⊗ xᵀ by W."""
    result, sweep = swept("a = W x; sum(a)", "x", W=W, x=X)
    named = by_name(result, sweep)
    assert numpy.array_equal(named["x"], numpy.eye(2))
    assert numpy.array_equal(named["a"], W)
    assert numpy.array_equal(sweep.derivative, [[0.5, 2.0]])
    result, sweep = swept("a = W x; sum(a)", "W", W=W, x=X)
    assert numpy.array_equal(by_name(result, sweep)["a"], numpy.kron(numpy.eye(3), X))
    assert numpy.array_equal(sweep.derivative, [[1, -2, 1, -2, 1, -2]])


def test_an_output_that_is_a_vector():
    def theirs(x):
        return anp.tanh(anp.dot(W, x)) * anp.dot(x, x)

    _, sweep = swept("tanh(W x) * (x · x)", "x", W=W, x=X)
    assert numpy.allclose(sweep.derivative, jacobian(theirs)(X), rtol=1e-13, atol=1e-14)


def test_an_operand_that_is_repeated_to_fit():
    row, column = numpy.array([[1.0, 2.0, 3.0]]), numpy.array([[4.0], [5.0]])

    def theirs(r):
        return (anp.exp(r / 4) * column + r).ravel()

    _, sweep = swept("exp(r/4) * c + r", "r", r=row, c=column)
    assert numpy.allclose(sweep.derivative, jacobian(theirs)(row).reshape(6, 3), rtol=1e-13)


@pytest.mark.parametrize("seed", range(25))
def test_random_formulas_on_arrays(seed):
    formula = ArrayFormula(random.Random(seed))
    point = from_numbers(formula.inputs, "at")
    result = evaluate(formula.text, point)
    values = list(formula.inputs.values())
    order = list(formula.inputs)
    for slot, name in enumerate(result.graph.inputs):
        sweep = run_tangents(result.forward, slot)
        place = order.index(name)
        theirs = elementwise_grad(formula.function, place)(*values)
        assert numpy.allclose(sweep.derivative.reshape(numpy.shape(theirs)), theirs, rtol=1e-9, atol=1e-11), name
        # Every node against central differences, not only the output.
        steps = [numpy.array(v, dtype=float) for v in values]
        _check_nodes(result.graph, result.forward, sweep, steps, [order.index(n) for n in result.graph.inputs], slot)


def _check_nodes(graph, forward, sweep, values, order, slot, h=1e-6):
    point = [float(values[p]) if values[p].ndim == 0 else values[p] for p in order]
    flat = numpy.ravel(point[slot])
    for column in range(min(flat.size, 2)):
        moved = []
        for sign in (h, -h):
            other = flat.astype(float).copy()
            other[column] += sign
            shifted = float(other[0]) if numpy.ndim(point[slot]) == 0 else other.reshape(numpy.shape(point[slot]))
            moved.append(run_forward(graph, [*point[:slot], shifted, *point[slot + 1 :]]).values)
        for node, _, _ in graph.steps:
            if sweep.by_slot[node] is not None:
                slope = (numpy.ravel(moved[0][node]) - numpy.ravel(moved[1][node])) / (2 * h)
                assert numpy.allclose(sweep.by_slot[node][:, column], slope, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("formula", ["where(x > 0, sqrt(x), 2*x)", "where(x > 0, ln(x), 0) + x", "relu(x)", "abs(x)*x"])
def test_branches_and_kinks_entry_by_entry(formula):
    result, sweep = swept(formula, "x", x=numpy.array([4.0, -1.0, 0.0]))
    assert numpy.array_equal(sweep.derivative, run_jacobians(result.forward).by_slot[0])
    assert numpy.isfinite(sweep.derivative).all()


def test_numbers_in_a_graph_with_arrays():
    """L = (a·x − y)²: by the number a and by the vector x."""
    _, sweep = swept("L = sum((a*x - y)^2)", "a", a=2.0, x=numpy.array([1.0, 3.0]), y=numpy.array([1.0, 1.0]))
    assert sweep.derivative.shape == (1, 1)
    assert sweep.derivative[0, 0] == 2 * 1 * 1 + 2 * 5 * 3


def test_a_vector_chain_of_two_thousand_steps():
    builder = Builder()
    slot = builder.input("x", (2,))
    for _ in range(2_000):
        slot = builder.apply(RULES["neg"], (slot,))
    sweep = run_tangents(run_forward(builder.finish(slot), [X]), 0)
    assert numpy.array_equal(sweep.derivative, numpy.eye(2))


def test_jacobians_that_are_too_large_are_refused():
    big = numpy.ones((80, 80))
    result = evaluate("sum(A * A)", from_numbers({"A": big}, "at"))
    with pytest.raises(GradcliError, match="the tangents by A would hold") as refused:
        run_tangents(result.forward, 0)
    assert refused.value.code == "too-large"
    result = evaluate("sum(A @ A) * x", from_numbers({"A": big, "x": 1.0}, "at"))
    slot = next(slot for slot, gate, _ in result.graph.steps if gate.name == "matmul")
    with pytest.raises(GradcliError, match="a local Jacobian would hold 40,960,000 numbers"):
        _local(result.forward, slot, 0)
