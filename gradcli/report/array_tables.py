"""The two tables of a graph that holds vectors and matrices: Jacobians by name, contributions in their own shapes."""

from __future__ import annotations

from typing import Any

import numpy

from gradcli.graph.tape import is_elementwise
from gradcli.report.array_notation import ArrayText
from gradcli.report.arrays import array_text, is_folded
from gradcli.report.charset import DOT
from gradcli.report.local_jacobians import LocalJacobians, array_gate_text, is_number
from gradcli.report.nodes import NodeViews
from gradcli.report.notation import GateText
from gradcli.report.numbers import NumberStyle
from gradcli.report.structure import Layout, is_exact, product_of_shapes, size
from gradcli.report.tables import MOST_TERMS, GradientLine, Table, Tables, sum_of, times_summed, unless_said
from gradcli.rules.shape import entries, times

LONGEST_SUM = 60
"""Characters up to which a sum of contributions is written out."""

HOLDS_ALL = "--json or --format plain holds all numbers"

_LAYOUTS: dict[Layout, str] = {
    "numerator": "numerator layout: do/di has a row for each entry of o and a column for each entry of i",
    "denominator": "denominator layout: do/di has a row for each entry of i and a column for each entry of o",
}
_BY_ROWS = "arrays are read row by row: vec"


