"""Vectors and matrices as they are shown: every entry of a small one, the size and the range of a large one."""

from __future__ import annotations

from typing import Any

import numpy

from gradcli.report.numbers import NumberStyle, constant
from gradcli.rules.shape import times

MOST_INLINE = 12
"""Entries up to which an array is written out."""

MOST_IN_TITLE = 4
"""Entries up to which it is written out in the title of a table."""

_MOST_IN_LABEL = 3


def array_text(x: Any, style: NumberStyle, most: int = MOST_INLINE) -> str:
    """A number, or an array with all its entries if they are few: `[[1, 0.5], [−1, 2]]`."""
    whole = numpy.asarray(x, dtype=float)
    return _nested(whole, style) if whole.size <= most else folded(whole, style)


def bound_text(name: str, x: Any, style: NumberStyle) -> str:
    """A name with its value, for a title: of an array that is not small only the size."""
    if numpy.size(x) <= MOST_IN_TITLE:
        return f"{name} = {array_text(x, style)}"
    shape = numpy.shape(x)
    return f"{name} ({times(shape) if len(shape) > 1 else f'{shape[0]:,} entries'})"


def is_folded(x: Any) -> bool:
    """Whether an array is too large to be written out."""
    return bool(numpy.size(x) > MOST_INLINE)


def folded(x: Any, style: NumberStyle) -> str:
    """The size of an array, and between what its entries lie: `64×512 (min −1.2, max 3.4)`."""
    whole = numpy.asarray(x, dtype=float)
    size = times(whole.shape) if whole.ndim > 1 else f"{whole.size:,} entries"
    odd = numpy.isnan(whole)
    numbers = whole[~odd]
    missing = [f"{int(odd.sum()):,} NaN"] if odd.any() else []
    if not numbers.size:
        return f"{size} (all NaN)"
    low, high = _shown(numbers.min(), style), _shown(numbers.max(), style)
    spread = [f"all {low}"] if low == high else [f"min {low}", f"max {high}"]
    return f"{size} ({', '.join(spread + missing)})"


def constant_text(x: Any) -> str:
    """A constant array without a name inside a label or a formula."""
    whole = numpy.asarray(x, dtype=float)
    if whole.ndim == 1 and whole.size <= _MOST_IN_LABEL:
        return _nested(whole, constant)
    if whole.ndim == 2 and whole.shape[0] == whole.shape[1] and (whole == numpy.eye(len(whole))).all():
        return "I"
    if whole.ndim <= 2 and (whole == 1).all():
        return "𝟏" if whole.ndim == 1 else "𝟏𝟏ᵀ"
    return "[…]" if whole.ndim == 1 else "[[…]]"


def jacobian_text(x: Any, style: NumberStyle) -> str:
    """A Jacobian on one line; one column is written as a row with a ᵀ behind it."""
    rows, columns = numpy.shape(x)
    if rows == 1:
        return _nested(numpy.asarray(x)[0], style)
    return _nested(numpy.asarray(x)[:, 0], style) + "ᵀ" if columns == 1 else _nested(numpy.asarray(x), style)


def matrix_lines(x: Any, style: NumberStyle) -> tuple[str, ...]:
    """A matrix with each row on a line of its own and its columns aligned: `[[ 1, 0.5],`, ` [−1,   2]]`."""
    texts = [[_shown(entry, style) for entry in row] for row in numpy.asarray(x, dtype=float)]
    widths = [max(map(len, column)) for column in zip(*texts, strict=True)]
    rows = [", ".join(text.rjust(width) for text, width in zip(row, widths, strict=True)) for row in texts]
    last = len(rows) - 1
    return tuple(f"{' ' if k else '['}[{row}]{']' if k == last else ','}" for k, row in enumerate(rows))


def _nested(x: Any, style: NumberStyle) -> str:
    if x.ndim == 0:
        return _shown(x, style)
    return f"[{', '.join(_nested(part, style) for part in x)}]"


def _shown(x: Any, style: NumberStyle) -> str:
    return style(float(x) + 0.0)  # a 0 that comes from −1 · 0 has no sign to be seen
