"""The numbers that all mistakes of a problem lead to, in an order in which a written number is quickly found."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain, islice
from typing import Any

from gradcli.homework.marking.own import Replay
from gradcli.homework.mistakes import arrays, edges, forwards, gathers, paths, whole
from gradcli.homework.mistakes.evidence import matches, window
from gradcli.homework.mistakes.misstep import is_same
from gradcli.homework.mistakes.pricing import Prices
from gradcli.homework.mistakes.slip import Key, Slip
from gradcli.homework.mistakes.view import View
from gradcli.homework.problems.problem import Problem
from gradcli.homework.problems.quiet import quietly
from gradcli.homework.sheets.written import Written

MOST_SLIPS = 20_000
"""Slips that are tried for one problem."""

_KEPT = 64
"""Tables of problems that are kept; each variant of a problem has one of its own."""


@dataclass(frozen=True, slots=True, eq=False)
class Priced:
    """A slip with the numbers that it leads to.

    Attributes:
        slip: the slip.
        numbers: the asked quantities that become others; none of them stays what it is without the slip.
    """

    slip: Slip
    numbers: dict[Key, Any]


class Table:
    """Priced slips, found by the number that a quantity becomes."""

    def __init__(self, priced: Sequence[Priced]) -> None:
        self.priced = priced
        numbers: dict[Key, list[tuple[float, int]]] = {}
        self._arrays: dict[Key, list[int]] = {}
        for place, entry in enumerate(priced):
            for key, number in entry.numbers.items():
                if isinstance(number, float):
                    numbers.setdefault(key, []).append((number, place))
                else:
                    self._arrays.setdefault(key, []).append(place)
        self._sorted = {key: sorted(found) for key, found in numbers.items()}

    def giving(self, key: Key, written: Written) -> Iterator[Priced]:
        """The slips that give a written answer."""
        pairs = self._sorted.get(key, [])
        entry = written.entries[0] if len(written.entries) == 1 else None
        if pairs and entry is not None:
            low, high = window(entry)
            for _, place in pairs[bisect_left(pairs, (low, -1)) : bisect_right(pairs, (high, len(self.priced)))]:
                if matches(written, self.priced[place].numbers[key]):
                    yield self.priced[place]
        for place in self._arrays.get(key, ()):
            if matches(written, self.priced[place].numbers[key]):
                yield self.priced[place]


@lru_cache(maxsize=_KEPT)
def slips_at_truth(problem: Problem) -> tuple[Slip, ...]:
    """All slips of a problem at its truth, those at one place first."""
    generators = (edges.slips, gathers.slips, paths.slips, arrays.slips, forwards.slips, whole.slips)
    with quietly(problem):
        return tuple(islice(chain.from_iterable(generate(problem) for generate in generators), MOST_SLIPS))


@lru_cache(maxsize=2 * _KEPT)
def table_at_truth(problem: Problem, written: frozenset[int]) -> Table:
    """The numbers of all slips at the truth.

    Args:
        problem: which.
        written: nodes whose gradients were written down, from which others were computed on.
    """
    with quietly(problem):
        return Table(tuple(priced(slips_at_truth(problem), Prices(View(problem), written))))


def table_of(problem: Problem, state: Replay, only: frozenset[int], *, forward: bool) -> Table:
    """The numbers of the slips that are made with a student's own numbers.

    Args:
        problem: which.
        state: the student's numbers.
        only: the slots at which a wrong gradient may arrive.
        forward: whether a value may be wrong, too.
    """
    with quietly(problem):
        near = chain(edges.slips(problem, state, only), gathers.slips(problem, state, only))
        slips = chain(near, arrays.slips(problem, state), forwards.slips(problem, state) if forward else ())
        return Table(tuple(priced(islice(slips, MOST_SLIPS), Prices(View(problem, state), state.own.gradients.keys()))))


def priced(slips: Iterator[Slip] | Sequence[Slip], prices: Prices) -> Iterator[Priced]:
    """Slips with their numbers, without those that change nothing."""
    seen: set[tuple[str, str, str, tuple[Any, ...]]] = set()
    for slip in slips:
        numbers = {key: n for key, n in prices.numbers(slip).items() if not is_same(n, prices.without(key))}
        if not numbers:
            continue
        known = (slip.mistake, slip.says, slip.place, tuple(map(_rounded, numbers.values())))
        if known not in seen:
            seen.add(known)
            yield Priced(slip, numbers)


def _rounded(number: Any) -> Any:
    return f"{number:.9e}" if isinstance(number, float) else number.tobytes()
