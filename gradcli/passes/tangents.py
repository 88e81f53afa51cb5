"""Forward mode: from one input to the output, the tangent of every node.

The tangent ȯ of a node is its derivative by the input: ȯ = Σ do/di · i̇ over the operands of the node, beginning with 1
at the input and 0 at all others. One sweep gives the derivatives of all nodes by one input, where one backward pass
gives the derivatives of one node by all inputs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from gradcli.graph.tape import Graph
from gradcli.language import GradcliError
from gradcli.passes.counting import Counts, most_held
from gradcli.passes.forward import Forward

MOST_STEPS = 5_000_000
"""Gates that all sweeps together may pass."""


@dataclass(frozen=True, slots=True)
class Tangents:
    """The result of one sweep.

    Attributes:
        forward: the forward pass whose local derivatives were used.
        slot: the input.
        by_slot: for each slot its derivative by the input; None where it does not depend on it, or is not taken. In a
            graph of numbers a float, else a Jacobian, (entries of the slot) × (entries of the input), arrays read row
            by row.
        counts: what the sweep took.
    """

    forward: Forward
    slot: int
    by_slot: list[Any]
    counts: Counts

    @property
    def derivative(self) -> Any:
        """The derivative of the output: a float or a Jacobian; 0 if the output does not depend on the input."""
        found = self.by_slot[self.forward.graph.output]
        if found is not None:
            return found
        if self.forward.graph.shapes is None:
            return 0.0
        from gradcli.passes.array_tangents import no_dependence  # numbers alone need no NumPy

        return no_dependence(self.forward.graph, self.slot)


def run_tangents(forward: Forward, slot: int) -> Tangents:
    """Sweep once from an input to the output; branches that are not taken are left out.

    Args:
        forward: a finished forward pass.
        slot: the slot of the input.

    Raises:
        GradcliError: a Jacobian would be too large ("too-large").
    """
    return run_all_tangents(forward, [slot])[0]


def run_all_tangents(forward: Forward, slots: Sequence[int]) -> list[Tangents]:
    """One sweep for each of several inputs.

    Raises:
        GradcliError: there are too many for so many nodes, or a Jacobian would be too large ("too-large").
    """
    graph = forward.graph
    if len(slots) * len(graph.steps) > MOST_STEPS:
        what = f"forward mode would take {len(slots):,} sweeps over {len(graph.steps):,} nodes"
        raise GradcliError("too-large", what, hint="ask for fewer inputs with --wrt, or take the backward pass: it "
                           "gives the derivatives by all of them at once")  # fmt: skip
    taken = forward.taken()
    if graph.shapes is None:
        return [_sweep(forward, slot, taken) for slot in slots]
    from gradcli.passes.array_tangents import run_array_tangents  # numbers alone need no NumPy

    return run_array_tangents(forward, slots, taken)


def _sweep(forward: Forward, start: int, taken: Sequence[bool]) -> Tangents:
    graph, idle = forward.graph, forward.idle
    tangents: list[float | None] = [None] * len(graph.gates)
    tangents[start] = 1.0
    multiplications = additions = 0
    for slot, _, args in graph.steps:
        if not taken[slot]:
            continue
        total: float | None = None
        for place, local in enumerate(forward.locals[slot]):
            tangent = tangents[args[place]]
            if tangent is None or local is None or (idle and (slot, place) in idle):
                continue
            product = local * tangent
            multiplications += 1
            if total is None:
                total = product
            else:
                total += product
                additions += 1
        tangents[slot] = total
    return Tangents(forward, start, tangents, Counts(multiplications, additions, _held(graph, tangents)))


def _held(graph: Graph, tangents: Sequence[float | None]) -> int:
    return most_held(graph, {slot: 1 for slot, tangent in enumerate(tangents) if tangent is not None})
