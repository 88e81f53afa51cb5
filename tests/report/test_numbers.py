"""Numbers as they are shown, against exact decimal arithmetic."""

from __future__ import annotations

import math
from decimal import ROUND_HALF_EVEN, Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gradcli.report.numbers import constant, full, lecture, significant, style, well_known

PROFILE = settings.get_profile("report")
FINITE = st.floats(allow_nan=False, allow_infinity=False)
ORDINARY = st.floats(1e-5, 1e15, exclude_max=True)


def read(text: str) -> Decimal:
    return Decimal(text.replace("−", "-"))


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        (4.982013790037908, "4.982"), (49.982, "49.982"), (0.017662706, "0.0177"), (-0.00199427, "−0.00199"),
        (0.02000719, "0.02"), (-0.00040028, "−0.0004"), (14.0, "14"), (0.0, "0"), (-0.0, "0"), (1.0, "1"),
        (0.9996, "1"), (0.99949, "0.999"), (999.9996, "1000"), (-0.9999, "−1"), (1234567.0, "1234567"),
        (-0.00004, "−0.00004"), (1e-5, "0.00001"), (9.99e-6, "9.99e−6"), (9.9996e-6, "0.00001"), (1e15, "1e15"),
        (123456789012345678.0, "1.235e17"), (5e-324, "4.94e−324"), (1e300, "1e300"), (-1.5e-10, "−1.5e−10"),
        (math.inf, "∞"), (-math.inf, "−∞"), (math.nan, "NaN"), (0.5, "0.5"), (100.0, "100"), (0.1 + 0.2, "0.3"),
    ],
)  # fmt: skip
def test_the_lectures_style(number: float, shown: str) -> None:
    assert lecture(number) == shown


@PROFILE
@given(ORDINARY, st.booleans())
def test_three_decimals_from_one_upwards_and_three_digits_below(x: float, negative: bool) -> None:
    exact = Decimal(x)
    place = Decimal("0.001") if exact >= 1 else Decimal(1).scaleb(exact.adjusted() - 2)
    shown = lecture(-x if negative else x)
    rounded = exact.quantize(place, ROUND_HALF_EVEN)
    assert read(shown) == (-rounded if negative else rounded)
    assert "e" not in shown
    assert "." not in shown or shown[-1] not in "0."


@PROFILE
@given(FINITE)
def test_nothing_is_ever_a_bare_minus_zero_or_off_by_more_than_it_may(x: float) -> None:
    shown = lecture(x)
    assert shown not in ("−0", "-0")
    assert "-" not in shown
    assert abs(read(shown) - Decimal(x)) <= max(abs(Decimal(x)) * Decimal("0.005"), Decimal(0))
    assert (shown == "0") == (x == 0)


@PROFILE
@given(FINITE, st.integers(1, 17))
def test_a_number_of_digits(x: float, digits: int) -> None:
    shown = significant(digits)(x)
    assert read(shown) == read(f"{x:.{digits - 1}e}")


@PROFILE
@given(FINITE)
def test_full_digits_round_trip(x: float) -> None:
    back = float(full(x).replace("−", "-"))
    assert back == x
    assert math.copysign(1, back) == math.copysign(1, x)


@pytest.mark.parametrize("name", ["", "0", "18", "-1", "3.5", "many", "²", "1_0"])
def test_styles_that_do_not_exist(name: str) -> None:
    with pytest.raises(ValueError, match=name or "^$"):
        style(name)


def test_styles_by_name() -> None:
    x = 2 / 3
    assert [style(name)(x) for name in ("lecture", "full", "2")] == ["0.667", "0.6666666666666666", "0.67"]


def test_constants_of_formulas() -> None:
    assert [constant(x) for x in (1.0, 0.5, -2.0, 0.044715, 1.0507009873554805)] == [
        "1", "0.5", "−2", "0.044715", "1.051"]  # fmt: skip
    assert [well_known(x) for x in (math.pi, -math.pi, math.log(3), 1 / 6, 0.25)] == ["π", "−π", "ln(3)", "1/6", "0.25"]
