"""Exponentials and logarithms."""

# ruff: noqa: ARG005 - every rule takes the namespace and the output, needed or not

from __future__ import annotations

from typing import TYPE_CHECKING

from gradcli.rules.chapter import chapter, undefined

if TYPE_CHECKING:
    from gradcli.rules.rule import Rule

rule = chapter("exponential")

LN = undefined("i > 0", (lambda i: i < 0, "ln of a negative number"), (lambda i: i == 0, "ln of 0"))
LN_1P = undefined("i > −1", (lambda i: i < -1, "ln of a negative number"), (lambda i: i == -1, "ln of 0"))
X_LN_X = undefined("i ≥ 0", (lambda i: i < 0, "ln of a negative number"))
LOGIT = undefined(
    "0 < i < 1",
    (lambda i: i < 0 or i > 1, "ln of a negative number"),
    (lambda i: i == 0, "ln of 0"),
    (lambda i: i == 1, "1/0"),
)

AROUND_0 = ((-3.0,), (0.5,), (40.0,))
ABOVE_0 = ((0.2,), (3.0,), (1e100,))
DRAW = ((-30.0, 30.0),)
DRAW_ABOVE_0 = ((1e-3, 1e3),)

EXPONENTIAL: tuple[Rule, ...] = (
    rule(
        "exp", lambda m, i: m.exp(i), lambda m, o, i: (o,), sign="e^·", infix=True, samples=AROUND_0, draw=DRAW,
    ),
    rule(
        "exp2", lambda m, i: m.pow(2, i), lambda m, o, i: (o * m.ln(2),), samples=AROUND_0, draw=DRAW,
        spelled=(lambda m, i: m.pow(2, i),),
    ),
    rule(
        "exp10", lambda m, i: m.pow(10, i), lambda m, o, i: (o * m.ln(10),), samples=AROUND_0, draw=DRAW,
        spelled=(lambda m, i: m.pow(10, i),),
    ),
    rule(
        "expm1", lambda m, i: m.expm1(i), lambda m, o, i: (m.exp(i),), samples=(*AROUND_0, (1e-9,)), draw=DRAW,
        spelled=(lambda m, i: m.exp(i) - 1,),
    ),
    rule(
        "ln", lambda m, i: m.ln(i), lambda m, o, i: (1 / i,), aliases=("log",), domain=LN,
        samples=ABOVE_0, draw=DRAW_ABOVE_0,
    ),
    rule(
        "log2", lambda m, i: m.log2(i), lambda m, o, i: (1 / (i * m.ln(2)),), aliases=("lb",), domain=LN,
        samples=ABOVE_0, draw=DRAW_ABOVE_0, spelled=(lambda m, i: m.ln(i) / m.ln(2),),
    ),
    rule(
        "log10", lambda m, i: m.log10(i), lambda m, o, i: (1 / (i * m.ln(10)),), aliases=("lg",), domain=LN,
        samples=ABOVE_0, draw=DRAW_ABOVE_0, spelled=(lambda m, i: m.ln(i) / m.ln(10),),
    ),
    rule(
        "log1p", lambda m, i: m.log1p(i), lambda m, o, i: (1 / (1 + i),), domain=LN_1P,
        samples=((-0.5,), (1e-9,), (20.0,)), draw=((-0.9, 100.0),),
        spelled=(lambda m, i: m.ln(1 + i), lambda m, i: m.ln(i + 1)),
    ),
    rule(
        "logit", lambda m, i: m.ln(i / (1 - i)), lambda m, o, i: (1 / (i * (1 - i)),), domain=LOGIT,
        samples=((0.1,), (0.6,), (1e-9,)), draw=((1e-3, 0.999),),
        spelled=(lambda m, i: m.ln(i / (1 - i)), lambda m, i: m.ln(i) - m.ln(1 - i)),
    ),
    rule(
        "xlogx", lambda m, i: m.xlogy(i, i), lambda m, o, i: (1 + m.ln(i),), domain=X_LN_X,
        samples=((0.2,), (1.0,), (50.0,)), draw=DRAW_ABOVE_0, spelled=(lambda m, i: i * m.ln(i),),
    ),
    rule(
        "entr", lambda m, i: -m.xlogy(i, i), lambda m, o, i: (-1 - m.ln(i),), domain=X_LN_X, aliases=("entropy",),
        samples=((0.2,), (1.0,), (50.0,)), draw=DRAW_ABOVE_0,
        spelled=(lambda m, i: -i * m.ln(i), lambda m, i: -(i * m.ln(i))),
    ),
)  # fmt: skip
