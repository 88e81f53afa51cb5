"""Derivatives on demand: only those that are wanted, each computed once and kept in a table.

The recursion is that of "Calculus and Backpropagation", section 13: the derivative by a node needs those by the nodes
that use it; one that is not known yet is computed then and stored (`→ table[c]`), one that is known is read
(`← table[c]`). The recursion stands in a list of its own, so a chain may be as long as it likes. Contributions are
added in the order of the backward pass, so the results are the same to the last digit.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Any, Literal

from gradcli.graph.tape import Graph, is_elementwise
from gradcli.language import GradcliError
from gradcli.passes.forward import Forward
from gradcli.passes.pulls import puller
from gradcli.rules.shape import described

Edge = tuple[int, int]
"""An edge by its upper end: the slot of the node that uses an operand, and the place among its operands."""

Action = Literal["compute", "local", "read", "idle", "output"]


@dataclass(frozen=True, slots=True)
class Event:
    """One line of what was done.

    Attributes:
        action: "compute" the derivative by a node and store it, take the "local" derivative on an edge, "read" the
            derivative by a node from the table, pass over an "idle" edge, to a branch that is not taken; or nothing is
            to be done, because what is wanted is the derivative by the "output" itself.
        slot: the node; of an edge its upper end.
        place: of an edge the place among the operands; else None.
        depth: how deep in the recursion.
    """

    action: Action
    slot: int
    place: int | None
    depth: int


@dataclass(frozen=True, slots=True, eq=False)
class Lazy:
    """What was computed on demand.

    Attributes:
        forward: the forward pass whose local derivatives were used.
        events: what was done, in order.
        gradients: the table: for each slot that was visited the derivative of the output by it; None where nothing
            arrived. The output has the derivative with which all begins.
        contributions: for each edge that was followed upstream · local, in the shape of its lower end; None where
            nothing comes from above.
        edges: for each slot that was computed its edges, in the order in which they were followed.
        never_visited: inputs and gates that no wanted derivative needs.
    """

    forward: Forward
    events: tuple[Event, ...]
    gradients: dict[int, Any]
    contributions: dict[Edge, Any]
    edges: dict[int, tuple[Edge, ...]]
    never_visited: tuple[int, ...]


def run_lazily(forward: Forward, wanted: Sequence[int], seed: float = 1.0) -> Lazy:
    """Compute the derivatives of the output by some slots, one after the other.

    Args:
        forward: a whole forward pass.
        wanted: inputs or gates.
        seed: the derivative of the output by itself.

    Raises:
        GradcliError: the output is an array ("array-output").
    """
    graph = forward.graph
    shape = graph.shape(graph.output)
    if shape:
        name = graph.output_name
        raise GradcliError("array-output", f"derivatives on demand are those of a number, and {name} "
                           f"{described(shape)}", hint=f"make a number of it, such as sum({name}), or see all "
                           "derivatives: --jacobian")  # fmt: skip
    table = _Table(forward, seed)
    with quiet(graph):
        for slot in wanted:
            table.want(slot)
    visited = table.gradients
    never = [slot for slot in range(len(graph.gates)) if slot not in visited and slot not in graph.constants]
    return Lazy(forward, tuple(table.events), visited, table.contributions, table.edges, tuple(never))


def quiet(graph: Graph) -> AbstractContextManager[object]:
    """Where arrays are computed with: nothing is said of overflow and of 0/0, because the results show it."""
    if graph.shapes is None:
        return nullcontext()
    import numpy  # numbers alone need none

    return numpy.errstate(all="ignore")


class _Table:
    """The table, and what was done to fill it."""

    def __init__(self, forward: Forward, seed: float) -> None:
        self.events: list[Event] = []
        self.gradients: dict[int, Any] = {forward.graph.output: seed}
        self.contributions: dict[Edge, Any] = {}
        self.edges: dict[int, tuple[Edge, ...]] = {}
        self._forward = forward
        self._output = forward.graph.output
        self._consumers = forward.graph.consumers()
        self._handed = _products_of_numbers(forward) if forward.graph.shapes is None else _products(forward)

    def want(self, slot: int) -> None:
        """The derivative by a slot."""
        if slot == self._output or slot in self.gradients:
            self.events.append(Event("output" if slot == self._output else "read", slot, None, 0))
            return
        waiting = [self._begun(slot, 0)]
        while waiting:
            here, depth, edges = waiting[-1]
            needed = self._next_needed(depth, edges, alone=len(self.edges[here]) == 1)
            if needed is None:
                waiting.pop()
                self._store(here)
            else:
                waiting.append(self._begun(needed, depth + 1))

    def _begun(self, slot: int, depth: int) -> tuple[int, int, Iterator[Edge]]:
        # A backward pass meets consumers from the last to the first one, and the operands of each in their order.
        edges = self.edges[slot] = tuple(sorted(self._consumers[slot], key=lambda edge: (-edge[0], edge[1])))
        self.events.append(Event("compute", slot, None, depth))
        return slot, depth, iter(edges)

    def _next_needed(self, depth: int, edges: Iterator[Edge], *, alone: bool) -> int | None:
        """The next consumer whose derivative is not known; None if there are none left."""
        for slot, place in edges:
            if (slot, place) in self._forward.idle:
                self.events.append(Event("idle", slot, place, depth + 1))
                continue
            if slot != self._output or not alone:  # a single edge to the output is the derivative itself
                self.events.append(Event("local", slot, place, depth + 1))
            if slot not in self.gradients:
                return slot
            if slot != self._output:
                self.events.append(Event("read", slot, None, depth + 1))
        return None

    def _store(self, slot: int) -> None:
        total = None
        for edge in self.edges[slot]:
            if edge in self._forward.idle:
                continue
            upstream = self.gradients[edge[0]]
            handed = self.contributions[edge] = None if upstream is None else self._handed(edge, upstream)
            if handed is not None:
                total = handed if total is None else total + handed
        self.gradients[slot] = total


def _products_of_numbers(forward: Forward) -> Callable[[Edge, float], float]:
    def handed(edge: Edge, upstream: float) -> float:
        local: float = forward.locals[edge[0]][edge[1]]
        return upstream * local

    return handed


def _products(forward: Forward) -> Callable[[Edge, Any], Any]:
    """Vector-Jacobian products; those of a gate are computed together when the first one is needed."""
    import numpy  # there are arrays

    graph = forward.graph
    run = puller(graph, forward.ties)
    known: dict[int, Sequence[Any]] = {}

    def handed(edge: Edge, upstream: Any) -> Any:
        slot, place = edge
        gate = graph.gates[slot]
        assert gate is not None  # noqa: S101  (edges lead to gates)
        if graph.branches and not is_elementwise(gate) and not numpy.any(upstream):
            return None  # beside branches 0 times what is undefined would be NaN
        if slot not in known:
            known[slot] = run.pull(gate, upstream, forward.values[slot], forward.operands(slot))
        return known[slot][place]

    return handed
