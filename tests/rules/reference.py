"""The value of every operation at any precision, from the mathematics and not from the table under test."""

from __future__ import annotations

import mpmath
from mpmath import mp, mpf

SELU_SCALE = mpf(1.0507009873554804934193349852946)
SELU_ALPHA = mpf(1.6732632423543772848170429916717)


def _clip(x, lo, hi):
    return min(max(x, lo), hi)


def _trunc(x):
    return mpmath.floor(x) if x >= 0 else mpmath.ceil(x)


def _nearest_even(x):
    return mpmath.nint(x)


def _sinc_derivative(n, x):
    """Leibniz's rule for (sin πx / π) · x⁻¹, with digits to spare for what cancels."""
    n = int(n)
    if x == 0:
        return mp.pi**n * mpmath.cospi(mpf(n) / 2) / (n + 1)
    with mpmath.workdps(mp.dps + 15 * (n + 1)):
        total = mpf(0)
        for k in range(n + 1):
            wave = mp.pi ** (n - k - 1) * mpmath.sinpi(x + mpf(n - k) / 2)
            total += mpmath.binomial(n, k) * wave * (-1) ** k * mpmath.factorial(k) / x ** (k + 1)
    return +total


def _winner(k, *x):
    top = max(x)
    return mpf(x[int(k)] == top) / sum(1 for y in x if y == top)


def _truth(holds):
    return mpf(1) if holds else mpf(0)


def _pow(a, b):
    if a < 0 and b == mpmath.floor(b):
        return mpf(a) ** int(b)
    return mpf(a) ** b if a > 0 or b == 0 else mpf(0)


