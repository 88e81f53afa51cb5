"""Functions that exported code needs beside those that the package itself computes with: of floats.

They are never called here: their source is what is exported. Each says what the package does in another way, because
there it is a method or a lambda.
"""

from __future__ import annotations

import math


def div(a: float, b: float) -> float:
    """The quotient by IEEE 754: 1/0 is ∞, 0/0 is NaN."""
    if b != 0:
        return a / b
    return math.copysign(math.inf, a) * math.copysign(1.0, b) if a == a and a != 0 else math.nan


def winner(k: float, *i: float) -> float:
    """The share of operand number k in the maximum of all: 1/n for each of n equal ones."""
    return 1.0 / i.count(max(i)) if i[int(k)] == max(i) else 0.0
