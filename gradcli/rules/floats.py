"""The namespace `m` for Python floats: IEEE results where `math` would raise, and NumPy not even imported.

With this you can run a rule on floats: `evaluate(rule, m, operands)` gives the output and
`local_derivatives(rule, m, output, operands)` its slopes.
"""

from __future__ import annotations

import functools
import math
from typing import TYPE_CHECKING

from gradcli.rules import special_functions
from gradcli.rules.namespace import Namespace, Ties

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from gradcli.rules.rule import Rule

inf, nan = math.inf, math.nan


def _total(function: Callable[[float], float]) -> Callable[[float], float]:
    """The function with NaN where it is undefined, and +∞ where it overflows."""

    def total(x: float) -> float:
        try:
            return function(x)
        except ValueError:
            return nan
        except OverflowError:
            return inf

    return total


def _logarithm(function: Callable[[float], float], pole: float) -> Callable[[float], float]:
    def total(x: float) -> float:
        try:
            return function(x)
        except ValueError:
            return -inf if x == pole else nan

    return total


def _stepped(function: Callable[[float], float]) -> Callable[[float], float]:
    """A rounding function that returns a float, and what is not finite unchanged."""

    def total(x: float) -> float:
        return float(function(x)) if math.isfinite(x) else x

    return total


def _sqrt(x: float) -> float:
    # √(−0) is 0 here and not −0, or its slope 1/(2√x) would be −∞.
    return math.sqrt(x + 0.0) if x >= 0 else nan


def _sinh(x: float) -> float:
    try:
        return math.sinh(x)
    except OverflowError:
        return math.copysign(inf, x)


def _atanh(x: float) -> float:
    if abs(x) == 1:
        return math.copysign(inf, x)
    return math.atanh(x) if abs(x) < 1 else nan


def _atan2(y: float, x: float) -> float:
    # IEEE says 0 at (0, 0), where there is no angle.
    return nan if y == 0 and x == 0 else math.atan2(y, x)


def _gamma(x: float) -> float:
    try:
        return math.gamma(x)
    except OverflowError:
        return math.copysign(inf, x) if abs(x) < 1 else inf
    except ValueError:
        return math.copysign(inf, x) if x == 0 else nan


def _lgamma(x: float) -> float:
    try:
        return math.lgamma(x)
    except (OverflowError, ValueError):
        return inf


def _pow(x: float, y: float) -> float:
    try:
        return math.pow(x, y)
    except OverflowError:
        return -inf if x < 0 and y % 2 == 1 else inf
    except ValueError:
        if x == 0:
            return math.copysign(inf, x) if y % 2 == 1 else inf
        return nan


def _mod(x: float, y: float) -> float:
    return x % y if y != 0 and math.isfinite(x) else nan


def _rem(x: float, y: float) -> float:
    return math.fmod(x, y) if y != 0 and math.isfinite(x) else nan


def _sign(x: float) -> float:
    return float((x > 0) - (x < 0)) if x == x else nan


def _logaddexp(*i: float) -> float:
    top = max(i)
    if math.isinf(top):
        return top
    # The largest term is the 1 of log1p, so that ln(e^0 + e^−50) keeps the e^−50.
    rest = list(i)
    rest.remove(top)
    return top + math.log1p(math.fsum(math.exp(x - top) for x in rest))


def _where(condition: float, a: float, b: float) -> float:
    return a if condition else b


ELEMENTARY: dict[str, Callable[..., float]] = {
    "square": lambda x: x * x,
    "sqrt": _sqrt,
    "cbrt": math.cbrt,
    "abs": abs,
    "sign": _sign,
    "floor": _stepped(math.floor),
    "ceil": _stepped(math.ceil),
    "round": _stepped(round),
    "trunc": _stepped(math.trunc),
    "exp": _total(math.exp),
    "expm1": _total(math.expm1),
    "ln": _logarithm(math.log, 0),
    "log2": _logarithm(math.log2, 0),
    "log10": _logarithm(math.log10, 0),
    "log1p": _logarithm(math.log1p, -1),
    "sin": _total(math.sin),
    "cos": _total(math.cos),
    "tan": _total(math.tan),
    "asin": _total(math.asin),
    "acos": _total(math.acos),
    "atan": math.atan,
    "sinh": _sinh,
    "cosh": _total(math.cosh),
    "tanh": math.tanh,
    "asinh": math.asinh,
    "acosh": _total(math.acosh),
    "atanh": _atanh,
    "erf": math.erf,
    "erfc": math.erfc,
    "erfinv": special_functions.erfinv,
    "gamma": _gamma,
    "lgamma": _lgamma,
    "polygamma": special_functions.polygamma,
    "beta": special_functions.beta,
    "sinc_derivative": special_functions.sinc_derivative,
    "pow": _pow,
    "max": lambda *i: max(i),
    "min": lambda *i: min(i),
    "atan2": _atan2,
    "hypot": math.hypot,
    "logaddexp": _logaddexp,
    "mod": _mod,
    "rem": _rem,
    "copysign": math.copysign,
    "where": _where,
    "eq": lambda a, b: a == b,
    "ne": lambda a, b: a != b,
}
"""What has no arithmetic in the table; everything else is computed by its rule."""


