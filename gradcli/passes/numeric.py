"""Each derivative against a difference quotient: analytic, numeric, relative error, step, verdict, and why.

The quotients are extrapolated, and know how far off they may be (`gradcli.passes.quotients`). So a difference that is
no larger than that is not held against the derivative, and one that is larger is explained where it can be: by a kink,
by a border of the domain, by cancellation.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from gradcli.graph.blocks import block_slots, is_block
from gradcli.graph.tape import Graph
from gradcli.passes.evaluate import Evaluation
from gradcli.passes.forward import run_forward
from gradcli.passes.lines import Variable, along, noise, values_along
from gradcli.passes.quotients import Line, Slope, bends_within_rounding, jumps, ladder, quick_slope, slope
from gradcli.rules.shape import Shape, entries, indices

Verdict = Literal["agrees", "kink", "differs", "cannot tell"]

TOLERANCE = 1e-6
"""Relative error up to which a difference quotient agrees, besides what rounding alone explains."""

_UNSURE = 1e-3
"""Rounding from this part of the slopes around onwards hides the derivative."""


@dataclass(frozen=True, slots=True)
class NumericCheck:
    """One derivative, computed twice.

    Attributes:
        name: the input, or an entry of it (W[0, 1]).
        analytic: from the backward pass.
        numeric: from central differences (f(x + h) − f(x − h))/2h, extrapolated to h = 0; from one side where f ends
            at x; NaN where there is neither, and where f jumps.
        error: |analytic − numeric| relative to the larger of them; 0 if both are 0.
        step: the smallest h.
        verdict: "agrees", "differs", "kink" (the slopes left and right differ, and the convention lies between
            them), or "cannot tell".
        reason: what the verdict rests on, where that needs to be said.
        bound: how far the difference quotient itself may be off, by rounding and by what is left of the bend; NaN
            where there is none.
        left: the slope from the left, where that from the right was found to be another; else NaN.
        right: the slope from the right, likewise.
    """

    name: str
    analytic: float
    numeric: float
    error: float
    step: float
    verdict: Verdict
    reason: str = ""
    bound: float = math.nan
    left: float = math.nan
    right: float = math.nan


_JUMP = "the value jumps here"

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
    from gradcli.passes.cancellation import Cancellation  # it writes derivatives as graphs, which takes much

    forward = run_forward(graph, point)
    kinked = forward.conventions().keys()
    rounding = noise(forward, seed)
    most = most_checked(graph)
    found = [(place, at) for place in places for at in checked_entries(graph.shape(place), most)]
    # Many inputs of a large graph are looked at with fewer steps each, so that the time stays bearable.
    stride = 1 + _work(graph) * len(found) // _BEARABLE
    reached = {place: _reaches(graph, place, kinked) for place, _ in found}
    hidden = _behind_blocks(graph)
    cancellation = Cancellation(graph, point, rounding)
    checks = []
    for place, at in found:
        variable = Variable(graph, tuple(point), place, at, seed)
        analytic = gradient[place][at] if at else gradient[place]
        if place in hidden:
            checks.append(_unchecked(variable.name, analytic, hidden[place]))
        else:
            check = _check(variable, analytic, kinks=reached[place], stride=stride, rounding=rounding)
            if check.verdict == "differs" and (lost := cancellation.reason(variable, check.analytic, check.numeric)):
                check = replace(check, verdict="cannot tell", reason=lost)
            checks.append(check)
    return checks


def _behind_blocks(graph: Graph) -> dict[int, str]:
    """The inputs that reach the output through a block, each with a block that they meet first."""
    met: dict[int, str] = {}
    for slot, gate, args in reversed(graph.steps) if block_slots(graph) else ():
        name = gate.sign if is_block(gate) else met.get(slot)
        if name is not None:
            for operand in args:
                met.setdefault(operand, name)
    return met


def _unchecked(name: str, analytic: float, block: str) -> NumericCheck:
    """A derivative through a block: there is no other value than the stated one, wherever the input is moved."""
    reason = f"a block cannot be checked: the function of {block} is not given"
    return NumericCheck(name, float(analytic), math.nan, math.nan, math.nan, "cannot tell", reason)


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


def _reaches(graph: Graph, place: int, slots: Collection[int]) -> bool:
    """Whether any of the slots depends on an input."""
    if not slots:
        return False
    moved = {place}
    for slot, _, args in graph.steps:
        if not moved.isdisjoint(args):
            moved.add(slot)
    return not moved.isdisjoint(slots)


def _check(variable: Variable, analytic: float, *, kinks: bool, stride: int, rounding: float) -> NumericCheck:
    x, name = variable.value, variable.name
    analytic = float(analytic)
    told = _Told(name, analytic)
    # Three steps will do at most points; where they do not, a whole ladder of them is tried.
    if not kinks and math.isfinite(analytic):
        quick = quick_slope(values_along(variable), x, rounding)
        if told.apart(quick) + quick.error <= told.tolerance(quick):
            return told("agrees", quick)
    line, steps = along(variable), ladder(x)[::stride]
    nothing = Slope(math.nan, math.nan, steps[0], math.nan)
    if not math.isfinite(line(x)[0]):
        return told("cannot tell", nothing, "the value is too large for double precision")
    missing = [sign for sign, side in (("+", 1), ("−", -1)) if not math.isfinite(line(x + side * steps[0])[0])]
    border = " or ".join(f"{name} {sign} h" for sign in missing)
    if not math.isfinite(analytic):
        infinite = "the derivative is not finite"
        return told("cannot tell", nothing, f"{infinite}, and there is no finite value at {border}") if missing else (
            told("cannot tell", slope(line, x, steps, 0), infinite))  # fmt: skip
    if len(missing) == 2:
        return told("cannot tell", nothing, f"no finite value at {border}")
    if missing:
        side = -1 if missing == ["+"] else 1
        return _one_sided(told, slope(line, x, steps, side), f"no finite value at {border}", kinks=kinks)
    return _two_sided(told, line, x, steps, kinks=kinks)


def _one_sided(told: _Told, found: Slope, border: str, *, kinks: bool) -> NumericCheck:
    """The verdict where the function ends at x."""
    reason = f"{border}: the quotient is that of the other side"
    if told.agrees(found):
        return told("agrees", found, reason)
    hidden = found.error > _UNSURE * max(abs(told.analytic), found.steepest)
    if hidden:
        return told("cannot tell", found, border)
    return told("kink" if kinks else "differs", found, reason)


def _two_sided(told: _Told, line: Line, x: float, steps: Sequence[float], *, kinks: bool) -> NumericCheck:
    analytic = told.analytic
    middle = slope(line, x, steps, 0)
    agrees = told.agrees(middle)
    if kinks and jumps(line, x, steps):
        # Across a jump the quotient is that of the jump, and no slope.
        return told("agrees", middle, _JUMP) if agrees else (
            told("kink", Slope(math.nan, math.nan, middle.step, math.nan), _JUMP))  # fmt: skip
    if kinks or not agrees:
        left, right = slope(line, x, steps, -1), slope(line, x, steps, 1)
        error = left.error + right.error
        low, high = sorted((left.value, right.value))
        if high - low > 2 * error + TOLERANCE * max(abs(low), abs(high)):
            verdict: Verdict = "kink" if low - error <= analytic <= high + error else "differs"
            slopes = f"the slope is {left.value:.6g} on the left and {right.value:.6g} on the right"
            return told(verdict, middle, slopes, left.value, right.value)
    if analytic == middle.value:
        return told("agrees", middle)
    if middle.error > _UNSURE * max(abs(analytic), middle.steepest) and told.apart(middle) <= 10 * middle.error:
        return told("cannot tell", middle, f"cancellation: f(x + h) − f(x − h) loses so many digits that the quotient "
                    f"may be off by {middle.error:.2g}")  # fmt: skip
    if not agrees and not kinks and bends_within_rounding(line, x, steps[0]):
        return told("cannot tell", middle, f"{told.name} is too large to tell the function's bends apart")
    if not agrees:
        return told("differs", middle, f"{told.apart(middle):.2g} apart, and the quotient is off by at most "
                    f"{middle.error:.2g}")  # fmt: skip
    near = told.apart(middle) <= told.tolerance(middle)
    return told("agrees", middle, "" if near else "no further apart than the error of the difference quotient")


@dataclass(frozen=True, slots=True)
class _Told:
    """Writes the verdict on one derivative."""

    name: str
    analytic: float

    def apart(self, found: Slope) -> float:
        return abs(self.analytic - found.value)

    def tolerance(self, found: Slope) -> float:
        return TOLERANCE * max(abs(self.analytic), abs(found.value))

    def agrees(self, found: Slope) -> bool:
        return self.apart(found) <= self.tolerance(found) + found.error

    def __call__(
        self, verdict: Verdict, found: Slope, reason: str = "", left: float = math.nan, right: float = math.nan
    ) -> NumericCheck:
        scale = max(abs(self.analytic), abs(found.value))
        apart = self.apart(found)
        error = apart / scale if scale else apart
        return NumericCheck(
            self.name, self.analytic, found.value, error, found.step, verdict, reason, found.error, left, right
        )
