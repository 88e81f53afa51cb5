"""Names of people, of files and of both: one spelling to compare them by, one order to list them in."""

from __future__ import annotations

import re
import unicodedata

_MOST_WORDS = 8


def squeezed(name: str) -> str:
    """A name as Canvas writes it into names of files: small letters and digits without anything in between."""
    small = unicodedata.normalize("NFC", name).lower()
    return "".join(c for c in small if c.isalnum() or unicodedata.category(c)[0] == "M" or c == "_")


def person(name: str) -> frozenset[str]:
    """The squeezed spellings of a person's name, whichever of its words are the family's: "annavandyke", "vandykeanna".

    Names with a comma state the family's first; the words of other names are turned around at each place.
    """
    words = [word for word in map(squeezed, name.replace(",", " ").split()) if word]
    turned = range(min(len(words), _MOST_WORDS))
    return frozenset("".join(words[place:] + words[:place]) for place in turned)


def natural(name: str) -> tuple[object, ...]:
    """A key that sorts names as people do, hw2 before hw10, and on all machines alike.

    The numbers are compared by length and digits: they may have thousands.
    """
    parts = re.split("([0-9]+)", name)
    keys = [(len(part.lstrip("0")), part.lstrip("0")) if odd % 2 else part.casefold() for odd, part in enumerate(parts)]
    return tuple(keys), name


def encodable(name: str) -> str:
    """A name of a file that can be written in UTF-8: a byte that is none of it is spelled out, with a backslash."""
    return name.encode("utf-8", "backslashreplace").decode()
