"""The worked examples of the lectures on vectors and matrices: what is printed there comes out here."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import autograd.numpy as anp
import numpy
import pytest
from autograd import grad

from gradcli.graph.gatesets import GATE_SETS
from gradcli.graph.point import from_numbers
from gradcli.graph.point_files import from_file
from gradcli.passes.evaluate import evaluate
from gradcli.passes.jacobian import local_jacobian
from gradcli.passes.numeric import check_evaluation
from tests.test_lectures import VECTORS as SAMPLE_NAMES

HERE = Path(__file__).parent
SAMPLES = HERE.parent / "samples" / "lectures"
EXAMPLES = {e["id"]: e for e in json.loads((HERE / "lectures.json").read_text(encoding="utf-8"))}
VECTORS = ["dl-linreg", "dl-matrix-net", "gt-logistic-reg", "gt-logloss", "gt-wAw"]


@pytest.mark.parametrize("gates", GATE_SETS)
@pytest.mark.parametrize("name", VECTORS)
def test_value_and_gradient(name, gates):
    example = EXAMPLES[name]
    result = evaluate(example["formula"], from_numbers(example["at"], name), gates=gates)
    assert result.value == pytest.approx(example["value"], rel=1e-14)
    assert result.gradient.keys() == example["gradient"].keys()
    for key, wanted in example["gradient"].items():
        numpy.testing.assert_allclose(result.gradient[key], wanted, rtol=1e-13, atol=1e-14)


def point(name):
    return {key: numpy.array(x) if isinstance(x, list) else x for key, x in
            tomllib.loads((SAMPLES / f"{name}.toml").read_text(encoding="utf-8")).items()}  # fmt: skip


def sample(name, gates="lecture", **options):
    text = (SAMPLES / f"{name}.txt").read_text(encoding="utf-8")
    return evaluate(text, from_file(SAMPLES / f"{name}.toml"), gates=gates, **options)


@pytest.mark.parametrize("name", SAMPLE_NAMES)
def test_samples_run_and_agree_with_differences(name):
    result = sample(name, seed_gradient="ones")
    assert len(result.gradient) == len(result.graph.inputs)
    checked = check_evaluation(result)
    assert {check.verdict for check in checked} <= {"agrees", "kink"}
    assert checked
    for gates in GATE_SETS:
        other = sample(name, gates, seed_gradient="ones")
        numpy.testing.assert_allclose(other.value, result.value, rtol=1e-13, atol=1e-14)
        for key, wanted in result.gradient.items():
            numpy.testing.assert_allclose(other.gradient[key], wanted, rtol=1e-12, atol=1e-14)


def named(result):
    """For each named intermediate its value and the derivative by it."""
    slots = {name: slot for slot, name in result.graph.names.items()}
    return {name: (result.forward.values[s], result.backward.gradients[s]) for name, s in slots.items()}


@pytest.mark.parametrize(
    ("name", "example"),
    [("linear_regression", "dl-linreg"), ("matrix_network", "dl-matrix-net"), ("quadratic_form", "gt-wAw"),
     ("log_loss", "gt-logloss"), ("logistic_regression", "gt-logistic-reg")],
)  # fmt: skip
def test_samples_are_the_examples(name, example):
    result, wanted = sample(name), EXAMPLES[example]
    assert result.value == pytest.approx(wanted["value"], rel=1e-14)
    for key, derivative in wanted["gradient"].items():
        numpy.testing.assert_allclose(result.gradient[key], derivative, rtol=1e-13, atol=1e-14)


# --- "Lecture 07a: Gradients" -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("gates", GATE_SETS)
def test_the_matrix_network_node_by_node(gates):
    """∂l/∂h_k = Ω_kᵀ ∂l/∂f_k, ∂l/∂f_{k−1} = 𝟙[f > 0] ⊙ ∂l/∂h_k, ∂l/∂β_k = ∂l/∂f_k and ∂l/∂Ω_k = ∂l/∂f_k h_kᵀ."""
    at = point("matrix_network")
    result = sample("matrix_network", gates)
    nodes = named(result)
    f2, upstream = nodes["f2"]
    numpy.testing.assert_allclose(upstream, 2 * (f2 - at["y"]), rtol=1e-15)
    for k in (2, 1, 0):
        value, upstream = nodes[f"f{k}"]
        below = nodes[f"h{k}"][0] if k else at["x"]
        numpy.testing.assert_allclose(value, at[f"β{k}"] + at[f"Ω{k}"] @ below, rtol=1e-15)
        numpy.testing.assert_array_equal(result.gradient[f"β{k}"], upstream)
        numpy.testing.assert_array_equal(result.gradient[f"Ω{k}"], numpy.outer(upstream, below))
        if k:
            numpy.testing.assert_allclose(nodes[f"h{k}"][1], at[f"Ω{k}"].T @ upstream, rtol=1e-15)
            before, after = nodes[f"f{k - 1}"][1], nodes[f"h{k}"][1]
            numpy.testing.assert_array_equal(before, (nodes[f"f{k - 1}"][0] > 0) * after)


def test_five_layers_of_six_units():
    """The course's public notebook prints the output 1.907 and the loss 327.371 for these weights."""
    at = point("five_layers")
    result = sample("five_layers")
    assert f"{named(result)['f_5'][0].item():.3f}" == "1.907"
    assert f"{result.value:.3f}" == "327.371"

    def loss(at):
        f = at["β_0"] + at["Ω_0"] @ at["x"]
        for k in range(1, 6):
            f = at[f"β_{k}"] + at[f"Ω_{k}"] @ anp.maximum(f, 0)
        return anp.sum((f - at["y"]) ** 2)

    wanted = grad(loss)(at)
    assert len(wanted) == 14
    for name, derivative in wanted.items():
        numpy.testing.assert_allclose(result.gradient[name], derivative, rtol=1e-12, atol=1e-12)


