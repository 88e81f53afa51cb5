"""Partial and total derivatives that were asked for by name, as a table and as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from gradcli.graph.tape import Graph
from gradcli.passes.paths import count_paths
from gradcli.passes.quantities import Derivative, Found
from gradcli.report.charset import DOT
from gradcli.report.edges import EdgeTexts
from gradcli.report.jsontext import Json, value
from gradcli.report.layout import Cell
from gradcli.report.markdown import table_markdown
from gradcli.report.numbers import NumberStyle, lecture
from gradcli.report.path_texts import paths_text, product_of
from gradcli.report.screen import Screen
from gradcli.report.structure import Layout
from gradcli.report.tables import Row, Table, sum_of
from gradcli.report.textual import table_text

_MOST_LINKS = 6
"""Factors of a product that are written out."""

_LONGEST_SUM = 120
"""Characters up to which a sum over paths through nodes without names is written with their labels, too."""

_LAYOUTS: dict[Layout, str] = {
    "numerator": "numerator layout: a matrix has a row for each entry above, and a column for each entry below",
    "denominator": "denominator layout: a matrix has a row for each entry below, and a column for each entry above",
}


def text(
    found: Sequence[Found], form: str, screen: Screen, style: NumberStyle = lecture, layout: Layout = "numerator"
) -> str:
    """What was asked for, a row each.

    Args:
        found: the derivatives, all of one formula.
        form: "table" or "markdown".
        screen: where it goes.
        style: of its numbers.
        layout: whether a Jacobian has a row for each entry of what is differentiated, or of what it is taken by.
    """
    table = _table(found, style, layout)
    if form == "markdown":
        return table_markdown(table, ascii_only=screen.ascii_only) + "\n"
    return table_text(table, screen) + "\n"


def record(found: Sequence[Found], layout: Layout = "numerator") -> list[Json]:
    """The same as JSON: "quantity", "kind" ("partial", "total"), "of", "by" and "value".

    The value is a number, or the rows of a Jacobian, which also has its "layout".
    """
    records = []
    for one in found:
        as_json: Json = {"quantity": one.name, "kind": "partial" if one.derivative.partial else "total", "of": one.of,
                         "by": one.by, "value": value(_turned(one.value, layout))}  # fmt: skip
        records.append(as_json if _is_number(one.value) else as_json | {"layout": layout})
    return records


def _table(found: Sequence[Found], style: NumberStyle, layout: Layout) -> Table:
    rows = []
    for one in found:
        write = _Sums(one, style, layout)
        rows.append(Row(((one.name,), (write.kind(),), write.sum(), (write.shown(one.value),))))
    notes = () if all(_is_number(one.value) for one in found) else (f"{_LAYOUTS[layout]}; arrays are read row by row",)
    return Table("Derivatives by name", ("quantity", "what it is", "as a sum over paths", "value"), tuple(rows), notes)


class _Sums:
    """Writes one derivative."""

    def __init__(self, found: Found, style: NumberStyle, layout: Layout) -> None:
        self._found = found
        self._style = style
        self._layout: Layout = layout
        self._graph: Graph = found.result.graph
        self._texts = EdgeTexts(found.result.forward, found.result.formula.text, style, layout)
        self._called = {found.derivative.of: found.of, found.derivative.by: found.by}

    def kind(self) -> str:
        """Whether it is partial or total, and what that means."""
        if self._found.derivative.partial:
            return f"partial: only where {self._found.by} stands in {self._found.of} itself"
        return "total: along all paths"

    def sum(self) -> Cell:
        """The sum that it is, by names and by numbers; nothing where it has too many terms."""
        found = self._found
        if found.derivative.partial:
            return self._along_edges()
        chains = [chain if self._layout == "numerator" else chain[::-1] for chain in found.chains]
        if not chains or max(map(len, chains)) > _MOST_LINKS:
            number = count_paths(self._graph, found.derivative.by, found.derivative.of, found.result.forward.idle)
            return (f"the sum over {paths_text(number)}" if number > 1 else "the product along one path",)
        names = " ".join(sum_of([f" {DOT} ".join(self._name(link) for link, _ in chain) for chain in chains]))
        if not all(_is_number(x) for chain in chains for _, x in chain) or max(len(chains), len(chains[0])) == 1:
            return (names,)
        numbers = sum_of([product_of([self._style(x) for _, x in chain]) for chain in chains])
        return (f"{names} = {' '.join(numbers)}",)

    def shown(self, x: Any) -> str:
        """A number, or a matrix with its size."""
        if _is_number(x):
            return self._style(x)
        from gradcli.report.arrays import MOST_INLINE, folded, jacobian_text  # numbers alone need no NumPy

        matrix = _turned(x, self._layout)
        rows, columns = matrix.shape
        if matrix.size > MOST_INLINE:
            return folded(matrix, self._style)
        return f"{jacobian_text(matrix, self._style)} ({rows}×{columns})"

    def _name(self, link: Derivative) -> str:
        return f"∂{self._node(link.of)}/∂{self._node(link.by)}"

    def _node(self, slot: int) -> str:
        return self._called.get(slot) or self._texts.node(slot)

    def _along_edges(self) -> Cell:
        """A partial derivative as a formula, or as the sum over the paths inside of the statement."""
        paths = self._found.paths
        if not paths or max(len(path) for path, _ in paths) > _MOST_LINKS:
            return ()
        if len(paths) == 1 and len(paths[0][0]) == 1:
            formula = self._texts.local(paths[0][0][0]).rpartition(" = ")[0]
            return (formula,) if formula else ()
        downwards = [path[::-1] for path, _ in paths]
        names = sum_of([f" {DOT} ".join(self._texts.name(edge) for edge in path) for path in downwards])
        locals_ = self._found.result.forward.locals
        numbers = sum_of([product_of([self._style(locals_[s][p]) for s, p in path]) for path in downwards])
        named, numbered = " ".join(names), " ".join(numbers)
        return (numbered if len(named) > _LONGEST_SUM else f"{named} = {numbered}",)


def _is_number(x: Any) -> bool:
    return isinstance(x, float)


def _turned(x: Any, layout: Layout) -> Any:
    return x if _is_number(x) or layout == "numerator" else x.T
