"""JSON: results and errors as the schema beside this file states them."""

from __future__ import annotations

import json
import math
import re
from typing import Any

from gradcli.graph.array_values import shape_of
from gradcli.graph.tape import Graph
from gradcli.language import GradcliError
from gradcli.passes.evaluate import Evaluation
from gradcli.passes.numeric import NumericCheck
from gradcli.report.charset import harmless
from gradcli.report.nodes import Node, NodeInput, Source, views
from gradcli.report.notes import Notes
from gradcli.report.reading import reading
from gradcli.report.structure import Layout, transposed
from gradcli.rules.shape import entries

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
    x = float(x)
    whole = x.is_integer() and abs(x) < 1e15 and (x != 0 or math.copysign(1, x) > 0)
    return int(x) if whole else x


def value(x: Any) -> Any:
    """A number, or an array as nested lists of numbers."""
    # Entry by entry, with the same rules as a number: writing the text takes several times as long.
    return _nested(x.astype(float).tolist()) if shape_of(x) else number(x)


def _nested(entries: list[Any]) -> list[Any]:
    if isinstance(entries[0], list):
        return [_nested(inner) for inner in entries]
    return [number(x) for x in entries]


def gradient(result: Evaluation) -> Json:
    """The derivative by each name, in the shape of its value."""
    return {name: value(x) for name, x in result.gradient.items()}


def jacobians(result: Evaluation, layout: Layout = "numerator") -> Json:
    """The Jacobian by each name; arrays are read row by row. Empty if they were not asked for."""
    if result.jacobians is None:
        return {}
    found = {}
    for name in result.wrt:
        matrix = matrix_by(result, name)
        turned = matrix.T if layout == "denominator" else matrix
        found[name] = {"shape": list(turned.shape), "layout": layout, "value": value(turned)}
    return found


def matrix_by(result: Evaluation, name: str) -> Any:
    """The Jacobian by a name, with a row for each entry of the output; 0 if the formula does not have the name."""
    if result.jacobians is not None and name in result.graph.inputs:
        return result.jacobians.by_input(name)
    import numpy  # loaded by now: there are Jacobians

    return numpy.zeros((numpy.size(result.value), numpy.size(result.at[name])))


MOST_NUMBERS = 20_000_000
"""Numbers that the JSON of an evaluation may hold: each takes some hundred bytes of memory on the way."""


def _check_size(graph: Graph) -> None:
    sizes = [entries(shape) for shape in graph.shapes or ()]
    # A node has its value and its gradient; each of its inputs a value, a local derivative and a contribution.
    numbers = sum(2 * sizes[slot] + 3 * sum(sizes[a] for a in args) for slot, _, args in graph.steps if sizes)
    if numbers > MOST_NUMBERS:
        raise GradcliError("too-large", f"the nodes would hold {numbers:,} numbers in JSON",
                           hint=f"{MOST_NUMBERS:,} are the most; from Python, compile(...) gives arrays")  # fmt: skip


def evaluation(result: Evaluation, layout: Layout = "numerator") -> Json:
    """A whole evaluation, with its Jacobians in the layout that is asked for.

    Raises:
        GradcliError: it would be too large.
    """
    _check_size(result.graph)
    nodes = views(result)
    notes = [*result.notes, *Notes(nodes).texts()]
    graph = result.graph
    shape = {} if graph.shapes is None else {"shape": list(graph.shape(graph.output))}
    found = [node(view, layout if shape else None) for view in nodes]
    if result.jacobians is not None:
        _add_local_numbers(result, found, layout)
    return {
        "schema": EVAL_SCHEMA,
        "formula": result.formula.text,
        "read_as": reading(result.formula),
        "at": {name: value(x) for name, x in result.at.items()},
        "output": {"name": graph.output_name, **shape, "value": value(result.value)},
        "gradient": gradient(result),
        **({"jacobian": jacobians(result, layout)} if result.jacobians is not None else {}),
        "nodes": found,
        **({"notes": notes} if notes else {}),
    }


MOST_LOCAL_NUMBERS = 10_000
"""Numbers that a local Jacobian may hold to be written out with --jacobian."""


def _add_local_numbers(result: Evaluation, nodes: list[Json], layout: Layout) -> None:
    """Write the numbers of the local Jacobians into nodes, besides their names and shapes."""
    from gradcli.passes.jacobian import local_jacobian  # whoever asks for Jacobians has NumPy loaded

    for (slot, _, _), found in zip(result.graph.steps, nodes, strict=True):
        for place, operand in enumerate(found["inputs"]):
            local = operand.get("jacobian")
            if local is not None and local["shape"][0] * local["shape"][1] <= MOST_LOCAL_NUMBERS:
                matrix = local_jacobian(result.forward, slot, place)
                local["value"] = value(matrix.T if layout == "denominator" else matrix)


def node(view: Node, layout: Layout | None = None) -> Json:
    """One node; with a layout, if there are arrays in its formula, also its shapes and what its Jacobians are."""
    return {
        "id": view.id,
        "label": view.label,
        "op": view.op,
        "name": view.name,
        **({"shape": list(view.shape)} if layout else {}),
        "inputs": [_input(view, i, layout) for i in view.inputs],
        "value": value(view.value),
        "gradient": value(view.gradient),
        "consumers": [{"to": c.id, "input": c.input, "gradient": value(c.gradient)} for c in view.consumers],
    }


def _input(view: Node, operand: NodeInput, layout: Layout | None) -> Json:
    x = operand.source.value
    return {
        "from": _source(operand.source),
        **({"shape": list(shape_of(x))} if layout else {}),
        "value": value(x),
        "local": value(local_by_entry(view, operand)),
        **({"jacobian": _local_jacobian(operand, layout)} if layout and operand.jacobian_shape else {}),
        "gradient": value(operand.gradient),
    }


def _local_jacobian(operand: NodeInput, layout: Layout) -> Json:
    shape, name = list(operand.jacobian_shape or ()), operand.structure
    if layout == "denominator":
        shape.reverse()
        name = transposed(name) if name is not None and shape != [1, 1] else name
    return {"structure": name, "shape": shape, "layout": layout}


def local_by_entry(view: Node, operand: NodeInput) -> Any:
    """The local derivative by an operand: one number for all entries of the output, or an array of its shape."""
    if shape_of(operand.local) in ((), view.shape):
        return operand.local
    import numpy  # loaded by now: there are arrays

    return numpy.broadcast_to(operand.local, view.shape)  # in W * x it is x, for each row of W


def check(found: NumericCheck) -> Json:
    """One derivative that was computed twice; with the slopes of both sides where they differ."""
    numbers = {key: number(getattr(found, key)) for key in ("analytic", "numeric", "error", "bound", "step")}
    sides = {} if math.isnan(found.left) else {"left": number(found.left), "right": number(found.right)}
    return {"name": found.name, **numbers, **sides, "verdict": found.verdict, "reason": found.reason}


def _source(source: Source) -> Json:
    return {source.kind: value(source.value) if source.kind == "constant" else source.name}


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
