"""The error function, the normal distribution, and the gamma function with its relatives."""

# ruff: noqa: ARG005 - every rule takes the namespace and the output, needed or not

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from gradcli.rules.chapter import chapter, undefined, written

if TYPE_CHECKING:
    from gradcli.rules.rule import Domain, Rule

rule = chapter("special")

PI = math.pi


def _pole(i: float) -> bool:
    return i <= 0 and i % 1 == 0


def _no_pole(name: str) -> Domain:
    return undefined("i ≠ 0, −1, −2, …", (_pole, lambda i: f"{name} of {written(i)}, a pole"))


ERFINV = undefined(
    "−1 < i < 1",
    (lambda i: abs(i) > 1, "erfinv of a number outside (−1, 1)"),
    (lambda i: abs(i) == 1, lambda i: f"erfinv of {written(i)}"),
)
POLYGAMMA = undefined(
    "i₁ = 0, 1, 2, …; i₂ ≠ 0, −1, −2, …",
    (lambda n, i: n < 0 or n % 1 != 0, lambda n, i: f"polygamma of the order {written(n)}"),
    (lambda n, i: _pole(i), lambda n, i: f"polygamma of {written(i)}, a pole"),
)
BETA = undefined("i₁ > 0, i₂ > 0", (lambda a, b: a <= 0 or b <= 0, "beta of a number that is not positive"))

AROUND_0 = ((-1.3,), (0.2,), (2.0,))
FACTORIALS = ((-2.5,), (0.3,), (6.0,))

SPECIAL: tuple[Rule, ...] = (
    rule(
        "erf", lambda m, i: m.erf(i), lambda m, o, i: (2 / m.sqrt(PI) * m.exp(-m.square(i)),),
        samples=AROUND_0, draw=((-5.0, 5.0),),
    ),
    rule(
        "erfc", lambda m, i: m.erfc(i), lambda m, o, i: (-2 / m.sqrt(PI) * m.exp(-m.square(i)),),
        samples=(*AROUND_0, (9.0,)), draw=((-5.0, 15.0),), spelled=(lambda m, i: 1 - m.erf(i),),
    ),
    rule(
        "erfinv", lambda m, i: m.erfinv(i), lambda m, o, i: (m.sqrt(PI) / 2 * m.exp(m.square(o)),), domain=ERFINV,
        samples=((-0.9,), (1e-9,), (0.4,)), draw=((-0.999, 0.999),),
    ),
    rule(
        "normcdf", lambda m, i: m.erfc(-i / m.sqrt(2)) / 2, lambda m, o, i: (m.normpdf(i),), sign="Φ(·)",
        aliases=("Phi", "Φ", "cdf"), samples=(*AROUND_0, (-9.0,)), draw=((-20.0, 8.0),),
        spelled=(lambda m, i: (1 + m.erf(i / m.sqrt(2))) / 2, lambda m, i: m.erfc(-i / m.sqrt(2)) / 2),
    ),
    rule(
        "gamma", lambda m, i: m.gamma(i), lambda m, o, i: (o * m.digamma(i),), aliases=("Γ", "tgamma"),
        domain=_no_pole("gamma"), samples=FACTORIALS, draw=((0.05, 30.0),),
    ),
    rule(
        "lgamma", lambda m, i: m.lgamma(i), lambda m, o, i: (m.digamma(i),), aliases=("gammaln", "loggamma"),
        domain=_no_pole("lgamma"), samples=FACTORIALS, draw=((0.05, 300.0),),
        spelled=(lambda m, i: m.ln(m.abs(m.gamma(i))),),
    ),
    rule(
        "digamma", lambda m, i: m.polygamma(0, i), lambda m, o, i: (m.polygamma(1, i),), aliases=("psi", "ψ"),
        domain=_no_pole("digamma"), samples=FACTORIALS, draw=((0.05, 300.0),),
    ),
    rule(
        "polygamma", lambda m, n, i: m.polygamma(n, i), lambda m, o, n, i: (0, m.polygamma(n + 1, i)), arity=2,
        domain=POLYGAMMA, samples=((0.0, 1.7), (1.0, -0.4), (3.0, 12.0)), draw=((2.0, 2.0), (0.05, 300.0)),
    ),
    rule(
        "beta", lambda m, i1, i2: m.beta(i1, i2),
        lambda m, o, i1, i2: (
            o * (m.digamma(i1) - m.digamma(i1 + i2)),
            o * (m.digamma(i2) - m.digamma(i1 + i2)),
        ),
        arity=2, domain=BETA, samples=((0.5, 0.5), (2.0, 3.5), (120.0, 90.0)), draw=((0.05, 60.0), (0.05, 60.0)),
        spelled=(lambda m, i1, i2: m.gamma(i1) * m.gamma(i2) / m.gamma(i1 + i2),),
    ),
)  # fmt: skip
