"""Pricing by sweeps gives what running the mutated pass gives."""

from __future__ import annotations

import math

import numpy
import pytest

from gradcli.homework.marking.own import Own, replay
from gradcli.homework.mistakes import edges, gathers
from gradcli.homework.mistakes.joint import JointSlip, changes_of
from gradcli.homework.mistakes.pricing import Prices
from gradcli.homework.mistakes.slip import Slip
from gradcli.homework.mistakes.view import View
from gradcli.homework.problems.problem import pose
from tests.homework.mistakes.planted import LECTURES, Pass

ALL = [("up", "*", None), ("grad", "*", None)]


def posed(example, asks=ALL):
    return pose(example.id, example.formula, example.at, asks=asks)


@pytest.mark.parametrize("example", LECTURES, ids=lambda example: example.id)
def test_sweeps_equal_the_mutated_pass(example):
    problem = posed(example)
    prices = Prices(View(problem))
    names = {slot: name for slot, name in problem.naming.names.items() if ("grad", slot, None) in problem.by_key}
    checked = 0
    for slip in (*edges.slips(problem), *gathers.slips(problem)):
        changes = dict(changes_of(slip))
        if not changes or not all(slot in names for slot in changes):
            continue
        # The same change put in where the gradients are gathered, in a backward pass of plain loops.
        gather = {names[s]: (lambda c, more=change: math.fsum(c) + more) for s, change in changes.items()}
        mutated = Pass(example, gather=gather).run()
        found = prices.numbers(slip)
        for slot, name in names.items():
            number = found.get(("grad", slot, None), problem.backward.gradients[slot])
            assert number == pytest.approx(mutated[name], rel=1e-9, abs=1e-12), (slip.says, name)
        checked += 1
    assert checked > 5


def test_what_was_written_is_handed_on_whatever_arrives():
    problem = posed(LECTURES[0])
    s, x = (problem.naming.slot(name) for name in "sx")
    slip = Slip("sign", s, "", "", change=1.0)
    free = Prices(View(problem)).numbers(slip)
    assert set(free) == {("grad", s, None), ("grad", x, None)}
    assert free["grad", x, None] == pytest.approx(problem.backward.gradients[x] + problem.forward.locals[s][0])
    written = Prices(View(problem), [s]).numbers(slip)
    assert set(written) == {("grad", s, None)}


def test_a_node_between_that_was_not_written_is_passed_through():
    problem = posed(LECTURES[0])
    b, q, y = (problem.naming.slot(name) for name in "bqy")
    slip = Slip("sign", b, "", "", change=1.0)
    found = Prices(View(problem), [q]).numbers(slip)
    assert ("grad", q, None) in found
    assert ("grad", y, None) not in found


def test_changes_at_several_nodes_add_up():
    problem = pose("p", "q = x + y; f = q*z", {"x": -2.0, "y": 5.0, "z": -4.0}, asks=ALL)
    x, q = problem.naming.slot("x"), problem.naming.slot("q")
    slip = JointSlip("sign", q, "", "", change=1.0, also=((x, 10.0),))
    assert Prices(View(problem)).numbers(slip)["grad", x, None] == pytest.approx(-4 + 1 + 10)


def test_prices_with_own_numbers_start_from_what_follows_from_them():
    problem = pose("p", "q = x + y; f = q*z", {"x": -2.0, "y": 5.0, "z": -4.0}, asks=ALL)
    x, q = problem.naming.slot("x"), problem.naming.slot("q")
    state = replay(problem, Own(gradients={q: 7.0}))
    slip = Slip("sign", x, "", "", change=-14.0)
    assert Prices(View(problem, state), [q]).numbers(slip)["grad", x, None] == pytest.approx(-7.0)


def test_a_wrong_local_derivative_prices_the_one_between_names():
    problem = pose("p", "q = 1/x; f = q^2*y", {"x": 2.0, "y": 3.0}, asks=[("local", "f", "q")])
    step = next(s for s in edges.slips(problem) if s.mistake == "power-rule" and "factor 2" in s.says)
    q, f = problem.naming.slot("q"), problem.naming.slot("f")
    assert Prices(View(problem)).numbers(step) == {("local", f, q): pytest.approx(0.5 * 3)}


def test_arrays_are_pulled_back():
    at = {"W": [[1.0, 2.0], [3.0, -1.0]], "x": [0.5, -1.5]}
    problem = pose("p", "h = W x; f = sum(h^2)", at, asks=ALL)
    h, x = problem.naming.slot("h"), problem.naming.slot("x")
    found = Prices(View(problem)).numbers(Slip("sign", h, "", "", change=numpy.array([1.0, 10.0])))
    w = numpy.array(at["W"])
    gradient = w.T @ (2 * w @ numpy.array(at["x"]))
    assert found["grad", x, None] == pytest.approx(gradient + w.T @ numpy.array([1.0, 10.0]))
