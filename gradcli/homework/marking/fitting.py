"""Whether a written array has the shape of what was asked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from gradcli.homework.marking.carrying import Entries
from gradcli.homework.problems.quantities import Asked
from gradcli.homework.sheets.written import Written, read_written


def fitted(written: Written, truth: Any) -> Entries | None:
    """The written entries in the order of the truth's, row by row; None where the shapes do not fit.

    A row may be written as a vector, and a diagonal matrix as the vector of its diagonal.
    """
    shape = tuple(getattr(truth, "shape", ()))
    if written.shape == shape or _without_ones(written.shape) == _without_ones(shape):
        return written.entries
    if len(shape) == 2 and shape[0] == shape[1] and written.shape == (shape[0],) and _is_diagonal(truth):
        zero = read_written("0").entries[0]
        n = shape[0]
        return tuple(written.entries[i] if i == j else zero for i in range(n) for j in range(n))
    return None


def _without_ones(shape: Sequence[int]) -> tuple[int, ...]:
    return tuple(size for size in shape if size != 1)


def _is_diagonal(matrix: Any) -> bool:
    return all(not matrix[i, j] for i in range(len(matrix)) for j in range(len(matrix)) if i != j)


def misfit(written: Written, asked: Asked) -> str:
    """The sentence on an answer of another shape."""
    shape = tuple(getattr(asked.truth, "shape", ()))
    return f"Here stands {_size(written.shape)}; {asked.name} is {_size(shape)}."


def _size(shape: Sequence[int]) -> str:
    if not shape:
        return "a number"
    return f"a vector of {shape[0]} entries" if len(shape) == 1 else f"an array of {'×'.join(map(str, shape))} entries"
