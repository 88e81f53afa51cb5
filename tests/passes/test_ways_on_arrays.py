"""Forward, reverse, on demand, as formulas, and by differences: the ways to one derivative, on vectors and matrices."""

from __future__ import annotations

import random

import numpy
from hypothesis import given, settings
from hypothesis import strategies as st

from gradcli.graph.build import build, read
from gradcli.passes.backward import run_backward
from gradcli.passes.counting import run_counted_backward
from gradcli.passes.forward import run_forward
from gradcli.passes.jacobian import run_jacobians
from gradcli.passes.lazy import run_lazily
from gradcli.passes.symbolic import symbolic_gradient
from gradcli.passes.tangents import run_all_tangents
from gradcli.rules.shape import entries

from .random_array_graphs import ArrayFormula

PASSES = settings.get_profile("passes")


def drawn(seed, length, *, summed=True):
    """A random formula as a graph, and its point; its value is a number, or the last of its arrays."""
    formula = ArrayFormula(random.Random(seed), length)
    text = formula.text
    if not summed:
        text = text[: text.rindex("L = ")] + f"L = tanh(v{len(formula.shapes) - 1})"
    shapes = {name: numpy.shape(x) for name, x in formula.inputs.items()}
    graph = build(read(text, shapes.keys(), arrays=[n for n, s in shapes.items() if s]), "lecture", shapes)
    return graph, [plain(formula.inputs[name]) for name in graph.inputs]


def plain(x):
    """A number is a float."""
    return x if numpy.ndim(x) else float(x)


def close(found, wanted, size=1.0):
    numpy.testing.assert_allclose(numpy.reshape(found, numpy.shape(wanted)), wanted, rtol=1e-11, atol=1e-12 * size)


def differences(graph, point, slot, along):
    """The slope along a direction by the central difference of two steps, and how far it may be off."""

    def quotient(h):
        high, low = ([*point[:slot], plain(point[slot] + sign * h * along), *point[slot + 1 :]] for sign in (1, -1))
        return (run_forward(graph, high).output - run_forward(graph, low).output) / (2 * h)

    one, other = quotient(2.0**-14), quotient(2.0**-15)
    return (4 * other - one) / 3, abs(other - one)


@given(seed=st.integers(0, 2**32), length=st.integers(0, 14))
@settings(PASSES, max_examples=200)
def test_all_ways_agree(seed, length):
    graph, point = drawn(seed, length)
    forward = run_forward(graph, point)
    inputs = range(len(graph.inputs))
    reverse = run_backward(forward).gradient()
    lazy = run_lazily(forward, list(inputs)).gradients
    derived = symbolic_gradient(graph, list(inputs))
    formulas = run_forward(derived.graph, point).values
    sweeps = run_all_tangents(forward, list(inputs))
    counted = run_counted_backward(forward, list(inputs)).derivatives
    kinked = bool(forward.conventions())
    rng = numpy.random.default_rng(seed)
    for slot in inputs:
        wanted = reverse[slot]
        size = max(1.0, float(numpy.max(numpy.abs(wanted))))
        assert numpy.shape(wanted) == graph.shape(slot)
        handed = lazy.get(slot)
        assert numpy.array_equal(numpy.zeros(graph.shape(slot)) if handed is None else handed, wanted)
        assert numpy.shape(sweeps[slot].derivative) == (1, entries(graph.shape(slot)))
        close(sweeps[slot].derivative, wanted, size)
        close(counted[slot], wanted, size)
        close(formulas[derived.gradient[slot]], wanted, size)
        along = rng.choice([-1.0, 1.0], size=graph.shape(slot))
        numeric, room = differences(graph, point, slot, along)
        slope = float(numpy.sum(wanted * along))
        near_a_kink = room > 1e-3 * max(abs(slope), size)  # abs and relu bend between the points
        assert kinked or near_a_kink or abs(numeric - slope) <= 10 * room + 1e-7 * size


@given(seed=st.integers(0, 2**32), length=st.integers(1, 10))
@settings(PASSES, max_examples=60)
def test_jacobians_of_outputs_that_are_arrays(seed, length):
    graph, point = drawn(seed, length, summed=False)
    forward = run_forward(graph, point)
    inputs = range(len(graph.inputs))
    rows = entries(graph.shape(graph.output))
    reverse = run_jacobians(forward)
    sweeps = run_all_tangents(forward, list(inputs))
    back = run_counted_backward(forward, list(inputs))
    assert back.passes == rows
    seed_gradient = numpy.cos(numpy.arange(1.0, rows + 1))
    start = seed_gradient.reshape(graph.shape(graph.output)) if graph.shape(graph.output) else float(seed_gradient[0])
    handed = run_backward(forward, start).gradient()
    for slot in inputs:
        wanted = reverse.by_input(graph.inputs[slot])
        assert wanted.shape == (rows, entries(graph.shape(slot)))
        size = max(1.0, float(numpy.max(numpy.abs(wanted))))
        close(sweeps[slot].derivative, wanted, size)
        close(back.derivatives[slot], wanted, size)
        close(seed_gradient @ wanted, numpy.ravel(handed[slot]), size * rows)
