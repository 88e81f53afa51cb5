"""Two mistakes at one node. There are many pairs, so that a number must have digits enough to single one out."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from gradcli.homework.mistakes.catalogue import commonness
from gradcli.homework.mistakes.evidence import digits, matches, window
from gradcli.homework.mistakes.index import Priced, Table
from gradcli.homework.mistakes.slip import Key, Slip
from gradcli.homework.problems.problem import Problem
from gradcli.homework.sheets.written import Written

_MOST = 150
"""Slips at one node of which pairs are made."""

_CHANCE = 0.01
"""How likely it may be that some pair gives a number by chance."""

_AROUND = 3.0
"""Within this factor of a number the pairs are counted that might give it by chance."""


def pairs(problem: Problem, table: Table, key: Key, written: Written) -> Iterator[Priced]:
    """The pairs of slips at one node that give a gradient; none where too many might give it by chance.

    Args:
        problem: which.
        table: the single slips at the truth.
        key: the gradient.
        written: what was written.
    """
    entry = written.entries[0] if len(written.entries) == 1 else None
    truth = problem.by_key[key].truth
    if key[0] != "grad" or entry is None or not isinstance(truth, float) or digits(entry) < 3:
        return
    singles = [p for p in table.priced if p.slip.slot == key[1] and p.slip.changes == 1 and key in p.numbers][:_MOST]
    value = entry.nearest
    near: set[str] = set()
    found: list[Priced] = []
    for number, first, second in _sums(key, truth, singles):
        if number * value > 0 and abs(value) / _AROUND < abs(number) < abs(value) * _AROUND:
            near.add(f"{number:.6e}")
            if matches(written, number):
                found.append(_both(key, number, first.slip, second.slip))
    low, high = window(entry)
    if len(near) * (high - low) < _CHANCE * abs(value) * (_AROUND - 1 / _AROUND):
        yield from found


def _sums(key: Key, truth: float, singles: list[Priced]) -> Iterator[tuple[float, Priced, Priced]]:
    changes: list[Any] = [single.numbers[key] - truth for single in singles]
    for i, first in enumerate(singles):
        for j in range(i):
            second = singles[j]
            if first.slip.place != second.slip.place:
                yield truth + changes[i] + changes[j], first, second
            elif first.slip.mistake == "sign":
                yield truth + changes[i] - changes[j], first, second
            elif second.slip.mistake == "sign":
                yield truth + changes[j] - changes[i], first, second


def _both(key: Key, number: float, one: Slip, other: Slip) -> Priced:
    first, second = sorted((one, other), key=lambda slip: -commonness(slip.mistake))
    says = f"Two things went wrong. {first.says} {second.says}"
    return Priced(Slip(first.mistake, key[1], says, first.place, numbers={key: number}, changes=2), {key: number})
