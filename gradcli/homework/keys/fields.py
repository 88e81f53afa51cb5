"""A table of a key, read field by field: every value is checked, and every refusal underlines its line."""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gradcli.homework.keys.places import place_of
from gradcli.language import GradcliError
from gradcli.language.suggest import did_you_mean, nearest

_LONGEST_QUOTE = 40
_BARE = re.compile("[A-Za-z0-9_-]+")


class WrittenFloat(float):
    """A decimal number that remembers how it was written: printed numbers are compared by their digits."""

    __slots__ = ("text",)
    text: str

    def __new__(cls, text: str) -> WrittenFloat:
        """The number that `text` is."""
        number = super().__new__(cls, text)
        number.text = text.replace("_", "")
        return number


def as_written(value: str | float) -> str:
    """The text of a number or a string of the key."""
    return value.text if isinstance(value, WrittenFloat) else str(value)


def is_number(value: object) -> bool:
    """Whether a value of the key is a finite number; true and false are none, although Python counts them in."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    try:
        return math.isfinite(float(value))
    except OverflowError:  # a whole number of hundreds of digits
        return False


@dataclass(frozen=True, slots=True)
class Fields:
    """One table.

    Attributes:
        text: the TOML.
        where: the name of the file.
        problem: the problem that the table belongs to, counted from 0, or None.
        path: the table within the problem or the key, as `key_places.place_of` wants it.
        values: the table.
    """

    text: str
    where: str
    problem: int | None
    path: tuple[str | int, ...]
    values: Mapping[str, Any]

    def refusal(self, message: str, hint: str, *names: str | int) -> GradcliError:
        """The error that underlines a field, or the table's own line."""
        start, end = place_of(self.text, self.problem, *self.path, *names)
        return GradcliError("bad-key", f"{self.where}: {message}", text=self.text, start=start, end=end, hint=hint)

    def refuse_unknown(self, known: Collection[str], what: str) -> None:
        """Refuse fields that do not exist.

        Raises:
            GradcliError: there is one.
        """
        for name in self.values:
            if name not in known:
                hint = did_you_mean(nearest(name, known)) or f"known are: {', '.join(known)}"
                raise self.refusal(f"{what} has no '{quoted(name)}'", hint, name)

    def string(self, name: str, hint: str) -> str | None:
        """A text that is not empty, or None where the field is missing."""
        value = self.values.get(name)
        if value is None or (isinstance(value, str) and value.strip()):
            return value
        raise self.refusal(f"'{name}' is a text between quotes", hint, name)

    def needed_string(self, name: str, hint: str, what: str) -> str:
        """A text that must be there."""
        value = self.string(name, hint)
        if value is None:
            raise self.refusal(f"{what} has no '{name}'", hint)
        return value

    def choice(self, name: str, choices: Sequence[str], default: str) -> str:
        """One of a few words."""
        value = self.values.get(name, default)
        if isinstance(value, str) and value in choices:
            return value
        near = did_you_mean(nearest(value, choices)) if isinstance(value, str) else None
        raise self.refusal(f"'{name}' is one of {', '.join(choices)}", near or f'write {name} = "{default}"', name)

    def number(self, name: str, *, most: float = math.inf, above_zero: bool = False) -> float | None:
        """A number from 0 to `most`, or None where the field is missing."""
        value = self.values.get(name)
        if value is None:
            return None
        if is_number(value) and 0 <= value <= most and (value > 0 or not above_zero):
            return float(value)
        bounds = "above 0" if above_zero else "from 0 on" if most == math.inf else f"from 0 to {most:g}"
        raise self.refusal(f"'{name}' is a number {bounds}", f"write {as_key(name)} = {min(most, 1):g}", name)

    def whole(self, name: str, least: int, most: int) -> int | None:
        """A whole number between two bounds, or None where the field is missing."""
        value = self.values.get(name)
        if value is None or (isinstance(value, int) and not isinstance(value, bool) and least <= value <= most):
            return value
        raise self.refusal(f"'{name}' is a whole number from {least} to {most}", f"write {name} = 2", name)

    def truth(self, name: str) -> bool | None:
        """True or false, or None where the field is missing."""
        value = self.values.get(name)
        if value is None or isinstance(value, bool):
            return value
        raise self.refusal(f"'{name}' is true or false", f"write {name} = true", name)

    def table(self, name: str, hint: str) -> Fields:
        """A table within this one; an empty one where the field is missing."""
        value = self.values.get(name, {})
        if not isinstance(value, dict):
            raise self.refusal(f"'{name}' is a table", hint, name)
        return self._inside(value, name)

    def tables(self, name: str, hint: str) -> Iterator[Fields]:
        """The tables of an array of tables; none where the field is missing."""
        value = self.values.get(name, [])
        if not isinstance(value, list):
            raise self.refusal(f"'{name}' is a list of tables", hint, name)
        for index, inner in enumerate(value):
            if not isinstance(inner, dict):
                raise self.refusal(f"'{name}' is a list of tables", hint, name, index)
            # The problems are where `place_of` begins to count.
            if name == "problem" and self.problem is None and not self.path:
                yield Fields(self.text, self.where, index, (), inner)
            else:
                yield self._inside(inner, name, index)

    def _inside(self, values: Mapping[str, Any], *names: str | int) -> Fields:
        return Fields(self.text, self.where, self.problem, (*self.path, *names), values)


def as_key(name: str) -> str:
    """A name as it is written before the = of an entry: between quotes where TOML needs them."""
    shown = quoted(name)
    return shown if _BARE.fullmatch(name) else f'"{shown}"'


def quoted(text: str) -> str:
    """The beginning of a text of the key, for a message."""
    return text if len(text) <= _LONGEST_QUOTE else f"{text[:_LONGEST_QUOTE]}…"
