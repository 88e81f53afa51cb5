"""The other forms of a rule agree with it, and every form is written with operations of the table."""

from __future__ import annotations

import pytest

from gradcli.rules.floats import Floats, evaluate, local_derivatives
from gradcli.rules.table import RULES

m = Floats()
SPELLED = [rule for rule in RULES.values() if rule.spelled]
SHOWN = [rule for rule in RULES.values() if rule.shown]

MUST_BE_SPELLED = [
    "div", "tan", "sec", "csc", "cot", "sinh", "cosh", "tanh", "sech", "csch", "coth", "sigmoid", "log_sigmoid",
    "softplus", "silu", "softsign", "tanhshrink", "mish", "logit", "logaddexp", "hypot", "exp2", "exp10", "expm1",
    "log2", "log10", "log1p", "rsqrt", "gelu", "gelu_tanh", "sinpi", "cospi", "sind", "cosd", "tand",
    "asind", "acosd", "atand", "deg2rad", "rad2deg", "elu", "selu", "celu",
    "squared_error", "absolute_error", "huber", "log_cosh", "quantile", "bce", "bce_logits", "focal", "hinge",
    "squared_hinge", "poisson_nll", "gaussian_nll", "kl_div",
]  # fmt: skip


def by_name(rule):
    return rule.name


@pytest.mark.parametrize("name", MUST_BE_SPELLED)
def test_there_is_a_longer_spelling(name):
    assert RULES[name].spelled


@pytest.mark.parametrize("rule", SPELLED, ids=by_name)
def test_spelled_forms_have_the_same_value(rule):
    for point in rule.samples:
        if max(map(abs, point)) > 100 or min(map(abs, point)) < 1e-3:
            continue  # the fused form exists because the others overflow or cancel there
        for form in rule.spelled:
            assert float(form(m, *point)) == pytest.approx(evaluate(rule, m, point), rel=1e-9, abs=1e-13)


@pytest.mark.parametrize("rule", SHOWN, ids=by_name)
def test_the_printed_derivatives_are_the_computed_ones(rule):
    for point in rule.samples:
        output = evaluate(rule, m, point)
        if max(map(abs, point)) > 1e100:
            continue
        assert rule.shown(m, output, *point) == pytest.approx(
            local_derivatives(rule, m, output, point), rel=1e-9, abs=1e-14
        )


class Word:
    """An operand that takes part in any arithmetic, so that a rule runs through all its branches."""

    def _(self, *_):
        return Word()

    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = __truediv__ = __rtruediv__ = __neg__ = _
    __lt__ = __le__ = __gt__ = __ge__ = _

    def __bool__(self):
        raise AssertionError("a rule asked an operand whether it is true")

    def __eq__(self, other):
        raise AssertionError("a rule compared operands by == and not by m.eq")

    __hash__ = None


class Recorder:
    def __init__(self):
        self.used = set()

    def __getattr__(self, name):
        self.used.add(name)
        return lambda *operands: Word()


@pytest.mark.parametrize("rule", RULES.values(), ids=by_name)
def test_forms_are_arithmetic_over_operations_of_the_table(rule):
    for count in {len(point) for point in rule.samples}:
        words = [Word()] * count
        order = 1 if rule.name in ("winner", "polygamma", "sinc_derivative") else 0
        operands = [*range(order), *words[order:]]
        recorder = Recorder()
        rule.value(recorder, *operands)
        slopes = rule.local(recorder, Word(), *operands)
        assert isinstance(slopes, tuple)
        assert len(slopes) == count
        if rule.shown:
            assert len(rule.shown(recorder, Word(), *operands)) == count
        for form in rule.spelled:
            form(recorder, *operands)
        assert recorder.used <= set(RULES)


def test_printed_derivatives_of_the_lecture():
    """The forms that lectures print, at a point where each differs from its neighbours."""
    assert RULES["sigmoid"].shown(m, 0.25, 9.0) == (0.1875,)
    assert RULES["tanh"].shown(m, 0.5, 9.0) == (0.75,)
    assert RULES["recip"].local(m, 9.0, 2.0) == (-0.25,)
    assert RULES["sqrt"].local(m, 2.0, 9.0) == (0.25,)
    assert RULES["div"].local(m, 3.0, 9.0, 2.0) == (0.5, -1.5)
