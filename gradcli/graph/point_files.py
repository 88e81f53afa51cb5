"""A point in a file: JSON, TOML, CSV or NPZ."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Any

from gradcli.graph.limits import read_text
from gradcli.graph.point import Binding, from_numbers
from gradcli.graph.text_tables import csv_rows, named_columns
from gradcli.language import GradcliError


def from_file(path: Path) -> dict[str, Binding]:
    """Bindings from a file.

    JSON and TOML give a number or (nested) lists of numbers for each name, CSV a row of names and one row of values
    (numbers) or several (one vector a column), NPZ an array for each name.

    Raises:
        GradcliError: the file cannot be read, or does not hold finite numbers for each name.
    """
    where, kind = path.name, path.suffix.lower()
    if kind == ".npz":
        from gradcli.graph.numpy_files import read_npz

        return from_numbers(read_npz(path), where)
    if kind in (".npy", ".txt"):
        raise GradcliError("bad-point", f"{where} gives no name to its numbers", hint=f"bind them: write W=@{where}")
    if kind not in (".json", ".toml", ".csv"):
        raise GradcliError("bad-point", f"{where}: a point is read from .json, .toml, .csv or .npz",
                           hint="rename the file, or write NAME=VALUE on the command line")  # fmt: skip
    text = read_text(path)
    values = named_columns(csv_rows(text, where), where) if kind == ".csv" else parsed(text, kind, where)
    if not isinstance(values, dict):
        raise GradcliError("bad-point", f"{where} holds no names", hint='write {"x": 4, "y": 3}')
    return from_numbers(values, where)


def parsed(text: str, kind: str, where: str) -> Any:
    """What a JSON or TOML file holds.

    Raises:
        GradcliError: it is none.
    """
    try:
        if kind == ".toml":
            return tomllib.loads(text)
        return json.loads(text, object_pairs_hook=lambda pairs: _once(pairs, where))
    except (json.JSONDecodeError, tomllib.TOMLDecodeError) as error:
        raise GradcliError("bad-point", f"{where} is no {kind[1:].upper()}: {error}",
                           hint="write one line for each name: x = 4" if kind == ".toml" else 'write {"x": 4, "y": 3}',
                           ) from None  # fmt: skip
    except RecursionError:
        raise GradcliError("bad-point", f"{where} is nested too deeply",
                           hint="a vector is a list, a matrix a list of lists") from None  # fmt: skip
    except ValueError:  # Python converts no whole number of more digits
        raise GradcliError("bad-point", f"{where} holds a number with thousands of digits",
                           hint="write a number between -1.8e308 and 1.8e308") from None  # fmt: skip


def _once(pairs: list[tuple[str, object]], where: str) -> dict[str, object]:
    """A JSON object as a dictionary; the second of two equal names would silently win there."""
    found = dict(pairs)
    if len(found) < len(pairs):
        raise GradcliError("bad-point", f"{where}: a name stands twice", hint="keep one of them")
    return found
