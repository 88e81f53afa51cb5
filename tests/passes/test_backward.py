"""The backward pass: upstream times local on every edge, sums at branches."""

from __future__ import annotations

import functools
import math

import pytest

from gradcli.graph.build import build, read
from gradcli.graph.gatesets import GATE_SETS
from gradcli.passes.backward import run_backward
from gradcli.passes.forward import run_forward


@functools.cache
def formula(text):
    return read(text)


def passes(text, point, gates="lecture"):
    graph = build(formula(text), gates)
    forward = run_forward(graph, [float(point[name]) for name in graph.inputs])
    return forward, run_backward(forward)


def test_contributions_of_every_edge():
    forward, backward = passes("q = x + y; f = q*z", {"x": -2, "y": 5, "z": -4})
    x, y, z, q, f = range(5)
    assert backward.contributions[q] == (-4, -4)
    assert backward.contributions[f] == (-4, 3)
    assert [backward.gradients[slot] for slot in (x, y, z, q, f)] == [-4, -4, 3, -4, 1]
    assert forward.output == -12


def test_contributions_are_added_at_branches():
    # f = x² + x·y: the two edges to x bring 2x and y.
    forward, backward = passes("x² + x*y", {"x": 3, "y": 5})
    edges = forward.graph.consumers()[0]
    assert sorted(backward.contributions[user][place] for user, place in edges) == [5, 6]
    assert backward.gradient() == (11, 3)


def test_both_edges_of_one_node_are_counted():
    forward, backward = passes("a + a", {"a": 3})
    assert backward.contributions[forward.graph.output] == (1, 1)
    assert backward.gradient() == (2,)


def test_running_twice_gives_the_same():
    forward, first = passes("s = x*y; f = s*s + sin(s)", {"x": 3, "y": 5})
    values, stored = list(forward.values), list(forward.locals)
    second = run_backward(forward)
    assert second.gradients == first.gradients
    assert second.contributions == first.contributions
    assert (forward.values, forward.locals) == (values, stored)


def test_the_seed():
    forward, _ = passes("x*y", {"x": 3, "y": 5})
    assert run_backward(forward, seed=-2.0).gradient() == (-10, -6)


def test_not_computed_is_not_0():
    forward, backward = passes("where(x > 0, x*y, sqrt(y))", {"x": 2, "y": 0})
    by_name = {gate.name: backward.gradients[slot] for slot, gate, _ in forward.graph.steps}
    assert by_name["sqrt"] is None
    assert by_name["mul"] == 1
    assert backward.gradient() == (0, 2)


def test_an_operand_that_a_gate_does_not_use_has_the_gradient_0():
    forward, backward = passes("gate first(a, b) = a; u = y*y; f = first(x, u)", {"x": 2, "y": 3})
    named = {name: slot for slot, name in forward.graph.names.items()}
    assert backward.gradients[named["u"]] == 0
    assert forward.taken()[named["u"]]
    assert backward.gradient() == (0, 1)


def test_an_infinite_gradient_does_not_enter_a_branch_that_is_not_taken():
    # √ has an infinite slope at 0; 0 · ∞ into ln would be NaN.
    for gates in GATE_SETS:
        assert passes("sqrt(where(x > 1, ln(y), z*z))", {"x": 0, "y": 2, "z": 1}, gates)[1].gradient() == (0, 0, 1)


@pytest.mark.parametrize("gates", GATE_SETS)
def test_a_sum_of_many_terms_keeps_every_contribution(gates):
    terms = 25_000
    forward, backward = passes("x" + " + x*y" * (terms - 1), {"x": 0.1, "y": 3}, gates)
    # The contributions are 1 and 24,999 times 3 by x, 24,999 times 0.1 by y.
    assert math.isclose(backward.gradients[0], 1 + 3 * (terms - 1), rel_tol=1e-11)
    assert math.isclose(backward.gradients[1], 0.1 * (terms - 1), rel_tol=1e-11)
    assert math.isclose(forward.output, 0.1 + 0.3 * (terms - 1), rel_tol=1e-11)
    if gates == "lecture":
        handed = [backward.contributions[slot] for slot, gate, _ in forward.graph.steps if gate.name == "add"]
        assert handed == [(1, 1)] * (terms - 1)


@pytest.mark.parametrize("gates", GATE_SETS)
def test_a_deep_chain(gates):
    steps = 10_000
    _, backward = passes("c = x\n" + "c = c*y + 1\n" * steps, {"x": 2, "y": 1}, gates)
    # With y = 1 the value after k steps is 2 + k, so the derivative by y is Σ (2 + k).
    assert backward.gradient() == (1, sum(2 + k for k in range(steps)))
