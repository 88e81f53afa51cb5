"""Formulas of gates: products and powers as a lecture writes them."""

from __future__ import annotations

import pytest

from gradcli.graph.build import build, read
from gradcli.report.notation import rule_text


@pytest.mark.parametrize(
    ("formula", "derivatives"),
    [
        ("l = sin(w*x)^2", ("2 sin(i₁ i₂) cos(i₁ i₂) i₂", "2 sin(i₁ i₂) cos(i₁ i₂) i₁")),
        ("l = 3(w*x)^2", ("6i₁ i₂ i₂", "6i₁ i₂ i₁")),
        ("l = w^3*x/2", ("1.5i₂ i₁²", "0.5i₁³")),
    ],
)
def test_numbers_stand_in_front_of_products(formula: str, derivatives: tuple[str, ...]) -> None:
    graph = build(read(formula, ["w", "x"]), "named")
    ((_, gate, args),) = graph.steps
    assert rule_text(gate, (None,) * len(args)).locals == derivatives
