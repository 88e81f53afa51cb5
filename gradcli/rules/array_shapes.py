"""What the shapes and the structures of several chapters have in common."""

from __future__ import annotations

import math
from typing import Any

from gradcli.rules.shape import Mismatch, Shape, normal_axis


def vector(shape: Shape, what: str) -> int:
    """The length of a vector; refuses anything else."""
    if not shape:
        raise Mismatch(f"{what} takes a vector, and a number is none", "write [{0}] for a vector of one entry")
    if len(shape) > 1:
        raise Mismatch(f"{what} takes a vector", "write vec({0}) for its entries row by row")
    return shape[0]


def matrix(shape: Shape, what: str) -> tuple[int, int]:
    """Rows and columns of a matrix; refuses anything else."""
    if len(shape) == 1:
        raise Mismatch(f"{what} takes a matrix, and a vector is none", "write [{0}] for a matrix of one row")
    if len(shape) != 2:
        raise Mismatch(f"{what} takes a matrix", None if shape else "write [[{0}]] for a matrix of one entry")
    return shape[0], shape[1]


def square(shape: Shape, what: str) -> int:
    """The size of a square matrix; refuses anything else."""
    rows, columns = matrix(shape, what)
    if rows != columns:
        raise Mismatch(f"only a square matrix has {what}", f"{{0}}' @ {{0}} is square, {columns}×{columns}")
    return rows


def square_shape(shape: Shape, what: str) -> Shape:
    """The shape of a square matrix, for what is of the same size; refuses anything else."""
    return (square(shape, what),) * 2


def at_least_one(*sizes: int) -> Shape:
    """The shape of an array that is made; refuses one without entries."""
    if any(size < 1 for size in sizes):
        raise Mismatch("every size must be at least 1")
    return sizes


def counted(shape: Shape, axis: int | None) -> int:
    """How many entries stand along an axis, or in all."""
    return math.prod(shape) if axis is None else shape[normal_axis(axis, shape)]


def along(m: Any, i: Any, axis: int | None) -> tuple[Any, int]:
    """An array and the axis to go along; without an axis all entries, row by row."""
    if axis is not None:
        return i, axis
    return (i if len(m.shape(i)) == 1 else m.vec(i)), 0


def each_slice(body: str, shape: Shape, axis: int | None) -> str:
    """The Jacobian of something linear that is done along an axis, by its Jacobian on a vector."""
    if axis is None or len(shape) < 2:
        return body
    place = axis % len(shape)
    return ("I ⊗ " if place else "") + body + (" ⊗ I" if place < len(shape) - 1 else "")


def by_slice(body: str, shape: Shape, axis: int | None) -> str:
    """As `each_slice`, where each slice has a Jacobian of its own."""
    return body if axis is None or len(shape) < 2 else f"{body} along axis {axis}"
