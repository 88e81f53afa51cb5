"""A slip that changes the gradients that arrive at several nodes at once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from gradcli.homework.mistakes.slip import Slip


@dataclass(frozen=True, slots=True, eq=False)
class JointSlip(Slip):
    """A slip with changes at more nodes than its own.

    Attributes:
        also: the other slots, with the change of the gradient that arrives at each.
    """

    also: tuple[tuple[int, Any], ...] = ()


def changes_of(slip: Slip) -> Iterator[tuple[int, Any]]:
    """The slots at which a slip changes the gradient that arrives, with the changes."""
    if slip.change is not None:
        yield slip.slot, slip.change
    if isinstance(slip, JointSlip):
        yield from slip.also
