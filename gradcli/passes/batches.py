"""Mini-batches: some rows of the data at a time, in an order that a seed decides."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from gradcli.graph.array_values import shape_of
from gradcli.language import GradcliError


class Batches:
    """Endless batches of the rows of some arrays.

    Args:
        data: the arrays by the names that are shown, each with a row for each example.
        size: rows of a batch.
        seed: of the order of the rows; each round through them has another one.

    Raises:
        GradcliError: there are no data, or they do not have that many rows, all of them the same number.
    """

    def __init__(self, data: Mapping[str, Any], size: int, seed: int) -> None:
        self._data = data
        self._size = size
        self._seed = seed
        self._rows = _count_rows(data)
        if size > self._rows:
            raise GradcliError("usage", f"a batch of {size:,} rows is more than the {self._rows:,} there are",
                               hint=f"write --batch {self._rows} or less, or leave it away for all rows")  # fmt: skip

    def __iter__(self) -> Iterator[dict[str, Any]]:
        import numpy  # data have rows, so they are arrays

        # The raw bits of a generator stay what they are from one version of NumPy to the next, shuffles need not.
        bits = numpy.random.PCG64(self._seed)
        while True:
            order = numpy.argsort(bits.random_raw(self._rows), kind="stable")
            for begin in range(0, self._rows - self._size + 1, self._size):  # what is left over has its turn later
                rows = order[begin : begin + self._size]
                yield {name: array[rows] for name, array in self._data.items()}


def _count_rows(data: Mapping[str, Any]) -> int:
    if not data:
        raise GradcliError("usage", "--batch takes rows of the data, and no data are named",
                           hint="name them: --batch 32 --data x,y")  # fmt: skip
    counts = {name: shape_of(array)[0] for name, array in data.items() if shape_of(array)}
    flat = [name for name in data if name not in counts]
    if flat:
        raise GradcliError("usage", f"'{flat[0]}' in --data is a number and has no rows",
                           hint="name vectors, or matrices with a row for each example")  # fmt: skip
    if len(set(counts.values())) > 1:
        listed = ", ".join(f"{name} has {count:,}" for name, count in counts.items())
        raise GradcliError("usage", f"the data differ in their number of rows: {listed}",
                           hint="give a row for each example to all of them")  # fmt: skip
    return next(iter(counts.values()))
