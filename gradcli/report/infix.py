"""Formulas as text: one printer for syntax trees, for symbolic derivatives and for labels.

The printer knows precedence and brackets; a style knows how products and powers look. It walks with a stack of its
own, so the depth of a formula does not matter.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

SUM, TERM, PRODUCT, POWER, ATOM = 1, 2, 3, 4, 5
"""How tightly an expression holds together; a term is a product with a leading minus."""

_SUPERSCRIPTS = str.maketrans("0123456789−", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")


@dataclass(frozen=True, slots=True)
class Term:
    """One place of an expression.

    Attributes:
        op: "add", "sub", "mul", "dot", "matmul", "div", "neg", "pow", "transpose", "norm", a comparison, "leaf" or
            "call".
        args: what it applies to; whatever `look` understands.
        text: the text of a leaf, or the name of a call.
    """

    op: str
    args: tuple[int, ...] = ()
    text: str = ""


Look = Callable[[int], Term]

_COMPARE = {"lt": " < ", "le": " ≤ ", "gt": " > ", "ge": " ≥ ", "eq": " = ", "ne": " ≠ "}
_PRODUCTS = ("mul", "dot", "matmul", "div")


@dataclass(frozen=True, slots=True)
class Style:
    """How products look: written so that they can be read back, or as in a lecture."""

    kind: Literal["typed", "lecture"]

    def sign(self, op: str) -> str:
        """The sign between the factors."""
        if self.kind == "typed":
            return {"mul": " * ", "dot": "·", "matmul": " @ ", "div": " / "}[op]
        return "/" if op == "div" else ""


TYPED = Style("typed")
LECTURE = Style("lecture")


def formula_text(root: int, look: Look, style: Style) -> str:
    """The text of an expression."""
    out: list[str] = []
    waiting: list[str | tuple[int, int]] = [(root, 0)]
    while waiting:
        item = waiting.pop()
        if isinstance(item, str):
            out.append(item)
            continue
        place, need = item
        pieces, level = _pieces(look(place), look, style)
        if level < need:
            pieces = ["(", *pieces, ")"]
        waiting += reversed(pieces)
    return "".join(out)


def level_of(term: Term) -> int:
    """How tightly a term holds together."""
    if term.op in ("add", "sub"):
        return SUM
    if term.op == "neg" or (term.op == "leaf" and term.text.startswith("−")):
        return TERM
    if term.op in _PRODUCTS:
        return PRODUCT
    if term.op in _COMPARE:
        return 0
    return POWER if term.op in ("pow", "transpose") else ATOM


def _pieces(term: Term, look: Look, style: Style) -> tuple[Sequence[str | tuple[int, int]], int]:
    """A term as text and places with the level each place must have, and the level of the whole."""
    op, args = term.op, term.args
    level = level_of(term)
    if op == "leaf":
        return [term.text], level
    if op == "call":
        inside: list[str | tuple[int, int]] = []
        for place in args:
            inside += [", ", (place, 0)]
        return [term.text, "(", *inside[1:], ")"], level
    if op in ("add", "sub"):
        return [(args[0], SUM), " + " if op == "add" else " − ", (args[1], PRODUCT)], level
    if op == "neg":
        return ["−", (args[0], PRODUCT)], level
    if op in _COMPARE:
        return [(args[0], SUM), _COMPARE[op], (args[1], SUM)], level
    if op == "pow":
        return [(args[0], ATOM), *_exponent(look(args[1]), args[1], style)], level
    if op == "transpose":
        return [(args[0], ATOM), "ᵀ"], level
    if op == "norm":
        return ["‖", (args[0], 0), "‖"], level
    return _product(term, look, style), level


def _product(term: Term, look: Look, style: Style) -> list[str | tuple[int, int]]:
    left, right = term.args
    if style.kind == "typed":
        tight = term.op == "dot" and look(left).op == "div"
        return [(left, POWER if tight else PRODUCT), style.sign(term.op), (right, POWER)]
    if term.op == "div":
        return [(left, TERM), "/", (right, POWER)]
    one, other = look(left), look(right)
    # 2i and o(1 − o) need no space, i₁ i₂ does; a number behind a factor needs a sign.
    if other.text[:1].isdigit() and other.op == "leaf":
        between = "⋅"
    elif level_of(other) < POWER or (one.op == "leaf" and one.text[-1:].isdigit() and one.text[-1:] <= "9"):
        between = ""
    else:
        between = " "
    if one.op == "leaf" and between == "" and level_of(other) >= POWER and other.op == "call":
        between = " "
    return [(left, TERM), between, (right, POWER)]


def _exponent(term: Term, place: int, style: Style) -> list[str | tuple[int, int]]:
    digits = term.text.replace("−", "", 1) if term.op == "leaf" else ""
    if digits.isascii() and digits.isdigit():
        return [term.text.translate(_SUPERSCRIPTS)]
    if term.op == "leaf" and not term.text.startswith("−"):
        return ["^", term.text]
    return ["^(", (place, 0), ")"] if style.kind == "typed" or term.op != "leaf" else ["^", (place, ATOM)]
