"""What one gate does, over any namespace: its value and its local derivatives.

For a rule that is the rule's own line. For a gate that is made of others it is a forward and a backward pass inside
the gate, over the same lines.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from gradcli.graph.tape import ArrayGate, Composite, Gate, Graph
from gradcli.rules.floats import Floats, evaluate, local_derivatives
from gradcli.rules.rule import Rule
from gradcli.rules.table import tie_convention


class Arithmetic:
    """Runs gates over a namespace `m`: on arrays, symbols, or whatever else `m` computes with."""

    def __init__(self, m: Any) -> None:
        self.m = m

    def value(self, gate: Gate, operands: Sequence[Any]) -> Any:
        """The gate's output."""
        if isinstance(gate, Composite):
            return self.inner_values(gate.inner, operands)[gate.inner.output]
        if isinstance(gate, ArrayGate):
            return gate.rule.value(self.m, *operands, **gate.settings)
        return self.rule_value(gate, operands)

    def local(self, gate: Gate, output: Any, operands: Sequence[Any]) -> tuple[Any, ...]:
        """The gate's local derivatives, one for each operand."""
        return tuple([0 if slope is None else slope for slope in self.slopes(gate, output, operands)])

    def slopes(self, gate: Gate, output: Any, operands: Sequence[Any]) -> tuple[Any, ...]:
        """The local derivatives of a gate on numbers, or entry by entry; array gates have `pull` instead.

        None stands where an operand is not used, on a branch that is not taken. Such an edge carries no gradient:
        0 times an infinite upstream gradient would be NaN.
        """
        if isinstance(gate, ArrayGate):
            raise TypeError(f"{gate.name} has no local derivatives entry by entry")
        if isinstance(gate, Composite):
            return self._inner_derivatives(gate.inner, operands)
        slopes = self.rule_local(gate, output, operands)
        if gate.name == "where":
            return slopes[0], *(None if isinstance(s, int | float) and s == 0 else s for s in slopes[1:])
        return slopes

    def constant(self, value: float) -> Any:
        """A constant as the namespace computes with it."""
        return value

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
            values[slot] = self.constant(value)
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
            slopes = self.slopes(gate, values[slot], [values[a] for a in args])
            for operand, slope in zip(args, slopes, strict=True):
                if operand in graph.constants or slope is None:
                    continue
                contribution = upstream[slot] * slope
                before = upstream[operand]
                upstream[operand] = contribution if before is None else before + contribution
        # A parameter that the gate never uses is no branch: its derivative is 0.
        return tuple([0 if u is None and not graph.branches else u for u in upstream[: len(operands)]])


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
        if isinstance(gate, ArrayGate):
            return ()
        if isinstance(gate, Rule):
            said = gate.conventions(*operands) if gate.kinks else ()
            # The table's text of ties is that of "split".
            return (tie_convention(gate.name, self.m.ties),) if said and gate.name in ("max", "min") else said
        values = self.inner_values(gate.inner, operands)
        inside = [c for _, g, args in gate.inner.steps for c in self.conventions(g, [values[a] for a in args])]
        return tuple(dict.fromkeys(inside))
