"""Circular functions and their inverses, of radians, of half turns (sinpi) and of degrees (sind).

Slopes with 1 − i² under the root are written (1 − i)(1 + i), which keeps all digits near ±1.
"""

# ruff: noqa: ARG005 - every rule takes the namespace and the output, needed or not

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from gradcli.rules.chapter import chapter, undefined, written

if TYPE_CHECKING:
    from gradcli.rules.rule import Domain, Rule

rule = chapter("trigonometric")

PI = math.pi


def _not_0(name: str) -> Domain:
    return undefined("i ≠ 0", (lambda i: i == 0, f"{name} of 0"))


def _within(name: str) -> Domain:
    return undefined("−1 ≤ i ≤ 1", (lambda i: abs(i) > 1, f"{name} of a number outside [−1, 1]"))


def _beyond(name: str) -> Domain:
    return undefined("|i| ≥ 1", (lambda i: abs(i) < 1, f"{name} of a number inside (−1, 1)"))


TAND = undefined("i ≠ 90 + 180k", (lambda i: i % 180 == 90, lambda i: f"tan of {written(i)} degrees"))


def _root_within(m: Any, i: Any) -> Any:
    """√(1 − i²)."""
    return m.sqrt((1 - i) * (1 + i))


def _root_beyond(m: Any, i: Any) -> Any:
    """√(i² − 1), for any i without overflow."""
    return m.sqrt(m.abs(i) - 1) * m.sqrt(m.abs(i) + 1)


def _within_a_turn(m: Any, i: Any) -> Any:
    """The half turns of i reduced, without rounding, to [−1, 1]."""
    return i - 2 * m.round(i / 2)


def _sinpi(m: Any, i: Any) -> Any:
    r = _within_a_turn(m, i)
    return m.sin(PI * m.where(m.abs(r) > 0.5, m.sign(r) - r, r))


ANGLES = ((-2.0,), (0.4,), (1.2,), (9.0,))
INSIDE = ((-0.6,), (0.1,), (0.999,))
OUTSIDE = ((-3.0,), (1.5,), (40.0,))
ANYWHERE = ((-3.0,), (0.25,), (40.0,))
DEGREES = ((-75.0,), (10.0,), (250.0,))
DRAW = ((-10.0, 10.0),)
DRAW_INSIDE = ((-0.99, 0.99),)
DRAW_OUTSIDE = ((1.01, 50.0),)
DRAW_DEGREES = ((-720.0, 720.0),)

