"""The lectures on forward mode: tangents from the inputs to the output, and when they cost less than the way back."""

from __future__ import annotations

import math
from pathlib import Path

import numpy
import pytest

from gradcli.graph.gatesets import GATE_SETS, GateSet
from gradcli.graph.point_files import from_file
from gradcli.passes.counting import Counts, run_counted_backward
from gradcli.passes.evaluate import Evaluation, evaluate
from gradcli.passes.tangents import run_all_tangents
from tests.conftest import Program

SAMPLES = Path(__file__).parent.parent / "samples" / "lectures"


def sample(name: str, gates: GateSet = "lecture", wrt: list[str] | None = None) -> Evaluation:
    formula = (SAMPLES / f"{name}.txt").read_text(encoding="utf-8")
    return evaluate(formula, from_file(SAMPLES / f"{name}.toml"), gates=gates, wrt=wrt, optional_gradient=True)


@pytest.mark.parametrize("gates", GATE_SETS)
def test_one_sweep_an_input(gates: GateSet) -> None:
    result = sample("forward_mode", gates)
    x1, x2 = 2, 5
    by_name = {name: slot for slot, name in result.graph.names.items()}
    one, other = run_all_tangents(result.forward, [0, 1])
    tangents = [(name, one.by_slot[by_name[name]], other.by_slot[by_name[name]]) for name in ("a1", "a2", "a3", "a4")]
    assert tangents == [
        ("a1", 1 / x1, None),
        ("a2", x2, x1),
        ("a3", None, pytest.approx(math.cos(x2), rel=1e-15)),
        ("a4", 1 / x1 + x2, x1),
    ]
    assert one.derivative == 1 / x1 + x2
    assert other.derivative == pytest.approx(x1 - math.cos(x2), rel=1e-15)


def test_the_cost_of_the_sweeps_and_of_the_way_back() -> None:
    """Eight edges: two to each of a2, a4 and f, one to a1 and a3. Each sweep passes five, two of which meet."""
    result = sample("forward_mode")
    one, other = run_all_tangents(result.forward, [0, 1])
    assert [(s.counts.multiplications, s.counts.additions) for s in (one, other)] == [(5, 1), (5, 1)]
    back = run_counted_backward(result.forward, [0, 1])
    assert back.counts == Counts(8, 2, 8)  # x1 and x2 are used twice each


N, D = 3, 4
"""Layers, and the size of their matrices."""


def costs(name: str, by: str) -> tuple[Evaluation, Counts, Counts, int]:
    result = sample(name, wrt=[by])
    slot = result.graph.inputs.index(by)
    (sweep,), back = run_all_tangents(result.forward, [slot]), run_counted_backward(result.forward, [slot])
    numpy.testing.assert_allclose(sweep.derivative, jacobian(result, by), rtol=1e-14)
    numpy.testing.assert_allclose(back.derivatives[0], jacobian(result, by), rtol=1e-14)
    return result, sweep.counts, back.counts, back.passes


def jacobian(result: Evaluation, by: str) -> numpy.ndarray:
    """The product of the matrices; with the sum in front of it, or with x behind it."""
    at = {name: numpy.array(value) for name, value in result.at.items()}
    product = at["W_3"] @ at["W_2"] @ at["W_1"]
    return numpy.ones((1, D)) @ product if by == "x" else product @ at["x"].reshape(D, 1)


def test_a_number_as_output_is_cheaper_backward() -> None:
    """Backward N matrix-vector products; forward N matrix-matrix products, and the sum of the entries of D columns."""
    _, ahead, back, passes = costs("cost_backward", "x")
    assert passes == 1
    assert (back.multiplications, back.additions) == (N * D**2, N * D * (D - 1))
    assert ahead.multiplications == N * D**3 + D**2
    assert ahead.additions == N * D**2 * (D - 1) + D * (D - 1)
    assert (back.stored, ahead.stored) == (0, D**2)  # the matrices are inputs


def test_a_number_as_input_is_cheaper_forward() -> None:
    """The other way round: one tangent, and a backward pass for each of the D entries; t·x takes D, and D·D."""
    _, ahead, back, passes = costs("cost_forward", "t")
    assert passes == D
    assert ahead.multiplications == N * D**2 + D
    assert ahead.additions == N * D * (D - 1)
    assert back.multiplications == N * D**3 + D**2
    assert back.additions == N * D**2 * (D - 1) + D * (D - 1)
    assert ahead.stored == D


@pytest.mark.parametrize(
    ("name", "by", "cheaper", "rows"),
    [
        ("cost_backward", "x", "the backward pass is cheaper here, 84 operations against 364",
         ["= I 208 156 16", "backward pass 48 36 0"]),
        ("cost_forward", "t", "forward mode is cheaper here, 88 operations against 364",
         ["= 1 52 36 4", "backward pass, 4 times 208 156"]),
    ],
)  # fmt: skip
def test_both_ways_side_by_side(gradcli: Program, name: str, by: str, cheaper: str, rows: list[str]) -> None:
    ran = gradcli("eval", "-f", str(SAMPLES / f"{name}.txt"), "--at", str(SAMPLES / f"{name}.toml"), "--wrt", by,
                  "--mode", "both")  # fmt: skip
    assert ran.status == 0
    assert cheaper in ran.out
    lines = [" ".join(line.split()) for line in ran.out.splitlines()]
    assert all(any(row in line for line in lines) for row in rows)
