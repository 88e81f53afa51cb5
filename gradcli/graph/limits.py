"""Reading files that come from strangers: regular files of a bearable size, in UTF-8, or a clear refusal."""

from __future__ import annotations

import stat
from pathlib import Path
from typing import BinaryIO

from gradcli.language import GradcliError

LARGEST_FILE = 16 * 1024 * 1024
"""Bytes that a file, or standard input, may have."""


def read_text(path: Path) -> str:
    """The text of a file.

    Raises:
        GradcliError: there is no such file, or it is no regular file, too large, or not in UTF-8.
    """
    try:
        mode = path.stat().st_mode
        if stat.S_ISDIR(mode):
            raise GradcliError("unreadable-file", f"{path} is a folder", hint="name a file in it")
        if not stat.S_ISREG(mode) and not stat.S_ISFIFO(mode):
            raise GradcliError("unreadable-file", f"{path} is no regular file", hint="name a file that holds text")
        with path.open("rb") as file:
            return read_stream(file, str(path))
    except OSError as error:
        raise GradcliError("unreadable-file", f"{path} cannot be read: {(error.strerror or 'error').lower()}",
                           hint="check the name of the file") from None  # fmt: skip
    except ValueError:
        raise GradcliError("unreadable-file", "this is no name of a file", hint="check the name of the file") from None


def read_stream(stream: BinaryIO, where: str) -> str:
    """The text of an open binary stream, under the same limits."""
    data = stream.read(LARGEST_FILE + 1)
    if len(data) > LARGEST_FILE:
        raise GradcliError("unreadable-file", f"{where} is larger than {LARGEST_FILE // 2**20} MiB",
                           hint="split it")  # fmt: skip
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise GradcliError("unreadable-file", f"{where} is not in UTF-8", hint="save it as UTF-8") from None
