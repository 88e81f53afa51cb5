"""One step with a student's own numbers: what follows from what was written down, right or wrong.

The passes are run as always, except that a node whose value or gradient the student wrote down hands on the written
number instead of the computed one. So every quantity is recomputed from its written neighbours alone, in one run.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from gradcli.homework.problems.problem import Problem
from gradcli.homework.problems.quantities import Quantity
from gradcli.homework.problems.quiet import quietly
from gradcli.passes.evaluate import nothing
from gradcli.passes.pulls import Puller, jacobian_from

Pair = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Own:
    """Numbers of a student that stand in for the computed ones.

    Attributes:
        values: of nodes.
        gradients: that arrive at nodes.
        locals: derivatives of a node by another one that feeds it.
    """

    values: Mapping[int, Any] = field(default_factory=dict)
    gradients: Mapping[int, Any] = field(default_factory=dict)
    locals: Mapping[Pair, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Replay:
    """The passes with a student's own numbers.

    Attributes:
        problem: which.
        own: the numbers that stood in.
        run: what ran the gates.
        values: the value of each slot that was handed on, own or computed.
        gradients: the gradient of each slot that was handed on; None where nothing arrived.
        contributions: for each slot what it handed to its operands.
        computed_values: of each slot, from what its operands handed on.
        computed_gradients: of each slot, from what its consumers handed back.
        fresh: whether local derivatives take a gate's output as it was computed.
    """

    problem: Problem
    own: Own
    run: Puller
    values: Sequence[Any]
    gradients: Sequence[Any]
    contributions: Sequence[tuple[Any, ...]]
    computed_values: Sequence[Any]
    computed_gradients: Sequence[Any]
    fresh: bool = False

    def number(self, quantity: Quantity) -> Any:
        """A quantity, recomputed in one step from the numbers around it."""
        if quantity.kind == "value":
            return self.computed_values[quantity.slot]
        problem = self.problem
        if quantity.by is not None:
            stop = problem.stop if quantity.kind == "local" else ()
            output = self.computed_values[quantity.slot] if self.fresh else self.values[quantity.slot]
            values = _with_output(self.values, quantity.slot, output)
            return jacobian_from(problem.graph, self.run, values, quantity.slot, quantity.by, stop)
        found = self.computed_gradients[quantity.slot]
        return nothing(problem.forward.values[quantity.slot]) if found is None else found


def replay(problem: Problem, own: Own, *, fresh: bool = False) -> Replay:
    """Run both passes with a student's own numbers.

    Args:
        problem: which.
        own: the numbers.
        fresh: whether a gate's local derivatives take its output as it follows from the operands, not as it was
            written: σ′ = o(1 − o) may be computed from either.
    """
    with quietly(problem):
        return _replay(problem, own, fresh=fresh)


def _replay(problem: Problem, own: Own, *, fresh: bool) -> Replay:
    graph = problem.graph
    # Whoever goes on with an o of their own computes o(1 − o), and not what keeps its digits where σ saturates.
    run = problem.printed if own.values else problem.run
    values = list(problem.forward.values)
    for slot, value in own.values.items():
        values[slot] = value
    computed = list(problem.forward.values)
    for slot, gate, args in graph.steps:
        computed[slot] = run.value(gate, [values[a] for a in args])
        if slot not in own.values:
            values[slot] = computed[slot]
    gradients: list[Any] = [None] * len(values)
    arrived: list[Any] = [None] * len(values)
    contributions: list[tuple[Any, ...]] = [()] * len(values)
    if problem.backward is not None:
        arrived[graph.output] = 1.0
    outputs = computed if fresh else values
    own_below: dict[int, list[int]] = {}
    for slot, by in own.locals:
        own_below.setdefault(slot, []).append(by)
    for slot, gate, args in reversed(graph.steps):
        upstream = gradients[slot] = own.gradients.get(slot, arrived[slot])
        if upstream is None:
            continue
        handed = run.pull(gate, upstream, outputs[slot], [values[a] for a in args])
        contributions[slot] = tuple(handed)
        for operand, contribution in zip(args, handed, strict=True):
            if contribution is not None and operand not in graph.constants:
                _arrive(arrived, operand, contribution)
        for by in own_below.get(slot, ()):
            there = _with_output(values, slot, outputs[slot])
            _arrive(arrived, by, _difference(problem, run, there, slot, by, upstream, own.locals[slot, by]))
    for slot in range(len(graph.inputs)):
        gradients[slot] = own.gradients.get(slot, arrived[slot])
    return Replay(problem, own, run, values, gradients, contributions, computed, arrived, fresh)


def _with_output(values: Sequence[Any], slot: int, output: Any) -> Sequence[Any]:
    """The values with another one at a node, from which its local derivatives are computed."""
    return values if values[slot] is output else [*values[:slot], output, *values[slot + 1 :]]


def _arrive(arrived: list[Any], slot: int, contribution: Any) -> None:
    before = arrived[slot]
    arrived[slot] = contribution if before is None else before + contribution


def _difference(
    problem: Problem, run: Puller, values: Sequence[Any], slot: int, by: int, upstream: Any, local: Any
) -> Any:
    """What a local derivative of the student's own changes at the node below, whatever lies between the two."""
    computed = jacobian_from(problem.graph, run, values, slot, by, problem.stop)
    if isinstance(computed, float):
        return upstream * (local - computed)
    import numpy  # there are arrays here

    shape = problem.graph.shape(by)
    difference = (numpy.ravel(upstream) @ (local - computed)).reshape(shape)
    return difference if shape else float(difference)