class Floats(Namespace):
    """The namespace `m` for Python floats."""

    def __init__(self, ties: Ties = "split") -> None:
        super().__init__(ELEMENTARY, ties)
        self._race: tuple[tuple[float, ...], float, int, int] = ((), 0.0, 0, 0)

    @functools.cached_property
    def ieee(self) -> Floats:
        """The same namespace with results that divide by 0 as IEEE 754 says."""
        return _RealFloats(self.ties)

    def winner(self, k: float, *i: float) -> float:
        """The share of operand number k in the maximum of all."""
        # A rule asks for each k in turn, so the maximum is looked for once and not k times.
        if self._race[0] != i:
            top = max(i)
            self._race = (i, top, i.count(top), i.index(top))
        _, top, count, first = self._race
        if i[int(k)] != top:
            return 0.0
        if self.ties == "split":
            return 1 / count
        return 1.0 if self.ties == "all" or first == k else 0.0


class Real(float):
    """A float whose division follows IEEE 754 and does not raise: 1/0 = ∞, 0/0 = NaN.

    Results of arithmetic are of this kind again; comparisons are those of floats.
    """

    __slots__ = ()

    def __add__(self, other: float) -> Real:
        return Real(float.__add__(self, other))

    __radd__ = __add__

    def __sub__(self, other: float) -> Real:
        return Real(float.__sub__(self, other))

    def __rsub__(self, other: float) -> Real:
        return Real(float.__rsub__(self, other))

    def __mul__(self, other: float) -> Real:
        return Real(float.__mul__(self, other))

    __rmul__ = __mul__

    def __truediv__(self, other: float) -> Real:
        return _quotient(float(self), float(other))

    def __rtruediv__(self, other: float) -> Real:
        return _quotient(float(other), float(self))

    def __neg__(self) -> Real:
        return Real(float.__neg__(self))

    def __abs__(self) -> Real:
        return Real(float.__abs__(self))


def _quotient(a: float, b: float) -> Real:
    if b != 0:
        return Real(a / b)
    if a == 0 or a != a:
        return Real(nan)
    return Real(math.copysign(inf, a) * math.copysign(1.0, b))


class _RealFloats(Floats):
    """The namespace whose functions return `Real`, so that what is divided by one of them does not raise either."""

    def __init__(self, ties: Ties) -> None:
        super().__init__(ties)
        self.__dict__.update({name: _real(function) for name, function in ELEMENTARY.items()})

    def winner(self, k: float, *i: float) -> float:
        return Real(super().winner(k, *i))


def _real(function: Callable[..., float]) -> Callable[..., Real]:
    def real(*operands: float) -> Real:
        return Real(function(*operands))

    return real


def evaluate(rule: Rule, m: Floats, operands: Sequence[float]) -> float:
    """The output of a rule on floats; ±∞ or NaN where it has none.

    Args:
        rule: the operation.
        m: the namespace of floats.
        operands: one number for each operand, optional ones included.
    """
    try:
        return float(rule.value(m, *operands))
    except (ZeroDivisionError, OverflowError):
        return float(rule.value(m.ieee, *map(Real, operands)))


def local_derivatives(rule: Rule, m: Floats, output: float, operands: Sequence[float]) -> tuple[float, ...]:
    """The local derivatives of a rule on floats, one for each operand.

    Args:
        rule: the operation.
        m: the namespace of floats.
        output: the output that `evaluate` gave.
        operands: one number for each operand, optional ones included.
    """
    try:
        return tuple(map(float, rule.local(m, output, *operands)))
    except (ZeroDivisionError, OverflowError):
        return tuple(map(float, rule.local(m.ieee, Real(output), *map(Real, operands))))
