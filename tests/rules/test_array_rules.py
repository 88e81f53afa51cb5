"""Every array rule: its value, its vector-Jacobian product, the derivative of that, and the name of its Jacobian."""

from __future__ import annotations

import dataclasses
import subprocess
import sys

import autograd
import autograd.numpy
import numpy
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from gradcli.rules.array_functions import ARRAY_FUNCTIONS
from gradcli.rules.array_losses import ARRAY_LOSSES
from gradcli.rules.array_rule import REQUIRED
from gradcli.rules.array_table import ARRAY_NAMES, ARRAY_RULES
from gradcli.rules.floats import Floats, evaluate
from gradcli.rules.shape import Mismatch
from gradcli.rules.softmax import SOFTMAX
from gradcli.rules.table import RULES

from . import array_checks as checks
from .array_reference import VALUES
from .array_structures import DENSE, ON_VECTORS, PROPERTIES, _base, meaning

HERE = [rule for rule in ARRAY_RULES.values() if rule not in (*SOFTMAX, *ARRAY_LOSSES)]
"""All rules but those of the chapters that have tests of their own."""


def cases():
    for rule in HERE:
        for shapes, chosen in rule.samples:
            yield pytest.param(rule, shapes, checks.complete(rule, chosen), id=f"{rule.name}-{shapes}-{chosen}")


every_case = pytest.mark.parametrize(("rule", "shapes", "chosen"), list(cases()))
every_rule = pytest.mark.parametrize("rule", HERE, ids=lambda rule: rule.name)


def test_every_rule_has_samples_and_a_reference():
    assert {rule.name for rule in HERE} == set(VALUES)
    assert all(rule.samples for rule in HERE)


@every_case
def test_shapes_and_values(rule, shapes, chosen):
    operands = checks.draw(rule, shapes)
    checks.check_shape(rule, operands, chosen)
    checks.close(checks.value(rule, operands, chosen), VALUES[rule.name](*operands, **chosen), rule.name, 1e-12)


@every_case
def test_samples_are_smooth(rule, shapes, chosen):
    operands = checks.draw(rule, shapes)
    assert rule.fault is None or rule.fault(*operands, **chosen) is None
    assert not [kink.says for kink in rule.kinks if kink.at(*operands, **chosen)]


@every_case
def test_jacobians_against_differences(rule, shapes, chosen):
    checks.check_differences(rule, checks.draw(rule, shapes), chosen)


@every_case
def test_reverse_against_forward(rule, shapes, chosen):
    checks.check_forward(rule, checks.draw(rule, shapes), chosen)


@every_case
def test_second_derivatives(rule, shapes, chosen):
    checks.check_second(rule, checks.draw(rule, shapes), chosen)


@every_case
def test_a_jacobian_is_what_its_name_says(rule, shapes, chosen):
    operands = checks.draw(rule, shapes)
    names = rule.structure(*shapes, **chosen)
    assert len(names) == len(shapes)
    o = checks.value(rule, operands, chosen)
    for k, (name, jacobian) in enumerate(zip(names, checks.dense(rule, operands, chosen), strict=True)):
        expected = meaning(name, k, operands, o, chosen)
        if expected is None:
            assert PROPERTIES[name](jacobian), name
        else:
            checks.close(jacobian, expected, f"{rule.name}: {name}", 1e-9)


def test_no_meaning_without_a_name():
    used = set()
    for rule in HERE:
        for shapes, chosen in rule.samples:
            chosen = checks.complete(rule, chosen)
            used |= {text for name in rule.structure(*shapes, **chosen) for text in (name, _base(name, chosen))}
    assert (ON_VECTORS.keys() | DENSE.keys() | PROPERTIES.keys()) <= used


@every_rule
def test_nothing_is_derived_from_what_is_constant(rule):
    for shapes, chosen in rule.samples:
        chosen = checks.complete(rule, chosen)
        zero = [not jacobian.any() for jacobian in checks.dense(rule, checks.draw(rule, shapes), chosen)]
        if rule.constant:
            assert all(zero)


# --- names, signs, settings -------------------------------------------------------------------------------------------


def test_names_are_told_apart():
    assert not set(ARRAY_RULES) & set(RULES)
    named = [name for rule in ARRAY_RULES.values() if rule.listed for name in (rule.name, *rule.aliases)]
    assert len(named) == len(set(named))
    # What takes one array here takes several operands there.
    shared = {name for name in ARRAY_NAMES if any(name in (rule.name, *rule.aliases) for rule in RULES.values())}
    assert {ARRAY_NAMES[name].name for name in shared} == {"amax", "amin", "logsumexp"}


@every_rule
def test_a_sign_has_a_place_for_each_operand(rule):
    if not rule.variadic:
        assert rule.sign.count("·") == rule.arity or rule.name == "dot"
    assert rule.scalar in (None, "") or rule.scalar in RULES


