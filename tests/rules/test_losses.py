"""Losses entry by entry: the printed slopes, digits, and what happens at the ends of their domains."""

from __future__ import annotations

import math

import mpmath
import pytest

from gradcli.rules.floats import Floats, evaluate, local_derivatives
from gradcli.rules.table import RULES, lookup

from .checks import check_local, check_value

inf = math.inf

ALIASES = {
    "absolute_error": "abs_error", "huber": "huber_loss Huber", "log_cosh": "logcosh log_cosh_loss LogCosh",
    "quantile": "pinball quantile_loss pinball_loss", "bce": "binary_cross_entropy bce_loss BCE",
    "bce_logits": "bce_with_logits binary_cross_entropy_with_logits sigmoid_cross_entropy", "hinge": "hinge_loss",
    "squared_hinge": "squared_hinge_loss", "focal": "focal_loss", "poisson_nll": "poisson_nll_loss",
    "gaussian_nll": "gaussian_nll_loss", "kl_div": "rel_entr",
}  # fmt: skip


@pytest.mark.parametrize("name", ALIASES)
def test_aliases(name):
    for alias in (name, *ALIASES[name].split()):
        assert lookup(alias) is RULES[name]


def test_what_shapes_a_loss_may_be_left_out():
    assert RULES["huber"].defaults == (1.0,)
    assert RULES["focal"].defaults == (2.0,)
    assert not RULES["quantile"].defaults


def local(name, *point):
    m = Floats()
    return local_derivatives(RULES[name], m, evaluate(RULES[name], m, point), point)


# The formulas of section 2.6, each at points on both sides of its kink.
FORMULAS = [
    ("bce", (0.3, 0.8), ((0.3 - 0.8) / (0.3 * 0.7), math.log(0.7 / 0.3))),
    ("bce_logits", (1.5, 1.0), (1 / (1 + math.exp(-1.5)) - 1, -1.5)),
    ("huber", (4.0, 1.0, 2.0), (2, -2, 1)),
    ("huber", (-4.0, 1.0, 2.0), (-2, 2, 3)),
    ("huber", (1.5, 1.0, 2.0), (0.5, -0.5, 0)),
    ("hinge", (0.5, -1.0), (1, -0.5)),
    ("hinge", (2.0, 1.0), (0, 0)),
    ("squared_hinge", (0.5, 1.0), (-2 * 0.5, -2 * 0.5 * 0.5)),
    ("log_cosh", (3.0, 1.0), (math.tanh(2), -math.tanh(2))),
    ("quantile", (1.0, 3.0, 0.9), (-0.9, 0.9, 2)),
    ("quantile", (3.0, 1.0, 0.9), (1 - 0.9, 0.9 - 1, -2)),
    ("poisson_nll", (0.5, 3.0), (math.exp(0.5) - 3, -0.5)),
    ("gaussian_nll", (1.0, 3.0, 4.0), (-0.5, 0.5, (1 / 4 - 4 / 16) / 2)),
    ("focal", (0.3, 1.0, 2.0), (2 * 0.7 * math.log(0.3) - 0.49 / 0.3, None, None)),
    ("kl_div", (0.2, 0.5), (math.log(0.4) + 1, -0.4)),
]


@pytest.mark.parametrize(("name", "point", "slopes"), FORMULAS)
def test_slopes_as_they_are_printed(name, point, slopes):
    for ours, true in zip(local(name, *point), slopes, strict=True):
        assert true is None or ours == pytest.approx(true, rel=1e-14, abs=1e-16)


@pytest.mark.parametrize("z", [-700.0, -40.0, -8.0, 8.0, 17.0, 40.0, 700.0])
@pytest.mark.parametrize("t", [0.0, 1.0, 0.3])
def test_bce_of_logits_keeps_its_digits(z, t):
    check_value(RULES["bce_logits"], (z, t))
    check_local(RULES["bce_logits"], (z, t))
    with mpmath.workdps(400):
        share = 1 / (1 + mpmath.exp(-mpmath.mpf(z)))
        true = -t * mpmath.log(share) - (1 - mpmath.mpf(t)) * mpmath.log(1 - share)
        assert abs(evaluate(RULES["bce_logits"], Floats(), (z, t)) - true) <= 1e-15 * true


@pytest.mark.parametrize("z", [-3.0, -0.2, 1.0, 4.0])
@pytest.mark.parametrize("t", [0.0, 1.0, 0.3])
def test_bce_of_a_sigmoid_is_bce_of_its_logit(z, t):
    m = Floats()
    p = m.sigmoid(z)
    assert m.bce(p, t) == pytest.approx(m.bce_logits(z, t), rel=1e-13)
    assert m.focal(p, t, 0.0) == pytest.approx(m.bce(p, t), rel=1e-15)
    assert local("focal", p, t, 0.0)[:2] == pytest.approx(local("bce", p, t), rel=1e-13)


