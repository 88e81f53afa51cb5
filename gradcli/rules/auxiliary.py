"""Helpers that derivatives are written with, so that a derivative has a derivative again. Nobody types them."""

# ruff: noqa: ARG005 - every rule takes the namespace and the output, needed or not

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from gradcli.rules.chapter import chapter

if TYPE_CHECKING:
    from gradcli.rules.rule import Rule

rule = chapter("auxiliary")

PI = math.pi

AUXILIARY: tuple[Rule, ...] = (
    rule(
        # The share of operand number k in the maximum of all; what equal ones get is the namespace's `ties`.
        "winner", lambda m, k, *i: m.winner(k, *i), lambda m, o, k, *i: (0, *(0 for _ in i)), arity=2, variadic=True,
        listed=False, samples=((0.0, 3.0, 1.0), (1.0, 3.0, 1.0), (1.0, 2.0, 5.0, 4.0)),
        draw=((0.0, 0.0), (-20.0, -1.0), (1.0, 20.0)),
    ),
    rule(
        "normpdf", lambda m, i: m.exp(-m.square(i) / 2) / m.sqrt(2 * PI), lambda m, o, i: (-i * o,), sign="φ(·)",
        listed=False, samples=((-1.3,), (0.2,), (5.0,)), draw=((-20.0, 20.0),),
        spelled=(lambda m, i: m.exp(-m.square(i) / 2) / m.sqrt(2 * PI),),
    ),
    rule(
        # The n-th derivative of sinc; each is the derivative of the one before.
        "sinc_derivative", lambda m, n, i: m.sinc_derivative(n, i), lambda m, o, n, i: (0, m.sinc_derivative(n + 1, i)),
        arity=2, listed=False, samples=((0.0, 0.3), (1.0, -1e-6), (2.0, 4.1)), draw=((1.0, 1.0), (-10.0, 10.0)),
    ),
)  # fmt: skip
