"""What was expected where the parser cannot go on, in words: at most three phrases, never the name of a token."""

from __future__ import annotations

from collections.abc import Collection

from lark import Token

_PHRASES = (
    ("a value", {"NUMBER", "VARIABLE", "CONSTANT", "FUNCTION", "APPLIED", "LPAR", "ABS_OPEN", "NORM_OPEN", "SQRT"}),
    ("an operator", {"PLUS", "MINUS", "TIMES", "DOT", "AT", "DIVIDE", "POW", "SUPERSCRIPT", "TRANSPOSE", "JUXT", "TIGHT",
                     "DOT_CALL"}),
    ("a comparison", {"COMPARE"}),
    ("'|'", {"ABS_CLOSE"}),
    ("'‖'", {"NORM_CLOSE"}),
    ("')'", {"RPAR"}),
    ("']'", {"RSQB"}),
    ("'['", {"LSQB"}),
    ("','", {"COMMA"}),
    ("'='", {"EQUAL"}),
    ("a parameter", {"PARAMETER"}),
    ("the name of a function", {"DEFINED"}),
    ("a statement", {"TARGET", "GATE"}),
    ("the end of the statement", {"END", "$END"}),
)  # fmt: skip
"""A phrase for every terminal that the parser can wait for; a test holds them against the grammar."""

_PREFERRED = ("a value", "')'", "']'", "'|'", "'‖'", "','", "'='", "an operator", "the end of the statement")
MOST = 3

_NAMED = {
    "PLUS": "an operator", "TIMES": "an operator", "DOT": "an operator", "AT": "an operator", "DIVIDE": "an operator",
    "POW": "an operator", "EQUAL": "'='", "COMMA": "a comma", "COMPARE": "a comparison", "RPAR": "')'", "RSQB": "']'",
    "SUPERSCRIPT": "a power", "TRANSPOSE": "a transpose",
}  # fmt: skip


def phrases(expected: Collection[str]) -> list[str]:
    """The expected terminals as at most three phrases."""
    found = [phrase for phrase, terminals in _PHRASES if not terminals.isdisjoint(expected)]
    if "a value" in found:
        found = [phrase for phrase in found if phrase != "a statement"]
    found.sort(key=lambda phrase: _PREFERRED.index(phrase) if phrase in _PREFERRED else len(_PREFERRED))
    return found[:MOST]


def expectation(expected: Collection[str]) -> str:
    """The phrases as one part of a sentence ("a value, ')' or an operator")."""
    *some, last = phrases(expected) or ["the end of the formula"]
    return f"{', '.join(some)} or {last}" if some else last


def described(token: Token) -> str:
    """The token that was found, in words."""
    if token.type == "$END":
        return "the formula ends"
    if token.type == "END":
        return "the statement ends"
    if token.type in ("MINUS", *_NAMED) or not str(token):
        return f"here stands '{token}'" if str(token) else "here stands a value"
    return f"here stands '{token}'"
