"""Special functions of floats that Python's `math` lacks: polygamma, erfinv, beta, the derivatives of sinc.

A&S is M. Abramowitz and I. Stegun, Handbook of Mathematical Functions; DLMF is the Digital Library of Mathematical
Functions of NIST.
"""

from __future__ import annotations

import functools
import math

# B₂, B₄, … B₃₀.
_BERNOULLI = (
    1 / 6, -1 / 30, 1 / 42, -1 / 30, 5 / 66, -691 / 2730, 7 / 6, -3617 / 510, 43867 / 798, -174611 / 330,
    854513 / 138, -236364091 / 2730, 8553103 / 6, -23749461029 / 870, 8615841276005 / 14322,
)  # fmt: skip


def polygamma(order: float, x: float) -> float:
    """The derivative of that order of digamma, ψ⁽ⁿ⁾(x); digamma itself is of order 0.

    For positive x the recurrence (A&S 6.3.5, 6.4.6; DLMF 5.15.5) leads to an argument at which the asymptotic series
    (A&S 6.3.18, 6.4.11; DLMF 5.11.2, 5.15.8) has all digits; for negative x the reflection formula (A&S 6.3.7, 6.4.7;
    DLMF 5.5.4, 5.15.6) leads to positive ones.

    Args:
        order: a whole number from 0 upwards.
        x: any number but 0, −1, −2, …

    Returns:
        ψ⁽ⁿ⁾(x), or NaN where it is undefined.
    """
    if math.isnan(x) or order < 0 or order % 1 != 0 or (x <= 0 and x % 1 == 0):
        return math.nan
    n = int(order)
    if x == math.inf:
        return math.inf if n == 0 else 0.0
    try:
        if x > 0:
            return _polygamma_positive(n, x)
        # (−1)ⁿ ψ⁽ⁿ⁾(1 − x) − ψ⁽ⁿ⁾(x) = dⁿ/dxⁿ π cot πx
        sign = -1 if n % 2 else 1
        return sign * _polygamma_positive(n, 1 - x) - math.pi * _cotangent_derivative(n, x)
    except OverflowError:
        return math.inf if n % 2 else -math.inf


def _polygamma_positive(n: int, x: float) -> float:
    steps = max(0, math.ceil(n + 16 - x))
    y = x + steps
    square = y * y
    if n == 0:
        series = [-b / (2 * k * square**k) for k, b in enumerate(_BERNOULLI, 1)] if y < 1e8 else []
        return math.fsum([math.log(y), -0.5 / y, *series, *(-1 / (x + k) for k in range(steps))])
    factor = math.factorial(n)
    # Divided by n! and times yⁿ⁺¹: y/n + 1/2 + Σ B₂ₖ (2k+n−1)!/((2k)! n!) y^(1−2k).
    terms = [y / n, 0.5]
    if y < 1e8:
        terms += [b * math.comb(2 * k + n - 1, n) / (2 * k) * y ** (1 - 2 * k) for k, b in enumerate(_BERNOULLI, 1)]
    tail = math.fsum(terms) * y ** -(n + 1)
    total = factor * math.fsum([tail, *((x + k) ** -(n + 1) for k in range(steps))])
    return total if n % 2 else -total


def _cotangent_derivative(n: int, x: float) -> float:
    """dⁿ/dxⁿ cot πx, from cot′ = −π(1 + cot²); all terms have one sign, so nothing cancels."""
    r = x - round(x)
    cotangent = math.cos(math.pi * r) / math.sin(math.pi * r)
    return math.pi**n * math.fsum(c * cotangent**k for k, c in enumerate(_cotangent_polynomial(n)))


@functools.cache
def _cotangent_polynomial(n: int) -> tuple[int, ...]:
    """The coefficients, from the lowest power, of dⁿ/dxⁿ cot x as a polynomial of cot x."""
    coefficients = [0, 1]
    for _ in range(n):
        slope = [k * c for k, c in enumerate(coefficients)][1:]
        coefficients = [0] * (len(slope) + 2)
        for k, c in enumerate(slope):
            coefficients[k] -= c
            coefficients[k + 2] -= c
    return tuple(coefficients)


