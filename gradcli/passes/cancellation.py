"""Whether rounding alone may have spoiled a derivative.

(1 − cos x)/x² at x = 10⁻⁸ comes out as 0, and its derivative as 10⁸: 1 − cos x has no correct digit there, and both are
made of it. No formula of theirs is wrong, so such a derivative is not to be blamed. How far rounding may move one is
bounded as it is for the value: the derivative is a graph, too (`gradcli.passes.symbolic`), and a relative error ε in a
node of it moves the derivative by ε·|node · derivative by the node|.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from gradcli.graph.tape import Graph
from gradcli.language import GradcliError
from gradcli.passes.forward import Forward, UndefinedValue, run_forward
from gradcli.passes.hessian import pull
from gradcli.passes.lines import Variable, granted, values_along
from gradcli.passes.symbolic import symbolic_gradient

MOST_STEPS = 20_000
"""Nodes of a formula up to which the graph of a derivative is written down for this."""

_NO_DIGIT = 0.1
"""An error of this part of a number leaves no digit of it."""


class Cancellation:
    """Bounds what rounding may do to the derivatives of one graph at one point.

    Args:
        graph: the formula.
        point: the values of its inputs.
        value_error: how far rounding may have moved the value.
    """

    def __init__(self, graph: Graph, point: Sequence[Any], value_error: float) -> None:
        self._graph = graph
        self._point = point
        self._value_error = value_error
        self._runs: dict[int, tuple[Forward, int] | None] = {}

    def reason(self, variable: Variable, analytic: float, numeric: float) -> str | None:
        """Why a derivative and its difference quotient may differ by rounding alone; None if they may not.

        Args:
            variable: the number by which the derivative is.
            analytic: the derivative.
            numeric: the difference quotient.
        """
        error = self.error(variable)
        apart, size = abs(analytic - numeric), max(abs(analytic), abs(numeric))
        if not apart <= error:
            return None
        moved = f"the derivative by {error:.2g}"
        if error < _NO_DIGIT * size:
            return f"cancellation: rounding may move {moved}, and they are {apart:.2g} apart"
        value = values_along(variable)(variable.value)
        if self._value_error >= _NO_DIGIT * abs(value):
            lost = f"the value by {self._value_error:.2g} and {moved}: no digit of them is correct"
        else:
            lost = f"{moved}: no digit of it is correct"
        return f"cancellation: rounding may move {lost}"

    def error(self, variable: Variable) -> float:
        """How far rounding may have moved a derivative; NaN where that is not known."""
        if variable.place not in self._runs:
            self._runs[variable.place] = self._run(variable.place)
        run = self._runs[variable.place]
        if run is None:
            return math.nan
        forward, slot = run
        seed: Any = 1.0
        if variable.at:
            import numpy  # numbers alone need no NumPy

            seed = numpy.zeros(forward.graph.shape(slot))
            seed[variable.at] = 1.0
        # Inputs and constants are what they are, and a node that is exactly 0 has no rounding error.
        gates = forward.graph.gates
        arrived = [None if gate is None else g for g, gate in zip(pull(forward, {slot: seed}), gates, strict=True)]
        found = granted(forward.graph, arrived, forward.values, smallest=0.0)
        return found if math.isfinite(found) else math.nan

    def _run(self, place: int) -> tuple[Forward, int] | None:
        """The graph of a derivative, run at the point, and the slot of the derivative; None where there is none."""
        if len(self._graph.steps) > MOST_STEPS:
            return None
        try:
            derived = symbolic_gradient(self._graph, [place])
            return run_forward(derived.graph, self._point), derived.gradient[place]
        except (GradcliError, UndefinedValue):  # the value is an array, or a derivative on the way has no value
            return None
