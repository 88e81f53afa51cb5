"""Gate sets: which gates an operation of a formula becomes, as it is written into the graph.

"The graph of a formula is not unique: choose nodes whose local gradient is easy." `Lecture` keeps named functions as
one gate and turns a division into `1/·` and `· × ·`; `Primitive` spells every function out. What needs the whole
graph, because it looks at who uses a node, is done afterwards (`fusion`, `statements`).
"""

from __future__ import annotations

from typing import Literal

from gradcli.graph.builder import Builder
from gradcli.graph.symbols import Symbol, SymbolMath
from gradcli.rules.rule import Rule
from gradcli.rules.table import RULES

GateSet = Literal["lecture", "primitive", "coarse", "named"]
GATE_SETS: tuple[GateSet, ...] = ("lecture", "primitive", "coarse", "named")

_SYNONYMS = {"dot": "mul", "matmul": "mul", "norm": "abs"}
"""Operations that are the same for numbers; `‖x‖` of one number is its absolute value."""

_POWERS = {2.0: "square", 3.0: "cube", -1.0: "recip"}


class Lecture:
    """Writes operations in the gates of the lecture."""

    def __init__(self, builder: Builder) -> None:
        self.builder = builder

    def constant(self, value: float, symbol: str | None = None) -> int:
        """The slot of a constant."""
        return self.builder.constant(value, symbol)

    def emit(self, operation: str, operands: tuple[int, ...]) -> int:
        """The slot of an operation of the formula on operands."""
        operation = _SYNONYMS.get(operation, operation)
        if operation == "transpose":
            return operands[0]
        if operation == "div":
            return self._division(*operands)
        if operation == "pow":
            return self._power(*operands)
        rule = RULES[operation]
        missing = rule.arity + len(rule.defaults) - len(operands)
        if rule.defaults and missing > 0:
            operands += tuple(self.constant(value) for value in rule.defaults[-missing:])
        return self.apply(rule, operands)

    def apply(self, rule: Rule, operands: tuple[int, ...]) -> int:
        """The slot of a rule on all its operands."""
        return self.builder.apply(rule, operands)

    def _value(self, slot: int) -> float | None:
        return self.builder.constants.get(slot)

    def _division(self, over: int, under: int) -> int:
        if self._value(under) is not None:
            return self.apply(RULES["div"], (over, under))
        reciprocal = self.apply(RULES["recip"], (under,))
        return reciprocal if self._value(over) == 1 else self.apply(RULES["mul"], (over, reciprocal))

    def _power(self, base: int, exponent: int) -> int:
        special = _POWERS.get(self._value(exponent) or 0.0)
        if special is not None:
            return self.apply(RULES[special], (base,))
        if self.builder.symbols.get(base) == "e":
            return self.apply(RULES["exp"], (exponent,))
        return self.apply(RULES["pow"], (base, exponent))


class Primitive(Lecture):
    """Spells every function out over `+ − × 1/· ^ exp ln sin cos max ...`."""

    def apply(self, rule: Rule, operands: tuple[int, ...]) -> int:
        """The slot of a rule on all its operands, spelled out if it can be."""
        if not rule.spelled or all(self._value(operand) is not None for operand in operands):
            return super().apply(rule, operands)
        symbols = [Symbol(self, operand) for operand in operands]
        spelled: Symbol = rule.spelled[0](SymbolMath(self), *symbols)
        return spelled.slot
