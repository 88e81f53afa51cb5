"""Nodes by their names, and by the parts of the formula that they are."""

from __future__ import annotations

import pytest

from gradcli.graph.point import from_numbers
from gradcli.language import GradcliError
from gradcli.passes.evaluate import evaluate
from gradcli.passes.nodes import Nodes, named


def nodes(formula, gates="lecture", **at):
    return Nodes(evaluate(formula, from_numbers(at, "the point"), gates=gates), gates)


def test_what_has_a_name():
    found = nodes("q = x + y; sin(q)*z", x=1, y=2, z=3)
    assert list(named(found.result.graph).values()) == ["x", "y", "z", "q", "f"]
    assert list(found.known()) == ["x", "y", "z", "q", "f"]


@pytest.mark.parametrize("gates", ["lecture", "primitive", "coarse"])
def test_names_and_parts_are_one_node(gates):
    found = nodes("β0 = x + y; sin(β0)*z", gates, x=1, y=2, z=3)
    assert found.name("beta_0") == found.name(" β₀ ") == found.part("x + y") == found.part("(x+y)") != found.name("x")
    assert found.part("sin(x + y)") == found.part("sin(β0)") is not None
    assert found.part("sin(β0)*z") == found.name("f") == found.result.graph.output
    assert [found.name(text) for text in ("w", "x + y", "")] == [None] * 3
    assert [found.part(text) for text in ("x*y", "x +", "", "x; x", "x" * 5000)] == [None] * 5


def test_a_text_that_is_no_expression():
    found = nodes("sin(x + y)*z", x=1, y=2, z=3)
    assert found.read("x + y") == found.part("x + y") is not None
    assert found.read("x*y") is None
    with pytest.raises(GradcliError) as caught:
        found.read("x +")
    assert (caught.value.code, caught.value.text) == ("unexpected", "x +")


def test_what_a_sentence_calls_them():
    found = nodes("q = x + y; f = sin(q)*z", x=1, y=2, z=3)
    assert found.called(found.name("q")) == "q"
    assert found.called(found.part("sin(q)")) == "sin(q)"


def test_two_names_of_one_node():
    found = nodes("a = x + 1; b = x + 1; k = 3; f = a*b*k", x=1)
    assert found.name("a") == found.name("b") is not None
    assert found.name("k") in found.result.graph.constants


def test_declared_names():
    found = nodes("W ~ (3, 2); y = W x; L = sum(y^2) + x[0]", x=[1, 2])
    assert found.part("W x") == found.name("y")
    assert found.part("x[0]") is not None
