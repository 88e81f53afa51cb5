"""Lists and arrays of others become values of a point: they are copied, and checked entry by entry."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import chain
from numbers import Real
from typing import TYPE_CHECKING, Any, NoReturn

from gradcli.graph.array_values import frozen, refuse_kind, refuse_shape
from gradcli.language import GradcliError
from gradcli.rules.shape import Shape, described, indices

if TYPE_CHECKING:
    from gradcli.graph.array_values import Array

_NUMBERS = {float, int}
_LISTS = {list, tuple}

_NAMES = {list: "a list", tuple: "a list", dict: "a table", bool: "true or false", type(None): "null", str: "a text",
          complex: "a complex number"}  # fmt: skip


def from_other(value: object, name: str, where: str) -> float | Array:
    """The value that a list, a tuple or an array stands for; an array without axes is a number.

    Args:
        value: what was given; it is copied.
        name: whose value it is, for messages.
        where: the file, or whatever else it comes from, for messages.

    Raises:
        GradcliError: `value` is nothing of that kind, or does not hold finite numbers in rows of equal length.
    """
    if isinstance(value, list | tuple):
        return _from_lists(value, name, where)
    if hasattr(value, "__array__"):
        return _from_array(value, name, where)
    kind = _NAMES.get(type(value), "no number")
    raise GradcliError("bad-point", f"{where}: the value of '{name}' is {kind}",
                       hint="give a number, or a list of numbers, for each name")  # fmt: skip


def _from_array(value: object, name: str, where: str) -> float | Array:
    import numpy

    if isinstance(value, numpy.ma.MaskedArray) and numpy.ma.is_masked(value):
        raise GradcliError("bad-point", f"{where}: '{name}' has masked entries", hint=f"write {name}.filled(0)")
    try:
        array = numpy.asarray(value)
    except (TypeError, ValueError, RuntimeError):
        raise GradcliError("bad-point", f"{where}: the value of '{name}' is no number",
                           hint="give a number, or a list of numbers, for each name") from None  # fmt: skip
    refuse_kind(array.dtype, name, where)
    refuse_shape(array.shape, name, where)
    return _finite(frozen(array), name, where)


def _from_lists(value: Sequence[object], name: str, where: str) -> float | Array:
    """An array from nested lists.

    It is unpacked a level at a time, by what runs in C: nothing recurses on the depth, a list that holds itself ends
    at the limits, and a million numbers are not looked at one by one.
    """
    import numpy

    level: list[Any] = [value]
    shape: Shape = ()
    while True:
        kinds = set(map(type, level))
        if not (kinds <= _NUMBERS or kinds <= _LISTS):
            level = [_plain(x, name, _index(place, shape), where) for place, x in enumerate(level)]
            kinds = set(map(type, level))
        if kinds <= _NUMBERS:
            break
        if not kinds <= _LISTS or len(set(map(len, level))) > 1:
            _refuse_ragged(level, name, shape, where)
        shape = (*shape, len(level[0]))
        if not shape[-1]:
            raise GradcliError("bad-point", f"{where}: {name}{_index(0, shape[:-1])} has no entries",
                               hint="give at least one number")  # fmt: skip
        refuse_shape(shape, name, where)
        level = list(chain.from_iterable(level))
    try:
        flat = numpy.array(level, dtype=numpy.float64)
    except OverflowError:
        flat = numpy.array([float_of(x) for x in level])
    return _finite(frozen(flat.reshape(shape)), name, where)


def _plain(entry: object, name: str, index: str, where: str) -> object:
    """An entry of a list as a list or a number of Python's own."""
    if isinstance(entry, Real) and not isinstance(entry, bool):
        return float_of(entry)
    if isinstance(entry, list | tuple):
        return list(entry)
    if hasattr(entry, "__array__") and getattr(getattr(entry, "dtype", None), "kind", "") in ("f", "i", "u"):
        import numpy

        return numpy.asarray(entry).tolist()
    kind = _NAMES.get(type(entry), "no number")
    hint = "write the number without quotes" if isinstance(entry, str) else "give a number for each entry"
    raise GradcliError("bad-point", f"{where}: {name}{index} is {kind}", hint=hint)


def _refuse_ragged(level: Sequence[Any], name: str, shape: Shape, where: str) -> NoReturn:
    sizes: list[Shape] = [(len(x),) if isinstance(x, list | tuple) else () for x in level]
    place = next(place for place, size in enumerate(sizes) if size != sizes[0])
    told = [f"{name}{_index(p, shape)} {described(sizes[p])}" for p in (place, 0)]
    raise GradcliError("bad-point", f"{where}: {told[0]}, but {told[1]}",
                       hint="give as many entries for each row; rows are counted from 0")  # fmt: skip


def _finite(value: float | Array, name: str, where: str) -> float | Array:
    """The value, if every entry of it is a finite number; otherwise the error that names the first that is none."""
    import numpy

    good = numpy.isfinite(value)
    if good.all():
        return value
    array = numpy.asarray(value)
    first = int(numpy.argmin(good))
    reason = "is not a number" if numpy.isnan(array.flat[first]) else "is infinite or too large"
    bad = array.size - int(numpy.count_nonzero(good))
    others = "" if bad == 1 else f", and so {'is another entry' if bad == 2 else f'are {bad - 1:,} other entries'}"
    raise GradcliError("bad-point", f"{where}: {name}{_index(first, array.shape)} {reason}{others}",
                       hint="every entry must be a number between -1.8e308 and 1.8e308")  # fmt: skip


def _index(place: int, shape: Shape) -> str:
    """The index of an entry, `[1, 0]`, from its place row by row; "" for a number."""
    return f"[{', '.join(map(str, indices(place, shape)))}]" if shape else ""


def float_of(number: Any) -> float:
    """A real number in double precision; infinite if it is too large for that."""
    try:
        return float(number)
    except OverflowError:
        return math.inf if number > 0 else -math.inf
