"""Which names mean something while a formula is being read."""

from __future__ import annotations

from collections.abc import Collection
from functools import lru_cache

from gradcli.language.names import canonical
from gradcli.language.vocabulary import Vocabulary

CONSTANTS = {"pi": "π", "e": "e"}
"""Canonical names of the constants and how they are shown; a bound name wins over them."""

_LONGEST_SPLIT = 120


class Scope:
    """The names of one formula, as far as it has been read.

    Attributes:
        bound: canonical names that have a value from outside; None if that is not known yet.
        strict: whether a name is never split into a product.
        assigned: canonical names the formula assigns, with the place of the latest statement that does.
        functions: canonical names of functions the formula defines, with the place of the statement.
        parameters: canonical names of the parameters of the definition that is being read, with their place.
    """

    def __init__(self, vocabulary: Vocabulary, bound: Collection[str] | None, *, strict: bool) -> None:
        self.vocabulary = vocabulary
        self.bound = None if bound is None else frozenset(map(canonical, bound))
        self.strict = strict
        self.assigned: dict[str, int] = {}
        self.functions: dict[str, int] = {}
        self.parameters: dict[str, int] = {}

    def is_value(self, name: str) -> bool:
        """Whether the name is bound, assigned or a parameter."""
        key = canonical(name)
        return key in self.parameters or key in self.assigned or (self.bound is not None and key in self.bound)

    def is_constant(self, name: str) -> bool:
        """Whether the name is a constant that nothing hides."""
        return canonical(name) in CONSTANTS and not self.is_value(name)

    def is_function(self, name: str) -> bool:
        """Whether the name can be called."""
        return canonical(name) in self.functions or self.vocabulary.knows(name)

    def readings(self, name: str) -> list[list[str]]:
        """The ways, at most three, in which a name is a product of two or more known names and constants."""
        if self.bound is None or self.strict or len(name) > _LONGEST_SPLIT:
            return []

        @lru_cache(maxsize=None)
        def ways(start: int) -> list[list[str]]:
            if start == len(name):
                return [[]]
            found: list[list[str]] = []
            for end in range(start + 1, len(name) + 1):
                piece = name[start:end]
                if piece[0] in "_′" or not (self.is_value(piece) or self.is_constant(piece)):
                    continue
                found += [[piece, *rest] for rest in ways(end)]
                if len(found) >= 3:
                    break
            return found[:3]

        # Longer names first in the list, shorter stacks: filled from the end, so that nothing recurses deeply.
        for start in range(len(name) - 1, 0, -1):
            ways(start)
        return [way for way in ways(0) if len(way) > 1]

    def known_values(self) -> list[str]:
        """All names that have a value, for suggestions."""
        return [*self.parameters, *self.assigned, *sorted(self.bound or ())]
