"""softmax and its relatives: differences, other people's derivatives, digits, and what has no answer."""

from __future__ import annotations

import dataclasses

import autograd
import autograd.numpy as anp
import mpmath
import numpy
import pytest

from gradcli.rules.array_table import ARRAY_RULES, array_lookup
from gradcli.rules.shape import Mismatch
from gradcli.rules.softmax import SOFTMAX

from .array_checks import (
    check_differences,
    check_forward,
    check_second,
    check_shape,
    close,
    complete,
    dense,
    draw,
    pullback,
    value,
)

CASES = [
    pytest.param(rule, shapes, settings, id=f"{rule.name}-{shapes}-{settings}")
    for rule in SOFTMAX
    for shapes, settings in rule.samples
]
CHECKS = [check_shape, check_differences, check_forward, check_second]


def rule_of(name):
    return ARRAY_RULES[name], complete(ARRAY_RULES[name], {})


@pytest.mark.parametrize("check", CHECKS)
@pytest.mark.parametrize(("rule", "shapes", "settings"), CASES)
def test_derivatives(check, rule, shapes, settings):
    for seed in range(3):
        check(rule, draw(rule, shapes, seed), complete(rule, settings))


@pytest.mark.parametrize("check", [check_differences, check_forward])
@pytest.mark.parametrize("rule", SOFTMAX, ids=lambda rule: rule.name)
def test_a_derivative_wrong_by_a_thousandth_is_caught(check, rule):
    def wrong(m, g, o, *i, **settings):
        return tuple(1.001 * part for part in rule.vjp(m, g, o, *i, **settings))

    with pytest.raises(AssertionError):
        check(dataclasses.replace(rule, vjp=wrong), draw(rule, rule.samples[0][0]), complete(rule, {}))


FORMULAS = {
    "softmax": lambda x: anp.exp(x) / anp.sum(anp.exp(x), axis=-1, keepdims=True),
    "log_softmax": lambda x: x - anp.log(anp.sum(anp.exp(x), axis=-1, keepdims=True)),
    "layer_norm": lambda x: (x - anp.mean(x, axis=-1, keepdims=True)) / anp.std(x, axis=-1, keepdims=True),
    "rms_norm": lambda x: x / anp.sqrt(anp.mean(x**2, axis=-1, keepdims=True)),
    "cosine_similarity": lambda x, y: anp.dot(x, y) / anp.sqrt(anp.dot(x, x) * anp.dot(y, y)),
}


@pytest.mark.parametrize("name", FORMULAS)
@pytest.mark.parametrize("shape", [(4,), (2, 4), (1, 4)])
def test_as_autograd_differentiates_the_formula(name, shape):
    rule, settings = rule_of(name)
    if rule.arity == 2 and len(shape) > 1:
        return
    operands = draw(rule, (shape,) * rule.arity, seed=7)
    close(value(rule, operands, settings), FORMULAS[name](*operands), name, 1e-14)
    for k, ours in enumerate(dense(rule, operands, settings)):
        true = autograd.jacobian(FORMULAS[name], k)(*operands)
        close(ours, true.reshape(ours.shape), name, 1e-13)


def exact_log_softmax(scores):
    total = mpmath.fsum(mpmath.exp(s) for s in scores)
    return [mpmath.mpf(s) - mpmath.log(total) for s in scores]


@pytest.mark.parametrize("scores", [[1.0, 2.0, 3.0], [-40.0, 0.0, 3.5], [1000.0, 998.0, -1000.0], [30.0, 0.0, -30.0]])
def test_softmax_to_the_last_digits(scores):
    with mpmath.workdps(1000):
        logs = exact_log_softmax(scores)
        shares = [mpmath.exp(x) for x in logs]
        for name, true in (("log_softmax", logs), ("softmax", shares)):
            ours = value(ARRAY_RULES[name], [numpy.array(scores)], {"axis": -1})
            for x, y in zip(ours, true, strict=True):
                assert abs(x - y) <= 1e-14 * abs(y) + 1e-16 * (name == "log_softmax") + mpmath.mpf("1e-320")