@pytest.mark.parametrize("p", [1e-12, 1e-6, 0.999999, 1 - 1e-12])
@pytest.mark.parametrize("t", [0.0, 1.0])
@pytest.mark.parametrize("name", ["bce", "focal"])
def test_confident_probabilities_keep_their_digits(name, p, t):
    point = (p, t, 2.0)[: 3 if name == "focal" else 2]
    check_value(RULES[name], point)
    check_local(RULES[name], point)


@pytest.mark.parametrize("gap", [1e-12, 1e-6, 1e-3, 0.5, 0.999, 1.001, 30.0, 700.0])
def test_log_cosh_keeps_its_digits(gap):
    check_value(RULES["log_cosh"], (gap, 0.0))


def test_losses_that_do_not_differ_by_a_kink():
    m = Floats()
    for gap in (0.999999, 1.0, 1.000001):  # both branches of each meet here
        assert m.huber(gap, 0.0, 1.0) == pytest.approx(gap - 0.5, abs=1e-11)
        assert m.log_cosh(gap, 0.0) == pytest.approx(math.log(math.cosh(gap)), rel=1e-14)


def at(name, *point):
    return evaluate(RULES[name], Floats(), point), local(name, *point)


SMOOTH = [
    ("huber", (3.0, 2.0, 1.0), (1, -1, 0)),
    ("huber", (2.0, 3.0, 1.0), (-1, 1, 0)),
    ("squared_hinge", (1.0, 1.0), (0, 0)),
    ("log_cosh", (2.0, 2.0), (0, 0)),
    ("bce_logits", (0.0, 0.0), (0.5, 0)),
    ("bce_logits", (0.0, 1.0), (-0.5, 0)),
]


@pytest.mark.parametrize(("name", "point", "slopes"), SMOOTH)
def test_what_only_looks_like_a_kink_has_no_convention(name, point, slopes):
    assert local(name, *point) == pytest.approx(slopes, abs=1e-16)
    assert RULES[name].conventions(*point) == ()


CERTAIN = [
    ("bce", (0.0, 0.0), 0.0, (1, inf)),
    ("bce", (1.0, 1.0), 0.0, (-1, -inf)),
    ("focal", (0.0, 0.0, 2.0), 0.0, (0, inf, 0)),
    ("focal", (1.0, 1.0, 2.0), 0.0, (0, -inf, 0)),
    ("focal", (0.0, 0.0, 0.0), 0.0, (1, inf, 0)),
    ("focal", (1.0, 1.0, 0.0), 0.0, (-1, -inf, 0)),
    ("focal", (1.0, 1.0, 0.5), 0.0, (0, -inf, 0)),
    ("kl_div", (0.0, 0.5), 0.0, (-inf, 0)),
    ("kl_div", (0.0, 0.0), 0.0, (-inf, 0)),
]


@pytest.mark.parametrize(("name", "point", "value", "slopes"), CERTAIN)
def test_a_certain_prediction_that_is_right(name, point, value, slopes):
    assert at(name, *point) == (value, slopes)
    assert RULES[name].fault(*point) is None


# name, operands, value, local derivatives: none of them NaN where the truth is finite
HUGE = [
    ("bce_logits", (1000.0, 1.0), 0, (0, -1000)),
    ("bce_logits", (-1000.0, 1.0), 1000, (-1, 1000)),
    ("bce_logits", (1000.0, 0.0), 1000, (1, -1000)),
    ("bce_logits", (-1000.0, 0.0), 0, (0, 1000)),
    ("bce_logits", (700.0, 1.0), math.exp(-700), (-math.exp(-700), -700)),
    ("bce_logits", (1e308, 0.5), 5e307, (0.5, -1e308)),
    ("huber", (1e200, 0.0, 1.0), 1e200, (1, -1, 1e200)),
    ("log_cosh", (1000.0, 0.0), 1000 - math.log(2), (1, -1)),
    ("log_cosh", (-1000.0, 0.0), 1000 - math.log(2), (-1, 1)),
    ("log_cosh", (1e-8, 0.0), 5e-17, (1e-8, -1e-8)),
    ("hinge", (-1000.0, 1.0), 1001, (-1, 1000)),
    ("squared_hinge", (1e200, 1.0), 0, (0, 0)),
    ("poisson_nll", (-1000.0, 1.0), 1000, (-1, 1000)),
    ("bce", (1e-300, 0.0), 1e-300, (1, -math.log(1e-300))),
]


@pytest.mark.parametrize(("name", "point", "value", "slopes"), HUGE)
def test_large_operands(name, point, value, slopes):
    ours = at(name, *point)
    assert ours[0] == pytest.approx(value, rel=1e-13, abs=1e-305)
    assert ours[1] == pytest.approx(slopes, rel=1e-13, abs=1e-305)
