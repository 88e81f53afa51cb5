from __future__ import annotations

import math

import pytest

from gradcli.homework.mistakes.catalogue import BY_ID
from gradcli.homework.mistakes.local_slips import TABLE, of_selection
from gradcli.rules.floats import Floats
from gradcli.rules.table import RULES

M = Floats()


def wrong(name, *operands):
    """The wrong derivatives of a rule by the text that is said of them."""
    output = RULES[name].value(M, *operands)
    return [(w.mistake, w.place, w.line(M, output, *operands)) for w in TABLE[name]]


@pytest.mark.parametrize("name", TABLE)
def test_each_wrong_derivative_is_of_a_rule_and_wrong_at_some_point(name):
    rule = RULES[name]
    for entry in TABLE[name]:
        assert entry.mistake in BY_ID
        assert 0 <= entry.place < rule.arity + len(rule.defaults)
        differs = []
        for point in rule.samples:
            output = rule.value(M, *point)
            differs.append(entry.line(M, output, *point) != rule.local(M, output, *point)[entry.place])
        assert any(differs), entry


def test_sigmoid():
    o = 1 / (1 + math.exp(-2))
    s = 1 / (1 + math.exp(-o))
    numbers = [number for _, _, number in wrong("sigmoid", 2.0)]
    assert numbers == pytest.approx([s * (1 - s), 2 * (1 - 2), o, 1 - o])


def test_tanh():
    o = math.tanh(0.5)
    numbers = [number for _, _, number in wrong("tanh", 0.5)]
    assert numbers == pytest.approx([1 - math.tanh(o) ** 2, 1 - 0.25, 1 - o])


def test_quotients_and_powers():
    assert wrong("recip", 4.0) == [("denominator-not-squared", 0, -0.25), ("reciprocal-sign", 0, 0.0625)]
    assert wrong("cube", 2.0) == [("power-rule", 0, 4.0), ("power-rule", 0, 24.0)]
    assert wrong("mul", 3.0, 5.0) == [("product-not-switched", 0, 3.0), ("product-not-switched", 1, 5.0)]


def test_exponentials():
    numbers = [number for _, _, number in wrong("exp", 3.0)]
    assert numbers == pytest.approx([3 * math.exp(2), 1, 3])


def test_relu_is_passed_when_0_and_blocked_when_1():
    assert [n for _, _, n in wrong("relu", -2.0)] == [1.0, 0.0]
    assert [n for _, _, n in wrong("relu", 2.0)] == [1.0, 0.0]


def test_max_goes_to_the_wrong_operand_or_to_all():
    routes = [route for route, _ in of_selection("max", [3.0, 1.0])]
    assert ((0, 0.0), (1, 1.0)) in routes
    assert ((1, 1.0),) in routes
    assert ((0, 0.5), (1, 0.5)) in routes
    assert next(r for r, _ in of_selection("min", [3.0, 1.0])) == ((1, 0.0), (0, 1.0))


def test_ties_have_no_wrong_operand():
    assert of_selection("max", [2.0, 2.0]) == []
    assert of_selection("max", [2.0]) == []
