"""Losses of whole predictions: differences, other people's derivatives, digits, conventions, and what is refused."""

from __future__ import annotations

import dataclasses
import math

import autograd
import autograd.numpy as anp
import mpmath
import numpy
import pytest

from gradcli.rules.array_losses import ARRAY_LOSSES
from gradcli.rules.array_table import ARRAY_RULES, array_lookup
from gradcli.rules.shape import Mismatch

from .array_checks import (
    Tracing,
    check_differences,
    check_forward,
    check_second,
    check_shape,
    close,
    complete,
    dense,
    pullback,
    scattered,
    value,
)


def shares(rng, shape):
    """Rows of probabilities that keep away from 0."""
    weights = rng.uniform(0.3, 1, shape)
    return weights / weights.sum(axis=-1, keepdims=True)


def drawn(rule, shapes, seed=0):
    rng = numpy.random.default_rng([seed, *map(ord, rule.name)])
    first, target = shapes[0], shapes[-1]
    p = shares(rng, first) if rule.name in ("nll", "kl") else scattered(rng, first)
    if rule.name in ("mse", "mae") or rule.constant:
        return [p, scattered(rng, target)][: len(shapes)]
    # A target is a class a row, or probabilities: any sum will do for the derivatives.
    t = rng.integers(0, first[-1], target).astype(float) if len(target) < len(first) else rng.uniform(0.3, 1, target)
    return [p, t]


def held(rule, operands):
    """The rule and its operands with classes held, which no derivative can be asked about."""
    if len(operands) < 2 or operands[0].ndim == operands[1].ndim or rule.name in ("mse", "mae"):
        return rule, operands
    t = operands[1]

    def vjp(m, g, o, z, **settings):
        if isinstance(m, Tracing):
            return rule.vjp(m, g, o, z, m.apply("add", t, 0), **settings)[:1]
        by_scores, by_class = rule.vjp(m, g, o, z, t, **settings)
        assert by_class is None
        return (by_scores,)

    def output(m, z, **settings):
        return rule.value(m, z, t, **settings)

    shape = lambda z, **settings: rule.shape(z, t.shape, **settings)  # noqa: E731
    return dataclasses.replace(rule, shape=shape, value=output, vjp=vjp), operands[:1]


CASES = [
    pytest.param(rule, shapes, settings, id=f"{rule.name}-{shapes}-{settings}")
    for rule in ARRAY_LOSSES
    for shapes, settings in rule.samples
]
SMOOTH_CASES = [case for case in CASES if not case.values[0].constant]


@pytest.mark.parametrize("check", [check_shape, check_differences, check_forward, check_second])
@pytest.mark.parametrize(("rule", "shapes", "settings"), SMOOTH_CASES)
def test_derivatives(check, rule, shapes, settings):
    for seed in range(3):
        check(*held(rule, drawn(rule, shapes, seed)), complete(rule, settings))


@pytest.mark.parametrize("check", [check_differences, check_forward])
@pytest.mark.parametrize("rule", [rule for rule in ARRAY_LOSSES if not rule.constant], ids=lambda rule: rule.name)
def test_a_derivative_wrong_by_a_thousandth_is_caught(check, rule):
    sound, operands = held(rule, drawn(rule, rule.samples[0][0]))
    check(sound, operands, complete(rule, {}))

    def wrong(m, g, o, *i, **settings):
        return tuple(1.001 * part for part in sound.vjp(m, g, o, *i, **settings))

    with pytest.raises(AssertionError):
        check(dataclasses.replace(sound, vjp=wrong), operands, complete(rule, {}))


@pytest.mark.parametrize(("rule", "shapes", "settings"), CASES)
def test_samples_are_defined_smooth_and_named(rule, shapes, settings):
    operands, settings = drawn(rule, shapes), complete(rule, settings)
    assert rule.fault is None or rule.fault(*operands, **settings) is None
    assert not any(kink.at(*operands, **settings) for kink in rule.kinks)
    names = rule.structure(*shapes, **settings)
    assert len(names) == len(shapes)
    assert all(names)


def autograd_target(z, t):
    return t if t.ndim == z.ndim else numpy.eye(z.shape[-1])[t.astype(int)]


