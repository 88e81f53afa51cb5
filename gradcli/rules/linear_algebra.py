"""Products of vectors and matrices."""

# ruff: noqa: ARG001, ARG005 - every rule takes the namespace and the output, needed or not

from __future__ import annotations

from typing import Any

from gradcli.rules.array_rule import ArrayRule, Each
from gradcli.rules.array_shapes import matrix, square, vector
from gradcli.rules.chapter import array_chapter
from gradcli.rules.shape import Mismatch, Shape

rule = array_chapter("linear algebra")


def _dot_shape(a: Shape, b: Shape) -> Shape:
    n, k = vector(a, "a dot product"), vector(b, "a dot product")
    if n != k:
        longer = "{0}" if n > k else "{1}"
        raise Mismatch("a dot product takes vectors of one length", f"did you mean the part {longer}[:{min(n, k)}]?")
    return ()


def _matvec_shape(a: Shape, x: Shape) -> Shape:
    matrix(a, "this product")
    vector(x, "this product")
    if a[1] != x[0]:
        transposed = "did you mean {0}' @ {1}?" if a[0] == x[0] else f"give {{1}} {a[1]} entries"
        raise Mismatch(f"each row of {{0}} has {a[1]} entries, and {{1}} has {x[0]}", transposed)
    return (a[0],)


def _vecmat_shape(x: Shape, a: Shape) -> Shape:
    vector(x, "this product")
    matrix(a, "this product")
    if x[0] != a[0]:
        transposed = "did you mean {1} @ {0}?" if x[0] == a[1] else None
        raise Mismatch(f"each column of {{1}} has {a[0]} entries, and {{0}} has {x[0]}", transposed)
    return (a[1],)


def _matmul_shape(a: Shape, b: Shape) -> Shape:
    matrix(a, "a matrix product")
    matrix(b, "a matrix product")
    if a[1] != b[0]:
        repair = None
        if a[0] == b[0]:
            repair = "did you mean {0}' @ {1}?"
        elif a[1] == b[1]:
            repair = "did you mean {0} @ {1}'?"
        elif a[0] == b[1]:
            repair = "did you mean {1} @ {0}?"
        raise Mismatch(f"the inner sizes {a[1]} and {b[0]} differ", repair)
    return (a[0], b[1])


def _kron_shape(a: Shape, b: Shape) -> Shape:
    if len(a) != len(b) or len(a) not in (1, 2):
        raise Mismatch("kron takes two vectors or two matrices", "write [v] for a row, [v]' for a column")
    return tuple(n * k for n, k in zip(a, b, strict=True))


def _kron_vjp(m: Any, g: Any, o: Any, i1: Any, i2: Any) -> tuple[Any, Any]:
    a, b = m.shape(i1), m.shape(i2)
    # Each axis of the result counts blocks and, inside them, entries: taken apart, it is a product entry by entry.
    blocks = m.reshape(g, shape=tuple(size for pair in zip(a, b, strict=True) for size in pair))
    outer = m.reshape(i1, shape=tuple(size for n in a for size in (n, 1)))
    inner = m.reshape(i2, shape=tuple(size for n in b for size in (1, n)))
    by_outer, by_inner = blocks * inner, blocks * outer
    for k in range(len(a)):
        by_outer, by_inner = m.sum(by_outer, axis=k + 1), m.sum(by_inner, axis=k)
    return by_outer, by_inner


def _column_shape(a: Shape) -> Shape:
    if matrix(a, "as_column")[0] != 1:
        raise Mismatch("only a matrix of one row becomes a column")
    return a[1:]


def _cross_shape(a: Shape, b: Shape) -> Shape:
    if (vector(a, "a cross product"), vector(b, "a cross product")) != (3, 3):
        raise Mismatch("a cross product takes vectors of 3 entries")
    return a


