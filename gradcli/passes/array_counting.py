"""Operations on arrays, counted while NumPy does them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, ClassVar

import numpy

from gradcli.graph.builder import MOST_ENTRIES
from gradcli.graph.tape import Gate, Graph, is_elementwise
from gradcli.language import GradcliError
from gradcli.passes.array_gates import ArrayArithmetic, Pulled
from gradcli.passes.counting import CountedBackward, Counts, leading
from gradcli.passes.forward import Forward
from gradcli.passes.lean import Lean
from gradcli.passes.needs import OUTPUT, needed
from gradcli.rules.arrays import Arrays
from gradcli.rules.namespace import Ties
from gradcli.rules.shape import entries

_PRODUCTS: set[Any] = {numpy.multiply, numpy.divide, numpy.square, numpy.reciprocal}
_SUMS: set[Any] = {numpy.add, numpy.subtract}

_FREE: set[Any] = {
    numpy.shape, numpy.ndim, numpy.size, numpy.transpose, numpy.reshape, numpy.ravel, numpy.broadcast_to, numpy.stack,
    numpy.concatenate, numpy.where, numpy.expand_dims, numpy.squeeze, numpy.atleast_1d, numpy.moveaxis, numpy.flip,
    numpy.roll, numpy.pad, numpy.tril, numpy.triu, numpy.diag, numpy.diagonal, numpy.take_along_axis, numpy.argsort,
    numpy.argmax, numpy.argmin, numpy.max, numpy.min, numpy.delete, numpy.insert, numpy.zeros_like, numpy.ones_like,
    numpy.full_like, numpy.copy, numpy.any, numpy.all, numpy.median, numpy.sort, numpy.broadcast_arrays,
}  # fmt: skip
"""Functions of NumPy that move or compare numbers, and neither multiply nor add any."""


class Tally:
    """Counts what is done with arrays that it has handed out, and with all that is made of them.

    Attributes:
        multiplications: products and quotients of two numbers.
        additions: sums and differences of two numbers.
        unseen: functions inside of which nothing could be counted.
    """

    def __init__(self) -> None:
        self.multiplications = 0
        self.additions = 0
        self.unseen: set[str] = set()
        self._kind: type[_Counted] = type("Counted", (_Counted,), {"tally": self})

    def counted(self, x: Any) -> Any:
        """A number or an array as an array whose operations are counted; anything else as it is."""
        if isinstance(x, tuple):  # such as that of eigh, which has names
            return x._make(map(self.counted, x)) if hasattr(x, "_make") else tuple(map(self.counted, x))
        return numpy.asarray(x).view(self._kind) if isinstance(x, numpy.ndarray | numpy.generic | float) else x

    def elementwise(self, ufunc: Any, method: str, given: Sequence[Any], result: Any) -> None:
        """Note a universal function of NumPy."""
        made = numpy.size(result)
        if ufunc is numpy.matmul:
            self.inner_products(made, numpy.shape(given[0])[-1])
            return
        if method in ("reduce", "accumulate"):
            whole = numpy.size(given[0])
            # A running sum keeps each first entry as it is; a total takes one operation less than it has terms.
            made = whole - (made if method == "reduce" else whole // max(numpy.shape(given[0])[0], 1))
        if ufunc in _PRODUCTS:
            self.multiplications += made
        elif ufunc in _SUMS:
            self.additions += made

    def function(self, function: Any, given: Sequence[Any], named: dict[str, Any], result: Any) -> None:
        """Note any other function of NumPy."""
        if function in _COUNTED:
            _COUNTED[function](self, given, named, numpy.size(result))
        elif function not in _FREE:
            module = function.__module__.removeprefix("numpy").strip(".")
            self.unseen.add(f"{module}.{function.__name__}".strip("."))

    def inner_products(self, how_many: int, length: int) -> None:
        """Note sums of products."""
        self.multiplications += how_many * length
        self.additions += how_many * (length - 1)


class _Counted(numpy.ndarray[Any, Any]):
    """An array that tells its tally what is done with it."""

    tally: ClassVar[Tally]

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, out: Any = None, **named: Any) -> Any:
        given = [_bare(x) for x in inputs]
        if out is not None:
            named["out"] = tuple(_bare(x) for x in out)
        result = getattr(ufunc, method)(*given, **named)
        self.tally.elementwise(ufunc, method, given, result)
        return self.tally.counted(result) if out is None else out[0]

    def __array_function__(self, func: Any, types: Any, args: Any, kwargs: Any) -> Any:
        given, named = _bare(tuple(args)), {name: _bare(x) for name, x in kwargs.items()}
        result = func(*given, **named)
        self.tally.function(func, given, named, result)
        return self.tally.counted(result)


def _bare(x: Any) -> Any:
    """Without counting, also inside of the tuples and lists that NumPy takes."""
    if isinstance(x, _Counted):
        return x.view(numpy.ndarray)
    return type(x)(map(_bare, x)) if type(x) in (tuple, list) else x


# --- functions that are no ufuncs -------------------------------------------------------------------------------------

_Note = Callable[[Tally, Sequence[Any], dict[str, Any], int], None]


def _sum(tally: Tally, given: Sequence[Any], _: dict[str, Any], made: int) -> None:
    tally.additions += numpy.size(given[0]) - made


def _prod(tally: Tally, given: Sequence[Any], _: dict[str, Any], made: int) -> None:
    tally.multiplications += numpy.size(given[0]) - made


def _slices(given: Sequence[Any], named: dict[str, Any]) -> int:
    """How many lines along the axis an array has, in each of which something runs."""
    axis = named.get("axis", given[1] if len(given) > 1 else None)
    return 1 if axis is None else numpy.size(given[0]) // numpy.shape(given[0])[axis]


def _running_sum(tally: Tally, given: Sequence[Any], named: dict[str, Any], made: int) -> None:
    tally.additions += made - _slices(given, named)


def _running_product(tally: Tally, given: Sequence[Any], named: dict[str, Any], made: int) -> None:
    tally.multiplications += made - _slices(given, named)


def _dot(tally: Tally, given: Sequence[Any], _: dict[str, Any], made: int) -> None:
    shapes = numpy.shape(given[0]), numpy.shape(given[1])
    tally.inner_products(made, shapes[0][-1] if all(shapes) else 1)


def _products(tally: Tally, _: Sequence[Any], __: dict[str, Any], made: int) -> None:
    tally.multiplications += made


def _differences(tally: Tally, _: Sequence[Any], __: dict[str, Any], made: int) -> None:
    tally.additions += made


def _cross(tally: Tally, _: Sequence[Any], __: dict[str, Any], made: int) -> None:
    tally.inner_products(made, 2)


def _trace(tally: Tally, given: Sequence[Any], _: dict[str, Any], __: int) -> None:
    tally.additions += min(numpy.shape(given[0])) - 1


def _sliding(tally: Tally, given: Sequence[Any], _: dict[str, Any], made: int) -> None:
    """A convolution: each pair of entries that meets is a product."""
    n, k = numpy.size(given[0]), numpy.size(given[1])
    pairs = n * k if made == n + k - 1 else made * min(n, k)  # the whole, or where both overlap entirely
    tally.multiplications += pairs
    tally.additions += pairs - made


_COUNTED: dict[Any, _Note] = {
    numpy.sum: _sum, numpy.prod: _prod, numpy.cumsum: _running_sum, numpy.cumprod: _running_product, numpy.dot: _dot,
    numpy.outer: _products, numpy.kron: _products, numpy.cross: _cross, numpy.trace: _trace, numpy.diff: _differences,
    numpy.correlate: _sliding, numpy.convolve: _sliding,
}  # fmt: skip


# --- the backward pass ------------------------------------------------------------------------------------------------


class _CountingArrays(Arrays):
    """The namespace `m` for arrays; whatever its functions make is counted from there on."""

    def __init__(self, ties: Ties, tally: Tally) -> None:
        super().__init__(ties)
        for name, function in list(self.__dict__.items()):
            if callable(function):
                self.__dict__[name] = _handing_out(function, tally)


def _handing_out(function: Callable[..., Any], tally: Tally) -> Callable[..., Any]:
    return lambda *operands, **settings: tally.counted(function(*operands, **settings))


class CountingArithmetic(ArrayArithmetic):
    """Pulls gradients back and counts; values and local derivatives entry by entry are there already."""

    def __init__(self, ties: Ties, tally: Tally, *, branches: bool) -> None:
        super().__init__(ties, branches=branches)
        self.m = _CountingArrays(ties, tally)
        self._tally = tally
        self._quiet = ArrayArithmetic(ties, branches=branches)

    def pull(
        self, gate: Gate, upstream: Any, output: Any, operands: Sequence[Any], wanted: Sequence[bool] | None = None
    ) -> Pulled:
        """What each operand receives, counted on the way."""
        counted = self._tally.counted
        if not is_elementwise(gate):
            return super().pull(gate, counted(upstream), counted(output), list(map(counted, operands)), wanted)
        slopes = self._quiet.slopes(gate, _plain(output), [_plain(x) for x in operands])
        asked = wanted or (True,) * len(operands)
        live = [counted(s) if a and s is not None else None for s, a in zip(slopes, asked, strict=True)]
        return self.fitted(self.scaled(counted(upstream), live), operands, wanted)

    def fitted(self, handed: Sequence[Any], operands: Sequence[Any], wanted: Sequence[bool] | None = None) -> Pulled:
        """Contributions in the shapes of their operands; sums over what was repeated are counted."""
        return tuple(self._tally.counted(h) for h in super().fitted(handed, operands, wanted))

    def inner_values(self, graph: Graph, operands: Sequence[Any]) -> list[Any]:
        """The values inside a gate, which the forward pass has computed before."""
        return self._quiet.inner_values(graph, [_plain(x) for x in operands])


def _plain(x: Any) -> Any:
    """A counted array as an array or a float."""
    bare = _bare(x)
    return bare if numpy.ndim(bare) else float(bare)


def run_counted_array_backward(forward: Forward, wanted: Sequence[int]) -> CountedBackward:
    """Run the backward pass for each entry of the output; see `gradcli.passes.counting.run_counted_backward`."""
    graph = forward.graph
    shape = graph.shape(graph.output)
    rows = entries(shape)
    sizes = [entries(graph.shape(slot)) for slot in wanted]
    if rows * max(rows, sum(sizes)) > MOST_ENTRIES:
        raise GradcliError("too-large", f"the Jacobians would hold {rows * sum(sizes):,} numbers",
                           hint=f"{MOST_ENTRIES:,} are the most; ask for fewer inputs with --wrt")  # fmt: skip
    tally = Tally()
    lean = Lean(graph, tuple(wanted), CountingArithmetic(forward.ties, tally, branches=graph.branches))
    found = [numpy.zeros((rows, size)) for size in sizes]
    for row in range(rows):
        seed = numpy.zeros(rows)
        seed[row] = 1.0
        gradients = lean.pull(forward.values, graph.output, seed.reshape(shape) if shape else 1.0)
        for matrix, slot in zip(found, wanted, strict=True):
            if slot in gradients:
                matrix[row] = numpy.ravel(_bare(gradients[slot]))
    counts = Counts(tally.multiplications, tally.additions, _kept(forward, wanted), frozenset(tally.unseen))
    return CountedBackward(counts, rows, tuple(found))


def _kept(forward: Forward, wanted: Sequence[int]) -> int:
    """Numbers that the forward pass has to keep for the way back."""
    graph = forward.graph
    leads, taken = leading(graph, wanted), forward.taken()
    slopes, values = 0, set[int]()
    for slot, gate, args in graph.steps:
        if not (leads[slot] and taken[slot]):
            continue
        stored = forward.locals[slot]
        asked = [leads[a] and (slot, place) not in forward.idle for place, a in enumerate(args)]
        if is_elementwise(gate):
            slopes += sum(numpy.size(s) for s, a in zip(stored, asked, strict=True) if a)
            continue
        shapes = [graph.shape(s) for s in (*args, slot)]
        places = needed(gate, shapes, asked, forward.ties)
        values |= {slot if place == OUTPUT else args[place] for place in places}
    return slopes + sum(entries(graph.shape(slot)) for slot in values if graph.gates[slot] is not None)
