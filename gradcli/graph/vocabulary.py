"""The rules as the language sees them: names that can be called, and with how many operands."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from gradcli.language.names import canonical, greek_letter, is_greek
from gradcli.rules.rule import Rule
from gradcli.rules.table import FUNCTION_NAMES, lookup

_BARE_FAMILIES = {"exponential", "trigonometric", "hyperbolic"}
_BARE_OTHERS = {"sqrt", "cbrt", "relu", "erf", "softplus"}


class RuleVocabulary:
    """All rules of the table, under all their names."""

    def knows(self, name: str) -> bool:
        """Whether `name` is a function, under whatever alias."""
        return _rule(name) is not None

    def applies(self, name: str) -> bool:
        """Whether `name` may stand without brackets before one factor; names of Greek letters are variables there."""
        rule = _rule(name)
        if rule is None or rule.arity != 1 or is_greek(canonical(name)):
            return False
        return rule.family in _BARE_FAMILIES or rule.name in _BARE_OTHERS

    def resolve(self, name: str, count: int) -> str | None:
        """The rule that `name` means with `count` operands, or None if it takes another number of them."""
        rule = _rule(name, count)
        return rule.name if rule is not None and rule.takes(count) else None

    def counts(self, name: str) -> str:
        """How many operands the function takes, in words."""
        rule = _rule(name)
        if rule is None:
            return "no operands"
        if rule.variadic:
            return f"{rule.arity} or more operands"
        if rule.defaults:
            return f"{rule.arity} to {rule.arity + len(rule.defaults)} operands"
        return f"{rule.arity} operand{'s' * (rule.arity != 1)}"

    def names(self) -> Iterable[str]:
        """All names of functions, for suggestions."""
        return FUNCTION_NAMES


@lru_cache(maxsize=4096)
def _rule(name: str, count: int | None = None) -> Rule | None:
    key = canonical(name)
    letter = greek_letter(key)
    if letter is None:
        return lookup(name, count) or lookup(key, count)
    # A letter is never the other one of its kind: φ is a density, Φ its distribution, Σ a sum and σ the sigmoid.
    typed = key if name.isascii() and not name.startswith("\\") else letter
    return lookup(typed, count) if typed in FUNCTION_NAMES else None
