"""A point in a file: JSON, TOML or CSV."""

from __future__ import annotations

import csv
import io
import json
import tomllib
from pathlib import Path

from gradcli.graph.limits import read_text
from gradcli.graph.point import Binding, from_numbers
from gradcli.language import GradcliError


def from_file(path: Path) -> dict[str, Binding]:
    """Bindings from a JSON, TOML or CSV file (a row of names and a row of values).

    Raises:
        GradcliError: the file cannot be read, or does not hold one number for each name.
    """
    text = read_text(path)
    where = path.name
    kind = path.suffix.lower()
    try:
        if kind == ".json":
            values = json.loads(text, object_pairs_hook=lambda pairs: _once(pairs, where))
        elif kind == ".toml":
            values = tomllib.loads(text)
        elif kind == ".csv":
            values = _from_csv(text, where)
        else:
            raise GradcliError("bad-point", f"{where}: a point is read from .json, .toml or .csv",
                               hint="rename the file, or write NAME=VALUE on the command line")  # fmt: skip
    except (json.JSONDecodeError, tomllib.TOMLDecodeError) as error:
        raise GradcliError("bad-point", f"{where} is no {kind[1:].upper()}: {error}",
                           hint='write {"x": 4, "y": 3}' if kind == ".json" else "write one line for each name: x = 4",
                           ) from None  # fmt: skip
    except (RecursionError, ValueError, csv.Error) as error:
        raise GradcliError("bad-point", f"{where} cannot be read: {type(error).__name__}",
                           hint="give one number for each name") from None  # fmt: skip
    if not isinstance(values, dict):
        raise GradcliError("bad-point", f"{where} holds no names", hint='write {"x": 4, "y": 3}')
    return from_numbers(values, where)


def _once(pairs: list[tuple[str, object]], where: str) -> dict[str, object]:
    """A JSON object as a dictionary; the second of two equal names would silently win there."""
    found = dict(pairs)
    if len(found) < len(pairs):
        raise GradcliError("bad-point", f"{where}: a name stands twice", hint="keep one of them")
    return found


def _from_csv(text: str, where: str) -> dict[str, str]:
    rows = [row for row in csv.reader(io.StringIO(text)) if any(cell.strip() for cell in row)]
    if len(rows) != 2 or len(rows[0]) != len(rows[1]):
        raise GradcliError("bad-point", f"{where}: expected a row of names and one row of as many values",
                           hint="for several points use eval --jsonl, one point a line")  # fmt: skip
    names = [name.strip() for name in rows[0]]
    if len(set(names)) != len(names):
        raise GradcliError("bad-point", f"{where}: a name stands twice in the first row", hint="keep one of them")
    return dict(zip(names, rows[1], strict=True))
