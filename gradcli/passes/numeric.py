"""Each derivative against a central difference: analytic, numeric, relative error, step, verdict."""

from __future__ import annotations

import math
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from gradcli.graph.tape import Graph
from gradcli.passes.forward import UndefinedValue, run_forward

Verdict = Literal["agrees", "kink", "differs", "cannot tell"]

TOLERANCE = 1e-6
"""Relative error up to which a difference quotient agrees, besides what rounding alone explains."""

_EPSILON = sys.float_info.epsilon
_STEP = _EPSILON ** (1 / 3)


@dataclass(frozen=True, slots=True)
class NumericCheck:
    """One derivative, computed twice.

    Attributes:
        name: the input.
        analytic: from the backward pass.
        numeric: the central difference (f(x + h) − f(x − h))/2h; NaN where f is undefined on either side.
        error: |analytic − numeric| relative to the larger of them; 0 if both are 0.
        step: h.
        verdict: "agrees", "differs", "kink" (the slopes left and right differ, and the convention lies between
            them), or "cannot tell".
        reason: what the verdict rests on, where that needs to be said.
    """

    name: str
    analytic: float
    numeric: float
    error: float
    step: float
    verdict: Verdict
    reason: str = ""


def check_numerically(
    graph: Graph, point: Sequence[float], gradient: Sequence[float], places: Iterable[int]
) -> list[NumericCheck]:
    """Compare derivatives by the inputs at `places` with central differences."""
    return [_check(graph, point, gradient[place], place) for place in places]


def _check(graph: Graph, point: Sequence[float], analytic: float, place: int) -> NumericCheck:
    x = point[place]
    # ε^(1/3) balances the rounding of f against the third derivative (Nocedal and Wright, Numerical Optimization, 8.1).
    step = _STEP * max(abs(x), 1.0)
    here, there, back = (_value(graph, point, place, x + s) for s in (0.0, step, -step))
    width = (x + step) - (x - step)
    name = graph.inputs[place]
    if not (math.isfinite(there) and math.isfinite(back)):
        side = "x + h" if not math.isfinite(there) else "x − h"
        reason = f"no finite value at {side.replace('x', name)}"
        return NumericCheck(name, analytic, math.nan, math.nan, step, "cannot tell", reason)
    if not math.isfinite(analytic):
        return NumericCheck(name, analytic, (there - back) / width, math.inf, step, "cannot tell",
                            "the derivative is not finite")  # fmt: skip
    numeric = (there - back) / width
    scale = max(abs(analytic), abs(numeric))
    error = abs(analytic - numeric) / scale if scale else 0.0
    noise = 8 * _EPSILON * max(abs(there), abs(back), abs(here)) / step
    if abs(analytic - numeric) <= TOLERANCE * scale + noise:
        return NumericCheck(name, analytic, numeric, error, step, "agrees")
    left, right = 2 * (here - back) / width, 2 * (there - here) / width
    # At a kink the two one-sided slopes stay apart however small the step; on a curve they close in with it.
    small = step / 64
    nearer = [_value(graph, point, place, x + s) for s in (small, -small)]
    gap = abs((nearer[0] - here) - (here - nearer[1])) / small
    if math.isfinite(gap) and gap > 0.5 * abs(right - left) > noise:
        slopes = f"the slope is {left:.6g} on the left and {right:.6g} on the right"
        if min(left, right) - noise <= analytic <= max(left, right) + noise:
            return NumericCheck(name, analytic, numeric, error, step, "kink", slopes)
        return NumericCheck(name, analytic, numeric, error, step, "differs", slopes)
    return NumericCheck(name, analytic, numeric, error, step, "differs")


def _value(graph: Graph, point: Sequence[float], place: int, x: float) -> float:
    try:
        return run_forward(graph, [*point[:place], x, *point[place + 1 :]]).output
    except UndefinedValue:
        return math.nan
