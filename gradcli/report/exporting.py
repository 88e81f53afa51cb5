"""A graph over fewer rules: what a language has no function for is spelled out by the rule's own arithmetic.

No rule is written a second time: its value is run on symbols, which writes it in more elementary functions.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from gradcli.graph.builder import Builder
from gradcli.graph.symbols import Symbol, SymbolMath
from gradcli.graph.tape import ArrayGate, Gate, Graph
from gradcli.language import GradcliError
from gradcli.rules.array_rule import ArrayRule
from gradcli.rules.rule import Rule
from gradcli.rules.shape import Shape
from gradcli.rules.table import RULES

_NO_SETTINGS: Mapping[str, Any] = MappingProxyType({})


@dataclass(frozen=True, slots=True, eq=False)
class Lowered:
    """A graph over known rules.

    Attributes:
        graph: the graph; its inputs are in the same slots.
        there: for each slot of the first graph its slot in this one.
    """

    graph: Graph
    there: tuple[int, ...]


def lowered(graph: Graph, known: Collection[str], language: str) -> Lowered:
    """The graph over the rules of a language.

    Args:
        graph: without gates that are made of others.
        known: names of rules that the language has.
        language: how it is called in the message.

    Raises:
        GradcliError: a rule can be said neither in the language nor by other rules.
    """
    builder = Builder()
    there = [builder.input(name, graph.shape(slot)) for slot, name in enumerate(graph.inputs)]
    there += [-1] * (len(graph.gates) - len(there))
    emitter = _Emitter(builder, known, language)
    for slot, value in graph.constants.items():
        there[slot] = builder.constant(value, graph.symbols.get(slot))
    for slot, gate, args in graph.steps:
        there[slot] = emitter.gate(gate, tuple([there[a] for a in args]))
        if slot in graph.names and there[slot] not in builder.constants:
            builder.names.setdefault(there[slot], graph.names[slot])
    whole = Graph(
        tuple(builder.inputs), tuple(builder.gates), tuple(builder.args), tuple(builder.spans), builder.constants,
        builder.symbols, builder.names, there[graph.output], graph.output_name,
        tuple(builder.shapes) if builder.arrays else None,
    )  # fmt: skip
    return Lowered(whole, tuple(there))


class _Math(SymbolMath):
    """The namespace of the rules on symbols, with the conventions of the package."""

    ties = "split"


class _Emitter:
    """Writes rules that are known, and the others by what they are computed with."""

    def __init__(self, builder: Builder, known: Collection[str], language: str) -> None:
        self.builder = builder
        self._known = known
        self._language = language
        self._within: list[str] = []
        self._m = _Math(self)

    def constant(self, value: float) -> int:
        """The slot of a constant."""
        return self.builder.constant(value)

    def shape(self, slot: int) -> Shape:
        """The shape of a slot."""
        return self.builder.shapes[slot]

    def apply(self, rule: Rule, operands: tuple[int, ...]) -> int:
        """The slot of a rule, which may have no name of its own."""
        return self.gate(rule, operands)

    def emit(self, operation: str, operands: tuple[int, ...], settings: Mapping[str, Any] = _NO_SETTINGS) -> int:
        """The slot of an operation."""
        if operation in RULES:
            rule = RULES[operation]
            missing = rule.arity + len(rule.defaults) - len(operands)
            if rule.defaults and missing > 0:
                operands += tuple(self.constant(value) for value in rule.defaults[-missing:])
            return self.gate(rule, operands)
        from gradcli.rules.array_table import ARRAY_RULES  # most formulas are about numbers

        rule_of_arrays: ArrayRule = ARRAY_RULES[operation]
        given = tuple((name, settings.get(name, default)) for name, default in rule_of_arrays.settings)
        return self.gate(ArrayGate(rule_of_arrays, given), operands)

    def gate(self, gate: Gate, operands: Sequence[int]) -> int:
        """The slot of a gate on operands."""
        given = tuple(operands)
        if gate.name in self._known:
            return self.builder.apply(gate, given)
        if gate.name in self._within or not isinstance(gate, Rule | ArrayGate):
            raise GradcliError("unsupported", f"{gate.name} cannot be written in {self._language}",
                               hint="leave it away, or choose another --format")  # fmt: skip
        self._within.append(gate.name)
        symbols = [Symbol(self, slot) for slot in given]
        if isinstance(gate, ArrayGate):
            value = gate.rule.value(self._m, *symbols, **gate.settings)
        else:
            value = gate.value(self._m, *symbols)
        self._within.pop()
        return value.slot if isinstance(value, Symbol) else self.constant(float(value))
