"""One formula over many points at once: the same rules, run on NumPy arrays with a row a point."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy

from gradcli.graph.tape import Graph
from gradcli.passes.backward import run_backward
from gradcli.passes.forward import UndefinedValue, run_forward
from gradcli.passes.gates import Arithmetic, carries
from gradcli.rules.arrays import Arrays
from gradcli.rules.floats import Ties

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
    """
    inputs = [numpy.asarray(columns[name], dtype=float) for name in graph.inputs]
    shape = numpy.broadcast_shapes(*(x.shape for x in inputs)) if inputs else ()
    inputs = [numpy.broadcast_to(x, shape) for x in inputs]
    arithmetic = Arithmetic(Arrays(ties))
    with numpy.errstate(all="ignore"):
        values = arithmetic.inner_values(graph, inputs)
        gradients: list[Any] = [None] * len(graph.gates)
        gradients[graph.output] = 1.0
        doubtful = numpy.zeros(shape, dtype=bool)
        for slot, gate, args in reversed(graph.steps):
            doubtful |= ~numpy.isfinite(numpy.asarray(values[slot], dtype=float))
            if gradients[slot] is None:
                continue
            local = arithmetic.local(gate, values[slot], [values[a] for a in args])
            for place, (operand, slope) in enumerate(zip(args, local, strict=True)):
                if operand in graph.constants or not carries(gate, place, slope):
                    continue
                contribution = gradients[slot] * slope
                doubtful |= ~numpy.isfinite(contribution)
                before = gradients[operand]
                gradients[operand] = contribution if before is None else before + contribution
    value = _column(values[graph.output], shape)
    grads = {name: _column(gradients[slot], shape) for slot, name in enumerate(graph.inputs)}
    _settle(graph, inputs, doubtful, value, grads, ties)
    return value, grads


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
