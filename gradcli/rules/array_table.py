"""The table of all operations on arrays, and the names they are found by."""

from __future__ import annotations

from gradcli.rules.array_losses import ARRAY_LOSSES
from gradcli.rules.array_rule import ArrayRule
from gradcli.rules.linear_algebra import LINEAR_ALGEBRA
from gradcli.rules.norms import NORMS
from gradcli.rules.reductions import REDUCTIONS
from gradcli.rules.sequences import SEQUENCES
from gradcli.rules.shaping import SHAPING
from gradcli.rules.softmax import SOFTMAX
from gradcli.rules.spectra import SPECTRA
from gradcli.rules.square_matrices import SQUARE_MATRICES

FAMILIES: tuple[tuple[ArrayRule, ...], ...] = (
    REDUCTIONS,
    NORMS,
    SEQUENCES,
    SHAPING,
    LINEAR_ALGEBRA,
    SQUARE_MATRICES,
    SPECTRA,
    SOFTMAX,
    ARRAY_LOSSES,
)

ARRAY_RULES: dict[str, ArrayRule] = {rule.name: rule for family in FAMILIES for rule in family}
"""Every operation on arrays by its name, in the order of the chapters."""

ARRAY_NAMES: dict[str, ArrayRule] = {
    name: rule for rule in ARRAY_RULES.values() if rule.listed for name in (rule.name, *rule.aliases)
}
"""Every name that can be typed, with the operation it means."""

_FOLDED: dict[str, ArrayRule] = {name.casefold(): rule for name, rule in ARRAY_NAMES.items() if name.isascii()}


def array_lookup(name: str) -> ArrayRule | None:
    """The operation on arrays that a name stands for, as written or without regard to case; None without one."""
    return ARRAY_NAMES.get(name) or (_FOLDED.get(name.casefold()) if name.isascii() else None)
