"""Forward and backward over arrays with nothing kept that is not needed any more.

Edges that lead to no wanted input are never followed, a local derivative is used where it is made, and values and
gradients are dropped on the way.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy

from gradcli.graph.tape import ArrayGate, Gate, Graph, is_elementwise
from gradcli.passes.array_gates import ArrayArithmetic, Pulled
from gradcli.passes.needs import OUTPUT, needed
from gradcli.rules.namespace import Ties
from gradcli.rules.rule import Rule
from gradcli.rules.shape import Shape

Step = tuple[int, Gate, tuple[int, ...], tuple[bool, ...]]
"""A gate on the way back: its slot, the gate, its operands, and which of those lead to a wanted input."""


class Lean:
    """The passes of one graph, by some of its inputs.

    Args:
        graph: what to run.
        wanted: slots of the inputs whose derivatives are wanted.
        arithmetic: runs the gates.
    """

    def __init__(self, graph: Graph, wanted: Sequence[int], arithmetic: ArrayArithmetic) -> None:
        self._graph = graph
        self._wanted = wanted
        self._arithmetic = arithmetic
        leads = [False] * len(graph.gates)
        for slot in wanted:
            leads[slot] = True
        for slot, _, args in graph.steps:
            leads[slot] = any(leads[a] for a in args)
        self._back: list[Step] = [(slot, gate, args, tuple(leads[a] for a in args))
                                  for slot, gate, args in reversed(graph.steps) if leads[slot]]  # fmt: skip
        used_back = [(slot, self._needed(slot, gate, args, wants)) for slot, gate, args, wants in self._back]
        kept = {a for _, slots in used_back for a in slots} | {graph.output}
        self._forget_back = _last_uses(used_back)
        self._forget_value = _last_uses((slot, args) for slot, _, args in graph.steps)
        self._forget = {slot: [a for a in slots if a not in kept] for slot, slots in self._forget_value.items()}
        self._shapes = [numpy.broadcast_to(0.0, graph.shape(slot)) if graph.shape(slot) else 0.0
                        for slot in range(len(graph.gates))]  # fmt: skip
        self._over = self._overwritten()

    def value(self, point: Sequence[Any]) -> float | None:
        """The value of the output; None where a value on the way is not finite."""
        values = self._forward(point, self._forget_value)
        return None if values is None else float(values[self._graph.output])

    def value_and_gradient(self, point: Sequence[Any]) -> tuple[float, dict[int, Any]] | None:
        """The value of the output and its derivatives by slot; None where anything is not finite."""
        values = self._forward(point, self._forget)
        if values is None:
            return None
        value = float(values[self._graph.output])
        gradient = self.pull(values, self._graph.output, 1.0, forget=True)
        found: dict[int, Any] = {}
        for slot in self._wanted:
            shared = any(gradient.get(slot) is other for other in found.values())
            found[slot] = _own(gradient.get(slot), self._graph.shape(slot), shared=shared)
        return (value, found) if all(map(_is_finite, found.values())) else None

    def pull(self, values: list[Any], start: int, seed: Any, *, forget: bool = False) -> dict[int, Any]:
        """The derivatives of a node by the wanted inputs that it depends on; they may share memory.

        Args:
            values: the value of each slot.
            start: the slot of the node.
            seed: the derivative by that node, of its shape.
            forget: whether values may be dropped when they have been used for the last time.
        """
        gradients: dict[int, Any] = {start: seed}
        summed: set[int] = set()
        with numpy.errstate(all="ignore"):
            for slot, gate, args, wanted in self._back:
                if slot in gradients:
                    operands = [values[a] for a in args]
                    handed = self._arithmetic.pull(gate, gradients.pop(slot), values[slot], operands, wanted)
                    self._collect(gradients, summed, args, handed, wanted)
                    del operands, handed  # or they would live until the next gate has been pulled through
                if forget:
                    for old in self._forget_back.get(slot, ()):
                        values[old] = self._shapes[old]
        return gradients

    @staticmethod
    def _collect(
        gradients: dict[int, Any], summed: set[int], args: Sequence[int], handed: Pulled, wanted: Sequence[bool]
    ) -> None:
        """Add what operands receive; in place once there is a sum, which belongs to nobody else."""
        for a, contribution, asked in zip(args, handed, wanted, strict=True):
            if not asked or contribution is None:
                continue
            if a not in gradients:
                gradients[a] = contribution
            elif a in summed:
                gradients[a] += contribution
            else:
                gradients[a] = gradients[a] + contribution
                summed.add(a)

    def _forward(self, point: Sequence[Any], forget: dict[int, list[int]]) -> list[Any] | None:
        graph = self._graph
        values: list[Any] = [None] * len(graph.gates)
        values[: len(point)] = point
        for slot, constant in graph.constants.items():
            values[slot] = constant
        with numpy.errstate(all="ignore"):
            for slot, gate, args in graph.steps:
                operands = [values[a] for a in args]
                if isinstance(gate, ArrayGate) and gate.fault(*operands) is not None:
                    return None
                over = self._over.get(slot)
                if over is None:
                    values[slot] = self._arithmetic.value(gate, operands)
                else:
                    values[slot] = _IN_PLACE[gate.name](*operands, out=operands[over])
                del operands
                if not _is_finite(values[slot]):
                    return None
                for old in forget.get(slot, ()):
                    values[old] = self._shapes[old]
        return values

    def _needed(self, slot: int, gate: Gate, args: Sequence[int], wanted: Sequence[bool]) -> list[int]:
        """The slots whose values the derivative of a gate looks at."""
        shapes = [self._graph.shape(a) for a in (*args, slot)]
        return [slot if place == OUTPUT else args[place]
                for place in needed(gate, shapes, wanted, self._arithmetic.m.ties)]  # fmt: skip

    def _overwritten(self) -> dict[int, int]:
        """Sums, differences and products that may be written over an operand: by the slot, which of the operands.

        Nobody else uses it, and it is neither an input nor a view of something else.
        """
        graph, consumers = self._graph, self._graph.consumers()
        over: dict[int, int] = {}
        for slot, gate, args in graph.steps:
            if not isinstance(gate, Rule) or gate.name not in _IN_PLACE or not graph.shape(slot):
                continue
            for place, a in enumerate(args):
                made_by, alone = graph.gates[a], len(consumers[a]) == 1 and a in self._forget.get(slot, ())
                if alone and made_by and made_by.name in _NEW and graph.shape(a) == graph.shape(slot):
                    over[slot] = place
        return over


_IN_PLACE: dict[str, Callable[..., Any]] = {"add": numpy.add, "sub": numpy.subtract, "mul": numpy.multiply}

_NEW = ("matmul", *_IN_PLACE)
"""Gates whose output is never a view of an operand."""


class LeanArithmetic(ArrayArithmetic):
    """Array arithmetic that takes little memory, and does not look whether 0 meets ∞: its user does."""

    def __init__(self, ties: Ties = "split") -> None:
        super().__init__(ties)
        self.m.where = _where

    def pull(
        self, gate: Gate, upstream: Any, output: Any, operands: Sequence[Any], wanted: Sequence[bool] | None = None
    ) -> Pulled:
        """What each operand receives; nothing is multiplied for one that is not asked for, or by 1."""
        if not is_elementwise(gate):
            return super().pull(gate, upstream, output, operands, wanted)
        asked = wanted or (True,) * len(operands)
        slopes = [s if a else None for s, a in zip(self.slopes(gate, output, operands), asked, strict=True)]
        others = Counter(map(id, (*slopes, *operands, output, upstream)))
        handed = [None if s is None else _times(upstream, s, shared=others[id(s)] > 1) for s in slopes]
        return self.fitted(handed, operands, wanted)


def _times(upstream: Any, slope: Any, *, shared: bool) -> Any:
    """Upstream times local, written over the latter if it was computed for just this."""
    if isinstance(slope, float):
        return upstream if slope == 1.0 else upstream * slope
    free = not shared and slope.base is None and slope.dtype == float
    if free and slope.shape == numpy.broadcast_shapes(numpy.shape(upstream), slope.shape):
        return numpy.multiply(upstream, slope, out=slope)
    return upstream * slope


def _where(condition: Any, one: Any, other: Any) -> Any:
    """As `numpy.where`; indicators such as relu′ become floats at once, which are much faster to multiply with."""
    is_array = isinstance(condition, numpy.ndarray) and condition.dtype.kind == "b"
    if is_array and isinstance(one, int) and isinstance(other, int):
        return condition.astype(float) if (one, other) == (1, 0) else numpy.where(condition, float(one), float(other))
    return numpy.where(condition, one, other)


def _is_finite(x: Any) -> bool:
    """Whether every entry is; the sum of squares tells it without another array, unless it overflows."""
    if getattr(x, "ndim", 0) and x.flags.contiguous and x.dtype == float and numpy.isfinite(numpy.vdot(x, x)):
        return True
    return bool(numpy.isfinite(x).all())


def _last_uses(uses: Iterable[tuple[int, Sequence[int]]]) -> dict[int, list[int]]:
    """For each step the slots that no later one uses."""
    last = {slot: step for step, slots in uses for slot in slots}
    forget: dict[int, list[int]] = {}
    for slot, step in last.items():
        forget.setdefault(step, []).append(slot)
    return forget


def _own(gradient: Any, shape: Shape, *, shared: bool) -> Any:
    """A gradient that shares no memory with anything else."""
    if not shape:
        return 0.0 if gradient is None else float(gradient)
    if gradient is None:
        return numpy.zeros(shape)
    return gradient.copy() if shared or gradient.base is not None else gradient
