"""Functions that exported code needs beside those that the package itself computes with: of arrays.

They are never called here: their source is what is exported. Each says what the package does in another way, because
there it is a method or a lambda.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy


def array_winner(k: float, *i: Any) -> Any:
    """As `winner`, entry by entry."""
    whole = numpy.stack(numpy.broadcast_arrays(*i))
    equal = (whole == numpy.max(whole, axis=0)) * 1.0
    return equal[int(k)] / numpy.sum(equal, axis=0)


def each(function: Callable[..., float], *operands: Any) -> Any:
    """A function of floats on arrays, one entry at a time."""
    result = numpy.frompyfunc(function, len(operands), 1)(*operands)
    return numpy.asarray(result, dtype=float)[()]


def scatter(i: Any, shape: Any, key: Any) -> Any:
    """Zeros, with entries put where an index names them."""
    whole = numpy.zeros(shape)
    whole[key] = i
    return whole


def atan2(y: Any, x: Any) -> Any:
    """The angle; there is none at (0, 0)."""
    return numpy.where((numpy.asarray(y) == 0) & (numpy.asarray(x) == 0), numpy.nan, numpy.arctan2(y, x))


def mod(x: Any, y: Any) -> Any:
    """The remainder with the sign of the divisor; there is none by 0."""
    return numpy.where(numpy.asarray(y) == 0, numpy.nan, numpy.mod(x, y))


def cofactor(i: Any) -> Any:
    """The matrix of cofactors, also of a singular matrix: those of the parts of U diag(s) Vᵀ."""
    u, s, vt = numpy.linalg.svd(i)
    others = numpy.stack([numpy.prod(numpy.concatenate([s[:k], s[k + 1 :]])) for k in range(len(s))])
    return numpy.linalg.det(u) * numpy.linalg.det(vt) * (u * others) @ vt


def recurrence(a: Any, b: Any, axis: int) -> Any:
    """oₖ = aₖ oₖ₋₁ + bₖ along an axis."""
    factors, terms = numpy.moveaxis(a, axis, 0), numpy.moveaxis(b, axis, 0)
    result = [terms[0]]
    for k in range(1, len(terms)):
        result.append(factors[k] * result[-1] + terms[k])
    return numpy.moveaxis(numpy.stack(result), 0, axis)
