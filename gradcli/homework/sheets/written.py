"""Numbers and arrays of numbers as students write them: the text is kept, because the written digits decide."""

from __future__ import annotations

import math
import threading
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import TYPE_CHECKING

from gradcli.homework.limits import DEEPEST, LONGEST_WRITTEN, MOST_ENTRIES
from gradcli.language import GradcliError

if TYPE_CHECKING:
    from gradcli.homework.sheets.number_reductions import NumberReductions

_LONGEST_KEPT = 40
"""Characters up to which a text is remembered: most numbers of a class are the same few."""


@dataclass(frozen=True, slots=True)
class Number:
    """A number as it was written.

    Attributes:
        text: as typed.
        value: exactly what was typed.
        decimals: the least number of decimals that hold the value (`0.50` has 1, `1200` has -2, `0` has 0); None for
            a fraction `p/q`, which is exact and never a rounding.
        places: decimals as they were written (`0.00` has 2, `0` has 0, `2e-2` has 2).
    """

    text: str
    value: Fraction
    decimals: int | None
    places: int

    @property
    def nearest(self) -> float:
        """The nearest number in double precision; an infinity beyond its end."""
        try:
            return float(self.value)
        except OverflowError:
            return math.inf if self.value > 0 else -math.inf


@dataclass(frozen=True, slots=True)
class Written:
    """What stands on the right-hand side of an answer.

    Attributes:
        text: as typed.
        shape: the sizes; () for a single number or a blank.
        entries: the numbers row by row; None for one that was left blank.
    """

    text: str
    shape: tuple[int, ...]
    entries: tuple[Number | None, ...]


def read_written(text: str) -> Written:
    """Read a number (`-4`, `0,5`, `1/3`, `2·10⁻²`), an array (`[1, 2]`, `[[1, 2], [3, 4]]`, `[1; 2]`), or a blank.

    Blank is what is empty, `?`, `…`, `_` or a minus sign alone.

    Raises:
        GradcliError: it is none of these, an array is ragged, or something is too large; the error points into `text`.
    """
    return _kept(text) if len(text) <= _LONGEST_KEPT else _read(text)


def _read(text: str) -> Written:
    _refuse_large(text)
    found = _parse(text)
    if found is None or isinstance(found, Number):
        return Written(text, (), (found,))
    return Written(text, found.shape, tuple(found.entries))


_kept = lru_cache(maxsize=4096)(_read)


@dataclass(slots=True)
class Array:
    """An array while it is read: its sizes, and its numbers row by row."""

    shape: tuple[int, ...]
    entries: list[Number | None]


def _refuse_large(text: str) -> None:
    """Sizes are looked at before anything is parsed."""
    if len(text) > LONGEST_WRITTEN:
        raise GradcliError("bad-number", f"an answer has at most {LONGEST_WRITTEN:,} characters", text=text[:100],
                           end=100, hint="write fewer digits")  # fmt: skip
    if text.count(",") + text.count(";") >= MOST_ENTRIES:
        raise GradcliError("bad-number", f"an array has at most {MOST_ENTRIES:,} numbers", text=text, end=len(text),
                           hint="write the array that is asked for")  # fmt: skip
    if text.count("[") <= DEEPEST:
        return
    depth = 0
    for offset, character in enumerate(text):
        depth += (character == "[") - (character == "]")
        if depth > DEEPEST:
            raise GradcliError("bad-number", f"an array has at most {DEEPEST} brackets within brackets", text=text,
                               start=offset, end=offset + 1, hint="write [1, 2] or [[1, 2], [3, 4]]")  # fmt: skip


class _Reader:
    """A parser with the reductions that it calls; they hold the text that is being read."""

    def __init__(self) -> None:
        from gradcli.homework.sheets.number_reductions import NumberReductions
        from gradcli.language.grammar import load

        self.reductions: NumberReductions = NumberReductions(_parse)
        self.lark = load("homework.lark", start="written", lexer="contextual", transformer=self.reductions)


_readers = threading.local()
"""One reader a thread, built at its first number."""


def _parse(text: str) -> Number | Array | None:
    """What the grammar makes of a text; it may be called while another text is being read."""
    from lark.exceptions import UnexpectedInput

    if not hasattr(_readers, "reader"):
        _readers.reader = _Reader()
    reader: _Reader = _readers.reader
    outer, reader.reductions.text = reader.reductions.text, text
    try:
        found: Number | Array | None = reader.lark.parse(text)  # type: ignore[assignment]
        return found
    except UnexpectedInput as error:
        from gradcli.homework.sheets.number_faults import unreadable
        from gradcli.homework.sheets.positions import offset_of

        raise unreadable(text, offset_of(error, text)) from None
    finally:
        reader.reductions.text = outer
