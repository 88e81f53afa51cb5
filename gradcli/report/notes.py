"""The lines under a table: which convention was used at a kink, and why a number is not finite."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import Any

from gradcli.graph.tape import Composite, Gate
from gradcli.passes.forward import TOO_LARGE
from gradcli.report.charset import DOT, spelled
from gradcli.report.nodes import NodeViews

KINK, INFINITE = "†", "‡"
"""The marks by which a line under the table is found."""

MOST_LABELS = 12
"""Labels that a line under a table lists."""

TOO_LARGE_TEXT = f"{TOO_LARGE} (1.8e308)"
TOO_SMALL = "too small for double precision, taken as 0; a large factor on the way makes the gradient wrong"
NEVER_ZERO = {"exp", "recip"}
"""Gates whose value and slope are never 0: a 0 there has underflown."""

OPERAND = "an operand is not finite"
_MEETING = f"0 {DOT} ∞ has no value"
_CANCELLING = "∞ − ∞ has no value"
NO_SLOPE = "the local derivative has no value here"


class Notes:
    """What is to be said about the nodes of a pass, besides their numbers."""

    def __init__(self, nodes: NodeViews) -> None:
        self._nodes = nodes
        self.kinks = nodes.forward.conventions()

    def forward(self, slots: Iterable[int]) -> tuple[str, ...]:
        """The lines under the forward table that shows these slots."""
        said = [(KINK, convention, slot) for slot in slots for convention in self.kinks.get(slot, ())]
        said += [(INFINITE, reason, slot) for slot in slots if (reason := self.infinite(slot))]
        return self._lines(said)

    def backward(self, slots: Iterable[int]) -> tuple[str, ...]:
        """The lines under the backward table that shows these slots."""
        return self._lines([(INFINITE, reason, slot) for slot in slots if (reason := self.breaks(slot))])

    def texts(self) -> tuple[str, ...]:
        """All lines without their marks, for formats that have no table."""
        lines = (*self.forward(self._nodes.slots), *self.backward(self._nodes.slots))
        return tuple(spelled(line[2:], ascii_only=False) for line in lines)

    def infinite(self, slot: int) -> str:
        """Why a slot's value or slope is not finite; "" if both are, if it is undefined, or if it is not taken."""
        forward = self._nodes.forward
        if slot in forward.faults or not self._nodes.taken[slot]:
            return ""
        if self._nodes.graph.shapes is not None:
            from gradcli.report.array_notes import infinite  # numbers alone need no NumPy

            return infinite(forward, slot)
        value, slopes, operands = forward.values[slot], forward.locals[slot], forward.operands(slot)
        if self._nodes.gate(slot).name in NEVER_ZERO and 0.0 in (value, *slopes) and all(map(math.isfinite, operands)):
            return TOO_SMALL
        if not (_is_infinite(value) or any(map(_is_infinite, slopes))):
            return ""
        if any(map(_is_infinite, operands)):
            return OPERAND
        if _is_infinite(value):
            return TOO_LARGE_TEXT
        where = [x for x, slope in zip(operands, slopes, strict=True) if _is_infinite(slope)]
        if any(slope is not None and math.isnan(slope) for slope in slopes):
            return NO_SLOPE
        return steep(self._nodes.gate(slot), where)

    def breaks(self, slot: int) -> str:
        """Why a gradient that the node receives or hands on is NaN although what it is made of is not; else ""."""
        return self._followed[0].get(slot, ("", ""))[0]

    def without_value(self, slot: int) -> str:
        """Why the gradient that arrives at a slot is NaN; "" if it is a number."""
        reason, where = self._followed[1].get(slot, ("", ""))
        return f"{reason}, at {where}" if where else reason

    @cached_property
    def _followed(self) -> tuple[dict[int, tuple[str, str]], dict[int, tuple[str, str]]]:
        """Where NaN arises on the way back, and for each slot that it reaches the first reason."""
        graph, back = self._nodes.graph, self._nodes.backward
        breaks: dict[int, tuple[str, str]] = {}
        causes: dict[int, tuple[str, str]] = {}
        if back is None or not any(map(_is_nan, back.gradients)):
            return breaks, causes
        for slot, _, args in reversed(graph.steps):
            label = self._nodes.labels[slot]
            if _is_nan(back.gradients[slot]) and slot not in causes:
                causes[slot] = breaks[slot] = (_CANCELLING, label)
            slopes = self._nodes.forward.locals[slot]
            for operand, handed, slope in zip(args, back.contributions[slot], slopes, strict=True):
                if _is_nan(handed):
                    reason = NO_SLOPE if _is_nan(slope) else _MEETING
                    if slot not in causes:
                        breaks[slot] = (reason, label)
                    causes.setdefault(operand, causes.get(slot, (reason, label)))
        for slot in range(len(graph.inputs)):
            if _is_nan(back.gradients[slot]):
                causes.setdefault(slot, (_CANCELLING, ""))
        return breaks, causes

    def _lines(self, said: Sequence[tuple[str, str, int]]) -> tuple[str, ...]:
        groups: dict[tuple[str, str], list[str]] = {}
        for mark, text, slot in said:
            groups.setdefault((mark, text), []).append(self._nodes.labels[slot])
        return tuple(f"{mark} {_listed(labels)}: {text}" for (mark, text), labels in groups.items())


def steep(gate: Gate, where: Sequence[float]) -> str:
    """Why a gate has an infinite slope at these operands."""
    if isinstance(gate, Composite):
        return "the slope is infinite"
    # Vertical tangents lie at the ends of a domain, which are 0, 1 and −1; elsewhere a slope has overflown.
    return "vertical tangent, the slope is infinite" if {*map(abs, where)} <= {0, 1} else f"slope {TOO_LARGE_TEXT}"


def _listed(labels: list[str]) -> str:
    more = len(labels) - MOST_LABELS
    return ", ".join(labels) if more <= 0 else f"{', '.join(labels[:MOST_LABELS])} and {more:,} more"


def _is_infinite(x: float | None) -> bool:
    return x is not None and not math.isfinite(x)


def _is_nan(x: Any) -> bool:
    """Whether a number, or an entry of an array, is not a number."""
    found = x != x
    return found if isinstance(found, bool) else bool(found.any())
