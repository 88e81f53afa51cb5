"""Wrong local derivatives, rule by rule: each is one line of arithmetic over the namespace `m`, as the right one is.

Where the derivative is the right one at a wrong point, the line calls the rule.
"""

# ruff: noqa: ARG005 - every line takes the namespace, the output and all operands, needed or not

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from gradcli.rules.table import RULES

Line = Callable[..., Any]
"""`line(m, o, i1, i2, ...)`: the wrong local derivative."""


@dataclass(frozen=True, slots=True)
class WrongLocal:
    """A wrong local derivative of a rule.

    Attributes:
        mistake: its id in the catalogue.
        place: by which operand it is wrong.
        line: the wrong derivative.
        says: what is said of it after "At <node> ", with no number in it.
    """

    mistake: str
    place: int
    line: Line
    says: str


def slope(m: Any, name: str, *i: Any) -> Any:
    """The right derivative of a rule by its first operand, at any point."""
    rule = RULES[name]
    return rule.local(m, rule.value(m, *i), *i)[0]


def _one(mistake: str, says: str, line: Line, place: int = 0) -> WrongLocal:
    return WrongLocal(mistake, place, line, says)


_DEGREE = math.pi / 180
_FACTOR = "the exponent is missing as a factor in the derivative of the power"
_FACTOR_2 = "the factor 2 of the square is missing in its derivative"
_FACTOR_3 = "the factor 3 of the cube is missing in its derivative"
_FACTOR_HALF = "the factor ½ of the root is missing in its derivative"
_KEPT = "the exponent was not lowered by one in the derivative of the power"
_AT_OUTPUT = "was taken at the output of the function instead of its input"
_DEGREES = "the derivative was taken of an angle in degrees: it is in radians"
_BASE = "the factor of the logarithm's base is wrong in the derivative"
_UNSQUARED = "the denominator is not squared in the derivative of the quotient"
_MINUS = "the minus is missing in the derivative by the denominator"
_SWITCH = "the factors were not switched: the derivative by one factor is the other one"
_TURNED = "the quotient was differentiated upside down"
_UNSQUARED_1 = "the denominator is not squared: the derivative of 1/i is −1/i²"
_MINUS_1 = "the minus is missing: the derivative of 1/i is −1/i²"
_EXP_POWER = "the exponential was differentiated like a power"

