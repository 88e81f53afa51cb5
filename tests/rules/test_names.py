"""Names, signs and the numbers of operands."""

from __future__ import annotations

import re

import pytest

from gradcli.rules.table import FUNCTION_NAMES, RULES, lookup

ALIASES = {
    "sigmoid": "sigma σ logistic expit", "ln": "log", "asin": "arcsin", "acos": "arccos", "atan": "arctan",
    "asec": "arcsec", "acsc": "arccsc", "acot": "arccot", "asinh": "arcsinh", "acosh": "arccosh", "atanh": "arctanh",
    "abs": "absolute fabs", "sqrt": "√", "sign": "sgn", "max": "maximum fmax", "min": "minimum fmin", "pow": "power",
    "silu": "swish", "heaviside": "step", "gamma": "Γ tgamma", "lgamma": "gammaln loggamma", "digamma": "psi ψ",
    "normcdf": "Phi Φ cdf", "clamp": "clip", "where": "if", "round": "rint", "log_sigmoid": "logsigmoid",
    "leaky_relu": "leakyrelu lrelu", "relu": "ReLU", "deg2rad": "radians", "rad2deg": "degrees", "atan2": "arctan2",
    "rem": "fmod", "mod": "remainder", "logaddexp": "logsumexp",
}  # fmt: skip


@pytest.mark.parametrize("name", ALIASES)
def test_aliases(name):
    for alias in (name, *ALIASES[name].split()):
        assert lookup(alias) is RULES[name]
        assert FUNCTION_NAMES[alias] is RULES[name]


def test_log_of_two_operands_is_the_logarithm_to_a_base():
    assert lookup("log") is RULES["ln"]
    assert lookup("log", 1) is RULES["ln"]
    assert lookup("log", 2) is RULES["log_base"]
    assert lookup("LOG", 2) is RULES["log_base"]
    assert lookup("log", 3) is RULES["ln"]


def test_case_matters_only_where_it_must():
    assert lookup("Tanh") is RULES["tanh"]
    assert lookup("RELU") is RULES["relu"]
    assert lookup("SiLU") is RULES["silu"]
    assert lookup("Σ") is None


def test_unknown_names_and_helpers_are_not_found():
    assert lookup("frobnicate") is None
    assert lookup("winner") is None
    assert "normpdf" not in FUNCTION_NAMES


def test_no_alias_is_the_name_of_another_rule():
    for rule in RULES.values():
        assert not set(rule.aliases) & set(RULES)


SIGNS = {
    "add": "· + ·", "sub": "· − ·", "mul": "· × ·", "div": "·/·", "neg": "−1 × ·", "recip": "1/·", "square": "·²",
    "cube": "·³", "pow": "·^·", "exp": "e^·", "abs": "|·|", "sigmoid": "σ(·)", "normcdf": "Φ(·)", "lt": "· < ·",
    "le": "· ≤ ·", "gt": "· > ·", "ge": "· ≥ ·", "eq": "· = ·", "ne": "· ≠ ·", "tanh": "tanh(·)",
    "atan2": "atan2(·, ·)", "max": "max(·, …)", "where": "where(·, ·, ·)", "leaky_relu": "leaky_relu(·)",
}  # fmt: skip


@pytest.mark.parametrize("name", SIGNS)
def test_signs(name):
    assert RULES[name].sign == SIGNS[name]


@pytest.mark.parametrize("rule", RULES.values(), ids=lambda rule: rule.name)
def test_a_sign_has_a_place_for_each_operand_and_is_a_call_unless_infix(rule):
    if not rule.variadic:
        assert rule.sign.count("·") == rule.arity
    if rule.name != "abs":
        assert rule.infix == (not re.fullmatch(r"[\wσΦφ]+\(.*\)", rule.sign))


def test_operands_that_may_be_left_out():
    leaky = RULES["leaky_relu"]
    assert [leaky.takes(n) for n in range(4)] == [False, True, True, False]
    assert leaky.defaults == (0.01,)
    assert RULES["elu"].defaults == RULES["celu"].defaults == (1.0,)
    assert [RULES["max"].takes(n) for n in range(3)] == [False, True, True]
    assert RULES["max"].takes(100)
    assert not RULES["logaddexp"].takes(1)
