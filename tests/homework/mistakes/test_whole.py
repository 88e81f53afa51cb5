"""Mistakes of whole backward passes, against the same pass written out by hand."""

from __future__ import annotations

import math

import pytest

from gradcli.homework.marking.own import Own, replay
from gradcli.homework.mistakes.whole import slips
from tests.homework.helpers import posed
from tests.homework.mistakes.numbers import among, named

GRADIENTS = [("grad", "*", None)]


def starts(problem, mistake):
    return {
        round(1 + slip.change, 12) for slip in slips(problem) if slip.mistake == mistake and slip.change is not None
    }


def test_the_factor_of_a_squared_loss():
    problem = posed("p = w*x; l = (p - y)^2", {"w": 0.3, "x": 2, "y": 5}, asks=GRADIENTS)
    assert starts(problem, "loss-factor") == {0.5, 2.0}


def test_the_half_of_a_loss():
    problem = posed("p = w*x; l = 1/2*(p - y)^2", {"w": 0.3, "x": 2, "y": 5}, asks=GRADIENTS)
    assert starts(problem, "loss-factor") == {0.5, 2.0}
    problem = posed("p = w*x; l = 1/8*exp(p)", {"w": 0.3, "x": 2}, asks=GRADIENTS)
    assert starts(problem, "loss-factor") == {8.0}


def test_a_product_has_no_factor_of_a_loss():
    assert starts(posed("f = x*y", {"x": 2, "y": 5}, asks=GRADIENTS), "loss-factor") == set()


def test_the_factor_of_a_square_is_that_of_a_sum_of_squares_alone():
    assert starts(posed("f = 5*x^2 - x*y", {"x": 2, "y": 5}, asks=GRADIENTS), "loss-factor") == set()
    assert starts(posed("f = x^2 + 3*(x - y)^2", {"x": 2, "y": 5}, asks=GRADIENTS), "loss-factor") == {0.5, 2.0}


def test_a_start_with_the_value():
    assert starts(posed("q = x + y; f = q*z", {"x": -2, "y": 5, "z": -4}), "seed") == {-12.0, -1.0}


@pytest.mark.parametrize("which", ["first", "last"])
def test_one_branch_kept_at_every_node(which):
    # x feeds a, b; a feeds c, d: of each only the branch that arrives first, or last, on the way back is kept.
    x, y = 1.3, 0.7
    problem = posed("a = x*y; b = sin(x); c = a^2; d = exp(a); f = b*c + d", {"x": x, "y": y})
    a, b = x * y, math.sin(x)
    c, d = a * a, math.exp(a)
    # On the way back: f, then d, c, b, a. So a receives from d first and from c last, x from b first, from a last.
    at_a = d if which == "first" else b * 2 * a
    at_x = c * math.cos(x) if which == "first" else at_a * y
    expected = {"up a": at_a, "grad x": at_x, "grad y": at_a * x}
    assert among(problem, slips(problem), "branch-overwritten", expected)


def test_one_branching_node_is_no_habit():
    problem = posed("f = x^2 + x*y", {"x": 2, "y": 3}, asks=GRADIENTS)
    assert not any(slip.mistake == "branch-overwritten" for slip in slips(problem))


def test_every_minus_forgotten():
    x, y, z = 1.5, 0.4, 2.0
    problem = posed("f = (x - y*z)*(y - x)", {"x": x, "y": y, "z": z}, asks=GRADIENTS)
    first, last = x - y * z, y - x
    expected = {"grad x": last + first, "grad y": last * z + first, "grad z": last * y}
    assert among(problem, slips(problem), "sign", expected)


def test_a_product_never_switched():
    a, b, c = 1.5, 0.4, 2.0
    problem = posed("q = a*b; f = q*c", {"a": a, "b": b, "c": c})
    at_q = a * b  # each factor of q·c gets itself, so q gets q
    expected = {"up q": at_q, "grad c": c, "grad a": at_q * a, "grad b": at_q * b, "local q/a": a, "local q/b": b,
                "local f/q": at_q, "local f/c": c}  # fmt: skip
    assert among(problem, slips(problem), "product-not-switched", expected)


