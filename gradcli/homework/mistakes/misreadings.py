"""Misread formulas: brackets that were overlooked or added, so that the student computes another formula.

A misreading of a node looks at what its operands are made of. It stands for another gate on other operands, and its
derivatives follow from that gate, or from the right one where a slip happened in the value alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from gradcli.graph.tape import Graph

_POWERS = {"square": 2, "cube": 3}


@dataclass(frozen=True, slots=True)
class Misreading:
    """Another formula for a node.

    Attributes:
        says: what was overlooked, with `{part}` for the part of the formula.
        operands: the slots that it is computed from, called a, b, c.
        reads: the formula of these that is computed.
    """

    says: str
    operands: tuple[int, ...]
    reads: str


_PRODUCT_FIRST = "In {part} the product comes before the sum."
_QUOTIENT_FIRST = "In {part} the quotient comes before the sum."
_POWER_FIRST = "In {part} the power comes first: it belongs to what stands directly before it."
_MINUS_LATER = "In {part} the power comes before the minus: −x² is −(x²), not (−x)²."
_WHOLE_BRACKET = "In {part} the factor belongs to the whole bracket, not to one of its terms."
_WHOLE_DENOMINATOR = "In {part} all of the denominator divides, not only its first term."
_MINUS_BRACKET = "In {part} the minus belongs to all that stands in the bracket."
_SQUARE_OF_SUM = "In {part} a power of a sum was taken term by term: (a + b)² is not a² + b²."
_RECIPROCAL_OF_SUM = "In {part} the reciprocal of a sum was taken term by term: 1/(a + b) is not 1/a + 1/b."
_EXP_OF_SUM = "In {part} all of the sum stands in the exponent."
_EXPONENT_SIGN = "The minus of the exponent in {part} was lost."
_FROM_THE_LEFT = "In {part} products and quotients are taken from the left: a/b·c is (a/b)·c."
_TURNED = "The quotient {part} was turned around."


class Misreader:
    """Finds the misreadings of the nodes of one formula.

    Attributes:
        graph: the formula.
        text: the same, as it was typed.
    """

    def __init__(self, graph: Graph, text: str) -> None:
        self.graph = graph
        self.text = text
        self._divisors = {args[1] for _, gate, args in graph.steps if gate.name == "mul"}

    def of(self, slot: int) -> Iterator[Misreading]:
        """The misreadings of one node."""
        gate = self.graph.gates[slot]
        find = _BY_GATE.get(gate.name) if gate is not None else None
        if find is not None:
            yield from find(self, slot)

    def parts(self, slot: int, *names: str) -> tuple[int, ...]:
        """The operands of a slot that is one of these gates and has no name; () otherwise."""
        gate = self.graph.gates[slot]
        return self.graph.args[slot] if gate is not None and gate.name in names and self._unnamed(slot) else ()

    def name(self, slot: int) -> str:
        """The name of a slot's gate; empty for an input or a constant."""
        gate = self.graph.gates[slot]
        return gate.name if gate is not None else ""

    def bracketed(self, slot: int) -> bool:
        """Whether the formula has brackets of its own around a node: then nobody reads it otherwise."""
        start, end = self.graph.spans[slot]
        text = self.text
        if text[start : start + 1] == "(" and text[end - 1 : end] == ")":
            return True
        return text[:start].rstrip()[-1:] == "(" and text[end:].lstrip()[:1] == ")"

    def quotient(self, slot: int) -> tuple[int, int] | None:
        """Numerator and denominator of a node that is a quotient with a numerator."""
        if of := self.parts(slot, "div"):
            return of[0], of[1]
        if of := self.parts(slot, "mul"):
            under = self.parts(of[1], "recip")
            return (of[0], under[0]) if under else None
        return None

    def divides(self, slot: int) -> bool:
        """Whether a reciprocal is the second half of a quotient, whose misreadings are those of its product."""
        return slot in self._divisors

    def _unnamed(self, slot: int) -> bool:
        return slot not in self.graph.names


def _sign(reader: Misreader, slot: int) -> str:
    return "+" if reader.name(slot) == "add" else "-"


