"""What it means that a rule is right; each check raises AssertionError where it is not.

Doubles are compared to TOLERANCE, plus what a relative error of a few roundings in the operands would do to the result:
no algorithm on doubles can do better where the function itself magnifies such errors (sin near π, ln near 1).
"""

from __future__ import annotations

import sys
from functools import partial

import mpmath
from mpmath import mpf

from gradcli.rules.floats import Floats, evaluate, local_derivatives

from .reference import REFERENCE, Mp

DIGITS = 50
TOLERANCE = 1e-13
EXACT_TOLERANCE = mpf("1e-20")
ROUNDINGS = 8 * sys.float_info.epsilon
SMALLEST = 1e-100

# Leading operands that are a whole number or a truth value by their nature are held when differentiating.
HELD = {"winner": 1, "polygamma": 1, "sinc_derivative": 1, "where": 1}

# Differences that are computed to an absolute error only: expm1(u) − u·e^u ≈ −u²/2, the slope of celu by a, and
# ψ(i₁) − ψ(i₁ + i₂) in the slopes of beta.
ABSOLUTE = {"celu": 1e-15, "beta": 1e-13}


def derivative(name, point, *operands):
    """The partial derivative of a reference by the operands with these numbers, at high precision."""
    order = [0] * len(point)
    for k in operands:
        order[k] += 1
    return _diff(REFERENCE[name], point, order, HELD.get(name, 0))


def _diff(function, point, order, fixed):
    free = [mpf(x) for x in point[fixed:]]
    order = order[fixed:]
    # Steps are taken in proportion to the point, or 1e100 would not move and 1e-60 would be stepped over.
    units = [abs(x) or mpf(1) for x in free]

    def moved(*steps):
        return function(*point[:fixed], *(x + step * unit for x, step, unit in zip(free, steps, units, strict=True)))

    zero = (mpf(0),) * len(free)
    slope = mpmath.diff(moved, zero, tuple(order)) if len(free) > 1 else mpmath.diff(moved, zero[0], order[0])
    return slope / mpmath.fprod(unit**n for unit, n in zip(units, order, strict=True))


def _smooth(rule, point):
    return range(HELD.get(rule.name, 0), len(point))


def _close(ours, true, magnified, what, absolute=0.0):
    allowed = TOLERANCE * abs(true) + ROUNDINGS * magnified + SMALLEST + absolute
    assert abs(mpf(ours) - true) <= allowed, f"{what}: {ours!r} and not {mpmath.nstr(true, 20)}"


def check_value(rule, point):
    with mpmath.workdps(DIGITS):
        true = REFERENCE[rule.name](*map(mpf, point))
        magnified = sum(abs(derivative(rule.name, point, k) * point[k]) for k in _smooth(rule, point))
        _close(evaluate(rule, Floats(), point), true, magnified, f"{rule.name}{point}")


def check_local(rule, point):
    m = Floats()
    ours = local_derivatives(rule, m, evaluate(rule, m, point), point)
    assert len(ours) == len(point)
    with mpmath.workdps(DIGITS):
        for k in _smooth(rule, point):
            true = derivative(rule.name, point, k)
            magnified = sum(abs(derivative(rule.name, point, k, j) * point[j]) for j in _smooth(rule, point))
            _close(ours[k], true, magnified, f"∂{rule.name}{point}/∂i{k + 1}", ABSOLUTE.get(rule.name, 0.0))


def check_second(rule, point):
    """The derivatives of `local` itself, run at high precision, against the second derivatives of the reference."""
    m = Mp()
    fixed = HELD.get(rule.name, 0)

    def local(k, *operands):
        return mpf(rule.local(m, REFERENCE[rule.name](*operands), *operands)[k])

    with mpmath.workdps(DIGITS):
        for k in _smooth(rule, point):
            for j in _smooth(rule, point):
                order = [0] * len(point)
                order[j] = 1
                ours = _diff(partial(local, k), point, order, fixed)
                true = derivative(rule.name, point, k, j)
                what = f"∂²{rule.name}{point}/∂i{k + 1}∂i{j + 1}"
                assert abs(ours - true) <= EXACT_TOLERANCE * (1 + abs(true)), f"{what}: {ours} and not {true}"
