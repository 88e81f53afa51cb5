"""Each derivative against difference quotients: analytic, numeric, relative error, step, verdict.

A difference quotient is wrong in two ways: rounding is divided by the step, so small steps are bad, and the function
bends, so large steps are bad. Neither is guessed here. Rounding is bounded from the graph: a relative error ε in a
node moves the output by ε·|dz/do·o|. The step is found by starting where rounding reigns and growing it as long as
the quotients contradict none of those before (O. V. Lepski, Theory of Probability and its Applications 35, 1991).
"""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

from gradcli.graph.tape import Graph
from gradcli.passes.backward import Backward, run_backward
from gradcli.passes.evaluate import Evaluation
from gradcli.passes.forward import UndefinedValue, run_forward
from gradcli.rules.shape import Shape, entries, indices

Verdict = Literal["agrees", "kink", "differs", "cannot tell"]

TOLERANCE = 1e-6
"""Relative error up to which a difference quotient agrees, besides what rounding alone explains."""

_ROUNDING = 8 * sys.float_info.epsilon
"""Relative error that is granted to the value of every node."""

_SMALLEST_STEP, _SMALLEST_STEP_AT_0, _LARGEST_STEP, _QUICK_STEP = -46, -120, -2, -17
"""Exponents of 2, relative to x. The quick step balances rounding and bend of tame functions, ε^(1/3)."""

_UNSURE = 1e-3
"""Rounding from this part of the slopes around onwards hides the derivative."""


