"""Light simplification: shorter, and never another number."""

from __future__ import annotations

import numpy
import pytest

from gradcli.graph.builder import Builder
from gradcli.graph.symbols import Symbol, SymbolMath
from gradcli.passes.tidying import Tidying


def written(formula, shape=()):
    """The gates that a formula of x and y becomes, and the slot of its value."""
    builder = Builder()
    slots = builder.input("x", shape), builder.input("y", shape)
    writer = Tidying(builder)
    value = formula(SymbolMath(writer), *(Symbol(writer, slot) for slot in slots))
    graph = builder.finish(value.slot)
    return [gate.name for _, gate, _ in graph.steps], graph


@pytest.mark.parametrize(
    ("formula", "gates"),
    [
        (lambda m, x, y: 0 * x + y, []),
        (lambda m, x, y: 1 * x + 0, []),
        (lambda m, x, y: m.neg(m.neg(x)), []),
        (lambda m, x, y: x * x, ["square"]),
        (lambda m, x, y: x / 1, []),
        (lambda m, x, y: -1 / x, ["div", "neg"]),
        (lambda m, x, y: m.where(x > 0, 1, 0) * y, ["gt", "where"]),
        (lambda m, x, y: m.where(x > 0, 0, 1) * y, ["gt", "where"]),
        (lambda m, x, y: 2 * (3 * x), ["mul"]),
        (lambda m, x, y: 1e-200 * (1e-200 * x), ["mul", "mul"]),
        (lambda m, x, y: m.ln(0 * x), ["ln"]),
        (lambda m, x, y: x / -1, ["neg"]),
    ],
)
def test_numbers(formula, gates):
    assert written(formula)[0] == gates


def test_a_masked_factor_hides_what_is_infinite():
    _, graph = written(lambda m, x, y: m.where(x > 0, 1, 0) * (1 / y))
    from gradcli.passes.gates import FloatArithmetic
    from gradcli.rules.floats import Floats

    assert FloatArithmetic(Floats()).inner_values(graph, [-1.0, 0.0])[graph.output] == 0


@pytest.mark.parametrize(
    ("formula", "gates"),
    [
        (lambda m, x, y: m.spread(m.sum(x, axis=None), shape=(3,), axis=None) * y, ["sum", "mul"]),
        (lambda m, x, y: y - m.spread(m.sum(x, axis=None), shape=(3,), axis=None), ["sum", "sub"]),
        (lambda m, x, y: m.ones(shape=(3,)) * x, []),
        (lambda m, x, y: m.spread(m.sum(x, axis=None), shape=(3,), axis=None), ["sum", "spread"]),
    ],
)
def test_a_number_is_not_repeated_beside_an_array(formula, gates):
    found, graph = written(formula, (3,))
    assert found == gates
    assert graph.shape(graph.output) == (3,)


def test_zero_times_an_array_keeps_its_shape():
    _, graph = written(lambda m, x, y: 0 * x, (3,))
    assert graph.shape(graph.output) == (3,)
    assert not numpy.isscalar(graph.constants.get(graph.output))