def test_jacobian_of_softmax_as_the_lecture_prints_it():
    rule, settings = rule_of("softmax")
    z = numpy.array([1.0, 2.0, 3.0])
    o = value(rule, [z], settings)
    close(dense(rule, [z], settings)[0], numpy.diag(o) - numpy.outer(o, o), "diag(o) − o oᵀ", 1e-15)
    assert rule.structure((3,), axis=-1) == ("diag(o) − o oᵀ",)
    assert rule.structure((2, 3), axis=-1) == ("diag(o) − o oᵀ along axis 1",)
    assert rule.structure((2, 3), axis=None) == ("diag(o) − o oᵀ",)


def scaled(matrix, size):
    return lambda o, i: matrix(o, numpy.eye(len(o))) / size(i)


NAMES = {
    "I − 𝟏 (e^o)ᵀ": lambda o, i: numpy.eye(len(o)) - numpy.exp(o),
    "(I − 𝟏𝟏ᵀ/n − o oᵀ/n)/σ": scaled(lambda o, one: one - 1 / len(o) - numpy.outer(o, o) / len(o), numpy.std),
    "(I − o oᵀ/n)/rms": scaled(
        lambda o, one: one - numpy.outer(o, o) / len(o), lambda i: numpy.sqrt(numpy.mean(i**2))
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", ["log_softmax", "layer_norm", "rms_norm"])
def test_a_jacobian_is_what_its_name_says(name):
    rule, settings = rule_of(name)
    (i,) = operands = draw(rule, ((4,),))
    (named,) = rule.structure((4,), **settings)
    close(dense(rule, operands, settings)[0], NAMES[named](value(rule, operands, settings), i), named, 1e-13)


def test_the_jacobians_of_a_cosine_are_what_their_names_say():
    rule = ARRAY_RULES["cosine_similarity"]
    a, b = operands = draw(rule, ((3,), (3,)))
    o, one, two = value(rule, operands, {}), numpy.linalg.norm(a), numpy.linalg.norm(b)
    assert rule.structure((3,), (3,)) == ("(i₂/‖i₂‖ − o i₁/‖i₁‖)ᵀ/‖i₁‖", "(i₁/‖i₁‖ − o i₂/‖i₂‖)ᵀ/‖i₂‖")
    by_a, by_b = dense(rule, operands, {})
    close(by_a[0], (b / two - o * a / one) / one, "by i₁", 1e-14)
    close(by_b[0], (a / one - o * b / two) / two, "by i₂", 1e-14)


@pytest.mark.parametrize("scores", [[1000.0, 1000.0], [-1000.0, 1000.0], [1e308, 0.0], [-1e308, 1.0], [5.0] * 1000])
@pytest.mark.parametrize("name", ["softmax", "log_softmax"])
def test_large_scores(name, scores):
    rule, settings = rule_of(name)
    operands = [numpy.array(scores)]
    o = value(rule, operands, settings)
    assert numpy.isfinite(o).all()
    assert (o if name == "softmax" else numpy.exp(o)).sum() == pytest.approx(1, rel=1e-13)
    g = numpy.arange(1.0, len(scores) + 1)
    assert numpy.isfinite(pullback(rule, g, operands, settings)[0]).all()


def test_columns_are_rows_of_the_transposed():
    rule = ARRAY_RULES["softmax"]
    z = draw(rule, ((2, 3),))[0]
    assert (value(rule, [z], {"axis": 0}) == value(rule, [z.T], {"axis": 1}).T).all()
    assert (value(rule, [z], {"axis": None}).ravel() == value(rule, [z.ravel()], {"axis": 0})).all()


def test_the_norms_do_what_they_say():
    x = numpy.array([[1.0, 2.0, 3.0], [0.0, 0.0, 5.0]])
    rule, settings = rule_of("layer_norm")
    o = value(rule, [x], settings)
    assert o.mean(axis=1) == pytest.approx([0, 0], abs=1e-15)
    assert o.std(axis=1) == pytest.approx([1, 1], rel=1e-15)
    padded = value(rule, [x], {"eps": 1e-5})
    assert padded[0, 2] == pytest.approx(1 / numpy.sqrt(2 / 3 + 1e-5), rel=1e-15)
    rule, settings = rule_of("rms_norm")
    assert (value(rule, [x], settings) ** 2).mean(axis=1) == pytest.approx([1, 1], rel=1e-15)
    assert value(rule, [x], {"eps": 0.25})[1, 2] == pytest.approx(5 / numpy.sqrt(25 / 3 + 0.25), rel=1e-15)


def test_cosine_of_angles():
    rule = ARRAY_RULES["cosine_similarity"]
    east, north = numpy.array([2.0, 0.0]), numpy.array([0.0, 3.0])
    assert value(rule, [east, north], {}) == 0
    assert value(rule, [east, -5 * east], {}) == -1
    assert value(rule, [1e200 * east, east + north], {}) == pytest.approx(2 / numpy.sqrt(13))
    assert [part.tolist() for part in pullback(rule, 1.0, [east, north], {})] == [[0, 0.5], [1 / 3, 0]]


UNDEFINED = [
    ("layer_norm", ([2.0, 2.0, 2.0],), {"eps": 0.0}, "standard deviation 0"),
    ("layer_norm", ([[1.0, 2.0], [0.1, 0.1]],), {"eps": 0.0}, "layer_norm(x, 1e-5)"),
    ("layer_norm", ([[7.0]],), {"eps": 0.0}, "standard deviation 0"),
    ("rms_norm", ([[1.0, 2.0], [0.0, -0.0]],), {"eps": 0.0}, "rms_norm(x, 1e-5)"),
    ("cosine_similarity", ([0.0, 0.0], [1.0, 2.0]), {}, "0 has no direction"),
    ("cosine_similarity", ([1.0, 2.0], [0.0, 0.0]), {}, "0 has no direction"),
]


@pytest.mark.parametrize(("name", "operands", "settings", "reason"), UNDEFINED)
def test_where_there_is_no_answer_there_is_a_reason(name, operands, settings, reason):
    rule, arrays = ARRAY_RULES[name], [numpy.array(x) for x in operands]
    assert reason in rule.fault(*arrays, **settings)
    assert not numpy.isfinite(value(rule, arrays, settings)).all()


@pytest.mark.parametrize(("rule", "shapes", "settings"), CASES)
def test_samples_are_defined(rule, shapes, settings):
    if rule.fault:
        assert rule.fault(*draw(rule, shapes), **complete(rule, settings)) is None


def test_eps_defines_what_equal_numbers_are_scaled_to():
    for name in ("layer_norm", "rms_norm"):
        rule, zeros = ARRAY_RULES[name], numpy.zeros((2, 3))
        assert rule.fault(zeros, eps=1e-5) is None
        assert (value(rule, [zeros], {"eps": 1e-5}) == 0).all()


REFUSED = [
    ("softmax", ((),), {"axis": -1}, "several", "σ({0})"),
    ("log_softmax", ((),), {"axis": -1}, "several", "σ({0})"),
    ("softmax", ((3,),), {"axis": 1}, "only the axis 0", "axis"),
    ("layer_norm", ((),), {"eps": 0.0}, "a number has none", ""),
    ("rms_norm", ((),), {"eps": 0.0}, "a number has none", ""),
    ("cosine_similarity", ((3,), (2,)), {}, "one length", ""),
    ("cosine_similarity", ((2, 3), (2, 3)), {}, "two vectors", ""),
    ("cosine_similarity", ((3,), (3, 1)), {}, "two vectors", "write {1}[:, 0] for its column"),
    ("cosine_similarity", ((1, 3), (3,)), {}, "two vectors", "write {0}[0] for its row"),
]


@pytest.mark.parametrize(("name", "shapes", "settings", "reason", "repair"), REFUSED)
def test_what_does_not_fit_is_explained(name, shapes, settings, reason, repair):
    with pytest.raises(Mismatch) as caught:
        ARRAY_RULES[name].shape(*shapes, **settings)
    assert reason in caught.value.reason
    assert repair in (caught.value.repair or "")


@pytest.mark.parametrize(("alias", "name"), [("logsoftmax", "log_softmax"), ("layernorm", "layer_norm"),
                                             ("rmsnorm", "rms_norm"), ("LogSoftmax", "log_softmax"),
                                             ("cos_similarity", "cosine_similarity")])  # fmt: skip
def test_aliases(alias, name):
    assert array_lookup(alias) is ARRAY_RULES[name]