REFERENCE = {
    # algebra
    "neg": lambda x: -x,
    "recip": lambda x: mpf(1) / x,
    "square": lambda x: mpf(x) ** 2,
    "cube": lambda x: mpf(x) ** 3,
    "sqrt": mpmath.sqrt,
    "cbrt": lambda x: mpmath.sign(x) * mpmath.cbrt(abs(x)),
    "rsqrt": lambda x: 1 / mpmath.sqrt(x),
    "abs": lambda x: abs(x),
    "sign": mpmath.sign,
    "floor": mpmath.floor,
    "ceil": mpmath.ceil,
    "round": _nearest_even,
    "trunc": _trunc,
    "frac": lambda x: x - _trunc(x),
    "heaviside": lambda x: _truth(x > 0),
    # exponential
    "exp": mpmath.exp,
    "exp2": lambda x: mpf(2) ** x,
    "exp10": lambda x: mpf(10) ** x,
    "expm1": mpmath.expm1,
    "ln": mpmath.log,
    "log2": lambda x: mpmath.log(x, 2),
    "log10": mpmath.log10,
    "log1p": mpmath.log1p,
    "logit": lambda x: mpmath.log(x) - mpmath.log(1 - x),
    "xlogx": lambda x: x * mpmath.log(x) if x else mpf(0),
    "entr": lambda x: -x * mpmath.log(x) if x else mpf(0),
    # trigonometric
    "sin": mpmath.sin,
    "cos": mpmath.cos,
    "tan": mpmath.tan,
    "sec": mpmath.sec,
    "csc": mpmath.csc,
    "cot": mpmath.cot,
    "asin": mpmath.asin,
    "acos": mpmath.acos,
    "atan": mpmath.atan,
    "asec": mpmath.asec,
    "acsc": mpmath.acsc,
    "acot": lambda x: mp.pi / 2 - mpmath.atan(x),
    "sinpi": mpmath.sinpi,
    "cospi": mpmath.cospi,
    "sind": lambda x: mpmath.sin(mpmath.radians(x)),
    "cosd": lambda x: mpmath.cos(mpmath.radians(x)),
    "tand": lambda x: mpmath.tan(mpmath.radians(x)),
    "asind": lambda x: mpmath.degrees(mpmath.asin(x)),
    "acosd": lambda x: mpmath.degrees(mpmath.acos(x)),
    "atand": lambda x: mpmath.degrees(mpmath.atan(x)),
    "deg2rad": mpmath.radians,
    "rad2deg": mpmath.degrees,
    "sinc": mpmath.sincpi,
    # hyperbolic
    "sinh": mpmath.sinh,
    "cosh": mpmath.cosh,
    "tanh": mpmath.tanh,
    "sech": mpmath.sech,
    "csch": mpmath.csch,
    "coth": mpmath.coth,
    "asinh": mpmath.asinh,
    "acosh": mpmath.acosh,
    "atanh": mpmath.atanh,
    "acoth": mpmath.acoth,
    "asech": mpmath.asech,
    "acsch": mpmath.acsch,
    # special
    "erf": mpmath.erf,
    "erfc": mpmath.erfc,
    "erfinv": mpmath.erfinv,
    "normcdf": mpmath.ncdf,
    "gamma": mpmath.gamma,
    "lgamma": lambda x: mpmath.log(abs(mpmath.gamma(x))),
    "digamma": mpmath.digamma,
    "polygamma": lambda n, x: mpmath.psi(int(n), x),
    "beta": mpmath.beta,
    # activation
    "relu": lambda x: max(x, mpf(0)),
    "leaky_relu": lambda x, a: x if x > 0 else a * x,
    "elu": lambda x, a: x if x > 0 else a * (mpmath.exp(x) - 1),
    "selu": lambda x: SELU_SCALE * (x if x > 0 else SELU_ALPHA * (mpmath.exp(x) - 1)),
    "celu": lambda x, a: x if x > 0 else a * (mpmath.exp(x / a) - 1),
    "sigmoid": lambda x: mpmath.exp(x) / (1 + mpmath.exp(x)),
    "log_sigmoid": lambda x: -mpmath.log1p(mpmath.exp(-x)),
    "softplus": lambda x: mpmath.log1p(mpmath.exp(x)),
    "silu": lambda x: x / (1 + mpmath.exp(-x)),
    "gelu": lambda x: x * mpmath.erfc(-x / mpmath.sqrt(2)) / 2,
    "gelu_tanh": lambda x: x / (1 + mpmath.exp(-2 * mpmath.sqrt(2 / mp.pi) * (x + mpf(0.044715) * x**3))),
    "mish": lambda x: x * mpmath.tanh(mpmath.log1p(mpmath.exp(x))),
    "softsign": lambda x: x / (1 + abs(x)),
    "tanhshrink": lambda x: x - mpmath.tanh(x),
    "hardtanh": lambda x: _clip(x, mpf(-1), mpf(1)),
    "relu6": lambda x: _clip(x, mpf(0), mpf(6)),
    "hardsigmoid": lambda x: _clip(x + 3, mpf(0), mpf(6)) / 6,
    "hardswish": lambda x: x * _clip(x + 3, mpf(0), mpf(6)) / 6,
    # binary
    "add": lambda a, b: a + b,
    "sub": lambda a, b: a - b,
    "mul": lambda a, b: a * b,
    "div": lambda a, b: mpf(a) / b,
    "pow": _pow,
    "max": lambda *x: max(x),
    "min": lambda *x: min(x),
    "atan2": mpmath.atan2,
    "hypot": mpmath.hypot,
    "logaddexp": lambda *x: mpmath.log(mpmath.fsum(mpmath.exp(y) for y in x)),
    "logsubexp": lambda a, b: mpmath.log(abs(mpmath.exp(a) - mpmath.exp(b))),
    "mod": lambda a, b: a - b * mpmath.floor(a / b),
    "rem": lambda a, b: a - b * _trunc(a / b),
    "log_base": lambda a, b: mpmath.log(a) / mpmath.log(b),
    "xlogy": lambda a, b: a * mpmath.log(b) if a else mpf(0),
    "ldexp": lambda a, b: a * mpf(2) ** b,
    "copysign": lambda a, b: abs(a) if b >= 0 else -abs(a),
    "where": lambda c, a, b: a if c else b,
    "clamp": _clip,
    # loss
    "squared_error": lambda p, t: (p - t) ** 2,
    "absolute_error": lambda p, t: abs(p - t),
    "huber": lambda p, t, c: (p - t) ** 2 / 2 if abs(p - t) <= c else c * abs(p - t) - c**2 / 2,
    "log_cosh": lambda p, t: mpmath.log(mpmath.cosh(p - t)),
    "quantile": lambda p, t, c: max(c * (t - p), (c - 1) * (t - p)),
    "bce": lambda p, t: -t * mpmath.log(p) - (1 - t) * mpmath.log(1 - p),
    "bce_logits": lambda z, t: mpmath.log1p(mpmath.exp(z)) - t * z,
    "focal": lambda p, t, c: -t * (1 - p) ** c * mpmath.log(p) - (1 - t) * p**c * mpmath.log(1 - p),
    "hinge": lambda s, y: max(mpf(0), 1 - y * s),
    "squared_hinge": lambda s, y: max(mpf(0), 1 - y * s) ** 2,
    "poisson_nll": lambda z, t: mpmath.exp(z) - t * z,
    "gaussian_nll": lambda u, y, v: mpmath.log(mpmath.sqrt(v)) + (u - y) ** 2 / (2 * v),
    "kl_div": lambda p, q: p * (mpmath.log(p) - mpmath.log(q)),
    # comparison
    "lt": lambda a, b: _truth(a < b),
    "le": lambda a, b: _truth(a <= b),
    "gt": lambda a, b: _truth(a > b),
    "ge": lambda a, b: _truth(a >= b),
    "eq": lambda a, b: _truth(a == b),
    "ne": lambda a, b: _truth(a != b),
    # auxiliary
    "winner": _winner,
    "normpdf": mpmath.npdf,
    "sinc_derivative": _sinc_derivative,
}


class Mp:
    """The namespace `m` at any precision: the reference values."""

    def __getattr__(self, name):
        try:
            return REFERENCE[name]
        except KeyError:
            raise AttributeError(name) from None