def autograd_multiclass_hinge(s, t):
    true = autograd_target(s, t)
    gap = s - anp.sum(s * true, axis=-1, keepdims=True) + 1
    return anp.sum((1 - true) * anp.maximum(0, gap), axis=-1)


THEIRS = {
    "mse": lambda p, t: anp.mean((p - t) ** 2),
    "mae": lambda p, t: anp.mean(anp.abs(p - t)),
    "cross_entropy": lambda z, t: (
        anp.sum(autograd_target(z, t), axis=-1) * anp.log(anp.sum(anp.exp(z), axis=-1))
        - anp.sum(autograd_target(z, t) * z, axis=-1)
    ),
    "nll": lambda p, t: -anp.sum(autograd_target(p, t) * anp.log(p), axis=-1),
    "nll_log": lambda l, t: -anp.sum(autograd_target(l, t) * l, axis=-1),
    "multiclass_hinge": autograd_multiclass_hinge,
    "kl": lambda p, q: anp.sum(p * (anp.log(p) - anp.log(q)), axis=-1),
}


@pytest.mark.parametrize("rule", [rule for rule in ARRAY_LOSSES if rule.name in THEIRS], ids=lambda rule: rule.name)
def test_as_autograd_differentiates_the_formula(rule):
    settings = complete(rule, {})
    for shapes in (shapes for shapes, given in rule.samples if not given):
        operands = drawn(rule, shapes, seed=7)
        close(value(rule, operands, settings), THEIRS[rule.name](*operands), rule.name, 1e-13)
        ours = dense(rule, operands, settings)
        for k in range(1 if held(rule, operands)[0] is not rule else 2):
            true = autograd.jacobian(THEIRS[rule.name], k)(*operands)
            close(ours[k], true.reshape(ours[k].shape), f"{rule.name}{shapes}", 1e-12)


def test_every_loss_of_arrays_has_someone_to_disagree():
    assert set(THEIRS) == {rule.name for rule in ARRAY_LOSSES if rule.listed}


def mean_of(slope):
    return lambda p, t: slope(p - t) / max(p.size, t.size)


def softmax(z):
    return numpy.exp(z) / numpy.exp(z).sum()


def hot(z, t):
    return numpy.eye(len(z))[int(t)]


NAMES = {
    "2(i₁ − i₂)ᵀ/n": mean_of(lambda d: 2 * d), "−2(i₁ − i₂)ᵀ/n": mean_of(lambda d: -2 * d),
    "2 Σ(i₁ − i₂)/n": mean_of(lambda d: 2 * d.sum()), "−2 Σ(i₁ − i₂)/n": mean_of(lambda d: -2 * d.sum()),
    "sign(i₁ − i₂)ᵀ/n": mean_of(numpy.sign), "−sign(i₁ − i₂)ᵀ/n": mean_of(lambda d: -numpy.sign(d)),
    "Σ sign(i₁ − i₂)/n": mean_of(lambda d: numpy.sign(d).sum()),
    "−Σ sign(i₁ − i₂)/n": mean_of(lambda d: -numpy.sign(d).sum()),
    "(softmax(i₁) − onehot(i₂))ᵀ": lambda z, t: softmax(z) - hot(z, t),
    "(Σi₂ softmax(i₁) − i₂)ᵀ": lambda z, t: t.sum() * softmax(z) - t,
    "−log_softmax(i₁)ᵀ": lambda z, t: -numpy.log(softmax(z)),
    "−(onehot(i₂)/i₁)ᵀ": lambda p, t: -hot(p, t) / p, "−(i₂/i₁)ᵀ": lambda p, t: -t / p,
    "−ln(i₁)ᵀ": lambda p, t: -numpy.log(p), "−onehot(i₂)ᵀ": lambda l, t: -hot(l, t), "−i₂ᵀ": lambda l, t: -t,
    "−i₁ᵀ": lambda l, t: -l, "(ln(i₁/i₂) + 1)ᵀ": lambda p, q: numpy.log(p / q) + 1,
    "−(i₁/i₂)ᵀ": lambda p, q: -p / q, "0": lambda z, t: numpy.zeros(1),
    "(v − Σv onehot(i₂))ᵀ, v = [inside the margin]": lambda s, t: (
        lambda v: v - v.sum() * hot(s, t)
    )((s - s[int(t)] + 1 > 0) * (1 - hot(s, t))),
}  # fmt: skip


