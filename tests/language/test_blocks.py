"""Blocks, whose function is not given: how they are written, and what is refused."""

from __future__ import annotations

import pytest

from gradcli.language import GradcliError
from tests.language.trees import marked, read, refusal, tree

C = "c = (block b1 b2 4 2 (neg 1))"

SPELLINGS = [
    "block c(b1, b2) = 4 with d/db1 = 2, d/db2 = -1",
    "block c(b1, b2) = 4 with d/db2 = -1, d/db1 = 2",
    "block c(b1,b2)=4 with dc/db1=2,dc/db2=−1",
    "block c(b1, b2) = 4 with ∂c/∂b1 = 2, ∂/∂b2 = -1",
    "block c(b₁, b₂) = 4 with ∂c/∂b_1 = 2, d c/d b2 = -1",
    "block c(b1, b2) = 4 with\n  d/db1 = 2,\n  d/db2 = -1",
    "block c(b1, b2) = 4\n  with d/db1 = 2, d/db2 = -1",
    "block c(b1,\n b2) = 4 with d/db1 = 2, d/db2 = -1;",
    "block c（b1, b2）= 4 with d/db1 = 2, d/db2 = -1  # invented",
]


@pytest.mark.parametrize("text", SPELLINGS)
def test_spellings(text: str) -> None:
    assert tree(text).replace("₁", "1").replace("₂", "2") == C


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("block c(x) = -1/3 with d/dx = pi/4; 2c", "c = (block x (neg (div 1 3)) (div π 4)); (dot 2 c)"),
        ("q = x + y; block c(q, x) = 4 with d/dx = 1, d/dq = (2)", "q = (add x y); c = (block q x 4 2 1)"),
        ("block c(x) = 4 with d/dx = 2\nc = c + 1", "c = (block x 4 2); c = (add c 1)"),
        ("block c(c) = 4 with d/dc = 2; block c(c) = 5 with dc/dc = 3", "c = (block c 4 2); c = (block c 5 3)"),
        ("block d(dd) = 1 with dd/ddd = 2", "d = (block dd 1 2)"),
        ("block d(x) = 1 with d/dx = 2; block e(d) = 3 with d/dd = 4", "d = (block x 1 2); e = (block d 3 4)"),
        ("block φ_0(β_{0}) = 1 with dφ_0/dβ₀ = 2", "φ_0 = (block β_0 1 2)"),
        ("block c(x) = max(1, 2) with d/dx = |-2|; c", "c = (block x (max 1 2) (abs (neg 2))); c"),
        ("block c(x) = sin 1 with d/dx = √2", "c = (block x (sin 1) (sqrt 2))"),
        ("third = 1/3; block c(x) = third with d/dx = third", "third = (div 1 3); c = (block x third third)"),
        ("block with(x) = 1 with d/dx = 2", "with = (block x 1 2)"),
        ("block block(x) = 1 with d/dx = 2; block", "block = (block x 1 2); block"),
        ("for k in 1..2: block h_k(h_{k-1}) = k with dh_k/dh_{k-1} = -k\nh_2",
         "h_1 = (block h_0 1 (neg 1)); h_2 = (block h_1 2 (neg 2)); h_2"),
        ("for k in 1..2:\n  block h_k(h_{k-1}) = 1 with\n    ∂h_k/∂h_{k-1} = k\n  g_k = h_k\nend\ng_2",
         "h_1 = (block h_0 1 1); g_1 = h_1; h_2 = (block h_1 1 2); g_2 = h_2; g_2"),
    ],
)  # fmt: skip
def test_trees(text: str, found: str) -> None:
    assert tree(text) == found


def test_the_operands_are_inputs_and_the_name_is_assigned() -> None:
    formula = read("block c(b1, b2) = 4 with d/db1 = 2, d/db2 = -1; block e(c, a) = 1 with d/dc = 1, d/da = 1")
    assert [v.name for v in formula.inputs] == ["b1", "b2", "a"]
    assert [(s.kind, s.name) for s in formula.statements] == [("assign", "c"), ("assign", "e")]
    assert formula.text[formula.statements[0].start : formula.statements[0].end] == formula.text.partition(";")[0]
    assert formula.nodes[formula.statements[0].root].value == "c"


@pytest.mark.parametrize(
    ("text", "bound", "found"),
    [
        ("block(2)", "block", "(dot block 2)"), ("block c(x)", "block c x", "(dot (dot block c) x)"),
        ("with + block", "with block", "(add with block)"), ("2 with", "with", "(dot 2 with)"),
        ("block = 3; d = block; d/d", "", "block = 3; d = block; (div d d)"),
    ],
)  # fmt: skip
def test_the_words_are_ordinary_names_elsewhere(text: str, bound: str, found: str) -> None:
    assert tree(text, bound) == found


