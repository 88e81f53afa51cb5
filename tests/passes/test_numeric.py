"""The checker: its verdicts as a literal table, and that it catches what is wrong."""

from __future__ import annotations

import math

import pytest

from gradcli.graph.build import build, read
from gradcli.passes.backward import run_backward
from gradcli.passes.forward import run_forward
from gradcli.passes.numeric import check_numerically


def verdict(text, x, factor=1.0, shift=0.0):
    graph = build(read(text))
    (slope,) = run_backward(run_forward(graph, (x,))).gradient()
    (check,) = check_numerically(graph, (x,), (slope * factor + shift,), (0,))
    return check


AGREES = [
    ("x^2", 3.0), ("x^2", 0.0), ("x^3", 0.0), ("cos(x)", 0.0), ("5 + 0*x", 1.0), ("floor(x)", 2.5), ("relu(x)", -2.0),
    ("x^2", 1e-150), ("x^2", 1e-300), ("1e-300*x", 1.0), ("1e200*x", 1.0), ("x*1e150", 1e150), ("1 + x", 1e-300),
    ("x^2", 1e150), ("1e-9*x", 1.0), ("1 + 1e-9*x", 1.0), ("exp(x)", 700.0), ("exp(x)", -700.0), ("σ(x)", -700.0),
    ("sin(1e20*x)", 0.0), ("sin(x)^2", math.pi), ("x^x", 1e-3), ("tan(x)", 1.5707), ("lgamma(x)", 2.0),
    # next to the border of a domain, or to a kink
    ("ln(x)", 1e-9), ("ln(x)", 1e-300), ("sqrt(x)", 1e-12), ("1/x", 1e-5), ("asin(x)", 1 - 1e-9), ("relu(x)", 1e-9),
    ("|x|", -1e-12), ("max(x, 1)", 1.000001), ("floor(x)", 3 - 1e-6), ("x^2*sin(1/x)", 1e-3),
    # kinks of which nothing is left
    ("x*|x|", 0.0), ("|x|^1.5", 0.0), ("where(x > 0, x^2, 0)", 0.0), ("max(x, x)", 1.0), ("relu(x) + min(x, 0)", 1.0),
]  # fmt: skip


@pytest.mark.parametrize(("formula", "x"), AGREES)
def test_right_derivatives_agree(formula, x):
    check = verdict(formula, x)
    assert check.verdict == "agrees", check


KINKS = [
    ("relu(x)", 0.0, "the slope is 0 on the left and 1 on the right"),
    ("|x|", 0.0, "the slope is -1 on the left and 1 on the right"),
    ("max(x, 2*x)", 0.0, "the slope is 1 on the left and 2 on the right"),
    ("relu(x) + x", 0.0, "the slope is 1 on the left and 2 on the right"),
    ("min(x^2, 9)", 3.0, "the slope is 6 on the left and 0 on the right"),
    ("sign(x)", 0.0, "the value jumps here"),
    ("floor(x)", 2.0, "the value jumps here"),
    ("heaviside(x)", 0.0, "the value jumps here"),
]


@pytest.mark.parametrize(("formula", "x", "reason"), KINKS)
def test_kinks(formula, x, reason):
    check = verdict(formula, x)
    assert (check.verdict, check.reason) == ("kink", reason)


def test_conventions_that_do_not_compose_are_found():
    check = verdict("relu(x) - relu(-x)", 0.0)
    assert (check.verdict, check.analytic) == ("differs", 0)
    assert check.numeric == pytest.approx(1)


def test_a_convention_outside_the_two_slopes_is_found():
    assert verdict("relu(x)", 0.0, shift=1.5).verdict == "differs"
    assert verdict("relu(x)", 0.0, shift=-0.5).verdict == "differs"


