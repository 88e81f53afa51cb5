"""What a class did: fed record by record, told as one `gradcli.class/1` object."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from gradcli.homework.course.unexplained import Unexplained

if TYPE_CHECKING:
    from gradcli.homework.marking.record import Record

MOST_PROBLEMS = 1_000
"""Problems that are told apart; files without a key can name as many as they like."""

MOST_ANSWERS = 1_000
"""Answers of one problem that are told apart."""

_RIGHT = ("correct", "rounded")


@dataclass(slots=True)
class _Scores:
    """Scores, of which few differ: counted, so that the median is exact and no order of adding matters."""

    counts: Counter[float] = field(default_factory=Counter)
    maximum: float = 0.0

    def add(self, score: float, maximum: float) -> None:
        self.counts[float(score)] += 1
        self.maximum = max(self.maximum, float(maximum))

    def mean(self) -> float:
        return float(sum(Fraction(score) * count for score, count in self.counts.items()) / self.counts.total())

    def median(self) -> float:
        """The middle score, or the mean of the two in the middle."""
        count = self.counts.total()
        return (self._place((count - 1) // 2) + self._place(count // 2)) / 2

    def _place(self, place: int) -> float:
        for score in sorted(self.counts):
            place -= self.counts[score]
            if place < 0:
                return score
        raise IndexError(place)

    def summary(self) -> dict[str, float] | None:
        if not self.counts:
            return None
        return {"mean": self.mean(), "median": self.median(), "lowest": min(self.counts),
                "highest": max(self.counts), "max": self.maximum}  # fmt: skip


@dataclass(slots=True)
class _Answer:
    kind: str
    maximum: float = 0.0
    states: Counter[str] = field(default_factory=Counter)

    def summary(self, name: str) -> dict[str, Any]:
        right = sum(self.states[state] for state in _RIGHT) / self.states.total()
        return {"name": name, "kind": self.kind, "max": self.maximum, "states": dict(self.states), "right": right}


@dataclass(slots=True)
class _Problem:
    scores: _Scores = field(default_factory=_Scores)
    answers: dict[str, _Answer] = field(default_factory=dict)

    def add(self, problem: Mapping[str, Any]) -> None:
        self.scores.add(problem["score"], problem["max"])
        for answer in problem["answers"]:
            name = answer["name"]
            if name not in self.answers:
                if len(self.answers) == MOST_ANSWERS:
                    continue
                self.answers[name] = _Answer(answer["kind"])
            seen = self.answers[name]
            seen.maximum = max(seen.maximum, float(answer["max"]))
            seen.states[answer["state"]] += 1

    def summary(self, name: str) -> dict[str, Any]:
        answers = [answer.summary(one) for one, answer in self.answers.items()]
        return {"id": name, "max": self.scores.maximum, "mean": self.scores.mean(), "answers": answers}


@dataclass(slots=True)
class _Mistake:
    problems: Counter[str] = field(default_factory=Counter)
    students: int = 0

    def summary(self, name: str, title: str) -> dict[str, Any]:
        return {"id": name, "title": title, "problems": dict(self.problems), "students": self.students}


class Statistics:
    """A class, as far as it was added; what is kept does not grow with the answers, only with the names of files."""

    def __init__(self) -> None:
        self._submissions = 0
        self._late = 0
        self._scores = _Scores()
        self._problems: dict[str, _Problem] = {}
        self._mistakes: dict[tuple[str, str], _Mistake] = {}
        self._unexplained = Unexplained()
        self._who: list[tuple[str, str | None]] = []
        self._missing: dict[str, None] = {}
        self._mismatched: list[dict[str, Any]] = []
        self._not_graded: list[dict[str, Any]] = []

    def add(self, record: Record) -> None:
        """Count one submission.

        Args:
            record: a full `gradcli.check/1` object. One that stands for a student who handed in nothing ('missing')
                is no submission.
        """
        if record["state"] == "missing":
            if record["student"] is not None:
                self._missing[record["student"]] = None
            return
        self._submissions += 1
        self._late += bool(record["late"])
        self._who.append((record["file"], record["student"]))
        if record["claimed"] is not None:
            self._mismatched.append({name: record[name] for name in ("file", "student", "claimed")})
        if record["state"] != "graded":
            self._not_graded.append({name: record[name] for name in ("file", "state", "message")})
            return
        self._scores.add(record["score"], record["max"])
        self._count_mistakes(record)
        for problem in record["problems"]:
            name = problem["id"]
            if name not in self._problems:
                if len(self._problems) == MOST_PROBLEMS:
                    continue
                self._problems[name] = _Problem()
            self._problems[name].add(problem)
        self._unexplained.add(record)

    def _count_mistakes(self, record: Record) -> None:
        # Only the best explanation of an answer; an error that shows in two answers of a problem is one.
        found: dict[tuple[tuple[str, str], str], None] = {}
        for problem in record["problems"]:
            for answer in problem["answers"]:
                for best in answer["mistakes"][:1]:
                    # An instructor's own mistakes are counted anew in each problem; what they say tells them apart.
                    found[(best["id"], best["title"]), problem["id"]] = None
        for what, place in found:
            self._mistakes.setdefault(what, _Mistake()).problems[place] += 1
        for what in dict.fromkeys(what for what, _ in found):
            self._mistakes[what].students += 1

    def summary(self, title: str | None, roster: Iterable[str] | None = None) -> dict[str, Any]:
        """The class so far as a `gradcli.class/1` object; means and shares are not rounded.

        Args:
            title: of the homework.
            roster: identities of all students, or None where there is no roster.
        """
        order = sorted(self._mistakes.items(), key=lambda item: (-item[1].students, -item[1].problems.total(), item[0]))
        return {
            "schema": "gradcli.class/1",
            "title": title,
            "submissions": self._submissions,
            "graded": self._scores.counts.total(),
            "late": self._late,
            "score": self._scores.summary(),
            "problems": [problem.summary(name) for name, problem in self._problems.items()],
            "mistakes": [mistake.summary(*what) for what, mistake in order],
            "unexplained": self._unexplained.summary(),
            "roster": None if roster is None else self._matched(roster),
            "not_graded": list(self._not_graded),
        }

    def _matched(self, roster: Iterable[str]) -> dict[str, Any]:
        known = dict.fromkeys(roster) | self._missing
        present = {student for _, student in self._who}
        return {
            "matched": sum(student in present for student in known),
            "missing": [student for student in known if student not in present],
            "unknown": [{"file": file, "student": student} for file, student in self._who if student not in known],
            "mismatched": list(self._mismatched),
        }
