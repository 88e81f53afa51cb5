"""A vector-Jacobian product is arithmetic itself: run on symbols it is a graph, which has a gradient again."""

from __future__ import annotations

import random

import numpy
import pytest

from gradcli.graph.build import build, read
from gradcli.graph.builder import Builder
from gradcli.graph.gatesets import Lecture
from gradcli.graph.point import from_numbers
from gradcli.graph.symbols import Symbol, SymbolMath
from gradcli.passes.array_gates import VectorArithmetic
from gradcli.passes.backward import run_backward
from gradcli.passes.evaluate import evaluate
from gradcli.passes.forward import run_forward

from .random_array_graphs import ArrayFormula


class OnSymbols(VectorArithmetic):
    """Runs gates on symbols; each becomes one gate again."""

    def __init__(self, writer):
        super().__init__(SymbolMath(writer))
        self.writer = writer

    def constant(self, value):
        return Symbol(self.writer, self.writer.constant(value))

    def value(self, gate, operands):
        if hasattr(gate, "rule"):
            return getattr(self.m, gate.name)(*operands, **gate.settings)
        return super().value(gate, operands)

    def rule_value(self, rule, operands):
        return getattr(self.m, rule.name)(*operands)


def gradient_along(graph, direction):
    """The graph of Σ ⟨gradient by input k, direction[k]⟩."""
    builder = Builder()
    writer = Lecture(builder)
    arithmetic = OnSymbols(writer)
    inputs = [Symbol(writer, builder.input(name, graph.shape(k))) for k, name in enumerate(graph.inputs)]
    values = arithmetic.inner_values(graph, inputs)
    arriving = [None] * len(values)
    arriving[graph.output] = arithmetic.constant(1.0)
    for slot, gate, args in reversed(graph.steps):
        if arriving[slot] is None:
            continue
        for a, handed in zip(args, arithmetic.pull(gate, arriving[slot], values[slot], [values[a] for a in args]),
                             strict=True):  # fmt: skip
            if handed is not None and a not in graph.constants:
                arriving[a] = handed if arriving[a] is None else arriving[a] + handed
    total = arithmetic.constant(0.0)
    for k, along in enumerate(direction):
        if arriving[k] is not None:
            total = total + arithmetic.m.sum(arriving[k] * arithmetic.constant(along))
    return builder.finish(total.slot)


def hessian_along(text, point, direction):
    """Reverse over reverse, and the difference quotient of the gradient."""
    shapes = {name: numpy.shape(x) for name, x in point.items()}
    graph = build(read(text, point.keys(), arrays=[n for n, s in shapes.items() if s]), "lecture", shapes)
    along = [direction[name] for name in graph.inputs]
    twice = gradient_along(graph, along)
    ours = run_backward(run_forward(twice, [point[name] for name in twice.inputs])).gradient()

    def gradient(step):
        moved = {name: x + step * direction[name] for name, x in point.items()}
        return evaluate(text, from_numbers(moved, "the test")).gradient

    step = 2.0**-17
    high, low = gradient(step), gradient(-step)
    return [(our, (high[name] - low[name]) / (2 * step)) for name, our in zip(twice.inputs, ours, strict=True)]


@pytest.mark.parametrize("seed", range(200, 225))
def test_second_derivatives_of_random_formulas(seed):
    formula = ArrayFormula(random.Random(seed), 5)
    text = formula.text.replace("relu", "tanh").replace("abs", "sin")
    drawn = numpy.random.default_rng(seed)
    point = {name: numpy.array(x) if numpy.ndim(x) else float(x) for name, x in formula.inputs.items()}
    direction = {name: drawn.normal(size=numpy.shape(x)) for name, x in point.items()}
    direction = {name: x if numpy.ndim(x) else float(x) for name, x in direction.items()}
    for ours, quotient in hessian_along(text, point, direction):
        numpy.testing.assert_allclose(ours, quotient, rtol=1e-6, atol=1e-7)


@pytest.mark.parametrize(
    "loss",
    ["‖x‖", "logsumexp(x)", "prod(x)", "var(x)", "x·softmax(x)", "sum(cumsum(x)^3)", "logdet(A'A + eye(3))",
     "trace(inv(A + 4eye(3)))", "x' solve(A + 4eye(3), x)", "det(A)", "mse(x, A x)", "sum(cross_entropy(A, A'))",
     "norm(A)", "sum(normalize(x)^3)", "sum(x[0:2]^3)", "mean(concat(x, x^2)^2)", "sum(diag(x)^3)", "max(x)^3",
     "sum(log_softmax(A)^2)", "sum(layer_norm(A)^3)", "sum(outer(x, x)^2)"],
)  # fmt: skip
def test_second_derivatives_of_rules(loss):
    drawn = numpy.random.default_rng(1)
    point = {"x": numpy.array([0.5, -1.25, 2.0]), "A": drawn.normal(size=(3, 3))}
    direction = {"x": drawn.normal(size=3), "A": drawn.normal(size=(3, 3))}
    for ours, quotient in hessian_along(f"{loss} + 0·sum(x) + 0·sum(A)", point, direction):
        numpy.testing.assert_allclose(ours, quotient, rtol=1e-5, atol=1e-6)
