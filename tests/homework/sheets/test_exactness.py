"""When a number is right: the decided cases, and an independent rounding of the truth to every number of digits."""

from __future__ import annotations

import math
from decimal import ROUND_HALF_DOWN, ROUND_HALF_UP, Context, Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gradcli.homework.sheets.exactness import Exactness
from gradcli.homework.sheets.written import Number, read_written


def number(text: str) -> Number:
    (found,) = read_written(text).entries
    assert found is not None
    return found


DECIDED = [
    ("0.02", 0.020007, {}, "right"),
    ("0.020", 0.020007, {}, "right"),
    ("0.0997", 0.09968, {}, "right"),
    ("0.0996", 0.09968, {}, "wrong"),
    ("0.39", 0.393224, {}, "right"),
    ("0.021", 0.020007, {}, "wrong"),
    ("-0.02", 0.020007, {}, "wrong"),
    ("0.0201", 0.020007, {}, "wrong"),
    ("0.00", -0.0004, {"decimals": 2}, "right"),
    ("0.00", -0.0004, {}, "right"),
    ("-0.00", -0.0004, {}, "right"),
    ("0", -0.0004, {}, "wrong"),
    ("0.0", -0.0004, {}, "wrong"),
    ("0.000", -0.0006, {}, "wrong"),
    ("0.00", 0.0004, {"decimals": 3}, "wrong"),
    ("0.000", 0.0004, {"decimals": 3}, "right"),
    ("0e-3", 0.0004, {"decimals": 3}, "right"),
    ("0", 0.0, {}, "right"),
    ("0.000", 0.0, {}, "right"),
    ("0", 5e-17, {}, "right"),
    ("0.05", 0.0, {}, "wrong"),
    ("1e-13", 0.0, {}, "wrong"),
    ("4.2e-18", 4.248354255291589e-18, {}, "right"),
    ("4.3e-18", 4.248354255291589e-18, {}, "wrong"),
    ("0.499", 0.4985, {"digits": 3}, "right"),
    ("0.498", 0.4985, {"digits": 3}, "right"),
    ("0.499", 0.4985, {"digits": 2}, "right"),
    ("0.498", 0.4985, {"digits": 2}, "right"),
    ("0.497", 0.4985, {"digits": 2}, "wrong"),
    ("0.39", 0.3986, {}, "wrong"),
    ("0.4", 0.393, {}, "coarse"),
    ("0.4", 0.398, {}, "right"),
    ("0.4", 0.393, {"decimals": 2}, "coarse"),
    ("0.40", 0.393, {}, "wrong"),
    ("0.40", 0.398, {}, "right"),
    ("0.4", 0.393, {"digits": 1}, "right"),
    ("0.1", 0.0996, {}, "right"),
    ("1200", 1234.0, {}, "right"),
    ("1230", 1234.0, {}, "right"),
    ("1235", 1234.0, {}, "wrong"),
    ("1000", 1234.0, {}, "coarse"),
    ("1/3", 1 / 3, {}, "right"),
    ("1/2", 0.4985, {}, "wrong"),
    ("333/1000", 1 / 3, {}, "wrong"),
    ("-4", -4.0, {}, "right"),
    ("4", -4.0, {}, "wrong"),
    ("4", math.inf, {}, "wrong"),
    ("4", math.nan, {}, "wrong"),
    ("0", math.nan, {}, "wrong"),
    ("0.4", 0.393, {"absolute": 0.01}, "right"),
    ("0.4", 0.393, {"relative": 0.02}, "right"),
    ("0.4", 0.393, {"relative": 0.01}, "coarse"),
    ("0.01", 0.0, {"absolute": 0.01}, "right"),
    ("0.01", 0.0, {"relative": 0.5}, "wrong"),
    ("7", 1.0, {"absolute": math.inf}, "right"),
    ("0.333333333333333333333333", 1 / 3, {}, "right"),
    ("1e400", 1e300, {}, "wrong"),
    ("0.39", 0.393, {"digits": None}, "right"),
]


@pytest.mark.parametrize(("text", "truth", "options", "expected"), DECIDED)
def test_the_decided_cases(text, truth, options, expected):
    assert Exactness(**options).judge(number(text), truth) == expected


