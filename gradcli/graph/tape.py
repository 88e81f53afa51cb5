"""The computational graph, stored flat.

Everything stands in parallel sequences indexed by *slot*: first the inputs, then constants and gates in topological
order, so a loop over the slots is a forward pass and the same loop backwards is a backward pass. Equal subexpressions
share a slot. Edges are ordered and counted: `a + a` has the operands (a, a).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from gradcli.rules.array_rule import ArrayRule
from gradcli.rules.rule import Rule
from gradcli.rules.shape import Shape

Span = tuple[int, int]
"""Offsets of the first character and behind the last one of a part of the formula."""


@dataclass(frozen=True, slots=True)
class ArrayGate:
    """An array rule with its settings; two of the same rule and settings are one gate.

    Attributes:
        rule: the rule.
        given: the settings as pairs, complete.
    """

    rule: ArrayRule
    given: tuple[tuple[str, Any], ...] = ()

    @property
    def name(self) -> str:
        """The rule's name."""
        return self.rule.name

    @property
    def sign(self) -> str:
        """The rule's label in a table."""
        return self.rule.sign

    @property
    def infix(self) -> bool:
        """Whether the sign needs brackets before an arrow or a subscript."""
        return self.rule.infix

    def fault(self, *operands: Any) -> str | None:
        """Why it is undefined at these operands, or None where it is defined."""
        if self.rule.fault is None:
            return None
        import numpy  # numbers alone need none

        return self.rule.fault(*map(numpy.asarray, operands), **self.settings)

    @property
    def settings(self) -> dict[str, Any]:
        """The settings by name."""
        return dict(self.given)


@dataclass(frozen=True, slots=True, eq=False)
class Composite:
    """A gate made of other gates: a user's `gate`, a whole statement, or the square of a sum.

    Its value is that of the inner graph, whose inputs are its operands; its local derivatives come from the same
    rules, run inside the gate.

    Attributes:
        name: its kind in JSON: "gate" (a user's), "statement", "square_of_add" ...
        sign: its label in a table.
        inner: the graph inside; its spans point into the same formula.
        infix: whether the sign needs brackets before an arrow or a subscript.
        depth: how many gates are nested in each other at the most, this one included.
        size: how many rules it takes to compute it.
    """

    name: str
    sign: str
    inner: Graph
    infix: bool = False
    depth: int = field(init=False)
    size: int = field(init=False)

    @property
    def elementwise(self) -> bool:
        """Whether it is made for numbers alone, so that it applies to arrays entry by entry."""
        return self.inner.shapes is None

    def __post_init__(self) -> None:
        within = [gate for _, gate, _ in self.inner.steps if isinstance(gate, Composite)]
        object.__setattr__(self, "depth", 1 + max((gate.depth for gate in within), default=0))
        object.__setattr__(self, "size", len(self.inner.steps) - len(within) + sum(gate.size for gate in within))


Gate = Rule | ArrayGate | Composite


def is_elementwise(gate: Gate) -> bool:
    """Whether a gate works entry by entry, so that its Jacobian is a diagonal that can be stored."""
    return isinstance(gate, Rule) or (isinstance(gate, Composite) and gate.elementwise)


@dataclass(frozen=True, slots=True, eq=False)
class Graph:
    """A formula as a graph. Immutable: results of passes live beside it.

    Attributes:
        inputs: names of the inputs; input k stands in slot k.
        gates: for each slot its gate, or None for an input or a constant.
        args: for each slot the slots of its operands; empty for inputs and constants.
        spans: for each slot the part of the formula it came from.
        constants: values of the slots that are constants: numbers, and arrays where there are shapes.
        symbols: constants that have a name of their own, such as π.
        names: slots that carry the name of a statement.
        output: the slot of the value.
        output_name: how the value is called.
        shapes: the shape of each slot; None where all of them are numbers.
        notes: what the writer of the formula should know about its operations.
        steps: the slots that hold gates, as (slot, gate, slots of its operands), in topological order.
        branches: whether there is a `where` in it, also inside of a gate.
    """

    inputs: tuple[str, ...]
    gates: tuple[Gate | None, ...]
    args: tuple[tuple[int, ...], ...]
    spans: tuple[Span, ...]
    constants: dict[int, Any]
    symbols: dict[int, str]
    names: dict[int, str]
    output: int
    output_name: str = "f"
    shapes: tuple[Shape, ...] | None = None
    notes: tuple[str, ...] = ()
    steps: tuple[tuple[int, Gate, tuple[int, ...]], ...] = field(init=False, repr=False)
    branches: bool = field(init=False, repr=False)

    def __post_init__(self) -> None:
        steps = tuple((s, gate, self.args[s]) for s, gate in enumerate(self.gates) if gate is not None)
        object.__setattr__(self, "steps", steps)
        branches = any(g.inner.branches if isinstance(g, Composite) else g.name == "where" for _, g, _ in steps)
        object.__setattr__(self, "branches", branches)

    def shape(self, slot: int) -> Shape:
        """The shape of a slot."""
        return self.shapes[slot] if self.shapes is not None else ()

    def number(self, slot: int) -> float | None:
        """The value of a slot that is a constant number; None for all others, also for constant arrays."""
        return None if self.shape(slot) else self.constants.get(slot)

    def consumers(self) -> list[list[tuple[int, int]]]:
        """For each slot the edges that leave it, as (slot of the consumer, place among its operands)."""
        edges: list[list[tuple[int, int]]] = [[] for _ in self.gates]
        for slot, _, operands in self.steps:
            for place, operand in enumerate(operands):
                edges[operand].append((slot, place))
        return edges

    def reading_order(self) -> list[tuple[int, int]]:
        """All edges (consumer, place) in the order in which a reader of the formula meets them, from the output."""
        order: list[tuple[int, int]] = []
        seen = {self.output}
        waiting = [(self.output, place) for place in reversed(range(len(self.args[self.output])))]
        while waiting:
            edge = waiting.pop()
            order.append(edge)
            operand = self.args[edge[0]][edge[1]]
            if operand not in seen:
                seen.add(operand)
                waiting += [(operand, place) for place in reversed(range(len(self.args[operand])))]
        return order
