"""Marks: in which state each answer of a problem is, what it is worth, and why.

An answer is judged as it stands first, then by what follows in one step from the student's own numbers; the better
counts, so that a mistake costs one answer. What is wrong after that is handed to the diagnosis.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from gradcli.homework.keys.key import Credit
from gradcli.homework.marking.carrying import Carrying, Key, Mix, flat
from gradcli.homework.marking.case import Case, State
from gradcli.homework.marking.fitting import fitted, misfit
from gradcli.homework.marking.neighbours import Neighbours
from gradcli.homework.marking.own import Replay
from gradcli.homework.mistakes.search import Diagnosis, Explanation, Index, Wrong, diagnose
from gradcli.homework.problems.problem import Problem
from gradcli.homework.problems.quantities import Asked
from gradcli.homework.sheets.sheet import Answer
from gradcli.homework.sheets.written import Written

_AS_IT_STANDS: dict[str, State] = {"right": "correct", "coarse": "coarse", "wrong": "wrong"}


@dataclass(frozen=True, slots=True)
class Mark:
    """What became of one answer.

    Attributes:
        asked: what was asked.
        answer: what was answered; None if nothing was.
        state: one of the eight.
        score: the points it gets.
        why: one sentence, or None.
        place: where a mistake lies, or None.
        explanations: what may have gone wrong, the likeliest first.
        entries: of an array the state of each entry, row by row.
    """

    asked: Asked
    answer: Answer | None
    state: State
    score: float = 0.0
    why: str | None = None
    place: str | None = None
    explanations: tuple[Explanation, ...] = ()
    entries: tuple[State, ...] = ()


class Marker:
    """Marks the answers to one problem, one student after the other; what they share is computed once."""

    def __init__(self, problem: Problem, credit: Credit, carried_at_most: float | None = None) -> None:
        self.problem = problem
        self._credit = credit
        self._cap = carried_at_most
        self._index = Index(problem)
        self._neighbours = Neighbours(problem)

    def marks(self, answers: Mapping[Key, Answer]) -> list[Mark]:
        """The marks of all that is asked, in its order.

        Args:
            answers: by quantity what the student answered.
        """
        marks: dict[Key, Mark] = {}
        cases: dict[Key, Case] = {}
        for key, asked in self.problem.by_key.items():
            found = self._as_it_stands(asked, answers.get(key))
            if isinstance(found, Case):
                cases[key] = found
            else:
                marks[key] = found
        if any(case.worst != "correct" for case in cases.values()):
            self._with_own_numbers(cases, answers, marks)
        for key, case in cases.items():
            if key not in marks:
                marks[key] = self._mark(case, answers[key])
        return self._capped([marks[key] for key in self.problem.by_key])

    # --- as it stands -----------------------------------------------------------------------------------------------

    def _as_it_stands(self, asked: Asked, answer: Answer | None) -> Case | Mark:
        if answer is None:
            return Mark(asked, None, "blank")
        if answer.written is None:
            fault = answer.fault
            return Mark(asked, answer, "unreadable", why=None if fault is None else sentence(fault.message, fault.hint))
        written = answer.written
        if all(entry is None for entry in written.entries):
            return Mark(asked, answer, "blank")
        entries = fitted(written, asked.truth)
        if entries is None:
            return Mark(asked, answer, "wrong", why=misfit(written, asked))
        judge = self.problem.exactness.judge
        states: list[State] = [
            "blank" if entry is None else _AS_IT_STANDS[judge(entry, truth)]
            for entry, truth in zip(entries, flat(asked.truth), strict=True)
        ]
        return Case(asked, entries, states)

    # --- with the student's own numbers -----------------------------------------------------------------------------

    def _with_own_numbers(self, cases: dict[Key, Case], answers: Mapping[Key, Answer], marks: dict[Key, Mark]) -> None:
        entries = {key: case.entries for key, case in cases.items()}
        passing = {key: case.passing for key, case in cases.items()}
        carrying = Carrying(self.problem, entries, passing)
        for key in sorted(cases, key=_one_after_the_other):
            case = cases[key]
            if case.worst == "correct":
                continue
            self._carry(key, cases, carrying)
            if key in carrying.refused and case.passing != passing[key]:
                passing[key] = case.passing
                carrying = Carrying(self.problem, entries, passing)
        everything = {key: w for key in cases if (w := answers[key].written) is not None and _is_finite(w)}
        wrong = [
            Wrong(key, everything[key])
            for key, case in cases.items()
            if case.worst == "wrong" and case.why is None and key in everything
        ]
        if not wrong:
            return
        found = diagnose(self.problem, carrying.step(Mix()), everything, wrong, index=self._index)
        for key, diagnosis in found.items():
            marks[key] = self._explained(self._mark(cases[key], answers[key]), diagnosis)

    def _carry(self, key: Key, cases: dict[Key, Case], carrying: Carrying) -> None:
        """Let what follows from the numbers beside an answer count, where that is better."""
        case = cases[key]
        behind_blanks: list[Key] = []
        for exactly in (True, False):
            for mix, step in carrying.steps():
                beside = self._beside(key, cases, carrying, mix)
                off = [k for k in beside if cases[k].worst not in ("correct", "rounded")]
                if not (beside if exactly else off):
                    continue
                number = step.number(case.asked.quantity)
                near = self._beside(key, cases, carrying, mix, through_blanks=False) if off else beside
                if hidden := [k for k in off if k not in near and k not in carrying.refused]:
                    if not behind_blanks and self._equals(case, number):
                        behind_blanks = hidden
                    continue
                if not exactly and (entry := case.entries[0]) is not None and isinstance(number, float):
                    number = carrying.nearest(mix, case.asked.quantity, entry, off)
                if self._take(case, number, "carried" if off else "rounded"):
                    needed = [k for k in off if self._needs(case, carrying.without(k, mix))]
                    self._say_carried(case, [cases[k].asked.name for k in needed or off])
                if case.worst in ("correct", "rounded"):
                    return
            if case.worst != "wrong":
                return
        case.why = self._refused(key, case, cases, carrying)
        if case.why is None and behind_blanks:
            case.why = self._not_from(behind_blanks[0], "blank")

    @staticmethod
    def _say_carried(case: Case, names: Sequence[str]) -> None:
        listed = " and ".join([", ".join(names[:-1]), names[-1]] if names[1:] else names)
        case.why = f"It follows from your own {listed}." if names else "It follows from your own rounded numbers."

    def _take(self, case: Case, candidate: Any, state: State) -> bool:
        """Give the entries that equal a recomputed number a better state; whether there was one."""
        worth = self._share(state)
        better = False
        for place, (entry, number) in enumerate(zip(case.entries, flat(candidate), strict=True)):
            known = case.states[place]
            if entry is None or known == "correct" or self._share(known) > worth or known in ("rounded", state):
                continue
            if self.problem.exactness.judge(entry, number) == "right":
                case.states[place] = state
                better = True
        return better

    def _refused(self, key: Key, case: Case, cases: Mapping[Key, Case], carrying: Carrying) -> str | None:
        """Why nothing is carried on to an answer, if it would follow from numbers that are not carried on."""
        if not carrying.refused:
            return None
        beside = self._beside(key, cases, carrying, Mix())
        through = next(((k, why) for k, why in carrying.refused.items() if k in beside), None)
        if through is None:
            return None
        number = carrying.step(Mix(), guarded=False).number(case.asked.quantity)
        return self._not_from(*through) if self._equals(case, number) else None

    def _equals(self, case: Case, candidate: Any) -> bool:
        """Whether all entries that are not right as they stand are those of a recomputed number."""
        judge = self.problem.exactness.judge
        return all(
            entry is None or state == "correct" or judge(entry, number) == "right"
            for entry, number, state in zip(case.entries, flat(candidate), case.states, strict=True)
        )

    def _needs(self, case: Case, without: Replay | None) -> bool:
        """Whether an answer is another one without a number beside it."""
        return without is None or not self._equals(case, without.number(case.asked.quantity))

    def _not_from(self, key: Key, why: str) -> str:
        name = self.problem.by_key[key].name
        if why == "far":
            return f"It follows from your own {name}, which is so far off that nothing is carried on from it."
        return f"It follows from your own {name}, but nothing is carried on from a zero or a blank."

    def _beside(
        self, key: Key, cases: Mapping[Key, Case], carrying: Carrying, mix: Mix, *, through_blanks: bool = True
    ) -> list[Key]:
        """The written numbers from which a step computes an answer, those first that were computed first."""
        asked = self.problem.by_key
        found = self._neighbours.reached(
            key, lambda k: k in cases and carrying.uses(k, mix),
            lambda k: through_blanks or k in cases or k not in asked,
        )  # fmt: skip
        return sorted(found, key=_one_after_the_other)

    # --- points -----------------------------------------------------------------------------------------------------

    def _mark(self, case: Case, answer: Answer) -> Mark:
        state = case.worst
        share = math.fsum(map(self._share, case.states)) / len(case.states)
        if self.problem.all_or_nothing and share < 1:
            share = 0.0
        entries = tuple(case.states) if getattr(case.asked.truth, "shape", ()) else ()
        why = case.why
        if state == "coarse":
            why = "It is right, but not written exactly enough."
        elif state == "wrong" and why is None and (zero := self._rounded_zero(case)) is not None:
            why = f"A number that is rounded to zero is written with its decimals: {zero}."
        return Mark(case.asked, answer, state, share * case.asked.points, why, entries=entries)

    def _rounded_zero(self, case: Case) -> str | None:
        """How a bare 0 would have to be written, where it would then be right."""
        places = max(2, self.problem.exactness.decimals or 0)
        entry, truth = case.entries[0], flat(case.asked.truth)[0]
        if len(case.entries) > 1 or entry is None or entry.value or entry.places >= places:
            return None
        return f"{0:.{places}f}" if abs(truth) <= 0.5 * 10.0**-places else None

    def _share(self, state: State) -> float:
        credit = self._credit
        return {"correct": 1.0, "rounded": credit.rounded, "carried": credit.carried, "coarse": credit.coarse}.get(
            state, 0.0
        )

    def _explained(self, mark: Mark, diagnosis: Diagnosis) -> Mark:
        return replace(mark, why=diagnosis.sentence or mark.why, place=diagnosis.place or mark.place,
                       explanations=diagnosis.explanations)  # fmt: skip

    def _capped(self, marks: list[Mark]) -> list[Mark]:
        """The marks with no more points for carried answers than allowed, and all or nothing where that holds."""
        if self._cap is not None:
            left = self._cap * self.problem.points
            for place, mark in enumerate(marks):
                if mark.state == "carried":
                    score = min(mark.score, left)
                    left -= score
                    if score < mark.score:
                        why = f"{mark.why} No more points are given for answers that follow from a mistake."
                        marks[place] = replace(mark, score=score, why=why)
        if self.problem.all_or_nothing and any(mark.score < mark.asked.points for mark in marks):
            return [replace(mark, score=0.0) for mark in marks]
        return marks


def _is_finite(written: Written) -> bool:
    """Whether all that is written can be computed with; 1e400 cannot."""
    return all(entry is None or math.isfinite(entry.nearest) for entry in written.entries)


def sentence(message: str, hint: str | None) -> str:
    """A message and its hint as one sentence."""
    said = message[:1].upper() + message[1:]
    return f"{said}; {hint}." if hint else f"{said}."


def _one_after_the_other(key: Key) -> tuple[int, int, int]:
    """Values first, from the inputs on; then local derivatives; then gradients, from the output back."""
    kind, slot, by = key
    order = ("value", "local", "grad", "jac").index(kind)
    return order, -slot if kind == "grad" else slot, -1 if by is None else by
