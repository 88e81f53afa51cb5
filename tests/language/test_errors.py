"""What is refused: the code, the exact characters, and what to write instead."""

from __future__ import annotations

import pytest

from gradcli.language.errors import GradcliError
from tests.language.trees import refusal, tree

# text, bound names, code, the marked characters ("@n" is the empty place at offset n), a part of the hint
REFUSED = [
    ("", None, "empty-formula", "@0", "(x + y)*z"),
    (" ;\n# no", None, "empty-formula", "@7", "(x + y)*z"),
    ("x +", None, "unexpected", "@3", "finish the formula"),
    ("x + # why", None, "unexpected", "@3", "finish the formula"),
    ("q = x + ; q", None, "unexpected", "@7", "finish the statement"),
    ("3 +* 4", None, "unexpected", "*", "on both sides of '*'"),
    ("x >", None, "unexpected", "@3", "finish the formula"),
    ("> 0", None, "unexpected", ">", "brackets around it: (x > 0)*x"),
    ("x: 3", None, "unexpected", ":", "write '=' to name a value"),
    ("x + y ~ 3", None, "unexpected", "~", "in a statement of its own"),
    ("1,5", None, "unexpected", ",", "'.' in a decimal number"),
    ("s() = 2", None, "unexpected", ")", "before the ')'"),
    ("x = 2 + (", None, "unbalanced-bracket", "(", "the missing ')'"),
    ("x)", None, "unbalanced-bracket", ")", "take it away"),
    ("sin[x", None, "unbalanced-bracket", "[", "the missing ']'"),
    ("(x; y)", None, "unbalanced-bracket", ";", "close the bracket before the ';'"),
    ("|x", None, "unbalanced-bracket", "|", "abs(...)"),
    ("(|x)", None, "unbalanced-bracket", "|", "the missing '|'"),
    ("x.dot(y", None, "unbalanced-bracket", ".dot(", "the missing ')'"),
    ("(x]", None, "mismatched-bracket", "]", "write ')' here"),
    ("|x + |y||", None, "nested-bars", "@5|", "abs(...)"),
    ("||x||", None, "nested-bars", "@1|", "‖x‖"),
    ("w[z]", "z", "unknown-function", "w", "define the function first: w[z] = ...; or bind a vector: w=[...]"),
    ("x[1..3]", None, "loop", "..", "for k in 1..3"),
    ("x == y", None, "double-equals", "==", "z = x + y"),
    ("x = y = z", None, "misplaced-equals", "@6=", "q = x + y"),
    ("2x = 4", None, "misplaced-equals", "=", "q = x + y"),
    ("x\ny", None, "nameless-statement", "x", "put the lines together"),
    ("s(u, u) = u", None, "bad-parameter", "@5u", "a name of its own"),
    ("s(u, 2) = u", None, "bad-parameter", "2", "s(u, v)"),
    ("s(,) = u", None, "bad-parameter", ",", "s(u, v)"),
    ("gate s(x)", None, "bad-definition", "gate s(x)", "gate s(u, v) ="),
    ("1e999", None, "number-too-large", "1e999", "1.8e308"),
    ("x" + "⁹" * 310, None, "number-too-large", "⁹" * 310, "1.8e308"),
    ("x 2", None, "missing-operator", "x 2", "write x*2 for the product, or x^2 for the power"),
    ("(x)2", None, "missing-operator", "(x)2", "write (x)*2 for the product, or (x)^2 for the power"),
    ("1 + max(x, y)2", None, "missing-operator", "max(x, y)2", "write max(x, y)*2"),
    ("|x|2", None, "missing-operator", "|x|2", "write |x|*2"),
    ("(x)² 3", None, "missing-operator", "(x)² 3", "write (x)²*3"),
    ("x^T 3", None, "missing-operator", "x^T 3", "write x^T*3"),
    ("2 3", None, "missing-operator", "2 3", "write 2*3, or 23 for one number"),
    ("1.2.3", None, "missing-operator", "1.2.3", "write 1.2*.3 for the product, or 1.2 + .3"),
    ("sin 2x y", None, "two-factors", "2x y", "write sin(2x*y), or sin(2x)*y"),
    ("sin x^2 y", None, "two-factors", "x^2 y", "write sin(x^2*y), or sin(x^2)*y"),
    ("sin x^-2 y", None, "two-factors", "x^-2 y", "write sin(x^-2*y), or sin(x^-2)*y"),
    ("sin x(y + 1)", "x y", "two-factors", "x(y + 1)", "write sin(x*(y + 1)), or sin(x)*(y + 1)"),
    ("sin xy", "x y", "two-factors", "xy", "write sin(x*y), or sin(x)*y"),
    ("sin 2xy", "x y", "two-factors", "2xy", "write sin(2x*y), or sin(2x)*y"),
    ("sin 2 cos x", None, "two-factors", "2 cos x", "write sin(2*cos x), or sin(2)*cos x"),
    ("sin² x y", None, "two-factors", "x y", "write sin²(x*y), or sin²(x)*y"),
    ("sin √2 x", None, "two-factors", "√2 x", "write sin(√2*x), or sin(√2)*x"),
    ("sin exp(x) y", None, "two-factors", "exp(x) y", "write sin(exp(x)*y), or sin(exp(x))*y"),
    ("1/2x", None, "ambiguous-product", "/2x", "write 1/(2x), or (1/2)*x"),
    ("1/2x^2", None, "ambiguous-product", "/2x^2", "write 1/(2x^2), or (1/2)*x^2"),
    ("1/(a+b)c", None, "ambiguous-product", "/(a+b)c", "write 1/((a+b)c), or (1/(a+b))*c"),
    ("a/b(c)", "a b c", "ambiguous-product", "/b(c)", "write a/(b(c)), or (a/b)*(c)"),
    ("a*b/2x y", None, "ambiguous-product", "/2x y", "write a*b/(2x y), or (a*b/2)*x y"),
    ("1/-2x", None, "ambiguous-product", "/-2x", "write 1/(-2x), or (1/-2)*x"),
    ("1/xy", "x y", "ambiguous-product", "/xy", "write 1/(xy), or (1/x)*y"),
    ("x^2y", None, "ambiguous-product", "x^2y", "write x^2*y, or x^(2*y)"),
    ("3x**2 y", None, "ambiguous-product", "3x**2 y", "write 3x**2*y, or 3x**(2*y)"),
    ("x^sin(a^2) y", None, "ambiguous-product", "x^sin(a^2) y", "or x^(sin(a^2)*y)"),
    ("2√x y", None, "ambiguous-product", "√x y", "write √(x)*y, or √(x*y)"),
    ("√x²", None, "ambiguous-power", "√x²", "write √(x²), or (√x)²"),
    ("√x^n", None, "ambiguous-power", "√x^n", "write √(x^n), or (√x)^n"),
    ("sin²(x)²", None, "ambiguous-power", "sin²(x)²", "^(...)"),
    ("xⁿ⁺¹", None, "ambiguous-power", "xⁿ⁺¹", "^(...)"),
    ("abc", "a b c ab bc", "ambiguous-name", "abc", "write a*b*c, or a*bc, or ab*c"),
    ("sigmod(x)", None, "unknown-function", "sigmod", "did you mean 'sigmoid'"),
    ("sine(x)", "since", "unknown-function", "sine", "or sine*(...)?"),
    ("qqq(x)", None, "unknown-function", "qqq", "or write qqq*(...) if it is a variable"),
    ("xsin(y)", "x y", "unknown-function", "xsin", "did you mean x*sin(...)?"),
    ("s(x); s(u) = u", None, "unknown-function", "s", "s*(...)"),
    ("sin(x)", "sin x", "call-or-product", "sin", "write sin*(...)"),
    ("xsin(y)", "x y sin", "call-or-product", "xsin", "write sin*(...)"),
    ("xsin[0]", "x sin", "call-or-product", "xsin", "write sin*(...)"),
    ("sin", None, "function-without-argument", "sin", "write sin(x)"),
    ("sin + 2", None, "function-without-argument", "sin", "write sin(x)"),
    ("sin -2x", None, "function-without-argument", "sin", "write sin(-2x)"),
    ("sin^2", None, "function-without-argument", "sin", "write sin(x)"),
    ("√-x", None, "function-without-argument", "√", "write √(-x)"),
    ("√sin x", None, "function-without-argument", "√", "write √(sin x)"),
    ("sin^-1 x", None, "inverse-or-reciprocal", "sin^-1", "write asin(...), or 1/sin(...)"),
    ("sin⁻¹(x)", None, "inverse-or-reciprocal", "sin⁻¹", "write asin(...), or 1/sin(...)"),
    ("sin^(-1) x", None, "inverse-or-reciprocal", "sin^(-1)", "write asin(...), or 1/sin(...)"),
    ("exp^-1 x", None, "inverse-or-reciprocal", "exp^-1", "write ln(...), or 1/exp(...)"),
    ("sqrt^-1 x", None, "inverse-or-reciprocal", "sqrt^-1", "write 1/sqrt(...)"),
    ("sin^n x", None, "function-power", "sin^n", "write sin(...)^(...)"),
    ("sinⁿ x", None, "function-power", "sinⁿ", "write sin(...)^(...)"),
    ("sin^-2 x", None, "function-power", "sin^-2", "write sin(...)^(...)"),
    ("sin(x, y)", None, "wrong-count", "sin(x, y)", "gradcli rules sin"),
    ("sin()", None, "wrong-count", "sin()", "gradcli rules sin"),
    ("s(u, v) = u*v; s(1)", None, "wrong-count", "s(1)", "write s(u, v)"),
    (r"\frac", None, "latex-command", r"\frac", "write a/b"),
    (r"1 + \frac12", None, "latex-command", r"\frac", "write a/b"),
    (r"\frac = 2", None, "latex-command", r"\frac", "write a/b"),
    (r"\left( x \right)", None, "latex-command", r"\left", "leave it away"),
    (r"x \cdot y", None, "latex-command", r"\cdot", "write '*'"),
    (r"\sgima(x)", None, "latex-command", r"\sgima", r"did you mean '\sigma'"),
    (r"\zzzzzzzz", None, "latex-command", r"\zzzzzzzz", "commands of LaTeX are not read here"),
    (r"\sin2", None, "latex-command", r"\sin", "write sin(...)"),
    ("e^{-x}", None, "unknown-character", "{", "curly brackets group only in LaTeX"),
    ("x}", None, "unknown-character", "}", "curly brackets group only in LaTeX"),
    ("$x$", None, "unknown-character", "@0$", "LaTeX"),
    ("x!", None, "unknown-character", "!", "gamma(n + 1)"),
    ("x.y", None, "unknown-character", ".", "only in a number"),
    ("x\u202e", None, "unknown-character", "\u202e", "take it away"),
    ("a〇 = 3", None, "unknown-character", "〇", "take it away"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "bound", "code", "marked", "hint"), REFUSED)
