"""Rounding carried on: the passes with every number on the way rounded to a few digits."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterator, Sequence
from typing import Any

from gradcli.homework.marking.own import Own, Replay
from gradcli.homework.mistakes.rewired import is_finite, own_of
from gradcli.homework.problems.problem import Problem
from gradcli.homework.problems.quantities import Quantity
from gradcli.passes.evaluate import nothing
from gradcli.passes.pulls import jacobian_from

DECIMALS = (2, 1, 3)
"""Decimals to which students round on the way, the usual ones first."""

DIGITS = (2, 3)
"""Significant digits, likewise."""

LARGEST = 2_000
"""Gates of a graph beyond which nobody has computed it by hand."""

Rounding = Callable[[float], float]


def rounded_early(problem: Problem, quantity: Quantity, state: Replay | None = None) -> Iterator[Any]:
    """What a quantity becomes when numbers were rounded on the way; the last step itself is exact.

    Args:
        problem: which.
        quantity: of which.
        state: the passes with a student's own numbers, which are not rounded again.

    Yields:
        A float or an array for each way of rounding: after each named node, and after each gate.
    """
    graph = problem.graph
    if len(graph.steps) > LARGEST:
        return
    roundings = [_decimals(places) for places in DECIMALS] + [_significant(count) for count in DIGITS]
    for rounding in roundings:
        for where in (problem.stop, range(len(graph.gates))):
            number = _quantity(problem, quantity, state, rounding, where)
            if is_finite(number):
                yield number


def _decimals(places: int) -> Rounding:
    return lambda value: round(value, places)


def _significant(count: int) -> Rounding:
    return lambda value: float(f"{value:.{count - 1}e}")


def _quantity(
    problem: Problem, quantity: Quantity, state: Replay | None, rounding: Rounding, where: Collection[int]
) -> Any:
    if problem.graph.shapes is None:
        return _run(problem, quantity, own_of(state), rounding, where)
    import numpy  # numbers alone need none

    with numpy.errstate(all="ignore"):
        return _run(problem, quantity, own_of(state), rounding, where)


def _run(problem: Problem, quantity: Quantity, own: Own, rounding: Rounding, where: Collection[int]) -> Any:
    """One quantity after both passes with rounding."""
    graph, run = problem.graph, problem.run
    values: list[Any] = list(problem.forward.values)
    exact = list(values)
    for slot, gate, args in graph.steps:
        exact[slot] = values[slot] = run.value(gate, [values[a] for a in args])
        if slot in own.values:
            values[slot] = own.values[slot]
        elif slot in where:
            values[slot] = _each(rounding, exact[slot])
    if quantity.kind == "value":
        return exact[quantity.slot]
    if quantity.by is not None:
        return jacobian_from(graph, run, values, quantity.slot, quantity.by,
                             problem.stop if quantity.kind == "local" else ())  # fmt: skip
    arrived = _backward(problem, values, own, rounding, where, quantity.slot)
    return nothing(problem.forward.values[quantity.slot]) if arrived is None else arrived


def _backward(
    problem: Problem, values: Sequence[Any], own: Own, rounding: Rounding, where: Collection[int], wanted: int
) -> Any:
    graph, run = problem.graph, problem.run
    arrived: list[Any] = [None] * len(values)
    arrived[graph.output] = 1.0
    for slot, gate, args in reversed(graph.steps):
        if slot == wanted:
            break
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
    return arrived[wanted]


def _each(rounding: Rounding, value: Any) -> Any:
    """A number rounded, or each entry of an array; what is not finite stays as it is."""
    if isinstance(value, float):
        return rounding(value) if math.isfinite(value) else value
    import numpy  # there are arrays here

    found = [rounding(entry) if math.isfinite(entry) else entry for entry in value.ravel().tolist()]
    return numpy.array(found).reshape(value.shape)
