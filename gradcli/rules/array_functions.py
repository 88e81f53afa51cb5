"""What array rules are computed with: the functions of NumPy, under the names of the table and with its settings."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy

from gradcli.rules import matrix_functions
from gradcli.rules.shaping import Slice

if TYPE_CHECKING:
    from gradcli.rules.shape import Shape
    from gradcli.rules.shaping import Key


def _picked(key: Key) -> tuple[int | slice, ...]:
    return tuple(slice(*at) if isinstance(at, Slice) else at for at in key)


def _spread(i: Any, *, shape: Shape, axis: int | None = None) -> Any:
    kept = i if axis is None else numpy.expand_dims(i, axis)
    return numpy.broadcast_to(kept, shape)


def _scatter(i: Any, *, shape: Shape, key: Key) -> Any:
    whole = numpy.zeros(shape)
    whole[_picked(key)] = i
    return whole


def _concat(*i: Any, axis: int = 0) -> Any:
    return numpy.concatenate([numpy.atleast_1d(x) for x in i], axis=axis)


def _pad(i: Any, *, before: int = 1, after: int | None = None, axis: int | None = None) -> Any:
    width = (before, before if after is None else after)
    places = range(numpy.ndim(i)) if axis is None else (axis % numpy.ndim(i),)
    return numpy.pad(i, [width if place in places else (0, 0) for place in range(numpy.ndim(i))])


def _norm(i: Any, *, axis: int | None = None) -> Any:
    top = numpy.max(numpy.abs(i), axis=axis, keepdims=True)
    # In units of a power of two no square overflows, and nothing is rounded.
    unit = numpy.where((top > 0) & (top < numpy.inf), numpy.exp2(numpy.frexp(top)[1] - 1.0), 1.0)
    return numpy.sqrt(numpy.sum(numpy.square(i / unit), axis=axis)) * unit.reshape(numpy.shape(numpy.sum(i, axis=axis)))


def _recurrence(i1: Any, i2: Any, *, axis: int) -> Any:
    factors, terms = numpy.moveaxis(i1, axis, 0), numpy.moveaxis(i2, axis, 0)
    result = numpy.empty(terms.shape)
    last = numpy.zeros(terms.shape[1:])
    for k in range(len(terms)):
        # The first has nothing before it, and 0 · ∞ must not make something of that.
        last = result[k] = factors[k] * last + terms[k] if k else terms[0]
    return numpy.moveaxis(result, 0, axis)


def _order(i: Any, axis: int) -> Any:
    return numpy.argsort(i, axis=axis, kind="stable")


def _reorder(i1: Any, i2: Any, *, axis: int = -1) -> Any:
    return numpy.take_along_axis(i1, _order(i2, axis), axis=axis) if numpy.ndim(i1) else i1


def _restore(i1: Any, i2: Any, *, axis: int = -1) -> Any:
    back = numpy.argsort(_order(i2, axis), axis=axis, kind="stable")
    return numpy.take_along_axis(i1, back, axis=axis) if numpy.ndim(i1) else i1


def _argmax(i: Any, *, axis: int | None = None) -> Any:
    return numpy.argmax(i, axis=axis) + 0.0


ARRAY_FUNCTIONS: dict[str, Callable[..., Any]] = {
    "shape": numpy.shape,
    # reductions
    "sum": lambda i, *, axis=None: numpy.sum(i, axis=axis),
    "prod": lambda i, *, axis=None: numpy.prod(i, axis=axis),
    "amax": lambda i, *, axis=None: numpy.max(i, axis=axis),
    "amin": lambda i, *, axis=None: numpy.min(i, axis=axis),
    "argmax": _argmax,
    "norm": _norm,
    "median": lambda i, *, axis=None: numpy.median(i, axis=axis),
    "spread": _spread,
    # along an axis
    "cumsum": lambda i, *, axis=None: numpy.cumsum(i, axis=axis),
    "cumprod": lambda i, *, axis=None: numpy.cumprod(i, axis=axis),
    "recurrence": _recurrence,
    "diff": lambda i, *, axis=-1: numpy.diff(i, axis=axis),
    "reorder": _reorder,
    "restore": _restore,
    "conv1d": lambda i1, i2: numpy.correlate(i1, i2, "valid"),
    "convolve": lambda i1, i2: numpy.convolve(i1, i2, "full"),
    # shape
    "reshape": lambda i, *, shape: numpy.reshape(i, shape),
    "stack": lambda *i, axis=0: numpy.stack(i, axis=axis),
    "concat": _concat,
    "index": lambda i, *, key: i[_picked(key)],
    "scatter": _scatter,
    "diag": numpy.diag,
    "diagonal": numpy.diagonal,
    "tril": lambda i, *, k=0: numpy.tril(i, k),
    "triu": lambda i, *, k=0: numpy.triu(i, k),
    "flip": lambda i, *, axis=None: numpy.flip(i, axis=axis),
    "roll": lambda i, *, by=1, axis=None: numpy.roll(i, by, axis=axis),
    "pad": _pad,
    "eye": lambda *, n: numpy.eye(n),
    "zeros": lambda *, shape: numpy.zeros(shape),
    "ones": lambda *, shape: numpy.ones(shape),
    # linear algebra
    "dot": numpy.dot,
    "matmul": numpy.matmul,
    "outer": numpy.outer,
    "transpose": numpy.transpose,
    "trace": numpy.trace,
    "kron": numpy.kron,
    "cross": numpy.cross,
    "det": matrix_functions.det,
    "cofactor": matrix_functions.cofactor,
    "minor": lambda i, *, row, column: numpy.delete(numpy.delete(i, row, axis=0), column, axis=1),
    "bordered": lambda i, *, row, column: numpy.insert(numpy.insert(i, row, 0.0, axis=0), column, 0.0, axis=1),
    "inv": matrix_functions.inv,
    "logdet": matrix_functions.logdet,
    "solve": matrix_functions.solve,
    "matpow": matrix_functions.matpow,
    "expm": matrix_functions.expm,
    "pinv": matrix_functions.pinv,
    "cholesky": matrix_functions.cholesky,
    "eigvalsh": matrix_functions.eigvalsh,
    "eigvecsh": matrix_functions.eigvecsh,
    "svdvals": matrix_functions.svdvals,
}
"""Functions that array rules are made of; the others are computed by their rule."""
