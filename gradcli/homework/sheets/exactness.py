"""When a number is right: if it is the truth, rounded by the student to at least as many digits as are asked."""

from __future__ import annotations

import math
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal
from fractions import Fraction
from typing import Literal

from gradcli.homework.sheets.written import Number

Judgement = Literal["right", "coarse", "wrong"]

_NOTHING = 1e-12
"""A truth below this is 0: sums that cancel leave about as much."""

_SLACK_SHARE = 10**12
"""The truth may be computed wrongly by this part of it: a half is then still a half, and goes either way."""

_EXACT = Fraction(1, 10**9)
"""The share of the truth by which a fraction p/q may differ from it."""

_DEFAULT_DIGITS = 2
_ZERO_PLACES = 2
"""Decimals that a rounded zero needs: a bare 0 claims that nothing is there."""

_LARGEST_PLAIN = 15
_MOST_PLAIN_DECIMALS = 6
"""Sizes beyond which numbers are shown with a power of ten."""

_WIDE = Context(prec=1200, rounding=ROUND_HALF_UP, Emax=10**6, Emin=-(10**6))
"""Enough digits for every float to be held exactly."""


@dataclass(frozen=True, slots=True)
class Exactness:
    """How exact an answer must be written.

    Attributes:
        digits: significant digits that are asked; 2 if neither they nor decimals are given.
        decimals: decimals that are asked; they go before digits.
        absolute: a number that is at most so far from the truth is right, too.
        relative: the same as a share of the truth.
    """

    digits: int | None = 2
    decimals: int | None = None
    absolute: float = 0.0
    relative: float = 0.0

    def judge(self, number: Number, truth: float) -> Judgement:
        """Whether a written number is right.

        Returns:
            "right" if it is the truth rounded, halves either way, to some number of digits that is at least what is
            asked; "coarse" if fewer digits are needed for that, but at least one; else "wrong".
        """
        if not math.isfinite(truth):
            return "wrong"
        if (self.absolute or self.relative) and self._tolerates(number.value, truth):
            return "right"
        if not number.value:
            return "right" if abs(truth) < _NOTHING or self._is_rounded_zero(number, truth) else "wrong"
        if not truth:
            return "wrong"
        if number.decimals is None:
            exact = Fraction(truth)
            return "right" if abs(number.value - exact) <= _EXACT * abs(exact) else "wrong"
        first = -Decimal(truth).adjusted()
        if _is_rounding(number.value, truth, max(self._asked(first), number.decimals)):
            return "right"
        # Zeros behind the point are digits, too: 0.40 is no rounding of 0.393 to one digit.
        claimed = max(number.decimals, number.places) if number.places else number.decimals
        return "coarse" if _is_rounding(number.value, truth, max(first, claimed)) else "wrong"

    def shown(self, truth: float) -> str:
        """The truth as it should be written: rounded to what is asked, whole numbers exactly.

        What is shown would be judged right. A number that is not finite is shown as "nan", "inf" or "-inf".
        """
        if not math.isfinite(truth):
            return str(truth)
        if abs(truth) < _NOTHING:
            return "0"
        value = Decimal(repr(truth))
        if abs(truth) < 10.0**_LARGEST_PLAIN and abs(truth - round(truth)) <= abs(truth) / _SLACK_SHARE:
            return str(round(truth))
        first = -value.adjusted()
        asked = self._asked(first)
        if -first >= _LARGEST_PLAIN or (self.decimals is None and asked > _MOST_PLAIN_DECIMALS):
            short = _rounded(value, asked) if self.decimals is None else value
            return f"{short:e}".replace("e+", "e")
        rounded = _rounded(value, max(asked, 0))
        if self.decimals is None and rounded.adjusted() > value.adjusted():
            rounded = _rounded(value, max(asked - 1, 0))  # 0.0996 is 0.10: no digit is added by rounding up
        if not rounded:
            rounded = _rounded(value, max(asked, _ZERO_PLACES))  # a bare 0 would say that nothing is there
        return f"{rounded or abs(rounded):f}"

    def _asked(self, first: int) -> int:
        """The decimals that are asked of a truth whose first digit is the decimal `first`."""
        if self.decimals is not None:
            return self.decimals
        return first + (_DEFAULT_DIGITS if self.digits is None else self.digits) - 1

    def _tolerates(self, value: Fraction, truth: float) -> bool:
        exact = Fraction(truth)
        distance = abs(value - exact)
        return distance <= self.absolute or (bool(truth) and distance / abs(exact) <= self.relative)

    def _is_rounded_zero(self, number: Number, truth: float) -> bool:
        needed = _ZERO_PLACES if self.decimals is None else max(_ZERO_PLACES, self.decimals)
        return number.places >= needed and _is_rounding(number.value, truth, number.places)


def _is_rounding(value: Fraction, truth: float, decimals: int) -> bool:
    """Whether a value that has at most so many decimals is the truth rounded: |v - t| <= 10^-decimals/2 + slack * |t|.

    In whole numbers, both sides multiplied by all denominators: Fractions would look for common factors at each step.
    """
    above, below = truth.as_integer_ratio()
    distance = abs(value.numerator * below - above * value.denominator)
    scale: int = 2 * 10 ** max(decimals, 0)
    half: int = 10 ** max(-decimals, 0) * below * _SLACK_SHARE + abs(above) * scale
    return distance * scale * _SLACK_SHARE <= value.denominator * half


def _rounded(value: Decimal, decimals: int) -> Decimal:
    return value.quantize(Decimal(1).scaleb(-decimals), context=_WIDE)
