"""Reverse mode against three independent judges on random graphs; and each judge catches a wrong rule."""

from __future__ import annotations

import dataclasses

import pytest
from hypothesis import given, settings

from gradcli.graph.build import build, read
from gradcli.graph.builder import Builder
from gradcli.graph.gatesets import GATE_SETS
from gradcli.graph.point import from_numbers
from gradcli.passes.backward import run_backward
from gradcli.passes.evaluate import evaluate
from gradcli.passes.forward import UndefinedValue, run_forward
from gradcli.passes.numeric import check_numerically
from gradcli.rules.table import RULES

from .checks import AUTOGRAD, check_autograd, check_exact, check_numeric, same
from .random_graphs import ROUGH_FORMULAS, SMOOTH, SMOOTH_FORMULAS, graphs

PASSES = settings.get_profile("passes")


def test_the_smooth_rules_are_most_of_the_table():
    assert len(SMOOTH) > 60
    assert {"add", "mul", "recip", "exp", "ln", "sigmoid", "tanh", "gamma", "logaddexp"} <= {r.name for r in SMOOTH}


@settings(PASSES, max_examples=150)
@given(graphs())
def test_against_derivatives_at_40_digits(drawn):
    check_exact(*drawn)


@settings(PASSES, max_examples=150)
@given(graphs([RULES[name] for name in AUTOGRAD]))
def test_against_another_program(drawn):
    check_autograd(*drawn)


@settings(PASSES, max_examples=150)
@given(graphs())
def test_against_difference_quotients(drawn):
    check_numeric(*drawn)


@settings(PASSES, max_examples=150)
@given(graphs(steps=20))
def test_the_checker_never_blames_a_right_derivative(drawn):
    graph, point = drawn
    gradient = run_backward(run_forward(graph, point)).gradient()
    for check in check_numerically(graph, point, gradient, range(len(point))):
        assert check.verdict in ("agrees", "cannot tell"), check


def planted(name, factor):
    """The graph c·g(y·g(c)) of y, with c = 0.7, in which the rule `name` as g has derivatives wrong by a factor."""
    right = RULES[name]
    rule = dataclasses.replace(right, local=lambda m, o, i: (factor * right.local(m, o, i)[0],))
    builder = Builder()
    y, c = builder.input("y"), builder.constant(0.7)
    inner = builder.apply(RULES["mul"], (y, builder.apply(rule, (c,))))
    return builder.finish(builder.apply(RULES["mul"], (c, builder.apply(rule, (inner,)))))


@pytest.mark.parametrize("check", [check_exact, check_autograd, check_numeric])
@pytest.mark.parametrize("name", ["tanh", "sigmoid", "exp", "sin"])
@pytest.mark.parametrize("factor", [1.001, 0.999])
def test_a_rule_wrong_by_a_thousandth_is_caught(check, name, factor):
    check(planted(name, 1), (-1.3,))
    wrong = planted(name, factor)
    with pytest.raises(AssertionError, match="by y"):
        check(wrong, (-1.3,))


POINT = {"x": 0.75, "y": -1.25, "z": 0.3}


@settings(PASSES, max_examples=120)
@given(SMOOTH_FORMULAS)
def test_all_gate_sets_agree(text):
    formula = read(text)
    point = [POINT[variable.name] for variable in formula.inputs]
    results = []
    for gates in GATE_SETS:
        forward = run_forward(build(formula, gates), point)
        results.append((forward.output, *run_backward(forward).gradient()))
    for result in results[1:]:
        scale = max(map(abs, results[0]))
        assert all(abs(a - b) <= 1e-11 * scale for a, b in zip(results[0], result, strict=True)), results


@settings(PASSES, max_examples=100)
@given(ROUGH_FORMULAS)
def test_one_gate_a_statement_hides_no_fault_and_adds_none(text):
    formula = read(text)
    for x, y, z in [(0.0, 1.0, 2.0), (-1.0, 0.0, 0.5), (1000.0, -1.0, 0.0), (0.3, 2.0, 1.0)]:
        point = [{"x": x, "y": y, "z": z}[variable.name] for variable in formula.inputs]
        outcomes = []
        for gates in ("lecture", "named"):
            try:
                forward = run_forward(build(formula, gates), point)
            except UndefinedValue:
                outcomes.append(None)
            else:
                outcomes.append((forward.output, *run_backward(forward).gradient()))
        one, other = outcomes
        assert (one is None) == (other is None)
        if one is not None and other is not None:
            assert all(same(a, b, 1e-9) for a, b in zip(one, other, strict=True)), (point, outcomes)


@settings(PASSES, max_examples=40)
@given(SMOOTH_FORMULAS)
def test_a_part_of_the_gradient_is_that_part(text):
    point = from_numbers(POINT, "here")
    whole = evaluate(text, point).gradient
    part = evaluate(text, point, wrt=["z", "x"]).gradient
    assert list(part) == ["z", "x"]
    assert all(same(part[name], whole[name]) for name in part)
