"""Names become what they mean: a variable, a function, a constant, or a product of several of them."""

from __future__ import annotations

from collections.abc import Iterator

from lark import Token

from gradcli.language.characters import command_hint, unknown_character
from gradcli.language.errors import GradcliError
from gradcli.language.habits import SUMS, WORDS
from gradcli.language.headers import QUOTES
from gradcli.language.levels import Level
from gradcli.language.names import command, displayed, foreign_letter, is_letter_command
from gradcli.language.raw import OPERANDS, SIGNS
from gradcli.language.stage import POWERS, Stage, retyped

_TRUTHS = {"True": "1", "False": "0"}
_CALLS = ("COMMA", "LPAR", "LSQB", "METHOD")


class Naming(Stage):
    """The part of the resolver that knows names."""

    def _is_prime(self, index: int, token: Token) -> bool:
        """Whether a quote behind a name is its prime: before `=` and `~`, and where y′ has a value and y has none."""
        if not self._tokens.is_at(index + 1, *QUOTES):
            return False
        primed = self.scope.is_value(f"{token}′") and not self.scope.is_value(token)
        head = self._header
        return primed or head.declared == index or (index in head.kinds and head.equals == index + 2)

    def _in_this_turn(self, index: int, token: Token) -> Token:
        """The name with its index counted (h_2 for h_k), if it is in a loop."""
        if not self.scope.counters and not token.rstrip("′″").endswith("}"):
            return token
        name = self._loops.named(index, token)
        return token if name is None else retyped(token, "NAME", name)

    def _check_letters(self, index: int, token: Token) -> None:
        offset = foreign_letter(token)
        if offset is not None and not (token in SUMS and index not in self._header.kinds):
            raise unknown_character(self.text, (token.start_pos or 0) + offset)
        word = command(token)
        if word is None or is_letter_command(word):
            return
        # There is a function frac, but \frac is a fraction: what LaTeX means by a word comes first.
        if command_hint(word) is not None or not self.scope.vocabulary.knows(token):
            raise self._refuse.latex_command(token, word)

    def _name(self, index: int, token: Token, level: Level) -> Iterator[Token]:
        if token in WORDS and (fault := self._habits.word(index, token, level)) is not None:
            raise fault
        behind = self._tokens.type(index + 1)
        if behind == "EQUAL" and level.within == "call" and self._last is not None and self._last.type in _CALLS:
            self._keyword = index + 1
            yield retyped(token, "KEYWORD")
            return
        if token in _TRUTHS and self._keyword == index - 1 and not self.scope.is_value(token):
            level.end_operand("number")
            yield retyped(token, "NUMBER", _TRUTHS[token])
            return
        kind = self._called_kind(index, token) if behind in ("LPAR", "LSQB") else self._plain_kind(index, token)
        if kind == "APPLIED" and self._tokens.type(index - 1) == "SQRT":
            raise self._root_of(index - 1)
        yield from self._juxtapose(index, token, level, kind)
        if kind == "SPLIT":
            yield from self._split(index, token, level)
            return
        if kind == "APPLIED":
            level.bare = "power" if self._tokens.type(index + 1) in POWERS else "begun"
            level.function, level.argument = index, index + 1
        elif kind == "FUNCTION":
            if token in SUMS and (fault := self._habits.summed_and_more(index, token)) is not None:
                raise fault
            self._called = index
            if level.bare == "begun":
                level.bare = "full"
        else:
            level.end_operand("full")
        yield from self._leaf(token, kind)

    def _leaf(self, token: Token, kind: str) -> Iterator[Token]:
        """A name as tokens of the grammar; the variable of a loop is a number."""
        count = self.scope.counter(token) if kind == "VARIABLE" else None
        if count is None:
            yield retyped(token, kind)
        elif count >= 0:
            yield retyped(token, "NUMBER", str(count))
        else:  # in brackets, as a negative number would be written: k^2 is (−1)^2
            yield retyped(token, "LPAR", "(")
            yield retyped(token, "MINUS", "-")
            yield retyped(token, "NUMBER", str(-count))
            yield retyped(token, "RPAR", ")")

    def _called_kind(self, index: int, token: Token) -> str:
        """What a name means directly before a bracket."""
        scope = self.scope
        value, function = scope.is_value(token), scope.is_function(token)
        if value and function:
            raise self._refuse.call_or_product(token)
        if function:
            return "FUNCTION"
        if value:
            return "VARIABLE"
        if scope.is_constant(token):
            return "CONSTANT"
        readings = scope.readings(token)
        if len(readings) == 1 and scope.is_function(readings[0][-1]):
            raise self._refuse.call_or_product(retyped(token, "NAME", readings[0][-1]))
        if readings:
            return "SPLIT"
        if self._tokens.type(index + 1) == "LSQB":
            if scope.bound is None:
                return "VARIABLE"  # of which an entry is picked; nobody knows what has a value
            if self._tokens.selects(index + 1):
                raise self._refuse.no_value(token)
        raise self._refuse.unknown_function(token, self._tokens[index + 1])

    def _plain_kind(self, index: int, token: Token) -> str:
        """What a name means where no bracket follows."""
        scope = self.scope
        if scope.is_value(token):
            return "VARIABLE"
        if scope.is_constant(token):
            return "CONSTANT"
        if scope.vocabulary.applies(token):
            self._check_argument(index, token)
            return "APPLIED"
        if scope.readings(token):
            return "SPLIT"
        if (fault := self._habits.unbound(index, token)) is not None:
            raise fault
        return "VARIABLE"

    def _check_argument(self, index: int, token: Token) -> None:
        """Refuse a function without brackets that has no argument, or a power that is no plain number."""
        tokens, behind = self._tokens, index + 1
        if tokens.type(behind) == "POW":
            inverse = self._minus_one(behind + 1)
            if inverse:
                raise self._refuse.inverse_or_reciprocal(token, tokens[inverse])
            if tokens.type(behind + 1) != "NUMBER":
                raise self._refuse.function_power(token, tokens[tokens.factor_end(behind + 1, self.scope.vocabulary)])
            behind += 2
        elif tokens.type(behind) == "SUPERSCRIPT":
            if tokens[behind] == "⁻¹":
                raise self._refuse.inverse_or_reciprocal(token, tokens[behind])
            if tokens[behind] == "ⁿ":
                raise self._refuse.function_power(token, tokens[behind])
            behind += 1
        if tokens.type(behind) not in (*OPERANDS, "LPAR"):
            signed = tokens.type(behind) in SIGNS and tokens.touch(behind, behind + 1)
            argument = tokens.factor_text(behind, self.scope.vocabulary) if signed else "x"
            raise self._refuse.function_without_argument(token, argument)

    def _minus_one(self, index: int) -> int | None:
        """The index of the last token of `-1` or `(-1)` at `index`; None if something else stands there."""
        inside = index + (self._tokens.type(index) == "LPAR")
        if self._tokens.type(inside) != "MINUS" or not self._tokens.is_at(inside + 1, "1"):
            return None
        if inside == index:
            return inside + 1
        return inside + 2 if self._tokens.type(inside + 2) == "RPAR" else None

    def _split(self, index: int, token: Token, level: Level) -> Iterator[Token]:
        """A name that nobody bound, as the product of names that somebody did."""
        readings = self.scope.readings(token)
        if len(readings) > 1:
            raise self._refuse.ambiguous_name(token, readings)
        pieces = readings[0]
        self.notes[f"read {displayed(token)} as {'·'.join(map(displayed, pieces))}"] = None
        start, end = token.start_pos or 0, token.end_pos or 0
        in_text = end - start == len(token)  # not so for h_k, which is h_10 by now
        if level.bare:
            raise self._two_factors(level, index, start + len(pieces[0]))
        for place, piece in enumerate(pieces):
            if place:
                yield Token("JUXT", "", start_pos=start, end_pos=start)
            kind = "CONSTANT" if self.scope.is_constant(piece) else "VARIABLE"
            leaf = Token(kind, piece, start_pos=start, end_pos=start + len(piece) if in_text else end)
            yield from self._leaf(leaf, kind)
            start += len(piece) if in_text else 0
        level.operand = True

    def _root_of(self, index: int) -> GradcliError:
        """The error for the root at `index`, before something that needs brackets."""
        argument = self._tokens.factor_text(index + 1, self.scope.vocabulary)
        return self._refuse.function_without_argument(self._tokens[index], argument)
