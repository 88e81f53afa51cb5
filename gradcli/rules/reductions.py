"""Sums, means and whatever else makes one number of many: over all entries, or along an axis."""

# ruff: noqa: ARG001, ARG005 - every rule takes the namespace and the output, needed or not

from __future__ import annotations

import math
from typing import Any

from gradcli.rules.array_rule import REQUIRED, ArrayKink, ArrayRule, Samples
from gradcli.rules.array_shapes import by_slice, counted, each_slice
from gradcli.rules.binary import tie_convention
from gradcli.rules.chapter import array_chapter
from gradcli.rules.shape import Mismatch, Shape, normal_axis

rule = array_chapter("reduction")

AXIS = (("axis", None),)


def without(shape: Shape, axis: int | None) -> Shape:
    """The shape that is left when an axis, or every one, has been summed over."""
    if axis is None:
        return ()
    place = normal_axis(axis, shape)
    return shape[:place] + shape[place + 1 :]


def kept(shape: Shape, axis: int | None) -> Shape:
    """The shape itself, once the axis is known to exist."""
    without(shape, axis)
    return shape


def count(m: Any, i: Any, axis: int | None) -> int:
    """How many entries go into each sum."""
    return counted(m.shape(i), axis)


def spread_like(m: Any, i: Any, like: Any, axis: int | None) -> Any:
    """What a reduction along the axis gave, repeated to the shape of what went in."""
    return m.spread(i, shape=m.shape(like), axis=axis)


def not_zero(m: Any, i: Any) -> Any:
    """A divisor with 1 for 0, for where the numerator is 0 as well and the quotient 0 by convention."""
    return m.where(m.eq(i, 0), 1, i)


def _spread_shape(g: Shape, *, shape: Shape, axis: int | None) -> Shape:
    if g != without(shape, axis):
        raise Mismatch("it cannot be spread to that shape")
    return shape


def _var_shape(shape: Shape, *, axis: int | None, ddof: float) -> Shape:
    n = counted(shape, axis)
    if n - ddof <= 0:
        raise Mismatch(f"{n} entr{'y' if n == 1 else 'ies'} and ddof = {ddof:g} leave nothing to divide by",
                       "leave ddof away to divide by n" if ddof else None)  # fmt: skip
    return without(shape, axis)


def _free(m: Any, i: Any, axis: int | None, ddof: float) -> float:
    return count(m, i, axis) - ddof


def _center(m: Any, i: Any, *, axis: int | None) -> Any:
    # Taken from the least entry first, equal entries come out as exactly 0.
    shifted = i - spread_like(m, m.amin(i, axis=axis), i, axis)
    return shifted - spread_like(m, m.mean(shifted, axis=axis), i, axis)


def _logsumexp(m: Any, i: Any, *, axis: int | None) -> Any:
    top = m.amax(i, axis=axis)
    top = m.where(m.abs(top) < math.inf, top, 0)
    return top + m.ln(m.sum(m.exp(i - spread_like(m, top, i, axis)), axis=axis))


def _winners(m: Any, i: Any, *, axis: int | None) -> Any:
    equal = m.where(m.eq(i, spread_like(m, m.amax(i, axis=axis), i, axis)), 1.0, 0.0)
    if m.ties == "split":
        return equal / spread_like(m, m.sum(equal, axis=axis), i, axis)
    if m.ties == "first":
        return equal * m.eq(m.reshape(m.cumsum(equal, axis=axis), shape=m.shape(i)), 1)
    return equal


def _tied(i: Any, *, axis: int | None, **settings: Any) -> bool:
    return bool(((i == i.max(axis=axis, keepdims=True)).sum(axis=axis) > 1).any())


def _equal(i: Any, *, axis: int | None, **settings: Any) -> bool:
    return bool((i.max(axis=axis) == i.min(axis=axis)).any())


