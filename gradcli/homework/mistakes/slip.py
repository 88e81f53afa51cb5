"""A slip: one mistake at one place of one problem, with the numbers that it leads to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

Key = tuple[str, int, int | None]
"""A quantity; see `gradcli.homework.problems.quantities.Quantity.key`."""

NOTHING: Mapping[Key, Any] = {}


@dataclass(frozen=True, slots=True, eq=False)
class Slip:
    """One mistake at one place.

    Its effect is stated in one of two ways. A slip of the backward pass changes the gradient that arrives at one node
    by `change`; because gradients are linear in what arrives, a pull from there prices all that follows. Any other slip
    states the numbers of all quantities that it changes.

    Attributes:
        mistake: the id of the mistake in the catalogue.
        slot: the node where it happens: where the gradient that arrives is wrong, or the forward value.
        says: one sentence for the student, without any number of the answer.
        place: where it happens, in words; a part of the formula.
        change: by how much the gradient that arrives at `slot` is wrong, in the slot's shape; None where `numbers` say
            it all.
        numbers: what quantities become: of a slip of the backward pass only local derivatives that were written down
            wrongly, of others everything that changes.
        changes: how many separate changes it takes; fewer are likelier.
        nodes: all nodes where it is made, of a mistake that is made at several; each answer then names its own.
        hands_back: whether these nodes hand back something wrong, so that it shows at their operands.
        familiar: whether the sentence names only nodes that have names; parts of a formula are harder to find.
    """

    mistake: str
    slot: int
    says: str
    place: str
    change: Any = None
    numbers: Mapping[Key, Any] = field(default_factory=lambda: NOTHING)
    changes: int = 1
    nodes: tuple[int, ...] = ()
    hands_back: bool = False
    familiar: bool = True