@pytest.mark.parametrize(("rule", "shapes", "settings"), SMOOTH_CASES)
def test_a_jacobian_is_what_its_name_says(rule, shapes, settings):
    rowwise = rule.name not in ("mse", "mae")
    operands, settings = drawn(rule, shapes), complete(rule, settings)
    if rowwise and len(shapes[0]) > 1:
        names = rule.structure(*shapes, **settings)
        assert all(name == "0" or name.removesuffix(" along axis 1") in NAMES for name in names)
        return
    if "margin" in settings:
        settings["margin"] = 1.0
    for name, ours in zip(rule.structure(*shapes, **settings), dense(rule, operands, settings), strict=True):
        close(ours.ravel(), numpy.ravel(NAMES[name](*operands)), name, 1e-13)


SCORES = [[1.0, 2.0, 3.0], [1000.0, -1000.0, 0.0], [-1000.0, -1000.0, -999.0], [30.0, 0.0, -5.0], [1e300, 0.0, -1e300]]


@pytest.mark.parametrize("scores", SCORES)
@pytest.mark.parametrize("k", [0, 1, 2])
def test_cross_entropy_to_the_last_digits(scores, k):
    rule, operands = ARRAY_RULES["cross_entropy"], [numpy.array(scores), numpy.array(float(k))]
    with mpmath.workdps(1000):
        top = max(map(mpmath.mpf, scores))  # beyond e^2000 the others are gone
        weights = [mpmath.exp(s - top) if top - s < 5000 else mpmath.mpf(0) for s in scores]
        total = mpmath.fsum(weights)
        true = mpmath.log(total) + top - scores[k]
        slopes = [w / total - (j == k) for j, w in enumerate(weights)]
        assert abs(value(rule, operands, {}) - true) <= 1e-14 * true + mpmath.mpf("1e-16")
        by_scores, by_class = pullback(rule, 1.0, operands, {})
        assert max(abs(x - y) for x, y in zip(by_scores, slopes, strict=True)) <= 1e-15
    assert by_class == 0


def test_a_class_is_its_one_hot_target():
    rng = numpy.random.default_rng(5)
    z, t = scattered(rng, (4, 3)), numpy.array([2.0, 0.0, 1.0, 2.0])
    hot = numpy.eye(3)[t.astype(int)]
    g = rng.normal(size=4)
    for name in ("cross_entropy", "nll", "nll_log"):
        rule, operand = ARRAY_RULES[name], shares(rng, (4, 3)) if name == "nll" else z
        close(value(rule, [operand, t], {}), value(rule, [operand, hot], {}), name, 1e-15)
        close(pullback(rule, g, [operand, t], {})[0], pullback(rule, g, [operand, hot], {})[0], name, 1e-15)


def test_one_loss_from_three_starts():
    rng = numpy.random.default_rng(6)
    z, t = scattered(rng, (4, 3)), numpy.array([2.0, 0.0, 1.0, 1.0])
    from_scores = value(ARRAY_RULES["cross_entropy"], [z, t], {})
    p, l = (value(ARRAY_RULES[name], [z], {"axis": -1}) for name in ("softmax", "log_softmax"))
    close(value(ARRAY_RULES["nll"], [p, t], {}), from_scores, "nll", 1e-13)
    close(value(ARRAY_RULES["nll_log"], [l, t], {}), from_scores, "nll_log", 1e-15)


def test_a_target_of_zeros_asks_for_no_logarithm():
    p, t = numpy.array([0.5, 0.5, 0.0]), numpy.array([0.25, 0.75, 0.0])
    for name, operands in (("nll", [p, t]), ("nll", [p, numpy.array(1.0)]), ("kl", [t, p]), ("kl", [t, t + 0.1])):
        rule = ARRAY_RULES[name]
        assert rule.fault(*operands) is None
        assert numpy.isfinite(value(rule, operands, {}))
    assert pullback(ARRAY_RULES["nll"], 1.0, [p, t], {})[0].tolist() == [-0.5, -1.5, 0]
    assert pullback(ARRAY_RULES["kl"], 1.0, [t, p], {})[1].tolist() == [-0.5, -1.5, 0]


