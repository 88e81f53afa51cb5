"""Brackets must match in kind: checked before the parser sees a token, with both ends named."""

from __future__ import annotations

from collections.abc import Sequence

from lark import Token

from gradcli.language.errors import GradcliError

_OPENING = {"LPAR": "RPAR", "LSQB": "RSQB", "DOT_CALL": "RPAR", "METHOD": "RPAR", "ARRAY": "RPAR"}
_CLOSING = {"RPAR": ")", "RSQB": "]"}


def match_brackets(tokens: Sequence[Token], text: str) -> dict[int, int]:
    """For every opening bracket's index in `tokens` the index of the one that closes it.

    Raises:
        GradcliError: a bracket has no partner, or one of the other kind.
    """
    partner: dict[int, int] = {}
    open_now: list[int] = []
    for index, token in enumerate(tokens):
        if token.type in _OPENING:
            open_now.append(index)
        elif token.type in _CLOSING:
            if not open_now:
                raise GradcliError(
                    "unbalanced-bracket",
                    f"this '{token}' closes nothing",
                    text=text,
                    start=token.start_pos or 0,
                    end=token.end_pos,
                    hint=f"take it away, or write the '{'(' if token.type == 'RPAR' else '['}' that it should close",
                )
            opened = open_now.pop()
            opener = tokens[opened]
            if _OPENING[opener.type] != token.type:
                wanted = _CLOSING[_OPENING[opener.type]]
                raise GradcliError(
                    "mismatched-bracket",
                    f"'{opener[-1]}' is closed by '{token}'",
                    text=text,
                    start=token.start_pos or 0,
                    end=token.end_pos,
                    also=(opener.start_pos or 0, opener.end_pos or 0),
                    hint=f"write '{wanted}' here",
                )
            partner[opened] = index
    if open_now:
        opener = tokens[open_now[-1]]
        raise GradcliError(
            "unbalanced-bracket",
            f"this '{opener[-1]}' is never closed",
            text=text,
            start=opener.start_pos or 0,
            end=opener.end_pos,
            hint=f"write the missing '{_CLOSING[_OPENING[opener.type]]}'",
        )
    return partner
