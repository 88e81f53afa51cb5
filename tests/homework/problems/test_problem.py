"""Problems: their truth against independent differentiation, what is asked, and what is refused."""

from __future__ import annotations

import math

import autograd.numpy as anp
import mpmath
import numpy
import pytest
from autograd import grad, jacobian
from hypothesis import given, settings
from hypothesis import strategies as st

from gradcli.homework.problems.problem import asking, pose
from gradcli.language import GradcliError
from tests.homework.helpers import posed

GATES = ("lecture", "primitive", "coarse", "named")


def truths(*arguments, **more):
    return {asked.name: asked.truth for asked in posed(*arguments, **more).asked}


def derivative(function, point, name):
    """∂f/∂name by difference quotients at 40 digits."""
    with mpmath.workdps(40):
        exact = {n: mpmath.mpf(v) for n, v in point.items()}
        return float(mpmath.diff(lambda v: function(**{**exact, name: v}), exact[name]))


@pytest.mark.parametrize("gates", GATES)
def test_values_and_derivatives_of_a_network(gates):
    at = {"w": 0.7, "x": -1.3, "b": 0.4}
    found = truths("a = w*x + b; s = 1/(1 + e^(-a)); l = (s - 1)^2 + w^2", at, gates=gates)

    def s(w, x, b):
        return 1 / (1 + mpmath.exp(-(w * x + b)))

    def loss(w, x, b):
        return (s(w, x, b) - 1) ** 2 + w**2

    assert found["value s"] == pytest.approx(float(s(**at)), rel=1e-14)
    for name in at:
        assert found[f"grad {name}"] == pytest.approx(derivative(loss, at, name), rel=1e-12)
    o = float(s(**at))
    assert found["up s"] == pytest.approx(2 * (o - 1), rel=1e-13)
    assert found["up a"] == pytest.approx(2 * (o - 1) * o * (1 - o), rel=1e-13)
    assert found["local s/a"] == pytest.approx(o * (1 - o), rel=1e-13)
    assert found["local a/w"] == -1.3
    assert found["local l/w"] == pytest.approx(1.4, rel=1e-13)  # not through s
    assert found["local l/s"] == pytest.approx(2 * (o - 1), rel=1e-13)


smooth = st.floats(-2, 2).map(lambda v: round(v, 3)).filter(lambda v: abs(v) > 0.05)


@given(smooth, smooth, smooth, st.sampled_from(GATES))
@settings(max_examples=40, deadline=None)
def test_a_gradient_is_the_sum_over_what_a_node_feeds(x, y, z, gates):
    formula = "q = x*y + sin(z); r = q*q - x; s = tanh(r)*q; f = s*r + x"
    problem = posed(formula, {"x": x, "y": y, "z": z}, gates=gates)
    found = {asked.quantity.key: asked.truth for asked in problem.asked}
    naming = problem.naming
    for below in problem.stop - {problem.graph.output}:
        total = 0.0
        for above in naming.intermediates:
            if below in naming.feeding(above, problem.stop):
                upstream = 1.0 if above == problem.graph.output else found["grad", above, None]
                total += upstream * found["local", above, below]
        assert found["grad", below, None] == pytest.approx(total, rel=1e-10, abs=1e-12)


@pytest.mark.parametrize("gates", GATES)
def test_arrays_against_autograd(gates):
    at = {"W": [[1.0, -2.0], [0.5, 3.0]], "x": [0.25, -1.0], "b": [0.1, 0.2]}
    found = truths("h = W x + b; s = tanh(h); L = sum(s^2)", at, gates=gates)

    def loss(w, x, b):
        return anp.sum(anp.tanh(anp.dot(w, x) + b) ** 2)

    values = [numpy.array(at[name]) for name in ("W", "x", "b")]
    for place, name in enumerate(("W", "x", "b")):
        assert found[f"grad {name}"] == pytest.approx(grad(loss, place)(*values), rel=1e-12)
        assert found[f"grad {name}"].shape == values[place].shape
    h = values[0] @ values[1] + values[2]
    assert found["local s/h"] == pytest.approx(jacobian(anp.tanh)(h), rel=1e-12)
    assert found["local L/s"] == pytest.approx(2 * numpy.tanh(h)[None, :], rel=1e-12)
    assert found["local h/x"] == pytest.approx(values[0])


@pytest.mark.parametrize("shape", [(3,), (1, 3), (3, 1), (2, 3)])
def test_gradients_have_the_shape_of_their_input(shape):
    x = numpy.arange(1.0, 1 + numpy.prod(shape)).reshape(shape)
    found = truths("q = x^2; L = sum(q)", {"x": x.tolist()})
    assert found["grad x"].shape == found["up q"].shape == found["value q"].shape == shape
    assert found["grad x"] == pytest.approx(2 * x)
    assert found["local q/x"] == pytest.approx(numpy.diag(2 * x.ravel()))


def test_an_input_that_the_output_does_not_depend_on():
    assert truths("q = x + 1; f = y", {"x": 3, "y": 2}) == {"grad x": 0.0, "grad y": 1.0}
    found = truths("q = sum(w); f = x*x", {"x": 3, "w": [1.0, 2.0]})
    assert found["grad w"].tolist() == [0.0, 0.0]


def test_a_node_that_uses_another_one_twice():
    assert truths("a = x + 1; f = a*a", {"x": 3})["local f/a"] == 8.0


