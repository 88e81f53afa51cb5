"""Slips on the way forward, against the wrong formula written out."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gradcli.homework.marking.own import Own, replay
from gradcli.homework.mistakes import forwards
from gradcli.homework.mistakes.catalogue import BY_ID
from gradcli.homework.mistakes.forwards import slips
from tests.homework.helpers import posed
from tests.homework.mistakes.numbers import among, named

VALUES_AND_GRADIENTS = [("value", "*", None), ("grad", "*", None)]


def test_a_power_after_a_minus_taken_with_it():
    problem = posed("q = -x^2; f = q*y", {"x": 3, "y": 5}, asks=VALUES_AND_GRADIENTS)
    found = list(slips(problem))
    # The value alone is wrong; then the derivative of (−x)² is, too.
    assert among(problem, found, "forward-slip", {"value q": 9, "value f": 45, "grad y": 9})
    assert among(problem, found, "forward-slip", {"value q": 9, "value f": 45, "grad y": 9, "grad x": 30})


def test_a_power_in_a_bracket_cannot_be_taken_with_the_minus():
    inside = posed("f = (-x)^2*y", {"x": 3, "y": 5}, asks=VALUES_AND_GRADIENTS)
    assert not any("−x²" in slip.says for slip in slips(inside))
    around = posed("f = -(x^2)*y", {"x": 3, "y": 5}, asks=VALUES_AND_GRADIENTS)
    assert not any("−x²" in slip.says for slip in slips(around))


@pytest.mark.parametrize(
    ("formula", "value", "by_a", "by_b", "by_c"),
    [
        ("a + b*c", "(a + b)*c", "c", "c", "a + b"),
        ("a*b + c", "a*(b + c)", "b + c", "a", "a"),
        ("a - b*c", "(a - b)*c", "c", "-c", "a - b"),
        ("a + b/c", "(a + b)/c", "1/c", "1/c", "-(a + b)/c**2"),
        ("a/b + c", "a/(b + c)", "1/(b + c)", "-a/(b + c)**2", "-a/(b + c)**2"),
        ("(a + b)*c", "a + b*c", "1", "c", "b"),
        ("a*(b - c)", "a*b - c", "b", "a", "-1"),
        ("a/(b + c)", "a/b + c", "1/b", "-a/b**2", "1"),
        ("a/b*c", "a/(b*c)", "1/(b*c)", "-a/(b**2*c)", "-a/(b*c**2)"),
        ("a - (b + c)", "a - b + c", "1", "-1", "1"),
        ("a*c + (b + c)^2", "a*c + b**2 + c**2", "c", "2*b", "a + 2*c"),
        ("a*b^2 + c", "(a*b)**2 + c", "2*a*b**2", "2*a**2*b", "1"),
        ("a*exp(b + c)", "a*(math.exp(b) + c)", "math.exp(b) + c", "a*math.exp(b)", "a"),
        ("a + 1/(b + c)", "a + 1/b + 1/c", "1", "-1/b**2", "-1/c**2"),
        ("a*exp(-b) + c", "a*math.exp(b) + c", "math.exp(b)", "a*math.exp(b)", "1"),
    ],
)
def test_a_misread_formula(formula, value, by_a, by_b, by_c):
    point = {"a": 1.7, "b": 2.3, "c": -0.6}
    problem = posed(f"f = {formula}", point, asks=VALUES_AND_GRADIENTS)

    def number(text):
        return eval(text, {"math": math}, point)  # a formula of this file

    wrong = {"value f": number(value), "grad a": number(by_a), "grad b": number(by_b), "grad c": number(by_c)}
    true = {asked.name: asked.truth for asked in problem.asked}
    wrong = {name: n for name, n in wrong.items() if not math.isclose(n, true[name], rel_tol=1e-12)}
    assert among(problem, slips(problem), "forward-slip", wrong)


@pytest.mark.parametrize(
    ("formula", "mistake", "value", "slope"),
    [
        ("sin(x)", "degrees", lambda x: math.sin(math.radians(x)), lambda x: math.cos(math.radians(x))),
        ("cos(x)", "degrees", lambda x: math.cos(math.radians(x)), lambda x: -math.sin(math.radians(x))),
        ("tan(x)", "degrees", lambda x: math.tan(math.radians(x)), lambda x: 1 / math.cos(math.radians(x)) ** 2),
        ("atan(x)", "degrees", lambda x: math.degrees(math.atan(x)), None),
        ("ln(x)", "logarithm-base", math.log10, None),
        ("ln(x)", "logarithm-base", math.log10, lambda x: 1 / (x * math.log(10))),
        ("log10(x)", "logarithm-base", math.log, None),
        ("log2(x)", "logarithm-base", math.log, lambda x: 1 / x),
        ("sigmoid(x)", "forward-slip", lambda x: 1 / (1 + math.exp(x)), None),  # o(1 − o) is the same of 1 − o
        ("x^2", "forward-slip", lambda x: 2 * x, None),
        ("sqrt(x)", "forward-slip", lambda x: x, lambda x: 0.5 / x),  # its derivative 1/(2o) from the wrong o
    ],
)  # fmt: skip
def test_a_function_computed_wrongly(formula, mistake, value, slope):
    x, y = 1.3, 0.7
    problem = posed(f"h = {formula}; f = h*y", {"x": x, "y": y}, asks=VALUES_AND_GRADIENTS)
    expected = {"value h": value(x), "value f": value(x) * y, "grad y": value(x)}
    if slope is not None:
        expected["grad x"] = slope(x) * y
    assert among(problem, slips(problem), mistake, expected)


def test_all_that_follows_from_a_wrong_value_is_wrong():
    # z = (x + σ(x)) / (σ(x) + (x + y)²), with σ(−x) for σ(x), and the derivative o(1 − o) of what was computed
    x, y = 4.0, 3.0
    problem = posed("z = (x + sigma(x)) / (sigma(x) + (x + y)^2)", {"x": x, "y": y}, asks=VALUES_AND_GRADIENTS)
    s = 1 / (1 + math.exp(x))
    over, under = x + s, s + (x + y) ** 2
    by_sigma = 1 / under - over / under**2
    by_y = -over / under**2 * 2 * (x + y)
    by_x = 1 / under + by_sigma * s * (1 - s) + by_y
    assert among(problem, slips(problem), "forward-slip", {"value z": over / under, "grad x": by_x, "grad y": by_y})


def test_with_a_students_own_value_only_the_next_step_is_wrong():
    problem = posed("q = x + y; f = q*z", {"x": -2, "y": 5, "z": -4}, asks=VALUES_AND_GRADIENTS)
    own = Own(values={problem.naming.slot("q"): 4.0})
    found = list(slips(problem, replay(problem, own)))
    assert among(problem, found, "forward-slip", {"value f": 16.0})  # 4 · (−4) without its minus
    assert among(problem, found, "forward-slip", {"value q": 7.0})  # 2 + 5: what follows was written down
    assert not among(problem, found, "forward-slip", {"value f": 12.0})


@given(st.lists(st.floats(-3, 3), min_size=3, max_size=3))
@settings(max_examples=25, deadline=None)
def test_a_slip_changes_what_it_names(numbers):
    point = dict(zip("xyz", numbers, strict=True))
    problem = posed("q = x*y + sin(z); f = q^2 - x/(1 + y^2)", point)
    for slip in slips(problem):
        assert slip.mistake in BY_ID
        assert "{" not in slip.says
        assert slip.says.endswith((".", ")"))
        for name, number in named(problem, slip).items():
            true = next(asked.truth for asked in problem.asked if asked.name == name)
            assert math.isfinite(number)
            assert number != true


def test_a_large_problem_gets_a_bounded_number(monkeypatch):
    terms = " + ".join(f"sin(x{k}*y)" for k in range(60))
    problem = posed(f"f = {terms}", {**{f"x{k}": 0.1 for k in range(60)}, "y": 2.0}, asks=[("grad", "y", None)])
    unbounded = len(list(slips(problem)))
    monkeypatch.setattr(forwards, "MOST_EFFORT", 20_000)
    bounded = len(list(slips(problem)))
    assert bounded < unbounded
    assert bounded * len(problem.graph.steps) < 2 * 20_000


def test_arrays_are_misread_entry_by_entry():
    problem = posed("f = sum((a + b)*c)", {"a": [1, 2], "b": [3, 4], "c": [5, 6]}, asks=VALUES_AND_GRADIENTS)
    expected = {"value f": 1 + 15 + 2 + 24, "grad a": [1, 1], "grad c": [3, 4]}
    assert among(problem, slips(problem), "forward-slip", expected)