def test_upstream_passed_on_or_left_out_at_every_node():
    x, w = 0.8, 1.7
    problem = posed("a = sin(x); b = w*a; f = exp(b)", {"x": x, "w": w})
    a = math.sin(x)
    # With derivatives of 1 in place of those of exp and sin.
    passed_on = {"up b": 1, "up a": w, "grad x": w, "grad w": a}
    # The derivative of each statement alone.
    left_out = {"up a": w, "grad x": math.cos(x), "grad w": a}
    e = math.exp(w * a)
    added = {"up b": 1 + e, "up a": 1 + e + w, "grad x": 1 + e + w + math.cos(x), "grad w": 1 + e + a}
    found = list(slips(problem))
    for mistake, expected in (("local-omitted", passed_on), ("upstream-omitted", left_out),
                              ("added-not-multiplied", added)):  # fmt: skip
        assert any(
            slip.mistake == mistake and all(named(problem, slip)[n] == pytest.approx(v) for n, v in expected.items())
            for slip in found if {*expected} <= {*named(problem, slip)}
        ), mistake  # fmt: skip


def test_degrees_at_every_angle():
    x = 0.8
    problem = posed("f = sin(x)*cos(x)", {"x": x}, asks=[("value", "f", None), ("grad", "*", None)])
    s, c = math.sin(math.radians(x)), math.cos(math.radians(x))
    assert among(problem, slips(problem), "degrees", {"value f": s * c, "grad x": c * c - s * s})


@pytest.mark.parametrize("rate", [0.1, 0.01])
def test_weights_updated_too_early(rate):
    # Two layers: going back, each weight is updated before the gradient goes on through it.
    v, w, b, x, y = 1.2, -0.7, 0.3, 2.0, 0.5
    problem = posed("g = u*x; h = w*tanh(g); p = v*sin(h) + b; l = (p - y)^2",
                    {"v": v, "w": w, "u": 0.9, "b": b, "x": x, "y": y}, asks=GRADIENTS)  # fmt: skip
    t = math.tanh(0.9 * x)
    h = w * t
    at_p = 2 * (v * math.sin(h) + b - y)
    at_h = at_p * (v - rate * at_p * math.sin(h)) * math.cos(h)
    at_w = at_h * t
    at_g = at_h * (w - rate * at_w) * (1 - t * t)
    expected = {"grad w": at_w, "grad u": at_g * x, "grad x": at_g * 0.9}
    assert among(problem, slips(problem), "updated-weights", expected)


def test_the_step_is_the_one_of_the_formula():
    problem = posed("h = w*sin(x); l = h^2; n = l + 0*lr", {"w": 1.2, "x": 0.4, "lr": 0.5}, asks=GRADIENTS)
    s = math.sin(0.4)
    h = 1.2 * s
    expected = {"grad x": 2 * h * (1.2 - 0.5 * 2 * h * s) * math.cos(0.4)}
    assert among(problem, slips(problem), "updated-weights", expected)


def test_a_students_own_gradient_is_handed_on():
    x, y = 1.3, 0.7
    problem = posed("a = x*y; b = sin(x); c = a^2; d = exp(a); f = b*c + d", {"x": x, "y": y})
    own = Own(gradients={problem.naming.slot("a"): 10.0})
    a = x * y
    expected = {"up a": math.sin(x) * 2 * a, "grad x": 10 * y}
    assert among(problem, slips(problem, replay(problem, own)), "branch-overwritten", expected)


def test_an_array_has_no_backward_pass():
    assert list(slips(posed("y = softmax(x)", {"x": [1, 2]}, asks=[("jac", "*", None)]))) == []
