"""Formulas as text: one printer for syntax trees, for symbolic derivatives and for labels.

The printer knows precedence and brackets; a style knows how products and powers look. It walks with a stack of its
own, so the depth of a formula does not matter.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from gradcli.report.charset import DOT, TO_SUBSCRIPT, TO_SUPERSCRIPT

LOOSE, SUM, TERM, PRODUCT, POWER, ATOM, BRACKETED = 0, 1, 2, 3, 4, 5, 6
"""How tightly an expression holds together; a term is a product with a leading minus."""


@dataclass(frozen=True, slots=True)
class Term:
    """One place of an expression.

    Attributes:
        op: "add", "sub", "mul", "dot", "matmul", "div", "neg", "pow", "transpose", "norm", a comparison, "leaf",
            "call", "vector", "index" (of the first place, by the others), "slice" or "keyword".
        args: what it applies to; whatever `look` understands.
        text: the text of a leaf, the name of a call or a keyword, or which parts a slice has: "a" where it begins,
            "b" where it ends, "c" its step.
        level: how tightly the text of a leaf holds together, or the first place of an index must.
    """

    op: str
    args: tuple[int, ...] = ()
    text: str = ""
    level: int = ATOM


Piece = str | tuple[int, int]
"""Text, or a place and how tightly it must hold together."""

Look = Callable[[int], Term]

_COMPARE = {"lt": " < ", "le": " ≤ ", "gt": " > ", "ge": " ≥ ", "eq": " = ", "ne": " ≠ "}
_PRODUCTS = ("mul", "dot", "matmul", "div")


Style = Literal["typed", "lecture"]
"""How products look: written so that they can be read back, or as in a lecture."""

_TYPED_SIGNS = {"mul": " * ", "dot": "·", "matmul": " @ ", "div": " / "}


def formula_text(root: int, look: Look, style: Style) -> str:
    """The text of an expression."""
    out: list[str] = []
    waiting: list[Piece] = [(root, LOOSE)]
    while waiting:
        item = waiting.pop()
        if isinstance(item, str):
            out.append(item)
            continue
        place, need = item
        term = look(place)
        inside = pieces(term, look, style)
        waiting += reversed(inside if level_of(term) >= need else ["(", *inside, ")"])
    return "".join(out)


def level_of(term: Term) -> int:
    """How tightly a term holds together."""
    if term.op in ("add", "sub"):
        return SUM
    if term.op == "leaf":
        return min(term.level, TERM) if term.text.startswith("−") else term.level
    if term.op == "neg":
        return TERM
    if term.op in _PRODUCTS:
        return PRODUCT
    if term.op in _COMPARE:
        return LOOSE
    return POWER if term.op in ("pow", "transpose") else ATOM


def pieces(term: Term, look: Look, style: Style) -> Sequence[Piece]:
    """A term as text and places, each place with the level it must have."""
    op, args = term.op, term.args
    if op == "leaf":
        return [term.text]
    if op == "call":
        return [term.text, "(", *_listed(args), ")"]
    if op in _BRACKETS:
        return _BRACKETS[op](term)
    if op in ("add", "sub"):
        return [(args[0], SUM), " + " if op == "add" else " − ", (args[1], PRODUCT)]
    if op == "neg":
        return ["−", (args[0], PRODUCT)]
    if op in _COMPARE:
        return [(args[0], SUM), _COMPARE[op], (args[1], SUM)]
    if op == "pow":
        return [(args[0], ATOM), *_exponent(look(args[1]), args[1])]
    if op == "transpose":
        return [(args[0], ATOM), "ᵀ"]
    if op == "norm":
        # Bars within bars can be read in several ways, so whatever is no single name has brackets inside.
        return [
            "‖",
            (args[0], ATOM if look(args[0]).op == "leaf" else BRACKETED),
            "‖" + term.text.translate(TO_SUBSCRIPT),
        ]
    return _typed_product(term, look) if style == "typed" else _lecture_product(term, look)


def _listed(places: Sequence[int], need: int = LOOSE) -> list[Piece]:
    inside: list[Piece] = []
    for place in places:
        inside += [", ", (place, need)]
    return inside[1:]


def _vector(term: Term) -> list[Piece]:
    return ["[", *_listed(term.args), "]"]


def _index(term: Term) -> list[Piece]:
    return [(term.args[0], term.level), "[", *_listed(term.args[1:], SUM), "]"]


def _slice(term: Term) -> list[Piece]:
    """`a:b`, `a:b:c` and all that have less: `:`, `a:`, `::c`."""
    written = iter(term.args)
    parts: list[list[Piece]] = [[(next(written), SUM)] if part in term.text else [] for part in "abc"]
    start, stop, step = parts
    return [*start, ":", *stop, *([":", *step] if step else [])]


def _keyword(term: Term) -> list[Piece]:
    return [term.text, "=", (term.args[0], LOOSE)]


_BRACKETS = {"vector": _vector, "index": _index, "slice": _slice, "keyword": _keyword}
"""What stands in square brackets, or between the arguments of a call."""


def _typed_product(term: Term, look: Look) -> list[Piece]:
    left, right = term.args
    tight = term.op == "dot" and look(left).op == "div"
    return [(left, POWER if tight else PRODUCT), _TYPED_SIGNS[term.op], (right, POWER)]


def _lecture_product(term: Term, look: Look) -> list[Piece]:
    """As a lecture writes it: 2i and o(1 − o) need no space, i₁ i₂ does, and a number behind a factor needs a sign."""
    left, right = term.args
    if term.op == "div":
        return [(left, TERM), "/", (right, POWER)]
    one, other = look(left), look(right)
    need = POWER
    while other.op == "mul":  # 6(i₁ i₂) is 6 i₁ i₂
        need, other = PRODUCT, look(other.args[0])
    # i₁/i₂ i₃ would read as i₁/(i₂ i₃).
    fraction = one.op == "div" or (one.op == "leaf" and one.level <= PRODUCT)
    after_number = one.op == "leaf" and one.text[-1:].isdecimal() and not fraction
    if level_of(other) < POWER:
        between = ""
    elif other.op == "leaf" and other.text[:1].isdecimal():
        between = DOT
    elif after_number and not (other.text[:1].isalpha() and (other.op == "call" or "(" in other.text)):
        between = ""  # 2i, but 2 sin(i)
    else:
        between = " "
    return [(left, POWER if fraction else TERM), between, (right, need)]


def _exponent(term: Term, place: int) -> list[Piece]:
    digits = term.text.removeprefix("−") if term.op == "leaf" else ""
    if digits.isascii() and digits.isdigit():
        return [term.text.translate(TO_SUPERSCRIPT)]
    if term.op == "leaf" and not term.text.startswith("−") and term.text != "T":  # x^T is a transpose
        return ["^", term.text]
    return ["^(", (place, LOOSE), ")"]
