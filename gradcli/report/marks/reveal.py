"""How much of a marked submission its student is shown."""

from __future__ import annotations

from typing import Literal, get_args

from gradcli.report.marks.words import Record

Level = Literal["verdict", "place", "hint", "answer"]
"""States and scores; also where a mistake is; also which one it is; also the right answer."""

LEVELS: tuple[Level, ...] = get_args(Level)


def revealed(record: Record, level: Level) -> Record:
    """A copy of a record with what a level holds back taken out; its keys stay.

    Raises:
        ValueError: there is no such level.
    """
    shown = LEVELS.index(level)
    hidden: Record = {}
    if shown < LEVELS.index("answer"):
        hidden["expected"] = None
    if shown < LEVELS.index("hint"):
        hidden |= {"why": None, "mistakes": []}
    if shown < LEVELS.index("place"):
        hidden["place"] = None
    problems = [{**problem, "answers": [_without(answer, hidden) for answer in problem["answers"]]}
                for problem in record["problems"]]  # fmt: skip
    return {**record, "problems": problems}


def _without(answer: Record, hidden: Record) -> Record:
    """The answer with fresh lists, so that no two answers share one."""
    return {**answer, **{key: [] if value == [] else value for key, value in hidden.items()}}
