"""A function of a function: the outer derivative at a wrong value."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from gradcli.homework.mistakes.misstep import Misstep
from gradcli.homework.mistakes.tapes import Tape, downwards

_MOST_PLACES = 8
"""Nodes below an inner function at whose values the outer derivative is tried."""


def chained(tape: Tape) -> Iterator[Misstep]:
    """For each f(g(…)) the derivative of f at the value of something that g is made of."""
    for slot, _, args in tape.graph.steps:
        moving = [place for place, local in enumerate(tape.locals[slot]) if local is not None]
        if len(moving) == 1 and tape.graph.args[args[moving[0]]]:
            yield from _outer_elsewhere(tape, slot, moving[0])


def _outer_elsewhere(tape: Tape, slot: int, place: int) -> Iterator[Misstep]:
    graph = tape.graph
    inner = graph.args[slot][place]
    right = tape.locals[slot][place]
    below = downwards(graph, tape.locals, inner, tape.leaves)
    near = set(graph.args[inner]) - set(graph.constants)
    points = [s for s in sorted(below, reverse=True) if s in near or s in tape.leaves or not graph.args[s]]
    for point in [p for p in points if p != inner][:_MOST_PLACES]:
        wrong = _slope_at(tape, slot, place, tape.values[point])
        if wrong is None or wrong == right:
            continue
        says = "the outer derivative was taken at the inner variable instead of the inner function"
        # Either all that follows from it is wrong, or only the derivative by the variable at whose value it was taken.
        yield Misstep("outer-at-wrong-value", slot, ((inner, wrong - right),), says)
        yield Misstep("outer-at-wrong-value", slot, ((point, (wrong - right) * below[point]),), says)


def _slope_at(tape: Tape, slot: int, place: int, value: Any) -> Any:
    """The local derivative of a gate with another value in one of its places; None where there is none."""
    gate = tape.graph.gates[slot]
    operands = tape.operands(slot)
    operands[place] = value
    if gate is None:
        return None
    try:
        return tape.arithmetic.slopes(gate, tape.arithmetic.value(gate, operands), operands)[place]
    except (ZeroDivisionError, OverflowError, ValueError):
        return None
