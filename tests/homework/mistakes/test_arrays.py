"""Mistakes of vectors and matrices, against NumPy."""

from __future__ import annotations

import numpy as np
import pytest

from gradcli.homework.mistakes.arrays import slips
from tests.homework.helpers import posed
from tests.homework.mistakes.numbers import among

GRADIENTS = [("grad", "*", None)]
W = np.array([[1.0, 2.0], [3.0, -1.0]])
V = np.array([[1.0, -0.5, 2.0], [0.3, 1.5, -1.0]])
X = np.array([0.5, -0.3])


def test_a_matrix_not_transposed_on_the_way_back():
    problem = posed("f = sum((W@x)^2)", {"W": W, "x": X}, asks=GRADIENTS)
    u = 2 * W @ X
    found = list(slips(problem))
    assert among(problem, found, "jacobian-transposed", {"grad x": W @ u})
    assert among(problem, found, "outer-product", {"grad W": np.outer(X, u)})


def test_the_outer_product_is_named_with_the_nodes_of_the_problem():
    behind = {s.says for s in slips(posed("u = W@x; f = sum(u^2)", {"W": W, "x": X}, asks=GRADIENTS))}
    assert any(says.startswith("The gradient of W is (gradient that arrives at u) xᵀ: ") for says in behind)
    before = {s.says for s in slips(posed("u = x@W; f = sum(u^2)", {"W": W, "x": X}, asks=GRADIENTS))}
    assert any(says.startswith("The gradient of W is xᵀ (gradient that arrives at u): ") for says in before)


def test_of_a_row_times_a_matrix():
    problem = posed("f = sum((x@W)^2)", {"W": W, "x": X}, asks=GRADIENTS)
    u = 2 * X @ W
    found = list(slips(problem))
    assert among(problem, found, "jacobian-transposed", {"grad x": u @ W})
    assert among(problem, found, "outer-product", {"grad W": np.outer(u, X)})


def test_of_a_product_of_matrices():
    a, b = W, np.array([[0.2, 0.7], [-1.1, 0.4]])
    problem = posed("f = sum((A@B)^2)", {"A": a, "B": b}, asks=GRADIENTS)
    u = 2 * a @ b
    found = list(slips(problem))
    for wrong in ({"grad A": u @ b}, {"grad B": a @ u}, {"grad A": b.T @ u}, {"grad B": u @ a.T}):
        assert among(problem, found, "jacobian-transposed", wrong)


def test_a_gradient_in_another_shape():
    x = np.array([0.5, -0.3, 0.8])
    problem = posed("f = sum((V@x)^2)", {"V": V, "x": x}, asks=GRADIENTS)
    u = 2 * V @ x
    found = list(slips(problem))
    assert among(problem, found, "outer-product", {"grad V": np.outer(x, u)})  # 3 × 2
    assert among(problem, found, "outer-product", {"grad V": u.sum() * x})
    square = posed("f = sum((W@x)^2)", {"W": W, "x": X}, asks=GRADIENTS)
    assert among(square, slips(square), "outer-product", {"grad W": 2 * (W @ X) * X})


def test_a_jacobian_written_down_transposed():
    problem = posed("y = V@x", {"V": V, "x": [0.5, -0.3, 0.8]}, asks=[("jac", "y", "x")])
    assert among(problem, slips(problem), "jacobian-transposed", {"jac y/x": V.T})
    symmetric = posed("y = softmax(x)", {"x": [0.5, -0.3]}, asks=[("jac", "y", "x")])
    assert not any(slip.mistake == "jacobian-transposed" for slip in slips(symmetric))


@pytest.mark.parametrize(
    "wrong",
    [
        lambda s: np.diag(s * (1 - s)),
        lambda s: np.diag(s),
        lambda s: np.diag(s * (1 - s)) + (np.outer(s, s) - np.diag(s * s)),
        lambda s: np.diag(s) + np.outer(s, s),
    ],
)
def test_half_of_the_jacobian_of_softmax(wrong):
    x, t = np.array([0.5, -0.3, 1.1]), np.array([2.0, -1.0, 0.4])
    s = np.exp(x) / np.exp(x).sum()
    problem = posed("y = softmax(x)", {"x": x}, asks=[("jac", "y", "x")])
    assert among(problem, slips(problem), "softmax-jacobian", {"jac y/x": wrong(s)})
    problem = posed("f = sum(t*softmax(x))", {"x": x, "t": t}, asks=GRADIENTS)
    assert among(problem, slips(problem), "softmax-jacobian", {"grad x": wrong(s).T @ t})


def test_a_cross_entropy_without_its_target():
    x = np.array([0.5, -0.3, 1.1])
    problem = posed("l = 2*cross_entropy(z, 1)", {"z": x}, asks=[("grad", "z", None)])
    assert among(problem, slips(problem), "softmax-jacobian", {"grad z": 2 * np.exp(x) / np.exp(x).sum()})


def test_an_inner_product_not_switched():
    y = np.array([2.0, 0.7])
    problem = posed("f = (x·y)^2", {"x": X, "y": y}, asks=GRADIENTS)
    u = 2 * X @ y
    assert among(problem, slips(problem), "product-not-switched", {"grad x": u * X})
    assert among(problem, slips(problem), "product-not-switched", {"grad y": u * y})


@pytest.mark.parametrize(("formula", "factors"), [("mean(y)", (5, 1 / 5)), ("sum(y)", (1 / 5,)), ("sum(y)/5", (5,))])
def test_the_number_of_entries(formula, factors):
    x = np.array([0.5, -0.3, 1.1, 2.0, 0.1])
    problem = posed(f"y = x^3; f = {formula}", {"x": x}, asks=GRADIENTS)
    right = 3 * x**2 / (1 if formula == "sum(y)" else 5)
    for factor in factors:
        assert among(problem, slips(problem), "mean-factor", {"grad x": factor * right})


def test_the_number_of_entries_along_an_axis_and_in_a_loss():
    problem = posed("f = sum(mean(V^2, axis=1))", {"V": V}, asks=GRADIENTS)
    assert among(problem, slips(problem), "mean-factor", {"grad V": 2 * V})
    t = np.array([1.0, 2.0, -1.0])
    x = np.array([0.5, -0.3, 1.1])
    problem = posed("f = mse(x, t)", {"x": x, "t": t}, asks=GRADIENTS)
    assert among(problem, slips(problem), "mean-factor", {"grad x": 2 * (x - t), "grad t": 2 * (t - x)})


def test_numbers_alone_have_none():
    assert list(slips(posed("f = x*y", {"x": 2, "y": 3}))) == []
