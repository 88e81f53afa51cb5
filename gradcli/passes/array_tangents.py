"""Forward mode over vectors and matrices: Jacobians pushed from an input to the output."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy

from gradcli.graph.builder import MOST_ENTRIES
from gradcli.graph.tape import Graph
from gradcli.language import GradcliError
from gradcli.passes.array_counting import Tally
from gradcli.passes.counting import Counts, leading, most_held
from gradcli.passes.forward import STRUCTURED, Forward
from gradcli.passes.jacobian import Matrix, local_jacobian
from gradcli.passes.tangents import Tangents
from gradcli.rules.shape import entries

MOST_NAMES = 4
"""Inputs that an error lists."""


def run_array_tangents(forward: Forward, slots: Sequence[int], taken: Sequence[bool]) -> list[Tangents]:
    """One sweep for each of several inputs; see `gradcli.passes.tangents.run_tangents`.

    Args:
        forward: a finished forward pass of a graph with shapes.
        slots: the slots of the inputs.
        taken: for each slot whether the output depends on it at this point.

    Raises:
        GradcliError: the Jacobians would be too large.
    """
    _check_size(forward.graph, slots)
    known: dict[tuple[int, int], Matrix] = {}  # a local Jacobian serves all sweeps
    with numpy.errstate(all="ignore"):
        return [_sweep(forward, slot, taken, known) for slot in slots]


def no_dependence(graph: Graph, slot: int) -> Matrix:
    """The Jacobian of an output that does not depend on an input."""
    return numpy.zeros((entries(graph.shape(graph.output)), entries(graph.shape(slot))))


def _sweep(
    forward: Forward, start: int, taken: Sequence[bool], known: dict[tuple[int, int], Matrix]
) -> Tangents:  # fmt: skip
    graph = forward.graph
    columns = entries(graph.shape(start))
    tally = Tally()
    tangents: list[Any] = [None] * len(graph.gates)
    tangents[start] = tally.counted(numpy.eye(columns))
    for slot, _, args in graph.steps:
        if not taken[slot]:
            continue
        total = None
        for place, (operand, local) in enumerate(zip(args, forward.locals[slot], strict=True)):
            tangent = tangents[operand]
            if tangent is None or local is None or (slot, place) in forward.idle:
                continue
            if local is STRUCTURED:
                if (slot, place) not in known:
                    known[slot, place] = _local(forward, slot, place)
                product = known[slot, place] @ tangent
            else:
                product = _scaled(graph, slot, operand, local, tangent)
            total = product if total is None else total + product
        tangents[slot] = total
    sizes = {slot: t.size for slot, t in enumerate(tangents) if t is not None}
    found = [None if t is None else numpy.asarray(t) + 0.0 for t in tangents]  # and no −0 of a product with 0
    counts = Counts(tally.multiplications, tally.additions, most_held(graph, sizes))
    return Tangents(forward, start, found, counts)


def _scaled(graph: Graph, slot: int, operand: int, local: Any, tangent: Any) -> Any:
    """Local times tangent of a gate that works entry by entry: each row of the Jacobian is scaled."""
    shape, into = graph.shape(operand), graph.shape(slot)
    rows = tangent
    if shape != into and entries(shape) > 1:  # an operand that is repeated to fit repeats its rows
        rows = tangent[numpy.broadcast_to(numpy.arange(entries(shape)).reshape(shape), into).ravel()]
    slope = numpy.broadcast_to(numpy.asarray(local, dtype=float), into).reshape(-1, 1)
    product = rows * slope
    if graph.branches and not numpy.isfinite(product).all():
        return numpy.where(slope == 0, 0.0, product)  # a branch that is not taken at an entry, whatever it is there
    return product


def _local(forward: Forward, slot: int, place: int) -> Matrix:
    graph = forward.graph
    rows, columns = entries(graph.shape(slot)), entries(graph.shape(graph.args[slot][place]))
    if rows * columns > MOST_ENTRIES:
        raise _too_large(f"a local Jacobian would hold {rows * columns:,} numbers")
    return local_jacobian(forward, slot, place)


def _check_size(graph: Graph, slots: Sequence[int]) -> None:
    numbers = 0
    for start in slots:
        rows = sum(entries(graph.shape(slot)) for slot, reached in enumerate(leading(graph, [start])) if reached)
        numbers += rows * entries(graph.shape(start))
        if numbers > MOST_ENTRIES:
            names = ", ".join(graph.inputs[slot] for slot in slots[:MOST_NAMES]) + ", …" * (len(slots) > MOST_NAMES)
            raise _too_large(f"the tangents by {names} would hold more than {MOST_ENTRIES:,} numbers")


def _too_large(what: str) -> GradcliError:
    return GradcliError("too-large", what, hint=f"{MOST_ENTRIES:,} are the most: ask for a smaller input with "
                        "--wrt, or take the backward pass, which needs no Jacobians")  # fmt: skip