WRONG = [
    ("x^2", 3.0), ("x^2", 1e-100), ("x^2", 1e150), ("1e-9*x", 1.0), ("1 + 1e-9*x", 1.0), ("exp(x)", -700.0),
    ("σ(x)", -700.0), ("tanh(x)", 1e-8), ("ln(x)", 1e-300), ("sqrt(x)", 1e-12), ("1 + x", 1e-300), ("relu(x)", 1e-9),
    ("sin(1e20*x)", 0.0), ("1e200*x", 1.0), ("1e-300*x", 1.0), ("x^2*sin(1/x)", 1e-3), ("tan(x)", 1.5707),
]  # fmt: skip


@pytest.mark.parametrize(("formula", "x"), WRONG)
@pytest.mark.parametrize("factor", [1.001, 0.999, 2, -1])
def test_wrong_derivatives_differ(formula, x, factor):
    check = verdict(formula, x, factor)
    assert check.verdict == "differs", check
    assert check.error == pytest.approx(abs(factor - 1) / max(1, abs(factor)), rel=0.02)


def test_both_exactly_zero_agree():
    check = verdict("0*x + 3", 1.0)
    assert (check.verdict, check.analytic, check.numeric, check.error) == ("agrees", 0, 0, 0)


def test_relative_and_not_absolute():
    check = verdict("1e-9*x", 1.0, factor=2)
    assert (check.verdict, check.analytic) == ("differs", 2e-9)
    assert check.error == pytest.approx(0.5)


CANNOT_TELL = [
    ("sqrt(x)", 0.0, "the derivative is not finite, and there is no finite value at x − h"),
    ("asin(x)", 1.0, "the derivative is not finite, and there is no finite value at x + h"),
    ("e^x", 1000.0, "the value is too large for double precision"),
    ("cbrt(x)", 0.0, "the derivative is not finite"),
    ("(x²)^.5", 0.0, "the derivative is not finite"),
    ("(x + 1e17) - 1e17", 1.0, "cancellation: f(x + h) − f(x − h) loses so many digits that"),
    ("σ(x)", 40.0, "cancellation: f(x + h) − f(x − h) loses so many digits that the quotient may be off by"),
    ("sin(x)", 1e20, "x is too large to tell the function's bends apart"),
]  # fmt: skip


@pytest.mark.parametrize(("formula", "x", "reason"), CANNOT_TELL)
def test_what_cannot_be_told_is_said(formula, x, reason):
    check = verdict(formula, x)
    assert check.verdict == "cannot tell"
    assert check.reason.startswith(reason)


ONE_SIDED = [("x^1.5", 0.0, "x − h"), ("1 + x^2.5", 0.0, "x − h"), ("(1 - x)^1.5", 1.0, "x + h")]


@pytest.mark.parametrize(("formula", "x", "border"), ONE_SIDED)
def test_where_the_domain_ends_the_other_side_is_asked(formula, x, border):
    check = verdict(formula, x)
    said = f"no finite value at {border}: the quotient is that of the other side"
    assert (check.verdict, check.reason) == ("agrees", said)
    assert verdict(formula, x, shift=0.01).verdict == "differs"


def test_a_kink_at_the_end_of_the_domain_is_not_held_against_the_derivative():
    check = verdict("relu(x) + x^1.5", 0.0)
    assert (check.verdict, check.analytic) == ("kink", 0)
    assert check.numeric == pytest.approx(1, abs=1e-3)


def test_the_slopes_of_both_sides_of_a_kink_are_known():
    check = verdict("3*relu(x) - x", 0.0)
    assert (check.left, check.right) == pytest.approx((-1, 2), rel=1e-9)
    smooth = verdict("x^2", 3.0)
    assert math.isnan(smooth.left)
    assert math.isnan(smooth.right)


SLOPES = [
    ("x^2", 3.0, 6.0), ("sin(x)", 1.0, math.cos(1)), ("exp(x)", 2.0, math.exp(2)), ("ln(x)", 1e-9, 1e9),
    ("1/x", 1e-5, -1e10), ("sin(50*x)", 1.0, 50 * math.cos(50)), ("x^7", 1e-30, 7e-180), ("1 + 1e-9*x", 1.0, 1e-9),
    ("x*|x|", 0.0, 0.0), ("max(x, 1)", 1.000001, 1.0),
    ("tan(x)", 1.5, 1 / math.cos(1.5) ** 2), ("exp(exp(x))", 2.0, math.exp(2 + math.exp(2))),
]  # fmt: skip


