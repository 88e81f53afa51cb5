"""Forward, reverse, on demand, by paths, as formulas, and by differences: six ways to one derivative."""

from __future__ import annotations

import math

import numpy
from hypothesis import given, settings

from gradcli.passes.backward import run_backward
from gradcli.passes.forward import UndefinedValue, run_forward
from gradcli.passes.lazy import run_lazily
from gradcli.passes.paths import added, count, every, total, ways
from gradcli.passes.symbolic import symbolic_gradient
from gradcli.passes.tangents import run_tangents

from .random_graphs import graphs


def size_of(found):
    """Σ |contribution| over all paths: what rounding is relative to."""
    return sum(abs(found.contribution(path)) for path in every(found)) if count(found) < 2000 else math.inf


def difference(graph, point, slot, size):
    """A central difference that is extrapolated from two steps, and how far it may be off."""

    def quotient(h):
        high, low = ([*point[:slot], point[slot] + sign * h, *point[slot + 1 :]] for sign in (1, -1))
        return (run_forward(graph, high).output - run_forward(graph, low).output) / (2 * h)

    one, other = quotient(2.0**-12), quotient(2.0**-13)
    return (4 * other - one) / 3, abs(other - one) + 1e-7 * max(1.0, abs(other)) + 1e-9 * min(size, 1e6)


@given(graphs())
@settings(max_examples=300, deadline=None)
def test_six_ways_agree(drawn):
    graph, point = drawn
    try:
        forward = run_forward(graph, list(point))
    except UndefinedValue:
        return
    inputs = range(len(graph.inputs))
    reverse = run_backward(forward).gradient()
    lazy = run_lazily(forward, list(inputs)).gradients
    derived = symbolic_gradient(graph, list(inputs))
    formulas = run_forward(derived.graph, list(point)).values
    for slot in inputs:
        found = ways(forward, slot, graph.output)
        tolerance = 1e-12 * max(size_of(found), abs(reverse[slot]), 1e-300)
        assert (lazy.get(slot) or 0.0) == reverse[slot]
        assert abs(run_tangents(forward, slot).derivative - reverse[slot]) <= tolerance
        assert abs(total(found) - reverse[slot]) <= tolerance
        if count(found) < 2000:
            assert abs(added(map(found.contribution, every(found))) - reverse[slot]) <= tolerance
        assert numpy.isclose(formulas[derived.gradient[slot]], reverse[slot], rtol=1e-9, atol=tolerance)
        try:
            numeric, room = difference(graph, point, slot, size_of(found))
        except UndefinedValue:
            continue
        assert abs(numeric - reverse[slot]) <= 20 * room
