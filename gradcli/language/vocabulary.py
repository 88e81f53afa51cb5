"""What the language asks about operations: it knows none of them itself."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol


class Vocabulary(Protocol):
    """The functions that a formula may call."""

    def knows(self, name: str) -> bool:
        """Whether `name` is a function, under whatever alias."""

    def applies(self, name: str) -> bool:
        """Whether `name` may stand without brackets before one factor (`sin x`)."""

    def resolve(self, name: str, count: int) -> str | None:
        """The operation that `name` means with `count` operands, or None if it takes another number of them."""

    def counts(self, name: str) -> str:
        """How many operands the function takes, in words ("1 operand", "2 or more operands")."""

    def names(self) -> Iterable[str]:
        """All names of functions, for suggestions."""
