"""Mistakes on edges, with numbers that were worked out by hand."""

from __future__ import annotations

import math

import pytest

from gradcli.graph.gatesets import GATE_SETS
from gradcli.homework.marking.own import Own, replay
from gradcli.homework.mistakes import edges, gathers, paths
from gradcli.homework.mistakes.pricing import Prices
from gradcli.homework.mistakes.view import View
from gradcli.homework.problems.problem import pose

ALL = [("up", "*", None), ("grad", "*", None)]


def numbers(formula, at, target, mistake, module=edges, gates="lecture"):
    """What mistakes of a kind make of a gradient."""
    problem = pose("p", formula, at, asks=[*ALL], gates=gates)
    key = ("grad", problem.naming.slot(target), None)
    prices = Prices(View(problem))
    return [n[key] for s in module.slips(problem) if s.mistake == mistake and key in (n := prices.numbers(s))]


XYZ = {"x": -2.0, "y": 5.0, "z": -4.0}


def test_upstream_and_local_put_together_wrongly():
    formula = "q = x*y; f = q*z"  # df/dq = −4, dq/dx = 5
    assert 5.0 in numbers(formula, XYZ, "x", "upstream-omitted")
    assert -4.0 in numbers(formula, XYZ, "x", "local-omitted")
    assert 1.0 in numbers(formula, XYZ, "x", "added-not-multiplied")
    assert 20.0 in numbers(formula, XYZ, "x", "sign")
    assert 8.0 in numbers(formula, XYZ, "x", "product-not-switched")  # −4 · −2


def test_a_product_that_is_not_switched_for_both_factors():
    problem = pose("p", "f = x*y", {"x": 3.0, "y": 5.0}, asks=ALL)
    prices = Prices(View(problem))
    found = [prices.numbers(s) for s in edges.slips(problem) if s.mistake == "product-not-switched"]
    assert {("grad", 0, None): 3.0, ("grad", 1, None): 5.0} in found


def test_quotients_span_two_gates():
    at = {"a": 3.0, "b": 4.0}
    assert numbers("f = a/b", at, "b", "denominator-not-squared") == [pytest.approx(-3 / 4)]
    assert numbers("f = a/b", at, "b", "reciprocal-sign") == [pytest.approx(3 / 16)]
    assert pytest.approx(1 / 3) in numbers("f = a/b", at, "b", "quotient-turned")
    assert pytest.approx(-4 / 9) in numbers("f = a/b", at, "a", "quotient-turned")
    assert pytest.approx(3 / 16) in numbers("f = a/b", at, "b", "quotient-turned")  # both terms exchanged


def test_outer_derivative_at_the_wrong_value():
    assert pytest.approx(math.cos(2) * 4) in numbers("f = sin(x^2)", {"x": 2.0}, "x", "outer-at-wrong-value")
    inner = numbers("g = x^2; f = sin(g)", {"x": 2.0}, "g", "outer-at-wrong-value")
    assert pytest.approx(math.cos(2)) in inner


def test_inner_derivative_omitted():
    assert numbers("f = sin(x^2)", {"x": 2.0}, "x", "inner-omitted") == [pytest.approx(math.cos(4))]
    deep = numbers("f = sin(3*x^2 + 1)", {"x": 2.0}, "x", "inner-omitted")
    assert pytest.approx(math.cos(13)) in deep


def test_a_node_with_a_name_is_no_inner_function():
    formula = "g = x^2; f = sin(g)"
    assert numbers(formula, {"x": 2.0}, "x", "inner-omitted") == []
    assert pytest.approx(math.cos(4)) in numbers(formula, {"x": 2.0}, "x", "local-omitted")


def test_the_square_of_a_sum_is_one_gate_with_mistakes_inside():
    at = {"x": 4.0, "y": 3.0}
    found = numbers("f = (x + y)^2", at, "x", "power-rule")
    assert 7.0 in found  # the factor 2 is missing
    assert 98.0 in found  # 2 · (x + y)²
    assert 8.0 in numbers("f = (x + y)^2", at, "x", "outer-at-wrong-value")  # 2x
    assert -1.0 in numbers("f = (x - y)^2", at, "y", "power-rule")


def test_gates_of_users_have_mistakes_inside():
    formula = "gate s(u, v) = u*v^2; f = 5*s(x, y)"
    at = {"x": 2.0, "y": 3.0}
    assert 5 * 2 * 3.0 in numbers(formula, at, "y", "power-rule")
    assert 5 * 2.0 in numbers(formula, at, "x", "product-not-switched")


