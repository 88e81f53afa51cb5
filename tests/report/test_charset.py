"""Signs for every encoding, and text that a terminal cannot obey."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gradcli.report.charset import DOT, can_show, harmless, spelled, visible
from gradcli.report.rulebook import rules_text
from gradcli.report.screen import Screen
from gradcli.rules.table import RULES

from .shown import T4, text


@pytest.mark.parametrize(
    ("report", "ascii_form"),
    [("σ(·)", "sigma(.)"), ("(· + ·)²₁", "(. + .)^2_1"), ("·⁻²", ".^-2"), ("i¹⁰", "i^10"), ("i₁₂", "i12"),
     (f"dz/do {DOT} do/di₁", "dz/do * do/di1"), ("−∞", "-inf"), ("変", "\\u5909"), ("β₀ → ω", "beta0 -> omega")],
)  # fmt: skip
def test_ascii_spelling(report: str, ascii_form: str) -> None:
    assert spelled(report, ascii_only=True) == ascii_form


def test_the_product_sign_is_told_from_the_place_of_an_operand_until_it_is_written() -> None:
    assert spelled(f"· {DOT} ·", ascii_only=False) == "· · ·"
    assert spelled(f"· {DOT} ·", ascii_only=True) == ". * ."


def test_every_sign_of_every_rule_has_an_ascii_spelling() -> None:
    written = rules_text(Screen(ascii_only=True))
    said = [kink.says for rule in RULES.values() for kink in rule.kinks]
    said += [rule.domain.text for rule in RULES.values() if rule.domain]
    for line in (written, text(T4, Screen(ascii_only=True), x=4, y=3), *(spelled(s, ascii_only=True) for s in said)):
        assert line.isascii()
        assert "\\u" not in line


def test_encodings() -> None:
    assert [can_show(name) for name in ("utf-8", "utf-16", "gb18030")] == [True] * 3
    assert [can_show(name) for name in ("ascii", "latin-1", "cp437", "cp1252", "no such", None)] == [False] * 6


@settings.get_profile("report")
@given(st.text())
def test_nothing_that_is_shown_can_be_obeyed(stranger: str) -> None:
    shown = visible(stranger)
    assert all(map(harmless, shown))
    assert shown.isprintable()
    if all(map(harmless, stranger)):
        assert shown == stranger


def test_control_and_bidi_characters_are_written_out() -> None:
    assert visible("a\x1b[31m\u202e\U000e0001") == "a\\x1b[31m\\u202e\\U000e0001"
