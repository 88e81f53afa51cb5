"""What a class did."""

from __future__ import annotations

import random
import statistics
from collections import Counter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gradcli.homework.course import unexplained
from gradcli.homework.course.statistics import MOST_ANSWERS, MOST_PROBLEMS, Statistics
from tests.homework.classes import record


def answer(name: str, state: str, *mistakes: str, written: str | None = None, best: float = 2.0) -> dict[str, Any]:
    explained = [{"id": one, "title": one.upper(), "sentence": "", "place": ""} for one in mistakes]
    score = best if state in ("correct", "rounded", "carried") else 0.0
    return {"name": name, "kind": name.split()[0], "state": state, "score": score, "max": best, "written": written,
            "mistakes": explained}  # fmt: skip


def problem(name: str, *answers: dict[str, Any]) -> dict[str, Any]:
    return {"id": name, "score": sum(one["score"] for one in answers), "max": sum(one["max"] for one in answers),
            "answers": list(answers)}  # fmt: skip


def told(*records: dict[str, Any], **more: Any) -> dict[str, Any]:
    counted = Statistics()
    for one in records:
        counted.add(one)
    return counted.summary("HW", **more)


def test_nobody() -> None:
    assert told() == {"schema": "gradcli.class/1", "title": "HW", "submissions": 0, "graded": 0, "late": 0,
                      "score": None, "problems": [], "mistakes": [], "unexplained": [], "roster": None,
                      "not_graded": []}  # fmt: skip


def test_a_small_class() -> None:
    summary = told(
        record("a", 4.0, problems=[problem("p1", answer("grad x", "correct"), answer("up q", "rounded"))], late=True),
        record("b", 2.0, problems=[problem("p1", answer("grad x", "carried"), answer("up q", "wrong", "sign"))]),
        record("c", 0.0, state="unreadable", message="no", late=True),
        record("d", 1.0, problems=[problem("p2", answer("grad y", "blank"))]),
        record("e", 0.0, state="missing", student="s9"),
    )
    assert (summary["submissions"], summary["graded"], summary["late"]) == (4, 3, 2)
    assert summary["score"] == {"mean": 7 / 3, "median": 2.0, "lowest": 1.0, "highest": 4.0, "max": 10.0}
    assert summary["problems"] == [
        {"id": "p1", "max": 4.0, "mean": 3.0, "answers": [
            {"name": "grad x", "kind": "grad", "max": 2.0, "states": {"correct": 1, "carried": 1}, "right": 0.5},
            {"name": "up q", "kind": "up", "max": 2.0, "states": {"rounded": 1, "wrong": 1}, "right": 0.5}]},
        {"id": "p2", "max": 2.0, "mean": 0.0, "answers": [
            {"name": "grad y", "kind": "grad", "max": 2.0, "states": {"blank": 1}, "right": 0.0}]},
    ]  # fmt: skip
    assert summary["not_graded"] == [{"file": "c", "state": "unreadable", "message": "no"}]


@given(st.lists(st.integers(0, 40).map(lambda n: n / 4) | st.floats(0, 1e6), min_size=1))
def test_scores_are_those_of_the_standard_library_in_any_order(scores: list[float]) -> None:
    summary = told(*(record(str(k), score) for k, score in enumerate(scores)))["score"]
    assert summary["median"] == statistics.median(scores)
    assert summary["mean"] == statistics.mean(scores)
    assert (summary["lowest"], summary["highest"]) == (min(scores), max(scores))
    random.Random(1).shuffle(scores)
    assert told(*(record(str(k), score) for k, score in enumerate(scores)))["score"] == summary


def test_a_mistake_counts_once_a_submission_and_problem_and_only_the_best_explanation() -> None:
    both = problem("p1", answer("grad x", "wrong", "sign", "square"), answer("grad y", "wrong", "sign"))
    summary = told(
        record("a", 0, problems=[both, problem("p2", answer("grad x", "wrong", "sign"))]),
        record("b", 0, problems=[both]),
        record("c", 0, problems=[problem("p2", answer("grad x", "wrong", "square"))]),
        record("d", 0, problems=[problem("p2", answer("grad x", "wrong", "branch"))]),
    )
    assert summary["mistakes"] == [
        {"id": "sign", "title": "SIGN", "problems": {"p1": 2, "p2": 1}, "students": 2},
        {"id": "branch", "title": "BRANCH", "problems": {"p2": 1}, "students": 1},
        {"id": "square", "title": "SQUARE", "problems": {"p2": 1}, "students": 1},
    ]


def test_the_instructors_own_mistakes_of_two_problems_are_two() -> None:
    def own(name: str, says: str) -> dict[str, Any]:
        answers = answer("grad x", "wrong", "own:1")
        answers["mistakes"][0]["title"] = says
        return problem(name, answers)

    summary = told(record("a", 0, problems=[own("p1", "Multiply"), own("p2", "The bias, too")]),
                   record("b", 0, problems=[own("p2", "The bias, too")]))  # fmt: skip
    assert summary["mistakes"] == [
        {"id": "own:1", "title": "The bias, too", "problems": {"p2": 2}, "students": 2},
        {"id": "own:1", "title": "Multiply", "problems": {"p1": 1}, "students": 1},
    ]


