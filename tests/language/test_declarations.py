"""Declarations: inputs whose shapes the formula states."""

from __future__ import annotations

import pytest

from gradcli.language import Declaration
from tests.language.trees import marked, read, refusal, tree

DECLARED = [
    ("W ~ (3, 2)", "W", (3, 2)),
    ("W ∼ (3, 2)", "W", (3, 2)),
    ("x ~ 3", "x", (3,)),
    ("x ~ (3)", "x", (3,)),
    ("x ~ (3,)", "x", (3,)),
    ("x ~ (2, 3,)", "x", (2, 3)),
    ("s ~ ()", "s", ()),
    ("β_{0}~(1,\n2)", "β_0", (1, 2)),
    ("y' ~ 2", "y′", (2,)),
    ("T ~ (2, 2, 2, 2, 2, 2, 2, 2)", "T", (2,) * 8),
    ("x ~ 10000000", "x", (10_000_000,)),
]


@pytest.mark.parametrize(("text", "name", "shape"), DECLARED)
def test_shapes(text: str, name: str, shape: tuple[int, ...]) -> None:
    formula = read(text, declarations_only=True)
    assert [(d.name, d.shape) for d in formula.declarations] == [(name, shape)]
    assert formula.statements == ()
    assert formula.nodes == ()
    declaration = formula.declarations[0]
    assert text[declaration.start : declaration.end] == text


def test_a_declaration_is_no_statement() -> None:
    formula = read("W ~ (3, 2); q = W x; sum(q)")
    assert formula.declarations == (Declaration("W", "W", (3, 2), 0, 10),)
    assert [s.kind for s in formula.statements] == ["assign", "output"]
    assert [v.name for v in formula.inputs] == ["W", "x"]
    assert read("x + 1; y ~ 3").output.kind == "output"
    assert read("x").declarations == ()


def test_what_is_declared_is_a_value() -> None:
    assert tree("w ~ 2; w[0]", "x") == "(index w 0)"
    assert tree("w ~ (); w(x)", "x") == "(dot w x)"
    assert tree("w ~ 2; wx", "x") == "(dot w x)"
    assert tree("e ~ 2; e[0]") == "(index e 0)"
    assert tree("x ~ 2; f(x, y) = x[0] + y") == "f = (add (index x 0) y)"
    assert tree("x ~ 2; x = x + 1; x") == "x = (add x 1); x"
    assert tree("for k in 1..2: W_k ~ (2, 3)\nW_1 + W_2") == "(add W_1 W_2)"
    formula = read("for k in 1..2: W_k ~ (2, 3)\nW_1 + W₂")
    assert [d.key for d in formula.declarations] == ["W1", "W2"]


def test_the_order_of_statements_and_declarations() -> None:
    assert [d.name for d in read("a ~ 2\nb ~ (); f = sum(a)*b").declarations] == ["a", "b"]
    assert tree("a ~ 2\n\n; b = a") == "b = a"


# text, code, the marked characters, a part of the hint
REFUSED = [
    ("W ~ (3, 2)", "empty-formula", "", "behind the declarations"),
    ("W ~ (3, 2);\n", "empty-formula", "", "behind the declarations"),
    ("x ~ 2; x ~ 2; x", "declaration", "x ~ 2", "keep one"),
    ("x_1 ~ 2; x₁ ~ (); x1", "declaration", "x₁ ~ ()", "keep one"),
    ("x = 1; x ~ 2; x", "declaration", "x ~ 2", "leave the declaration away"),
    ("y = x + 1; x ~ 2; y", "declaration", "x ~ 2", "declare it first"),
    ("repeat 2: x ~ 2 end; x", "declaration", "x ~ 2", "keep one"),
    ("x ~ 0; x", "declaration", "0", "x ~ ()"),
    ("x ~ (2, 0); x", "declaration", "0", "x ~ ()"),
    ("x ~ -1; x", "declaration", "-", "x ~ (3)"),
    ("x ~ 1.5; x", "declaration", "1.5", "x ~ (3)"),
    ("x ~ 1e3; x", "declaration", "1e3", "x ~ (3)"),
    ("x ~ ½; x", "declaration", "½", "x ~ (3)"),
    ("W ~ (2, n); W", "declaration", "n", "W ~ (3, 2)"),
    ("W ~ 3x2; W", "declaration", "x2", "W ~ (3, 2)"),
    ("W ~ 3×2; W", "declaration", "×", "W ~ (3, 2)"),
    ("W ~ 3 2; W", "declaration", "2", "W ~ (3, 2)"),
    ("W ~ [3, 2]; W", "declaration", "[", "W ~ (3, 2)"),
    ("W ~ N(0, 1); W", "declaration", "N", "W ~ (3, 2)"),
    ("W ~ (3, 2) + 1; W", "declaration", "+", "W ~ (3, 2)"),
    ("x ~ 10000001; x", "declaration", "x ~ 10000001", "smaller"),
    ("x ~ (1000, 10001); x", "declaration", "x ~ (1000, 10001)", "smaller"),
    ("x ~ " + "9" * 5_000 + "; x", "declaration", "x ~ " + "9" * 5_000, "smaller"),
    ("x ~ (1,1,1,1,1,1,1,1,1); x", "declaration", "x ~ (1,1,1,1,1,1,1,1,1)", "fewer axes"),
    ("x ~; x", "unexpected", "", "finish the statement"),
    ("x ~ (,); x", "unexpected", ",", "decimal"),
    ("x + y ~ 3", "unexpected", "~", "of its own"),
    ("for k in 1..2: k ~ 3", "loop", "k", "another name"),
]


@pytest.mark.parametrize(("text", "code", "characters", "hint"), REFUSED)
def test_refusals(text: str, code: str, characters: str, hint: str) -> None:
    error = refusal(text)
    assert marked(error)[:2] == (code, characters)
    assert hint in (error.hint or "")


def test_the_message_names_the_size() -> None:
    assert "10,001,000 entries, and 10,000,000 are the most" in refusal("x ~ (1000, 10001); x").message
    assert refusal("x ~ " + "9" * 5_000 + "; x").message == "'x' has too many entries, and 10,000,000 are the most"


def test_declarations_may_stand_alone_only_where_that_is_asked_for() -> None:
    assert refusal("").code == refusal("x ~ 2").code == "empty-formula"
    assert read("x ~ 2; y ~ 3; z = 4", declarations_only=True).statements[0].name == "z"
