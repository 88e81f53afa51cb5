"""Words that all writers of marks share."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gradcli.report.charset import harmless
from gradcli.report.marks.words import (
    LONGEST_BINDING,
    MOST_ENTRIES,
    STATES,
    bindings,
    counted,
    counts,
    headline,
    note,
    out_of,
    problem_heading,
    reason,
    reasons,
    score,
    sentence,
    written,
)
from tests.hostile import TEXTS

from .samples import ANNA, BEN, MISSING, P1, P2, P3, ROW, SAMPLES, UNGRADABLE, UNREADABLE, answer, strange


@pytest.mark.parametrize(
    ("points", "text"),
    [(3.5, "3.5"), (3.0, "3"), (0.0, "0"), (-0.0, "0"), (10.0, "10"), (100, "100"), (1 / 3, "0.33"), (2 / 3, "0.67"),
     (0.1 + 0.2, "0.3"), (-0.25, "−0.25"), (-0.001, "0"), (1200.0, "1200")],
)  # fmt: skip
def test_scores(points: float, text: str) -> None:
    assert score(points) == text


@given(st.integers(0, 100_000))
def test_hundredths_read_back(hundredths: int) -> None:
    text = score(hundredths / 100)
    assert round(float(text) * 100) == hundredths
    assert not ("." in text and text.endswith(("0", ".")))


def test_points_out_of_points() -> None:
    assert out_of(3.5, 4.0) == "3.5/4"
    assert out_of(3, 4) == "3/4"


def test_states_are_counted_from_the_best_to_the_worst() -> None:
    assert list(counts(ANNA).items()) == [("correct", 2), ("rounded", 1), ("carried", 1), ("coarse", 1), ("wrong", 2),
                                          ("blank", 1), ("unreadable", 1), ("ungradable", 1)]  # fmt: skip
    assert tuple(counts(ANNA)) == STATES
    assert counts(UNREADABLE) == {}
    assert counted({"wrong": 1, "correct": 17, "carried": 2}) == "17 correct, 2 carried, 1 wrong"


def test_points_are_bound_as_they_are_in_tables() -> None:
    assert bindings({"x": -2, "y": 5.0, "z": 0.1}) == "x = −2, y = 5, z = 0.1"
    assert bindings({"W": [[1, 2], [3, 4.5]], "x": [1.0, -2.0]}) == "W = [[1, 2], [3, 4.5]], x = [1, −2]"
    assert bindings({"x": "pi/4"}) == "x = pi/4"
    assert bindings({}) == ""


@pytest.mark.parametrize(
    ("value", "said"),
    [([0.5] * 100, "100 numbers"), ([[0.5] * 30] * 4, "4×30 matrix"), ([[[0.5] * 9] * 2] * 3, "3×2×9 array")],
)
def test_of_a_large_array_the_shape_is_told(value: list[object], said: str) -> None:
    assert len(str(value)) > LONGEST_BINDING
    assert bindings({"W": value}) == f"W = {said}"


def test_problems() -> None:
    assert problem_heading(P1) == "p1, A product of a sum: q = x + y; f = q * z at x = −2, y = 5, z = −4"
    assert problem_heading(P2) == "p2: y = softmax(x) at x = [1, 1]"
    assert problem_heading({**P2, "at": {}}) == "p2: y = softmax(x)"


def test_submissions() -> None:
    assert headline(ANNA) == "group 1/anna.txt (s1234567, Anna Example): 4.5/10"
    assert headline(BEN) == "ben.txt (s7654321, Ben Sørensen): 2/2, late"
    assert headline(ROW) == "answers.csv:7 (s2): 0.33/1"
    assert headline(UNREADABLE) == "old/notes.docx (s3): unreadable: The file is not in UTF-8."
    assert headline(UNGRADABLE) == "carl.txt: ungradable: It took longer than 10 s, late"
    assert headline(MISSING) == "s4 (s4, Dora Example): missing"


def test_reasons() -> None:
    value, _, local, up, _, blank, *_ = P1["answers"]
    assert reason(value) is None  # a right answer, whatever is expected
    assert reason(local) == "Write one more digit. Expected: 1.0"
    assert reasons(up) == ["The sign is turned around.", "Where: the gate q · z of f = q * z.", "Expected: -4"]
    assert reason(blank) == "Expected: -4"
    assert reason({**blank, "expected": None}) is None


def test_entries_that_are_not_right_are_named() -> None:
    assert "By entries, counted from 0: [0, 1] wrong, [1, 1] blank." in reasons(P2["answers"][1])
    assert reason({**P3["answers"][1], "why": None, "expected": None}) is None
    many = answer("grad x", "wrong", 0, 1, "[…]", None, entries=["wrong"] * (MOST_ENTRIES + 3))
    assert str(reason(many)).endswith(f"[{MOST_ENTRIES - 1}] wrong and 3 more.")


def test_notes() -> None:
    first, second = ANNA["notes"]
    assert note(first) == "line 2, column 1: 'gard' is no word of an answer (did you mean 'grad'?)"
    assert note(second) == "line 11: p1: 'up q' is answered twice, the last counts"
    assert note(ROW["notes"][0]) == "the row says that it is by s999"


@pytest.mark.parametrize(("text", "said"), [("a", "a."), ("a.", "a."), ("a?", "a?"), ("x is", "x is."), ("", "")])
def test_sentences_end(text: str, said: str) -> None:
    assert sentence(text) == said


@pytest.mark.parametrize("text", TEXTS)
def test_nothing_that_comes_out_can_be_obeyed(text: str) -> None:
    for record in strange(SAMPLES, text):
        said = [headline(record), *map(note, record["notes"])]
        for problem in record["problems"]:
            said += [problem_heading(problem), *map(written, problem["answers"])]
            said += [one for found in problem["answers"] for one in reasons(found)]
        assert all(harmless(character) for line in said for character in set(line))


@given(st.floats(0, 1e6), st.floats(0, 1e6))
def test_scores_keep_their_order(a: float, b: float) -> None:
    assert math.isclose(float(score(a)), a, abs_tol=0.005001)
    if a <= b:
        assert float(score(a)) <= float(score(b))
