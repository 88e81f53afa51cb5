"""Vectors and matrices as the values of a point, and the shapes and kinds that they may have."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gradcli.language import GradcliError
from gradcli.language.tree import LARGEST_ARRAY, MOST_AXES
from gradcli.rules.shape import Shape, entries

if TYPE_CHECKING:
    import numpy

    Array = numpy.ndarray[Any, numpy.dtype[numpy.float64]]

_KINDS = {
    "b": "booleans", "c": "complex numbers", "O": "Python objects", "S": "texts", "U": "texts", "T": "texts",
    "V": "records", "M": "dates", "m": "spans of time",
}  # fmt: skip

_MOST_SHOWN = 6
_COUNTABLE = 10**15
"""Numbers of entries up to which they are written out: a header can claim one with thousands of digits."""


def frozen(array: Any) -> float | Array:
    """A copy of an array of numbers as a point holds it: in double precision, row by row, and not to be written to."""
    import numpy  # a point of numbers alone never comes here

    with numpy.errstate(all="ignore"):  # what is too large for double precision becomes infinite, and is refused
        copy = numpy.array(array, dtype=numpy.float64, order="C")
    if copy.ndim == 0:
        return float(copy)
    copy.flags.writeable = False
    return copy


def shape_of(value: float | Array) -> Shape:
    """The shape of a value; that of a number is ()."""
    shape: Shape = getattr(value, "shape", ())  # asked for like this, a number needs no NumPy
    return shape


def same_value(one: float | Array, other: float | Array) -> bool:
    """Whether two values of a point have the same shape and the same entries."""
    if isinstance(one, float) and isinstance(other, float):
        return one == other
    # Of one shape they are two arrays here, which mypy does not see.
    return shape_of(one) == shape_of(other) and bool((one == other).all())  # type: ignore[union-attr]


def shown(value: float | Array) -> str:
    """A value as it could be typed; of a large array only the outside."""
    if isinstance(value, float):
        return f"{value:g}"
    return _brackets(value.tolist()) if value.size <= _MOST_SHOWN else "[...]"


def refuse_shape(shape: Shape, name: str, where: str) -> None:
    """Refuse a shape that no value of a point may have; nothing of that size exists yet.

    Raises:
        GradcliError: an array of this shape has too many axes, no entries, or too many.
    """
    fault = shape_fault(shape)
    if fault is not None:
        code, reason, hint = fault
        raise GradcliError(code, f"{where}: {name} {reason}", hint=hint)


def shape_fault(shape: Shape) -> tuple[str, str, str] | None:
    """What is wrong with a shape: a code, the rest of a sentence about its owner, and the repair."""
    if len(shape) > MOST_AXES:
        return "bad-point", f"has more than {MOST_AXES} axes", "a vector has one axis, a matrix two"
    if any(size < 1 for size in shape):
        return "bad-point", "has no entries", "give at least one number"
    size = entries(shape)
    if size > LARGEST_ARRAY:
        claimed = f"{size:,}" if size < _COUNTABLE else "more than 10^15"
        return "too-large", f"would have {claimed} entries", f"{LARGEST_ARRAY:,} are the most for one array"
    return None


def refuse_kind(dtype: Any, name: str, where: str) -> None:
    """Refuse an array of anything but real numbers.

    Raises:
        GradcliError: it holds something else.
    """
    if dtype.kind not in "fiu":
        kind = _KINDS.get(dtype.kind, "no numbers")
        repair = f"{name}.real" if dtype.kind == "c" else f"{name}.astype(float)"
        raise GradcliError("bad-point", f"{where}: '{name}' holds {kind}",
                           hint=f"convert it to real numbers, in NumPy by {repair}")  # fmt: skip


def _brackets(nested: Any) -> str:
    return f"[{', '.join(map(_brackets, nested))}]" if isinstance(nested, list) else f"{nested:g}"
