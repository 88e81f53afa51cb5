"""Rules run on symbols: the formula of a gate and of its local derivatives, lightly simplified."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from gradcli.graph.blocks import Block
from gradcli.graph.builder import Builder
from gradcli.graph.symbols import Symbol, SymbolMath
from gradcli.graph.tape import ArrayGate, Composite, Gate, Graph
from gradcli.passes.gates import Arithmetic
from gradcli.rules.array_table import ARRAY_RULES
from gradcli.rules.rule import Rule
from gradcli.rules.shape import Shape, broadcast
from gradcli.rules.table import RULES

Fixed = Sequence[float | None]
"""For each operand its value if it is a constant, else None."""

_NO_SETTINGS: Mapping[str, Any] = MappingProxyType({})


class Simplifying:
    """Writes operations into a builder, leaving out zeros, ones and double signs."""

    def __init__(self, builder: Builder) -> None:
        self.builder = builder

    def constant(self, value: float) -> int:
        """The slot of a constant."""
        return self.builder.constant(value)

    def shape(self, slot: int) -> Shape:
        """The shape of a slot."""
        return self.builder.shapes[slot]

    def emit(self, operation: str, operands: tuple[int, ...], settings: Mapping[str, Any] = _NO_SETTINGS) -> int:
        """The slot of an operation, or of something simpler that is equal to it."""
        if operation not in RULES:
            return self._array_gate(operation, operands, settings)
        simpler = getattr(self, f"_{operation}", None)
        found = simpler(*operands) if simpler is not None else None
        if found is None or not self._as_large(found, operands):
            return self._plain(operation, *operands)
        return int(found)

    def _plain(self, operation: str, *operands: int) -> int:
        return self.builder.apply(RULES[operation], operands)

    def _as_large(self, found: int, operands: tuple[int, ...]) -> bool:
        """Whether something simpler has the shape of the whole: 0 times an array is no number."""
        if not self.builder.arrays:
            return True
        return self.shape(found) == broadcast(*map(self.shape, operands))

    def _array_gate(self, operation: str, operands: tuple[int, ...], settings: Mapping[str, Any]) -> int:
        rule = ARRAY_RULES[operation]
        below = self.builder.args[operands[0]] if operands else ()
        if any(operation == one and self._is(operands[0], other) for one, other in _UNDOING):
            return below[0]
        if operation == "sum" and len(self.shape(operands[0])) == 1:
            # The sum of all entries, whether they were summed along one axis after the other or at once.
            inner = self._is(operands[0], "sum") and len(self.shape(below[0])) == 2
            operands, settings = below if inner else operands, {"axis": None}
        given = tuple((name, settings.get(name, default)) for name, default in rule.settings)
        return self.builder.apply(ArrayGate(rule, given), operands)

    def _number(self, slot: int) -> float | None:
        return None if self.builder.shapes[slot] else self.builder.constants.get(slot)

    def _is(self, slot: int, operation: str) -> bool:
        gate = self.builder.gates[slot]
        return gate is not None and gate.name == operation

    def _args(self, slot: int) -> tuple[int, ...]:
        return self.builder.args[slot]

    def _add(self, a: int, b: int) -> int | None:
        if self._number(a) == 0:
            return b
        if self._number(b) == 0:
            return a
        if self._is(b, "neg"):
            return self.emit("sub", (a, *self._args(b)))
        return self.emit("mul", (self.constant(2.0), a)) if a == b else None

    def _sub(self, a: int, b: int) -> int | None:
        if self._number(b) == 0:
            return a
        if self._number(a) == 0:
            return self.emit("neg", (b,))
        if self._is(b, "neg"):
            return self.emit("add", (a, *self._args(b)))
        return self.constant(0.0) if a == b else None

    def _neg(self, a: int) -> int | None:
        if self._is(a, "neg"):
            return self._args(a)[0]
        if self._is(a, "mul") and (number := self._number(self._args(a)[0])) is not None:
            return self.emit("mul", (self.constant(-number), self._args(a)[1]))
        return None

    def _mul(self, a: int, b: int) -> int | None:
        one, other = self._number(a), self._number(b)
        if one == 0 or other == 0:
            return self.constant(0.0)
        if one == 1:
            return b
        if other == 1:
            return a
        if one == -1:
            return self.emit("neg", (b,))
        if other is not None and one is None:
            return self.emit("mul", (b, a))
        for this, that in ((a, b), (b, a)):
            if self._is(this, "neg"):
                return self.emit("neg", (self.emit("mul", (self._args(this)[0], that) if this == a else
                                                   (that, self._args(this)[0])),))  # fmt: skip
        number, rest = self._factored(b)
        if number is not None:  # numbers go to the front: sin(i)(2 o) is 2 sin(i) o
            front = self.constant(number if one is None else number * one)
            return self.emit("mul", (front, rest if one is not None else self.emit("mul", (a, rest))))
        number, rest = self._factored(a)
        if number is not None:
            return self.emit("mul", (self.constant(number), self.emit("mul", (rest, b))))
        if self._is(a, "square") and self._args(a) == (b,):
            return self._plain("cube", b)
        return self._plain("square", a) if a == b else None

    def _factored(self, slot: int) -> tuple[float | None, int]:
        """The number in front of a product and what it multiplies; None and the slot itself without one."""
        if not self._is(slot, "mul"):
            return None, slot
        one, other = self._args(slot)
        return (self._number(one), other) if self._number(one) is not None else (None, slot)

    def _div(self, a: int, b: int) -> int | None:
        if self._number(b) == 1:
            return a
        if self._number(a) == 0:
            return self.constant(0.0)
        if self._is(a, "neg"):
            return self.emit("neg", (self.emit("div", (self._args(a)[0], b)),))
        if self._is(b, "neg"):
            return self.emit("neg", (self.emit("div", (a, *self._args(b))),))
        return None

    def _pow(self, a: int, b: int) -> int | None:
        exponent = self._number(b)
        if exponent == 1:
            return a
        if exponent == 0:
            return self.constant(1.0)
        return self._plain("square", a) if exponent == 2 else None

    def _where(self, condition: int, a: int, b: int) -> int | None:
        known = self._number(condition)
        if known is not None:
            return a if known else b
        return a if a == b else None

    def _ln(self, a: int) -> int | None:
        # Only 0^x asks for ln 0: it is 0, and so is its slope o · ln 0.
        return self.constant(0.0) if self._number(a) == 0 else None


_UNDOING = (("transpose", "transpose"), ("as_row", "as_column"), ("as_column", "as_row"))
"""Pairs of operations of which the first undoes the second."""


class Shown(Arithmetic):
    """Runs gates on symbols, with local derivatives in the form in which a lecture prints them."""

    def value(self, gate: Gate, operands: Sequence[Any]) -> Any:
        """The gate's output; that of an array gate is one node, whatever it is computed by."""
        if isinstance(gate, ArrayGate):
            return getattr(self.m, gate.name)(*operands, **gate.settings)
        return super().value(gate, operands)

    def rule_value(self, rule: Rule, operands: Sequence[Symbol]) -> Symbol:
        """One node: what a rule computes is written with its own sign."""
        if isinstance(rule, Block) and isinstance(emitter := operands[0].emitter, Simplifying):
            return Symbol(emitter, emitter.builder.apply(rule, tuple(operand.slot for operand in operands)))
        symbol: Symbol = getattr(self.m, rule.name)(*operands)
        return symbol

    def rule_local(self, rule: Rule, output: Symbol, operands: Sequence[Symbol]) -> tuple[Symbol | float, ...]:
        """The local derivatives as they are printed."""
        local = rule.shown or rule.local
        try:
            return local(self.m, output, *operands)
        except ZeroDivisionError:  # a constant of the formula is 0: as a symbol it may stand below a line
            emitter = output.emitter
            return local(self.m, output, *(x if isinstance(x, Symbol) else Symbol(emitter, emitter.constant(float(x)))
                                           for x in operands))  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class Derivation:
    """A gate's formulas as one small graph, whose inputs are the operands that are no constants and then the output.

    Attributes:
        graph: holds all formulas.
        value: the slot of the gate's value.
        locals: the slots of the local derivatives; None for operands that are constants.
    """

    graph: Graph
    value: int
    locals: tuple[int | None, ...]


