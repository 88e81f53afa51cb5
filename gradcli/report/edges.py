"""Nodes and edges as sentences and sums name them: `de/dc`, `∂e/∂d1 = d2² = 4`, with names instead of i₁ and i₂."""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING

from gradcli.graph.blocks import is_block
from gradcli.graph.tape import Composite
from gradcli.passes.derivation import Derivation, derive
from gradcli.passes.forward import Forward
from gradcli.passes.gates import FloatArithmetic
from gradcli.passes.nodes import named
from gradcli.passes.paths import Edge, Ways
from gradcli.report.notation import LONGEST, MOST_STEPS, Writer
from gradcli.report.numbers import NumberStyle, well_known
from gradcli.report.path_texts import PathTexts
from gradcli.report.structure import Layout
from gradcli.report.tables import GIVEN, unless_said
from gradcli.rules.floats import Floats

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from gradcli.report.local_jacobians import LocalJacobians

_LONGEST_PART = 24
"""Characters of a part of the formula that stands for an operand without a name."""

_HELD = re.compile(r"[^\W\d][\w′]*(?:\([^()]*\)|\[[^\[\]]*\])?")
"""What needs no brackets as a factor: a name, a function, an entry."""

_SIGNS = {"lt": ("<", "≥"), "le": ("≤", ">"), "gt": (">", "≤"), "ge": ("≥", "<"), "eq": ("=", "≠"), "ne": ("≠", "=")}
"""The sign of each comparison, and the sign of what holds where it does not."""

_OPERAND = re.compile(r"\[i(?P<condition>[₀-₉]*) (?P<sign>[≠=]) 0\]|(?<![^\W\d_])i(?P<plain>[₀-₉]*)(?![^\Wᵀ])")
"""An operand in the name of a Jacobian; one that is a condition with what stands around it."""


