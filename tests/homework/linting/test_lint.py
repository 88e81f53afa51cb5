"""Whether a problem is a good one."""

from __future__ import annotations

import json

from gradcli.homework.course.session import Session
from gradcli.homework.linting.lint import lint, lint_key
from gradcli.homework.linting.points import moved
from gradcli.homework.sheets.exactness import Exactness
from tests.homework.helpers import posed

GRADIENTS = [("grad", "*", None)]


def kinds(result):
    return {unseen.mistake for unseen in result.unseen}


def test_equal_factors_hide_several_mistakes():
    result = lint(posed("f = x^2 + x*y", {"x": 2, "y": 2}))
    assert result.mistakes >= 24
    assert "product-not-switched" in kinds(result)  # x and y are the same
    assert "forward-slip" in kinds(result)  # 2² = 2·2
    assert result.unseen_here >= 4
    assert result.better is not None
    assert result.unseen_there < result.unseen_here


def test_at_the_better_point_the_factors_differ():
    problem = posed("f = x^2 + x*y", {"x": 2, "y": 2})
    better = lint(problem).better
    assert better is not None
    assert better["x"] != better["y"]
    there = moved(problem, better)
    assert there is not None
    again = lint(there)
    assert again.unseen_here == lint(problem).unseen_there
    assert "product-not-switched" not in kinds(again)


def test_mistakes_that_show_everywhere_are_seen():
    result = lint(posed("f = x^2*y", {"x": 1.3, "y": 3.7}, asks=GRADIENTS))
    assert result.unseen == ()
    assert result.unseen_there == 0


def test_a_mistake_with_the_wrong_sign_of_the_truth_is_seen():
    # Passed on unchanged through a factor of −1 a gradient has the wrong sign.
    result = lint(posed("s = w*x; f = s^2*y", {"w": 2.3, "x": -1, "y": 0.7}, asks=GRADIENTS))
    assert "local-omitted" not in kinds(result)


def test_a_minus_that_is_lost_beside_the_point_alone_is_not_unseen():
    # cos(7.9) is −0.05; a little to the left it is positive, and there is no minus to lose.
    result = lint(posed("h = cos(x); f = b + w*h", {"x": 7.9, "b": 0.4, "w": 3}, asks=[("value", "*", None)]))
    assert not any("sign of the product" in unseen.says for unseen in result.unseen)


def test_digits_decide_what_is_seen():
    # Not switched, 2.001 stands for 2.003: two digits do not tell them apart, five do.
    at = {"x": 2.001, "y": 2.003}
    assert "product-not-switched" in kinds(lint(posed("f = x*y", at, asks=GRADIENTS)))
    exact = posed("f = x*y", at, asks=GRADIENTS, exactness=Exactness(digits=5))
    assert "product-not-switched" not in kinds(lint(exact))


def test_equal_answers_are_a_pair_only_by_coincidence():
    result = lint(posed("f = x*y", {"x": 3.3, "y": 3.3}, asks=GRADIENTS))
    assert ("answers", "grad x", "grad y") in {(p.kind, p.one, p.other) for p in result.pairs}
    always = lint(posed("f = (x + y)^2", {"x": 3.3, "y": 1.2}, asks=GRADIENTS))
    assert not [pair for pair in always.pairs if pair.kind == "answers"]


def test_mistakes_with_one_number_are_a_pair_only_by_coincidence():
    # At x = y = 2 the factor 2 of 2xy cannot be told from x or y.
    result = lint(posed("f = x^2*y", {"x": 2, "y": 2}, asks=[("grad", "x", None)]))
    assert any(pair.kind == "mistakes" for pair in result.pairs)


def test_kinks_and_ties():
    kinked = lint(posed("f = y*relu(x)", {"x": 0, "y": 3.7}, asks=GRADIENTS))
    assert any("relu" in text for text in kinked.kinks)
    tied = lint(posed("f = max(x, y)", {"x": 3, "y": 3}, asks=GRADIENTS))
    assert any("equal inputs" in text for text in tied.kinks)
    assert tied.better is not None
    assert tied.better["x"] != tied.better["y"]
    assert lint(posed("f = max(x, y)", {"x": 3.3, "y": 1.2}, asks=GRADIENTS)).kinks == ()


def test_cancellation():
    forward = lint(posed("q = x - y; f = q*z", {"x": 5.001, "y": 5, "z": 3.3}))
    assert any("q = x - y" in note for note in forward.notes)
    # The branches of x bring z and −y.
    backward = lint(posed("a = x*z; b = x*y; f = a - b", {"x": 3.1, "y": 5.001, "z": 5.0}, asks=GRADIENTS))
    assert any("arrive at x" in note for note in backward.notes)


def test_answers_that_can_be_guessed():
    notes = lint(posed("f = x*y", {"x": 1, "y": 7}, asks=GRADIENTS)).notes
    assert "grad y is 1" in notes
    assert "grad x has one digit: 7" in notes
    assert lint(posed("f = x*y", {"x": 1.25, "y": 7.5}, asks=GRADIENTS)).notes == ()


def test_the_better_point_keeps_to_the_domain_and_to_signs():
    problem = posed("f = ln(x)*y + z^3", {"x": 1, "y": 1, "z": -1})
    better = lint(problem).better
    assert better is not None
    assert better["x"] > 0
    assert better["y"] > 0
    assert better["z"] < 0


def test_a_class_is_no_number_to_move():
    problem = posed("l = cross_entropy(W@x, t)", {"W": [[1, 1], [1, 1], [2, 1]], "x": [1, 1], "t": 2},
                    asks=[("grad", "W", None), ("grad", "x", None)])  # fmt: skip
    result = lint(problem)
    assert result.better is None or result.better["t"] == 2


def test_the_same_each_time():
    problem = posed("f = x^2 + x*y", {"x": 2, "y": 2})
    assert lint(problem) == lint(problem)


KEY = """
title = "HW 3"
[[problem]]
id = "p1"
formula = "f = x^2 + x*y"
at = { x = 2, y = 2 }
ask = ["grad *"]
[[problem]]
id = "p2"
formula = "f = x*y"
at = { x = 1.25, y = 7.5 }
ask = ["grad *"]
"""


def test_a_key():
    found = lint_key(Session(KEY))
    assert found["title"] == "HW 3"
    assert found["checked"] == 2
    (problem,) = found["problems"]  # the other one is sound
    assert problem["id"] == "p1"
    assert problem["formula"] == "f = x^2 + x*y"
    assert problem["at"] == {"x": 2.0, "y": 2.0}
    assert problem["better"].keys() == {"x", "y"}
    assert {"mistake", "title", "place", "says", "count"} == problem["unseen"][0].keys()
    assert json.loads(json.dumps(found)) == found


def test_a_name_that_is_not_in_the_formula_is_named():
    found = lint(posed("f = x*y", {"x": 1.5, "y": 2.5, "w": 3.5}))
    assert "w has a value, but is not in the formula" in found.notes
    assert not any("formula" in note for note in lint(posed("f = x*y", {"x": 1.5, "y": 2.5})).notes)
