"""`gradcli derive`: what a user types, and what comes back."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.conftest import Program
from tests.report.exports import run_exported


def test_the_derivatives_of_a_product(gradcli: Program) -> None:
    ran = gradcli("derive", "(x + y)*z")
    assert (ran.status, ran.err) == (0, "")
    assert ran.out == "f = (x + y) * z\ndf/dx = z\ndf/dy = z\ndf/dz = x + y\n"


def test_only_some_names_and_second_order(gradcli: Program) -> None:
    assert gradcli("derive", "x^2*y", "--wrt", "x", "--order", "2").out == (
        "f = x² * y\ndf/dx = 2 * y * x\nd²f/dx² = 2 * y\n"
    )


def test_a_formula_that_begins_with_minus(gradcli: Program) -> None:
    assert gradcli("derive", "-x*y").out.splitlines()[-1] == "df/dy = −x"


def test_from_a_file(gradcli: Program, tmp_path: Path) -> None:
    (tmp_path / "f.txt").write_text("q = x + y\nf = q*z\n", encoding="utf-8")
    assert gradcli("derive", "-f", str(tmp_path / "f.txt")).out.splitlines()[0] == "q = x + y"


def test_shapes_by_declarations_and_by_values(gradcli: Program) -> None:
    for given in (["sum((W x)^2)", "W ~ (3, 2)", "x=[1, 2]"], ["W ~ (3, 2); x ~ 2; sum((W x)^2)"]):
        ran = gradcli("derive", *given)
        assert (ran.status, ran.err) == (0, "")
        assert "df/dx = Wᵀ @" in ran.out


@pytest.mark.parametrize("form", ["python", "numpy"])
def test_code_runs_without_gradcli(gradcli: Program, form: str) -> None:
    text = gradcli("derive", "1/(1+e^(-(w*x+b)))", "--wrt", "w,b", "--format", form).out
    (answer,) = run_exported([(text, [2, -1, 0.5])])
    s = 1 / (1 + 2.718281828459045**1.5)
    assert answer[0] == pytest.approx(s, rel=1e-12)
    assert answer[1] == pytest.approx({"w": -s * (1 - s), "b": s * (1 - s)}, rel=1e-12)


@pytest.mark.parametrize(("form", "begins"), [
    ("latex", "\\begin{align*}"), ("torch", "import torch"), ("jax", "import jax"), ("markdown", "**x \\* y**"),
])  # fmt: skip
def test_other_formats(gradcli: Program, form: str, begins: str) -> None:
    ran = gradcli("derive", "x*y", "--format", form)
    assert (ran.status, ran.out.startswith(begins)) == (0, True)


def test_json(gradcli: Program) -> None:
    record = json.loads(gradcli("derive", "x*y", "--json").out)
    assert record["schema"] == "gradcli.derive/1"
    assert record["gradient"] == {"x": "y", "y": "x"}


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["x*y", "--wrt", "q"], "'q' in --wrt"),
        (["x ~ 3; 2x"], "Jacobian"),
        (["gamma(x)", "--format", "torch"], "gamma cannot be written in PyTorch"),
        (["(x + "], "error"),
        ([], "a formula is missing"),
        (["block c(x) = 4 with d/dx = 2\nc*x", "--order", "2"], "block"),
    ],
)
def test_refusals(gradcli: Program, arguments: list[str], says: str) -> None:
    ran = gradcli("derive", *arguments)
    assert (ran.status, ran.out) == (2, "")
    assert says in ran.err
    assert "Traceback" not in ran.err


def test_names_of_wrt_are_names_of_the_formula(gradcli: Program) -> None:
    ran = gradcli("derive", "5x² − xy²", "--wrt", "x,y")
    assert ran.status == 0
    assert ran.out.splitlines()[1:] == ["df/dx = −y² + 10 * x", "df/dy = −2 * x * y"]
    assert "read xy as x·y" in ran.err
    alone = gradcli("derive", "5x² − xy²", "--wrt", "y")
    assert alone.out.splitlines()[1:] == ["df/dy = −2 * x * y"]
    assert gradcli("derive", "5x² − xy²", "--wrt", "z").status == 2


@pytest.mark.parametrize(("formula", "more", "said"), [
    ("5x² − xy²", (), "read xy as one name; write x*y for a product, or name its factors with --wrt x,y"),
    ("xyz", (), "read xyz as one name"), ("5x² − xy²", ("x=1", "y=2"), "read xy as x·y"), ("lr*w", (), ""),
    ("xy", ("--wrt", "xy"), ""), ("xy", ("--strict",), ""), ("xy", ("xy=2",), ""), ("x*y", (), ""),
])  # fmt: skip
def test_a_name_that_may_be_meant_as_a_product_is_told(
    gradcli: Program, formula: str, more: tuple[str, ...], said: str
) -> None:
    ran = gradcli("derive", formula, *more)
    assert (ran.status, bool(ran.err)) == (0, bool(said))
    assert said in ran.err


def test_in_code_assignments_stand_together_and_definitions_apart(gradcli: Program) -> None:
    text = gradcli("derive", "x^y*exp(x)", "--format", "python").out
    lines = text.split("\n")
    assert "\n\n\n\n" not in text
    for place, line in enumerate(lines[1:], 1):
        if line.startswith("def "):
            assert lines[place - 2 : place] == ["", ""]
    numbers = [place for place, line in enumerate(lines) if "= float('" in line and not line.startswith(" ")]
    assert len(numbers) == 2
    assert numbers[1] == numbers[0] + 1


def test_second_derivatives_by_arrays_hint_at_the_hessian(gradcli: Program) -> None:
    given = ("sum((W x)^2)", "W ~ (2, 2)", "x ~ 2", "--order", "2")
    ran = gradcli("derive", *given)
    assert (ran.status, ran.err.count("note: ")) == (0, 1)
    assert "by W, x are written entry by entry; use gradcli hessian for numbers" in ran.err
    assert "by x are" in gradcli("derive", *given, "--wrt", "x").err
    assert gradcli("derive", *given[:-2]).err == gradcli("derive", *given, "--format", "numpy").err == ""
    assert gradcli("derive", "x^2*y", "--order", "2").err == ""