@pytest.mark.parametrize(("formula", "x", "slope"), SLOPES)
def test_the_quotient_is_no_further_off_than_it_says(formula, x, slope):
    check = verdict(formula, x)
    assert abs(check.numeric - slope) <= check.bound + 1e-15 * abs(slope)
    assert check.bound <= 1e-6 * abs(slope) or slope in (0, 1e-9)


@pytest.mark.parametrize(("formula", "x"), [("sin(x)", 1.0), ("exp(x)", 2.0), ("tanh(x)*x", 0.75), ("x/(1 + x²)", 3.0)])
def test_a_tame_function_is_extrapolated_to_ten_digits(formula, x):
    check = verdict(formula, x)
    assert check.numeric == pytest.approx(check.analytic, rel=2e-11)


def test_a_derivative_wrong_by_far_is_blamed_although_digits_are_lost():
    # 1e10 beside x leaves six digits of the quotient: enough to see that 5 is not 1, whatever the step.
    assert verdict("(x + 1e10) - 1e10", 1.0, shift=4.0).verdict == "differs"


def test_only_the_wanted_inputs_are_checked():
    graph = build(read("x*y + z"))
    point = (2.0, 3.0, 4.0)
    checks = check_numerically(graph, point, (3.0, 2.0, 99.0), (1, 0))
    assert [(check.name, check.verdict) for check in checks] == [("y", "agrees"), ("x", "agrees")]


LOST = [
    ("(1 - cos(x))/x^2", 1e-8, "the value by"), ("(1 - cos(x - 1))/(x - 1)^2", 1.00000001, "the value by"),
    ("(exp(x) - 1 - x)/x^2", 1e-7, "the value by"), ("1e6 + (1 - cos(x))/x^2", 1e-8, "the derivative by"),
]  # fmt: skip


@pytest.mark.parametrize(("formula", "x", "lost"), LOST)
def test_a_derivative_of_which_cancellation_leaves_no_digit_is_not_blamed(formula, x, lost):
    check = verdict(formula, x)
    assert check.verdict == "cannot tell", check
    assert check.reason.startswith(f"cancellation: rounding may move {lost}")
    assert check.reason.endswith("is correct")
    # They are far apart, and by no more than rounding explains: a derivative that is further off is blamed.
    assert abs(check.analytic - check.numeric) > 1000
    assert verdict(formula, x, factor=1e9).verdict == "differs"


@pytest.mark.parametrize(("formula", "x"), [
    ("(1 - cos(x))/x^2", 0.5), ("sin(x)", math.pi), ("x - 1", 1.0), ("(x - 1)*(x - 2)", 1.0), ("exp(x) - e", 1.0),
    ("ln(x)", 1.0), ("x^3 - x", 1.0),
])  # fmt: skip
@pytest.mark.parametrize("factor", [1.001, 0.999])
def test_where_only_the_value_has_no_digit_an_error_is_found(formula, x, factor):
    assert verdict(formula, x).verdict == "agrees"
    assert verdict(formula, x, factor).verdict == "differs"


def test_across_a_jump_there_is_no_quotient():
    check = verdict("if(x > 1, x^2, 2x)", 1.0)
    assert (check.verdict, check.reason) == ("kink", "the value jumps here")
    assert math.isnan(check.numeric)
    assert math.isnan(check.error)
    assert math.isnan(check.bound)
    assert math.isnan(verdict("sign(x)", 0.0).error)


def test_cancellation_in_one_entry_of_a_vector():
    numpy = pytest.importorskip("numpy")
    graph = build(read("sum((1 - cos(x))/x^2)", arrays=["x"]), "lecture", {"x": (2,)})
    point = (numpy.array([1e-8, 1e-8]),)
    (slope,) = run_backward(run_forward(graph, point)).gradient()
    for check in check_numerically(graph, point, (slope,), (0,)):
        assert check.verdict == "cannot tell"
        assert "no digit of them is correct" in check.reason
