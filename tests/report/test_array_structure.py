"""Names of Jacobians: of what works entry by entry, transposed, and checked against the numbers."""

from __future__ import annotations

import re

import numpy as np
import pytest

from gradcli.report.charset import DOT, spelled
from gradcli.report.structure import (
    entrywise,
    is_exact,
    product_of_shapes,
    repetition,
    transposed,
    with_operands,
)
from gradcli.rules.array_table import ARRAY_RULES

STRUCTURES = sorted({
    name
    for rule in ARRAY_RULES.values()
    for shapes, given in rule.samples
    for name in rule.structure(*shapes, **{**rule.given_settings(), **given})
})  # fmt: skip


@pytest.mark.parametrize(
    ("shape", "into", "name"),
    [
        ((3,), (3,), "I"), ((2, 3), (2, 3), "I"), ((), (3,), "𝟏"), ((), (2, 3), "𝟏"), ((3,), (4, 3), "𝟏 ⊗ I"),
        ((4, 1), (4, 3), "I ⊗ 𝟏"), ((1, 3), (4, 3), "𝟏 ⊗ I"), ((1,), (3,), "𝟏"), ((), (1,), "𝟏"), ((1,), (1,), "I"),
    ],
)  # fmt: skip
def test_how_an_operand_is_repeated(shape: tuple[int, ...], into: tuple[int, ...], name: str) -> None:
    assert repetition(shape, into) == name
    # The named matrix, times the operand read row by row, is the repeated operand read row by row.
    x = np.arange(1.0, 1 + np.prod(shape, dtype=int)).reshape(shape)
    whole = np.broadcast_to(x, into).ravel()
    if name in ("I", "𝟏"):
        assert (whole == (x.ravel() if name == "I" else np.ones(whole.size) * x.ravel())).all()
        return
    repeats = whole.size // x.size
    ones, identity = np.ones((repeats, 1)), np.eye(x.size)
    matrix = np.kron(ones, identity) if name == "𝟏 ⊗ I" else np.kron(identity, ones)
    assert (matrix @ x.ravel() == whole).all()


@pytest.mark.parametrize(
    ("formula", "shape", "into", "number", "numerator", "denominator"),
    [
        ("1", (3,), (3,), True, "I", "I"),
        ("−1", (3,), (3,), True, "−I", "−I"),
        ("2", (), (3,), True, "2 𝟏", "2 𝟏ᵀ"),
        ("1", (3,), (4, 3), True, "𝟏 ⊗ I", "𝟏ᵀ ⊗ I"),
        ("2", (3,), (4, 3), True, "2 (𝟏 ⊗ I)", "2 (𝟏ᵀ ⊗ I)"),
        ("0", (3,), (3,), True, "0", "0"),
        ("𝟙[i > 0]", (3,), (3,), False, "diag(𝟙[i > 0])", "diag(𝟙[i > 0])"),
        ("2i", (2, 3), (2, 3), False, "diag(vec(2i))", "diag(vec(2i))"),
        ("i₂", (), (4,), False, "i₂", "i₂ᵀ"),
        ("2(i₁ − i₂)", (), (4,), False, "2(i₁ − i₂)", "(2(i₁ − i₂))ᵀ"),
        ("i₂", (), (2, 2), False, "vec(i₂)", "vec(i₂)ᵀ"),
        ("2i", (3,), (4, 3), False, "diag(vec(2i)) (𝟏 ⊗ I)", "(𝟏ᵀ ⊗ I) diag(vec(2i))"),
        ("", (3,), (3,), False, "diag(…)", "diag(…)"),
    ],
)
def test_entry_by_entry(
    formula: str, shape: tuple[int, ...], into: tuple[int, ...], number: bool, numerator: str, denominator: str
) -> None:
    assert entrywise(formula, shape, into, number=number) == numerator
    assert entrywise(formula, shape, into, number=number, layout="denominator") == denominator


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("I ⊗ i₂ᵀ", "I ⊗ i₂"), ("i₁", "i₁ᵀ"), ("i₂ᵀ", "i₂"), ("I", "I"), ("i₁ ⊗ I", "i₁ᵀ ⊗ I"), ("𝟏ᵀ", "𝟏"),
        ("diag(𝟙[i > 0])", "diag(𝟙[i > 0])"), ("rows of I", "columns of I"), ("−[i₂]ₓ", "−[i₂]ₓᵀ"),
        ("diag(o) − o oᵀ", "diag(o) − o oᵀ"), ("I − 𝟏 (e^o)ᵀ", "I − (e^o) 𝟏ᵀ"), ("−i₁⁻¹ ⊗ oᵀ", "−i₁⁻ᵀ ⊗ o"),
        ("2(i − mean)ᵀ/n along axis 0", "2(i − mean)/n along axis 0"), ("permutation", "permutationᵀ"),
        ("tril(∏ i₁) diag(oₖ₋₁)", "diag(oₖ₋₁) tril(∏ i₁)ᵀ"), ("products of all but two", "(products of all but two)ᵀ"),
        ("(vec I)ᵀ", "vec I"), ("(I − 𝟏𝟏ᵀ/n) ⊗ I", "(I − 𝟏𝟏ᵀ/n) ⊗ I"),
    ],
)  # fmt: skip
def test_transposed(name: str, other: str) -> None:
    assert transposed(name) == other


@pytest.mark.parametrize("name", STRUCTURES)
def test_every_name_of_the_rules_can_be_transposed_and_spelled(name: str) -> None:
    once = transposed(name)
    for text in (name, once):
        assert text.count("(") == text.count(")")
        assert "ᵀᵀ" not in text
        written = spelled(text, ascii_only=True)
        assert written.isascii()
        assert "\\u" not in written
        assert "\\U" not in written
    if is_exact(name) and not re.search(r"[()]", name):
        assert transposed(once) == name


def test_operands_get_the_names_of_the_table() -> None:
    assert with_operands("I ⊗ i₂ᵀ", ["i", "x"]) == "I ⊗ xᵀ"
    assert with_operands("sign(i₁ − i₂)ᵀ/n", ["i₁", "y"]) == "sign(i₁ − y)ᵀ/n"
    assert with_operands("iᵀ/o along axis -1", ["i"]) == "iᵀ/o along axis −1"


def test_products_of_shapes() -> None:
    assert product_of_shapes(1, 3, 2, "numerator") == f"1×2 = 1×3 {DOT} 3×2"
    assert product_of_shapes(1, 3, 2, "denominator") == f"2×1 = 2×3 {DOT} 3×1"
