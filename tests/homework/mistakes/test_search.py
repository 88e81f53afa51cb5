"""Diagnoses of written answers, from the answers alone."""

from __future__ import annotations

import math
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gradcli.homework.keys.own_mistakes import read_mistake
from gradcli.homework.keys.spec import Mistake
from gradcli.homework.marking.carrying import Carrying, Mix, flat
from gradcli.homework.mistakes.search import Index, Wrong, diagnose
from gradcli.homework.problems.problem import pose
from gradcli.homework.sheets.written import read_written

ALL = [("value", "*", None), ("local", "*", None), ("up", "*", None), ("grad", "*", None)]
T4 = "s = sigma(x); a = x + s; q = (x + y)^2; b = s + q; r = 1/b; z = a*r"
T4_AT = {"x": 4.0, "y": 3.0}
XYZ = "q = x + y; f = q*z"
XYZ_AT = {"x": -2.0, "y": 5.0, "z": -4.0}


def posed(formula=T4, at=T4_AT, asks=ALL, **more):
    return pose("p", formula, at, asks=asks, **more)


def key_of(problem, name):
    word, _, rest = name.partition(" ")
    target, _, by = rest.partition("/")
    return problem.naming.quantity(word, target, by or None, problem.stop).key


def diagnosed(problem, answers, wrong, own=()):
    """The diagnoses of wrong answers, by name; `answers` are all that was written, by name."""
    written = {key_of(problem, name): read_written(text) for name, text in answers.items()}
    exact = problem.exactness
    entries = {key: w.entries for key, w in written.items()}
    right = {
        key: tuple(e is not None and exact.judge(e, t) == "right" for e, t in zip(
            w.entries, flat(problem.by_key[key].truth), strict=True))
        for key, w in written.items()
    }  # fmt: skip
    state = Carrying(problem, entries, right).step(Mix())
    items = [Wrong(key_of(problem, name), written[key_of(problem, name)]) for name in wrong]
    found = diagnose(problem, state, written, items, own, index=Index(problem))
    return {name: found[key_of(problem, name)] for name in wrong}


def only(problem, answers, name, own=()):
    return diagnosed(problem, answers, [name], own)[name]


def first(diagnosis):
    return diagnosis.explanations[0].mistake if diagnosis.explanations else None


# --- what is found ----------------------------------------------------------------------------------------------------


def test_a_minus_that_is_missing():
    found = only(posed(), {"up r": "4.98", "up b": "0.00199"}, "up b")
    assert first(found) == "reciprocal-sign"
    assert found.sentence == "At r the minus is missing: the derivative of 1/i is −1/i²."
    assert found.place == "r = 1/b"


def test_what_could_also_be_the_sign_at_a_node_that_was_not_answered_may_be_and_both_are_named():
    found = only(posed(), {"up b": "0.00199"}, "up b")
    assert [e.mistake for e in found.explanations] == ["reciprocal-sign", "sign"]
    minus = "at r the minus is missing: the derivative of 1/i is −1/i²"
    assert found.sentence == f"It may be that {minus}; or that from z to r the sign is wrong."


def test_a_forgotten_branch_names_the_consumers():
    # From s back to x only the branch from a: 0.0200 in place of 0.0180.
    found = only(posed(), {"up a": "0.0200", "up b": "-0.00199", "up s": "0.02001"}, "up s")
    assert first(found) == "branch-forgotten"
    assert found.sentence == "At s the branch from b was not counted: it adds up with the one from a."


def test_a_mistake_made_after_another_one_is_found_with_own_numbers():
    # 0.5 is wrong for the gradient at r; times −1/b² with a lost minus.
    b = 1 / (1 + math.exp(-4)) + 49
    found = only(posed(), {"up r": "0.512", "up b": f"{0.512 / b**2:.4g}"}, "up b")
    assert first(found) == "reciprocal-sign"


def test_a_wrong_local_derivative():
    found = only(posed(), {"local r/b": "0.000400"}, "local r/b")
    assert first(found) == "reciprocal-sign"
    found = only(posed(), {"local s/x": "-12"}, "local s/x")
    assert first(found) == "sigmoid-derivative"


def test_one_mistake_that_explains_two_answers_is_one():
    # The gradient at b is not asked; both y and q follow from it with the wrong sign.
    found = diagnosed(posed(asks=[("up", "q", None), ("grad", "y", None)]), {"up q": "0.00199", "grad y": "0.0279"},
                      ["up q", "grad y"])  # fmt: skip
    assert first(found["up q"]) == first(found["grad y"]) == "reciprocal-sign"


