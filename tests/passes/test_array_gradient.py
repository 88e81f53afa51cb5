"""Value and gradient alone: equal to what the recording passes give, with less work and less memory."""

from __future__ import annotations

import random
import tracemalloc
from collections.abc import Callable
from typing import Any

import numpy
import pytest

from gradcli.graph.build import build, read
from gradcli.graph.gatesets import GATE_SETS, GateSet
from gradcli.graph.point import from_numbers, shapes
from gradcli.graph.tape import Graph
from gradcli.passes.array_gradient import ArrayGradient
from gradcli.passes.backward import run_backward
from gradcli.passes.forward import UndefinedValue, run_forward
from gradcli.passes.lean import Lean, LeanArithmetic
from tests.benchmarks.networks import Network
from tests.passes.random_array_graphs import ArrayFormula


def built(text: str, values: dict[str, Any], gates: GateSet = "lecture") -> tuple[Graph, list[Any]]:
    point = from_numbers(values, "the test")
    known = shapes(point)
    graph = build(read(text, point, arrays=[key for key, shape in known.items() if shape]), gates, known)
    return graph, [values[name] if numpy.ndim(values[name]) else float(values[name]) for name in graph.inputs]


def recorded(graph: Graph, point: list[Any]) -> dict[str, Any]:
    return dict(zip(graph.inputs, run_backward(run_forward(graph, point)).gradient(), strict=True))


def agrees(graph: Graph, point: list[Any], wrt: list[str]) -> dict[str, Any]:
    value, gradient = ArrayGradient(graph, wrt)(point)
    assert isinstance(value, float)
    assert value == pytest.approx(run_forward(graph, point).output, rel=1e-14, nan_ok=True)
    assert ArrayGradient(graph, wrt).value(point) == value
    assert list(gradient) == wrt
    theirs = recorded(graph, point)
    for name, derivative in gradient.items():
        assert numpy.shape(derivative) == graph.shape(graph.inputs.index(name))
        numpy.testing.assert_allclose(derivative, theirs[name], rtol=1e-12, atol=1e-13)
    return gradient


@pytest.mark.parametrize("gates", GATE_SETS)
@pytest.mark.parametrize("seed", range(30))
def test_random_formulas(seed: int, gates: GateSet) -> None:
    formula = ArrayFormula(random.Random(seed))
    graph, point = built(formula.text, formula.inputs, gates)
    agrees(graph, point, list(graph.inputs))
    chosen = random.Random(seed).sample(graph.inputs, (len(graph.inputs) + 1) // 2)
    agrees(graph, point, list(chosen))


A, B, V = (
    numpy.arange(6.0).reshape(2, 3) - 2,
    numpy.array([[1.0, -1.0], [0.5, 2.0], [0.0, 3.0]]),
    numpy.array([3.0, 1.0]),
)


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("x*y + sin(x)", {"x": 2.0, "y": 3.0}),  # numbers alone
        ("sum(A)", {"A": A}),
        ("sum(A + A)", {"A": A}),
        ("sum(a @ b) + sum(a)", {"a": A, "b": B}),
        ("s = a @ b + v; sum(s*s) + sum(s)", {"a": A, "b": B, "v": V}),  # what is used twice is not overwritten
        ("s = a @ b; t = s'; u = s + 1; sum(t) + sum(u*u)", {"a": A, "b": B}),  # nor what has a view
        ("sum((a - 1)*(1 - a))", {"a": A}),
        ("sum(relu(A))", {"A": A}),
        ("sum(max(A, 0))", {"A": A}),
        ("sum(where(A > 0, sqrt(A), A))", {"A": A}),  # undefined where it is not taken
        ("sum(where(A > 0, ln(A), 0)) + sum(A^2)", {"A": A}),
        ("gate s(u) = ln(u^2 + 1); sum(s(A))", {"A": A}),
        ("gate s(u) = u^2 + u; sum(s(A)) + s(2)", {"A": A}),
        ("x*sum(V)/3 - 2", {"x": 2.0, "V": V}),
        ("sum(V) + 0*x", {"x": 2.0, "V": V}),
        ("mean(softmax(a @ b)[:, 0])", {"a": A, "b": B}),
        ("v' @ a @ b @ v", {"v": V, "a": A, "b": B}),
    ],
)  # fmt: skip
def test_formulas(text: str, values: dict[str, Any]) -> None:
    graph, point = built(text, values)
    for names in (list(graph.inputs), *([name] for name in graph.inputs), []):
        agrees(graph, point, names)


