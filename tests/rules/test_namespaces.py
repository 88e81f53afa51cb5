"""Floats, IEEE floats and arrays compute the same."""

from __future__ import annotations

import math
import subprocess
import sys

import numpy
import pytest

from gradcli.rules import arrays, floats
from gradcli.rules.arrays import Arrays
from gradcli.rules.floats import Floats, Real, evaluate, local_derivatives
from gradcli.rules.table import RULES

inf, nan = math.inf, math.nan
EDGES = (0.0, -0.0, 0.5, -0.5, 1.0, -1.0, 2.0, 3.0, -3.0, 6.0, 1e-10, 90.0, 1000.0, -1000.0, 1e200, -1e200)


def points(rule):
    yield from rule.samples
    count = len(rule.samples[0])
    if rule.name in ("winner", "polygamma", "sinc_derivative"):
        yield from ((1.0, *(x for _ in range(count - 1))) for x in EDGES)
        return
    for k in range(count):
        for x in EDGES:
            for other in (1.0, 0.0, -2.0):
                yield tuple(x if j == k else other for j in range(count))


def same(a, b):
    assert a == pytest.approx(b, rel=4e-15, abs=1e-300, nan_ok=True) or abs(a - b) <= 1e-15 * max(1, abs(a))


def test_the_same_functions():
    assert set(floats.ELEMENTARY) == set(arrays.ELEMENTARY)
    assert set(floats.ELEMENTARY) <= set(RULES)


@pytest.mark.parametrize("rule", RULES.values(), ids=lambda rule: rule.name)
def test_arrays_agree_with_floats(rule):
    m, a = Floats(), Arrays()
    by_count = {}
    for point in points(rule):
        by_count.setdefault(len(point), []).append(point)
    for group in by_count.values():
        columns = [numpy.array(column) for column in zip(*group, strict=True)]
        if rule.name in ("winner", "polygamma", "sinc_derivative"):
            group = [point for point in group if point[0] == group[0][0]]
            columns = [group[0][0], *(numpy.array(c) for c in list(zip(*group, strict=True))[1:])]
        with numpy.errstate(all="ignore"):
            output = numpy.asarray(rule.value(a, *columns), dtype=float)
            slopes = rule.local(a, output, *columns)
        whole = [numpy.broadcast_to(numpy.asarray(s, dtype=float), output.shape) for s in slopes]
        for row, point in enumerate(group):
            expected = evaluate(rule, m, point)
            same(output[row], expected)
            if math.isfinite(expected):
                for ours, theirs in zip(whole, local_derivatives(rule, m, expected, point), strict=True):
                    same(ours[row], theirs)


@pytest.mark.parametrize("ties", ["split", "first", "all"])
def test_ties_of_arrays(ties):
    rows = [(1.0, 1.0, 0.0), (2.0, 3.0, 3.0), (5.0, 5.0, 5.0), (1.0, 2.0, 3.0)]
    columns = [numpy.array(column) for column in zip(*rows, strict=True)]
    for name in ("max", "min"):
        rule = RULES[name]
        slopes = rule.local(Arrays(ties), None, *columns)
        for row, point in enumerate(rows):
            assert tuple(s[row] for s in slopes) == local_derivatives(rule, Floats(ties), 0.0, point)


def test_arrays_of_scalars_and_broadcasting():
    a = Arrays()
    assert a.sigmoid(0.0) == 0.5
    assert a.polygamma(1, numpy.ones((2, 3))).shape == (2, 3)
    assert a.where(numpy.array([True, False]), 1.0, numpy.zeros(2)).tolist() == [1, 0]
    assert a.erf(numpy.array([[0.0]])).shape == (1, 1)


def test_real_divides_as_ieee_says():
    one, zero = Real(1), Real(0)
    assert one / zero == inf
    assert 1 / zero == inf
    assert -1 / zero == -inf
    assert one / -0.0 == -inf
    assert 1 / -zero == -inf
    assert math.isnan(zero / zero)
    assert math.isnan(0 / zero)
    assert math.isnan(Real(nan) / 0)
    assert Real(inf) / 0 == inf
    assert Real(1e308) / Real(1e-308) == inf


