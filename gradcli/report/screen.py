"""Where a report goes: a terminal with its width, boxes and colours, or a pipe that takes plain lines."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import IO

from gradcli.report.charset import can_show

NARROWEST = 20
ORDINARY = 80


@dataclass(frozen=True, slots=True)
class Screen:
    """What the reader of an output sees.

    Attributes:
        boxes: whether tables have lines.
        width: how many cells fit in a line; None where lines may have any length.
        ascii_only: whether the encoding lacks the signs of mathematics.
        colours: whether tables with lines have colours, too.
    """

    boxes: bool = False
    width: int | None = None
    ascii_only: bool = False
    colours: bool = False

    @staticmethod
    def of(stream: IO[str]) -> Screen:
        """The screen behind a stream; `NO_COLOR`, `FORCE_COLOR`, `TERM=dumb` and `COLUMNS` are respected."""
        ascii_only = not can_show(getattr(stream, "encoding", None))
        forced = os.environ.get("FORCE_COLOR", "") not in ("", "0")
        if not (forced or _is_terminal(stream)):
            return Screen(ascii_only=ascii_only)
        able = os.environ.get("TERM", "").lower() not in ("dumb", "unknown")
        return Screen(able, max(_width(stream), NARROWEST), ascii_only, able and not os.environ.get("NO_COLOR"))


def _is_terminal(stream: IO[str]) -> bool:
    try:
        return stream.isatty()
    except ValueError:  # closed
        return False


def _width(stream: IO[str]) -> int:
    columns = os.environ.get("COLUMNS", "")
    if columns.isascii() and columns.isdigit() and int(columns):
        return int(columns)
    try:
        return os.get_terminal_size(stream.fileno()).columns or ORDINARY
    except (OSError, ValueError):
        return ORDINARY
