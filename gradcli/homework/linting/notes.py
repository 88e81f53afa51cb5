"""What else makes a point a bad one: kinks and ties, sums that cancel, answers that one can guess."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from gradcli.homework.problems.problem import Problem

_CANCELLED = 1e-2
"""A sum that is a smaller share of the sum of its terms' sizes has lost two digits."""


def kinks_of(problem: Problem) -> tuple[str, ...]:
    """Where a convention stands in for a derivative: at kinks, and where max has several largest operands."""
    return tuple(
        f"{problem.naming.place(slot)}: {text}"
        for slot, texts in problem.forward.conventions().items()
        for text in texts
    )


def notes_of(problem: Problem) -> tuple[str, ...]:
    """Names without use, answers that are easily guessed, and sums that cancel."""
    notes = [note for asked in problem.asked if (note := _guessed(problem, asked.name, asked.truth)) is not None]
    return (*_unused(problem), *notes, *_cancelled_values(problem), *_cancelled_gradients(problem))


def _unused(problem: Problem) -> list[str]:
    known = {variable.name for variable in problem.naming.formula.inputs}
    return [f"{name} has a value, but is not in the formula" for name in problem.at if name not in known]


def _guessed(problem: Problem, name: str, truth: Any) -> str | None:
    if not isinstance(truth, float):
        return f"{name} is 0 in every entry" if not truth.any() else None
    if truth == 0 or abs(truth) == 1:
        kind = name.split()[0]
        return f"{name} is {truth:g}" if kind != "local" else None  # 1 is what a sum hands on
    text = problem.exactness.shown(truth)
    digits = text.partition("e")[0].replace("-", "").replace(".", "").strip("0")
    exact = float(text) == truth
    return f"{name} has one digit: {text}" if exact and len(digits) == 1 and not name.startswith("local") else None


def _cancelled_values(problem: Problem) -> list[str]:
    graph, values = problem.graph, problem.forward.values
    found = []
    for slot, gate, args in graph.steps:
        if gate.name in ("add", "sub"):
            terms = [values[a] for a in args]
            if _cancels(values[slot], terms):
                found.append(f"{problem.naming.place(slot)}: the terms cancel, which shows every rounding")
    return found


def _cancelled_gradients(problem: Problem) -> list[str]:
    if problem.backward is None:
        return []
    graph, backward = problem.graph, problem.backward
    arrived: dict[int, list[Any]] = {}
    for slot, _, args in graph.steps:
        for operand, contribution in zip(args, backward.contributions[slot], strict=False):
            if contribution is not None and operand not in graph.constants:
                arrived.setdefault(operand, []).append(contribution)
    return [
        f"the branches that arrive at {problem.naming.called(slot)} cancel, which shows every rounding"
        for slot, terms in sorted(arrived.items())
        if len(terms) > 1 and _cancels(backward.gradients[slot], terms)
    ]


def _cancels(total: Any, terms: Sequence[Any]) -> bool:
    """Whether a sum of numbers is far smaller than they are; of arrays whether that is so in an entry."""
    if isinstance(total, float):
        size = math.fsum(abs(term) for term in terms)
        return bool(size) and math.isfinite(size) and abs(total) < _CANCELLED * size
    import numpy  # there are arrays here

    sizes = sum(numpy.abs(term) for term in terms)
    return bool(((numpy.abs(total) < _CANCELLED * sizes) & (sizes > 0)).any())
