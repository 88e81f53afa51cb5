"""What the sides of a derivative mean, and what is refused because it means nothing, or two things."""

from __future__ import annotations

import pytest

from gradcli.graph.point import from_numbers
from gradcli.language import GradcliError
from gradcli.passes.evaluate import evaluate
from gradcli.passes.quantities import find

PRODUCT = ("q = x + y; f = q*z", {"x": -2, "y": 5, "z": -4})


def asked(text, formula=PRODUCT[0], at=PRODUCT[1], gates="lecture"):
    return find(evaluate(formula, from_numbers(at, "the point"), gates=gates), text, gates)


def values(text, *problem, **more):
    return {one.name: one.value for one in asked(text, *problem, **more)}


def refused(text, *problem, **more):
    with pytest.raises(GradcliError) as caught:
        asked(text, *problem, **more)
    assert caught.value.code == "unknown-quantity"
    return caught.value


# --- names that begin with d ------------------------------------------------------------------------------------------


def test_a_name_that_begins_with_d():
    at = ("delta = x^2; f = delta*x", {"x": 3})
    assert values("ddelta/dx, df/ddelta, ∂f/∂delta, d(delta)/dx", *at) == {"ddelta/dx": 6, "df/ddelta": 3,
                                                                          "∂f/∂delta": 3}  # fmt: skip
    fault = refused("delta/dx", *at)
    assert "sign of the derivative" in fault.message
    assert "ddelta" in fault.hint


def test_what_could_be_two_names_is_asked_about():
    at = ("q = x^2; dq = 3 x; f = q*dq", {"x": 3})
    for text in ("dq/dx", "df/dq"):
        fault = refused(text, *at)
        assert "two ways" in fault.message
        assert "d(q)" in fault.hint
        assert "d(dq)" in fault.hint
    found = values("d(q)/dx, d q/dx, ddq/dx, d(dq)/dx, ∂f/∂q", *at)
    assert found == {"dq/dx": 6, "ddq/dx": 3, "∂f/∂q": 9}


def test_what_could_be_a_product_is_asked_about():
    fault = refused("df/dxy", "f = sin(x*y)", {"x": 2, "y": 3})
    assert "two ways" in fault.message
    assert "d(xy)" in fault.hint


# --- what is refused --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("text", "message", "hint"), [
    ("∂f/∂x", "'f' does not contain 'x' itself", "z, q; df/dx is along all paths"),
    ("∂q/∂z", "'q' does not depend on 'z'", "x, y"),
    ("dq/dz", "'q' does not depend on 'z'", "x, y"),
    ("dx/dq", "'x' does not depend on 'q'", "no names"),
    ("dq/dq", "dq/dq is the derivative of a node by itself, which is 1", "another"),
    ("df/dqq", "'qq' is no name", "did you mean 'q'?"),
    ("df/dw", "'w' is no name", "x, y, z, q, f"),
    ("df/d(x−y)", "'x−y' is no node", "x, y, z, q, f"),
    ("df/d(x;x)", "no node", "names"),
    ("df/dx²", "'x²' is no name", "x"),
    ("df/d(2)", "'2' is", "x, y, z"),
])  # fmt: skip
def test_what_there_is_not(text, message, hint):
    fault = refused(f"dq/dx, {text}")
    assert message in fault.message
    assert hint in fault.hint
    assert fault.text[fault.start : fault.end] in text


def test_constants_and_names_that_are_not_used():
    at = ("k = 2; f = k*x", {"x": 3, "u": 1})
    assert "constant" in refused("df/dk", *at).message
    assert refused("df/du", *at).message == "'f' does not depend on 'u'"
    assert "does not use it" in refused("du/dx", *at).hint


def test_a_gate_that_is_used_twice_is_no_node():
    twice = ("gate s(u, v) = u*sin(v); f = s(x, y)*s(y, x)", {"x": 2, "y": 3})
    assert "no name" in refused("df/ds", *twice).message
