"""Which mistake gives the numbers that a student wrote.

Mistakes at one place are tried at the truth, then with the student's own numbers; mistakes of the whole pass beside
them; pairs of mistakes at one node last. What explains more of the wrong answers goes before what explains fewer.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gradcli.homework.marking.own import Replay
from gradcli.homework.mistakes import texts
from gradcli.homework.mistakes.described import described
from gradcli.homework.mistakes.early_rounding import EarlyRounding
from gradcli.homework.mistakes.evidence import contradicts, is_telling, matches, wrong_entries
from gradcli.homework.mistakes.index import Priced, Table, table_at_truth, table_of
from gradcli.homework.mistakes.pairs import pairs
from gradcli.homework.mistakes.ranking import Candidate, best, habits
from gradcli.homework.mistakes.rewired import effort
from gradcli.homework.mistakes.slip import Key
from gradcli.homework.mistakes.tapes import upwards
from gradcli.homework.mistakes.view import View
from gradcli.homework.mistakes.wording import Diagnosis, Explanation, worded
from gradcli.homework.problems.problem import Problem
from gradcli.homework.problems.quiet import quietly
from gradcli.homework.sheets.written import Written

__all__ = ["Diagnosis", "Explanation", "Index", "Wrong", "diagnose"]

_MOST_EFFORT = 600
"""How much work one wrong value may be so that all of them are tried with the student's own numbers, too."""


@dataclass(frozen=True, slots=True)
class Wrong:
    """An answer that is wrong and follows from no other answer.

    Attributes:
        key: the quantity.
        written: what was written.
    """

    key: Key
    written: Written


class Index:
    """The slips of a problem, found once for all students who have it."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem

    def tables(self, written: frozenset[int]) -> list[Table]:
        """The numbers of all slips at the truth: as others follow from what was written, and from nothing written."""
        found = [table_at_truth(self.problem, written)]
        return [*found, table_at_truth(self.problem, frozenset())] if written else found


def diagnose(
    problem: Problem, state: Replay, written: Mapping[Key, Written], wrong: Sequence[Wrong],
    own: Sequence[Any] = (), *, index: Index | None = None,
) -> dict[Key, Diagnosis]:  # fmt: skip
    """Find out what went wrong.

    Args:
        problem: which.
        state: the passes with all of the student's own numbers that may be carried on.
        written: all that the student answered.
        wrong: the answers that are wrong and follow from no other one.
        own: mistakes that the instructor describes, besides those of the problem.
        index: the slips of the problem, if they are kept.

    Returns:
        For each wrong answer what may have gone wrong; empty where nothing gives it.
    """
    search = _Search(problem, state, written, wrong)
    search.look(described(problem, state, (*problem.mistakes, *own)), instructor=True)
    for table in (index or Index(problem)).tables(frozenset(state.own.gradients)):
        search.look_up(table)
    early = EarlyRounding(problem, state)
    for item in wrong:
        search.look(Priced(s, dict(s.numbers)) for s in texts.explanations(problem, written, item.key, state, early))
    if search.open:
        values = any(item.key[0] == "value" for item in search.open)
        forward = values and effort(problem) <= _MOST_EFFORT
        search.look_up(table_of(problem, state, _near(problem, state, search.open), forward=forward))
    if search.open:
        table = table_at_truth(problem, frozenset(state.own.gradients))
        for item in search.open:
            search.look(pairs(problem, table, item.key, item.written))
    search.candidates += habits(search.candidates, search.weak)
    return {item.key: worded(problem, item.key, best(search.candidates, item.key)) for item in wrong}


class _Search:
    """The candidates that were found for the wrong answers of one student."""

    def __init__(self, problem: Problem, state: Replay, written: Mapping[Key, Written], wrong: Sequence[Wrong]) -> None:
        self._problem = problem
        self._state = state
        self._written = written
        self._wrong = {item.key: item for item in wrong}
        self._telling: dict[Key, bool] = {}
        self._weight: dict[Key, int] = {}
        for item in wrong:
            entries = list(wrong_entries(item.written, problem.by_key[item.key].truth))
            self._telling[item.key] = any(map(is_telling, entries))
            self._weight[item.key] = len(entries)
        self.candidates: list[Candidate] = []
        self.weak: list[Candidate] = []
        self._seen: set[int] = set()
        self._off: dict[Key, bool] = {}

    @property
    def open(self) -> list[Wrong]:
        """The wrong answers that nothing gives yet."""
        given = {key for candidate in self.candidates for key in candidate.explained}
        return [item for key, item in self._wrong.items() if key not in given]

    def look_up(self, table: Table) -> None:
        """Look for the wrong answers among the numbers of a table."""
        for key, item in self._wrong.items():
            for entry in table.giving(key, item.written):
                self._try(entry, instructor=False)

    def look(self, entries: Iterable[Priced], *, instructor: bool = False) -> None:
        """Look at each of these slips."""
        with quietly(self._problem):
            for entry in entries:
                self._try(entry, instructor=instructor)

    def _try(self, entry: Priced, *, instructor: bool) -> None:
        if id(entry) in self._seen:
            return
        explained: list[Key] = []
        missed = beside = 0
        for key, number in entry.numbers.items():
            if key not in self._written:
                continue
            if key in self._wrong:
                if matches(self._written[key], number):
                    explained.append(key)
                else:
                    missed += 1
            elif self._is_off(key):
                beside += matches(self._written[key], number)
            elif key[0] != "local" and self._speaks_against(key, number):
                return
        enough = instructor or beside + sum(self._weight[key] for key in explained) > 1
        kept = tuple(key for key in explained if enough or self._telling[key])
        if kept:
            self._seen.add(id(entry))
            self.candidates.append(Candidate(entry, kept, missed, instructor))
        elif explained:
            self._seen.add(id(entry))
            self.weak.append(Candidate(entry, tuple(explained), missed))

    def _is_off(self, key: Key) -> bool:
        """Whether an answer is wrong, and does not follow from others: nothing is carried on from a zero."""
        if key not in self._off:
            asked, written = self._problem.by_key[key], self._written[key]
            number = self._state.number(asked.quantity)
            self._off[key] = not matches(written, asked.truth) and not matches(written, number)
        return self._off[key]

    def _speaks_against(self, key: Key, number: Any) -> bool:
        return contradicts(self._written[key], number, self._problem.by_key[key].truth)


def _near(problem: Problem, state: Replay, wrong: Sequence[Wrong]) -> frozenset[int]:
    """The slots at which a wrong gradient may arrive so that it is the wrong answer's, with none written between."""
    found: set[int] = set()
    tape = View(problem, state).tape
    for item in wrong:
        kind, slot, by = item.key
        if kind == "grad" and problem.graph.shapes is None:
            tangents = upwards(tape.graph, tape.locals, slot, frozenset(state.own.gradients))
            found.update(s for s, tangent in enumerate(tangents) if tangent)
        elif by is not None:
            found |= problem.naming.below(slot, problem.stop)
        elif kind == "grad":
            found.add(slot)
    return frozenset(found)