def test_cs231n_scores():
    """The three scores of the course's example, the first class being the true one: losses 2.9 and 1.04."""
    scores = numpy.array([[3.2, 5.1, -1.7], [1.3, 4.9, 2.0], [2.2, 2.5, -3.1]])
    classes = numpy.array([0.0, 1.0, 2.0])
    rule = ARRAY_RULES["multiclass_hinge"]
    assert value(rule, [scores, classes], {"margin": 1.0}) == pytest.approx([2.9, 0, 12.9])
    assert pullback(rule, numpy.ones(3), [scores, classes], {"margin": 1.0})[0].tolist() == [
        [-1, 1, 0], [0, 0, 0], [1, 1, -2]
    ]  # fmt: skip
    rule = ARRAY_RULES["cross_entropy"]
    assert value(rule, [scores[0], classes[0]], {}) == pytest.approx(2.04, abs=0.005)


def test_kinks_use_their_convention_and_say_so():
    hinge, at_margin = ARRAY_RULES["multiclass_hinge"], [numpy.array([3.0, 2.0, 2.5]), numpy.array(0.0)]
    assert hinge.kinks[0].at(*at_margin, margin=1.0)
    assert not hinge.kinks[0].at(*at_margin, margin=0.75)
    assert not hinge.kinks[0].at(*at_margin, margin=0.0)
    assert pullback(hinge, 1.0, at_margin, {"margin": 1.0})[0].tolist() == [-1, 0, 1]
    mae, tied = ARRAY_RULES["mae"], [numpy.array([1.0, 2.0]), numpy.array([1.0, 5.0])]
    assert mae.kinks[0].at(*tied)
    assert not mae.kinks[0].at(tied[0], tied[1] + 1)
    assert [part.tolist() for part in pullback(mae, 1.0, tied, {})] == [[0, -0.5], [0, 0.5]]


def test_onehot():
    rule = ARRAY_RULES["onehot"]
    assert value(rule, [numpy.array([2.0, 0.0])], {"classes": 3}).tolist() == [[0, 0, 1], [1, 0, 0]]
    assert value(rule, [numpy.array(1.0)], {"classes": 2}).tolist() == [0, 1]
    assert rule.vjp(None, None, None, None, classes=2) == (None,)


Z, P = numpy.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]), numpy.full((2, 3), 1 / 3)
FAULTS = [
    ("cross_entropy", (Z, [0.0, 3.0]), "there is no class 3: the 3 classes are 0 to 2"),
    ("cross_entropy", (Z, [-1.0, 0.0]), "there is no class −1: the 3 classes are 0 to 2"),
    ("cross_entropy", (Z, [0.0, 1.5]), "there is no class 1.5"),
    ("cross_entropy", (Z, [0.0, math.nan]), "there is no class nan"),
    ("cross_entropy", (Z[0], 3.0), "there is no class 3"),
    ("cross_entropy", (Z[:, :1], [0.0, 1.0]), "there is no class 1: the only class is 0"),
    ("nll", (P, [0.0, 3.0]), "there is no class 3"),
    ("nll_log", (Z, [0.0, 3.0]), "there is no class 3"),
    ("multiclass_hinge", (Z[0], 0.5), "there is no class 0.5"),
    ("nll", (Z, [0.0, 0.0]), "2 is no probability"),
    ("nll", (-P, P), "−0.333333 is no probability"),
    ("nll", ([0.0, 1.0], 0.0), "ln of 0"),
    ("nll", ([0.0, 1.0], [0.5, 0.5]), "ln of 0"),
    ("kl", ([0.5, 0.5], [1.0, 0.0]), "0.5/0"),
    ("kl", ([1.5, -0.5], [0.5, 0.5]), "−0.5 is no probability"),
    ("kl", (P, -P), "−0.333333 is no probability"),
]


@pytest.mark.parametrize(("name", "operands", "reason"), FAULTS)
def test_where_there_is_no_answer_there_is_a_reason(name, operands, reason):
    rule = ARRAY_RULES[name]
    assert reason in rule.fault(*map(numpy.asarray, operands), **complete(rule, {}))


def test_targets_of_probabilities_may_hold_any_numbers():
    assert ARRAY_RULES["cross_entropy"].fault(Z, Z / 7) is None
    assert ARRAY_RULES["nll_log"].fault(Z, Z / 7) is None


