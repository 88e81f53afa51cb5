"""What one gate does, over any namespace: its value and its local derivatives.

For a rule that is the rule's own line. For a gate that is made of others it is a forward and a backward pass inside
the gate, over the same lines.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from gradcli.graph.tape import Composite, Gate, Graph
from gradcli.rules.floats import Floats, evaluate, local_derivatives
from gradcli.rules.rule import Rule


class Arithmetic:
    """Runs gates over a namespace `m`: on arrays, symbols, or whatever else `m` computes with."""

    def __init__(self, m: Any) -> None:
        self.m = m

    def value(self, gate: Gate, operands: Sequence[Any]) -> Any:
        """The gate's output."""
        if isinstance(gate, Composite):
            return self.inner_values(gate.inner, operands)[gate.inner.output]
        return self.rule_value(gate, operands)

    def local(self, gate: Gate, output: Any, operands: Sequence[Any]) -> tuple[Any, ...]:
        """The gate's local derivatives, one for each operand."""
        if isinstance(gate, Composite):
            return self._inner_derivatives(gate.inner, operands)
        return self.rule_local(gate, output, operands)

    def rule_value(self, rule: Rule, operands: Sequence[Any]) -> Any:
        """The output of a rule."""
        return rule.value(self.m, *operands)

    def rule_local(self, rule: Rule, output: Any, operands: Sequence[Any]) -> tuple[Any, ...]:
        """The local derivatives of a rule."""
        return rule.local(self.m, output, *operands)

    def inner_values(self, graph: Graph, operands: Sequence[Any]) -> list[Any]:
        """The values of all slots of the graph inside a gate."""
        values: list[Any] = [*operands, *([None] * (len(graph.gates) - len(operands)))]
        for slot, value in graph.constants.items():
            values[slot] = value
        for slot, gate, args in graph.steps:
            values[slot] = self.value(gate, [values[a] for a in args])
        return values

    def _inner_derivatives(self, graph: Graph, operands: Sequence[Any]) -> tuple[Any, ...]:
        values = self.inner_values(graph, operands)
        upstream: list[Any] = [None] * len(values)
        upstream[graph.output] = 1
        for slot, gate, args in reversed(graph.steps):
            if upstream[slot] is None:
                continue
            locals_ = self.local(gate, values[slot], [values[a] for a in args])
            for place, (operand, local) in enumerate(zip(args, locals_, strict=True)):
                if operand in graph.constants or not carries(gate, place, local):
                    continue
                contribution = upstream[slot] * local
                before = upstream[operand]
                upstream[operand] = contribution if before is None else before + contribution
        return tuple(0 if u is None else u for u in upstream[: len(operands)])


class FloatArithmetic(Arithmetic):
    """Runs gates on Python floats, with IEEE results instead of exceptions."""

    m: Floats

    def rule_value(self, rule: Rule, operands: Sequence[float]) -> float:
        """The output of a rule, a float."""
        return evaluate(rule, self.m, operands)

    def rule_local(self, rule: Rule, output: float, operands: Sequence[float]) -> tuple[float, ...]:
        """The local derivatives of a rule, floats."""
        return local_derivatives(rule, self.m, output, operands)

    def conventions(self, gate: Gate, operands: Sequence[float]) -> tuple[str, ...]:
        """The conventions that the gate used because its operands lie on a kink."""
        if isinstance(gate, Rule):
            return gate.conventions(*operands) if gate.kinks else ()
        values = self.inner_values(gate.inner, operands)
        said = [c for _, g, args in gate.inner.steps for c in self.conventions(g, [values[a] for a in args])]
        return tuple(dict.fromkeys(said))


def carries(gate: Gate, place: int, local: Any) -> bool:
    """Whether an edge carries a gradient at all: the branch of a `where` that is not taken gets nothing, never 0·∞."""
    return not (gate.name == "where" and place > 0 and isinstance(local, int | float) and local == 0)
