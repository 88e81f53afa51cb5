"""Lengths of vectors and matrices: over all entries, or along an axis."""

# ruff: noqa: ARG001, ARG005 - every rule takes the namespace and the output, needed or not

from __future__ import annotations

import math
from typing import Any

from gradcli.rules.array_rule import REQUIRED, ArrayKink, ArrayRule
from gradcli.rules.array_shapes import by_slice
from gradcli.rules.chapter import array_chapter
from gradcli.rules.reductions import ALL_AXES, AXIS, kept, not_zero, spread_like, without
from gradcli.rules.shape import Mismatch, Shape

rule = array_chapter("norm")


def _normp_shape(shape: Shape, *, p: float, axis: int | None) -> Shape:
    if not 1 <= p < math.inf:
        raise Mismatch("a p-norm needs a finite p of at least 1", "write norminf({0})" if p == math.inf else None)
    return without(shape, axis)


def _normp(m: Any, i: Any, *, p: float, axis: int | None) -> Any:
    # In units of the largest entry no power overflows.
    top = m.norminf(i, axis=axis)
    unit = spread_like(m, not_zero(m, top), i, axis)
    return top * m.pow(m.sum(m.pow(m.abs(i / unit), p), axis=axis), 1 / p)


def _normp_vjp(m: Any, g: Any, o: Any, i: Any, *, p: float, axis: int | None) -> tuple[Any]:
    share = i / spread_like(m, not_zero(m, o), i, axis)
    # The square is smooth where |i| is not.
    slope = share if p == 2 else m.sign(i) * m.pow(m.abs(share), p - 1)
    return (spread_like(m, g, i, axis) * slope,)


def _normalize_vjp(m: Any, g: Any, o: Any, i: Any, *, axis: int | None) -> tuple[Any]:
    across = g - o * spread_like(m, m.sum(g * o, axis=axis), i, axis)
    return (across / spread_like(m, m.norm(i, axis=axis), i, axis),)


def _zero(i: Any, *, axis: int | None, **settings: Any) -> bool:
    return bool((abs(i).max(axis=axis) == 0).any())


def _zero_entry(i: Any, **settings: Any) -> bool:
    return bool((i == 0).any())


def _tied(i: Any, *, axis: int | None) -> bool:
    top = abs(i).max(axis=axis, keepdims=True)
    return bool((((abs(i) == top) & (top > 0)).sum(axis=axis) > 1).any())


NORMS: tuple[ArrayRule, ...] = (
    rule(
        "norm", lambda a, *, axis: without(a, axis), lambda m, i, *, axis: m.norm(i, axis=axis),
        lambda m, g, o, i, *, axis: (spread_like(m, g, i, axis) * (i / spread_like(m, not_zero(m, o), i, axis)),),
        lambda a, *, axis: (by_slice("iᵀ/o", a, axis),), sign="‖·‖", settings=AXIS, scalar="abs",
        aliases=("norm2",), by_name=True, kinks=(ArrayKink(_zero, "‖·‖′(0) = 0"),), samples=ALL_AXES,
    ),
    rule(
        "norm1", lambda a, *, axis: without(a, axis), lambda m, i, *, axis: m.sum(m.abs(i), axis=axis),
        lambda m, g, o, i, *, axis: (spread_like(m, g, i, axis) * m.sign(i),),
        lambda a, *, axis: (by_slice("sign(i)ᵀ", a, axis),), sign="‖·‖₁", infix=True, settings=AXIS, scalar="abs",
        kinks=(ArrayKink(_zero_entry, "|·|′(0) = 0"),), samples=ALL_AXES,
    ),
    rule(
        "norminf", lambda a, *, axis: without(a, axis), lambda m, i, *, axis: m.amax(m.abs(i), axis=axis),
        lambda m, g, o, i, *, axis: (spread_like(m, g, i, axis) * (m.sign(i) * m.winners(m.abs(i), axis=axis)),),
        lambda a, *, axis: (by_slice("(sign(i) [|i| = o])ᵀ", a, axis),), sign="‖·‖∞", infix=True, settings=AXIS,
        scalar="abs", samples=ALL_AXES,
        kinks=(ArrayKink(_tied, "‖·‖∞ with k largest entries: 1/k each"), ArrayKink(_zero, "‖·‖∞′(0) = 0")),
    ),
    rule(
        "normp", _normp_shape, _normp, _normp_vjp,
        lambda a, *, p, axis: (by_slice("(sign(i) |i/o|^(p − 1))ᵀ", a, axis),),
        settings=(("p", REQUIRED), ("axis", None)), scalar="abs",
        samples=(*((shapes, {"p": p, **given}) for p in (3, 2) for shapes, given in ALL_AXES), (((3,),), {"p": 1}),
                 (((3,),), {"p": 1.5})),
        kinks=(
            ArrayKink(_zero, "‖·‖ₚ′(0) = 0"),
            ArrayKink(lambda i, *, p, axis: p == 1 and _zero_entry(i), "|·|′(0) = 0"),
        ),
    ),
    rule(
        # The direction.
        "normalize", lambda a, *, axis: kept(a, axis),
        lambda m, i, *, axis: i / spread_like(m, m.norm(i, axis=axis), i, axis), _normalize_vjp,
        lambda a, *, axis: (by_slice("(I − o oᵀ)/‖i‖", a, axis),), settings=AXIS,
        aliases=("unit",), samples=ALL_AXES,
        fault=lambda i, *, axis: "0 has no direction: its norm is 0" if _zero(i, axis=axis) else None,
    ),
)  # fmt: skip
