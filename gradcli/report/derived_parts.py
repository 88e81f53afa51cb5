"""Parts of expressions: settings and constant arrays as text, and rules that nobody types spelled out."""

from __future__ import annotations

from typing import Any

from gradcli.graph.tape import ArrayGate
from gradcli.passes.symbolic import Derived
from gradcli.report.exporting import lowered
from gradcli.report.numbers import full
from gradcli.rules.table import RULES

MOST_WRITTEN = 100
"""Entries of a constant array up to which it is written out."""


def printable(derived: Derived) -> Derived:
    """The same in rules that can be typed, as far as they can be said in them."""
    names = {name for name in RULES if name != "normpdf"}
    if derived.graph.shapes is not None:
        from gradcli.rules.array_table import ARRAY_RULES  # numbers alone have none

        names |= {*ARRAY_RULES} - {"winners", "center", "onehot", "others"}
    whole = lowered(derived.graph, names | {"block"}, "text")
    new = whole.there
    return Derived(whole.graph, new[derived.value], {by: new[slot] for by, slot in derived.gradient.items()},
                   {pair: new[slot] for pair, slot in derived.hessian.items()})  # fmt: skip


def is_default(gate: ArrayGate, key: str, value: Any) -> bool:
    """Whether a setting has its default, and need not be written."""
    default = dict(gate.rule.settings).get(key)
    return value is default or (isinstance(value, int | float) and value == default)


def setting_text(value: Any) -> str:
    """A setting as it is written: a number, the sizes of a shape, an index."""
    if isinstance(value, float | int) and not isinstance(value, bool):
        return full(float(value))
    if isinstance(value, tuple) and all(isinstance(part, int) for part in value):
        return f"[{', '.join(map(str, value))}]"
    from gradcli.report.array_labels import index_text

    return index_text(value)


def array_text(value: Any) -> str:
    """A constant array: one number for all if they are equal."""
    first = float(value.flat[0])
    if (value == first).all() and value.size > 1:
        sizes = ", ".join(map(str, value.shape))
        return f"zeros({sizes})" if first == 0 else f"ones({sizes})" if first == 1 else f"{full(first)}*ones({sizes})"
    if value.size <= MOST_WRITTEN:
        return _nested(value.tolist())
    from gradcli.report.arrays import constant_text

    return str(constant_text(value))


def _nested(value: Any) -> str:
    """Numbers in brackets within brackets, as deep as an array has axes."""
    return f"[{', '.join(map(_nested, value))}]" if isinstance(value, list) else full(value)
