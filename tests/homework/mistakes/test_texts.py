"""Mistakes that the written text shows."""

from __future__ import annotations

import math
import random

import pytest

from gradcli.homework.marking.own import Own, replay
from gradcli.homework.mistakes.texts import agrees, explanations
from gradcli.homework.sheets.written import read_written
from tests.homework.helpers import marked, posed
from tests.homework.mistakes.numbers import named

NEURON = ("s = w*x + b; p = sigma(s); f = p*v", {"w": 1.3, "x": -0.7, "b": 0.45, "v": 2.6})


def explained(problem, answers, name, state=None):
    keys = {asked.name: asked.quantity.key for asked in problem.asked}
    written = {keys[n]: read_written(text) for n, text in answers.items()}
    return list(explanations(problem, written, keys[name], state))


def kinds(problem, answers, name, state=None):
    return [slip.mistake for slip in explained(problem, answers, name, state)]


def truths(problem):
    return {asked.name: asked.truth for asked in problem.asked}


def test_two_answers_exchanged():
    problem = posed("f = 3*x*y", {"x": 2.5, "y": 7.1}, asks=[("grad", "*", None)])
    answers = {"grad x": "7.5", "grad y": "21.3"}
    (slip,) = explained(problem, answers, "grad x")
    assert slip.mistake == "exchanged"
    assert named(problem, slip) == pytest.approx({"grad x": 7.5, "grad y": 21.3})
    assert "exchanged" in kinds(problem, answers, "grad y")


def test_another_answer_that_stands_where_it_belongs_is_no_exchange():
    problem = posed("f = 3*x*y", {"x": 2.5, "y": 7.1}, asks=[("grad", "*", None)])
    assert kinds(problem, {"grad x": "7.5", "grad y": "7.5"}, "grad x") == []
    assert kinds(problem, {"grad x": "7.5"}, "grad x") == ["exchanged"]


def test_answers_that_differ_in_their_signs_alone_are_not_exchanged():
    # ∂f/∂a = 2(a − b) = −∂f/∂b: who has both signs wrong has not written one for the other.
    problem = posed("f = (a - b)^2", {"a": 2.5, "b": 7.1}, asks=[("grad", "*", None)])
    assert "exchanged" not in kinds(problem, {"grad a": "9.2", "grad b": "-9.2"}, "grad a")
    mark = marked(problem, {"grad a": "9.2", "grad b": "-9.2"})["grad a"]
    assert mark.explanations[0].mistake == "sign"


def test_a_forward_value_given_as_a_gradient():
    problem = posed(*NEURON, asks=[("up", "*", None)])
    value = 1 / (1 + math.exp(0.46))
    (slip,) = explained(problem, {"up p": f"{value:.3f}"}, "up p")
    assert slip.mistake == "exchanged"
    assert "value of p" in slip.says


def test_a_gradient_given_as_a_forward_value():
    problem = posed(*NEURON, asks=[("value", "*", None)])
    p = 1 / (1 + math.exp(0.46))
    (slip,) = explained(problem, {"value s": f"{2.6 * p * (1 - p):.4f}"}, "value s")
    assert slip.mistake == "exchanged"
    assert "gradient of s" in slip.says


@pytest.mark.parametrize(
    ("text", "is_explained"),
    [
        ("1.987", True), ("19.87", True), ("0.01987", True), ("1987e-1", True), ("198.7", True), ("0.2", False),
        ("1.983", False), ("-1.987", False), ("2.0", True), ("0.918", False), ("0.1897", True), ("0.9187", True),
        ("0.1978", True), ("0.1879", False), ("0.18", False),
    ],
)  # fmt: skip
def test_digits_and_decimal_points(text, is_explained):
    problem = posed("f = x*y", {"x": 0.19871, "y": 7.1}, asks=[("grad", "y", None)])
    found = kinds(problem, {"grad y": text}, "grad y")
    assert found == (["written-down"] if is_explained else [])


