"""How a gate is written: its label, its formula and the formulas of its local derivatives.

All of it comes from the rule itself: the label from its sign, the formulas from its arithmetic run on symbols.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from gradcli.graph.builder import Builder
from gradcli.graph.symbols import Symbol, SymbolMath
from gradcli.graph.tape import ArrayGate, Composite, Gate
from gradcli.passes.derivation import Derivation, Fixed, Simplifying, derive
from gradcli.passes.gates import FloatArithmetic
from gradcli.report.charset import TO_SUBSCRIPT, TO_SUPERSCRIPT
from gradcli.report.infix import ATOM, LOOSE, POWER, PRODUCT, SUM, Term, level_of, pieces
from gradcli.report.numbers import constant, well_known
from gradcli.rules.floats import Floats
from gradcli.rules.rule import Rule, Value

LONGEST = 60
"""Characters up to which a formula is printed inside a table."""

LONGEST_ALONE = 2000
"""Characters up to which a formula is printed where there is room for it."""

MOST_STEPS = 200
"""Operations and operands up to which the formula of a gate is derived."""

FixedText = tuple[float | str | None, ...]
"""As `Fixed`, with the text of a constant array in its place."""

_PLAIN_DIGITS = str.maketrans("₀₁₂₃₄₅₆₇₈₉", "0123456789")
_BARE = re.compile(r"[0-9]+(\.[0-9]+)?|[^\W\d_][0-9]*")
_COMPARISONS = {"lt", "le", "gt", "ge", "eq", "ne"}
_OPERATORS = {"add", "sub", "mul", "div", "neg", *_COMPARISONS}
_POWERS = {"square": "²", "cube": "³"}


def subscript(number: int) -> str:
    """A number as a subscript."""
    return str(number).translate(TO_SUBSCRIPT)


def numbered(letter: str, place: int, count: int) -> str:
    """i, or i₁, i₂ ... where there are several."""
    return letter if count == 1 else letter + subscript(place)


def label(gate: Gate, fixed: FixedText, symbols: tuple[str | None, ...] = ()) -> str:
    """The sign of a gate, with its constants in their places (`· + 1`, `2^·`, `max(0, ·)`)."""
    names = symbols or (None,) * len(fixed)
    parts = ["·" if x is None else (s or _constant(x)) for x, s in zip(fixed, names, strict=True)]
    if isinstance(gate, ArrayGate):
        from gradcli.report.array_labels import array_sign  # numbers alone have none

        return array_sign(gate, parts)
    if gate.name == "pow" and isinstance(fixed[1], int | float) and float(fixed[1]).is_integer():
        return _bracketed(parts[0]) + parts[1].translate(TO_SUPERSCRIPT)
    if isinstance(gate, Rule) and (gate.variadic or gate.defaults):
        return f"{function_name(gate)}({', '.join(parts[: needed(gate, fixed)])})"
    if gate.infix:
        first_too = gate.name in ("pow", "div")
        parts = [_bracketed(part) if place or first_too else part for place, part in enumerate(parts)]
    sign = gate.sign
    for part in parts:
        sign = sign.replace("·", "\0" if part == "·" else part, 1)
    return sign.replace("\0", "·")


def _constant(x: float | str) -> str:
    return x if isinstance(x, str) else constant(x)


def _bracketed(part: str) -> str:
    return f"({part})" if part.startswith("−") else part


def function_name(gate: Gate) -> str:
    """What stands before the bracket of a gate that is written as a function."""
    return gate.sign.partition("(")[0]


def needed(rule: Rule, operands: Sequence[float | str | None]) -> int:
    """How many operands must be written: one that has its default at the end is left out."""
    count, defaults = len(operands), rule.defaults
    while defaults and count > rule.arity and operands[count - 1] == defaults[-1]:
        count, defaults = count - 1, defaults[:-1]
    return count


@dataclass(frozen=True, slots=True)
class GateText:
    """A gate's formulas as text, in i, i₁, i₂ ... and o.

    Attributes:
        value: the formula of the output ("i₁ + i₂").
        locals: the formulas of the local derivatives; None by a constant, "" where the formula is too long.
        fixed: whether each formula is a number, which says all by itself.
    """

    value: str
    locals: tuple[str | None, ...]
    fixed: tuple[bool, ...]


def gate_text(gate: Gate, fixed: Fixed, operands: tuple[float, ...], output: float) -> GateText:
    """A gate's formulas at a point: of a formula with branches, the branch that is taken there."""
    fixed = tuple(fixed)
    if len(fixed) > MOST_STEPS or (isinstance(gate, Composite) and gate.size > MOST_STEPS):
        return GateText("", tuple("" if x is None else None for x in fixed), (False,) * len(fixed))
    derivation = _derivation(gate, fixed)
    if not any(step.name in ("where", "winner") for _, step, _ in derivation.graph.steps):
        return _static_text(gate, fixed, LONGEST)
    values = [x for x, number in zip(operands, fixed, strict=True) if number is None]
    at_point = FloatArithmetic(Floats()).inner_values(derivation.graph, [*values, output])
    return _text(derivation, LONGEST, at_point.__getitem__)


