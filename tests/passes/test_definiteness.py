"""What a Hessian says of a point, on functions of which it is known."""

from __future__ import annotations

import math

import numpy
import pytest

from gradcli.graph.point import from_numbers
from gradcli.passes.definiteness import definiteness, symmetric_eigenvalues
from gradcli.passes.evaluate import evaluate
from gradcli.passes.hessian import hessian


def told(text, wrt=None, **point):
    return definiteness(hessian(evaluate(text, from_numbers(point, "the test"), wrt=wrt)))


@pytest.mark.parametrize(
    ("text", "point", "kind", "what"),
    [("(1 - x)^2 + 100(y - x^2)^2", {"x": 1, "y": 1}, "positive definite", "minimum"),
     ("-x^2 - x*y - y^2", {"x": 0, "y": 0}, "negative definite", "maximum"),
     ("x*y", {"x": 0, "y": 0}, "indefinite", "saddle point"),
     ("x*y", {"x": 1, "y": 0}, "indefinite", "not stationary"),
     ("x^2*y^2", {"x": 0, "y": 0}, "zero", "undecided"),
     ("x^2 + y^4", {"x": 0, "y": 0}, "positive semidefinite", "undecided"),
     ("y^4 - x^2", {"x": 0, "y": 0}, "negative semidefinite", "undecided"),
     ("x + y", {"x": 0, "y": 0}, "zero", "not stationary"),
     ("exp(x)", {"x": 1}, "positive definite", "not stationary"),
     ("x^2 + relu(y)", {"x": 0, "y": 0}, "positive semidefinite", "undecided"),
     ("|x| + x/2", {"x": 0}, "zero", "undecided"),
     ("huber(x, 0)", {"x": 1}, "positive definite", "not stationary"),
     ("huber(x, 1)", {"x": 1}, "positive definite", "minimum"),
     ("x^2 - |y|", {"x": 0, "y": 0}, "positive semidefinite", "undecided"),
     # stationary but for the rounding of the point
     ("sin(x)", {"x": math.pi / 2}, "negative definite", "maximum"),
     ("(3x - 1)^2", {"x": 1 / 3}, "positive definite", "minimum"),
     ("(3x - 1)^2", {"x": 1 / 3 + 1e-12}, "positive definite", "not stationary"),
     # of very different scales
     ("1e20*x^2 + y^2", {"x": 0, "y": 0}, "positive definite", "minimum"),
     ("1e20*x^2 - 1e-20*y^2", {"x": 0, "y": 0}, "indefinite", "saddle point"),
     # a sum of squares in a direction that no square sees
     ("(x + y)^2", {"x": 0, "y": 0}, "positive semidefinite", "undecided")],
)  # fmt: skip
def test_known_points(text, point, kind, what):
    found = told(text, **point)
    assert (found.kind, found.point) == (kind, what)
    assert found.positive + found.negative + found.zero == len(found.eigenvalues)


def test_some_names_alone():
    found = told("sum((A x)^2)", ["x"], A=[[1, 2], [2, 4]], x=[0, 0])
    assert (found.kind, found.point, found.zero) == ("positive semidefinite", "undecided", 1)


def test_an_eigenvalue_that_is_0_to_rounding_is_0():
    found = told("(x + 2y + 3z)^2/7", x=1, y=1, z=1)
    assert found.eigenvalues[:2] == (0.0, 0.0)
    assert found.eigenvalues[2] == pytest.approx(4)
    assert (found.positive, found.zero) == (1, 2)


@pytest.mark.parametrize("size", [1, 2, 3, 5, 9, 16, 17, 40])
def test_eigenvalues_are_those_of_another_program(size):
    drawn = numpy.random.default_rng(size)
    for _ in range(10):
        matrix = drawn.normal(size=(size, size))
        matrix = (matrix + matrix.T) * 10.0 ** drawn.integers(-100, 100)
        ours = numpy.array(symmetric_eigenvalues(matrix.tolist()))
        wanted = numpy.linalg.eigvalsh(matrix)
        assert numpy.abs(ours - wanted).max() <= 1e-13 * numpy.abs(wanted).max()


def test_the_matrix_of_zeros():
    assert symmetric_eigenvalues([[0.0, 0.0], [0.0, 0.0]]) == [0.0, 0.0]


def test_nothing_is_said_of_no_variables():
    assert told("3") is None
