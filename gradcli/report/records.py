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

_FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")


def plain(result: Evaluation, checks: Checks = None, *, ascii_only: bool = False) -> str:
    """One tab-separated record a line; only the fields that a record has."""
    wanted = {
        "output": ("name", "value"),
        "gradient": ("name", "gradient"),
        "node": ("node", "label", "op", "name", "value", "gradient"),
        "check": ("name", "gradient", "numeric", "error", "step", "verdict"),
        "input": ("node", "input", "from", "value", "local", "gradient"),
    }
    lines = ("\t".join([r["record"], *(r.get(f, "") for f in wanted[r["record"]])]) for r in _records(result, checks))
    return spelled("".join(line + "\n" for line in lines), ascii_only=ascii_only)


def comma_separated(result: Evaluation, checks: Checks = None, *, ascii_only: bool = False) -> str:
    """The same records as CSV with a header."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for record in _records(result, checks):
        writer.writerow([_cell(record.get(column, ""), column) for column in COLUMNS])
    return spelled(out.getvalue(), ascii_only=ascii_only)


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
    is_text = column in ("label", "name", "op", "verdict")
    return "'" + text if is_text and text.startswith(_FORMULA_SIGNS) else text
