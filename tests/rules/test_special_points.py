"""Kinks, singular points and overflow: what is answered, and what is said, where calculus has no answer."""

from __future__ import annotations

import math

import pytest

from gradcli.rules.floats import Floats, evaluate, local_derivatives
from gradcli.rules.table import RULES, tie_convention

inf = math.inf


def at(name, *point, ties="split"):
    m = Floats(ties)
    output = evaluate(RULES[name], m, point)
    return output, local_derivatives(RULES[name], m, output, point)


def equal(ours, expected):
    return ours == pytest.approx(expected, rel=1e-13, abs=0, nan_ok=True)


# name, operands, local derivatives by convention, words that say so
KINKS = [
    ("abs", (0.0,), (0,), "|·|′(0) = 0"),
    ("abs", (-0.0,), (0,), "|·|′(0) = 0"),
    ("sign", (0.0,), (0,), "piecewise constant"),
    ("floor", (2.0,), (0,), "piecewise constant"),
    ("ceil", (-3.0,), (0,), "piecewise constant"),
    ("round", (0.5,), (0,), "piecewise constant"),
    ("round", (-1.5,), (0,), "piecewise constant"),
    ("trunc", (1.0,), (0,), "piecewise constant"),
    ("frac", (1.0,), (1,), "frac′ = 1"),
    ("heaviside", (0.0,), (0,), "piecewise constant"),
    ("relu", (0.0,), (0,), "relu′(0) = 0"),
    ("leaky_relu", (0.0, 0.01), (0.01, 0), "left slope"),
    ("elu", (0.0, 2.0), (2, 0), "left slope"),
    ("selu", (0.0,), (1.7580993408473766,), "1.758, the left slope"),
    ("hardtanh", (1.0,), (0,), "hardtanh′(±1) = 0"),
    ("hardtanh", (-1.0,), (0,), "hardtanh′(±1) = 0"),
    ("relu6", (0.0,), (0,), "relu6′(0)"),
    ("relu6", (6.0,), (0,), "relu6′(6) = 0"),
    ("hardsigmoid", (3.0,), (0,), "hardsigmoid′(±3) = 0"),
    ("hardsigmoid", (-3.0,), (0,), "hardsigmoid′(±3) = 0"),
    ("hardswish", (-3.0,), (0,), "hardswish′(−3) = 0"),
    ("hardswish", (3.0,), (1,), "hardswish′(3) = 1"),
    ("max", (2.0, 2.0), (0.5, 0.5), "max of k equal inputs: 1/k each"),
    ("max", (0.0, -0.0), (0.5, 0.5), "1/k each"),
    ("max", (5.0, 1.0, 5.0, 5.0), (1 / 3, 0, 1 / 3, 1 / 3), "1/k each"),
    ("min", (2.0, 2.0), (0.5, 0.5), "min of k equal inputs: 1/k each"),
    ("min", (1.0, 5.0, 1.0), (0.5, 0, 0.5), "1/k each"),
    ("hypot", (0.0, 0.0), (0, 0), "subgradient 0"),
    ("clamp", (-1.0, -1.0, 1.0), (1, 0, 0), "clamp′ = 1 at a bound"),
    ("clamp", (1.0, -1.0, 1.0), (1, 0, 0), "clamp′ = 1 at a bound"),
    ("mod", (6.0, 3.0), (1, -2), "jumps"),
    ("rem", (-6.0, 3.0), (1, 2), "jumps"),
    ("copysign", (0.0, 2.0), (0, 0), "derivative 0"),
    ("pow", (0.0, 0.0), (0, 0), "0^0 = 1"),
    ("atan2", (0.0, -1.0), (-1, 0), "jumps by 2π"),
    ("absolute_error", (2.0, 2.0), (0, 0), "derivative 0 where i₁ = i₂"),
    ("quantile", (2.0, 2.0, 0.9), (0, 0, 0), "derivative 0 where i₁ = i₂"),
    ("hinge", (1.0, 1.0), (0, 0), "derivative 0 at the margin"),
    ("hinge", (-0.5, -2.0), (0, 0), "derivative 0 at the margin"),
    ("lt", (1.0, 1.0), (0, 0), "piecewise constant"),
    ("eq", (1.0, 1.0), (0, 0), "piecewise constant"),
]


@pytest.mark.parametrize(("name", "point", "slopes", "words"), KINKS)
def test_at_a_kink_the_convention_is_used_and_said(name, point, slopes, words):
    assert equal(at(name, *point)[1], slopes)
    assert any(words in said for said in RULES[name].conventions(*point))
    assert RULES[name].fault(*point) is None


