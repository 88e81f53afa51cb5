"""JSON: results and errors as the schema beside this file states them."""

from __future__ import annotations

import json
import math
import re
from typing import Any

from gradcli.language import GradcliError
from gradcli.passes.evaluate import Evaluation
from gradcli.passes.numeric import NumericCheck
from gradcli.report.charset import harmless
from gradcli.report.nodes import Node, Source, views
from gradcli.report.notes import Notes
from gradcli.report.reading import reading

EVAL_SCHEMA = "gradcli.eval/1"

Json = dict[str, Any]


def number(x: float | None) -> float | int | str | None:
    """A number that every JSON reader accepts: not-a-number and infinities are text, whole numbers have no point."""
    if x is None:
        return None
    if math.isnan(x):
        return "NaN"
    if math.isinf(x):
        return "Infinity" if x > 0 else "-Infinity"
    whole = x.is_integer() and abs(x) < 1e15 and (x != 0 or math.copysign(1, x) > 0)
    return int(x) if whole else x


def gradient(result: Evaluation) -> Json:
    """The derivative by each name."""
    return {name: number(x) for name, x in result.gradient.items()}


def evaluation(result: Evaluation) -> Json:
    """A whole evaluation."""
    nodes = views(result)
    notes = [*result.notes, *Notes(nodes).texts()]
    return {
        "schema": EVAL_SCHEMA,
        "formula": result.formula.text,
        "read_as": reading(result.formula),
        "at": {name: number(x) for name, x in result.at.items()},
        "output": {"name": result.graph.output_name, "value": number(result.value)},
        "gradient": gradient(result),
        "nodes": [node(view) for view in nodes],
        **({"notes": notes} if notes else {}),
    }


def node(view: Node) -> Json:
    """One node."""
    return {
        "id": view.id,
        "label": view.label,
        "op": view.op,
        "name": view.name,
        "inputs": [
            {"from": _source(i.source), "value": number(i.source.value), "local": number(i.local),
             "gradient": number(i.gradient)}
            for i in view.inputs
        ],
        "value": number(view.value),
        "gradient": number(view.gradient),
        "consumers": [{"to": c.id, "input": c.input, "gradient": number(c.gradient)} for c in view.consumers],
    }  # fmt: skip


def check(found: NumericCheck) -> Json:
    """One derivative that was computed twice."""
    numbers = {key: number(getattr(found, key)) for key in ("analytic", "numeric", "error", "step")}
    return {"name": found.name, **numbers, "verdict": found.verdict, "reason": found.reason}


def _source(source: Source) -> Json:
    return {source.kind: number(source.value) if source.kind == "constant" else source.name}


def error(fault: GradcliError) -> Json:
    """The object inside "error"."""
    position = fault.position()
    line, column, end_column = position or (None, None, None)
    return {"kind": fault.code, "message": fault.message, "line": line, "column": column, "end_column": end_column,
            "hint": fault.hint}  # fmt: skip


def failure(fault: GradcliError, schema: str = EVAL_SCHEMA) -> Json:
    """A whole answer that is an error."""
    return {"schema": schema, "error": error(fault)}


def dump(value: Json, *, indent: bool = False, ascii_only: bool = True) -> str:
    """The text of a JSON value, with everything escaped that a terminal might obey or that cannot be seen."""
    text = json.dumps(value, indent=2 if indent else None, ensure_ascii=ascii_only, allow_nan=False)
    return text if ascii_only else _NOT_ASCII.sub(_seen_or_escaped, text)


_NOT_ASCII = re.compile(r"[^\x00-\x7e]")  # json.dumps escapes the controls below, but not DEL


def _seen_or_escaped(match: re.Match[str]) -> str:
    character = match[0]
    return character if harmless(character) else json.dumps(character)[1:-1].replace("\x7f", "\\u007f")


def schema_text(name: str = "eval-1.json") -> str:
    """A JSON Schema that is shipped with the program."""
    from importlib.resources import files  # needed here only, and slow to import

    return (files("gradcli.report") / "schemas" / name).read_text(encoding="utf-8")
