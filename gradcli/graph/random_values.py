"""Random values for names of which only the shape is declared: `W ~ (3, 2)`."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from gradcli.graph.array_values import frozen, shape_fault, shape_of
from gradcli.graph.point import Binding
from gradcli.language import Formula, GradcliError
from gradcli.rules.shape import Shape, described, entries

if TYPE_CHECKING:
    from gradcli.graph.array_values import Array
    from gradcli.language.tree import Declaration

_BATCH = 1 << 16
_TERMS = 12


def draw_declared(formula: Formula, point: Mapping[str, Binding], seed: int = 0) -> dict[str, Binding]:
    """The point, with random values for the declared names that it does not bind.

    Raises:
        GradcliError: a declared name is bound to a value of another shape, or is declared too large.
    """
    found = dict(point)
    for declaration in formula.declarations:
        binding = found.get(declaration.key)
        if binding is None:
            found[declaration.key] = drawn(declaration, formula.text, seed)
        elif shape_of(binding.value) != declaration.shape:
            has = shape_of(binding.value)
            repair = f"declare {declaration.name} ~ {_typed(has)}, or bind" if has else "bind"
            raise GradcliError(
                "shape", f"'{declaration.name}' {described(declaration.shape)} as it is declared, but its value "
                f"{described(has)}", text=formula.text, start=declaration.start, end=declaration.end,
                hint=f"{repair} a value of the declared shape",
            )  # fmt: skip
    return found


def drawn(declaration: Declaration, text: str, seed: int) -> Binding:
    """A binding of random numbers to a declared name.

    Raises:
        GradcliError: no value of a point may have its shape.
    """
    fault = shape_fault(declaration.shape)
    if fault is not None:
        code, reason, hint = fault
        raise GradcliError(code, f"'{declaration.name}' {reason}", text=text, start=declaration.start,
                           end=declaration.end, hint=hint)  # fmt: skip
    return Binding(declaration.name, declaration.key, draw(declaration.key, declaration.shape, seed),
                   drawn=True)  # fmt: skip


def draw(key: str, shape: Shape, seed: int = 0) -> float | Array:
    """Standard normal numbers that depend on the name, the shape and the seed, and on nothing else.

    They are the same on every machine and with every version of NumPy, so that a printed result can be computed
    again. NumPy promises that for the raw bits of a generator and not for its normal numbers, and logarithms differ
    in the last digit from one C library to the next: both are made here, of operations that IEEE 754 rounds exactly.
    Marsaglia's polar method: a point in the unit disc gives two normal numbers.

    Args:
        key: the canonical name.
        shape: the shape; () draws one number.
        seed: 0 or more.
    """
    import numpy

    bits = numpy.random.PCG64(numpy.random.SeedSequence(seed, spawn_key=tuple(key.encode())))
    flat = numpy.empty(entries(shape))
    filled = 0
    while filled < flat.size:
        raw = bits.random_raw(2 * min(_BATCH, flat.size - filled))
        pairs = ((raw >> 11).astype(float) * 2.0**-52 - 1.0).reshape(-1, 2)
        squared = pairs[:, 0] * pairs[:, 0] + pairs[:, 1] * pairs[:, 1]
        inside = (squared > 0) & (squared < 1)
        pairs, squared = pairs[inside], squared[inside]
        normal = (pairs * numpy.sqrt(-2.0 * _log(squared) / squared)[:, None]).ravel()[: flat.size - filled]
        flat[filled : filled + normal.size] = normal
        filled += normal.size
    return frozen(flat.reshape(shape))


def _log(x: Array) -> Any:
    """The natural logarithm of numbers in (0, 1), by ln m = 2 artanh((m − 1)/(m + 1)) for m near 1."""
    import numpy

    m, exponent = numpy.frexp(x)
    small = m < math.sqrt(0.5)
    m, exponent = numpy.where(small, 2 * m, m), numpy.where(small, exponent - 1, exponent)
    t = (m - 1) / (m + 1)
    squared, series = t * t, numpy.zeros_like(t)
    for term in reversed(range(_TERMS)):
        series = series * squared + 1 / (2 * term + 1)
    return 2 * t * series + exponent * 0.6931471805599453


def _typed(shape: Shape) -> str:
    return f"({', '.join(map(str, shape))})" if len(shape) > 1 else str(shape[0])
