"""Mistakes of the instructor's own: what they are made of, the number they give, and how they are refused."""

from __future__ import annotations

import math

import numpy
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gradcli.homework.keys.key import Mistake
from gradcli.homework.keys.own_mistakes import LONGEST, read_mistake
from gradcli.language import GradcliError

NUMBERS = st.floats(-1e3, 1e3)


def read(when):
    return read_mistake(Mistake(when, "Say it."))


def test_the_example_of_the_specification():
    # f = (x + y)*z at x = -2, y = 5, z = -4: up q is z = -4 and local q/x is 1.
    mistake = read("grad x = up(q) + local(q, x)")
    assert (mistake.target, mistake.say) == (("grad", "x", None), "Say it.")
    assert mistake.needs == (("up", "q", None), ("local", "q", "x"))
    assert mistake.value([-4.0, 1.0]) == -3.0


TARGETS = [
    ("grad x", ("grad", "x", None)),
    ("  up q ", ("up", "q", None)),
    ("value x + y", ("value", "x + y", None)),
    ("local q/x", ("local", "q", "x")),
    ("jac y / x", ("jac", "y", "x")),
    ("GRAD β₀", ("grad", "β₀", None)),
]


@pytest.mark.parametrize(("left", "target"), TARGETS)
def test_the_left_side_is_read_as_students_write_it(left, target):
    assert read(f"{left} = 1").target == target


RIGHT = [
    ("2up(q) local(q, x) - x^2", [("up", "q", None), ("local", "q", "x"), ("value", "x", None)], [3.0, 4.0, 5.0], -1.0),
    ("up(q)*q/value(q) - UP(q)", [("up", "q", None), ("value", "q", None)], [3.0, 4.0], 0.0),
    ("value(q)*value(r)", [("value", "q", None), ("value", "r", None)], [3.0, 4.0], 12.0),
    ("grad(x) + up(β₀) + up(beta_0)", [("grad", "x", None), ("up", "β₀", None)], [1.0, 2.0], 5.0),
    ("up(x + y)*local((x+y)^2, x)", [("up", "x + y", None), ("local", "(x+y)^2", "x")], [3.0, 4.0], 12.0),
    ("cos(up(q)) + sqrt(x)", [("up", "q", None), ("value", "x", None)], [0.0, 9.0], 4.0),
    ("max(x, y) + e", [("value", "x", None), ("value", "y", None)], [2.0, 7.0], 7.0 + math.e),
    ("up(sigma(x)/x)", [("up", "sigma(x)/x", None)], [0.5], 0.5),
    ("up + grad", [("value", "up", None), ("value", "grad", None)], [1.0, 2.0], 3.0),
    ("e + value(e)", [("value", "e", None)], [1.0], 1.0 + math.e),
    ("-1/2", [], [], -0.5),
]


@pytest.mark.parametrize(("right", "needs", "numbers", "value"), RIGHT)
def test_the_right_side(right, needs, numbers, value):
    mistake = read(f"grad x = {right}")
    assert list(mistake.needs) == needs
    assert mistake.value(numbers) == pytest.approx(value, rel=1e-15)


@given(NUMBERS, NUMBERS, NUMBERS)
def test_the_numbers_stand_in_the_order_of_the_needs(u, l, x):
    mistake = read("grad x = x - up(q)/2 + 3*local(q, x)")
    assert mistake.needs == (("value", "x", None), ("up", "q", None), ("local", "q", "x"))
    assert mistake.value([x, u, l]) == pytest.approx(x - u / 2 + 3 * l, rel=1e-12, abs=1e-9)


@pytest.mark.parametrize(
    ("right", "numbers"),
    [("1/x", [0.0]), ("ln(x)", [-1.0]), ("exp(x)", [1000.0]), ("1/0 + x", [1.0]), ("1/0", []), ("x", [math.nan]),
     ("x", [math.inf]), ("x + y", [None, 1.0]), ("x + y", [1.0, None]), ("1/x", [numpy.array([1.0, 0.0])]),
     ("x @ y", [numpy.ones((2, 3)), numpy.ones(2)])],
)  # fmt: skip
def test_what_has_no_value_is_none(right, numbers):
    assert read(f"grad x = {right}").value(numbers) is None


def test_arrays():
    mistake = read("jac y/x = (up(q) @ x)ᵀ * local(q, x)[0]")
    matrix, vector, local = numpy.array([[1.0, 2.0], [3.0, 4.0]]), numpy.array([5.0, 6.0]), numpy.array([2.0, 9.0])
    numpy.testing.assert_array_equal(numpy.ravel(mistake.value([matrix, vector, local])), 2 * (matrix @ vector))
    elementwise = read("grad x = up(q) * x")
    numpy.testing.assert_array_equal(elementwise.value([vector, local]), vector * local)
    assert elementwise.value([2.0, 3]) == 6.0  # other shapes than before
    numpy.testing.assert_array_equal(elementwise.value([2.0, vector]), 2 * vector)


def test_the_count_of_numbers_is_checked():
    with pytest.raises(ValueError, match="2 numbers"):
        read("grad x = up(q) * x").value([1.0])


# What is at fault, a part of the message, and a part of the hint.
REFUSED = [
    ("grad x = up(q) +", "", "expected a value", "finish"),
    ("grad x = up(q) + )", ")", "", ""),
    ("grad x = upp(q)", "upp", "unknown function", "'up'"),
    ("grad x = locla(q, x)", "locla", "unknown function", "'local'"),
    ("grad x = w(q)", "w", "unknown function", ""),
    ("grad x = up()", "up()", "'up' takes 1", "up(q)"),
    ("grad x = up(q, x)", "up(q, x)", "'up' takes 1", "up(q)"),
    ("grad x = 1 + local(q)", "local(q)", "'local' takes 2", "local(q, x)"),
    ("grad x = local(q, x, y)", "local(q, x, y)", "'local' takes 2", "local(q, x)"),
    ("grad x = up(q, axis=0)", "up(q, axis=0)", "'up' takes 1", "up(q)"),
    ("grad x = up(2 + grad(q))", "up(2 + grad(q))", "no other word", "up(q)"),
    ("grad x = a = 3", " a = 3", "one formula", "up(q)"),
    ("grad x = q = 2; q*3", " q = 2; q*3", "one formula", "up(q)"),
    ("grad x = W ~ 3; W", " W ~ 3; W", "one formula", "up(q)"),
    ("grad x =  ", "", "missing", "up(q)"),
    ("grad x", "", "missing", "up(q)"),
    ("x = up(q)", "x", "one quantity", ""),
    ("gard x = up(q)", "gard x", "one quantity", "grad"),
    ("= up(q)", "", "one quantity", "up(q)"),
    ("local q = up(q)", "local q", "one quantity", ""),
    ("grad x\ngrad y = up(q)", "grad x\ngrad y", "one quantity", ""),
    ("student: s1 = up(q)", "student: s1", "one quantity", "grad x"),
    ("# grad x = up(q)", "# grad x", "one quantity", "grad x"),
]


@pytest.mark.parametrize(("when", "at_fault", "message", "hint"), REFUSED)
def test_refusals(when, at_fault, message, hint):
    with pytest.raises(GradcliError) as caught:
        read(when)
    error = caught.value
    assert error.text == when
    assert when[error.start : error.end] == at_fault
    assert message in error.message
    assert hint in (error.hint or "")
    assert error.hint


def test_a_long_equation_is_refused():
    assert read("grad x = " + "+".join("x" * 400)).needs == (("value", "x", None),)
    with pytest.raises(GradcliError, match="characters"):
        read("grad x = " + "+".join("x" * LONGEST))
