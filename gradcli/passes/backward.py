"""The backward pass: from the output to the inputs, the contribution of every edge and their sums.

dz/di = Σ over the edges that leave the node: dz/do (upstream) · do/di (local). Contributions are kept, because the
tables show them and because "gradients add at branches" is what there is to learn.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from gradcli.passes.forward import Forward


@dataclass(frozen=True, slots=True)
class Backward:
    """The result of a backward pass.

    Attributes:
        forward: the forward pass whose stored local derivatives were used.
        gradients: the derivative of the output by each slot; None where no gradient arrived (a branch not taken).
        contributions: for each slot what it hands to its operands, upstream · local; None to a constant.
    """

    forward: Forward
    gradients: list[Any]
    contributions: list[tuple[Any, ...]]

    def gradient(self) -> tuple[Any, ...]:
        """The derivative of the output by each input; 0 by an input the output does not depend on."""
        graph = self.forward.graph
        if graph.shapes is not None:
            from gradcli.passes.array_passes import filled  # numbers alone need no NumPy

            return filled(graph, self.gradients)
        return tuple(g if g is not None else 0.0 for g in self.gradients[: len(graph.inputs)])


def run_backward(forward: Forward, seed: Any = 1.0) -> Backward:
    """Run the backward pass, with `seed` as the derivative of the output by itself, of the output's shape."""
    graph = forward.graph
    if graph.shapes is not None:
        from gradcli.passes.array_passes import run_array_backward  # numbers alone need no NumPy

        return run_array_backward(forward, seed)
    gradients: list[float | None] = [None] * len(graph.gates)
    contributions: list[tuple[float | None, ...]] = [()] * len(graph.gates)
    gradients[graph.output] = seed
    for slot, _, args in reversed(graph.steps):
        upstream = gradients[slot]
        stored = forward.locals[slot]
        if upstream is None:
            contributions[slot] = tuple([None if d is None else 0.0 for d in stored])
            continue
        handed: list[float | None] = []
        for place, local in enumerate(stored):
            if local is None:
                handed.append(None)
            elif forward.idle and (slot, place) in forward.idle:
                handed.append(0.0)
            else:
                contribution = upstream * local
                handed.append(contribution)
                before = gradients[args[place]]
                gradients[args[place]] = contribution if before is None else before + contribution
        contributions[slot] = tuple(handed)
    return Backward(forward, gradients, contributions)
