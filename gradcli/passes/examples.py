"""The gradients of single examples: row i is the derivative of the i-th term of a loss that is a sum over examples.

∂L/∂φ = Σ ∂ℓᵢ/∂φ, so the rows add up to the gradient; times a factor where the loss is a mean or a multiple of the sum.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gradcli.graph.builder import MOST_ENTRIES
from gradcli.graph.tape import ArrayGate, Graph
from gradcli.language import GradcliError
from gradcli.passes.evaluate import Evaluation
from gradcli.rules.shape import entries

if TYPE_CHECKING:
    import numpy

    Array = numpy.ndarray[Any, numpy.dtype[numpy.float64]]

MOST_EXAMPLES = 10_000
"""Examples whose gradients are computed, with one backward pass each."""


@dataclass(frozen=True, slots=True)
class Examples:
    """The terms of a loss and their gradients.

    Attributes:
        losses: the loss of each example.
        gradients: by name the derivatives of these losses; the first axis counts the examples.
        factor: what the sum of the terms is multiplied by to give the loss: 1/n for a mean.
        total: the loss.
        output_name: what the loss is called.
        left_out: names that hold a row for each example, so that there is no derivative to be summed.
    """

    losses: Array
    gradients: dict[str, Array]
    factor: float
    total: float
    output_name: str
    left_out: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Sum:
    """Where in a graph the examples are summed: the slot of their losses, the factor, and the slots it is made of."""

    terms: int
    factor: float
    aside: tuple[int, ...]


def per_example(evaluation: Evaluation, wrt: Sequence[str] | None = None) -> Examples:
    """The gradient of each example of a loss that is a sum or a mean over examples.

    Args:
        evaluation: the formula at a point.
        wrt: names whose derivatives are wanted; by default those of the evaluation that hold no row for each example.

    Raises:
        GradcliError: the loss is no such sum, or there are too many examples.
    """
    graph = evaluation.graph
    found = _find_sum(graph, evaluation.forward.values)
    count = graph.shape(found.terms)[0]
    if count > MOST_EXAMPLES:
        raise GradcliError("too-large", f"there are {count:,} examples, each of which takes a backward pass",
                           hint=f"{MOST_EXAMPLES:,} are the most: take some of the rows")  # fmt: skip
    names = [name for name in wrt or evaluation.wrt if name in graph.inputs]
    left_out: list[str] = []
    if wrt is None:
        left_out = [name for name in names if name not in _parameters(evaluation, found)]
        names = [name for name in names if name not in left_out]
    elif _in_factor(graph, found).intersection(names):
        raise _no_sum(graph)
    losses, gradients = _one_by_one(evaluation, found.terms, names)
    return Examples(losses, gradients, found.factor, evaluation.value, graph.output_name, tuple(left_out))


def _parameters(evaluation: Evaluation, found: _Sum) -> tuple[str, ...]:
    beside = _in_factor(evaluation.graph, found)
    names = [name for name in evaluation.wrt if name in evaluation.graph.inputs and name not in beside]
    return tuple(name for name in names if not _is_data(evaluation, found.terms, name))


def _in_factor(graph: Graph, found: _Sum) -> set[str]:
    """The inputs that the factor of the sum is made of."""
    return {graph.inputs[slot] for slot in _reaching(graph, found.aside) if slot < len(graph.inputs)}


def _one_by_one(evaluation: Evaluation, terms: int, names: Sequence[str]) -> tuple[Array, dict[str, Array]]:
    """The losses, and the gradients by the names, row by row."""
    import numpy  # numbers alone, which have no examples, need none

    graph = evaluation.graph
    count = graph.shape(terms)[0]
    shapes = {name: graph.shape(graph.inputs.index(name)) for name in names}
    size = count * sum(entries(shape) for shape in shapes.values())
    if size > MOST_ENTRIES:
        raise GradcliError("too-large", f"the gradients of {count:,} examples would hold {size:,} numbers",
                           hint=f"{MOST_ENTRIES:,} are the most: ask for fewer names with --wrt")  # fmt: skip
    gradients = {name: numpy.zeros((count, *shape)) for name, shape in shapes.items()}
    for row, found in enumerate(_passes(evaluation, terms, names, range(count))):
        for name, derivative in found.items():
            gradients[name][row] = derivative
    return numpy.reshape(evaluation.forward.values[terms], (count, -1)).sum(axis=1), gradients


def _passes(evaluation: Evaluation, terms: int, names: Sequence[str], rows: Iterable[int]) -> Iterator[dict[str, Any]]:
    """One backward pass for each of the rows, from its loss alone; names that it does not depend on are missing."""
    import numpy

    from gradcli.passes.array_gates import ArrayArithmetic
    from gradcli.passes.lean import Lean

    graph, values = evaluation.graph, evaluation.forward.values
    slots = [graph.inputs.index(name) for name in names]
    lean = Lean(graph, slots, ArrayArithmetic(evaluation.forward.ties, branches=graph.branches))
    for row in rows:
        seed = numpy.zeros(graph.shape(terms))
        seed[row] = 1.0
        found = lean.pull(values, terms, seed)
        yield {name: found[slot] for name, slot in zip(names, slots, strict=True) if slot in found}


def _is_data(evaluation: Evaluation, terms: int, name: str) -> bool:
    """Whether a name holds a row for each example, on which the loss of no other example depends."""
    graph = evaluation.graph
    count = graph.shape(terms)[0]
    if graph.shape(graph.inputs.index(name))[:1] != (count,):
        return False
    for row, found in zip((0, count - 1), _passes(evaluation, terms, [name], (0, count - 1)), strict=True):
        derivative = found.get(name)
        if derivative is not None and (derivative.any(axis=tuple(range(1, derivative.ndim))).nonzero()[0] != row).any():
            return False
    return True


def _find_sum(graph: Graph, values: Sequence[Any]) -> _Sum:
    """The sum that the output is, or is a multiple of."""
    slot, factor = graph.output, 1.0
    aside: list[int] = []
    while (gate := graph.gates[slot]) is not None:
        args = graph.args[slot]
        if isinstance(gate, ArrayGate):
            if gate.name not in ("sum", "mean") or not _over_examples(gate, graph, args[0]):
                break
            if gate.name == "mean":
                factor /= entries(graph.shape(args[0]))
            return _Sum(args[0], factor, tuple(aside))
        if gate.name == "neg":
            factor, slot = -factor, args[0]
            continue
        place = _summing_side(graph, args) if gate.name in ("mul", "div") else None
        if place is None or (gate.name == "div" and place == 1):
            break
        other = args[1 - place]
        factor = factor * values[other] if gate.name == "mul" else factor / values[other]
        aside.append(other)
        slot = args[place]
    raise _no_sum(graph)


def _over_examples(gate: ArrayGate, graph: Graph, operand: int) -> bool:
    shape = graph.shape(operand)
    return len(shape) == 1 or (len(shape) > 1 and gate.settings.get("axis") is None)


def _summing_side(graph: Graph, args: Sequence[int]) -> int | None:
    """Which of two factors, both of them numbers, is made of arrays; None if both or none of them are."""
    made = [any(graph.shape(a) for a in _reaching(graph, (side,))) for side in args]
    return made.index(True) if sum(made) == 1 else None


def _reaching(graph: Graph, ends: Iterable[int]) -> set[int]:
    """The slots that others are computed from, those themselves included."""
    seen: set[int] = set()
    waiting = list(ends)
    while waiting:
        slot = waiting.pop()
        if slot not in seen:
            seen.add(slot)
            waiting += graph.args[slot]
    return seen


def _no_sum(graph: Graph) -> GradcliError:
    return GradcliError("no-examples", f"{graph.output_name} is no sum over examples, so it has no gradient for each",
                        hint="write the loss as sum(...) or mean(...) over a vector with one entry for each example, "
                        "such as sum((φ0 + φ1*x - y)^2)")  # fmt: skip