def erfinv(x: float) -> float:
    """The y with erf(y) = x: the quantile of the normal distribution, polished by two steps of Newton's method.

    Args:
        x: a number between −1 and 1.

    Returns:
        The inverse, ±∞ at ±1, NaN beyond.
    """
    if not -1 < x < 1:
        return math.copysign(math.inf, x) if abs(x) == 1 else math.nan
    from statistics import NormalDist  # slow to import, and needed by few

    quantile = NormalDist().inv_cdf
    size = abs(x)
    root2 = math.sqrt(2)
    if size < 0.5:
        y = quantile((1 + size) / 2) / root2
        for _ in range(2):
            y -= (math.erf(y) - size) * math.sqrt(math.pi) / 2 * math.exp(y * y)
    else:
        # 1 − |x| is exact here, and erfc tells what erf has rounded to 1.
        y = -quantile((1 - size) / 2) / root2
        for _ in range(2):
            y += (math.erfc(y) - (1 - size)) * math.sqrt(math.pi) / 2 * math.exp(y * y)
    return math.copysign(y, x)


def beta(a: float, b: float) -> float:
    """B(a, b) = Γ(a)Γ(b)/Γ(a + b) for positive a and b (A&S 6.2.2; DLMF 5.12.1), NaN for others.

    Where one of them is large, Γ(b)/Γ(a + b) comes from the difference of two Stirling series (DLMF 5.11.1), written so
    that their large terms never meet.
    """
    if not (a > 0 and b > 0):
        return math.nan
    if math.isinf(a + b):
        return 0.0 if min(a, b) > 0 and max(a, b) == math.inf else math.nan
    a, b = min(a, b), max(a, b)
    try:
        if b < _STIRLING:
            return math.gamma(a) * (math.gamma(b) / math.gamma(a + b))
        ratio = a - (b - 0.5) * math.log1p(a / b) - a * math.log(a + b) + _stirling(b) - _stirling(a + b)
        if a < _STIRLING:
            return math.gamma(a) * math.exp(ratio)
        return math.exp(math.lgamma(a) + ratio)
    except OverflowError:
        return math.inf


_STIRLING = 20.0
"""From here on four terms of Stirling's series have all digits of a double."""


def _stirling(x: float) -> float:
    """What Stirling's formula leaves of ln Γ(x), for large x."""
    return (1 / 12 - (1 / 360 - (1 / 1260 - 1 / (1680 * x * x)) / (x * x)) / (x * x)) / x


def sinc_derivative(order: float, x: float) -> float:
    """The derivative of that order of sinc(x) = sin(πx)/(πx).

    Where |πx| exceeds the order, Leibniz's rule for x·sinc(x) = sin(πx)/π gives each order from the one before;
    elsewhere that would cancel, and the power series is used.

    Args:
        order: a whole number from 0 upwards; 0 is sinc itself.
        x: any number.
    """
    if not math.isfinite(x) or order < 0 or order % 1 != 0:
        return math.nan
    n = int(order)
    z = math.pi * x
    if abs(z) > n + 1:
        value = 0.0
        sine, cosine = _sine_of_half_turns(x), _sine_of_half_turns(x + 0.5) if abs(x) < 1e15 else 1.0
        waves = (sine, cosine, -sine, -cosine)
        for k in range(n + 1):
            value = (math.pi ** (k - 1) * waves[k % 4] - k * value) / x
        return value
    first = (n + 1) // 2
    terms: list[float] = []
    term = (-1.0) ** first * z ** (2 * first - n) / (2 * first + 1)
    k = first
    while abs(term) > 1e-20 * abs(terms[0] if terms else 1.0) and k < first + 200:
        terms.append(term)
        k += 1
        term *= -z * z * (2 * k - 1) / ((2 * k + 1) * (2 * k - n) * (2 * k - n - 1))
    return math.pi**n * math.fsum(terms)


def _sine_of_half_turns(x: float) -> float:
    r = math.fmod(x, 2)
    if abs(r) > 0.5:
        r = math.copysign(1, r) - r
    return math.sin(math.pi * r)