class ArrayTables(Tables):
    """Writes the tables of one pass over vectors and matrices."""

    def __init__(
        self, nodes: NodeViews, style: NumberStyle, layout: Layout = "numerator",
        undefined: dict[int, str] | None = None,
    ) -> None:  # fmt: skip
        super().__init__(nodes, style, undefined)
        self.layout: Layout = layout
        self.jacobian = LocalJacobians(nodes.forward, style, layout)

    def shown(self, x: Any) -> str:
        """A value; of a large array its size and range."""
        return array_text(x, self._style)

    def forward(self, at: dict[str, Any]) -> Table:
        """Inputs, outputs and local derivatives of each node, in the order of the forward pass."""
        return self._with_layout(super().forward(at))

    def backward(self, at: dict[str, Any]) -> Table:
        """Upstream gradients, local derivatives and their products, in the order of the backward pass."""
        table = self._with_layout(super().backward(at))
        seeded = self._seed_note()
        return Table(table.title, table.columns, table.rows, (*table.notes, *seeded))

    def _with_layout(self, table: Table) -> Table:
        return Table(table.title, table.columns, table.rows, (*table.notes, *self.layout_notes()))

    def layout_notes(self) -> tuple[str, ...]:
        """Which way round the Jacobians stand, if there are any, and how matrices become vectors."""
        graph = self._nodes.graph
        edges = [(slot, place) for slot in self._nodes.slots for place, a in enumerate(graph.args[slot])
                 if a not in graph.constants and not is_number(graph, slot, place)]  # fmt: skip
        if not edges:
            return ()
        by_rows = any(len(graph.shape(s)) > 1 for slot, place in edges for s in (slot, graph.args[slot][place]))
        return (f"{_LAYOUTS[self.layout]}; {_BY_ROWS}" if by_rows else _LAYOUTS[self.layout],)

    def _seed_note(self) -> tuple[str, ...]:
        """What is differentiated where the output is an array."""
        back, graph = self._nodes.backward, self._graph
        if back is None or not graph.shape(graph.output):
            return ()
        seed, z = back.gradients[graph.output], self.output
        whole = f"sum({z})" if (numpy.asarray(seed) == 1).all() else f"the sum of {z} times the given gradient"
        return (f"{z} is an array: {self.by('o')} stands for the derivative of {whole}",)

    # --- parts --------------------------------------------------------------------------------------------------------

    def _text(self, slot: int) -> GateText:
        if not self._is_of_arrays(slot):
            return super()._text(slot)
        return GateText(array_gate_text(self._graph, slot).value, (), ())

    def _is_of_arrays(self, slot: int) -> bool:
        """Whether the gate of a slot takes or makes an array, or is made of gates that do."""
        return not is_elementwise(self._nodes.gate(slot)) or any(
            self._graph.shape(s) for s in (slot, *self._graph.args[slot]))  # fmt: skip

    def _is_tied(self, slot: int) -> bool:
        return slot in self._notes.kinks and self._selects(slot)

    def _derivatives(self, slot: int, text: GateText, *, formulas: bool) -> list[str]:
        """`do/di₁ = I ⊗ i₂ᵀ (3×6)`, with the numbers in the forward table if they are few."""
        if not self._is_of_arrays(slot):
            return super()._derivatives(slot, text, formulas=formulas)
        outputs = self._outputs(slot)
        tied = self._is_tied(slot)
        groups: dict[tuple[str, ...], list[str]] = {}
        for place, i in self._free(slot):
            found = self.jacobian(slot, place, numbers=formulas or tied, name=not tied)
            # In the forward table a diagonal has the shape that everybody expects.
            shape = f"({size(found.shape)})" if not (formulas and found.diagonal and found.name) else ""
            equal = "" if found.name and is_exact(found.name) else i  # nobody knows whether two of them are equal
            groups.setdefault((found.name, found.numbers, shape, equal), []).extend(f"d{o}/d{i}" for o in outputs)
        return [" = ".join([*names, *filter(None, [name, *unless_said(numbers, name)])]) + f" {shape}".rstrip()
                for (name, numbers, shape, _), names in groups.items()]  # fmt: skip

    def _handed(self, slot: int, outputs: list[str]) -> list[str]:
        """What each operand receives, in its own shape: `dl/di₂ = i₁ᵀ dl/do = [2.812, 0.562] (1×2 = 1×3 · 3×2)`."""
        if not self._is_of_arrays(slot):
            return super()._handed(slot, outputs)
        parts = [self.by(o) for o in outputs]
        upstream = " + ".join(parts + ["…"] * (len(self._nodes.consumers[slot]) > len(outputs)))
        text = array_gate_text(self._graph, slot, upstream)
        groups: dict[tuple[str, str, str], list[str]] = {}
        for place, i in self._free(slot)[:MOST_TERMS]:
            formula = self._handed_formula(slot, text, place, i, upstream)
            key = formula, self._contribution(slot, place), self._shapes(slot, place)
            groups.setdefault(key, []).append(self.by(i))
        return [" = ".join([*names, formula, *unless_said(number, formula)]) + (f" ({shapes})" if shapes else "")
                for (formula, number, shapes), names in groups.items()]  # fmt: skip

    def _handed_formula(self, slot: int, text: ArrayText, place: int, i: str, upstream: str) -> str:
        formula, slope = text.handed[place], text.slopes[place]
        above = f"({upstream})" if " + " in upstream else upstream
        if slope is not None and slope.text == "0":
            return "0"
        if formula and slope is not None and "[" in slope.text and self._is_tied(slot):
            return f"{above} ⊙ do/d{i}"  # the share of each is no 𝟙[i₁ > i₂]
        if formula:
            return formula
        return f"{above} {DOT} do/d{i}" if self.layout == "numerator" else f"do/d{i} {DOT} {above}"

    def _shapes(self, slot: int, place: int) -> str:
        """The shape of a contribution, and the product of shapes that it comes from."""
        shape = self._graph.shape(self._graph.args[slot][place])
        if entries(self._graph.shape(slot)) == entries(shape) == 1:
            return ""
        product = product_of_shapes(1, entries(self._graph.shape(slot)), entries(shape), self.layout)
        if len(shape) < 2:
            return product
        folded = is_folded(self._nodes.forward.values[self._graph.args[slot][place]])
        return f"vec: {product}" if folded else f"{times(shape)}, vec: {product}"

    # --- the gradient -------------------------------------------------------------------------------------------------

    def gradient_line(self, name: str) -> GradientLine:
        """The derivative by an input, in the shape of the input."""
        slot = self._inputs.get(name)
        back = self._nodes.backward
        shape = () if slot is None else self._graph.shape(slot)
        if back is None or slot is None or not shape:
            return super().gradient_line(name)
        head = self.by(name)
        edges = self._edges_in_reading_order.get(slot, [])
        found = back.gradients[slot]
        if not edges and slot != self._graph.output:
            nothing = f"{head} = {self.shown(numpy.zeros(shape))}"
            return GradientLine((nothing,), f"{self.output} does not depend on {name}")
        number = self.shown(numpy.zeros(shape) if found is None else found)
        remarks = [self._notes.without_value(slot)] if self._notes.without_value(slot) else []
        if numpy.size(found) > 1 and is_folded(found):
            remarks.append(HOLDS_ALL)
        elif len(shape) > 1:
            remarks.append(f"{times(shape)}, the shape of {name}")
        live = [(user, place) for user, place in edges if self._nodes.taken[user]]
        terms: list[str] = []
        if len(live) > 1:
            remarks.append(times_summed(name, self.output, len(live)))
            terms = sum_of([self._contribution(*edge) for edge in live])
        if len(live) < 2 or is_folded(found) or len(" ".join([*terms, number])) > LONGEST_SUM:
            return GradientLine((f"{head} = {number}",), "; ".join(remarks))
        return GradientLine((f"{head} = {terms[0]}", *terms[1:], f"= {number}"), "; ".join(remarks))
