"""Whatever the parser meets, the message says in words what was expected: in every state, for every terminal."""

from __future__ import annotations

import pytest
from lark import Lark, Token
from lark.parsers.lalr_analysis import Shift

from gradcli.language.expectations import described, expectation, phrases
from gradcli.language.grammar import load
from gradcli.language.reductions import Reductions
from gradcli.language.resolver import Resolver


@pytest.fixture(scope="module")
def parser() -> Lark:
    return load("formula.lark", postlex=Resolver(), transformer=Reductions())


def _states(parser: Lark) -> dict[int, set[str]]:
    """For every state of the parser the terminals it can go on with."""
    table = parser.parser.parser._parse_table
    return {state: {name for name in actions if name.isupper() or name == "$END"}
            for state, actions in table.states.items()}  # fmt: skip


def test_the_states_are_those_of_the_grammar(parser: Lark) -> None:
    states = _states(parser)
    table = parser.parser.parser._parse_table
    assert len(states) > 50
    assert any(action is Shift for actions in table.states.values() for action, _ in actions.values())


def test_every_terminal_has_a_phrase(parser: Lark) -> None:
    terminals = set().union(*_states(parser).values())
    assert {"NUMBER", "JUXT", "TIGHT", "ABS_CLOSE", "$END"} <= terminals
    assert [name for name in terminals if len(phrases([name])) != 1] == []


def test_every_state_has_a_message_for_every_wrong_token(parser: Lark) -> None:
    states = _states(parser)
    terminals = set().union(*states.values())
    names = terminals | {terminal.name for terminal in parser.terminals}
    seen = 0
    for accepted in states.values():
        if not accepted:
            continue
        for wrong in terminals - accepted:
            text = "" if wrong in ("$END", "END", "JUXT", "TIGHT") else "?"
            message = f"expected {expectation(accepted)}, but {described(Token(wrong, text))}"
            assert not {word.strip("',") for word in message.split()} & names, message
            assert 1 <= len(phrases(accepted)) <= 3
            assert "''" not in message
            seen += 1
    assert seen > 1000


WORDS = [
    ({"NUMBER", "LPAR", "PLUS", "MINUS"}, "a value"),
    ({"NUMBER", "SUPERSCRIPT", "POW"}, "a value"),
    ({"PLUS", "TIMES", "RPAR", "COMMA", "COMPARE"}, "')', ',' or an operator"),
    ({"PLUS", "END", "$END"}, "an operator or the end of the formula"),
    ({"EQUAL"}, "'='"),
    (set(), "the end of the formula"),
]


@pytest.mark.parametrize(("expected", "words"), WORDS)
def test_expectations_in_words(expected: set[str], words: str) -> None:
    assert expectation(expected) == words


FOUND = [
    (Token("TIMES", "×"), "here stands '×'"),
    (Token("VARIABLE", "q"), "here stands 'q'"),
    (Token("$END", ""), "the formula ends"),
    (Token("END", ""), "the statement ends"),
    (Token("JUXT", ""), "here stands a value"),
]


@pytest.mark.parametrize(("token", "words"), FOUND)
def test_what_was_found_in_words(token: Token, words: str) -> None:
    assert described(token) == words
