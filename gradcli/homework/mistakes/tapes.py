"""A graph with its values and local derivatives, and sweeps through it: of a problem, or of the inside of a gate."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from gradcli.graph.tape import Composite, Graph, is_elementwise
from gradcli.passes.gates import Arithmetic

Locals = Sequence[tuple[Any, ...]]


@dataclass(frozen=True, slots=True, eq=False)
class Tape:
    """A graph that has been run.

    Attributes:
        graph: the graph.
        values: the value of each slot.
        locals: for each slot its local derivatives; None by a constant, on a branch not taken, and where a local
            derivative is no factor.
        arithmetic: what runs rules on these values.
        leaves: the slots that have names; a sweep from a node to what it is made of ends at them, and at inputs.
    """

    graph: Graph
    values: Sequence[Any]
    locals: Locals
    arithmetic: Arithmetic
    leaves: frozenset[int]

    @property
    def scalar(self) -> bool:
        """Whether all nodes are numbers."""
        return self.graph.shapes is None and all(isinstance(v, float | int) for v in self.values)

    def operands(self, slot: int) -> list[Any]:
        """The values of a slot's operands."""
        return [self.values[a] for a in self.graph.args[slot]]


def local_derivatives(graph: Graph, values: Sequence[Any], arithmetic: Arithmetic) -> list[tuple[Any, ...]]:
    """For each slot its local derivatives entry by entry; None by a constant, or where they are no factors."""
    found: list[tuple[Any, ...]] = [()] * len(values)
    for slot, gate, args in graph.steps:
        if not is_elementwise(gate):
            found[slot] = (None,) * len(args)
            continue
        slopes = arithmetic.slopes(gate, values[slot], [values[a] for a in args])
        found[slot] = tuple([None if a in graph.constants else s for a, s in zip(args, slopes, strict=True)])
    return found


def inside(gate: Composite, operands: Sequence[Any], arithmetic: Arithmetic) -> Tape:
    """The inside of a gate, run on its operands."""
    values = arithmetic.inner_values(gate.inner, operands)
    return Tape(gate.inner, values, local_derivatives(gate.inner, values, arithmetic), arithmetic, frozenset())


def upwards(graph: Graph, locals_: Locals, target: int, stop: Collection[int] = ()) -> list[Any]:
    """The tangents of a gradient: by what arrives at each slot, how the gradient that arrives at the target changes.

    Args:
        graph: the graph.
        locals_: its local derivatives, numbers or arrays of equal shapes.
        target: the slot whose gradient it is.
        stop: slots that hand on a number of their own, whatever arrives at them.

    Returns:
        For each slot the factor; 0 where nothing reaches the target.
    """
    found: list[Any] = [0.0] * len(graph.gates)
    found[target] = 1.0
    for slot, _, args in graph.steps:
        if slot <= target or slot in stop:
            continue
        total: Any = 0.0
        for operand, local in zip(args, locals_[slot], strict=True):
            if local is not None:
                total = total + local * found[operand]
        found[slot] = total
    return found


def downwards(graph: Graph, locals_: Locals, source: int, stop: Collection[int] = ()) -> dict[int, Any]:
    """The derivatives of one node by all that it is made of, not beyond the slots in `stop`; its own is 1."""
    found: dict[int, Any] = {source: 1.0}
    for slot, _, args in reversed(graph.steps):
        if slot not in found or (slot in stop and slot != source):
            continue
        for operand, local in zip(args, locals_[slot], strict=True):
            if local is not None:
                found[operand] = found.get(operand, 0.0) + found[slot] * local
    return found
