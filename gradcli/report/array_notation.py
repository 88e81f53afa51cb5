"""How gates on vectors and matrices are written: their values, local derivatives and vector-Jacobian products.

All of it comes from the rules: `dl/do i₂ᵀ` is what the product's own line writes when it is run on symbols.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from gradcli.graph.builder import Builder
from gradcli.graph.symbols import Symbol, SymbolMath
from gradcli.graph.tape import ArrayGate, Composite, Gate, Graph, is_elementwise
from gradcli.passes.array_gates import VectorArithmetic
from gradcli.passes.derivation import Derivation, Shown, Simplifying, everything
from gradcli.report.array_labels import array_sign, index_text
from gradcli.report.arrays import constant_text
from gradcli.report.infix import ATOM, LOOSE, POWER, PRODUCT, SUM, Term
from gradcli.report.notation import LONGEST, MOST_STEPS, FixedText, Writer, leaf, numbered
from gradcli.rules.shape import Shape
from gradcli.rules.table import RULES

_PRODUCTS = {"matvec": "{} {}", "matmul": "{} {}", "vecmat": "{}ᵀ {}", "outer": "{} {}ᵀ", "dot": "{}ᵀ {}"}
_TRANSPOSES = ("transpose", "as_row", "as_column")
_ALONG = {0: "column sums of", 1: "row sums of"}


@dataclass(frozen=True, slots=True)
class Slope:
    """A local derivative entry by entry.

    Attributes:
        text: its formula; "" if that is too long.
        number: whether it is one number for all entries.
    """

    text: str
    number: bool


@dataclass(frozen=True, slots=True)
class ArrayText:
    """A gate's formulas as text, in i, i₁, i₂ ... and o.

    Attributes:
        value: the formula of the output ("i₁ i₂"); "" if it is too long.
        slopes: the local derivatives, of a gate that works entry by entry; None by a constant, or where there is none.
        handed: what each operand receives ("i₁ᵀ dl/do"); None by a constant, "" where the formula is too long.
    """

    value: str
    slopes: tuple[Slope | None, ...]
    handed: tuple[str | None, ...]


def gate_text(gate: Gate, fixed: FixedText, shapes: tuple[Shape, ...], upstream: str) -> ArrayText:
    """A gate's formulas.

    Args:
        gate: the gate.
        fixed: for each operand its number or its text if it is a constant.
        shapes: of the operands and of the output.
        upstream: the derivative by the output, or the sum of several ("dl/do₁ + dl/do₂").
    """
    if len(fixed) > MOST_STEPS or (isinstance(gate, Composite) and gate.size > MOST_STEPS):
        unknown = tuple(None if x is not None else "" for x in fixed)
        return ArrayText("", tuple(None if x is None else Slope(x, number=False) for x in unknown), unknown)
    return _gate_text(gate, fixed, shapes, upstream)


@lru_cache(maxsize=1024)
def _gate_text(gate: Gate, fixed: FixedText, shapes: tuple[Shape, ...], upstream: str) -> ArrayText:
    builder = Builder()
    writer = Simplifying(builder)
    names: dict[int, str] = {}

    def leaf_named(name: str, shape: Shape) -> Symbol:
        slot = builder.input(name, shape)
        names[slot] = name
        return Symbol(writer, slot)

    free = sum(x is None for x in fixed)
    place = 0
    operands: list[Any] = []
    for x, shape in zip(fixed, shapes, strict=False):
        place += x is None
        operands.append(x if isinstance(x, int | float) else leaf_named(x or numbered("i", place, free), shape))
    output, g = leaf_named("o", shapes[-1]), leaf_named(upstream, shapes[-1])
    arithmetic = _Symbolic(builder, SymbolMath(writer), leaf_named)
    value: Symbol = arithmetic.value(gate, operands)
    operands = [x if isinstance(x, Symbol) else Symbol(writer, builder.constant(x)) for x in operands]
    slopes: Sequence[Any] = ()
    if is_elementwise(gate):
        slopes = arithmetic.slopes(gate, value if isinstance(gate, Composite) else output, operands)
    by_slope = [builder.constant(float(s or 0)) if not isinstance(s, Symbol) else s.slot for s in slopes]
    handed: Sequence[Symbol | None] = arithmetic.pull(gate, g, output, operands)
    write = ArrayWriter(Derivation(everything(builder), value.slot, ()), names, g.slot)
    written: list[Slope | None] = [Slope(write(slot), number=not builder.shapes[slot]) for slot in by_slope]
    received = ["0" if h is None else write(h.slot) for h in handed]
    if isinstance(gate, ArrayGate):  # branches that keep 0 from being divided by 0 say nothing of the structure
        received = ["" if " if " in text else text for text in received]
    return ArrayText(
        write(value.slot),
        tuple(
            slope if known is None else None for slope, known in zip(written or [None] * len(fixed), fixed, strict=True)
        ),
        tuple(text if known is None else None for text, known in zip(received, fixed, strict=True)),
    )


class _Symbolic(Shown, VectorArithmetic):
    """Runs gates and their vector-Jacobian products on symbols."""

    def __init__(self, builder: Builder, m: Any, leaf_named: Callable[[str, Shape], Symbol]) -> None:
        super().__init__(m)
        self._builder = builder
        self._leaf_named = leaf_named

    def scaled(self, upstream: Any, slopes: Sequence[Any]) -> tuple[Any, ...]:
        """Upstream times local, in this order: 2(i₁ − i₂) stays together."""
        builder = self._builder
        return tuple(
            s if s is None else upstream * s if not isinstance(s, Symbol) or s.slot in builder.constants or
            not (builder.shapes[upstream.slot] and builder.shapes[s.slot]) else
            Symbol(upstream.emitter, builder.apply(RULES["mul"], (upstream.slot, s.slot))) for s in slopes
        )  # fmt: skip

    def inner_values(self, graph: Graph, operands: Sequence[Any]) -> list[Any]:
        """The values of all slots of the graph inside a gate; constant arrays by their names."""
        values: list[Any] = [*operands, *([None] * (len(graph.gates) - len(operands)))]
        for slot, value in graph.constants.items():
            shape = graph.shape(slot)
            values[slot] = self._leaf_named(graph.symbols.get(slot) or constant_text(value), shape) if shape else value
        for slot, gate, args in graph.steps:
            values[slot] = self.value(gate, [values[a] for a in args])
        return values


class ArrayWriter(Writer):
    """Writes the slots of a derivation on arrays: products by ⊙ and by nothing, transposes by ᵀ."""

    indicator = "𝟙"

    def __init__(self, derivation: Derivation, names: dict[int, str], upstream: int) -> None:
        self._names = names
        self._upstream = upstream
        self._value = derivation.value
        self._entrywise: set[int] = set()
        super().__init__(derivation, LONGEST, None)

    def leaf_name(self, slot: int) -> str:
        """The name of an operand, of the output, of a constant array or of what comes from above."""
        return self._names[slot]

    def _term(self, slot: int) -> Term:
        graph = self._graph
        gate, args = graph.gates[slot], graph.args[slot]
        if gate is None:
            if slot == self._upstream:
                name = self._names[slot]
                return leaf(name, SUM if " + " in name else PRODUCT if "/" in name else ATOM)
            return leaf(constant_text(graph.constants[slot])) if graph.shape(slot) and slot in graph.constants else (
                super()._term(slot))  # fmt: skip
        if not all(self._texts[a] for a in args) and gate.name != "where":
            return leaf("")
        if isinstance(gate, ArrayGate):
            return self._array_term(slot, gate, args)
        if gate.name == "mul" and not all(self._terms[a].op in ("lt", "le", "gt", "ge", "eq", "ne") for a in args):
            return self._product(*args)
        if gate.name == "div":
            over, under = args[0], self._unrepeated(args[1])
            if over == self._upstream:
                return leaf(f"({self._texts[over]})/{self._at_least(under, POWER)}", PRODUCT)
            return Term("div", (over, under))
        return super()._term(slot)

    def _branch(self, condition: int, then: int, other: int) -> Term:
        # A divisor that is 1 where it would be 0 is written as what it is elsewhere; a note tells of the kink.
        test = self._terms[condition]
        if test.op == "eq" and test.args[0] == other and self._graph.constants.get(then) == 1:
            return self._terms[other]
        return super()._branch(condition, then, other)

    def _unrepeated(self, slot: int) -> int:
        """The number that was repeated to fill an array; every other slot is itself."""
        gate, args = self._graph.gates[slot], self._graph.args[slot]
        return args[0] if gate is not None and gate.name == "spread" and not self._graph.shape(args[0]) else slot

    def _product(self, a: int, b: int) -> Term:
        """A product of numbers, of a number and an array, or entry by entry."""
        a, b = self._unrepeated(a), self._unrepeated(b)
        if self._graph.shape(a) and self._graph.shape(b):
            one, other = self._terms[a], self._texts[b]
            left = self._factor(a, PRODUCT if one.op in ("mul", "leaf") else POWER)
            tight = self._terms[b].op == "mul" or " ⊙ " in other
            self._entrywise.add(len(self._terms))
            return leaf(f"{left} ⊙ {self._factor(b, PRODUCT if tight else POWER)}", PRODUCT)
        if b in self._graph.constants:
            a, b = b, a
        from_above = self._texts[self._upstream]
        if a in self._graph.constants and from_above in self._texts[b]:
            return leaf(f"{self._texts[a]} {self._factor(b, PRODUCT)}", PRODUCT)
        if self._upstream in (a, b):
            return leaf(f"{self._factor(a, PRODUCT)} {self._factor(b, POWER)}", PRODUCT)
        return Term("mul", (a, b))

    def _factor(self, slot: int, level: int) -> str:
        """A text as a factor; dl/do needs no brackets there."""
        text = self._texts[slot]
        if slot == self._upstream and " + " not in text:
            return text
        indicated = self(slot)
        if indicated != text:
            return indicated
        return f"({text})" if text.startswith("−") and level > SUM else self._at_least(slot, level)

    def _array_term(self, slot: int, gate: ArrayGate, args: tuple[int, ...]) -> Term:
        name = gate.name
        if name in _PRODUCTS:
            return leaf(self._matrix_product(_PRODUCTS[name], *args), PRODUCT)
        if name in _TRANSPOSES:
            return leaf(self._at_least(args[0], ATOM) + "ᵀ", POWER)
        if slot != self._value:
            found = self._handed_term(gate, args)
            if found is not None:
                return found
        texts = [self._at_least(a, ATOM if gate.infix else LOOSE) for a in args]
        return leaf(array_sign(gate, texts), POWER if gate.infix else ATOM)

    def _matrix_product(self, form: str, a: int, b: int) -> str:
        left, right = form.split(" ")
        # (a ⊙ b) C is another thing than a ⊙ (b C).
        one = self._at_least(a, ATOM) if "ᵀ" in left else self._factor(a, POWER if a in self._entrywise else PRODUCT)
        other = self._at_least(b, ATOM) if "ᵀ" in right else self._factor(b, POWER)
        if "ᵀ" in left and self._terms[a].op == "leaf" and self._texts[a].endswith("ᵀ"):
            one = f"({one})"
        return f"{left.format(one)} {right.format(other)}"

    def _handed_term(self, gate: ArrayGate, args: tuple[int, ...]) -> Term | None:
        """What only stands in vector-Jacobian products, as one says it."""
        settings, below = gate.settings, args[0] if args else 0
        shape = self._graph.shape(below)
        if gate.name == "sum" and settings["axis"] is not None and len(shape) == 2:
            return leaf(f"{_ALONG[settings['axis'] % 2]} {self._factor(below, PRODUCT)}", LOOSE)
        if gate.name == "spread":
            return self._spread(below, settings["axis"], len(settings["shape"]))
        if gate.name == "scatter":
            return leaf(f"({self._texts[below]} at {index_text(settings['key'])}, else 0)", ATOM)
        if gate.name == "reshape":
            made_by = self._graph.gates[below]
            if made_by is not None and made_by.name == "sum":
                return leaf(self._texts[below], self._terms[below].level)
        return None

    def _spread(self, below: int, axis: int | None, rank: int) -> Term | None:
        """A number times 𝟏, or a vector copied to every row or column."""
        if axis is None or rank == 1:
            return leaf(f"{self._factor(below, POWER)} {'𝟏' if rank == 1 else '𝟏𝟏ᵀ'}", PRODUCT) if rank <= 2 else None
        if rank > 2:
            return None
        if axis % 2:
            return leaf(f"{self._factor(below, POWER)} 𝟏ᵀ", PRODUCT)
        return leaf(f"𝟏 {self._at_least(below, ATOM)}ᵀ", PRODUCT)