def wrong(file: str, written: str | None, *mistakes: str, state: str = "wrong", name: str = "grad x") -> dict[str, Any]:
    return record(file, 0, problems=[problem("p1", answer(name, state, *mistakes, written=written))])


def unexplained_of(*texts: str) -> list[tuple[str, int]]:
    found = told(*(wrong(str(k), text) for k, text in enumerate(texts)))["unexplained"]
    return [(one["written"], one["count"]) for one in found]


def test_equal_numbers_are_one_in_its_most_frequent_spelling() -> None:
    assert unexplained_of("0.71", "0,710", "0,710", "7.1e-1", "0.72", "71/100", " .71 ") == [("0,710", 6)]
    assert unexplained_of("−4", "-4", "-4.0", "4") == [("−4", 3)]
    assert unexplained_of("[1, 2]", "[1.0, 2]", "[[1, 2]]", "[2, 1]") == [("[1, 2]", 2)]
    assert unexplained_of("[1, ?]", "[1, ?]", "[1, 2]") == [("[1, ?]", 2)]


def test_what_cannot_be_read_is_compared_as_text() -> None:
    assert unexplained_of("1e99999999", "1e99999999", "1e999999990", "10e99999998") == [("1e99999999", 2)]
    assert unexplained_of("abc", "abc", "\ud800", "\ud800") == [("abc", 2), ("\ud800", 2)]


def test_only_wrong_answers_without_an_explanation_that_two_have() -> None:
    records = [wrong("a", "3"), wrong("b", "3", "sign"), wrong("c", "3", state="coarse"), wrong("d", None),
               wrong("e", None), wrong("f", "3", name="grad y"), wrong("g", "5"), wrong("h", "5"), wrong("i", "5"),
               wrong("j", "3"), wrong("k", "x" * 5000), wrong("l", "x" * 5000)]  # fmt: skip
    assert told(*records)["unexplained"] == [
        {"problem": "p1", "answer": "grad x", "written": "5", "count": 3},
        {"problem": "p1", "answer": "grad x", "written": "3", "count": 2},
    ]


def test_one_submission_counts_once() -> None:
    twice = problem("p1", answer("grad x", "wrong", written="3"), answer("grad x", "wrong", written="3.0"))
    assert told(record("a", 0, problems=[twice]))["unexplained"] == []


def test_at_most_twenty_are_told() -> None:
    assert len(unexplained_of(*(str(k // 2) for k in range(60)))) == 20


def test_what_is_kept_stays_bounded_and_what_is_frequent_is_not_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unexplained, "MOST_NUMBERS", 100)
    counted = unexplained.Unexplained()
    for k in range(2000):
        counted.add(wrong(str(k), str(1000 + k) if k % 3 else "0.5"))
        assert len(counted._counts) == len(counted._spellings) <= 100
    assert counted.summary() == [{"problem": "p1", "answer": "grad x", "written": "0.5", "count": 667}]


def test_problems_and_answers_stay_bounded() -> None:
    many = [problem(f"p{k}", answer("grad x", "correct")) for k in range(MOST_PROBLEMS + 10)]
    wide = problem("p0", *(answer(f"grad x{k}", "correct") for k in range(MOST_ANSWERS + 10)))
    summary = told(record("a", 1, problems=many), record("b", 1, problems=[wide]), record("c", 1, problems=[wide]))
    assert len(summary["problems"]) == MOST_PROBLEMS
    assert len(summary["problems"][0]["answers"]) == MOST_ANSWERS


def test_a_roster() -> None:
    summary = told(
        record("a", 1, student="s1"),
        record("a2", 1, student="s1"),
        record("b", 0, student="s2", state="unreadable"),
        record("c", 1, student="s9"),
        record("d", 1),
        record("e", 1, student="s4", claimed="s5"),
        record("s3", 0, student="s3", state="missing"),
        roster=["s4", "s3", "s2", "s1", "s0"],
    )
    assert summary["roster"] == {
        "matched": 3,
        "missing": ["s3", "s0"],
        "unknown": [{"file": "c", "student": "s9"}, {"file": "d", "student": None}],
        "mismatched": [{"file": "e", "student": "s4", "claimed": "s5"}],
    }


@given(
    st.lists(st.lists(st.sampled_from(["correct", "rounded", "wrong", "blank"]), min_size=2, max_size=2), max_size=9)
)
def test_states_add_up(rows: list[list[str]]) -> None:
    records = [record(str(k), 0, problems=[problem("p", *(answer(f"grad {n}", s) for n, s in enumerate(row)))])
               for k, row in enumerate(rows)]  # fmt: skip
    for problems in told(*records)["problems"]:
        for place, one in enumerate(problems["answers"]):
            states = Counter(row[place] for row in rows)
            assert one["states"] == states
            assert one["right"] == (states["correct"] + states["rounded"]) / len(rows)