class EdgeTexts:
    """Writes the edges of a forward pass.

    Args:
        forward: the pass.
        text: the formula.
        style: of its numbers.
        layout: whether a Jacobian has a row for each entry of the output, or for each entry of what it is taken by.
    """

    def __init__(self, forward: Forward, text: str, style: NumberStyle, layout: Layout = "numerator") -> None:
        self._forward = forward
        self._graph = forward.graph
        self._text = text
        self._style = style
        self._layout: Layout = layout
        output = forward.graph.output
        self._paths = PathTexts(Ways(forward, output, output, (output,), {}), style)
        self._named = named(forward.graph)

    def node(self, slot: int) -> str:
        """What a node is called: by its name, or by its label in the tables."""
        return self._paths.node(slot)

    def total(self, slot: int) -> str:
        """The derivative of the output by a node: `de/dc`."""
        return self._paths.derivative(self._graph.output, slot)

    def name(self, edge: Edge) -> str:
        """The local derivative on an edge: `∂c/∂b1`, or `db1/da` of a node that has only one operand."""
        return self._paths.edge(edge)

    def local(self, edge: Edge) -> str:
        """A local derivative by names and by numbers: `2a = 6`, or the name and the numbers of a Jacobian."""
        if self._graph.shapes is not None:
            return self._jacobian(edge)
        slot, place = edge
        number = self._style(self._forward.locals[slot][place])
        formula = self._formula(slot, place)
        formula = formula[1:-1] if formula.startswith("(") and _is_bracketed(formula) else formula
        return " = ".join([*unless_said(formula, number), number]) + self._given(slot)

    def _given(self, slot: int) -> str:
        return GIVEN * is_block(self._graph.gates[slot])

    def _formula(self, slot: int, place: int) -> str:
        """The formula of a local derivative in the names of the operands; "" if it is too long."""
        gate, args = self._graph.gates[slot], self._graph.args[slot]
        assert gate is not None  # noqa: S101  (edges lead to gates)
        if len(args) > MOST_STEPS or (isinstance(gate, Composite) and gate.size > MOST_STEPS):
            return ""
        derivation = derive(gate, tuple(self._graph.constants.get(a) for a in args))
        found = derivation.locals[place]
        if found is None:
            return ""
        free = [a for a in args if a not in self._graph.constants]
        names = [*map(self._operand, free), self._operand(slot)]
        compared = {place: signs for place, a in enumerate(free) if (signs := self._compared(a)) is not None}
        return _Named(derivation, names, compared, self._value_at(derivation, slot))(found)

    def _compared(self, slot: int) -> tuple[str, str] | None:
        """What holds where a comparison without a name is 1, and what where it is 0; None of any other node."""
        gate = self._graph.gates[slot]
        if slot in self._named or gate is None or gate.name not in _SIGNS:
            return None
        args, constants = self._graph.args[slot], self._graph.constants
        if not all(isinstance(constants.get(a, 0.0), float | int) for a in args):
            return None
        one, other = map(self._side, args)
        holds, fails = (f"{one} {sign} {other}" for sign in _SIGNS[gate.name])
        return holds, fails

    def _side(self, slot: int) -> str:
        """One side of a comparison, where only another comparison needs brackets."""
        number = self._graph.constants.get(slot)
        text = self._operand(slot) if number is None else self._graph.symbols.get(slot) or well_known(number)
        gate = self._graph.gates[slot]
        bare = text.startswith("(") and _is_bracketed(text) and (gate is None or gate.name not in _SIGNS)
        return text[1:-1] if bare else text

    def _value_at(self, derivation: Derivation, slot: int) -> Callable[[int], float] | None:
        """The values inside a formula with branches, of which only the one that is taken is written."""
        if not any(step.name in ("where", "winner") for _, step, _ in derivation.graph.steps):
            return None
        values = [self._forward.values[a] for a in self._graph.args[slot] if a not in self._graph.constants]
        inside = FloatArithmetic(Floats()).inner_values(derivation.graph, [*values, self._forward.values[slot]])
        return inside.__getitem__

    def _operand(self, slot: int) -> str:
        """A node as it stands in a formula: its name, or the part of the formula that it is, in brackets."""
        if slot in self._named:
            return self._named[slot]
        start, end = self._graph.spans[slot]
        part = " ".join(self._text[start:end].split())
        part = part if 0 < len(part) <= _LONGEST_PART else self.node(slot)
        return part if _HELD.fullmatch(part) or _is_bracketed(part) else f"({part})"

    # --- vectors and matrices -----------------------------------------------------------------------------------------

    @cached_property
    def _local(self) -> LocalJacobians:
        from gradcli.report.local_jacobians import LocalJacobians  # numbers alone need no NumPy

        return LocalJacobians(self._forward, self._style, self._layout)

    def _jacobian(self, edge: Edge) -> str:
        from gradcli.report.local_jacobians import is_number

        slot, place = edge
        if is_number(self._graph, slot, place):
            return self._style(float(self._forward.locals[slot][place])) + self._given(slot)
        found = self._local(slot, place, numbers=True)
        args = [a for a in self._graph.args[slot] if a not in self._graph.constants]

        def operand(match: re.Match[str]) -> str:
            digits = (match["condition"] or match["plain"] or "").translate(_PLAIN)
            number = int(digits) - 1 if digits else 0
            if number >= len(args):
                return match[0]
            if match["sign"] is None:
                return self._operand(args[number])
            compared = self._compared(args[number])
            if compared is None:
                return f"[{self._operand(args[number])} {match['sign']} 0]"
            return f"[{compared[match['sign'] == '=']}]"

        parts = [_OPERAND.sub(operand, found.name), found.numbers]
        rows, columns = found.shape
        return " = ".join(filter(None, parts)) + f" ({rows:,}×{columns:,})"


_PLAIN = str.maketrans("₀₁₂₃₄₅₆₇₈₉", "0123456789")


class _Named(Writer):
    """Writes a formula with the names of operands."""

    def __init__(
        self, derivation: Derivation, names: list[str], compared: Mapping[int, tuple[str, str]],
        value_at: Callable[[int], float] | None,
    ) -> None:  # fmt: skip
        self._names = names
        self._compared = compared
        super().__init__(derivation, LONGEST, value_at)

    def leaf_name(self, slot: int) -> str:
        """The name of an operand or of the node."""
        return self._names[slot]

    def _condition(self, slot: int, *, holds: bool = True) -> str:
        """A condition that is an operand as the comparison that it is: x > 1, and not (x > 1) ≠ 0."""
        compared = self._compared.get(slot)
        return super()._condition(slot, holds=holds) if compared is None else compared[not holds]


def _is_bracketed(text: str) -> bool:
    """Whether one pair of brackets stands around all of a text."""
    depth = 0
    for place, character in enumerate(text):
        depth += (character in "([") - (character in ")]")
        if depth == 0:
            return place == len(text) - 1 and place > 0
    return False
