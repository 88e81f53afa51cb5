"""Mistakes of vectors and matrices: something transposed, half of a Jacobian, the 1/n of a mean.

Each is a wrong vector-Jacobian product of one gate, written over the namespace `m` as the right one is, and run by the
passes of the truth; or an answer in another shape than its own.
"""

# ruff: noqa: ARG005 - every line takes the namespace, the output and all operands, needed or not

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from gradcli.graph.tape import ArrayGate, Gate
from gradcli.homework.marking.own import Replay
from gradcli.homework.mistakes.rewired import before, effort, is_finite, misread, same
from gradcli.homework.mistakes.slip import Key, Slip
from gradcli.homework.problems.problem import Problem
from gradcli.rules.array_rule import ArrayRule
from gradcli.rules.rule import Rule
from gradcli.rules.shape import Shape, entries

MOST_EFFORT = 2_000_000
"""Gates that all these mutants together may run."""

TRANSPOSED, OUTER, SOFTMAX, MEAN = "jacobian-transposed", "outer-product", "softmax-jacobian", "mean-factor"

Vjp = Callable[..., Any]
"""`line(m, g, o, i1, i2, ..., **settings)`: what one operand receives."""


@dataclass(frozen=True, slots=True)
class WrongProduct:
    """A wrong vector-Jacobian product.

    Attributes:
        mistake: its id in the catalogue.
        place: which operand receives something wrong.
        says: what is right, with `{part}` for the node and `{operand}` for the operand.
        line: what it receives, in its own shape.
        fits: whether that has the operand's shape, given the shapes of all operands.
    """

    mistake: str
    place: int
    says: str
    line: Vjp
    fits: Callable[..., bool] = lambda *shapes: True


def _square(*shapes: Shape) -> bool:
    return any(len(shape) == 2 and shape[0] == shape[1] for shape in shapes)


def _sums(m: Any, i: Any, axis: int | None) -> Any:
    return m.spread(m.sum(i, axis=axis), shape=m.shape(i), axis=axis)


def _count(m: Any, i: Any, axis: int | None) -> int:
    shape = m.shape(i)
    return entries(shape) if axis is None else shape[axis]


_BY_VECTOR = "At {part} the gradient of {operand} is the transposed matrix times what arrives, not the matrix itself."
_BY_MATRIX = (
    "The gradient of {operand} is (gradient that arrives at {node}) {other}ᵀ: "
    "a row for each entry of {node}, a column for each entry of {other}."
)
_BY_MATRIX_BEHIND = (
    "The gradient of {operand} is {other}ᵀ (gradient that arrives at {node}): "
    "a row for each entry of {other}, a column for each entry of {node}."
)
_BY_FACTOR = "At {part} the gradient of {operand} needs the other factor transposed, on its own side of the product."
_DOT = "The gradient of an inner product by one vector is the other vector: they were not switched at {part}."
_DIAGONAL = "At {part} each output of softmax depends on every score: there are entries beside the diagonal."
_OFF_SIGN = "At {part} the entries beside the diagonal of the Jacobian of softmax have a minus."
_NO_TARGET = "At {part} the target was not subtracted in the gradient of the cross entropy."
_NO_N = "The 1/n of {part} is missing in the backward pass."
_TWICE_N = "The 1/n of {part} was taken twice in the backward pass."
_SUM_N = "{part} hands the gradient on to each entry as it is: a sum has no 1/n."

