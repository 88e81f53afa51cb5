"""The worked examples of the lectures: what is printed there comes out here."""

from __future__ import annotations

import ast
import json
import math
import tomllib
from pathlib import Path

import autograd.numpy as anp
import pytest
from autograd import grad

from gradcli.graph.gatesets import GATE_SETS
from gradcli.graph.point import from_numbers
from gradcli.graph.point_files import from_file
from gradcli.passes.evaluate import evaluate
from gradcli.report.numbers import lecture

HERE = Path(__file__).parent
SAMPLES = HERE.parent / "samples" / "lectures"
EXAMPLES = {e["id"]: e for e in json.loads((HERE / "lectures.json").read_text(encoding="utf-8"))}


def is_scalar(example):
    return all(isinstance(x, float) for x in example["at"].values()) and "[" not in example["formula"].split("=")[1]


SCALAR = sorted(name for name, example in EXAMPLES.items() if is_scalar(example))


def test_the_scalar_examples_are_the_ones_we_know():
    assert SCALAR == ["T4-fraction", "cs-neuron", "cs-xyz", "dl-toy-relu", "dl-toy-sin-exp-cos", "gt-ln", "gt-x1x2sin"]


@pytest.mark.parametrize("gates", GATE_SETS)
@pytest.mark.parametrize("name", SCALAR)
def test_value_and_gradient(name, gates):
    example = EXAMPLES[name]
    result = evaluate(example["formula"], from_numbers(example["at"], name), gates=gates)
    assert result.value == pytest.approx(example["value"], rel=1e-14)
    assert result.gradient == pytest.approx(example["gradient"], rel=1e-14)


def sample(name, gates="lecture"):
    text = (SAMPLES / f"{name}.txt").read_text(encoding="utf-8")
    return evaluate(text, from_file(SAMPLES / f"{name}.toml"), gates=gates)


ALL_SAMPLES = sorted(path.stem for path in SAMPLES.glob("*.txt"))

VECTORS = ["affine", "cost_backward", "cost_forward", "five_layers", "four_layers", "fully_connected", "inner_product",
           "linear_map", "linear_regression", "log_loss", "logistic_regression", "matrix_network", "minibatch",
           "powers", "quadratic_form", "recurrent_cell", "relu_layer"]  # fmt: skip
"""Samples on vectors and matrices; `test_lectures_vectors.py` is about them."""

SAMPLE_NAMES = [name for name in ALL_SAMPLES if name not in VECTORS]


def texts_in_tests():
    """All texts that stand in a test of the lectures, or in the list of its cases."""
    trees = [ast.parse(path.read_text(encoding="utf-8")) for path in HERE.glob("test_lectures*.py")]
    tests = [node for tree in trees for node in tree.body if isinstance(node, ast.FunctionDef)
             and node.name.startswith("test_")]  # fmt: skip
    return {node.value for test in tests for node in ast.walk(test) if isinstance(node, ast.Constant)}


def test_every_sample_has_a_test_of_its_own():
    assert len(ALL_SAMPLES) > 30
    assert set(ALL_SAMPLES) <= texts_in_tests()


def test_every_sample_has_a_point_and_says_where_it_is_from():
    assert set(VECTORS) < set(ALL_SAMPLES)
    assert sorted(path.stem for path in SAMPLES.glob("*.toml")) == ALL_SAMPLES
    for name in ALL_SAMPLES:
        assert (SAMPLES / f"{name}.txt").read_text(encoding="utf-8").startswith('# "')


@pytest.mark.parametrize("gates", GATE_SETS)
@pytest.mark.parametrize("name", SAMPLE_NAMES)
def test_samples_run(name, gates):
    result = sample(name, gates)
    assert math.isfinite(result.value)
    assert all(map(math.isfinite, result.gradient.values()))
    assert len(result.gradient) == len(result.graph.inputs)


@pytest.mark.parametrize(
    ("name", "example"),
    [("fraction", "T4-fraction"), ("xyz", "cs-xyz"), ("neuron", "cs-neuron"), ("dag", "gt-ln"),
     ("two_paths", "gt-x1x2sin"), ("toy_sin_exp_cos", "dl-toy-sin-exp-cos"), ("toy_relu", "dl-toy-relu")],
)  # fmt: skip
def test_samples_are_the_examples(name, example):
    result = sample(name)
    wanted = EXAMPLES[example]
    point = tomllib.loads((SAMPLES / f"{name}.toml").read_text(encoding="utf-8"))
    assert point == wanted["at"]
    assert result.value == pytest.approx(wanted["value"], rel=1e-14)
    assert result.gradient == pytest.approx(wanted["gradient"], rel=1e-14)


