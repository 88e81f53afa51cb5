"""Which names mean something while a formula is being read."""

from __future__ import annotations

import re
from collections.abc import Collection

from gradcli.language.names import canonical
from gradcli.language.vocabulary import Vocabulary

CONSTANTS = {"pi": "π", "e": "e"}
"""Canonical names of the constants and how they are shown; a bound name wins over them."""

_LONGEST_SPLIT = 120
_NAMES = re.compile(r"[^\W\d_][\w′″]*")
_MOST_READINGS = 3


class Scope:
    """The names of one formula, as far as it has been read.

    Attributes:
        bound: canonical names that have a value from outside; None if that is not known yet.
        strict: whether a name is never split into a product.
        assigned: canonical names the formula assigns, with the place of the latest statement that does.
        functions: canonical names of functions the formula defines, with the place of the statement.
        parameters: canonical names of the parameters of the definition that is being read, with their place.
        arrays: canonical names that are known to be vectors or matrices; empty if nothing is known of shapes.
        declared: canonical names of the inputs that the formula declares.
        counters: canonical names of the variables of the loops that are being read, with their values.
    """

    def __init__(self, vocabulary: Vocabulary, bound: Collection[str] | None, *, strict: bool,
                 arrays: Collection[str] = ()) -> None:  # fmt: skip
        self.vocabulary = vocabulary
        self.bound = None if bound is None else frozenset(map(canonical, bound))
        self.strict = strict
        self.assigned: dict[str, int] = {}
        self.functions: dict[str, int] = {}
        self.parameters: dict[str, int] = {}
        self.arrays = set(map(canonical, arrays))
        self._shapes_known = bool(self.arrays)
        self.declared: set[str] = set()
        self.counters: dict[str, int] = {}

    def is_value(self, name: str) -> bool:
        """Whether the name is bound, declared, assigned, a parameter or the variable of a loop."""
        key = canonical(name)
        if key in self.parameters or key in self.assigned or key in self.declared or key in self.counters:
            return True
        return self.bound is not None and key in self.bound

    def is_number(self, name: str) -> bool:
        """Whether the name is known to have a value without entries."""
        key = canonical(name)
        if key in self.parameters or key in self.assigned or key in self.arrays:
            return False
        return key in self.declared or (self._shapes_known and self.bound is not None and key in self.bound)

    def counter(self, name: str) -> int | None:
        """The number that the name is in this turn of a loop; None if it is no variable of a loop."""
        key = canonical(name) if self.counters else ""
        return None if key in self.parameters else self.counters.get(key)

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
        # ways[start]: how the rest of the name from there on can be split; filled from the end.
        ways: list[list[list[str]]] = [[] for _ in name] + [[[]]]
        for start in range(len(name) - 1, -1, -1):
            if not (name[start].isalpha() or name[start] == "\\"):
                continue  # an index, a prime, an accent or a `}` belongs to the letter before it
            for end in range(start + 1, len(name) + 1):
                if ways[end] and self._is_known(name[start:end]):
                    ways[start] += [[name[start:end], *rest] for rest in ways[end]]
            del ways[start][_MOST_READINGS:]
        return [way for way in ways[0] if len(way) > 1]

    def _is_known(self, piece: str) -> bool:
        return self.is_value(piece) or self.is_constant(piece)

    def times(self, text: str) -> str:
        """The sign for a product of what `text` names: `·` if one of them is known to be a vector or a matrix."""
        if not self.arrays:
            return "*"
        for name in _NAMES.findall(text):
            parts = [name, *(part for way in self.readings(name) for part in way)]
            if not self.arrays.isdisjoint(map(canonical, parts)):
                return "·"
        return "*"

    def known_values(self) -> list[str]:
        """All names that have a value, for suggestions."""
        return [*self.parameters, *self.assigned, *sorted({*(self.bound or ()), *self.declared})]
