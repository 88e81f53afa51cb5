"""Vectors and matrices as they are shown: written out, folded, aligned."""

from __future__ import annotations

import numpy as np
import pytest

from gradcli.report.arrays import array_text, constant_text, folded, jacobian_text, matrix_lines
from gradcli.report.numbers import full, lecture


@pytest.mark.parametrize(
    ("x", "shown"),
    [
        ([2.25, 0, 1.125], "[2.25, 0, 1.125]"),
        ([[1, 0.5], [-1, 2]], "[[1, 0.5], [−1, 2]]"),
        ([[[1], [2]]], "[[[1], [2]]]"),
        (0.09967613, "0.0997"),
        ([np.nan, -np.inf], "[NaN, −∞]"),
    ],
)
def test_small_arrays_are_written_out(x: object, shown: str) -> None:
    assert array_text(np.array(x), lecture) == shown


@pytest.mark.parametrize("style", [lecture, full])
def test_zeros_have_no_sign(style: object) -> None:
    assert array_text(np.array([-0.0, 0.0]), style) == "[0, 0]"  # type: ignore[arg-type]


def test_large_arrays_are_folded_whatever_the_digits() -> None:
    assert array_text(np.arange(12), full).count(",") == 11
    assert array_text(np.arange(13), full) == "13 entries (min 0, max 12)"
    assert array_text(np.linspace(-1.2, 3.4, 64 * 512).reshape(64, 512), full) == "64×512 (min −1.2, max 3.4)"


def test_what_a_folded_array_says() -> None:
    assert folded(np.ones((4, 5)), lecture) == "4×5 (all 1)"
    assert folded(np.array([1, np.nan, 3]), lecture) == "3 entries (min 1, max 3, 1 NaN)"
    assert folded(np.full((2, 2), np.nan), lecture) == "2×2 (all NaN)"


def test_constants_in_labels_are_short() -> None:
    shown = [constant_text(np.array(x, float)) for x in ([1, 2], [1, 2, 3, 4], [[1, 0], [0, 1]], [[1, 2]], [1] * 9)]
    assert shown == ["[1, 2]", "[…]", "I", "[[…]]", "𝟏"]


def test_a_column_is_a_row_transposed() -> None:
    assert jacobian_text(np.array([[1, 2]]), lecture) == "[1, 2]"
    assert jacobian_text(np.array([[1], [2]]), lecture) == "[1, 2]ᵀ"
    assert jacobian_text(np.array([[1]]), lecture) == "[1]"
    assert jacobian_text(np.eye(2), lecture) == "[[1, 0], [0, 1]]"


def test_the_columns_of_a_matrix_are_aligned() -> None:
    assert matrix_lines(np.array([[1, 0.5], [-1, 12]]), lecture) == ("[[ 1, 0.5],", " [−1,  12]]")
    assert matrix_lines(np.array([[7]]), lecture) == ("[[7]]",)
