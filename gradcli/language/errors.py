"""The one error that a user's text can cause: it knows the place, the reason and the repair."""

from __future__ import annotations

import re


class GradcliError(Exception):
    """What was typed is at fault.

    Attributes:
        code: the stable name of this kind of error (`gradcli explain CODE`).
        message: one sentence that says what is wrong.
        text: the text that holds the fault, or None where there is none to show (a missing file).
        start: offset of the first faulty character in `text`.
        end: offset behind the last faulty character; equal to `start` where something is missing.
        hint: what to write instead, or None.
        also: a second span that belongs to the fault (the bracket that was opened), or None.
    """

    def __init__(
        self,
        code: str,
        message: str,
        *,
        text: str | None = None,
        start: int = 0,
        end: int | None = None,
        hint: str | None = None,
        also: tuple[int, int] | None = None,
    ) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.text = text
        self.start = start
        self.end = start if end is None else end
        self.hint = hint
        self.also = also

    def position(self) -> tuple[int, int, int] | None:
        """Line, column and end column of the fault, all counted from 1; None where there is no text to point at.

        The end column is the one behind the last faulty character on the first faulty line.
        """
        if self.text is None:
            return None
        breaks = [match.span() for match in LINE_BREAK.finditer(self.text)]
        line_start = max((end for _, end in breaks if end <= self.start), default=0)
        line_end = min((start for start, _ in breaks if start >= self.start), default=len(self.text))
        line = 1 + sum(end <= self.start for _, end in breaks)
        end = max(min(self.end, line_end), self.start)
        return line, self.start - line_start + 1, end - line_start + 1


LINE_BREAK = re.compile("\r\n?|[\n\x0b\x0c\x85\u2028\u2029]")
