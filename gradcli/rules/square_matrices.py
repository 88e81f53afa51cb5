"""What belongs to a square matrix: determinant, inverse, powers, the exponential."""

# ruff: noqa: ARG001, ARG005 - every rule takes the namespace and the output, needed or not

from __future__ import annotations

from typing import Any

from gradcli.rules.array_rule import REQUIRED, ArrayRule, Samples
from gradcli.rules.array_shapes import square, square_shape
from gradcli.rules.chapter import array_chapter
from gradcli.rules.shape import Mismatch, Shape
from gradcli.rules.shaping import Slice

rule = array_chapter("linear algebra")

SINGULAR = "the matrix is singular: its determinant is 0"


def _singular(i: Any, *others: Any) -> str | None:
    from gradcli.rules.matrix_functions import is_singular  # NumPy is imported when it is needed

    return SINGULAR if is_singular(i) else None


def _det_shape(a: Shape) -> Shape:
    square(a, "a determinant")
    return ()


def _cofactor_vjp(m: Any, g: Any, o: Any, i: Any) -> tuple[Any]:
    n = m.shape(i)[0]
    if n == 1:
        return (0 * g,)
    if n == 2:
        return (m.cofactor(g),)
    # Each cofactor is the determinant of a minor, whose slopes are cofactors of the minor: right for any matrix.
    total = 0 * g
    for row in range(n):
        for column in range(n):
            upstream = m.index(g, key=(row, column)) * (-1) ** (row + column)
            part = upstream * m.cofactor(m.minor(i, row=row, column=column))
            total = total + m.bordered(part, row=row, column=column)
    return (total,)


def _minor_shape(a: Shape, *, row: int, column: int) -> Shape:
    n = square(a, "minors")
    if n == 1:
        raise Mismatch("a matrix of one entry has no minors")
    return _within(n, n - 1, row, column)


def _bordered_shape(a: Shape, *, row: int, column: int) -> Shape:
    n = square(a, "borders") + 1
    return _within(n, n, row, column)


def _within(n: int, size: int, *places: int) -> Shape:
    if not all(0 <= place < n for place in places):
        raise Mismatch(f"rows and columns are counted from 0 to {n - 1}")
    return (size, size)


def _solve_shape(a: Shape, b: Shape) -> Shape:
    if len(a) == 1 and len(b) == 2:
        raise Mismatch("the matrix comes first", "did you mean solve({1}, {0})?")
    n = square(a, "a solution for every right-hand side")
    if not b or len(b) > 2:
        raise Mismatch("the right-hand side must be a vector or a matrix")
    if b[0] != n:
        fits = len(b) == 2 and b[1] == n
        raise Mismatch(f"{{0}} has {n} rows, and the right-hand side {{1}} has {b[0]}",
                       "did you mean solve({0}, {1}')?" if fits else None)  # fmt: skip
    return b


def _solve_vjp(m: Any, g: Any, o: Any, i1: Any, i2: Any) -> tuple[Any, Any]:
    b = m.solve(m.transpose(i1), g)
    return -(m.outer(b, o) if len(m.shape(i2)) == 1 else m.matmul(b, m.transpose(o))), b


def _power_back(m: Any, g: Any, t: Any, n: int) -> Any:
    """The sum of tᵏ g tⁿ⁻¹⁻ᵏ over k, for n ≥ 1: doubled and lengthened by one, as the bits of n say."""
    total, done = g, 1
    for bit in bin(n)[3:]:
        power = m.matpow(t, n=done)
        total, done = m.matmul(power, total) + m.matmul(total, power), 2 * done
        if bit == "1":
            total, done = m.matmul(t, total) + m.matmul(g, m.matpow(t, n=done)), done + 1
    return total


def _matpow_vjp(m: Any, g: Any, o: Any, i: Any, *, n: int) -> tuple[Any]:
    if n == 0:
        return (0 * g,)
    if n > 0:
        return (_power_back(m, g, m.transpose(i), n),)
    t = m.transpose(m.inv(i))
    return (-m.matmul(t, m.matmul(_power_back(m, g, t, -n), t)),)


def _matpow_structure(a: Shape, *, n: int) -> tuple[str]:
    if n == 0:
        return ("0",)
    return ("Σₖ iᵏ ⊗ (iⁿ⁻¹⁻ᵏ)ᵀ" if n > 0 else "−Σₖ i⁻ᵏ ⊗ (iⁿ⁻¹⁺ᵏ)ᵀ",)