def test_a_mini_batch_adds_the_gradients_of_its_examples():
    at = point("minibatch")
    result = sample("minibatch")
    total = dict.fromkeys(("W", "b", "v"), 0.0)
    for row, target in zip(at["X"], at["y"], strict=True):
        one = evaluate("h = relu(X @ W + b); L = (h @ v - y)^2", from_numbers({**at, "X": row, "y": target}, "a row"))
        total = {name: total[name] + one.gradient[name] for name in total}
    for name, derivative in total.items():
        numpy.testing.assert_allclose(result.gradient[name], derivative, rtol=1e-13)


def test_denominator_layout_is_the_transpose():
    """∂(β + Ωh)/∂h = Ωᵀ and ∂f/∂β = I there; here rows are functions, so it is Ω."""
    result = sample("affine", jacobian=True)
    numpy.testing.assert_array_equal(result.jacobians.by_input("h"), point("affine")["Ω"])
    numpy.testing.assert_array_equal(result.jacobians.by_input("β"), numpy.eye(2))


# --- "Backpropagation / Automatic Differentiation" --------------------------------------------------------------------


def test_jacobians_in_numerator_layout():
    w = point("inner_product")["w"]
    numpy.testing.assert_array_equal(sample("powers", jacobian=True).jacobians.by_input("x"), [[1], [2 * 3.0]])
    numpy.testing.assert_array_equal(sample("inner_product", jacobian=True).jacobians.by_input("x"), [w])
    numpy.testing.assert_array_equal(
        sample("linear_map", jacobian=True).jacobians.by_input("x"), point("linear_map")["W"]
    )
    at = point("quadratic_form")
    found = sample("quadratic_form", jacobian=True).jacobians.by_input("w")
    numpy.testing.assert_array_equal(found, [2 * at["w"] @ at["A"]])


def test_a_quadratic_form_that_is_not_symmetric():
    w, a = numpy.array([1.0, -2.0]), numpy.array([[2.0, 5.0], [-1.0, 3.0]])
    result = evaluate("wᵀ A w", from_numbers({"w": w, "A": a}, "the test"))
    numpy.testing.assert_array_equal(result.gradient["w"], w @ (a + a.T))
    numpy.testing.assert_array_equal(result.gradient["A"], numpy.outer(w, w))


