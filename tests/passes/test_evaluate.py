"""A formula at a point: names, what is wanted, what is noted, and a formula without a value."""

from __future__ import annotations

import pytest

from gradcli.graph.point import from_numbers
from gradcli.language import GradcliError
from gradcli.passes.evaluate import UndefinedFormula, evaluate


def at(**values):
    return from_numbers(values, "here")


def test_value_gradient_and_point_carry_the_names_of_the_formula():
    result = evaluate("l = β_0*x", from_numbers({"beta0": 3, "x": 2, "unused": 1}, "here"))
    assert result.value == 6
    assert result.at == {"β_0": 3, "x": 2, "unused": 1}
    assert result.gradient == {"β_0": 2, "x": 3, "unused": 0}
    assert result.notes == ("l does not depend on unused: its derivative is 0",)


@pytest.mark.parametrize(
    ("wrt", "wanted"), [(["y"], ["y"]), (["y", "x", "y"], ["y", "x"]), ([" x "], ["x"]), ([], []), (None, ["x", "y"])]
)
def test_wrt(wrt, wanted):
    result = evaluate("x*y", at(x=2, y=3), wrt=wrt)
    assert list(result.gradient) == wanted
    assert all(result.gradient[name] == {"x": 3, "y": 2}[name] for name in wanted)


def test_wrt_something_without_a_value():
    with pytest.raises(GradcliError) as caught:
        evaluate("x*y", at(x=2, y=3), wrt=["xx"])
    assert caught.value.code == "unknown-wrt"
    assert "x" in caught.value.hint


NOTES = [
    ("y", ["f does not depend on x: its derivative is 0"]),
    ("x = 3; f = x*y", ["the value of x is not used: the formula assigns x itself"]),
    ("q = x*y; f = x + y", ["q is not used by the output"]),
    ("q = x*y; f = q + 0*x", []),
    ("xy", ["read xy as x·y"]),
]


@pytest.mark.parametrize(("formula", "wanted"), NOTES)
def test_notes(formula, wanted):
    assert list(evaluate(formula, at(x=2, y=3)).notes) == wanted


def test_strict_never_splits_a_name():
    with pytest.raises(GradcliError):
        evaluate("xy", at(x=2, y=3), strict=True)


def test_a_formula_without_a_value():
    with pytest.raises(UndefinedFormula) as caught:
        evaluate("q = x - y; f = ln(q)", at(x=2, y=3))
    error = caught.value
    assert error.at == {"x": 2, "y": 3}
    assert error.forward.graph.names[error.slot] == "f"
    assert error.message == "undefined value: ln of a negative number"
    assert error.position() == (1, 16, 21)


def test_the_choices_are_passed_on():
    assert [gate.name for _, gate, _ in evaluate("1/(1+e^(-x))", at(x=0), gates="coarse").graph.steps] == ["sigmoid"]
    assert evaluate("max(x, y)", at(x=1, y=1), ties="first").gradient == {"x": 1, "y": 0}