def rows(result):
    """For each node in the order of the forward pass: sign, output, local derivatives, upstream, contributions."""
    forward, backward = result.forward, result.backward
    return [
        (
            result.graph.names.get(slot, gate.sign),
            lecture(forward.values[slot]),
            tuple(lecture(d) for d in forward.locals[slot] if d is not None),
            lecture(backward.gradients[slot]),
            tuple(lecture(d) for d in backward.contributions[slot] if d is not None),
        )
        for slot, gate, _ in result.graph.steps
    ]


def test_the_fraction_as_the_lecture_prints_it():
    assert rows(sample("fraction")) == [
        ("σ(·)", "0.982", ("0.0177",), "0.018", ("0.000318",)),
        ("· + ·", "4.982", ("1", "1"), "0.02", ("0.02", "0.02")),
        ("(· + ·)²", "49", ("14", "14"), "−0.00199", ("−0.0279", "−0.0279")),
        ("· + ·", "49.982", ("1", "1"), "−0.00199", ("−0.00199", "−0.00199")),
        ("1/·", "0.02", ("−0.0004",), "4.982", ("−0.00199",)),
        ("· × ·", "0.0997", ("0.02", "4.982"), "1", ("0.02", "4.982")),
    ]


def test_the_two_outputs_of_sigma():
    result = sample("fraction")
    (sigma,) = (slot for slot, gate, _ in result.graph.steps if gate.name == "sigmoid")
    arriving = [result.backward.contributions[user][place] for user, place in result.graph.consumers()[sigma]]
    assert [lecture(gradient) for gradient in arriving] == ["0.02", "−0.00199"]


def test_the_times_gate_hands_each_operand_the_other_one():
    assert rows(sample("xyz")) == [
        ("· + ·", "3", ("1", "1"), "−4", ("−4", "−4")),
        ("· × ·", "−12", ("−4", "3"), "1", ("−4", "3")),
    ]


def short(number):
    """Two decimals, as the lecture on the neuron prints."""
    return round(number, 2)


def test_the_neuron_in_single_gates():
    # The lecture's picture: each pair is (value, upstream gradient).
    result = sample("neuron", "primitive")
    pairs = [(short(result.forward.values[s]), short(result.backward.gradients[s])) for s, _, _ in result.graph.steps]
    assert pairs == [(-2, 0.2), (6, 0.2), (4, 0.2), (1, 0.2), (-1, -0.2), (0.37, -0.53), (1.37, -0.53), (0.73, 1)]
    gradient = {name: round(derivative, 1) for name, derivative in result.gradient.items()}
    assert gradient == {"w0": -0.2, "x0": 0.4, "w1": -0.4, "x1": -0.6, "w2": 0.2}


def test_the_neuron_with_one_sigmoid_gate():
    result = sample("neuron", "coarse")
    slot, gate, _ = result.graph.steps[-1]
    assert gate.sign == "σ(·)"
    assert short(result.forward.locals[slot][0]) == 0.2


def test_the_two_paths():
    result = sample("two_paths")
    named = {name: slot for slot, name in result.graph.names.items()}
    upstream = {name: result.backward.gradients[slot] for name, slot in named.items()}
    assert upstream == {"a1": 1, "a2": 1, "a3": 1}
    assert result.backward.contributions[named["a1"]] == (math.cos(3.0),)
    assert result.backward.contributions[named["a2"]] == (3, 2)
    assert result.gradient["x2"] == math.cos(3.0) + 2


TOY = [
    ("f0", "1.230", "2.281"),
    ("h1", "0.942", "6.824"),
    ("f1", "1.623", "-17.060"),
    ("h2", "5.068", "-3.366"),
    ("f2", "7.137", "-1.683"),
    ("h3", "0.657", "2.234"),
    ("f3", "2.372", "0.745"),
    ("l", "0.139", "1.000"),
]


def test_the_toy_network_in_named_gates():
    result = sample("toy_sin_exp_cos", "named")
    forward, backward = result.forward, result.backward
    shown = [
        (result.graph.names[slot], f"{forward.values[slot]:.3f}", f"{backward.gradients[slot]:.3f}")
        for slot, _, _ in result.graph.steps
    ]
    assert shown == TOY


def test_a_named_gate_has_the_local_derivatives_of_its_statement():
    result = sample("toy_sin_exp_cos", "named")
    slot, _, operands = result.graph.steps[0]
    assert [result.graph.inputs[a] for a in operands] == ["β0", "ω0", "x"]
    assert result.forward.locals[slot] == (1, 2.3, 0.1)


