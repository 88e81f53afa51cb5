"""Numbers and arrays as students write them, and why some cannot be read."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from lark import Lark

from gradcli.homework.limits import DEEPEST, LARGEST_EXPONENT, LONGEST_NUMBER, LONGEST_WRITTEN, MOST_ENTRIES
from gradcli.homework.sheets.written import read_written
from gradcli.language import GradcliError
from gradcli.language.grammar import grammar_file


@pytest.mark.parametrize("start", [["written"], ["line", "heading"]])
def test_the_grammar_has_no_conflicts(start):
    text = grammar_file("homework.lark").read_text(encoding="utf-8")
    Lark(text, start=start, parser="lalr", lexer="contextual", strict=True)


@pytest.mark.parametrize(
    ("text", "value", "decimals", "places"),
    [
        ("3", "3", 0, 0),
        ("+3", "3", 0, 0),
        ("-4", "-4", 0, 0),
        ("−4", "-4", 0, 0),
        ("–4", "-4", 0, 0),
        ("﹣4", "-4", 0, 0),
        ("- 4", "-4", 0, 0),
        ("0,5", "1/2", 1, 1),
        (".5", "1/2", 1, 1),
        (",5", "1/2", 1, 1),
        ("5.", "5", 0, 0),
        ("0.50", "1/2", 1, 2),
        ("1200", "1200", -2, 0),
        ("0", "0", 0, 0),
        ("0.00", "0", 0, 2),
        ("0e-2", "0", 0, 2),
        ("1/3", "1/3", None, 0),
        ("-1/3", "-1/3", None, 0),
        ("1/2", "1/2", None, 0),
        ("2e-2", "1/50", 2, 2),
        ("2E−2", "1/50", 2, 2),
        ("2.50e-2", "1/40", 3, 4),
        ("2e3", "2000", -3, 0),
        ("2·10^-2", "1/50", 2, 2),
        ("2*10^-2", "1/50", 2, 2),
        ("2 * 10**-2", "1/50", 2, 2),
        ("2×10⁻²", "1/50", 2, 2),
        ("-2,5·10^{−3}", "-1/400", 4, 4),
        ("2*10^(-2)", "1/50", 2, 2),
        ("10^2", "100", -2, 0),
        ("10⁻¹", "1/10", 1, 1),
        ("1e400", str(10**400), -400, 0),
        ("1e-400", f"1/{10**400}", 400, 400),
        ("1e-0000000400", f"1/{10**400}", 400, 400),
        (" 4  # a remark", "4", 0, 0),
    ],
)
def test_a_number(text, value, decimals, places):
    written = read_written(text)
    (number,) = written.entries
    assert written.shape == ()
    assert written.text == text
    assert number is not None
    assert (number.value, number.decimals, number.places) == (Fraction(value), decimals, places)
    assert number.text == text.partition("#")[0].strip()


@pytest.mark.parametrize("text", ["", "  ", "?", "??", "-", "−", "—", "…", "...", "_", "___", "# later"])
def test_a_blank(text):
    assert (read_written(text).shape, read_written(text).entries) == ((), (None,))


@pytest.mark.parametrize(
    ("text", "shape", "entries"),
    [
        ("[1, 2]", (2,), ["1", "2"]),
        ("[1]", (1,), ["1"]),
        ("[1, 2,]", (2,), ["1", "2"]),
        ("[1; 2]", (2,), ["1", "2"]),
        ("[[0.20, -0.20], [-0.20, 0.20]]", (2, 2), ["1/5", "-1/5", "-1/5", "1/5"]),
        ("[1, 2; 3, 4]", (2, 2), ["1", "2", "3", "4"]),
        ("[[1, 2]; [3, 4]]", (2, 2), ["1", "2", "3", "4"]),
        ("[[1, 2, 3]]", (1, 3), ["1", "2", "3"]),
        ("[[1], [2]]", (2, 1), ["1", "2"]),
        ("[0,5, 0,3]", (4,), ["0", "5", "0", "3"]),
        ("[0,5; 1]", (2,), ["1/2", "1"]),
        ("[0,5; ?]", (2,), ["1/2", None]),
        ("[-0,05; 1,25e-2]", (2,), ["-1/20", "1/80"]),
        ("[?, 1/3, -, 2·10^-2]", (4,), [None, "1/3", None, "1/50"]),
        ("[\n1,\n2\n]", (2,), ["1", "2"]),
        ("[" * DEEPEST + "1" + "]" * DEEPEST, (1,) * DEEPEST, ["1"]),
    ],
)
def test_an_array(text, shape, entries):
    written = read_written(text)
    assert written.shape == shape
    assert [entry and entry.value for entry in written.entries] == [e and Fraction(e) for e in entries]


def refusal(text: str) -> GradcliError:
    with pytest.raises(GradcliError) as caught:
        read_written(text)
    error = caught.value
    assert error.code == "bad-number"
    assert error.text is not None
    assert 0 <= error.start <= error.end <= max(len(error.text), 1)
    assert error.hint
    return error


@pytest.mark.parametrize(
    ("text", "message", "hint", "where"),
    [
        ("1 000", "blank", "1000", "1 000"),
        ("12 345.5", "blank", "12345.5", "12 345.5"),
        ("1'000", "'", "1000", "'"),
        ("1_000", "_", "1000", "_"),
        ("1,234.5", "two decimal points", "1234.5", "1,234.5"),
        ("1.234,5", "two decimal points", "1234.5", "1.234,5"),
        ("1.2.3", "two decimal points", "0.25", "1.2.3"),
        ("4O", "letter", "40", "4O"),
        ("-l5", "letter", "15", "l5"),
        ("inf", "no number", "?", "inf"),
        ("-Infinity", "no number", "?", "Infinity"),
        ("NaN", "no number", "?", "NaN"),
        ("∞", "∞", "?", "∞"),
        ("pi/4", "'pi'", "compute", "pi"),
        ("3 4", "two numbers", "[1, 2]", "3 4"),
        ("2 1/2", "two numbers", "2.5", "2 1"),
        ("[1 2]", "two numbers", "[1, 2]", "1 2"),
        ("[0.2 -0.2]", "comma", "commas", "-"),
        ("1, 2", "several", "[1, 2]", ","),
        ("-4, grad y = 3", "several", "one answer a line", ","),
        ("1e401", str(LARGEST_EXPONENT), "", "1e401"),
        ("1e10000000", str(LARGEST_EXPONENT), "", "1e10000000"),
        ("1e-401", str(LARGEST_EXPONENT), "", "1e-401"),
        ("10^1000000000", str(LARGEST_EXPONENT), "", "10^1000000000"),
        ("2e", "exponent", "2e-2", ""),
        ("1/", "denominator", "1/3", ""),
        ("1/0", "zero", "?", "1/0"),
        ("[1, 2", "']'", "[1, 2]", ""),
        ("1]", "']'", "[1, 2]", "]"),
        ("[]", "empty", "?", "]"),
        ("[1,,2]", "missing", "?", ","),
        ("[[1, 2], [3]]", "equally long", "[[1, 2], [3, ?]]", "[[1, 2], [3]]"),
        ("[1, [2]]", "equally long", "", "[1, [2]]"),
        ("[0,5; 0,3]", "decimal commas", "[0.5; 0.3] or [[0, 5], [0, 3]]", "[0,5; 0,3]"),
        ("-4 = 3", "'='", "#", "="),
        ("q*z = -4", "'q'", "#", "q"),
        ("3 (because)", "'('", "number alone", "("),
        ("½", "½", "1/2", "½"),
        ("²", "²", "2", "²"),
        ("٣", "digit three", "write 3", "٣"),
        ("5%", "%", "0.25", "%"),
        ("2*3", "*", "product", "*"),
        ("--4", "two signs", "one", "-"),
        ("3 cm", "'cm'", "#", "cm"),
        ("3\x00", "U+0000", "", "\x00"),
        ("3\u202e", "right-to-left override", "", "\u202e"),
        ("1\u200b5", "zero width space", "", "\u200b"),
        ("\ud800", "U+D800", "", "\ud800"),
        ("<script>", "'<'", "", "<"),
    ],
)
def test_what_is_no_number(text, message, hint, where):
    error = refusal(text)
    assert message in error.message
    assert hint in (error.hint or "")
    assert text[error.start : error.end] == where


def test_sizes():
    assert read_written("1" * LONGEST_NUMBER).entries[0].value == int("1" * LONGEST_NUMBER)
    assert str(LONGEST_NUMBER) in refusal("1" * (LONGEST_NUMBER + 1)).message
    refusal("1" * LONGEST_NUMBER + "/3")
    refusal("1" * 100_000)
    refusal("1e" + "9" * 100_000)
    assert len(read_written("[" + "1," * (MOST_ENTRIES - 1) + "1]").entries) == MOST_ENTRIES
    assert f"{MOST_ENTRIES:,}" in refusal("[" + "1," * MOST_ENTRIES + "1]").message
    assert f"{LONGEST_WRITTEN:,}" in refusal("1" * (LONGEST_WRITTEN + 1)).message
    assert str(DEEPEST) in refusal("[" * 100_000).message
    assert str(DEEPEST) in refusal("[" * (DEEPEST + 1) + "1" + "]" * (DEEPEST + 1)).message


STYLES = [".0f", ".2f", ".7f", "+.3f", " .1f", ".4g", ".12g", "+g", "e", ".3e", ".0E", ".17g"]
MINUSES = ["-", "−", "–"]


@given(
    value=st.decimals(-(10**9), 10**9, allow_nan=False, places=9) | st.floats(-1e15, 1e15),
    style=st.sampled_from(STYLES),
    minus=st.sampled_from(MINUSES),
    comma=st.booleans(),
)
def test_whatever_format_prints_is_read_back(value, style, minus, comma):
    printed = format(value, style)
    typed = printed.replace("-", minus)
    (number,) = read_written(typed.replace(".", ",") if comma else typed).entries
    expected = Decimal(printed.strip())
    assert number is not None
    assert number.value == Fraction(expected)
    assert number.places == max(0, -expected.as_tuple().exponent)
    if expected:
        assert number.decimals == -expected.normalize().as_tuple().exponent
    (inside,) = read_written(f"[{typed}]").entries
    assert inside is not None
    assert inside.value == number.value


@given(
    st.floats(allow_nan=False, allow_infinity=False), st.sampled_from(["·10^{}", "*10**{}", "×10^({})", " * 10 ^ {}"])
)
def test_powers_of_ten_are_read_back(value, power):
    digits, _, exponent = f"{value:.6e}".partition("e")
    (number,) = read_written(digits + power.format(int(exponent))).entries
    assert number is not None
    assert number.value == Fraction(Decimal(f"{value:.6e}"))


@given(st.lists(st.lists(st.decimals(-99, 99, places=2), min_size=3, max_size=3), min_size=1, max_size=4))
def test_matrices_are_read_back(rows):
    flat = [Fraction(entry) for row in rows for entry in row]
    for text in (
        "[" + ", ".join("[" + ", ".join(map(str, row)) + "]" for row in rows) + "]",
        "[" + ";".join(",".join(map(str, row)) for row in rows) + "]",
    ):
        written = read_written(text)
        assert [entry and entry.value for entry in written.entries] == flat
        assert written.shape in ((len(rows), 3), (3,) if len(rows) == 1 else None)


PIECES = [
    *"0123456789.,;[]()-−+eE/*^·?#=_ '\n\x00\u200b\u202e\ufeff½²⁻∞",
    "10",
    "10^",
    "inf",
    "nan",
    "[[",
    "]]",
    "1e9",
    "O",
]


@given(st.text(st.characters(exclude_categories=())) | st.lists(st.sampled_from(PIECES), max_size=14).map("".join))
@example("[" * 50)
@example("1,0;2")
def test_any_text_is_read_or_refused(text):
    try:
        written = read_written(text)
    except GradcliError:
        refusal(text)
        return
    size = 1
    for length in written.shape:
        size *= length
    assert len(written.entries) == size
    for entry in written.entries:
        assert entry is None or entry.text in text
