"""How a formula was read, in a form that reads back."""

from __future__ import annotations

import pytest

from gradcli.graph.build import read
from gradcli.graph.vocabulary import RuleVocabulary
from gradcli.language import Formula
from gradcli.report.reading import function_symbol, reading
from gradcli.rules.array_table import ARRAY_NAMES
from gradcli.rules.table import FUNCTION_NAMES

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


# --- vectors and matrices ---------------------------------------------------------------------------------------------

BOUND = frozenset(["x", "y", "w", "W", "X"])
ARRAYS = frozenset(["x", "w", "W", "X"])


def tree(formula: Formula) -> object:
    nodes = [(node.op, node.args, node.value) for node in formula.nodes]
    statements = [(s.kind, s.name, s.parameters, s.first, s.root) for s in formula.statements]
    declared = [(d.name, d.key, d.shape) for d in formula.declarations]
    return nodes, statements, declared, [(v.name, v.key) for v in formula.inputs]


def read_twice(text: str, bound: frozenset[str] = BOUND) -> str:
    """The reading of a formula, which must read back to the same tree."""
    formula = read(text, bound, arrays=ARRAYS & bound)
    written = reading(formula)
    again = read(written, bound, arrays=ARRAYS & bound)
    assert tree(again) == tree(formula)
    assert reading(again) == written
    return written


@pytest.mark.parametrize(
    ("formula", "read_as"),
    [
        ("[x,y+1,]", "[x, y + 1]"), ("np.array([[1,2],[3,4]])@x", "[[1, 2], [3, 4]] @ x"), ("[[x]]", "[[x]]"),
        ("[x,y]^2", "[x, y]²"), ("2^[x,y]", "2^([x, y])"), ("[x,y]'", "[x, y]ᵀ"), ("-[x,y]", "−[x, y]"),
        ("w[0]", "w[0]"), ("w[-1]", "w[−1]"), ("W[1,:]", "W[1, :]"), ("W[0][1]", "W[0][1]"),
        ("w[1:3]", "w[1:3]"), ("w[1:]", "w[1:]"), ("w[:-1]", "w[:−1]"), ("w[::2]", "w[::2]"), ("w[:]", "w[:]"),
        ("w[0:3:2]", "w[0:3:2]"), ("W[:,1:3]", "W[:, 1:3]"),
        ("(x+y)[0]", "(x + y)[0]"), ("(W x)[0]", "(W·x)[0]"), ("[x,y][0]", "[x, y][0]"), ("relu(x)[0]", "relu(x)[0]"),
        ("√w[0]", "sqrt(w[0])"), ("(√w)[0]", "sqrt(w)[0]"), ("w[0]^2", "w[0]²"), ("x^w[0]", "x^(w[0])"),
        ("x'[0]", "(xᵀ)[0]"), ("(2)[0]", "(2)[0]"), ("(e)[0]", "(e)[0]"), ("s ~ (); (s)[0]", "s ~ (); (s)[0]"),
        ("σ = [x, y]; (σ)[0]", "σ = [x, y]; (σ)[0]"), ("s(u)=u[0]; s(w)", "s(u) = u[0]; s(w)"),
        ("max ~ 3; amax(max)", "max ~ (3,); amax(max)"), ("max ~ 3; amax(x)", "max ~ (3,); amax(x)"),
        ("for k in 1..2: h_k = X[k]@w[k]\nh_1[0]+h_2[0]", "h_1 = X[1] @ w[1]; h_2 = X[2] @ w[2]; h_1[0] + h_2[0]"),
        ("(y)[0]", "(y)[0]"), ("s(u)=u; s=[x,y]; (s)[0]", "s(u) = u; s = [x, y]; (s)[0]"),
        ("sum(X,axis=0)", "sum(X, axis=0)"), ("X.sum(axis=0)", "sum(X, axis=0)"), ("sum(X,0)", "sum(X, 0)"),
        ("var(X,axis=1,ddof=1)", "var(X, axis=1, ddof=1)"), ("X.reshape(2,3)", "reshape(X, 2, 3)"),
        ("(x>0)*x", "(x > 0) * x"), ("sum(x>0)", "sum(x > 0)"), ("[x>0,y]", "[x > 0, y]"), ("z = x>0", "z = x > 0"),
        ("𝟙[x>0]·w", "(x > 0)·w"), ("‖x>0‖", "‖(x > 0)‖"),
        ("W@x", "W @ x"), ("W x", "W·x"), ("x'W y", "xᵀ·W·y"), ("x^T W", "xᵀ·W"), ("(W x)'", "(W·x)ᵀ"),
        ("W.dot(x)", "W @ x"), ("transpose(W)", "transpose(W)"), ("½‖w‖²", "0.5·‖w‖²"),
        ("np.sum((W @ x - y)**2)", "sum((W @ x − y)²)"),
        ("A ~ (3,2);b ~ 3;s ~ ();s*(A@x+b)", "A ~ (3, 2); b ~ (3,); s ~ (); s * (A @ x + b)"),
        ("q=2;b ~ 3;q*b", "b ~ (3,); q = 2; q * b"),
    ],
)  # fmt: skip
def test_vectors_and_matrices(formula: str, read_as: str) -> None:
    assert read_twice(formula) == read_as


