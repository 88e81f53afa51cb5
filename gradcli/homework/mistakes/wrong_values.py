"""Wrong values of single gates: another line of arithmetic on the same operands, forward.

Each line is written over the namespace `m`, as the rules are. Beside it may stand a wrong local derivative: a
calculator that is set to degrees gives the wrong sine and the wrong cosine.
"""

# ruff: noqa: ARG005 - every line takes the namespace, needed or not

from __future__ import annotations

from dataclasses import dataclass

from gradcli.rules.rule import Local, Rule, Value

SLIP, BASE, DEGREES = "forward-slip", "logarithm-base", "degrees"


@dataclass(frozen=True, slots=True)
class WrongValue:
    """One wrong way to compute a gate.

    Attributes:
        mistake: its id in the catalogue.
        says: what was done, with `{part}` for the part of the formula.
        value: what is computed, over `m` and the operands; None if the value is right.
        local: the local derivatives that go with it, over `m`, the output and the operands; None if they are those
            of the right gate, at the right operands.
    """

    mistake: str
    says: str
    value: Value | None
    local: Local | None = None


_DEGREES = "The angle in {part} is in radians; the calculator was set to degrees."
_ANGLE = "The angle of {part} is in radians; the calculator was set to degrees."
_NATURAL = "In {part} ln was taken for a logarithm to another base: they differ by a constant factor."
_DECIMAL = "In {part} log₁₀ was taken for ln: they differ by a constant factor."
_SLOPE = "The derivative of {part} needs the factor of its base: 1/i is that of ln alone."
_DOUBLE = "In {part} the power was computed as a product: i² is i·i, not 2·i."
_SIGN = "The sign of {part} was lost: check its minus."
_SUM = "In {part} one number was taken with the wrong sign: check the sum."
_DIFFERENCE = "In {part} one number was taken with the wrong sign: check the difference."
_TURNED = "In {part} the two numbers were exchanged: a − b is not b − a."
_EXPONENT = "The sign of the exponent in {part} was turned around: σ(i) is 1/(1 + e^(−i))."


_AS_NATURAL = (
    WrongValue(BASE, _NATURAL, lambda m, i: m.ln(i)),
    WrongValue(BASE, _NATURAL, lambda m, i: m.ln(i), lambda m, o, i: (1 / i,)),
)

WRONG_VALUES: dict[str, tuple[WrongValue, ...]] = {
    "sin": (WrongValue(DEGREES, _DEGREES, lambda m, i: m.sind(i), lambda m, o, i: (m.cosd(i),)),),
    "cos": (WrongValue(DEGREES, _DEGREES, lambda m, i: m.cosd(i), lambda m, o, i: (-m.sind(i),)),),
    "tan": (WrongValue(DEGREES, _DEGREES, lambda m, i: m.tand(i), lambda m, o, i: (1 + m.square(m.tand(i)),)),),
    "asin": (WrongValue(DEGREES, _ANGLE, lambda m, i: m.asind(i)),),
    "acos": (WrongValue(DEGREES, _ANGLE, lambda m, i: m.acosd(i)),),
    "atan": (WrongValue(DEGREES, _ANGLE, lambda m, i: m.atand(i)),),
    "ln": (
        WrongValue(BASE, _DECIMAL, lambda m, i: m.log10(i)),
        WrongValue(BASE, _DECIMAL, lambda m, i: m.log10(i), lambda m, o, i: (1 / (i * m.ln(10.0)),)),
    ),
    "log10": _AS_NATURAL,
    "log2": _AS_NATURAL,
    "log_base": (
        WrongValue(BASE, _NATURAL, lambda m, i, b: m.ln(i)),
        WrongValue(BASE, _SLOPE, None, lambda m, o, i, b: (1 / i, -o / (b * m.ln(b)))),
    ),
    "sigmoid": (WrongValue(SLIP, _EXPONENT, lambda m, i: m.sigmoid(-i), lambda m, o, i: (o * (1 - o),)),),
    "square": (
        WrongValue(SLIP, _DOUBLE, lambda m, i: 2 * i),
        WrongValue(SLIP, _SIGN, lambda m, i: m.where(i < 0, -i * i, i * i)),
    ),
    "cube": (
        WrongValue(SLIP, "In {part} the power was computed as a product: i³ is i·i·i, not 3·i.", lambda m, i: 3 * i),
        WrongValue(SLIP, _SIGN, lambda m, i: m.abs(m.cube(i))),
    ),
    "pow": (
        WrongValue(SLIP, "In {part} base and exponent were multiplied: a power is no product.", lambda m, i, n: n * i),
    ),
    "neg": (WrongValue(SLIP, _SIGN, lambda m, i: i),),
    "add": (
        WrongValue(SLIP, _SUM, lambda m, i, j: i - j),
        WrongValue(SLIP, _SUM, lambda m, i, j: j - i),
    ),
    "sub": (
        WrongValue(SLIP, _DIFFERENCE, lambda m, i, j: i + j),
        WrongValue(SLIP, _TURNED, lambda m, i, j: j - i),
    ),
    "mul": (WrongValue(SLIP, "The sign of the product {part} is wrong: count the minus signs.",
                       lambda m, i, j: -(i * j)),),
    "recip": (WrongValue(SLIP, "In {part} the reciprocal was not taken: it is 1/i, not i.", lambda m, i: i),),
    "sqrt": (WrongValue(SLIP, "In {part} the root was not taken.", lambda m, i: i),),
    "relu": (
        WrongValue(SLIP, "ReLU of a negative number is 0: check {part}.", lambda m, i: i),
        WrongValue(SLIP, "ReLU leaves a positive number as it is: check {part}.", lambda m, i: 0 * i),
    ),
    "max": (WrongValue(SLIP, "In {part} the smaller number was taken; max is the largest.", lambda m, *i: m.min(*i)),),
    "min": (WrongValue(SLIP, "In {part} the larger number was taken; min is the smallest.", lambda m, *i: m.max(*i)),),
}  # fmt: skip
"""By the name of a rule the ways in which its value is got wrong."""


def wrong_gate(right: Rule, wrong: WrongValue) -> Rule:
    """The gate that computes as a student did, forward and backward; at its derivatives it uses its own output."""
    return Rule(right.name, right.sign, wrong.value or right.value, wrong.local or right.local, right.family,
                right.arity, right.variadic)  # fmt: skip
