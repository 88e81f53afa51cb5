r"""Derivatives by their names: `dq/dx`, `∂f/∂q`, `d(x + y)/dx`, `\frac{\partial f}{\partial q}`."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gradcli.language.errors import GradcliError

if TYPE_CHECKING:
    from lark import Lark, Token

_LONGEST_QUOTE = 40

_EXAMPLE = "write df/dx for a total derivative, ∂f/∂q for a partial one; commas separate several"


@dataclass(frozen=True, slots=True)
class Side:
    """What stands above or below the slash.

    Attributes:
        partial: whether its sign is ∂.
        text: the name, or the part of a formula, as typed.
        sign: the offset of its sign in the whole text.
        start: the offset of the name.
        end: the offset behind it.
        glued: whether it begins right behind a sign that is the letter d.
    """

    partial: bool
    text: str
    sign: int
    start: int
    end: int
    glued: bool


@dataclass(frozen=True, slots=True)
class Written:
    """A derivative as it was written.

    Attributes:
        partial: whether it is written with ∂.
        of: what is differentiated.
        by: by what.
    """

    partial: bool
    of: Side
    by: Side


def read_derivatives(text: str) -> list[Written]:
    """Read derivatives that are separated by commas, semicolons or line breaks.

    Raises:
        GradcliError: something else stands there ("unknown-quantity"); the error points into the text.
    """
    from lark.exceptions import UnexpectedInput, UnexpectedToken

    if not hasattr(_readers, "reader"):
        _readers.reader = _Reader()
    reader: _Reader = _readers.reader
    reader.reductions.text = text
    try:
        parsed: Any = reader.lark.parse(text)
    except UnexpectedInput as error:
        ended = isinstance(error, UnexpectedToken) and error.token.type == "$END"
        offset = len(text) if ended or error.pos_in_stream is None else error.pos_in_stream
        raise _unreadable(text, offset) from None
    found: list[Written] = parsed
    return found


class _Reductions:
    """One method a rule of the grammar; `text` is what is being read."""

    text = ""

    def group(self, children: list[Token]) -> Token:
        """Brackets: their end."""
        return children[-1]

    inner = group

    def side(self, children: list[Token]) -> Side:
        """A sign and a name."""
        sign, last = children[0], children[-1]
        if "^" in sign or sign[-1] in "²³⁴⁵⁶⁷⁸⁹":
            raise _refused(self.text, _start(sign), _end(last), "higher derivatives are not asked for by name",
                           "gradcli hessian shows all second derivatives")  # fmt: skip
        behind = _end(sign)
        text = self.text[behind : _end(last)]
        start = behind + len(text) - len(text.lstrip())
        partial = sign[0] in "∂𝜕" or sign.startswith("\\partial")
        return Side(partial, text.strip(), _start(sign), start, _end(last), sign == "d" and start == behind)

    def quotient(self, children: list[Any]) -> Written:
        """A side above another one."""
        of, by = (child for child in children if isinstance(child, Side))
        if of.partial != by.partial:
            one, other = (f"{sign}{of.text}/{sign}{by.text}" for sign in "d∂")
            raise _refused(self.text, of.sign, by.end, "one of the signs is d, the other one ∂",
                           f"write {one} for the total derivative, or {other} for the partial one")  # fmt: skip
        return Written(of.partial, of, by)

    fraction = quotient

    def derivatives(self, children: list[Written]) -> list[Written]:
        """All of them."""
        return children


class _Reader:
    """A parser with the reductions that it calls; they hold the text that is being read."""

    def __init__(self) -> None:
        from gradcli.language.grammar import load

        self.reductions = _Reductions()
        self.lark: Lark = load("derivatives.lark", start="derivatives", lexer="contextual",
                               transformer=self.reductions)  # fmt: skip


_readers = threading.local()
"""One reader a thread, built at its first text."""


def _unreadable(text: str, offset: int) -> GradcliError:
    """The error for a text that could be read up to `offset`."""
    start = max(text.rfind(",", 0, offset), text.rfind(";", 0, offset), text.rfind("\n", 0, offset)) + 1
    typed = text[start:].partition(",")[0].strip()
    if not typed:
        return _refused(text, min(offset, len(text)), len(text), "a derivative is missing", _EXAMPLE)
    shown = typed if len(typed) <= _LONGEST_QUOTE else f"{typed[:_LONGEST_QUOTE]}…"
    return _refused(text, min(offset, len(text)), min(offset + 1, len(text)), f"'{shown}' is no derivative",
                    f"{_EXAMPLE}, and brackets stand around what is no name: d(x + y)/dx")  # fmt: skip


def _refused(text: str, start: int, end: int, message: str, hint: str) -> GradcliError:
    return GradcliError("unknown-quantity", message, text=text, start=start, end=end, hint=hint)


def _start(token: Token) -> int:
    return token.start_pos or 0


def _end(token: Token) -> int:
    return token.end_pos if token.end_pos is not None else len(token)
