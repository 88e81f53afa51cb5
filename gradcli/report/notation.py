"""How a gate is written: its label, its formula and the formulas of its local derivatives.

All of it comes from the rule itself: the label from its sign, the formulas from its arithmetic run on symbols.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from gradcli.graph.tape import Composite, Gate
from gradcli.passes.derivation import Derivation, Fixed, derive
from gradcli.passes.gates import FloatArithmetic
from gradcli.report.infix import ATOM, LECTURE, POWER, Term, formula_text, level_of
from gradcli.report.numbers import constant, well_known
from gradcli.rules.floats import Floats

LONGEST = 60
"""Characters up to which a formula is printed inside a table."""

_SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
_SUPERSCRIPTS = str.maketrans("0123456789−", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")
_PLAIN_DIGITS = str.maketrans("₀₁₂₃₄₅₆₇₈₉", "0123456789")
_COMPARISONS = {"lt", "le", "gt", "ge", "eq", "ne"}
_OPERATORS = {"add", "sub", "mul", "div", "neg", *_COMPARISONS}


def subscript(number: int) -> str:
    """A number as a subscript."""
    return str(number).translate(_SUBSCRIPTS)


def numbered(letter: str, place: int, count: int) -> str:
    """i, or i₁, i₂ ... where there are several."""
    return letter if count == 1 else letter + subscript(place)


def label(gate: Gate, fixed: Fixed, symbols: tuple[str | None, ...] = ()) -> str:
    """The sign of a gate, with its constants in their places (`· + 1`, `2^·`, `max(0, ·)`)."""
    names = symbols or (None,) * len(fixed)
    parts = ["·" if x is None else (s or constant(x)) for x, s in zip(fixed, names, strict=True)]
    if gate.name == "pow" and fixed[1] is not None and float(fixed[1]).is_integer():
        return parts[0] + parts[1].translate(_SUPERSCRIPTS)
    defaults = () if isinstance(gate, Composite) else gate.defaults
    while defaults and len(parts) > gate_arity(gate) and fixed[len(parts) - 1] == defaults[-1]:
        parts, defaults = parts[:-1], defaults[:-1]
    sign = gate.sign
    if not isinstance(gate, Composite) and (gate.variadic or gate.defaults):
        return f"{sign.partition('(')[0]}({', '.join(parts)})"
    for part in parts:
        sign = sign.replace("·", "\0" if part == "·" else part, 1)
    return sign.replace("\0", "·")


def gate_arity(gate: Gate) -> int:
    """How many operands a gate needs."""
    return len(gate.inner.inputs) if isinstance(gate, Composite) else gate.arity


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
    derivation = _derivation(gate, tuple(fixed))
    if not any(step.name in ("where", "winner") for _, step, _ in derivation.graph.steps):
        return _static_text(gate, tuple(fixed))
    values = [x for x, number in zip(operands, fixed, strict=True) if number is None]
    at_point = FloatArithmetic(Floats()).inner_values(derivation.graph, [*values, output])
    return _text(derivation, at_point.__getitem__)


@lru_cache(maxsize=4096)
def rule_text(gate: Gate, fixed: tuple[float | None, ...]) -> GateText:
    """A gate's formulas in general, with both branches of a formula that has any."""
    return _text(_derivation(gate, fixed), None)


@lru_cache(maxsize=4096)
def _static_text(gate: Gate, fixed: tuple[float | None, ...]) -> GateText:
    return _text(_derivation(gate, fixed), None)


@lru_cache(maxsize=4096)
def _derivation(gate: Gate, fixed: tuple[float | None, ...]) -> Derivation:
    return derive(gate, fixed)


def _text(derivation: Derivation, value_at: Callable[[int], float] | None) -> GateText:
    write = _Writer(derivation, value_at)
    constants = derivation.graph.constants
    return GateText(
        value=write(derivation.value),
        locals=tuple(None if slot is None else write(slot) for slot in derivation.locals),
        fixed=tuple(slot is not None and slot in constants for slot in derivation.locals),
    )


