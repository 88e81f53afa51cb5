"""Which answer of a sheet is about what; what is about nothing is noted."""

from __future__ import annotations

import pytest

from gradcli.homework.marking.answers import Reader
from gradcli.homework.sheets.sheet import read_sheet
from tests.homework.helpers import posed

PRODUCT = ("q = x + y; f = q*z", {"x": -2, "y": 5, "z": -4})


def read(text, *problem, only_asked=True, **more):
    """The answers by name, and the notes."""
    solved = posed(*(problem or PRODUCT), **more)
    notes: list = []
    answers, quantities = Reader(solved, only_asked=only_asked).answers(read_sheet(text).sections, notes)
    assert set(answers) == {q.key for q in quantities}
    return {q.name: answers[q.key].text for q in quantities}, notes


def test_answers_by_quantity_whatever_they_are_called():
    found, notes = read("value x + y = 3\nup q: -4\nup x = -4\ndf/dy = -4\n∂q/∂x = 1\nGRAD z = 3")
    assert found == {"value q": "3", "up q": "-4", "grad x": "-4", "grad y": "-4", "local q/x": "1", "grad z": "3"}
    assert notes == []


def test_of_a_repeated_answer_the_last_counts():
    found, (note,) = read("grad x = 1\nvalue q = 3\nup x = 2")
    assert found["grad x"] == "2"
    assert (note.line, note.column) == (3, 1)
    assert "twice" in note.message
    assert "line 1" in note.hint


def test_unknown_names_cost_only_themselves():
    found, notes = read("grad w = 1\ngrad x = 2\nvalue qq = 3\nlocal f/x = 4")
    assert list(found) == ["grad x"]
    assert [note.line for note in notes] == [1, 3, 4]
    assert notes[1].hint == "did you mean 'q'?"


def test_what_is_not_asked():
    asks = [("grad", "*", None)]
    found, (note,) = read("grad x = 1\nvalue q = 3", asks=asks)
    assert found == {"grad x": "1"}
    assert "not asked" in note.message
    assert "grad x, grad y, grad z" in note.hint
    alone, notes = read("grad x = 1\nvalue q = 3", asks=asks, only_asked=False)
    assert (list(alone), notes) == (["grad x", "value q"], [])


def test_alone_an_answer_without_a_number_at_the_point_costs_only_itself():
    found, (note,) = read("value f = 0\ngrad x = 1", "f = sqrt(x)", {"x": 0.0}, asks=[], only_asked=False)
    assert list(found) == ["value f"]
    assert "not finite" in note.message
    assert note.line == 2
    found, (note,) = read("value y = [2, 4]\ngrad x = 1", "y = 2*x", {"x": [1.0, 2.0]}, asks=[], only_asked=False)
    assert list(found) == ["value y"]
    assert "jac" in (note.hint or "")


SAME = [
    "q = x + y; f = q*z", "q=x+y;f=q*z", "f = (x + y)*z", "(x+y) z", "a = x + y; g = a*z", "q = (x + y); f = q z",
]  # fmt: skip


@pytest.mark.parametrize("formula", SAME)
def test_the_same_formula_in_another_spelling(formula):
    assert read(f"== p1 {formula} at x=-2, y=5, z=-4\ngrad x = 1")[1] == []


@pytest.mark.parametrize(
    "formula", ["f = x + y*z", "f = (x + y)*z + 1", "f = (y + x)*w", "f = (x +", "f = " + "x+" * 900]
)
def test_another_formula_is_reported(formula):
    found, notes = read(f"== p1 {formula}\ngrad x = 1")
    assert found == {"grad x": "1"}
    assert "not that of p1" in notes[0].message
    assert PRODUCT[0] in (notes[0].hint or "")


REASSIGNED = "c = c*2\nc = c + x\nf = c*c"


@pytest.mark.parametrize("formula", ["c = c*2; c = c + x; f = c*c", "c=c*2;c=c+x;f=c c", "f = (c*2 + x)*(c*2 + x)"])
def test_a_formula_that_assigns_its_names_anew(formula):
    assert read(f"== p1 {formula}", REASSIGNED, {"c": 3, "x": 1})[1] == []


POINTS = [
    ("x=-2, y=5, z=-4", None), ("x=-2", None), ("x=−2.0; y=10/2", None), ("x=-2, y=5, z=4", "z"),
    ("x=1, y=1, z=-4", "x, y"), ("w=1", "w"), ("x=@x.npy", "a value that cannot be read"),
    ("x=[1, 2]", "x"), ("x=", "a value that cannot be read"),
]  # fmt: skip


@pytest.mark.parametrize(("at", "differing"), POINTS)
def test_the_point_of_the_header(at, differing):
    notes = read(f"== p1 at {at}\ngrad x = 1")[1]
    assert [f"differs in {differing};" in note.message for note in notes] == ([] if differing is None else [True])


def test_the_point_of_arrays():
    at = {"W": [[1.0, 2.0], [3.0, 4.0]], "x": [1.0, 1.0]}
    assert read("== p1 at W=[[1, 2], [3, 4]], x=[1, 1]", "L = sum(W x)", at)[1] == []
    assert "W" in read("== p1 at W=[[1, 2], [3, 5]], x=[1, 1]", "L = sum(W x)", at)[1][0].message
    assert "W" in read("== p1 at W=[1, 2, 3, 4]", "L = sum(W x)", at)[1][0].message


def test_several_sections_of_one_problem():
    found, notes = read("grad x = 1\n== p1\ngrad y = 2\n== p1 f = x\ngrad x = 3")
    assert found == {"grad x": "3", "grad y": "2"}
    assert len(notes) == 2


@pytest.mark.parametrize("target", ["x" * 1900, "(" * 1900, "x+" * 900, "\x00", "\ud800", "−" * 400, "[[[[", "'" * 99])
def test_hostile_targets(target):
    found, notes = read(f"value {target} = 1\ngrad x = 1")
    assert found == {"grad x": "1"}
    assert all(len(note.message) < 300 for note in notes)
