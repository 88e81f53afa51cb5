"""The tables of forward mode: the tangents of one sweep with their formulas, or beside the backward pass."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from gradcli.passes.backward import run_backward
from gradcli.passes.evaluate import Evaluation
from gradcli.passes.tangents import Tangents
from gradcli.report.charset import DOT
from gradcli.report.layout import Cell
from gradcli.report.nodes import views
from gradcli.report.notation import numbered
from gradcli.report.notes import INFINITE, KINK, Notes
from gradcli.report.numbers import NumberStyle
from gradcli.report.tables import MOST_TERMS, Row, Table, shown_slots
from gradcli.rules.shape import times

DOT_ABOVE = "\u0307"
"""The dot over the letter before it, for tangents."""

MOST_SWEEPS = 12
"""Sweeps that have a table of their own, and inputs that are listed above its nodes."""

MOST_COLUMNS = 6
"""Inputs up to which each has its column beside the backward pass."""


class SweepTables:
    """Writes the tables of the sweeps through one graph."""

    def __init__(self, result: Evaluation, sweeps: Sequence[Tangents], style: NumberStyle, *, ascii_only: bool) -> None:
        self._result = result
        self._graph = result.graph
        self._nodes = views(result)
        self._sweeps = sweeps
        self._style = style
        self._notes = Notes(self._nodes)
        self._over = "_dot" if ascii_only else DOT_ABOVE

    def dotted(self, name: str) -> str:
        """The tangent of what has that name: ẋ."""
        return name[:1] + self._over + name[1:]

    def shown(self, x: Any) -> str:
        """A value or a tangent; a Jacobian of one entry as a number."""
        if self._graph.shapes is None or isinstance(x, float):
            return self._style(x + 0.0)
        from gradcli.report.arrays import array_text  # numbers alone need no NumPy

        return array_text(x.reshape(()) if x.ndim == 2 and x.size == 1 else x, self._style)

    def value(self, slot: int) -> str:
        """The value of a slot; a matrix of one entry stays a matrix."""
        x = self._nodes.forward.values[slot]
        if isinstance(x, float):
            return self._style(x + 0.0)
        from gradcli.report.arrays import array_text

        return array_text(x, self._style)

    def _marked(self, slot: int) -> str:
        """The value of a node, with the marks of the lines under the table."""
        marks = KINK * (slot in self._notes.kinks) + INFINITE * bool(self._notes.infinite(slot))
        return f"{self.value(slot)} {marks}".rstrip()

    def seeded(self, sweep: Tangents) -> str:
        """How a sweep begins: ẋ = 1, of an array ẋ = I."""
        name = self.dotted(self._graph.inputs[sweep.slot])
        return f"{name} = I" if self._graph.shape(sweep.slot) else f"{name} = 1"

    # --- one sweep ----------------------------------------------------------------------------------------------------

    def sweep(self, sweep: Tangents) -> Table:
        """Node by node its value and its tangent, beginning with the inputs."""
        rows = [self._input_row(slot, sweep) for slot in self._listed_inputs(sweep.slot)]
        slots = shown_slots(self._nodes.slots)
        made = [self._row(slot, sweep) for slot in slots]
        left = len(self._nodes.slots) - len(slots)
        if left:
            made.insert(len(made) // 2, _gap(left, 3))
        return Table(f"Forward mode, {self.seeded(sweep)}: {self._at()}", ("node", "value", "tangent"),
                     (*rows, *made), (*self._sweep_notes(sweep), *self._said(slots)))  # fmt: skip

    def _sweep_notes(self, sweep: Tangents) -> tuple[str, ...]:
        name, z = self._graph.inputs[sweep.slot], self._graph.output_name
        if sweep.by_slot[self._graph.output] is None:
            return (f"{z} does not depend on {name}: its derivative is 0",)
        tangent = self.dotted(self._graph.names.get(self._graph.output, "o"))
        return (f"the last tangent is the derivative: {tangent} = d{z}/d{name}",)

    def _said(self, slots: Sequence[int]) -> tuple[str, ...]:
        """Conventions that were used at kinks, and why a number is not finite."""
        return self._notes.forward([slot for slot in slots if slot not in self._nodes.forward.faults])

    def _listed_inputs(self, first: int) -> list[int]:
        count = len(self._graph.inputs)
        return list(range(count)) if count <= MOST_SWEEPS else [first]

    def _input_row(self, slot: int, sweep: Tangents) -> Row:
        name = self._graph.inputs[slot]
        tangent = self.seeded(sweep) if slot == sweep.slot else f"{self.dotted(name)} = 0"
        return Row(((name,), (self.value(slot),), (tangent + self._size(slot, sweep),)))

    def _row(self, slot: int, sweep: Tangents) -> Row:
        label = self._nodes.labels[slot]
        if slot in self._nodes.forward.faults:
            return Row(((label,), ("undefined",), ("not taken",)), "faint")
        value = self._marked(slot)
        if not self._nodes.taken[slot]:
            return Row(((label,), (value,), ("not taken",)), "faint")
        name = self.dotted(self._graph.names.get(slot, "o"))
        tangent = sweep.by_slot[slot]
        if tangent is None:
            return Row(((label,), (value,), (f"{name} = 0",)))
        parts = [name, *self._formula(slot, sweep), self.shown(tangent)]
        return Row(((label,), (value,), (" = ".join(parts) + self._size(slot, sweep),)))

    def _formula(self, slot: int, sweep: Tangents) -> list[str]:
        """`do/di₁ · i̇₁ + do/di₂ · i̇₂`, and the same in numbers; of arrays not the numbers, and of many nothing."""
        graph, forward = self._graph, self._nodes.forward
        places = [place for place, a in enumerate(graph.args[slot]) if a not in graph.constants]
        if len(places) > MOST_TERMS:
            return [f"the sum of {len(places):,} products"]
        o = graph.names.get(slot, "o")
        signs: list[str] = []
        numbers: list[str] = []
        for k, place in enumerate(places, 1):
            if (slot, place) in forward.idle:
                continue
            i, tangent = numbered("i", k, len(places)), sweep.by_slot[graph.args[slot][place]]
            signs.append(f"d{o}/d{i} {DOT} {self.dotted(i)}")
            local = forward.locals[slot][place]
            numbers.append("" if graph.shapes is not None else self._product(local, tangent, inside=bool(numbers)))
        return [" + ".join(signs), *([" + ".join(numbers)] if all(numbers) else [])]

    def _product(self, local: float, tangent: float | None, *, inside: bool) -> str:
        one, other = self._style(local + 0.0), self._style((tangent or 0.0) + 0.0)
        one = f"({one})" if inside and one.startswith("−") else one
        return f"{one} {DOT} {f'({other})' if other.startswith('−') else other}"

    def _size(self, slot: int, sweep: Tangents) -> str:
        """The shape of a Jacobian behind its entries; a large one is told by its shape anyway."""
        tangent = sweep.by_slot[slot]
        if self._graph.shapes is None or tangent is None or tangent.size == 1:
            return ""
        folded = slot != sweep.slot and tangent.size > self._most_inline()
        return "" if folded else f" ({times(tangent.shape)})"

    # --- both ways ----------------------------------------------------------------------------------------------------

    def side_by_side(self) -> Table:
        """Each node with its tangents by the inputs, and with the derivative of the output by it."""
        graph, z = self._graph, self._graph.output_name
        gradients = self._gradients()
        starts = [slot for slot in range(len(graph.inputs)) if slot in {s.slot for s in self._sweeps}]
        slots = shown_slots(self._nodes.slots)
        rows = [self._both_row(slot, graph.inputs[slot], gradients) for slot in starts[:MOST_SWEEPS]]
        made = [self._both_row(slot, self._nodes.labels[slot], gradients) for slot in slots]
        heads = [f"{self.dotted('o')} for {self.seeded(one)}" for one in self._sweeps]
        if len(heads) > MOST_COLUMNS:
            heads = [f"tangents {self.dotted('o')} by the inputs"]
        if len(self._nodes.slots) > len(slots):
            made.insert(len(made) // 2, _gap(len(self._nodes.slots) - len(slots), len(heads) + 3))
        columns = ("node", "value", *heads, f"gradient d{z}/do")
        note = (f"tangents are computed from the first row to the last, gradients from the last to the first: the "
                f"tangents of {z} and the gradients of the inputs are the same derivatives")  # fmt: skip
        return Table(
            f"Forward mode and backward pass: {self._at()}", columns, (*rows, *made), (note, *self._said(slots))
        )

    def _both_row(self, slot: int, label: str, gradients: Sequence[Any]) -> Row:
        if self._graph.gates[slot] is not None and not self._nodes.taken[slot]:
            columns = len(self._sweeps) if len(self._sweeps) <= MOST_COLUMNS else 1
            return Row(((label,), ("not taken",), *[()] * columns, ("0",)), "faint")
        tangents = [self._jacobian(one.by_slot[slot]) for one in self._sweeps]
        if len(tangents) > MOST_COLUMNS:
            parts = [
                f"{self._graph.inputs[one.slot]}: {text}" for one, text in zip(self._sweeps, tangents, strict=True)
            ]
            more = [f"… {len(parts) - MOST_TERMS:,} more"] if len(parts) > MOST_TERMS else []
            cells: list[Cell] = [(*parts[:MOST_TERMS], *more)]
        else:
            cells = [(text,) for text in tangents]
        value = self._marked(slot) if self._graph.gates[slot] is not None else self.value(slot)
        return Row(((label,), (value,), *cells, (self._jacobian(gradients[slot]),)))

    def _jacobian(self, x: Any) -> str:
        """A derivative, with its shape if it is a matrix; 0 where there is none."""
        if x is None:
            return "0"
        matrix = self._graph.shapes is not None and getattr(x, "ndim", 0) == 2 and 1 < x.size <= self._most_inline()
        return self.shown(x) + (f" ({times(x.shape)})" if matrix else "")

    @staticmethod
    def _most_inline() -> int:
        from gradcli.report.arrays import MOST_INLINE  # numbers alone need no NumPy

        return MOST_INLINE

    def _gradients(self) -> Sequence[Any]:
        """The derivative of the output by each slot: a gradient, of an output that is an array a Jacobian."""
        graph, back = self._graph, self._result.backward
        if graph.shape(graph.output):
            from gradcli.passes.jacobian import run_jacobians

            return (self._result.jacobians or run_jacobians(self._result.forward)).by_slot
        begins_with_1 = back is not None and back.gradients[graph.output] == 1.0
        return back.gradients if back is not None and begins_with_1 else run_backward(self._result.forward).gradients

    def _at(self) -> str:
        names = [f"{name} = {self._style(x)}" if isinstance(x, float) else self._bound(name, x)
                 for name, x in self._result.at.items()]  # fmt: skip
        return ", ".join([*names[:MOST_TERMS], *([f"… {len(names) - MOST_TERMS:,} more"] * (len(names) > MOST_TERMS))])

    def _bound(self, name: str, x: Any) -> str:
        from gradcli.report.arrays import bound_text

        return bound_text(name, x, self._style)


def _gap(left: int, columns: int) -> Row:
    return Row((("⋮",), (f"{left:,} more nodes; --json lists all",), *[()] * (columns - 2)), "gap")