class _Writer:
    """Writes the slots of a derivation as text."""

    def __init__(self, derivation: Derivation, value_at: Callable[[int], float] | None) -> None:
        self._graph = derivation.graph
        self._value_at = value_at
        count = len(self._graph.inputs) - 1
        self._inputs = [numbered("i", place, count) for place in range(1, count + 1)] + ["o"]

    def __call__(self, slot: int) -> str:
        text = formula_text(slot, self._look, LECTURE)
        if slot in self._graph.constants:
            text = text.removeprefix("(").removesuffix(")") if text.startswith("(") else text
        return text if len(text) <= LONGEST else ""

    def _look(self, slot: int) -> Term:
        graph = self._graph
        gate, args = graph.gates[slot], graph.args[slot]
        if gate is None:
            return Term(
                "leaf", text=well_known(graph.constants[slot]) if slot in graph.constants else self._inputs[slot]
            )
        name = gate.name
        if name in ("where", "winner"):
            return self._branch(name, args)
        if name == "mul" and all(self._compares(slot) for slot in args):
            return Term("leaf", text=" and ".join(self._inner(slot, 0) for slot in args))
        if name in _OPERATORS:
            return Term(name, args)
        power = {"square": "²", "cube": "³"}.get(name)
        if power:
            return Term("leaf", text=self._inner(args[0], ATOM) + power)
        if name == "recip":
            return Term("leaf", text="1/" + self._inner(args[0], POWER))
        if name == "exp":
            return Term("leaf", text=_raised("e", self._inner(args[0], 0)))
        if name == "pow":
            return Term("leaf", text=self._power(*args))
        if name == "abs":
            return Term("leaf", text=f"|{self._inner(args[0], 0)}|")
        if name == "polygamma" and graph.constants.get(args[0]) in (0.0, 1.0, 2.0):
            order = int(graph.constants[args[0]])
            return Term("leaf", text=f"ψ{subscript(order) if order else ''}({self._inner(args[1], 0)})")
        return Term("call", args, gate.sign.partition("(")[0])

    def _compares(self, slot: int) -> bool:
        gate = self._graph.gates[slot]
        return gate is not None and gate.name in _COMPARISONS

    def _inner(self, slot: int, need: int) -> str:
        text = formula_text(slot, self._look, LECTURE)
        term = self._look(slot)
        holds = _is_bare(text) or term.op == "call" if need == ATOM else level_of(term) >= need
        return text if holds else f"({text})"

    def _power(self, base: int, exponent: int) -> str:
        power = self._graph.constants.get(exponent)
        if power is not None and power.is_integer():
            return self._inner(base, ATOM) + constant(power).translate(_SUPERSCRIPTS)
        return _raised(self._inner(base, ATOM), self._inner(exponent, 0))

    def _branch(self, name: str, args: tuple[int, ...]) -> Term:
        numbers = self._graph.constants
        if name == "winner":
            return Term("leaf", text=self._winner(args))
        condition, then, other = args
        if numbers.get(then) == 1 and numbers.get(other) == 0:
            return Term("leaf", text=f"[{self._inner(condition, 0)}]")
        if numbers.get(then) == 0 and numbers.get(other) == 1:
            return Term("leaf", text=f"[not {self._inner(condition, 0)}]")
        if self._value_at is not None:
            return self._look(then if self._value_at(condition) else other)
        return Term(
            "leaf", text=f"({self._inner(then, 0)} if {self._inner(condition, 0)} else {self._inner(other, 0)})"
        )

    def _winner(self, args: tuple[int, ...]) -> str:
        place = int(self._graph.constants[args[0]])
        operands = args[1:]
        negative = all(self._is_negated(slot) for slot in operands)
        texts = [self._unsigned(slot) if negative else self._inner(slot, 0) for slot in operands]
        if len(texts) == 2:
            return f"[{texts[place]} {'<' if negative else '>'} {texts[1 - place]}]"
        return f"[{texts[place]} = {'min' if negative else 'max'}]"

    def _is_negated(self, slot: int) -> bool:
        gate = self._graph.gates[slot]
        return (gate is not None and gate.name == "neg") or self._graph.constants.get(slot, 1.0) <= 0

    def _unsigned(self, slot: int) -> str:
        if slot in self._graph.constants:
            return constant(-self._graph.constants[slot] + 0.0)
        return self._inner(self._graph.args[slot][0], 0)


def _is_bare(text: str) -> bool:
    """Whether a text is a lone number or a lone letter, with or without a subscript."""
    return all(c.isalpha() or c.isdecimal() for c in text.translate(_PLAIN_DIGITS).replace(".", "", 1))


def _raised(base: str, exponent: str) -> str:
    return f"{base}^{exponent}" if _is_bare(exponent) else f"{base}^({exponent})"
