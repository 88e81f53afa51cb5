"""Raw tokens become the tokens of the grammar: names are resolved, juxtaposed products become visible.

The resolver stands between lexer and parser and hands over one token at a time, so the parser has already read the
statements before the one that is being resolved. It decides what only the bindings can decide (is `w(` a call or a
product? is `xy` one name or two? is `w[` a call or an index?), unrolls loops, and refuses what has two readings,
showing both.
"""

from __future__ import annotations

from collections.abc import Iterator

from lark import Token

from gradcli.language.characters import unknown_character
from gradcli.language.errors import GradcliError
from gradcli.language.headers import Header, read_header
from gradcli.language.levels import Level
from gradcli.language.loops import CONTINUES, OPERATORS
from gradcli.language.naming import Naming
from gradcli.language.openings import Openings
from gradcli.language.raw import SIGNS, TRANSPOSES
from gradcli.language.stage import POWERS, retyped

_PLAIN = {"PLUS", "MINUS", "TIMES", "DOT", "AT", "DIVIDE", "COMMA", "COMPARE"}
"""Operators that mean the same wherever they stand, but for a sign within a vector."""

_OF_A_SHAPE = ("TILDE", "COMMA", "LPAR", "RPAR")


class Resolver(Naming, Openings):
    """The stage between lexer and parser; Lark calls `process`."""

    # Lark drops terminals that no rule mentions, unless they are named here.
    always_accept = (
        "NAME",
        "BAR",
        "NORM",
        "SEMICOLON",
        "NEWLINE",
        "EQUAL_TWICE",
        "RANGE",
        "LOGIC",
        "QUESTION",
        "ATTRIBUTE",
        "PARTIAL",
    )

    def process(self, stream: Iterator[Token]) -> Iterator[Token]:
        """Hand over the tokens of the grammar, one statement after the other."""
        self._take(stream)
        begun = False  # whether a statement is being read
        index = 0
        loops = self._loops
        count = len(self._tokens)
        while index < count or index >= loops.stop:
            if index >= loops.stop:
                begun = False
                self._check_bars()
                index = loops.turn()
                continue
            token = self._tokens[index]
            if token.type in ("NEWLINE", "SEMICOLON"):
                behind = self._tokens.behind_separators(index)
                if begun and self._ends_statement(index, behind):
                    begun = False
                index = behind
                continue
            if not begun:
                if self._last is not None and self._last.type != "END":
                    yield self._end(self._last)
                if loops.begins(index):
                    index = loops.enter(index)
                    continue
                self._start_statement(index)
                begun = True
            if index != self._passed_over:
                for resolved in self._resolve(index, token):
                    self._last = resolved
                    yield resolved
            index += 1
        if self._last is None:
            raise self._refuse.empty()
        self._check_bars()

    # --- statements -------------------------------------------------------------------------------------------------

    def _end(self, last: Token) -> Token:
        """The token between two statements."""
        self._last = Token("END", "", start_pos=last.end_pos, end_pos=last.end_pos)
        return self._last

    def _ends_statement(self, index: int, behind: int) -> bool:
        """Whether separators end a statement; a line break in mid-formula (from a PDF) does not."""
        inside = len(self._levels) > 1
        for place in range(index, behind):
            if self._tokens.type(place) == "SEMICOLON":
                if self._levels[-1].within == "vector":
                    raise self._vectors.entries(self._levels[-1].opened, place)
                if inside:
                    raise self._refuse.inside_brackets(self._tokens[place])
                return True
        last = self._last.type if self._last is not None else ""
        if self._header.block and self._tokens.is_at(behind, "with"):
            return False
        return not inside and last not in OPERATORS and self._tokens.type(behind) not in CONTINUES

    def _start_statement(self, index: int) -> None:
        self.scope.parameters = {}
        self._levels = [Level()]
        self._header = self._read_header(index)
        if self.scope.counters:
            for place, kind in self._header.kinds.items():
                if kind not in ("GATE", "BLOCK") and self.scope.counter(self._tokens[place]) is not None:
                    raise self._refuse.counter_assigned(self._tokens[place])
        self.scope.parameters = self._header.parameters

    def _read_header(self, index: int) -> Header:
        if self._blocks.begins(index, is_value=self.scope.is_value("block")):
            return Header(self._blocks.head(index), self._tokens.partner[index + 2] + 1, block=True)
        return read_header(self._tokens, index, self._refuse, gate_is_value=self.scope.is_value("gate"))

    def _check_bars(self) -> None:
        if self._levels[-1].within == "bar":
            self._check_or(self._levels[-1])
            raise self._refuse.open_bar(self._tokens[self._levels[-1].opened])

    # --- tokens -----------------------------------------------------------------------------------------------------

    def _resolve(self, index: int, token: Token) -> Iterator[Token]:
        """The tokens of the grammar for one raw token."""
        level = self._levels[-1]
        kind = token.type
        if kind in _PLAIN and self._header.declared is None:
            self._operator(index, token, level)
            if self._header.block and kind == "COMMA" and len(self._levels) == 1:
                kinds = self._header.kinds
                kinds.update(self._blocks.derivative(index, stated="WITH" in kinds.values()))
            yield token
            return
        if kind == "NAME":
            if self._header.block and self._begins_derivatives(index):
                self._operator(index, token, level)
                self._header.kinds.update({index: "WITH", **self._blocks.derivative(index)})
            token = self._in_this_turn(index, token)
            self._check_letters(index, token)
            if self._is_prime(index, token):
                token = retyped(token, "NAME", f"{token}′", self._tokens[index + 1].end_pos)
                self._passed_over = index + 1
        if index in self._header.kinds:
            yield from self._headed(token, self._header.kinds[index])
            return
        if self._header.declared is not None:
            self._check_shape(token, level)
        if kind == "NAME":
            yield from self._name(index, token, level)
        elif kind == "NUMBER":
            yield from self._number(index, token, level)
        elif kind in ("LPAR", "LSQB"):
            yield from self._open(index, token, level)
        elif kind in ("DOT_CALL", "METHOD"):
            yield from self._method(index, token, level)
        elif kind in ("RPAR", "RSQB"):
            self._check_bars()
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
            # It ends an operand if the token before it does.
            yield retyped(token, "TRANSPOSE", None, self._tokens[index + (kind == "POW")].end_pos)
        elif kind == "SQRT":
            yield from self._root(index, token, level)
        elif kind == "ARRAY":
            yield from self._juxtapose(index, token, level)
            self._levels.append(Level("array", index))
            yield token
        elif kind == "INDICATOR":
            yield from self._indicator(index, token, level)
        elif kind == "NORM_INDEX":
            yield token  # the bar before it has ended the operand
        elif kind in ("LOGIC", "QUESTION", "ATTRIBUTE"):
            raise self._habits.sign(index, behind_value=level.operand)
        elif kind == "RANGE":
            raise self._refuse.range_without_loop(token)
        elif kind == "PARTIAL":
            raise self._without_with(index) or unknown_character(self.text, token.start_pos or 0)
        elif kind == "EQUAL_TWICE":
            raise self._refuse.double_equals(token)
        elif kind == "EQUAL" and index not in (self._header.equals, self._keyword):
            raise self._habits.updated(index) or self._without_with(index) or self._refuse.misplaced_equals(token)
        else:
            self._operator(index, token, level)
            yield token

    def _begins_derivatives(self, index: int) -> bool:
        """Whether the name at `index` is the `with` of a block, and not the name of one."""
        outside = len(self._levels) == 1 and index not in self._header.kinds
        return outside and self._tokens.is_at(index, "with")

    def _without_with(self, index: int) -> GradcliError | None:
        """The error for what stands at `index` if it is part of a derivative of a block that has no `with`."""
        header = self._header
        if not header.block or header.equals is None or "WITH" in header.kinds.values():
            return None
        return self._blocks.without_with(header.equals, index)

    @staticmethod
    def _headed(token: Token, kind: str) -> Iterator[Token]:
        """A token of the head of a statement, or of a derivative of a block: `db` there is a `d` and a name."""
        if " " in kind:
            sign, kind = kind.split()
            start = token.start_pos or 0
            yield retyped(token, sign, token[:1], start + 1)
            token = Token(kind, token[1:], start_pos=start + 1, end_pos=token.end_pos)
        yield retyped(token, kind)

    def _number(self, index: int, token: Token, level: Level) -> Iterator[Token]:
        if level.operand:
            if level.within == "vector" and not self._touches(token):
                raise self._vectors.entries(level.opened, index)
            first = self._tokens[self._tokens.operand_start(index - 1)]
            raise self._refuse.missing_operator(first, self._tokens[index - 1], token)
        if self._is_indicator(index):
            yield from self._indicator(index, token, level)
            return
        if level.bare == "power":
            level.end_power(index + 1)
        else:
            level.end_operand("number")
        yield token

    def _check_shape(self, token: Token, level: Level) -> None:
        """Refuse whatever is no part of the shape of a declaration."""
        size = token.type == "NUMBER" and not level.operand and token.isascii() and token.isdigit()
        if not size and token.type not in _OF_A_SHAPE:
            raise self._refuse.not_a_shape(self._tokens[self._header.declared or 0], token)

    def _operator(self, index: int, token: Token, level: Level) -> None:
        exponent_sign = token.type in SIGNS and not level.operand
        if level.within == "vector" and token.type in SIGNS and level.operand and self._doubtful(token, level):
            behind = self._tokens.type(index + 1)
            if behind and self._tokens.touch(index, index + 1):
                raise self._vectors.entries(level.opened, index)
        if level.within == "bar" and token.type == "COMMA":
            self._check_or(level)
        if token.type == "POW":
            self._check_power(index, token, level)
        elif not exponent_sign:
            level.bare = None
        level.operand = False

    def _check_or(self, level: Level) -> None:
        """Refuse the bar of `if(x > 0 | x < 2, ...)`, which opens nothing."""
        if self._habits.is_or(level.opened):
            raise self._habits.joined(level.opened)

    def _check_power(self, index: int, token: Token, level: Level) -> None:
        """Refuse sin²(x)², and remember that sin 2^3 x has its whole argument."""
        powered = self._tokens.type(level.function + 1) in POWERS
        if level.bare == "bracket" and powered:
            raise self._refuse.power_twice(self._tokens[level.function], token)
        if level.bare in ("number", "bracket") and level.operand:
            level.bare = "full"
        if self._tokens.type(index - 1) == "SUPERSCRIPT" and token.type == "SUPERSCRIPT":
            raise self._refuse.power_twice(self._tokens[self._tokens.operand_start(index - 1)], token)

    def _superscript(self, index: int, token: Token, level: Level) -> Iterator[Token]:
        if level.bare == "power":
            level.end_power(index + 1)
        else:
            self._check_power(index, token, level)
        if str(token) == "ⁿ":
            yield retyped(token, "POW")
            yield from self._leaf(retyped(token, "VARIABLE", "n"), "VARIABLE")
        else:
            yield token  # ends an operand if the token before it does

    def _root(self, index: int, token: Token, level: Level) -> Iterator[Token]:
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
