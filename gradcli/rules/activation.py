"""Activation functions, in forms that stay finite however large the operand.

The printed local derivatives o(1 − o), 1 − e^o … subtract numbers that are nearly equal where the function saturates;
`local` says the same without the subtraction.
"""

# ruff: noqa: ARG001, ARG005 - every rule takes the namespace and the output, needed or not

from __future__ import annotations

import math
from typing import Any

from gradcli.rules.chapter import chapter
from gradcli.rules.rule import Kink, Rule

rule = chapter("activation")

PI = math.pi
SELU_SCALE = 1.0507009873554804934193349852946
SELU_ALPHA = 1.6732632423543772848170429916717
GELU_CUBIC = 0.044715


def _gelu_argument(m: Any, i: Any) -> Any:
    """√(2/π)(i + 0.044715 i³), in which gelu_tanh takes its tanh."""
    return m.sqrt(2 / PI) * (i + GELU_CUBIC * m.cube(i))


def _gelu_argument_slope(m: Any, i: Any) -> Any:
    return m.sqrt(2 / PI) * (1 + 3 * m.square(i) * GELU_CUBIC)


def _gelu_tanh_local(m: Any, o: Any, i: Any) -> tuple[Any]:
    u = _gelu_argument(m, i)
    bump = 2 * i * m.sigmoid(2 * u) * m.sigmoid(-2 * u) * _gelu_argument_slope(m, i)
    # Beyond 30 the bump is below the smallest float, but would be computed as 0 · ∞ from 1e154 onwards.
    return (m.sigmoid(2 * u) + m.where(m.abs(i) < 30, bump, 0),)


def _gelu_tanh_shown(m: Any, o: Any, i: Any) -> tuple[Any]:
    t = m.tanh(_gelu_argument(m, i))
    return ((1 + t) / 2 + i * (1 - m.square(t)) / 2 * _gelu_argument_slope(m, i),)


def _mish_local(m: Any, o: Any, i: Any) -> tuple[Any]:
    s = m.softplus(i)
    return (m.tanh(s) + i * m.square(m.sech(s)) * m.sigmoid(i),)


def _mish_shown(m: Any, o: Any, i: Any) -> tuple[Any]:
    t = m.tanh(m.softplus(i))
    return (t + i * (1 - m.square(t)) * m.sigmoid(i),)


def _tanhshrink(m: Any, i: Any) -> Any:
    """The difference i − tanh i; below 1, where it cancels, by i·cosh i − sinh i = Σ 2k·i^(2k+1)/(2k+1)!."""
    series = 0
    for k in range(9, 0, -1):
        series = series * m.square(i) + 2 * k / math.factorial(2 * k + 1)
    return m.where(m.abs(i) < 1, m.cube(i) * series / m.cosh(i), i - m.tanh(i))


def _hardswish_local(m: Any, o: Any, i: Any) -> tuple[Any]:
    return (m.where(i > -3, m.where(i < 3, i / 3 + 1 / 2, 1), 0),)


def _at_0(i: float) -> bool:
    return i == 0


SMOOTH = ((-3.0,), (0.4,), (6.0,))
DRAW = ((-30.0, 30.0),)
DRAW_A = ((-20.0, 20.0), (0.1, 3.0))

