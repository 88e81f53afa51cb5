"""Edges by names and by numbers."""

from __future__ import annotations

import pytest

from gradcli.graph.point import from_numbers
from gradcli.passes.evaluate import evaluate
from gradcli.report.edges import EdgeTexts
from gradcli.report.numbers import lecture


def edges(formula, **at):
    """For each edge of the graph its name and its local derivative."""
    result = evaluate(formula, from_numbers(at, "the point"))
    texts = EdgeTexts(result.forward, result.formula.text, lecture)
    return {texts.name((slot, place)): texts.local((slot, place)) for slot, _, args in result.graph.steps
            for place, a in enumerate(args) if a not in result.graph.constants}  # fmt: skip


@pytest.mark.parametrize(("formula", "wanted"), [
    ("f = x*y", {"∂f/∂x": "y = 5", "∂f/∂y": "x = 2"}),
    ("f = (x + y)*x", {"∂f/∂(· + ·)": "x = 2", "∂f/∂x": "x + y = 7"}),
    ("f = x^2", {"df/dx": "2x = 4"}),
    ("o = σ(x - 2)", {"do/d(· − 2)": "o(1 − o) = 0.25", "d(· − 2)/dx": "1"}),
    ("q = x + y; f = ln(q)", {"∂q/∂x": "1", "∂q/∂y": "1", "df/dq": "1/q = 0.143"}),
    ("f = max(x, y)", {"∂f/∂x": "[x > y] = 0", "∂f/∂y": "[y > x] = 1"}),
])  # fmt: skip
def test_local_derivatives(formula, wanted):
    found = edges(formula, x=2, y=5)
    assert {name: found[name] for name in wanted} == wanted


def test_operands_that_are_one_node():
    assert edges("a = x + 1; f = a*a", x=3) == {"da/dx": "1", "∂f/∂i₁": "a = 4", "∂f/∂i₂": "a = 4"}


def test_long_parts_have_the_label_of_their_node():
    found = edges("f = (x1111 + x2222 + x3333 + x4444)*y", x1111=1, x2222=1, x3333=1, x4444=1, y=2)
    assert found["∂f/∂y"].endswith("= 4")
    assert "x2222" not in found["∂f/∂y"]


def test_jacobians():
    found = edges("y = W x; L = sum(y)", W=[[1, 2], [3, 4]], x=[1, -1])
    assert found["∂y/∂x"] == "W = [[1, 2], [3, 4]] (2×2)"
    assert found["dL/dy"].startswith("𝟏ᵀ")


@pytest.mark.parametrize(("formula", "then", "other"), [
    ("f = if(x>1, y^2, 2y)", "[x > 1] = 1", "[x ≤ 1] = 0"),
    ("f = if(x + 1 <= 2y, y^2, 2y)", "[x + 1 ≤ 2y] = 1", "[x + 1 > 2y] = 0"),
    ("f = if(pi/2 > x, y^2, 2y)", "[π/2 > x] = 0", "[π/2 ≤ x] = 1"),
    ("f = if(eq(x, 2), y^2, 2y)", "[x = 2] = 1", "[x ≠ 2] = 0"),
    ("f = if(1 > (x < y), y^2, 2y)", "[1 > (x < y)] = 0", "[1 ≤ (x < y)] = 1"),
    ("c = x > 1; f = if(c, y^2, 2y)", "[c ≠ 0] = 1", "[c = 0] = 0"),
    ("f = if(x, y^2, 2y)", "[x ≠ 0] = 1", "[x = 0] = 0"),
])  # fmt: skip
def test_a_condition_is_the_comparison_that_it_is(formula, then, other):
    found = edges(formula, x=2, y=5)
    assert (found["∂f/∂(·²)"], found["∂f/∂(2 × ·)"]) == (then, other)


def test_conditions_on_arrays():
    found = edges("i = x + 0; y = where(i>1, i^2, 2i); L = sum(y)", x=[1, 2])
    assert found["∂y/∂(·²)"].startswith("diag(𝟙[i > 1]) = ")
    assert found["∂y/∂(2 × ·)"].startswith("diag(𝟙[i ≤ 1]) = ")
    assert edges("y = where(x, x^2, 2x); L = sum(y)", x=[1, 0])["∂y/∂(·²)"].startswith("diag(𝟙[x ≠ 0]) = ")
