"""How good the diagnosis is: mistakes that were planted are named, and numbers by chance are not explained."""

from __future__ import annotations

import pytest

from tests.homework.mistakes.measuring import planted_are_named, random_are_explained
from tests.homework.mistakes.planted import LECTURES, Pass

MISTAKES = {
    "branch-forgotten", "branch-overwritten", "branches-not-added", "upstream-omitted", "local-omitted",
    "added-not-multiplied", "factor-lost", "sign", "product-not-switched", "denominator-not-squared",
    "reciprocal-sign", "quotient-turned", "sigmoid-derivative", "tanh-derivative", "outer-at-wrong-value",
    "inner-omitted", "power-rule", "exp-derivative", "relu-gate", "max-route", "product-of-derivatives",
    "seed", "loss-factor", "exchanged", "written-down",
}  # fmt: skip


def test_the_planted_passes_are_right_where_nothing_is_planted():
    from tests.homework.mistakes.measuring import Sheets

    for example in LECTURES:
        problem = Sheets(example).problem
        for name, gradient in Pass(example).run().items():
            assert problem.backward.gradients[problem.naming.slot(name)] == pytest.approx(gradient, rel=1e-12), name


@pytest.mark.parametrize("digits", [3, 4])
def test_planted_mistakes_are_named(digits):
    tallies = planted_are_named(LECTURES, digits)
    assert set(tallies) >= MISTAKES
    everything = tallies["all"]
    assert everything.telling > 600
    assert everything.rate >= 0.92
    # With the sheets on which the only wrong number is a 0, a ±1 or one digit: from those nothing is concluded.
    assert everything.overall >= 0.88
    for mistake in MISTAKES:
        # A start of −1 is the same as wrong signs at the last gate.
        assert tallies[mistake].rate >= (0.85 if mistake == "seed" else 0.92), mistake


def test_random_numbers_are_not_explained():
    wrong, explained = random_are_explained(LECTURES, tries=120)
    assert wrong > 1500
    assert explained / wrong <= 0.02
