"""Factors, eigenvalues and singular values of matrices, and what is made of them."""

# ruff: noqa: ARG001, ARG005 - every rule takes the namespace and the output, needed or not

from __future__ import annotations

from typing import Any

from gradcli.rules.array_rule import ArrayKink, ArrayRule, Samples
from gradcli.rules.array_shapes import matrix, square, square_shape
from gradcli.rules.chapter import array_chapter
from gradcli.rules.shaping import Slice
from gradcli.rules.square_matrices import SIZES

rule = array_chapter("linear algebra")

# A singular value that is smaller than this part of the greatest is a rounded 0.
ROUNDED = 1e-14

ASYMMETRIC = "the matrix is not symmetric; (A + A')/2 is"
INDEFINITE = "the matrix is not positive definite"


def _symmetric_fault(i: Any) -> str | None:
    from gradcli.rules.matrix_functions import is_symmetric  # NumPy is imported when it is needed

    return None if is_symmetric(i) else ASYMMETRIC


def _definite_fault(i: Any) -> str | None:
    from gradcli.rules.matrix_functions import is_positive_definite  # NumPy is imported when it is needed

    return _symmetric_fault(i) or (None if is_positive_definite(i) else INDEFINITE)


def _half(m: Any, s: Any) -> Any:
    return (s + m.transpose(s)) / 2


def _cholesky_vjp(m: Any, g: Any, o: Any, i: Any) -> tuple[Any]:
    t = m.transpose(o)
    p = m.matmul(t, g)
    lower = m.tril(p, k=0) - m.diag(m.diagonal(p)) / 2
    return (_half(m, m.transpose(m.solve(t, m.transpose(m.solve(t, lower))))),)


def _eigvalsh_vjp(m: Any, g: Any, o: Any, i: Any) -> tuple[Any]:
    v = m.eigvecsh(i)
    return (m.matmul(v * g, m.transpose(v)),)


def _eigvecsh_vjp(m: Any, g: Any, o: Any, i: Any) -> tuple[Any]:
    n = m.shape(i)[0]
    values = m.eigvalsh(i)
    gaps = m.reshape(values, shape=(1, n)) - m.reshape(values, shape=(n, 1)) + m.eye(n=n)
    turned = m.matmul(m.transpose(o), g) * (1 - m.eye(n=n))
    # Equal eigenvalues have no vectors of their own, which matters only where someone looks at them.
    inner = m.where(m.eq(turned, 0), 0, turned / m.where(m.eq(turned, 0), 1, gaps))
    return (_half(m, m.matmul(o, m.matmul(inner, m.transpose(o)))),)


def _singular_back(m: Any, g: Any, i: Any) -> Any:
    """U diag(g) Vᵀ. Singular values are eigenvalues of [[0, A], [Aᵀ, 0]], to the eigenvectors (u, v)/√2."""
    rows, columns = m.shape(i)
    size = min(rows, columns)
    upper = m.concat(m.zeros(shape=(rows, rows)), i, axis=1)
    lower = m.concat(m.transpose(i), m.zeros(shape=(columns, columns)), axis=1)
    vectors = m.flip(m.eigvecsh(m.concat(upper, lower, axis=0)), axis=1)
    u = m.index(vectors, key=(Slice(0, rows), Slice(0, size)))
    v = m.index(vectors, key=(Slice(rows, rows + columns), Slice(0, size)))
    values = m.svdvals(i)
    used = m.where(values > ROUNDED * m.amax(values, axis=None), g, 0)
    return m.matmul(u * (2 * used), m.transpose(v))


def _spectral_vjp(m: Any, g: Any, o: Any, i: Any) -> tuple[Any]:
    return (_singular_back(m, g * m.winners(m.svdvals(i), axis=None), i),)


def _pinv_vjp(m: Any, g: Any, o: Any, i: Any) -> tuple[Any]:
    t, gt = m.transpose(o), m.transpose(g)
    first = m.matmul(t, m.matmul(g, t))
    second = m.matmul(gt - m.matmul(i, m.matmul(o, gt)), m.matmul(o, t))
    third = m.matmul(m.matmul(t, o), gt - m.matmul(gt, m.matmul(o, i)))
    return (second + third - first,)


def _values(i: Any) -> Any:
    from gradcli.rules.matrix_functions import svdvals  # NumPy is imported when it is needed

    return svdvals(i)


def _zero_value(i: Any) -> bool:
    values = _values(i)
    return bool(values[-1] <= ROUNDED * values[0])


