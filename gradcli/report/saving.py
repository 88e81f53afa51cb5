"""Files that are written as a whole or not at all."""

from __future__ import annotations

import io
import os
import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from gradcli.language import GradcliError


def refuse_unwritable(path: Path) -> None:
    """Refuse a file that cannot be written to, before anything is computed for it.

    Raises:
        GradcliError: it is a folder, or its folder is missing or not to be written to.
    """
    folder = path.parent
    if path.is_dir():
        raise GradcliError("unwritable", f"{path} is a folder", hint="name a file in it")
    if not folder.is_dir():
        raise GradcliError("unwritable", f"there is no folder {folder}", hint="make the folder, or name another one")
    if not os.access(folder, os.W_OK):
        raise GradcliError("unwritable", f"{folder} is not to be written to", hint="name another folder")


def save(path: Path, data: bytes | Iterable[bytes]) -> None:
    """Write a file: a new one beside it takes its place when it is complete.

    Args:
        path: the file.
        data: what it holds, whole or in pieces that are made as they are written.

    Raises:
        GradcliError: it cannot be written.
    """
    pieces = (data,) if isinstance(data, bytes) else data
    try:
        if path.exists() and not path.is_file():  # a pipe or a device has no place to be taken
            with path.open("wb") as file:
                file.writelines(pieces)
            return
        whole = path.resolve()  # a link stays a link
        new = whole.with_name(f".{whole.name}.{os.getpid()}.new")
        try:
            with new.open("xb") as file:
                file.writelines(pieces)
                file.flush()
                os.fsync(file.fileno())
            new.replace(whole)
        finally:
            new.unlink(missing_ok=True)
    except OSError as error:
        raise GradcliError("unwritable", f"{path} cannot be written: {(error.strerror or 'error').lower()}",
                           hint="write to another place") from None  # fmt: skip


def npz_bytes(arrays: Mapping[str, Any]) -> bytes:
    """Arrays by name as a .npz file; the same arrays are the same bytes, and a name may be any."""
    import numpy  # numbers alone can be written as JSON

    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, array in arrays.items():
            inside = io.BytesIO()
            numpy.lib.format.write_array(inside, numpy.asarray(array, dtype=float), allow_pickle=False)
            packed.writestr(zipfile.ZipInfo(f"{name}.npy"), inside.getvalue())  # dated 1980: no run differs
    return out.getvalue()