def _of_sum(reader: Misreader, slot: int) -> Iterator[Misreading]:
    sign = _sign(reader, slot)
    first, last = reader.graph.args[slot]
    if not reader.bracketed(last):
        if over := reader.quotient(last):
            yield Misreading(_QUOTIENT_FIRST, (first, *over), f"(a {sign} b) / c")
        elif of := reader.parts(last, "mul"):
            yield Misreading(_PRODUCT_FIRST, (first, *of), f"(a {sign} b) * c")
        elif of := reader.parts(last, "recip"):
            yield Misreading(_QUOTIENT_FIRST, (first, *of), f"(a {sign} 1) / b")
    if not reader.bracketed(first):
        if over := reader.quotient(first):
            yield Misreading(_QUOTIENT_FIRST, (*over, last), f"a / (b {sign} c)")
        elif of := reader.parts(first, "mul"):
            yield Misreading(_PRODUCT_FIRST, (*of, last), f"a * (b {sign} c)")
        elif of := reader.parts(first, "recip"):
            yield Misreading(_QUOTIENT_FIRST, (*of, last), f"1 / (a {sign} b)")
    if sign == "-" and (of := reader.parts(last, "add", "sub")):
        yield Misreading(_MINUS_BRACKET, (first, *of), f"a - b {_sign(reader, last)} c")


def _of_product(reader: Misreader, slot: int) -> Iterator[Misreading]:
    first, last = reader.graph.args[slot]
    if over := reader.quotient(slot):
        yield Misreading(_TURNED, over, "b / a")
        if of := reader.parts(over[1], "add", "sub"):
            yield Misreading(_WHOLE_DENOMINATOR, (over[0], *of), f"a / b {_sign(reader, over[1])} c")
        return
    if of := reader.parts(first, "add", "sub"):
        yield Misreading(_WHOLE_BRACKET, (*of, last), f"a {_sign(reader, first)} b * c")
    if of := reader.parts(last, "add", "sub"):
        yield Misreading(_WHOLE_BRACKET, (first, *of), f"a * b {_sign(reader, last)} c")
    if (of := reader.parts(last, "square", "cube")) and not reader.bracketed(last):
        yield Misreading(_POWER_FIRST, (first, *of), f"(a * b)^{_POWERS[reader.name(last)]}")
    if (inner := reader.quotient(first)) and not reader.bracketed(first):
        yield Misreading(_FROM_THE_LEFT, (*inner, last), "a / (b * c)")


def _of_quotient(reader: Misreader, slot: int) -> Iterator[Misreading]:
    first, last = reader.graph.args[slot]
    yield Misreading(_TURNED, (first, last), "b / a")
    if of := reader.parts(first, "add", "sub"):
        yield Misreading(_WHOLE_BRACKET, (*of, last), f"a {_sign(reader, first)} b / c")


def _of_reciprocal(reader: Misreader, slot: int) -> Iterator[Misreading]:
    (under,) = reader.graph.args[slot]
    if of := reader.parts(under, "add", "sub"):
        sign = _sign(reader, under)
        if not reader.divides(slot):
            yield Misreading(_WHOLE_DENOMINATOR, of, f"1 / a {sign} b")
        yield Misreading(_RECIPROCAL_OF_SUM, of, f"1 / a {sign} 1 / b")


def _of_minus(reader: Misreader, slot: int) -> Iterator[Misreading]:
    (first,) = below = reader.graph.args[slot]
    if reader.bracketed(first):
        return
    while of := reader.parts(first, "mul", "div"):  # the power of −x²·y stands leftmost
        first = of[0]
    if reader.bracketed(first):
        return
    even = bool(reader.parts(first, "square"))
    if of := reader.parts(first, "pow"):
        exponent = reader.graph.number(of[1])
        even = exponent is not None and exponent % 2 == 0
    if even:
        yield Misreading(_MINUS_LATER, below, "a")


def _of_square_of_sum(reader: Misreader, slot: int) -> Iterator[Misreading]:
    sign = "+" if reader.name(slot) == "square_of_add" else "-"
    yield Misreading(_SQUARE_OF_SUM, reader.graph.args[slot], f"a^2 {sign} b^2")


def _of_exp(reader: Misreader, slot: int) -> Iterator[Misreading]:
    (operand,) = reader.graph.args[slot]
    if of := reader.parts(operand, "neg"):
        yield Misreading(_EXPONENT_SIGN, of, "exp(a)")
    elif of := reader.parts(operand, "add", "sub"):
        yield Misreading(_EXP_OF_SUM, of, f"exp(a) {_sign(reader, operand)} b")


_BY_GATE: dict[str, Callable[[Misreader, int], Iterator[Misreading]]] = {
    "add": _of_sum, "sub": _of_sum, "mul": _of_product, "div": _of_quotient, "recip": _of_reciprocal,
    "neg": _of_minus, "square_of_add": _of_square_of_sum, "square_of_sub": _of_square_of_sum, "exp": _of_exp,
}  # fmt: skip
