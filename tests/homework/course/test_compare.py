"""Two runs over one class."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gradcli.homework.course.compare import compare, read_results
from gradcli.language import GradcliError
from tests.homework.classes import record


def graded(file: str, student: str | None, *answers: tuple[str, str, float], problem: str = "p1") -> dict[str, Any]:
    listed = [{"name": name, "state": state, "score": score} for name, state, score in answers]
    return record(file, sum(score for _, _, score in answers), student, problems=[{"id": problem, "answers": listed}])


def test_a_changed_mark() -> None:
    old = [graded("a", "s1", ("grad x", "wrong", 0.0), ("grad y", "correct", 1.0)), graded("b", None)]
    new = [graded("a", "s1", ("grad x", "coarse", 0.5), ("grad y", "correct", 1.0)), graded("b", None)]
    change = {"problem": "p1", "name": "grad x", "old_state": "wrong", "new_state": "coarse", "old_score": 0.0,
              "new_score": 0.5}  # fmt: skip
    assert compare(old, new) == {
        "schema": "gradcli.compare/1",
        "changed": [{"file": "a", "student": "s1", "old": 1.0, "new": 1.5, "answers": [change]}],
        "added": [],
        "removed": [],
        "unchanged": 1,
    }


def pairs(old: list[tuple[str, str | None]], new: list[tuple[str, str | None]]) -> tuple[dict[str, str], Any, Any]:
    """Which old file each new one is compared with (told by scores), what is added, what is removed."""
    before = [record(file, float(k), student) for k, (file, student) in enumerate(old)]
    after = [record(file, 100.0, student) for file, student in new]
    found = compare(before, after)
    assert found["unchanged"] == 0
    return {one["file"]: old[int(one["old"])][0] for one in found["changed"]}, found["added"], found["removed"]


def test_by_file_then_by_student() -> None:
    assert pairs([("a", "s1"), ("b", "s2")], [("a", "s1"), ("c", "s2")]) == ({"a": "a", "c": "b"}, [], [])
    assert pairs([("a", None)], [("a", "s1")]) == ({"a": "a"}, [], [])
    assert pairs([("a", None)], [("b", None)]) == ({}, ["b"], ["a"])
    assert pairs([("a", "s1")], [("b", "s2")]) == ({}, ["b"], ["a"])
    assert pairs([("a", "s1")], [("a", "s2")]) == ({"a": "a"}, [], []), "the roster was corrected"


def test_rows_of_a_table_that_have_moved_are_those_of_their_students() -> None:
    old = [("t:2", "s1"), ("t:3", "s2"), ("t:4", "s3")]
    new = [("t:2", "s0"), ("t:3", "s1"), ("t:4", "s2"), ("t:5", "s3")]
    assert pairs(old, new) == ({"t:3": "t:2", "t:4": "t:3", "t:5": "t:4"}, ["t:2"], [])


def test_files_without_a_name_are_those_of_their_students() -> None:
    missing = [record("", 0.0, student, state="missing") for student in ("s1", "s2")]
    assert compare(missing, missing[::-1])["unchanged"] == 2


def test_two_files_of_one_student_are_not_taken_for_each_other() -> None:
    assert pairs([("a", "s1"), ("b", "s1")], [("a", "s1"), ("c", "s1")]) == ({"a": "a", "c": "b"}, [], [])
    assert pairs([("a", "s1"), ("b", "s1")], [("c", "s1")]) == ({}, ["c"], ["a", "b"])


def test_another_state_is_a_change_and_other_words_are_none() -> None:
    old = [record("a", 0.0, state="unreadable"), record("b", 1.0, message="x"), record("c", 0.1 + 0.2)]
    new = [record("a", 0.0), record("b", 1.0, message="y"), record("c", 0.3)]
    found = compare(old, new)
    assert found["changed"] == [{"file": "a", "student": None, "old": 0.0, "new": 0.0, "answers": []}]
    assert found["unchanged"] == 2


def test_answers_that_are_asked_no_more_or_only_now() -> None:
    old = [graded("a", None, ("x", "correct", 1.0), ("y", "wrong", 0.0))]
    new = [graded("a", None, ("y", "wrong", 0.0), ("z", "blank", 0.0), ("y", "correct", 1.0))]
    (change,) = compare(old, new)["changed"]
    assert change["answers"] == [
        {"problem": "p1", "name": name, "old_state": states[0], "new_state": states[1], "old_score": scores[0],
         "new_score": scores[1]}
        for name, states, scores in [("x", ("correct", None), (1.0, None)), ("z", (None, "blank"), (None, 0.0)),
                                     ("y", (None, "correct"), (None, 1.0))]
    ]  # fmt: skip


NAMES = st.lists(st.tuples(st.sampled_from("abcd"), st.sampled_from(["s1", "s2", None])), unique_by=lambda one: one[0])


@given(NAMES, NAMES)
def test_each_submission_is_told_once(old: list[tuple[str, str | None]], new: list[tuple[str, str | None]]) -> None:
    found, added, removed = pairs(old, new)
    assert sorted([*found, *added]) == sorted(file for file, _ in new)
    assert sorted([*found.values(), *removed]) == sorted(file for file, _ in old)
    same = compare([record(*one) for one in zip("ab", [1, 2], strict=True)], [record("b", 2), record("a", 1)])
    assert same["unchanged"] == 2


def test_results_are_read_line_by_line(tmp_path: Path) -> None:
    path = tmp_path / "old.jsonl"
    records = [graded("a", "s1", ("x", "correct", 1.0)), record("é\u2028", 2.0)]
    path.write_text("\ufeff" + "\n\n".join(json.dumps(one, ensure_ascii=False) for one in records), encoding="utf-8")
    assert list(read_results(path)) == records


GOOD = json.dumps(record("a", 1.0))
BAD = [
    b"{", b"[]", b"3", b"null", b"\xff\xfe", b"{}", b'{"schema": "gradcli.class/1"}', GOOD[:-1].encode(),
    b"[" * 100_000, b"9" * 5000, b'{"schema": "gradcli.check/1"}',
    *(json.dumps(record("a", 1.0) | changed).encode() for changed in (
        {"file": 3}, {"score": None}, {"score": "1"}, {"score": True}, {"score": float("nan")}, {"student": 3},
        {"problems": None}, {"problems": [3]}, {"problems": [{"id": "p"}]}, {"problems": [{"id": None, "answers": []}]},
        {"problems": [{"id": "p", "answers": [{"name": "x", "state": "wrong"}]}]},
        {"problems": [{"id": "p", "answers": [{"name": [], "state": "wrong", "score": 1}]}]},
    )),
]  # fmt: skip


@pytest.mark.parametrize("bad", BAD)
def test_a_line_that_is_no_record_is_named(bad: bytes, tmp_path: Path) -> None:
    path = tmp_path / "old.jsonl"
    path.write_bytes(GOOD.encode() + b"\n" + bad + b"\n" + GOOD.encode())
    results = read_results(path)
    assert next(results)["file"] == "a"
    with pytest.raises(GradcliError, match=r"line 2 of .*old\.jsonl") as error:
        next(results)
    assert error.value.code == "unreadable-file"


def test_no_file(tmp_path: Path) -> None:
    with pytest.raises(GradcliError) as error:
        list(read_results(tmp_path / "old.jsonl"))
    assert error.value.code == "unreadable-file"
