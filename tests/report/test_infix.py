"""Formulas as text, from places alone: no formula was parsed for these."""

from __future__ import annotations

import pytest

from gradcli.report.infix import ATOM, BRACKETED, Style, Term, formula_text

NAMES = [Term("leaf", text=name) for name in "abcd"]


def text(*terms: Term, style: Style = "typed") -> str:
    """The text of the last term; the places 0 to 3 are a, b, c and d, and the terms follow."""
    places = [*NAMES, *terms]
    return formula_text(len(places) - 1, places.__getitem__, style)


A, B, C, D, FIRST, SECOND = range(6)


@pytest.mark.parametrize(
    ("terms", "written"),
    [
        ([Term("vector", (A, B))], "[a, b]"),
        ([Term("vector", ())], "[]"),
        ([Term("vector", (A,)), Term("vector", (FIRST, FIRST))], "[[a], [a]]"),
        ([Term("vector", (A,)), Term("pow", (FIRST, B))], "[a]^b"),
        ([Term("vector", (A,)), Term("matmul", (B, FIRST))], "b @ [a]"),
        ([Term("vector", (A,)), Term("norm", (FIRST,))], "‖([a])‖"),
        ([Term("slice", (), ""), Term("index", (A, FIRST))], "a[:]"),
        ([Term("slice", (B,), "a"), Term("index", (A, FIRST, C))], "a[b:, c]"),
        ([Term("slice", (B,), "b"), Term("index", (A, FIRST))], "a[:b]"),
        ([Term("slice", (B,), "c"), Term("index", (A, FIRST))], "a[::b]"),
        ([Term("slice", (B, C), "bc"), Term("index", (A, FIRST))], "a[:b:c]"),
        ([Term("slice", (B, C, D), "abc"), Term("index", (A, FIRST))], "a[b:c:d]"),
        ([Term("lt", (B, C)), Term("slice", (FIRST,), "a"), Term("index", (A, SECOND))], "a[(b < c):]"),
        ([Term("index", (A, B)), Term("index", (FIRST, C))], "a[b][c]"),
        ([Term("index", (A, B)), Term("transpose", (FIRST,))], "a[b]ᵀ"),
        ([Term("transpose", (A,)), Term("index", (FIRST, B))], "(aᵀ)[b]"),
        ([Term("add", (A, B)), Term("index", (FIRST, C))], "(a + b)[c]"),
        ([Term("call", (A,), "f"), Term("index", (FIRST, B))], "f(a)[b]"),
        ([Term("index", (A, B), level=BRACKETED)], "(a)[b]"),
        ([Term("keyword", (B,), "axis"), Term("call", (A, FIRST), "sum")], "sum(a, axis=b)"),
        ([Term("gt", (A, B))], "a > b"),
        ([Term("gt", (A, B)), Term("call", (FIRST, C), "f")], "f(a > b, c)"),
        ([Term("gt", (A, B)), Term("vector", (FIRST, C))], "[a > b, c]"),
        ([Term("gt", (A, B)), Term("mul", (FIRST, A))], "(a > b) * a"),
        ([Term("gt", (A, B)), Term("add", (FIRST, A))], "(a > b) + a"),
        ([Term("gt", (A, B)), Term("neg", (FIRST,))], "−(a > b)"),
        ([Term("gt", (A, B)), Term("lt", (FIRST, C))], "(a > b) < c"),
        ([Term("dot", (A, B)), Term("matmul", (FIRST, C))], "a·b @ c"),
        ([Term("matmul", (A, B)), Term("matmul", (C, FIRST))], "c @ (a @ b)"),
        ([Term("matmul", (A, B)), Term("transpose", (FIRST,))], "(a @ b)ᵀ"),
    ],
)  # fmt: skip
def test_what_is_typed(terms: list[Term], written: str) -> None:
    assert text(*terms) == written


def test_an_index_holds_its_operand_as_tightly_as_a_name() -> None:
    assert Term("index", (A, B)).level == ATOM


def test_neither_depth_nor_width_is_a_limit() -> None:
    deep = [Term("vector", (A,)), *(Term("vector", (place,)) for place in range(FIRST, FIRST + 20_000))]
    assert text(*deep) == "[" * 20_001 + "a" + "]" * 20_001
    chain = [Term("index", (A, B)), *(Term("index", (place, B)) for place in range(FIRST, FIRST + 20_000))]
    assert text(*chain) == "a" + "[b]" * 20_001
    assert text(Term("vector", (A, B) * 50_000)) == "[" + ", ".join(["a, b"] * 50_000) + "]"