def test_a_loop_reads_as_the_statements_it_stands_for() -> None:
    read_as = read_twice("h_0 = x; for k in 1..3: h_k = relu(h_{k-1} + w)\nh_3")
    assert read_as == "h_0 = x; h_1 = relu(h_0 + w); h_2 = relu(h_1 + w); h_3 = relu(h_2 + w); h_3"


@pytest.mark.parametrize(
    ("name", "count", "shadowed", "symbol"),
    [
        ("sigmoid", 1, [], "σ"), ("sigmoid", 1, ["sigma"], "sigmoid"), ("max", 2, [], "max"), ("amax", 1, [], "max"),
        ("amax", 1, ["max"], "amax"), ("amax", 1, ["max", "amax"], "maximum"), ("sum", 1, [], "sum"),
        ("sum", 1, ["sum"], "Σ"), ("logsumexp", 1, [], "logsumexp"), ("stack", 2, [], "stack"),
    ],
)  # fmt: skip
def test_function_symbols(name: str, count: int, shadowed: list[str], symbol: str) -> None:
    assert function_symbol(name, shadowed, count) == symbol


@pytest.mark.parametrize("name", sorted({*FUNCTION_NAMES, *ARRAY_NAMES} - {"∑", "∏", "√"}))  # these are no names
def test_every_function_reads_back_under_each_of_its_names(name: str) -> None:
    for count in range(1, 5):
        if RuleVocabulary().resolve(name, count) is not None:
            for bound in (BOUND, BOUND | {"max"} - {name}):
                for settings in ("", ", axis=0"):
                    read_twice(f"{name}({', '.join('xywX'[:count])}{settings})", bound)


def test_a_long_vector_and_a_deep_one() -> None:
    assert reading(read(f"[{','.join(['1.5'] * 2000)}]")) == f"[{', '.join(['1.5'] * 2000)}]"
    deep = "[" * 2000 + "x" + "]" * 2000
    assert reading(read(deep)) == deep


# --- blocks -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("formula", "read_as"),
    [
        ("block c(x,y)=4 with ∂c/∂y=-1,dc/dx=2", "block c(x, y) = 4 with d/dx = 2, d/dy = −1"),
        ("block c(x)=-1/3 with d/dx=pi/4;c^2", "block c(x) = −1 / 3 with d/dx = π / 4; c²"),
        ("block β₀(x) = 1 with d/dx = 2; block d(\\beta_{0}) = 3 with d/dβ_0 = 4; d",
         "block β₀(x) = 1 with d/dx = 2; block d(β₀) = 3 with d/dβ₀ = 4; d"),
        ("σ = 2; block c(x) = σ with d/dx = (1 < σ); c", "σ = 2; block c(x) = σ with d/dx = 1 < σ; c"),
        ("for k in 1..2: block x(x) = k with d/dx = -k\nx",
         "block x(x) = 1 with d/dx = −1; block x(x) = 2 with d/dx = −2; x"),
    ],
)  # fmt: skip
def test_blocks_read_back(formula: str, read_as: str) -> None:
    first = evaluated(formula, x=2, y=3)
    assert reading(first.formula) == read_as
    again = evaluated(read_as, x=2, y=3)
    assert (again.value, again.gradient) == (first.value, first.gradient)
    assert reading(again.formula) == read_as
