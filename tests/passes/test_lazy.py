"""Derivatives on demand: the same as the backward pass, only where they are needed, each of them once."""

from __future__ import annotations

import random
from collections import Counter

import numpy
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gradcli.graph.build import build, read
from gradcli.language import GradcliError
from gradcli.passes.backward import run_backward
from gradcli.passes.forward import UndefinedValue, run_forward
from gradcli.passes.lazy import run_lazily

from .random_array_graphs import ArrayFormula
from .random_graphs import ROUGH_FORMULAS, graphs


def ready(text, gates="lecture", ties="split", **point):
    shapes = {name: numpy.shape(value) for name, value in point.items()}
    graph = build(read(text, list(point), arrays=[n for n, s in shapes.items() if s]), gates, shapes)
    values = [numpy.asarray(point[n], float) if shapes[n] else float(point[n]) for n in graph.inputs]
    return run_forward(graph, values, ties)


def by_name(forward):
    return {**{name: slot for slot, name in forward.graph.names.items()},
            **{name: slot for slot, name in enumerate(forward.graph.inputs)}}  # fmt: skip


def lazily(forward, *names, **more):
    return run_lazily(forward, [by_name(forward)[name] for name in names], **more)


def steps(lazy):
    """What was done, with names of nodes."""
    names = {slot: name for name, slot in by_name(lazy.forward).items()}
    return [(event.depth, event.action, names[event.slot], event.place) for event in lazy.events]


def same(one, other):
    return (one is None and other is None) or numpy.array_equal(one, other, equal_nan=True)


def check_exact(forward, wanted):
    """Equal to the last digit wherever it was computed, and each derivative computed once."""
    lazy = run_lazily(forward, wanted)
    gradients = run_backward(forward).gradients
    for slot in lazy.gradients:
        assert same(lazy.gradients[slot], gradients[slot])
    computed = Counter(event.slot for event in lazy.events if event.action == "compute")
    assert set(computed.values()) <= {1}
    assert set(wanted) <= set(lazy.gradients)
    return lazy


# --- what is computed -------------------------------------------------------------------------------------------------


def test_the_order_of_the_recursion():
    lazy = lazily(ready("p = 2x; q = p*y; r = q + 1; f = r*q", x=3, y=5), "x", "y")
    # q feeds f and r: the backward pass meets f first.
    assert steps(lazy) == [
        (0, "compute", "x", None),
        (1, "local", "p", 1),
        (1, "compute", "p", None),
        (2, "local", "q", 0),
        (2, "compute", "q", None),
        (3, "local", "f", 1),
        (3, "local", "r", 0),
        (3, "compute", "r", None),
        (0, "compute", "y", None),
        (1, "local", "q", 1),
        (1, "read", "q", None),
    ]
    # f = q(q + 1), q = 2xy = 30.
    assert {slot: lazy.gradients[slot] for slot in (0, 1)} == {0: 61 * 10, 1: 61 * 6}
    assert lazy.never_visited == ()


def test_what_is_not_needed_is_never_visited():
    forward = ready("p = sin(x); q = p*y; f = q*z", x=1, y=2, z=3)
    lazy = lazily(forward, "y")
    assert {by_name(forward)[name] for name in ("x", "z", "p")} == set(lazy.never_visited)
    assert lazily(forward).events == ()
    assert lazily(forward, "z").gradients.keys() == {by_name(forward)[name] for name in ("z", "f")}


def test_a_wanted_node_that_is_known_is_read():
    forward = ready("q = x^2; f = 3q", x=2)
    assert steps(lazily(forward, "x", "q"))[-1] == (0, "read", "q", None)
    assert steps(lazily(forward, "f")) == [(0, "output", "f", None)]


def test_both_edges_of_a_square_that_is_a_product():
    forward = ready("a = x + 1; f = a*a", x=3)
    assert steps(lazily(forward, "a")) == [(0, "compute", "a", None), (1, "local", "f", 0), (1, "local", "f", 1)]
    assert lazily(forward, "a").gradients[by_name(forward)["a"]] == 8


def test_a_branch_that_is_not_taken_is_passed_over():
    forward = ready("a = x^2; b = 3*y; f = where(x > 0, a, b)", x=2, y=1)
    lazy = lazily(forward, "y")
    assert steps(lazy) == [(0, "compute", "y", None), (1, "local", "b", 1), (1, "compute", "b", None),
                           (2, "idle", "f", 2)]  # fmt: skip
    assert lazy.gradients[by_name(forward)["y"]] is None


def test_a_statement_that_nothing_needs_receives_nothing():
    forward = ready("q = x*y; f = 2y", x=2, y=3)
    lazy = lazily(forward, "x", "y")
    assert lazy.gradients[0] is None
    assert lazy.gradients[1] == 2


def test_the_derivative_to_begin_with():
    assert lazily(ready("q = x^2; f = 3q", x=2), "x", seed=-2.0).gradients[0] == -24


def test_an_array_has_no_gradient():
    with pytest.raises(GradcliError) as caught:
        lazily(ready("f = 2x", x=[1, 2]), "x")
    assert caught.value.code == "array-output"
    assert "sum(f)" in caught.value.hint


# --- equal to the backward pass ---------------------------------------------------------------------------------------


@given(graphs(), st.randoms(use_true_random=False))
@settings(max_examples=80, deadline=None)
def test_random_graphs(drawn, chance):
    graph, point = drawn
    slots = [slot for slot in range(len(graph.gates)) if slot not in graph.constants]
    check_exact(run_forward(graph, point), chance.sample(slots, chance.randint(1, len(slots))))


@given(ROUGH_FORMULAS, st.floats(-3, 3), st.floats(-3, 3))
@settings(max_examples=80, deadline=None)
def test_random_formulas_with_branches_and_kinks(text, x, y):
    try:
        forward = ready(text, x=x, y=y, z=0.5)
    except (UndefinedValue, GradcliError):
        return
    check_exact(forward, range(len(forward.graph.inputs)))


@pytest.mark.parametrize("seed", range(20))
def test_random_array_formulas(seed):
    drawn = ArrayFormula(random.Random(seed))
    forward = ready(drawn.text, **drawn.inputs)
    wanted = list(range(len(forward.graph.inputs)))
    random.Random(seed).shuffle(wanted)
    check_exact(forward, wanted)


def test_branches_of_arrays():
    forward = ready("a = sqrt(x); b = W x; f = sum(where(x > 0, a, b))", x=[4.0, -1.0], W=[[1, 2], [3, 4]])
    check_exact(forward, range(2))


# --- large ones -------------------------------------------------------------------------------------------------------


def test_a_chain_of_ten_thousand_nodes():
    body = "\n".join(["a0 = x", *(f"a{k} = a{k - 1} + 0.5" for k in range(1, 10_000)), "f = a9999*2"])
    lazy = lazily(ready(body, x=1), "x")
    assert lazy.gradients[0] == 2
    assert max(event.depth for event in lazy.events) >= 9_999


def test_a_ladder_with_more_paths_than_could_be_listed():
    rungs = [f"b{k} = 2*a{k - 1}; c{k} = -1*a{k - 1}; a{k} = b{k} + c{k}" for k in range(1, 201)]
    forward = ready("\n".join(["a0 = 1*x", *rungs, "f = a200"]), x=1)
    lazy = check_exact(forward, [0])
    assert lazy.gradients[0] == 1  # (2 − 1) to the power of 200
    assert len(lazy.events) < 10 * 200