def test_every_kink_stands_in_the_table():
    told = {(name, kink) for name, point, _, _ in KINKS for kink in RULES[name].kinks if kink.at(*point)}
    told_families = {rule.name for rule in RULES.values() if rule.family == "comparison"}
    untold = {
        (name, kink.says)
        for name, rule in RULES.items()
        for kink in rule.kinks
        if (name, kink) not in told and name not in told_families
    }
    assert untold == {("copysign", "copysign jumps at i₂ = 0: derivative 0 by i₂")}
    assert RULES["copysign"].conventions(2.0, 0.0)


SMOOTH = [
    ("elu", (0.0, 1.0), (1, 0)),
    ("celu", (0.0, 3.0), (1, 0)),
    ("leaky_relu", (0.0, 1.0), (1, 0)),
    ("softsign", (0.0,), (1,)),
    ("log_sigmoid", (0.0,), (0.5,)),
    ("softplus", (0.0,), (0.5,)),
    ("asinh", (0.0,), (1,)),
    ("sinc", (0.0,), (0,)),
    ("tanhshrink", (0.0,), (0,)),
    ("rem", (0.0, 3.0), (1, 0)),
    ("frac", (0.0,), (1,)),
    ("trunc", (0.0,), (0,)),
]


@pytest.mark.parametrize(("name", "point", "slopes"), SMOOTH)
def test_what_only_looks_like_a_kink_has_no_convention(name, point, slopes):
    assert equal(at(name, *point)[1], slopes)
    assert RULES[name].conventions(*point) == ()


def test_ties_by_policy():
    assert at("max", 5.0, 1.0, 5.0, ties="first")[1] == (1, 0, 0)
    assert at("max", 1.0, 5.0, 5.0, ties="first")[1] == (0, 1, 0)
    assert at("max", 5.0, 1.0, 5.0, ties="all")[1] == (1, 0, 1)
    assert at("min", 1.0, 1.0, ties="first")[1] == (1, 0)
    assert at("min", 1.0, 1.0, ties="all")[1] == (1, 1)
    assert tie_convention("max", "split") == RULES["max"].kinks[0].says
    assert tie_convention("min", "split") == RULES["min"].kinks[0].says
    assert tie_convention("max", "first") == "max of equal inputs: 1 to the first, 0 to the others"
    assert tie_convention("min", "all") == "min of equal inputs: 1 to each"


VERTICAL = [
    ("sqrt", (0.0,), 0.0, (inf,)),
    ("sqrt", (-0.0,), 0.0, (inf,)),
    ("cbrt", (0.0,), 0.0, (inf,)),
    ("asin", (1.0,), math.pi / 2, (inf,)),
    ("asin", (-1.0,), -math.pi / 2, (inf,)),
    ("acos", (1.0,), 0.0, (-inf,)),
    ("acosh", (1.0,), 0.0, (inf,)),
    ("asec", (1.0,), 0.0, (inf,)),
    ("acsc", (1.0,), math.pi / 2, (-inf,)),
    ("asech", (1.0,), 0.0, (-inf,)),
    ("pow", (0.0, 0.5), 0.0, (inf, 0)),
    ("xlogx", (0.0,), 0.0, (-inf,)),
    ("entr", (0.0,), 0.0, (inf,)),
    ("xlogy", (0.0, 0.0), 0.0, (-inf, 0)),
]


@pytest.mark.parametrize(("name", "point", "value", "slopes"), VERTICAL)
def test_an_infinite_slope_of_a_finite_value_is_no_fault(name, point, value, slopes):
    ours = at(name, *point)
    assert equal(ours[0], value)
    assert equal(ours[1], slopes)
    assert RULES[name].fault(*point) is None


POWERS = [
    ((0.0, 0.0), 1, (0, 0)),
    ((0.0, 1.0), 0, (1, 0)),
    ((0.0, 2.0), 0, (0, 0)),
    ((-2.0, 2.0), 4, (-4, math.nan)),
    ((-2.0, 3.0), -8, (12, math.nan)),
    ((-2.0, 0.0), 1, (0, math.nan)),
    ((2.0, 0.0), 1, (0, math.log(2))),
]


@pytest.mark.parametrize(("point", "value", "slopes"), POWERS)
def test_powers(point, value, slopes):
    assert at("pow", *point)[0] == value
    assert equal(at("pow", *point)[1], slopes)
    assert RULES["pow"].fault(*point) is None


