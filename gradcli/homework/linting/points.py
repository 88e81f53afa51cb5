"""Other points for a problem: beside the given one, to see what is a coincidence, and round ones to choose from."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from gradcli.homework.problems.problem import Problem, truth
from gradcli.homework.problems.quantities import Asked
from gradcli.language import canonical
from gradcli.passes.backward import run_backward
from gradcli.passes.forward import UndefinedValue, run_forward

_STEPS = (0.0, 0.5, -0.5, 1.0, -1.0, 0.3, -0.3, 0.2, -0.2, 0.7, -0.7, 0.25, -0.25, 0.6, -0.4, 1.5, -1.5)
"""What is added to a number for another round one."""

_JITTER = 0.03
"""The least share by which a number is moved to come to a point without coincidences; seven times as much at most."""

_DECIMALS = 4

Move = Callable[[float, str], float]


def moved(problem: Problem, at: Mapping[str, Any]) -> Problem | None:
    """The problem at another point; None where it has no value there, or none that could be asked for."""
    by_key = {canonical(name): value for name, value in at.items()}
    graph = problem.graph
    point = [by_key[canonical(name)] for name in graph.inputs]
    try:
        forward = run_forward(graph, point, problem.forward.ties)
    except UndefinedValue:
        return None
    backward = None if problem.backward is None else run_backward(forward)
    asked = []
    for there in problem.asked:
        number = truth(forward, backward, problem.run, there.quantity, problem.stop)
        if not _is_finite(number):
            return None
        asked.append(Asked(there.quantity, number, there.points))
    return replace(problem, at=dict(at), forward=forward, backward=backward, asked=tuple(asked))


def movable(problem: Problem) -> tuple[str, ...]:
    """The names whose numbers may be others: not those of a class or of an exponent that must be whole."""
    return tuple(
        name for name in problem.at
        if all(moved(problem, {**problem.at, name: _each(problem.at[name], name, move)}) for move in _jitters(2))
    )  # fmt: skip


def beside(problem: Problem, names: tuple[str, ...], count: int = 3) -> Iterator[Problem]:
    """The problem at points close by that are no coincidence: no two numbers are equal, none is 0 or 1."""
    for move in _jitters(count):
        found = moved(problem, {n: _each(v, n, move) if n in names else v for n, v in problem.at.items()})
        if found is not None:
            yield found


def round_points(problem: Problem, names: tuple[str, ...], count: int) -> Iterator[Problem]:
    """The problem at other points with round numbers, always the same ones, the closest first."""
    tried = {repr(problem.at)}
    for attempt in range(count):
        at = {n: _each(v, n, _rounder(attempt)) if n in names else v for n, v in problem.at.items()}
        if repr(at) in tried:
            continue
        tried.add(repr(at))
        found = moved(problem, at)
        if found is not None:
            yield found


def _jitters(count: int) -> Iterator[Move]:
    for attempt in range(count):

        def move(value: float, label: str, attempt: int = attempt) -> float:
            share = _JITTER * (1 + 6 * _chance(f"{label}:{attempt}"))
            share = -share if _chance(f"sign {label}:{attempt}") < 0.5 else share
            return value * (1 + share) if value else share

        yield move


def _rounder(attempt: int) -> Move:
    # The first attempts stay close: each number takes one of a few steps more than before.
    steps = _STEPS[: min(3 + attempt // 3, len(_STEPS))]

    def move(value: float, label: str) -> float:
        step = steps[int(_chance(f"{label} {attempt}") * len(steps))]
        found = round(value + step, _DECIMALS)
        # A sign, and with it a logarithm or a side of ReLU, is kept.
        return found if found * value > 0 or (not value and found) else round(value - step, _DECIMALS) or 0.5

    return move


def _chance(label: str) -> float:
    """A number from 0 to 1 that is the same on all machines."""
    return int.from_bytes(hashlib.sha256(label.encode()).digest()[:6], "big") / 2**48


def _each(value: Any, name: str, move: Move) -> Any:
    if isinstance(value, float):
        return move(value, name)
    import numpy  # there are arrays here

    found = [move(entry, f"{name}[{place}]") for place, entry in enumerate(value.ravel().tolist())]
    return numpy.array(found).reshape(value.shape)


def _is_finite(number: Any) -> bool:
    return number - number == 0 if isinstance(number, float) else bool((number - number == 0).all())
