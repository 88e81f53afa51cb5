"""Shapes of vectors and matrices, and what is said when two do not fit.

A shape is a tuple of sizes: () is a number, (3,) a vector with 3 entries, (3, 2) a matrix with 3 rows and 2 columns.
"""

from __future__ import annotations

import math

Shape = tuple[int, ...]


class Mismatch(Exception):  # noqa: N818  (it names a state of the formula, and is always caught)
    """Operands whose shapes do not fit.

    Attributes:
        reason: what is wrong, without the operands and their shapes, which whoever knows the formula puts in front.
        repair: what to write instead, or None. `{0}`, `{1}` ... in both stand for the operands as they are written.
    """

    def __init__(self, reason: str, repair: str | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.repair = repair


def entries(shape: Shape) -> int:
    """How many numbers an array of this shape holds."""
    return math.prod(shape)


def indices(place: int, shape: Shape) -> tuple[int, ...]:
    """The indices of the entry at a place, counted row by row; of a number none."""
    found: list[int] = []
    for size in reversed(shape):
        place, index = divmod(place, size)
        found.append(index)
    return tuple(reversed(found))


def times(shape: Shape) -> str:
    """A shape as it stands beside a matrix: 3×2; a vector's is its length, that of a number 1."""
    return "×".join(map(str, shape)) or "1"


def described(shape: Shape) -> str:
    """A shape as the end of a sentence: "is a number", "has 3 entries", "is 3×2"."""
    if not shape:
        return "is a number"
    if len(shape) == 1:
        return f"has {shape[0]} entr{'y' if shape[0] == 1 else 'ies'}"
    return f"is {times(shape)}"


def broadcast(*shapes: Shape) -> Shape:
    """The shape of an elementwise operation: missing axes in front and axes of size 1 are repeated, as in NumPy.

    Raises:
        Mismatch: two sizes differ, and neither is 1.
    """
    sizes: list[int] = [1] * max(map(len, shapes), default=0)
    for shape in shapes:
        for place, size in enumerate(reversed(shape), 1):
            if size != 1 and sizes[-place] not in (1, size):
                raise Mismatch("entry by entry they do not fit")
            sizes[-place] = max(sizes[-place], size)
    return tuple(sizes)


def repeated_axes(shape: Shape, into: Shape) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """How an array was repeated to a larger shape: the axes of `into` that are new, and those that had size 1."""
    new = len(into) - len(shape)
    stretched = [place for place in range(new, len(into)) if shape[place - new] == 1 and into[place] != 1]
    return tuple(range(new)), tuple(stretched)


def normal_axis(axis: int, shape: Shape) -> int:
    """An axis counted from the front; negative ones are counted from the end.

    Raises:
        Mismatch: there is no such axis.
    """
    if not -len(shape) <= axis < len(shape):
        known = "no axes" if not shape else f"the axes 0 to {len(shape) - 1}" if len(shape) > 1 else "only the axis 0"
        raise Mismatch(f"it has {known}, and {axis} is asked for", "leave the axis away to take all entries")
    return axis % len(shape)