def _nothing(i: Any, *, axis: int | None) -> str | None:
    return "ln of 0: every entry is −∞" if (i.max(axis=axis) == -math.inf).any() else None


ALL_AXES: Samples = (
    (((3,),), {}), (((2, 3),), {}), (((2, 3),), {"axis": 0}), (((2, 3),), {"axis": -1}), (((1, 3),), {"axis": 0}),
    (((3, 1),), {"axis": 0}), (((1, 1),), {}), (((3,),), {"axis": 0}), (((2, 3, 2),), {"axis": 1}),
)  # fmt: skip
WITH_NUMBER = ((((),), {}), *ALL_AXES)
SPREADS = ((((),), {"shape": (2, 3), "axis": None}), (((3,),), {"shape": (2, 3), "axis": 0}),
           (((2,),), {"shape": (2, 3), "axis": -1}), (((),), {"shape": (3,), "axis": 0}))  # fmt: skip
DDOF = (*ALL_AXES, (((3,),), {"ddof": 1}), (((2, 3),), {"axis": 0, "ddof": 1}), (((2, 3),), {"axis": 1, "ddof": 1.5}))
# One number alone has no spread, and a kink there.
SPREAD_OUT = tuple(((shape,), given) for (shape,), given in DDOF if counted(shape, given.get("axis")) > 1)

