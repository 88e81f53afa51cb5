"""Rounding carried on: the passes with every number on the way rounded to a few digits."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from typing import Any

from gradcli.homework.marking.own import Own, Replay
from gradcli.homework.mistakes.rewired import is_finite, own_of
from gradcli.homework.problems.problem import Problem
from gradcli.homework.problems.quantities import Quantity
from gradcli.homework.problems.quiet import quietly
from gradcli.passes.evaluate import nothing
from gradcli.passes.pulls import jacobian_from

DECIMALS = (2, 1, 3)
"""Decimals to which students round on the way, the usual ones first."""

DIGITS = (2, 3)
"""Significant digits, likewise."""

LARGEST = 2_000
"""Gates of a graph beyond which nobody has computed it by hand."""

Rounding = Callable[[float], float]


class EarlyRounding:
    """The passes of one student with rounding on the way; each way of rounding is run once, for all quantities."""

    def __init__(self, problem: Problem, state: Replay | None = None) -> None:
        """Prepare the passes.

        Args:
            problem: which.
            state: the passes with a student's own numbers, which are not rounded again.
        """
        self._problem = problem
        self._own = own_of(state)
        self._passes: list[_Pass] = []
        graph = problem.graph
        roundings = [_decimals(places) for places in DECIMALS] + [_significant(count) for count in DIGITS]
        ways = itertools.product(roundings, (problem.stop, range(len(graph.gates))))
        self._ways = iter(()) if len(graph.steps) > LARGEST else ways

    def numbers(self, quantity: Quantity) -> Iterator[Any]:
        """What a quantity becomes when numbers were rounded on the way; the last step itself is exact.

        Yields:
            A float or an array for each way of rounding: after each named node, and after each gate.
        """
        for place in itertools.count():
            if place == len(self._passes):
                way = next(self._ways, None)
                if way is None:
                    return
                with quietly(self._problem):
                    self._passes.append(_run(self._problem, self._own, *way))
            with quietly(self._problem):
                number = self._passes[place].number(self._problem, quantity)
            if is_finite(number):
                yield number


def _decimals(places: int) -> Rounding:
    return lambda value: round(value, places)


def _significant(count: int) -> Rounding:
    return lambda value: float(f"{value:.{count - 1}e}")


@dataclass(frozen=True, slots=True)
class _Pass:
    """Both passes with rounding.

    Attributes:
        values: of each slot, as they were handed on.
        exact: of each slot, before it was rounded itself.
        arrived: the gradient of each slot before it was rounded itself; None where nothing arrived.
    """

    values: list[Any]
    exact: list[Any]
    arrived: list[Any]

    def number(self, problem: Problem, quantity: Quantity) -> Any:
        """A quantity whose last step is exact."""
        if quantity.kind == "value":
            return self.exact[quantity.slot]
        if quantity.by is not None:
            stop = problem.stop if quantity.kind == "local" else ()
            return jacobian_from(problem.graph, problem.run, self.values, quantity.slot, quantity.by, stop)
        found = self.arrived[quantity.slot]
        return nothing(problem.forward.values[quantity.slot]) if found is None else found


def _run(problem: Problem, own: Own, rounding: Rounding, where: Collection[int]) -> _Pass:
    graph, run = problem.graph, problem.run
    values: list[Any] = list(problem.forward.values)
    exact = list(values)
    for slot, gate, args in graph.steps:
        exact[slot] = values[slot] = run.value(gate, [values[a] for a in args])
        if slot in own.values:
            values[slot] = own.values[slot]
        elif slot in where:
            values[slot] = _each(rounding, exact[slot])
    arrived: list[Any] = [None] * len(values)
    if problem.backward is not None:
        arrived[graph.output] = 1.0
    for slot, gate, args in reversed(graph.steps):
        upstream = own.gradients.get(slot, arrived[slot])
        if upstream is None:
            continue
        if slot in where and slot not in own.gradients:
            upstream = _each(rounding, upstream)
        handed = run.pull(gate, upstream, values[slot], [values[a] for a in args])
        for operand, contribution in zip(args, handed, strict=True):
            if contribution is not None and operand not in graph.constants:
                before = arrived[operand]
                arrived[operand] = contribution if before is None else before + contribution
    return _Pass(values, exact, arrived)


def _each(rounding: Rounding, value: Any) -> Any:
    """A number rounded, or each entry of an array; what is not finite stays as it is."""
    if isinstance(value, float):
        return rounding(value) if math.isfinite(value) else value
    import numpy  # there are arrays here

    found = [rounding(entry) if math.isfinite(entry) else entry for entry in value.ravel().tolist()]
    return numpy.array(found).reshape(value.shape)
