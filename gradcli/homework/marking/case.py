"""An answer while it is judged."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from gradcli.homework.marking.carrying import Entries
from gradcli.homework.problems.quantities import Asked

State = Literal["correct", "rounded", "carried", "coarse", "blank", "wrong", "unreadable", "ungradable"]

_WORST_LAST: tuple[State, ...] = ("correct", "rounded", "carried", "coarse", "blank", "wrong")
"""The state of an array is the worst of its entries."""


@dataclass(slots=True)
class Case:
    """An answer while it is judged: its entries in the shape of the truth, and the state of each.

    Attributes:
        asked: what was asked.
        entries: what was written, row by row; None where nothing was.
        states: of each entry.
        why: one sentence, or None.
    """

    asked: Asked
    entries: Entries
    states: list[State]
    why: str | None = None

    @property
    def worst(self) -> State:
        """The state of the whole answer."""
        return max(self.states, key=_WORST_LAST.index)

    @property
    def passing(self) -> tuple[bool, ...]:
        """The entries through which numbers are carried, whatever they are.

        Zeros are among them that follow themselves: of what a ReLU blocks, after a wrong sign, nothing else is left.
        """
        return tuple(
            state in ("correct", "rounded") or (state == "carried" and entry is not None and not entry.value)
            for entry, state in zip(self.entries, self.states, strict=True)
        )
