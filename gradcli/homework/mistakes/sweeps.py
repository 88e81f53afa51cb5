"""Backward passes that go wrong in a way of their own, with a student's own numbers in place."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from gradcli.homework.marking.own import Replay
from gradcli.homework.mistakes.rewired import changed, own_of
from gradcli.homework.mistakes.slip import Key
from gradcli.homework.problems.problem import Problem
from gradcli.homework.problems.quiet import quietly

EVERYWHERE = 2
"""How many changes a mistake counts for that is made at several nodes: one at a single node is likelier."""

Gather = Callable[[int, Any, Any], Any]
Handed = Callable[[int, Any, list[Any]], list[Any]]


def swept(
    problem: Problem, state: Replay | None, *, gather: Gather | None = None, hand: Handed | None = None
) -> list[Any]:
    """A backward pass that goes wrong in a way of its own.

    Args:
        problem: which.
        state: the student's own numbers, which stand in as always.
        gather: what a node has after one more contribution arrives, from the node, what it had and what arrives.
        hand: what a node hands to its operands, from the node, the gradient there and the values of the operands.

    Returns:
        What arrives at each slot; None where nothing does.
    """
    with quietly(problem):
        return _swept(problem, state, gather, hand)


def _swept(problem: Problem, state: Replay | None, gather: Gather | None, hand: Handed | None) -> list[Any]:
    graph, own = problem.graph, own_of(state).gradients
    values = problem.forward.values if state is None else state.values
    arrived: list[Any] = [None] * len(values)
    arrived[graph.output] = 1.0
    for slot, gate, args in reversed(graph.steps):
        upstream = own.get(slot, arrived[slot])
        if upstream is None:
            continue
        operands = [values[a] for a in args]
        if hand is None:
            handed = problem.run.pull(gate, upstream, values[slot], operands)
        else:
            handed = hand(slot, upstream, operands)
        for operand, contribution in zip(args, handed, strict=True):
            if contribution is None or operand in graph.constants:
                continue
            before = arrived[operand]
            if before is None:
                arrived[operand] = contribution
            else:
                arrived[operand] = before + contribution if gather is None else gather(operand, before, contribution)
    return arrived


def gradients(problem: Problem, state: Replay | None, arrived: list[Any]) -> dict[Key, Any]:
    """The asked gradients that are others after such a pass."""
    if state is None:
        values = problem.forward.values
        after = Replay(problem, own_of(None), problem.run, values, arrived, (), values, arrived)
    else:
        after = Replay(problem, state.own, state.run, state.values, arrived, (), state.computed_values, arrived)
    return changed(problem, state, after)
