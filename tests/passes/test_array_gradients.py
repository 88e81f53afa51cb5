"""Gradients of vectors and matrices against HIPS autograd, differences, and the lectures' layouts."""

from __future__ import annotations

import random

import numpy
import pytest
from autograd import grad
from hypothesis import given, settings
from hypothesis import strategies as st

from gradcli.graph.gatesets import GATE_SETS
from gradcli.graph.point import from_numbers
from gradcli.passes.evaluate import evaluate
from gradcli.passes.numeric import check_evaluation

from .random_array_graphs import ArrayFormula


def against_autograd(formula, gates):
    result = evaluate(formula.text, from_numbers(formula.inputs, "the test"), gates=gates)
    values = list(formula.inputs.values())
    assert result.value == pytest.approx(float(formula.function(*values)), rel=1e-12, abs=1e-12)
    for place, name in enumerate(formula.inputs):
        ours, theirs = result.gradient[name], grad(formula.function, place)(*values)
        assert numpy.shape(ours) == numpy.shape(theirs)
        numpy.testing.assert_allclose(ours, theirs, rtol=1e-10, atol=1e-12)
    return result


@pytest.mark.parametrize("gates", GATE_SETS)
@pytest.mark.parametrize("seed", range(40))
def test_random_formulas_against_autograd(seed, gates):
    against_autograd(ArrayFormula(random.Random(seed)), gates)


@given(seed=st.integers(min_value=0, max_value=2**32), length=st.integers(min_value=0, max_value=20))
@settings(max_examples=100, deadline=None)
def test_drawn_formulas_against_autograd(seed, length):
    against_autograd(ArrayFormula(random.Random(seed), length), "lecture")


@pytest.mark.parametrize("seed", range(100, 110))
def test_random_formulas_against_differences(seed):
    formula = ArrayFormula(random.Random(seed), 5)
    result = evaluate(formula.text, from_numbers(formula.inputs, "the test"))
    assert {check.verdict for check in check_evaluation(result)} <= {"agrees", "kink"}
