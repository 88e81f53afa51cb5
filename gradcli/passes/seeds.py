"""Where a backward pass begins: the derivative by the output, 1 for a number, asked for of an array."""

from __future__ import annotations

from typing import Any

from gradcli.graph.tape import Graph
from gradcli.language import GradcliError
from gradcli.rules.shape import described


def no_gradient(graph: Graph) -> GradcliError:
    """The error for an output that is an array, of which a gradient is wanted."""
    shape, name = graph.shape(graph.output), graph.output_name
    return GradcliError("array-output", f"{name} {described(shape)}: its derivative is a Jacobian, and no gradient",
                        hint=f"ask for it with --jacobian, begin the backward pass with --seed-gradient ones, or "
                        f"make a number of it, such as sum({name})")  # fmt: skip


def output_gradient(graph: Graph, given: Any, *, optional: bool = False) -> Any:
    """The derivative by the output with which a backward pass begins.

    Args:
        graph: what is run.
        given: "ones", an array of the output's shape, or None: 1 for a number.
        optional: whether an array needs none.

    Returns:
        A float or an array of the output's shape; None where there is none and none is needed.

    Raises:
        GradcliError: the output is an array and nothing was given, or something of another shape.
    """
    shape, name = graph.shape(graph.output), graph.output_name
    if given is None and not shape:
        return 1.0
    if given is None and optional:
        return None
    if given is None:
        raise no_gradient(graph)
    if isinstance(given, str) and given == "ones":
        if not shape:
            return 1.0
        import numpy  # numbers alone need none

        return numpy.ones(shape)
    if getattr(given, "shape", ()) != shape:
        other = described(getattr(given, "shape", ()))
        raise GradcliError("array-output", f"{name} {described(shape)}, and the gradient to begin with {other}",
                           hint=f"give one number for each entry of {name}")  # fmt: skip
    return given
