"""Loops: which tokens are the body of one, and how its names look in each turn.

A loop is no part of the syntax tree. Its body is read again for each turn, so the tree holds the statements that the
loop stands for.
"""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass

from gradcli.language.errors import GradcliError
from gradcli.language.names import canonical, displayed
from gradcli.language.ranges import Head, Heads
from gradcli.language.raw import RawTokens
from gradcli.language.refusals import quoted
from gradcli.language.scope import Scope

MOST_REPLAYED = 200_000
"""Tokens that all turns of all loops of a formula may have, the first turns left aside."""

DEEPEST = 30
"""How deeply loops may be nested in each other."""

INFIX = {"PLUS", "TIMES", "DOT", "AT", "DIVIDE", "POW", "EQUAL", "COMMA", "COMPARE", "TILDE"}
OPERATORS = INFIX | {"MINUS", "SQRT", "LPAR", "LSQB", "DOT_CALL", "METHOD", "ARRAY", "GATE", "INDICATOR",
                     "BLOCK", "WITH"}  # fmt: skip
"""Tokens behind which a line break ends no statement."""

CONTINUES = INFIX | {"RPAR", "RSQB", "SUPERSCRIPT"}
"""Tokens before which a line break ends no statement."""

_INLINE = -1
_BRACED = re.compile(r"(.*)_\{([A-Za-z0-9]+)(?: ?([+−-]) ?([0-9]+))?\}", re.DOTALL)
_PRIMES = "′″'’"


@dataclass(slots=True)
class _Loop:
    """A loop that is being read; its body are the tokens from `first` up to `end`."""

    head: Head
    first: int
    end: int
    behind: int
    turn: int = 0


