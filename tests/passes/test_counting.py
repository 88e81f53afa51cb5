"""Counts of operations: by hand, as formulas in the number and the size of layers, and by another way of counting."""

from __future__ import annotations

import random

import numpy
import pytest
from hypothesis import given, settings

from gradcli.graph.builder import Builder
from gradcli.graph.point import from_numbers
from gradcli.graph.tape import ArrayGate
from gradcli.passes.array_counting import CountingArithmetic, Tally
from gradcli.passes.array_gates import ArrayArithmetic
from gradcli.passes.backward import run_backward
from gradcli.passes.counting import Counts, run_counted_backward
from gradcli.passes.evaluate import evaluate
from gradcli.passes.forward import run_forward
from gradcli.passes.jacobian import run_jacobians
from gradcli.passes.tangents import run_all_tangents, run_tangents
from gradcli.rules.array_table import ARRAY_RULES
from gradcli.rules.table import RULES

from .random_array_graphs import ArrayFormula
from .random_graphs import graphs

PASSES = settings.get_profile("passes")


def counted(formula, wrt, **at):
    """The counts of the sweeps together, and of the backward pass."""
    result = evaluate(formula, from_numbers(at, "at"), optional_gradient=True)
    slots = [result.graph.inputs.index(name) for name in wrt]
    sweeps = run_all_tangents(result.forward, slots)
    return sum((s.counts for s in sweeps), Counts()), run_counted_backward(result.forward, slots)


# --- numbers ----------------------------------------------------------------------------------------------------------


def test_the_lecture_graph_by_hand():
    """Six nodes with ten edges, three of them meeting another: σ and x are used more than once.

    Forward by x: all edges but the one of y carry a tangent, 9 products; sums at (·+·)↑, (·+·)↓ and · × ·. By y: the
    four edges of y → (·+·)² → (·+·)↓ → 1/· → ·×·. Backward: ten edges; x receives three contributions, σ two.
    """
    ahead, back = counted("z = (x + σ(x)) / (σ(x) + (x + y)²)", ["x", "y"], x=4.0, y=3.0)
    assert (ahead.multiplications, ahead.additions) == (9 + 4, 3)
    assert (back.counts.multiplications, back.counts.additions) == (10, 2 + 1)
    assert back.counts.stored == 10


def test_many_inputs_and_one_output():
    """A sum of n numbers: each sweep passes all gates behind its input; the backward pass each edge once."""
    n = 7
    names = [f"x{k}" for k in range(n)]
    ahead, back = counted(" + ".join(names), names, **dict.fromkeys(names, 1.0))
    behind = [n - 1, *range(n - 1, 0, -1)]  # x0 and x1 enter the first of n − 1 sums, x2 the second ...
    assert (ahead.multiplications, ahead.additions) == (sum(behind), 0)
    assert (back.counts.multiplications, back.counts.additions) == (2 * (n - 1), 0)


def test_only_what_leads_to_the_wanted_inputs_is_run():
    ahead, back = counted("exp(sin(x)) * tanh(y)", ["y"], x=1.0, y=1.0)
    assert ahead == Counts(2, 0, 1)
    assert back.counts == Counts(2, 0, 2)
    assert back.derivatives == pytest.approx([numpy.exp(numpy.sin(1)) / numpy.cosh(1) ** 2], rel=1e-14)


def test_branches_that_are_not_taken_cost_nothing():
    ahead, back = counted("where(x > 0, x, ln(sin(cos(x))))", ["x"], x=1.0)
    assert (ahead.multiplications, ahead.additions) == (3, 1)  # x > 0, and where by its condition and by x
    assert (back.counts.multiplications, back.counts.additions) == (3, 1)


@settings(PASSES, max_examples=100)
@given(graphs(steps=15))
def test_counts_of_random_graphs_by_their_edges(drawn):
    """One product an edge; one sum less than edges that meet: at a node forward, at its operands backward."""
    graph, point = drawn
    forward = run_forward(graph, point)
    inputs = range(len(graph.inputs))
    reached = run_backward(forward).gradients
    edges = [(a, slot) for slot, _, args in graph.steps for a in args if reached[slot] is not None]
    for start in inputs:
        found = run_tangents(forward, start)
        below = {start}
        for slot, _, args in graph.steps:
            if below & set(args):
                below.add(slot)
        live = [(a, slot) for a, slot in edges if a in below]
        assert found.counts.multiplications == len(live)
        assert found.counts.additions == len(live) - len({slot for _, slot in live})
    back = run_counted_backward(forward, list(inputs))
    live = [(a, slot) for a, slot in edges if a not in graph.constants and _depends(graph, a)]
    assert back.counts.multiplications == back.counts.stored == len(live)
    assert back.counts.additions == len(live) - len({a for a, _ in live})
    assert list(back.derivatives) == list(run_backward(forward).gradient())


def _depends(graph, slot):
    waiting = [slot]
    while waiting:
        one = waiting.pop()
        if one < len(graph.inputs):
            return True
        waiting += graph.args[one]
    return False