TRIGONOMETRIC: tuple[Rule, ...] = (
    rule("sin", lambda m, i: m.sin(i), lambda m, o, i: (m.cos(i),), samples=ANGLES, draw=DRAW),
    rule("cos", lambda m, i: m.cos(i), lambda m, o, i: (-m.sin(i),), samples=ANGLES, draw=DRAW),
    rule(
        "tan", lambda m, i: m.tan(i), lambda m, o, i: (1 + m.square(o),), aliases=("tg",), samples=ANGLES, draw=DRAW,
        spelled=(lambda m, i: m.sin(i) / m.cos(i),),
    ),
    rule(
        "sec", lambda m, i: 1 / m.cos(i), lambda m, o, i: (o * m.tan(i),), samples=ANGLES, draw=DRAW,
        spelled=(lambda m, i: 1 / m.cos(i),),
    ),
    rule(
        "csc", lambda m, i: 1 / m.sin(i), lambda m, o, i: (-o * m.cot(i),), aliases=("cosec",), domain=_not_0("csc"),
        samples=ANGLES, draw=((0.01, 3.0),), spelled=(lambda m, i: 1 / m.sin(i),),
    ),
    rule(
        "cot", lambda m, i: 1 / m.tan(i), lambda m, o, i: (-1 - m.square(o),), aliases=("ctg",), domain=_not_0("cot"),
        samples=ANGLES, draw=((0.01, 3.0),), spelled=(lambda m, i: m.cos(i) / m.sin(i), lambda m, i: 1 / m.tan(i)),
    ),
    rule(
        "asin", lambda m, i: m.asin(i), lambda m, o, i: (1 / _root_within(m, i),), aliases=("arcsin",),
        shown=lambda m, o, i: (1 / m.sqrt(1 - m.square(i)),), domain=_within("asin"), samples=INSIDE, draw=DRAW_INSIDE,
    ),
    rule(
        "acos", lambda m, i: m.acos(i), lambda m, o, i: (-1 / _root_within(m, i),), aliases=("arccos",),
        shown=lambda m, o, i: (-1 / m.sqrt(1 - m.square(i)),), domain=_within("acos"), samples=INSIDE, draw=DRAW_INSIDE,
    ),
    rule(
        "atan", lambda m, i: m.atan(i), lambda m, o, i: (1 / (1 + m.square(i)),), aliases=("arctan", "arctg"),
        samples=ANYWHERE, draw=DRAW,
    ),
    rule(
        "asec", lambda m, i: m.acos(1 / i), lambda m, o, i: (1 / (m.abs(i) * _root_beyond(m, i)),), aliases=("arcsec",),
        shown=lambda m, o, i: (1 / (m.abs(i) * m.sqrt(m.square(i) - 1)),), domain=_beyond("asec"),
        samples=OUTSIDE, draw=DRAW_OUTSIDE, spelled=(lambda m, i: m.acos(1 / i),),
    ),
    rule(
        "acsc", lambda m, i: m.asin(1 / i), lambda m, o, i: (-1 / (m.abs(i) * _root_beyond(m, i)),),
        aliases=("arccsc",), shown=lambda m, o, i: (-1 / (m.abs(i) * m.sqrt(m.square(i) - 1)),),
        domain=_beyond("acsc"), samples=OUTSIDE, draw=DRAW_OUTSIDE, spelled=(lambda m, i: m.asin(1 / i),),
    ),
    rule(
        # The branch in (0, π), which is continuous at 0; atan2 keeps all digits where π/2 − atan(i) cancels.
        "acot", lambda m, i: m.atan2(1, i), lambda m, o, i: (-1 / (1 + m.square(i)),), aliases=("arccot",),
        samples=ANYWHERE, draw=DRAW, spelled=(lambda m, i: PI / 2 - m.atan(i),),
    ),
    rule(
        "sinpi", _sinpi, lambda m, o, i: (PI * m.cospi(i),), samples=((-0.3,), (0.75,), (6.1,)), draw=DRAW,
        spelled=(lambda m, i: m.sin(PI * i),),
    ),
    rule(
        "cospi", lambda m, i: m.sin(PI * (0.5 - m.abs(_within_a_turn(m, i)))), lambda m, o, i: (-PI * m.sinpi(i),),
        samples=((-0.3,), (0.75,), (6.1,)), draw=DRAW, spelled=(lambda m, i: m.cos(PI * i),),
    ),
    rule(
        "sind", lambda m, i: m.sinpi(i / 180), lambda m, o, i: (PI * m.cosd(i) / 180,), samples=DEGREES,
        draw=DRAW_DEGREES, spelled=(lambda m, i: m.sin(PI * i / 180), lambda m, i: m.sin(PI / 180 * i)),
    ),
    rule(
        "cosd", lambda m, i: m.cospi(i / 180), lambda m, o, i: (-PI * m.sind(i) / 180,), samples=DEGREES,
        draw=DRAW_DEGREES, spelled=(lambda m, i: m.cos(PI * i / 180), lambda m, i: m.cos(PI / 180 * i)),
    ),
    rule(
        "tand", lambda m, i: m.sind(i) / m.cosd(i), lambda m, o, i: (PI * (1 + m.square(o)) / 180,), domain=TAND,
        samples=DEGREES, draw=((-89.0, 89.0),),
        spelled=(lambda m, i: m.tan(PI * i / 180), lambda m, i: m.tan(PI / 180 * i)),
    ),
    rule(
        "asind", lambda m, i: 180 * m.asin(i) / PI, lambda m, o, i: (180 / (PI * _root_within(m, i)),),
        shown=lambda m, o, i: (180 / (PI * m.sqrt(1 - m.square(i))),), domain=_within("asind"), samples=INSIDE,
        draw=DRAW_INSIDE, spelled=(lambda m, i: 180 / PI * m.asin(i),),
    ),
    rule(
        "acosd", lambda m, i: 180 * m.acos(i) / PI, lambda m, o, i: (-180 / (PI * _root_within(m, i)),),
        shown=lambda m, o, i: (-180 / (PI * m.sqrt(1 - m.square(i))),), domain=_within("acosd"), samples=INSIDE,
        draw=DRAW_INSIDE, spelled=(lambda m, i: 180 / PI * m.acos(i),),
    ),
    rule(
        "atand", lambda m, i: 180 * m.atan(i) / PI, lambda m, o, i: (180 / (PI * (1 + m.square(i))),),
        samples=ANYWHERE, draw=DRAW, spelled=(lambda m, i: 180 / PI * m.atan(i),),
    ),
    rule(
        "deg2rad", lambda m, i: PI * i / 180, lambda m, o, i: (PI / 180,), aliases=("radians",), samples=DEGREES,
        draw=DRAW_DEGREES, spelled=(lambda m, i: PI / 180 * i, lambda m, i: PI * i / 180),
    ),
    rule(
        "rad2deg", lambda m, i: 180 * i / PI, lambda m, o, i: (180 / PI,), aliases=("degrees",), samples=ANGLES,
        draw=DRAW, spelled=(lambda m, i: 180 / PI * i, lambda m, i: 180 * i / PI),
    ),
    rule(
        # (cos πi − o)/i cancels near 0, and so does every order that follows from it; their family does not.
        "sinc", lambda m, i: m.sinc_derivative(0, i), lambda m, o, i: (m.sinc_derivative(1, i),),
        shown=lambda m, o, i: ((m.cospi(i) - o) / i,), samples=((-0.4,), (0.75,), (3.3,)), draw=DRAW,
        spelled=(lambda m, i: m.sin(PI * i) / (PI * i),),
    ),
)  # fmt: skip
