"""Jacobians: of the whole formula by each of its slots, and of one gate by its operands.

Arrays are read row by row, so an array of shape (m, n) is a vector of m·n entries. A Jacobian has a row for each entry
of the output and a column for each entry of what it is taken by (numerator layout).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy

from gradcli.graph.builder import MOST_ENTRIES
from gradcli.graph.tape import Gate
from gradcli.language import GradcliError
from gradcli.passes.array_gates import ArrayArithmetic
from gradcli.passes.backward import run_backward
from gradcli.passes.forward import Forward
from gradcli.rules.shape import Shape, entries

Matrix = numpy.ndarray[Any, numpy.dtype[numpy.float64]]


@dataclass(frozen=True, slots=True)
class Jacobians:
    """The Jacobians of a formula's value.

    Attributes:
        forward: the forward pass they belong to.
        by_slot: for each slot the Jacobian, (entries of the output) × (entries of the slot); None where the output
            does not depend on it.
    """

    forward: Forward
    by_slot: list[Matrix | None]

    def by_input(self, name: str) -> Matrix:
        """The Jacobian by an input."""
        graph = self.forward.graph
        slot = graph.inputs.index(name)
        found = self.by_slot[slot]
        rows, columns = entries(graph.shape(graph.output)), entries(graph.shape(slot))
        return numpy.zeros((rows, columns)) if found is None else found


def run_jacobians(forward: Forward) -> Jacobians:
    """The Jacobians of the value by every slot: one backward pass for each entry of the output.

    Raises:
        GradcliError: they would be too large.
    """
    graph = forward.graph
    shape = graph.shape(graph.output)
    rows = entries(shape)
    columns = sum(entries(graph.shape(slot)) for slot in range(len(graph.gates)))
    if rows * columns > MOST_ENTRIES:
        raise GradcliError("too-large", f"the Jacobians would hold {rows * columns:,} numbers",
                           hint=f"{MOST_ENTRIES:,} are the most; --seed-gradient ones needs only one backward pass",
                           )  # fmt: skip
    passes = [run_backward(forward, seed).gradients for seed in _unit_arrays(shape)]
    return Jacobians(forward, [_stacked([one[slot] for one in passes]) for slot in range(len(graph.gates))])


def local_jacobian(forward: Forward, slot: int, place: int) -> Matrix:
    """The Jacobian of one gate's output by one of its operands."""
    graph = forward.graph
    gate = graph.gates[slot]
    assert gate is not None  # noqa: S101  (only slots of gates are asked for)
    return gate_jacobian(gate, forward.values[slot], forward.operands(slot), place, ArrayArithmetic(forward.ties))


def gate_jacobian(gate: Gate, output: Any, operands: Sequence[Any], place: int, arithmetic: ArrayArithmetic) -> Matrix:
    """The Jacobian of a gate's output by one of its operands, from its vector-Jacobian product."""
    wanted = [k == place for k in range(len(operands))]
    with numpy.errstate(all="ignore"):
        rows = [arithmetic.pull(gate, unit, output, operands, wanted)[place] for unit in
                _unit_arrays(numpy.shape(output))]  # fmt: skip
    empty = numpy.zeros(numpy.size(operands[place]))
    return _matrix([empty if row is None else row for row in rows])


def _unit_arrays(shape: Shape) -> list[Any]:
    """The arrays with a single 1, in the order of the entries."""
    if not shape:
        return [1.0]
    return list(numpy.eye(entries(shape)).reshape(-1, *shape))


def _stacked(rows: Sequence[Any]) -> Matrix | None:
    known = next((row for row in rows if row is not None), None)
    if known is None:
        return None
    empty = numpy.zeros(numpy.size(known))
    return _matrix([empty if row is None else row for row in rows])


def _matrix(rows: Sequence[Any]) -> Matrix:
    found: Matrix = numpy.stack([numpy.ravel(row) for row in rows]) + 0.0  # and no −0 of a product with 0
    return found
