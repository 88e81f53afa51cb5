"""A student's own numbers, as far as an error may be carried on with them, and what follows from them.

An answer that is not the truth may still be what follows from the numbers beside it: rounded ones, or one that is
wrong and costs only itself. Students take some numbers from the sheet and keep others in the calculator, so the step
is tried with the written values, gradients and local derivatives, and with the true ones in place of each kind.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from gradcli.homework.marking.own import Own, Replay, replay
from gradcli.homework.problems.problem import Problem
from gradcli.homework.problems.quantities import Quantity
from gradcli.homework.sheets.written import Number

Key = tuple[str, int, int | None]

FARTHEST = 1e3
"""How far from the truth a wrong number may be, in multiples of the truth or of 1, so that it is carried on."""

_MOST_EFFORT = 200_000
"""Gates that are run for one sheet to find out what single numbers change; small problems are far from it."""

_PLAUSIBLE = 0.5
"""The share of a number that unwritten digits of those beside it may make out at most."""

Entries = tuple[Number | None, ...]

_PART = {"value": "values", "grad": "gradients", "local": "locals", "jac": "locals"}
"""Where the number of a quantity stands in `Own`."""


@dataclass(frozen=True, slots=True)
class Mix:
    """Which of the written numbers a step takes; the others are true."""

    values: bool = True
    gradients: bool = True
    locals: bool = True
    fresh: bool = False


MIXES = (
    Mix(), Mix(fresh=True), Mix(values=False), Mix(locals=False), Mix(locals=False, fresh=True),
    Mix(values=False, locals=False), Mix(gradients=False), Mix(gradients=False, fresh=True),
    Mix(gradients=False, locals=False), Mix(gradients=False, locals=False, fresh=True),
    Mix(values=False, gradients=False),
)  # fmt: skip
"""The ways to take a step, the likeliest first."""


class Carrying:
    """What follows in one step from the numbers that a student wrote down."""

    def __init__(
        self, problem: Problem, written: Mapping[Key, Entries], passing: Mapping[Key, tuple[bool, ...]]
    ) -> None:
        """Take the written numbers.

        Args:
            problem: which.
            written: for each answer its entries, row by row; None where one is blank.
            passing: for each answer the entries that are carried on in any case, such as those that are right.
        """
        self.problem = problem
        self._written = written
        self._passing = passing
        self._replays: dict[tuple[Mix, bool], Replay] = {}
        self._left = _MOST_EFFORT // max(1, len(problem.graph.steps))

    def steps(self) -> Iterator[tuple[Mix, Replay]]:
        """The ways to take a step, each with what follows."""
        seen: set[tuple[int, ...]] = set()
        for mix in MIXES:
            used = tuple(len(part) for part in self._parts(self.own, mix))
            if any(used) and (*used, mix.fresh) not in seen:
                seen.add((*used, mix.fresh))
                yield mix, self.step(mix)

    def step(self, mix: Mix, *, guarded: bool = True) -> Replay:
        """What follows from just these of the numbers; unguarded also from those that nothing is carried through."""
        if (mix, guarded) not in self._replays:
            own = self.own if guarded else self._unguarded
            self._replays[mix, guarded] = replay(self.problem, Own(*self._parts(own, mix)), fresh=mix.fresh)
        return self._replays[mix, guarded]

    def without(self, key: Key, mix: Mix) -> Replay | None:
        """What follows when one of the numbers is the true one; None where that has been tried too often."""
        return self._step_with(key, self.problem.by_key[key].truth, mix)

    def nearest(self, mix: Mix, quantity: Quantity, entry: Number, off: Sequence[Key]) -> Any:
        """The number nearest to a written one among those that the unwritten digits of wrong numbers beside it allow.

        Students go on with what the calculator holds: who writes −0.745 for −0.7447 goes on with −0.7447. What a right
        number was before is known, what a wrong one was is not, but by half a unit of its last place: of the last
        that is asked, if fewer were written, as the rest are zeros then.

        Args:
            mix: which of the numbers the step takes.
            quantity: what is recomputed; a number.
            entry: what was written for it.
            off: the wrong numbers beside it.
        """
        number: float = self.step(mix).number(quantity)
        room, wanted = 0.0, abs(entry.nearest - number)
        if not wanted <= _PLAUSIBLE * max(abs(entry.nearest), abs(number)):
            return number
        for key in off:
            beside = self._written[key][0]
            # In the place of a refused one stands the truth.
            if key in self.refused or beside is None or beside.decimals is None or len(self._written[key]) > 1:
                continue
            half = 0.5 * 10.0 ** -max(beside.decimals, beside.places, self._asked(beside.nearest))
            step = self._step_with(key, beside.nearest + half, mix)
            room += 0.0 if step is None else abs(step.number(quantity) - number)
            if room >= wanted:
                return entry.nearest
        return min(max(entry.nearest, number - room), number + room)

    def _asked(self, number: float) -> int:
        """The decimals with which a number must be written."""
        asked = self.problem.exactness
        if asked.decimals is not None:
            return asked.decimals
        digits = asked.digits or 2  # as Exactness has it
        return digits - 1 - math.floor(math.log10(abs(number))) if number else 0

    def _step_with(self, key: Key, number: Any, mix: Mix) -> Replay | None:
        """What follows with another number in place of one of them; None where that has been tried too often."""
        if self._left <= 0:
            return None
        self._left -= 1
        part, place = _PART[key[0]], key[1] if key[2] is None else (key[1], key[2])
        changed = replace(self.own, **{part: {**getattr(self.own, part), place: number}})
        return replay(self.problem, Own(*self._parts(changed, mix)), fresh=mix.fresh)

    @staticmethod
    def _parts(own: Own, mix: Mix) -> tuple[Mapping[Any, Any], ...]:
        nothing: Mapping[Any, Any] = {}
        return (own.values if mix.values else nothing, own.gradients if mix.gradients else nothing,
                own.locals if mix.locals else nothing)  # fmt: skip

    def uses(self, key: Key, mix: Mix) -> bool:
        """Whether a step takes the written number of a quantity."""
        if key not in self._written:
            return False
        return mix.values if key[0] == "value" else mix.locals if key[0] == "local" else mix.gradients

    @cached_property
    def own(self) -> Own:
        """The written numbers that may be carried on."""
        return self._collected(guarded=True)

    @cached_property
    def _unguarded(self) -> Own:
        return self._collected(guarded=False)

    @cached_property
    def refused(self) -> dict[Key, str]:
        """Answers through which nothing is carried, and why."""
        found = {}
        for key, entries in self._written.items():
            truths = flat(self.problem.by_key[key].truth)
            for entry, truth, passes in zip(entries, truths, self._passing[key], strict=True):
                if not passes and (reason := _refusal(entry, truth)) is not None:
                    found[key] = reason
        return found

    def _collected(self, *, guarded: bool) -> Own:
        values: dict[int, Any] = {}
        gradients: dict[int, Any] = {}
        locals_: dict[tuple[int, int], Any] = {}
        for key, entries in self._written.items():
            kind, slot, by = key
            number = self._number(key, entries, guarded=guarded)
            if kind == "value":
                values[slot] = number
            elif kind == "grad":
                gradients[slot] = number
            elif kind == "local" and by is not None:
                locals_[slot, by] = number
        return Own(values, gradients, locals_)

    def _number(self, key: Key, entries: Entries, *, guarded: bool) -> Any:
        """The number of an answer, with the truth in place of what is blank or not carried on."""
        truth = self.problem.by_key[key].truth
        numbers = [
            t if e is None or (guarded and not passes and _refusal(e, t) is not None) else e.nearest
            for e, t, passes in zip(entries, flat(truth), self._passing[key], strict=True)
        ]
        if isinstance(truth, float):
            return numbers[0]
        import numpy  # there are arrays here

        return numpy.array(numbers).reshape(numpy.shape(truth))


def flat(number: Any) -> list[float]:
    """The entries of a number or an array, row by row."""
    return [number] if isinstance(number, float) else [float(x) for x in number.ravel()]


def _refusal(entry: Number | None, truth: float) -> str | None:
    if entry is None:
        return "blank"
    if entry.value == 0:
        return "0"
    return "far" if abs(entry.nearest - truth) > FARTHEST * max(1.0, abs(truth)) else None
