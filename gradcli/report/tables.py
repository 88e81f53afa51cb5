"""The lecture's two tables and the gradient, as text in cells: what is said, not yet how it is laid out."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

from gradcli.graph.blocks import is_block
from gradcli.graph.tape import Composite
from gradcli.passes.evaluate import Evaluation, UndefinedFormula
from gradcli.report.charset import BAR, DOT
from gradcli.report.layout import Cell
from gradcli.report.nodes import NodeViews, views
from gradcli.report.notation import GateText, gate_text, numbered
from gradcli.report.notes import INFINITE, KINK, Notes
from gradcli.report.numbers import NumberStyle, lecture
from gradcli.report.reading import reading
from gradcli.report.structure import Layout

MOST_ROWS = 400
"""Rows of a table; of a longer one the first and the last half are shown."""

MOST_TERMS = 12
"""Contributions that are written out in a sum, and operands and outputs of one node."""

LONGEST_READING = 2000

GIVEN = " (given)"
"""Stands behind numbers that a formula states because it does not know the function."""

_COUNTS = {2: "two", 3: "three", 4: "four", 5: "five", 6: "six"}

Tone = Literal["plain", "fault", "faint", "gap"]


@dataclass(frozen=True, slots=True)
class Row:
    """One node's cells."""

    cells: tuple[Cell, ...]
    tone: Tone = "plain"