# rule, shapes, a part of the reason, a part of the repair
REFUSED = [
    ("mse", ((3,), (3, 1)), "entry by entry", "write {1}[:, 0]"),
    ("mae", ((1, 3), (3,)), "entry by entry", "write {0}[0]"),
    ("mse", ((2, 3), (3, 2)), "at its place", "did you mean {1}'"),
    ("mse", ((2,), (3,)), "one shape", ""),
    ("kl", ((3,), (2,)), "one shape", ""),
    ("kl", ((), ()), "vectors of probabilities", "kl_div({0}, {1})"),
    ("kl", ((3,), ()), "one shape", ""),
    ("cross_entropy", ((), ()), "here is one number", "[0, {0}]"),
    ("cross_entropy", ((3,), (2,)), "a class, 0 to 2, or 3 probabilities", ""),
    ("cross_entropy", ((3,), (1,)), "a class, 0 to 2", "write {1}[0]"),
    ("cross_entropy", ((3,), (1, 3)), "a class, 0 to 2", "write {1}[0]"),
    ("cross_entropy", ((3,), (3, 1)), "a class, 0 to 2", "write {1}[:, 0]"),
    ("cross_entropy", ((2, 3), ()), "2 rows of scores need 2 classes, or 2×3 probabilities", "[{1}, …]"),
    ("cross_entropy", ((1, 3), ()), "one row of scores", "write [{1}]"),
    ("cross_entropy", ((1, 3), (3,)), "one row of scores", "write [{1}] for probabilities"),
    ("cross_entropy", ((2, 3), (3,)), "each example is a row", "did you mean {0}' for {0}?"),
    ("cross_entropy", ((2, 3), (4,)), "2 rows of scores need 2 classes", ""),
    ("cross_entropy", ((2, 3), (2, 1)), "2 rows", "write {1}[:, 0]"),
    ("cross_entropy", ((2, 3), (1, 2)), "2 rows", "write {1}[0]"),
    ("cross_entropy", ((2, 3), (3, 2)), "each example is a row", "{0}' or {1}'"),
    ("cross_entropy", ((2, 3), (2, 4)), "the rows of {1} are 4 wide", "0 to 2"),
    ("cross_entropy", ((2, 3), (5, 3)), "2 rows of scores", ""),
    ("nll", ((2, 3), (3,)), "each example is a row", "{0}'"),
    ("nll_log", ((2, 3), (2, 1)), "2 rows", "{1}[:, 0]"),
    ("multiclass_hinge", ((3,), (3,)), "the number of a class", "write argmax({1})"),
    ("multiclass_hinge", ((2, 3), (2, 3)), "the number of a class", "write argmax({1}, axis=1)"),
    ("multiclass_hinge", ((2, 3), (3,)), "each example is a row", "{0}'"),
    ("cross_entropy", ((2, 3, 4), (2,)), "2×3 classes, or 2×3×4 probabilities", ""),
]  # fmt: skip


@pytest.mark.parametrize(("name", "shapes", "reason", "repair"), REFUSED)
def test_what_does_not_fit_is_explained(name, shapes, reason, repair):
    rule = ARRAY_RULES[name]
    with pytest.raises(Mismatch) as caught:
        rule.shape(*shapes, **complete(rule, {}))
    assert reason in caught.value.reason
    assert repair in (caught.value.repair or "")
    for text in (caught.value.reason, caught.value.repair or ""):
        text.format("Z", "t")


@pytest.mark.parametrize(("alias", "name"), [
    ("cross_entropy_loss", "cross_entropy"), ("softmax_cross_entropy", "cross_entropy"), ("KL", "kl"), ("MSE", "mse"),
    ("mean_squared_error", "mse"), ("MAE", "mae"), ("l1_loss", "mae"), ("NLL", "nll"), ("svm_loss", "multiclass_hinge"),
])  # fmt: skip
def test_aliases_of_losses_of_arrays(alias, name):
    assert array_lookup(alias) is ARRAY_RULES[name]


def test_what_the_losses_are_for_numbers():
    assert {rule.name: rule.scalar for rule in ARRAY_LOSSES if rule.scalar} == {
        "mse": "squared_error", "mae": "absolute_error", "kl": "kl_div"
    }  # fmt: skip
