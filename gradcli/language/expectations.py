"""What was expected where the parser cannot go on, in words: at most three phrases, never the name of a token."""

from __future__ import annotations

from collections.abc import Collection

from lark import Token

_PHRASES = (
    ("a value", {"NUMBER", "VARIABLE", "CONSTANT", "FUNCTION", "APPLIED", "LPAR", "ABS_OPEN", "NORM_OPEN", "SQRT",
                 "VECTOR", "TUPLE", "ARRAY", "INDICATOR", "KEYWORD"}),
    ("')'", {"RPAR"}),
    ("']'", {"RSQB"}),
    ("'['", {"LSQB"}),
    ("'|'", {"ABS_CLOSE"}),
    ("'‖'", {"NORM_CLOSE"}),
    ("','", {"COMMA"}),
    ("'='", {"EQUAL"}),
    ("'~'", {"TILDE"}),
    ("':'", {"COLON"}),
    ("an operator", {"PLUS", "MINUS", "TIMES", "DOT", "AT", "DIVIDE", "POW", "SUPERSCRIPT", "TRANSPOSE", "JUXT",
                     "TIGHT", "DOT_CALL", "METHOD", "INDEX", "NORM_INDEX"}),
    ("the end of the formula", {"END", "$END"}),
    ("a comparison", {"COMPARE"}),
    ("the name of a parameter", {"PARAMETER"}),
    ("the name of a function", {"DEFINED"}),
    ("'with'", {"WITH"}),
    ("'d' or '∂'", {"D"}),
    ("the name of an operand", {"OPERAND", "NAMED"}),
    ("a statement", {"TARGET", "GATE", "DECLARED", "BLOCK"}),
)  # fmt: skip
"""A phrase for every terminal that the parser can wait for, the most helpful first."""

_MOST = 3

_FINDS = {"$END": "the formula ends", "END": "the statement ends", "JUXT": "here stands a value",
          "TIGHT": "here stands a value"}  # fmt: skip
"""Tokens without a text of their own."""


def phrases(expected: Collection[str]) -> list[str]:
    """The expected terminals as at most three phrases."""
    found = [phrase for phrase, terminals in _PHRASES if not terminals.isdisjoint(expected)]
    if "a value" in found:
        # Signs may stand before every value, and a power behind a bare function: true, but of no help.
        found = [phrase for phrase in found if phrase not in ("an operator", "a statement", "the name of a function")]
    if not {*found} <= {"an operator", "a comparison"}:
        # A comparison can stand almost everywhere: said only where it must.
        found = [phrase for phrase in found if phrase != "a comparison" or found == [phrase]]
    return found[:_MOST]


def expectation(expected: Collection[str]) -> str:
    """The phrases as one part of a sentence ("a value, ')' or an operator")."""
    *some, last = phrases(expected) or ["the end of the formula"]
    return f"{', '.join(some)} or {last}" if some else last


def described(token: Token) -> str:
    """The token that was found, in words."""
    return _FINDS.get(token.type) or f"here stands '{token}'"