@pytest.mark.parametrize(
    ("text", "values"),
    [("sum(ln(A))", {"A": A}), ("sum(normalize(V - V))", {"V": V}),
     ("sum(1/(1/A))", {"A": A}), ("gate g(u) = 1/(1/u); sum(g(A))", {"A": A}),
     ("sqrt(sum(A))*ln(x)", {"A": A, "x": -1.0}), ("1/x", {"x": 0.0})],
)  # fmt: skip
def test_an_undefined_value_is_told_with_its_place(text: str, values: dict[str, Any]) -> None:
    graph, point = built(text, values)
    with pytest.raises(UndefinedValue) as theirs:
        run_forward(graph, point)
    for run in (ArrayGradient(graph, graph.inputs), ArrayGradient(graph, ()).value):
        with pytest.raises(UndefinedValue) as ours:
            run(point)
        assert (ours.value.reason, ours.value.span) == (theirs.value.reason, theirs.value.span)


def test_what_is_too_large_is_infinite() -> None:
    graph, point = built("sum(exp(V))", {"V": numpy.array([1.0, 800.0])})
    value, gradient = ArrayGradient(graph, ["V"])(point)
    assert value == numpy.inf
    assert list(gradient["V"]) == [pytest.approx(numpy.e), numpy.inf]


def test_nothing_comes_through_where_nothing_is_taken() -> None:
    graph, point = built("sum(where(V > 0, V, sqrt(V)))", {"V": numpy.array([0.0, 1.0, 4.0])})
    agrees(graph, point, ["V"])


def test_what_was_given_is_not_changed_and_gradients_share_nothing() -> None:
    values = {"a": A.copy(), "b": A + 1, "c": V.copy(), "M": B.copy()}
    for array in values.values():
        array.flags.writeable = False
    before = {name: array.copy() for name, array in values.items()}
    graph, point = built("sum(a + b) + sum(c) + sum(M') + mean(M)", values)
    gradient = agrees(graph, point, ["a", "b", "c", "M"])
    for name, array in values.items():
        numpy.testing.assert_array_equal(array, before[name])
        gradient[name] += 1  # whoever has a gradient may write into it
        assert not any(numpy.shares_memory(gradient[name], other) for other in (*point, *(
            g for n, g in gradient.items() if n != name)))  # fmt: skip


def test_only_what_is_wanted_is_computed(monkeypatch: pytest.MonkeyPatch) -> None:
    network = Network(8, 16)
    products: list[tuple[int, ...]] = []
    product: Callable[..., Any] = numpy.matmul
    lean = Lean(network.graph, [network.graph.inputs.index("W3")], arithmetic := LeanArithmetic())
    monkeypatch.setattr(arithmetic.m, "matmul", lambda a, b: products.append((*a.shape, *b.shape)) or product(a, b))
    found = lean.value_and_gradient(network.point)
    assert found is not None
    assert products == [(8, 784, 784, 16), (8, 16, 16, 16), (8, 16, 16, 10), (16, 8, 8, 10)]
    numpy.testing.assert_allclose(found[1][network.graph.inputs.index("W3")], network.by_hand()[1]["W3"], rtol=1e-12)


def test_a_network_as_by_hand() -> None:
    network = Network(32, 64)
    (value, gradient), (by_hand, theirs) = network.ours(), network.by_hand()
    assert value == pytest.approx(by_hand, rel=1e-14)
    for name in network.parameters:
        numpy.testing.assert_allclose(gradient[name], theirs[name], rtol=1e-11, atol=1e-15)


def test_memory_is_that_of_code_written_by_hand() -> None:
    network = Network(256, 128)
    peaks = []
    for run in (network.ours, network.by_hand, network.recorded):
        run()  # what is made once is not counted
        tracemalloc.start()
        run()
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    ours, by_hand, with_records = peaks
    assert ours < 1.5 * by_hand
    assert ours < 0.7 * with_records


@pytest.mark.parametrize("ties", ["split", "first", "all"])
def test_ties(ties: Any) -> None:
    graph, point = built("sum(max(a, b)) + max(a)", {"a": A, "b": A * 1.0})
    _, gradient = ArrayGradient(graph, ["a", "b"], ties)(point)
    theirs = run_backward(run_forward(graph, point, ties)).gradient()
    numpy.testing.assert_array_equal(gradient["a"], theirs[0])
    numpy.testing.assert_array_equal(gradient["b"], theirs[1])
