"""Numbers that are carried on: which step takes which, and what nothing is carried through."""

from __future__ import annotations

import pytest

from gradcli.homework.keys.key import Credit
from gradcli.homework.sheets.exactness import Exactness
from tests.homework.helpers import marked, posed, states

PRODUCT = ("q = x + y; f = q*z", {"x": -2, "y": 5, "z": -4})
CHAIN = ("a = x*w; b = sin(a); c = b*v; d = exp(c); f = d^2", {"x": 2.3, "w": 1.0, "v": 2.0})


def truth(problem):
    return {asked.name: asked.truth for asked in problem.asked}


def short(number, digits=4):
    return f"{number:.{digits - 1}e}"


def test_through_quantities_that_are_not_asked_for_it_is_carried_and_not_rounded():
    asks = [("local", "*", None), ("grad", "*", None)]
    marks = marked(posed(*PRODUCT, asks=asks), {"local f/q": "5.5", "local q/x": "1", "grad x": "5.5"},
                   Credit(carried=0.5))  # fmt: skip
    assert states(marks)["local f/q"] == "wrong"
    assert (marks["grad x"].state, marks["grad x"].score) == ("carried", 0.5)
    assert "local f/q" in (marks["grad x"].why or "")


def test_nothing_is_carried_through_a_blank_between_two_answers():
    problem = posed(*CHAIN)
    true = truth(problem)
    written = {"up d": short(-true["up d"]), "up b": short(-true["up b"])}
    marks = marked(problem, written)
    assert (marks["up c"].state, marks["up b"].state) == ("blank", "wrong")
    # The same with the number in between is carried.
    marks = marked(problem, {**written, "up c": short(-true["up c"])})
    assert (marks["up d"].state, marks["up c"].state, marks["up b"].state) == ("wrong", "carried", "carried")
    # And so it is where that number is not asked for.
    asks = [("up", "d", None), ("up", "b", None)]
    marks = marked(posed(*CHAIN, asks=asks), written)
    assert (marks["up d"].state, marks["up b"].state) == ("wrong", "carried")


def test_right_numbers_pass_a_blank():
    # −0.666 rounded once: up a = −0.67·79 = −52.93 follows from the rounded local derivative beside a blank value.
    problem = posed(*CHAIN, asks=[("value", "b", None), ("local", ["b", "a"][0], "a"), ("up", "b", None),
                                  ("up", "a", None)])  # fmt: skip
    marks = marked(problem, {"local b/a": "-0.67", "up b": "79", "up a": "-52.93"})
    assert marks["value b"].state == "blank"
    assert marks["up a"].state == "rounded"


@pytest.mark.parametrize("written", ["0", "0.00", "1e399", "-1e400", "1e308", "7000"])
def test_nothing_follows_from_zeros_and_what_is_far_off(written):
    marks = marked(posed(*PRODUCT), {"value q": written, "grad z": written, "value f": written})
    assert [marks[name].state for name in ("value q", "grad z", "value f")] == ["wrong"] * 3
    assert sum(mark.score for mark in marks.values()) == 0


def test_a_zero_that_is_rounded_is_carried_on():
    # sin 0.5 − cos 1.0655 is −0.0046, but 0.48 − 0.48 is 0: whoever goes on with two decimals finds only zeros.
    formula = "p = sin(x); q = cos(y); d = p - q; f = 3*d; g = 5*f"
    problem = posed(formula, {"x": 0.5, "y": 1.0655}, asks=[("value", "*", None)],
                    exactness=Exactness(digits=None, decimals=2))  # fmt: skip
    marks = marked(problem, {"value p": "0.48", "value q": "0.48", "value d": "0.00", "value f": "0.00",
                             "value g": "0.00"})  # fmt: skip
    assert list(states(marks).values()) == ["correct", "correct", "correct", "rounded", "rounded"]


RELU = ("s = w*x; h = relu(s); f = h*v", {"w": 2.0, "x": 3.0, "v": 4.0})


def test_zeros_behind_a_relu_that_a_wrong_sign_blocks_are_carried_on():
    marks = marked(posed(*RELU), {"value s": "-6", "value h": "0", "value f": "0", "up h": "4", "up s": "0",
                                  "grad w": "0", "grad x": "0", "grad v": "0"})  # fmt: skip
    found = states(marks)
    assert (found.pop("value s"), found.pop("up h")) == ("wrong", "correct")
    answered = {name: state for name, state in found.items() if marks[name].answer is not None}
    assert set(answered.values()) == {"carried"}


def test_zeros_that_follow_from_nothing_are_not():
    marks = marked(posed(*RELU), {"value s": "6", "value h": "0", "value f": "0", "grad v": "0"})
    assert [marks[name].state for name in ("value h", "value f", "grad v")] == ["wrong"] * 3