def rule_text(gate: Gate, fixed: Fixed) -> GateText:
    """A gate's formulas in general, with both branches of a formula that has any, however long they are."""
    return _static_text(gate, tuple(fixed), LONGEST_ALONE)


def formula_of(value: Value, count: int) -> str:
    """The text of arithmetic over the namespace `m` with that many operands."""
    builder = Builder()
    writer = Simplifying(builder)
    operands = [Symbol(writer, builder.input(f"i{place}")) for place in range(1, count + 1)]
    written = value(SymbolMath(writer), *operands)
    if not isinstance(written, Symbol):
        return constant(float(written))
    spelled = Composite("definition", "", builder.finish(written.slot))
    return _text(derive(spelled, (None,) * count), LONGEST_ALONE).value


@lru_cache(maxsize=4096)
def _static_text(gate: Gate, fixed: tuple[float | None, ...], longest: int) -> GateText:
    return _text(_derivation(gate, fixed), longest)


@lru_cache(maxsize=4096)
def _derivation(gate: Gate, fixed: tuple[float | None, ...]) -> Derivation:
    return derive(gate, fixed)


def _text(derivation: Derivation, longest: int, value_at: Callable[[int], float] | None = None) -> GateText:
    write = Writer(derivation, longest, value_at)
    constants = derivation.graph.constants
    return GateText(
        value=write(derivation.value),
        locals=tuple(None if slot is None else write(slot) for slot in derivation.locals),
        fixed=tuple(slot is not None and slot in constants for slot in derivation.locals),
    )


