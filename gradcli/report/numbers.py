"""Numbers as they are shown.

The lecture's style has three decimals from 1 upwards and three significant digits below, without trailing zeros:
4.982, 49.982, 0.0177, −0.00199.
"""

from __future__ import annotations

import math
from collections.abc import Callable

NumberStyle = Callable[[float], str]

_LARGE, _SMALL = 15, -5
"""Powers of ten from which on, and below which, numbers are written with a power of ten."""


def lecture(x: float) -> str:
    """A number in the style of the lecture."""
    if 1 <= abs(x) < 10**_LARGE:
        return minus(_trimmed(f"{x:.3f}"))
    return _shown(x, 3 if abs(x) < 1 else 4)


def full(x: float) -> str:
    """A number with every digit that is needed to read it back unchanged."""
    if not math.isfinite(x):
        return _special(x)
    mantissa, _, power = repr(x).partition("e")
    return minus(mantissa.removesuffix(".0") + (f"e{int(power)}" if power else ""))


def significant(digits: int) -> NumberStyle:
    """The style with that many significant digits."""
    return lambda x: _shown(x, digits)


def style(name: str) -> NumberStyle:
    """The style called "lecture", "full", or by a number of digits.

    Raises:
        ValueError: there is no such style.
    """
    if name == "lecture":
        return lecture
    if name == "full":
        return full
    if not (name.isascii() and name.isdigit()) or not 1 <= int(name) <= 17:
        raise ValueError(name)
    return significant(int(name))


def constant(x: float) -> str:
    """A constant inside a label or a formula: all its digits while they are few."""
    text = full(x)
    return text if len(text) <= 8 else significant(4)(x)


_WELL_KNOWN = {
    **{math.log(n): f"ln({n})" for n in range(2, 11)}, 1 / 3: "1/3", 2 / 3: "2/3", 1 / 6: "1/6", math.sqrt(2): "√2",
    math.pi: "π", math.pi / 2: "π/2", math.pi / 180: "π/180", 180 / math.pi: "180/π", 2 / math.sqrt(math.pi): "2/√π",
    math.sqrt(math.pi) / 2: "√π/2", math.sqrt(2 * math.pi): "√(2π)", math.sqrt(2 / math.pi): "√(2/π)",
}  # fmt: skip


def well_known(x: float) -> str:
    """A constant inside a derivative: by its name (π, ln(2), √π/2) if it has one."""
    name = _WELL_KNOWN.get(abs(x))
    if name is None:
        return constant(x)
    return name if x > 0 else "−" + name


def minus(text: str) -> str:
    """The text with a minus sign in place of the hyphen."""
    return text.replace("-", "−")


def _shown(x: float, digits: int) -> str:
    """A number with that many significant digits, without trailing zeros."""
    if not math.isfinite(x):
        return _special(x)
    if x == 0:
        return "0"
    mantissa, _, power = f"{x:.{digits - 1}e}".partition("e")
    exponent = int(power)
    if not _SMALL <= exponent < _LARGE:
        return minus(f"{_trimmed(mantissa)}e{exponent}")
    decimals = digits - 1 - exponent
    return minus(_trimmed(f"{x:.{decimals}f}" if decimals >= 0 else f"{float(mantissa + 'e' + power):.0f}"))


def _trimmed(text: str) -> str:
    return text.rstrip("0").rstrip(".") if "." in text else text


def _special(x: float) -> str:
    return "NaN" if math.isnan(x) else "∞" if x > 0 else "−∞"
