"""The two shorthands in which the table is written: a chapter's rules, and where a rule is undefined."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gradcli.rules.array_rule import ArrayRule, Structure, Vjp
from gradcli.rules.rule import Domain, Local, Rule, Value

if TYPE_CHECKING:
    from collections.abc import Callable

    from gradcli.rules.shape import Shape


def chapter(family: str) -> Callable[..., Rule]:
    """Returns a constructor for the rules of one family, whose sign is `name(·, ·)` unless another is given."""

    def rule(name: str, value: Value, local: Local, *, sign: str | None = None, arity: int = 1, **more: Any) -> Rule:
        dots = ["·"] * arity
        if more.get("variadic"):
            dots = ["·", "…"]
        return Rule(name, sign or f"{name}({', '.join(dots)})", value, local, family, arity, **more)

    return rule


def array_chapter(family: str) -> Callable[..., ArrayRule]:
    """Returns a constructor for the array rules of one family; as `chapter`."""

    def rule(
        name: str, shape: Callable[..., Shape], value: Value, vjp: Vjp, structure: Callable[..., Structure], *,
        sign: str | None = None, arity: int = 1, **more: Any,
    ) -> ArrayRule:  # fmt: skip
        dots = ["·"] * arity
        if more.get("variadic"):
            dots = ["·", "…"]
        sign = sign or f"{name}({', '.join(dots)})"
        return ArrayRule(name, sign, shape, value, vjp, family, structure, arity, **more)

    return rule


def undefined(text: str, *cases: tuple[Callable[..., bool], str | Callable[..., str]]) -> Domain:
    """States a domain by what lies outside.

    Args:
        text: the condition that holds inside, as it is printed.
        *cases: pairs of a test on the operands and the reason to give, text or a function of the operands.

    Returns:
        The domain whose fault is the reason of the first case that holds.
    """

    def fault(*operands: float) -> str | None:
        for holds, reason in cases:
            if holds(*operands):
                return reason if isinstance(reason, str) else reason(*operands)
        return None

    return Domain(text, fault)


def written(number: float) -> str:
    """A number inside a sentence: short, with a minus sign and not a hyphen."""
    return f"{number:g}".replace("-", "−")
