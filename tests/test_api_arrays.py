"""The Python interface on vectors and matrices."""

from __future__ import annotations

import numpy
import pytest
from autograd import grad
from autograd import numpy as anp

import gradcli
from gradcli import GradcliError

W = numpy.array([[1.0, 2.0], [3.0, -4.0]])
X = numpy.array([1.0, 2.0])


def test_evaluate_takes_lists_and_arrays():
    r = gradcli.evaluate("sum((W x)^2)", W=W, x=[1, 2])
    assert r.value == 50
    numpy.testing.assert_array_equal(r.gradient["W"], 2 * numpy.outer(W @ X, X))
    numpy.testing.assert_array_equal(r.gradient["x"], 2 * W.T @ W @ X)
    assert "I ⊗ i₂ᵀ" in r.table()
    assert r.to_dict()["gradient"]["W"] == [[10, 20], [-10, -20]]


def test_a_vector_has_jacobians_and_no_gradient():
    r = gradcli.evaluate("W x", W=W, x=X)
    numpy.testing.assert_array_equal(r.value, W @ X)
    assert r.gradient == {}
    numpy.testing.assert_array_equal(r.jacobian("x"), W)
    numpy.testing.assert_array_equal(r.jacobian("W"), numpy.kron(numpy.eye(2), X))
    with pytest.raises(GradcliError, match="no variable 'y'"):
        r.jacobian("y")


def test_the_hessian_of_a_quadratic_form():
    # f = c xᵀWx: ∂²f/∂x² = c (W + Wᵀ), ∂²f/∂W∂x = c ∂(x xᵀ)/∂x, ∂²f/∂c∂x = (W + Wᵀ)x, and 0 by W and W, by c and c.
    found = gradcli.evaluate("c*(x' W x)", c=2, W=W, x=X).hessian()
    assert list(found) == list(found["x"]) == ["c", "W", "x"]
    numpy.testing.assert_array_equal(found["x"]["x"], 2 * (W + W.T))
    numpy.testing.assert_array_equal(found["c"]["x"], [(W + W.T) @ X])
    numpy.testing.assert_array_equal(found["x"]["c"], numpy.transpose([(W + W.T) @ X]))
    numpy.testing.assert_array_equal(found["W"]["W"], numpy.zeros((4, 4)))
    by_x = [[2 * X[0], 0], [X[1], X[0]], [X[1], X[0]], [0, 2 * X[1]]]
    numpy.testing.assert_array_equal(found["W"]["x"], 2 * numpy.array(by_x))
    assert found["c"]["c"] == 0
    with pytest.raises(GradcliError, match="a Hessian is that of a number"):
        gradcli.evaluate("W x", W=W, x=X).hessian()


def test_a_backward_pass_may_begin_with_a_vector():
    r = gradcli.evaluate("W x", W=W, x=X, seed_gradient=[1, -1])
    numpy.testing.assert_array_equal(r.gradient["x"], [1, -1] @ W)
    assert gradcli.evaluate("W x", W=W, x=X, seed_gradient="ones").gradient["x"].tolist() == [4, -2]


def mean_cross_entropy(w, b, x, t):
    z = anp.dot(x, w) + b
    return anp.mean(anp.log(anp.sum(anp.exp(z), axis=1)) - z[anp.arange(len(t)), t])


def test_compile_with_shapes():
    drawn = numpy.random.default_rng(0)
    x, w, b, t = drawn.normal(size=(4, 3)), drawn.normal(size=(3, 2)), drawn.normal(size=2), numpy.array([0, 1, 1, 0])
    f = gradcli.compile(
        "mean(cross_entropy(X @ W + b, t))", shapes={"X": (4, 3), "W": (3, 2), "b": (2,), "t": (4,)}, wrt=["W", "b"]
    )
    assert f(X=x, W=w, b=b, t=t) == pytest.approx(float(mean_cross_entropy(w, b, x, t)), rel=1e-13)
    value, gradient = f.value_and_grad(X=x, W=w, b=b, t=t)
    assert value == pytest.approx(float(mean_cross_entropy(w, b, x, t)), rel=1e-13)
    assert gradient.keys() == {"W", "b"}
    for place, name in enumerate(["W", "b"]):
        wanted = grad(mean_cross_entropy, place)(w, b, x, t)
        numpy.testing.assert_allclose(gradient[name], wanted, rtol=1e-12, atol=1e-14)


def test_compile_with_shapes_in_the_formula():
    f = gradcli.compile("W ~ (2, 2); x ~ 2; sum(W x)")
    assert f(W=W, x=X) == 0
    assert f.value_and_grad(W=W, x=X)[1]["x"].tolist() == [4, -2]


def test_a_value_of_another_shape_is_refused():
    f = gradcli.compile("sum(x)", shapes={"x": (3,)})
    with pytest.raises(GradcliError, match="x has 2 entries, and the formula was compiled for one that has 3 entries"):
        f(x=[1, 2])


def test_an_array_as_value():
    f = gradcli.compile("W x", shapes={"W": (2, 2), "x": (2,)})
    numpy.testing.assert_array_equal(f(W=W, x=X), W @ X)
    with pytest.raises(GradcliError, match="Jacobian"):
        f.value_and_grad(W=W, x=X)


def test_undefined_values_point_at_their_entry():
    f = gradcli.compile("sum(ln(x))", shapes={"x": (2,)})
    for run in (f, f.value_and_grad):
        with pytest.raises(GradcliError, match=r"ln of a negative number, in entry \[1\]"):
            run(x=[1, -1])


def test_numbers_may_be_asked_for_some_derivatives_too():
    f = gradcli.compile("x*y", wrt=["y"])
    assert f.value_and_grad(x=2, y=3) == (6, {"y": 2})
    with pytest.raises(GradcliError, match="no variable 'z'"):
        gradcli.compile("x*y", wrt=["z"])
