"""Records: complete, valid by the schema, and what they say of each answer."""

from __future__ import annotations

import json

import jsonschema
import numpy
import pytest

from gradcli.homework.keys.key import Credit
from gradcli.homework.marking import record as records
from gradcli.homework.marking.marking import Marker
from gradcli.homework.marking.record import Note, Person
from gradcli.homework.sheets.sheet import Answer
from gradcli.report import jsontext
from tests.homework.helpers import answer, posed

SCHEMA = jsonschema.Draft202012Validator(json.loads(jsontext.schema_text("check-1.json")))
MATRIX = ("h = W x; L = sum(h^2)", {"W": [[1.0, 2.0], [3.0, 4.0]], "x": [1.0, -1.0]})


def part(problem, written):
    """The part of a record about one problem, answered by name."""
    keys = {asked.name: asked.quantity.key for asked in problem.asked}
    answers = {keys[name]: w if isinstance(w, Answer) else answer(name, w) for name, w in written.items()}
    return records.problem(problem, Marker(problem, Credit()).marks(answers))


STUDENT = Person("s1")


def whole(*problems, notes=(), person=STUDENT):
    found = records.graded("anna.txt", person, problems, notes)
    SCHEMA.validate(found)
    assert json.loads(json.dumps(found, allow_nan=False)) == found
    return found


def test_a_graded_submission():
    problem = posed("q = x + y; f = q*z", {"x": -2, "y": 5, "z": -4}, asks=[("up", "q", None), ("grad", "*", None)],
                    points={"grad": 2}, title="Product")  # fmt: skip
    found = whole(part(problem, {"up q": "4", "grad x": "4", "grad y": "-4"}),
                  notes=[Note("a line", "a hint", 3, 1, 9), Note("all of it")],
                  person=Person("s1", "Anna", "s9", late=True))  # fmt: skip
    assert (found["score"], found["max"], found["state"]) == (4.0, 7.0, "graded")
    assert (found["student"], found["name"], found["claimed"], found["late"]) == ("s1", "Anna", "s9", True)
    (one,) = found["problems"]
    assert (one["id"], one["title"], one["formula"], one["at"]) == (
        "p1", "Product", "q = x + y; f = q*z", {"x": -2.0, "y": 5.0, "z": -4.0},
    )  # fmt: skip
    up, x, _, z = one["answers"]
    assert (up["state"], up["kind"], up["written"], up["expected"], up["max"]) == ("wrong", "up", "4", "-4", 1.0)
    assert (x["state"], x["score"], x["place"]) == ("carried", 2.0, None)
    assert (z["state"], z["written"], z["line"], z["column"]) == ("blank", None, None, None)
    assert [note["line"] for note in found["notes"]] == [3, None]


def test_why_never_tells_the_answer():
    problem = posed("q = x*y; f = q*z", {"x": 1.75, "y": 2.5, "z": -3.25})
    found = part(problem, {asked.name: f"{-asked.truth:.5g}" for asked in problem.asked})
    for one in found["answers"]:
        assert one["expected"] not in (one["why"] or "")


def test_matrices_have_states_entry_by_entry():
    found = whole(part(posed(*MATRIX), {"grad W": "[[-2, 2], [-2, ?]]", "up h": "[-2, 5]"}))
    answers = {one["name"]: one for one in found["problems"][0]["answers"]}
    assert answers["grad W"]["entries"] == [["correct", "correct"], ["correct", "blank"]]
    assert answers["grad W"]["expected"] == "[[-2, 2], [-2, 2]]"
    assert answers["up h"]["entries"] == ["correct", "wrong"]
    assert answers["value L"]["entries"] is None
    assert found["problems"][0]["at"] == {"W": [[1.0, 2.0], [3.0, 4.0]], "x": [1.0, -1.0]}


@pytest.mark.parametrize(("at", "written"), [
    ([1.0, 2.0], "[2, 4]"), ([[1.0, 2.0]], "[[2, 4]]"), ([[1.0], [2.0]], "[[2], [4]]"),
    ([[[1.0, 2.0]]], "[[[2, 4]]]"),
])  # fmt: skip
def test_entries_have_the_shape_of_the_truth(at, written):
    found = whole(part(posed("L = sum(x*x)", {"x": at}), {"grad x": written}))
    gradient = found["problems"][0]["answers"][-1]
    assert numpy.shape(gradient["entries"]) == numpy.shape(at)
    assert gradient["expected"] == written


def test_what_is_not_graded():
    for state in ("unreadable", "ungradable", "missing"):
        found = records.not_graded("a.txt", Person(), state, "why", 7.0)
        SCHEMA.validate(found)
        assert (found["state"], found["message"], found["score"], found["max"]) == (state, "why", 0.0, 7.0)


def test_a_problem_that_cannot_be_solved():
    found = whole(records.unsolved("p1", None, 3), records.unsolved("p2", "f = x +", 0))
    assert (found["score"], found["max"]) == (0.0, 4.0)


def test_sums_have_no_noise():
    assert records.points([0.1] * 10) == 1.0
    assert records.points([0.1, 0.2]) == 0.3
    assert str(records.points([-0.0])) == "0.0"
    assert records.points([]) == 0.0


def test_texts_of_students_are_kept_raw():
    raw = Answer("grad", "x", None, None, None, 7, 2, 30, "\x1b[31m=1+1\u202e[/x]")
    found = whole(part(posed("f = 2*x", {"x": 1.0}), {"grad x": raw}))
    gradient = found["problems"][0]["answers"][-1]
    assert (gradient["state"], gradient["written"]) == ("unreadable", "\x1b[31m=1+1\u202e[/x]")
    assert (gradient["line"], gradient["column"], gradient["end_column"]) == (7, 2, 30)
