"""Errors: the line, and carets under the exact characters, whatever the characters are."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from gradcli.language import GradcliError
from gradcli.report.charset import visible
from gradcli.report.faults import MOST_LINES, WINDOW, fault_text


def shown(
    text: str | None, start: int = 0, end: int | None = None, *, ascii_only: bool = False, **more: Any
) -> list[str]:
    fault = GradcliError("no-code", "it is wrong", text=text, start=start, end=end, **more)
    lines = fault_text(fault, ascii_only=ascii_only).split("\n")
    assert lines[0] == "error: it is wrong"
    assert lines[-2:] == ["more: gradcli explain no-code", ""]
    return lines[1:-2]


def test_the_whole_message() -> None:
    fault = GradcliError("unknown-name", "unknown name 'sigmod'", text="z = (x + sigmod(y)) / 2", start=9, end=15,
                         hint="did you mean 'sigmoid'?")  # fmt: skip
    assert fault_text(fault) == (
        "error: unknown name 'sigmod'\n"
        "  z = (x + sigmod(y)) / 2\n"
        "           ^^^^^^\n"
        "help: did you mean 'sigmoid'?\n"
        "more: gradcli explain unknown-name\n"
    )


@pytest.mark.parametrize(
    ("text", "start", "end", "lines"),
    [
        ("x+", 2, 2, ["  x+", "    ^"]),
        ("変数 + 損失x", 5, 8, ["  変数 + 損失x", "         ^^^^^"]),
        ("z\u0308 + y", 5, 6, ["  z\u0308 + y", "      ^"]),
        ("z\u0308z + y", 0, 3, ["  z\u0308z + y", "  ^^"]),
        ("x + \x1b[31m", 4, 5, ["  x + \\x1b[31m", "      ^^^^"]),
        ("\tx?", 2, 3, ["  \\x09x?", "       ^"]),
        ("q = x\nf = q*zz", 12, 14, ["   2 | f = q*zz", "             ^^"]),
        ("q = x\r\nf = q*zz", 13, 15, ["   2 | f = q*zz", "             ^^"]),
        ("q = x +\nf", 7, 7, ["   1 | q = x +", "              ^"]),
        ("", 0, 0, []),
        (" \n ", 1, 1, []),
    ],
)  # fmt: skip
def test_carets(text: str, start: int, end: int, lines: list[str]) -> None:
    assert shown(text, start, end) == lines


def test_both_ends_of_a_bracket() -> None:
    assert shown("(x + y]", 6, 7, also=(0, 1)) == ["  (x + y]", "  ^     ^"]
    assert shown("(x +\ny]", 6, 7, also=(0, 1)) == ["   1 | (x +", "       ^", "   2 | y]", "        ^"]


def operands(text: str, one: str, other: str) -> list[str]:
    """The picture of an error about two operands: the first of one text, and the last of the other."""
    first, second = text.index(one), text.rindex(other)
    return shown(text, first, first + len(one), also=(second, second + len(other)))


def test_two_operands() -> None:
    assert operands("sum((y - W @ h)^2)", "W", "h") == ["  sum((y - W @ h)^2)", "           ^   ^"]
    assert operands("sum((y - W @ h)^2)", "h", "W") == ["  sum((y - W @ h)^2)", "           ^   ^"]
    assert operands("(W @ h + b) * y", "W @ h + b", "y") == ["  (W @ h + b) * y", "   ^^^^^^^^^    ^"]
    assert operands("Wh", "W", "h") == ["  Wh", "  ^^"]
    assert shown("x + 1", 0, 1, also=(0, 1)) == ["  x + 1", "  ^"]
    assert shown("x + 1", 0, 5, also=(4, 5)) == ["  x + 1", "  ^^^^^"]


def test_two_operands_on_different_lines() -> None:
    assert operands("L = W @\n# a comment\n  (h + b)", "W", "(h + b)") == [
        "   1 | L = W @", "           ^", "   3 |   (h + b)", "         ^^^^^^^"]  # fmt: skip
    # Of each operand something is seen, however many lines the other one takes.
    matrix = "[[1, 2],\n[3, 4],\n[5, 6],\n[7, 8]]"
    assert operands(f"{matrix} @ h", matrix, "h") == [
        "   1 | [[1, 2],", "       ^^^^^^^^", "   2 | [3, 4],", "       ^^^^^^^",
        "   4 | [7, 8]] @ h", "                 ^",
    ]  # fmt: skip


def test_two_operands_far_apart_in_a_long_line_are_both_seen() -> None:
    text = "x + " * 30 + "W - " + "a + " * 30 + "h" + " + y" * 30
    source, marks = operands(text, "W", "h")
    assert source == "  … + x + x + x + x + W - a + a + a + a  … + a + a + a + a + h + y + y + y + y  …"
    assert [source[k] for k, mark in enumerate(marks) if mark == "^"] == ["W", "h"]
    assert len(source) <= WINDOW + 9


def test_two_operands_that_fit_into_one_window_are_not_torn_apart() -> None:
    text = "x + " * 30 + "W @ (" + "a + " * 12 + "h)" + " + y" * 30
    source, marks = operands(text, "W", "(" + "a + " * 12 + "h)")
    assert marks.strip() == "^" + " " * 3 + "^" * 51
    assert source[len(marks) - 52 : len(marks)] == " (" + "a + " * 12 + "h)"
    assert source.count("…") == 2


def test_a_long_operand_beside_another() -> None:
    long = "(" + "a + " * 40 + "b)"
    source, marks = operands(f"{long} @ h", long, "h")
    assert source == "  (a + a + a + a + a + a + a + a + a + … + a + a + a + a + a + a + a + b) @ h"
    assert marks.split() == ["^" * 36, "^" * 32, "^"]
    assert source[len(marks) - 1] == "h"


def test_a_fault_over_several_lines() -> None:
    assert shown("a + (b\n + c) d", 4, 12) == ["   1 | a + (b", "           ^^", "   2 |  + c) d", "       ^^^^^"]
    many = "\n".join(["x +"] * 10)
    assert len(shown(many, 0, len(many))) == 2 * MOST_LINES


def test_ascii_moves_the_carets_along() -> None:
    assert shown("σσ(変) + β", 8, 9, ascii_only=True) == [
        "  sigmasigma(\\u5909) + beta", "                       ^^^^"]  # fmt: skip


def test_without_a_text() -> None:
    assert shown(None) == []
    assert shown(None, hint="do this") == ["help: do this"]


def test_a_long_line_is_windowed() -> None:
    text = "x+" * 300 + "?" + "+x" * 300
    source, marks = shown(text, 600, 601)
    assert source.startswith("  … x+")
    assert source.endswith("x+ …")
    assert len(source) <= WINDOW + 6
    assert source[marks.index("^")] == "?"
    source, marks = shown("x+" * 300, 600, 600)
    assert (source[-2:], len(marks)) == ("x+", len(source) + 1)


@settings.get_profile("report")
@given(st.text(st.characters(exclude_characters="\n\r\x0b\x0c\x85\u2028\u2029"), min_size=1, max_size=90), st.data())
def test_carets_lie_under_what_is_meant(text: str, data: st.DataObject) -> None:
    if not text.strip():
        return
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    source, marks = shown(text, start, end)
    assert source == ("  " + visible(text)).rstrip()
    before = cell_len("  " + visible(text[:start]))
    assert marks == " " * before + "^" * max(cell_len(visible(text[start:end])), 1)


@settings.get_profile("report")
@given(st.text(), st.data())
def test_no_text_and_no_span_breaks_it_or_reaches_the_terminal(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    for line in shown(text, start, end, also=(0, min(1, len(text)))):
        assert line.isprintable()
