"""Labels of nodes: the lecture's signs, told apart where they repeat."""

from __future__ import annotations

import pytest

from gradcli.report.notation import gate_text, label
from gradcli.rules.table import RULES

from .shown import T4, forward_rows, labels


@pytest.mark.parametrize(
    ("formula", "sign"),
    [
        ("x + 1", "· + 1"), ("1 + x", "1 + ·"), ("-x", "−1 × ·"), ("2x", "2 × ·"), ("x*2", "· × 2"), ("x²", "·²"),
        ("x^3", "·³"), ("x^4", "·⁴"), ("x^-2", "·⁻²"), ("x^12", "·¹²"), ("x^0.5", "·^0.5"), ("x^-0.5", "·^(−0.5)"),
        ("2^x", "2^·"), ("e^x", "e^·"), ("exp(x)", "e^·"), ("π^x", "π^·"), ("max(0, x)", "max(0, ·)"),
        ("max(x, -1)", "max(·, −1)"), ("x/2", "·/2"), ("x/(-2)", "·/(−2)"), ("π*x", "π × ·"), ("x*(-2)", "· × (−2)"),
        ("x + (-3)", "· + (−3)"), ("x - 0.5", "· − 0.5"), ("1/x", "1/·"), ("|x|", "|·|"), ("σ(x)", "σ(·)"),
        ("log(x, 10)", "log_base(·, 10)"), ("x*1.23456789", "· × 1.235"), ("x*1e-9", "· × 1e−9"),
        ("leaky_relu(x)", "leaky_relu(·)"), ("leaky_relu(x, 0.01)", "leaky_relu(·)"), ("elu(x, 2)", "elu(·, 2)"),
        ("leaky_relu(x, 0.2)", "leaky_relu(·, 0.2)"), ("clamp(x, -1, 2)", "clamp(·, −1, 2)"),
        ("max(x, 1, 2)", "max(·, 1, 2)"), ("min(x, x)", "min(·, ·)"),
    ],
)  # fmt: skip
def test_constants_stand_in_their_places(formula: str, sign: str) -> None:
    assert labels(formula, x=1.5) == [sign]


def test_numerator_and_denominator() -> None:
    assert labels(T4, x=4, y=3) == ["σ(·)", "(· + ·)↑", "(· + ·)²", "(· + ·)↓", "1/·", "· × ·"]
    assert labels("1/((a + b)*sin(a + c))", a=1, b=2, c=3)[:2] == ["(· + ·)₁", "(· + ·)₂"]


def test_nested_fractions_prefer_the_outermost() -> None:
    assert labels("(a + b)/((c + d)/c)", a=1, b=2, c=3, d=4)[:2] == ["(· + ·)↑", "(· + ·)↓"]


def test_a_gate_in_both_is_in_neither() -> None:
    assert labels("q = a*b; (q + a)/(sin(q)*q*(q + b))", a=1, b=2)[0] == "q"
    assert "(· + ·)↑" in labels("q = a*b; (q + a)/(sin(q)*q*(q + b))", a=1, b=2)


def test_three_of_a_kind_are_numbered() -> None:
    assert labels("sin(a) + sin(b) + sin(c)", a=1, b=2, c=3) == [
        "sin(·)₁", "sin(·)₂", "(· + ·)₁", "sin(·)₃", "(· + ·)₂"]  # fmt: skip


def test_two_squares_of_sums() -> None:
    assert labels("(a + b)² * (a + c)²", a=1, b=2, c=3) == ["(· + ·)²₁", "(· + ·)²₂", "· × ·"]


def test_names_win() -> None:
    assert labels("q = x + y; f = q*z", x=1, y=2, z=3) == ["q", "f"]
    assert labels("c = x + y; c = c + 1; z = c*c", x=1, y=2) == ["c", "c′", "z"]


