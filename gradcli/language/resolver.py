"""Raw tokens become the tokens of the grammar: names are resolved, juxtaposed products become visible.

The resolver stands between lexer and parser and hands over one token at a time, so the parser has already read the
statements before the one that is being resolved. It decides what only the bindings can decide (is `w(` a call or a
product? is `xy` one name or two?) and refuses what has two readings, showing both.
"""

from __future__ import annotations

from collections.abc import Iterator

from lark import Token

from gradcli.language.brackets import match_brackets
from gradcli.language.errors import GradcliError
from gradcli.language.names import canonical, displayed, foreign_letter
from gradcli.language.refusals import Refusals
from gradcli.language.scope import Scope

_OPERATORS = frozenset("PLUS MINUS TIMES DOT AT DIVIDE POW EQUAL COMMA COMPARE SQRT LPAR LSQB DOT_CALL GATE".split())
_CONTINUES = frozenset("PLUS TIMES DOT AT DIVIDE POW EQUAL COMMA COMPARE RPAR RSQB SUPERSCRIPT".split())
_NEXT_OPERAND = frozenset("NUMBER NAME SQRT BAR NORM".split())
_CLOSERS = frozenset("RPAR RSQB BAR NORM".split())


class _Level:
    """What is known about the tokens so far within one pair of brackets or bars.

    Attributes:
        operand: whether an operand has just ended, so that another one would be multiplied with it.
        bar: the bar that opened this level, if it was one.
        bare: where the argument of a function without brackets stands: "power" (a power of the function comes first),
            "started", "done", or None outside of one.
    """

    __slots__ = ("bar", "bare", "operand")

    def __init__(self, bar: Token | None = None) -> None:
        self.operand = False
        self.bar = bar
        self.bare: str | None = None