def test_relu_blocked_is_known_by_two_zeros():
    problem = posed("h = relu(x*w); f = h*v", {"x": 2.0, "w": 1.5, "v": 3.5}, [("grad", "*", None)])
    found = diagnosed(problem, {"grad x": "0", "grad w": "0"}, ["grad x", "grad w"])
    assert first(found["grad x"]) == "relu-gate"


def test_two_mistakes_at_one_node_need_many_digits():
    # At x: the branch from a with the wrong sign, and that from q with 2(x + y) as (x + y).
    problem = posed()
    g = problem.backward.gradients
    at = {name: problem.naming.slot(name) for name in "saq"}
    local = problem.forward.locals[at["s"]][0]
    number = -g[at["a"]] + g[at["q"]] * 7 + g[at["s"]] * local
    exact = {f"up {n}": f"{g[at[n]]:.7g}" for n in "saq"}
    found = only(problem, {**exact, "grad x": f"{number:.6g}"}, "grad x")
    assert found.explanations[0].mistake in ("sign", "power-rule")
    assert found.sentence.startswith("Two things went wrong.")
    assert only(problem, {**exact, "grad x": f"{number:.2g}"}, "grad x").explanations == ()


NEURON = "s = w0 x0 + w1 x1 + w2; f = 1/(1 + e^-s)"
NEURON_AT = {"w0": 2.0, "x0": -1.0, "w1": -3.0, "x1": -2.0, "w2": -3.0}


def test_upstream_that_is_left_out_at_a_node_is_one_mistake_whatever_the_digits():
    answers = {"grad w0": "-1", "grad x0": "2", "grad w1": "-2", "grad x1": "-3", "grad w2": "1"}
    problem = posed(NEURON, NEURON_AT, [("up", "s", None), ("grad", "*", None)])
    for diagnosis in diagnosed(problem, {"up s": "0.197", **answers}, list(answers)).values():
        assert first(diagnosis) == "upstream-omitted"
        assert diagnosis.sentence == "The gradient that arrives at s was left out: multiply the local derivative by it."
        assert diagnosis.place == "s = w0 x0 + w1 x1 + w2"


def test_one_digit_is_enough_where_the_same_mistake_is_made_elsewhere():
    # f = a·b: the derivatives alone are 7 at a, 23 at b; at a the gradient is 13·7, at b 13·23.
    problem = posed("a = 23*p; b = 7*q; f = 13*a*b", {"p": 1.0, "q": 1.0}, [("up", "*", None), ("grad", "*", None)])
    wrong = {"grad p": "23", "grad q": "7"}
    found = diagnosed(problem, {"up a": "91", "up b": "299", **wrong}, list(wrong))
    assert first(found["grad p"]) == first(found["grad q"]) == "upstream-omitted"
    assert found["grad q"].place == "b = 7*q"
    assert only(problem, {"up a": "91", "up b": "299", "grad q": "7"}, "grad q").explanations == ()


def test_a_gradient_passed_on_at_each_function_names_the_function_above_each_answer():
    formula, at = "f = sin(x); g = 3*f; h = exp(g); k = 2*h; l = cos(k)", {"x": 0.4}
    problem = posed(formula, at, [("up", "*", None), ("grad", "*", None)])
    # From l to k, from h to g and from f to x as it is; times 2 and times 3 in between.
    answers = {"up k": "1.00", "up h": "2.00", "up g": "2.00", "up f": "6.00", "grad x": "6.00"}
    found = diagnosed(problem, answers, ["up g", "grad x", "up k"])
    assert {first(diagnosis) for diagnosis in found.values()} == {"local-omitted"}
    assert [d.place for d in found.values()] == ["h = exp(g)", "f = sin(x)", "l = cos(k)"]


def test_a_wrong_product_is_the_one_of_the_answer():
    problem = posed("s = w*x + v*y; f = s^2", {"w": 1.3, "x": 2.7, "v": -0.6, "y": 4.1}, [("grad", "*", None)])
    u = 2 * (1.3 * 2.7 - 0.6 * 4.1)
    texts = {"grad w": f"{u * 1.3:.3g}", "grad x": f"{u * 2.7:.3g}", "grad v": f"{-u * 0.6:.3g}",
             "grad y": f"{u * 4.1:.3g}"}  # fmt: skip
    found = diagnosed(problem, texts, list(texts))
    assert {first(diagnosis) for diagnosis in found.values()} == {"product-not-switched"}
    assert [d.place for d in found.values()] == ["w*x", "w*x", "v*y", "v*y"]


