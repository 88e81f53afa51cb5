"""Columns that fit, and lines that break where a reader would."""

from __future__ import annotations

import re

from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from gradcli.report.layout import column_widths, filled, narrowest, one_line, wrapped

NUMBER = re.compile(r"−?\d+\.\d+")


def test_a_cell_breaks_between_its_parts() -> None:
    assert wrapped(("i₁ = 4", "i₂ = 0.982"), 18) == ["i₁ = 4, i₂ = 0.982"]
    assert wrapped(("i₁ = 4", "i₂ = 0.982"), 17) == ["i₁ = 4,", "i₂ = 0.982"]


def test_a_part_breaks_before_its_signs_outside_of_brackets() -> None:
    assert wrapped(("do/di₁ = do/di₂ = 2(i₁ + i₂) = 14",), 23) == ["do/di₁ = do/di₂", "  = 2(i₁ + i₂) = 14"]
    assert wrapped(("dz/di = dz/do₁ · do₁/di + dz/do₂ · do₂/di = 0.000318",), 24) == [
        "dz/di = dz/do₁ · do₁/di", "  + dz/do₂ · do₂/di", "  = 0.000318"]  # fmt: skip


def test_a_text_that_is_no_equation_breaks_at_its_blanks() -> None:
    assert wrapped(("✗ ln of a negative number",), 12) == ["✗ ln of a", "  negative", "  number"]


def test_wide_characters_count_twice() -> None:
    assert wrapped(("変数 = 1", "損失 = 2"), 17) == ["変数 = 1,", "損失 = 2"]
    assert wrapped(("変数 = 1", "損失 = 2"), 18) == ["変数 = 1, 損失 = 2"]


def test_pieces_fill_lines() -> None:
    assert filled(["dz/dx = 0.02", "+ 0.000318", "− 0.0279", "= −0.00759"], 24) == [
        "dz/dx = 0.02 + 0.000318", "  − 0.0279 = −0.00759"]  # fmt: skip


PARTS = st.lists(
    st.sampled_from(["i₁ = 4", "do/di₁ = do/di₂ = 2(i₁ + i₂) = 14.125", "o = i₁ i₂ = −0.00199", "変数 = −1.5", "1"]),
    min_size=1, max_size=4,
).map(tuple)  # fmt: skip


@settings.get_profile("report")
@given(PARTS, st.integers(1, 60))
def test_no_number_is_cut_and_no_line_is_too_long(cell: tuple[str, ...], width: int) -> None:
    lines = wrapped(cell, width)
    assert NUMBER.findall(" ".join(lines)) == NUMBER.findall(one_line(cell))
    assert " ".join(" ".join(lines).split()) == one_line(cell)
    if width >= narrowest(cell):
        assert max(map(cell_len, lines)) <= width


@settings.get_profile("report")
@given(st.lists(st.tuples(PARTS, PARTS, PARTS), min_size=1, max_size=5), st.integers(1, 200))
def test_columns_fit_or_are_refused(rows: list[tuple[tuple[str, ...], ...]], available: int) -> None:
    widths = column_widths(rows, available)
    least = [max(map(narrowest, column)) for column in zip(*rows, strict=True)]
    assert (widths is None) == (sum(least) > available)
    if widths is not None:
        assert sum(widths) <= available
        assert all(width >= low for width, low in zip(widths, least, strict=True))


def test_width_goes_where_it_saves_lines() -> None:
    rows = [(("a = 1",), ("b₁ = 1.5", "b₂ = 2.5"), ("1",))] * 3
    assert column_widths(rows, 26) == [5, 18, 1]
    widths = column_widths([*rows, (("a₁ = 1", "a₂ = 2", "a₃ = 3"), ("b = 1",), ("1",))], 30)
    assert widths is not None
    assert widths[1] == 18  # three rows get low by it, and only one by a wider first column


def test_a_matrix_breaks_between_its_rows_first() -> None:
    cell = ("i₁ = [[1.125, −20.25], [−1.5, 2.75], [0.625, −0.875]]",)
    assert wrapped(cell, 24) == ["i₁ = [[1.125, −20.25],", "  [−1.5, 2.75],", "  [0.625, −0.875]]"]
    assert "  −20.25]," in wrapped(cell, 14)


def test_an_equation_may_break_before_a_shape() -> None:
    assert wrapped(("do/di = diag(𝟙[i > 0]) (3×3)",), 24) == ["do/di = diag(𝟙[i > 0])", "  (3×3)"]
    assert narrowest(("do/di = diag(𝟙[i > 0]) (3×3)",)) == len("  = diag(𝟙[i > 0])")


def test_vectors_break_only_where_room_is_scarce() -> None:
    rows = [[("o = [1.25, −2.75, 1.5]",)] * 3]
    assert column_widths(rows, 66) == [22, 22, 22]
    narrow = column_widths(rows, 45)
    assert narrow is not None
    assert sum(narrow) <= 45
    assert column_widths(rows, 20) is None
