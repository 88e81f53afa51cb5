"""Numbers in rows of text: files of comma or space separated values."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

from gradcli.graph.array_values import refuse_shape
from gradcli.graph.limits import printable
from gradcli.language import GradcliError

Row = tuple[int, list[str]]
"""The number of a line, counted from 1, and the cells in it."""

Nested = float | list[float] | list[list[float]]


def csv_rows(text: str, where: str) -> list[Row]:
    """The rows of a CSV file; empty ones are skipped."""
    reader = csv.reader(io.StringIO(text))
    try:
        return [(reader.line_num, row) for row in reader if any(cell.strip() for cell in row)]
    except csv.Error as error:
        raise GradcliError("bad-point", f"{where}: line {reader.line_num} is no CSV: {error}",
                           hint="write one row a line, numbers separated by commas") from None  # fmt: skip


def txt_rows(text: str) -> list[Row]:
    """The rows of a text file: numbers separated by commas or spaces; `#` starts a comment, empty lines are skipped."""
    lines = ((number, line.partition("#")[0].strip()) for number, line in enumerate(text.splitlines(), 1))
    return [(number, line.split("," if "," in line else None)) for number, line in lines if line]


def has_names(rows: Sequence[Row]) -> bool:
    """Whether the first row holds names instead of numbers."""
    return bool(rows) and not any(map(_is_number, rows[0][1]))


def matrix(rows: Sequence[Row], name: str, where: str) -> Nested:
    """The numbers of all rows: a matrix; a vector where there is one row or one column; a number where there is one.

    Raises:
        GradcliError: the rows differ in length, a cell holds no number, or there are none at all.
    """
    if not rows:
        raise GradcliError("bad-point", f"{where} holds no numbers", hint="write one row a line: 1, 2")
    _refuse_ragged(rows, where)
    refuse_shape((len(rows), len(rows[0][1])), name, where)
    values = [_numbers(cells, [line] * len(cells), where) for line, cells in rows]
    if len(values) > 1 and len(values[0]) > 1:
        return values
    flat = [number for row in values for number in row]
    return flat[0] if len(flat) == 1 else flat


def named_columns(rows: Sequence[Row], where: str) -> dict[str, str | list[float]]:
    """The columns of a table whose first row holds their names.

    One row of values binds numbers, which may be constant expressions; several give one vector a column.

    Raises:
        GradcliError: the rows differ in length, a name stands twice, or a cell of several rows holds no number.
    """
    if len(rows) <= 1:
        raise GradcliError("bad-point", f"{where}: expected a row of names and rows of as many values",
                           hint="write the names in the first line, x,y and their values below, 4,3")  # fmt: skip
    names = [name.strip() for name in rows[0][1]]
    if len(names) == 1 and any(mark in names[0] for mark in ";\t"):
        raise GradcliError("bad-point", f"{where}: the cells are not separated by commas", hint="write x,y and 4,3")
    if len(set(names)) != len(names):
        raise GradcliError("bad-point", f"{where}: a name stands twice in the first row", hint="keep one of them")
    _refuse_ragged(rows, where)
    values = rows[1:]
    if len(values) == 1:
        return dict(zip(names, values[0][1], strict=True))
    lines = [line for line, _ in values]
    columns = zip(*(cells for _, cells in values), strict=True)
    return {name: _numbers(cells, lines, where) for name, cells in zip(names, columns, strict=True)}


def _refuse_ragged(rows: Sequence[Row], where: str) -> None:
    first, width = rows[0][0], len(rows[0][1])
    for line, cells in rows:
        if len(cells) != width:
            told = f"line {line} has {_cells(len(cells))}, but line {first} has {width:,}"
            raise GradcliError("bad-point", f"{where}: {told}",
                               hint="give as many in each line; a decimal number has a point: 0.5")  # fmt: skip


def _cells(count: int) -> str:
    return "1 value" if count == 1 else f"{count:,} values"


def _numbers(cells: Sequence[str], lines: Sequence[int], where: str) -> list[float]:
    try:
        if "_" not in "".join(cells):  # Python reads 1_000 as a number, and nobody else does
            return list(map(float, cells))
    except ValueError:
        pass
    line, cell = next((line, cell) for line, cell in zip(lines, cells, strict=True) if not _is_number(cell))
    what = f"'{printable(cell.strip())}' is no number" if cell.strip() else "a value is missing"
    raise GradcliError("bad-point", f"{where}: line {line}: {what}", hint="write plain numbers there: 0.5, -2e3")


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return "_" not in cell
