"""gradcli from Python: evaluate a formula once, or compile it and run it many times."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

from gradcli.graph.build import build, read
from gradcli.graph.gatesets import GATE_SETS, GateSet
from gradcli.graph.point import from_numbers
from gradcli.language import Formula, GradcliError, canonical
from gradcli.language.suggest import did_you_mean, nearest
from gradcli.passes.backward import run_backward
from gradcli.passes.evaluate import Evaluation, UndefinedFormula
from gradcli.passes.evaluate import evaluate as run
from gradcli.passes.forward import UndefinedValue, run_forward
from gradcli.passes.seeds import output_gradient
from gradcli.report import numbers
from gradcli.report.jsontext import evaluation as as_json
from gradcli.report.markdown import report_markdown
from gradcli.report.nodes import Node, views
from gradcli.report.reading import reading
from gradcli.report.screen import Screen
from gradcli.report.tables import report
from gradcli.report.textual import report_text
from gradcli.rules.namespace import TIES, Ties
from gradcli.rules.shape import Shape, described

if TYPE_CHECKING:
    import numpy

    from gradcli.passes.array_gradient import ArrayGradient

    Number = float | numpy.ndarray[Any, numpy.dtype[numpy.float64]]


class Result:
    """A formula at a point. In a notebook it shows itself as the lecture's tables.

    Attributes:
        value: the value of the output, a float or an array.
        gradient: the derivative by each name, in the shape of its value.
        at: the point.
        read_as: how the formula was read.
        notes: what the writer of the formula should know.
    """

    def __init__(self, evaluation: Evaluation) -> None:
        self._evaluation = evaluation
        self.value: Number = evaluation.value
        self.gradient: dict[str, Number] = evaluation.gradient
        self.at: dict[str, Number] = evaluation.at
        self.notes: tuple[str, ...] = evaluation.notes

    @property
    def read_as(self) -> str:
        """How the formula was read."""
        return reading(self._evaluation.formula)

    def jacobian(self, name: str) -> numpy.ndarray[Any, numpy.dtype[numpy.float64]]:
        """The Jacobian of the output by a name: a row for each entry of the output, a column for each of the name's.

        Arrays are read row by row.
        """
        from gradcli.passes.jacobian import run_jacobians  # most formulas are about numbers, and need no NumPy

        known = self._evaluation.graph.inputs
        if name not in known:
            raise GradcliError("unknown-variable", f"the formula has no variable '{name}'", hint=did_you_mean(
                nearest(name, known)) or f"it has {', '.join(known) or 'none'}")  # fmt: skip
        found = self._evaluation.jacobians or run_jacobians(self._evaluation.forward)
        return found.by_input(name)

    def hessian(self) -> dict[str, dict[str, Number]]:
        """The second derivatives by each pair of the names whose derivatives were wanted.

        Returns:
            For two numbers a float; else a matrix with a row for each entry of the first name and a column for each
            entry of the second, arrays read row by row.

        Raises:
            GradcliError: the value is an array, there are too many entries, or a second derivative has no value.
        """
        from gradcli.passes.hessian import hessian  # most callers want no more than the gradient

        blocks = hessian(self._evaluation).blocks
        return {one: {other: _block(block) for other, block in row.items()} for one, row in blocks.items()}

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

    def __init__(
        self,
        formula: str,
        *,
        ties: Ties = "split",
        shapes: Mapping[str, Sequence[int] | int] | None = None,
        wrt: Sequence[str] | None = None,
    ) -> None:
        _check("ties", ties, TIES)
        known = _shapes(shapes or {})
        self._formula = read(formula, arrays=[key for key, shape in known.items() if shape])
        self._graph = build(self._formula, shapes=known)
        self._ties = ties
        self._keys = {variable.key: variable.name for variable in self._formula.inputs}
        for name in shapes or {}:
            self._named(name)
        asked = self._keys.values() if wrt is None else [self._named(name) for name in wrt]
        self._wrt = tuple(dict.fromkeys(asked))

    @property
    def inputs(self) -> tuple[str, ...]:
        """The names of the variables, in the order of the text."""
        return self._graph.inputs

    def __call__(self, **values: Number) -> Number:
        """The value. Where shapes were not given, arrays of equal length are rows: one value for each."""
        value: Number = self._run(values, gradient=False)[0]
        return value

    def value_and_grad(self, **values: Number) -> tuple[Number, dict[str, Number]]:
        """The value and its derivatives by the variables of `wrt`, in their shapes.

        Where shapes were not given, arrays of equal length are rows: one value and one of each derivative for each. A
        row in which the formula has no value is NaN; a single point raises `GradcliError`.
        """
        return self._run(values, gradient=True)

    def __repr__(self) -> str:
        return f"<gradcli.Function {reading(self._formula)}>"

    def _run(self, values: Mapping[str, Any], *, gradient: bool) -> tuple[Any, dict[str, Any]]:
        point = self._by_name(values)
        if self._graph.shapes is not None:
            return self._run_arrays(point, gradient=gradient)
        if any(getattr(x, "ndim", 0) or isinstance(x, list | tuple) for x in point.values()):
            from gradcli.passes.rows import rows_value_and_grad

            _refuse_vectors(self._formula)

            found, by_name = rows_value_and_grad(self._graph, point, self._ties)
            return found, {name: by_name[name] for name in self._wrt}
        at = {name: _number(name, x) for name, x in point.items()}
        try:
            forward = run_forward(self._graph, list(at.values()), self._ties)
        except UndefinedValue as undefined:
            raise UndefinedFormula(self._formula, at, undefined) from None
        if not gradient:
            return forward.output, {}
        derivatives = dict(zip(self.inputs, run_backward(forward).gradient(), strict=True))
        return forward.output, {name: derivatives[name] for name in self._wrt}

    def _run_arrays(self, point: Mapping[str, Any], *, gradient: bool) -> tuple[Any, dict[str, Any]]:
        graph = self._graph
        at = {name: _array(name, x, graph.shape(slot)) for slot, (name, x) in enumerate(point.items())}
        try:
            if not gradient:
                return run_forward(graph, list(at.values()), self._ties).output, {}
            output_gradient(graph, None)
            return self._gradient(list(at.values()))
        except UndefinedValue as undefined:
            raise UndefinedFormula(self._formula, at, undefined) from None

    @cached_property
    def _gradient(self) -> ArrayGradient:
        from gradcli.passes.array_gradient import ArrayGradient  # most formulas are about numbers, and need no NumPy

        return ArrayGradient(self._graph, self._wrt, self._ties)

    def _named(self, name: str) -> str:
        """A variable as the formula writes it."""
        if canonical(name) not in self._keys:
            raise GradcliError("unknown-variable", f"the formula has no variable '{name}'", hint=did_you_mean(
                nearest(name, list(self._keys.values()))) or f"it has {', '.join(self._keys.values()) or 'none'}",
                )  # fmt: skip
        return self._keys[canonical(name)]

    def _by_name(self, values: Mapping[str, Any]) -> dict[str, Any]:
        given = {canonical(name): x for name, x in values.items()}
        for name in values:
            self._named(name)
        missing = [name for key, name in self._keys.items() if key not in given]
        if missing:
            raise GradcliError("no-value", f"no value for {', '.join(missing)}",
                               hint=f"call it with {', '.join(f'{name}=...' for name in missing)}")  # fmt: skip
        return {name: given[key] for key, name in self._keys.items()}


def _number(name: str, value: object) -> float:
    if type(value) is float and math.isfinite(value):
        return value  # what most calls bring needs no further look
    (binding,) = from_numbers({name: value}, "the call").values()
    return float(binding.value)


_OF_VECTORS = ("matmul", "transpose", "norm")


def _refuse_vectors(formula: Formula) -> None:
    """Refuse rows of numbers where a formula speaks of vectors: the same arrays would mean something else there."""
    from gradcli.rules.array_table import ARRAY_RULES  # most formulas are about numbers

    for node in formula.nodes:
        if node.op in _OF_VECTORS or (node.op == "call" and node.value in ARRAY_RULES):
            names = ", ".join(f"'{variable.name}': ..." for variable in formula.inputs)
            raise GradcliError("shape", "the formula is about vectors, and was compiled without their shapes",
                               text=formula.text, start=node.start, end=node.end,
                               hint=f"give them: compile(..., shapes={{{names}}})")  # fmt: skip


def _shapes(shapes: Mapping[str, Sequence[int] | int]) -> dict[str, Shape]:
    known: dict[str, Shape] = {}
    for name, shape in shapes.items():
        sizes = (shape,) if isinstance(shape, int) else tuple(shape)
        if not all(isinstance(size, int) and size > 0 for size in sizes):
            raise GradcliError(
                "shape", f"the shape of '{name}' cannot be {shape!r}", hint="write whole numbers: (3, 2)"
            )
        known[canonical(name)] = sizes
    return known


def _array(name: str, value: object, shape: Shape) -> Any:
    """A number, or an array of the shape that the graph was built for."""
    (binding,) = from_numbers({name: value}, "the call").values()
    given: Shape = getattr(binding.value, "shape", ())
    if given != shape:
        raise GradcliError("shape", f"{name} {described(given)}, and the formula was compiled for one that "
                           f"{described(shape)}", hint="give the shapes to compile: "
                           f"compile(..., shapes={{'{name}': {given}}})")  # fmt: skip
    return binding.value


def _check(option: str, value: object, known: Sequence[str]) -> None:
    if value not in known:
        raise GradcliError("unknown-option", f"{option} cannot be {value!r}", hint=f"known are {', '.join(known)}")


def compile(  # noqa: A001  (gradcli.compile reads well)
    formula: str,
    *,
    ties: Ties = "split",
    shapes: Mapping[str, Sequence[int] | int] | None = None,
    wrt: Sequence[str] | None = None,
) -> Function:
    """Read a formula and build its graph, to run it many times.

    Nothing is known of its variables yet, so a name is never split into a product: write `x*y`.

    Args:
        formula: as on the command line.
        ties: which of several equal operands of max and min gets the derivative.
        shapes: by name the shapes of variables that are vectors or matrices, as {"W": (3, 2)}; `W ~ (3, 2)` in the
            formula says the same.
        wrt: names whose derivatives are wanted; all by default.

    Raises:
        GradcliError: the formula cannot be read, or shapes do not fit.
    """
    return Function(formula, ties=ties, shapes=shapes, wrt=wrt)


def evaluate(
    formula: str,
    at: Mapping[str, Number] | None = None,
    /,
    *,
    wrt: Sequence[str] | None = None,
    gates: GateSet = "lecture",
    ties: Ties = "split",
    seed_gradient: Any = None,
    **values: Number,
) -> Result:
    """Run a formula forward and backward at a point.

    Args:
        formula: as on the command line.
        at: values by name; for names that are no Python identifiers, or are called like an option.
        wrt: names whose derivatives are wanted; all by default.
        gates: "lecture", "primitive", "coarse" or "named".
        ties: which of several equal operands of max and min gets the derivative: "split", "first" or "all".
        seed_gradient: for a formula whose value is an array, the derivative by that value: "ones", or an array of its
            shape. Without one there is no gradient, but the Jacobians.
        **values: values by name: numbers, nested lists or arrays.

    Raises:
        GradcliError: the formula cannot be read, a variable has no value, shapes do not fit, or the formula has no
            value at the point.
    """
    _check("gates", gates, GATE_SETS)
    _check("ties", ties, TIES)
    if isinstance(wrt, str):
        wrt = wrt.split(",")
    point = from_numbers({**(at or {}), **values}, "the point")
    start = seed_gradient if seed_gradient is None or isinstance(seed_gradient, str) else _frozen(seed_gradient)
    return Result(run(formula, point, wrt=wrt, gates=gates, ties=ties, seed_gradient=start, optional_gradient=True))


def _block(found: Any) -> Number:
    """A number, or an array of rows."""
    if not isinstance(found, list):
        return float(found)
    import numpy  # there are arrays

    return numpy.array(found)


def _frozen(seed: Any) -> Any:
    (binding,) = from_numbers({"seed": seed}, "seed_gradient").values()
    return binding.value
