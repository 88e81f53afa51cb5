"""A misstep: what one node hands back wrongly, for one unit of the gradient that arrives at it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

Change = tuple[int, Any]
"""A slot, and by how much the derivative by it is wrong."""

_SAME = 1e-9
"""The share by which numbers differ that are one number but for rounding errors."""


@dataclass(frozen=True, slots=True, eq=False)
class Misstep:
    """A wrong way to hand a gradient back.

    Attributes:
        mistake: its id in the catalogue.
        consumer: the node that hands back.
        changes: for each slot that receives something wrong the difference of the derivative of the consumer by it.
        says: what is said of it after "At <node> ", with no number in it.
    """

    mistake: str
    consumer: int
    changes: tuple[Change, ...]
    says: str


def is_something(change: Any) -> bool:
    """Whether a change is finite, and not 0 everywhere."""
    if isinstance(change, float | int):
        return math.isfinite(change) and change != 0
    return bool((abs(change) < math.inf).all()) and bool((change != 0).any())


def is_same(one: Any, other: Any) -> bool:
    """Whether two numbers, or all entries of two arrays, are the same but for rounding errors."""
    if isinstance(one, float) and isinstance(other, float):
        return abs(one - other) <= _SAME * max(abs(one), abs(other)) + 1e-12
    import numpy  # there are arrays here

    return numpy.shape(one) == numpy.shape(other) and bool(numpy.allclose(one, other, rtol=_SAME, atol=1e-12))
