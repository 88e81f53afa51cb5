"""Hyperbolic functions and their inverses."""

# ruff: noqa: ARG005 - every rule takes the namespace and the output, needed or not

from __future__ import annotations

from typing import TYPE_CHECKING

from gradcli.rules.chapter import chapter, undefined, written

if TYPE_CHECKING:
    from gradcli.rules.rule import Domain, Rule

rule = chapter("hyperbolic")


def _not_0(name: str) -> Domain:
    return undefined("i ≠ 0", (lambda i: i == 0, f"{name} of 0"))


ACOSH = undefined("i ≥ 1", (lambda i: i < 1, "acosh of a number below 1"))
ATANH = undefined(
    "−1 < i < 1",
    (lambda i: abs(i) > 1, "atanh of a number outside (−1, 1)"),
    (lambda i: abs(i) == 1, lambda i: f"atanh of {written(i)}"),
)
ACOTH = undefined(
    "|i| > 1",
    (lambda i: abs(i) < 1, "acoth of a number inside (−1, 1)"),
    (lambda i: abs(i) == 1, lambda i: f"acoth of {written(i)}"),
)
ASECH = undefined(
    "0 < i ≤ 1",
    (lambda i: i < 0 or i > 1, "asech of a number outside (0, 1]"),
    (lambda i: i == 0, "asech of 0"),
)

ANYWHERE = ((-3.0,), (0.25,), (30.0,))
INSIDE = ((-0.6,), (0.1,), (0.999,))
OUTSIDE = ((-3.0,), (1.5,), (40.0,))
DRAW = ((-20.0, 20.0),)

HYPERBOLIC: tuple[Rule, ...] = (
    rule(
        "sinh", lambda m, i: m.sinh(i), lambda m, o, i: (m.cosh(i),), samples=ANYWHERE, draw=DRAW,
        spelled=(lambda m, i: (m.exp(i) - m.exp(-i)) / 2,),
    ),
    rule(
        "cosh", lambda m, i: m.cosh(i), lambda m, o, i: (m.sinh(i),), samples=ANYWHERE, draw=DRAW,
        spelled=(lambda m, i: (m.exp(i) + m.exp(-i)) / 2,),
    ),
    rule(
        "tanh", lambda m, i: m.tanh(i), lambda m, o, i: (m.square(m.sech(i)),),
        shown=lambda m, o, i: (1 - m.square(o),), samples=((-3.0,), (0.25,), (5.0,)), draw=DRAW,
        spelled=(
            # First the one whose value is right however large the operand.
            lambda m, i: 2 / (1 + m.exp(-2 * i)) - 1,
            lambda m, i: (m.exp(i) - m.exp(-i)) / (m.exp(i) + m.exp(-i)),
            lambda m, i: (m.exp(2 * i) - 1) / (m.exp(2 * i) + 1),
            lambda m, i: (1 - m.exp(-2 * i)) / (1 + m.exp(-2 * i)),
            lambda m, i: 1 - 2 / (m.exp(2 * i) + 1),
            lambda m, i: 2 * m.sigmoid(2 * i) - 1,
            lambda m, i: m.sinh(i) / m.cosh(i),
        ),
    ),
    rule(
        "sech", lambda m, i: 1 / m.cosh(i), lambda m, o, i: (-o * m.tanh(i),), samples=ANYWHERE, draw=DRAW,
        spelled=(lambda m, i: 2 / (m.exp(i) + m.exp(-i)), lambda m, i: 1 / m.cosh(i)),
    ),
    rule(
        "csch", lambda m, i: 1 / m.sinh(i), lambda m, o, i: (-o * m.coth(i),), domain=_not_0("csch"),
        samples=ANYWHERE, draw=((0.01, 20.0),),
        spelled=(lambda m, i: 2 / (m.exp(i) - m.exp(-i)), lambda m, i: 1 / m.sinh(i)),
    ),
    rule(
        "coth", lambda m, i: 1 / m.tanh(i), lambda m, o, i: (-m.square(m.csch(i)),), domain=_not_0("coth"),
        shown=lambda m, o, i: (1 - m.square(o),), samples=((-3.0,), (0.25,), (5.0,)), draw=((0.01, 20.0),),
        spelled=(
            lambda m, i: (m.exp(i) + m.exp(-i)) / (m.exp(i) - m.exp(-i)),
            lambda m, i: m.cosh(i) / m.sinh(i),
            lambda m, i: 1 / m.tanh(i),
        ),
    ),
    rule(
        # hypot and the split root stay finite where i² overflows; 1/i would be lost from 1e154 upwards.
        "asinh", lambda m, i: m.asinh(i), lambda m, o, i: (1 / m.hypot(1, i),), aliases=("arcsinh", "arsinh"),
        shown=lambda m, o, i: (1 / m.sqrt(m.square(i) + 1),), samples=(*ANYWHERE, (0.0,)), draw=DRAW,
        spelled=(lambda m, i: m.ln(i + m.sqrt(m.square(i) + 1)),),
    ),
    rule(
        "acosh", lambda m, i: m.acosh(i), lambda m, o, i: (1 / (m.sqrt(i - 1) * m.sqrt(i + 1)),),
        aliases=("arccosh", "arcosh"), shown=lambda m, o, i: (1 / m.sqrt(m.square(i) - 1),), domain=ACOSH,
        samples=((1.5,), (3.0,), (40.0,)), draw=((1.01, 50.0),),
        spelled=(lambda m, i: m.ln(i + m.sqrt(m.square(i) - 1)),),
    ),
    rule(
        "atanh", lambda m, i: m.atanh(i), lambda m, o, i: (1 / ((1 - i) * (1 + i)),), aliases=("arctanh", "artanh"),
        shown=lambda m, o, i: (1 / (1 - m.square(i)),), domain=ATANH, samples=INSIDE, draw=((-0.99, 0.99),),
        spelled=(lambda m, i: m.ln((1 + i) / (1 - i)) / 2,),
    ),
    rule(
        "acoth", lambda m, i: m.atanh(1 / i), lambda m, o, i: (1 / ((1 - i) * (1 + i)),), aliases=("arccoth", "arcoth"),
        shown=lambda m, o, i: (1 / (1 - m.square(i)),), domain=ACOTH, samples=OUTSIDE, draw=((1.01, 50.0),),
        spelled=(lambda m, i: m.ln((i + 1) / (i - 1)) / 2, lambda m, i: m.atanh(1 / i)),
    ),
    rule(
        "asech", lambda m, i: m.acosh(1 / i), lambda m, o, i: (-1 / (i * m.sqrt((1 - i) * (1 + i))),),
        aliases=("arcsech", "arsech"), shown=lambda m, o, i: (-1 / (i * m.sqrt(1 - m.square(i))),), domain=ASECH,
        samples=((0.05,), (0.4,), (0.99,)), draw=((0.01, 0.99),),
        spelled=(lambda m, i: m.ln((1 + m.sqrt(1 - m.square(i))) / i), lambda m, i: m.acosh(1 / i)),
    ),
    rule(
        "acsch", lambda m, i: m.asinh(1 / i), lambda m, o, i: (-1 / (m.abs(i) * m.hypot(1, i)),),
        aliases=("arccsch", "arcsch"), shown=lambda m, o, i: (-1 / (m.abs(i) * m.sqrt(1 + m.square(i))),),
        domain=_not_0("acsch"), samples=ANYWHERE, draw=((0.01, 50.0),),
        spelled=(lambda m, i: m.ln(1 / i + m.sqrt(1 / m.square(i) + 1)), lambda m, i: m.asinh(1 / i)),
    ),
)  # fmt: skip
