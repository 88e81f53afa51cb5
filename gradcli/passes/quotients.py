"""Difference quotients that know their own error.

A difference quotient is wrong in two ways: rounding is divided by the step, so small steps are bad, and the function
bends, so large steps are bad. Neither is guessed here. Rounding is bounded from the graph: a relative error ε in a
node moves the output by ε·|dz/do·o|. What the bend does is a power series in the step, of which quotients at several
steps cancel the first terms (L. F. Richardson, Philosophical Transactions of the Royal Society A 210, 1911); the step
is chosen where the sum of both errors is least. Tame functions take three steps (C. J. F. Ridders, Advances in
Engineering Software 4, 1982). All others take a ladder that starts where rounding reigns and grows as long as the
quotients contradict none of those before (O. V. Lepski, Theory of Probability and its Applications 35, 1991).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

Line = Callable[[float], tuple[float, float, float]]
"""The function of one input alone: its value, what rounding may have done to it, and its derivative."""

_SMALLEST_STEP, _SMALLEST_STEP_AT_0, _LARGEST_STEP, _FIRST_STEP = -46, -120, -2, -10
"""Exponents of 2, relative to x. The first of three steps at which a tame function is looked at balances rounding and
what is left of the bend after two extrapolations."""

_DEEPEST = -1070
"""The exponent of 2 below which there are hardly any numbers."""


@dataclass(frozen=True, slots=True)
class Slope:
    """A difference quotient.

    Attributes:
        value: the quotient, extrapolated to the step 0.
        error: how far from the slope it may be.
        step: the smallest step that went into it.
        steepest: the steepest quotient that was met on the way.
    """

    value: float
    error: float
    step: float
    steepest: float


def ladder(x: float) -> list[float]:
    """Powers of 2, so that x + h is seldom rounded, from where rounding reigns to where the function is seen whole."""
    size = _size(x)
    smallest = max(size + _SMALLEST_STEP, _DEEPEST)
    exponents = {*range(smallest, size + _LARGEST_STEP + 1, 3)}
    if size < 0 or x == 0:
        # A small x may stand beside larger numbers, as in 1 + x, or 0 in front of them, as in sin(10^20·x).
        exponents |= {*range(_LARGEST_STEP, max(_SMALLEST_STEP, smallest), -3)}
        exponents |= {*range(min(smallest, _SMALLEST_STEP_AT_0) if x == 0 else smallest, _LARGEST_STEP, 16)}
    return [math.ldexp(1.0, exponent) for exponent in sorted(exponents)]


def quick_slope(value: Callable[[float], float], x: float, noise: float) -> Slope:
    """The slope at x from six values, at the steps h, h/2 and h/4 on both sides.

    Args:
        value: the function; NaN where it is undefined.
        x: where.
        noise: what rounding may have done to a value near x.

    Returns:
        The quotient or extrapolation with the least estimated error; that is NaN next to a border.
    """
    best = Slope(math.nan, math.nan, 0.0, math.inf)
    above: list[tuple[float, float]] = []  # the extrapolations of the larger step, each with its share of rounding
    for k in range(3):
        step = math.ldexp(1.0, max(_size(x) + _FIRST_STEP - k, _DEEPEST))
        width = (x + step) - (x - step)
        if not width:
            break
        row = [((value(x + step) - value(x - step)) / width, 2 * noise / width)]
        for order, (before, share) in enumerate(above, 1):
            part = 1 / (4.0**order - 1)
            finer, fine = row[-1]
            row.append((finer + (finer - before) * part, fine + (fine + share) * part))
        for (found, rounding), (coarser, _) in zip(row, [*above, row[-2] if k else row[0]], strict=True):
            error = abs(found - coarser) + rounding
            if k and not best.error <= error:
                best = Slope(found, error, step, math.inf)
        above = row
    return best


def slope(line: Line, x: float, steps: Sequence[float], side: int) -> Slope:
    """The slope at x, from both sides (`side` 0), from the left (−1) or from the right (1)."""
    best = Slope(math.nan, math.inf, steps[0], 0.0)
    before: tuple[float, float, float] | None = None
    steepest = 0.0
    here = line(x)[0]
    for step in steps:
        above, below = x + step if side >= 0 else x, x - step if side <= 0 else x
        (high, up, _), (low, down, _) = line(above), line(below)
        if not math.isfinite(high - low):
            break
        value, noise = (high - low) / (above - below), (up + down) / (above - below)
        steepest = max(steepest, abs(high - here) / step, abs(here - low) / step)
        if before is not None:
            # Richardson: what the function's bend does grows with h² from both sides, with h from one. The error that
            # is granted is the one before this correction, because the bend of |x|x is not of that kind.
            factor = (step / before[2]) ** (1 if side else 2)
            better = before[0] + (before[0] - value) / (factor - 1)
            error = abs(value - before[0]) + 2 * before[1]
            if not abs(better - best.value) <= best.error and best.error < math.inf:
                break
            if error <= best.error:
                best = Slope(better, error, before[2], steepest)
        before = value, noise, step
    return Slope(best.value, best.error, best.step, steepest)


def jumps(line: Line, x: float, steps: Sequence[float]) -> bool:
    """Whether the value changes as much over the smallest step as over the next one, on either side."""
    here = line(x)[0]
    for side in (1, -1):
        (near, noise, _), (far, _, _) = line(x + side * steps[0]), line(x + side * steps[1])
        if abs(near - here) > max(0.5 * abs(far - here), 100 * noise):
            return True
    return False


def bends_within_rounding(line: Line, x: float, step: float) -> bool:
    """Whether the slope changes already over the smallest step that there is."""
    slopes = [line(end)[2] for end in (x - step, x, x + step)]
    return not max(slopes) - min(slopes) <= 0.01 * max(map(abs, slopes))


def _size(x: float) -> int:
    return math.frexp(x)[1] - 1 if x else 0