# Text, what is marked, and what the message or the hint says.
REFUSED = [
    ("block c(b1, b2) = 4", "c(b1, b2) = 4", "no derivative by b1, b2", "d/db1 = ..., d/db2 = ..."),
    ("block c(b1, b2) = 4 with d/db1 = 2", "c(b1, b2) = 4 with d/db1 = 2", "no derivative by b2", "add d/db2 = ..."),
    ("block c(b1, b2) = 4 with d/db1 = 2, d/db3 = 1", "b3", "'b3' is no operand", "did you mean 'b1' or 'b2'?"),
    ("block c(x) = 4 with d/dc = 2", "c", "'c' is no operand", "its operands are: x"),
    ("block c(x) = 4 with d/dx = 2, ∂/∂x = 3", "x", "stated twice", "keep one"),
    ("block c(x, x) = 4 with d/dx = 2", "x", "stands here twice", "once"),
    ("block c(x) = 4 with de/dx = 2", "e", "derivative of 'e', and the block is 'c'", "write dc/dx"),
    ("block c(x) = y with d/dx = 2", "y", "'y' is none", "write the number"),
    ("block c(x) = 4 with d/dx = 2x", "x", "'x' is none", "write the number"),
    ("block c(x + 1) = 4 with d/dx = 2", "+", "are names, separated by commas", "q = x + y"),
    ("block c(2) = 4 with d/dx = 2", "2", "are names", "block c(q)"),
    ("block c() = 4", "block c()", "depends on something", "write c = 4"),
    ("block c = 4", "block c", "in brackets", "block c(a, b) = 4 with"),
    ("block c(x)", "block c(x)", "here is none", "block c(a, b) = 4 with"),
    ("block c(x) = 4, d/dx = 2", ",", "'with' is missing", "with d/da"),
    ("block c(x) = 4 with 2", "2", "is written d/db = 2 or ∂c/∂b = 2", "with d/da"),
    ("block c(x) = 4 with /dx = 2", "/", "is written", "with d/da"),
    ("block c(x) = 4 with d/d = 2", "d", "is written", "with d/da"),
    ("block c(x) = 4 with d/dx == 2", "d", "is written", "with d/da"),
    ("block c(x) = 4 with d*dx = 2", "d", "is written", "with d/da"),
    ("block c(x) = 4 with d/dx = 2,", ",", "is written", "with d/da"),
    ("block c(x) = 4 with", "with", "is written", "with d/da"),
    ("blok c(x) = 4 with d/dx = 2", "blok", "begins no statement", "did you mean 'block'?"),
    ("Block c(x, y) = 4 with d/dx = 2", "Block", "begins no statement", "did you mean 'block'?"),
    ("q = x; bolck c(q) = 4 with d/dq = 2", "bolck", "begins no statement", "did you mean 'block'?"),
    ("block c(x) = 4 wiht d/dx = 2", "wiht", "is no word of a block", "did you mean 'with'?"),
    ("block c(x) = 4 wit ∂c/∂x = 2", "wit", "is no word of a block", "did you mean 'with'?"),
    ("block c(x, y) = 4 With d/dx = 2, d/dy = 3", "With", "is no word of a block", "did you mean 'with'?"),
    ("block c(x) = 4 d/dx = 2", "=", "'with' is missing", "with d/da"),
]


@pytest.mark.parametrize(("text", "span", "said", "hint"), REFUSED)
def test_refusals(text: str, span: str, said: str, hint: str) -> None:
    error = refusal(text)
    code, found, _ = marked(error)
    assert (code, found) == ("bad-block", span)
    assert said in error.message
    assert hint in (error.hint or "")


@pytest.mark.parametrize(
    ("text", "code", "span"),
    [
        ("block c(x) = with d/dx = 2", "unexpected", "with"), ("block c(x) = 4 with d/dx =", "unexpected", ""),
        ("block c(x) = 4 with d/dx = 2 with d/dx = 3", "unexpected", "with"),
        ("block c(x) = 1e999 with d/dx = 2", "number-too-large", "1e999"),
        ("for k in 1..2: block k(x) = 4 with d/dx = 2", "loop", "k"),
        ("for k in 1..2: block c(k) = 4 with d/dk = 2", "loop", "k"),
        ("gat s(u) = u^2; s(x)", "bad-definition", "gat"), ("2 c(x) = 4", "unknown-function", "c"),
        ("sine c(x) = 4", "unknown-function", "c"), ("q = 4 wiht d/dx = 2", "misplaced-equals", "="),
        ("∂x", "unknown-character", "∂"), ("block c(x) = 4 with d/dx = 2; c + ∂", "unknown-character", "∂"),
    ],
)  # fmt: skip
def test_other_refusals(text: str, code: str, span: str) -> None:
    assert marked(refusal(text))[:2] == (code, span)


def test_the_parser_is_sound_after_an_error() -> None:
    with pytest.raises(GradcliError):
        read("block c(x) = 4 with d/dx = 2, d/d")
    assert tree("c = x + 1") == "c = (add x 1)"
