"""Zip files of homework: members are looked at one by one and read in memory; nothing is ever unpacked to a disk."""

from __future__ import annotations

import io
import os
import re
import stat
import zlib
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from gradcli.homework.limits import LARGEST_FILE
from gradcli.homework.submissions.files import AS_TEXT, open_regular, refused, too_large
from gradcli.language import GradcliError

if TYPE_CHECKING:
    from zipfile import ZipFile, ZipInfo

MOST_MEMBERS = 20_000
"""Files and folders that an archive may hold."""

LARGEST_DIRECTORY = 16 * 1024 * 1024
"""Bytes that the directory of an archive may have: all of it is kept in memory."""

MOST_BYTES = 1024 * 1024 * 1024
"""Unpacked bytes that all members of an archive may have together; those beyond are refused."""

LONGEST_NAME = 1_000
"""Characters that the name of a member may have."""

_STORED, _DEFLATED = 0, 8
_AGAIN = "pack the files once more, as a plain zip"


@dataclass(frozen=True, slots=True)
class Member:
    """One file in an archive.

    Attributes:
        key: the name by which the archive knows it.
        parts: folders and file as they are shown.
    """

    key: str
    parts: tuple[str, ...]


class _Bounded(io.BufferedReader):
    """A file that refuses to be read in one piece larger than a directory may be.

    `zipfile` asks for the whole directory at once, by the size that the archive claims, whichever of its three
    records the claim stands in.
    """

    def read(self, size: int | None = -1, /) -> bytes:
        rest = os.fstat(self.fileno()).st_size - self.tell()
        wanted = rest if size is None or size < 0 else min(size, rest)
        if wanted > LARGEST_DIRECTORY:
            raise too_many()
        return super().read(max(wanted, 0))


class _Archive:
    """An open archive with the members that are not read because of those before them."""

    def __init__(self, file: io.BufferedReader) -> None:
        from zipfile import ZipFile  # a folder of text files needs none of it

        self.file = file
        try:
            self.zip: ZipFile = ZipFile(file)
        except BaseException:
            file.close()
            raise
        self.beyond: set[str] = set()
        total = 0
        for info in self.zip.infolist():
            total += min(info.file_size, LARGEST_FILE)
            if total > MOST_BYTES:
                self.beyond.add(info.filename)

    def __del__(self) -> None:
        self.file.close()


def members(path: Path, within: Path | None) -> tuple[tuple[Member, ...], tuple[str, ...]]:
    """The files in an archive, in its own order, and the names that stand in it twice (the last one is read).

    Raises:
        GradcliError: the archive cannot be read, or holds too many files.
    """
    infos = _archive(path, within).zip.infolist()
    if len(infos) > MOST_MEMBERS:
        raise too_many()
    found: dict[str, Member] = {}
    twice: dict[str, None] = {}
    for info in infos:
        if info.filename.endswith(("/", "\\")):
            continue
        if info.filename in found:
            twice["/".join(_shown(info).split("\\"))] = None
        parts = tuple(part for part in re.split(r"[/\\]", _shown(info)) if part not in ("", "."))
        found[info.filename] = Member(info.filename, parts or ("(no name)",))
    return tuple(found.values()), tuple(twice)


def read_member(path: Path, within: Path | None, key: str) -> bytes:
    """The bytes of a member, at most as many as a student's file may have, whatever the archive claims.

    Raises:
        GradcliError: the member is refused, larger, or damaged.
    """
    from zipfile import BadZipFile

    archive = _archive(path, within)
    try:
        info = archive.zip.getinfo(key)
    except KeyError:
        raise GradcliError("unreadable-file", "the zip does not hold this file any more", hint=_AGAIN) from None
    _refuse(info)
    if key in archive.beyond:
        raise GradcliError("too-large", f"the files in the zip before this one have {MOST_BYTES >> 30} GiB already",
                           hint="check it as several zips, or as a folder")  # fmt: skip
    try:
        with archive.zip.open(info) as file:
            data = file.read(LARGEST_FILE + 1)  # a bomb costs no more than this; the claimed size is no matter
    except (BadZipFile, zlib.error, OSError, EOFError, ValueError, RuntimeError, LookupError, OverflowError):
        raise GradcliError("unreadable-file", "this file is damaged in the zip", hint=_AGAIN) from None
    if len(data) > LARGEST_FILE:
        raise too_large(LARGEST_FILE)
    return data


def too_many() -> GradcliError:
    """The error for an archive with more members than are read."""
    return GradcliError("too-large", f"the zip holds more than {MOST_MEMBERS:,} files",
                        hint="check it as several zips, or as a folder")  # fmt: skip


def _refuse(info: ZipInfo) -> None:
    """Refuse a member by what the archive says about it."""
    name = info.filename.replace("\\", "/")
    kind = stat.S_IFMT(info.external_attr >> 16) if info.create_system == 3 else 0  # 3 is Unix
    if "\0" in info.orig_filename or len(name) > LONGEST_NAME or not name.strip("/. "):
        raise _refusal("the name of this file in the zip is no name of a file")
    if name.startswith("/") or re.match(r"[A-Za-z]:", name):
        raise _refusal("the name of this file in the zip starts at the root of a disk")
    if ".." in name.split("/"):
        raise _refusal("the name of this file in the zip leads out of its folder")
    if kind == stat.S_IFLNK:
        raise _refusal("this is a symbolic link, and links are not followed")
    if kind not in (0, stat.S_IFREG):
        raise _refusal("this is no regular file")
    if info.flag_bits & 0x1:
        raise GradcliError("unreadable-file", "this file is encrypted in the zip", hint="pack it without a password")
    if info.compress_type not in (_STORED, _DEFLATED):  # the others unpack without a bound
        raise _refusal("this file is packed by a method that is not read")


def _refusal(message: str) -> GradcliError:
    return GradcliError("unreadable-file", message, hint=AS_TEXT if "link" in message else _AGAIN)


def _shown(info: ZipInfo) -> str:
    """The name of a member; one that was written in UTF-8 without saying so is read as that."""
    name = info.orig_filename
    if not info.flag_bits & 0x800:
        with suppress(UnicodeError):
            name = name.encode("cp437").decode("utf-8")
    return name if len(name) <= LONGEST_NAME else name[:100] + "…"


def _archive(path: Path, within: Path | None) -> _Archive:
    try:
        status = path.lstat()
    except (OSError, ValueError) as error:
        raise refused(error) from None
    # A forked worker would share the place in the file with others, so each process opens its own.
    return _opened(path, within, os.getpid(), status.st_ino, status.st_mtime_ns, status.st_size)


@lru_cache(maxsize=8)
def _opened(path: Path, within: Path | None, process: int, inode: int, changed: int, size: int) -> _Archive:  # noqa: ARG001
    """The open archive: its directory may have thousands of entries, and is read once for all of them."""
    from zipfile import BadZipFile

    with open_regular(path, within) as plain:
        file = _Bounded(io.FileIO(os.dup(plain.fileno())))
    try:
        return _Archive(file)
    except (BadZipFile, OSError, ValueError, LookupError, OverflowError, NotImplementedError, RuntimeError):
        raise GradcliError("unreadable-file", "this is no zip, or a damaged one", hint=_AGAIN) from None
