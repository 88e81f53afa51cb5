"""Answers as a student writes them, marked without a file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gradcli.homework.keys.key import Credit
from gradcli.homework.marking.marking import Mark, Marker
from gradcli.homework.problems.problem import Problem, pose
from gradcli.homework.sheets.sheet import Answer
from gradcli.homework.sheets.written import read_written

EVERYTHING = [(word, "*", None) for word in ("value", "local", "up", "grad")]


def posed(formula: str, at: Mapping[str, Any], **more: Any) -> Problem:
    more.setdefault("asks", EVERYTHING)
    return pose("p1", formula, at, **more)


def answer(name: str, text: str) -> Answer:
    return Answer(name.split()[0], name, None, read_written(text), None, 1, 1, 1, text)


def marked(
    problem: Problem, written: Mapping[str, str], credit: Credit | None = None, cap: float | None = None
) -> dict[str, Mark]:
    """The marks by name of the answers that are given by name."""
    keys = {asked.name: asked.quantity.key for asked in problem.asked}
    answers = {keys[name]: answer(name, text) for name, text in written.items()}
    marks = Marker(problem, credit or Credit(), cap).marks(answers)
    return {mark.asked.name: mark for mark in marks}


def states(marks: Mapping[str, Mark]) -> dict[str, str]:
    return {name: mark.state for name, mark in marks.items()}
