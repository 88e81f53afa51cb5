"""The problems of a key, solved; whatever is wrong with one is shown in the text of the key."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import product
from typing import Any

from gradcli.homework.keys.asks import read_ask
from gradcli.homework.keys.key import Key
from gradcli.homework.keys.own_mistakes import OwnMistake, read_mistake
from gradcli.homework.keys.places import place_of
from gradcli.homework.keys.spec import ProblemSpec
from gradcli.homework.marking.carrying import flat
from gradcli.homework.marking.fitting import fitted
from gradcli.homework.problems.problem import Problem, pose
from gradcli.homework.problems.quantities import KINDS
from gradcli.homework.sheets.exactness import Exactness
from gradcli.homework.sheets.written import read_written
from gradcli.language import GradcliError, canonical
from gradcli.language.suggest import did_you_mean, nearest

MOST_POINTS = 1_000_000
"""Points that an answer can be worth."""

MOST_VARIANTS = 64
"""Variants of a problem that are all solved beforehand; of more, some in which each value occurs."""

_PRINTED = Exactness(digits=1)
"""How exactly a lecture prints its numbers, at the least."""


def pose_problem(key: Key, index: int, at: Mapping[str, Any]) -> Problem:
    """Solve a problem of a key at a point.

    Args:
        key: the key.
        index: which of its problems.
        at: the point, that of a variant or the key's own.

    Raises:
        GradcliError: the problem cannot be solved, or asks for what it does not have; the error underlines the place in
            the key.
    """
    spec = key.problems[index]
    try:
        asks = [read_ask(ask) for ask in spec.ask]
        mistakes = [read_mistake(mistake) for mistake in spec.mistakes]
        points: dict[str, float] = {name: worth for name, worth in spec.points.items() if name in KINDS}
        problem = pose(
            spec.id, spec.formula, at, asks=asks, title=spec.title, gates=spec.gates, exactness=exactness(key, spec),
            points=points, weight=spec.weight, all_or_nothing=spec.all_or_nothing, mistakes=mistakes,
        )  # fmt: skip
        problem = _worth(problem, spec)
        for mistake in mistakes:
            _check_mistake(problem, mistake)
    except GradcliError as fault:
        raise _in_the_key(key, index, fault) from None
    return problem


def exactness(key: Key, spec: ProblemSpec) -> Exactness:
    """How exactly the answers to a problem must be written: as it says itself, else as the key says."""
    whole = key.exactness
    own = spec.digits is not None or spec.decimals is not None
    return Exactness(
        digits=spec.digits if own else whole.digits,
        decimals=spec.decimals if own else whole.decimals,
        absolute=whole.absolute if spec.absolute is None else spec.absolute,
        relative=whole.relative if spec.relative is None else spec.relative,
    )


def check_printed(key: Key, index: int, problem: Problem) -> None:
    """Verify the numbers that a lecture prints against the truth.

    Raises:
        GradcliError: one of them is not the truth, rounded to some number of digits; the error underlines it.
    """
    for name, text in key.problems[index].printed.items():
        try:
            quantity = problem.naming.quantity(*read_ask(name), problem.stop)
            truth = problem.truth(quantity)
            entries = fitted(read_written(text), truth)
        except GradcliError as fault:
            raise _underlined(key, index, fault.message, fault.hint, "printed", name) from None
        judged = [] if entries is None else zip(entries, flat(truth), strict=True)
        if entries is None or any(e is None or _PRINTED.judge(e, t) != "right" for e, t in judged):
            raise _underlined(key, index, f"{name} is not {text}", "correct the number, the formula or the point",
                              "printed", name)  # fmt: skip


def check_variants(key: Key, index: int) -> None:
    """Solve a problem at its variants, so that no student gets one that has no answer.

    Raises:
        GradcliError: a variant cannot be solved, or a name that varies is none of the formula; the error underlines it.
    """
    spec = key.problems[index]
    for at in _variants(spec):
        try:
            problem = pose_problem(key, index, {**spec.at, **at})
        except GradcliError as fault:
            told = fault.message.removeprefix(f"problem {spec.id}: ")
            shown = ", ".join(f"{name}={value}" for name, value in at.items())
            raise _underlined(key, index, f"a student would get {shown}: {told}", "take a value out", "vary") from None
        graph = problem.graph
        used = {graph.output, *(slot for args in graph.args for slot in args)}
        known = {canonical(graph.inputs[slot]) for slot in used & {*problem.naming.inputs}} | {*map(canonical, spec.at)}
        for name in spec.vary:
            if canonical(name) not in known:
                hint = did_you_mean(nearest(name, list(spec.at))) or "take it out"
                raise _underlined(key, index, f"'{name}' varies, but is not in the formula", hint, "vary", name)


def _variants(spec: ProblemSpec) -> Iterator[dict[str, Any]]:
    """What the names that vary stand for in each variant, or where these are many, in some with every value."""
    names, values = list(spec.vary), list(spec.vary.values())
    spelled = {canonical(name): name for name in spec.at}
    names = [spelled.get(canonical(name), name) for name in names]
    if not names:
        return
    if math.prod(map(len, values)) <= MOST_VARIANTS:
        yield from (dict(zip(names, choice, strict=True)) for choice in product(*values))
        return
    for place in range(max(map(len, values))):
        yield {name: some[place % len(some)] for name, some in zip(names, values, strict=True)}


def _worth(problem: Problem, spec: ProblemSpec) -> Problem:
    """The problem with the points of single quantities, which go before those of a kind.

    Raises:
        GradcliError: one of them is not asked for, or the points are no number that marks can be computed with.
    """
    own: dict[tuple[str, int, int | None], float] = {}
    for name, points in spec.points.items():
        if name in KINDS:
            continue
        try:
            quantity = problem.naming.quantity(*read_ask(name), problem.stop)
        except GradcliError as fault:
            raise _no_points(name, fault.message, fault.hint) from None
        if quantity.key not in problem.by_key:
            names = [asked.name for asked in problem.asked]
            raise _no_points(name, f"{quantity.name} has points, but is not asked for",
                             did_you_mean(nearest(quantity.name, names)) or "add it to 'ask'")  # fmt: skip
        own[quantity.key] = spec.weight * points
    asked = tuple([replace(a, points=own.get(a.quantity.key, a.points)) for a in problem.asked])
    if any(a.points > MOST_POINTS for a in asked):
        raise _no_points(spec.id, f"an answer is worth more than {MOST_POINTS:,} points", "give fewer points")
    return replace(problem, asked=asked)


def _no_points(name: str, message: str, hint: str | None) -> GradcliError:
    return GradcliError("unknown-quantity", message, text=name, end=len(name), hint=hint)


def _check_mistake(problem: Problem, mistake: OwnMistake) -> None:
    for word, target, by in (mistake.target, *mistake.needs):
        try:
            problem.naming.quantity(word, target, by, problem.stop)
        except GradcliError as fault:
            raise GradcliError(fault.code, fault.message, text=mistake.when, end=len(mistake.when),
                               hint=fault.hint) from None  # fmt: skip


def _in_the_key(key: Key, index: int, fault: GradcliError) -> GradcliError:
    """A fault of a problem as one of the key."""
    spec = key.problems[index]
    for names, text in _texts(spec):
        if fault.text is not None and fault.text.strip() == text.strip():
            error = _underlined(key, index, fault.message, fault.hint, *names)
            inside = key.text.find(text, error.start)
            if (
                fault.text == text
                and inside >= 0
                and fault.end > fault.start
                and "\n" not in key.text[error.start : inside]
            ):
                error.start, error.end = inside + fault.start, inside + fault.end
            return error
    names = ("at",) if fault.code in ("no-value", "bad-point", "undefined-value", "bad-binding") else ("ask",)
    return _underlined(key, index, fault.message, fault.hint, *names)


def _texts(spec: ProblemSpec) -> Iterator[tuple[tuple[str | int, ...], str]]:
    yield ("formula",), spec.formula
    for place, mistake in enumerate(spec.mistakes):
        yield ("mistake", place, "when"), mistake.when
    for place, ask in enumerate(spec.ask):
        yield ("ask", place), ask
        for part in ask.split(maxsplit=1)[1:]:
            yield ("ask", place), part
            yield from ((("ask", place), piece) for piece in part.split("/"))
    for name in spec.points:
        yield ("points", name), name
    yield ("weight",) if spec.weight > MOST_POINTS else ("points",), spec.id


def _underlined(key: Key, index: int, message: str, hint: str | None, *names: str | int) -> GradcliError:
    start, end = place_of(key.text, index, *names)
    told = f"problem {key.problems[index].id}: {message}"
    return GradcliError("bad-key", told, text=key.text, start=start, end=end, hint=hint)
