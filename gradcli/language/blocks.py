"""Blocks: nodes whose function is not given, only their value and their local derivatives at the point.

`block c(b1, b2) = 4 with d/db1 = 2, ∂c/∂b2 = -1` is an assignment. Its operands are names, so that each of them has
one derivative; what stands behind `=` are numbers.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from lark import Token

from gradcli.language.errors import GradcliError
from gradcli.language.growth import Piece
from gradcli.language.names import canonical, displayed
from gradcli.language.raw import RawTokens
from gradcli.language.refusals import quoted
from gradcli.language.suggest import did_you_mean, nearest

EXAMPLE = "block c(a, b) = 4 with d/da = 2, d/db = -1"

_D = "d"

_BEGINNINGS = {"block": "bad-block", "gate": "bad-definition"}
"""Words before the name in the head of a statement, and the error of one that is written wrongly."""

_WITH = "with"

_NO_WITH = f"the word '{_WITH}' is missing before the derivatives"


class Operand(NamedTuple):
    """What a block depends on: a name, and its place in the syntax tree."""

    name: Token
    piece: Piece


class Slope(NamedTuple):
    """A stated derivative: of what (None in `d/db`), by what, and the number."""

    of: Token | None
    by: Token
    number: Piece


class Blocks:
    """Finds blocks among the raw tokens of one formula."""

    def __init__(self, tokens: RawTokens, text: str) -> None:
        self._tokens = tokens
        self._text = text

    def begins(self, first: int, *, is_value: bool) -> bool:
        """Whether a block begins at `first`, where a statement begins.

        Args:
            first: the index of the token.
            is_value: whether `block` is the name of a variable, so that `block c(x)` is a product.

        Raises:
            GradcliError: one was meant and has no operands, or no value; or its word has a slip, as in `blok c(x) = 4`.
        """
        tokens = self._tokens
        if tokens.type(first) != "NAME" or tokens.type(first + 1) != "NAME":
            return False
        bracketed = tokens.type(first + 2) == "LPAR"
        close = tokens.partner[first + 2] if bracketed else first + 1
        defines = bracketed and tokens.type(close + 1) == "EQUAL"
        if not tokens.is_at(first, "block"):
            if defines:
                self._check_word(first)
            return False
        if defines:
            return True
        if is_value:
            return False
        if bracketed:
            raise self._error("bad-block", "a block states its value, and here is none", first, close)
        raise self._error("bad-block", "a block names in brackets what it depends on", first, first + 1)

    def _check_word(self, first: int) -> None:
        """Refuse a slip before the name of `blok c(x) = 4`: two words before brackets and `=` are nothing else."""
        word = str(self._tokens[first])
        near = nearest(word, _BEGINNINGS) if word not in _BEGINNINGS else []
        if near:
            raise self._error(_BEGINNINGS[near[0]], f"'{quoted(word)}' begins no statement", first, first,
                              did_you_mean(near) or "")  # fmt: skip

    def head(self, first: int) -> dict[int, str]:
        """The terminals of the names in the head of the block at `first`, by the index of their token.

        Raises:
            GradcliError: what stands in its brackets are no names.
        """
        tokens = self._tokens
        close = tokens.partner[first + 2]
        inside = [index for index in range(first + 3, close) if tokens.type(index) != "NEWLINE"]
        if not inside:
            raise self._error("bad-block", "a block depends on something: a value alone is no block", first, close,
                              f"write {_shown(tokens[first + 1])} = 4 for a number")  # fmt: skip
        for place, index in enumerate(inside):
            if tokens.type(index) != ("COMMA" if place % 2 else "NAME"):
                raise self._error("bad-block", "the operands of a block are names, separated by commas", index, index,
                                  f"name what it depends on in a statement before: q = x + y; block "
                                  f"{_shown(tokens[first + 1])}(q) = ...")  # fmt: skip
        return {first: "BLOCK", first + 1: "TARGET", **dict.fromkeys(inside[::2], "OPERAND")}

    def derivative(self, before: int, *, stated: bool = True) -> dict[int, str]:
        """The terminals of `d/db1 =` or `∂c/∂b1 =`, by the index of their token; "D NAMED" is a token of both.

        Args:
            before: the index of the `with` or of the comma before it.
            stated: whether there has been a `with`.

        Raises:
            GradcliError: something else stands there.
        """
        tokens = self._tokens
        if not stated:
            raise self._error("bad-block", _NO_WITH, before, before)
        index = before + 1
        while tokens.type(index) == "NEWLINE":
            index += 1
        begin = min(index, len(tokens) - 1)
        kinds: dict[int, str] = {}
        line = self._changed(index, kinds)
        behind = self._changed(line + 1, kinds)
        whole = line > index and "NAMED" in kinds.get(behind - 1, "")
        if not whole or tokens.type(line) != "DIVIDE" or tokens.type(behind) != "EQUAL":
            raise self._error("bad-block", "a derivative of a block is written d/db = 2 or ∂c/∂b = 2", begin, begin)
        return {**kinds, line: "DIVIDE", behind: "EQUAL"}

    def without_with(self, first: int, index: int) -> GradcliError:
        """The error for a derivative at `index` behind a value that no `with` follows: perhaps a slip of it.

        Args:
            first: the index of the `=` of the block.
            index: that of the sign that only a derivative has there, its `=` or `∂`.
        """
        tokens = self._tokens
        for place in range(first + 1, index):
            word = str(tokens[place])
            if tokens.type(place) == "NAME" and nearest(word, [_WITH]):
                return self._error("bad-block", f"'{quoted(word)}' is no word of a block", place, place,
                                   did_you_mean([_WITH]) or "")  # fmt: skip
        return self._error("bad-block", _NO_WITH, index, index)

    def _changed(self, index: int, kinds: dict[int, str]) -> int:
        """Note what `d`, `∂`, `dc`, `∂c` at `index` are; the index behind it."""
        tokens = self._tokens
        if tokens.type(index) == "PARTIAL" or tokens.is_at(index, _D):
            kinds[index] = "D"
            if tokens.type(index + 1) == "NAME":
                kinds[index + 1] = "NAMED"
                index += 1
        elif tokens.type(index) == "NAME" and tokens[index].startswith(_D):
            kinds[index] = "D NAMED"
        return index + 1 if index in kinds else index

    def _error(self, code: str, message: str, first: int, last: int, hint: str = f"write {EXAMPLE}") -> GradcliError:
        return GradcliError(code, message, text=self._text, start=self._tokens[first].start_pos or 0,
                            end=self._tokens[last].end_pos, hint=hint)  # fmt: skip


# --- the derivatives of one block -------------------------------------------------------------------------------------


def in_order(text: str, name: Token, operands: Sequence[Operand], slopes: Sequence[Slope], end: int) -> list[Piece]:
    """The numbers of the stated derivatives, in the order of the operands.

    Args:
        text: the formula.
        name: of the block.
        operands: what it depends on.
        slopes: as they were stated.
        end: where the block ends.

    Raises:
        GradcliError: an operand stands there twice, or has no derivative or two, or there is a derivative by or of
            something else.
    """
    whole = _shown(name)

    def error(code: str, message: str, first: Token, hint: str, until: int | None = None) -> GradcliError:
        start = first.start_pos or 0
        return GradcliError(code, message, text=text, start=start, end=until or first.end_pos, hint=hint)

    places: dict[str, int] = {}
    for place, operand in enumerate(operands):
        if places.setdefault(canonical(operand.name), place) != place:
            raise error("bad-block", f"'{_shown(operand.name)}' stands here twice, and has one derivative",
                        operand.name, "name each operand once")  # fmt: skip
    found: dict[int, Piece] = {}
    for slope in slopes:
        if slope.of is not None and canonical(slope.of) != canonical(name):
            raise error("bad-block", f"this is a derivative of '{_shown(slope.of)}', and the block is '{whole}'",
                        slope.of, f"write d{whole}/d{_shown(slope.by)}")  # fmt: skip
        at = places.get(canonical(slope.by))
        if at is None:
            names = [displayed(operand.name) for operand in operands]
            raise error("bad-block", f"'{_shown(slope.by)}' is no operand of the block '{whole}'", slope.by,
                        did_you_mean(nearest(displayed(slope.by), names))
                        or f"its operands are: {quoted(', '.join(names))}")  # fmt: skip
        if at in found:
            raise error("bad-block", f"the derivative by '{_shown(slope.by)}' is stated twice", slope.by,
                        "keep one of them")  # fmt: skip
        found[at] = slope.number
    missing = [_shown(operand.name) for place, operand in enumerate(operands) if place not in found]
    if missing:
        listed = quoted(", ".join(f"d/d{one} = ..." for one in missing))
        raise error("bad-block", f"the block '{whole}' has no derivative by {quoted(', '.join(missing))}", name,
                    f"add {listed}" if slopes else f"write with {listed} behind its value", end)  # fmt: skip
    return [found[place] for place in range(len(operands))]


def _shown(name: Token) -> str:
    return quoted(displayed(name))