@dataclass(frozen=True, slots=True)
class Table:
    """A table with its title and the lines that belong under it."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class GradientLine:
    """The derivative by one input: its sum, and a remark."""

    text: tuple[str, ...]
    remark: str = ""


@dataclass(frozen=True, slots=True)
class JacobianBlock:
    """The Jacobian by one input: what it is, its rows, each on a line of its own, and a remark."""

    head: str
    rows: tuple[str, ...]
    remark: str


@dataclass(frozen=True, slots=True)
class Report:
    """All that `eval` shows of a formula."""

    reading: str
    tables: tuple[Table, ...]
    value: str | None = None
    gradient: tuple[GradientLine, ...] = ()
    jacobians: tuple[JacobianBlock, ...] = ()


def report(
    result: Evaluation, style: NumberStyle = lecture, layout: Layout = "numerator", *, bars: bool = False
) -> Report:
    """The tables of an evaluation.

    Args:
        result: the evaluation.
        style: of its numbers.
        layout: whether a Jacobian has a row for each entry of the output, or for each entry of what it is taken by.
        bars: whether the derivative of the output by x is written x̄ instead of df/dx.
    """
    nodes = views(result)
    tables = tables_of(nodes, style, layout)
    tables.bars = bars
    if result.jacobians is not None:
        from gradcli.report.jacobians import with_jacobians  # most formulas are asked for a gradient alone

        return with_jacobians(result, _report(result, nodes, tables), style, layout)
    return _report(result, nodes, tables)


def _report(result: Evaluation, nodes: NodeViews, tables: Tables) -> Report:
    backward = () if result.backward is None else (tables.backward(result.at),)
    return Report(
        reading=shortened(reading(result.formula)),
        tables=(tables.forward(result.at), *backward) if nodes.slots else (),
        value=f"{tables.output} = {tables.shown(result.value)}",
        gradient=() if result.backward is None else tuple(tables.gradient_line(name) for name in result.wrt),
    )


def report_up_to(fault: UndefinedFormula, style: NumberStyle = lecture, layout: Layout = "numerator") -> Report:
    """The forward table up to the node that has no value."""
    tables = tables_of(NodeViews(fault.forward), style, layout, undefined={fault.slot: fault.reason})
    return Report(reading=shortened(reading(fault.formula)), tables=(tables.forward(fault.at),))


def tables_of(nodes: NodeViews, style: NumberStyle, layout: Layout, undefined: dict[int, str] | None = None) -> Tables:
    """What writes the tables of one pass: of a graph of numbers, or of arrays."""
    if nodes.graph.shapes is None:
        return Tables(nodes, style, undefined)
    from gradcli.report.array_tables import ArrayTables  # numbers alone need no NumPy

    return ArrayTables(nodes, style, layout, undefined)


def shortened(text: str) -> str:
    """A text that is too long to be read, cut."""
    return text if len(text) <= LONGEST_READING else text[:LONGEST_READING] + " …"


class Tables:
    """Writes the tables of one pass."""

    bars = False
    """Whether the derivative of the output by x is written x̄ instead of df/dx."""

    def __init__(self, nodes: NodeViews, style: NumberStyle, undefined: dict[int, str] | None = None) -> None:
        self.output = nodes.graph.output_name
        self._nodes = nodes
        self._graph = nodes.graph
        self._style = style
        self._undefined = {**nodes.forward.faults, **(undefined or {})}
        self._notes = Notes(nodes)
        self._inputs = {name: slot for slot, name in enumerate(nodes.graph.inputs)}

    def shown(self, x: Any) -> str:
        """A value."""
        return self._style(x)

    def by(self, name: str) -> str:
        """What the derivative of the output by a name is called."""
        return name[:1] + BAR + name[1:] if self.bars else f"d{self.output}/d{name}"

    # --- tables -------------------------------------------------------------------------------------------------------

    def forward(self, at: dict[str, Any]) -> Table:
        """Inputs, outputs and local derivatives of each node, in the order of the forward pass."""
        slots = shown_slots(self._nodes.slots)
        rows = with_gap([self._forward_row(slot) for slot in slots], len(self._nodes.slots))
        columns = ("node", "inputs i", "outputs o", "derivatives")
        sound = [slot for slot in slots if slot not in self._undefined]
        return Table(f"Forward pass: {self.at(at)}", columns, rows, self._notes.forward(sound))

    def backward(self, at: dict[str, Any]) -> Table:
        """Upstream gradients, local derivatives and their products, in the order of the backward pass."""
        slots = shown_slots(self._nodes.slots[::-1])
        rows = with_gap([self._backward_row(slot) for slot in slots], len(self._nodes.slots))
        columns = ("node", self.by("o"), "do/di", self.by("i"))
        return Table(f"Backward pass: {self.at(at)}", columns, rows, self._notes.backward(slots))

    def at(self, at: dict[str, Any]) -> str:
        """The point: `x = 1, y = 2`."""
        items = [self._bound(name, x) for name, x in at.items()]
        return ", ".join(_elided(items)) or "no inputs"

    def _bound(self, name: str, x: Any) -> str:
        if isinstance(x, float):
            return f"{name} = {self._style(x)}"
        from gradcli.report.arrays import bound_text  # a formula of numbers may have an array beside it

        return bound_text(name, x, self._style)

    # --- rows ---------------------------------------------------------------------------------------------------------

    def _forward_row(self, slot: int) -> Row:
        label = self._nodes.labels[slot]
        text = self._text(slot)
        inputs = _elided([f"{i} = {self._operand(slot, place)}" for place, i in self._free(slot)])
        reason = self._undefined.get(slot)
        if reason is not None:
            formula = text.value if any(map(str.isalpha, text.value)) else ""
            output = " = ".join(filter(None, ["o", formula, "undefined"]))
            if self._nodes.taken[slot]:
                return Row(((label,), inputs, (output,), (f"✗ {reason}",)), "fault")
            return Row(((label,), inputs, (output,), (f"(not taken: {reason})",)), "faint")
        value = self.shown(self._nodes.forward.values[slot])
        output = " = ".join([", ".join(self._outputs(slot)), *unless_said(text.value, value), value])
        output += GIVEN * is_block(self._nodes.gate(slot))
        derivatives = self._derivatives(slot, text, formulas=True)
        marks = KINK * (slot in self._notes.kinks) + INFINITE * bool(self._notes.infinite(slot))
        if marks and derivatives:
            derivatives[-1] += f" {marks}"
        elif marks:
            output += f" {marks}"
        if self._nodes.taken[slot]:
            return Row(((label,), inputs, (output,), _elided(derivatives)))
        return Row(((label,), inputs, (output,), (*_elided(derivatives), "(not taken)")), "faint")

    def _backward_row(self, slot: int) -> Row:
        label = self._nodes.labels[slot]
        upstream = self._nodes.backward.gradients[slot] if self._nodes.backward else None
        if upstream is None:
            return Row(((label,), ("not taken",), (), ("0",)), "faint")
        outputs = self._outputs(slot)
        edges = self._nodes.consumers[slot]
        if len(outputs) == 1:
            name = self._graph.names.get(slot)
            received = [f"{self.by(name)} = {self.shown(upstream)}" if self.bars and name else self.shown(upstream)]
        else:
            received = [f"{self.by(o)} = {self._contribution(*edge)}" for o, edge in zip(outputs, edges, strict=False)]
        if len(edges) > len(outputs):
            received.append(f"… {len(edges) - len(outputs):,} more, together {self.shown(upstream)}")
        handed = self._handed(slot, outputs)
        if self._notes.breaks(slot):
            handed[-1] += f" {INFINITE}"
        derivatives = self._derivatives(slot, self._text(slot), formulas=False)
        if len(self._free(slot)) > MOST_TERMS:
            handed.append(f"… {len(self._free(slot)) - MOST_TERMS:,} more")
        return Row(((label,), tuple(received), _elided(derivatives), tuple(handed)))

    def _handed(self, slot: int, outputs: list[str]) -> list[str]:
        """What each operand receives: upstream times local, summed over the outputs."""
        further = len(self._nodes.consumers[slot]) > len(outputs)
        handed = []
        for place, i in self._free(slot)[:MOST_TERMS]:
            products = [f"{self.by(o)} {DOT} d{o}/d{i}" for o in outputs] + ["…"] * further
            handed.append(f"{self.by(i)} = {' + '.join(products)} = {self._contribution(slot, place)}")
        return handed

    # --- parts --------------------------------------------------------------------------------------------------------

    def _operand(self, slot: int, place: int) -> str:
        operand = self._graph.args[slot][place]
        return "undefined" if operand in self._undefined else self.shown(self._nodes.forward.values[operand])

    def _contribution(self, slot: int, place: int) -> str:
        back = self._nodes.backward
        found = back.contributions[slot][place] if back else None
        return self.shown(0.0 if found is None else found)

    def _free(self, slot: int) -> list[tuple[int, str]]:
        """The operands that are no constants: their places and what they are called."""
        places = [place for place, a in enumerate(self._graph.args[slot]) if a not in self._graph.constants]
        return [(place, numbered("i", k, len(places))) for k, place in enumerate(places, 1)]

    def _outputs(self, slot: int) -> list[str]:
        """o, or o₁, o₂ ... for a node that several others use."""
        count = max(len(self._nodes.consumers[slot]), 1)
        return [numbered("o", k, count) for k in range(1, min(count, MOST_TERMS) + 1)]

    def _text(self, slot: int) -> GateText:
        fixed = tuple(self._graph.constants.get(a) for a in self._graph.args[slot])
        operands = tuple(self._nodes.forward.operands(slot))
        return gate_text(self._nodes.gate(slot), fixed, operands, self._nodes.forward.values[slot])

    def _selects(self, slot: int) -> bool:
        """Whether it is a maximum or may hold one: at a tie each gets its share, which [i₁ > i₂] does not say."""
        gate = self._nodes.gate(slot)
        return isinstance(gate, Composite) or gate.name in ("max", "min")

    def _derivatives(self, slot: int, text: GateText, *, formulas: bool) -> list[str]:
        """`do/di₁ = do/di₂ = 2(i₁ + i₂) = 14`, with equal formulas said once and numbers not said twice."""
        stored = self._nodes.forward.locals[slot]
        outputs = self._outputs(slot)
        tied = slot in self._notes.kinks and self._selects(slot)
        groups: dict[tuple[str | int, str], list[str]] = {}
        for place, i in self._free(slot):
            formula, number = text.locals[place] or "", self._style(_or_nan(stored[place]))
            # Equal numbers by chance are told apart by their place; equal formulas are one statement.
            key: str | int = place if not formula or text.fixed[place] or (tied and "[" in formula) else formula
            groups.setdefault((key, number), []).extend(f"d{o}/d{i}" for o in outputs)
        parts = []
        for (key, number), names in groups.items():
            said = unless_said(key, number) if formulas and isinstance(key, str) else []
            parts.append(" = ".join([*names, *said, number]) + GIVEN * (formulas and is_block(self._nodes.gate(slot))))
        return parts

    # --- the gradient -------------------------------------------------------------------------------------------------

    def gradient_line(self, name: str) -> GradientLine:
        """The derivative by an input as the sum of what its edges contribute, in reading order."""
        back = self._nodes.backward
        head = self.by(name)
        slot = self._inputs.get(name)
        edges = [] if slot is None else self._edges_in_reading_order.get(slot, [])
        if back is None or slot is None or (not edges and slot != self._graph.output):
            return GradientLine((f"{head} = 0",), f"{self.output} does not depend on {name}")
        number = self._style(back.gradients[slot] or 0.0)
        remark = self._notes.without_value(slot)
        live = [(user, place) for user, place in edges if self._nodes.taken[user]]
        if len(live) < 2:
            return GradientLine((f"{head} = {number}",), remark)
        first, *others = sum_of([self._contribution(*edge) for edge in live])
        remark = remark or times_summed(name, self.output, len(live))
        return GradientLine((f"{head} = {first}", *others, f"= {number}"), remark)

    @cached_property
    def _edges_in_reading_order(self) -> dict[int, list[tuple[int, int]]]:
        """For each input its edges, in the order in which a reader of the formula meets them."""
        edges: dict[int, list[tuple[int, int]]] = {}
        for slot, place in self._graph.reading_order():
            operand = self._graph.args[slot][place]
            if operand < len(self._graph.inputs):
                edges.setdefault(operand, []).append((slot, place))
        return edges


def times_summed(name: str, output: str, edges: int) -> str:
    """Why a derivative is a sum."""
    return f"{name} reaches {output} on {_COUNTS.get(edges, f'{edges:,}')} edges: its contributions are summed"


def shown_slots(slots: Sequence[int]) -> list[int]:
    """The slots of the rows that are shown: of many the first and the last."""
    half = MOST_ROWS // 2
    return list(slots) if len(slots) <= MOST_ROWS else [*slots[:half], *slots[-half:]]


def with_gap(rows: list[Row], total: int) -> tuple[Row, ...]:
    """Rows with one in the middle that tells how many are left out."""
    if total > len(rows):
        text = f"{total - len(rows):,} more nodes; --format plain lists all"
        rows.insert(len(rows) // 2, Row((("⋮",), (text,), (), ()), "gap"))
    return tuple(rows)


def _elided(parts: Sequence[str], total: int | None = None) -> tuple[str, ...]:
    """The first of many parts, and how many more there are."""
    total = len(parts) if total is None else total
    shown = tuple(parts[:MOST_TERMS])
    return shown if total <= MOST_TERMS else (*shown, f"… {total - MOST_TERMS:,} more")


def unless_said(formula: str, number: str) -> list[str]:
    """A formula, unless there is none or it is the number itself."""
    return [formula] if formula and formula != number else []


def _or_nan(x: float | None) -> float:
    return math.nan if x is None else x


def sum_of(terms: list[str]) -> list[str]:
    """Terms with their signs between them: `0.02`, `+ 0.000318`, `− 0.0279`."""
    if len(terms) > MOST_TERMS:
        half = MOST_TERMS // 2
        terms = [*terms[:half], f"… {len(terms) - 2 * half:,} more …", *terms[-half:]]
    return [terms[0], *(f"− {term[1:]}" if term.startswith("−") else f"+ {term}" for term in terms[1:])]
