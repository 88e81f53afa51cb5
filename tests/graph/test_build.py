"""Names, functions and gates, shared and unused parts, limits."""

from __future__ import annotations

import math
import time

import pytest

from gradcli.graph.build import build, read
from gradcli.graph.gatesets import GATE_SETS
from gradcli.language import GradcliError
from gradcli.passes.backward import run_backward
from gradcli.passes.forward import run_forward

from .looks import graph_of, signs

NAMES = [
    ("q = x + y; f = q*z", ["q", "f"]),
    ("c = x + 1; c = c*2; f = c*x", ["c", "c′", "f"]),
    ("c = c + 1", []),
    ("c = c + 1; f = c*2", ["c′", "f"]),
    ("c = x*1.5; c = c + 1; c = c*c; c = sin(c); c = c + 7", ["c", "c′", "c′′", "c′′′", "c_4"]),
    ("c = c + 1; c′ = c*2; f = c′ + c", ["c′", "c′′", "f"]),
    ("β0 = x + 1; beta_0 = β0*2; f = beta_0 + 1", ["β0", "beta_0′", "f"]),
    ("p = x + y; q = x + y; f = p*q", ["p", "f"]),
    ("x + y", []),
    ("z = x + y", []),
]


@pytest.mark.parametrize(("formula", "wanted"), NAMES)
def test_names(formula, wanted):
    graph = graph_of(formula)
    assert [graph.names[slot] for slot in sorted(graph.names)] == wanted


OUTPUTS = [("x + y", "f"), ("z = x + y", "z"), ("f*x", "g"), ("f = x; f*2", "g"), ("c = c + 1", "c′")]


@pytest.mark.parametrize(("formula", "wanted"), OUTPUTS)
def test_the_name_of_the_output(formula, wanted):
    assert graph_of(formula).output_name == wanted


def test_thousands_of_reassignments():
    graph = graph_of("c = x\n" + "c = c + x\n" * 5000)
    assert len(graph.steps) == 5000
    assert run_backward(run_forward(graph, (0.5,))).gradient() == (5001.0,)


def test_functions_are_spelled_out_and_gates_are_one_gate():
    assert signs("s(u, v) = (u + v)^2; s(x, y)*s(y, x)") == ["(· + ·)²", "(· + ·)²", "· × ·"]
    assert signs("gate s(u, v) = (u + v)^2; s(x, y) + 1") == ["s(·, ·)", "· + ·"]


def test_a_gate_brings_in_what_it_uses_of_its_surroundings():
    graph = graph_of("k = x*y; shift(u) = u + k; gate h(z) = shift(z)*w; h(v) + h(w)")
    assert [gate.sign for _, gate, _ in graph.steps] == ["· × ·", "h(·, ·, ·)", "h(·, ·, ·)", "· + ·"]
    forward = run_forward(graph, [{"x": 2.0, "y": 3.0, "w": 5.0, "v": 7.0}[name] for name in graph.inputs])
    # (v + xy)w + (w + xy)w
    assert forward.output == (7 + 6) * 5 + (5 + 6) * 5
    gradient = dict(zip(graph.inputs, run_backward(forward).gradient(), strict=True))
    assert gradient == {"x": 3 * 10, "y": 2 * 10, "w": 13 + 11 + 5, "v": 5}


def test_a_reassigned_name_inside_a_function_is_the_one_of_its_definition():
    graph = graph_of("k = x; scaled(u) = u*k; k = 100; f = scaled(y) + k")
    assert run_forward(graph, [{"x": 2.0, "y": 3.0}[name] for name in graph.inputs]).output == 106


@pytest.mark.parametrize("gates", GATE_SETS)
def test_zeros_of_both_signs_are_kept_apart(gates):
    # atan2(0, −1) = π and atan2(−0, −1) = −π
    graph = build(read("a = atan2(0.0, x); b = atan2(-0.0, x); f = 2*a + b"), gates)
    assert run_forward(graph, (-1.0,)).output == math.pi


def test_an_input_that_is_not_used_stays():
    graph = graph_of("unused = y*2; x + 1")
    assert graph.inputs == ("y", "x")
    assert run_backward(run_forward(graph, (5.0, 1.0))).gradient() == (0.0, 1.0)


@pytest.mark.parametrize("gates", GATE_SETS)
def test_formulas_without_gates(gates):
    assert run_forward(build(read("3"), gates), ()).output == 3
    assert run_backward(run_forward(build(read("x"), gates), (7.0,))).gradient() == (1.0,)
    assert run_backward(run_forward(build(read("0*x + 2"), gates), (7.0,))).gradient() == (0.0,)


# --- limits -----------------------------------------------------------------------------------------------------------


def refusal(text, gates="lecture"):
    formula = read(text)
    started = time.perf_counter()
    with pytest.raises(GradcliError) as caught:
        build(formula, gates)
    assert time.perf_counter() - started < 2
    return caught.value


@pytest.mark.parametrize("gates", GATE_SETS)
def test_functions_that_double_are_refused_at_once(gates):
    lines = ["f1(x) = x + x", *(f"f{k}(x) = f{k - 1}(f{k - 1}(x))" for k in range(2, 60)), "f59(x)"]
    error = refusal("\n".join(lines), gates)
    assert error.code == "too-large"
    assert error.text[error.start : error.end] == "f59(x)"


@pytest.mark.parametrize("gates", GATE_SETS)
def test_gates_that_double_are_refused_at_once(gates):
    lines = ["gate g1(x) = x*x", *(f"gate g{k}(x) = g{k - 1}(g{k - 1}(x))" for k in range(2, 45)), "g44(x)"]
    assert refusal("\n".join(lines), gates).code == "too-large"


def test_a_large_gate_that_is_used_often_is_refused():
    big = "gate g(x) = x" + " + x*x" * 3000
    assert refusal(f"{big}\n" + " + ".join(f"g(x + {k})" for k in range(2000))).code == "too-large"


def nested(depth):
    lines = ["gate g1(x) = x*x", *(f"gate g{k}(x) = g{k - 1}(x) + 1" for k in range(2, depth + 1)), f"g{depth}(x)"]
    return "\n".join(lines)


def test_gates_nested_more_than_50_deep_are_refused():
    graph = graph_of(nested(50))
    assert run_backward(run_forward(graph, (3.0,))).gradient() == (6.0,)
    error = refusal(nested(51))
    assert error.code == "too-large"
    assert error.text[error.start : error.end] == "g51(x) = g50(x) + 1"


@pytest.mark.parametrize("gates", GATE_SETS)
def test_a_long_chain_is_linear(gates):
    def size(terms):
        graph = build(read("x" + " + x*y" * terms), gates)
        return len(graph.steps) if gates != "named" else graph.steps[0][1].size

    # x*y is one node; every + is one more.
    assert size(15_000) == 15_001
    assert size(100) == 101
