"""Weights that are updated too early: the gradient then goes back through other ones than those of the forward pass."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from gradcli.homework.marking.own import Replay
from gradcli.homework.mistakes.slip import Slip
from gradcli.homework.mistakes.sweeps import EVERYWHERE, Handed, gradients, swept
from gradcli.homework.problems.problem import Problem

_RATES = (0.1, 0.01)
"""Steps of gradient descent that are tried where the formula names none."""

_RATE_NAMES = ("α", "alpha", "η", "eta", "lr", "rate")

_PRODUCTS = ("mul", "dot", "matvec", "vecmat", "matmul")


def updated_weights(problem: Problem, state: Replay | None) -> Iterator[Slip]:
    """The slips of weights that were updated before the gradient went on through their products.

    A weight is an input that is used once, in a product with something that is computed. The step is the input that is
    named like one, or else one of a few usual ones.
    """
    weights = _weights(problem)
    values = problem.forward.values if state is None else state.values
    names = problem.graph.inputs
    rates = [
        float(values[slot])
        for slot, name in enumerate(names)
        if name in _RATE_NAMES and isinstance(values[slot], float)
    ]
    if len(weights) < (1 if rates else 2):  # without a step it must be more than a product
        return
    slot = max(weights)
    says = "The gradient goes back through the weights of the forward pass; here they had been updated before."
    for rate in rates or _RATES:
        numbers = gradients(problem, state, swept(problem, state, hand=_handing(problem, state, weights, rate)))
        if numbers:
            yield Slip("updated-weights", slot, says, problem.naming.place(slot), numbers=numbers, changes=EVERYWHERE)


def _weights(problem: Problem) -> dict[int, int]:
    """For each product of a weight and something computed the place of the weight among its operands."""
    graph = problem.graph
    uses = [len(edges) for edges in graph.consumers()]
    found = {}
    for slot, gate, args in graph.steps:
        if gate.name not in _PRODUCTS or len(args) != 2:
            continue
        for place, other in ((0, 1), (1, 0)):
            is_weight = args[place] < len(graph.inputs) and uses[args[place]] == 1
            if is_weight and args[other] >= len(graph.inputs) and args[other] not in graph.constants:
                found[slot] = place
    return found


def _handing(problem: Problem, state: Replay | None, weights: Mapping[int, int], rate: float) -> Handed:
    graph = problem.graph
    values = problem.forward.values if state is None else state.values

    def hand(slot: int, upstream: Any, operands: list[Any]) -> list[Any]:
        gate, output = graph.gates[slot], values[slot]
        assert gate is not None  # noqa: S101  (only steps hand anything on)
        handed = list(problem.run.pull(gate, upstream, output, operands))
        place = weights.get(slot)
        if place is None or handed[place] is None:
            return handed
        updated = list(operands)
        updated[place] = operands[place] - rate * handed[place]
        after = problem.run.pull(gate, upstream, output, updated)
        handed[1 - place] = after[1 - place]
        return handed

    return hand
