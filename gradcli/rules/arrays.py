"""The namespace `m` for NumPy arrays.

Whoever runs a rule with it does so under `numpy.errstate(all="ignore")`: infinities and NaN are results here, and a
branch of `where` that is not taken may well divide by 0. Comparisons give boolean arrays, constant derivatives are
plain numbers: convert and broadcast where that matters.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

import numpy

from gradcli.rules.array_functions import ARRAY_FUNCTIONS
from gradcli.rules.array_table import ARRAY_RULES
from gradcli.rules.floats import ELEMENTARY as FLOATS
from gradcli.rules.namespace import Namespace, Ties

if TYPE_CHECKING:
    from collections.abc import Callable


def _by_element(name: str, count: int) -> Callable[..., Any]:
    """A function of floats for arrays, one element at a time."""
    function = numpy.frompyfunc(FLOATS[name], count, 1)

    def whole(*operands: Any) -> Any:
        return numpy.asarray(function(*(numpy.asarray(x, dtype=float) for x in operands)), dtype=float)[()]

    return whole


def _atan2(y: Any, x: Any) -> Any:
    return numpy.where(numpy.equal(y, 0) & numpy.equal(x, 0), numpy.nan, numpy.arctan2(y, x))


def _max(*i: Any) -> Any:
    return functools.reduce(numpy.maximum, i)


def _min(*i: Any) -> Any:
    return functools.reduce(numpy.minimum, i)


def _logaddexp(*i: Any) -> Any:
    return functools.reduce(numpy.logaddexp, i)


def _mod(x: Any, y: Any) -> Any:
    return numpy.where(numpy.equal(y, 0), numpy.nan, numpy.mod(x, y))


ELEMENTARY: dict[str, Callable[..., Any]] = {
    "square": numpy.square,
    "sqrt": lambda x: numpy.sqrt(x + 0.0),  # √(−0) is 0 and not −0, or its slope 1/(2√x) would be −∞
    "cbrt": numpy.cbrt,
    "abs": numpy.abs,
    "sign": numpy.sign,
    "floor": numpy.floor,
    "ceil": numpy.ceil,
    "round": numpy.rint,
    "trunc": numpy.trunc,
    "exp": numpy.exp,
    "expm1": numpy.expm1,
    "ln": numpy.log,
    "log2": numpy.log2,
    "log10": numpy.log10,
    "log1p": numpy.log1p,
    "sin": numpy.sin,
    "cos": numpy.cos,
    "tan": numpy.tan,
    "asin": numpy.arcsin,
    "acos": numpy.arccos,
    "atan": numpy.arctan,
    "sinh": numpy.sinh,
    "cosh": numpy.cosh,
    "tanh": numpy.tanh,
    "asinh": numpy.arcsinh,
    "acosh": numpy.arccosh,
    "atanh": numpy.arctanh,
    "erf": _by_element("erf", 1),
    "erfc": _by_element("erfc", 1),
    "erfinv": _by_element("erfinv", 1),
    "gamma": _by_element("gamma", 1),
    "lgamma": _by_element("lgamma", 1),
    "polygamma": _by_element("polygamma", 2),
    "beta": _by_element("beta", 2),
    "sinc_derivative": _by_element("sinc_derivative", 2),
    "pow": numpy.float_power,
    "max": _max,
    "min": _min,
    "atan2": _atan2,
    "hypot": numpy.hypot,
    "logaddexp": _logaddexp,
    "mod": _mod,
    "rem": numpy.fmod,
    "copysign": numpy.copysign,
    "where": numpy.where,
    "eq": numpy.equal,
    "ne": numpy.not_equal,
}
"""The functions that the namespace of floats has, for arrays."""


class Arrays(Namespace):
    """The namespace `m` for NumPy arrays."""

    def __init__(self, ties: Ties = "split") -> None:
        super().__init__({**ELEMENTARY, **ARRAY_FUNCTIONS}, ties)

    def __getattr__(self, name: str) -> Any:
        if name not in ARRAY_RULES:
            return super().__getattr__(name)
        rule = ARRAY_RULES[name]
        function = functools.partial(rule.value, self, **rule.given_settings())
        self.__dict__[name] = function
        return function

    def winner(self, k: int, *i: Any) -> Any:
        """The share of operand number k in the maximum of all, element by element."""
        top = _max(*i)
        equal = [numpy.equal(x, top) for x in i]
        mine = equal[int(k)]
        if self.ties == "split":
            return mine / sum(e.astype(float) for e in equal)
        if self.ties == "first":
            mine = functools.reduce(lambda won, e: won & ~e, equal[: int(k)], mine)
        return numpy.where(mine, 1.0, 0.0)