def _close(values: Any) -> bool:
    return bool((abs(values[1:] - values[:-1]) <= ROUNDED * abs(values).max()).any())


def _equal_values(i: Any) -> bool:
    return _close(_values(i))


def _equal_greatest(i: Any) -> bool:
    return _close(_values(i)[:2])


def _equal_eigenvalues(i: Any) -> bool:
    from gradcli.rules.matrix_functions import eigvalsh  # NumPy is imported when it is needed

    return _close(eigvalsh(i))


EQUAL_EIGENVALUES = "equal eigenvalues: slopes of one choice of eigenvectors; right for what treats them alike"
EQUAL_VALUES = "equal singular values: slopes of one choice of vectors; right for what treats them alike"
ZERO_VALUE = "singular value 0: subgradient 0"

RECTANGLES: Samples = (
    (((2, 3),), {}),
    (((3, 2),), {}),
    (((3, 3),), {}),
    (((1, 3),), {}),
    (((3, 1),), {}),
    (((1, 1),), {}),
)

SPECTRA: tuple[ArrayRule, ...] = (
    rule(
        # The slope is a symmetric matrix, as the operand is.
        "cholesky", lambda a: square_shape(a, "a Cholesky factor"), lambda m, i: m.cholesky(i), _cholesky_vjp,
        lambda a: ("(o ⊗ I) Φ (o⁻¹ ⊗ o⁻¹)",), aliases=("chol",), fault=_definite_fault, samples=SIZES,
    ),
    rule(
        "eigvalsh", lambda a: (square(a, "eigenvalues"),), lambda m, i: m.eigvalsh(i), _eigvalsh_vjp,
        lambda a: ("rows (vec v vᵀ)ᵀ",), aliases=("eigvals",), fault=_symmetric_fault,
        kinks=(ArrayKink(_equal_eigenvalues, EQUAL_EIGENVALUES),), samples=SIZES,
    ),
    rule(
        # Their signs are chosen so that the largest entry of each is positive.
        "eigvecsh", lambda a: square_shape(a, "eigenvectors"), lambda m, i: m.eigvecsh(i), _eigvecsh_vjp,
        lambda a: ("(o ⊗ I) diag(1/(λⱼ − λᵢ)) (oᵀ ⊗ oᵀ)",), fault=_symmetric_fault, listed=False, samples=SIZES,
    ),
    rule(
        "svdvals", lambda a: (min(matrix(a, "svdvals")),), lambda m, i: m.svdvals(i),
        lambda m, g, o, i: (_singular_back(m, g, i),), lambda a: ("rows (vec u vᵀ)ᵀ",), aliases=("singular_values",),
        kinks=(ArrayKink(_equal_values, EQUAL_VALUES), ArrayKink(_zero_value, ZERO_VALUE)), samples=RECTANGLES,
    ),
    rule(
        "nuclear", lambda a: matrix(a, "the nuclear norm")[:0], lambda m, i: m.sum(m.svdvals(i), axis=None),
        lambda m, g, o, i: (_singular_back(m, m.spread(g, shape=(min(m.shape(i)),), axis=None), i),),
        lambda a: ("(vec U Vᵀ)ᵀ",), sign="‖·‖∗", infix=True, aliases=("nuclear_norm",), scalar="abs",
        kinks=(ArrayKink(_zero_value, ZERO_VALUE),), samples=RECTANGLES,
    ),
    rule(
        "spectral", lambda a: matrix(a, "the spectral norm")[:0], lambda m, i: m.amax(m.svdvals(i), axis=None),
        _spectral_vjp, lambda a: ("(vec u₁ v₁ᵀ)ᵀ",), sign="‖·‖₂", infix=True, aliases=("spectral_norm",), scalar="abs",
        kinks=(
            ArrayKink(_equal_greatest, "equal greatest singular values: 1/k each"),
            ArrayKink(lambda i: not i.any(), "‖·‖₂′(0) = 0"),
        ),
        samples=RECTANGLES,
    ),
    rule(
        "pinv", lambda a: matrix(a, "pinv")[::-1], lambda m, i: m.pinv(i), _pinv_vjp,
        lambda a: ("−o ⊗ oᵀ" if a[0] == a[1] else "Golub–Pereyra",), sign="·⁺", infix=True,
        aliases=("pseudoinverse",), samples=RECTANGLES,
        kinks=(ArrayKink(_zero_value, "pinv below full rank: the slope along matrices of this rank"),),
    ),
)  # fmt: skip