@pytest.mark.parametrize(("x", "local"), [(3.0, 6.0), (-3.0, 0.0)])
def test_a_branch(x, local):
    found = truths("p = x^2; f = where(x > 0, p, y)", {"x": x, "y": 2.0})
    assert found["grad x"] == local
    assert found["grad y"] == (0.0 if x > 0 else 1.0)


def test_what_is_asked_has_points_and_an_order():
    asks = [("grad", "*", None), ("value", "q", None), ("grad", "x", None), ("value", "x + y", None)]
    problem = posed("q = x + y; f = q*z", {"x": 1, "y": 2, "z": 3}, asks=asks, points={"grad": 2, "value q": 0.5},
                    weight=3)  # fmt: skip
    assert [(a.name, a.points) for a in problem.asked] == [
        ("grad x", 6.0), ("grad y", 6.0), ("grad z", 6.0), ("value q", 1.5),
    ]  # fmt: skip
    assert problem.points == 19.5
    assert problem.by_key["value", problem.asked[3].quantity.slot, None].truth == 3.0


def test_all_that_one_node_is_computed_from():
    asks = [("local", "f", "*"), ("jac", "f", "*")]
    names = [a.name for a in posed("q = x + y; f = q*z", {"x": 1, "y": 2, "z": 3}, asks=asks).asked]
    assert names == ["local f/z", "local f/q", "jac f/x", "jac f/y", "jac f/z"]


# --- parts of the formula ---------------------------------------------------------------------------------------------

PARTS = ("f = (x + y)*x", {"x": 2, "y": 3})


def test_a_part_that_is_asked_for_is_a_node():
    asks = [("value", "x + y", None), ("up", "x + y", None), ("local", "f", "x + y"), ("local", "x + y", "x")]
    assert list(truths(*PARTS, asks=asks).values()) == [5.0, 2.0, 2.0, 1.0]


def test_local_derivatives_end_at_parts_that_are_asked_for():
    direct = truths(*PARTS, asks=[("local", "*", None), ("grad", "x", None), ("up", "x + y", None)])
    assert direct == {"local f/x": 5.0, "local f/x + y": 2.0, "grad x": 7.0, "up x + y": 2.0}
    assert truths(*PARTS, asks=[("local", "*", None)]) == {"local f/x": 7.0, "local f/y": 2.0}


def test_what_lies_behind_a_part_is_refused_and_not_0():
    with pytest.raises(GradcliError) as caught:
        posed("f = (x + y)*z", {"x": 2, "y": 3, "z": 4}, asks=[("up", "x + y", None), ("local", "f", "x")])
    assert "does not contain 'x' itself" in caught.value.message
    assert caught.value.hint == "it is computed from z, x + y"


# --- what is refused --------------------------------------------------------------------------------------------------

REFUSED = [
    ("f = x +", {"x": 1}, [], "unexpected"),
    ("f = x*y", {"x": 1}, [], "no-value"),
    ("f = ln(x)", {"x": -1}, [], "undefined-value"),
    ("f = x*x", {"x": 1}, [("value", "k", None)], "unknown-quantity"),
    ("f = x*x", {"x": 1e200}, [("value", "f", None)], "bad-key"),
    ("f = sqrt(x)", {"x": 0.0}, [("grad", "x", None)], "bad-key"),
    ("y = 2*x", {"x": [1.0, 2.0]}, [("grad", "x", None)], "bad-key"),
    ("y = outer(x, x); L = sum(y)", {"x": [1.0] * 60}, [("local", "y", "x")], "bad-key"),
    ("f = x*x", {"x": "@x.npy"}, [], None),
    ("f = x*x", {"x": "1e999"}, [], None),
]


@pytest.mark.parametrize(("formula", "at", "asks", "code"), REFUSED)
def test_what_is_refused(formula, at, asks, code):
    with pytest.raises(GradcliError) as caught:
        posed(formula, at, asks=asks)
    assert code in (caught.value.code, None)


def test_more_than_a_thousand_quantities_are_refused():
    body = "a0 = x\n" + "\n".join(f"a{k} = a{k - 1} + x" for k in range(1, 600))
    with pytest.raises(GradcliError, match="1,000"):
        posed(body, {"x": 1})


def test_a_value_that_is_only_finite_where_it_is_asked():
    # √x has no slope at 0, but its value may be asked for.
    assert truths("f = sqrt(x)", {"x": 0.0}, asks=[("value", "f", None)]) == {"value f": 0.0}


def test_large_numbers_and_fractions():
    found = truths("f = x*y", {"x": 1e308, "y": "1/3"})
    assert found["value f"] == pytest.approx(1e308 / 3)
    assert found["grad x"] == 1 / 3


def test_deep_formulas_need_no_recursion():
    text = "f = " + "x*1.001 + " * 4000 + "x"
    found = truths(text, {"x": 1.0}, asks=[("grad", "x", None), ("local", "f", "x")])
    assert found["grad x"] == found["local f/x"] == pytest.approx(4000 * 1.001 + 1)


def test_asking_widens_a_problem_and_leaves_it_alone():
    bare = pose("p1", "f = (x + y)*z", {"x": 1, "y": 2, "z": 3})
    assert bare.asked == ()
    assert bare.points == 0
    wider = asking(bare, [bare.naming.quantity("up", "x + y", None, bare.stop)])
    assert [a.truth for a in wider.asked] == [3.0]
    assert wider.stop - bare.stop == {wider.asked[0].quantity.slot}
    assert math.isclose(wider.truth(wider.asked[0].quantity), 3.0)
