"""The lecture as it unfolds: the formula, the rows of both tables one at a time, and the gradient.

The rows are those that `gradcli eval` prints; each comes with a sentence. Steps are made when they are asked for, so
that the first is there at once however long the formula is.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

from gradcli.passes.evaluate import Evaluation, UndefinedFormula
from gradcli.report.nodes import NodeViews, views
from gradcli.report.numbers import NumberStyle, lecture
from gradcli.report.reading import reading
from gradcli.report.step_sentences import Sentences
from gradcli.report.tables import MOST_ROWS, GradientLine, Row, Table, shortened

STEPS_SCHEMA = "gradcli.steps/1"

Phase = Literal["formula", "forward", "backward", "gradient"]


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the lecture.

    Attributes:
        number: which it is, from 1.
        count: how many there are.
        phase: the part of the lecture it belongs to.
        sentence: what happens, and why now.
        node: the id of the node, as in the JSON of an evaluation; None where the step is not about one.
        label: its label in the tables.
        columns: the heads of the table; empty where the step is not about a node.
        row: its row in the table.
        value: the value of the formula, in the last step.
        gradient: the derivatives, in the last step.
        reading: the formula as it was read, in the first step.
        at: the point, in the first step.
        notes: what belongs under the table.
    """

    number: int
    count: int
    phase: Phase
    sentence: str
    node: str | None = None
    label: str = ""
    columns: tuple[str, ...] = ()
    row: Row | None = None
    value: str = ""
    gradient: tuple[GradientLine, ...] = ()
    reading: str = ""
    at: str = ""
    notes: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        """`Step 3 of 14: forward pass`."""
        what = {"formula": "the formula", "forward": "forward pass", "backward": "backward pass", "gradient": "value "
                "and gradient"}[self.phase]  # fmt: skip
        return f"Step {self.number:,} of {self.count:,}: {what}"


class Steps(Sequence[Step]):
    """All steps of an evaluation; of one without a value those up to the node that has none."""

    def __init__(self, result: Evaluation | UndefinedFormula, style: NumberStyle = lecture) -> None:
        self._result = result
        undefined = {result.slot: result.reason} if isinstance(result, UndefinedFormula) else None
        self._nodes = NodeViews(result.forward) if isinstance(result, UndefinedFormula) else views(result)
        self._write = _sentences(self._nodes, style, undefined)
        self._slots = self._nodes.slots
        whole = isinstance(result, Evaluation) and result.backward is not None
        self._back = self._slots[::-1] if whole else []
        self._count = 1 + len(self._slots) + len(self._back) + whole

    @property
    def whole(self) -> bool:
        """Whether there is a backward pass."""
        return isinstance(self._result, Evaluation) and self._result.backward is not None

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[Step]:
        return (self._made(place) for place in range(self._count))

    def __getitem__(self, place: Any) -> Any:
        if isinstance(place, slice):
            return [self._made(one) for one in range(*place.indices(self._count))]
        return self._made(range(self._count)[place])

    def columns_of(self, phase: Phase) -> tuple[str, ...]:
        """The heads of the table of a phase, as `gradcli eval` prints them."""
        by = self._write.by
        return ("node", by("o"), "do/di", by("i")) if phase == "backward" else (
            "node", "inputs i", "outputs o", "derivatives")  # fmt: skip

    @cached_property
    def rows(self) -> dict[Phase, list[Row]]:
        """All rows of a formula whose tables are shown whole, so that columns can be as wide in every step."""
        if len(self._slots) > MOST_ROWS:
            return {}
        return {
            "forward": [self._write.forward_step(slot)[0] for slot in self._slots],
            "backward": [self._write.backward_step(slot)[0] for slot in self._back],
        }

    def _made(self, place: int) -> Step:
        nodes = len(self._slots)
        if place == 0:
            return self._first()
        if place <= nodes:
            return self._of_node(place, "forward", self._slots[place - 1], first=place == 1)
        if place <= 2 * nodes:
            return self._of_node(place, "backward", self._back[place - 1 - nodes], first=place == nodes + 1)
        return self._last()

    def _first(self) -> Step:
        at = self._write.at(self._result.at)
        return Step(1, self._count, "formula", self._write.opening(), at=at,
                    reading=shortened(reading(self._result.formula)))  # fmt: skip

    def _of_node(self, place: int, phase: Phase, slot: int, *, first: bool) -> Step:
        write = self._write.forward_step if phase == "forward" else self._write.backward_step
        row, sentence = write(slot)
        notes = self._write.remarks(backward=phase == "backward") if first else ()
        return Step(place + 1, self._count, phase, sentence, self._nodes.source(slot).name, self._nodes.labels[slot],
                    self.columns_of(phase), row, notes=notes)  # fmt: skip

    def _last(self) -> Step:
        result, write = self._result, self._write
        assert isinstance(result, Evaluation)  # noqa: S101  (a formula without a value has no last step)
        value = f"{write.output} = {write.shown(result.value)}"
        lines = tuple(write.gradient_line(name) for name in result.wrt)
        return Step(self._count, self._count, "gradient", write.gradient_sentence(result.wrt), value=value,
                    gradient=lines)  # fmt: skip


def _sentences(nodes: NodeViews, style: NumberStyle, undefined: dict[int, str] | None) -> Sentences:
    if nodes.graph.shapes is None:
        return Sentences(nodes, style, undefined)
    from gradcli.report.array_step_sentences import ArraySentences  # numbers alone need no NumPy

    return ArraySentences(nodes, style, undefined=undefined)


def table_of(step: Step, widths: Sequence[int] = ()) -> Table:
    """The row of a step as a table of its own.

    Args:
        step: the step of a node.
        widths: how wide the columns are at least, in cells.
    """
    heads = [head.ljust(width) for head, width in zip(step.columns, widths or [0] * len(step.columns), strict=True)]
    return Table(step.title, tuple(heads), () if step.row is None else (step.row,), step.notes)
