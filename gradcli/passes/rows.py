"""One formula over many points at once: the same rules, run on NumPy arrays with a row a point."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy

from gradcli.graph.blocks import Block
from gradcli.graph.tape import Graph
from gradcli.language import GradcliError
from gradcli.passes.backward import run_backward
from gradcli.passes.forward import UndefinedValue, run_forward
from gradcli.passes.gates import Arithmetic
from gradcli.rules.arrays import Arrays
from gradcli.rules.namespace import Ties
from gradcli.rules.rule import Rule

Array = numpy.ndarray[Any, numpy.dtype[numpy.float64]]


def rows_value_and_grad(
    graph: Graph, columns: Mapping[str, Any], ties: Ties = "split"
) -> tuple[Array, dict[str, Array]]:
    """Value and gradient at every row.

    Args:
        graph: what to run.
        columns: for each input an array of shape (rows,), or one number for all rows.
        ties: which of several equal operands of max and min gets the derivative.

    Returns:
        The values, shape (rows,), and for each input its derivatives, shape (rows,). A row in which the formula has
        no value is NaN in all of them; the other rows are what they are alone.

    Raises:
        GradcliError: a column holds no numbers, or the columns have different lengths.
    """
    inputs = [_numbers(name, columns[name]) for name in graph.inputs]
    shape = _common_shape(graph, inputs)
    inputs = [numpy.broadcast_to(x, shape) for x in inputs]
    arithmetic = _Doubting(Arrays(ties), shape)
    with numpy.errstate(all="ignore"):
        values = arithmetic.inner_values(graph, inputs)
        gradients: list[Any] = [None] * len(graph.gates)
        gradients[graph.output] = 1.0
        doubtful = arithmetic.doubtful
        for slot, gate, args in reversed(graph.steps):
            if gradients[slot] is None:
                continue
            slopes = arithmetic.slopes(gate, values[slot], [values[a] for a in args])
            for operand, slope in zip(args, slopes, strict=True):
                if operand in graph.constants or slope is None:
                    continue
                contribution = gradients[slot] * slope
                doubtful |= ~numpy.isfinite(contribution)
                before = gradients[operand]
                gradients[operand] = contribution if before is None else before + contribution
    value = _column(values[graph.output], shape)
    grads = {name: _column(gradients[slot], shape) for slot, name in enumerate(graph.inputs)}
    _settle(graph, inputs, doubtful, value, grads, ties)
    return value, grads


class _Doubting(Arithmetic):
    """Arithmetic on arrays that notes in which rows any rule, also one inside a gate, gave no finite value.

    Attributes:
        doubtful: those rows.
    """

    def __init__(self, m: Any, shape: tuple[int, ...]) -> None:
        super().__init__(m)
        self.doubtful = numpy.zeros(shape, dtype=bool)

    def constant(self, value: float) -> Any:
        """A constant that divides as IEEE 754 says: what is made of constants alone may be undefined, too."""
        return numpy.float64(value)

    def rule_value(self, rule: Rule, operands: Sequence[Any]) -> Any:
        """The output of a rule."""
        # One number for all rows; what is divided by it divides as IEEE 754 says.
        value = self.constant(rule.number) if isinstance(rule, Block) else super().rule_value(rule, operands)
        self.doubtful |= ~numpy.isfinite(numpy.asarray(value, dtype=float))
        return value


def _numbers(name: str, column: Any) -> Array:
    try:
        return numpy.asarray(column, dtype=float)
    except (TypeError, ValueError, OverflowError):
        raise GradcliError("bad-point", f"the column of '{name}' holds something that is no number",
                           hint="give one number for each row") from None  # fmt: skip


def _common_shape(graph: Graph, inputs: list[Array]) -> tuple[int, ...]:
    try:
        return numpy.broadcast_shapes(*(x.shape for x in inputs))
    except ValueError:
        lengths = ", ".join(f"{name} has {x.size}" for name, x in zip(graph.inputs, inputs, strict=True) if x.ndim)
        raise GradcliError("bad-point", f"the columns differ in length: {lengths}",
                           hint="give as many rows for each name, or one number for all rows") from None  # fmt: skip


def _column(x: Any, shape: tuple[int, ...]) -> Array:
    return numpy.array(numpy.broadcast_to(0.0 if x is None else x, shape), dtype=float)


def _settle(
    graph: Graph, inputs: list[Array], doubtful: Array, value: Array, grads: dict[str, Array], ties: Ties
) -> None:
    """Run rows with anything infinite or undefined one by one: only there do branches and domains matter."""
    for row in map(tuple, numpy.argwhere(doubtful)):
        try:
            forward = run_forward(graph, [float(x[row]) for x in inputs], ties)
            gradient = run_backward(forward).gradient()
            value[row] = forward.output
        except UndefinedValue:
            gradient = (numpy.nan,) * len(inputs)
            value[row] = numpy.nan
        for name, derivative in zip(graph.inputs, gradient, strict=True):
            grads[name][row] = derivative
