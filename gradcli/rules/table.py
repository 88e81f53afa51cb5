"""The table of all operations, and the names they are found by."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gradcli.rules.activation import ACTIVATION
from gradcli.rules.algebra import ALGEBRA
from gradcli.rules.auxiliary import AUXILIARY
from gradcli.rules.binary import BINARY, tie_convention
from gradcli.rules.comparison import COMPARISON
from gradcli.rules.exponential import EXPONENTIAL
from gradcli.rules.hyperbolic import HYPERBOLIC
from gradcli.rules.losses import LOSSES
from gradcli.rules.special import SPECIAL
from gradcli.rules.trigonometric import TRIGONOMETRIC

if TYPE_CHECKING:
    from gradcli.rules.rule import Rule

__all__ = ["FUNCTION_NAMES", "RULES", "lookup", "tie_convention"]

RULES: dict[str, Rule] = {
    rule.name: rule
    for family in (
        ALGEBRA,
        EXPONENTIAL,
        TRIGONOMETRIC,
        HYPERBOLIC,
        SPECIAL,
        ACTIVATION,
        BINARY,
        LOSSES,
        COMPARISON,
        AUXILIARY,
    )
    for rule in family
}
"""Every operation by its name, in the order of the chapters."""

_EXACT: dict[str, list[Rule]] = {}
for _rule in RULES.values():
    if _rule.listed:
        for _name in (_rule.name, *_rule.aliases):
            _EXACT.setdefault(_name, []).append(_rule)

# Only Latin letters: Σ is a sum and no other way to write σ.
_FOLDED: dict[str, list[str]] = {}
for _name in _EXACT:
    if _name.isascii():
        _FOLDED.setdefault(_name.casefold(), []).append(_name)

FUNCTION_NAMES: dict[str, Rule] = {name: rules[0] for name, rules in _EXACT.items()}
"""Every name that can be typed, with the operation it means unless the number of operands says otherwise."""


def lookup(name: str, count: int | None = None) -> Rule | None:
    """Finds the operation a name stands for.

    Names are read as written first; where that finds nothing, without regard to case, if only one operation
    answers to it then.

    Args:
        name: a name or an alias.
        count: the number of operands, which tells `log(x)` from `log(x, base)`.

    Returns:
        The operation, or None where no operation has the name. It need not take `count` operands.
    """
    rules = _EXACT.get(name)
    if rules is None:
        alike = _FOLDED.get(name.casefold(), []) if name.isascii() else []
        if len({FUNCTION_NAMES[other].name for other in alike}) != 1:
            return None
        rules = _EXACT[alike[0]]
    if count is not None:
        for rule in rules:
            if rule.takes(count):
                return rule
    return rules[0]
