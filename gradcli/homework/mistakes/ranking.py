"""Which of several mistakes that give a written number is the likeliest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from gradcli.homework.mistakes.catalogue import BY_ID, ENTRIES, commonness
from gradcli.homework.mistakes.index import Priced
from gradcli.homework.mistakes.misstep import is_same
from gradcli.homework.mistakes.slip import Key

_GENERAL = {"upstream-omitted", "local-omitted", "added-not-multiplied", "sign", "factor-lost"}
"""Mistakes that can be made with any rule."""

_HABITS = {"upstream-omitted", "local-omitted", "added-not-multiplied"}
"""Mistakes that are a misconception: who makes one at one node makes it at others."""

_ONE_THING = {"power-rule", "loss-factor"}
"""Two names of one mistake where the loss is a square: its factor 2 is missing."""

_SPECIAL = {entry.id for entry in ENTRIES if 9 <= entry.number <= 26 or entry.number == 33}
"""Mistakes with one rule; they say more than a general one where both give the same."""


@dataclass(frozen=True, slots=True, eq=False)
class Candidate:
    """A slip that gives wrong answers.

    Attributes:
        priced: the slip with its numbers.
        explained: the wrong answers that it gives.
        missed: how many wrong answers it would have made other numbers of.
        instructor: whether the instructor describes it.
    """

    priced: Priced
    explained: tuple[Key, ...]
    missed: int
    instructor: bool = False

    @property
    def rank(self) -> tuple[int, int, int, int]:
        """What decides: who described it, how much it explains, how much not, and how many changes it takes."""
        return -self.instructor, -len(self.explained), self.missed, self.priced.slip.changes

    @property
    def order(self) -> tuple[int, int, bool, str]:
        """Among equals: what is common comes first, and nodes with names before parts of the formula."""
        slip = self.priced.slip
        number = BY_ID[slip.mistake].number if slip.mistake in BY_ID else 0
        return -commonness(slip.mistake), number, not slip.familiar, slip.says

    def says_more_than(self, other: Candidate) -> bool:
        """Whether this is a mistake with one rule, and the other one what any rule allows, at the same place.

        A sign says more than what was left out where that is -1.
        """
        mine, theirs = self.priced.slip, other.priced.slip
        if mine.place != theirs.place:
            return False
        return (theirs.mistake in _GENERAL and mine.mistake in _SPECIAL) or (
            theirs.mistake in _HABITS and mine.mistake == "sign"
        )


@dataclass(frozen=True, slots=True, eq=False)
class Group:
    """Mistakes of equal effect.

    Attributes:
        first: the one that is named.
        rivals: others that are about as likely, one of each kind.
    """

    first: Candidate
    rivals: tuple[Candidate, ...]


def best(candidates: Sequence[Candidate], key: Key) -> list[Group]:
    """The likeliest explanations of a wrong answer, those of equal effect as one, the likeliest first."""
    giving = [candidate for candidate in candidates if key in candidate.explained]
    top = min((candidate.rank for candidate in giving), default=None)
    giving = [candidate for candidate in giving if candidate.rank == top]
    habit = {c: len(_answers(candidates, c.priced.slip.mistake)) for c in giving if c.priced.slip.mistake in _HABITS}
    often = max(habit.values(), default=1)
    groups: list[list[Candidate]] = []
    for candidate in sorted((c for c in giving if often == 1 or habit.get(c) == often), key=lambda c: c.order):
        for group in groups:
            if _equal(group[0], candidate):
                group.append(candidate)
                break
        else:
            groups.append([candidate])
    return sorted(map(_group, groups), key=lambda group: group.first.order)


def habits(candidates: Sequence[Candidate], weak: Sequence[Candidate]) -> list[Candidate]:
    """Those of the mistakes that too little speaks for which the same mistake in other answers speaks for."""
    return [
        candidate for candidate in weak
        if candidate.priced.slip.mistake in _HABITS
        and _answers(candidates, candidate.priced.slip.mistake) - {*candidate.explained}
    ]  # fmt: skip


def _answers(candidates: Sequence[Candidate], mistake: str) -> set[Key]:
    """The answers that a mistake explains, wherever it is made."""
    return {key for c in candidates if c.priced.slip.mistake == mistake for key in c.explained}


def _group(members: list[Candidate]) -> Group:
    """A group of equal effect, given with the commonest first."""
    first = members[0]
    if first.priced.slip.mistake in _GENERAL:
        better = [c for c in members if any(c.says_more_than(other) for other in members)]
        first = next((c for c in better if c.priced.slip.mistake in _SPECIAL), better[0] if better else first)
    mistake = first.priced.slip.mistake
    rivals: dict[str, Candidate] = {}
    for candidate in members:
        other = candidate.priced.slip.mistake
        if (
            other != mistake and {other, mistake} != _ONE_THING and not first.says_more_than(candidate)
            and commonness(other) >= commonness(mistake)
        ):  # fmt: skip
            rivals.setdefault(other, candidate)
    return Group(first, tuple(rivals.values()))


def _equal(one: Candidate, other: Candidate) -> bool:
    """Whether two give the same numbers of what they explain."""
    if set(one.explained) != set(other.explained):
        return False
    return all(is_same(one.priced.numbers[key], other.priced.numbers[key]) for key in one.explained)