REDUCTIONS: tuple[ArrayRule, ...] = (
    rule(
        "sum", lambda a, *, axis: without(a, axis), lambda m, i, *, axis: m.sum(i, axis=axis),
        lambda m, g, o, i, *, axis: (spread_like(m, g, i, axis),), lambda a, *, axis: (each_slice("𝟏ᵀ", a, axis),),
        settings=AXIS, aliases=("Σ", "∑"), scalar="", samples=WITH_NUMBER,
    ),
    rule(
        # The same number to every entry that went into a sum.
        "spread", _spread_shape, lambda m, i, *, shape, axis: m.spread(i, shape=shape, axis=axis),
        lambda m, g, o, i, *, shape, axis: (m.sum(g, axis=axis),),
        lambda a, *, shape, axis: (each_slice("𝟏", shape, axis),), settings=(("shape", REQUIRED), ("axis", None)),
        listed=False, samples=SPREADS,
    ),
    rule(
        "mean", lambda a, *, axis: without(a, axis), lambda m, i, *, axis: m.sum(i, axis=axis) / count(m, i, axis),
        lambda m, g, o, i, *, axis: (spread_like(m, g / count(m, i, axis), i, axis),),
        lambda a, *, axis: (each_slice("𝟏ᵀ/n", a, axis),), settings=AXIS, aliases=("average", "avg"), scalar="",
        samples=WITH_NUMBER,
    ),
    rule(
        "prod", lambda a, *, axis: without(a, axis), lambda m, i, *, axis: m.prod(i, axis=axis),
        lambda m, g, o, i, *, axis: (spread_like(m, g, i, axis) * m.others(i, axis=axis),),
        lambda a, *, axis: (by_slice("(o/i)ᵀ", a, axis),), settings=AXIS, aliases=("product", "Π", "∏"), scalar="",
        samples=WITH_NUMBER,
    ),
    rule(
        "amax", lambda a, *, axis: without(a, axis), lambda m, i, *, axis: m.amax(i, axis=axis),
        lambda m, g, o, i, *, axis: (spread_like(m, g, i, axis) * m.winners(i, axis=axis),),
        lambda a, *, axis: (by_slice("[i = o]ᵀ", a, axis),), sign="max(·)", settings=AXIS, scalar="",
        aliases=("max", "maximum"), kinks=(ArrayKink(_tied, tie_convention("max", "split")),), samples=WITH_NUMBER,
    ),
    rule(
        "amin", lambda a, *, axis: without(a, axis), lambda m, i, *, axis: m.amin(i, axis=axis),
        lambda m, g, o, i, *, axis: (spread_like(m, g, i, axis) * m.winners(-i, axis=axis),),
        lambda a, *, axis: (by_slice("[i = o]ᵀ", a, axis),), sign="min(·)", settings=AXIS, scalar="",
        aliases=("min", "minimum"), samples=WITH_NUMBER,
        kinks=(ArrayKink(lambda i, *, axis: _tied(-i, axis=axis), tie_convention("min", "split")),),
    ),
    rule(
        # The share of each entry in the maximum; what equal ones get is the namespace's `ties`.
        "winners", lambda a, *, axis: kept(a, axis), _winners, lambda m, g, o, i, *, axis: (None,),
        lambda a, *, axis: ("0",), settings=AXIS, listed=False, constant=True, samples=ALL_AXES,
    ),
    rule(
        "argmax", lambda a, *, axis: without(a, axis), lambda m, i, *, axis: m.argmax(i, axis=axis),
        lambda m, g, o, i, *, axis: (None,), lambda a, *, axis: ("0",), settings=AXIS, constant=True,
        kinks=(ArrayKink(_tied, "argmax of equal entries: the first; derivative 0"),), samples=ALL_AXES,
    ),
    rule(
        "argmin", lambda a, *, axis: without(a, axis), lambda m, i, *, axis: m.argmax(-i, axis=axis),
        lambda m, g, o, i, *, axis: (None,), lambda a, *, axis: ("0",), settings=AXIS, constant=True, samples=ALL_AXES,
        kinks=(ArrayKink(lambda i, *, axis: _tied(-i, axis=axis), "argmin of equal entries: the first; derivative 0"),),
    ),
    rule(
        # Every entry less the mean; the matrix of this is symmetric.
        "center", lambda a, *, axis: kept(a, axis), _center, lambda m, g, o, i, *, axis: (m.center(g, axis=axis),),
        lambda a, *, axis: (each_slice("(I − 𝟏𝟏ᵀ/n)", a, axis),), settings=AXIS, listed=False, samples=ALL_AXES,
    ),
    rule(
        "var", _var_shape,
        lambda m, i, *, axis, ddof: m.sum(m.square(m.center(i, axis=axis)), axis=axis) / _free(m, i, axis, ddof),
        lambda m, g, o, i, *, axis, ddof: (
            spread_like(m, g, i, axis) * 2 * m.center(i, axis=axis) / _free(m, i, axis, ddof),
        ),
        lambda a, *, axis, ddof: (by_slice("2(i − mean)ᵀ/(n − ddof)" if ddof else "2(i − mean)ᵀ/n", a, axis),),
        settings=(("axis", None), ("ddof", 0)), aliases=("variance",), samples=DDOF,
    ),
    rule(
        "std", _var_shape,
        lambda m, i, *, axis, ddof: (
            m.norm(m.center(i, axis=axis), axis=axis) / math.sqrt(_free(m, i, axis, ddof))
        ),
        lambda m, g, o, i, *, axis, ddof: (
            spread_like(m, g / not_zero(m, o), i, axis) * m.center(i, axis=axis) / _free(m, i, axis, ddof),
        ),
        lambda a, *, axis, ddof: (by_slice("(i − mean)ᵀ/((n − ddof) o)" if ddof else "(i − mean)ᵀ/(n o)", a, axis),),
        settings=(("axis", None), ("ddof", 0)), aliases=("stddev",), samples=SPREAD_OUT,
        kinks=(ArrayKink(_equal, "std of equal numbers: slope 0"),),
    ),
    rule(
        "logsumexp", lambda a, *, axis: without(a, axis), _logsumexp,
        lambda m, g, o, i, *, axis: (spread_like(m, g, i, axis) * m.exp(i - spread_like(m, o, i, axis)),),
        lambda a, *, axis: (by_slice("(e^(i − o))ᵀ", a, axis),), settings=AXIS, scalar="", aliases=("lse",),
        fault=_nothing, samples=WITH_NUMBER,
    ),
)  # fmt: skip
