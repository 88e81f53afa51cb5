"""Records on their way to a writer."""

from __future__ import annotations

from gradcli.homework.course.statistics import Statistics
from gradcli.homework.course.watched import Watched
from tests.homework.classes import record


def answered(file: str, score: float, student: str | None = None, **changed: object) -> dict[str, object]:
    answer = {"name": "grad x", "kind": "grad", "state": "correct", "score": score, "max": 10.0, "written": "1",
              "mistakes": [], "entries": None}  # fmt: skip
    problems = [{"id": "p1", "max": 10.0, "score": score, "answers": [answer]}]
    return record(file, score, student, problems=problems, **changed)


def watched(*records: dict[str, object]) -> Watched:
    found = Watched(records, Statistics())
    assert list(found) == list(records)
    return found


def test_all_is_right_only_if_every_point_was_reached() -> None:
    assert watched(answered("a", 10.0), answered("b", 10.0)).right
    assert not watched(answered("a", 10.0), answered("b", 9.5)).right
    assert not watched(answered("a", 10.0), record("b", 10.0)).right  # nothing was answered
    assert not watched(answered("a", 10.0, state="unreadable")).right


def test_several_files_of_a_student_are_named() -> None:
    found = watched(answered("a1", 10.0, "s1"), answered("a2", 10.0, "s1"), answered("b", 10.0, "s2"))
    (line,) = found.remarks(roster=True)
    assert "s1 (a1, a2)" in line
    assert "s2" not in line


def test_claims_matter_where_no_roster_decides() -> None:
    found = watched(answered("a", 10.0, "s1", claimed="s2"))
    assert not list(found.remarks(roster=True))
    (line,) = found.remarks(roster=False)
    assert "a (s2)" in line
