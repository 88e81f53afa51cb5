"""Pulling a gradient back from any node, not only from the output, and only as far as is asked.

A backward pass that begins at the node q with 1 and stops at the nodes that have names of their own gives the *local*
derivatives of the statement q; the same without a stop gives the *total* derivatives of q. A change of the gradient
at q, pulled back, is the change of all gradients below it: gradients are linear in what arrives.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from functools import cache
from typing import Any, Protocol

from gradcli.graph.tape import Gate, Graph
from gradcli.passes.gates import FloatArithmetic
from gradcli.rules.floats import Floats
from gradcli.rules.namespace import Ties
from gradcli.rules.rule import Rule
from gradcli.rules.shape import entries


class Puller(Protocol):
    """What runs a gate forward, and pulls a gradient back through it."""

    def value(self, gate: Gate, operands: Sequence[Any]) -> Any:
        """The gate's output."""

    def pull(self, gate: Gate, upstream: Any, output: Any, operands: Sequence[Any]) -> Sequence[Any]:
        """What each operand receives; None where it has no derivative, or lies on a branch that is not taken."""


class _FloatPuller(FloatArithmetic):
    def pull(self, gate: Gate, upstream: float, output: float, operands: Sequence[float]) -> Sequence[float | None]:
        return [None if slope is None else upstream * slope for slope in self.slopes(gate, output, operands)]


class _PrintedFloatPuller(_FloatPuller):
    def rule_local(self, rule: Rule, output: float, operands: Sequence[float]) -> tuple[float, ...]:
        return super().rule_local(_as_printed(rule), output, operands)


def puller(graph: Graph, ties: Ties = "split", *, printed: bool = False) -> Puller:
    """What runs the gates of a graph: on floats, or on arrays where the graph has shapes.

    Args:
        graph: whose gates.
        ties: which of several equal operands of max and min gets the derivative.
        printed: whether local derivatives are computed as lectures print them, o(1 − o) for σ: what a person with a
            rounded o does, although it has fewer digits where σ saturates.
    """
    if graph.shapes is None:
        return (_PrintedFloatPuller if printed else _FloatPuller)(Floats(ties))
    from gradcli.passes.array_gates import ArrayArithmetic  # numbers alone need no NumPy

    if not printed:
        return ArrayArithmetic(ties, branches=graph.branches)
    found: Puller = _printed_arrays()(ties, branches=graph.branches)
    return found


@cache
def _printed_arrays() -> Any:
    from gradcli.passes.array_gates import ArrayArithmetic  # made when it is needed, because it brings NumPy in

    class PrintedArrayPuller(ArrayArithmetic):
        def __init__(self, ties: Ties, *, branches: bool) -> None:
            super().__init__(ties, branches=branches)
            self.floats = _PrintedFloatPuller(Floats(ties))

        def rule_local(self, rule: Rule, output: Any, operands: Sequence[Any]) -> tuple[Any, ...]:
            return super().rule_local(_as_printed(rule), output, operands)

    return PrintedArrayPuller


@cache
def _as_printed(rule: Rule) -> Rule:
    return rule if rule.shown is None else replace(rule, local=rule.shown)


def pull_from(
    graph: Graph, run: Puller, values: Sequence[Any], slot: int, seed: Any, stop: Collection[int] = ()
) -> dict[int, Any]:
    """Pull a gradient back from one node.

    Args:
        graph: what was run.
        run: what pulls through its gates.
        values: the value of each slot.
        slot: where it begins.
        seed: the gradient there, of the slot's shape.
        stop: nodes beyond which it does not go; they receive their share.

    Returns:
        For each slot that was reached what arrived there, in the slot's shape; the beginning itself has the seed.
    """
    arrived = {slot: seed}
    for place in range(_step_of(graph, slot), -1, -1):
        here, gate, args = graph.steps[place]
        if here not in arrived or (here in stop and here != slot):
            continue
        handed = run.pull(gate, arrived[here], values[here], [values[a] for a in args])
        for operand, contribution in zip(args, handed, strict=True):
            if contribution is not None and operand not in graph.constants:
                before = arrived.get(operand)
                arrived[operand] = contribution if before is None else before + contribution
    return arrived


def jacobian_from(
    graph: Graph, run: Puller, values: Sequence[Any], slot: int, by: int, stop: Collection[int] = ()
) -> Any:
    """The derivative of one node by another one below it.

    Returns:
        A float if both are numbers, else a matrix in numerator layout, (entries of `slot`) × (entries of `by`), with
        arrays read row by row.
    """
    if graph.shapes is None or not (graph.shape(slot) or graph.shape(by)):
        return pull_from(graph, run, values, slot, 1.0, stop).get(by, 0.0)
    import numpy  # numbers alone need none

    shape = graph.shape(slot)
    rows, columns = entries(shape), entries(graph.shape(by))
    matrix = numpy.zeros((rows, columns))
    for row in range(rows):
        seed = numpy.zeros(rows)
        seed[row] = 1.0
        arrived = pull_from(graph, run, values, slot, seed.reshape(shape) if shape else 1.0, stop).get(by)
        if arrived is not None:
            matrix[row] = numpy.ravel(arrived)
    return matrix


def _step_of(graph: Graph, slot: int) -> int:
    """The place of a slot among the steps; −1 of an input or a constant."""
    low, high = 0, len(graph.steps)  # steps stand in the order of their slots
    while low < high:
        middle = (low + high) // 2
        if graph.steps[middle][0] < slot:
            low = middle + 1
        else:
            high = middle
    return low if low < len(graph.steps) and graph.steps[low][0] == slot else -1
