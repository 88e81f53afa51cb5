"""The point that stands in the header of a sheet: `x=-2, y=5, W=[[1, 2], [3, 4]]`."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING

from gradcli.language import GradcliError

if TYPE_CHECKING:
    from lark import Lark

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
            raise _fault(text, start, start + len(part), "expected NAME=VALUE", "write the point as x=-2, y=5")
        if name in found or len(found) >= MOST_NAMES:
            raise _fault(text, start, start + len(part), f"'{name}' stands twice", "keep one of them")
        found[name] = value
    return found


def _parts(text: str) -> Iterator[tuple[int, str]]:
    """What stands between commas and semicolons outside of brackets, with its offset."""
    from lark.exceptions import UnexpectedInput

    try:
        parts = list(_parser().parse(text).find_data("part"))
    except UnexpectedInput:
        raise _fault(text, 0, len(text), "the point cannot be read", "close each bracket: W=[[1, 2], [3, 4]]") from None
    for part in sorted(parts, key=lambda tree: tree.meta.start_pos):
        start = part.meta.start_pos
        yield start, text[start : part.meta.end_pos].strip()


@cache
def _parser() -> Lark:
    from gradcli.language.grammar import load

    return load("homework.lark", start="point", lexer="contextual", propagate_positions=True)


def _fault(text: str, start: int, end: int, message: str, hint: str) -> GradcliError:
    return GradcliError("bad-answer", message, text=text, start=start, end=end, hint=hint)
