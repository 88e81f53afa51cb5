"""Results as records: one a line, at full precision, for awk, cut and spreadsheets.

| record | fields |
|---|---|
| output | name, value |
| gradient | name, derivative |
| jacobian | entry of the output, entry of a variable, derivative (if the Jacobians were asked for) |
| node | id, label, op, name, value, upstream gradient |
| entry | node's id, entry, value, upstream gradient (of a node that is an array) |
| check | name, analytic, numeric, relative error, step, verdict (with --check-numeric) |
| input | node's id, place from 0, source (a name, a node's id or a number), value, local derivative, contribution |

An array has a record for each of its entries, row by row. The index, counted from 0, follows the name: `W[0,1]`,
`n3[2]`. So it is with outputs, gradients and inputs. A node has one record in any case; if it is an array, value and
gradient are empty there, and its entries follow in records of their own. The local derivative of an entry is empty
where the derivative is a matrix and no single number belongs to the entry.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from itertools import product, repeat
from typing import Any

from gradcli.graph.array_values import shape_of
from gradcli.passes.evaluate import Evaluation
from gradcli.passes.numeric import NumericCheck
from gradcli.report.charset import spelled
from gradcli.report.jsontext import local_by_entry, matrix_by
from gradcli.report.nodes import Node, NodeInput, views
from gradcli.rules.shape import Shape, entries

COLUMNS = ("record", "node", "label", "op", "name", "input", "from", "value", "local", "gradient",
           "numeric", "error", "step", "verdict")  # fmt: skip
"""The columns of the CSV form; what a record does not have is empty."""

Record = dict[str, str]

Checks = Sequence[NumericCheck] | None

_TEXTS = ("label", "op", "name", "verdict")
"""The columns that hold text; in the others stand numbers, and names that begin with a letter."""

_FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")


def plain(result: Evaluation, checks: Checks = None, *, ascii_only: bool = False) -> str:
    """One tab-separated record a line; only the fields that a record has."""
    fields = {
        "output": ("name", "value"),
        "gradient": ("name", "gradient"),
        "jacobian": ("name", "from", "gradient"),
        "node": ("node", "label", "op", "name", "value", "gradient"),
        "entry": ("node", "name", "value", "gradient"),
        "check": ("name", "gradient", "numeric", "error", "step", "verdict"),
        "input": ("node", "input", "from", "value", "local", "gradient"),
    }
    lines = ("\t".join([r["record"], *(r.get(f, "") for f in fields[r["record"]])]) for r in _records(result, checks))
    return spelled("".join(line + "\n" for line in lines), ascii_only=ascii_only)


def comma_separated(result: Evaluation, checks: Checks = None, *, ascii_only: bool = False) -> str:
    """The same records as CSV with a header."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for record in _records(result, checks):
        # Spelled first: −1 × · is harmless, but -1 x . is a formula.
        written = {column: spelled(text, ascii_only=ascii_only) for column, text in record.items()}
        writer.writerow([_cell(written.get(column, ""), column) for column in COLUMNS])
    return out.getvalue()


def _records(result: Evaluation, checks: Checks) -> Iterator[Record]:
    output = result.graph.output_name
    for index, value in _rows(shape_of(result.value), result.value):
        yield {"record": "output", "name": output + index, "value": value}
    for name, derivative in result.gradient.items():
        for index, entry in _rows(shape_of(derivative), derivative):
            yield {"record": "gradient", "name": name + index, "gradient": entry}
    yield from _jacobians(result)
    for node in views(result):
        yield from _node(node)
        for place, operand in enumerate(node.inputs):
            yield from _input(node, place, operand)
    for check in checks or ():
        name = check.name.replace(", ", ",")  # W[0, 1] among entries that are written W[0,1]
        yield {"record": "check", "name": name, "gradient": _number(check.analytic), "step": _number(check.step),
               "numeric": _number(check.numeric), "error": _number(check.error), "verdict": check.verdict}  # fmt: skip


def _jacobians(result: Evaluation) -> Iterator[Record]:
    if result.jacobians is None:
        return
    for name in result.wrt:
        matrix = matrix_by(result, name)
        columns = [name + index for index in _indices(shape_of(result.at[name]))]
        for index, row in zip(_indices(shape_of(result.value)), matrix.tolist(), strict=True):
            for column, entry in zip(columns, row, strict=True):
                yield {"record": "jacobian", "name": result.graph.output_name + index, "from": column,
                       "gradient": _number(entry)}  # fmt: skip


def _node(node: Node) -> Iterator[Record]:
    record = {"record": "node", "node": node.id, "label": node.label, "op": node.op, "name": node.name or ""}
    if not node.shape:
        yield {**record, "value": _number(node.value), "gradient": _number(node.gradient)}
        return
    yield record
    for index, value, gradient in _rows(node.shape, node.value, node.gradient):
        yield {"record": "entry", "node": node.id, "name": node.id + index, "value": value, "gradient": gradient}


def _input(node: Node, place: int, operand: NodeInput) -> Iterator[Record]:
    x, name = operand.source.value, operand.source.name
    # Where an operand is repeated to fit the others, no single number belongs to its entry.
    each = local_by_entry(node, operand) if shape_of(x) == node.shape else None
    for index, value, local, gradient in _rows(shape_of(x), x, each, operand.gradient):
        yield {"record": "input", "node": node.id, "input": str(place), "from": value if name is None else name + index,
               "value": value, "local": local, "gradient": gradient}  # fmt: skip


def _rows(shape: Shape, *columns: Any) -> Iterator[tuple[str, ...]]:
    """The index of each entry of a shape and what stands there: arrays, or the same number, or nothing, everywhere."""
    texts = [map(_number, x.ravel().tolist()) if shape_of(x) else repeat(_number(x), entries(shape)) for x in columns]
    return zip(_indices(shape), *texts, strict=True)


def _indices(shape: Shape) -> Iterator[str]:
    """The index of each entry, row by row; of a number the empty text."""
    return (f"[{','.join(map(str, at))}]" if at else "" for at in product(*map(range, shape)))


def _number(x: float | None) -> str:
    return "" if x is None else repr(float(x)).removesuffix(".0")


def _cell(text: str, column: str) -> str:
    """A cell that no spreadsheet takes for a formula; numbers stay numbers."""
    return "'" + text if column in _TEXTS and text.startswith(_FORMULA_SIGNS) else text