def reference(written: Decimal, truth: Decimal, digits: int | None, decimals: int | None) -> str:
    """Round the truth to every number of digits from what is asked: is the number among the results?"""
    lead = -truth.adjusted()

    def is_rounding_from(first: int) -> bool:
        return any(
            truth.quantize(Decimal(1).scaleb(-places), context=Context(60, rounding)) == written
            for places in range(first, first + 16)
            for rounding in (ROUND_HALF_UP, ROUND_HALF_DOWN)
        )

    asked = decimals if decimals is not None else lead + (digits or 2) - 1
    if is_rounding_from(asked):
        return "right"
    exponent = written.as_tuple().exponent
    assert isinstance(exponent, int)
    claimed = max(lead, -exponent) if exponent < 0 else lead  # zeros behind the point are digits that are claimed
    return "coarse" if is_rounding_from(claimed) else "wrong"


@given(
    count=st.integers(1, 10**8),
    negative=st.booleans(),
    scale=st.integers(-12, 4),
    places=st.integers(-1, 8),
    off=st.sampled_from([0, 0, 0, 1, -1, 2]),
    asked=st.sampled_from([(1, None), (2, None), (3, None), (5, None), (2, 1), (2, 2), (None, 4)]),
)
def test_a_number_is_right_if_some_rounding_of_the_truth_is_it(count, negative, scale, places, off, asked):
    truth = Decimal(count).scaleb(scale) * (-1 if negative else 1)
    step = Decimal(1).scaleb(-(places - truth.adjusted()))
    written = truth.quantize(step, rounding=ROUND_HALF_DOWN if off else ROUND_HALF_UP) + off * step
    if not written or abs(truth) < Decimal("1e-11"):
        return
    digits, decimals = asked
    judged = Exactness(digits=digits, decimals=decimals).judge(number(f"{written:f}"), float(truth))
    assert judged == reference(written, truth, digits, decimals)


def test_the_reference_knows_the_decided_cases():
    assert reference(Decimal("0.4"), Decimal("0.393"), 2, None) == "coarse"
    assert reference(Decimal("0.498"), Decimal("0.4985"), 2, None) == "right"
    assert reference(Decimal("0.0201"), Decimal("0.020007"), 2, None) == "wrong"


finite = st.floats(allow_nan=False, allow_infinity=False)
asks = st.builds(Exactness, digits=st.sampled_from([None, 1, 2, 3, 6]), decimals=st.sampled_from([None, 0, 1, 2, 5]))


@given(finite | st.integers(-(10**6), 10**6).map(lambda n: n / 1000), asks)
def test_what_is_shown_is_right(truth, exactness):
    shown = exactness.shown(truth)
    assert shown.isascii()
    assert exactness.judge(number(shown), truth) == "right"


@pytest.mark.parametrize(
    ("truth", "options", "shown"),
    [
        (0.020007, {}, "0.020"),
        (-0.5899, {}, "-0.59"),
        (-12.0, {}, "-12"),
        (1234.0, {}, "1234"),
        (2.9999999999999996, {}, "3"),
        (0.0996, {}, "0.10"),
        (9.96, {}, "10"),
        (0.125, {}, "0.13"),
        (0.393224, {"digits": 3}, "0.393"),
        (0.393224, {"decimals": 2}, "0.39"),
        (-0.0004, {"decimals": 2}, "0.00"),
        (0.04, {"decimals": 1}, "0.04"),
        (0.0, {}, "0"),
        (-0.0, {}, "0"),
        (5e-17, {}, "0"),
        (1.5e-7, {}, "1.5e-7"),
        (1.23456e300, {}, "1.2e300"),
        (math.inf, {}, "inf"),
    ],
)
def test_how_the_truth_is_shown(truth, options, shown):
    assert Exactness(**options).shown(truth) == shown


@given(st.fractions(max_denominator=999), asks)
def test_an_exact_fraction_is_right(value, exactness):
    assert exactness.judge(number(f"{value.numerator}/{value.denominator}"), float(value)) == "right"
    assert number(f"{value.numerator}/{value.denominator}").value == Fraction(value)
