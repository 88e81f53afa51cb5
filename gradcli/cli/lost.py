"""When the output takes no more."""

from __future__ import annotations


class OutputLostError(Exception):
    """Standard output takes no more: the pipe is closed, or the disk is full."""

    def __init__(self, cause: OSError) -> None:
        super().__init__(cause.strerror)
        self.cause = cause
