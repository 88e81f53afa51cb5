"""Symbols: run a rule on them and it writes its formula into a graph."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Protocol

from gradcli.rules.shape import Shape


class Emitter(Protocol):
    """Something that turns an operation on slots into a slot."""

    def constant(self, value: float) -> int:
        """The slot of a constant."""

    def shape(self, slot: int) -> Shape:
        """The shape of a slot."""

    def emit(self, operation: str, operands: tuple[int, ...], settings: Mapping[str, Any] = ...) -> int:
        """The slot of an operation."""


class Symbol:
    """A slot that can be computed with."""

    __slots__ = ("emitter", "slot")

    def __init__(self, emitter: Emitter, slot: int) -> None:
        self.emitter = emitter
        self.slot = slot

    def __add__(self, other: Any) -> Symbol:
        return self._emit("add", self, other)

    def __radd__(self, other: Any) -> Symbol:
        return self._emit("add", other, self)

    def __sub__(self, other: Any) -> Symbol:
        return self._emit("sub", self, other)

    def __rsub__(self, other: Any) -> Symbol:
        return self._emit("sub", other, self)

    def __mul__(self, other: Any) -> Symbol:
        return self._emit("mul", self, other)

    def __rmul__(self, other: Any) -> Symbol:
        return self._emit("mul", other, self)

    def __truediv__(self, other: Any) -> Symbol:
        return self._emit("div", self, other)

    def __rtruediv__(self, other: Any) -> Symbol:
        return self._emit("div", other, self)

    def __neg__(self) -> Symbol:
        return self._emit("neg", self)

    def __lt__(self, other: Any) -> Symbol:
        return self._emit("lt", self, other)

    def __le__(self, other: Any) -> Symbol:
        return self._emit("le", self, other)

    def __gt__(self, other: Any) -> Symbol:
        return self._emit("gt", self, other)

    def __ge__(self, other: Any) -> Symbol:
        return self._emit("ge", self, other)

    def _emit(self, operation: str, *operands: Any) -> Symbol:
        return emit(self.emitter, operation, operands)


def emit(emitter: Emitter, operation: str, operands: tuple[Any, ...], settings: Mapping[str, Any] = {}) -> Symbol:
    """Apply an operation to symbols and numbers."""
    slots = tuple(x.slot if isinstance(x, Symbol) else emitter.constant(float(x)) for x in operands)
    return Symbol(emitter, emitter.emit(operation, slots, settings) if settings else emitter.emit(operation, slots))


class SymbolMath:
    """The namespace `m` of the rules, on symbols: every function becomes a gate."""

    def __init__(self, emitter: Emitter) -> None:
        self._emitter = emitter

    def __getattr__(self, name: str) -> Callable[..., Symbol]:
        if name.startswith("_"):
            raise AttributeError(name)
        return lambda *operands, **settings: emit(self._emitter, name, operands, settings)

    def shape(self, x: Any) -> Shape:
        return self._emitter.shape(x.slot) if isinstance(x, Symbol) else ()