def test_labels_are_one_of_a_kind() -> None:
    found = labels("(a+b)²/(c+d)² + sin(a)/sin(b) + (a+d)² + 2a + 2b + a/b", a=1, b=2, c=3, d=4)
    assert len(set(found)) == len(found)


def test_a_users_gate() -> None:
    assert labels("gate s(u, v) = (u + v)^2; s(x, 2) + s(x, y) + s(y, x)", x=1, y=2)[:2] == ["s(·, 2)", "s(·, ·)₁"]


def test_equal_formulas_are_said_once() -> None:
    rows = {row[0]: row[1:] for row in forward_rows("(x + y)² + (x − y)² + x*y", x=3, y=1)}
    assert rows["(· + ·)²"][-1] == "do/di₁ = do/di₂ = 2(i₁ + i₂) = 8"
    assert rows["(· − ·)²"][-1] == "do/di₁ = 2(i₁ − i₂) = 4, do/di₂ = −2(i₁ − i₂) = −4"
    assert rows["· × ·"][-1] == "do/di₁ = i₂ = 1, do/di₂ = i₁ = 3"


@pytest.mark.parametrize(
    ("formula", "output", "derivative"),
    [
        ("leaky_relu(x)", "o = leaky_relu(i) = 1.5", "do/di = 1"), ("x^4", "o = i⁴ = 5.062", "do/di = 4i³ = 13.5"),
        ("x^-2", "o = i⁻² = 0.444", "do/di = −2i⁻³ = −0.593"), ("3^x", "o = 3^i = 5.196", "do/di = ln(3) o = 5.709"),
        ("if(x > 1, x, 2)", "o = [i > 1] = 1", "do/di = 0"),
        ("tanh(x)", "o = tanh(i) = 0.905", "do/di = 1 − o² = 0.181"),
        ("e^x", "o = e^i = 4.482", "do/di = o = 4.482"), ("x*0", "o = 0", "do/di = 0"),
        ("erf(x)", "o = erf(i) = 0.966", "do/di = (2/√π) e^(−i²) = 0.119"),
        ("max(0, x)", "o = max(0, i) = 1.5", "do/di = [i > 0] = 1"),
        ("hardsigmoid(x)", "o = hardsigmoid(i) = 0.75", "do/di = 1/6 = 0.167"),
        ("gate c(u) = u/3*u; c(x)", "o = (i/3) i = 0.75", "do/di = i/3 + (1/3) i = 1"),
    ],
)  # fmt: skip
def test_formulas_of_a_gate(formula: str, output: str, derivative: str) -> None:
    assert forward_rows(formula, x=1.5)[0][2:] == [output, derivative]


def test_a_huge_gate_prints_its_numbers_without_a_formula() -> None:
    deep = "gate g(u) = " + "sin(" * 150 + "u" + ")" * 150 + "; g(x)"
    doubling = "gate g(u) = " + "exp(" * 40 + "u" + ")" * 40 + "; g(x)"
    for formula in (deep, doubling, "gate g(u) = " + " + ".join(["sin(u)*u"] * 1) + "".join(
            f" + sin({k}*u)" for k in range(300)) + "; g(x)"):  # fmt: skip
        row = forward_rows(formula, x=-1)[0]
        assert row[0] == "g(·)"
        assert row[2].count("=") == 1
        assert row[3].count("=") == 1


def test_a_maximum_of_many_is_elided() -> None:
    point = {f"x{k}": float(k) for k in range(300)}
    (row,) = forward_rows(f"max({', '.join(point)})", **point)
    assert row[1].endswith("i₁₂ = 11, … 288 more")
    assert row[3].endswith("… 288 more")


def test_signs_without_a_formula() -> None:
    assert label(RULES["add"], (None, None)) == "· + ·"
    assert label(RULES["mul"], (-3.0, None)) == "−3 × ·"
    assert label(RULES["pow"], (-2.0, None)) == "(−2)^·"
    assert gate_text(RULES["mul"], (None, 3.0), (2.0, 3.0), 6.0).locals == ("3", None)
