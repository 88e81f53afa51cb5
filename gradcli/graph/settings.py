"""Settings of array rules: the axis of a sum, the sizes of a shape; known before anything is computed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from gradcli.language.suggest import did_you_mean, nearest
from gradcli.rules.array_rule import ArrayRule
from gradcli.rules.shape import Mismatch

if TYPE_CHECKING:
    from gradcli.graph.builder import Builder


def settle(
    builder: Builder, rule: ArrayRule, operands: tuple[int, ...], given: Mapping[str, Any]
) -> tuple[tuple[int, ...], dict[str, Any]]:
    """Tell the operands of a call from its settings.

    Args:
        builder: knows which slots are constants.
        rule: what is called.
        operands: the slots of the positional arguments.
        given: settings by name; a slot, or a value that is known already.

    Returns:
        The slots of the operands, and all settings.

    Raises:
        Mismatch: a setting is unknown, missing, or no whole number that is known by now.
    """
    names = [name for name, _ in rule.settings]
    known = rule.given_settings()
    known.update(_named(builder, rule, names, given))
    if not rule.variadic:
        operands, surplus = operands[: rule.arity], operands[rule.arity :]
        if surplus and rule.takes_sizes:
            known["shape"] = _sizes(builder, surplus)
        elif surplus and rule.by_name:
            raise Mismatch(
                f"the second argument of {rule.name} can be read in two ways",
                f"write norm1(x), norminf(x) or normp(x, 3) for another norm, {rule.name}(x, axis=1) for an axis",
            )
        elif surplus:
            known.update({name: _number(builder, slot) for name, slot in zip(names, surplus, strict=False)})
    missing = [name for name in names if name not in known]
    if missing:
        raise Mismatch(f"{rule.name} needs its {missing[0]}", f"write {rule.name}(..., {missing[0]}=...)")
    return operands, known


def _named(builder: Builder, rule: ArrayRule, names: list[str], given: Mapping[str, Any]) -> dict[str, Any]:
    found = {}
    for name, value in given.items():
        key = "axis" if name == "dim" and "axis" in names else name
        if key not in names:
            listed = ", ".join(names) or "none"
            raise Mismatch(f"{rule.name} has no setting '{name}'",
                           did_you_mean(nearest(name, names)) or f"its settings are: {listed}")  # fmt: skip
        if not isinstance(value, _Slot):
            found[key] = value
        else:
            found[key] = _sizes(builder, (value,)) if key == "shape" else _number(builder, value)
    return found


class _Slot(int):
    """A slot among values: what a keyword was given in the formula."""


def slot_of_setting(slot: int) -> int:
    """Mark the slot of a keyword's value, to tell it from a value that is known already."""
    return _Slot(slot)


def _sizes(builder: Builder, slots: tuple[int, ...]) -> tuple[int, ...]:
    if len(slots) == 1 and len(builder.shapes[slots[0]]) == 1:
        listed = builder.constants.get(slots[0])
        if listed is None:
            raise Mismatch("sizes must be whole numbers that are known before anything is computed")
        return tuple(whole(float(size), "a size") for size in listed)
    return tuple(int(_number(builder, slot)) for slot in slots)


def _number(builder: Builder, slot: int) -> float | int:
    value = None if builder.shapes[slot] else builder.constants.get(slot)
    if value is None:
        raise Mismatch(
            "a setting must be a number that is known before anything is computed", "write the number itself"
        )
    return int(value) if float(value).is_integer() else float(value)


def whole(value: float, what: str) -> int:
    """A whole number.

    Raises:
        Mismatch: it is none.
    """
    if not value.is_integer():
        raise Mismatch(f"{what} must be a whole number, not {value:g}")
    return int(value)
