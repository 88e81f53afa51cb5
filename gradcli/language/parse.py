"""Text in, syntax tree out."""

from __future__ import annotations

import threading
from collections.abc import Collection

from lark import Lark, Token
from lark.exceptions import UnexpectedCharacters, UnexpectedToken

from gradcli.language.errors import GradcliError
from gradcli.language.expectations import described, expectation
from gradcli.language.grammar import load
from gradcli.language.reductions import Reductions
from gradcli.language.refusals import unknown_character
from gradcli.language.resolver import Resolver
from gradcli.language.scope import Scope
from gradcli.language.tree import Formula
from gradcli.language.vocabulary import Vocabulary

LONGEST = 4_000_000
"""Characters that a formula may have: twice what a chain of a million additions needs."""


class _Parser(threading.local):
    """One parser a thread, because resolver and reductions hold the state of the formula that is being read."""

    def __init__(self) -> None:
        self.resolver = Resolver()
        self.reductions = Reductions()
        self.lark: Lark = load("formula.lark", postlex=self.resolver, transformer=self.reductions)


_parser: _Parser | None = None


def parse(text: str, vocabulary: Vocabulary, bound: Collection[str] | None = None, *, strict: bool = False) -> Formula:
    """Read a formula.

    Args:
        text: one or more statements; the last one is the output.
        vocabulary: the functions that can be called.
        bound: names that have a value from outside. They decide whether `w(` is a product and whether `xy` may be
            read as x·y; with None nothing is known and nothing is split.
        strict: never split a name into a product.

    Raises:
        GradcliError: the text cannot be read, or can be read in two ways; the error points at the place.
    """
    global _parser  # noqa: PLW0603  (built at the first formula, because Lark is slow to import)
    if len(text) > LONGEST:
        raise GradcliError("too-long", f"the formula has {len(text):,} characters, and {LONGEST:,} are the most",
                           hint="name parts of it, and use the names twice")  # fmt: skip
    if _parser is None:
        _parser = _Parser()
    scope = Scope(vocabulary, bound, strict=strict)
    _parser.resolver.begin(text, scope)
    _parser.reductions.begin(text, scope)
    try:
        _parser.lark.parse(text)
    except UnexpectedToken as error:
        raise _unexpected(text, error) from None
    except UnexpectedCharacters as error:
        raise unknown_character(text, error.pos_in_stream) from None
    read = _parser.reductions
    notes = tuple(_parser.resolver.notes)
    return Formula(text, tuple(read.nodes), tuple(read.statements), tuple(read.inputs.values()), notes)


def _unexpected(text: str, error: UnexpectedToken) -> GradcliError:
    token: Token = error.token
    if token.type == "$END":
        # Lark reports the place of the last token; what is missing stands behind it.
        start = end = len(text.rstrip())
    else:
        start, end = token.start_pos or 0, max(token.end_pos or 0, (token.start_pos or 0) + len(token.strip()))
    message = f"expected {expectation(error.accepts or error.expected)}, but {described(token)}"
    return GradcliError("unexpected", message, text=text, start=start, end=end, hint=_repair(token))


def _repair(token: Token) -> str | None:
    if token.type in ("TIMES", "DIVIDE", "PLUS", "POW", "DOT", "AT"):
        return f"write a value on both sides of '{token}'"
    if token.type in ("$END", "END"):
        return "finish the formula"
    return None
