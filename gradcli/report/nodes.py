"""Nodes as objects: views of a finished evaluation, made on demand."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from gradcli.graph.tape import Gate, Graph
from gradcli.passes.backward import Backward
from gradcli.passes.evaluate import Evaluation
from gradcli.passes.forward import STRUCTURED, Forward
from gradcli.report.labels import node_labels
from gradcli.rules.shape import Shape


@dataclass(frozen=True, slots=True)
class Source:
    """Where an operand comes from.

    Attributes:
        kind: "input", "node" or "constant".
        name: the input's name or the node's id; None for a constant.
        value: its value, a float or an array.
    """

    kind: str
    name: str | None
    value: Any


@dataclass(frozen=True, slots=True)
class NodeInput:
    """One operand of a node; `local` and `gradient` are None for a constant, and where nothing was computed.

    Attributes:
        source: where it comes from.
        local: the local derivative do/di; of a gate that works entry by entry on arrays an array (or one number for
            all entries), None of any other gate on arrays.
        gradient: what this edge contributes, dz/do · do/di, in the shape of the operand.
        structure: the name of the local Jacobian in numerator layout (`I ⊗ i₂ᵀ`), where do/di is no number; None if
            it has no name.
        jacobian_shape: its rows and columns; None where do/di is a number.
    """

    source: Source
    local: Any
    gradient: Any
    structure: str | None = None
    jacobian_shape: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Consumer:
    """A node that uses another one's output.

    Attributes:
        id: the consumer.
        input: which of its operands that is, from 0.
        gradient: what comes back along this edge.
    """

    id: str
    input: int
    gradient: Any


@dataclass(frozen=True, slots=True)
class Node:
    """A gate of the graph with everything that is known of it.

    Attributes:
        id: "n1", "n2" ... in the order of the forward pass.
        label: as in the tables.
        op: the name of its rule, or the kind of a gate made of several.
        name: the name of the statement it carries, or None.
        inputs: its operands.
        value: its output, a float or an array.
        gradient: the upstream gradient dz/do; None before a backward pass and on a branch that was not taken.
        consumers: who uses the output.
        taken: whether the output depends on it at this point.
        shape: the shape of its output; () of a number.
    """

    id: str
    label: str
    op: str
    name: str | None
    inputs: tuple[NodeInput, ...]
    value: Any
    gradient: Any
    consumers: tuple[Consumer, ...]
    taken: bool
    shape: Shape = ()


class NodeViews:
    """All nodes of a forward pass, with a backward pass or without one."""

    def __init__(self, forward: Forward, backward: Backward | None = None) -> None:
        self.forward = forward
        self.backward = backward
        self.graph: Graph = forward.graph
        self.slots = [slot for slot, _, _ in forward.graph.steps[: forward.done]]
        self._ids = {slot: f"n{place}" for place, (slot, _, _) in enumerate(forward.graph.steps, 1)}

    @cached_property
    def labels(self) -> dict[int, str]:
        """The label of each slot."""
        return node_labels(self.graph)

    @cached_property
    def consumers(self) -> list[list[tuple[int, int]]]:
        """For each slot the edges that leave it."""
        return self.graph.consumers()

    @cached_property
    def taken(self) -> list[bool]:
        """For each slot whether the output depends on it at this point."""
        return self.forward.taken()

    def gate(self, slot: int) -> Gate:
        """The gate of a slot that has one."""
        gate = self.graph.gates[slot]
        assert gate is not None  # noqa: S101  (only slots of gates are handed out)
        return gate

    def source(self, operand: int) -> Source:
        """Where an operand comes from."""
        value = self.forward.values[operand]
        if operand < len(self.graph.inputs):
            return Source("input", self.graph.inputs[operand], value)
        if operand in self.graph.constants:
            return Source("constant", None, value)
        return Source("node", self._ids[operand], value)

    def view(self, slot: int) -> Node:
        """The node of a slot."""
        graph, back = self.graph, self.backward
        args = graph.args[slot]
        handed = back.contributions[slot] if back else (None,) * len(args)
        return Node(
            id=self._ids[slot],
            label=self.labels[slot],
            op=self.gate(slot).name,
            name=graph.names.get(slot),
            inputs=tuple(self._input(slot, place, gradient) for place, gradient in enumerate(handed)),
            value=self.forward.values[slot],
            gradient=back.gradients[slot] if back else None,
            consumers=tuple(
                Consumer(self._ids[user], place, back.contributions[user][place] if back else None)
                for user, place in self.consumers[slot]
            ),
            taken=self.taken[slot],
            shape=graph.shape(slot),
        )

    def _input(self, slot: int, place: int, gradient: Any) -> NodeInput:
        local = self.forward.locals[slot][place]
        source = self.source(self.graph.args[slot][place])
        if self.graph.shapes is None:
            return NodeInput(source, local, gradient)
        return NodeInput(source, None if local is STRUCTURED else local, gradient, *self._jacobian(slot, place))

    def _jacobian(self, slot: int, place: int) -> tuple[str | None, tuple[int, int] | None]:
        """The name and the shape of a local Jacobian; nothing where there is none, or where it is a number."""
        if self.graph.args[slot][place] in self.graph.constants:
            return None, None
        from gradcli.report import local_jacobians as local  # numbers alone need no NumPy

        if local.is_number(self.graph, slot, place):
            return None, None
        return local.structure(self.graph, slot, place) or None, local.jacobian_shape(self.graph, slot, place)

    def __iter__(self) -> Iterator[Node]:
        return map(self.view, self.slots)


def views(result: Evaluation) -> NodeViews:
    """The nodes of an evaluation."""
    return NodeViews(result.forward, result.backward)
