"""The catalogue of mistakes: for each one its name, what it is called, and how common it is."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Entry:
    """One kind of mistake.

    Attributes:
        number: its place in the catalogue, from 1.
        id: its stable name, in records and statistics.
        title: what a table of mistakes calls it.
        common: how common it is among students, from 1 (rare) to 5; the commoner one is named first.
    """

    number: int
    id: str
    title: str
    common: int


OWN = "own"
"""The id of a mistake that the instructor describes; `own:1` is the first one of a problem."""

ENTRIES: tuple[Entry, ...] = (
    Entry(1, "branch-forgotten", "a branch forgotten", 5),
    Entry(2, "branch-overwritten", "only one branch kept", 4),
    Entry(3, "branches-not-added", "branches not added", 2),
    Entry(4, "upstream-omitted", "local derivative without upstream", 5),
    Entry(5, "local-omitted", "upstream passed on unchanged", 5),
    Entry(6, "added-not-multiplied", "upstream and local added", 2),
    Entry(7, "factor-lost", "a factor of the path lost", 4),
    Entry(8, "sign", "sign", 5),
    Entry(9, "product-not-switched", "inputs of a product not switched", 5),
    Entry(10, "denominator-not-squared", "denominator not squared", 4),
    Entry(11, "reciprocal-sign", "1/i without its minus", 4),
    Entry(12, "quotient-turned", "quotient turned around", 3),
    Entry(13, "sigmoid-derivative", "derivative of σ", 4),
    Entry(14, "tanh-derivative", "derivative of tanh", 4),
    Entry(15, "outer-at-wrong-value", "outer derivative at the wrong value", 3),
    Entry(16, "inner-omitted", "inner derivative omitted", 4),
    Entry(17, "power-rule", "power rule", 4),
    Entry(18, "exp-derivative", "derivative of exp", 3),
    Entry(19, "logarithm-base", "ln and log₁₀ confused", 2),
    Entry(20, "degrees", "degrees for radians", 2),
    Entry(21, "relu-gate", "relu passed or blocked wrongly", 4),
    Entry(22, "max-route", "max to the wrong input", 3),
    Entry(23, "jacobian-transposed", "Jacobian transposed", 4),
    Entry(24, "outer-product", "outer product transposed", 4),
    Entry(25, "softmax-jacobian", "Jacobian of softmax", 4),
    Entry(26, "mean-factor", "1/n of a mean or a sum", 3),
    Entry(27, "loss-factor", "factor 2 or ½ of the loss", 4),
    Entry(28, "seed", "start of the backward pass not 1", 2),
    Entry(29, "updated-weights", "updated weights used", 1),
    Entry(30, "exchanged", "answers exchanged", 3),
    Entry(31, "rounded-on-the-way", "rounded on the way", 3),
    Entry(32, "written-down", "digits or decimal point", 3),
    Entry(33, "product-of-derivatives", "(fg)′ as f′g′", 2),
    Entry(34, "forward-slip", "forward slip", 3),
)

BY_ID: dict[str, Entry] = {entry.id: entry for entry in ENTRIES}


def title(mistake: str) -> str:
    """What a table calls a mistake, given its id; an instructor's own has none but its id."""
    entry = BY_ID.get(mistake)
    return mistake if entry is None else entry.title


def commonness(mistake: str) -> int:
    """How common a mistake is; those that an instructor describes come before all of the catalogue."""
    entry = BY_ID.get(mistake)
    return 6 if entry is None else entry.common
