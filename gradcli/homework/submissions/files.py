"""Bytes of a student's file: a regular file inside of the folder and of a bearable size, then text in UTF-8.

Messages name no file: the record they end in does.
"""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path
from typing import BinaryIO

from gradcli.homework.limits import LARGEST_FILE
from gradcli.language import GradcliError

AS_TEXT = "hand in a text file (.txt) with one answer a line"
AS_UTF8 = "save the file as UTF-8 and hand it in again"

_KINDS = (
    (b"%PDF-", "a PDF"),
    (b"\x89PNG\r\n", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"{\\rtf", "an RTF document"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1", "an Office document"),
    (b"\x1f\x8b", "a packed file"),
    (b"7z\xbc\xaf'\x1c", "a packed file"),
    (b"Rar!\x1a", "a packed file"),
)
_BYTE_ORDER_MARKS = (
    (b"\xff\xfe\x00\x00", "UTF-32"),
    (b"\x00\x00\xfe\xff", "UTF-32"),
    (b"\xff\xfe", "UTF-16"),
    (b"\xfe\xff", "UTF-16"),
)
# Not every system has each of them.
_FLAGS = os.O_RDONLY | sum(getattr(os, name, 0) for name in ("O_NOFOLLOW", "O_NONBLOCK", "O_CLOEXEC", "O_BINARY"))
_ODD = ((stat.S_ISFIFO, "a pipe"), (stat.S_ISSOCK, "a socket"), (stat.S_ISCHR, "a device"), (stat.S_ISBLK, "a device"))


def open_regular(path: Path, within: Path | None) -> BinaryIO:
    """A regular file, open for reading; nothing else is ever opened.

    A pipe would block and a device would act when it is opened, so the kind of the file is looked at first, and once
    more on what was opened, in case another file took its place in between.

    Args:
        path: the file.
        within: the folder in which the file has to be once all links are followed; None for a file that was named
            by the user.

    Raises:
        GradcliError: there is no such file, it is no regular file, it is outside of the folder, or cannot be read.
    """
    refuse_odd(path, within)
    try:
        before = path.lstat()
        file = os.fdopen(os.open(path, _FLAGS), "rb")
    except (OSError, ValueError) as error:
        raise refused(error) from None
    opened = os.fstat(file.fileno())
    if (opened.st_dev, opened.st_ino) != (before.st_dev, before.st_ino):
        file.close()
        raise GradcliError("unreadable-file", "the file was exchanged while it was opened", hint="check it once more")
    return file


def refuse_odd(path: Path, within: Path | None) -> None:
    """Refuse what is no regular file inside of the folder, without opening it.

    Raises:
        GradcliError: as `open_regular`.
    """
    try:
        mode = path.lstat().st_mode
        inside = within is None or _is_inside(path, within)
    except (OSError, ValueError) as error:
        raise refused(error) from None
    if stat.S_ISLNK(mode):
        raise GradcliError("unreadable-file", "this is a symbolic link, and links are not followed",
                           hint="hand in the file itself")  # fmt: skip
    if not inside:
        raise GradcliError("unreadable-file", "the file is outside of the folder that is checked",
                           hint="put the file itself into the folder")  # fmt: skip
    if stat.S_ISDIR(mode):
        raise GradcliError("unreadable-file", "this is a folder that cannot be looked into",
                           hint="check who may read it")  # fmt: skip
    for is_odd, what in _ODD:
        if is_odd(mode):
            raise GradcliError("unreadable-file", f"this is {what}, and no regular file", hint=AS_TEXT)
    if not stat.S_ISREG(mode):
        raise GradcliError("unreadable-file", "this is no regular file", hint=AS_TEXT)


def read_bytes(path: Path, within: Path | None, most: int = LARGEST_FILE) -> bytes:
    """All bytes of a regular file of at most `most` bytes.

    Raises:
        GradcliError: as `open_regular`, or the file is larger.
    """
    with open_regular(path, within) as file:
        try:
            data = file.read(most + 1) if os.fstat(file.fileno()).st_size <= most else None
        except OSError as error:
            raise refused(error) from None
    if data is None or len(data) > most:
        raise too_large(most)
    return data


def text_of(data: bytes) -> str:
    """The text that bytes in UTF-8 spell, with or without a byte order mark.

    Raises:
        GradcliError: there are none, they are another kind of file, or they are not in UTF-8.
    """
    if not data.strip():
        raise GradcliError("unreadable-file", "the file is empty", hint=AS_TEXT)
    for mark, encoding in _BYTE_ORDER_MARKS:
        if data.startswith(mark):
            raise GradcliError("unreadable-file", f"the text is in {encoding}, not in UTF-8", hint=AS_UTF8)
    kind = kind_of(data)
    if kind is not None:
        raise refused_kind(kind)
    if b"\0" in data:
        sample = data[:2000]
        if max(sample[::2].count(0), sample[1::2].count(0)) > len(sample) // 5:  # Latin letters in UTF-16
            raise GradcliError("unreadable-file", "the text seems to be in UTF-16, not in UTF-8", hint=AS_UTF8)
        raise refused_kind("a binary file")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise GradcliError("unreadable-file", f"the text is not in UTF-8: see line {line:,}", hint=AS_UTF8) from None


def kind_of(data: bytes) -> str | None:
    """What a file is by its first bytes, with its article, or None if they are those of no known kind."""
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        head = data[:8192]
        if b"[Content_Types].xml" in head or b"word/" in head:
            return "a Word, Excel or PowerPoint document"
        return "an OpenDocument file" if b"mimetypeapplication/vnd.oasis" in head else "a zip"
    if data[4:12] in (b"ftypheic", b"ftypheix", b"ftypmif1"):
        return "a picture"
    return next((kind for magic, kind in _KINDS if data.startswith(magic)), None)


def refused_kind(kind: str) -> GradcliError:
    """The error for a file of another kind; `kind` has its article."""
    return GradcliError("unreadable-file", f"this is {kind}; write the answers as text", hint=AS_TEXT)


def refused(error: OSError | ValueError) -> GradcliError:
    """The error for a file that the system refuses."""
    if not isinstance(error, OSError):
        return GradcliError("unreadable-file", "this is no name of a file", hint="check the name of the file")
    if error.errno in (errno.ENOENT, errno.ENOTDIR):
        return GradcliError("unreadable-file", "there is no such file", hint="check the name of the file")
    if error.errno == errno.ELOOP:
        return GradcliError("unreadable-file", "this is a symbolic link, and links are not followed",
                            hint="hand in the file itself")  # fmt: skip
    why = (error.strerror or "error").lower()
    return GradcliError("unreadable-file", f"the file cannot be read: {why}", hint="check who may read it")


def too_large(most: int) -> GradcliError:
    """The error for a file of more than `most` bytes."""
    return GradcliError("too-large", f"the file is larger than {most / 2**20:.3g} MiB",
                        hint="hand in the answers alone, one a line")  # fmt: skip


def _is_inside(path: Path, within: Path) -> bool:
    folder, root = os.path.realpath(path.parent), os.path.realpath(within)
    return os.path.commonpath((folder, root)) == root
