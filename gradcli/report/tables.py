"""The lecture's two tables and the gradient, as text in cells: what is said, not yet how it is laid out."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from gradcli.passes.evaluate import Evaluation, UndefinedFormula
from gradcli.report.charset import DOT
from gradcli.report.nodes import NodeViews, views
from gradcli.report.notation import GateText, gate_text, numbered
from gradcli.report.numbers import NumberStyle, lecture
from gradcli.report.reading import reading

MOST_ROWS = 400
"""Rows of a table; of a longer one the first and the last half are shown."""

MOST_TERMS = 12
"""Contributions that are written out in a sum, and outputs of one node."""

LONGEST_READING = 2000

Tone = Literal["plain", "fault", "faint", "gap"]


@dataclass(frozen=True, slots=True)
class Row:
    """One node's cells; a cell is a sequence of parts, between which a line may break."""

    cells: tuple[tuple[str, ...], ...]
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
class Report:
    """All that `eval` shows of a formula."""

    reading: str
    tables: tuple[Table, ...]
    value: str | None = None
    gradient: tuple[GradientLine, ...] = field(default=())


def report(result: Evaluation, style: NumberStyle = lecture) -> Report:
    """The tables of an evaluation."""
    nodes = views(result)
    tables = Tables(nodes, style)
    name = result.graph.output_name
    return Report(
        reading=shortened(reading(result.formula)),
        tables=(tables.forward(result.at), tables.backward(result.at)) if nodes.slots else (),
        value=f"{name} = {style(result.value)}",
        gradient=tuple(tables.gradient_line(name) for name in result.wrt),
    )


def report_up_to(fault: UndefinedFormula, style: NumberStyle = lecture) -> Report:
    """The forward table up to the node that has no value."""
    nodes = NodeViews(fault.forward)
    table = Tables(nodes, style, faults={fault.slot: fault.reason}).forward(fault.at)
    return Report(reading=shortened(reading(fault.formula)), tables=(table,))


def shortened(text: str) -> str:
    """A text that is too long to be read, cut."""
    return text if len(text) <= LONGEST_READING else text[:LONGEST_READING] + " …"


