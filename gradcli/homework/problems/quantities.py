"""What can be asked of a problem: values, local derivatives, gradients, Jacobians; each with a name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

Kind = Literal["value", "local", "up", "grad", "jac"]

KINDS: tuple[Kind, ...] = ("value", "local", "up", "grad", "jac")
"""The words that decide what an answer is about."""


@dataclass(frozen=True, slots=True)
class Quantity:
    """Something that has a number, or an array of them, in a problem.

    Attributes:
        kind: "value" of a node, "local" derivative of a node by another one that feeds it, "up": the gradient that
            arrives at a node, "grad": the same at an input, "jac": the Jacobian of a node by one below it.
        slot: the node.
        by: what the derivative is taken by, of "local" and "jac".
        name: as it is asked for and shown ("grad x", "local q/x").
    """

    kind: Kind
    slot: int
    by: int | None
    name: str

    @property
    def key(self) -> tuple[str, int, int | None]:
        """What makes two quantities one: "up x" and "grad x" are the same."""
        return "grad" if self.kind == "up" else self.kind, self.slot, self.by


@dataclass(frozen=True, slots=True, eq=False)
class Asked:
    """A quantity that a problem asks for.

    Attributes:
        quantity: which.
        truth: its number: a float or an array, of the shape in which it is written.
        points: what it is worth.
    """

    quantity: Quantity
    truth: Any
    points: float

    @property
    def name(self) -> str:
        """As it is asked for."""
        return self.quantity.name
