"""gradcli from Python."""

from __future__ import annotations

import doctest
import json
import math

import numpy
import pytest

import gradcli

FORMULA = "z = (x + sigma(x)) / (sigma(x) + (x + y)^2)"
VALUE, GRADIENT = 0.09967613171742373, {"x": -0.007594005508783552, "y": -0.027919360150352075}


def test_evaluate() -> None:
    result = gradcli.evaluate(FORMULA, x=4, y=3)
    assert result.value == pytest.approx(VALUE, rel=1e-14)
    assert result.gradient == pytest.approx(GRADIENT, rel=1e-14)
    assert result.read_as == "z = (x + σ(x)) / (σ(x) + (x + y)²)"
    assert [node.op for node in result.nodes][:2] == ["sigmoid", "add"]
    assert "Backward pass: x = 4, y = 3" in result.table()
    assert max(map(len, result.table(width=80).splitlines())) <= 80
    assert f"z = {result.value!r}" in result.table(digits="full")
    assert result._repr_markdown_().startswith("**z = ")
    assert json.loads(json.dumps(result.to_dict()))["output"]["name"] == "z"
    assert repr(result).startswith("<gradcli.Result z = 0.0996")


def test_evaluate_options() -> None:
    neuron = gradcli.evaluate("1/(1+e^(-x))", x=1, gates="coarse")
    assert [node.op for node in neuron.nodes] == ["sigmoid"]
    assert gradcli.evaluate("x*y", x=2, y=3, wrt=["y"]).gradient == {"y": 2}
    assert gradcli.evaluate("max(x, y)", x=1, y=1, ties="first").gradient == {"x": 1, "y": 0}
    assert gradcli.evaluate("gates*wrt", {"gates": 2, "wrt": 3}).value == 6
    assert gradcli.evaluate("β₀ + x", {"beta0": 1}, x=numpy.float64(2)).value == 3


def test_hessian() -> None:
    # f = 5x² − xy²: ∂²f/∂x² = 10, ∂²f/∂x∂y = −2y, ∂²f/∂y² = −2x.
    result = gradcli.evaluate("5x² − xy²", x=2, y=3)
    assert result.hessian() == {"x": {"x": 10, "y": -6}, "y": {"x": -6, "y": -4}}
    assert all(type(entry) is float for row in result.hessian().values() for entry in row.values())
    assert gradcli.evaluate("5x² − xy²", x=2, y=3, wrt="y").hessian() == {"y": {"y": -4}}
    assert gradcli.evaluate("x^3", x=2, y=1).hessian() == {"x": {"x": 12, "y": 0}, "y": {"x": 0, "y": 0}}
    with pytest.raises(gradcli.GradcliError) as caught:
        gradcli.evaluate("block c(x) = 4 with d/dx = 2; c*x", x=1).hessian()
    assert caught.value.code == "no-second"


def test_compile() -> None:
    f = gradcli.compile(FORMULA)
    assert f.inputs == ("x", "y")
    assert f(x=4, y=3) == pytest.approx(VALUE, rel=1e-14)
    value, gradient = f.value_and_grad(x=4, y=3)
    assert (value, gradient) == (pytest.approx(VALUE, rel=1e-14), pytest.approx(GRADIENT, rel=1e-14))
    assert isinstance(value, float)
    assert repr(f) == "<gradcli.Function z = (x + σ(x)) / (σ(x) + (x + y)²)>"


def test_rows() -> None:
    f = gradcli.compile("w*ln(x)")
    x = numpy.array([1.0, -1.0, 0.0, math.e])
    value, gradient = f.value_and_grad(x=x, w=2)
    assert value == pytest.approx([0, math.nan, math.nan, 2], nan_ok=True)
    assert gradient["x"] == pytest.approx([2, math.nan, math.nan, 2 / math.e], nan_ok=True)
    assert gradient["w"] == pytest.approx([0, math.nan, math.nan, 1], nan_ok=True)
    assert f(x=[1, math.e], w=1) == pytest.approx([0, 1])


def test_a_definition_is_a_formula() -> None:
    assert gradcli.compile("f(x, y, z) = (x + y)z").value_and_grad(x=-2, y=5, z=-4) == (
        -12, {"x": -4, "y": -4, "z": 3},
    )  # fmt: skip


@pytest.mark.parametrize(
    ("call", "code"),
    [
        (lambda: gradcli.evaluate("x +", x=1), "unexpected"),
        (lambda: gradcli.evaluate("x + y", x=1), "no-value"),
        (lambda: gradcli.evaluate("x", x=math.inf), "bad-point"),
        (lambda: gradcli.evaluate("ln(x)", x=-1), "undefined-value"),
        (lambda: gradcli.compile("ln(x)")(x=-1), "undefined-value"),
        (lambda: gradcli.compile("x*y")(x=1), "no-value"),
        (lambda: gradcli.compile("x*y")(x=1, y=2, z=3), "unknown-variable"),
        (lambda: gradcli.compile("x("), "unbalanced-bracket"),
        (lambda: gradcli.compile("x*y")(x=None, y=1), "bad-point"),
        (lambda: gradcli.compile("x*y")(x=10**400, y=1), "bad-point"),
        (lambda: gradcli.compile("x")(x=math.nan), "bad-point"),
    ],
)
def test_errors(call: object, code: str) -> None:
    with pytest.raises(gradcli.GradcliError) as caught:
        call()  # type: ignore[operator]
    assert caught.value.code == code


def test_only_public_names() -> None:
    assert set(gradcli.__all__) == {"Function", "GradcliError", "Result", "compile", "evaluate"}
    with pytest.raises(AttributeError):
        gradcli.no_such_name  # noqa: B018


@pytest.mark.parametrize("options", [{"gates": "foo"}, {"ties": "foo"}])
def test_options_are_checked(options: dict[str, str]) -> None:
    with pytest.raises(gradcli.GradcliError, match="cannot be 'foo'") as caught:
        gradcli.evaluate("x", x=1, **options)  # type: ignore[arg-type]
    assert caught.value.code == "unknown-option"
    assert gradcli.evaluate("x*y", x=2, y=3, wrt="y").gradient == {"y": 2}


def test_it_is_easy_to_look_at() -> None:
    assert str(gradcli.evaluate("x*y", x=2, y=3)).startswith("x * y\n\nForward pass")
    assert {"evaluate", "compile"} <= set(dir(gradcli))


def test_the_lines_of_the_docstring() -> None:
    ran = doctest.testmod(gradcli)
    assert ran.attempted
    assert not ran.failed