class Tables:
    """Writes the tables of one pass."""

    def __init__(self, nodes: NodeViews, style: NumberStyle, faults: dict[int, str] | None = None) -> None:
        self.nodes = nodes
        self.graph = nodes.graph
        self.style = style
        self.output = nodes.graph.output_name
        self.faults = {**nodes.forward.faults, **(faults or {})}
        self.kinks = nodes.forward.conventions()
        self._edges = [edges if edges else [] for edges in nodes.consumers]

    # --- tables -----------------------------------------------------------------------------------------------------

    def forward(self, at: dict[str, float]) -> Table:
        """Inputs, outputs and local derivatives of each node, in the order of the forward pass."""
        slots, gap = self._shown(self.nodes.slots)
        rows = self._with_gap([self._forward_row(slot) for slot in slots], gap, 4)
        return Table(f"Forward pass: {self._at(at)}", ("node", "inputs i", "outputs o", "derivatives"), rows,
                     self._notes(slots))  # fmt: skip

    def backward(self, at: dict[str, float]) -> Table:
        """Upstream gradients, local derivatives and their products, in the order of the backward pass."""
        slots, gap = self._shown(self.nodes.slots[::-1])
        rows = self._with_gap([self._backward_row(slot) for slot in slots], gap, 4)
        z = f"d{self.output}"
        return Table(f"Backward pass: {self._at(at)}", ("node", f"{z}/do", "do/di", f"{z}/di"), rows)

    def _at(self, at: dict[str, float]) -> str:
        items = [f"{name} = {self.style(x)}" for name, x in at.items()]
        if len(items) > MOST_TERMS:
            items = [*items[:MOST_TERMS], "…"]
        return ", ".join(items) or "no inputs"

    @staticmethod
    def _shown(slots: Sequence[int]) -> tuple[list[int], int]:
        if len(slots) <= MOST_ROWS:
            return list(slots), 0
        half = MOST_ROWS // 2
        return [*slots[:half], *slots[-half:]], len(slots) - MOST_ROWS

    @staticmethod
    def _with_gap(rows: list[Row], gap: int, columns: int) -> tuple[Row, ...]:
        if gap:
            text = ("⋮", f"{gap:,} more nodes; --format plain lists all", *[""] * (columns - 2))
            rows.insert(MOST_ROWS // 2, Row(tuple((cell,) for cell in text), "gap"))
        return tuple(rows)

    # --- rows -------------------------------------------------------------------------------------------------------

    def _forward_row(self, slot: int) -> Row:
        free = self._free(slot)
        text = self._text(slot)
        inputs = [f"{i} = {self.style(self._operand(slot, place))}" for place, i in free]
        fault = self.faults.get(slot)
        if fault is not None:
            o = f"o = {text.value} undefined" if not text.value else f"o = {text.value} = undefined"
            return Row(((self._label(slot),), tuple(inputs), (o,), (f"✗ {fault}",)), "fault")
        outputs = [", ".join(self._outputs(slot)), text.value, self.style(self.nodes.forward.values[slot])]
        derivatives = self._derivatives(slot, text, formulas=True)
        tone: Tone = "plain"
        if not self.nodes.taken[slot]:
            derivatives, tone = [*derivatives, "(not taken)"], "faint"
        if self.kinks.get(slot) and derivatives:
            derivatives[-1] += " †"
        if self._is_infinite(slot) and derivatives:
            derivatives[-1] += " ‡"
        return Row(
            ((self._label(slot),), tuple(inputs), (" = ".join(filter(None, outputs)),), tuple(derivatives)), tone
        )

    def _backward_row(self, slot: int) -> Row:
        back = self.nodes.backward
        if back is None or back.gradients[slot] is None:
            return Row(((self._label(slot),), ("not taken",), (), ("0",)), "faint")
        outputs, edges = self._outputs(slot), self._edges[slot]
        z = f"d{self.output}"
        single = len(outputs) == 1
        if single:
            upstream: list[str] = [self.style(back.gradients[slot] or 0.0)]
        else:
            upstream = [f"{z}/d{o} = {self._contribution(*edge)}" for o, edge in zip(outputs, edges, strict=True)
                        ] if outputs[-1] != "…" else self._many(outputs, edges)  # fmt: skip
        handed = []
        for place, i in self._free(slot):
            terms = [f"{z}/d{o} {DOT} d{o}/d{i}" for o in outputs if o != "…"] + ["…"] * (outputs[-1] == "…")
            handed.append(f"{z}/d{i} = {' + '.join(terms)} = {self.style(back.contributions[slot][place] or 0.0)}")
        cells = ((self._label(slot),), tuple(upstream), tuple(self._derivatives(slot, self._text(slot), formulas=False)),
                 tuple(handed))  # fmt: skip
        return Row(cells)

    def _many(self, outputs: list[str], edges: list[tuple[int, int]]) -> list[str]:
        total = self.style(self._upstream_of(edges))
        shown = [
            f"d{self.output}/d{o} = {self._contribution(*edge)}" for o, edge in zip(outputs[:-1], edges, strict=False)
        ]
        return [*shown, f"… (sum {total})"]

    def _upstream_of(self, edges: list[tuple[int, int]]) -> float:
        back = self.nodes.backward
        return math.fsum(back.contributions[slot][place] or 0.0 for slot, place in edges) if back else 0.0

    def _contribution(self, slot: int, place: int) -> str:
        back = self.nodes.backward
        return self.style((back.contributions[slot][place] if back else None) or 0.0)

    # --- parts ------------------------------------------------------------------------------------------------------

    def _label(self, slot: int) -> str:
        return self.nodes.labels[slot]

    def _operand(self, slot: int, place: int) -> float:
        return self.nodes.forward.values[self.graph.args[slot][place]]

    def _free(self, slot: int) -> list[tuple[int, str]]:
        """The operands that are no constants: their places and what they are called."""
        places = [p for p, a in enumerate(self.graph.args[slot]) if a not in self.graph.constants]
        return [(place, numbered("i", k, len(places))) for k, place in enumerate(places, 1)]

    def _outputs(self, slot: int) -> list[str]:
        """o, or o₁, o₂ ... for a node that several others use."""
        count = max(len(self._edges[slot]), 1)
        names = [numbered("o", k, count) for k in range(1, min(count, MOST_TERMS) + 1)]
        return names if count <= MOST_TERMS else [*names, "…"]

    def _text(self, slot: int) -> GateText:
        fixed = tuple(self.graph.constants.get(a) for a in self.graph.args[slot])
        operands = tuple(self.nodes.forward.operands(slot))
        return gate_text(self.nodes.gate(slot), fixed, operands, self.nodes.forward.values[slot])

    def _derivatives(self, slot: int, text: GateText, *, formulas: bool) -> list[str]:
        """`do/di₁ = do/di₂ = 2(i₁ + i₂) = 14`, with equal formulas said once and numbers not said twice."""
        stored = self.nodes.forward.locals[slot]
        outputs = [o for o in self._outputs(slot) if o != "…"]
        groups: dict[tuple[str, float | None], list[str]] = {}
        for place, i in self._free(slot):
            formula = text.locals[place] or ""
            # Equal numbers by chance are told apart by their place; equal formulas are one statement.
            key = (formula if formula and not text.fixed[place] else f"#{place}", stored[place])
            groups.setdefault(key, []).extend(f"d{o}/d{i}" for o in outputs)
        parts = []
        for (formula, local), names in groups.items():
            number = self.style(local if local is not None else math.nan)
            said = [*names, number]
            if formulas and not formula.startswith("#") and self._explains(formula, local):
                said.insert(-1, formula)
            parts.append(" = ".join(said))
        return parts

    @staticmethod
    def _explains(formula: str, local: float | None) -> bool:
        # At a tie max gives each ½, which [i₁ > i₂] does not say; the line under the table does.
        return not (formula.startswith("[") and local not in (0.0, 1.0))

    def _is_infinite(self, slot: int) -> bool:
        value, stored = self.nodes.forward.values[slot], self.nodes.forward.locals[slot]
        return not math.isfinite(value) or any(d is not None and not math.isfinite(d) for d in stored)

    def _notes(self, slots: Sequence[int]) -> tuple[str, ...]:
        """The conventions used at kinks, and why numbers are infinite."""
        notes = [f"† {self._label(slot)}: {said}" for slot in slots for said in self.kinks.get(slot, ())]
        for slot in slots:
            if self._is_infinite(slot) and slot not in self.faults:
                finite = math.isfinite(self.nodes.forward.values[slot])
                why = (
                    "vertical tangent, the slope is infinite" if finite else "too large for double precision (1.8e308)"
                )
                notes.append(f"‡ {self._label(slot)}: {why}")
        return tuple(dict.fromkeys(notes))

    # --- the gradient -----------------------------------------------------------------------------------------------

    def gradient_line(self, name: str) -> GradientLine:
        """The derivative by an input as the sum of what its edges contribute, in reading order."""
        back = self.nodes.backward
        head = f"d{self.output}/d{name}"
        slot = self.graph.inputs.index(name) if name in self.graph.inputs else None
        edges = self._input_edges().get(slot, []) if slot is not None else []
        if back is None or slot is None or (not edges and slot != self.graph.output):
            return GradientLine((f"{head} = 0",), f"{self.output} does not depend on {name}")
        total = back.gradients[slot]
        number = self.style(0.0 if total is None else total)
        remark = self._not_a_number(total)
        if len(edges) < 2:
            return GradientLine((f"{head} = {number}",), remark)
        terms = [back.contributions[s][place] or 0.0 for s, place in edges]
        said = _sum([self.style(t) for t in terms])
        times = {2: "two", 3: "three", 4: "four", 5: "five", 6: "six"}.get(len(edges), f"{len(edges):,}")
        remark = remark or f"{name} reaches {self.output} on {times} edges: its contributions are summed"
        return GradientLine((f"{head} = {said[0]}", *said[1:], f"= {number}"), remark)

    def _not_a_number(self, total: float | None) -> str:
        return "0 · ∞ has no value: a slope on the way is infinite" if total is not None and math.isnan(total) else ""

    def _input_edges(self) -> dict[int, list[tuple[int, int]]]:
        if not hasattr(self, "_cached_edges"):
            self._cached_edges: dict[int, list[tuple[int, int]]] = {}
            for slot, place in self.graph.reading_order():
                operand = self.graph.args[slot][place]
                if operand < len(self.graph.inputs):
                    self._cached_edges.setdefault(operand, []).append((slot, place))
        return self._cached_edges


def _sum(terms: list[str]) -> list[str]:
    """Terms with their signs between them: `0.02`, `+ 0.000318`, `− 0.0279`."""
    if len(terms) > MOST_TERMS:
        half = MOST_TERMS // 2
        middle = [f"… {len(terms) - 2 * half:,} more …"]
        terms = [*terms[:half], *middle, *terms[-half:]]
    signed = [terms[0]]
    for term in terms[1:]:
        signed.append(f"− {term[1:]}" if term.startswith("−") else f"+ {term}")
    return signed
