"""Jacobians as they are shown: the whole ones by each input, and the chain of products that they come from."""

from __future__ import annotations

from dataclasses import replace

import numpy

from gradcli.passes.evaluate import Evaluation
from gradcli.passes.jacobian import Jacobians, Matrix
from gradcli.report.array_tables import HOLDS_ALL, ArrayTables
from gradcli.report.arrays import MOST_INLINE, folded, jacobian_text, matrix_lines
from gradcli.report.charset import DOT
from gradcli.report.local_jacobians import jacobian_shape
from gradcli.report.nodes import views
from gradcli.report.numbers import NumberStyle
from gradcli.report.structure import Layout, product_of_shapes, shape_of, size
from gradcli.report.tables import JacobianBlock, Report, Row, Table, shown_slots, with_gap
from gradcli.rules.shape import entries

MOST_COLUMNS = 12
MOST_WRITTEN = 100
"""Columns and entries up to which the Jacobian of a formula is written out."""


def with_jacobians(result: Evaluation, report: Report, style: NumberStyle, layout: Layout) -> Report:
    """A report with the Jacobians that were asked for; without a backward pass they have a table of their own."""
    jacobians = result.jacobians
    if jacobians is None:
        return report
    tables = report.tables
    if result.backward is None and tables:
        tables = (*tables, Chain(result, jacobians, style, layout).table())
    blocks = tuple(_block(result, jacobians, name, style, layout) for name in result.wrt)
    return replace(report, tables=tables, jacobians=blocks)


def _block(result: Evaluation, jacobians: Jacobians, name: str, style: NumberStyle, layout: Layout) -> JacobianBlock:
    graph = result.graph
    value, x = numpy.shape(result.value), numpy.shape(result.at[name])
    matrix = jacobians.by_input(name) if name in graph.inputs else numpy.zeros((entries(value), entries(x)))
    matrix = matrix if layout == "numerator" else matrix.T
    rows, columns = matrix.shape
    head = f"∂{graph.output_name}/∂{name} ="
    if not value and not x:  # a number by a number is a derivative as any other
        return JacobianBlock(head, (style(float(matrix[0, 0]) + 0.0),), "")
    written = matrix.size <= MOST_WRITTEN and columns <= MOST_COLUMNS
    remarks = [f"{rows}×{columns}, {layout} layout" if written else f"{layout} layout"]
    read = [one for one, shape in ((graph.output_name, value), (name, x)) if len(shape) > 1]
    if read:
        remarks.append(f"{' and '.join(read)} read row by row: vec")
    if not written:
        return JacobianBlock(head, (folded(matrix, style),), ", ".join([*remarks, HOLDS_ALL]))
    return JacobianBlock(head, matrix_lines(matrix, style), ", ".join(remarks))


class Chain(ArrayTables):
    """The backward pass of Jacobians: df/di = df/do · do/di, with the shapes of all three."""

    def __init__(self, result: Evaluation, jacobians: Jacobians, style: NumberStyle, layout: Layout) -> None:
        super().__init__(views(result), style, layout)
        self._at_point = result.at
        self._jacobians = jacobians

    def table(self) -> Table:
        """The table."""
        slots = shown_slots(self._nodes.slots[::-1])
        rows = with_gap([self._row(slot) for slot in slots], len(self._nodes.slots))
        z = f"d{self.output}"
        columns = ("node", f"{z}/do", "do/di", f"{z}/di")
        return Table(f"Backward pass: {self.at(self._at_point)}", columns, rows, self.layout_notes())

    def _row(self, slot: int) -> Row:
        label, whole = self._nodes.labels[slot], self._jacobians.by_slot[slot]
        if whole is None:
            return Row(((label,), ("not taken",), (), ("0",)), "faint")
        derivatives = self._derivatives(slot, self._text(slot), formulas=False)
        handed = [self._product(slot, place, i, whole) for place, i in self._free(slot)]
        return Row(((label,), (self._written(slot, whole),), tuple(derivatives), tuple(handed)))

    def _written(self, slot: int, matrix: Matrix) -> str:
        """The Jacobian by an output, with its shape."""
        rows, columns = matrix.shape
        shape = f"({size(shape_of(rows, columns, self.layout))})"
        if slot == self._graph.output:
            return f"I {shape}"
        numbers = self._numbers(matrix)
        edges = len(self._nodes.consumers[slot])
        summed = f", the sum over {edges} edges" if edges > 1 else ""
        return f"{numbers} {shape[:-1]}{summed})".lstrip()

    def _product(self, slot: int, place: int, i: str, upstream: Matrix) -> str:
        m, n = jacobian_shape(self._graph, slot, place)
        z, o = f"d{self.output}", "do"
        factors = [f"{z}/do", f"{o}/d{i}"]
        formula = f" {DOT} ".join(factors if self.layout == "numerator" else factors[::-1])
        parts = [f"{z}/d{i}", formula]
        small = len(upstream) * n <= MOST_INLINE
        local = self.jacobian.matrix(slot, place) if small else None
        if local is not None:
            with numpy.errstate(all="ignore"):
                parts.append(self._numbers(upstream @ local))
        return " = ".join(parts) + f" ({product_of_shapes(len(upstream), m, n, self.layout)})"

    def _numbers(self, matrix: Matrix) -> str:
        if matrix.size > MOST_INLINE:
            return ""
        return jacobian_text(matrix if self.layout == "numerator" else matrix.T, self._style)