def test_degrees_are_placed_at_the_angle_beside_the_answer():
    problem = posed("a = sin(x); b = cos(a)", {"x": 20.0}, [("value", "*", None)])
    a = math.sin(math.radians(20))
    b = math.cos(math.radians(a))
    found = diagnosed(problem, {"value a": f"{a:.4f}", "value b": f"{b:.6f}"}, ["value a"])
    assert found["value a"].place == "a = sin(x)"


def test_a_sigmoid_that_is_written_out_may_lack_a_factor():
    problem = posed(NEURON, NEURON_AT, [("up", "s", None)])
    found = only(problem, {"up s": "0.269"}, "up s")  # 1 − σ(1), which is e^−s/(1 + e^−s), too
    assert [e.mistake for e in found.explanations] == ["denominator-not-squared", "sigmoid-derivative"]
    assert "; or that at f one of the two factors of σ′" in found.sentence
    assert first(only(problem, {"up s": "0.731"}, "up s")) == "sigmoid-derivative"  # σ itself


def test_a_relu_that_let_through_a_blocked_gradient_is_known_by_two_answers_of_one_digit():
    at = {"W": [[1.0, -2.0], [3.0, 0.5]], "x": [0.5, 1.5], "y": [1.0, 1.5]}
    asks = [("up", "u", None), ("jac", "h", "x")]
    problem = posed("u = W x; h = relu(u); L = sum((h - y)^2)", at, asks)
    texts = {"up u": "[-2, 1.5]", "jac h/x": "[[1, -2], [3, 0.5]]"}
    for diagnosis in diagnosed(problem, texts, list(texts)).values():
        assert [e.mistake for e in diagnosis.explanations] == ["relu-gate"]
        assert diagnosis.place == "h = relu(u)"


@pytest.mark.parametrize("text", ["1.57", "-1.57"])
def test_a_sign_in_a_sum_of_positive_numbers(text):
    problem = posed("f = b + w*h", {"b": 0.4, "w": 3.0, "h": 0.657}, [("value", "f", None)])
    found = only(problem, {"value f": text}, "value f")
    assert first(found) == "forward-slip"
    assert "sign" in found.sentence


def test_a_sign_at_a_cosine_says_what_is_right():
    problem = posed("a = 3*x; f = cos(a)", {"x": 0.7}, [("up", "a", None)])
    found = only(problem, {"up a": f"{math.sin(2.1):.3f}"}, "up a")
    assert found.sentence == "From f to a the sign is wrong: the derivative of cos is −sin."


# --- what is not concluded --------------------------------------------------------------------------------------------


def test_one_digit_is_not_enough():
    found = only(posed(XYZ, XYZ_AT), {"grad x": "4"}, "grad x")  # the wrong sign, or another three things
    assert found.explanations == ()
    assert first(only(posed(XYZ, XYZ_AT), {"grad x": "4.0"}, "grad x")) == "sign"


def test_zero_and_one_are_not_enough():
    for text in ("1.00", "-1.00", "0.00"):
        assert only(posed(XYZ, XYZ_AT), {"grad x": text}, "grad x").explanations == ()


def test_an_unknown_number_is_not_explained():
    found = only(posed(), {"grad x": "0.317"}, "grad x")
    assert found.explanations == ()
    assert found.sentence is None
    assert found.place is None


def test_a_right_answer_speaks_against_a_mistake_above_it():
    # A wrong sign at b would have made the gradient at s wrong, too, and that is right.
    problem = posed(asks=[("up", "q", None), ("up", "s", None)])
    alone = only(problem, {"up q": "0.00199"}, "up q")
    assert first(alone) == "reciprocal-sign"
    found = only(problem, {"up q": "0.00199", "up s": "0.0180"}, "up q")
    assert found.sentence == "From b to q the sign is wrong: a sum hands the gradient on as it is."


def test_more_than_three_explanations_leave_the_place_alone():
    problem = posed("f = x*y + x*z + x*w + x*v", {"x": 2.5, "y": 3.7, "z": 3.7, "w": 3.7, "v": 3.7},
                    [("grad", "*", None)])  # fmt: skip
    found = only(problem, {"grad x": "11.1"}, "grad x")
    names = {e.mistake for e in found.explanations}
    assert names <= {"branch-forgotten"}
    assert found.place


