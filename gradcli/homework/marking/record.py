"""The record of one submission, `gradcli.check/1`: all that writers and grade books know of it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from gradcli.homework.marking.marking import Mark
from gradcli.homework.problems.problem import Problem

Record = dict[str, Any]

SCHEMA = "gradcli.check/1"


@dataclass(frozen=True, slots=True)
class Person:
    """Who handed something in.

    Attributes:
        student: the identity, or None if nothing says it.
        name: as people are called, or None.
        claimed: the identity that is claimed inside of the file, if it is another one.
        late: whether it came late.
    """

    student: str | None = None
    name: str | None = None
    claimed: str | None = None
    late: bool = False


@dataclass(frozen=True, slots=True)
class Note:
    """Something that is said about a file; lines and columns are counted from 1."""

    message: str
    hint: str | None = None
    line: int | None = None
    column: int | None = None
    end_column: int | None = None


def graded(file: str, person: Person, problems: Sequence[Record], notes: Sequence[Note]) -> Record:
    """The record of a submission that was graded."""
    return {
        **_head(file, person, "graded", None),
        "score": points(problem["score"] for problem in problems),
        "max": points(problem["max"] for problem in problems),
        "problems": list(problems),
        "notes": [_note(note) for note in notes],
    }


def not_graded(file: str, person: Person, state: str, message: str, maximum: float) -> Record:
    """The record of a submission that is "unreadable", "ungradable" or "missing", and why."""
    return {**_head(file, person, state, message), "score": 0.0, "max": points([maximum]), "problems": [], "notes": []}


def problem(solved: Problem, marks: Sequence[Mark]) -> Record:
    """The part of a record that is about one problem."""
    return {
        "id": solved.id,
        "title": solved.title,
        "formula": solved.formula,
        "at": {name: value if isinstance(value, float) else value.tolist() for name, value in solved.at.items()},
        "score": points(mark.score for mark in marks),
        "max": points(mark.asked.points for mark in marks),
        "answers": [_answer(solved, mark) for mark in marks],
    }


def unsolved(name: str, formula: str | None, answers: int) -> Record:
    """The part of a record about a problem that a file states and that cannot be solved: its answers count nothing."""
    return {"id": name, "title": None, "formula": formula or "", "at": {}, "score": 0.0, "max": float(answers or 1),
            "answers": []}  # fmt: skip


def points(scores: Any) -> float:
    """A sum of points without the noise of binary fractions."""
    return round(math.fsum(scores), 9) + 0.0


def _head(file: str, person: Person, state: str, message: str | None) -> Record:
    return {"schema": SCHEMA, "file": file, "student": person.student, "name": person.name, "claimed": person.claimed,
            "late": person.late, "state": state, "message": message}  # fmt: skip


def _answer(solved: Problem, mark: Mark) -> Record:
    asked, answer = mark.asked, mark.answer
    return {
        "name": asked.name,
        "kind": asked.quantity.kind,
        "state": mark.state,
        "score": points([mark.score]),
        "max": points([asked.points]),
        "written": None if answer is None else answer.text,
        "expected": expected(solved, asked.truth),
        "line": None if answer is None else answer.line,
        "column": None if answer is None else answer.column,
        "end_column": None if answer is None else answer.end_column,
        "why": mark.why,
        "place": mark.place,
        "mistakes": [{"id": e.mistake, "title": e.title, "sentence": e.sentence, "place": e.place}
                     for e in mark.explanations],
        "entries": _nested(list(mark.entries), asked.truth.shape) if mark.entries else None,
    }  # fmt: skip


def expected(solved: Problem, number: Any) -> str:
    """A number or an array as it should be written."""
    if isinstance(number, float):
        return solved.exactness.shown(number)
    return _bracketed([solved.exactness.shown(float(x)) for x in number.ravel()], number.shape)


def _bracketed(texts: Sequence[str], shape: Sequence[int]) -> str:
    if len(shape) <= 1:
        return "[" + ", ".join(texts) + "]"
    size = len(texts) // max(shape[0], 1)
    return "[" + ", ".join(_bracketed(texts[k * size : (k + 1) * size], shape[1:]) for k in range(shape[0])) + "]"


def _nested(states: list[Any], shape: Sequence[int]) -> list[Any]:
    if len(shape) <= 1:
        return states
    size = len(states) // max(shape[0], 1)
    return [_nested(states[k * size : (k + 1) * size], shape[1:]) for k in range(shape[0])]


def _note(note: Note) -> Record:
    return {"line": note.line, "column": note.column, "end_column": note.end_column, "message": note.message,
            "hint": note.hint}  # fmt: skip