def test_the_lost_sign_of_an_exponent():
    problem = posed("f = x*y", {"x": 2.46e-4, "y": 7.1}, asks=[("grad", "y", None)])
    (slip,) = explained(problem, {"grad y": "2.46e4"}, "grad y")
    assert slip.mistake == "written-down"
    assert "exponent" in slip.says


def test_the_lost_sign_of_an_exponent_of_a_number_that_is_whole_then():
    # −1.99e-3 without the minus of its exponent is −1990: three digits were written, not four.
    problem = posed("f = -x*y", {"x": 1.9942e-3, "y": 7.1}, asks=[("grad", "y", None)])
    (slip,) = explained(problem, {"grad y": "-1.99e3"}, "grad y")
    assert slip.mistake == "written-down"
    assert "exponent" in slip.says


def test_a_carried_number_may_lose_its_point():
    problem = posed("q = x + y; f = sin(q)", {"x": 1.2, "y": 0.345})
    state = replay(problem, Own(values={problem.naming.slot("q"): 0.855}))  # −: x − y
    carried = math.sin(0.855)
    assert kinds(problem, {"value f": f"{10 * carried:.3f}"}, "value f", state) == ["written-down"]
    assert kinds(problem, {"value f": f"{10 * carried:.3f}"}, "value f") == []


def test_rounding_on_the_way():
    # The toy network of three layers with two decimals at every step, written out.
    point = {"b": 0.1, "w": -0.47, "x": 1.31, "c": 0.72, "v": 1.9}
    problem = posed("g = b + w*x; h = exp(g); l = (c*h - v)^2", point, asks=[("grad", "*", None)])

    def short(number):
        return float(f"{number:.2f}")

    g = short(point["b"] + point["w"] * point["x"])
    h = short(math.exp(g))
    at_difference = 2 * (point["c"] * h - point["v"])
    at_h = short(at_difference * point["c"])
    at_g = short(at_h * h)
    wrong = at_g * point["x"]
    true = truths(problem)["grad w"]
    assert abs(wrong - true) > 0.005 * abs(true)
    assert kinds(problem, {"grad w": f"{wrong:.4f}"}, "grad w") == ["rounded-on-the-way"]


def test_arrays_are_exchanged_as_a_whole():
    problem = posed("f = 3*(a·b)", {"a": [0.5, 0.75], "b": [0.35, -4.2]}, asks=[("grad", "*", None)])
    answers = {"grad a": "[1.5, 2.25]", "grad b": "[1.05, -12.6]"}
    assert kinds(problem, answers, "grad a") == ["exchanged"]
    assert kinds(problem, {"grad a": "[1.5, 2.26]"}, "grad a") == []


def test_a_right_number_needs_no_explanation():
    problem = posed(*NEURON)
    answers = {asked.name: f"{asked.truth:.4f}" for asked in problem.asked}
    for name in answers:
        assert kinds(problem, answers, name) == []


def test_digits_count_as_they_were_written():
    assert agrees(read_written("1.99e3"), 1994.2)
    assert not agrees(read_written("1990"), 1994.2)
    assert agrees(read_written("0.50"), 0.5)
    assert not agrees(read_written("0.50"), 0.506)
    assert not agrees(read_written("[0.50, 1]"), 0.5)


def test_a_random_number_is_hardly_ever_explained():
    problem = posed(*NEURON)
    true = truths(problem)
    answers = {name: f"{number:.4g}" for name, number in true.items()}
    draw = random.Random(20)
    tried = found = 0
    for _ in range(1500):
        name = draw.choice([name for name, number in true.items() if number not in (0.0, 1.0)])
        number = true[name] * 10 ** draw.uniform(-1, 1) * draw.choice((1, -1))
        text = f"{number:.3g}"
        if math.isclose(float(text), true[name], rel_tol=0.006):
            continue
        tried += 1
        found += bool(kinds(problem, {**answers, name: text}, name))
    assert found <= 0.01 * tried
