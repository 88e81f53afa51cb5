"""What it means that a gradient is right; each check raises AssertionError where it is not."""

from __future__ import annotations

import math

import autograd.numpy as anp
import mpmath
from autograd import grad
from mpmath import mpf

from gradcli.passes.backward import run_backward
from gradcli.passes.forward import run_forward
from gradcli.passes.gates import Arithmetic
from gradcli.passes.numeric import check_numerically

from ..rules.reference import REFERENCE

DIGITS = 40
TOLERANCE = 1e-11


class Exact(Arithmetic):
    """Values at any precision, from the mathematics and not from the rules under test."""

    def rule_value(self, rule, operands):
        return REFERENCE[rule.name](*map(mpf, operands))


AUTOGRAD = {
    "add": lambda a, b: a + b,
    "sub": lambda a, b: a - b,
    "mul": lambda a, b: a * b,
    "div": lambda a, b: a / b,
    "neg": lambda a: -a,
    "recip": lambda a: 1 / a,
    "square": lambda a: a**2,
    "cube": lambda a: a**3,
    "pow": lambda a, b: a**b,
    "sqrt": anp.sqrt,
    "exp": anp.exp,
    "ln": anp.log,
    "log1p": anp.log1p,
    "sin": anp.sin,
    "cos": anp.cos,
    "tan": anp.tan,
    "atan": anp.arctan,
    "sinh": anp.sinh,
    "cosh": anp.cosh,
    "tanh": anp.tanh,
    "asinh": anp.arcsinh,
    "sigmoid": lambda a: 1 / (1 + anp.exp(-a)),
    "softplus": lambda a: anp.logaddexp(0, a),
    "atan2": anp.arctan2,
    "logaddexp": anp.logaddexp,
}
"""What HIPS autograd knows, under our names."""


class Autograd(Arithmetic):
    """Values of HIPS autograd, which differentiates them itself."""

    def rule_value(self, rule, operands):
        return AUTOGRAD[rule.name](*operands)


def _ours(graph, point):
    """The gradient, and how large a rounding error may become on its way."""
    forward = run_forward(graph, point)
    backward = run_backward(forward)
    # Large slopes and large intermediate values magnify the rounding of what follows and of what came before.
    slopes = [abs(d) for stored in forward.locals for d in stored if d is not None]
    reached = [abs(g) for g in backward.gradients if g is not None]
    return backward.gradient(), max([1.0, *reached]) * max([1.0, *slopes]) * max([1.0, *map(abs, forward.values)])


def _compare(graph, point, wanted):
    ours, magnified = _ours(graph, point)
    for name, got, true in zip(graph.inputs, ours, wanted, strict=True):
        assert abs(got - true) <= TOLERANCE * magnified, f"by {name}: {got!r} and not {mpmath.nstr(true, 20)}"


def check_exact(graph, point):
    """Reverse mode against derivatives at 40 digits."""
    exact = Exact(None)
    with mpmath.workdps(DIGITS):
        wanted = []
        for place in range(len(point)):

            def along(x, place=place):
                operands = [*map(mpf, point[:place]), x, *map(mpf, point[place + 1 :])]
                return exact.inner_values(graph, operands)[graph.output]

            wanted.append(mpmath.diff(along, mpf(point[place]), h=mpf("1e-13")))
        _compare(graph, point, wanted)


def check_autograd(graph, point):
    """Reverse mode against another program."""
    theirs = Autograd(None)

    def value(operands):
        return theirs.inner_values(graph, list(operands))[graph.output]

    _compare(graph, point, [float(d) for d in grad(value)(anp.array(point))])


def check_numeric(graph, point):
    """Reverse mode against difference quotients, by the checker that users have."""
    gradient = run_backward(run_forward(graph, point)).gradient()
    for check in check_numerically(graph, point, gradient, range(len(point))):
        assert check.verdict == "agrees", f"by {check.name}: {check}"


def same(a, b, tolerance=0.0):
    """Whether two floats are equal up to a tolerance; NaN equals NaN."""
    if math.isnan(a) or math.isnan(b):
        return math.isnan(a) and math.isnan(b)
    return a == b or abs(a - b) <= tolerance * max(1.0, abs(a), abs(b))
