"""A problem with some of its gates exchanged: what follows when a student computes something else at a node.

A misread formula is another graph, and a wrong derivative is another gate. Both are run by the passes of the truth, so
that everything that follows from the mistake follows from it exactly.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any

from gradcli.graph.build import build, read
from gradcli.graph.tape import Composite, Gate
from gradcli.homework.marking.own import Own, Replay, replay
from gradcli.homework.mistakes.slip import Key
from gradcli.homework.problems.problem import Problem
from gradcli.homework.problems.quantities import Quantity
from gradcli.homework.problems.quiet import quietly

Wiring = Mapping[int, tuple[Gate, tuple[int, ...]]]
"""For some slots another gate, with the slots of its operands."""

_SAME = 1e-9
"""Numbers that differ by less than this share of them are one number."""


@lru_cache(maxsize=256)
def gate_of(text: str) -> tuple[Composite, tuple[str, ...]]:
    """The gate that computes a formula, and the names of its operands in order; its derivatives follow from it."""
    graph = build(read(text))
    return Composite("misread", "misread", graph), graph.inputs


def rewired(problem: Problem, wiring: Wiring) -> Problem:
    """The problem with other gates; operands stand before the slots that use them, as in every graph."""
    graph = problem.graph
    gates, args = list(graph.gates), list(graph.args)
    for slot, (gate, operands) in wiring.items():
        gates[slot], args[slot] = gate, operands
    changed = replace(graph, gates=tuple(gates), args=tuple(args))
    return replace(problem, forward=replace(problem.forward, graph=changed))


def own_of(state: Replay | None) -> Own:
    """The student's own numbers; none at the truth."""
    return Own() if state is None else state.own


def misread(problem: Problem, state: Replay | None, wiring: Wiring) -> dict[Key, Any]:
    """What the asked quantities become with other gates, forward and backward; only those that change."""
    return changed(problem, state, replay(rewired(problem, wiring), own_of(state)))


def miscomputed(problem: Problem, state: Replay | None, values: Mapping[int, Any]) -> dict[Key, Any]:
    """What the asked quantities become when some nodes have other values, but the derivatives of their own gates.

    A node whose value the student wrote down hands on what was written: only its own value is another one then.
    """
    own = own_of(state)
    fresh = {slot: value for slot, value in values.items() if slot not in own.values}
    found: dict[Key, Any] = {}
    if fresh:
        found = changed(problem, state, replay(problem, replace(own, values={**own.values, **fresh})))
    for slot, value in values.items():
        if ("value", slot, None) in problem.by_key:
            found["value", slot, None] = value
    return found


def changed(problem: Problem, state: Replay | None, after: Replay) -> dict[Key, Any]:
    """The asked quantities whose numbers after a mistake are finite and not those before it."""
    found = {}
    with quietly(problem):
        for asked in problem.asked:
            quantity = asked.quantity
            number = after.number(quantity)
            if is_finite(number) and not same(number, before(problem, state, quantity)):
                found[quantity.key] = number
    return found


def before(problem: Problem, state: Replay | None, quantity: Quantity) -> Any:
    """The number of an asked quantity without a mistake: the truth, or what follows from the student's own numbers."""
    return problem.by_key[quantity.key].truth if state is None else state.number(quantity)


def same(one: Any, other: Any) -> bool:
    """Whether two numbers, or all entries of two arrays, are the same but for rounding errors."""
    if isinstance(one, float) and isinstance(other, float):
        return math.isclose(one, other, rel_tol=_SAME, abs_tol=1e-12)
    import numpy  # there are arrays here

    return numpy.shape(one) == numpy.shape(other) and bool(numpy.allclose(one, other, rtol=_SAME, atol=1e-12))


def is_finite(number: Any) -> bool:
    """Whether a number, or each entry of an array, is finite."""
    return math.isfinite(number) if isinstance(number, float) else bool((abs(number) < math.inf).all())


def effort(problem: Problem) -> int:
    """About how many gates are run for one mutant: limits how many mutants a large problem gets."""
    walks = sum(1 for asked in problem.asked if asked.quantity.by is not None)
    return max(1, len(problem.graph.steps)) * (2 + walks)