LINEAR_ALGEBRA: tuple[ArrayRule, ...] = (
    rule(
        "dot", _dot_shape, lambda m, i1, i2: m.dot(i1, i2), lambda m, g, o, i1, i2: (g * i2, g * i1),
        lambda a, b: ("i₂ᵀ", "i₁ᵀ"), sign="· · ·", infix=True, arity=2, scalar="mul",
        samples=((((3,), (3,)), {}), (((1,), (1,)), {})),
    ),
    rule(
        "matvec", _matvec_shape, lambda m, i1, i2: m.matmul(i1, i2),
        Each(lambda m, g, o, i1, i2: m.outer(g, i2), lambda m, g, o, i1, i2: m.matvec(m.transpose(i1), g)),
        lambda a, x: ("I ⊗ i₂ᵀ", "i₁"), sign="· @ ·", infix=True, arity=2, listed=False,
        samples=((((2, 3), (3,)), {}), (((1, 3), (3,)), {}), (((3, 1), (1,)), {}), (((1, 1), (1,)), {})),
    ),
    rule(
        "vecmat", _vecmat_shape, lambda m, i1, i2: m.matmul(i1, i2),
        Each(lambda m, g, o, i1, i2: m.matvec(i2, g), lambda m, g, o, i1, i2: m.outer(i1, g)),
        lambda x, a: ("i₂ᵀ", "i₁ᵀ ⊗ I"), sign="·ᵀ @ ·", infix=True, arity=2, listed=False,
        samples=((((2,), (2, 3)), {}), (((3,), (3, 1)), {}), (((1,), (1, 3)), {}), (((1,), (1, 1)), {})),
    ),
    rule(
        "matmul", _matmul_shape, lambda m, i1, i2: m.matmul(i1, i2),
        Each(lambda m, g, o, i1, i2: m.matmul(g, m.transpose(i2)),
             lambda m, g, o, i1, i2: m.matmul(m.transpose(i1), g)),
        lambda a, b: ("I ⊗ i₂ᵀ", "i₁ ⊗ I"), sign="· @ ·", infix=True, arity=2,
        samples=((((2, 3), (3, 4)), {}), (((1, 3), (3, 1)), {}), (((3, 1), (1, 3)), {}), (((1, 1), (1, 1)), {})),
    ),
    rule(
        "outer", lambda a, b: (vector(a, "outer"), vector(b, "outer")), lambda m, i1, i2: m.outer(i1, i2),
        lambda m, g, o, i1, i2: (m.matvec(g, i2), m.vecmat(i1, g)),
        lambda a, b: ("I ⊗ i₂", "i₁ ⊗ I"), sign="· ·ᵀ", infix=True, arity=2, scalar="mul",
        samples=((((2,), (3,)), {}), (((1,), (3,)), {}), (((1,), (1,)), {})),
    ),
    rule(
        "transpose", lambda a: a[::-1], lambda m, i: m.transpose(i), lambda m, g, o, i: (m.transpose(g),),
        lambda a: ("permutation",), sign="·ᵀ", infix=True, scalar="",
        samples=((((2, 3),), {}), (((1, 3),), {}), (((3, 1),), {}), (((1, 1),), {})),
    ),
    rule(
        # A vector is a column; laid down it is a matrix of one row.
        "as_row", lambda a: (1, vector(a, "as_row")), lambda m, i: m.reshape(i, shape=(1, *m.shape(i))),
        lambda m, g, o, i: (m.as_column(g),), lambda a: ("I",), sign="·ᵀ", infix=True, listed=False,
        samples=((((3,),), {}), (((1,),), {})),
    ),
    rule(
        "as_column", _column_shape, lambda m, i: m.reshape(i, shape=m.shape(i)[1:]),
        lambda m, g, o, i: (m.as_row(g),), lambda a: ("I",), sign="·ᵀ", infix=True, listed=False,
        samples=((((1, 3),), {}), (((1, 1),), {})),
    ),
    rule(
        "trace", lambda a: (square(a, "a trace"),)[:0], lambda m, i: m.trace(i),
        lambda m, g, o, i: (g * m.eye(n=m.shape(i)[0]),), lambda a: ("(vec I)ᵀ",), sign="tr(·)", aliases=("tr",),
        scalar="", samples=((((3, 3),), {}), (((1, 1),), {})),
    ),
    rule(
        "kron", _kron_shape, lambda m, i1, i2: m.kron(i1, i2), _kron_vjp,
        lambda a, b: ("I ⊗ i₂", "i₁ ⊗ I") if len(a) == 1 else ("P (I ⊗ vec i₂)", "P (vec i₁ ⊗ I)"), sign="· ⊗ ·",
        infix=True, arity=2, scalar="mul",
        samples=((((2,), (3,)), {}), (((2, 3), (3, 2)), {}), (((1, 3), (2, 1)), {}), (((1, 1), (1, 1)), {})),
    ),
    rule(
        "cross", _cross_shape, lambda m, i1, i2: m.cross(i1, i2),
        lambda m, g, o, i1, i2: (m.cross(i2, g), m.cross(g, i1)), lambda a, b: ("−[i₂]ₓ", "[i₁]ₓ"), arity=2,
        samples=((((3,), (3,)), {}),),
    ),
)  # fmt: skip