def test_a_ladder_of_ten_thousand_steps_is_stored_backward_and_not_forward():
    builder = Builder()
    slot = builder.input("x")
    for _ in range(10_000):
        slot = builder.apply(RULES["neg"], (slot,))
    forward = run_forward(builder.finish(slot), [1.0])
    back = run_counted_backward(forward, [0])
    assert back.derivatives == (1.0,)
    assert back.counts == Counts(10_000, 0, 10_000)
    assert run_tangents(forward, 0).counts == Counts(10_000, 0, 1)


# --- layers of size D -------------------------------------------------------------------------------------------------


def layers(n, d, activation=""):
    """N products with D×D matrices, and the sum of the entries: one output."""
    rng = numpy.random.default_rng(n * 100 + d)
    at = {f"W{k}": rng.normal(size=(d, d)) for k in range(n)}
    at["x"] = rng.normal(size=d)
    lines = [f"h{k} = {activation}(W{k} @ {'x' if k == 0 else f'h{k - 1}'})" for k in range(n)]
    return "\n".join([*lines, f"L = sum(h{n - 1})"]), at


@pytest.mark.parametrize("n", [1, 2, 5])
@pytest.mark.parametrize("d", [2, 3, 8])
def test_matrix_vector_products_against_matrix_matrix_products(n, d):
    """Backward N·D² products and N·D·(D − 1) sums; forward N·D³ and N·D²·(D − 1), and D² and D (D − 1) for the sum."""
    formula, at = layers(n, d)
    ahead, back = counted(formula, ["x"], **at)
    assert back.counts.multiplications == n * d**2
    assert back.counts.additions == n * d * (d - 1)
    assert ahead.multiplications == n * d**3 + d**2
    assert ahead.additions == n * d**2 * (d - 1) + d * (d - 1)
    assert ahead.stored == d**2
    assert back.counts.stored == 0  # the matrices are inputs


@pytest.mark.parametrize(("n", "d"), [(1, 2), (3, 4), (4, 7)])
def test_layers_with_an_activation(n, d):
    """tanh scales a vector backward, D, and the D rows of a Jacobian forward, D²; its slopes wait for the way back."""
    formula, at = layers(n, d, "tanh")
    ahead, back = counted(formula, ["x"], **at)
    assert back.counts.multiplications == n * (d**2 + d)
    assert back.counts.additions == n * d * (d - 1)
    assert back.counts.stored == n * d
    assert ahead.multiplications == n * (d**3 + d**2) + d**2
    assert ahead.additions == n * d**2 * (d - 1) + d * (d - 1)


@pytest.mark.parametrize(("n", "d"), [(1, 2), (3, 4), (4, 7)])
def test_one_input_and_an_output_that_is_a_vector(n, d):
    """The other way round: forward N·D², backward one pass for each of D entries, N·D³."""
    formula, at = layers(n, d)
    x = at.pop("x")
    formula = formula.rpartition("\n")[0].replace("@ x", "@ (t*x)")
    ahead, back = counted(formula, ["t"], **at, x=x, t=0.5)
    assert back.passes == d
    assert ahead.multiplications == n * d**2 + d
    assert ahead.additions == n * d * (d - 1)
    assert back.counts.multiplications == n * d**3 + d * d
    assert back.counts.additions == n * d**2 * (d - 1) + d * (d - 1)


def test_the_derivative_by_a_matrix_is_an_outer_product():
    d = 5
    formula, at = layers(1, d)
    _, back = counted(formula, ["W0"], **at)
    assert back.counts == Counts(d * d, 0, 0)
    assert numpy.array_equal(back.derivatives[0].reshape(d, d), numpy.outer(numpy.ones(d), at["x"]))


# --- the counting of NumPy --------------------------------------------------------------------------------------------

A, B = numpy.arange(6.0).reshape(2, 3), numpy.arange(12.0).reshape(3, 4)
V, U = numpy.arange(1.0, 6.0), numpy.arange(3.0)


