"""Where a parser could not go on."""

from __future__ import annotations

from lark.exceptions import UnexpectedInput, UnexpectedToken


def offset_of(error: UnexpectedInput, text: str) -> int:
    """Offset of the first character that could not be read; the length of the text if something is missing there."""
    if isinstance(error, UnexpectedToken) and error.token.type == "$END":
        return len(text)
    offset = error.pos_in_stream
    return len(text) if offset is None else offset
