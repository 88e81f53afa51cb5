"""Comparisons: 1 where they hold, 0 elsewhere; their derivative is 0."""

# ruff: noqa: ARG005 - every rule takes the namespace and the output, needed or not

from __future__ import annotations

from gradcli.rules.chapter import chapter
from gradcli.rules.rule import Kink, Rule, Value

_rule = chapter("comparison")


def _comparison(name: str, symbol: str, value: Value) -> Rule:
    return _rule(
        name,
        value,
        lambda m, o, i1, i2: (0, 0),
        sign=f"· {symbol} ·",
        infix=True,
        arity=2,
        kinks=(Kink(lambda a, b: a == b, f"{symbol} of equal inputs: piecewise constant, derivative 0"),),
        samples=((-2.0, 5.0), (3.0, -4.0), (0.5, 0.25)),
        draw=((-20.0, 20.0), (-20.0, 20.0)),
    )


COMPARISON: tuple[Rule, ...] = (
    _comparison("lt", "<", lambda m, i1, i2: i1 < i2),
    _comparison("le", "≤", lambda m, i1, i2: i1 <= i2),
    _comparison("gt", ">", lambda m, i1, i2: i1 > i2),
    _comparison("ge", "≥", lambda m, i1, i2: i1 >= i2),
    _comparison("eq", "=", lambda m, i1, i2: m.eq(i1, i2)),
    _comparison("ne", "≠", lambda m, i1, i2: m.ne(i1, i2)),
)
