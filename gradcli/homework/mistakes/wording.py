"""A diagnosis in words: kind, short, with the place, and without the answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from gradcli.homework.mistakes.catalogue import BY_ID, title
from gradcli.homework.mistakes.ranking import Candidate, Group
from gradcli.homework.mistakes.slip import Key, Slip
from gradcli.homework.mistakes.view import shortened
from gradcli.homework.problems.problem import Problem

MOST_NAMED = 3
"""Different explanations that are told; of more only the place is."""

_LONGEST_TITLE = 40
"""Characters of an instructor's sentence that a table of mistakes shows."""

_MOST_NODES = 200
"""Nodes of one mistake among which the nearest to an answer is looked for."""


@dataclass(frozen=True, slots=True)
class Explanation:
    """A mistake that gives a written number.

    Attributes:
        mistake: its id in the catalogue.
        title: what a table calls it.
        sentence: one sentence for the student.
        place: where it was made.
        slot: the node there.
    """

    mistake: str
    title: str
    sentence: str
    place: str
    slot: int


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """What may have gone wrong with one answer.

    Attributes:
        explanations: the likeliest first; none where nothing gives the number, or too much.
        sentence: all of them as one sentence, or None.
        place: where to look, or None.
    """

    explanations: tuple[Explanation, ...]
    sentence: str | None
    place: str | None


def worded(problem: Problem, key: Key, groups: Sequence[Group]) -> Diagnosis:
    """The diagnosis of one answer."""
    if not groups:
        return Diagnosis((), None, None)
    found = {group.first.priced.slip.says: _explanation(problem, key, group.first) for group in groups}
    if len(found) <= MOST_NAMED:  # what has the same effect is named as long as there is room
        for rival in [rival for group in groups for rival in group.rivals][: MOST_NAMED - len(found)]:
            found.setdefault(rival.priced.slip.says, _explanation(problem, key, rival))
    explanations = tuple(found.values())
    places = {explanation.place for explanation in explanations}
    place = next(iter(places)) if len(places) == 1 else problem.naming.place(key[1])
    if len(explanations) > MOST_NAMED:
        return Diagnosis((), f"Look again at {place}: something went wrong there.", place)
    if len(explanations) == 1:
        return Diagnosis(explanations, explanations[0].sentence, place)
    clauses = [_as_clause(explanation.sentence) for explanation in explanations]
    return Diagnosis(explanations, f"It may be that {'; or that '.join(clauses)}.", place)


def _explanation(problem: Problem, key: Key, candidate: Candidate) -> Explanation:
    slip = candidate.priced.slip
    name = title(slip.mistake) if slip.mistake in BY_ID else shortened(slip.says.rstrip("."), _LONGEST_TITLE)
    return Explanation(slip.mistake, name, slip.says, _place(problem, key, slip), slip.slot)


def _place(problem: Problem, key: Key, slip: Slip) -> str:
    """Where the mistake was made that made an answer wrong: of several nodes the nearest one."""
    naming, (kind, slot, _) = problem.naming, key
    found: int | None
    if len(slip.nodes) > _MOST_NODES:
        return slip.place
    if kind == "grad":
        above = (node for node in slip.nodes if (node != slot or not slip.hands_back) and slot in naming.below(node))
        found = min(above, default=None)
    else:
        found = max({*slip.nodes} & naming.below(slot), default=None)
    return slip.place if found is None else naming.place(found)


def _as_clause(sentence: str) -> str:
    """A sentence as part of another one; names keep their capitals."""
    first, space, rest = sentence.rstrip(".").partition(" ")
    return f"{first.lower() if first in _OPENINGS else first}{space}{rest}"


_OPENINGS = {"At", "From", "On", "The", "In", "A", "Two", "It", "All", "This", "Only"}
