"""Gradient descent: φ ← φ − α ∂L/∂φ, one step of it or many, over all rows of the data or over some at a time."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import repeat
from typing import TYPE_CHECKING, Any, Literal

from gradcli.graph.array_values import shape_of
from gradcli.graph.build import build
from gradcli.graph.formula_at import read_at
from gradcli.graph.point import Binding, shapes
from gradcli.language import Formula, GradcliError, canonical
from gradcli.language.suggest import did_you_mean, nearest
from gradcli.passes.array_gradient import ArrayGradient
from gradcli.passes.batches import Batches
from gradcli.passes.evaluate import Evaluation, UndefinedFormula
from gradcli.passes.forward import UndefinedValue, run_forward
from gradcli.passes.parameters import default_parameters, listed, unnamed
from gradcli.rules.shape import described

if TYPE_CHECKING:
    from gradcli.graph.tape import Graph

Ending = Literal["steps", "settled", "diverged", "undefined", "interrupted"]
"""Why a descent ended: all steps were made, the loss hardly changed any more, loss or gradient was no longer finite,
the formula had no value, or somebody stopped it."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step of gradient descent.

    Attributes:
        output_name: what the loss is called.
        rate: the learning rate.
        before: the parameters.
        gradient: the derivatives of the loss by them.
        after: the new parameters.
        loss_before: the loss.
        loss_after: the loss at the new parameters; None where the formula has no value there.
        reason: why it has none.
    """

    output_name: str
    rate: float
    before: dict[str, Any]
    gradient: dict[str, Any]
    after: dict[str, Any]
    loss_before: float
    loss_after: float | None
    reason: str = ""


def one_step(evaluation: Evaluation, rate: float) -> Step:
    """One step from a point, by the names whose derivatives were asked for.

    Raises:
        GradcliError: the value is an array, and only a number can become smaller.
    """
    if evaluation.graph.shape(evaluation.graph.output):
        raise _no_number(evaluation.graph)
    gradient = {name: _plain(derivative) for name, derivative in evaluation.gradient.items()}
    before = {name: evaluation.at[name] for name in gradient}
    after = {name: value - rate * gradient[name] for name, value in before.items()}
    graph = evaluation.graph
    point = [after.get(name, evaluation.forward.values[slot]) for slot, name in enumerate(graph.inputs)]
    loss_after, reason = None, ""
    try:
        loss_after = float(run_forward(graph, point, evaluation.forward.ties).output)
    except UndefinedValue as undefined:
        reason = undefined.reason
    return Step(graph.output_name, rate, before, gradient, after, float(evaluation.value), loss_after, reason)


@dataclass(frozen=True, slots=True)
class Plan:
    """How to descend.

    Attributes:
        rate: the learning rate α.
        steps: how many steps to make at the most.
        momentum: how much of the last step's direction is kept: v ← m v + ∂L/∂φ, φ ← φ − α v.
        until: end when the loss changes by less than this part of itself.
        data: names of the data, whose rows are the examples.
        batch: rows that a step looks at; all of them by default.
        seed: of the order of the rows.
    """

    rate: float
    steps: int
    momentum: float = 0.0
    until: float | None = None
    data: tuple[str, ...] = ()
    batch: int | None = None
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Reached:
    """Where a descent is after some steps.

    Attributes:
        step: how many steps were made.
        loss: the loss there; with batches, that of the next batch.
        point: the parameters.
        slope: the length of the gradient.
    """

    step: int
    loss: float
    point: dict[str, Any]
    slope: float


class Descent:
    """A descent to be run by iterating over it, which yields the start and what every step reaches.

    Attributes:
        formula: as it was read.
        plan: how it descends.
        parameters: the names that change.
        output_name: what the loss is called.
        ended: why it ended; None while it runs.
        reason: why the formula has no value, if that is why it ended.
    """

    def __init__(self, formula: Formula, point: Mapping[str, Binding], parameters: Sequence[str], plan: Plan) -> None:
        self.formula = formula
        self.plan = plan
        self.ended: Ending | None = None
        self.reason = ""
        self._shown = {variable.key: variable.name for variable in formula.inputs}
        self._start = {key: binding.value for key, binding in point.items() if key in self._shown}
        self._keys = {self._shown[key]: key for key in parameters}
        self.parameters = tuple(self._keys)
        known = shapes(point)
        self._batches: Iterable[Mapping[str, Any]] = repeat({})
        if plan.batch is not None:
            data = [key for key in map(canonical, plan.data) if key in self._shown]
            self._batches = Batches({self._shown[key]: self._start[key] for key in data}, plan.batch, plan.seed)
            known.update({key: (plan.batch, *known[key][1:]) for key in data})
        graph = self._built(known)
        self.output_name = graph.output_name
        self.notes = (*formula.notes, *graph.notes)
        self._gradient = ArrayGradient(graph, self.parameters)

    def __iter__(self) -> Iterator[Reached]:
        self.ended, self.reason = None, ""
        values = dict(self._start)
        speed: dict[str, Any] = {}
        last: float | None = None
        for step, batch in zip(range(self.plan.steps + 1), self._batches, strict=False):
            found = self._at(step, {**values, **{canonical(name): rows for name, rows in batch.items()}})
            if found is None:
                return
            loss, gradient = found
            finite = math.isfinite(loss)
            if not finite and step:
                self.ended = "diverged"
                return
            slope = _length(gradient.values())
            yield Reached(step, loss, {name: values[key] for name, key in self._keys.items()}, slope)
            if not finite or not math.isfinite(slope):
                self.ended = "diverged"
            elif self._is_settled(last, loss):
                self.ended = "settled"
            elif step == self.plan.steps:
                self.ended = "steps"
            if self.ended:
                return
            last = loss
            for name, key in self._keys.items():
                kept = self.plan.momentum * speed[name] + gradient[name] if speed else gradient[name]
                values[key] = values[key] - self.plan.rate * kept
                gradient[name] = kept
            if self.plan.momentum:
                speed = gradient

    def whole_loss(self, point: Mapping[str, Any]) -> float | None:
        """The loss over all rows, wherever the descent looks only at some; None where it cannot be computed."""
        try:
            graph = self._built({key: shape_of(value) for key, value in self._start.items()})
            values = {**self._start, **{self._keys[name]: value for name, value in point.items()}}
            return ArrayGradient(graph, ()).value([values[variable.key] for variable in self.formula.inputs])
        except (GradcliError, UndefinedValue):  # too large for all rows at once, or undefined at one of them
            return None

    def _at(self, step: int, values: Mapping[str, Any]) -> tuple[float, dict[str, Any]] | None:
        """Loss and gradient; None where the formula has no value, which is an error only at the start."""
        try:
            return self._gradient([values[variable.key] for variable in self.formula.inputs])
        except UndefinedValue as undefined:
            if not step:
                at = {self._shown[key]: value for key, value in values.items()}
                raise UndefinedFormula(self.formula, at, undefined) from None
            self.ended, self.reason = "undefined", undefined.reason
            return None

    def _is_settled(self, last: float | None, loss: float) -> bool:
        until = self.plan.until
        return until is not None and last is not None and abs(loss - last) <= until * abs(last)

    def _built(self, known: Mapping[str, tuple[int, ...]]) -> Graph:
        graph = build(self.formula, "lecture", known)
        if graph.shape(graph.output):
            raise _no_number(graph)
        return graph


def descend(
    text: str,
    point: Mapping[str, Binding],
    plan: Plan,
    wrt: Sequence[str] | None = None,
    *,
    strict: bool = False,
) -> Descent:
    """Read a formula and make it ready to descend from a point.

    Args:
        text: the formula.
        point: the bindings, by canonical name.
        plan: how to descend.
        wrt: the parameters; see `gradcli.passes.parameters.default_parameters` for what they are by default.
        strict: never split a name into a product.

    Raises:
        GradcliError: the formula cannot be read, a variable has no value, it is not known which names are parameters,
            shapes do not fit, or the value is an array.
    """
    formula, point = read_at(text, point, seed=plan.seed, strict=strict)
    used = {variable.key: variable.name for variable in formula.inputs}
    data = [_key(name, point, "--data") for name in plan.data]
    if wrt is not None:
        parameters = [_key(name, point, "--wrt") for name in wrt]
        unused = [name.strip() for name, key in zip(wrt, parameters, strict=True) if key not in used]
        if unused:
            raise GradcliError("unknown-wrt", f"the formula does not depend on '{unused[0]}' in --wrt",
                               hint=f"it depends on: {listed(used.values())}")  # fmt: skip
        both = [used[key] for key in parameters if key in data]
        if both:
            raise GradcliError("usage", f"'{both[0]}' is in --wrt and in --data", hint="data stay what they are: name "
                               "only parameters in --wrt")  # fmt: skip
    else:
        parameters = [canonical(name) for name in default_parameters(formula, point, data)]
    if not parameters:
        raise unnamed(formula)
    return Descent(formula, point, list(dict.fromkeys(parameters)), plan)


def _no_number(graph: Graph) -> GradcliError:
    name, shape = graph.output_name, graph.shape(graph.output)
    return GradcliError("array-output", f"{name} {described(shape)}, and only a number can become smaller",
                        hint=f"make a number of it, such as sum({name}) or mean({name})")  # fmt: skip


def _key(name: str, point: Mapping[str, Binding], option: str) -> str:
    key = canonical(name.strip())
    if key not in point:
        known = [binding.name for binding in point.values()]
        hint = did_you_mean(nearest(name.strip(), known)) or f"bound are: {listed(known)}"
        raise GradcliError("unknown-wrt", f"'{name.strip()}' in {option} has no value", hint=hint)
    return key


def _plain(x: Any) -> Any:
    """An array as it is, a number as a float."""
    return x if shape_of(x) else float(x)


def _length(gradient: Collection[Any]) -> float:
    """The length of a gradient, over all entries of all parameters."""
    total = 0.0
    for derivative in gradient:
        total += derivative * derivative if isinstance(derivative, float) else float((derivative * derivative).sum())
    return math.sqrt(total) if total == total else math.nan