def test_derivatives_of_the_parameters_from_those_of_the_intermediates():
    result = sample("toy_sin_exp_cos")
    named = {name: slot for slot, name in result.graph.names.items()}
    for k in range(4):
        upstream = result.backward.gradients[named[f"f{k}"]]
        before = 2.3 if k == 0 else result.forward.values[named[f"h{k}"]]
        assert result.gradient[f"β{k}"] == upstream
        assert result.gradient[f"ω{k}"] == before * upstream


def test_the_chain():
    x = 0.5
    y = math.sin(x)
    result = sample("chain")
    assert result.value == pytest.approx(math.exp(y * y), rel=1e-15)
    assert result.gradient["x"] == pytest.approx(math.exp(y * y) * 2 * y * math.cos(x), rel=1e-14)


def test_the_logistic_loss():
    w, x, rate = 2.0, -1.0, 0.5
    s = 1 / (1 + math.exp(-w * x))
    result = sample("logistic_loss", "named")
    named = {name: slot for slot, name in result.graph.names.items()}
    bars = {name: result.backward.gradients[slot] for name, slot in named.items()}
    assert bars["p"] == pytest.approx(-rate / s, rel=1e-14)
    assert bars["u"] == pytest.approx(-rate * (1 - s), rel=1e-14)
    assert result.gradient["w"] == pytest.approx(w - rate * (1 - s) * x, rel=1e-14)
    assert sample("logistic").gradient["w"] == pytest.approx(-(1 - s) * x, rel=1e-14)


def test_the_polynomial():
    x, y = 2.0, 3.0
    assert sample("polynomial").gradient == {"x": 10 * x - y**2, "y": -2 * x * y}


def test_partial_and_total_derivatives():
    x1, x2 = 1.5, 0.5
    f1, f2 = x1 * x2, x1 + x2**2
    g1, g2 = math.sin(f2), f1 * math.cos(f2)
    result = sample("total_derivative")
    assert result.value == pytest.approx(f1 * math.sin(f2), rel=1e-15)
    slot, _, _ = result.graph.steps[-1]
    assert result.forward.locals[slot] == pytest.approx((g1, g2), rel=1e-15)
    assert result.gradient == pytest.approx({"x1": g1 * x2 + g2, "x2": g1 * x1 + g2 * 2 * x2}, rel=1e-14)


def two_layers(p):
    """The network with HIPS autograd's numbers: φ and x, ψ row by row, θ row by row."""
    first = [anp.maximum(p[f"θ_{k}0"] + p[f"θ_{k}1"] * p["x"], 0) for k in (1, 2, 3)]
    total = p["φ′_0"]
    for k in (1, 2, 3):
        inside = p[f"ψ_{k}0"] + sum(p[f"ψ_{k}{j}"] * first[j - 1] for j in (1, 2, 3))
        total = total + p[f"φ′_{k}"] * anp.maximum(inside, 0)
    return total


@pytest.mark.parametrize("gates", GATE_SETS)
def test_two_hidden_layers_against_autograd(gates):
    point = tomllib.loads((SAMPLES / "two_layers.toml").read_text(encoding="utf-8"))
    result = sample("two_layers", gates)
    wanted = {name: float(derivative) for name, derivative in grad(two_layers)(point).items()}
    assert len(wanted) == 4 + 12 + 6 + 1
    assert result.value == pytest.approx(float(two_layers(point)), rel=1e-14)
    assert result.gradient == pytest.approx(wanted, rel=1e-14)
    # The third unit of the second layer is off: nothing below it but its own weight's 0 gets a gradient through it.
    assert wanted["φ′_3"] == wanted["ψ_30"] == 0 != wanted["θ_11"]


@pytest.mark.parametrize("gates", GATE_SETS)
def test_four_paths(gates):
    """db1/da = 2a, db2/da = 3, ∂c/∂b1 = b2, ∂c/∂b2 = b1, ∂d1/∂c = 1/2, ∂d2/∂c = 2c, ∂e/∂d = 1, at a = 1/2."""
    a, b1, b2, c = 0.5, 0.25, 1.5, 0.375
    paths = [first * second for first in (2 * a * b2, 3 * b1) for second in (0.5, 2 * c)]
    result = sample("four_paths", gates)
    assert result.value == pytest.approx(c / 2 + c * c, rel=1e-15)
    assert result.gradient == {"a": pytest.approx(sum(paths), rel=1e-15)}
    # The factored form.
    assert sum(paths) == pytest.approx((2 * a * b2 + 3 * b1) * (0.5 + 2 * c), rel=1e-15)


@pytest.mark.parametrize("gates", GATE_SETS)
def test_the_squared_error_of_one_example(gates):
    result = sample("squared_error", gates)
    assert result.value == 6.25
    assert result.gradient == {"φ0": -5, "φ1": -15, "x": -2.5, "y": 5}
