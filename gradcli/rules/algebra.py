"""Powers, roots, signs and steps."""

# ruff: noqa: ARG005 - every rule takes the namespace and the output, needed or not

from __future__ import annotations

from gradcli.rules.chapter import chapter, undefined
from gradcli.rules.rule import Kink, Rule

rule = chapter("algebra")

NONZERO = undefined("i ≠ 0", (lambda i: i == 0, "1/0"))
ROOT = undefined("i ≥ 0", (lambda i: i < 0, "√ of a negative number"))
ROOT_BELOW = undefined("i > 0", (lambda i: i < 0, "√ of a negative number"), (lambda i: i == 0, "1/0"))


def _integer(i: float) -> bool:
    return i % 1 == 0


def _integer_but_zero(i: float) -> bool:
    return i != 0 and i % 1 == 0


def _half(i: float) -> bool:
    return i % 1 == 0.5


def _steps(name: str) -> str:
    return f"{name} is piecewise constant: derivative 0, at its jumps too"


REAL = ((-50.0, 50.0),)
STEPS = ((-2.6,), (0.3,), (7.75,))

ALGEBRA: tuple[Rule, ...] = (
    rule(
        "neg", lambda m, i: -i, lambda m, o, i: (-1,), sign="−1 × ·", infix=True,
        samples=((-3.0,), (0.0,), (1e300,)), draw=REAL,
    ),
    rule(
        "recip", lambda m, i: 1 / i, lambda m, o, i: (-1 / m.square(i),), sign="1/·", infix=True, domain=NONZERO,
        aliases=("reciprocal",), samples=((-4.0,), (0.125,), (3e10,)), draw=((0.01, 100.0),),
    ),
    rule(
        "square", lambda m, i: i * i, lambda m, o, i: (2 * i,), sign="·²", infix=True,
        samples=((-3.0,), (0.0,), (1e-5,)), draw=REAL,
    ),
    rule(
        "cube", lambda m, i: i * i * i, lambda m, o, i: (3 * m.square(i),), sign="·³", infix=True,
        samples=((-3.0,), (0.5,), (1e5,)), draw=REAL,
    ),
    rule(
        "sqrt", lambda m, i: m.sqrt(i), lambda m, o, i: (1 / (2 * o),), aliases=("√",), domain=ROOT,
        samples=((4.0,), (1e-10,), (2e20,)), draw=((1e-3, 1e3),), spelled=(lambda m, i: m.pow(i, 0.5),),
    ),
    rule(
        "cbrt", lambda m, i: m.cbrt(i), lambda m, o, i: (1 / (3 * m.square(o)),),
        samples=((-8.0,), (0.3,), (1e12,)), draw=((1e-3, 1e3),),
    ),
    rule(
        "rsqrt", lambda m, i: 1 / m.sqrt(i), lambda m, o, i: (-m.cube(o) / 2,), domain=ROOT_BELOW,
        samples=((4.0,), (1e-10,), (2e20,)), draw=((1e-3, 1e3),),
        spelled=(lambda m, i: 1 / m.sqrt(i), lambda m, i: m.pow(i, -0.5)),
    ),
    rule(
        "abs", lambda m, i: m.abs(i), lambda m, o, i: (m.sign(i),), sign="|·|", aliases=("absolute", "fabs"),
        kinks=(Kink(lambda i: i == 0, "|·|′(0) = 0"),), samples=((-2.5,), (3.0,), (1e-9,)), draw=REAL,
    ),
    rule(
        "sign", lambda m, i: m.sign(i), lambda m, o, i: (0,), aliases=("sgn",),
        kinks=(Kink(lambda i: i == 0, "sign′(0) = 0: piecewise constant, derivative 0"),), samples=STEPS, draw=REAL,
    ),
    rule(
        "floor", lambda m, i: m.floor(i), lambda m, o, i: (0,),
        kinks=(Kink(_integer, _steps("floor")),), samples=STEPS, draw=REAL,
    ),
    rule(
        "ceil", lambda m, i: m.ceil(i), lambda m, o, i: (0,), aliases=("ceiling",),
        kinks=(Kink(_integer, _steps("ceil")),), samples=STEPS, draw=REAL,
    ),
    rule(
        "round", lambda m, i: m.round(i), lambda m, o, i: (0,), aliases=("rint",),
        kinks=(Kink(_half, _steps("round")),), samples=STEPS, draw=REAL,
    ),
    rule(
        "trunc", lambda m, i: m.trunc(i), lambda m, o, i: (0,),
        kinks=(Kink(_integer_but_zero, _steps("trunc")),), samples=STEPS, draw=REAL,
    ),
    rule(
        "frac", lambda m, i: i - m.trunc(i), lambda m, o, i: (1,),
        kinks=(Kink(_integer_but_zero, "frac′ = 1 at its jumps, as on either side"),), samples=STEPS, draw=REAL,
    ),
    rule(
        "heaviside", lambda m, i: m.where(i > 0, 1, 0), lambda m, o, i: (0,), aliases=("step",),
        kinks=(Kink(lambda i: i == 0, "heaviside(0) = 0 and heaviside′(0) = 0: piecewise constant, derivative 0"),),
        samples=STEPS, draw=REAL,
    ),
)  # fmt: skip
