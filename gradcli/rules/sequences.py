"""What goes along an axis entry by entry: running sums and products, differences, order, convolution."""

# ruff: noqa: ARG001, ARG005 - every rule takes the namespace and the output, needed or not

from __future__ import annotations

from typing import Any

from gradcli.rules.array_rule import REQUIRED, ArrayKink, ArrayRule, Samples
from gradcli.rules.array_shapes import along, by_slice, counted, each_slice, vector
from gradcli.rules.chapter import array_chapter
from gradcli.rules.reductions import ALL_AXES, AXIS, kept, without
from gradcli.rules.shape import Mismatch, Shape, normal_axis
from gradcli.rules.shaping import Slice, picked

rule = array_chapter("sequence")

LAST = (("axis", -1),)


def _running_shape(shape: Shape, *, axis: int | None) -> Shape:
    return (counted(shape, None),) if axis is None else kept(shape, axis)


def _back(m: Any, contribution: Any, i: Any, axis: int | None) -> Any:
    """What was reckoned on all entries row by row, in the shape that they have."""
    return contribution if axis is not None else m.reshape(contribution, shape=m.shape(i))


def _with_one(m: Any, i: Any, axis: int) -> Any:
    """A one in front."""
    place = axis % len(m.shape(i))
    shape = m.shape(i)
    return m.concat(m.ones(shape=(*shape[:place], 1, *shape[place + 1 :])), i, axis=axis)


def _delayed(m: Any, i: Any, axis: int) -> Any:
    """Each entry one place later, 0 at the first."""
    n = counted(m.shape(i), axis)
    return picked(m, m.pad(i, before=1, after=0, axis=axis), axis, Slice(0, n))


def _tail(m: Any, a: Any, g: Any, axis: int) -> Any:
    """The recurrence sₖ = gₖ + aₖ₊₁ sₖ₊₁ from the far end: how recurrences and running products go backward."""
    later = _delayed(m, m.flip(a, axis=axis), axis)
    return m.flip(m.recurrence(later, m.flip(g, axis=axis), axis=axis), axis=axis)


def _before(m: Any, i: Any, axis: int) -> Any:
    """The product of the entries in front of each one."""
    return picked(m, m.cumprod(_with_one(m, i, axis), axis=axis), axis, Slice(0, counted(m.shape(i), axis)))


def _after(m: Any, i: Any, axis: int) -> Any:
    return m.flip(_before(m, m.flip(i, axis=axis), axis), axis=axis)


def _cumprod_vjp(m: Any, g: Any, o: Any, i: Any, *, axis: int | None) -> tuple[Any]:
    # Σ over later outputs of their g times what they are made of but this entry: no division, so zeros are welcome.
    flat, place = along(m, i, axis)
    return (_back(m, _before(m, flat, place) * _tail(m, flat, g, place), i, axis),)


def _others(m: Any, i: Any, *, axis: int | None) -> Any:
    flat, place = along(m, i, axis)
    return _back(m, _before(m, flat, place) * _after(m, flat, place), i, axis)


def _others_vjp(m: Any, g: Any, o: Any, i: Any, *, axis: int | None) -> tuple[Any]:
    flat, place = along(m, i, axis)
    whole, turned = _with_one(m, flat, place), _with_one(m, m.flip(flat, axis=place), place)
    g = m.reshape(g, shape=m.shape(flat))

    def back(upstream: Any, factors: Any) -> Any:
        (late,) = _cumprod_vjp(m, m.pad(upstream, before=0, after=1, axis=place), None, factors, axis=place)
        return picked(m, late, place, Slice(1, None))

    front = back(g * _after(m, flat, place), whole)
    rear = back(m.flip(g * _before(m, flat, place), axis=place), turned)
    return (_back(m, front + m.flip(rear, axis=place), i, axis),)


def _recurrence_vjp(m: Any, g: Any, o: Any, a: Any, b: Any, *, axis: int) -> tuple[Any, Any]:
    s = _tail(m, a, g, axis)
    return s * _delayed(m, o, axis), s


