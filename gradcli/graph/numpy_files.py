"""Arrays in NumPy's own files: what a header claims is checked before any memory is taken for it."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from gradcli.graph.array_values import refuse_kind, refuse_shape
from gradcli.graph.limits import LARGEST_ARRAY_FILE, open_file, printable, size_of
from gradcli.language import GradcliError
from gradcli.rules.shape import entries

if TYPE_CHECKING:
    import numpy

_LONGEST_HEADER = 10_000
_MOST_MEMBERS = 1_000
_BROKEN = (zipfile.BadZipFile, zlib.error, struct.error, EOFError, RuntimeError, ValueError)
"""What `zipfile` raises at files that are damaged, encrypted or packed in a way it does not know."""


def read_npy(path: Path, name: str) -> numpy.ndarray[Any, Any]:
    """The array in a .npy file, of real numbers of whatever kind.

    Raises:
        GradcliError: the file cannot be read, or holds something else.
    """
    with open_file(path) as file:
        return _array(file, name, path.name)


def read_npz(path: Path) -> dict[str, numpy.ndarray[Any, Any]]:
    """The arrays in a .npz file by their names.

    Raises:
        GradcliError: the file cannot be read, or holds something else.
    """
    where = path.name
    with open_file(path) as file:
        if size_of(file) > LARGEST_ARRAY_FILE:
            raise _too_large(where, "is")
        try:
            _refuse_crowd(file, where)
            with zipfile.ZipFile(file) as archive:
                return _members(archive, where)
        except io.UnsupportedOperation:
            raise GradcliError("unreadable-file", f"{where} is a pipe, in which no array can be looked up",
                               hint="save it in a file first") from None  # fmt: skip
        except _BROKEN as error:
            raise GradcliError("unreadable-file", f"{where} is no NPZ file, or damaged ({type(error).__name__})",
                               hint='write it by numpy.savez("w.npz", W=W, b=b)') from None  # fmt: skip


def _members(archive: zipfile.ZipFile, where: str) -> dict[str, numpy.ndarray[Any, Any]]:
    members = archive.infolist()
    # A few thousand bytes can unpack to gigabytes; no member gives more than it declares here.
    if sum(member.file_size for member in members) > LARGEST_ARRAY_FILE:
        raise _too_large(where, "unpacked is")
    found: dict[str, numpy.ndarray[Any, Any]] = {}
    for member in members:
        name = member.filename.removesuffix(".npy")
        if name == member.filename:
            raise GradcliError("bad-point", f"{where} holds '{printable(name)}', which is no array",
                               hint='write the file by numpy.savez("w.npz", W=W, b=b)')  # fmt: skip
        if name in found:
            raise GradcliError("bad-point", f"{where}: '{printable(name)}' stands there twice",
                               hint="keep one of them")  # fmt: skip
        if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise zipfile.BadZipFile  # NumPy writes no others, and those unpack without a bound
        with archive.open(member) as stream:
            found[name] = _array(stream, printable(name), where)
    return found


def _array(stream: IO[bytes], name: str, where: str) -> numpy.ndarray[Any, Any]:
    """The one array in a stream."""
    import numpy

    # What the header takes is read first, for it says itself how long it is.
    head = stream.read(_LONGEST_HEADER)
    start = io.BytesIO(head)
    shape, by_columns, dtype = _header(start, where)
    refuse_kind(dtype, name, where)
    refuse_shape(shape, name, where)
    size = entries(shape) * dtype.itemsize
    data = head[start.tell() :]
    data += stream.read(max(size + 1 - len(data), 0))
    if len(data) != size:
        has = f"ends after {len(data):,} of {size:,} bytes of" if len(data) < size else "goes on behind"
        raise GradcliError("unreadable-file", f"{where} {has} the array '{name}'",
                           hint=f'write it by numpy.save("{name}.npy", {name})')  # fmt: skip
    return numpy.frombuffer(data, dtype).reshape(shape, order="F" if by_columns else "C")


def _header(start: io.BytesIO, where: str) -> tuple[tuple[int, ...], bool, Any]:
    from numpy.lib import format as npy

    readers = {(1, 0): npy.read_array_header_1_0, (2, 0): npy.read_array_header_2_0}  # others name fields of records
    try:
        return readers[npy.read_magic(start)](start, max_header_size=_LONGEST_HEADER)
    except Exception as error:  # NumPy reads it by Python's own parser, which fails in many ways
        raise GradcliError("unreadable-file", f"{where} is no NPY file, or damaged ({type(error).__name__})",
                           hint='write it by numpy.save("w.npy", W)') from None  # fmt: skip


def _refuse_crowd(file: IO[bytes], where: str) -> None:
    """Refuse an archive of millions of members: `zipfile` takes memory for each of them before anybody can ask.

    The count stands in the last 22 bytes, unless there is a comment or a second, larger form of it; NumPy writes none.
    """
    file.seek(-min(size_of(file), 42), io.SEEK_END)
    tail = file.read()
    if tail[-22:-18] != b"PK\x05\x06":
        raise zipfile.BadZipFile
    if tail.startswith(b"PK\x06\x07") or struct.unpack("<H", tail[-12:-10])[0] > _MOST_MEMBERS:
        raise GradcliError("bad-point", f"{where} holds more than {_MOST_MEMBERS:,} arrays", hint="split it")


def _too_large(where: str, verb: str) -> GradcliError:
    return GradcliError("unreadable-file", f"{where} {verb} larger than {LARGEST_ARRAY_FILE // 2**20} MiB",
                        hint="split it")  # fmt: skip
