"""Every value and every derivative against mpmath; and a rule that is slightly wrong is caught."""

from __future__ import annotations

import dataclasses
import math

import mpmath
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from gradcli.rules import activation, auxiliary, special, trigonometric
from gradcli.rules.table import RULES

from .checks import check_local, check_second, check_value
from .reference import REFERENCE

every_rule = pytest.mark.parametrize("rule", RULES.values(), ids=lambda rule: rule.name)


def test_the_reference_is_complete():
    assert set(REFERENCE) == set(RULES)


@every_rule
def test_samples_and_draws_are_given(rule):
    assert len(rule.samples) >= 3
    assert len(rule.draw) >= rule.arity
    assert all(rule.takes(len(point)) for point in rule.samples)


@every_rule
def test_values_at_samples(rule):
    for point in rule.samples:
        check_value(rule, point)


@every_rule
def test_local_derivatives_at_samples(rule):
    for point in rule.samples:
        check_local(rule, point)


@pytest.fixture
def exact_pi(monkeypatch):
    """π as a double would be the only error of the derivatives that are run at high precision."""
    for module in (trigonometric, special, activation, auxiliary):
        monkeypatch.setattr(module, "PI", mpmath.mp.pi)


@every_rule
@pytest.mark.usefixtures("exact_pi")
def test_second_derivatives_at_samples(rule):
    for point in rule.samples:
        check_second(rule, point)


def points(rule):
    def tame(x):
        return x == 0 or abs(x) > 1e-9

    return st.tuples(*(st.floats(lo, hi, allow_subnormal=False).filter(tame) for lo, hi in rule.draw))


@every_rule
@settings(settings.get_profile("rules"))
@given(data=st.data())
def test_values_and_derivatives_at_drawn_points(rule, data):
    point = data.draw(points(rule))
    assume(rule.fault(*point) is None and not rule.conventions(*point))
    check_value(rule, point)
    check_local(rule, point)


TANH = RULES["tanh"]


@pytest.mark.parametrize("point", TANH.samples)
def test_a_value_wrong_by_a_thousandth_is_caught(point):
    wrong = dataclasses.replace(TANH, value=lambda m, i: 1.001 * m.tanh(i))
    check_value(TANH, point)
    with pytest.raises(AssertionError):
        check_value(wrong, point)


@pytest.mark.parametrize("point", TANH.samples)
@pytest.mark.parametrize("check", [check_local, check_second])
def test_a_derivative_wrong_by_a_thousandth_is_caught(check, point):
    wrong = dataclasses.replace(TANH, local=lambda m, o, i: (1.001 * m.square(m.sech(i)),))
    check(TANH, point)
    with pytest.raises(AssertionError):
        check(wrong, point)


def test_a_derivative_by_the_second_operand_wrong_by_a_thousandth_is_caught():
    wrong = dataclasses.replace(RULES["div"], local=lambda m, o, i1, i2: (1 / i2, -1.001 * o / i2))
    for check in (check_local, check_second):
        with pytest.raises(AssertionError):
            check(wrong, (3.0, -4.0))


POLYGAMMA = [(n, x) for n in (0, 1, 2, 5) for x in (1e-3, 0.5, 1.0, 3.3, 20.5, 1e4, 1e12, -0.5, -1.75, -30.3, -1000.25)]


@pytest.mark.parametrize(("n", "x"), POLYGAMMA)
def test_polygamma_in_all_regimes(n, x):
    check_value(RULES["polygamma"], (n, x))


@pytest.mark.parametrize("x", [1e-12, 0.3, 0.5, 0.9999, 1 - 2.0**-53, -0.75])
def test_erfinv_in_all_regimes(x):
    check_value(RULES["erfinv"], (x,))


@pytest.mark.parametrize("n", [0, 1, 2, 3, 4])
@pytest.mark.parametrize("x", [1e-8, -0.01, 0.5, 1.0, 1.4, -2.0, 30.25])
def test_sinc_derivatives_keep_their_digits(n, x):
    check_value(RULES["sinc_derivative"], (n, x))


@pytest.mark.parametrize("x", [1e-8, 1e-3, 0.3, 0.99, 1.01, 20.0])
def test_tanhshrink_keeps_its_digits(x):
    check_value(RULES["tanhshrink"], (x,))


@pytest.mark.parametrize("name", ["sigmoid", "tanh", "log_sigmoid", "softplus", "silu", "mish", "gelu", "gelu_tanh"])
@pytest.mark.parametrize("x", [-30.0, -8.0, 8.0, 17.0, 30.0])
def test_saturated_activations_keep_their_digits(name, x):
    check_value(RULES[name], (x,))
    check_local(RULES[name], (x,))


def test_polygamma_at_infinity():
    from gradcli.rules.special_functions import polygamma

    assert polygamma(0, math.inf) == math.inf
    assert polygamma(1, math.inf) == 0