def _expm_vjp(m: Any, g: Any, o: Any, i: Any) -> tuple[Any]:
    # The exponential of [[Aᵀ, G], [0, Aᵀ]] holds the derivative at Aᵀ in the direction G.
    n = m.shape(i)[0]
    t = m.transpose(i)
    upper, lower = m.concat(t, g, axis=1), m.concat(m.zeros(shape=(n, n)), t, axis=1)
    return (m.index(m.expm(m.concat(upper, lower, axis=0)), key=(Slice(0, n), Slice(n, 2 * n))),)


SIZES: Samples = ((((2, 2),), {}), (((3, 3),), {}), (((4, 4),), {}), (((1, 1),), {}))
PLACES = ({"row": 0, "column": 0}, {"row": 1, "column": 2}, {"row": 2, "column": 0})

SQUARE_MATRICES: tuple[ArrayRule, ...] = (
    rule(
        "det", _det_shape, lambda m, i: m.det(i), lambda m, g, o, i: (g * m.cofactor(i),),
        lambda a: ("(vec cof(i))ᵀ",), aliases=("determinant",), scalar="", samples=SIZES,
    ),
    rule(
        # det(A) A⁻ᵀ, also where there is no inverse.
        "cofactor", lambda a: square_shape(a, "cofactors"), lambda m, i: m.cofactor(i), _cofactor_vjp,
        lambda a: ("second derivatives of det",), sign="cof(·)", aliases=("cof",), samples=SIZES,
    ),
    rule(
        # The matrix without a row and a column.
        "minor", _minor_shape, lambda m, i, *, row, column: m.minor(i, row=row, column=column),
        lambda m, g, o, i, *, row, column: (m.bordered(g, row=row, column=column),),
        lambda a, *, row, column: ("rows of I",), settings=(("row", REQUIRED), ("column", REQUIRED)), listed=False,
        samples=tuple((((3, 3),), place) for place in PLACES),
    ),
    rule(
        # The matrix with a row and a column of zeros put in.
        "bordered", _bordered_shape,
        lambda m, i, *, row, column: m.bordered(i, row=row, column=column),
        lambda m, g, o, i, *, row, column: (m.minor(g, row=row, column=column),),
        lambda a, *, row, column: ("columns of I",), settings=(("row", REQUIRED), ("column", REQUIRED)), listed=False,
        samples=tuple((((2, 2),), place) for place in PLACES),
    ),
    rule(
        "inv", lambda a: square_shape(a, "an inverse"), lambda m, i: m.inv(i),
        lambda m, g, o, i: (-m.matmul(m.transpose(o), m.matmul(g, m.transpose(o))),), lambda a: ("−o ⊗ oᵀ",),
        sign="·⁻¹", infix=True, aliases=("inverse",), fault=_singular, scalar="recip", samples=SIZES,
    ),
    rule(
        "logdet", _det_shape, lambda m, i: m.logdet(i), lambda m, g, o, i: (g * m.transpose(m.inv(i)),),
        lambda a: ("(vec i⁻ᵀ)ᵀ",), sign="ln|det(·)|", infix=True, fault=_singular, samples=SIZES,
    ),
    rule(
        "solve", _solve_shape, lambda m, i1, i2: m.solve(i1, i2), _solve_vjp,
        lambda a, b: ("−i₁⁻¹ ⊗ oᵀ", "i₁⁻¹" if len(b) == 1 else "i₁⁻¹ ⊗ I"), arity=2, fault=_singular,
        samples=((((3, 3), (3,)), {}), (((2, 2), (2, 3)), {}), (((3, 3), (3, 1)), {}), (((1, 1), (1,)), {}),
                 (((1, 1), (1, 1)), {})),
    ),
    rule(
        "matpow", lambda a, *, n: square_shape(a, "powers"), lambda m, i, *, n: m.matpow(i, n=n), _matpow_vjp,
        _matpow_structure, settings=(("n", REQUIRED),), fault=lambda i, *, n: _singular(i) if n < 0 else None,
        samples=(*((((2, 2),), {"n": n}) for n in range(-3, 8)), (((3, 3),), {"n": 3}), (((1, 1),), {"n": -1})),
    ),
    rule(
        "expm", lambda a: square_shape(a, "an exponential"), lambda m, i: m.expm(i), _expm_vjp,
        lambda a: ("∫₀¹ e^(t i) ⊗ (e^((1 − t) i))ᵀ dt",), scalar="exp", samples=SIZES,
    ),
)  # fmt: skip