def test_logistic_regression_in_bars():
    """L̄ = 1, p̄ = −λ/p, ū = p̄ σ(1 − σ) = −λ(1 − σ), w̄ = w + ū x."""
    at = point("logistic_regression")
    w, x, rate = at["w"], at["x"], at["λ"]
    result = sample("logistic_regression", "named")
    s = 1 / (1 + numpy.exp(-(w @ x)))
    bars = {name: bar for name, (_, bar) in named(result).items()}
    assert bars == {"L": 1, "p": pytest.approx(-rate / s, rel=1e-14), "u": pytest.approx(-rate * (1 - s), rel=1e-14)}
    numpy.testing.assert_allclose(result.gradient["w"], w - rate * (1 - s) * x, rtol=1e-14)
    loss = sample("log_loss").gradient
    numpy.testing.assert_allclose(loss["w"], -(1 - s) * x, rtol=1e-14)


def test_a_fully_connected_layer_has_a_sparse_jacobian_by_its_weights():
    at = point("fully_connected")
    result = sample("fully_connected", jacobian=True)
    numpy.testing.assert_array_equal(result.jacobians.by_input("h0"), at["W"])
    by_weights = result.jacobians.by_input("W").reshape(3, 3, 2)
    for i in range(3):
        for row in range(3):
            numpy.testing.assert_array_equal(by_weights[i, row], at["h0"] if i == row else [0, 0])


def test_a_relu_layer_has_a_diagonal_jacobian():
    result = sample("relu_layer", jacobian=True)
    numpy.testing.assert_array_equal(result.jacobians.by_input("h0"), numpy.diag([1.0, 0.0, 1.0]))
    numpy.testing.assert_array_equal(sample("relu_layer", seed_gradient="ones").gradient["h0"], [1, 0, 1])


def test_one_step_of_a_recurrent_cell_begun_with_ones():
    at = point("recurrent_cell")
    result = sample("recurrent_cell", seed_gradient="ones")
    state = numpy.tanh(at["W_x"] @ at["x"].T + at["W_h"] @ at["prev_h"].T)
    numpy.testing.assert_allclose(result.value, state, rtol=1e-15)
    inside = 1 - state**2
    wanted = {"W_x": inside @ at["x"], "W_h": inside @ at["prev_h"], "x": (at["W_x"].T @ inside).T,
              "prev_h": (at["W_h"].T @ inside).T}  # fmt: skip
    for name, derivative in wanted.items():
        numpy.testing.assert_allclose(result.gradient[name], derivative, rtol=1e-13)


def test_control_flow_is_differentiated_through():
    at = from_numbers({"x": [0.5, -1.0], "W": [[0.3, -0.2], [0.8, 0.1]]}, "the test")
    looped = evaluate("h = x\nfor k in 1..3:\n    h = tanh(W @ h)\nsum(if(h > 0, h, -2h))", at)
    written = evaluate("g = tanh(W @ tanh(W @ tanh(W @ x))); sum(if(g > 0, g, -2g))", at)
    assert looped.value == written.value
    for name in ("x", "W"):
        numpy.testing.assert_array_equal(looped.gradient[name], written.gradient[name])


# --- "Backpropagation algorithm" (T4) ---------------------------------------------------------------------------------


def test_four_layers_store_their_jacobians_with_their_shapes():
    """dh_k/dh_{k−1} is n_k × n_{k−1}, dh_k/dw_k is n_k × p_k, and dl/dw_k = dl/dh_k · dh_k/dw_k."""
    at = point("four_layers")
    result = sample("four_layers", "named")
    slots = {name: slot for slot, name in result.graph.names.items()}
    sizes = {0: 2, **{k: at[f"W_{k}"].shape[0] for k in (1, 2, 3, 4)}}
    for k in (1, 2, 3, 4):
        slot = slots[f"h_{k}"]
        args = list(result.graph.args[slot])
        weights = result.graph.inputs.index(f"W_{k}")
        below = slots[f"h_{k - 1}"] if k > 1 else result.graph.inputs.index("x")
        by_weights = local_jacobian(result.forward, slot, args.index(weights))
        by_below = local_jacobian(result.forward, slot, args.index(below))
        assert by_weights.shape == (sizes[k], at[f"W_{k}"].size)
        assert by_below.shape == (sizes[k], sizes[k - 1])
        upstream = result.backward.gradients[slot]
        numpy.testing.assert_allclose(upstream @ by_weights, result.gradient[f"W_{k}"].ravel(), rtol=1e-12)
        if k > 1:
            numpy.testing.assert_allclose(upstream @ by_below, result.backward.gradients[below], rtol=1e-12)
