"""The point that stands in the header of a sheet: `x=-2, y=5, W=[[1, 2], [3, 4]]`."""

from __future__ import annotations

from collections.abc import Iterator

from gradcli.language import GradcliError

MOST_NAMES = 1000
"""Names that a header may bind."""


def read_point(text: str) -> dict[str, str]:
    """Names and the texts of their values, which are constant expressions.

    Raises:
        GradcliError: a part gives no name its value, or a name stands twice; the error points into `text`.
    """
    found: dict[str, str] = {}
    for start, part in _parts(text):
        name, equals, value = part.partition("=")
        name, value = name.strip(), value.strip()
        if not equals or not name or not value:
            raise GradcliError("bad-answer", "expected NAME=VALUE", text=text, start=start, end=start + len(part),
                               hint="write the point as x=-2, y=5")  # fmt: skip
        if name in found or len(found) >= MOST_NAMES:
            raise GradcliError("bad-answer", f"'{name}' stands twice", text=text, start=start, end=start + len(part),
                               hint="keep one of them")  # fmt: skip
        found[name] = value
    return found


def _parts(text: str) -> Iterator[tuple[int, str]]:
    """What stands between commas and semicolons outside of brackets, with its offset."""
    depth = begin = 0
    for place, character in enumerate(f"{text},"):
        if character in "([":
            depth += 1
        elif character in ")]":
            depth -= 1
        elif character in ",;" and (depth <= 0 or place == len(text)):
            part = text[begin:place]
            if part.strip():
                yield begin + len(part) - len(part.lstrip()), part.strip()
            begin = place + 1
