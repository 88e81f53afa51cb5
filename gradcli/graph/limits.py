"""What comes from strangers: regular files and arrays of a bearable size, text in UTF-8, or a clear refusal."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, BinaryIO

from gradcli.language import GradcliError

LARGEST_FILE = 16 * 1024 * 1024
"""Bytes that a file of text, or standard input, may have."""

LARGEST_ARRAY_FILE = 256 * 1024 * 1024
"""Bytes that a file of NumPy arrays may have, and all that is packed in it may have together."""


def read_text(path: Path) -> str:
    """The text of a file.

    Raises:
        GradcliError: there is no such file, or it is no regular file, too large, or not in UTF-8.
    """
    with open_file(path) as file:
        return read_stream(file, str(path))


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


@contextmanager
def open_file(path: Path) -> Iterator[BinaryIO]:
    """The bytes of a regular file or a pipe; whatever the system refuses, also while it is read, becomes an error.

    Raises:
        GradcliError: there is no such file, or it is no regular file.
    """
    try:
        _refuse_odd(path)
        with path.open("rb") as file:
            yield file
    except OSError as error:
        raise GradcliError("unreadable-file", f"{path} cannot be read: {(error.strerror or 'error').lower()}",
                           hint="check the name of the file") from None  # fmt: skip


def size_of(file: IO[bytes]) -> int:
    """Bytes that an open file has; 0 for a pipe."""
    return os.fstat(file.fileno()).st_size


def _refuse_odd(path: Path) -> None:
    try:
        mode = path.stat().st_mode
    except ValueError:
        raise GradcliError("unreadable-file", "this is no name of a file", hint="check the name of the file") from None
    if stat.S_ISDIR(mode):
        raise GradcliError("unreadable-file", f"{path} is a folder", hint="name a file in it")
    if not stat.S_ISREG(mode) and not stat.S_ISFIFO(mode):
        raise GradcliError(
            "unreadable-file", f"{path} is no regular file", hint="name a file that holds numbers or text"
        )


def printable(text: str) -> str:
    """The beginning of a text, without characters that would do something to a terminal."""
    return "".join(c if c.isprintable() else "�" for c in text[:40])
