"""Why an entry of a value or of a slope is not finite."""

from __future__ import annotations

from typing import Any

import numpy

from gradcli.passes.forward import STRUCTURED, Forward
from gradcli.report.notes import NEVER_ZERO, NO_SLOPE, OPERAND, TOO_LARGE_TEXT, TOO_SMALL, steep


def infinite(forward: Forward, slot: int) -> str:
    """Why the value or the slope in a slot is not finite, with the first such entry; "" if both are finite."""
    gate = forward.graph.gates[slot]
    assert gate is not None  # noqa: S101  (only slots of gates are asked for)
    value, operands = forward.values[slot], forward.operands(slot)
    edges = zip(operands, forward.locals[slot], strict=True)
    slopes = [(x, slope) for x, slope in edges if slope is not None and slope is not STRUCTURED]
    sound = all(numpy.isfinite(x).all() for x in operands)
    if gate.name in NEVER_ZERO and sound:
        for x in (value, *(s for _, s in slopes)):
            if (numpy.asarray(x) == 0).any():
                return TOO_SMALL + _named(numpy.asarray(x) == 0)
    if not numpy.isfinite(value).all():
        return (TOO_LARGE_TEXT if sound else OPERAND) + _named(~numpy.isfinite(value))
    for x, slope in slopes:
        odd = ~numpy.isfinite(numpy.asarray(slope, dtype=float))
        if not odd.any():
            continue
        if not sound:
            return OPERAND + _named(odd)
        if numpy.isnan(slope).any():
            return NO_SLOPE + _named(odd)
        where = numpy.broadcast_to(x, numpy.broadcast_shapes(numpy.shape(x), odd.shape))
        return steep(gate, [float(entry) for entry in where[numpy.broadcast_to(odd, where.shape)]]) + _named(odd)
    return ""


def _named(found: Any) -> str:
    """The first entry that is marked."""
    places = numpy.argwhere(found)
    return f", in entry [{', '.join(map(str, places[0].tolist()))}]" if numpy.ndim(found) else ""