# name, operands, the reason
OUTSIDE = [
    ("recip", (0.0,), "1/0"),
    ("sqrt", (-1.0,), "√ of a negative number"),
    ("rsqrt", (-1.0,), "√ of a negative number"),
    ("rsqrt", (0.0,), "1/0"),
    ("ln", (-1.0,), "ln of a negative number"),
    ("ln", (0.0,), "ln of 0"),
    ("ln", (-0.0,), "ln of 0"),
    ("log2", (-1.0,), "ln of a negative number"),
    ("log2", (0.0,), "ln of 0"),
    ("log10", (-1.0,), "ln of a negative number"),
    ("log10", (0.0,), "ln of 0"),
    ("log1p", (-2.0,), "ln of a negative number"),
    ("log1p", (-1.0,), "ln of 0"),
    ("logit", (-0.5,), "ln of a negative number"),
    ("logit", (2.0,), "ln of a negative number"),
    ("logit", (0.0,), "ln of 0"),
    ("logit", (1.0,), "1/0"),
    ("xlogx", (-1.0,), "ln of a negative number"),
    ("entr", (-1.0,), "ln of a negative number"),
    ("csc", (0.0,), "csc of 0"),
    ("cot", (0.0,), "cot of 0"),
    ("asin", (1.5,), "asin of a number outside"),
    ("acos", (-1.5,), "acos of a number outside"),
    ("asec", (0.5,), "asec of a number inside"),
    ("asec", (0.0,), "asec of a number inside"),
    ("acsc", (-0.5,), "acsc of a number inside"),
    ("acsc", (0.0,), "acsc of a number inside"),
    ("tand", (90.0,), "tan of 90 degrees"),
    ("tand", (-90.0,), "tan of −90 degrees"),
    ("asind", (1.5,), "asind of a number outside"),
    ("acosd", (1.5,), "acosd of a number outside"),
    ("csch", (0.0,), "csch of 0"),
    ("coth", (0.0,), "coth of 0"),
    ("acosh", (0.5,), "acosh of a number below 1"),
    ("acosh", (-2.0,), "acosh of a number below 1"),
    ("atanh", (1.0,), "atanh of 1"),
    ("atanh", (-1.0,), "atanh of −1"),
    ("atanh", (2.0,), "atanh of a number outside"),
    ("acoth", (1.0,), "acoth of 1"),
    ("acoth", (0.5,), "acoth of a number inside"),
    ("acoth", (0.0,), "acoth of a number inside"),
    ("asech", (0.0,), "asech of 0"),
    ("asech", (2.0,), "asech of a number outside"),
    ("asech", (-1.0,), "asech of a number outside"),
    ("acsch", (0.0,), "acsch of 0"),
    ("erfinv", (1.0,), "erfinv of 1"),
    ("erfinv", (-2.0,), "erfinv of a number outside"),
    ("gamma", (0.0,), "gamma of 0"),
    ("gamma", (-1.0,), "gamma of −1"),
    ("lgamma", (0.0,), "lgamma of 0"),
    ("lgamma", (-3.0,), "lgamma of −3"),
    ("digamma", (0.0,), "digamma of 0"),
    ("digamma", (-2.0,), "digamma of −2"),
    ("polygamma", (1.0, 0.0), "a pole"),
    ("polygamma", (-1.0, 2.0), "of the order −1"),
    ("polygamma", (1.5, 2.0), "of the order 1.5"),
    ("beta", (0.0, 1.0), "beta of a number that is not positive"),
    ("beta", (2.0, -0.5), "beta of a number that is not positive"),
    ("div", (1.0, 0.0), "1/0"),
    ("div", (-2.5, -0.0), "−2.5/0"),
    ("div", (0.0, 0.0), "0/0"),
    ("pow", (-8.0, 1 / 3), "a negative number to the power 0.333333"),
    ("pow", (-1.0, 0.5), "a negative number to the power 0.5"),
    ("pow", (0.0, -1.0), "0 to the power −1"),
    ("pow", (-0.0, -2.0), "0 to the power −2"),
    ("atan2", (0.0, 0.0), "atan2(0, 0)"),
    ("atan2", (-0.0, 0.0), "atan2(0, 0)"),
    ("logsubexp", (2.0, 2.0), "ln of 0"),
    ("mod", (1.0, 0.0), "mod by 0"),
    ("rem", (1.0, 0.0), "rem by 0"),
    ("log_base", (-1.0, 2.0), "logarithm of a negative number"),
    ("log_base", (0.0, 2.0), "logarithm of 0"),
    ("log_base", (2.0, 0.0), "logarithm to the base 0"),
    ("log_base", (2.0, -1.0), "logarithm to the base −1"),
    ("log_base", (2.0, 1.0), "logarithm to the base 1"),
    ("log_base", (1.0, 1.0), "logarithm to the base 1"),
    ("xlogy", (1.0, -1.0), "ln of a negative number"),
    ("xlogy", (0.0, -1.0), "ln of a negative number"),
    ("xlogy", (1.0, 0.0), "ln of 0"),
    ("bce", (1.2, 1.0), "1.2 is no probability"),
    ("bce", (1.2, 0.5), "1.2 is no probability"),
    ("bce", (-0.5, 0.0), "−0.5 is no probability"),
    ("bce", (0.0, 1.0), "ln of 0"),
    ("bce", (1.0, 0.0), "ln of 0"),
    ("bce", (0.0, 0.5), "ln of 0"),
    ("focal", (1.2, 1.0, 2.0), "1.2 is no probability"),
    ("focal", (1.2, 0.0, 2.0), "1.2 is no probability"),
    ("focal", (-0.5, 0.0, 2.0), "−0.5 is no probability"),
    ("focal", (-0.5, 1.0, 2.0), "−0.5 is no probability"),
    ("focal", (0.0, 1.0, 2.0), "ln of 0"),
    ("focal", (1.0, 0.0, 2.0), "ln of 0"),
    ("focal", (0.0, 0.0, -1.0), "0 to the power −1"),
    ("focal", (1.0, 1.0, -1.0), "0 to the power −1"),
    ("gaussian_nll", (1.0, 2.0, 0.0), "a variance of 0"),
    ("gaussian_nll", (2.0, 2.0, 0.0), "a variance of 0"),
    ("gaussian_nll", (1.0, 2.0, -1.0), "a negative variance"),
    ("kl_div", (-0.5, 0.5), "−0.5 is no probability"),
    ("kl_div", (0.5, -0.5), "−0.5 is no probability"),
    ("kl_div", (-0.5, -0.2), "−0.5 is no probability"),
    ("kl_div", (0.0, -0.2), "−0.2 is no probability"),
    ("kl_div", (0.5, 0.0), "0.5/0"),
]