class Resolver:
    """The stage between lexer and parser; Lark calls `process`."""

    # Lark drops terminals that no rule mentions, unless they are named here.
    always_accept = ("NAME", "BAR", "NORM", "SEMICOLON", "NEWLINE", "EQUAL_TWICE")

    def begin(self, text: str, scope: Scope) -> None:
        """Get ready for a new formula."""
        self.text = text
        self.scope = scope
        self.notes: list[str] = []
        self._refuse = Refusals(text, scope)

    def process(self, stream: Iterator[Token]) -> Iterator[Token]:
        """Hand over the tokens of the grammar, one statement after the other."""
        self._tokens = list(stream)
        self._partner = match_brackets(self._tokens, self.text)
        self._levels = [_Level()]
        self._header: dict[int, str] = {}
        self._before_equals: set[int] = set()
        self._called: set[int] = set()
        self._passed_over: set[int] = set()
        started = pending_end = False
        last: Token | None = None
        index = 0
        while index < len(self._tokens):
            token = self._tokens[index]
            if index in self._passed_over:
                index += 1
                continue
            if token.type in ("NEWLINE", "SEMICOLON"):
                if self._ends_statement(index, last) and started:
                    pending_end = True
                index += 1
                continue
            if pending_end or not started:
                if pending_end:
                    yield Token("END", "\n", start_pos=token.start_pos, end_pos=token.start_pos)
                    self.scope.parameters = {}
                self._levels = [_Level()]
                self._start_statement(index)
                started, pending_end = True, False
            for resolved in self._resolve(index, token):
                last = resolved
                yield resolved
            index += 1
        if not started:
            raise self._refuse.empty()
        bar = self._levels[-1].bar
        if bar is not None:
            raise self._refuse.open_bar(bar)

    # --- statements -------------------------------------------------------------------------------------------------

    def _ends_statement(self, index: int, last: Token | None) -> bool:
        """Whether a line break or `;` ends a statement; a line break in mid-formula (from a PDF) does not."""
        token = self._tokens[index]
        inside = len(self._levels) > 1
        if token.type == "SEMICOLON":
            if inside:
                raise self._refuse.inside_brackets(token)
            return True
        if inside or (last is not None and last.type in _OPERATORS):
            return False
        while self._type(index) == "NEWLINE":
            index += 1
        return self._type(index) not in _CONTINUES

    def _start_statement(self, index: int) -> None:
        """Mark the names before an `=`: a target, or the header of a definition with its parameters."""
        tokens = self._tokens
        first = index
        if tokens[first] == "gate" and self._type(first + 1) == "NAME" and self._type(first + 2) in ("LPAR", "LSQB"):
            self._header[first] = "GATE"
            first += 1
        if self._type(first) != "NAME":
            return
        if self._type(first + 1) == "EQUAL":
            self._header[first] = "TARGET"
            self._before_equals.add(first)
        elif self._type(first + 1) in ("LPAR", "LSQB"):
            close = self._partner[first + 1]
            if self._type(close + 1) == "EQUAL":
                self._mark_definition(first, close)

    def _mark_definition(self, first: int, close: int) -> None:
        self._header[first] = "DEFINED"
        self._before_equals.add(close)
        for place, token in enumerate(self._tokens[first + 2 : close]):
            if place % 2 == 0 and token.type == "NAME":
                self._header[first + 2 + place] = "PARAMETER"
            elif place % 2 == 0 or token.type != "COMMA":
                raise self._refuse.not_a_parameter(token)
        self.scope.parameters = {}
        for place, token in enumerate(self._tokens[first + 2 : close : 2]):
            if canonical(token) in self.scope.parameters:
                raise self._refuse.repeated_parameter(token)
            self.scope.parameters[canonical(token)] = place

    def _type(self, index: int) -> str | None:
        return self._tokens[index].type if index < len(self._tokens) else None

    # --- tokens -----------------------------------------------------------------------------------------------------

    def _resolve(self, index: int, token: Token) -> Iterator[Token]:
        """The tokens of the grammar for one raw token."""
        level = self._levels[-1]
        kind = token.type
        if index in self._header:
            yield _as(token, self._header[index])
        elif kind == "NAME":
            yield from self._name(index, token, level)
        elif kind == "NUMBER":
            if level.operand:
                raise self._refuse.missing_operator(self._tokens[index - 1], token)
            level.operand = level.bare != "power"
            if level.bare == "power":
                level.bare = "started"
            yield token
        elif kind in ("LPAR", "LSQB"):
            yield from self._open(index, token, level)
        elif kind == "DOT_CALL":
            level.operand = True
            self._levels.append(_Level())
            yield token
        elif kind in ("RPAR", "RSQB"):
            if level.bar is not None:
                raise self._refuse.open_bar(level.bar)
            self._levels.pop()
            self._levels[-1].operand = True
            yield token
        elif kind in ("BAR", "NORM"):
            yield from self._bar(index, token, level)
        elif kind == "SUPERSCRIPT" and token == "ⁿ":
            yield _as(token, "POW")
            yield _as(token, "VARIABLE", "n")
        elif kind in ("SUPERSCRIPT", "TRANSPOSE"):
            if level.bare == "power":
                level.bare = "started"
            yield token  # ends an operand if the token before it does
        elif kind == "POW" and self._is_transpose(index):
            yield _as(token, "TRANSPOSE")
        elif kind == "SQRT":
            yield from self._juxtapose(index, token, level)
            yield token
        elif kind == "EQUAL_TWICE":
            raise self._refuse.double_equals(token)
        elif kind == "EQUAL" and index - 1 not in self._before_equals:
            raise self._refuse.misplaced_equals(token)
        else:
            level.operand = False
            if kind != "POW":
                level.bare = None
            yield token

    def _is_transpose(self, index: int) -> bool:
        """Whether `^` begins `^T` with a T that is no variable; its T is then passed over."""
        if self._type(index + 1) == "TRANSPOSE":
            self._passed_over.add(index + 1)
            return True
        if self._type(index + 1) == "NAME" and self._tokens[index + 1] == "T" and not self.scope.is_value("T"):
            self._passed_over.add(index + 1)
            return True
        return False

    def _juxtapose(self, index: int, token: Token, level: _Level) -> Iterator[Token]:
        """The product sign that nobody wrote, if an operand stands directly before this token."""
        if not level.operand:
            return
        level.operand = False
        kind = "JUXT"
        if level.bare:
            previous = self._tokens[index - 1]
            if previous.type == "NUMBER" and level.bare == "started" and token.type == "NAME":
                kind, level.bare = "TIGHT", "done"
            elif previous.type in _CLOSERS and level.bare == "started":
                level.bare = None
            else:
                raise self._refuse.two_factors(previous, token)
        yield Token(kind, "", start_pos=token.start_pos, end_pos=token.start_pos)

    def _open(self, index: int, token: Token, level: _Level) -> Iterator[Token]:
        called = index - 1 in self._called
        header = self._header.get(index - 1) == "DEFINED"
        if token.type == "LSQB" and not called and not header:
            raise self._refuse.square_bracket(token, after_operand=level.operand)
        if not called and not header:
            yield from self._juxtapose(index, token, level)
        self._levels.append(_Level())
        yield token

    def _bar(self, index: int, token: Token, level: _Level) -> Iterator[Token]:
        kind = "ABS" if token.type == "BAR" else "NORM"
        if level.bar is not None and level.bar.type == token.type and level.operand:
            self._levels.pop()
            self._levels[-1].operand = True
            yield _as(token, kind + "_CLOSE")
            return
        if level.bar is not None:
            raise self._refuse.nested_bars(level.bar, token)
        yield from self._juxtapose(index, token, level)
        self._levels.append(_Level(token))
        yield _as(token, kind + "_OPEN")

    # --- names ------------------------------------------------------------------------------------------------------

    def _name(self, index: int, token: Token, level: _Level) -> Iterator[Token]:
        offset = foreign_letter(token)
        if offset is not None:
            raise self._refuse.unknown_character((token.start_pos or 0) + offset)
        if self._type(index + 1) in ("LPAR", "LSQB"):
            kind = self._called_kind(index, token)
        else:
            kind = self._plain_kind(index, token)
        if kind in ("FUNCTION", "APPLIED"):
            yield from self._juxtapose(index, token, level)
            if kind == "FUNCTION":
                self._called.add(index)
            else:
                level.bare = "power" if self._type(index + 1) in ("POW", "SUPERSCRIPT") else "started"
            yield _as(token, kind)
            return
        if kind == "SPLIT":
            yield from self._split(index, token, level)
            return
        yield from self._juxtapose(index, token, level)
        level.operand = True
        yield _as(token, kind)

    def _called_kind(self, index: int, token: Token) -> str:
        """What a name means directly before a bracket."""
        scope = self.scope
        value, function = scope.is_value(token), scope.is_function(token)
        if value and function:
            raise self._refuse.call_or_product(token)
        if function:
            return "FUNCTION"
        if value or scope.is_constant(token):
            return "CONSTANT" if scope.is_constant(token) else "VARIABLE"
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
            following = self._type(index + 1)
            power = following in ("POW", "SUPERSCRIPT")
            if power and self._is_inverse(index):
                raise self._refuse.inverse_or_reciprocal(token, self._tokens[index + 1 : index + 4])
            if following in _NEXT_OPERAND or power:
                return "APPLIED"
            raise self._refuse.function_without_argument(token)
        return "SPLIT" if scope.readings(token) else "VARIABLE"

    def _is_inverse(self, index: int) -> bool:
        after = self._tokens[index + 1]
        if after.type == "SUPERSCRIPT":
            return after == "⁻¹"
        return self._type(index + 2) == "MINUS"

    def _split(self, index: int, token: Token, level: _Level) -> Iterator[Token]:
        """A name that nobody bound, as the product of names that somebody did."""
        readings = self.scope.readings(token)
        if len(readings) > 1:
            raise self._refuse.ambiguous_name(token, readings)
        yield from self._juxtapose(index, token, level)
        note = f"read {displayed(token)} as {'·'.join(map(displayed, readings[0]))}"
        if note not in self.notes:
            self.notes.append(note)
        start = token.start_pos or 0
        for place, piece in enumerate(readings[0]):
            if place:
                if level.bare:
                    raise self._refuse.two_factors(token, token)
                yield Token("JUXT", "", start_pos=start, end_pos=start)
            kind = "CONSTANT" if self.scope.is_constant(piece) else "VARIABLE"
            yield Token(kind, piece, start_pos=start, end_pos=start + len(piece))
            start += len(piece)
        level.operand = True


def _as(token: Token, kind: str, value: str | None = None) -> Token:
    return Token(kind, str(token) if value is None else value, start_pos=token.start_pos, end_pos=token.end_pos)
