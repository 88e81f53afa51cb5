"""The lecture on partial and total derivatives, and on derivatives that are computed only when they are needed."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from gradcli.graph.gatesets import GATE_SETS, GateSet
from gradcli.graph.point_files import from_file
from gradcli.passes.evaluate import Evaluation, evaluate
from gradcli.passes.lazy import run_lazily
from gradcli.passes.quantities import find
from gradcli.report.lazy import text
from gradcli.report.screen import Screen

SAMPLES = Path(__file__).parent.parent / "samples" / "lectures"


def sample(name: str, gates: GateSet = "lecture", wrt: list[str] | None = None) -> Evaluation:
    formula = (SAMPLES / f"{name}.txt").read_text(encoding="utf-8")
    return evaluate(formula, from_file(SAMPLES / f"{name}.toml"), gates=gates, wrt=wrt)


WANTED = ["W1", "W2", "W3"]

# As the lecture prints it, where ∂b/∂c is written with ∂ and ∂L/∂e is not said to be stored.
LECTURE = """\
dL/dW1 → table[W1]
  ∂g/∂W1
  dL/dg → table[g]
dL/dW2 → table[W2]
  ∂c/∂W2
  dL/dc → table[c]
    db/dc
    dL/db → table[b]
dL/dW3 → table[W3]
  ∂e/∂W3
  dL/de → table[e]
    ∂c/∂e
    dL/dc ← table[c]
"""


@pytest.mark.parametrize("gates", ["lecture", "primitive", "coarse"])
def test_the_steps_of_the_recursion(gates: GateSet) -> None:
    shown = text(sample("on_demand", gates, WANTED), "table", Screen())
    steps = [line.split("   ")[0] if not line.startswith(" ") else line for line in shown.splitlines()[2:15]]
    assert [line.rstrip() == wanted or line.startswith(wanted + "   ") for line, wanted in
            zip(steps, LECTURE.splitlines(), strict=True)] == [True] * 13  # fmt: skip


def test_what_no_wanted_derivative_needs_is_never_visited() -> None:
    result = sample("on_demand", wrt=WANTED)
    graph = result.graph
    lazy = run_lazily(result.forward, [graph.inputs.index(name) for name in WANTED])
    names = {**dict(enumerate(graph.inputs)), **graph.names}
    assert {names[slot] for slot in lazy.never_visited} == {"x", "a", "d", "f"}
    # a = 4, e = 2, d = 5, f = 15, g = 30, c = 6, b = 36: by W1 it is b f, by W2 it is g 2c e, by W3 g 2c W2 a.
    by_name = {names[slot]: gradient for slot, gradient in lazy.gradients.items()}
    assert by_name == {"L": 1, "W1": 36 * 15, "g": 36, "W2": 30 * 12 * 2, "c": 30 * 12, "b": 30,
                       "W3": 30 * 12 * 3 * 4, "e": 30 * 12 * 3}  # fmt: skip


@pytest.mark.parametrize("gates", GATE_SETS)
def test_partial_and_total_derivatives_are_different(gates: GateSet) -> None:
    x1, x2 = 1.5, 0.5
    f1, f2 = x1 * x2, x1 + x2**2
    partial = {"∂h/∂x1": f1 * math.sin(f2), "∂h/∂f1": x1 * math.sin(f2), "∂h/∂f2": x1 * f1 * math.cos(f2),
               "∂f1/∂x1": x2, "∂f1/∂x2": x1, "∂f2/∂x1": 1.0, "∂f2/∂x2": 2 * x2}  # fmt: skip
    found = {one.name: one.value for one in find(sample("partial_and_total", gates), ", ".join(partial), gates)}
    assert found == pytest.approx(partial, rel=1e-14)
    by_x1 = partial["∂h/∂x1"] + partial["∂h/∂f1"] * x2 + partial["∂h/∂f2"] * 1
    by_x2 = partial["∂h/∂f1"] * x1 + partial["∂h/∂f2"] * 2 * x2
    total = {one.name: one.value for one in find(sample("partial_and_total", gates), "dh/dx1, dh/dx2, dh/df2", gates)}
    assert total == pytest.approx({"dh/dx1": by_x1, "dh/dx2": by_x2, "dh/df2": partial["∂h/∂f2"]}, rel=1e-14)


def test_functions_that_are_gates_have_their_derivatives_by_name() -> None:
    x1, x2 = 1.5, 0.5
    f1, f2 = x1 * x2, x1 + x2**2
    one, other, total = find(sample("total_derivative"), "∂h/∂f1, ∂h/∂f2, dh/dx1")
    assert one.value == pytest.approx(math.sin(f2), rel=1e-15)
    assert other.value == pytest.approx(f1 * math.cos(f2), rel=1e-15)
    assert total.value == pytest.approx(one.value * x2 + other.value, rel=1e-14)
