"""Gate sets: which gates an operation of a formula becomes, as it is written into the graph.

"The graph of a formula is not unique: choose nodes whose local gradient is easy." `Lecture` keeps named functions as
one gate and turns a division into `1/·` and `· × ·`; `Primitive` spells every function out. What needs the whole
graph, because it looks at who uses a node, is done afterwards (`fusion`, `statements`).
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Literal

from gradcli.graph.builder import Builder
from gradcli.graph.symbols import Symbol, SymbolMath
from gradcli.graph.tape import ArrayGate
from gradcli.rules.rule import Rule
from gradcli.rules.shape import Mismatch, Shape
from gradcli.rules.table import RULES

GateSet = Literal["lecture", "primitive", "coarse", "named"]
GATE_SETS: tuple[GateSet, ...] = ("lecture", "primitive", "coarse", "named")

_SYNONYMS = {"dot": "mul", "matmul": "mul", "norm": "abs"}
"""Operations that are the same for numbers; `‖x‖` of one number is its absolute value."""

_SPELLED_SIGNS = {"div", "pow"}
"""Signs of which the lecture makes several gates, or one of another name."""

_NO_SETTINGS: Mapping[str, Any] = MappingProxyType({})

_PRODUCTS = {"matvec", "vecmat", "as_row", "as_column"}
"""Gates that are one move or one product, although they are computed by another one's function."""

_POWERS = {2.0: "square", 3.0: "cube", -1.0: "recip"}


class Lecture:
    """Writes operations in the gates of the lecture."""

    def __init__(self, builder: Builder) -> None:
        self.builder = builder

    def constant(self, value: Any, symbol: str | None = None) -> int:
        """The slot of a constant."""
        return self.builder.constant(value, symbol)

    def shape(self, slot: int) -> Shape:
        """The shape of a slot."""
        return self.builder.shapes[slot]

    def emit(self, operation: str, operands: tuple[int, ...], settings: Mapping[str, Any] = _NO_SETTINGS) -> int:
        """The slot of an operation of the formula on operands.

        Raises:
            Mismatch: the shapes of the operands do not fit.
        """
        if not self.builder.arrays:
            operation = _SYNONYMS.get(operation, operation)
            if operation == "transpose":
                return operands[0]
        if operation not in RULES and operation not in _SPELLED_SIGNS:
            from gradcli.graph.array_gates import emit_array  # numbers alone need none of it

            return emit_array(self, operation, operands, settings)
        if settings:
            raise Mismatch(f"{operation} has no setting '{next(iter(settings))}'", "leave it away")
        if self.builder.arrays:
            from gradcli.graph.array_gates import elementwise

            return elementwise(self, operation, operands, lambda columns: self._emit(operation, columns))
        return self._emit(operation, operands)

    def _emit(self, operation: str, operands: tuple[int, ...]) -> int:
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

    def apply_array(self, gate: ArrayGate, operands: tuple[int, ...]) -> int:
        """The slot of an array rule, with its settings, on all its operands."""
        return self.builder.apply(gate, operands)

    def _value(self, slot: int) -> float | None:
        return None if self.builder.shapes[slot] else self.builder.constants.get(slot)

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
        if not rule.spelled or all(operand in self.builder.constants for operand in operands):
            return super().apply(rule, operands)
        symbols = [Symbol(self, operand) for operand in operands]
        spelled: Symbol = rule.spelled[0](SymbolMath(self), *symbols)
        return spelled.slot

    def apply_array(self, gate: ArrayGate, operands: tuple[int, ...]) -> int:
        """The slot of an array rule, spelled out in the arithmetic it is computed with, if that is of other rules."""
        from gradcli.rules.array_functions import ARRAY_FUNCTIONS  # numbers alone need no NumPy

        self.builder.apply(gate, operands)  # checks the shapes; a gate that nobody uses is left out in the end
        if gate.name in (*ARRAY_FUNCTIONS, *_PRODUCTS) or all(
            operand in self.builder.constants for operand in operands
        ):
            return super().apply_array(gate, operands)
        spelled: Symbol = gate.rule.value(SymbolMath(self), *(Symbol(self, o) for o in operands), **gate.settings)
        return spelled.slot
