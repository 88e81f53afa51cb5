"""Where a report goes: a terminal with its width, boxes and colours, or a pipe that takes plain lines."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING

from gradcli.report.charset import can_show

if TYPE_CHECKING:
    from rich.console import Console

NARROWEST = 20


@dataclass(frozen=True, slots=True)
class Screen:
    """What the reader of an output sees.

    Attributes:
        boxes: whether tables have lines and the text has colours.
        width: how many cells fit in a line; None where lines may have any length.
        ascii_only: whether the encoding lacks the signs of mathematics.
    """

    boxes: bool = False
    width: int | None = None
    ascii_only: bool = False

    @staticmethod
    def of(stream: IO[str]) -> Screen:
        """The screen behind a stream; `NO_COLOR`, `FORCE_COLOR`, `TERM=dumb` and `COLUMNS` are respected."""
        ascii_only = not can_show(getattr(stream, "encoding", None))
        forced = bool(os.environ.get("FORCE_COLOR"))
        try:
            terminal = stream.isatty() or forced
        except ValueError:
            terminal = False
        if not terminal:
            return Screen(ascii_only=ascii_only)
        console = _console(stream)
        return Screen(boxes=not console.is_dumb_terminal, width=max(console.width, NARROWEST), ascii_only=ascii_only)

    def console(self, stream: IO[str]) -> Console:
        """A Rich console that writes to the stream as this screen shows it; text is taken as it is, never as markup."""
        return _console(stream, width=self.width or 10_000, plain=not self.boxes)


def _console(stream: IO[str], *, width: int | None = None, plain: bool = False) -> Console:
    from rich.console import Console

    return Console(file=stream, width=width, markup=False, highlight=False, emoji=False, soft_wrap=False,
                   color_system=None if plain else "auto", force_terminal=False if plain else None)  # fmt: skip
