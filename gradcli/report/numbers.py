"""Numbers as they are shown.

The lecture's style has three decimals from 1 upwards and three significant digits below, without trailing zeros:
4.982, 49.982, 0.0177, −0.00199.
"""

from __future__ import annotations

import math
from collections.abc import Callable

NumberStyle = Callable[[float], str]

_LARGE = 1e15
_SMALL = 1e-5


def lecture(x: float) -> str:
    """A number in the style of the lecture."""
    return _shown(x, ".3f" if abs(x) >= 1 else ".3g", ".4g")


def full(x: float) -> str:
    """A number with every digit that is needed to read it back unchanged."""
    if not math.isfinite(x):
        return _special(x)
    text = repr(x)
    return minus(text[:-2] if text.endswith(".0") else text)


def significant(digits: int) -> NumberStyle:
    """The style with that many significant digits."""
    return lambda x: _shown(x, f".{digits}g", f".{digits}g")


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
    math.pi: "π", math.log(2): "ln(2)", math.log(10): "ln(10)", 2 / math.sqrt(math.pi): "2/√π",
    math.sqrt(math.pi) / 2: "√π/2", math.pi / 180: "π/180", 180 / math.pi: "180/π", math.sqrt(2 * math.pi): "√(2π)",
    math.sqrt(2 / math.pi): "√(2/π)",
}  # fmt: skip


def well_known(x: float) -> str:
    """A constant inside a derivative: by its name (π, ln 2) if it has one."""
    if abs(x) in _WELL_KNOWN:
        name = _WELL_KNOWN[abs(x)]
        name = f"({name})" if "/" in name else name
        return name if x > 0 else "−" + name
    return constant(x)


def minus(text: str) -> str:
    """The text with a minus sign in place of the hyphen."""
    return text.replace("-", "−")


def _shown(x: float, ordinary: str, extreme: str) -> str:
    if not math.isfinite(x):
        return _special(x)
    if x == 0:
        return "0"
    if _SMALL <= abs(x) < _LARGE:
        text = format(x, ordinary)
        if "e" in text:  # .3g turns to powers of ten where the digits asked for end before the point
            text = format(float(text), ".0f")
        if "." in text:
            text = text.rstrip("0").rstrip(".")
        return minus(text)
    mantissa, _, exponent = format(x, extreme).partition("e")
    if not exponent:
        return minus(mantissa)
    if "." in mantissa:
        mantissa = mantissa.rstrip("0").rstrip(".")
    return minus(f"{mantissa}e{int(exponent)}")


def _special(x: float) -> str:
    return "NaN" if math.isnan(x) else "∞" if x > 0 else "−∞"