def derive(gate: Gate, fixed: Fixed) -> Derivation:
    """The formulas of a gate on numbers whose operands are partly constants."""
    builder = Builder()
    writer = Simplifying(builder)
    free = [place for place, number in enumerate(fixed) if number is None]
    slots = {place: builder.input(f"i{place}") for place in free}
    output = Symbol(writer, builder.input("o"))
    operands = [
        Symbol(writer, slots[place] if number is None else builder.constant(number))
        for place, number in enumerate(fixed)
    ]
    arithmetic = Shown(SymbolMath(writer))
    value = arithmetic.value(gate, operands)
    if not isinstance(value, Symbol):
        value = Symbol(writer, builder.constant(float(value)))  # the gate uses none of its operands
    # Inside a gate that is made of others, outputs are not known by the name o; a rule alone uses its own.
    derivatives = arithmetic.local(gate, output if not isinstance(gate, Composite) else value, operands)
    locals_ = tuple(
        None if number is not None else d.slot if isinstance(d, Symbol) else builder.constant(float(d))
        for d, number in zip(derivatives, fixed, strict=True)
    )
    return Derivation(everything(builder), value.slot, locals_)


def everything(builder: Builder) -> Graph:
    """All slots of a builder as a graph, needed or not."""
    return Graph(
        tuple(builder.inputs), tuple(builder.gates), tuple(builder.args), tuple(builder.spans), builder.constants,
        builder.symbols, {}, len(builder.gates) - 1, shapes=tuple(builder.shapes) if builder.arrays else None,
    )  # fmt: skip
