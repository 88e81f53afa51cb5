"""gradcli from Python: evaluate a formula once, or compile it and run it many times."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from gradcli.graph.build import build, read
from gradcli.graph.gatesets import GATE_SETS, GateSet
from gradcli.graph.point import from_numbers
from gradcli.language import GradcliError, canonical
from gradcli.language.suggest import did_you_mean, nearest
from gradcli.passes.backward import run_backward
from gradcli.passes.evaluate import Evaluation, UndefinedFormula
from gradcli.passes.evaluate import evaluate as run
from gradcli.passes.forward import UndefinedValue, run_forward
from gradcli.report import numbers
from gradcli.report.jsontext import evaluation as as_json
from gradcli.report.markdown import report_markdown
from gradcli.report.nodes import Node, views
from gradcli.report.reading import reading
from gradcli.report.screen import Screen
from gradcli.report.tables import report
from gradcli.report.textual import report_text
from gradcli.rules.namespace import TIES, Ties

if TYPE_CHECKING:
    import numpy

    Number = float | numpy.ndarray[Any, numpy.dtype[numpy.float64]]


class Result:
    """A formula at a point. In a notebook it shows itself as the lecture's tables.

    Attributes:
        value: the value of the output.
        gradient: the derivative by each name.
        at: the point.
        read_as: how the formula was read.
        notes: what the writer of the formula should know.
    """

    def __init__(self, evaluation: Evaluation) -> None:
        self._evaluation = evaluation
        self.value: float = evaluation.value
        self.gradient: dict[str, float] = evaluation.gradient
        self.at: dict[str, float] = evaluation.at
        self.notes: tuple[str, ...] = evaluation.notes

    @property
    def read_as(self) -> str:
        """How the formula was read."""
        return reading(self._evaluation.formula)

    @property
    def nodes(self) -> tuple[Node, ...]:
        """All nodes in the order of the forward pass, with values, local derivatives and upstream gradients."""
        return tuple(views(self._evaluation))

    def table(self, *, digits: str = "lecture", width: int | None = None) -> str:
        """The two tables and the gradient as text.

        Args:
            digits: "lecture", "full" or a number of significant digits.
            width: characters a line may have; as many as it takes by default.
        """
        return report_text(report(self._evaluation, numbers.style(digits)), Screen(width=width))

    def to_dict(self) -> dict[str, Any]:
        """What `gradcli eval --json` prints, as a dictionary."""
        return as_json(self._evaluation)

    def __str__(self) -> str:
        return self.table()

    def __repr__(self) -> str:
        return f"<gradcli.Result {self._evaluation.graph.output_name} = {self.value!r}, gradient {self.gradient!r}>"

    def _repr_markdown_(self) -> str:
        return report_markdown(report(self._evaluation))


class Function:
    """A formula that has been read and built once. Call it with its variables by name."""

    def __init__(self, formula: str, *, ties: Ties = "split") -> None:
        _check("ties", ties, TIES)
        self._formula = read(formula)
        self._graph = build(self._formula)
        self._ties = ties
        self._keys = {variable.key: variable.name for variable in self._formula.inputs}

    @property
    def inputs(self) -> tuple[str, ...]:
        """The names of the variables, in the order of the text."""
        return self._graph.inputs

    def __call__(self, **values: Number) -> Number:
        """The value. Arrays of equal length are rows: one value for each."""
        value: Number = self._run(values, gradient=False)[0]
        return value

    def value_and_grad(self, **values: Number) -> tuple[Number, dict[str, Number]]:
        """The value and its derivatives by all variables. Arrays of equal length are rows: one of each for each.

        A row in which the formula has no value is NaN; a single point raises `GradcliError`.
        """
        return self._run(values, gradient=True)

    def __repr__(self) -> str:
        return f"<gradcli.Function {reading(self._formula)}>"

    def _run(self, values: Mapping[str, Any], *, gradient: bool) -> tuple[Any, dict[str, Any]]:
        point = self._by_name(values)
        if any(getattr(x, "ndim", 0) or isinstance(x, list | tuple) for x in point.values()):
            from gradcli.passes.rows import rows_value_and_grad

            return rows_value_and_grad(self._graph, point, self._ties)
        at = {name: _number(name, x) for name, x in point.items()}
        try:
            forward = run_forward(self._graph, list(at.values()), self._ties)
        except UndefinedValue as undefined:
            raise UndefinedFormula(self._formula, at, undefined) from None
        if not gradient:
            return forward.output, {}
        return forward.output, dict(zip(self.inputs, run_backward(forward).gradient(), strict=True))

    def _by_name(self, values: Mapping[str, Any]) -> dict[str, Any]:
        given = {canonical(name): x for name, x in values.items()}
        for name in values:
            if canonical(name) not in self._keys:
                raise GradcliError("unknown-variable", f"the formula has no variable '{name}'", hint=did_you_mean(
                    nearest(name, self.inputs)) or f"it has {', '.join(self.inputs) or 'none'}")  # fmt: skip
        missing = [name for key, name in self._keys.items() if key not in given]
        if missing:
            raise GradcliError("no-value", f"no value for {', '.join(missing)}",
                               hint=f"call it with {', '.join(f'{name}=...' for name in missing)}")  # fmt: skip
        return {name: given[key] for key, name in self._keys.items()}


def _number(name: str, value: object) -> float:
    if type(value) is float and math.isfinite(value):
        return value  # what most calls bring needs no further look
    (binding,) = from_numbers({name: value}, "the call").values()
    return binding.value


def _check(option: str, value: object, known: Sequence[str]) -> None:
    if value not in known:
        raise GradcliError("unknown-option", f"{option} cannot be {value!r}", hint=f"known are {', '.join(known)}")


def compile(formula: str, *, ties: Ties = "split") -> Function:  # noqa: A001  (gradcli.compile reads well)
    """Read a formula and build its graph, to run it many times.

    Nothing is known of its variables yet, so a name is never split into a product: write `x*y`.

    Raises:
        GradcliError: the formula cannot be read.
    """
    return Function(formula, ties=ties)


def evaluate(
    formula: str,
    at: Mapping[str, float] | None = None,
    /,
    *,
    wrt: Sequence[str] | None = None,
    gates: GateSet = "lecture",
    ties: Ties = "split",
    **values: float,
) -> Result:
    """Run a formula forward and backward at a point.

    Args:
        formula: as on the command line.
        at: values by name; for names that are no Python identifiers, or are called like an option.
        wrt: names whose derivatives are wanted; all by default.
        gates: "lecture", "primitive", "coarse" or "named".
        ties: which of several equal operands of max and min gets the derivative: "split", "first" or "all".
        **values: values by name.

    Raises:
        GradcliError: the formula cannot be read, a variable has no value, or the formula has no value at the point.
    """
    _check("gates", gates, GATE_SETS)
    _check("ties", ties, TIES)
    if isinstance(wrt, str):
        wrt = wrt.split(",")
    point = from_numbers({**(at or {}), **values}, "the point")
    return Result(run(formula, point, wrt=wrt, gates=gates, ties=ties))
