"""Two runs over one class: whose marks have changed, and by which answers."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from sys import intern
from typing import TYPE_CHECKING, Any

from gradcli.graph.limits import open_file
from gradcli.language import GradcliError

if TYPE_CHECKING:
    from gradcli.homework.marking.record import Record

LONGEST_LINE = 64 * 1024 * 1024
"""Bytes that one record may have: more than one of the largest submission does."""

_SAME = 1e-9
"""Points that are no difference: what another order of adding leaves."""

_Place = tuple[str, str, int]
"""Problem, answer, and which one of that name."""


@dataclass(frozen=True, slots=True)
class _Marks:
    """What is compared of a record, and kept of each: it is small."""

    file: str
    student: str | None
    state: str
    score: float
    answers: dict[_Place, tuple[str, float]]


def compare(old: Iterable[Record], new: Iterable[Record]) -> dict[str, Any]:
    """Tell what changed between two runs, as a `gradcli.compare/1` object.

    A submission is the same if its file is, unless that is now another student's (a row of a table that has moved);
    else if it is the only one left of its student. It has changed if its score or state has, or that of an answer.

    Args:
        old: full or stripped records, `gradcli.check/1`.
        new: records of the later run; the changes come in their order.
    """
    before = [_marks(record) for record in old]
    after = [_marks(record) for record in new]
    pairs: dict[int, _Marks] = {}
    _match(before, after, pairs, lambda marks: marks.file, _unless_two_students)
    _match(before, after, pairs, lambda marks: marks.student)
    _match(before, after, pairs, lambda marks: marks.file)
    known = {id(marks) for marks in pairs.values()}
    changed = [
        change for marks in after if id(marks) in pairs and (change := _change(pairs[id(marks)], marks)) is not None
    ]
    return {
        "schema": "gradcli.compare/1",
        "changed": changed,
        "added": [marks.file for marks in after if id(marks) not in pairs],
        "removed": [marks.file for marks in before if id(marks) not in known],
        "unchanged": len(pairs) - len(changed),
    }


def _marks(record: Record) -> _Marks:
    answers: dict[_Place, tuple[str, float]] = {}
    for problem in record["problems"]:
        seen: dict[str, int] = {}
        for answer in problem["answers"]:
            name = intern(answer["name"])
            seen[name] = seen.get(name, -1) + 1
            answers[intern(problem["id"]), name, seen[name]] = (intern(answer["state"]), answer["score"])
    return _Marks(record["file"], record["student"], intern(record["state"]), record["score"], answers)


def _match(
    before: list[_Marks],
    after: list[_Marks],
    pairs: dict[int, _Marks],
    key: Callable[[_Marks], Any],
    fits: Callable[[_Marks, _Marks], bool] | None = None,
) -> None:
    """Pair those that are left on both sides and alone with their key there; `pairs` is by `id` of the new one."""
    taken = {id(marks) for marks in pairs.values()}
    olds = _alone((marks for marks in before if id(marks) not in taken), key)
    news = _alone((marks for marks in after if id(marks) not in pairs), key)
    for name, new in news.items():
        old = olds.get(name)
        if old is not None and (fits is None or fits(old, new)):
            pairs[id(new)] = old


def _alone(marks: Iterable[_Marks], key: Callable[[_Marks], Any]) -> dict[Any, _Marks]:
    alone: dict[Any, _Marks | None] = {}
    for one in marks:
        name = key(one)
        if name is not None:
            alone[name] = None if name in alone else one
    return {name: one for name, one in alone.items() if one is not None}


def _unless_two_students(old: _Marks, new: _Marks) -> bool:
    return old.student is None or new.student is None or old.student == new.student


def _change(old: _Marks, new: _Marks) -> dict[str, Any] | None:
    answers = []
    for place in old.answers | new.answers:
        old_state, old_score = old.answers.get(place, (None, None))
        new_state, new_score = new.answers.get(place, (None, None))
        if old_state != new_state or _differ(old_score, new_score):
            answers.append({"problem": place[0], "name": place[1], "old_state": old_state, "new_state": new_state,
                            "old_score": old_score, "new_score": new_score})  # fmt: skip
    if not answers and old.state == new.state and not _differ(old.score, new.score):
        return None
    student = old.student if new.student is None else new.student
    return {"file": new.file, "student": student, "old": old.score, "new": new.score, "answers": answers}


def _differ(old: float | None, new: float | None) -> bool:
    if old is None or new is None:
        return old is not new
    return abs(old - new) > _SAME


def read_results(path: Path) -> Iterator[Record]:
    """The records of a JSON Lines file that `gradcli check` wrote, one after the other; empty lines are skipped.

    Raises:
        GradcliError: the file cannot be read, or a line of it is no record; the message names the line.
    """
    with open_file(path) as file:
        number = 0
        while line := file.readline(LONGEST_LINE + 1):
            number += 1
            if number == 1:
                line = line.removeprefix(b"\xef\xbb\xbf")
            if line.strip():
                yield _record(line, f"line {number} of {path}")


def _record(line: bytes, where: str) -> Record:
    hint = "name a file that gradcli check wrote as JSON Lines"
    if len(line) > LONGEST_LINE:
        raise GradcliError("unreadable-file", f"{where} is too long", hint=hint)
    try:
        record = json.loads(line.decode("utf-8"))
    except (ValueError, RecursionError):
        raise GradcliError("unreadable-file", f"{where} is no JSON", hint=hint) from None
    if not isinstance(record, dict) or record.get("schema") != "gradcli.check/1":
        raise GradcliError("unreadable-file", f"{where} is no gradcli.check/1 object", hint=hint)
    if not _is_complete(record):
        raise GradcliError("unreadable-file", f"{where} lacks something that a gradcli.check/1 object has", hint=hint)
    return record


def _is_complete(record: Record) -> bool:
    """Whether everything that is compared is there and of its kind."""
    try:
        answers = [answer for problem in record["problems"] for answer in problem["answers"]]
        texts = [record["file"], record["state"], *(problem["id"] for problem in record["problems"])]
        texts += [answer[name] for answer in answers for name in ("name", "state")]
        scores = [record["score"], *(answer["score"] for answer in answers)]
        named = record["student"] is None or isinstance(record["student"], str)
    except (KeyError, TypeError):
        return False
    return named and all(isinstance(text, str) for text in texts) and all(_is_score(score) for score in scores)


def _is_score(score: Any) -> bool:
    return isinstance(score, int | float) and not isinstance(score, bool) and math.isfinite(score)
