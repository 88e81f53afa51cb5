"""The heads of loops: `for k in 1..3:`, `for k in range(3):` and `repeat 3:`."""

from __future__ import annotations

from typing import NamedTuple

from gradcli.language.errors import GradcliError
from gradcli.language.names import canonical
from gradcli.language.raw import SIGNS, RawTokens
from gradcli.language.refusals import quoted
from gradcli.language.scope import Scope

_STRANGERS = ("while", "if", "elif", "else", "foreach", "loop")
_JUMPS = ("break", "continue", "pass")
_WORDS = {"for", "repeat", *_STRANGERS, *_JUMPS}
_LONGEST_NUMBER = 9
_EXAMPLE = "write for k in 1..3: ..., or repeat 3: ..."


class Head(NamedTuple):
    """The head of a loop.

    Attributes:
        first: the index of its first token.
        colon: the index of the `:`.
        variable: the canonical name of what counts the turns; None without one.
        turns: what it is in each turn.
    """

    first: int
    colon: int
    variable: str | None
    turns: range


class Heads:
    """Reads the heads of the loops of one formula."""

    def __init__(self, tokens: RawTokens, text: str, scope: Scope) -> None:
        self._tokens = tokens
        self._text = text
        self._scope = scope

    def opens(self, index: int) -> bool:
        """Whether a well-formed head begins at `index`, as far as its words tell."""
        tokens = self._tokens
        if tokens.is_at(index, "for"):
            return tokens.type(index + 1) == "NAME" and tokens.is_at(index + 2, "in") and self.colon(index) >= 0
        return tokens.is_at(index, "repeat") and not tokens.is_at(index + 1, ":") and self.colon(index) >= 0

    def begins(self, index: int, *, inside: bool) -> bool:
        """Whether a head begins at `index`, where a statement begins.

        Raises:
            GradcliError: something that resembles a loop, and is none.
        """
        tokens = self._tokens
        word = tokens[index]
        if word.type != "NAME" or str(word) not in _WORDS:
            return False
        behind = tokens.type(index + 1)
        if word == "for" and behind == "NAME" and tokens.is_at(index + 2, "in"):
            return True
        if self._scope.is_value(word):
            return word == "repeat" and behind == "NUMBER" and tokens.type(index + 2) == "COLON"
        if word in _JUMPS:
            if inside and (behind in ("", "NEWLINE", "SEMICOLON") or tokens.is_at(index + 1, "end")):
                raise self._fault(f"'{word}' is not known here: a loop takes all its turns", index, index,
                                  "let the loop take fewer turns")  # fmt: skip
            return False
        if word == "repeat" and behind == "NUMBER":
            return True
        if self.colon(index) < 0 and not (word == "for" and self._has_range(index)):
            return False
        if word == "repeat":
            return True
        if word == "for":
            raise self._fault("a loop names what counts its turns: for k in 1..3", index,
                              index + (behind == "NAME"), _EXAMPLE)  # fmt: skip
        hint = "write if(x > 0, a, b) for a value that depends on a condition" if "if" in word or word == "else" else (
            _EXAMPLE)  # fmt: skip
        raise self._fault(f"'{word}' begins nothing here", index, index, hint)

    def read(self, index: int) -> Head:
        """The head that begins at `index`.

        Raises:
            GradcliError: it is no head, or its range is empty.
        """
        tokens, variable = self._tokens, None
        if tokens.is_at(index, "repeat"):
            count, colon = self._whole(index + 1)
            turns, written = range(count), index + 1
        else:
            variable = canonical(tokens[index + 1])
            if variable in self._scope.counters:
                raise self._fault(f"'{tokens[index + 1]}' counts the turns of an outer loop already", index + 1,
                                  index + 1, "take another name")  # fmt: skip
            written = index + 3
            turns, colon = self._range(written)
        if tokens.type(colon) != "COLON":
            end = tokens[colon - 1].end_pos or 0
            raise GradcliError("loop", "the head of a loop ends with ':'", text=self._text, start=end, end=end,
                               hint="write ':' here")  # fmt: skip
        if not turns:
            raise self._fault("the loop has no turns", written, colon - 1, "write a range that goes upwards: 1..3, or "
                              "a number from 1 on")  # fmt: skip
        return Head(index, colon, variable, turns)

    def colon(self, index: int) -> int:
        """The index of the first `:` of the statement at `index` that is in no bracket; -1 without one."""
        tokens = self._tokens
        while tokens.type(index) not in ("", "NEWLINE", "SEMICOLON"):
            if tokens.type(index) == "COLON":
                return index
            index = tokens.partner.get(index, index) + 1
        return -1

    def _has_range(self, index: int) -> bool:
        while self._tokens.type(index) not in ("", "NEWLINE", "SEMICOLON"):
            if self._tokens.type(index) == "RANGE":
                return True
            index += 1
        return False

    def _range(self, index: int) -> tuple[range, int]:
        """The range at `index`, and the index behind it."""
        tokens = self._tokens
        if tokens.is_at(index, "range") and tokens.type(index + 1) == "LPAR":
            return self._python_range(index)
        start, behind = self._whole(index)
        if tokens.type(behind) != "RANGE":
            raise self._no_range(behind)
        stop, behind = self._whole(behind + 1)
        return range(start, stop + 1), behind

    def _python_range(self, index: int) -> tuple[range, int]:
        tokens, close = self._tokens, self._tokens.partner[index + 1]
        parts, behind = [], index + 1
        while behind < close:
            part, behind = self._whole(behind + 1)
            parts.append(part)
            if tokens.type(behind) != "COMMA" and behind != close:
                raise self._no_number(behind)
        if len(parts) > 3 or (len(parts) == 3 and parts[2] == 0):
            raise self._fault("range takes a start, a stop and a step that is not 0", index, close,
                              "write range(3), range(1, 4) or range(1, 8, 2)")  # fmt: skip
        return range(*parts), close + 1

    def _whole(self, index: int) -> tuple[int, int]:
        """The whole number at `index`, perhaps as a sum with variables of outer loops, and the index behind it."""
        total, sign = 0, 1
        if self._tokens.type(index) in SIGNS:
            sign = -1 if self._tokens.type(index) == "MINUS" else 1
            index += 1
        while True:
            total += sign * self._one(index)
            index += 1
            if self._tokens.type(index) not in SIGNS:
                return total, index
            sign = -1 if self._tokens.type(index) == "MINUS" else 1
            index += 1

    def _one(self, index: int) -> int:
        tokens = self._tokens
        counter = self._scope.counter(tokens[index]) if tokens.type(index) == "NAME" else None
        if counter is not None:
            return counter
        if tokens.type(index) != "NUMBER" or not (tokens[index].isascii() and tokens[index].isdigit()):
            raise self._no_number(index)
        if len(tokens[index]) > _LONGEST_NUMBER:
            raise self._fault("this number is too large for a loop", index, index, "let it take fewer turns")
        return int(tokens[index])

    def _no_number(self, index: int) -> GradcliError:
        last = len(self._tokens) - 1
        if self._tokens.type(index) in ("", "NEWLINE", "SEMICOLON"):
            end = self._tokens[min(index, last + 1) - 1].end_pos or 0
            return GradcliError("loop", "here a whole number is missing", text=self._text, start=end, end=end,
                                hint=_EXAMPLE)  # fmt: skip
        return self._fault(f"a loop counts whole numbers, and here stands '{quoted(self._tokens[index])}'", index,
                           index, "write the number itself: for k in 1..3: ...")  # fmt: skip

    def _no_range(self, index: int) -> GradcliError:
        last = len(self._tokens) - 1
        end = self._tokens[index - 1].end_pos or 0 if index > last else self._tokens[index].start_pos or 0
        return GradcliError("loop", "a range has two ends: 1..3", text=self._text, start=end, end=end, hint=_EXAMPLE)

    def _fault(self, message: str, first: int, last: int, hint: str) -> GradcliError:
        return GradcliError("loop", message, text=self._text, start=self._tokens[first].start_pos or 0,
                            end=self._tokens[last].end_pos, hint=hint)  # fmt: skip
