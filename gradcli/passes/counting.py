"""Operations counted while they are done: what the two ways to a derivative cost.

Counted are the products and sums by which derivatives travel, tangents forward and gradients backward. The values and
local derivatives that both ways begin with are not.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gradcli.graph.tape import Graph
from gradcli.passes.forward import Forward


@dataclass(frozen=True, slots=True)
class Counts:
    """What a pass took.

    Attributes:
        multiplications: products of two numbers, quotients among them.
        additions: sums of two numbers, differences among them.
        stored: numbers that must be kept: of a sweep forward the tangents that later nodes still need, the most at one
            time; of a backward pass what the forward pass has to keep for it, that is local derivatives, and of a gate
            on arrays the values that its vector-Jacobian product looks at, unless they are inputs.
        unseen: functions of libraries inside of which nothing can be counted ("linalg.inv").
    """

    multiplications: int = 0
    additions: int = 0
    stored: int = 0
    unseen: frozenset[str] = frozenset()

    @property
    def operations(self) -> int:
        """Multiplications and additions together."""
        return self.multiplications + self.additions

    def __add__(self, other: Counts) -> Counts:
        return Counts(
            self.multiplications + other.multiplications,
            self.additions + other.additions,
            self.stored + other.stored,
            self.unseen | other.unseen,
        )


@dataclass(frozen=True, slots=True)
class CountedBackward:
    """A backward pass that went only where derivatives are wanted, with its operations counted.

    Attributes:
        counts: of an output that is an array those of one pass for each of its entries.
        passes: how many there were.
        derivatives: those by the wanted slots: floats in a graph of numbers, else Jacobians, (entries of the output) ×
            (entries of the slot).
    """

    counts: Counts
    passes: int
    derivatives: tuple[Any, ...]


def run_counted_backward(forward: Forward, wanted: Sequence[int]) -> CountedBackward:
    """Run the backward pass along the edges that lead to the wanted inputs, and count.

    Args:
        forward: a finished forward pass.
        wanted: slots of inputs.

    Raises:
        GradcliError: the output is an array, and its Jacobians would be too large ("too-large").
    """
    graph = forward.graph
    if graph.shapes is not None:
        from gradcli.passes.array_counting import run_counted_array_backward  # numbers alone need no NumPy

        return run_counted_array_backward(forward, wanted)
    leads = leading(graph, wanted)
    gradients: list[float | None] = [None] * len(graph.gates)
    gradients[graph.output] = 1.0
    multiplications = additions = 0
    for slot, _, args in reversed(graph.steps):
        upstream = gradients[slot]
        if upstream is None:
            continue
        for place, (operand, local) in enumerate(zip(args, forward.locals[slot], strict=True)):
            if local is None or not leads[operand] or (slot, place) in forward.idle:
                continue
            contribution = upstream * local
            multiplications += 1
            before = gradients[operand]
            if before is None:
                gradients[operand] = contribution
            else:
                gradients[operand] = before + contribution
                additions += 1
    found = tuple([0.0 if (g := gradients[slot]) is None else g for slot in wanted])
    # Each local derivative was used in one product.
    return CountedBackward(Counts(multiplications, additions, multiplications), 1, found)


def leading(graph: Graph, wanted: Sequence[int]) -> list[bool]:
    """For each slot whether it depends on one of the wanted ones, or is one."""
    leads = [False] * len(graph.gates)
    for slot in wanted:
        leads[slot] = True
    for slot, _, args in graph.steps:
        leads[slot] = any(leads[a] for a in args)
    return leads


def most_held(graph: Graph, sizes: Mapping[int, int]) -> int:
    """The most numbers that wait at one time, if each slot is dropped after the last node that needs it.

    Args:
        graph: in whose order they are made.
        sizes: for each slot that is made, or stands there from the beginning, how many numbers it has.
    """
    last = {a: slot for slot, _, args in graph.steps if slot in sizes for a in args if a in sizes}
    held = most = sum(size for slot, size in sizes.items() if graph.gates[slot] is None)
    for slot, _, args in graph.steps:
        if slot in sizes:
            held += sizes[slot] - sum(sizes[a] for a in set(args) if last.get(a) == slot and a != graph.output)
            most = max(most, held)
    return most