def test_entries_that_a_relu_blocks_are_carried_on():
    # z = [1, −1] instead of [1, 1]: h = [1, 0], L = 1, up h = 2h = [2, 0], up z = [2, 0], and Wᵀ up z = [2, 0].
    problem = posed("z = W x; h = relu(z); L = sum(h^2)", {"W": [[1.0, 0.0], [0.0, 1.0]], "x": [1.0, 1.0]})
    marks = marked(problem, {"value z": "[1, -1]", "value h": "[1, 0]", "value L": "1", "up h": "[2, 0]",
                             "up z": "[2, 0]", "grad x": "[2, 0]"})  # fmt: skip
    found = states(marks)
    assert found["value z"] == "wrong"
    assert {found[name] for name in ("value h", "value L", "up h", "up z", "grad x")} == {"carried"}


@pytest.mark.parametrize(("f", "state"), [("-28", "carried"), ("-28.2", "carried"), ("-29", "wrong"), ("-27", "wrong")])
def test_wrong_numbers_give_room_for_the_digits_that_are_asked_alone(f, state):
    # 7 stands for 6.95 to 7.05, as two digits are asked: times −4 that is −28.2 to −27.8.
    marks = marked(posed(*PRODUCT), {"value q": "7", "value f": f})
    assert states(marks)["value f"] == state


def test_what_single_numbers_change_is_not_tried_without_end(monkeypatch):
    from gradcli.homework.marking import carrying

    count = 0

    def counted(*args, **more):
        nonlocal count
        count += 1
        return replay(*args, **more)

    replay = carrying.replay
    monkeypatch.setattr(carrying, "replay", counted)
    monkeypatch.setattr(carrying, "_MOST_EFFORT", 500)
    names = [f"x{k}" for k in range(40)]
    problem = posed("; ".join([*(f"a{k} = {x}^2" for k, x in enumerate(names)),
                               f"f = {' + '.join(f'a{k}' for k in range(40))}", "g = sin(f)"]),
                    {x: 1.0 + k / 8 for k, x in enumerate(names)})  # fmt: skip
    marks = marked(problem, {asked.name: short(1.1 * asked.truth + 0.2) for asked in problem.asked})
    assert len(marks) > 100
    assert count < 60


def test_a_refused_number_gives_no_room_either():
    # 0 has no decimals, but the true q stands in its place: 3.4 is no rounding of what follows from it.
    marks = marked(posed(*PRODUCT), {"value q": "0", "grad z": "3.4"})
    assert marks["grad z"].state == "wrong"


def test_a_bare_zero_is_explained_only_where_the_truth_is_small():
    assert "0.00" not in (marked(posed(*PRODUCT), {"value q": "0"})["value q"].why or "")
    small = posed("f = x*y", {"x": 0.0004, "y": 1.0}, exactness=Exactness(digits=None, decimals=3))
    assert "0.000" in (marked(small, {"value f": "0"})["value f"].why or "")
    assert marked(small, {"value f": "0.000"})["value f"].state == "correct"


def test_a_value_that_is_wrong_is_carried_where_only_gradients_use_it():
    problem = posed("q = x*y; f = q*q", {"x": 2, "y": 3})
    marks = marked(problem, {"value q": "7", "up q": "14", "grad x": "42", "value f": "49"})
    assert states(marks)["value q"] == "wrong"
    assert {states(marks)[name] for name in ("up q", "grad x", "value f")} == {"carried"}


def test_students_who_keep_the_right_number_in_the_calculator():
    # The sheet says 5 (wrong), but what follows was computed with 6: it is simply right.
    found = states(marked(posed("q = x*y; f = q*q", {"x": 2, "y": 3}), {"value q": "5", "value f": "36", "up q": "12"}))
    assert found["value q"] == "wrong"
    assert found["value f"] == found["up q"] == "correct"


def test_carried_answers_say_from_where():
    mark = marked(posed(*PRODUCT), {"up q": "4", "grad x": "4"})["grad x"]
    assert mark.why == "It follows from your own up q."
    assert mark.place is None  # the sentence says it


def test_a_partly_carried_array_has_no_place_of_its_own():
    problem = posed("h = W x; L = sum(h^2)", {"W": [[1.0, 2.0], [3.0, 4.0]], "x": [1.0, -1.0]})
    mark = marked(problem, {"value h": "[-1, 3]", "up h": "[17, 6]"})["up h"]
    assert mark.entries == ("wrong", "carried")
    assert mark.state == "wrong"
    assert "It follows" not in (mark.why or "")


def test_answers_without_double_precision_are_marked():
    marks = marked(posed(*PRODUCT), {asked.name: "1e400" for asked in posed(*PRODUCT).asked})
    assert set(states(marks).values()) == {"wrong"}
