"""Derivatives by their names: what is read, and what is refused with its place."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lark import Lark

from gradcli.language import GradcliError
from gradcli.language.derivatives import read_derivatives
from gradcli.language.grammar import grammar_file

READ = [
    ("dq/dx", [("d", "q", "x")]),
    ("d q / d x", [("d", "q", "x")]),
    ("∂f/∂q", [("∂", "f", "q")]),
    ("𝜕f/𝜕q", [("∂", "f", "q")]),
    (r"\partial f/\partial q", [("∂", "f", "q")]),
    (r"\frac{\partial f}{\partial q}", [("∂", "f", "q")]),
    (r"\dfrac{df}{d\beta_{0}}", [("d", "f", r"\beta_{0}")]),
    (r"\mathrm{d}f/\mathrm{d}x", [("d", "f", "x")]),
    ("ddelta/dx", [("d", "delta", "x")]),
    ("d delta/ddelta_2", [("d", "delta", "delta_2")]),
    ("d(x + y)/dx", [("d", "(x + y)", "x")]),
    ("d(x/y)/d(y/(x))", [("d", "(x/y)", "(y/(x))")]),
    ("d sin(x)/dx", [("d", "sin(x)", "x")]),
    ("dL/dW[0, 1]", [("d", "L", "W[0, 1]")]),
    ("dβ₀/dω_{12}", [("d", "β₀", "ω_{12}")]),
    ("dc''/dc′", [("d", "c''", "c′")]),
    ("dq/dx, ∂f/∂q;df/dx\n d g/dx,", [("d", "q", "x"), ("∂", "f", "q"), ("d", "f", "x"), ("d", "g", "x")]),
    ("d\u200bf/dx", [("d", "\u200bf", "x")]),
]


@pytest.mark.parametrize(("text", "wanted"), READ)
def test_what_is_read(text: str, wanted: list[tuple[str, str, str]]) -> None:
    found = [("∂" if one.partial else "d", one.of.text, one.by.text) for one in read_derivatives(text)]
    assert found == wanted


def test_where_it_stands() -> None:
    text = "dq/dx, d (x+y) / d z1"
    one, other = read_derivatives(text)
    assert [text[side.start : side.end] for side in (one.of, one.by, other.of, other.by)] == ["q", "x", "(x+y)", "z1"]
    assert (text[other.of.sign], other.of.glued, one.of.glued) == ("d", False, True)


@pytest.mark.parametrize(("text", "message", "place"), [
    ("", "missing", 0),
    ("q", "'q' is no derivative", 0),
    ("df", "'df' is no derivative", 2),
    ("df/d", "'df/d' is no derivative", 4),
    ("dq/dx, foo", "'foo' is no derivative", 7),
    ("df/dx/dy", "'df/dx/dy' is no derivative", 5),
    ("d(x/dy", "is no derivative", 6),
    ("d f g/dx", "is no derivative", 4),
    ("∂f/dx", "one of the signs is d", 0),
    ("dq/dx, d²f/dx²", "higher derivatives", 7),
    ("d^2f/dx^2", "higher derivatives", 0),
    (r"\partial^{2} f/\partial x", "higher derivatives", 0),
])  # fmt: skip
def test_what_is_refused(text: str, message: str, place: int) -> None:
    with pytest.raises(GradcliError) as caught:
        read_derivatives(text)
    assert caught.value.code == "unknown-quantity"
    assert message in caught.value.message
    assert (caught.value.text, caught.value.start) == (text, place)
    assert caught.value.hint


def test_two_signs_are_two_readings() -> None:
    with pytest.raises(GradcliError) as caught:
        read_derivatives("df/∂x")
    assert "df/dx" in (caught.value.hint or "")
    assert "∂f/∂x" in (caught.value.hint or "")


@given(st.text(alphabet="d∂fx(){}[]/,;\\ ²^2\n\u200b", max_size=30) | st.text(max_size=30))
def test_anything_is_read_or_refused(text: str) -> None:
    try:
        found = read_derivatives(text)
    except GradcliError as error:
        fault = error
    else:
        assert all(one.of.text and one.by.text for one in found)
        return
    assert 0 <= fault.start <= fault.end <= len(text)


@pytest.mark.parametrize("text", ["d" + "(" * 50_000, "d" * 50_000, "d(" * 20_000, "df/dx," * 5_000 + "d"])
def test_long_texts_are_refused_shortly(text: str) -> None:
    with pytest.raises(GradcliError) as caught:
        read_derivatives(text)
    assert len(caught.value.message) < 100


def test_the_grammar_has_no_conflict() -> None:
    text = grammar_file("derivatives.lark").read_text(encoding="utf-8")
    Lark(text, start="derivatives", parser="lalr", lexer="contextual", strict=True)