def test_real_stays_real():
    x = Real(3)
    for result in (x + 1, 1 + x, x - 1, 1 - x, x * 2, 2 * x, x / 2, 2 / x, -x, abs(x)):
        assert type(result) is Real
    assert (1 - x, x - 1, 1 / Real(2), -x) == (-2, 2, 0.5, -3)
    assert x > 2
    assert x == 3.0
    assert type(Floats().ieee.sin(x)) is Real
    assert type(Floats().ieee.sigmoid(x)) is Real


def test_results_are_plain_floats():
    m = Floats()
    for name, point in [("lt", (1.0, 2.0)), ("relu", (-1.0,)), ("recip", (0.0,)), ("neg", (True,)), ("csc", (0.0,))]:
        output = evaluate(RULES[name], m, point)
        assert type(output) is float
        assert all(type(s) is float for s in local_derivatives(RULES[name], m, output, point))


def test_division_by_zero_inside_a_rule_does_not_raise():
    m = Floats("first")
    assert evaluate(RULES["sec"], m, (0.0,)) == 1
    assert evaluate(RULES["cot"], m, (0.0,)) == inf
    assert evaluate(RULES["tand"], m, (90.0,)) == inf
    assert m.ieee.ties == "first"
    assert m.ieee.winner(1, 2.0, 2.0) == 0


ELEMENTARY = [
    ("exp", (1000.0,), inf), ("exp", (-inf,), 0.0), ("exp", (nan,), nan), ("ln", (0.0,), -inf), ("ln", (-1.0,), nan),
    ("ln", (inf,), inf), ("log2", (0.0,), -inf), ("log10", (-2.0,), nan), ("log1p", (-1.0,), -inf),
    ("sqrt", (-1.0,), nan), ("sqrt", (nan,), nan), ("sin", (inf,), nan), ("cosh", (1000.0,), inf),
    ("sinh", (-1000.0,), -inf), ("asin", (2.0,), nan), ("atanh", (1.0,), inf), ("atanh", (-1.0,), -inf),
    ("pow", (-8.0, 1 / 3), nan), ("pow", (0.0, -1.0), inf), ("pow", (-0.0, -1.0), -inf), ("pow", (0.0, -2.0), inf),
    ("pow", (10.0, 400.0), inf), ("pow", (-10.0, 401.0), -inf), ("pow", (0.0, 0.0), 1.0), ("gamma", (0.0,), inf),
    ("gamma", (-1.0,), nan), ("gamma", (200.0,), inf), ("gamma", (-inf,), nan), ("lgamma", (0.0,), inf),
    ("lgamma", (1e306,), inf), ("floor", (inf,), inf), ("round", (nan,), nan), ("sign", (nan,), nan),
    ("mod", (5.0, 0.0), nan), ("rem", (inf, 2.0), nan), ("atan2", (0.0, -0.0), nan), ("polygamma", (0.5, 1.0), nan),
    ("polygamma", (3.0, 1e-200), inf), ("polygamma", (2.0, 1e-200), -inf), ("beta", (-1.0, 2.0), nan),
    ("beta", (1e-200, 1e-200), 2e200), ("sinc_derivative", (1.0, inf), nan), ("expm1", (1000.0,), inf),
]  # fmt: skip


@pytest.mark.parametrize(("name", "point", "value"), ELEMENTARY)
def test_elementary_functions_answer_as_ieee_says(name, point, value):
    assert getattr(Floats(), name)(*point) == pytest.approx(value, nan_ok=True)


def test_an_unknown_function_is_an_attribute_error():
    for m in (Floats(), Arrays()):
        with pytest.raises(AttributeError):
            _ = m.frobnicate


def test_numpy_is_not_imported_for_floats():
    code = "import sys, gradcli.rules.floats; sys.exit('numpy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
