"""What stands before the `=` or `~` of a statement: the name of a value, or a function with its parameters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from gradcli.language.names import canonical
from gradcli.language.raw import RawTokens
from gradcli.language.refusals import Refusals

_OPENING = ("LPAR", "LSQB")

QUOTES = ("'", "’")
"""What a keyboard has for a prime; behind a value it transposes."""


@dataclass(frozen=True, slots=True)
class Header:
    """The head of one statement; a bare expression has an empty one.

    Attributes:
        kinds: terminals of the grammar for the names in the head, by the index of their token.
        equals: the index of the `=`; None without one.
        parameters: canonical names of the parameters of a definition, with their place.
        declared: the index of the name that a declaration gives a shape; None without one.
        block: whether the statement is a block.
    """

    kinds: dict[int, str] = field(default_factory=dict)
    equals: int | None = None
    parameters: dict[str, int] = field(default_factory=dict)
    declared: int | None = None
    block: bool = False


def read_header(tokens: RawTokens, first: int, refuse: Refusals, *, gate_is_value: bool) -> Header:
    """The head of the statement whose first token stands at `first`.

    Args:
        tokens: the raw tokens of the formula.
        first: where the statement begins.
        refuse: makes the errors.
        gate_is_value: whether `gate` is the name of a variable, so that `gate s(x)` is a product.

    Raises:
        GradcliError: the parameters are no names, or one stands there twice, or `gate` defines nothing.
    """
    kind = tokens.type
    name = first
    is_gate = tokens.is_at(first, "gate") and kind(first + 1) == "NAME" and kind(first + 2) in _OPENING
    if is_gate:
        name = first + 1
    if kind(name) != "NAME":
        return Header()
    primed = tokens.is_at(name + 1, *QUOTES)  # y' = ... names y′, because nothing can be assigned to a transpose
    if kind(name + 1 + primed) == "EQUAL":
        return Header({name: "TARGET"}, name + 1 + primed)
    if kind(name + 1 + primed) == "TILDE":
        return Header({name: "DECLARED"}, declared=name)
    close = tokens.partner[name + 1] if kind(name + 1) in _OPENING else -1
    if close >= 0 and kind(close + 1) == "EQUAL":
        if kind(name + 1) == "LSQB" and tokens.selects(name + 1):
            raise refuse.entry_assigned(tokens[name], tokens[close])
        inside = [index for index in range(name + 2, close) if kind(index) != "NEWLINE"]
        kinds = {name: "DEFINED", **dict.fromkeys(inside[::2], "PARAMETER")}
        if is_gate:
            kinds[first] = "GATE"
        return Header(kinds, close + 1, _parameters(tokens, inside, refuse))
    if is_gate and not gate_is_value:
        raise refuse.gate_without_definition(tokens[first], tokens[close])
    return Header()


def _parameters(tokens: RawTokens, inside: Sequence[int], refuse: Refusals) -> dict[str, int]:
    for place, index in enumerate(inside):
        if tokens[index].type != ("COMMA" if place % 2 else "NAME"):
            raise refuse.not_a_parameter(tokens[index])
    parameters: dict[str, int] = {}
    for index in inside[::2]:
        key = canonical(tokens[index])
        if key in parameters:
            raise refuse.repeated_parameter(tokens[index])
        parameters[key] = len(parameters)
    return parameters
