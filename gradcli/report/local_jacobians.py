"""The local Jacobians of the nodes of a pass: their names, their shapes, and their numbers where they are few."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy

from gradcli.graph.tape import ArrayGate, Composite, Graph, is_elementwise
from gradcli.passes.forward import STRUCTURED, Forward
from gradcli.passes.jacobian import Matrix, local_jacobian
from gradcli.report.array_notation import ArrayText, gate_text
from gradcli.report.arrays import MOST_INLINE, array_text, jacobian_text
from gradcli.report.labels import fixed_operands
from gradcli.report.notation import numbered
from gradcli.report.numbers import NumberStyle, constant
from gradcli.report.structure import Layout, entrywise, repetition, shape_of, transposed, with_operands
from gradcli.rules.shape import Shape, entries

MOST_COMPUTED = 100_000
"""Numbers of a local Jacobian up to which it is computed for a table."""

_SAY_ALL = {"I", "𝟏", "𝟏ᵀ"}
"""Names besides which no numbers are needed."""


@dataclass(frozen=True, slots=True)
class LocalJacobian:
    """One local Jacobian as a table shows it.

    Attributes:
        name: `I ⊗ i₂ᵀ`; "" if it has none.
        numbers: its entries; "" if they are many, or if the name says it all.
        shape: rows and columns, in the layout of the table.
        diagonal: whether it is a diagonal matrix, whose shape goes without saying.
    """

    name: str
    numbers: str
    shape: tuple[int, int]
    diagonal: bool


def array_gate_text(graph: Graph, slot: int, upstream: str = "g") -> ArrayText:
    """The formulas of the gate in a slot of a graph with shapes."""
    gate, args = graph.gates[slot], graph.args[slot]
    assert gate is not None  # noqa: S101  (only slots of gates are asked for)
    shapes = tuple(graph.shape(s) for s in (*args, slot))
    return gate_text(gate, fixed_operands(graph, args), shapes, upstream)


def is_number(graph: Graph, slot: int, place: int) -> bool:
    """Whether a local derivative is that of a number by a number, and stored as one."""
    gate = graph.gates[slot]
    entrywise = gate is not None and is_elementwise(gate)
    return entrywise and not graph.shape(slot) and not graph.shape(graph.args[slot][place])


def jacobian_shape(graph: Graph, slot: int, place: int) -> tuple[int, int]:
    """Rows and columns of a local Jacobian in numerator layout."""
    return entries(graph.shape(slot)), entries(graph.shape(graph.args[slot][place]))


def structure(graph: Graph, slot: int, place: int, layout: Layout = "numerator") -> str:
    """The name of a local Jacobian; "" if it has none."""
    gate = graph.gates[slot]
    shape, into = graph.shape(graph.args[slot][place]), graph.shape(slot)
    if gate is not None and is_elementwise(gate):
        slope = array_gate_text(graph, slot).slopes[place]
        return "" if slope is None else entrywise(slope.text, shape, into, number=slope.number, layout=layout)
    args = graph.args[slot]
    found = ""
    if isinstance(gate, ArrayGate):
        found = _of_rule(gate, graph, args, lambda: _operand_names(graph, args), place)
    elif isinstance(gate, Composite):
        found = _along_the_path(gate.inner, place)
    turned = layout == "denominator" and found and jacobian_shape(graph, slot, place) != (1, 1)
    return transposed(found) if turned else found


@lru_cache(maxsize=64)
def _names_of_rule(gate: ArrayGate, shapes: tuple[Shape, ...]) -> tuple[str, ...]:
    """The names of all Jacobians of a gate: a vector of many entries asks for each of them."""
    return gate.rule.structure(*shapes, **gate.settings)


def _of_rule(gate: ArrayGate, graph: Graph, args: tuple[int, ...], names: Callable[[], list[str]], place: int) -> str:
    given = _names_of_rule(gate, tuple(graph.shape(a) for a in args))[place]
    return with_operands(given, names()) if "i" in given else given


def _operand_names(graph: Graph, args: tuple[int, ...]) -> list[str]:
    """i₁, i₂ ... as the table numbers the operands that are no constants; constants by their texts."""
    fixed = fixed_operands(graph, args)
    free = sum(x is None for x in fixed)
    names: list[str] = []
    place = 0
    for x in fixed:
        place += x is None
        names.append(numbered("i", place, free) if x is None else x if isinstance(x, str) else constant(x))
    return names


def _along_the_path(inner: Graph, place: int) -> str:
    """The name of a Jacobian of a gate that is made of others, where there is one path and each step has a name."""
    consumers = inner.consumers()
    factors: list[str] = []
    at = place
    while at != inner.output:
        if len(consumers[at]) != 1:
            return ""
        slot, operand = consumers[at][0]
        factor = _step(inner, slot, operand)
        if not factor:
            return ""
        if factor != "I":
            factors.insert(0, f"({factor})" if " " in factor else factor)
        at = slot
    alone = len(factors) == 1 and factors[0].startswith("(")
    return factors[0][1:-1] if alone else " ".join(factors) or "I"


def _step(inner: Graph, slot: int, place: int) -> str:
    gate, args = inner.gates[slot], inner.args[slot]
    if isinstance(gate, ArrayGate):
        known = inner.symbols | {k: numbered("i", k + 1, len(inner.inputs)) for k in range(len(inner.inputs))}
        found = _of_rule(gate, inner, args, lambda: [known.get(a, "?") for a in args], place)
        # An operand that is computed inside has no name, and "o" would be the output of another gate.
        return "" if "?" in found or "o" in found.replace("of", "") else found
    shape, into = inner.shape(args[place]), inner.shape(slot)
    if gate is not None and gate.name in ("add", "sub", "neg") and into:
        minus = gate.name == "neg" or (gate.name == "sub" and place == 1)
        return entrywise("−1" if minus else "1", shape, into, number=True)
    return ""


class LocalJacobians:
    """The local Jacobians of a forward pass as text."""

    def __init__(self, forward: Forward, style: NumberStyle, layout: Layout) -> None:
        self._forward = forward
        self._graph = forward.graph
        self._style = style
        self._layout = layout

    def __call__(self, slot: int, place: int, *, numbers: bool, name: bool = True) -> LocalJacobian:
        """One of them, with its numbers if they are asked for and few, and without its name if it would be wrong."""
        graph = self._graph
        rows, columns = jacobian_shape(graph, slot, place)
        gate = graph.gates[slot]
        diagonal = gate is not None and is_elementwise(gate) and (
            repetition(graph.shape(graph.args[slot][place]), graph.shape(slot)) == "I")  # fmt: skip
        called = structure(graph, slot, place, self._layout) if name else ""
        return LocalJacobian(
            called,
            self._numbers(slot, place, diagonal=diagonal) if numbers and called not in _SAY_ALL else "",
            shape_of(rows, columns, self._layout),
            diagonal,
        )

    def matrix(self, slot: int, place: int) -> Matrix | None:
        """The local Jacobian itself in numerator layout; None if it is large."""
        rows, columns = jacobian_shape(self._graph, slot, place)
        return local_jacobian(self._forward, slot, place) if rows * columns <= MOST_COMPUTED else None

    def _numbers(self, slot: int, place: int, *, diagonal: bool) -> str:
        stored = self._forward.locals[slot][place]
        rows, columns = jacobian_shape(self._graph, slot, place)
        if stored is not STRUCTURED and (diagonal or numpy.ndim(stored) == 0):
            return self._entrywise(slot, place, stored)
        if rows * columns > MOST_INLINE:
            return ""
        matrix = local_jacobian(self._forward, slot, place)
        return jacobian_text(matrix if self._layout == "numerator" else matrix.T, self._style)

    def _entrywise(self, slot: int, place: int, stored: Any) -> str:
        shape, into = self._graph.shape(self._graph.args[slot][place]), self._graph.shape(slot)
        if numpy.ndim(stored) == 0:
            return entrywise(array_text(stored, self._style), shape, into, number=True, layout=self._layout)
        whole = numpy.broadcast_to(numpy.asarray(stored, dtype=float), into)
        return f"diag({array_text(whole.ravel(), self._style)})" if whole.size <= MOST_INLINE else ""