@pytest.mark.parametrize(("name", "point", "reason"), OUTSIDE)
def test_outside_the_domain_there_is_a_reason_and_no_finite_value(name, point, reason):
    assert reason in RULES[name].fault(*point)
    assert not math.isfinite(evaluate(RULES[name], Floats(), point))


def test_every_domain_stands_in_the_table():
    assert {name for name, rule in RULES.items() if rule.domain} == {name for name, _, _ in OUTSIDE}


@pytest.mark.parametrize("rule", RULES.values(), ids=lambda rule: rule.name)
def test_inside_the_domain_there_is_no_fault_and_a_finite_value(rule):
    for point in (*rule.samples, tuple(lo for lo, _ in rule.draw), tuple(hi for _, hi in rule.draw)):
        assert rule.fault(*point) is None
        assert math.isfinite(evaluate(rule, Floats(), point))


@pytest.mark.parametrize("rule", RULES.values(), ids=lambda rule: rule.name)
def test_samples_are_smooth(rule):
    for point in rule.samples:
        assert rule.conventions(*point) == ()


# name, operands, value, local derivatives: none of them NaN where the truth is finite
HUGE = [
    ("exp", (1000.0,), inf, (inf,)),
    ("exp", (-1000.0,), 0, (0,)),
    ("exp2", (2000.0,), inf, (inf,)),
    ("sinh", (-1000.0,), -inf, (inf,)),
    ("sech", (1000.0,), 0, (0,)),
    ("sech", (-1e308,), 0, (0,)),
    ("csch", (1000.0,), 0, (0,)),
    ("tanh", (800.0,), 1, (0,)),
    ("tanh", (-800.0,), -1, (0,)),
    ("coth", (1000.0,), 1, (0,)),
    ("asinh", (1e200,), math.asinh(1e200), (1e-200,)),
    ("acosh", (1e200,), math.acosh(1e200), (1e-200,)),
    ("sigmoid", (1000.0,), 1, (0,)),
    ("sigmoid", (-1000.0,), 0, (0,)),
    ("sigmoid", (-700.0,), math.exp(-700), (math.exp(-700),)),
    ("sigmoid", (700.0,), 1, (math.exp(-700),)),
    ("log_sigmoid", (1000.0,), 0, (0,)),
    ("log_sigmoid", (-1000.0,), -1000, (1,)),
    ("log_sigmoid", (-1e308,), -1e308, (1,)),
    ("softplus", (1000.0,), 1000, (1,)),
    ("softplus", (-1000.0,), 0, (0,)),
    ("softplus", (-700.0,), math.exp(-700), (math.exp(-700),)),
    ("silu", (1000.0,), 1000, (1,)),
    ("silu", (-1000.0,), 0, (0,)),
    ("silu", (-1e308,), 0, (0,)),
    ("gelu", (1000.0,), 1000, (1,)),
    ("gelu", (-1000.0,), 0, (0,)),
    ("gelu", (1e200,), 1e200, (1,)),
    ("gelu_tanh", (1000.0,), 1000, (1,)),
    ("gelu_tanh", (1e200,), 1e200, (1,)),
    ("gelu_tanh", (-1e200,), 0, (0,)),
    ("mish", (1000.0,), 1000, (1,)),
    ("mish", (-1000.0,), 0, (0,)),
    ("mish", (1e308,), 1e308, (1,)),
    ("softsign", (1e308,), 1, (0,)),
    ("softsign", (-1e308,), -1, (0,)),
    ("tanhshrink", (1e308,), 1e308, (1,)),
    ("tanhshrink", (1e-120,), 0, (1e-240,)),
    ("elu", (1000.0, 1.0), 1000, (1, 0)),
    ("elu", (-1000.0, 1.0), -1, (0, -1)),
    ("selu", (1000.0,), 1050.7009873554805, (1.0507009873554805,)),
    ("celu", (-1000.0, 1.0), -1, (0, -1)),
    ("hardswish", (1e308,), 1e308, (1,)),
    ("logaddexp", (1000.0, 1000.0), 1000 + math.log(2), (0.5, 0.5)),
    ("logaddexp", (-1000.0, -1000.0), math.log(2) - 1000, (0.5, 0.5)),
    ("logaddexp", (-1000.0, 1000.0), 1000, (0, 1)),
    ("logaddexp", (-inf, 3.0), 3, (0, 1)),
    ("logsubexp", (1000.0, -1000.0), 1000, (1, 0)),
    ("logsubexp", (1000.0, 999.0), 1000 + math.log1p(-math.exp(-1)), (1 / (1 - math.exp(-1)), 1 / (1 - math.e))),
    ("hypot", (1e200, 1e200), math.sqrt(2) * 1e200, (math.sqrt(0.5), math.sqrt(0.5))),
    ("atan2", (1e200, 1e200), math.pi / 4, (5e-201, -5e-201)),
    ("atan2", (1e-200, 1e-200), math.pi / 4, (5e199, -5e199)),
    ("gamma", (1000.0,), inf, (inf,)),
    ("normcdf", (-1000.0,), 0, (0,)),
    ("erf", (1e200,), 1, (0,)),
]


