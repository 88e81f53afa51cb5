"""Text in, syntax tree out."""

from __future__ import annotations

import threading
from collections.abc import Collection

from lark import Lark, Token
from lark.exceptions import UnexpectedCharacters, UnexpectedToken

from gradcli.language.characters import unknown_character
from gradcli.language.errors import GradcliError
from gradcli.language.expectations import described, expectation
from gradcli.language.grammar import load
from gradcli.language.reductions import Reductions
from gradcli.language.resolver import Resolver
from gradcli.language.scope import Scope
from gradcli.language.tree import Formula
from gradcli.language.vocabulary import Vocabulary

LONGEST = 4_000_000
"""Characters that a formula may have: twice what a chain of a million additions needs."""


class _Reader:
    """A parser with the resolver and the reductions that it calls; they hold the state of one formula at a time."""

    def __init__(self) -> None:
        self.resolver = Resolver()
        self.reductions = Reductions()
        self.lark: Lark = load("formula.lark", postlex=self.resolver, transformer=self.reductions)

    def begin(self, text: str, scope: Scope) -> None:
        self.resolver.begin(text, scope)
        self.reductions.begin(text, scope)


_readers = threading.local()
"""One reader a thread, built at its first formula."""


def parse(text: str, vocabulary: Vocabulary, bound: Collection[str] | None = None, *, strict: bool = False,
          arrays: Collection[str] | None = (), declarations_only: bool = False) -> Formula:  # fmt: skip
    """Read a formula.

    Args:
        text: one or more statements; the last one is the output.
        vocabulary: the functions that can be called.
        bound: names that have a value from outside. They decide whether `w(` is a product and whether `xy` may be
            read as x·y; with None nothing is known and nothing is split.
        strict: never split a name into a product.
        arrays: names among those that are bound to vectors or matrices; the others are numbers then, of which no entry
            can be picked. Empty or None if nothing is known of shapes.
        declarations_only: whether the text may consist of declarations alone; the formula has no statements then.

    Raises:
        GradcliError: the text cannot be read, or can be read in two ways; the error points at the place.
    """
    if len(text) > LONGEST:
        raise GradcliError("too-long", f"the formula has {len(text):,} characters, and {LONGEST:,} are the most",
                           hint="name parts of it, and use the names twice")  # fmt: skip
    if not hasattr(_readers, "reader"):
        _readers.reader = _Reader()
    reader: _Reader = _readers.reader
    scope = Scope(vocabulary, bound, strict=strict, arrays=arrays or ())
    reader.begin(text, scope)
    try:
        reader.lark.parse(text)
        read = reader.reductions
        if not read.statements and not declarations_only:
            raise GradcliError("empty-formula", "there is nothing to compute", text=text, start=len(text),
                               hint="write a formula behind the declarations: sum(W)")  # fmt: skip
        return Formula(text, tuple(read.nodes), tuple(read.statements), tuple(read.inputs.values()),
                       tuple(reader.resolver.notes), scope.bound or frozenset(), tuple(read.declarations))  # fmt: skip
    except UnexpectedToken as error:
        raise _unexpected(text, error, reader.resolver.tuple_as_vector()) from None
    except UnexpectedCharacters as error:
        raise unknown_character(text, error.pos_in_stream or 0) from None
    finally:
        reader.begin("", Scope(vocabulary, None, strict=strict))  # a large formula is not kept until the next one


def _unexpected(text: str, error: UnexpectedToken, vector: str | None) -> GradcliError:
    token: Token = error.token
    start, end = token.start_pos or 0, token.end_pos or 0
    if token.type == "$END":
        start = end  # Lark gives the place of the last token; what is missing stands behind it
    message = f"expected {expectation(error.accepts or error.expected)}, but {described(token)}"
    return GradcliError("unexpected", message, text=text, start=start, end=end, hint=_repair(token, vector))


def _repair(token: Token, vector: str | None) -> str:
    """What to write instead; `vector` is what the brackets around the token hold, as a vector."""
    if token.type in ("TIMES", "DIVIDE", "PLUS", "POW", "DOT", "AT"):
        return f"write a value on both sides of '{token}'"
    if token.type in ("$END", "END"):
        return "finish the formula" if token.type == "$END" else "finish the statement"
    if token.type == "COMPARE":
        return "write a value on both sides of the comparison, and brackets around it: (x > 0)*x"
    if token.type == "COLON":
        return "write '=' to name a value; a ':' stands in an index, W[1:3], and at the head of a loop"
    if token.type == "TILDE":
        return "write '=' to name a value; '~' gives an input its shape, W ~ (3, 2), in a statement of its own"
    if token.type == "COMMA" and vector is not None:
        return f"write '.' in a decimal number, or {vector} for a vector"
    if token.type == "COMMA":
        return "write '.' in a decimal number, and ';' between statements"
    return f"write what is missing before the '{token}'" if token else "write an operator between the values"
