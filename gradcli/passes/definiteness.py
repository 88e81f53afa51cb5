"""What a Hessian says of a point: which way the formula curves, and whether it is a minimum, a maximum or a saddle.

The eigenvalues of a few numbers are found by Jacobi's rotations, so that numbers alone need no NumPy (C. G. J. Jacobi,
Journal für die reine und angewandte Mathematik 30, 1846).
"""

from __future__ import annotations

import math
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from gradcli.passes.hessian import PIECES, Hessian

Kind = Literal[
    "positive definite", "negative definite", "indefinite", "positive semidefinite", "negative semidefinite", "zero"
]
Point = Literal["minimum", "maximum", "saddle point", "undecided", "not stationary"]

_EPS = sys.float_info.epsilon

_BY_HAND = 16
"""Rows up to which eigenvalues are found without NumPy."""

_SWEEPS = 60


@dataclass(frozen=True, slots=True)
class Definiteness:
    """The signs of the eigenvalues, and what follows.

    Attributes:
        eigenvalues: of the symmetric part of the Hessian, from the least to the greatest; 0 for those that are it to
            rounding.
        positive: how many are above 0 by more than rounding.
        negative: how many are below 0.
        zero: how many are 0 to rounding.
        kind: what such a matrix is called.
        point: what the point is; "undecided" where an eigenvalue is 0, or where a gate has a kink.
    """

    eigenvalues: tuple[float, ...]
    positive: int
    negative: int
    zero: int
    kind: Kind
    point: Point


def definiteness(found: Hessian) -> Definiteness | None:
    """The verdict on a point; None where the Hessian is empty or holds something that is no finite number."""
    rows = found.rows
    if not rows or not all(math.isfinite(x) for row in rows for x in row):
        return None
    size = len(rows)
    half = [[(rows[i][j] + rows[j][i]) / 2 for j in range(size)] for i in range(size)]
    eigenvalues = symmetric_eigenvalues(half)
    # Rows and columns are scaled alike, which changes no sign (Sylvester's law): 1e20 beside 1 hides nothing then.
    scale = [_scale(row, row[i]) for i, row in enumerate(half)]
    scaled = [[half[i][j] * scale[i] * scale[j] for j in range(size)] for i in range(size)]
    signs = symmetric_eigenvalues(scaled)
    largest = max((sum(map(abs, row)) for row in scaled), default=0.0)
    skew = max((abs(rows[i][j] - rows[j][i]) * scale[i] * scale[j] for i in range(size) for j in range(i)), default=0.0)
    rounding = 16 * size * _EPS * largest + size * skew
    positive, negative = sum(x > rounding for x in signs), sum(x < -rounding for x in signs)
    zero = size - positive - negative
    rounded = set(sorted(range(size), key=lambda k: abs(eigenvalues[k]))[:zero])
    eigenvalues = [0.0 if k in rounded else x for k, x in enumerate(eigenvalues)]
    kind = _kind(positive, negative, zero)
    return Definiteness(tuple(eigenvalues), positive, negative, zero, kind, _point(found, kind))


def _scale(row: Sequence[float], diagonal: float) -> float:
    size = abs(diagonal) or max(map(abs, row))
    return 1 / math.sqrt(size) if size > sys.float_info.min else 1.0


def _kind(positive: int, negative: int, zero: int) -> Kind:
    if positive and negative:
        return "indefinite"
    if not positive and not negative:
        return "zero"
    if positive:
        return "positive semidefinite" if zero else "positive definite"
    return "negative semidefinite" if zero else "negative definite"


def _point(found: Hessian, kind: Kind) -> Point:
    if found.conventions and PIECES not in found.conventions:
        return "undecided"  # |x| + x/2 has its minimum at 0, where the convention makes the gradient ½
    if not is_stationary(found):
        return "not stationary"
    if found.conventions:
        return "undecided"
    decided: dict[Kind, Point] = {
        "positive definite": "minimum", "negative definite": "maximum", "indefinite": "saddle point",
    }  # fmt: skip
    return decided.get(kind, "undecided")


def is_stationary(found: Hessian) -> bool:
    """Whether the gradient is 0, or no more than what rounding the point itself makes of it: |H| |x| ε."""
    at, gradient = found.result.at, found.result.gradient
    x = [_entry(at[v.name], v.at) for v in found.variables]
    slopes = [_entry(gradient[v.name], v.at) for v in found.variables]
    return all(
        abs(slope) <= 8 * _EPS * sum(abs(h * value) for h, value in zip(row, x, strict=True))
        for slope, row in zip(slopes, found.rows, strict=True)
    )


def _entry(value: object, at: tuple[int, ...]) -> float:
    return float(value[at] if at else value)  # type: ignore[index, arg-type]


def symmetric_eigenvalues(matrix: Sequence[Sequence[float]]) -> list[float]:
    """The eigenvalues of a symmetric matrix of finite numbers, from the least to the greatest."""
    if len(matrix) > _BY_HAND:
        import numpy  # only where there are many

        return [float(x) for x in numpy.linalg.eigvalsh(numpy.array(matrix))]
    top = max((abs(x) for row in matrix for x in row), default=0.0)
    if not top:
        return [0.0] * len(matrix)
    a = [[x / top for x in row] for row in matrix]
    for _ in range(_SWEEPS):
        turned = [_rotate(a, i, j) for i in range(len(a)) for j in range(i)]
        if not any(turned):
            break
    return sorted(a[k][k] * top for k in range(len(a)))


def _rotate(a: list[list[float]], i: int, j: int) -> bool:
    """Turn rows and columns i and j so that a[i][j] becomes 0; whether it was not 0 yet."""
    if abs(a[i][j]) <= _EPS * 1e-3 * math.sqrt(abs(a[i][i] * a[j][j])) or abs(a[i][j]) < sys.float_info.min:
        a[i][j] = a[j][i] = 0.0
        return False
    slope = (a[j][j] - a[i][i]) / (2 * a[i][j])
    tangent = math.copysign(1.0, slope) / (abs(slope) + math.hypot(slope, 1.0))
    cosine = 1 / math.hypot(tangent, 1.0)
    sine = tangent * cosine
    for row in a:
        row[i], row[j] = cosine * row[i] - sine * row[j], sine * row[i] + cosine * row[j]
    for k in range(len(a)):
        a[i][k], a[j][k] = cosine * a[i][k] - sine * a[j][k], sine * a[i][k] + cosine * a[j][k]
    a[i][j] = a[j][i] = 0.0
    return True
