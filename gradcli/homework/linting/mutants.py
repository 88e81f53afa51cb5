"""All mistakes of the catalogue at one point: which of them show in the answers, and which numbers they lead to."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain, islice
from typing import Any

from gradcli.homework.mistakes import arrays, edges, forwards, gathers, paths, whole
from gradcli.homework.mistakes.pricing import Prices
from gradcli.homework.mistakes.slip import Key, Slip
from gradcli.homework.mistakes.view import View
from gradcli.homework.problems.problem import Problem
from gradcli.homework.problems.quiet import quietly
from gradcli.homework.sheets.exactness import Exactness
from gradcli.homework.sheets.written import read_written

MOST_SLIPS = 20_000
"""Mistakes of one problem that are tried."""

_FAR = 0.2
"""Numbers whose difference is a larger share of the truth than this differ in any digit that may be asked."""

Label = tuple[str, str, str]
"""Id, place and sentence of a mistake: what it is, whatever the point."""

Numbers = tuple[tuple[Key, str], ...]
"""The numbers that a mistake leads to, as a student would write them."""


@dataclass(slots=True)
class Tally:
    """What became of the mistakes of one label.

    Attributes:
        all: how many there are with an effect on what is asked.
        seen: how many of them change an answer by more than the digits that are asked.
        numbers: what they lead to.
    """

    all: int = 0
    seen: int = 0
    numbers: list[Numbers] = field(default_factory=list)


def tallies(problem: Problem) -> dict[Label, Tally]:
    """The mistakes that have an effect at this point."""
    with quietly(problem):
        return _tallies(problem)


def _tallies(problem: Problem) -> dict[Label, Tally]:
    prices = Prices(View(problem))
    found: dict[Label, Tally] = {}
    for slip in islice(_slips(problem), MOST_SLIPS):
        numbers = prices.numbers(slip)
        if not numbers:
            continue
        tally = found.setdefault((slip.mistake, slip.place, slip.says), Tally())
        tally.all += 1
        tally.seen += any(is_seen(problem, key, number) for key, number in numbers.items())
        tally.numbers.append(_shown(problem.exactness, numbers))
    return found


def _slips(problem: Problem) -> Iterator[Slip]:
    return chain(edges.slips(problem), gathers.slips(problem), paths.slips(problem), arrays.slips(problem),
                 forwards.slips(problem), whole.slips(problem))  # fmt: skip


def is_seen(problem: Problem, key: Key, number: Any) -> bool:
    """Whether the number of an asked quantity, written as exactly as is asked, is told from its truth."""
    true = problem.by_key[key].truth
    if getattr(number, "shape", ()) != getattr(true, "shape", ()):
        return True
    if isinstance(true, float):
        return _differs(problem.exactness, float(number), true)
    pairs = zip(number.ravel().tolist(), true.ravel().tolist(), strict=True)
    return any(_differs(problem.exactness, n, t) for n, t in pairs)


def _differs(exactness: Exactness, number: float, true: float) -> bool:
    if number == true:
        return False
    if not math.isfinite(number):
        return True
    plain = exactness.decimals is None and not exactness.absolute and not exactness.relative
    if plain and abs(number - true) > _FAR * abs(true) and true:
        return True
    written = read_written(exactness.shown(number)).entries[0]
    return written is None or exactness.judge(written, true) != "right"


def _shown(exactness: Exactness, numbers: Mapping[Key, Any]) -> Numbers:
    return tuple(sorted(((key, shown(exactness, number)) for key, number in numbers.items()), key=str))


def shown(exactness: Exactness, number: Any) -> str:
    """A number, or the entries of an array, as a student would write them."""
    if isinstance(number, float):
        return exactness.shown(number)
    return f"{number.shape}: " + " ".join(exactness.shown(entry) for entry in number.ravel().tolist())