WRONG_PRODUCTS: dict[str, tuple[WrongProduct, ...]] = {
    "matvec": (
        WrongProduct(TRANSPOSED, 1, _BY_VECTOR, lambda m, g, o, w, x: m.matmul(w, g), lambda w, x: _square(w)),
        WrongProduct(OUTER, 0, _BY_MATRIX, lambda m, g, o, w, x: m.outer(x, g), lambda w, x: _square(w)),
    ),
    "vecmat": (
        WrongProduct(TRANSPOSED, 0, _BY_VECTOR, lambda m, g, o, x, w: m.matmul(g, w), lambda x, w: _square(w)),
        WrongProduct(OUTER, 1, _BY_MATRIX_BEHIND, lambda m, g, o, x, w: m.outer(g, x), lambda x, w: _square(w)),
    ),
    "matmul": (
        WrongProduct(TRANSPOSED, 0, _BY_FACTOR, lambda m, g, o, a, b: m.matmul(g, b), lambda a, b: _square(b)),
        WrongProduct(TRANSPOSED, 1, _BY_FACTOR, lambda m, g, o, a, b: m.matmul(a, g), lambda a, b: _square(a)),
        WrongProduct(TRANSPOSED, 0, _BY_FACTOR, lambda m, g, o, a, b: m.matmul(m.transpose(b), g),
                     lambda a, b: a == b and _square(a)),
        WrongProduct(TRANSPOSED, 1, _BY_FACTOR, lambda m, g, o, a, b: m.matmul(g, m.transpose(a)),
                     lambda a, b: a == b and _square(a)),
    ),
    "dot": (
        WrongProduct("product-not-switched", 0, _DOT, lambda m, g, o, a, b: g * a),
        WrongProduct("product-not-switched", 1, _DOT, lambda m, g, o, a, b: g * b),
    ),
    "softmax": (
        WrongProduct(SOFTMAX, 0, _DIAGONAL, lambda m, g, o, i, *, axis: g * o * (1 - o)),
        WrongProduct(SOFTMAX, 0, _DIAGONAL, lambda m, g, o, i, *, axis: g * o),
        WrongProduct(SOFTMAX, 0, _OFF_SIGN,
                     lambda m, g, o, i, *, axis: o * (g + _sums(m, g * o, axis) - 2 * (g * o))),
        WrongProduct(SOFTMAX, 0, _OFF_SIGN, lambda m, g, o, i, *, axis: o * (g + _sums(m, g * o, axis))),
    ),
    "log_softmax": (
        WrongProduct(SOFTMAX, 0, _DIAGONAL, lambda m, g, o, i, *, axis: g * (1 - m.exp(o))),
        WrongProduct(SOFTMAX, 0, _OFF_SIGN, lambda m, g, o, i, *, axis: g + m.exp(o) * (_sums(m, g, axis) - 2 * g)),
    ),
    "cross_entropy": (
        WrongProduct(SOFTMAX, 0, _NO_TARGET,
                     lambda m, g, o, z, t: m.spread(g, shape=m.shape(z), axis=-1) * m.softmax(z, axis=-1)),
    ),
    "mean": (
        WrongProduct(MEAN, 0, _NO_N, lambda m, g, o, i, *, axis: m.spread(g, shape=m.shape(i), axis=axis)),
        WrongProduct(MEAN, 0, _TWICE_N,
                     lambda m, g, o, i, *, axis:
                     m.spread(g, shape=m.shape(i), axis=axis) / _count(m, i, axis) / _count(m, i, axis)),
    ),
    "sum": (
        WrongProduct(MEAN, 0, _SUM_N,
                     lambda m, g, o, i, *, axis: m.spread(g, shape=m.shape(i), axis=axis) / _count(m, i, axis)),
    ),
}  # fmt: skip
"""By the name of a rule the ways in which its vector-Jacobian product is got wrong."""

_MEANS = ("mse", "mae", "var")
"""Gates with a 1/n of all that they hand back."""


def slips(problem: Problem, state: Replay | None = None) -> Iterator[Slip]:
    """The mistakes of arrays; none where all nodes are numbers.

    Args:
        problem: which.
        state: the passes with a student's own numbers; None for the truth.
    """
    if problem.graph.shapes is None:
        return
    left = MOST_EFFORT // effort(problem)
    for slot, gate, args in reversed(problem.graph.steps):
        called = problem.naming.called
        for mistake, operand, says, wrong in _wrong_gates(problem, gate, args):
            left -= 1
            if left <= 0:
                break
            numbers = misread(problem, state, {slot: (wrong, args)})
            if numbers:
                place = problem.naming.place(slot)
                other = next((called(a) for a in args if a != operand), called(operand))
                said = says.format(part=place, operand=called(operand), node=called(slot), other=other)
                yield Slip(mistake, operand, said, place, numbers=numbers)
    yield from _transposed(problem, state)
    yield from _shaped_like_input(problem, state)


def _wrong_gates(problem: Problem, gate: Gate, args: tuple[int, ...]) -> Iterator[tuple[str, int, str, Gate]]:
    """The wrong gates in place of one: mistake, operand that receives something wrong, what is right, gate."""
    if isinstance(gate, Rule):
        yield from _constant_count(problem, gate, args)
    if not isinstance(gate, ArrayGate):
        return
    shapes = [problem.graph.shape(a) for a in args]
    for wrong in WRONG_PRODUCTS.get(gate.name, ()):
        if args[wrong.place] not in problem.graph.constants and wrong.fits(*shapes):
            changed = _with_products(gate, {wrong.place: wrong.line})
            yield wrong.mistake, args[wrong.place], wrong.says, changed
    if gate.name in _MEANS:
        n = entries(max(shapes, key=entries))
        for says, factor in ((_NO_N, float(n)), (_TWICE_N, 1 / n)):
            yield MEAN, args[0], says, _scaled(gate, factor)


