"""Whether a written number is the number that a mistake gives, and whether it is enough to go by."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

from gradcli.homework.marking.carrying import flat
from gradcli.homework.marking.fitting import fitted
from gradcli.homework.sheets.exactness import Exactness
from gradcli.homework.sheets.written import Number, Written

_TWO_DIGITS = Exactness(digits=2)
"""How exactly a wrong number must be written: two digits, and all digits that were written must be right."""

_NEAR = 0.03
"""The share of a predicted number by which one that was carried on through roundings may differ from it."""


def is_number(entry: Number, predicted: float) -> bool:
    """Whether a written number is a predicted one, rounded; zeros that were written at its end count as digits."""
    return _TWO_DIGITS.judge(_sharp(entry), predicted) == "right"


def _sharp(entry: Number) -> Number:
    if entry.decimals is None or entry.places <= max(entry.decimals, 0):
        return entry
    return replace(entry, decimals=entry.places)


def entries_of(written: Written, like: Any) -> Sequence[Number | None] | None:
    """The entries of a written number or array in the order of a predicted one; None where shapes do not fit."""
    if not getattr(like, "shape", ()):
        return written.entries if len(written.entries) == 1 else None
    return fitted(written, like)


def matches(written: Written, predicted: Any) -> bool:
    """Whether all entries that were written are the predicted ones."""
    entries = entries_of(written, predicted)
    if entries is None or all(entry is None for entry in entries):
        return False
    return all(e is None or is_number(e, p) for e, p in zip(entries, flat(predicted), strict=True))


def contradicts(written: Written, predicted: Any, truth: Any) -> bool:
    """Whether an answer speaks against a mistake that would have made another number of it.

    Numbers that follow from others may be off by roundings on the way; such a one speaks against nothing.
    """
    entries = entries_of(written, predicted)
    if entries is None:
        return True
    for entry, p, t in zip(entries, flat(predicted), flat(truth), strict=True):
        if entry is None or is_number(entry, p):
            continue
        if is_number(entry, t) or abs(entry.nearest - p) > _NEAR * abs(p):
            return True
    return False


def wrong_entries(written: Written, truth: Any) -> Iterator[Number]:
    """The entries that are not the truth."""
    entries = entries_of(written, truth)
    for entry, t in zip(entries, flat(truth), strict=True) if entries is not None else ():
        if entry is not None and not is_number(entry, t):
            yield entry


def is_telling(entry: Number) -> bool:
    """Whether a number has two digits and is neither 0 nor ±1, so that it does not come about in too many ways."""
    return abs(entry.value) not in (0, 1) and (entry.decimals is None or digits(entry) >= 2)


def digits(entry: Number) -> int:
    """How many significant digits were written."""
    if entry.decimals is None:
        return 17
    mantissa = re.split("[eE·*×]", entry.text, maxsplit=1)[0]
    return len("".join(c for c in mantissa if c.isdigit()).lstrip("0"))


def written_decimals(entry: Number) -> int:
    """The decimals of the last digit that was written: 2 of 0.50, −1 of 1.99e3; of a zero or a fraction its places."""
    if entry.decimals is None or not entry.value:
        return entry.places
    whole = abs(int(entry.value * Fraction(10) ** entry.decimals))
    return entry.decimals + digits(entry) - len(str(whole))


def window(entry: Number) -> tuple[float, float]:
    """The interval in which a number must lie that a written one may be a rounding of."""
    value = entry.nearest
    sharp = _sharp(entry).decimals
    half = (
        1e-8 * abs(value)
        if sharp is None
        else 0.500001 * (10.0**-sharp if sharp > -300 else math.inf) + 1e-11 * abs(value)
    )
    return value - half, value + half
