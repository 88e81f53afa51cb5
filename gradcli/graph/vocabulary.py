"""The rules as the language sees them: names that can be called, and with how many operands."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from gradcli.language.names import canonical, greek_letter, is_greek
from gradcli.rules.array_rule import ArrayRule
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
        rule = _rule(name, on_arrays=False)
        if not isinstance(rule, Rule) or rule.arity != 1 or is_greek(canonical(name)):
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
        more = len(rule.defaults if isinstance(rule, Rule) else rule.settings)
        if more:
            return f"{rule.arity} to {rule.arity + more} operands"
        return f"{rule.arity} operand{'s' * (rule.arity != 1)}"

    def names(self) -> Iterable[str]:
        """All names of functions, for suggestions."""
        from gradcli.rules.array_table import ARRAY_NAMES

        return [*FUNCTION_NAMES, *ARRAY_NAMES]


@lru_cache(maxsize=4096)
def _rule(name: str, count: int | None = None, *, on_arrays: bool = True) -> Rule | ArrayRule | None:
    key = canonical(name)
    letter = greek_letter(key)
    if letter is None:
        return _of_name(name, count, on_arrays=on_arrays) or _of_name(key, count, on_arrays=on_arrays)
    # A letter is never the other one of its kind: φ is a density, Φ its distribution, Σ a sum and σ the sigmoid.
    return _of_name(key if name.isascii() and not name.startswith("\\") else letter, count, exactly=True,
                    on_arrays=on_arrays)  # fmt: skip


def _of_name(name: str, count: int | None, *, exactly: bool = False, on_arrays: bool = True) -> Rule | ArrayRule | None:
    """The rule of that name; max(x) is that of the entries of x, max(a, b) that of two numbers."""
    on_numbers = FUNCTION_NAMES.get(name) and lookup(name, count) if exactly else lookup(name, count)
    alone = count == 1 and on_numbers is not None and on_numbers.variadic
    fits = on_numbers is not None and (count is None or on_numbers.takes(count)) and not alone
    if fits or not on_arrays:
        return on_numbers
    from gradcli.rules.array_table import ARRAY_NAMES, array_lookup  # formulas of numbers need none of it

    return (ARRAY_NAMES.get(name) if exactly else array_lookup(name)) or on_numbers