@dataclass(frozen=True, slots=True)
class NumericCheck:
    """One derivative, computed twice.

    Attributes:
        name: the input, or an entry of it (W[0, 1]).
        analytic: from the backward pass.
        numeric: from central differences (f(x + h) − f(x − h))/2h; NaN where f is undefined on either side.
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


_BEARABLE = 20_000
"""Nodes times inputs up to which every step is tried."""


MOST_CHECKED = 64
"""Entries of one vector or matrix that are checked; of a larger one as many, evenly spread."""


def check_numerically(
    graph: Graph, point: Sequence[Any], gradient: Sequence[Any], places: Iterable[int], seed: Any = 1.0
) -> list[NumericCheck]:
    """Compare derivatives by the inputs at `places`, entry by entry, with difference quotients.

    An output that is an array counts with the weights in `seed`, with which the gradient began.
    """
    kinked = run_forward(graph, point).conventions().keys()
    most = most_checked(graph)
    found = [(place, at) for place in places for at in checked_entries(graph.shape(place), most)]
    # Many inputs of a large graph are looked at with fewer steps each, so that the time stays bearable.
    stride = 1 + _work(graph) * len(found) // _BEARABLE
    reached = {place: _reaches(graph, place, kinked) for place, _ in found}
    return [
        _check(_Variable(graph, tuple(point), place, at, seed), gradient[place][at] if at else gradient[place],
               kinks=reached[place], stride=stride)
        for place, at in found
    ]  # fmt: skip


def check_evaluation(result: Evaluation) -> list[NumericCheck]:
    """Compare the derivatives that an evaluation was asked for with difference quotients."""
    graph, back = result.graph, result.backward
    if back is None:
        return []
    places = [graph.inputs.index(name) for name in result.wrt if name in graph.inputs]
    point = [result.at[name] for name in graph.inputs]
    return check_numerically(graph, point, back.gradient(), places, back.gradients[graph.output])


def left_out(result: Evaluation) -> list[str]:
    """Notes on vectors and matrices that are too large to be checked whole."""
    sizes = {name: entries(result.graph.shape(slot)) for slot, name in enumerate(result.graph.inputs)}
    most = most_checked(result.graph)
    return [f"{most} of the {sizes[name]:,} entries of {name} were checked, evenly spread"
            for name in result.wrt if sizes.get(name, 0) > most]  # fmt: skip


def most_checked(graph: Graph) -> int:
    """How many entries of one vector or matrix are checked: fewer where each check takes long."""
    return max(4, min(MOST_CHECKED, 50 * _BEARABLE // max(_work(graph), 1)))


def _work(graph: Graph) -> int:
    """How long a pass takes, counted in nodes of numbers; an entry of an array counts as a hundredth of one."""
    if graph.shapes is None:
        return len(graph.steps)
    return len(graph.steps) + sum(map(entries, graph.shapes)) // 100


def checked_entries(shape: Shape, most: int = MOST_CHECKED) -> list[tuple[int, ...]]:
    """The entries of an array that are checked; of a number the one there is."""
    size = entries(shape)
    picked = range(size) if size <= most else [k * size // most for k in range(most)]
    return [indices(place, shape) for place in picked]


@dataclass(frozen=True, slots=True)
class _Variable:
    """A number that is moved: an input, or the entry of one at the indices `at`."""

    graph: Graph
    point: tuple[Any, ...]
    place: int
    at: tuple[int, ...]
    seed: Any

    @property
    def name(self) -> str:
        name = self.graph.inputs[self.place]
        return f"{name}[{', '.join(map(str, self.at))}]" if self.at else name

    @property
    def value(self) -> float:
        x = self.point[self.place]
        return float(x[self.at]) if self.at else float(x)

    def moved(self, x: float) -> list[Any]:
        """The point with this number in it."""
        whole: Any = x
        if self.at:
            whole = self.point[self.place].copy()
            whole[self.at] = x
        return [*self.point[: self.place], whole, *self.point[self.place + 1 :]]


def _reaches(graph: Graph, place: int, slots: Collection[int]) -> bool:
    """Whether any of the slots depends on an input."""
    if not slots:
        return False
    moved = {place}
    for slot, _, args in graph.steps:
        if not moved.isdisjoint(args):
            moved.add(slot)
    return not moved.isdisjoint(slots)


@dataclass(frozen=True, slots=True)
class _Slope:
    """A difference quotient, the largest error it may have, its step, and the steepest quotient that was met."""

    value: float
    error: float
    step: float
    steepest: float


_Line = Callable[[float], tuple[float, float, float]]
"""The function of one input alone: its value, what rounding may have done to it, and its derivative."""


def _check(variable: _Variable, analytic: float, *, kinks: bool, stride: int) -> NumericCheck:
    x, name = variable.value, variable.name
    analytic = float(analytic)
    line = _along(variable)
    steps = _steps(x)[::stride]

    def result(slope: _Slope, verdict: Verdict, reason: str = "") -> NumericCheck:
        scale = max(abs(analytic), abs(slope.value))
        error = abs(analytic - slope.value) / scale if scale else 0.0
        return NumericCheck(name, analytic, slope.value, error, slope.step, verdict, reason)

    for sign, side in (("+", 1), ("−", -1)):
        if not math.isfinite(line(x + side * steps[0])[0]):
            nothing = _Slope(math.nan, math.nan, steps[0], math.nan)
            return result(nothing, "cannot tell", f"no finite value at {name} {sign} h")
    if not math.isfinite(analytic):
        return result(_slope(line, x, steps, 0), "cannot tell", "the derivative is not finite")
    # One step will do at most points; where it does not, the others are tried.
    quick = _quick_slope(line, x)
    if not kinks and abs(analytic - quick.value) + quick.error <= TOLERANCE * max(abs(analytic), abs(quick.value)):
        return result(quick, "agrees")
    middle = _slope(line, x, steps, 0)
    tolerated = TOLERANCE * max(abs(analytic), abs(middle.value))
    agrees = abs(analytic - middle.value) <= tolerated + middle.error
    if kinks and _jumps(line, x, steps):
        return result(middle, "agrees" if agrees else "kink", "the value jumps here")
    if kinks or not agrees:
        left, right = _slope(line, x, steps, -1), _slope(line, x, steps, 1)
        error = left.error + right.error
        low, high = sorted((left.value, right.value))
        if high - low > 2 * error + TOLERANCE * max(abs(low), abs(high)):
            verdict: Verdict = "kink" if low - error <= analytic <= high + error else "differs"
            slopes = f"the slope is {left.value:.6g} on the left and {right.value:.6g} on the right"
            return result(middle, verdict, slopes)
    if analytic == middle.value:
        return result(middle, "agrees")
    if middle.error > _UNSURE * max(abs(analytic), middle.steepest):
        return result(middle, "cannot tell", "rounding hides the derivative")
    if not agrees and not kinks and _bends_within_rounding(line, x, steps[0]):
        return result(middle, "cannot tell", f"{name} is too large to tell the function's bends apart")
    if not agrees:
        return result(middle, "differs")
    near = abs(analytic - middle.value) <= tolerated
    return result(middle, "agrees", "" if near else "no further apart than the error of the difference quotient")


def _along(variable: _Variable) -> _Line:
    graph, seed = variable.graph, variable.seed

    @cache  # the slopes from the left, from the right and from both sides use the same points
    def line(x: float) -> tuple[float, float, float]:
        try:
            forward = run_forward(graph, variable.moved(x))
        except UndefinedValue:
            return math.nan, math.nan, math.nan
        backward = run_backward(forward, seed)
        slope = backward.gradients[variable.place]
        if slope is not None and variable.at:
            slope = float(slope[variable.at])
        return _weighted(forward.output, seed), _ROUNDING * _influence(backward), slope or 0.0

    return line


def _weighted(output: Any, seed: Any) -> float:
    return output if isinstance(output, float) else float((output * seed).sum())


def _influence(backward: Backward) -> float:
    """How far a relative error of 1 in every node moves the output at the most."""
    pairs = zip(backward.gradients, backward.forward.values, strict=True)
    if backward.forward.graph.shapes is not None:
        from gradcli.passes.array_passes import influence  # numbers alone need no NumPy

        return influence(pairs)
    # Below the smallest normal number the error is absolute.
    moved = (abs(gradient) * max(abs(value), sys.float_info.min) for gradient, value in pairs if gradient)
    return float(sum(m for m in moved if m == m))


def _size(x: float) -> int:
    return math.frexp(x)[1] - 1 if x else 0


def _steps(x: float) -> list[float]:
    """Powers of 2, so that x + h is seldom rounded, from where rounding reigns to where the function is seen whole."""
    size = _size(x)
    smallest = max(size + _SMALLEST_STEP, -1070)
    exponents = {*range(smallest, size + _LARGEST_STEP + 1, 3)}
    if size < 0 or x == 0:
        # A small x may stand beside larger numbers, as in 1 + x, or 0 in front of them, as in sin(10^20·x).
        exponents |= {*range(_LARGEST_STEP, max(_SMALLEST_STEP, smallest), -3)}
        exponents |= {*range(min(smallest, _SMALLEST_STEP_AT_0) if x == 0 else smallest, _LARGEST_STEP, 16)}
    return [math.ldexp(1.0, exponent) for exponent in sorted(exponents)]


def _quick_slope(line: _Line, x: float) -> _Slope:
    step = math.ldexp(1.0, max(_size(x) + _QUICK_STEP, -1070))
    (high, up, _), (low, down, _) = line(x + step), line(x - step)
    width = (x + step) - (x - step)
    return _Slope((high - low) / width, (up + down) / width, step, math.inf)


def _slope(line: _Line, x: float, steps: Sequence[float], side: int) -> _Slope:
    """The slope at x, from both sides (`side` 0), from the left (−1) or from the right (1)."""
    best = _Slope(math.nan, math.inf, steps[0], 0.0)
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
                best = _Slope(better, error, before[2], steepest)
        before = value, noise, step
    return _Slope(best.value, best.error, best.step, steepest)


def _jumps(line: _Line, x: float, steps: Sequence[float]) -> bool:
    """Whether the value changes as much over the smallest step as over the next one, on either side."""
    here = line(x)[0]
    for side in (1, -1):
        (near, noise, _), (far, _, _) = line(x + side * steps[0]), line(x + side * steps[1])
        if abs(near - here) > max(0.5 * abs(far - here), 100 * noise):
            return True
    return False


def _bends_within_rounding(line: _Line, x: float, step: float) -> bool:
    slopes = [line(end)[2] for end in (x - step, x, x + step)]
    return not max(slopes) - min(slopes) <= 0.01 * max(map(abs, slopes))
