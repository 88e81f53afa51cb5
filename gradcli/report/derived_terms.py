"""A formula and its derivatives as expressions: what is named, what is written inside of what.

Every slot becomes a `Term` of the printer; a slot has a name of its own if its statement has one, if writing it once
under a name is shorter than writing it each time, or if a line would become too long. Both the notation of the package
and LaTeX are written from these terms. Texts are joined from the inside outwards, so nothing recurses.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from gradcli.graph.tape import ArrayGate, Gate
from gradcli.passes.symbolic import Derived
from gradcli.report.derived_parts import array_text, is_default, printable, setting_text
from gradcli.report.infix import ATOM, BRACKETED, PRODUCT, Term
from gradcli.report.numbers import full, well_known
from gradcli.report.reading import function_symbol
from gradcli.rules.rule import Rule

LONGEST = 200
"""Characters of a part that is written inside of another one."""

_COMPARISONS = frozenset(("lt", "le", "gt", "ge"))
_OPERATORS = frozenset(("add", "sub", "mul", "div", "neg", *_COMPARISONS))
_POWERS = {"square": 2.0, "cube": 3.0}
_PRODUCTS = {"matvec": "matmul", "matmul": "matmul", "dot": "dot"}


class Notation(Protocol):
    """How terms are written."""

    def text(self, term: Term, look: Callable[[int], Term], texts: Callable[[int], str]) -> str:
        """A term, given the terms and the texts of its places."""

    def numbered(self, place: int) -> str:
        """The name of an intermediate."""

    def length(self, text: str) -> int:
        """How many characters a reader sees."""


@dataclass(frozen=True, slots=True)
class Statements:
    """A formula and its derivatives, written.

    Attributes:
        before: names and texts of intermediates, in an order in which they can be computed.
        value: the text of the value.
        after: intermediates of the derivatives that use the value.
        gradient: by name the text of each derivative.
        hessian: by pairs of names the text of each second derivative; each pair of numbers once.
    """

    before: tuple[tuple[str, str], ...]
    value: str
    after: tuple[tuple[str, str], ...]
    gradient: dict[str, str]
    hessian: dict[tuple[str, str], str]


def statements(derived: Derived, names: Mapping[int, str], notation: Notation) -> Statements:
    """The formula and its derivatives in a notation.

    Args:
        derived: the formula and its derivatives.
        names: for each slot of `derived.gradient` how it is called.
        notation: how terms are written.
    """
    return _Terms(printable(derived), names, notation).statements()


class _Terms:
    """The terms of a graph, and their texts.

    A term's place is its number in one list, in which also terms stand that are only there for the printing.
    """

    def __init__(self, derived: Derived, names: Mapping[int, str], notation: Notation) -> None:
        self._derived = derived
        self._graph = graph = derived.graph
        self._names = names
        self._notation = notation
        self._terms: list[Term] = []
        self._texts: list[str] = []
        self._of_slot: dict[int, int] = {}
        self._taken = {*graph.inputs, *graph.names.values(), graph.output_name}
        self._defined: list[tuple[int, str, str]] = []
        self._uses = self._counted()
        self._called: dict[tuple[str, tuple[int, ...]], int] = {}
        self._results = {*derived.gradient.values(), *derived.hessian.values()}
        self._place = 0

    def statements(self) -> Statements:
        """Everything in its order: what the value does not need comes behind it only if it uses the value."""
        graph, value = self._graph, self._derived.value
        for slot, gate in enumerate(graph.gates):
            if self._uses[slot] or slot < len(graph.inputs):
                place = self._of_slot[slot] = self._leaf(slot) if gate is None else self._written(slot, gate)
                if gate is not None and gate.name in ("max", "min"):
                    self._called[gate.name, tuple(self._of_slot[a] for a in graph.args[slot])] = place
        depends = self._above(value)
        before = tuple((name, text) for slot, name, text in self._defined if slot != value and not depends[slot])
        after = tuple((name, text) for slot, name, text in self._defined if slot != value and depends[slot])
        whole = next((text for slot, _, text in self._defined if slot == value), self._text(value))
        gradient = {self._names[by]: self._text(slot) for by, slot in self._derived.gradient.items()}
        hessian: dict[tuple[str, str], str] = {}
        for (a, b), slot in self._derived.hessian.items():
            if (self._names[b], self._names[a]) not in hessian or a == b:
                hessian[self._names[a], self._names[b]] = self._text(slot)
        return Statements(before, whole, after, gradient, hessian)

    # --- what is named ----------------------------------------------------------------------------------------------

    def _counted(self) -> list[int]:
        """How often each slot is used, by gates that are needed and by results."""
        graph = self._graph
        uses = [0] * len(graph.gates)
        pairs = {(min(pair), max(pair)): slot for pair, slot in self._derived.hessian.items()}
        for slot in (self._derived.value, *self._derived.gradient.values(), *pairs.values()):
            uses[slot] += 1
        for slot, _, args in reversed(graph.steps):
            if uses[slot]:
                for operand in args:
                    uses[operand] += 1
        return uses

    def _above(self, value: int) -> list[bool]:
        """Which slots use the value."""
        found = [False] * len(self._graph.gates)
        if self._graph.gates[value] is not None:
            for slot, _, args in self._graph.steps:
                found[slot] = any(a == value or found[a] for a in args)
        return found

    def _written(self, slot: int, gate: Gate) -> int:
        """The term of a gate: its name if it has one, else what it computes."""
        term = self._term(gate, self._graph.args[slot])
        text = self._assembled(term)
        if slot == self._derived.value:
            name = self._graph.output_name
        elif slot in self._graph.names:
            name = self._graph.names[slot]
        elif not self._worth_a_name(slot, gate, text):
            return self._new(term, text)
        else:
            self._place += 1
            while self._notation.numbered(self._place) in self._taken:
                self._place += 1
            name = self._notation.numbered(self._place)
        self._defined.append((slot, name, text))
        return self._new(Term("leaf", text=name))

    def _worth_a_name(self, slot: int, gate: Gate, text: str) -> bool:
        uses, length = self._uses[slot], self._notation.length(text)
        if gate.name in ("zeros", "ones", "eye") or (uses == 1 and slot in self._results):
            return False
        return length > LONGEST or (uses - 1) * length > len("t1 = ") + 2 * uses + 2

    # --- terms ------------------------------------------------------------------------------------------------------

    def _new(self, term: Term, text: str | None = None) -> int:
        self._terms.append(term)
        self._texts.append(self._assembled(term) if text is None else text)
        return len(self._terms) - 1

    def _assembled(self, term: Term) -> str:
        return self._notation.text(term, self._terms.__getitem__, self._texts.__getitem__)

    def _text(self, slot: int) -> str:
        return self._texts[self._of_slot[slot]]

    def _leaf(self, slot: int) -> int:
        graph = self._graph
        if slot < len(graph.inputs):
            return self._new(Term("leaf", text=graph.inputs[slot]))
        if slot in graph.symbols:
            return self._new(Term("leaf", text=graph.symbols[slot]))
        value = graph.constants[slot]
        if graph.shape(slot):
            text = array_text(value)
            return self._new(Term("leaf", text=text, level=PRODUCT if "*" in text else ATOM))
        return self._number(value)

    def _number(self, value: float) -> int:
        text = well_known(value)
        if not any(sign in text for sign in "π√/(") or ("π" in text and "π" in self._taken):
            text = full(value)
        return self._new(Term("leaf", text=text, level=PRODUCT if "/" in text else ATOM))

    def _term(self, gate: Gate, args: Sequence[int]) -> Term:
        places = tuple(self._of_slot[a] for a in args)
        name = gate.name
        if isinstance(gate, ArrayGate):
            return self._array_term(gate, places)
        if name == "recip":
            return Term("div", (self._number(1.0), *places))
        if name == "mul" and not self._graph.shape(args[0]) and not self._graph.shape(args[1]):
            for factor, other in ((1, 0), (0, 1)):
                if (under := self._reciprocal(args[factor])) is not None:
                    return Term("div", (places[other], under))
        if name in _OPERATORS:
            return self._operator(name, places)
        if name == "block":  # its function is not given: it is the number that is stated
            return Term("leaf", text=full(float(gate.value(None)) if isinstance(gate, Rule) else 0.0))
        if name in _POWERS:
            return Term("pow", (places[0], self._number(_POWERS[name])))
        if name == "pow":
            return Term("pow", places)
        if name == "exp" and "e" not in self._taken:
            return Term("pow", (self._new(Term("leaf", text="e")), places[0]))
        if name == "winner":
            return self._winner(int(self._graph.constants[args[0]]), places[1:])
        assert isinstance(gate, Rule)  # noqa: S101  (gates made of others have been spelled out)
        count = len(args)
        while gate.defaults and count > gate.arity and self._graph.number(args[count - 1]) == (
            gate.defaults[count - gate.arity - 1]):  # fmt: skip
            count -= 1
        return Term("call", places[:count], function_symbol(name, self._taken, count if gate.listed else None))

    def _operator(self, name: str, places: tuple[int, ...]) -> Term:
        """A sum or a product in which the minus signs stand in front: a − 2 * b, not a + (−2) * b."""
        left, right = self._terms[places[0]], self._terms[places[-1]]
        if name in ("add", "sub") and right.op == "neg":
            return Term("sub" if name == "add" else "add", (places[0], right.args[0]))
        if name == "mul" and left.op == "leaf" and left.text.startswith("−"):
            positive = self._new(Term("leaf", text=left.text[1:], level=left.level))
            return Term("neg", (self._new(Term("mul", (positive, places[1]))),))
        return Term(name, places)

    def _reciprocal(self, slot: int) -> int | None:
        """What a slot is 1/… of, if it is written there alone."""
        gate, args = self._graph.gates[slot], self._graph.args[slot]
        if gate is None or self._terms[self._of_slot[slot]].op == "leaf":
            return None
        if gate.name == "div" and self._graph.number(args[0]) == 1:
            return self._of_slot[args[1]]
        return self._of_slot[args[0]] if gate.name == "recip" else None

    def _winner(self, place: int, operands: Sequence[int]) -> Term:
        """The share of an operand in the maximum: of two (1 + sign(a − b))/2, of more by counting."""
        kind = "max"
        if all(self._terms[operand].op == "neg" for operand in operands):
            kind, operands = "min", [self._terms[operand].args[0] for operand in operands]
        if len(operands) == 2:
            if kind == "min":
                place = 1 - place
            gap = self._new(Term("sub", (operands[place], operands[1 - place])))
            sign = self._new(Term("call", (gap,), function_symbol("sign", self._taken)))
            return Term("div", (self._new(Term("add", (self._number(1.0), sign))), self._number(2.0)))
        top = self._known(kind, operands)
        equal = [self._new(Term("call", (operand, top), "eq")) for operand in operands]
        total = functools.reduce(lambda one, other: self._new(Term("add", (one, other))), equal)
        return Term("div", (equal[place], total))

    def _spread(self, place: int, shape: tuple[int, ...], axis: int | None) -> Term:
        """A number, a column or a row repeated to fill an array: times ones."""
        if axis is not None and len(shape) == 2 and axis % 2:
            rows = self._new(Term("leaf", text=str(shape[0])))
            place = self._new(Term("call", (place, rows, self._new(Term("leaf", text="1"))), "reshape"))
        ones = self._new(Term("leaf", text=f"ones({', '.join(map(str, shape))})"))
        return Term("mul", (place, ones))

    def _index(self, place: int, inside: str) -> Term:
        """Entries of an array: x[0], softmax(x)[1:3], (x + y)[0]."""
        tight = self._terms[place].op in ("leaf", "call", "index")
        return Term("index", (place, self._new(Term("leaf", text=inside))), level=ATOM if tight else BRACKETED)

    def _known(self, name: str, operands: Sequence[int]) -> int:
        """The place of a call, which may have a name by now."""
        found = self._called.get((name, tuple(operands)))
        if found is None:
            found = self._new(Term("call", tuple(operands), function_symbol(name, self._taken)))
        return found

    def _array_term(self, gate: ArrayGate, places: tuple[int, ...]) -> Term:
        name, settings = gate.name, gate.settings
        if name in _PRODUCTS:
            return Term(_PRODUCTS[name], places)
        if name == "vecmat":
            # Aᵀ x and not xᵀ A, which is a row.
            turned = self._new(Term("transpose", (places[1],)))
            return Term("matmul", (turned, places[0]))
        if name in ("transpose", "as_row"):
            return Term("transpose", places)
        if name == "as_column":
            return self._index(places[0], "0")
        if name == "stack" and settings["axis"] == 0:
            return Term("vector", places)
        if name == "index":
            from gradcli.report.array_labels import index_text  # numbers alone have none

            return self._index(places[0], index_text(settings["key"])[1:-1])
        if name == "spread" and len(settings["shape"]) <= 2:
            return self._spread(places[0], settings["shape"], settings["axis"])
        shown = [f"{key}={setting_text(value)}" for key, value in settings.items() if not is_default(gate, key, value)]
        listed = [*places, *(self._new(Term("leaf", text=text)) for text in shown)]
        return Term("call", tuple(listed), function_symbol(name, self._taken) if gate.rule.listed else name)
