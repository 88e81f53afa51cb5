"""The signs of gates on vectors and matrices, with their settings: `sum(·, axis=0)`, `·[:, 0]`, `[·, ·, 1]`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from gradcli.graph.tape import ArrayGate
from gradcli.report.numbers import constant

_MOST_LISTED = 4
"""Entries of a vector that are put together which its label lists."""


def array_sign(gate: ArrayGate, operands: Sequence[str]) -> str:
    """The sign of a gate with texts in the places of its operands."""
    if gate.name == "index":
        return operands[0] + index_text(gate.settings["key"])
    if gate.name == "dot":
        return f"{operands[0]} · {operands[1]}"
    settings = _settings(gate)
    if gate.name == "stack" and not settings:
        listed = operands if len(operands) <= _MOST_LISTED else [*operands[: _MOST_LISTED - 1], "…"]
        return f"[{', '.join(listed)}]"
    name, bracket, _ = gate.sign.partition("(")
    if gate.name == "stack":
        name, bracket = "stack", "("
    if not bracket or not name.strip("‖") or "|" in name:
        sign = gate.sign
        for text in operands:
            sign = sign.replace("·", "\0" if text == "·" else text, 1)
        sign = sign.replace("\0", "·")
        return f"{sign} ({', '.join(settings)})" if settings else sign
    listed = operands if len(operands) <= 2 * _MOST_LISTED else [*operands[:_MOST_LISTED], "…"]
    return f"{name}({', '.join([*listed, *settings])})"


def index_text(key: Sequence[Any]) -> str:
    """An index as it is written: `[0]`, `[:, 0]`, `[1:3]`."""
    return f"[{', '.join(map(_part, key))}]"


def _part(at: Any) -> str:
    if isinstance(at, int):
        return _written(at)
    ends = ["" if x is None else _written(x) for x in at]
    return ":".join(ends if ends[2] else ends[:2])


def _settings(gate: ArrayGate) -> list[str]:
    """The settings that are not the defaults; the sizes of a shape stand by themselves."""
    defaults = dict(gate.rule.settings)
    found = []
    for name, value in gate.given:
        if name == "shape":
            found += [_written(size) for size in value]
        elif name == "key":
            found.append(index_text(value))
        elif value is not None and value != defaults[name]:
            found.append(f"{name}={_written(value)}")
    return found


def _written(value: Any) -> str:
    return constant(float(value)) if isinstance(value, int | float) else str(value)