@pytest.mark.parametrize(
    ("operation", "multiplications", "additions"),
    [
        (lambda c: c(A) * 2, 6, 0),
        (lambda c: A * c(numpy.float64(2.0)), 6, 0),
        (lambda c: 1 / c(V), 5, 0),
        (lambda c: c(V) - 1 + V, 0, 10),
        (lambda c: -c(V), 0, 0),
        (lambda c: numpy.exp(c(V)), 0, 0),
        (lambda c: c(A) @ B, 2 * 4 * 3, 2 * 4 * 2),
        (lambda c: A.T @ c(A), 3 * 3 * 2, 3 * 3),
        (lambda c: B.T @ c(U), 4 * 3, 4 * 2),
        (lambda c: numpy.dot(c(V), V), 5, 4),
        (lambda c: numpy.outer(V, c(U)), 15, 0),
        (lambda c: numpy.multiply.outer(V, c(U)), 15, 0),
        (lambda c: numpy.sum(c(A)), 0, 5),
        (lambda c: c(A).sum(axis=0), 0, 3),
        (lambda c: numpy.sum(c(A), axis=1), 0, 4),
        (lambda c: numpy.prod(c(V)), 4, 0),
        (lambda c: numpy.cumsum(c(V)), 0, 4),
        (lambda c: numpy.cumsum(c(A), axis=1), 0, 4),
        (lambda c: numpy.cumprod(c(A), axis=0), 3, 0),
        (lambda c: numpy.add.accumulate(c(V)), 0, 4),
        (lambda c: numpy.trace(c(A @ A.T)), 0, 1),
        (lambda c: numpy.kron(c(V), U), 15, 0),
        (lambda c: numpy.cross(c(U), U), 6, 3),
        (lambda c: numpy.diff(c(V)), 0, 4),
        (lambda c: numpy.correlate(c(V), U, "valid"), 9, 6),
        (lambda c: numpy.convolve(c(V), U, "full"), 15, 15 - 7),
        (lambda c: numpy.where(c(V) > 1, c(V), 0).reshape(5, 1).T, 0, 0),
        (lambda c: numpy.stack([c(V), V])[0] * numpy.concatenate([c(V)]), 5, 0),
    ],
)
def test_each_function_by_hand(operation, multiplications, additions):
    tally = Tally()
    found = operation(tally.counted)
    assert (tally.multiplications, tally.additions) == (multiplications, additions)
    assert not tally.unseen
    assert numpy.array_equal(found, operation(lambda x: x))


def test_what_is_made_in_place_counts_too():
    tally = Tally()
    x = tally.counted(V.copy())
    x += V
    x *= 2
    assert (tally.multiplications, tally.additions) == (5, 5)
    assert numpy.array_equal(x, 4 * V)


def test_what_cannot_be_seen_is_named():
    tally = Tally()
    numpy.linalg.inv(tally.counted(numpy.eye(3)))
    assert tally.unseen == {"linalg.inv"}
    square = numpy.array([[4.0, 1.0, 0.0], [1.0, 3.0, 1.0], [0.0, 1.0, 5.0]])
    _, back = counted("sum(expm(A))", ["A"], A=square / 9)
    assert back.counts.multiplications > 0
    assert "linalg.solve" in counted("sum(solve(A, b))", ["b"], A=square, b=U)[1].counts.unseen


SAMPLES = [
    pytest.param(rule, shapes, given, id=f"{rule.name}-{k}")
    for rule in ARRAY_RULES.values()
    for k, (shapes, given) in enumerate(rule.samples)
]


@pytest.mark.parametrize(("rule", "shapes", "given"), SAMPLES)
def test_counting_changes_no_result(rule, shapes, given):
    """Every vector-Jacobian product is the same to the last bit with and without counting."""
    gate = ArrayGate(rule, tuple({**rule.given_settings(), **given}.items()))
    rng = numpy.random.default_rng(7)
    operands = []
    for shape in shapes:
        x = rng.uniform(0.5, 1.5, size=shape)
        if len(shape) == 2 and shape[0] == shape[1]:
            x = x @ x.T + numpy.eye(shape[0])
        operands.append(x if shape else float(x))
    with numpy.errstate(all="ignore"):
        plain = ArrayArithmetic()
        output = plain.value(gate, operands)
        upstream = rng.normal(size=numpy.shape(output)) if numpy.ndim(output) else 1.5
        wanted = plain.pull(gate, upstream, output, operands)
        found = CountingArithmetic("split", Tally(), branches=False).pull(gate, upstream, output, operands)
    for one, other in zip(found, wanted, strict=True):
        assert (one is None) == (other is None)
        assert one is None or numpy.array_equal(one, other, equal_nan=True)


@pytest.mark.parametrize("seed", range(25))
def test_counted_passes_over_arrays_give_the_same_gradients(seed):
    formula = ArrayFormula(random.Random(seed))
    result = evaluate(formula.text, from_numbers(formula.inputs, "at"))
    assert result.backward is not None
    slots = list(range(len(result.graph.inputs)))
    back = run_counted_backward(result.forward, slots)
    for matrix, wanted in zip(back.derivatives, result.backward.gradient(), strict=True):
        assert numpy.array_equal(matrix.reshape(numpy.shape(wanted)), wanted)
    assert back.counts.multiplications > 0
    assert not back.counts.unseen


def test_an_output_that_is_an_array_has_a_pass_for_each_entry():
    result = evaluate("W @ x", from_numbers({"W": A, "x": U}, "at"), optional_gradient=True)
    back = run_counted_backward(result.forward, [0, 1])
    jacobians = run_jacobians(result.forward)
    assert back.passes == 2
    assert all(numpy.array_equal(f, j) for f, j in zip(back.derivatives, jacobians.by_slot, strict=False))
    assert back.counts.multiplications == 2 * (2 * 3 + 3 * 2)
