"""Mistakes where gradients add: a branch is forgotten, overwritten, or put together in another way than by adding."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from gradcli.homework.marking.own import Replay
from gradcli.homework.mistakes.misstep import is_something
from gradcli.homework.mistakes.slip import Slip
from gradcli.homework.mistakes.tapes import downwards
from gradcli.homework.mistakes.view import View
from gradcli.homework.problems.problem import Problem

MOST_BRANCHES = 12
"""Branches of which all subsets are tried; of more only single ones are left out or kept."""

_MOST_SUBSETS = 500
"""Subsets of one node that are tried; small ones and those that lack little come first."""


@dataclass(frozen=True, slots=True)
class _Branch:
    name: str
    contribution: Any


def slips(problem: Problem, state: Replay | None = None, only: Collection[int] | None = None) -> Iterator[Slip]:
    """All mistakes at nodes that more than one branch brings a gradient.

    Args:
        problem: which.
        state: a student's own numbers; the truth if there is none.
        only: the slots at which a wrong gradient may arrive; all by default.
    """
    view = View(problem, state)
    for slot, edges in view.into.items():
        if only is not None and slot not in only:
            continue
        branches = [_Branch(view.called(edge.consumer), edge.contribution) for edge in edges]
        yield from _at(view, slot, branches)
        named = _between_names(view, slot)
        if {b.contribution for b in named} != {b.contribution for b in branches} if view.scalar else False:
            yield from _at(view, slot, named)


def _between_names(view: View, slot: int) -> list[_Branch]:
    """The branches as they are seen by somebody who looks at nodes with names alone."""
    if not view.scalar or slot not in view.problem.stop:
        return []
    stop, found = view.problem.stop, []
    for consumer in sorted(stop, reverse=True):
        upstream = view.gradients[consumer]
        if consumer == slot or upstream is None or slot not in view.problem.naming.below(consumer, stop):
            continue
        local = downwards(view.graph, view.tape.locals, consumer, stop).get(slot)
        if local is not None:
            found.append(_Branch(view.called(consumer), upstream * local))
    return found


def _at(view: View, slot: int, branches: list[_Branch]) -> Iterator[Slip]:
    count = len(branches)
    if count < 2:
        return
    total: Any = sum(branch.contribution for branch in branches)
    for kept in _subsets(count):
        change = sum(branches[k].contribution for k in kept) - total
        mistake = "branch-overwritten" if count > 2 and kept in ((0,), (count - 1,)) else "branch-forgotten"
        yield from _slip(view, mistake, slot, _kept(view.called(slot), branches, kept), change)
    says = f"At {view.called(slot)} the gradients of the branches were {{}}: they add up."
    contributions = [branch.contribution for branch in branches]
    yield from _slip(view, "branches-not-added", slot, says.format("averaged"), total / count - total)
    if all(getattr(c, "shape", ()) == getattr(total, "shape", ()) for c in contributions):
        product: Any = math.prod(contributions)
        yield from _slip(view, "branches-not-added", slot, says.format("multiplied"), product - total)
    if view.scalar:
        says = f"At {view.called(slot)} the largest of the branches was taken: their gradients add up."
        for largest in {max(contributions), max(contributions, key=abs)}:
            yield from _slip(view, "branches-not-added", slot, says, largest - total)


def _subsets(count: int) -> Iterator[tuple[int, ...]]:
    """Which of the branches are kept: all proper subsets, those with one branch or all but one first."""
    everything = tuple(range(count))
    for place in everything:
        if count > 2:
            yield everything[:place] + everything[place + 1 :]
        yield (place,)
    left = _MOST_SUBSETS - 2 * count
    for size in range(count - 2, 1, -1) if count <= MOST_BRANCHES else ():
        for kept in combinations(everything, size):
            if left <= 0:
                return
            left -= 1
            yield kept


def _kept(name: str, branches: list[_Branch], kept: tuple[int, ...]) -> str:
    """What is said where only some branches were counted."""
    lost = [branches[k].name for k in range(len(branches)) if k not in kept]
    there = [branches[k].name for k in kept]
    if len(kept) == 1 and len(branches) > 2:
        return f"At {name} only the branch from {there[0]} was counted: the gradients of all branches add up."
    if len(branches) == 2:
        if lost == there:
            return f"At {name} only one of the two branches from {lost[0]} was counted: their gradients add up."
        return f"At {name} the branch from {lost[0]} was not counted: it adds up with the one from {there[0]}."
    what = f"the branch from {lost[0]} was" if len(lost) == 1 else f"the branches from {_and(lost)} were"
    return f"At {name} {what} not counted: the gradients of all branches add up."


def _and(names: list[str]) -> str:
    return f"{', '.join(names[:-1])} and {names[-1]}"


def _slip(view: View, mistake: str, slot: int, says: str, change: Any) -> Iterator[Slip]:
    if is_something(change):
        yield Slip(mistake, slot, says, view.place(slot), change)