@every_rule
def test_functions_of_numpy_have_the_defaults_of_the_rule(rule):
    function = ARRAY_FUNCTIONS.get(rule.name)
    given = rule.given_settings()
    defaults = getattr(function, "__kwdefaults__", None) or {}
    if function is not None and rule.settings:
        assert {name: defaults[name] for name in given} == given
    assert all(default is not REQUIRED for default in given.values())


@every_rule
def test_on_a_number_it_is_what_it_says(rule):
    if rule.scalar is None:
        return
    numbers = (1.7, -0.6)[: rule.arity]
    expected = evaluate(RULES[rule.scalar], Floats(), numbers) if rule.scalar else numbers[0]
    seen = 0
    for shapes, chosen in rule.samples:
        if all(numpy.prod(shape) == 1 for shape in shapes):
            seen += 1
            operands = [numpy.full(shape, x) for shape, x in zip(shapes, numbers, strict=True)]
            assert checks.value(rule, operands, checks.complete(rule, chosen)).item() == pytest.approx(expected, 1e-14)
    assert seen


def test_numpy_is_not_imported_for_the_table():
    code = "import sys, gradcli.rules.array_table; sys.exit('numpy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


# --- drawn shapes and entries -----------------------------------------------------------------------------------------

SHAPES = st.one_of(
    st.tuples(st.integers(1, 4)),
    st.tuples(st.integers(1, 4), st.integers(1, 4)),
    st.sampled_from([(1, 3), (3, 1), (1, 1), (1,), ()]),
)


@st.composite
def situations(draw, rule):
    """Shapes that the rule takes, with settings, and a seed for the entries."""
    shapes = draw(st.lists(SHAPES, min_size=rule.arity, max_size=rule.arity + 2 * rule.variadic))
    if draw(st.booleans()):
        shapes = [shapes[0]] * len(shapes) if shapes else []
    axis = draw(st.one_of(st.none(), st.integers(-2, 1)))
    picked = {**draw(st.sampled_from(rule.samples))[1], **({"axis": axis} if axis is not None else {})}
    chosen = {name: picked[name] for name, _ in rule.settings if name in picked}
    return shapes, checks.complete(rule, chosen), draw(st.integers(0, 1000))


@every_rule
@settings(settings.get_profile("rules"), max_examples=25)
@given(data=st.data())
def test_drawn_shapes_are_right_or_refused(rule, data):
    shapes, chosen, seed = data.draw(situations(rule))
    try:
        shape = rule.shape(*shapes, **chosen)
    except Mismatch:
        return
    operands = checks.draw(rule, shapes, seed)
    assume(rule.fault is None or rule.fault(*operands, **chosen) is None)
    assert checks.value(rule, operands, chosen).shape == shape
    assume(not any(kink.at(*operands, **chosen) for kink in rule.kinks))
    checks.check_forward(rule, operands, chosen, seed)


@every_rule
def test_an_array_without_entries_is_refused(rule):
    for shapes, chosen in rule.samples:
        for k, shape in enumerate(shapes):
            if shape:
                with pytest.raises(Mismatch, match="no entries"):
                    rule.shape(*shapes[:k], (*shape[:-1], 0), *shapes[k + 1 :], **checks.complete(rule, chosen))


# --- another library --------------------------------------------------------------------------------------------------

anp = autograd.numpy
AUTOGRAD = {
    "sum": lambda i, **s: anp.sum(i, **s),
    "mean": lambda i, **s: anp.mean(i, **s),
    "prod": lambda i, **s: anp.prod(i, **s),
    "amax": lambda i, **s: anp.max(i, **s),
    "amin": lambda i, **s: anp.min(i, **s),
    "var": lambda i, **s: anp.var(i, **s),
    "std": lambda i, **s: anp.std(i, **s),
    "logsumexp": lambda i, **s: anp.log(anp.sum(anp.exp(i), **s)),
    "norm": lambda i, **s: anp.sqrt(anp.sum(i * i, **s)),
    "norm1": lambda i, **s: anp.sum(anp.abs(i), **s),
    "cumsum": lambda i, **s: anp.cumsum(i, **s),
    "sort": lambda i, axis: anp.sort(i) if i.ndim == 1 else None,
    "diff": lambda i, axis: anp.diff(i, axis=axis),
    "reshape": lambda i, shape: anp.reshape(i, shape),
    "vec": lambda i: anp.ravel(i),
    "concat": lambda *i, axis: anp.concatenate(i, axis=axis) if all(x.ndim for x in i) else None,
    "stack": lambda *i, axis: anp.stack(i, axis=axis),
    "diag": lambda i: anp.diag(i),
    "tril": lambda i, k: anp.tril(i, k),
    "triu": lambda i, k: anp.triu(i, k),
    "roll": lambda i, by, axis: anp.roll(i, by, axis),
    "dot": lambda a, b: anp.dot(a, b),
    "matvec": lambda a, b: anp.dot(a, b),
    "vecmat": lambda a, b: anp.dot(a, b),
    "matmul": lambda a, b: anp.matmul(a, b),
    "outer": lambda a, b: anp.outer(a, b),
    "transpose": lambda i: anp.transpose(i),
    "trace": lambda i: anp.trace(i),
    "kron": lambda a, b: anp.kron(a, b) if a.ndim == 2 else None,
    "det": lambda i: anp.linalg.det(i),
    "inv": lambda i: anp.linalg.inv(i),
    "logdet": lambda i: anp.linalg.slogdet(i)[1],
    "solve": lambda a, b: anp.linalg.solve(a, b),
    "cholesky": lambda i: anp.linalg.cholesky(i),
    "eigvalsh": lambda i: anp.linalg.eigh(i)[0],
    "svdvals": lambda i: anp.linalg.svd(i, full_matrices=False)[1],
    "nuclear": lambda i: anp.sum(anp.linalg.svd(i, full_matrices=False)[1]),
    "pinv": lambda i: anp.linalg.pinv(i),
}