ACTIVATION: tuple[Rule, ...] = (
    rule(
        "relu", lambda m, i: m.where(i > 0, i, 0), lambda m, o, i: (m.where(i > 0, 1, 0),), aliases=("ReLU",),
        kinks=(Kink(_at_0, "relu′(0) = 0"),), samples=SMOOTH, draw=DRAW,
    ),
    rule(
        "leaky_relu", lambda m, i, a: m.where(i > 0, i, a * i),
        lambda m, o, i, a: (m.where(i > 0, 1, a), m.where(i > 0, 0, i)),
        defaults=(0.01,), aliases=("leakyrelu", "lrelu"),
        kinks=(Kink(lambda i, a=0.01: i == 0 and a != 1, "leaky_relu′(0) = a, the left slope"),),
        samples=((-3.0, 0.01), (0.4, 0.2), (6.0, 0.01)), draw=DRAW_A,
        spelled=(lambda m, i, a: m.where(i > 0, i, a * i),),
    ),
    rule(
        "elu", lambda m, i, a: m.where(i > 0, i, a * m.expm1(i)),
        lambda m, o, i, a: (m.where(i > 0, 1, a * m.exp(i)), m.where(i > 0, 0, m.expm1(i))),
        defaults=(1.0,), shown=lambda m, o, i, a: (m.where(i > 0, 1, o + a), m.where(i > 0, 0, m.exp(i) - 1)),
        kinks=(Kink(lambda i, a=1.0: i == 0 and a != 1, "elu′(0) = a, the left slope"),),
        samples=((-3.0, 1.0), (0.4, 1.0), (-0.5, 2.0)), draw=DRAW_A,
        spelled=(lambda m, i, a: m.where(i > 0, i, a * (m.exp(i) - 1)),),
    ),
    rule(
        "selu", lambda m, i: SELU_SCALE * m.where(i > 0, i, SELU_ALPHA * m.expm1(i)),
        lambda m, o, i: (SELU_SCALE * m.where(i > 0, 1, SELU_ALPHA * m.exp(i)),),
        kinks=(Kink(_at_0, "selu′(0) = 1.758, the left slope"),), samples=SMOOTH, draw=DRAW,
        spelled=(lambda m, i: SELU_SCALE * m.where(i > 0, i, SELU_ALPHA * (m.exp(i) - 1)),),
    ),
    rule(
        "celu", lambda m, i, a: m.where(i > 0, i, a * m.expm1(i / a)),
        lambda m, o, i, a: (
            m.where(i > 0, 1, m.exp(i / a)),
            m.where(i > 0, 0, m.expm1(i / a) - i / a * m.exp(i / a)),
        ),
        defaults=(1.0,), samples=((-3.0, 1.0), (0.4, 1.0), (-0.5, 2.0)), draw=DRAW_A,
        spelled=(lambda m, i, a: m.where(i > 0, i, a * (m.exp(i / a) - 1)),),
    ),
    rule(
        "sigmoid", lambda m, i: 1 / (1 + m.exp(-i)), lambda m, o, i: (o * m.sigmoid(-i),), sign="σ(·)",
        aliases=("sigma", "σ", "logistic", "expit"), shown=lambda m, o, i: (o * (1 - o),), samples=SMOOTH, draw=DRAW,
        spelled=(
            lambda m, i: 1 / (1 + m.exp(-i)),
            lambda m, i: 1 / (m.exp(-i) + 1),
            lambda m, i: m.exp(i) / (1 + m.exp(i)),
            lambda m, i: m.exp(i) / (m.exp(i) + 1),
            lambda m, i: (1 + m.tanh(i / 2)) / 2,
        ),
    ),
    rule(
        "log_sigmoid", lambda m, i: -m.softplus(-i), lambda m, o, i: (-m.expm1(o),), aliases=("logsigmoid",),
        shown=lambda m, o, i: (1 - m.exp(o),), samples=SMOOTH, draw=DRAW,
        spelled=(
            lambda m, i: m.ln(m.sigmoid(i)),
            lambda m, i: -m.ln(1 + m.exp(-i)),
            lambda m, i: m.ln(1 / (1 + m.exp(-i))),
            lambda m, i: -m.softplus(-i),
        ),
    ),
    rule(
        "softplus", lambda m, i: m.relu(i) + m.log1p(m.exp(-m.abs(i))), lambda m, o, i: (-m.expm1(-o),),
        shown=lambda m, o, i: (1 - m.exp(-o),), samples=SMOOTH, draw=DRAW,
        spelled=(
            lambda m, i: m.ln(1 + m.exp(i)),
            lambda m, i: m.ln(m.exp(i) + 1),
            lambda m, i: m.log1p(m.exp(i)),
        ),
    ),
    rule(
        "silu", lambda m, i: i * m.sigmoid(i), lambda m, o, i: (m.sigmoid(i) + o * m.sigmoid(-i),), aliases=("swish",),
        shown=lambda m, o, i: (m.sigmoid(i) + o * (1 - m.sigmoid(i)),), samples=SMOOTH, draw=DRAW,
        spelled=(lambda m, i: i * m.sigmoid(i), lambda m, i: i / (1 + m.exp(-i))),
    ),
    rule(
        "gelu", lambda m, i: i * m.normcdf(i), lambda m, o, i: (m.normcdf(i) + i * m.normpdf(i),),
        samples=SMOOTH, draw=((-20.0, 20.0),),
        spelled=(lambda m, i: i * m.normcdf(i), lambda m, i: i * (1 + m.erf(i / m.sqrt(2))) / 2),
    ),
    rule(
        "gelu_tanh", lambda m, i: i * m.sigmoid(2 * _gelu_argument(m, i)), _gelu_tanh_local, shown=_gelu_tanh_shown,
        samples=SMOOTH, draw=((-20.0, 20.0),),
        spelled=(lambda m, i: i * (1 + m.tanh(_gelu_argument(m, i))) / 2,),
    ),
    rule(
        "mish", lambda m, i: i * m.tanh(m.softplus(i)), _mish_local, shown=_mish_shown, samples=SMOOTH, draw=DRAW,
        spelled=(lambda m, i: i * m.tanh(m.softplus(i)), lambda m, i: i * m.tanh(m.ln(1 + m.exp(i)))),
    ),
    rule(
        "softsign", lambda m, i: i / (1 + m.abs(i)), lambda m, o, i: (1 / m.square(1 + m.abs(i)),),
        samples=SMOOTH, draw=DRAW, spelled=(lambda m, i: i / (1 + m.abs(i)), lambda m, i: i / (m.abs(i) + 1)),
    ),
    rule(
        "tanhshrink", _tanhshrink, lambda m, o, i: (m.square(m.tanh(i)),), samples=(*SMOOTH, (1e-5,)), draw=DRAW,
        spelled=(lambda m, i: i - m.tanh(i),),
    ),
    rule(
        "hardtanh", lambda m, i: m.clamp(i, -1, 1), lambda m, o, i: (m.where(m.abs(i) < 1, 1, 0),),
        kinks=(Kink(lambda i: abs(i) == 1, "hardtanh′(±1) = 0"),), samples=SMOOTH, draw=DRAW,
    ),
    rule(
        "relu6", lambda m, i: m.clamp(i, 0, 6), lambda m, o, i: (m.where((i > 0) * (i < 6), 1, 0),),
        aliases=("ReLU6",), kinks=(Kink(lambda i: i in (0, 6), "relu6′(0) = relu6′(6) = 0"),),
        samples=((-3.0,), (0.4,), (7.0,)), draw=DRAW,
    ),
    rule(
        "hardsigmoid", lambda m, i: m.relu6(i + 3) / 6, lambda m, o, i: (m.where(m.abs(i) < 3, 1 / 6, 0),),
        kinks=(Kink(lambda i: abs(i) == 3, "hardsigmoid′(±3) = 0"),), samples=((-4.0,), (0.4,), (7.0,)), draw=DRAW,
        spelled=(lambda m, i: m.relu6(i + 3) / 6, lambda m, i: m.clamp(i / 6 + 1 / 2, 0, 1)),
    ),
    rule(
        "hardswish", lambda m, i: i * m.hardsigmoid(i), _hardswish_local,
        kinks=(
            Kink(lambda i: i == -3, "hardswish′(−3) = 0, the left slope"),
            Kink(lambda i: i == 3, "hardswish′(3) = 1, the right slope"),
        ),
        samples=((-4.0,), (0.4,), (7.0,)), draw=DRAW,
        spelled=(lambda m, i: i * m.relu6(i + 3) / 6, lambda m, i: i * m.hardsigmoid(i)),
    ),
)  # fmt: skip
