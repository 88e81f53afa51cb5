"""What an array rule is: an operation whose derivative is no factor entry by entry.

A matrix product, a sum or a transposition states a vector-Jacobian product instead of local derivatives: what each
operand receives when the output receives `g`. It is arithmetic over the same namespace `m`, so it runs on NumPy arrays
and on symbols, and every function it uses is a rule itself: a second derivative needs nothing more.

    shape(*shapes, **settings)           -> the shape of the output; raises `Mismatch`
    value(m, i1, i2, ..., **settings)    -> the output o
    vjp(m, g, o, i1, i2, ..., **settings) -> what i1, i2 ... receive; None for an operand without a derivative

Settings are what is known before any number is: the axis of a sum, an index, the shape to reshape to.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from gradcli.rules.rule import Number
from gradcli.rules.shape import Mismatch, Shape

Vjp = Callable[..., tuple[Number | None, ...]]

Structure = tuple[str, ...]
"""For each operand the name of do/di as a matrix in numerator layout over arrays read row by row: "i₁", "I ⊗ i₂ᵀ"."""

Samples = tuple[tuple[tuple[Shape, ...], dict[str, Any]], ...]
"""Shapes of operands, with settings where they are not the defaults."""


class Each:
    """A vector-Jacobian product of one function for each operand: where it is costly, only what is asked for is run.

    Attributes:
        parts: the functions, in the order of the operands; each is called as the whole is.
    """

    def __init__(self, *parts: Callable[..., Number]) -> None:
        self.parts = parts

    def __call__(self, m: Any, g: Number, o: Number, *i: Number, **settings: Any) -> tuple[Number, ...]:
        """What every operand receives."""
        return tuple(part(m, g, o, *i, **settings) for part in self.parts)


REQUIRED = object()
"""The default of a setting that must be given."""


WHOLE = {"axis", "n", "by", "k", "before", "after", "row", "column"}
"""Settings that are whole numbers."""


def _of_filled(shape: Callable[..., Shape], /, *shapes: Shape, **settings: Any) -> Shape:
    if any(0 in operand for operand in shapes):
        raise Mismatch("it has no entries")
    for name in WHOLE & settings.keys():
        if settings[name] is not None and not float(settings[name]).is_integer():
            raise Mismatch(f"{name} must be a whole number, not {settings[name]:g}")
    return shape(*shapes, **settings)


@dataclass(frozen=True, slots=True)
class ArrayKink:
    """Operands at which an operation has no derivative, and the convention that is used there.

    Attributes:
        at: given the operands as arrays, and the settings, whether they are such a point.
        says: the convention, as it is printed.
    """

    at: Callable[..., bool]
    says: str


@dataclass(frozen=True, slots=True, eq=False)
class ArrayRule:
    """One operation on arrays.

    Attributes:
        name: its one name in code, JSON and `gradcli rules` ("matvec").
        sign: its label in a table, one `·` for each operand ("sum(·)").
        shape: the shape of the output.
        value: the output as arithmetic over `m`.
        vjp: the vector-Jacobian product as arithmetic over `m`.
        family: the chapter it is listed under.
        arity: how many operands it takes, at least if `variadic`.
        variadic: whether it takes any number of operands from `arity` upwards.
        settings: names of its settings with their defaults, in the order in which they may follow the operands.
        aliases: other names it can be called by.
        fault: given the operands as arrays, and the settings, why it is undefined; None where it is defined.
        kinks: where it is not smooth.
        structure: names of its Jacobians, given the shapes and the settings.
        samples: shapes of operands (with settings) on which it is tested and shown.
        infix: whether the sign is no function call, so that a label needs brackets before an arrow or a subscript.
        listed: False for helpers that derivatives need but nobody types.
        scalar: the operation on a single number; "" where that number is the result, None where it makes no sense.
        by_name: whether settings must be named, because elsewhere the second argument is something else.
        constant: whether it makes an array out of settings alone, or has derivative 0 everywhere.
    """

    name: str
    sign: str
    shape: Callable[..., Shape]
    value: Callable[..., Number]
    vjp: Vjp
    family: str
    structure: Callable[..., Structure]
    arity: int = 1
    variadic: bool = False
    settings: tuple[tuple[str, Any], ...] = ()
    aliases: tuple[str, ...] = ()
    fault: Callable[..., str | None] | None = None
    kinks: tuple[ArrayKink, ...] = ()
    samples: Samples = ()
    infix: bool = False
    listed: bool = True
    scalar: str | None = None
    by_name: bool = False
    constant: bool = False

    def __post_init__(self) -> None:
        # No rule is asked about arrays without entries, or about half an axis.
        object.__setattr__(self, "shape", functools.partial(_of_filled, self.shape))

    def takes(self, count: int) -> bool:
        """Whether the operation may be given this many positional arguments, settings among them."""
        most = self.arity + len(self.settings)
        return count >= self.arity and (self.variadic or count <= most or self.takes_sizes)

    def products(self, wanted: Sequence[bool] | None, *given: Any, **settings: Any) -> tuple[Number | None, ...]:
        """The vector-Jacobian product; None for operands that are not wanted, where leaving them out spares work."""
        if wanted is None or not isinstance(self.vjp, Each):
            return self.vjp(*given, **settings)
        parts = zip(self.vjp.parts, wanted, strict=True)
        return tuple(part(*given, **settings) if asked else None for part, asked in parts)

    def given_settings(self) -> dict[str, Any]:
        """The settings that have a default."""
        return {name: default for name, default in self.settings if default is not REQUIRED}

    @property
    def takes_sizes(self) -> bool:
        """Whether all arguments behind the operands are the sizes of one shape: reshape(x, 2, 3)."""
        return bool(self.settings) and self.settings[0][0] == "shape"
