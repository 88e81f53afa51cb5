"""Operations of two operands or more: arithmetic, powers, remainders, logarithms of sums, selection."""

# ruff: noqa: ARG001, ARG005 - every rule takes the namespace and the output, needed or not

from __future__ import annotations

from typing import Any

from gradcli.rules.chapter import chapter, undefined, written
from gradcli.rules.rule import Kink, Rule

rule = chapter("binary")

DIV = undefined("i₂ ≠ 0", (lambda a, b: b == 0, lambda a, b: f"{written(a)}/0"))
POW = undefined(
    "i₁ > 0, or i₂ a whole number and not 0 to a negative power",
    (lambda a, b: a < 0 and b % 1 != 0, lambda a, b: f"a negative number to the power {written(b)}"),
    (lambda a, b: a == 0 and b < 0, lambda a, b: f"0 to the power {written(b)}"),
)
ATAN2 = undefined("not both 0", (lambda a, b: a == 0 and b == 0, "atan2(0, 0)"))
LOGSUBEXP = undefined("i₁ ≠ i₂", (lambda a, b: a == b, "ln of 0"))
MOD = undefined("i₂ ≠ 0", (lambda a, b: b == 0, "mod by 0"))
REM = undefined("i₂ ≠ 0", (lambda a, b: b == 0, "rem by 0"))
LOG_BASE = undefined(
    "i₁ > 0, i₂ > 0, i₂ ≠ 1",
    (lambda a, b: a < 0, "logarithm of a negative number"),
    (lambda a, b: a == 0, "logarithm of 0"),
    (lambda a, b: b <= 0, lambda a, b: f"logarithm to the base {written(b)}"),
    (lambda a, b: b == 1, "logarithm to the base 1"),
)
XLOGY = undefined(
    "i₂ > 0, or both 0",
    (lambda a, b: b < 0, "ln of a negative number"),
    (lambda a, b: a != 0 and b == 0, "ln of 0"),
)

TIES = {
    "split": "max of k equal inputs: 1/k each",
    "first": "max of equal inputs: 1 to the first, 0 to the others",
    "all": "max of equal inputs: 1 to each",
}


def tie_convention(name: str, ties: str) -> str:
    """The convention of `max` or `min` at equal operands under a policy.

    Args:
        name: "max" or "min".
        ties: "split", "first" or "all", as the namespaces take it.
    """
    return TIES[ties].replace("max", name)


def _tied(*i: float) -> bool:
    return i.count(max(i)) > 1


def _tied_below(*i: float) -> bool:
    return i.count(min(i)) > 1


def _max_local(m: Any, o: Any, *i: Any) -> tuple[Any, ...]:
    return tuple(m.winner(k, *i) for k in range(len(i)))


def _min_local(m: Any, o: Any, *i: Any) -> tuple[Any, ...]:
    return tuple(m.winner(k, *(-x for x in i)) for k in range(len(i)))


def _pow_local(m: Any, o: Any, i1: Any, i2: Any) -> tuple[Any, Any]:
    # Without the cases, 0^0 and 0^2 would answer 0 · ∞.
    return m.where(m.eq(i2, 0), 0, i2 * m.pow(i1, i2 - 1)), m.where(m.eq(i1, 0), 0, o * m.ln(i1))


def _logsubexp(m: Any, i1: Any, i2: Any) -> Any:
    gap = m.abs(i1 - i2)
    # ln(1 − e^(−gap)) has two forms, each exact where the other rounds its argument to 0 or to 1.
    return m.max(i1, i2) + m.where(gap < 0.7, m.ln(-m.expm1(-gap)), m.log1p(-m.exp(-gap)))


def _logsubexp_shown(m: Any, o: Any, i1: Any, i2: Any) -> tuple[Any, Any]:
    return m.sign(i1 - i2) * m.exp(i1 - o), -m.sign(i1 - i2) * m.exp(i2 - o)


def _atan2_local(m: Any, o: Any, i1: Any, i2: Any) -> tuple[Any, Any]:
    h = m.hypot(i1, i2)
    return i2 / h / h, -i1 / h / h


def _atan2_shown(m: Any, o: Any, i1: Any, i2: Any) -> tuple[Any, Any]:
    return i2 / (m.square(i1) + m.square(i2)), -i1 / (m.square(i1) + m.square(i2))


def _log_base_local(m: Any, o: Any, i1: Any, i2: Any) -> tuple[Any, Any]:
    return 1 / (i1 * m.ln(i2)), -o / (i2 * m.ln(i2))


def _quotient_local(m: Any, o: Any, i1: Any, i2: Any) -> tuple[Any, Any]:
    # (i1 − o)/i2 is a whole number; i1/i2 may round up to the next one.
    return 1, -m.round((i1 - o) / i2)


