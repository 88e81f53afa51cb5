"""The answers of a sheet, each with the quantity it is about; what is about nothing is noted and costs only itself."""

from __future__ import annotations

import math
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from gradcli.graph.point import from_numbers
from gradcli.homework.marking.record import Note
from gradcli.homework.problems.problem import Problem, asking
from gradcli.homework.problems.quantities import Quantity
from gradcli.homework.sheets.points import read_point
from gradcli.homework.sheets.sheet import Answer, Section
from gradcli.language import GradcliError
from gradcli.language.suggest import did_you_mean, nearest

Key = tuple[str, int, int | None]

_MOST_KEPT = 4096
"""Readings of names that a problem keeps: thousands of sheets ask for the same ones."""

_LONGEST_FORMULA = 2000
_SAME = 1e-9


class Reader:
    """Finds out what the answers to one problem are about; shared by all sheets."""

    def __init__(self, problem: Problem, *, only_asked: bool = True) -> None:
        """Read for a problem.

        Args:
            problem: which.
            only_asked: whether answers to other questions than those of the key are refused; else those that have
                no number at the point.
        """
        self.problem = problem
        self._only_asked = only_asked
        self._quantity = lru_cache(maxsize=_MOST_KEPT)(self._resolved)
        self._header = lru_cache(maxsize=_MOST_KEPT)(self._compared)

    def answers(self, sections: Iterable[Section], notes: list[Note]) -> tuple[dict[Key, Answer], list[Quantity]]:
        """The answers by quantity, and the quantities in the order of the sheet; of a repeated one the last counts.

        Args:
            sections: of the sheet, those of this problem.
            notes: what cannot be used is added to them.
        """
        found: dict[Key, Answer] = {}
        quantities: dict[Key, Quantity] = {}
        for section in sections:
            said = self._header(section.formula, section.at)
            notes += [Note(message, hint, section.line) for message, hint in said]
            for answer in section.answers:
                quantity = self._quantity(answer.word, answer.target.strip(), answer.by and answer.by.strip())
                if isinstance(quantity, Note):
                    notes.append(_at(answer, quantity.message, quantity.hint))
                    continue
                before = found.get(quantity.key)
                if before is not None:
                    notes.append(_at(answer, f"{quantity.name} is answered twice, and the last answer counts",
                                     f"the one before stands in line {before.line}"))  # fmt: skip
                found[quantity.key] = answer
                quantities[quantity.key] = quantity
        return found, list(quantities.values())

    def _resolved(self, word: str, target: str, by: str | None) -> Quantity | Note:
        try:
            quantity = self.problem.naming.quantity(word, target, by, self.problem.stop)
            if not self._only_asked:
                asking(self.problem, [quantity])
        except GradcliError as fault:
            return Note(fault.message, fault.hint)
        if self._only_asked and quantity.key not in self.problem.by_key:
            names = [asked.name for asked in self.problem.asked]
            hint = did_you_mean(nearest(quantity.name, names)) or f"asked are {', '.join(names[:12])}"
            return Note(f"{quantity.name} is not asked for in {self.problem.id}", hint)
        return quantity

    def _compared(self, formula: str | None, at: str | None) -> tuple[tuple[str, str | None], ...]:
        """What a header says that is not so: the problem of the key is the truth."""
        found: list[tuple[str, str | None]] = []
        if formula is not None and not self._is_the_formula(formula):
            found.append((f"the formula here is not that of {self.problem.id}; the key's is graded",
                          f"it is {self.problem.formula[:200]}"))  # fmt: skip
        if at is not None and (differing := self._differing(at)):
            found.append((f"the point here differs in {', '.join(differing[:8])}; the key's is graded",
                          "take the numbers of your own sheet"))  # fmt: skip
        return tuple(found)

    def _is_the_formula(self, formula: str) -> bool:
        if "".join(formula.split()) == "".join(self.problem.formula.split()):
            return True
        if len(formula) > _LONGEST_FORMULA:
            return False
        # Behind the formula its own names may be used; alone, names that it assigns anew are not assigned twice.
        return any(
            self.problem.naming.part(formula, alone=alone) == self.problem.graph.output for alone in (False, True)
        )

    def _differing(self, at: str) -> list[str]:
        """The names whose values differ from the problem's."""
        try:
            point = {b.key: (b.name, b.value) for b in from_numbers(read_point(at), "the header").values()}
        except GradcliError:
            return ["a value that cannot be read"]
        known = {b.key: b.value for b in from_numbers(self.problem.at, "the problem").values()}
        return [name for key, (name, value) in point.items() if key not in known or not _same(value, known[key])]


def _same(one: Any, other: Any) -> bool:
    if isinstance(one, float) and isinstance(other, float):
        return math.isclose(one, other, rel_tol=_SAME, abs_tol=_SAME)
    import numpy  # one of them is an array

    return numpy.shape(one) == numpy.shape(other) and bool(numpy.allclose(one, other, _SAME, _SAME))


def _at(answer: Answer, message: str, hint: str | None) -> Note:
    return Note(message, hint, answer.line, answer.column, answer.end_column)
