"""The forward pass: every node's value, with its local derivatives stored for the backward pass."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import Any

from gradcli.graph.tape import Composite, Gate, Graph, Span
from gradcli.passes.gates import FloatArithmetic
from gradcli.rules.floats import Floats
from gradcli.rules.namespace import Ties
from gradcli.rules.rule import Rule


class Mark(Enum):
    """What stands in place of a local derivative that is not stored."""

    STRUCTURED = "structured"
    """A Jacobian of an array gate: its vector-Jacobian product is run instead."""


STRUCTURED = Mark.STRUCTURED


@dataclass(frozen=True, slots=True)
class Forward:
    """The result of a forward pass.

    Attributes:
        graph: what was run.
        ties: which of several equal operands of max and min gets the derivative.
        values: the value of each slot: a float, or an array where the graph has shapes.
        locals: for each slot the local derivatives by its operands; None by a constant, which has no derivative. Of a
            gate on arrays they are those entry by entry, or `STRUCTURED`.
        faults: slots without a value and why; on a branch that was taken there is none.
        idle: edges, as (slot, place), that lead to a branch that is not taken.
        done: how many of `graph.steps` were run.
    """

    graph: Graph
    ties: Ties
    values: list[Any]
    locals: list[tuple[Any, ...]]
    faults: dict[int, str] = field(default_factory=dict)
    idle: set[tuple[int, int]] = field(default_factory=set)
    done: int = 0

    @property
    def output(self) -> Any:
        """The value of the formula."""
        return self.values[self.graph.output]

    def operands(self, slot: int) -> list[Any]:
        """The values of a slot's operands."""
        return [self.values[a] for a in self.graph.args[slot]]

    def conventions(self) -> dict[int, tuple[str, ...]]:
        """Slots whose operands lie on a kink, and the conventions that were used there; none on a branch not taken."""
        conventions = self._conventions()
        whole = self.done == len(self.graph.steps)
        taken = self.taken() if whole else [True] * len(self.values)
        found = {}
        for slot, gate, _ in self.graph.steps[: self.done]:
            if not taken[slot]:
                continue
            said = conventions(gate, self.operands(slot))
            if said:
                found[slot] = said
        return found

    def _conventions(self) -> Callable[[Gate, Sequence[Any]], tuple[str, ...]]:
        if self.graph.shapes is None:
            return FloatArithmetic(Floats(self.ties)).conventions
        from gradcli.passes.array_gates import ArrayArithmetic  # numbers alone need no NumPy

        return ArrayArithmetic(self.ties).conventions

    def up_to(self, done: int) -> Forward:
        """The pass as far as that many steps."""
        return replace(self, done=done)

    def taken(self) -> list[bool]:
        """For each slot whether the output depends on it at this point: not through a branch that is not taken."""
        needed = [False] * len(self.values)
        needed[self.graph.output] = True
        for slot, _, args in reversed(self.graph.steps):
            if needed[slot]:
                for place, operand in enumerate(args):
                    if (slot, place) not in self.idle:
                        needed[operand] = True
        return needed


TOO_LARGE = "too large for double precision"
"""How overflow is told."""


class UndefinedValue(Exception):  # noqa: N818  (it names a state of the formula, and is always caught)
    """The formula has no value at the point.

    Attributes:
        forward: the pass up to and including the node that has no value.
        slot: that node.
        reason: why ("ln of a negative number").
        span: the place in the formula.
    """

    def __init__(self, forward: Forward, slot: int, reason: str, span: Span) -> None:
        super().__init__(reason)
        self.forward = forward
        self.slot = slot
        self.reason = reason
        self.span = span


def run_forward(graph: Graph, point: Sequence[Any], ties: Ties = "split") -> Forward:
    """Run the forward pass.

    Args:
        graph: what to run.
        point: the values of the inputs, in the order of `graph.inputs`.
        ties: which of several equal operands of max and min gets the derivative.

    Raises:
        UndefinedValue: a node that the output depends on has no value; the pass stops there.
    """
    if graph.shapes is not None:
        from gradcli.passes.array_passes import run_array_forward  # numbers alone need no NumPy

        return run_array_forward(graph, point, ties)
    size = len(graph.gates)
    values = [0.0] * size
    values[: len(point)] = point
    for slot, constant in graph.constants.items():
        values[slot] = constant
    stored: list[tuple[float | None, ...]] = [()] * size
    result = Forward(graph, ties, values, stored)
    arithmetic = FloatArithmetic(Floats(ties))
    value_of, slopes_of, constants = arithmetic.value, arithmetic.slopes, graph.constants
    spans: dict[int, Span] = {}
    for done, (slot, gate, args) in enumerate(graph.steps, 1):
        operands = [values[a] for a in args]
        value = values[slot] = value_of(gate, operands)
        slopes = slopes_of(gate, value, operands)
        if None in slopes:
            result.idle.update((slot, place) for place, slope in enumerate(slopes) if slope is None)
            slopes = tuple([0.0 if slope is None else slope for slope in slopes])
        if constants:
            slopes = tuple([None if a in constants else slope for a, slope in zip(args, slopes, strict=True)])
        stored[slot] = slopes
        # Inside a gate that is made of others an undefined value may be lost again: 1/(1/0) is 0.
        if value - value != 0 or isinstance(gate, Composite):  # NaN or infinite
            reason, spans[slot] = fault(gate, operands, value, graph.spans[slot], ties)
            if reason is not None:
                result.faults[slot] = reason
                if not graph.branches:
                    raise UndefinedValue(result.up_to(done), slot, reason, spans[slot])
    if result.faults:
        taken = result.up_to(len(graph.steps)).taken()
        for done, (slot, _, _) in enumerate(graph.steps, 1):
            if slot in result.faults and taken[slot]:
                raise UndefinedValue(result.up_to(done), slot, result.faults[slot], spans[slot])
    return result.up_to(len(graph.steps))


def fault(gate: Gate, operands: list[float], value: float, span: Span, ties: Ties) -> tuple[str | None, Span]:
    """Why a gate has no value, and where; None if it has one, or if it is merely too large for double precision."""
    if isinstance(gate, Composite):
        try:
            run_forward(gate.inner, operands, ties)
        except UndefinedValue as undefined:
            # The inside of a fused square comes from no place of its own.
            return undefined.reason, undefined.span if any(undefined.span) else span
    elif isinstance(gate, Rule) and (reason := gate.fault(*operands)) is not None:
        return reason, span
    if value != value:
        return f"not a number: an earlier node is {TOO_LARGE}", span
    return None, span