def _clamp_local(m: Any, o: Any, i1: Any, i2: Any, i3: Any) -> tuple[Any, Any, Any]:
    inside, below, above = (i1 >= i2) * (i1 <= i3), (i1 < i2) * (i2 <= i3), m.max(i1, i2) > i3
    return m.where(inside, 1, 0), m.where(below, 1, 0), m.where(above, 1, 0)


PAIRS = ((-2.0, 5.0), (3.0, -4.0), (0.5, 0.25))
POSITIVE_PAIRS = ((2.0, 3.0), (0.5, 4.0), (7.0, 0.2))
DRAW = ((-20.0, 20.0), (-20.0, 20.0))

BINARY: tuple[Rule, ...] = (
    rule(
        "add", lambda m, i1, i2: i1 + i2, lambda m, o, i1, i2: (1, 1), sign="· + ·", infix=True, arity=2,
        samples=PAIRS, draw=DRAW,
    ),
    rule(
        "sub", lambda m, i1, i2: i1 - i2, lambda m, o, i1, i2: (1, -1), sign="· − ·", infix=True, arity=2,
        samples=PAIRS, draw=DRAW,
    ),
    rule(
        "mul", lambda m, i1, i2: i1 * i2, lambda m, o, i1, i2: (i2, i1), sign="· × ·", infix=True, arity=2,
        aliases=("multiply",), samples=PAIRS, draw=DRAW,
    ),
    rule(
        "div", lambda m, i1, i2: i1 / i2, lambda m, o, i1, i2: (1 / i2, -o / i2), sign="·/·", infix=True, arity=2,
        aliases=("divide",), domain=DIV, samples=PAIRS, draw=((-20.0, 20.0), (0.05, 20.0)),
        spelled=(lambda m, i1, i2: i1 * m.recip(i2),),
    ),
    rule(
        "pow", lambda m, i1, i2: m.pow(i1, i2), _pow_local, sign="·^·", infix=True, arity=2,
        aliases=("power",), shown=lambda m, o, i1, i2: (i2 * m.pow(i1, i2 - 1), o * m.ln(i1)), domain=POW,
        kinks=(Kink(lambda a, b: a == 0 and b == 0, "0^0 = 1, with both derivatives 0"),),
        samples=((2.0, 3.0), (0.5, -1.5), (3.0, 0.5)), draw=((0.05, 20.0), (-5.0, 5.0)),
    ),
    rule(
        "max", lambda m, *i: m.max(*i), _max_local, variadic=True, aliases=("maximum", "fmax"),
        kinks=(Kink(_tied, tie_convention("max", "split")),), samples=(*PAIRS, (1.0, 7.0, 3.0), (2.0,)), draw=DRAW,
    ),
    rule(
        "min", lambda m, *i: m.min(*i), _min_local, variadic=True, aliases=("minimum", "fmin"),
        kinks=(Kink(_tied_below, tie_convention("min", "split")),), samples=(*PAIRS, (1.0, 7.0, 3.0), (2.0,)),
        draw=DRAW, spelled=(lambda m, *i: -m.max(*(-x for x in i)),),
    ),
    rule(
        "atan2", lambda m, i1, i2: m.atan2(i1, i2), _atan2_local, arity=2, aliases=("arctan2",), shown=_atan2_shown,
        domain=ATAN2, samples=(*PAIRS, (-1.0, -2.0)), draw=((0.05, 20.0), (-20.0, 20.0)),
        kinks=(Kink(lambda y, x: y == 0 and x < 0, "atan2 jumps by 2π here: the slopes of either side"),),
    ),
    rule(
        "hypot", lambda m, i1, i2: m.hypot(i1, i2),
        lambda m, o, i1, i2: (m.where(m.eq(o, 0), 0, i1 / o), m.where(m.eq(o, 0), 0, i2 / o)), arity=2,
        shown=lambda m, o, i1, i2: (i1 / o, i2 / o),
        kinks=(Kink(lambda a, b: a == 0 and b == 0, "hypot(0, 0): subgradient 0"),),
        samples=(*PAIRS, (1e200, 1e200)), draw=DRAW,
        spelled=(lambda m, i1, i2: m.sqrt(m.square(i1) + m.square(i2)),),
    ),
    rule(
        "logaddexp", lambda m, *i: m.logaddexp(*i), lambda m, o, *i: tuple(m.exp(x - o) for x in i), arity=2,
        variadic=True, aliases=("logsumexp",), samples=(*PAIRS, (1.0, -2.0, 0.5)), draw=DRAW,
        spelled=(lambda m, *i: m.ln(sum((m.exp(x) for x in i[1:]), m.exp(i[0]))),),
    ),
    rule(
        "logsubexp", _logsubexp, lambda m, o, i1, i2: (-1 / m.expm1(i2 - i1), -1 / m.expm1(i1 - i2)), arity=2,
        shown=_logsubexp_shown, domain=LOGSUBEXP, samples=PAIRS, draw=((-20.0, 20.0), (-19.0, 21.0)),
        spelled=(lambda m, i1, i2: m.ln(m.abs(m.exp(i1) - m.exp(i2))),),
    ),
    rule(
        "mod", lambda m, i1, i2: m.mod(i1, i2), _quotient_local, arity=2, aliases=("remainder",),
        shown=lambda m, o, i1, i2: (1, -m.floor(i1 / i2)), domain=MOD,
        kinks=(Kink(lambda a, b: b != 0 and a % b == 0, "mod jumps here: slopes 1 and −⌊i₁/i₂⌋ of one side"),),
        samples=((7.0, 3.0), (-7.0, 3.0), (5.5, -2.0)), draw=((-20.0, 20.0), (0.05, 20.0)),
        spelled=(lambda m, i1, i2: i1 - i2 * m.floor(i1 / i2),),
    ),
    rule(
        "rem", lambda m, i1, i2: m.rem(i1, i2), _quotient_local, arity=2, aliases=("fmod",),
        shown=lambda m, o, i1, i2: (1, -m.trunc(i1 / i2)), domain=REM,
        kinks=(Kink(lambda a, b: a != 0 and b != 0 and a % b == 0, "rem jumps here: slopes 1 and −trunc(i₁/i₂)"),),
        samples=((7.0, 3.0), (-7.0, 3.0), (5.5, -2.0)), draw=((-20.0, 20.0), (0.05, 20.0)),
        spelled=(lambda m, i1, i2: i1 - i2 * m.trunc(i1 / i2),),
    ),
    rule(
        # A base of 0 would give the finite −0; ln(−1) is undefined, as the whole is.
        "log_base", lambda m, i1, i2: m.ln(i1) / m.ln(m.where(i2 > 0, i2, -1)), _log_base_local, arity=2,
        aliases=("log",), domain=LOG_BASE, samples=POSITIVE_PAIRS, draw=((0.05, 50.0), (1.1, 20.0)),
        spelled=(lambda m, i1, i2: m.ln(i1) / m.ln(i2),),
    ),
    rule(
        "xlogy", lambda m, i1, i2: m.where(m.eq(i1, 0) * (i2 >= 0), 0, i1 * m.ln(i2)),
        lambda m, o, i1, i2: (m.ln(i2), m.where(m.eq(i1, 0), 0, i1 / i2)), arity=2,
        shown=lambda m, o, i1, i2: (m.ln(i2), i1 / i2), domain=XLOGY, samples=((-2.0, 5.0), (3.0, 0.2), (0.5, 40.0)),
        draw=((-20.0, 20.0), (0.05, 20.0)), spelled=(lambda m, i1, i2: i1 * m.ln(i2),),
    ),
    rule(
        "ldexp", lambda m, i1, i2: i1 * m.pow(2, i2), lambda m, o, i1, i2: (m.pow(2, i2), o * m.ln(2)), arity=2,
        samples=PAIRS, draw=DRAW, spelled=(lambda m, i1, i2: i1 * m.pow(2, i2),),
    ),
    rule(
        "copysign", lambda m, i1, i2: m.copysign(i1, i2),
        lambda m, o, i1, i2: (m.sign(i1) * m.copysign(1, i2), 0), arity=2,
        shown=lambda m, o, i1, i2: (m.sign(i1) * m.sign(i2), 0),
        kinks=(
            Kink(lambda a, b: a == 0, "copysign: derivative 0 where i₁ = 0"),
            Kink(lambda a, b: b == 0 and a != 0, "copysign jumps at i₂ = 0: derivative 0 by i₂"),
        ),
        samples=PAIRS, draw=DRAW,
    ),
    rule(
        "where", lambda m, c, a, b: m.where(c, a, b), lambda m, o, c, a, b: (0, m.where(c, 1, 0), m.where(c, 0, 1)),
        arity=3, aliases=("if",), samples=((1.0, 2.0, -3.0), (0.0, 2.0, -3.0), (-2.0, 0.5, 4.0)),
        draw=((0.1, 2.0), (-20.0, 20.0), (-20.0, 20.0)),
    ),
    rule(
        "clamp", lambda m, i1, i2, i3: m.min(m.max(i1, i2), i3), _clamp_local, arity=3,
        aliases=("clip",),
        kinks=(Kink(lambda x, lo, hi: lo <= hi and x in (lo, hi), "clamp′ = 1 at a bound, 0 by the bound"),),
        samples=((0.5, -1.0, 2.0), (-4.0, -1.0, 2.0), (9.0, -1.0, 2.0)),
        draw=((-20.0, 20.0), (-10.0, -1.0), (1.0, 10.0)),
    ),
)  # fmt: skip