def test_a_refusal_names_the_place_and_the_repair(
    text: str, bound: str | None, code: str, marked: str, hint: str
) -> None:
    error = refusal(text, bound)
    assert error.code == code
    assert error.text == text
    if marked.startswith("@"):
        digits = marked[1:].rstrip("|=u$")
        start, marked = int(digits), marked[1 + len(digits) :]
    else:
        start = text.index(marked)
    assert (error.start, text[error.start : error.end]) == (start, marked)
    assert hint in (error.hint or "")


@pytest.mark.parametrize(
    ("text", "bound"),
    [(row[0], row[1]) for row in REFUSED if row[2] in ("two-factors", "ambiguous-product", "missing-operator")]
    + [("√x²", None), ("√x^n", None), ("abc", "a b c ab bc")],
)
def test_what_a_hint_offers_can_be_read(text: str, bound: str | None) -> None:
    error = refusal(text, bound)
    offers = (error.hint or "").removeprefix("write ").replace(" for the product", "").replace(" for the power", "")
    readings = [tree(offer.removesuffix(" for one number").removesuffix(" for the sum"), bound)
                for offer in offers.split(", or ")]  # fmt: skip
    assert len(set(readings)) == len(readings) >= 2


MESSAGES = [
    ("x +", "expected a value, but the formula ends"),
    ("q = x +; q", "expected a value, but the statement ends"),
    ("3 +* 4", "expected a value, but here stands '*'"),
    ("x: 0", "expected an operator or the end of the formula, but here stands ':'"),
    ("w[", "this '[' is never closed"),
    ("w[]", "expected a value or ':', but here stands ']'"),
    ("𝟙(x)", "expected an operator or a comparison, but here stands ')'"),
    ("x ~", "expected a value, but the formula ends"),
    ("(x, y)", "expected ')' or an operator, but here stands ','"),
    ("max(x, > y)", "expected a value, but here stands '>'"),
    ("|x, y|", "expected '|' or an operator, but here stands ','"),
    ("s() = 2", "expected the name of a parameter, but here stands ')'"),
    ("sin(x, y)", "'sin' takes 1 operand, and here stand 2"),
    ("(x)2", "'(x)2' lacks an operator"),
    ("1/2x", "'/2x' can be read in two ways"),
    ("x\u202e", "a formula cannot hold the character U+202E (right-to-left override)"),
    ("x\ue000", "a formula cannot hold the character U+E000"),
    ("x٣", "a formula cannot hold the character '٣' (arabic-indic digit three)"),
    ("x?", "a formula cannot hold the character '?'"),
]


