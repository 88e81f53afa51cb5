"""Value and gradient and nothing else: what training needs, in little time and little memory.

The passes that tables are made of keep every local derivative and every contribution. Here nothing is kept. Whatever
looks undefined is run once more by those passes, which know how to tell why.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

from gradcli.graph.tape import ArrayGate, Composite, Gate, Graph
from gradcli.passes.backward import run_backward
from gradcli.passes.forward import run_forward
from gradcli.rules.namespace import Ties
from gradcli.rules.rule import Rule

if TYPE_CHECKING:
    from gradcli.passes.lean import Lean


class ArrayGradient:
    """The value of a graph and its derivatives by some of its inputs, to be computed many times.

    Args:
        graph: what to run; its output is a number.
        wrt: names of inputs of the graph.
        ties: which of several equal operands of max and min gets the derivative.
    """

    def __init__(self, graph: Graph, wrt: Sequence[str], ties: Ties = "split") -> None:
        self._graph = graph
        self._ties = ties
        self._wanted = {name: graph.inputs.index(name) for name in dict.fromkeys(wrt)}

    def __call__(self, point: Sequence[Any]) -> tuple[float, dict[str, Any]]:
        """Value and gradient at a point.

        Args:
            point: the values of the inputs, in the order of `graph.inputs`.

        Raises:
            UndefinedValue: a node that the output depends on has no value.
        """
        if self._lean is not None and (found := self._lean.value_and_gradient(point)) is not None:
            value, gradient = found
            return value, {name: gradient[slot] for name, slot in self._wanted.items()}
        forward = run_forward(self._graph, point, self._ties)
        whole = run_backward(forward).gradient()
        return float(forward.output), {name: whole[slot] for name, slot in self._wanted.items()}

    def value(self, point: Sequence[Any]) -> float:
        """The value alone.

        Raises:
            UndefinedValue: a node that the output depends on has no value.
        """
        if self._lean is not None and (found := self._lean.value(point)) is not None:
            return found
        return float(run_forward(self._graph, point, self._ties).output)

    @cached_property
    def _lean(self) -> Lean | None:
        """The quick way; None for numbers alone, and where an undefined value could be lost inside of a gate."""
        if self._graph.shapes is None or any(_may_lose(gate) for _, gate, _ in self._graph.steps):
            return None
        from gradcli.passes.lean import Lean, LeanArithmetic  # numbers alone need no NumPy

        return Lean(self._graph, tuple(self._wanted.values()), LeanArithmetic(self._ties))


def _may_lose(gate: Gate) -> bool:
    """Whether an undefined value inside of a gate may not be seen from outside: 1/(1/0) is 0."""
    return isinstance(gate, Composite) and any(_has_domain(i) or _may_lose(i) for _, i, _ in gate.inner.steps)


def _has_domain(gate: Gate) -> bool:
    if isinstance(gate, ArrayGate):
        return gate.rule.fault is not None
    return isinstance(gate, Rule) and gate.domain is not None
