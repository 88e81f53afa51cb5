"""Results that outlive an interrupted run: each is appended to a file beside the output as it comes."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from io import FileIO
from pathlib import Path
from types import TracebackType
from typing import Any

from gradcli.language import GradcliError

_HEAD = b'{"journal": 1, "fingerprint": '
_SYNC_EVERY = 256
"""Records that a failure of the machine, which is rarer than one of a process, may cost."""

_LOCKED_AT = 2**40
"""The byte that a lock is on: none that is ever read, because some systems guard what is locked."""


def digest_of(content: bytes) -> str:
    """The digest of what a submission holds: 32 hexadecimal digits."""
    return hashlib.blake2b(content, digest_size=16).hexdigest()


def fingerprint_of(*parts: str) -> str:
    """The digest of everything but the submission that a record depends on: key, options, roster, version."""
    return digest_of(json.dumps(parts).encode("ascii"))


class Journal:
    """The records of a run that is not finished yet, in `<output>.partial`.

    The first line names the format and the fingerprint, every other one holds a record and the digest of the submission
    it was made from. A last line that was not written to its end is cut off, a file with another fingerprint begins
    anew. Only names, digests and places are kept in memory. As long as a journal is open no other process can open
    it; the lock ends with the process.

    `len(journal)` is the number of submissions it has a record of.
    """

    def __init__(self, path: Path, fingerprint: str) -> None:
        """Open the journal that belongs to an output, or begin one.

        Args:
            path: the output (`results.jsonl`).
            fingerprint: of all that decides the records besides the submissions.

        Raises:
            GradcliError: another run has it open, it cannot be read or written, or what is there is no journal.
        """
        self.path = path.with_name(path.name + ".partial")
        self._index: dict[str, tuple[str, int, int]] = {}
        self._unsynced = 0
        with self._faults():
            self._file = self._opened()
            try:
                self._end = self._read(_HEAD + json.dumps(fingerprint).encode("ascii") + b"}\n")
            except BaseException:
                self._file.close()
                raise

    def __len__(self) -> int:
        return len(self._index)

    def __contains__(self, file: str) -> bool:
        return file in self._index

    def __enter__(self) -> Journal:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def knows(self, file: str, digest: str) -> bool:
        """Whether there is a record of a submission with this content."""
        return file in self._index and self._index[file][0] == digest

    def record(self, file: str) -> dict[str, Any]:
        """The record of a submission, as it was added.

        Raises:
            KeyError: there is none.
            GradcliError: it cannot be read any more.
        """
        _, place, length = self._index[file]
        with self._faults():
            self._file.seek(place)
            record: dict[str, Any] = json.loads(_exactly(self._file, length))["record"]
        return record

    def add(self, file: str, digest: str | None, line: bytes) -> None:
        """Append a record; one without a digest could not be recognised later, and is not kept.

        Args:
            file: the submission's name, also the record's.
            digest: of the submission's content.
            line: the record as JSON without a line break.

        Raises:
            GradcliError: it cannot be written.
        """
        if digest is None:
            return
        data = b'{"digest":"%s","record":%s}\n' % (digest.encode("ascii"), line)
        with self._faults():
            self._file.seek(self._end)
            _write(self._file, data)
            self._index[file] = (digest, self._end, len(data))
            self._end += len(data)
            self._unsynced += 1
            if self._unsynced >= _SYNC_EVERY:
                self._sync()

    def close(self) -> None:
        """Leave the journal for another run to go on with."""
        if not self._file.closed:
            with self._faults():
                try:
                    self._sync()
                finally:
                    self._file.close()

    def finish(self) -> None:
        """Remove the journal: the output it was for is complete and in its place."""
        with self._faults():
            if sys.platform == "win32":
                self._file.close()  # an open file cannot be removed there
                self.path.unlink(missing_ok=True)
            else:
                self.path.unlink(missing_ok=True)  # before the lock ends, so that it is nobody else's by then
                self._file.close()

    def _sync(self) -> None:
        os.fsync(self._file.fileno())
        self._unsynced = 0

    def _opened(self) -> FileIO:
        flags = os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0) | getattr(os, "O_NOFOLLOW", 0)
        while True:
            file = FileIO(os.open(self.path, flags | getattr(os, "O_NONBLOCK", 0), 0o666), "r+b")
            try:
                if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                    raise GradcliError("unwritable", f"{self.path} is no regular file", hint="remove it")
                if not _locked(file):
                    raise GradcliError("unwritable", f"another run is writing {self.path}",
                                       hint="wait until it is done, or write to another file")  # fmt: skip
                if self.path.exists() and os.path.samestat(os.fstat(file.fileno()), self.path.stat()):
                    return file
            except BaseException:
                file.close()
                raise
            file.close()  # the run that held it has just finished and removed it

    def _read(self, head: bytes) -> int:
        """Fill the index, and cut off what is of no use. The offset behind the last record."""
        with open(self._file.fileno(), "rb", closefd=False) as lines:
            first = lines.readline(1 << 16)
            if first != head:
                if not (first.startswith(_HEAD) or _HEAD.startswith(first)):
                    raise GradcliError("unwritable", f"{self.path} is in the way: it is no journal of gradcli",
                                       hint="move it, or write to another file")  # fmt: skip
                self._cut(0)
                _write(self._file, head)
                return len(head)
            end = len(head)
            for line in lines:
                entry = _entry(line)
                if entry is None:
                    break
                self._index[entry[0]] = (entry[1], end, len(line))
                end += len(line)
        self._cut(end)
        return end

    def _cut(self, end: int) -> None:
        self._file.truncate(end)
        self._file.seek(end)

    @contextmanager
    def _faults(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise GradcliError("unwritable", f"{self.path} cannot be written: {(error.strerror or 'error').lower()}",
                               hint="write to another place") from None  # fmt: skip


def _entry(line: bytes) -> tuple[str, str] | None:
    """File and digest of a line; None if it was not written to its end."""
    try:
        entry: Any = json.loads(line) if line.endswith(b"\n") else None
        file, digest = entry["record"]["file"], entry["digest"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    return (file, digest) if isinstance(file, str) and isinstance(digest, str) else None


def _exactly(file: FileIO, length: int) -> bytes:
    parts = bytearray()
    while len(parts) < length:
        part = file.read(length - len(parts))
        if not part:
            raise OSError(errno.EIO, "it became shorter")
        parts += part
    return bytes(parts)


def _write(file: FileIO, data: bytes) -> None:
    rest = memoryview(data)
    while rest:
        rest = rest[file.write(rest) or 0 :]


def _locked(file: FileIO) -> bool:
    """Lock a file for this process, without waiting and without a file to be left behind; False if another has."""
    try:
        if sys.platform == "win32":
            import msvcrt

            file.seek(_LOCKED_AT)
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
            file.seek(0)
        else:
            import fcntl

            # This kind is not handed on to forked processes, which may outlive a killed one for a moment.
            fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, _LOCKED_AT)
    except OSError as error:
        # A file system that knows no locks is no reason not to grade.
        return error.errno not in (errno.EACCES, errno.EAGAIN, errno.EDEADLK)
    return True
