"""Functions of matrices: NumPy's, with NaN where NumPy raises, and exact where pencil and paper are.

Determinants and inverses of small matrices are computed by the formulas that are taught: whole numbers stay whole.
"""

from __future__ import annotations

import math
from typing import Any

import numpy
from numpy.linalg import LinAlgError

EPS = numpy.finfo(float).eps
TAYLOR = 18
ROUNDED = 1e-12


def is_singular(i: Any) -> bool:
    """Whether the determinant of a square matrix is 0, or nothing but rounding."""
    if not numpy.isfinite(i).all():
        return False
    # Neither the size of a row nor of a column counts: a diagonal of 1 and 1e-20 is regular.
    for axis in (1, 0):
        top = numpy.abs(i).max(axis=axis, keepdims=True)
        if (top == 0).any():
            return True
        i = i / top
    return bool(numpy.linalg.matrix_rank(i) < len(i))


def is_symmetric(i: Any) -> bool:
    """Whether a matrix is its own transpose, but for rounding."""
    return bool((numpy.abs(i - i.T) <= ROUNDED * numpy.abs(i).max()).all())


def _half(i: Any) -> Any:
    # Functions of symmetric matrices are those of the symmetric part: so they have a slope in every direction.
    return (i + i.T) / 2


def is_positive_definite(i: Any) -> bool:
    """Whether a symmetric matrix has a Cholesky factor."""
    return not numpy.isnan(cholesky(i)).any()


def det(i: Any) -> Any:
    """The determinant; up to 3×3 by its formula."""
    return numpy.sum(i[0] * cofactor(i)[0]) if len(i) <= 3 else numpy.linalg.det(i)


def cofactor(i: Any) -> Any:
    """The matrix of cofactors, which is det(A) A⁻ᵀ where there is an inverse, and exists where there is none."""
    if len(i) == 1:
        return numpy.ones((1, 1))
    if len(i) == 2:
        return numpy.array([[i[1, 1], -i[1, 0]], [-i[0, 1], i[0, 0]]])
    if len(i) == 3:
        return numpy.stack([numpy.cross(i[1], i[2]), numpy.cross(i[2], i[0]), numpy.cross(i[0], i[1])])
    if not numpy.isfinite(i).all():
        return numpy.full_like(i, numpy.nan)
    # The cofactors of U diag(s) Vᵀ: those of its parts, and of a diagonal they are the products of the other entries.
    u, s, vt = numpy.linalg.svd(i)
    others = numpy.array([numpy.prod(numpy.delete(s, k)) for k in range(len(s))])
    return numpy.linalg.det(u) * numpy.linalg.det(vt) * (u * others) @ vt


def inv(i: Any) -> Any:
    """The inverse; NaN where there is none."""
    if len(i) <= 2:
        return cofactor(i).T / det(i)
    try:
        return numpy.linalg.inv(i)
    except LinAlgError:
        return numpy.full_like(i, numpy.nan)


def logdet(i: Any) -> Any:
    """The logarithm of the absolute value of the determinant."""
    return numpy.log(numpy.abs(det(i))) if len(i) <= 2 else numpy.linalg.slogdet(i)[1]


def solve(i1: Any, i2: Any) -> Any:
    """The x of Ax = b, for a vector or a matrix b; NaN where there is none."""
    try:
        return numpy.linalg.solve(i1, i2)
    except LinAlgError:
        return numpy.full_like(i2, numpy.nan)


def matpow(i: Any, *, n: int) -> Any:
    """A power with a whole exponent."""
    return numpy.linalg.matrix_power(i if n >= 0 else inv(i), abs(n))


def expm(i: Any) -> Any:
    """The exponential: its series for a small part of the matrix, squared up."""
    size = numpy.abs(i).sum(axis=0).max()
    if not math.isfinite(size):
        return numpy.full_like(i, numpy.nan)
    halvings = max(0, math.ceil(math.log2(size)) + 1) if size > 0 else 0
    part = i / 2.0**halvings
    result = numpy.eye(len(i))
    for k in range(TAYLOR, 0, -1):
        result = numpy.eye(len(i)) + part @ result / k
    for _ in range(halvings):
        result = result @ result
    return result


def pinv(i: Any) -> Any:
    """The pseudoinverse of Moore and Penrose."""
    if not numpy.isfinite(i).all():
        return numpy.full(i.shape[::-1], numpy.nan)
    return numpy.linalg.pinv(i, rcond=max(i.shape) * EPS)


def cholesky(i: Any) -> Any:
    """The lower triangle L of A = LLᵀ; NaN where there is none."""
    try:
        return numpy.linalg.cholesky(_half(i))
    except LinAlgError:
        return numpy.full_like(i, numpy.nan)


def eigvalsh(i: Any) -> Any:
    """The eigenvalues of a symmetric matrix, from the least to the greatest."""
    return numpy.linalg.eigvalsh(_half(i)) if numpy.isfinite(i).all() else numpy.full(len(i), numpy.nan)


def eigvecsh(i: Any) -> Any:
    """Eigenvectors of a symmetric matrix as columns, in the order of the eigenvalues, the largest entry positive."""
    if not numpy.isfinite(i).all():
        return numpy.full_like(i, numpy.nan)
    vectors = numpy.linalg.eigh(_half(i))[1]
    largest = numpy.abs(vectors).argmax(axis=0)
    return vectors * numpy.where(vectors[largest, range(len(i))] < 0, -1.0, 1.0)


def svdvals(i: Any) -> Any:
    """The singular values, from the greatest to the least."""
    if not numpy.isfinite(i).all():
        return numpy.full(min(i.shape), numpy.nan)
    return numpy.linalg.svd(i, compute_uv=False)
