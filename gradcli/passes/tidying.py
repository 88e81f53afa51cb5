"""Light simplification of what a derivative writes: never another value, at special points either.

Zeros, ones, double signs and x · x are left out as in the derivations that the tables print. What would be another
number is left alone: 1e-200 · (1e-200 · x) is no 0 · x, and ln 0 is not 0.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from gradcli.passes.derivation import Simplifying

_NO_SETTINGS: Mapping[str, Any] = MappingProxyType({})

_BROADCASTING = ("add", "sub", "mul", "div")


class Tidying(Simplifying):
    """Writes operations into a builder, as `Simplifying`, where the result is the same at every point."""

    def emit(self, operation: str, operands: tuple[int, ...], settings: Mapping[str, Any] = _NO_SETTINGS) -> int:
        """The slot of an operation, or of something simpler; a number is not repeated beside an array."""
        if self.builder.arrays and operation in _BROADCASTING and len(operands) == 2:
            a, b = operands
            if self.shape(a) == self.shape(b) != ():
                one, other = self._unrepeated(a), self._unrepeated(b)
                operands = (one, b) if one != a else (a, other)
                if operation == "mul" and self._is_ones(a):
                    return b
                if operation == "mul" and self._is_ones(b):
                    return a
        return super().emit(operation, operands, settings)

    def _unrepeated(self, slot: int) -> int:
        """The number that was repeated for each entry; every other slot is itself."""
        if self._is(slot, "spread") and not self.shape(self._args(slot)[0]):
            return self._args(slot)[0]
        return slot

    def _is_ones(self, slot: int) -> bool:
        return slot in self.builder.constants and bool((self.builder.constants[slot] == 1).all())

    def _mul(self, a: int, b: int) -> int | None:
        for this, that in ((a, b), (b, a)):
            if self._is(this, "where") and self._number(that) is None:
                condition, then, other = self._args(this)
                if (self._number(then), self._number(other)) == (1, 0):
                    return self.emit("where", (condition, that, self.constant(0.0)))
                if (self._number(then), self._number(other)) == (0, 1):
                    return self.emit("where", (condition, self.constant(0.0), that))
        return super()._mul(a, b)

    def _factored(self, slot: int) -> tuple[float | None, int]:
        number, rest = super()._factored(slot)
        # Numbers that are moved are multiplied, and the product of two moderate ones is a normal number.
        return (number, rest) if number is not None and 1e-50 < abs(number) < 1e50 else (None, slot)

    def _neg(self, a: int) -> int | None:
        if self._number(a) is not None:
            return self.constant(-(self._number(a) or 0.0))
        return super()._neg(a)

    def _ln(self, a: int) -> int | None:
        del a
        return None

    def _div(self, a: int, b: int) -> int | None:
        over = self._number(a)
        if over is not None and over < 0 and not self.shape(b):
            return self.emit("neg", (self.emit("div", (self.constant(-over), b)),))
        if self._number(b) == -1:
            return self.emit("neg", (a,))
        if self._number(b) is not None and not math.isfinite(1 / (self._number(b) or math.inf)):
            return None
        return super()._div(a, b)