class Writer:
    """Writes the slots of a derivation as text, each from the texts of its operands."""

    indicator = ""
    """What stands before a condition that counts as 1 where it holds: of numbers nothing."""

    def __init__(self, derivation: Derivation, longest: int, value_at: Callable[[int], float] | None) -> None:
        self._graph = derivation.graph
        self._value_at = value_at
        count = len(self._graph.inputs) - 1
        self._inputs = [numbered("i", place, count) for place in range(1, count + 1)] + ["o"]
        self._terms: list[Term] = []
        self._texts: list[str] = []
        for slot in range(len(self._graph.gates)):
            self._terms.append(self._term(slot))
            text = self._assembled(self._terms[slot])
            self._texts.append(text if len(text) <= longest else "")

    def __call__(self, slot: int) -> str:
        """The text of a slot, or "" if it is too long."""
        text = self._texts[slot]
        gate = self._graph.gates[slot]
        if gate is not None and gate.name in _COMPARISONS:
            return f"{self.indicator}[{text}]"  # 1 where it holds, 0 elsewhere
        return text

    def leaf_name(self, slot: int) -> str:
        """The name of an operand or of the output."""
        return self._inputs[slot]

    def _assembled(self, term: Term) -> str:
        if not all(self._texts[a] for a in term.args):
            return ""
        parts = pieces(term, self._terms.__getitem__, "lecture")
        return "".join(piece if isinstance(piece, str) else self._at_least(*piece) for piece in parts)

    def _at_least(self, slot: int, level: int) -> str:
        """The text of a slot, in brackets unless it holds together that tightly."""
        text = self._texts[slot]
        return text if level_of(self._terms[slot]) >= level else f"({text})"

    def _term(self, slot: int) -> Term:
        graph = self._graph
        gate, args = graph.gates[slot], graph.args[slot]
        if gate is None:
            number = graph.constants.get(slot)
            text = self.leaf_name(slot) if number is None else well_known(number)
            return leaf(text, PRODUCT if "/" in text else ATOM)
        name = gate.name
        if name == "where":
            return self._branch(*args)
        if not all(self._texts[a] for a in args):
            return leaf("")
        if name == "winner" and args[0] in graph.constants:
            return leaf(self._winner(args))
        if name == "mul" and all(self._terms[a].op in _COMPARISONS for a in args):
            return leaf(" and ".join(self._texts[a] for a in args), LOOSE)
        if name in _OPERATORS:
            return Term(name, args)
        if name in _POWERS:
            return leaf(self._at_least(args[0], ATOM) + _POWERS[name], POWER)
        if name == "recip":
            return leaf("1/" + self._at_least(args[0], POWER), PRODUCT)
        if name == "exp":
            return leaf(_raised("e", self._texts[args[0]]), POWER)
        if name == "pow":
            return leaf(self._power(*args), POWER)
        if name == "abs":
            return leaf(f"|{self._texts[args[0]]}|")
        order = graph.number(args[0])
        if name == "polygamma" and order in (0.0, 1.0, 2.0):
            return leaf(f"ψ{subscript(int(order)) if order else ''}({self._texts[args[1]]})")
        if isinstance(gate, Rule) and gate.defaults:
            args = args[: needed(gate, [graph.number(a) for a in args])]
        return Term("call", args, function_name(gate))

    def _power(self, base: int, exponent: int) -> str:
        power = self._graph.number(exponent)
        if power is not None and power.is_integer():
            return self._at_least(base, ATOM) + constant(power).translate(TO_SUPERSCRIPT)
        return _raised(self._at_least(base, ATOM), self._texts[exponent])

    def _branch(self, condition: int, then: int, other: int) -> Term:
        numbers = self._graph.number(then), self._graph.number(other)
        if numbers in ((1, 0), (0, 1)):
            known = self._texts[condition]  # one that is too long makes the whole formula too long
            holds = self._condition(condition, holds=numbers == (1, 0))
            return leaf(f"{self.indicator}[{holds}]" if known else "")
        if self._value_at is not None:
            return self._terms[then if self._value_at(condition) else other]
        if not all(self._texts[a] for a in (condition, then, other)):
            return leaf("")
        return leaf(f"{self._at_least(then, SUM)} if {self._condition(condition)} else {self._texts[other]}", LOOSE)

    def _condition(self, slot: int, *, holds: bool = True) -> str:
        text = self._texts[slot]
        term = self._terms[slot]
        if term.op in _COMPARISONS or " and " in text:
            return text if holds else f"not {text}"
        return f"{text} {'≠' if holds else '='} 0"

    def _winner(self, args: tuple[int, ...]) -> str:
        place, operands = int(self._graph.constants[args[0]]), args[1:]
        negative = all(self._is_negated(slot) for slot in operands)
        texts = [self._unsigned(slot) if negative else self._texts[slot] for slot in operands]
        if len(texts) == 2:
            return f"{self.indicator}[{texts[place]} {'<' if negative else '>'} {texts[1 - place]}]"
        return f"{self.indicator}[{texts[place]} = {'min' if negative else 'max'}]"

    def _is_negated(self, slot: int) -> bool:
        gate = self._graph.gates[slot]
        return (gate is not None and gate.name == "neg") or (self._graph.number(slot) or 0.0) < 0 or (
            self._graph.number(slot) == 0)  # fmt: skip

    def _unsigned(self, slot: int) -> str:
        if slot in self._graph.constants:
            return constant(-self._graph.constants[slot] + 0.0)
        return self._texts[self._graph.args[slot][0]]


def leaf(text: str, level: int = ATOM) -> Term:
    """A text that is not taken apart."""
    return Term("leaf", text=text, level=level)


def _is_bare(text: str) -> bool:
    """Whether a text is a lone number or a lone letter, with or without a subscript."""
    return _BARE.fullmatch(text.translate(_PLAIN_DIGITS)) is not None


def _raised(base: str, exponent: str) -> str:
    return f"{base}^{exponent}" if _is_bare(exponent) else f"{base}^({exponent})"
