"""Special functions far from where a course uses them."""

from __future__ import annotations

import mpmath
import pytest

from gradcli.rules.floats import Floats
from gradcli.rules.special_functions import beta

SIZES = (1e-300, 1e-8, 0.5, 1.0, 3.5, 19.9, 20.0, 60.0, 1e4, 1e10, 1e12)


@pytest.mark.parametrize("a", SIZES)
@pytest.mark.parametrize("b", SIZES)
def test_beta_of_small_and_large_operands(a, b):
    with mpmath.workdps(60):
        exact = mpmath.beta(a, b)
        slopes = [x * (mpmath.digamma(x) - mpmath.digamma(mpmath.mpf(a) + b)) for x in (mpmath.mpf(a), mpmath.mpf(b))]
        # Rounding an operand moves the value by its slope, and rounding the logarithm of the value by its size.
        condition = 1 + sum(map(abs, slopes)) + abs(mpmath.log(exact))
        smallest = 5e-324  # the spacing of doubles near 0
        assert abs(beta(a, b) - exact) <= 1e-15 * condition * exact + smallest


@pytest.mark.parametrize("ties", ["split", "first", "all"])
def test_the_winners_of_one_race_are_not_those_of_the_next(ties):
    m = Floats(ties)
    assert [m.winner(k, 1.0, 3.0, 2.0) for k in range(3)] == [0, 1, 0]
    assert [m.winner(k, 4.0, 3.0) for k in range(2)] == [1, 0]
    shares = {"split": [0.5, 0, 0.5], "first": [1, 0, 0], "all": [1, 0, 1]}
    assert [m.winner(k, 5.0, 3.0, 5.0) for k in range(3)] == shares[ties]
    assert [m.winner(k, 3.0, 5.0, 5.0) for k in (2, 0)] == [{"split": 0.5, "first": 0, "all": 1}[ties], 0]
