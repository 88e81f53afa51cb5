"""What the stage between lexer and parser remembers while it reads a formula, and the products that nobody wrote."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from lark import Token

from gradcli.language.blocks import Blocks
from gradcli.language.errors import GradcliError
from gradcli.language.habits import Habits
from gradcli.language.headers import Header
from gradcli.language.levels import Level
from gradcli.language.loops import Loops
from gradcli.language.raw import RawTokens
from gradcli.language.refusals import Refusals
from gradcli.language.scope import Scope
from gradcli.language.vectors import VectorRefusals

POWERS = ("POW", "SUPERSCRIPT")

_NOWHERE = -9  # an index of no token, and of no neighbour of one


class Stage:
    """The state of one formula at a time."""

    def begin(self, text: str, scope: Scope) -> None:
        """Get ready for a new formula."""
        self.text = text
        self.scope = scope
        self.notes: dict[str, None] = {}
        self._refuse = Refusals(text, scope)
        self._header = Header()
        self._levels = [Level()]
        self._called = self._keyword = self._passed_over = _NOWHERE
        self._last: Token | None = None
        self._take(())

    def _take(self, tokens: Iterable[Token]) -> None:
        """The raw tokens of the formula."""
        self._tokens = RawTokens(list(tokens), self.text)
        self._loops = Loops(self._tokens, self.text, self.scope)
        self._vectors = VectorRefusals(self._tokens, self.text, self.scope)
        self._habits = Habits(self._tokens, self.text, self.scope)
        self._blocks = Blocks(self._tokens, self.text)

    def _touches(self, token: Token) -> bool:
        """Whether no space stands between a token and the one before it."""
        start, end = (self._last.end_pos if self._last is not None else 0) or 0, token.start_pos or 0
        return start == end or not any(character.isspace() for character in self.text[start:end])

    def _has_commas(self, level: Level) -> bool:
        """Whether commas stand between the entries of a vector."""
        if level.commas is None:
            level.commas = any(self._tokens.type(index) == "COMMA" for index in self._tokens.inside(level.opened))
        return level.commas

    def _doubtful(self, token: Token, level: Level) -> bool:
        """Whether a value behind a value could be the next entry of a vector, as in [x y]."""
        return level.within == "vector" and not self._touches(token) and not self._has_commas(level)

    def _juxtapose(self, index: int, token: Token, level: Level, kind: str = "") -> Iterator[Token]:
        """The product sign that nobody wrote, if an operand stands directly before this token."""
        if not level.operand:
            return
        if self._doubtful(token, level):
            raise self._vectors.entries(level.opened, index)
        sign = "JUXT"
        if level.bare == "number" and token.type == "NAME" and kind != "APPLIED":
            sign, level.bare = "TIGHT", "full"
        elif level.bare == "bracket":
            level.bare = None
        elif level.bare:
            raise self._two_factors(level, index, token.start_pos or 0)
        level.operand = False
        yield Token(sign, "", start_pos=token.start_pos, end_pos=token.start_pos)

    def _two_factors(self, level: Level, index: int, cut: int) -> GradcliError:
        """The error for a second factor that begins at the offset `cut`, in the token at `index`."""
        function = self._tokens[level.function].start_pos or 0, self._tokens[level.argument - 1].end_pos or 0
        end = self._tokens[self._tokens.factor_end(index, self.scope.vocabulary)].end_pos or 0
        return self._refuse.two_factors(function, cut, end)


def retyped(token: Token, kind: str, value: str | None = None, end: int | None = None) -> Token:
    """A token at the same place with another terminal, and perhaps another text or end."""
    return Token(kind, str(token) if value is None else value, start_pos=token.start_pos,
                 end_pos=token.end_pos if end is None else end)  # fmt: skip
