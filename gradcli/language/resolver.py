"""Raw tokens become the tokens of the grammar: names are resolved, juxtaposed products become visible.

The resolver stands between lexer and parser and hands over one token at a time, so the parser has already read the
statements before the one that is being resolved. It decides what only the bindings can decide (is `w(` a call or a
product? is `xy` one name or two?) and refuses what has two readings, showing both.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from lark import Token

from gradcli.language.characters import command_hint, unknown_character
from gradcli.language.errors import GradcliError
from gradcli.language.headers import QUOTES, Header, read_header
from gradcli.language.names import command, displayed, foreign_letter, is_letter_command
from gradcli.language.raw import OPERANDS, SIGNS, TRANSPOSES, RawTokens
from gradcli.language.refusals import Refusals
from gradcli.language.scope import Scope

_INFIX = {"PLUS", "TIMES", "DOT", "AT", "DIVIDE", "POW", "EQUAL", "COMMA", "COMPARE"}
_OPERATORS = _INFIX | {"MINUS", "SQRT", "LPAR", "LSQB", "DOT_CALL", "GATE"}
_CONTINUES = _INFIX | {"RPAR", "RSQB", "SUPERSCRIPT"}
_POWERS = ("POW", "SUPERSCRIPT")

_Bare = Literal["power", "begun", "number", "bracket", "full"]


class _Level:
    """What is known about the tokens so far within one pair of brackets or bars.

    Attributes:
        operand: whether an operand has just ended, so that another one would be multiplied with it.
        bar: the index of the bar that opened this level, if it was one.
        bare: where the argument of a function without brackets stands; None outside of one. "power": a power of the
            function comes first. "begun": nothing of the argument has been seen. "number", "bracket": it is so far
            a mere number (sin 2x goes on), or one pair of brackets (sin²(x) y does not). "full": it is complete.
        function: the index of that function's name.
        argument: the index of the first token of its argument.
    """

    __slots__ = ("argument", "bar", "bare", "function", "operand")

    def __init__(self, bar: int | None = None) -> None:
        self.operand = False
        self.bar = bar
        self.bare: _Bare | None = None
        self.function = 0
        self.argument = 0

    def end_operand(self, kind: _Bare) -> None:
        """An operand ends here; `kind` is what it makes of the argument of a function without brackets."""
        self.operand = True
        if self.bare == "begun":
            self.bare = kind

    def end_power(self, index: int) -> None:
        """The power of a function without brackets ends before the token at `index`; its argument comes next."""
        self.operand = False
        self.bare = "begun"
        self.argument = index


class Resolver:
    """The stage between lexer and parser; Lark calls `process`."""

    # Lark drops terminals that no rule mentions, unless they are named here.
    always_accept = ("NAME", "BAR", "NORM", "SEMICOLON", "NEWLINE", "EQUAL_TWICE")

    def begin(self, text: str, scope: Scope) -> None:
        """Get ready for a new formula."""
        self.text = text
        self.scope = scope
        self.notes: dict[str, None] = {}
        self._refuse = Refusals(text, scope)
        self._tokens = RawTokens((), text)
        self._levels = [_Level()]
        self._header = Header()
        self._called: set[int] = set()
        self._passed_over = -1

    def process(self, stream: Iterator[Token]) -> Iterator[Token]:
        """Hand over the tokens of the grammar, one statement after the other."""
        self._tokens = RawTokens(list(stream), self.text)
        last: Token | None = None
        ended = False
        index = 0
        while index < len(self._tokens):
            token = self._tokens[index]
            if token.type in ("NEWLINE", "SEMICOLON"):
                behind = self._tokens.behind_separators(index)
                if last is not None and self._ends_statement(index, behind, last):
                    ended = True
                index = behind
                continue
            if index != self._passed_over:
                if ended and last is not None:
                    yield Token("END", "", start_pos=last.end_pos, end_pos=last.end_pos)
                if ended or last is None:
                    self._start_statement(index)
                    ended = False
                for resolved in self._resolve(index, token):
                    last = resolved
                    yield resolved
            index += 1
        if last is None:
            raise self._refuse.empty()
        if self._levels[-1].bar is not None:
            raise self._refuse.open_bar(self._tokens[self._levels[-1].bar])

    # --- statements -------------------------------------------------------------------------------------------------

    def _ends_statement(self, index: int, behind: int, last: Token) -> bool:
        """Whether separators end a statement; a line break in mid-formula (from a PDF) does not."""
        inside = len(self._levels) > 1
        for place in range(index, behind):
            if self._tokens.type(place) == "SEMICOLON":
                if inside:
                    raise self._refuse.inside_brackets(self._tokens[place])
                return True
        return not inside and last.type not in _OPERATORS and self._tokens.type(behind) not in _CONTINUES

    def _start_statement(self, index: int) -> None:
        self.scope.parameters = {}
        self._levels = [_Level()]
        self._header = read_header(self._tokens, index, self._refuse, gate_is_value=self.scope.is_value("gate"))
        self.scope.parameters = self._header.parameters

    # --- tokens -----------------------------------------------------------------------------------------------------

    def _resolve(self, index: int, token: Token) -> Iterator[Token]:
        """The tokens of the grammar for one raw token."""
        level = self._levels[-1]
        kind = token.type
        if kind == "NAME":
            self._check_letters(token)
        if kind == "NAME" and self._is_prime(index, token):
            token = _as(token, "NAME", f"{token}′")
            self._passed_over = index + 1
        if index in self._header.kinds:
            yield _as(token, self._header.kinds[index])
        elif kind == "NAME":
            yield from self._name(index, token, level)
        elif kind == "NUMBER":
            if level.operand:
                first = self._tokens[self._tokens.operand_start(index - 1)]
                raise self._refuse.missing_operator(first, self._tokens[index - 1], token)
            if level.bare == "power":
                level.end_power(index + 1)
            else:
                level.end_operand("number")
            yield token
        elif kind in ("LPAR", "LSQB"):
            yield from self._open(index, token, level)
        elif kind == "DOT_CALL":
            level.end_operand("full")
            self._levels.append(_Level())
            yield token
        elif kind in ("RPAR", "RSQB"):
            if level.bar is not None:
                raise self._refuse.open_bar(self._tokens[level.bar])
            self._levels.pop()
            self._levels[-1].end_operand("bracket")
            yield token
        elif kind in ("BAR", "NORM"):
            yield from self._bar(index, token, level)
        elif kind == "SUPERSCRIPT":
            yield from self._superscript(index, token, level)
        elif kind == "TRANSPOSE" or (kind == "POW" and self._is_transpose(index)):
            if level.bare in ("number", "bracket"):
                level.bare = "full"
            yield _as(token, "TRANSPOSE")  # ends an operand if the token before it does
        elif kind == "SQRT":
            yield from self._root(index, token, level)
        elif kind == "EQUAL_TWICE":
            raise self._refuse.double_equals(token)
        elif kind == "EQUAL" and index != self._header.equals:
            raise self._refuse.misplaced_equals(token)
        else:
            self._operator(index, token, level)
            yield token

    def _is_prime(self, index: int, token: Token) -> bool:
        """Whether a quote behind a name is its prime: before `=`, and where y′ has a value and y has none."""
        if not self._tokens.is_at(index + 1, *QUOTES):
            return False
        primed = self.scope.is_value(f"{token}′") and not self.scope.is_value(token)
        return primed or (index in self._header.kinds and self._header.equals == index + 2)

    def _check_letters(self, token: Token) -> None:
        offset = foreign_letter(token)
        if offset is not None:
            raise unknown_character(self.text, (token.start_pos or 0) + offset)
        word = command(token)
        if word is None or is_letter_command(word):
            return
        # There is a function frac, but \frac is a fraction: what LaTeX means by a word comes first.
        if command_hint(word) is not None or not self.scope.vocabulary.knows(token):
            raise self._refuse.latex_command(token, word)

    def _operator(self, index: int, token: Token, level: _Level) -> None:
        exponent_sign = token.type in SIGNS and not level.operand
        if token.type == "POW":
            self._check_power(index, token, level)
        elif not exponent_sign:
            level.bare = None
        level.operand = False

    def _check_power(self, index: int, token: Token, level: _Level) -> None:
        """Refuse sin²(x)², and remember that sin 2^3 x has its whole argument."""
        powered = self._tokens.type(level.function + 1) in _POWERS
        if level.bare == "bracket" and powered:
            raise self._refuse.power_twice(self._tokens[level.function], token)
        if level.bare in ("number", "bracket") and level.operand:
            level.bare = "full"
        if self._tokens.type(index - 1) == "SUPERSCRIPT" and token.type == "SUPERSCRIPT":
            raise self._refuse.power_twice(self._tokens[self._tokens.operand_start(index - 1)], token)

    def _superscript(self, index: int, token: Token, level: _Level) -> Iterator[Token]:
        if level.bare == "power":
            level.end_power(index + 1)
        else:
            self._check_power(index, token, level)
        if str(token) == "ⁿ":
            yield _as(token, "POW")
            yield _as(token, "VARIABLE", "n")
        else:
            yield token  # ends an operand if the token before it does

    def _root(self, index: int, token: Token, level: _Level) -> Iterator[Token]:
        yield from self._juxtapose(index, token, level)
        if level.bare == "begun":
            level.bare = "full"  # sin √2 x: the root, and not the number, is the argument
        if self._tokens.type(index + 1) in SIGNS:
            raise self._root_of(index)
        yield token

    def _is_transpose(self, index: int) -> bool:
        """Whether `^` begins `^T` with a T that is no variable; its T is then passed over."""
        signs = TRANSPOSES[1:] if self.scope.is_value("T") else TRANSPOSES
        if not self._tokens.is_at(index + 1, *signs):
            return False
        self._passed_over = index + 1
        return True

    def _juxtapose(self, index: int, token: Token, level: _Level, kind: str = "") -> Iterator[Token]:
        """The product sign that nobody wrote, if an operand stands directly before this token."""
        if not level.operand:
            return
        sign = "JUXT"
        if level.bare == "number" and token.type == "NAME" and kind != "APPLIED":
            sign, level.bare = "TIGHT", "full"
        elif level.bare == "bracket":
            level.bare = None
        elif level.bare:
            raise self._two_factors(level, index, token.start_pos or 0)
        level.operand = False
        yield Token(sign, "", start_pos=token.start_pos, end_pos=token.start_pos)

    def _open(self, index: int, token: Token, level: _Level) -> Iterator[Token]:
        follows_name = index - 1 in self._called or self._header.kinds.get(index - 1) == "DEFINED"
        if not follows_name:
            if token.type == "LSQB":
                raise self._refuse.square_bracket(token, after_operand=level.operand)
            yield from self._juxtapose(index, token, level)
        self._levels.append(_Level())
        yield token

    def _bar(self, index: int, token: Token, level: _Level) -> Iterator[Token]:
        kind = "ABS" if token.type == "BAR" else "NORM"
        if level.bar is None:
            yield from self._juxtapose(index, token, level)
            self._levels.append(_Level(index))
            yield _as(token, kind + "_OPEN")
            return
        opened = self._tokens[level.bar]
        if opened.type != token.type or not level.operand:
            raise self._refuse.nested_bars(opened, token)
        self._tokens.opener[index] = level.bar
        self._levels.pop()
        self._levels[-1].end_operand("bracket")
        yield _as(token, kind + "_CLOSE")

    # --- names ------------------------------------------------------------------------------------------------------

    def _name(self, index: int, token: Token, level: _Level) -> Iterator[Token]:
        if self._tokens.type(index + 1) in ("LPAR", "LSQB"):
            kind = self._called_kind(index, token)
        else:
            kind = self._plain_kind(index, token)
        if kind == "APPLIED" and self._tokens.type(index - 1) == "SQRT":
            raise self._root_of(index - 1)
        yield from self._juxtapose(index, token, level, kind)
        if kind == "SPLIT":
            yield from self._split(index, token, level)
            return
        if kind == "APPLIED":
            level.bare = "power" if self._tokens.type(index + 1) in _POWERS else "begun"
            level.function, level.argument = index, index + 1
        elif kind == "FUNCTION":
            self._called.add(index)
            if level.bare == "begun":
                level.bare = "full"
        else:
            level.end_operand("full")
        yield _as(token, kind)

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
        if scope.readings(token):
            return "SPLIT"
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
        return "SPLIT" if scope.readings(token) else "VARIABLE"

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

    def _split(self, index: int, token: Token, level: _Level) -> Iterator[Token]:
        """A name that nobody bound, as the product of names that somebody did."""
        readings = self.scope.readings(token)
        if len(readings) > 1:
            raise self._refuse.ambiguous_name(token, readings)
        pieces = readings[0]
        self.notes[f"read {displayed(token)} as {'·'.join(map(displayed, pieces))}"] = None
        start = token.start_pos or 0
        if level.bare:
            raise self._two_factors(level, index, start + len(pieces[0]))
        for place, piece in enumerate(pieces):
            if place:
                yield Token("JUXT", "", start_pos=start, end_pos=start)
            kind = "CONSTANT" if self.scope.is_constant(piece) else "VARIABLE"
            yield Token(kind, piece, start_pos=start, end_pos=start + len(piece))
            start += len(piece)
        level.operand = True

    def _root_of(self, index: int) -> GradcliError:
        """The error for the root at `index`, before something that needs brackets."""
        argument = self._tokens.factor_text(index + 1, self.scope.vocabulary)
        return self._refuse.function_without_argument(self._tokens[index], argument)

    def _two_factors(self, level: _Level, index: int, cut: int) -> GradcliError:
        """The error for a second factor that begins at the offset `cut`, in the token at `index`."""
        function = self._tokens[level.function].start_pos or 0, self._tokens[level.argument - 1].end_pos or 0
        end = self._tokens[self._tokens.factor_end(index, self.scope.vocabulary)].end_pos or 0
        return self._refuse.two_factors(function, cut, end)


def _as(token: Token, kind: str, value: str | None = None) -> Token:
    return Token(kind, str(token) if value is None else value, start_pos=token.start_pos, end_pos=token.end_pos)