def test_several_explanations_may_be():
    # 2.5 · 1.6 = 4.0 is both x·y and what x·z would be without z; at such a point nobody can tell.
    problem = posed("a = sin(x); b = x*y; f = a + b", {"x": 2.0, "y": 5.0}, [("up", "*", None), ("grad", "*", None)])
    found = only(problem, {"grad x": "-0.42"}, "grad x")
    assert first(found) == "branch-forgotten"
    assert found.sentence.startswith(("At x", "It may be that at x"))


# --- the instructor's own ---------------------------------------------------------------------------------------------


def test_the_instructors_own_mistake_comes_first_and_needs_no_two_digits():
    own = read_mistake(Mistake("grad x = up(q) + local(q, x)", "Multiply, do not add."))
    problem = posed(XYZ, XYZ_AT, mistakes=[own])
    found = only(problem, {"grad x": "-3"}, "grad x")
    assert found.explanations[0].mistake == "own:1"
    assert found.sentence == "Multiply, do not add."
    assert found.explanations[0].title == "Multiply, do not add"


def test_the_title_of_a_long_sentence_is_its_beginning():
    own = read_mistake(Mistake("grad x = up(q) + local(q, x)", "The two numbers there have to be multiplied."))
    found = only(posed(XYZ, XYZ_AT, mistakes=[own]), {"grad x": "-3"}, "grad x")
    assert found.explanations[0].title == "The two numbers there have to be multip…"


def test_the_instructors_own_mistake_with_own_numbers():
    own = read_mistake(Mistake("grad x = up(q) + local(q, x)", "Multiply, do not add."))
    problem = posed(XYZ, XYZ_AT, mistakes=[own])
    found = only(problem, {"up q": "6", "grad x": "7"}, "grad x")
    assert found.explanations[0].mistake == "own:1"


# --- arrays -----------------------------------------------------------------------------------------------------------


def test_an_array_is_explained_as_a_whole():
    at = {"w": [2.0, -3.0, -3.0], "x": [-1.0, -2.0, 1.0]}
    problem = posed("u = w·x; L = -log(sigma(u))", at, [("up", "u", None), ("grad", "*", None)])
    p = 1 / (1 + math.exp(-1))
    right = [-(1 - p) * x for x in at["x"]]
    wrong = "[" + ", ".join(f"{-g:.3f}" for g in right) + "]"
    found = only(problem, {"grad w": wrong}, "grad w")
    assert first(found) == "sign"
    mixed = f"[{right[0]:.3f}, {-right[1]:.3f}, {right[2]:.3f}]"
    assert only(problem, {"grad w": mixed}, "grad w").explanations == ()


# --- all --------------------------------------------------------------------------------------------------------------


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(["0.0123", "-4.98", "?", "1/3", "0", "1e-5", "-0.00199", "49.98"]), min_size=7,
                max_size=7))  # fmt: skip
def test_no_diagnosis_is_the_truth_and_none_gives_it_away(texts):
    problem = posed(asks=[("up", "*", None), ("grad", "*", None)])
    names = [asked.name for asked in problem.asked]
    answers = dict(zip(names, texts, strict=True))
    wrong = [n for n in names if answers[n] != "?"]
    for name, diagnosis in diagnosed(problem, answers, wrong).items():
        truth = problem.by_key[key_of(problem, name)].truth
        assert len(diagnosis.explanations) <= 3
        for explanation in diagnosis.explanations:
            numbers = re.findall(r"\d+\.\d+", explanation.sentence)
            assert all(not math.isclose(float(n), abs(truth), rel_tol=0.01) for n in numbers)


def test_huge_and_tiny_numbers_are_not_explained():
    for text in ("1e399", "-1e399", "1e-399", "9.99e307", "1/3", "0"):
        answers = {"value b": text, "up r": text, "up b": text, "local r/b": text, "grad x": text}
        for diagnosis in diagnosed(posed(), answers, list(answers)).values():
            assert len(diagnosis.explanations) <= 3


def test_diagnoses_are_the_same_each_time():
    answers = {"up b": "0.00199", "up s": "0.0220", "grad x": "0.05", "grad y": "0.0139"}
    once = diagnosed(posed(), answers, list(answers))
    assert once == diagnosed(posed(), answers, list(answers))
