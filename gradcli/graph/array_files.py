"""One value from one file: what stands behind `W=@w.npy`."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gradcli.graph.array_entries import from_other
from gradcli.graph.limits import printable, read_text
from gradcli.graph.numpy_files import read_npy, read_npz
from gradcli.graph.point import from_numbers
from gradcli.graph.point_files import parsed
from gradcli.graph.text_tables import Row, csv_rows, has_names, matrix, named_columns, txt_rows
from gradcli.language import GradcliError, canonical

if TYPE_CHECKING:
    from gradcli.graph.array_values import Array

_WITH_NAMES = (".npz", ".json", ".toml", ".csv")
_MOST_LISTED = 8


def from_reference(reference: str, name: str) -> float | Array:
    """The value in a file, for the name it will be bound to.

    Args:
        reference: the file, or `FILE:MEMBER` for one of the values in a file that gives names to them. Without a
            member it is the value of the same name, or the only one.
        name: the name that gets the value.

    Raises:
        GradcliError: the file cannot be read, or holds no such value.
    """
    path, member = _split(reference)
    where, kind = path.name, path.suffix.lower()
    if kind not in (".npy", ".txt", *_WITH_NAMES):
        raise GradcliError("bad-point", f"{path}: an array is read from .npy, .npz, .json, .toml, .csv or .txt",
                           hint=f"rename the file, or write {name}=[1, 2]")  # fmt: skip
    if kind == ".npy":
        return from_other(read_npy(path, name), name, where)
    held = read_npz(path) if kind == ".npz" else _from_text(read_text(path), kind, name, where)
    if isinstance(held, Mapping):
        held = _picked(held, member, name, where)
    elif member is not None:
        raise GradcliError("bad-point", f"{where} gives no names to its numbers", hint=f"write {name}=@{where}")
    (binding,) = from_numbers({name: held}, where).values()
    return binding.value


def _split(reference: str) -> tuple[Path, str | None]:
    """A colon stands before a member only behind a file that can have some: `C:/w.npy` is a file."""
    file, colon, member = reference.rpartition(":")
    if colon and member and file.lower().endswith(_WITH_NAMES):
        return Path(file), member
    return Path(reference), None


def _from_text(text: str, kind: str, name: str, where: str) -> Any:
    """What a file of text holds: values by their names, or one without a name."""
    if kind in (".json", ".toml"):
        return parsed(text, kind, where)
    rows: list[Row] = txt_rows(text) if kind == ".txt" else csv_rows(text, where)
    return named_columns(rows, where) if kind == ".csv" and has_names(rows) else matrix(rows, name, where)


def _picked(values: Mapping[str, Any], member: str | None, name: str, where: str) -> Any:
    by_key = {canonical(key): value for key, value in values.items()}
    key = canonical(name if member is None else member)
    if key in by_key:
        return by_key[key]
    if member is None and len(values) == 1:
        return next(iter(values.values()))
    known = [printable(one) for one in list(values)[:_MOST_LISTED]]
    listed = ", ".join(known) + (" ..." if len(values) > _MOST_LISTED else "")
    if not known:
        raise GradcliError("bad-point", f"{where} holds no names", hint=f"write {name}=[1, 2]")
    raise GradcliError("bad-point", f"{where} has no '{printable(name if member is None else member)}'",
                       hint=f"it holds {listed}: write {name}=@{where}:{known[0]}")  # fmt: skip
