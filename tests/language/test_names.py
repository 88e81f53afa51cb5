"""Spellings of one name are one variable, and names are shown as they were typed."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gradcli.graph.build import read
from gradcli.language.names import canonical, command, displayed, foreign_letter, is_greek, is_letter_command
from gradcli.report.reading import reading

ONE_NAME = [
    (r"β₀ \beta_0 \beta_{0} beta_0 beta0 β_{0} β0 𝛽₀ 𝜷_0 beta__0", "beta0"),
    (r"σ 𝜎 sigma \sigma ς \varsigma", "sigma"),
    (r"Σ Sigma \Sigma", "Sigma"),
    ("Ω Ω Omega", "Omega"),
    (r"µ μ mu \mu", "mu"),
    (r"φ ϕ phi \varphi", "phi"),
    (r"ε ϵ epsilon \varepsilon", "epsilon"),
    (r"θ ϑ \vartheta", "theta"),
    (r"π ϖ pi \pi", "pi"),
    ("Δ ∆ Delta", "Delta"),
    (r"ℓ l \ell", "l"),
    ("ℎ h 𝐡 𝘩", "h"),
    ("x 𝑥 𝐱 x\u200b \ufeffx x\u00ad", "x"),
    ("é e\u0301 𝑒\u0301", "é"),
    ("x₁₂ x_12 x12 x_{12}", "x12"),
    ("xᵢ x_i x_{i}", "x_i"),
    ("x″ x′′", "x′′"),
    ("x_0′ x0′", "x0′"),
]


@pytest.mark.parametrize(("spellings", "key"), ONE_NAME)
def test_spellings_of_one_name(spellings: str, key: str) -> None:
    assert {spelling: canonical(spelling) for spelling in spellings.split()} == dict.fromkeys(spellings.split(), key)


@pytest.mark.parametrize(
    "names", ["x X", "x x′", "x x2", "x_1_2 x12", "σ Σ", "x_i xi", "x_a x_b", "ab ba", "x_01 x_1", "w_0_1 w_01"]
)
def test_different_names(names: str) -> None:
    one, other = names.split()
    assert canonical(one) != canonical(other)


DISPLAYED = [
    (r"\beta_{0}", "β_0"),
    ("β₀", "β₀"),
    (r"\varphi", "φ"),
    (r"\ell", "l"),
    ("x\u200b_{ab}", "x_ab"),
    ("𝑥", "𝑥"),
]


@pytest.mark.parametrize(("typed", "shown"), DISPLAYED)
def test_names_are_shown_as_typed(typed: str, shown: str) -> None:
    assert displayed(typed) == shown
    assert canonical(shown) == canonical(typed)


def test_greek_letters_and_commands() -> None:
    assert [is_greek(canonical(name)) for name in ("σ", "sigma", r"\gamma", "x", "sigma0")] == [True] * 3 + [False] * 2
    assert [command(name) for name in (r"\beta_0", r"\sin2", "beta", "σ")] == ["beta", "sin", None, None]
    assert [is_letter_command(word) for word in ("beta", "Omega", "varphi", "ell", "frac")] == [True] * 4 + [False]


@pytest.mark.parametrize(("name", "offset"), [("xβ₀_{1}′\u200b\u0301", None), ("\\alpha", None), ("a〇", 1), ("x²", 1)])
def test_foreign_letters(name: str, offset: int | None) -> None:
    assert foreign_letter(name) == offset


_HEADS = [r"\beta_0", r"\pi_{1}", r"\sigma", r"\varphi₂", *"xyéσΩΩℎ𝑥𝛽ϕµeI"]
_TAIL = st.from_regex(r"([\u0301\u200b_0-9₀-₉ᵢ]|_\{[a-z0-9]\}|_[xe]){0,6}[′″]{0,2}", fullmatch=True)
_NAMES = st.builds(lambda head, tail: head + tail, st.sampled_from(_HEADS), _TAIL)


@settings(settings.get_profile("language"))
@given(_NAMES)
def test_the_canonical_form_is_its_own(name: str) -> None:
    key = canonical(name)
    assert canonical(key) == key
    assert canonical(displayed(name)) == key


@settings(settings.get_profile("language"))
@given(_NAMES)
def test_a_bound_name_is_one_name_however_it_is_spelled(name: str) -> None:
    formula = read(f"1·{name}", [canonical(name)])
    assert [variable.key for variable in formula.inputs] == [canonical(name)]
    assert formula.notes == ()


@pytest.mark.parametrize("spelling", ["φ′_0", "φ'_0", "φ’_0", "φ_0′", "φ'₀", "phi_0′", "\\phi'_{0}"])
def test_a_prime_may_stand_before_the_index(spelling: str) -> None:
    formula = read(f"{spelling} + x", ["φ_0′", "x"])
    assert [variable.key for variable in formula.inputs] == ["phi0′", "x"]


def test_a_quote_is_a_prime_where_nothing_else_can_be_meant() -> None:
    primed = read("y' = 2x; y' + x'", ["x"])
    assert reading(primed) == "y′ = 2·x; y′ + xᵀ"
    assert read("y'", ["y′"]).inputs[0].key == "y′"
    assert reading(read("y'", ["y", "y′"])) == "yᵀ"
