"""A problem's numbers as a mistake meets them: the true ones, or those that follow from a student's own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from gradcli.graph.tape import Graph
from gradcli.homework.marking.own import Replay
from gradcli.homework.mistakes.tapes import Tape, local_derivatives
from gradcli.homework.problems.problem import Problem
from gradcli.passes.gates import Arithmetic, FloatArithmetic
from gradcli.rules.floats import Floats

_LONGEST_NAME = 48
"""Characters of a part of a formula that a sentence repeats."""


@dataclass(frozen=True, slots=True)
class Edge:
    """What one node hands back to one of its operands.

    Attributes:
        consumer: the node that hands back.
        place: which of its operands receives.
        operand: the slot of that operand.
        upstream: the gradient that arrived at the consumer.
        local: the local derivative, entry by entry; None where it is no factor but a product with a matrix.
        contribution: upstream times local, in the operand's shape.
    """

    consumer: int
    place: int
    operand: int
    upstream: Any
    local: Any
    contribution: Any


class View:
    """The values and gradients of all nodes, and the edges between them.

    Attributes:
        problem: which.
        graph: its graph.
        values: the value of each slot.
        gradients: the gradient that each slot hands on; None where nothing arrived.
        contributions: for each slot what it handed to its operands.
    """

    def __init__(self, problem: Problem, state: Replay | None = None) -> None:
        """Look at the truth, or at what follows from a student's own numbers."""
        self.problem = problem
        self.state = state
        self.graph: Graph = problem.graph
        self.values: Sequence[Any] = problem.forward.values if state is None else state.values
        none: list[Any] = [None] * len(self.values)
        backward = problem.backward
        self.gradients: Sequence[Any]
        self.contributions: Sequence[tuple[Any, ...]]
        if state is not None:
            self.gradients, self.contributions = state.gradients, state.contributions
        elif backward is not None:
            self.gradients, self.contributions = backward.gradients, backward.contributions
        else:
            self.gradients, self.contributions = none, [()] * len(self.values)

    @property
    def scalar(self) -> bool:
        """Whether all nodes are numbers."""
        return self.graph.shapes is None

    @cached_property
    def arithmetic(self) -> Arithmetic:
        """What runs rules on these values."""
        if self.scalar:
            return FloatArithmetic(Floats())
        from gradcli.passes.array_gates import ArrayArithmetic  # numbers alone need no NumPy

        return ArrayArithmetic(branches=self.graph.branches)

    @cached_property
    def tape(self) -> Tape:
        """The graph with these values and the local derivatives at them."""
        slopes = local_derivatives(self.graph, self.values, self.arithmetic)
        return Tape(self.graph, self.values, slopes, self.arithmetic, self.problem.stop)

    @cached_property
    def into(self) -> dict[int, list[Edge]]:
        """For each slot the edges that bring it its gradient, from the output's side on."""
        found: dict[int, list[Edge]] = {}
        for slot, _, args in reversed(self.graph.steps):
            upstream, handed = self.gradients[slot], self.contributions[slot]
            if upstream is None or not handed:
                continue
            for place, operand in enumerate(args):
                contribution, local = handed[place], self.tape.locals[slot][place]
                if operand in self.graph.constants or contribution is None or (self.scalar and local is None):
                    continue
                found.setdefault(operand, []).append(Edge(slot, place, operand, upstream, local, contribution))
        return found

    def scaled(self, upstream: Any, local: Any, slot: int) -> Any:
        """Upstream times local in the shape of the slot that receives it; None where the shapes do not allow it."""
        if self.scalar:
            return upstream * local
        from gradcli.passes.array_gates import plain, undo_broadcast

        product = upstream * local
        shape = self.graph.shape(slot)
        if isinstance(product, float) and not shape:
            return product
        import numpy

        try:
            whole = numpy.broadcast_to(product, numpy.broadcast_shapes(numpy.shape(product), shape))
            return plain(undo_broadcast(self.arithmetic.m, whole, shape))
        except (ValueError, AssertionError):
            return None

    # --- words ------------------------------------------------------------------------------------------------------

    def called(self, slot: int) -> str:
        """What a sentence calls a node."""
        return shortened(self.problem.naming.called(slot))

    def place(self, slot: int) -> str:
        """Where a node is."""
        return self.problem.naming.place(slot)

    def way(self, edge: Edge) -> str:
        """What a sentence calls an edge."""
        return f"From {self.called(edge.consumer)} to {self.called(edge.operand)}"


def shortened(text: str, longest: int = _LONGEST_NAME) -> str:
    """A text, such as a part of a formula, on one line and not too long for a sentence."""
    text = " ".join(text.split())
    return text if len(text) <= longest else f"{text[: longest - 1].rstrip()}…"
