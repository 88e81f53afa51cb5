"""Second derivatives: the backward pass of the backward pass.

The gradient is written down as a graph (`gradcli.passes.symbolic`). A backward pass through it that begins with v at
the derivatives gives H·v, however many inputs there are; one that begins with a unit vector gives a row of H
(B. A. Pearlmutter, Fast exact multiplication by the Hessian, Neural Computation 6, 1994).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gradcli.graph.array_values import shape_of
from gradcli.graph.blocks import is_block
from gradcli.graph.tape import Gate, Graph
from gradcli.language import GradcliError
from gradcli.passes.evaluate import Evaluation, nothing
from gradcli.passes.forward import Forward, UndefinedValue, run_forward
from gradcli.passes.gates import FloatArithmetic
from gradcli.passes.symbolic import Derived, symbolic_gradient
from gradcli.rules.floats import Floats
from gradcli.rules.shape import Shape, described, entries, indices

MOST_VARIABLES = 1000
"""Entries of all inputs together up to which a Hessian is computed: a million numbers."""


@dataclass(frozen=True, slots=True)
class Variable:
    """One number that the formula depends on: an input, or an entry of one.

    Attributes:
        name: the input.
        at: the indices of the entry; empty where the input is a number.
    """

    name: str
    at: tuple[int, ...] = ()

    def __str__(self) -> str:
        return f"{self.name}[{', '.join(map(str, self.at))}]" if self.at else self.name


@dataclass(frozen=True, slots=True)
class Hessian:
    """The matrix of second derivatives.

    Attributes:
        result: the formula at the point.
        variables: what a row and a column stand for; arrays entry by entry, row by row.
        rows: ∂²f/∂i∂j as computed: row i from the backward pass that began at ∂f/∂i.
        conventions: what was used because the formula, or a derivative of it, has a kink at the point.
    """

    result: Evaluation
    variables: tuple[Variable, ...]
    rows: tuple[tuple[float, ...], ...]
    conventions: tuple[str, ...]

    @property
    def asymmetry(self) -> float:
        """The largest difference of an entry from the one across the diagonal."""
        rows = self.rows
        pairs = ((rows[i][j], rows[j][i]) for i in range(len(rows)) for j in range(i))
        return max((abs(a - b) for a, b in pairs if a != b), default=0.0)

    @property
    def blocks(self) -> dict[str, dict[str, Any]]:
        """For each pair of names the second derivatives by them: a number, or rows of numbers."""
        places: dict[str, list[int]] = {}
        for place, variable in enumerate(self.variables):
            places.setdefault(variable.name, []).append(place)
        plain = {name: not shape_of(self.result.at[name]) for name in places}
        return {
            one: {other: self.rows[at[0]][across[0]] if plain[one] and plain[other] else
                  [[self.rows[i][j] for j in across] for i in at] for other, across in places.items()}
            for one, at in places.items()
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Product:
    """A Hessian-vector product.

    Attributes:
        result: the formula at the point.
        direction: v by name, in the shapes of the inputs.
        product: H·v by name.
        slope: the derivative of the formula along v.
        curvature: its second derivative along v, v·H·v.
        conventions: as in `Hessian`.
    """

    result: Evaluation
    direction: dict[str, Any]
    product: dict[str, Any]
    slope: float
    curvature: float
    conventions: tuple[str, ...]


def hessian(result: Evaluation) -> Hessian:
    """The Hessian by the names in `result.wrt`: one backward pass through the gradient's graph for each row.

    Raises:
        GradcliError: the value is an array ("array-output"), there are too many inputs ("too-large"), a second
            derivative has no value ("undefined-value"), or a block has none ("no-second").
    """
    count = sum(entries(shape_of(result.at[name])) for name in result.wrt)
    if count > MOST_VARIABLES:
        raise GradcliError("too-large", f"the Hessian by {count:,} numbers would hold {count * count:,}",
                           hint=f"{MOST_VARIABLES:,} rows are the most: name fewer with --wrt; --vector gives H·v "
                           "without H")  # fmt: skip
    twice = _Twice(result)
    variables = [Variable(name, at) for name in result.wrt for at in _indices(shape_of(result.at[name]))]
    rows = []
    for variable in variables:
        row = twice.product({variable.name: _unit(result.at[variable.name], variable.at)})
        rows.append(tuple(x for name in result.wrt for x in _entries(row[name])))
    return Hessian(result, tuple(variables), tuple(rows), twice.conventions())


def hessian_vector(result: Evaluation, direction: Mapping[str, Any]) -> Product:
    """The product H·v by a single backward pass through the gradient's graph; H itself is never there.

    Args:
        result: the formula at the point; H is that by the names in its `wrt`.
        direction: v: for each of these names a value of its shape; 0 for names that are left out.

    Raises:
        GradcliError: as `hessian`; or the direction has a name that is not in `wrt` ("unknown-wrt"), or a value of
            another shape ("shape").
    """
    for name, along in direction.items():
        if name not in result.wrt:
            raise GradcliError("unknown-wrt", f"the direction has a component '{name}', and no derivative by it is "
                               "asked for", hint=f"name it in --wrt; asked for are {', '.join(result.wrt)}",
                               )  # fmt: skip
        shape, other = shape_of(result.at[name]), shape_of(along)
        if shape != other:
            raise GradcliError("shape", f"{name} {described(shape)}, and the direction by it {described(other)}",
                               hint=f"give one number for each entry of {name}")  # fmt: skip
    whole = {name: direction.get(name, nothing(result.at[name])) for name in result.wrt}
    twice = _Twice(result)
    product = twice.product(whole)
    gradient = result.gradient
    return Product(result, whole, product, _dot(whole, gradient), _dot(whole, product), twice.conventions())


PIECES = "two pieces of a derivative meet at this point: second derivatives are those of one of them"
"""What is said where a first derivative has a kink, or is written piece by piece."""

_COMPARISONS = ("lt", "le", "gt", "ge")
"""Of equal operands they are a border between pieces; eq and ne only guard a division of 0 by 0."""


class _Twice:
    """The graph of the gradient, run forward at the point."""

    def __init__(self, result: Evaluation) -> None:
        graph, text = result.graph, result.formula.text
        if graph.shape(graph.output):
            shape, name = graph.shape(graph.output), graph.output_name
            raise GradcliError("array-output", f"{name} {described(shape)}: a Hessian is that of a number",
                               hint=f"make a number of it, such as sum({name})")  # fmt: skip
        for name, derivative in result.gradient.items():
            if not all(map(math.isfinite, _entries(derivative))):
                raise GradcliError("undefined-value", f"the derivative by {name} is not finite here, so it has none "
                                   "itself", hint="choose a point at which the formula is smooth")  # fmt: skip
        self.result = result
        self.places = {name: graph.inputs.index(name) for name in result.wrt if name in graph.inputs}
        self.derived: Derived = symbolic_gradient(graph, list(self.places.values()))
        _refuse_blocks(self.derived.graph, self.places.values(), text)
        try:
            self.forward = run_forward(self.derived.graph, result.forward.values[: len(graph.inputs)],
                                       result.forward.ties)  # fmt: skip
        except UndefinedValue as undefined:
            start, end = undefined.span
            raise GradcliError("undefined-value", f"a derivative has no value here: {undefined.reason}", text=text,
                               start=start, end=end, hint="choose a point at which the formula is smooth",
                               ) from None  # fmt: skip

    def product(self, direction: Mapping[str, Any]) -> dict[str, Any]:
        """H·v by name."""
        seeds: dict[int, Any] = {}
        for name, place in self.places.items():
            along = direction.get(name)
            if along is not None and any(_entries(along)):
                slot = self.derived.gradient[place]
                seeds[slot] = seeds[slot] + along if slot in seeds else along  # x·y has one derivative for both at x=y
        arrived = pull(self.forward, seeds)
        found = {}
        for name in self.result.wrt:
            handed = arrived[self.places[name]] if name in self.places else None
            found[name] = nothing(self.result.at[name]) if handed is None else handed + 0.0
        return found

    def conventions(self) -> tuple[str, ...]:
        """What the passes used because the formula or one of its derivatives has a kink here."""
        said = [text for texts in self.result.forward.conventions().values() for text in texts]
        return tuple(dict.fromkeys(said)) or ((PIECES,) if self._pieces_meet() else ())

    def _pieces_meet(self) -> bool:
        graph, forward, conventions = self.derived.graph, self.forward, _conventions(self.forward)
        needed, direct = [False] * len(graph.gates), [False] * len(graph.gates)  # direct: not for a decision alone
        for slot in self.derived.gradient.values():
            needed[slot] = direct[slot] = True
        for slot, gate, args in reversed(graph.steps):
            compares = gate.name in (*_COMPARISONS, "eq", "ne")
            looked_at = needed[slot] if gate.name in _COMPARISONS else direct[slot] and not compares
            if looked_at and conventions(gate, forward.operands(slot)):
                return True
            for place, a in enumerate(args):
                if needed[slot] and (slot, place) not in forward.idle:
                    needed[a] = True
                    decides = compares or (gate.name == "where" and place == 0)
                    direct[a] = direct[a] or (direct[slot] and not decides)
        return False


def _conventions(forward: Forward) -> Callable[[Gate, Sequence[Any]], tuple[str, ...]]:
    if forward.graph.shapes is None:
        return FloatArithmetic(Floats(forward.ties)).conventions
    from gradcli.passes.array_gates import ArrayArithmetic  # numbers alone need no NumPy

    return ArrayArithmetic(forward.ties).conventions


def _refuse_blocks(graph: Graph, places: Collection[int], text: str) -> None:
    """Refuse a formula that depends on its inputs by a block of which only numbers are known."""
    live = [slot in places for slot in range(len(graph.gates))]
    for slot, gate, args in graph.steps:
        live[slot] = any(live[a] for a in args)
        # The value was copied before its derivatives were written behind it.
        if slot <= graph.output and live[slot] and is_block(gate):
            name, (start, end) = gate.sign, graph.spans[slot]
            raise GradcliError("no-second", f"the block {name} has no second derivative: only its value and its "
                               "derivatives at this point are known", text=text, start=start, end=end,
                               hint="write the function itself in place of the block, or name with --wrt inputs that "
                               "do not go through it")  # fmt: skip


def pull(forward: Forward, seeds: Mapping[int, Any]) -> list[Any]:
    """A backward pass that begins at several slots.

    Args:
        forward: the forward pass.
        seeds: for each slot at which it begins the gradient there, of the slot's shape.

    Returns:
        For each slot what arrived; None where nothing did.
    """
    graph = forward.graph
    if graph.shapes is not None:
        from gradcli.passes.array_hessian import pull_arrays  # numbers alone need no NumPy

        return pull_arrays(forward, seeds)
    arrived: list[float | None] = [None] * len(graph.gates)
    for slot, seed in seeds.items():
        arrived[slot] = seed
    for slot, _, args in reversed(graph.steps):
        upstream = arrived[slot]
        if upstream is None:
            continue
        for place, local in enumerate(forward.locals[slot]):
            if local is None or (forward.idle and (slot, place) in forward.idle):
                continue
            before = arrived[args[place]]
            arrived[args[place]] = upstream * local if before is None else before + upstream * local
    return arrived


def _indices(shape: Shape) -> list[tuple[int, ...]]:
    return [indices(place, shape) for place in range(entries(shape))]


def _unit(value: Any, at: tuple[int, ...]) -> Any:
    """1 at an entry, and 0 elsewhere."""
    if not at:
        return 1.0
    import numpy  # there are arrays

    unit = numpy.zeros(value.shape)
    unit[at] = 1.0
    return unit


def _entries(x: Any) -> Sequence[float]:
    return x.ravel().tolist() if shape_of(x) else (float(x),)


def _dot(one: Mapping[str, Any], other: Mapping[str, Any]) -> float:
    pairs = ((a, b) for name in one for a, b in zip(_entries(one[name]), _entries(other[name]), strict=True))
    return sum(a * b for a, b in pairs if a)
