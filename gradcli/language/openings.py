"""Brackets and bars: what a `[` means at its place, and which bar opens or closes."""

from __future__ import annotations

from collections.abc import Iterator

from lark import Token

from gradcli.language.habits import METHODS
from gradcli.language.levels import Level
from gradcli.language.refusals import quoted
from gradcli.language.stage import POWERS, Stage, retyped

_OF_ARGUMENTS = ("call", "array", "tuple")
_HEADS = ("DEFINED", "TARGET")
_SQUARE = str.maketrans("()", "[]")
_BEFORE_ARGUMENTS = ("LPAR", "LSQB", "METHOD", "ARRAY", "TUPLE", "COMMA", "EQUAL")


class Openings(Stage):
    """The part of the resolver that knows brackets and bars."""

    def _open(self, index: int, token: Token, level: Level) -> Iterator[Token]:
        if index - 1 == self._called or self._header.kinds.get(index - 1) in _HEADS:
            self._levels.append(Level("call", index))
            yield token
        elif token.type == "LPAR" and level.within in _OF_ARGUMENTS and self._is_tuple(index, level):
            self._levels.append(Level("tuple", index))
            yield retyped(token, "TUPLE")
        elif token.type == "LPAR":
            yield from self._juxtapose(index, token, level)
            self._levels.append(Level("bracket", index))
            yield token
        elif level.operand:
            self._check_index(index, token, level)
            self._levels.append(Level("index", index))
            yield retyped(token, "INDEX")
        else:
            self._levels.append(Level("vector", index))
            yield retyped(token, "VECTOR")

    def _is_tuple(self, index: int, level: Level) -> bool:
        """Whether the bracket at `index` is an argument that Python would make a tuple of."""
        begins = self._last is not None and self._last.type in _BEFORE_ARGUMENTS
        return begins and not level.operand and self._tokens.is_tuple(index)

    def tuple_as_vector(self) -> str | None:
        """What stands in the innermost round brackets, as a vector; None if they are those of a function, or none."""
        opened = -1
        for level in reversed(self._levels):
            if level.within != "bracket" or self._tokens.type(level.opened) != "LPAR":
                break
            if any(self._tokens.type(index) == "COMMA" for index in self._tokens.inside(level.opened)):
                opened = level.opened
        if opened < 0:
            return None
        first, last = opened + 1, self._tokens.partner[opened] - 1
        while last > first and self._tokens.type(last) in ("COMMA", "NEWLINE"):
            last -= 1
        inner = " ".join(self._tokens.between(first, last).split())
        if not any(character.isalpha() for character in inner):  # of numbers alone: these brackets call nothing
            inner = inner.translate(_SQUARE)
        return f"[{quoted(inner)}]"

    def _method(self, index: int, token: Token, level: Level) -> Iterator[Token]:
        """The dot and the name of `x.exp(`, up to the bracket."""
        if token.type == "METHOD" and token[1:-1] not in METHODS and not self.scope.vocabulary.knows(token[1:-1]):
            raise self._habits.method(token)
        level.end_operand("full")
        self._levels.append(Level("call" if token.type == "METHOD" else "bracket", index))
        yield token

    def _check_index(self, index: int, token: Token, level: Level) -> None:
        """Refuse a `[` behind an operand that cannot be, or need not be, its index."""
        touches = self._touches(token)
        if level.within == "vector" and not touches:
            raise self._vectors.entries(level.opened, index)
        last = self._last
        if last is not None and self._has_no_entries(index, last):
            raise self._vectors.number_indexed(index)
        if not touches:
            raise self._vectors.index_or_product(index)
        powered = level.bare == "bracket" and self._tokens.type(level.function + 1) in POWERS
        if powered or self._tokens.is_at(index - 1, "ⁿ"):
            raise self._vectors.power_indexed(index)

    def _has_no_entries(self, index: int, last: Token) -> bool:
        if last.type in ("NUMBER", "CONSTANT"):
            return True
        if self._tokens.type(index - 1) != "NAME":
            return False
        return self.scope.counter(self._tokens[index - 1]) is not None or (
            last.type == "VARIABLE" and self.scope.is_number(last)
        )

    def _is_indicator(self, index: int) -> bool:
        """Whether the number at `index` is the 1 of `1[f > 0]`, which is 1 where the comparison holds."""
        tokens = self._tokens
        if tokens.type(index + 1) != "LSQB" or not tokens.is_at(index, "1") or not tokens.touch(index, index + 1):
            return False
        return any(tokens.type(place) == "COMPARE" for place in tokens.inside(index + 1))

    def _indicator(self, index: int, token: Token, level: Level) -> Iterator[Token]:
        yield from self._juxtapose(index, token, level)
        self._called = index
        if level.bare == "begun":
            level.bare = "full"
        yield retyped(token, "INDICATOR")

    def _bar(self, index: int, token: Token, level: Level) -> Iterator[Token]:
        kind = "ABS" if token.type == "BAR" else "NORM"
        if level.within != "bar":
            yield from self._juxtapose(index, token, level)
            self._levels.append(Level("bar", index))
            yield retyped(token, kind + "_OPEN")
            return
        opened = self._tokens[level.opened]
        if not level.operand and self._habits.is_or(level.opened):
            raise self._habits.joined(level.opened)
        if opened.type != token.type or not level.operand:
            raise self._refuse.nested_bars(opened, token)
        self._tokens.opener[index] = level.opened
        self._levels.pop()
        self._levels[-1].end_operand("bracket")
        yield retyped(token, kind + "_CLOSE")
