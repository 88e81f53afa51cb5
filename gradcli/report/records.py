"""Results as records: one a line, at full precision, for awk, cut and spreadsheets.

| record | fields |
|---|---|
| output | name, value |
| gradient | name, derivative |
| node | id, label, op, name, value, upstream gradient |
| check | name, analytic, numeric, relative error, step, verdict (with --check-numeric) |
| input | node's id, place from 0, source (a name, a node's id or a number), value, local derivative, contribution |
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence

from gradcli.passes.evaluate import Evaluation
from gradcli.passes.numeric import NumericCheck
from gradcli.report.charset import spelled
from gradcli.report.nodes import Source, views

COLUMNS = ("record", "node", "label", "op", "name", "input", "from", "value", "local", "gradient",
           "numeric", "error", "step", "verdict")  # fmt: skip
"""The columns of the CSV form; what a record does not have is empty."""

Checks = Sequence[NumericCheck] | None

_TEXTS = ("label", "op", "name", "verdict")
"""The columns that hold text; in the others stand numbers, and names that begin with a letter."""

_FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")


def plain(result: Evaluation, checks: Checks = None, *, ascii_only: bool = False) -> str:
    """One tab-separated record a line; only the fields that a record has."""
    fields = {
        "output": ("name", "value"),
        "gradient": ("name", "gradient"),
        "node": ("node", "label", "op", "name", "value", "gradient"),
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


def _records(result: Evaluation, checks: Checks) -> Iterator[dict[str, str]]:
    yield {"record": "output", "name": result.graph.output_name, "value": _number(result.value)}
    for name, derivative in result.gradient.items():
        yield {"record": "gradient", "name": name, "gradient": _number(derivative)}
    for node in views(result):
        yield {"record": "node", "node": node.id, "label": node.label, "op": node.op, "name": node.name or "",
               "value": _number(node.value), "gradient": _number(node.gradient)}  # fmt: skip
        for place, operand in enumerate(node.inputs):
            yield {"record": "input", "node": node.id, "input": str(place), "from": _source(operand.source),
                   "value": _number(operand.source.value), "local": _number(operand.local),
                   "gradient": _number(operand.gradient)}  # fmt: skip
    for check in checks or ():
        yield {"record": "check", "name": check.name, "gradient": _number(check.analytic), "step": _number(check.step),
               "numeric": _number(check.numeric), "error": _number(check.error), "verdict": check.verdict}  # fmt: skip


def _number(x: float | None) -> str:
    return "" if x is None else repr(x).removesuffix(".0")


def _source(source: Source) -> str:
    return _number(source.value) if source.kind == "constant" else str(source.name)


def _cell(text: str, column: str) -> str:
    """A cell that no spreadsheet takes for a formula; numbers stay numbers."""
    return "'" + text if column in _TEXTS and text.startswith(_FORMULA_SIGNS) else text
