"""Difference quotients: they are near the slope, and never further off than they say."""

from __future__ import annotations

import math
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gradcli.passes.quotients import jumps, ladder, quick_slope, slope

EPS = sys.float_info.epsilon

FUNCTIONS = [
    (math.sin, math.cos, 3.0), (math.exp, math.exp, 3.0), (lambda x: x * x, lambda x: 2 * x, 3.0),
    (math.atan, lambda x: 1 / (1 + x * x), 3.0), (lambda x: x**5, lambda x: 5 * x**4, 3.0),
]  # fmt: skip


@pytest.mark.parametrize(("function", "derivative", "range_"), FUNCTIONS)
@given(part=st.floats(-1, 1).filter(lambda x: abs(x) > 1e-3))
def test_six_values_are_enough_for_a_tame_function(function, derivative, range_, part):
    x = range_ * part
    largest = max(abs(function(x * 1.01)), abs(function(x * 0.99)), EPS)
    found = quick_slope(function, x, 4 * EPS * largest)
    assert abs(found.value - derivative(x)) <= found.error + 4 * EPS * abs(derivative(x))
    assert found.error <= 1e-8 * (abs(derivative(x)) + largest / abs(x))


def test_six_values():
    asked = []

    def function(x):
        asked.append(x)
        return math.sin(x)

    quick_slope(function, 1.0, 1e-16)
    assert len(asked) == 6


def test_next_to_a_border_the_quick_slope_is_nan():
    assert math.isnan(quick_slope(lambda x: math.sqrt(x) if x >= 0 else math.nan, 0.0, 1e-16).error)


def test_a_wild_function_says_that_its_quotient_is_off():
    found = quick_slope(lambda x: math.sin(1e9 * x), 1.0, 1e-16)
    assert abs(found.value - 1e9 * math.cos(1e9)) <= 2e9
    assert found.error > 10


def line(function, noise=EPS):
    return lambda x: (function(x), noise * abs(function(x)), math.nan)


@pytest.mark.parametrize(("side", "wanted"), [(-1, -1.0), (1, 1.0)])
def test_the_slopes_of_either_side_of_a_kink(side, wanted):
    assert slope(line(abs), 0.0, ladder(0.0), side).value == wanted


@pytest.mark.parametrize("x", [1.0, -3.0, 1e-9, 1e9])
def test_a_ladder_of_steps_finds_the_slope_of_a_cube(x):
    found = slope(line(lambda t: t**3), x, ladder(x), 0)
    assert abs(found.value - 3 * x * x) <= found.error
    assert found.error <= 1e-5 * x * x


def test_a_jump_is_seen():
    assert jumps(line(lambda x: math.copysign(1.0, x)), 0.0, ladder(0.0))
    assert not jumps(line(abs), 0.0, ladder(0.0))


@pytest.mark.parametrize("x", [0.0, 1.0, -7.0, 1e-300, 5e-324, 1e300])
def test_steps_grow_and_are_powers_of_2(x):
    steps = ladder(x)
    assert steps == sorted(set(steps))
    assert all(step > 0 and math.frexp(step)[0] == 0.5 for step in steps)
