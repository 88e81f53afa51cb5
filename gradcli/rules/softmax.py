"""Vectors brought to a common scale: probabilities of scores, entries of mean 0 and spread 1, directions."""

# ruff: noqa: ARG001, ARG005 - every rule takes the namespace and the output, needed or not

from __future__ import annotations

from typing import Any

from gradcli.rules.array_rule import ArrayRule
from gradcli.rules.array_shapes import by_slice
from gradcli.rules.chapter import array_chapter
from gradcli.rules.reductions import kept, spread_like
from gradcli.rules.shape import Mismatch, Shape, normal_axis

rule = array_chapter("normalisation")

AXIS = (("axis", -1),)
EPS = (("eps", 0.0),)


def _softmax_shape(shape: Shape, *, axis: int | None) -> Shape:
    if not shape:
        raise Mismatch("softmax shares 1 among several numbers", "for a single score write σ({0}), its share against 0")
    return kept(shape, axis)


def _rows_shape(shape: Shape, *, eps: float) -> Shape:
    if not shape:
        raise Mismatch("it is brought to one scale with the other entries of its row, and a number has none")
    return shape


def _cosine_shape(a: Shape, b: Shape) -> Shape:
    if a == b and len(a) == 1:
        return ()
    raise Mismatch("an angle is between two vectors of one length", straightened(a, b))


def straightened(a: Shape, b: Shape) -> str | None:
    """How to make the other's vector of an operand that is a matrix of one row or of one column."""
    for place, shape, other in ((0, a, b), (1, b, a)):
        if len(other) == 1 and shape == (*other, 1):
            return f"write {{{place}}}[:, 0] for its column as a vector"
        if len(other) == 1 and shape == (1, *other):
            return f"write {{{place}}}[0] for its row as a vector"
    return None


def _sums(m: Any, i: Any, axis: int | None) -> Any:
    """Every entry replaced by the sum along its axis."""
    return spread_like(m, m.sum(i, axis=axis), i, axis)


def _means(m: Any, i: Any) -> Any:
    """Every entry replaced by the mean of its row."""
    return _sums(m, i, -1) / m.shape(i)[-1]


def _shifted(m: Any, i: Any, axis: int | None) -> Any:
    """The scores less the largest one, so that no exponential overflows."""
    return i - spread_like(m, m.amax(i, axis=axis), i, axis)


def _softmax(m: Any, i: Any, *, axis: int | None) -> Any:
    weights = m.exp(_shifted(m, i, axis))
    return weights / _sums(m, weights, axis)


def _log_softmax(m: Any, i: Any, *, axis: int | None) -> Any:
    shifted = _shifted(m, i, axis)
    return shifted - m.ln(_sums(m, m.exp(shifted), axis))


def _deviation(m: Any, i: Any, eps: float) -> Any:
    return m.sqrt(_means(m, m.square(m.center(i, axis=-1))) + eps)


def _rms(m: Any, i: Any, eps: float) -> Any:
    return m.sqrt(_means(m, m.square(i)) + eps)


def _cosine_vjp(m: Any, g: Any, o: Any, i1: Any, i2: Any) -> tuple[Any, Any]:
    a, b = m.normalize(i1, axis=None), m.normalize(i2, axis=None)
    return g * (b - o * a) / m.norm(i1, axis=None), g * (a - o * b) / m.norm(i2, axis=None)


def _equal_entries(i: Any, *, eps: float) -> str | None:
    if eps == 0 and (i.max(axis=-1) == i.min(axis=-1)).any():
        return "0/0: equal numbers have the standard deviation 0; layer_norm(x, 1e-5) adds 1e-5 to the variance"
    return None


def _only_zeros(i: Any, *, eps: float) -> str | None:
    if eps == 0 and (abs(i).max(axis=-1) == 0).any():
        return "0/0: the root mean square of zeros is 0; rms_norm(x, 1e-5) adds 1e-5 to the mean square"
    return None


def _no_direction(a: Any, b: Any) -> str | None:
    return None if abs(a).max() > 0 and abs(b).max() > 0 else "0 has no direction: its norm is 0"


def _slices(body: str, shape: Shape, axis: int | None) -> str:
    return by_slice(body, shape, axis if axis is None else normal_axis(axis, shape))


def _rows(body: str, shape: Shape) -> str:
    return _slices(body, shape, -1)


SLICES: tuple[tuple[tuple[Shape, ...], dict[str, Any]], ...] = (
    (((3,),), {}), (((2, 3),), {}), (((2, 3),), {"axis": 0}), (((2, 3),), {"axis": None}), (((1, 3),), {}),
    (((3, 1),), {"axis": 0}), (((3, 1),), {}), (((1, 1),), {}), (((2, 3, 2),), {"axis": 1}),
)  # fmt: skip
ROWS: tuple[tuple[tuple[Shape, ...], dict[str, Any]], ...] = (
    (((3,),), {}), (((2, 3),), {}), (((1, 3),), {}), (((3,),), {"eps": 0.5}), (((2, 1),), {"eps": 0.5}),
    (((1, 1),), {"eps": 0.5}), (((2, 3, 4),), {}),
)  # fmt: skip

SOFTMAX: tuple[ArrayRule, ...] = (
    rule(
        "softmax", _softmax_shape, _softmax, lambda m, g, o, i, *, axis: (o * (g - _sums(m, g * o, axis)),),
        lambda a, *, axis: (_slices("diag(o) − o oᵀ", a, axis),), settings=AXIS, samples=SLICES,
    ),
    rule(
        "log_softmax", _softmax_shape, _log_softmax,
        lambda m, g, o, i, *, axis: (g - m.exp(o) * _sums(m, g, axis),),
        lambda a, *, axis: (_slices("I − 𝟏 (e^o)ᵀ", a, axis),), settings=AXIS, aliases=("logsoftmax",),
        samples=SLICES,
    ),
    rule(
        # Without a scale and a shift of its own, which are written around it: c * layer_norm(x) + b.
        "layer_norm", _rows_shape, lambda m, i, *, eps: m.center(i, axis=-1) / _deviation(m, i, eps),
        lambda m, g, o, i, *, eps: ((m.center(g, axis=-1) - o * _means(m, g * o)) / _deviation(m, i, eps),),
        lambda a, *, eps: (_rows("(I − 𝟏𝟏ᵀ/n − o oᵀ/n)/σ", a),), settings=EPS, aliases=("layernorm",),
        fault=_equal_entries, samples=ROWS,
    ),
    rule(
        "rms_norm", _rows_shape, lambda m, i, *, eps: i / _rms(m, i, eps),
        lambda m, g, o, i, *, eps: ((g - o * _means(m, g * o)) / _rms(m, i, eps),),
        lambda a, *, eps: (_rows("(I − o oᵀ/n)/rms", a),), settings=EPS, aliases=("rmsnorm",), fault=_only_zeros,
        samples=ROWS,
    ),
    rule(
        # The cosine of the angle between two vectors.
        "cosine_similarity", _cosine_shape,
        lambda m, i1, i2: m.dot(m.normalize(i1, axis=None), m.normalize(i2, axis=None)), _cosine_vjp,
        lambda a, b: ("(i₂/‖i₂‖ − o i₁/‖i₁‖)ᵀ/‖i₁‖", "(i₁/‖i₁‖ − o i₂/‖i₂‖)ᵀ/‖i₂‖"), arity=2,
        aliases=("cos_similarity",), fault=_no_direction, samples=((((3,), (3,)), {}), (((2,), (2,)), {})),
    ),
)  # fmt: skip
