"""How a formula was read, in a form that reads back."""

from __future__ import annotations

import pytest

from gradcli.report.reading import reading

from .shown import evaluated


@pytest.mark.parametrize(
    ("formula", "read_as"),
    [
        ("z=(x+sigma(x))/(sigma(x)+(x+y)^2)", "z = (x + σ(x)) / (σ(x) + (x + y)²)"),
        ("x-(y-x)", "x − (y − x)"), ("(x-y)-x", "x − y − x"), ("x/(y/x)", "x / (y / x)"), ("x/y/x", "x / y / x"),
        ("-x^2", "−x²"), ("(-x)^2", "(−x)²"), ("2^3^x", "2^(3^x)"), ("(2^3)^x", "(2³)^x"), ("x*-y", "x * (−y)"),
        ("q=x*y;f=q+1", "q = x * y; f = q + 1"), ("s(u)=u^2;s(x)+s(y)", "s(u) = u²; s(x) + s(y)"),
        ("gate s(u,v)=u*v; s(x,y)", "gate s(u, v) = u * v; s(x, y)"), ("|x|+ln y", "abs(x) + ln(y)"),
    ],
)  # fmt: skip
def test_reading(formula: str, read_as: str) -> None:
    assert reading(evaluated(formula, x=2, y=3).formula) == read_as


@pytest.mark.parametrize(
    "formula", ["-x^2 - -y", "(x - y)/(x/y)*2^-x", "max(x, y)^2 + 3x y", "σ = x*y; sigmoid(σ) + σ"]
)
def test_it_reads_back_to_the_same_value_and_text(formula: str) -> None:
    first = evaluated(formula, x=2, y=3)
    again = evaluated(reading(first.formula), x=2, y=3)
    assert again.value == first.value
    assert reading(again.formula) == reading(first.formula)


def test_a_name_of_the_formula_is_never_taken_for_a_function() -> None:
    assert reading(evaluated("σ = x*y; sigmoid(σ)", x=2, y=3).formula) == "σ = x * y; sigmoid(σ)"
    assert reading(evaluated("sigmoid(x)", x=2).formula) == "σ(x)"
