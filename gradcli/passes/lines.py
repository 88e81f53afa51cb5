"""A formula as a function of one of its numbers, the others staying what they are."""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from gradcli.graph.tape import Graph
from gradcli.passes.backward import Backward, run_backward
from gradcli.passes.forward import Forward, UndefinedValue, run_forward
from gradcli.passes.quotients import Line

_ROUNDING = 8 * sys.float_info.epsilon
"""Relative error that is granted to the value of every node."""


@dataclass(frozen=True, slots=True)
class Variable:
    """A number that is moved.

    Attributes:
        graph: what is run.
        point: the values of the inputs.
        place: the input that is moved.
        at: the indices of the entry that is moved; empty where the input is a number.
        seed: the weights with which an output that is an array counts; 1 for a number.
    """

    graph: Graph
    point: tuple[Any, ...]
    place: int
    at: tuple[int, ...]
    seed: Any

    @property
    def name(self) -> str:
        """What it is called: the input, or an entry of it (W[0, 1])."""
        name = self.graph.inputs[self.place]
        return f"{name}[{', '.join(map(str, self.at))}]" if self.at else name

    @property
    def value(self) -> float:
        """Where it stands."""
        x = self.point[self.place]
        return float(x[self.at]) if self.at else float(x)

    def moved(self, x: float) -> list[Any]:
        """The point with this number in it."""
        whole: Any = x
        if self.at:
            whole = self.point[self.place].copy()
            whole[self.at] = x
        return [*self.point[: self.place], whole, *self.point[self.place + 1 :]]


def values_along(variable: Variable) -> Callable[[float], float]:
    """The value of the formula; NaN where it is undefined."""

    def value(x: float) -> float:
        try:
            return _weighted(run_forward(variable.graph, variable.moved(x)).output, variable.seed)
        except UndefinedValue:
            return math.nan

    return value


def along(variable: Variable) -> Line:
    """The value, what rounding may have done to it, and the derivative; NaN where the formula is undefined."""
    graph, seed = variable.graph, variable.seed

    @cache  # the slopes from the left, from the right and from both sides use the same points
    def line(x: float) -> tuple[float, float, float]:
        try:
            forward = run_forward(graph, variable.moved(x))
        except UndefinedValue:
            return math.nan, math.nan, math.nan
        backward = run_backward(forward, seed)
        slope = backward.gradients[variable.place]
        if slope is not None and variable.at:
            slope = float(slope[variable.at])
        return _weighted(forward.output, seed), _noise(backward), slope or 0.0

    return line


def noise(forward: Forward, seed: Any) -> float:
    """How far rounding may have moved the output of a pass, weighted with `seed` if it is an array."""
    return _noise(run_backward(forward, seed))


def granted(
    graph: Graph, gradients: Sequence[Any], values: Sequence[Any], smallest: float = sys.float_info.min
) -> float:
    """How far rounding in every slot may have moved the number of which `gradients` are the derivatives by the slots.

    Args:
        graph: what was run.
        gradients: for each slot the derivative by it, or None.
        values: for each slot its value.
        smallest: the value below which the error is absolute; by default the smallest normal number.
    """
    pairs = zip(gradients, values, strict=True)
    if graph.shapes is not None:
        from gradcli.passes.array_passes import influence  # numbers alone need no NumPy

        return _ROUNDING * influence(pairs, smallest)
    moved = (abs(gradient) * max(abs(value), smallest) for gradient, value in pairs if gradient)
    return _ROUNDING * float(sum(m for m in moved if m == m))


def _weighted(output: Any, seed: Any) -> float:
    return output if isinstance(output, float) else float((output * seed).sum())


def _noise(backward: Backward) -> float:
    return granted(backward.forward.graph, backward.gradients, backward.forward.values)
