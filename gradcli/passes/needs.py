"""Which values the derivative of a gate looks at, so that all others can be dropped before the way back.

A sum needs none of them, only shapes; a matrix product needs its operands and not its output. Nobody writes that down:
the rule's own line is run on things that note that they were used.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from gradcli.graph.tape import ArrayGate, Composite, Gate
from gradcli.rules.namespace import Ties
from gradcli.rules.shape import Shape

OUTPUT = -1
"""The place of a gate's output among its operands, which are counted from 0."""


def needed(gate: Gate, shapes: Sequence[Shape], wanted: Sequence[bool], ties: Ties = "split") -> set[int]:
    """The places whose values the derivative by the wanted operands looks at.

    Args:
        gate: the gate.
        shapes: the shapes of the operands, and last that of the output.
        wanted: which operands receive something.
        ties: which of several equal operands of max and min gets the derivative.
    """
    everything = {OUTPUT, *range(len(wanted))}
    if isinstance(gate, Composite):
        return everything - {OUTPUT}  # what is inside is computed once more
    output = _Noted({OUTPUT}, shapes[-1])
    operands = [_Noted({place}, shape) for place, shape in enumerate(shapes[:-1])]
    m = _Noting(ties)
    try:
        if isinstance(gate, ArrayGate):
            upstream = _Noted(set(), shapes[-1])
            products = list(gate.rule.products(wanted, m, upstream, output, *operands, **gate.settings))
        else:
            products = [s for s, asked in zip(gate.local(m, output, *operands), wanted, strict=True) if asked]
    except Exception:  # a line that asks for more than can be noted: whatever it is, keep all
        return everything
    return _places(products)


class _Noted:
    """Stands for numbers of which only the shape may be known."""

    def __init__(self, places: set[int], shape: Shape | None = None) -> None:
        self.places = places
        self.known_shape = shape

    def _with(self, *others: Any) -> _Noted:
        return _Noted(_places((self, *others)))

    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = __truediv__ = __rtruediv__ = _with
    __neg__ = __lt__ = __le__ = __gt__ = __ge__ = __and__ = __or__ = __invert__ = _with

    def __bool__(self) -> bool:
        raise TypeError("nothing can be decided without numbers")


class _Noting:
    """The namespace `m` of the rules, on such things."""

    def __init__(self, ties: Ties) -> None:
        self.ties = ties

    def __getattr__(self, name: str) -> Callable[..., _Noted]:
        return lambda *operands, **_: _Noted(_places(operands))

    def shape(self, x: Any) -> Shape:
        """The shape of an operand, which does not look at its numbers."""
        if isinstance(x, _Noted):
            if x.known_shape is None:
                raise TypeError("the shape of what was computed is not noted")
            return x.known_shape
        return ()


def _places(things: Iterable[Any]) -> set[int]:
    return set().union(*(thing.places for thing in things if isinstance(thing, _Noted)))