@pytest.mark.parametrize(("text", "message"), MESSAGES)
def test_messages(text: str, message: str) -> None:
    assert refusal(text).message == message


def test_two_ends_of_a_fault_are_known() -> None:
    assert refusal("(x]").also == (0, 1)
    assert refusal("|x + |y||").also == (0, 1)


def test_what_a_message_quotes_is_short() -> None:
    long = "x" * 50_000
    for text in (f"{long}(y)", f"sin {long} {long}", f"({long})2", f"1/{long} {long}", f"\\{long}", f"{long}^2y"):
        error = refusal(text)
        assert len(error.message) < 300
        assert len(error.hint or "") < 500


POSITIONS = [
    ("x +", 3, 3, (1, 4, 4)),
    ("a\nbc\nd", 2, 4, (2, 1, 3)),
    ("a\r\nbc", 3, 5, (2, 1, 3)),
    ("a\u2028bc", 1, 3, (1, 2, 2)),
    ("a\n", 2, 2, (2, 1, 1)),
    ("", 0, 0, (1, 1, 1)),
]


@pytest.mark.parametrize(("text", "start", "end", "expected"), POSITIONS)
def test_positions_count_lines_and_columns_from_one(
    text: str, start: int, end: int, expected: tuple[int, int, int]
) -> None:
    assert GradcliError("c", "m", text=text, start=start, end=end).position() == expected


def test_an_error_without_a_text_has_no_position() -> None:
    error = GradcliError("c", "m")
    assert error.position() is None
    assert str(error) == "m"