def _with_products(gate: ArrayGate, lines: Mapping[int, Vjp]) -> ArrayGate:
    right = gate.rule

    def vjp(m: Any, g: Any, o: Any, *i: Any, **settings: Any) -> tuple[Any, ...]:
        handed = right.vjp(m, g, o, *i, **settings)
        return tuple(lines[k](m, g, o, *i, **settings) if k in lines else h for k, h in enumerate(handed))

    return ArrayGate(_with_vjp(right, vjp), gate.given)


def _scaled(gate: ArrayGate, factor: float) -> ArrayGate:
    right = gate.rule

    def vjp(m: Any, g: Any, o: Any, *i: Any, **settings: Any) -> tuple[Any, ...]:
        return tuple(None if h is None else factor * h for h in right.vjp(m, g, o, *i, **settings))

    return ArrayGate(_with_vjp(right, vjp), gate.given)


def _with_vjp(rule: ArrayRule, vjp: Any) -> ArrayRule:
    return replace(rule, vjp=vjp)


def _constant_count(problem: Problem, gate: Rule, args: tuple[int, ...]) -> Iterator[tuple[str, int, str, Gate]]:
    """A sum that is divided by its number of entries."""
    graph = problem.graph
    if gate.name not in ("div", "mul") or len(args) != 2:
        return
    for place, other in ((0, 1), (1, 0)):
        summed, number = graph.gates[args[place]], graph.number(args[other])
        if summed is None or summed.name != "sum" or not number:
            continue
        count = entries(graph.shape(graph.args[args[place]][0]))
        if (number if gate.name == "div" else 1 / number) in (count, 2 * count):
            # The factor of the loss, ½, may stand beside 1/n.
            keeps = number * count if gate.name == "mul" else count / number
            local = (keeps, 0) if place == 0 else (0, keeps)
            yield MEAN, args[place], _NO_N, replace(gate, local=lambda m, o, i, j, local=local: local, shown=None)


def _transposed(problem: Problem, state: Replay | None) -> Iterator[Slip]:
    """Asked matrices that were written down transposed: the answers themselves, nothing follows."""
    for asked in problem.asked:
        quantity = asked.quantity
        if quantity.kind == "value" or getattr(asked.truth, "ndim", 0) != 2:
            continue
        number = before(problem, state, quantity)
        if same(number, number.T):
            continue
        jacobian = quantity.by is not None
        says = "The Jacobian is transposed: a row for each output, a column for each input."
        if not jacobian:
            name = problem.naming.called(quantity.slot)
            says = f"The gradient of {name} is transposed: it has the shape of {name}."
        yield Slip(TRANSPOSED if jacobian else OUTER, quantity.slot, says, problem.naming.place(quantity.slot),
                   numbers={quantity.key: number.T})  # fmt: skip


def _shaped_like_input(problem: Problem, state: Replay | None) -> Iterator[Slip]:
    """The gradient of a matrix, written down in the shape of the vector that the matrix is multiplied by."""
    if problem.backward is None:
        return
    import numpy  # there are arrays here

    graph = problem.graph
    values = problem.forward.values if state is None else state.values
    gradients = problem.backward.gradients if state is None else state.gradients
    for slot, gate, args in graph.steps:
        if gate.name not in ("matvec", "vecmat") or gradients[slot] is None:
            continue
        matrix, vector = args if gate.name == "matvec" else args[::-1]
        key: Key = ("grad", matrix, None)
        if key not in problem.by_key:
            continue
        upstream, x = gradients[slot], values[vector]
        ways = [float(numpy.sum(upstream)) * x]
        if numpy.shape(upstream) == numpy.shape(x):
            ways.append(upstream * x)
        name = problem.naming.called(matrix)
        says = f"The gradient of {name} has the shape of {name}: it is an outer product, not a vector."
        for number in filter(is_finite, ways):
            yield Slip(OUTER, matrix, says, problem.naming.place(slot), numbers={key: number})