def _middle(n: int) -> tuple[int, int]:
    return (n - 1) // 2, n // 2 + 1


def _median_vjp(m: Any, g: Any, o: Any, i: Any, *, axis: int | None) -> tuple[Any]:
    flat, place = along(m, i, axis)
    place %= len(m.shape(flat))
    shape = m.shape(flat)
    low, high = _middle(shape[place])
    middle = m.spread(g / (high - low), shape=(*shape[:place], high - low, *shape[place + 1 :]), axis=place)
    sorted_g = m.scatter(middle, shape=shape, key=((*(Slice(),) * place, Slice(low, high))))
    return (_back(m, m.restore(sorted_g, flat, axis=place), i, axis),)


def _diff_shape(shape: Shape, *, axis: int) -> Shape:
    place = normal_axis(axis, shape)
    if shape[place] < 2:
        raise Mismatch("differences take two entries at least")
    return (*shape[:place], shape[place] - 1, *shape[place + 1 :])


def _conv1d_shape(x: Shape, w: Shape) -> Shape:
    n, k = vector(x, "conv1d"), vector(w, "conv1d")
    if k > n:
        raise Mismatch(f"a window of {k} entries does not fit into {n}", "did you mean conv1d({1}, {0})?")
    return (n - k + 1,)


def _convolve_shape(x: Shape, w: Shape) -> Shape:
    return (vector(x, "convolve") + vector(w, "convolve") - 1,)


def _same_shape(a: Shape, b: Shape, *, axis: int) -> Shape:
    normal_axis(axis, a)
    if a != b:
        raise Mismatch("they must have one shape")
    return a


def _any_equal(i: Any, *, axis: int) -> bool:
    ordered = i.copy().swapaxes(axis, -1)
    ordered.sort(axis=-1)
    return bool((ordered[..., 1:] == ordered[..., :-1]).any())


def _tied_median(i: Any, *, axis: int | None) -> bool:
    ordered = (i.reshape(-1) if axis is None else i.swapaxes(axis, -1)).copy()
    ordered.sort(axis=-1)
    low, high = _middle(ordered.shape[-1])
    if low == 0:
        return False
    below, above = ordered[..., low - 1] == ordered[..., low], ordered[..., high - 1] == ordered[..., high]
    return bool((below | above).any())


ALONG: Samples = (
    (((3,),), {}), (((4, 3),), {}), (((4, 3),), {"axis": 0}), (((2, 3),), {"axis": 1}), (((1, 3),), {}),
    (((2, 3, 2),), {"axis": 1}),
)  # fmt: skip
SINGLE: Samples = ((((3, 1),), {}), (((1, 1),), {}), (((1,),), {}))
PAIRS_ALONG: Samples = tuple((((s,) * 2), {"axis": -1, **given}) for (s,), given in (*ALONG, *SINGLE))
WINDOWS: Samples = ((((5,), (2,)), {}), (((3,), (3,)), {}), (((4,), (1,)), {}), (((1,), (1,)), {}))