@pytest.mark.parametrize(("name", "point", "value", "slopes"), HUGE)
def test_large_operands(name, point, value, slopes):
    ours = at(name, *point)
    assert ours[0] == pytest.approx(value, rel=1e-13, abs=1e-305)
    # 1000 as a sum of exponentials is known to 1e-13, and what is left of it when 1000 is subtracted no better.
    assert ours[1] == pytest.approx(slopes, rel=2e-13, abs=1e-305)


def test_logaddexp_of_infinities():
    m = Floats()
    assert m.logaddexp(-inf, -inf) == -inf
    assert m.logaddexp(inf, 0.0) == inf
    assert m.logaddexp(inf, -inf, 2.0) == inf
    assert m.logaddexp(0.0, -50.0) == pytest.approx(math.exp(-50), rel=1e-15)


def test_exact_at_exact_angles():
    m = Floats()
    assert [m.sinpi(x) for x in (0.0, 0.5, 1.0, 1.5, -3.0, 1e15)] == [0, 1, 0, -1, 0, 0]
    assert [m.cospi(x) for x in (0.0, 0.5, 1.0, 1.5, -3.0, 1e15)] == [1, 0, -1, 0, -1, 1]
    assert (m.sind(180.0), m.cosd(90.0), m.tand(45.0)) == (0, 0, 1)


def test_clamp_with_its_bounds_in_the_wrong_order_is_the_upper_one():
    for x in (-5.0, 0.5, 9.0):
        assert at("clamp", x, 2.0, -1.0) == (-1, (0, 0, 1))


def test_round_half_to_even():
    assert [Floats().round(x) for x in (0.5, 1.5, 2.5, -0.5)] == [0, 2, 2, 0]


def test_the_slope_of_mod_belongs_to_its_value():
    # 1/0.1 rounds to 10, but 0.1 is a little more than a tenth: it goes 9 times into 1.
    assert at("mod", 1.0, 0.1) == (1.0 % 0.1, (1, -9))