@pytest.mark.parametrize("name", AUTOGRAD)
def test_against_autograd(name):
    rule = ARRAY_RULES[name]
    compared = 0
    for shapes, chosen in rule.samples:
        chosen = checks.complete(rule, chosen)
        operands = checks.draw(rule, shapes)
        if AUTOGRAD[name](*operands, **chosen) is None:
            continue
        g = numpy.random.default_rng(5).normal(size=checks.value(rule, operands, chosen).shape)
        for k, ours in enumerate(checks.pullback(rule, g, operands, chosen)):
            function = checks.along(rule, operands, k, lambda i: anp.sum(g * AUTOGRAD[name](*i, **chosen)))  # noqa: B023
            theirs = autograd.grad(function)(operands[k])
            if name in ("cholesky", "eigvalsh"):
                theirs = (theirs + theirs.T) / 2
            checks.close(ours, theirs, f"{name} by autograd", 1e-9)
            compared += 1
    assert compared


# --- the checks themselves --------------------------------------------------------------------------------------------

PLANTED = ["matmul", "prod", "std", "inv", "eigvalsh", "solve", "conv1d", "logsumexp", "svdvals"]


def planted(rule):
    def vjp(m, g, o, *i, **chosen):
        *rest, last = rule.vjp(m, g, o, *i, **chosen)
        return (*rest, last * 1.001)

    return dataclasses.replace(rule, vjp=vjp)


@pytest.mark.parametrize("name", PLANTED)
@pytest.mark.parametrize("check", [checks.check_differences, checks.check_forward])
def test_a_product_wrong_by_a_thousandth_is_caught(name, check):
    shapes, chosen = ARRAY_RULES[name].samples[0]
    operands, chosen = checks.draw(ARRAY_RULES[name], shapes), checks.complete(ARRAY_RULES[name], chosen)
    check(ARRAY_RULES[name], operands, chosen)
    with pytest.raises(AssertionError):
        check(planted(ARRAY_RULES[name]), operands, chosen)


@pytest.mark.parametrize("name", ["prod", "inv", "logsumexp", "eigvalsh", "norm"])
def test_a_second_derivative_wrong_by_a_thousandth_is_caught(name, monkeypatch):
    rule = ARRAY_RULES[name]
    helper = {"prod": "others", "inv": "matmul", "logsumexp": "spread", "eigvalsh": "eigvecsh", "norm": "spread"}[name]
    shapes, chosen = rule.samples[1]
    operands, chosen = checks.draw(rule, shapes), checks.complete(rule, chosen)
    checks.check_second(rule, operands, chosen)
    monkeypatch.setitem(ARRAY_RULES, helper, planted(ARRAY_RULES[helper]))
    with pytest.raises(AssertionError):
        checks.check_second(rule, operands, chosen)


def test_a_value_wrong_by_a_thousandth_is_caught():
    rule = ARRAY_RULES["norm"]
    operands = checks.draw(rule, ((3,),))
    wrong = dataclasses.replace(rule, value=lambda m, i, *, axis: 1.001 * m.norm(i, axis=axis))
    for checked in (checks.check_differences, checks.check_forward):
        with pytest.raises(AssertionError):
            checked(wrong, operands, {"axis": None})
    with pytest.raises(AssertionError):
        checks.close(checks.value(wrong, operands, {"axis": None}), VALUES["norm"](*operands), "norm", 1e-12)


@every_rule
def test_a_jacobian_wrong_by_a_thousandth_has_another_name(rule):
    if rule.constant:
        return
    caught = False
    for shapes, chosen in rule.samples:
        chosen = checks.complete(rule, chosen)
        operands = checks.draw(rule, shapes)
        o = checks.value(rule, operands, chosen)
        for k, label in enumerate(rule.structure(*shapes, **chosen)):
            wrong = 1.001 * checks.dense(rule, operands, chosen)[k]
            expected = meaning(label, k, operands, o, chosen)
            caught |= (
                not PROPERTIES[label](wrong) if expected is None else not numpy.allclose(wrong, expected, rtol=1e-6)
            )
    assert caught