def test_product_of_derivatives():
    found = numbers("f = x^2*sin(x)", {"x": 2.0}, "x", "product-of-derivatives")
    assert pytest.approx(4 * math.cos(2)) in found
    quotient = numbers("f = x^2/sin(x)", {"x": 2.0}, "x", "product-of-derivatives")
    assert pytest.approx(4 / math.cos(2)) in quotient


def test_a_max_to_the_wrong_input_and_to_both():
    found = numbers("f = 3*max(x, y)", {"x": 1.0, "y": 2.0}, "x", "max-route")
    assert 3.0 in found
    assert 0.0 in numbers("f = 3*max(x, y)", {"x": 1.0, "y": 2.0}, "y", "max-route")


def test_a_factor_lost_in_the_middle():
    formula = "a = x^2; b = sin(a); f = 7*b"
    found = numbers(formula, {"x": 2.0}, "x", "factor-lost", paths)
    assert pytest.approx(7 * 4) in found  # without cos(a)
    assert pytest.approx(math.cos(4) * 4) in found  # without the 7


def test_branches():
    formula = "f = x*y + sin(x) + x^2"  # y, cos x, 2x
    at = {"x": 2.0, "y": 5.0}
    c = math.cos(2)
    found = numbers(formula, at, "x", "branch-forgotten", gathers)
    assert sorted(found) == pytest.approx(sorted([c + 4, 5 + 4, 5 + c, c]))
    assert sorted(numbers(formula, at, "x", "branch-overwritten", gathers)) == pytest.approx([4, 5])
    others = numbers(formula, at, "x", "branches-not-added", gathers)
    assert sorted(others) == pytest.approx(sorted([20 * c, (9 + c) / 3, 5]))


def test_wide_fan_outs_try_single_branches_only():
    def count(branches):
        formula = "f = " + " + ".join(f"sin({k}*x)" for k in range(1, branches + 1))
        problem = pose("p", formula, {"x": 0.3}, asks=ALL)
        return sum(s.mistake.startswith("branch-") for s in gathers.slips(problem))

    assert count(4) == 14  # all proper subsets: 2⁴ − 2
    assert count(13) == 26  # each one left out, each one alone
    assert count(12) <= 600


def test_mistakes_are_made_with_own_numbers():
    problem = pose("p", "q = x*y; f = q*z", XYZ, asks=ALL)
    state = replay(problem, Own(gradients={problem.naming.slot("q"): 9.0}))
    key = ("grad", problem.naming.slot("x"), None)
    prices = Prices(View(problem, state), [problem.naming.slot("q")])
    found = {s.mistake: n[key] for s in edges.slips(problem, state) if key in (n := prices.numbers(s))}
    assert found["sign"] == -45.0
    assert found["local-omitted"] == 9.0


def test_only_some_slots_are_looked_at():
    problem = pose("p", "q = x*y; f = q*z", XYZ, asks=ALL)
    x = problem.naming.slot("x")
    slots = {slip.slot for slip in edges.slips(problem, None, {x}) if slip.change is not None}
    assert slots == {x}


@pytest.mark.parametrize("gates", GATE_SETS)
def test_all_gate_sets_have_slips(gates):
    at = {"x": 4.0, "y": 3.0}
    formula = "z = (x + sigma(x)) / (sigma(x) + (x + y)^2) + relu(x)*max(x, y) + tanh(x)^3 + 2^x + x^y"
    problem = pose("p", formula, at, asks=ALL, gates=gates)
    assert len(list(edges.slips(problem))) > 20
    assert all(math.isfinite(s.change) for s in edges.slips(problem) if s.change is not None)


def test_sentences_name_the_place_and_no_number():
    problem = pose("p", "q = x*y; f = q*z", XYZ, asks=ALL)
    said = {slip.says for slip in edges.slips(problem) if slip.mistake == "upstream-omitted"}
    assert "From q to x the gradient that arrives at q was left out: multiply the local derivative by it." in said
    chain = pose("p", "q = sin(x); f = q*z", XYZ | {"y": 0.0}, asks=[*ALL])
    said = {slip.says for slip in edges.slips(chain) if slip.mistake == "upstream-omitted"}
    assert "The gradient that arrives at q was left out: multiply the local derivative by it." in said
