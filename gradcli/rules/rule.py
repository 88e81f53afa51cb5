"""What a rule is: one operation's value, its local derivatives, its sign, and where it is not smooth.

With this you can state an operation once, as ordinary arithmetic, and run the same line on Python floats, on NumPy
arrays and on symbols. The arithmetic is written over a namespace `m` of elementary functions (`m.exp`, `m.where` ...):

    value(m, i1, i2, ...)     -> the output o
    local(m, o, i1, i2, ...)  -> (do/di1, do/di2, ...)

Local derivatives may use the output o, because it is known by then and often the cheaper or more exact way to say them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

Number = Any
"""A float, a NumPy array or a symbol: whatever the namespace `m` computes with."""

Value = Callable[..., Number]
Local = Callable[..., tuple[Number, ...]]


@dataclass(frozen=True, slots=True)
class Domain:
    """Where an operation is defined.

    Attributes:
        text: the condition, as it is printed ("i > 0").
        fault: given the operands as floats, why they lie outside ("ln of a negative number"), or None inside.
    """

    text: str
    fault: Callable[..., str | None]


@dataclass(frozen=True, slots=True)
class Kink:
    """A point where an operation has no derivative, and the value that is used there by convention.

    Attributes:
        at: given the operands as floats, whether they are such a point.
        says: the convention, as it is printed ("relu′(0) = 0").
    """

    at: Callable[..., bool]
    says: str


@dataclass(frozen=True, slots=True, eq=False)
class Rule:
    """One operation.

    Attributes:
        name: its one name in code, JSON and `gradcli rules` ("sigmoid").
        sign: its label in a table, one `·` for each operand ("σ(·)", "· × ·").
        value: the output as arithmetic over `m`.
        local: the local derivatives as arithmetic over `m`, one for each operand.
        family: the chapter it is listed under.
        arity: how many operands it needs at the least.
        variadic: whether it takes any number of operands from `arity` upwards.
        defaults: values of trailing operands that may be left out (`leaky_relu(x)` has the slope 0.01).
        aliases: other names it is known by in a formula ("sigma", "logistic").
        domain: where it is defined; None means everywhere.
        kinks: where it has no derivative.
        samples: operands at which it is smooth, for tests and for `gradcli rules`.
        draw: for each operand the interval that property-based tests draw from.
        spelled: the same operation over more elementary ones; the first is what `--gates primitive` writes, all of
            them are what `--gates coarse` recognises.
        infix: whether the sign is no function call, so that a label needs brackets before an arrow or a subscript.
        listed: False for helpers that derivatives need but nobody types.
        shown: the local derivatives as a lecture prints them, where `local` is written another way because the
            printed form would lose digits or divide 0 by 0; None where `local` is the printed form.
    """

    name: str
    sign: str
    value: Value
    local: Local
    family: str
    arity: int = 1
    variadic: bool = False
    defaults: tuple[float, ...] = ()
    aliases: tuple[str, ...] = ()
    domain: Domain | None = None
    kinks: tuple[Kink, ...] = ()
    samples: tuple[tuple[float, ...], ...] = ()
    draw: tuple[tuple[float, float], ...] = ()
    spelled: tuple[Value, ...] = ()
    infix: bool = False
    listed: bool = True
    shown: Local | None = None

    def takes(self, count: int) -> bool:
        """Whether the operation may be given this many operands."""
        return count >= self.arity and (self.variadic or count <= self.arity + len(self.defaults))

    def fault(self, *operands: float) -> str | None:
        """Why the operation is undefined at these operands, or None where it is defined."""
        return self.domain.fault(*operands) if self.domain else None

    def conventions(self, *operands: float) -> tuple[str, ...]:
        """The conventions that apply because these operands lie on a kink; empty at smooth points."""
        return tuple(kink.says for kink in self.kinks if kink.at(*operands))
