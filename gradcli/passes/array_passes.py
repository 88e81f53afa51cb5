"""Forward and backward pass of a graph that holds vectors and matrices."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import numpy

from gradcli.graph.tape import ArrayGate, Composite, Gate, Graph, Span, is_elementwise
from gradcli.passes.array_gates import ArrayArithmetic
from gradcli.passes.backward import Backward
from gradcli.passes.forward import STRUCTURED, TOO_LARGE, Forward, UndefinedValue, fault, run_forward
from gradcli.rules.namespace import Ties
from gradcli.rules.shape import Shape

_MOST_LOOKED_AT = 1000
"""Entries without a finite value that are asked for the reason."""


def run_array_forward(graph: Graph, point: Sequence[Any], ties: Ties = "split") -> Forward:
    """Run the forward pass; see `gradcli.passes.forward.run_forward`.

    Values are floats and arrays. Local derivatives are stored entry by entry (the diagonal of the Jacobian) where the
    gate works so; other gates have the mark `STRUCTURED` there.
    """
    size = len(graph.gates)
    values: list[Any] = [0.0] * size
    values[: len(point)] = point
    for slot, constant in graph.constants.items():
        values[slot] = constant
    stored: list[tuple[Any, ...]] = [()] * size
    result = Forward(graph, ties, values, stored)
    arithmetic = ArrayArithmetic(ties)
    spans: dict[int, Span] = {}
    with numpy.errstate(all="ignore"):
        for done, (slot, gate, args) in enumerate(graph.steps, 1):
            operands = [values[a] for a in args]
            reason = gate.fault(*operands) if isinstance(gate, ArrayGate) else None
            value = values[slot] = _nothing_at(graph.shape(slot)) if reason else arithmetic.value(gate, operands)
            stored[slot] = _stored(arithmetic, graph, gate, value, operands, args, slot, result)
            span = graph.spans[slot]
            if reason is None and (isinstance(gate, Composite) or not numpy.isfinite(value).all()):
                reason, span = _fault(graph, slot, gate, operands, value, ties)
            if reason is not None:
                result.faults[slot], spans[slot] = reason, span
                if not graph.branches:
                    raise UndefinedValue(result.up_to(done), slot, reason, span)
        whole = result.up_to(len(graph.steps))
        if whole.faults:
            _raise_taken(whole, spans)
    return whole


def _stored(
    arithmetic: ArrayArithmetic, graph: Graph, gate: Gate, value: Any, operands: list[Any], args: tuple[int, ...],
    slot: int, result: Forward,
) -> tuple[Any, ...]:  # fmt: skip
    if not is_elementwise(gate):
        return tuple([None if a in graph.constants else STRUCTURED for a in args])
    slopes = arithmetic.slopes(gate, value, operands)
    result.idle.update((slot, place) for place, slope in enumerate(slopes) if slope is None)
    return tuple(None if a in graph.constants else 0.0 if s is None else s for a, s in zip(args, slopes, strict=True))


def run_array_backward(forward: Forward, seed: Any = 1.0) -> Backward:
    """Run the backward pass; see `gradcli.passes.backward.run_backward`.

    Args:
        forward: the forward pass whose stored local derivatives are used.
        seed: the derivative by the output, of the output's shape.
    """
    graph = forward.graph
    arithmetic = ArrayArithmetic(forward.ties, branches=graph.branches)
    gradients: list[Any] = [None] * len(graph.gates)
    contributions: list[tuple[Any, ...]] = [()] * len(graph.gates)
    gradients[graph.output] = seed
    with numpy.errstate(all="ignore"):
        for slot, gate, args in reversed(graph.steps):
            upstream, stored = gradients[slot], forward.locals[slot]
            operands = [forward.values[a] for a in args]
            live = [s is not None and (slot, place) not in forward.idle for place, s in enumerate(stored)]
            # On a branch that is not taken nothing comes from above, and 0 times what is undefined would be NaN.
            if upstream is None or (graph.branches and not is_elementwise(gate) and not numpy.any(upstream)):
                handed: Sequence[Any] = (None,) * len(args)
            elif not is_elementwise(gate):
                handed = arithmetic.pull(gate, upstream, forward.values[slot], operands, live)
            else:
                slopes = [s if alive else None for s, alive in zip(stored, live, strict=True)]
                handed = arithmetic.fitted(arithmetic.scaled(upstream, slopes), operands)
            contributions[slot] = tuple(
                None if s is None else _zeros(numpy.shape(i)) if h is None else h
                for s, h, i in zip(stored, handed, operands, strict=True)
            )
            for a, h, alive in zip(args, handed, live, strict=True):
                if alive and h is not None:
                    before = gradients[a]
                    gradients[a] = h if before is None else before + h
    return Backward(forward, gradients, contributions)


def filled(graph: Graph, gradients: Sequence[Any]) -> tuple[Any, ...]:
    """The gradients of the inputs; zeros where none arrived."""
    found = zip(gradients, graph.shapes or (), graph.inputs, strict=False)
    return tuple(_zeros(shape) if g is None else g for g, shape, _ in found)


def _nothing_at(shape: Shape) -> Any:
    """What stands where a gate is undefined."""
    return numpy.full(shape, numpy.nan) if shape else numpy.nan


def _zeros(shape: Shape) -> Any:
    """A gradient of 0 by something of that shape."""
    return numpy.zeros(shape) if shape else 0.0


def influence(pairs: Iterable[tuple[Any, Any]], smallest: float) -> float:
    """The sum of |gradient · value| over all entries of all slots, which are pairs of the two.

    Args:
        pairs: the gradient, or None, and the value of each slot.
        smallest: a value below it counts as much as this one.
    """
    with numpy.errstate(all="ignore"):
        moved = [numpy.abs(g) * numpy.maximum(numpy.abs(value), smallest) for g, value in pairs if g is not None]
        return float(sum(numpy.nansum(m) for m in moved))


# --- undefined values -------------------------------------------------------------------------------------------------


def _fault(graph: Graph, slot: int, gate: Gate, operands: list[Any], value: Any, ties: Ties) -> tuple[str | None, Span]:
    """Why a gate has no value, with the entry, and where; None if it has one, or if it is merely too large."""
    span = graph.spans[slot]
    if isinstance(gate, Composite) and not (gate.elementwise and any(map(numpy.ndim, operands))):
        try:
            run_forward(gate.inner, operands, ties)
        except UndefinedValue as undefined:
            return undefined.reason, undefined.span if any(undefined.span) else span
    elif not isinstance(gate, ArrayGate):
        for at, entry, numbers in _without_value(value, operands):
            reason, inside = fault(gate, numbers, entry, span, ties)
            if reason is not None:
                return f"{reason}{_named(at)}", inside
    if numpy.isnan(value).any():
        return f"not a number: an earlier node is {TOO_LARGE}", span
    return None, span


def _without_value(value: Any, operands: Sequence[Any]) -> Iterator[tuple[tuple[int, ...], float, list[float]]]:
    """The first entries that are not finite: where, the value, and the operands there."""
    whole = numpy.asarray(value)
    spread = [numpy.broadcast_to(x, whole.shape) for x in operands]
    for at in map(tuple, numpy.argwhere(~numpy.isfinite(whole))[:_MOST_LOOKED_AT]):
        yield at, float(whole[at]), [float(x[at]) for x in spread]


def _named(at: tuple[int, ...]) -> str:
    return f", in entry [{', '.join(map(str, at))}]" if at else ""


def _raise_taken(whole: Forward, spans: dict[int, Span]) -> None:
    """Raise for the first undefined value that the output depends on, through branches that are taken."""
    needed = taken_entries(whole)
    for done, (slot, gate, _) in enumerate(whole.graph.steps, 1):
        if slot not in whole.faults:
            continue
        mask = needed[slot]
        value = whole.values[slot]
        # Inside of a gate that is made of others an undefined value may be lost again.
        lost = isinstance(gate, Composite)
        if mask is None or not numpy.any(mask if lost else mask & ~numpy.isfinite(value)):
            continue
        raise UndefinedValue(whole.up_to(done), slot, whole.faults[slot], spans[slot])


def taken_entries(forward: Forward) -> list[Any]:
    """For each slot which of its entries the output depends on; None where it depends on none of them.

    A branch that is not taken at an entry is not needed there.
    """
    arithmetic = ArrayArithmetic(forward.ties)
    graph, values = forward.graph, forward.values
    needed: list[Any] = [None] * len(values)
    needed[graph.output] = numpy.ones(numpy.shape(values[graph.output]), dtype=bool)
    for slot, gate, args in reversed(graph.steps):
        mask = needed[slot]
        if mask is None or not mask.any():
            continue
        operands = [values[a] for a in args]
        masks: Sequence[Any] = [mask] * len(args)
        if gate.name == "where":
            taken = numpy.broadcast_to(numpy.asarray(operands[0]) != 0, mask.shape)
            masks = [mask, mask & taken, mask & ~taken]
        if is_elementwise(gate):
            masks = [numpy.asarray(m) != 0 for m in arithmetic.fitted([m.astype(float) for m in masks], operands)]
        else:
            masks = [numpy.ones(numpy.shape(i), dtype=bool) for i in operands]
        for a, m in zip(args, masks, strict=True):
            needed[a] = m if needed[a] is None else needed[a] | m
    return needed
