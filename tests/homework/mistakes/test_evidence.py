from __future__ import annotations

import pytest

from gradcli.homework.mistakes.evidence import (
    contradicts,
    digits,
    is_number,
    is_telling,
    matches,
    window,
    written_decimals,
)
from gradcli.homework.sheets.written import read_written


def number(text):
    return read_written(text).entries[0]


@pytest.mark.parametrize(
    ("text", "predicted", "same"),
    [("0.50", 0.4985, True), ("0.500", 0.4985, False), ("0.5", 0.4985, True), ("12", 12.4, True), ("12.0", 12.4, False),
     ("1/3", 0.3333, False), ("1/3", 1 / 3, True), ("-4", 4.0, False), ("1200", 1234.0, True), ("0", 0.0, True)],
)  # fmt: skip
def test_all_digits_that_were_written_count(text, predicted, same):
    assert is_number(number(text), predicted) is same


@pytest.mark.parametrize(
    ("text", "count"),
    [("0.50", 2), ("0.5", 1), ("12", 2), ("-4", 1), ("-4.00", 3), ("2e-2", 1), ("2.50·10^3", 3), ("0", 0), ("1200", 4),
     ("0.0031", 2)],
)  # fmt: skip
def test_digits(text, count):
    assert digits(number(text)) == count


@pytest.mark.parametrize(
    ("text", "decimals"),
    [("0.50", 2), ("12", 0), ("1200", 0), ("1.99e3", -1), ("2.00e3", -1), ("1.99e-3", 5), ("0.00", 2), ("-7e5", -5)],
)
def test_the_place_of_the_last_written_digit(text, decimals):
    assert written_decimals(number(text)) == decimals


@pytest.mark.parametrize(
    ("text", "telling"), [("1.00", False), ("-1", False), ("0.00", False), ("4", False), ("4.0", True), ("1/3", True)]
)
def test_what_is_telling(text, telling):
    assert is_telling(number(text)) is telling


@pytest.mark.parametrize("text", ["0.50", "-4.00", "1200", "2e-2", "1/3", "49.98"])
def test_the_window_holds_all_that_it_may_be_a_rounding_of(text):
    low, high = window(number(text))
    value = float(number(text).value)
    assert low < value < high
    assert is_number(number(text), value)
    for k in range(-30, 31):
        near = value * (1 + k / 200)
        if is_number(number(text), near):
            assert low <= near <= high


def test_a_blank_entry_matches_anything():
    import numpy

    assert matches(read_written("[1.5, ?]"), numpy.array([1.5, 9.0]))
    assert not matches(read_written("[1.5, 2]"), numpy.array([1.5, 9.0]))
    assert not matches(read_written("[1.5]"), numpy.array([1.5, 9.0]))
    assert not matches(read_written("?"), 1.5)


def test_a_rounded_number_speaks_against_nothing_but_the_truth_does():
    assert not contradicts(read_written("2.01"), 2.0, 5.0)
    assert contradicts(read_written("5.0"), 2.0, 5.0)
    assert contradicts(read_written("3.0"), 2.0, 5.0)