TABLE: dict[str, tuple[WrongLocal, ...]] = {
    "mul": (
        _one("product-not-switched", _SWITCH, lambda m, o, a, b: a, 0),
        _one("product-not-switched", _SWITCH, lambda m, o, a, b: b, 1),
    ),
    "recip": (
        _one("denominator-not-squared", _UNSQUARED_1, lambda m, o, i: -1 / i),
        _one("reciprocal-sign", _MINUS_1, lambda m, o, i: 1 / m.square(i)),
    ),
    "div": (
        _one("denominator-not-squared", _UNSQUARED, lambda m, o, a, b: -a / b, 1),
        _one("reciprocal-sign", _MINUS, lambda m, o, a, b: a / m.square(b), 1),
        _one("quotient-turned", _TURNED, lambda m, o, a, b: -b / m.square(a), 0),
        _one("quotient-turned", _TURNED, lambda m, o, a, b: 1 / a, 1),
        _one("quotient-turned", "the number was multiplied by instead of divided by", lambda m, o, a, b: b, 0),
    ),
    "sigmoid": (
        _one("sigmoid-derivative", f"σ′ {_AT_OUTPUT}", lambda m, o, i: slope(m, "sigmoid", o)),
        _one("sigmoid-derivative", "σ′ was computed with the input in place of the output",
             lambda m, o, i: i * (1 - i)),
        _one("sigmoid-derivative", "the output of σ was taken for its derivative", lambda m, o, i: o),
        _one("sigmoid-derivative", "one of the two factors of σ′ = σ(1 − σ) is missing", lambda m, o, i: 1 - o),
    ),
    "tanh": (
        _one("tanh-derivative", f"tanh′ {_AT_OUTPUT}", lambda m, o, i: slope(m, "tanh", o)),
        _one("tanh-derivative", "tanh′ was computed with the input in place of the output",
             lambda m, o, i: 1 - m.square(i)),
        _one("tanh-derivative", "the output of tanh was not squared in its derivative", lambda m, o, i: 1 - o),
    ),
    "square": (
        _one("power-rule", _FACTOR_2, lambda m, o, i: i),
        _one("power-rule", _KEPT, lambda m, o, i: 2 * o),
    ),
    "cube": (
        _one("power-rule", _FACTOR_3, lambda m, o, i: m.square(i)),
        _one("power-rule", _KEPT, lambda m, o, i: 3 * o),
    ),
    "pow": (
        _one("power-rule", _FACTOR, lambda m, o, i, n: m.pow(i, n - 1)),
        _one("power-rule", _KEPT, lambda m, o, i, n: n * o),
        _one("exp-derivative", _EXP_POWER, lambda m, o, a, i: i * m.pow(a, i - 1), 1),
        _one("exp-derivative", "the logarithm of the base is missing in the derivative", lambda m, o, a, i: o, 1),
    ),
    "sqrt": (
        _one("power-rule", _FACTOR_HALF, lambda m, o, i: 1 / o),
        _one("power-rule", _KEPT, lambda m, o, i: o / 2),
    ),
    "rsqrt": (
        _one("power-rule", _FACTOR, lambda m, o, i: m.cube(o)),
        _one("power-rule", _KEPT, lambda m, o, i: -o / 2),
    ),
    "squared_error": (
        _one("power-rule", _FACTOR_2, lambda m, o, p, t: p - t, 0),
        _one("power-rule", _FACTOR_2, lambda m, o, p, t: t - p, 1),
    ),
    "exp": (
        _one("exp-derivative", f"{_EXP_POWER}: exp is its own derivative", lambda m, o, i: i * m.exp(i - 1)),
        _one("exp-derivative", "the derivative of exp was taken to be 1", lambda m, o, i: 1.0 + 0 * i),
        _one("exp-derivative", "the exponent was taken for the derivative of exp", lambda m, o, i: i),
    ),
    "exp2": (_one("exp-derivative", "the logarithm of the base is missing in the derivative", lambda m, o, i: o),),
    "exp10": (_one("exp-derivative", "the logarithm of the base is missing in the derivative", lambda m, o, i: o),),
    "ln": (_one("logarithm-base", _BASE, lambda m, o, i: slope(m, "log10", i)),),
    "log10": (_one("logarithm-base", _BASE, lambda m, o, i: slope(m, "ln", i)),),
    "log2": (_one("logarithm-base", _BASE, lambda m, o, i: slope(m, "ln", i)),),
    "sin": (_one("degrees", _DEGREES, lambda m, o, i: slope(m, "sin", i * _DEGREE)),),
    "cos": (_one("degrees", _DEGREES, lambda m, o, i: slope(m, "cos", i * _DEGREE)),),
    "tan": (_one("degrees", _DEGREES, lambda m, o, i: slope(m, "tan", i * _DEGREE)),),
    "relu": (
        _one("relu-gate", "relu passes the gradient on only where its input is positive",
             lambda m, o, i: 1.0 + 0 * i),
        _one("relu-gate", "relu passes the gradient on where its input is positive", lambda m, o, i: 0.0 * i),
    ),
    "leaky_relu": (
        _one("relu-gate", "the slopes of the two sides were exchanged", lambda m, o, i, a: m.where(i > 0, a, 1.0)),
    ),
}  # fmt: skip
"""By the name of the rule."""


def of_selection(name: str, operands: Sequence[float]) -> list[tuple[tuple[tuple[int, float], ...], str]]:
    """Wrong routes through a `max` or a `min` of numbers.

    Returns:
        For each one the local derivatives that become others, as (place, derivative), and what is said of it.
    """
    best = max(operands) if name == "max" else min(operands)
    what = "largest" if name == "max" else "smallest"
    winners = [place for place, i in enumerate(operands) if i == best]
    if len(winners) != 1 or len(operands) < 2:
        return []
    winner = winners[0]
    routes: list[tuple[tuple[tuple[int, float], ...], str]] = []
    for place in range(len(operands)):
        if place != winner:
            routes.append((((winner, 0.0), (place, 1.0)), f"{name} hands the gradient to its {what} operand"))
            routes.append((((place, 1.0),), f"{name} hands the gradient to its {what} operand alone"))
    share = 1 / len(operands)
    routes.append((tuple((place, share) for place in range(len(operands))),
                   f"{name} hands all of the gradient to its {what} operand"))  # fmt: skip
    return routes