class Loops:
    """The loops of one formula, the innermost last.

    Attributes:
        stop: the index at which the body of the innermost loop ends; beyond all tokens outside of loops.
    """

    def __init__(self, tokens: RawTokens, text: str, scope: Scope) -> None:
        self._tokens = tokens
        self._text = text
        self._scope = scope
        self._heads = Heads(tokens, text, scope)
        self._open: list[_Loop] = []
        self.stop = sys.maxsize
        self._replayed = 0
        self._seen = False

    def begins(self, index: int) -> bool:
        """Whether a loop begins at `index`, where a statement begins.

        Raises:
            GradcliError: one was meant and cannot be read.
        """
        if self._seen and not self._scope.is_value("end") and self._is_end(index):
            raise self._error("loop", "this 'end' closes no loop", index, index, "take it away")
        return self._heads.begins(index, inside=bool(self._open))

    def enter(self, index: int) -> int:
        """Open the loop at `index`; the index of the first token of its body.

        Raises:
            GradcliError: its head or its body cannot be read, or it has too many turns.
        """
        head = self._heads.read(index)
        loop = _Loop(head, *self._body(head))
        size = loop.end - loop.first
        if all(self._tokens.type(place) in ("NEWLINE", "SEMICOLON") for place in range(loop.first, loop.end)):
            raise self._error("loop", "the loop has no statements", head.first, head.colon,
                              "write them behind the ':', separated by ';', or in deeper lines")  # fmt: skip
        if self._replayed + size * (len(head.turns) - 1) > MOST_REPLAYED:
            raise self._error("too-large", f"the loops take more than {MOST_REPLAYED:,} tokens to write out",
                              head.first, head.colon, "let them take fewer turns")  # fmt: skip
        if len(self._open) >= DEEPEST:
            raise self._error("loop", f"loops are nested more than {DEEPEST} deep", head.first, head.colon,
                              "write some of them out")  # fmt: skip
        self._open.append(loop)
        self.stop = loop.end
        self._seen = True
        self._count(loop)
        return loop.first

    def turn(self) -> int:
        """End a turn of the innermost loop; the index of the token to go on with."""
        loop = self._open[-1]
        loop.turn += 1
        if loop.turn < len(loop.head.turns):
            self._replayed += loop.end - loop.first
            self._count(loop)
            return loop.first
        self._open.pop()
        self.stop = self._open[-1].end if self._open else sys.maxsize
        if loop.head.variable is not None:
            del self._scope.counters[loop.head.variable]
        return loop.behind

    def _count(self, loop: _Loop) -> None:
        if loop.head.variable is not None:
            self._scope.counters[loop.head.variable] = loop.head.turns[loop.turn]

    # --- bodies -----------------------------------------------------------------------------------------------------

    def _body(self, head: Head) -> tuple[int, int, int]:
        """Where the body of a loop begins and ends, and where the formula goes on behind it."""
        tokens, first = self._tokens, head.colon + 1
        inline = tokens.type(first) != "NEWLINE"
        own = _INLINE if inline else self._indent(head.first)
        inner: list[int] = []  # for each loop within the body, the indent of its line, or _INLINE
        index, begins = first, True
        while index < len(tokens):
            if tokens.type(index) == "NEWLINE" and self._ends_line(index):
                if inline:
                    return first, index, index
                behind = tokens.behind_separators(index)
                closes = self._is_end(behind)
                indent = self._indent(behind)
                # A line that is not deeper ends a loop, unless it is the loop's own `end`.
                while inner and (inner[-1] == _INLINE or indent < inner[-1] + (not closes)):
                    inner.pop()
                if not inner and indent < own + (not closes):
                    return first, index, index
                index, begins = behind, True
            elif tokens.type(index) == "SEMICOLON":
                index, begins = index + 1, True
            elif self._is_end(index):
                if not inner:
                    return first, index, index + 1
                inner.pop()
                index += 1
            elif begins and self._heads.opens(index):
                colon = self._heads.colon(index)
                inner.append(self._indent(index) if tokens.type(colon + 1) == "NEWLINE" else _INLINE)
                index = colon + 1
            else:
                begins = False
                index = tokens.partner.get(index, index) + 1
        return first, len(tokens), len(tokens)

    def _ends_line(self, index: int) -> bool:
        """Whether the line break at `index` ends a statement; one in mid-formula does not."""
        behind = self._tokens.behind_separators(index)
        return self._tokens.type(index - 1) not in OPERATORS and self._tokens.type(behind) not in CONTINUES

    def _is_end(self, index: int) -> bool:
        """Whether the name at `index` closes a loop."""
        tokens = self._tokens
        if not tokens.is_at(index, "end") or tokens.type(index - 1) in OPERATORS:
            return False
        if tokens.type(index + 1) not in ("", "NEWLINE", "SEMICOLON") and not tokens.is_at(index + 1, "end"):
            return False
        if tokens.ends_operand(index - 1) and not tokens.is_at(index - 1, "end") and self._scope.is_value("end"):
            raise self._error("loop", "'end' can be read in two ways: as the end of the loop, or as a factor", index,
                              index, "write ';' before it to close the loop, '*' to multiply")  # fmt: skip
        return True

    def _indent(self, index: int) -> int:
        """How far the line of the token at `index` is indented."""
        while index > 0 and self._tokens.type(index - 1) != "NEWLINE":
            index -= 1
        start = (self._tokens[index - 1].end_pos or 0) if index else 0
        line = self._text[start : self._tokens[index].start_pos] if index < len(self._tokens) else ""
        return len(line.expandtabs(8)) - len(line.expandtabs(8).lstrip())

    # --- names ------------------------------------------------------------------------------------------------------

    def named(self, index: int, name: str) -> str | None:
        """The name at `index` in this turn (h_2 for h_k); None if it has no index that counts turns.

        Raises:
            GradcliError: its index is arithmetic with something else, or becomes negative.
        """
        bare = name.rstrip(_PRIMES)
        braced = _BRACED.fullmatch(bare) if bare.endswith("}") else None
        if braced is None:
            if not self._scope.counters or self._scope.is_value(name):
                return None
            cut = bare.rfind("_")
            base, variable = (bare[:cut], bare[cut + 1 :]) if cut > 0 else (bare, "")
            if canonical(variable) not in self._scope.counters:
                subscript = canonical(bare[-1])
                base, variable = bare[:-1], subscript[1:] if subscript.startswith("_") else ""
            sign = digits = None
        else:
            base, variable, sign, digits = braced.groups()
            if sign is None and self._scope.is_value(name):
                return None
        number = self._scope.counters.get(canonical(variable))
        if number is None:
            if sign is None:
                return None
            written, counter = quoted(f"{variable}{sign}{digits}"), quoted(variable)
            raise self._error("loop", f"'{written}' is no index: '{counter}' counts no turns of a loop", index, index,
                              f"write the index as a number or a letter: {quoted(displayed(base))}_1")  # fmt: skip
        if digits is not None:
            number += int(digits[:9]) * (1 if sign == "+" else -1)
        if number < 0:
            raise self._error("loop", f"the index of '{quoted(displayed(name))}' is {number} in this turn", index,
                              index, "an index begins at 0: begin with a later turn")  # fmt: skip
        return f"{base}_{number}{name[len(bare) :]}"

    def _error(self, code: str, message: str, first: int, last: int, hint: str) -> GradcliError:
        return GradcliError(code, message, text=self._text, start=self._tokens[first].start_pos or 0,
                            end=self._tokens[last].end_pos, hint=hint)  # fmt: skip