SEQUENCES: tuple[ArrayRule, ...] = (
    rule(
        "cumsum", _running_shape, lambda m, i, *, axis: m.cumsum(i, axis=axis),
        lambda m, g, o, i, *, axis: (
            _back(m, m.flip(m.cumsum(m.flip(g, axis=axis), axis=axis), axis=axis), i, axis),
        ),
        lambda a, *, axis: (each_slice("tril(𝟏𝟏ᵀ)", a, axis),), settings=AXIS, scalar="", samples=ALL_AXES,
    ),
    rule(
        "cumprod", _running_shape, lambda m, i, *, axis: m.cumprod(i, axis=axis), _cumprod_vjp,
        lambda a, *, axis: (by_slice("tril(o (1/i)ᵀ)", a, axis),), settings=AXIS, scalar="", samples=ALL_AXES,
    ),
    rule(
        # For each entry the product of all others: what a product's derivative is, zeros or not.
        "others", lambda a, *, axis: kept(a, axis), _others, _others_vjp,
        lambda a, *, axis: (by_slice("products of all but two", a, axis),), settings=AXIS, listed=False,
        samples=ALL_AXES,
    ),
    rule(
        # oₖ = i₁ₖ oₖ₋₁ + i₂ₖ: backward it is a recurrence again.
        "recurrence", _same_shape, lambda m, i1, i2, *, axis: m.recurrence(i1, i2, axis=axis), _recurrence_vjp,
        lambda a, b, *, axis: (by_slice("tril(∏ i₁) diag(oₖ₋₁)", a, axis), by_slice("tril(∏ i₁)", a, axis)), arity=2,
        settings=(("axis", REQUIRED),), listed=False, samples=PAIRS_ALONG,
    ),
    rule(
        "diff", _diff_shape, lambda m, i, *, axis: m.diff(i, axis=axis),
        lambda m, g, o, i, *, axis: (
            m.pad(g, before=1, after=0, axis=axis) - m.pad(g, before=0, after=1, axis=axis),
        ),
        lambda a, *, axis: (each_slice("([0 I] − [I 0])", a, axis),), settings=LAST, samples=ALONG,
    ),
    rule(
        "sort", lambda a, *, axis: kept(a, axis), lambda m, i, *, axis: m.reorder(i, i, axis=axis),
        lambda m, g, o, i, *, axis: (m.restore(g, i, axis=axis),), lambda a, *, axis: ("permutation",), settings=LAST,
        scalar="", kinks=(ArrayKink(_any_equal, "sort of equal entries: they keep their order"),),
        samples=(*ALONG, *SINGLE),
    ),
    rule(
        # The entries of i₁ in the order that sorts i₂.
        "reorder", _same_shape, lambda m, i1, i2, *, axis: m.reorder(i1, i2, axis=axis),
        lambda m, g, o, i1, i2, *, axis: (m.restore(g, i2, axis=axis), None),
        lambda a, b, *, axis: ("permutation", "0"), arity=2, settings=LAST, listed=False, samples=PAIRS_ALONG,
    ),
    rule(
        # The way back.
        "restore", _same_shape, lambda m, i1, i2, *, axis: m.restore(i1, i2, axis=axis),
        lambda m, g, o, i1, i2, *, axis: (m.reorder(g, i2, axis=axis), None),
        lambda a, b, *, axis: ("permutation", "0"), arity=2, settings=LAST, listed=False, samples=PAIRS_ALONG,
    ),
    rule(
        "median", lambda a, *, axis: without(a, axis), lambda m, i, *, axis: m.median(i, axis=axis), _median_vjp,
        lambda a, *, axis: (by_slice("the middle of the sorted entries", a, axis),), settings=AXIS, scalar="",
        kinks=(ArrayKink(_tied_median, "median among equal entries: the slope goes to the middle one as they stand"),),
        samples=(*ALL_AXES, (((4,),), {}), (((4, 2),), {"axis": 0})),
    ),
    rule(
        # The window is moved over the vector and not turned, as in neural networks.
        "conv1d", _conv1d_shape, lambda m, i1, i2: m.conv1d(i1, i2),
        lambda m, g, o, i1, i2: (m.convolve(g, i2), m.conv1d(i1, g)),
        lambda x, w: ("i₂ in each row, moved", "windows of i₁"), arity=2, aliases=("correlate",), scalar="mul",
        samples=WINDOWS,
    ),
    rule(
        # As polynomials are multiplied.
        "convolve", _convolve_shape, lambda m, i1, i2: m.convolve(i1, i2),
        lambda m, g, o, i1, i2: (m.conv1d(g, i2), m.conv1d(g, i1)),
        lambda x, w: ("i₂ in each column, moved", "i₁ in each column, moved"), arity=2, scalar="mul", samples=WINDOWS,
    ),
)  # fmt: skip
