"""A rule that is wrong by a thousandth is found by the numeric check: every rule, by every operand."""

from __future__ import annotations

import dataclasses

import numpy
import pytest

from gradcli.graph.builder import Builder
from gradcli.graph.tape import ArrayGate
from gradcli.passes import numeric
from gradcli.passes.backward import run_backward
from gradcli.passes.forward import run_forward
from gradcli.passes.numeric import check_numerically
from gradcli.rules.array_rule import Each
from gradcli.rules.array_table import ARRAY_RULES
from gradcli.rules.table import RULES
from tests.rules.array_checks import complete, draw

NUMBERS = [(name, sample) for name, rule in RULES.items() for sample in rule.samples if not rule.conventions(*sample)]


def planted(rule, factor):
    return dataclasses.replace(rule, local=lambda *given: tuple(factor * d for d in rule.local(*given)))


def checks(rule, sample):
    sample = tuple(map(float, sample))
    builder = Builder()
    inputs = tuple(builder.input(f"x{k}") for k in range(len(sample)))
    graph = builder.finish(builder.apply(rule, inputs))
    gradient = run_backward(run_forward(graph, sample)).gradient()
    return check_numerically(graph, sample, gradient, range(len(sample)))


@pytest.mark.parametrize(("name", "sample"), NUMBERS)
def test_every_rule_on_numbers(name, sample):
    found = checks(RULES[name], sample)
    for check in found:
        assert check.verdict in ("agrees", "cannot tell"), check
    for factor in (1.001, 0.999):
        for right, wrong in zip(found, checks(planted(RULES[name], factor), sample), strict=True):
            if right.analytic and right.verdict == "agrees":
                assert wrong.verdict == "differs", wrong


def test_hardly_any_rule_on_numbers_cannot_be_told():
    found = [check for name, sample in NUMBERS for check in checks(RULES[name], sample)]
    unsure = [check for check in found if check.verdict != "agrees"]
    assert len(unsure) <= 0.06 * len(found), unsure


# --- arrays -----------------------------------------------------------------------------------------------------------

SYMMETRIC = ("cholesky", "eigvalsh", "eigvecsh")
CLASSES = ("cross_entropy", "nll", "nll_log", "multiclass_hinge")
PROBABILITIES = ("nll", "kl", "js", "binary_cross_entropy", "bce")

ARRAYS = [
    pytest.param(name, shapes, settings, id=f"{name}-{shapes}-{settings}")
    for name, rule in ARRAY_RULES.items() if not rule.constant
    for shapes, settings in rule.samples if shapes
]  # fmt: skip


def array_point(rule, shapes, settings):
    """Operands inside of the rule's domain."""
    drawn = [x if x.ndim else float(x) for x in draw(rule, shapes)]
    if rule.name in CLASSES and shapes[1:] and shapes[0] != shapes[1]:
        drawn[1] = numpy.zeros(shapes[1]) if shapes[1] else 0.0
    if rule.fault is not None and rule.fault(*map(numpy.asarray, drawn), **complete(rule, settings)) is not None:
        positive = [abs(x) / (1 + numpy.sum(numpy.abs(x))) for x in drawn]
        return [p if rule.name not in CLASSES or not k or shapes[0] == shapes[1] else x
                for k, (p, x) in enumerate(zip(positive, drawn, strict=True))]  # fmt: skip
    return drawn


def array_checks(rule, shapes, settings, point):
    builder = Builder()
    inputs = tuple(builder.input(f"x{k}", shape) for k, shape in enumerate(shapes))
    if rule.name in SYMMETRIC:  # a function of (A + Aᵀ)/2, so that single entries can be moved
        turned = builder.apply(ArrayGate(ARRAY_RULES["transpose"]), inputs)
        doubled = builder.apply(RULES["add"], (*inputs, turned))
        inputs = (builder.apply(RULES["mul"], (builder.constant(0.5), doubled)),)
    given = tuple((key, complete(rule, settings)[key]) for key, _ in rule.settings)
    graph = builder.finish(builder.apply(ArrayGate(rule, given), inputs))
    forward = run_forward(graph, point)
    shape = graph.shape(graph.output)
    seed = numpy.cos(numpy.arange(1.0, 1.0 + numpy.prod(shape))).reshape(shape) if shape else 1.0
    gradient = run_backward(forward, seed).gradient()
    return check_numerically(graph, point, gradient, range(len(point)), seed)


@pytest.mark.parametrize(("name", "shapes", "settings"), ARRAYS)
def test_every_rule_on_arrays(name, shapes, settings):
    rule = ARRAY_RULES[name]
    found = array_checks(rule, shapes, settings, array_point(rule, shapes, settings))
    assert any(check.verdict == "agrees" for check in found) or not found
    assert [check for check in found if check.verdict == "differs"] == []


PLANTED = {(name, len(shapes)): (name, shapes, settings) for name, shapes, settings in
           (one.values for one in reversed(ARRAYS))}  # fmt: skip
"""Of each rule the first sample with as many operands: looking for what is wrong takes long."""


@pytest.mark.parametrize(("name", "shapes", "settings"), PLANTED.values(), ids=map(str, PLANTED))
def test_an_error_in_a_rule_on_arrays_is_found(name, shapes, settings, monkeypatch):
    monkeypatch.setattr(numeric, "MOST_CHECKED", 4)
    rule = ARRAY_RULES[name]
    point = array_point(rule, shapes, settings)

    def wrong_vjp(*given, **more):
        return tuple(None if part is None else 1.001 * part for part in rule.vjp(*given, **more))

    parts = wrong_vjp
    if isinstance(rule.vjp, Each):
        parts = Each(*(lambda *given, part=part, **more: 1.001 * part(*given, **more) for part in rule.vjp.parts))
    planted_rule = dataclasses.replace(rule, vjp=parts)
    found = zip(array_checks(rule, shapes, settings, point), array_checks(planted_rule, shapes, settings, point),
                strict=True)  # fmt: skip
    for right, wrong in found:
        if abs(right.analytic) > 1e-6 and right.verdict == "agrees":
            assert wrong.verdict == "differs", wrong
