"""Records in, answers out: one JSON object a line, each on its own.

| key | holds |
|---|---|
| id | whatever the answer should be known by |
| expr | the formula |
| at | by each name a number, a list (of lists) of numbers, or a constant expression as text |
| wrt | names whose derivatives are wanted |
| gates | the gate set |
| seed_gradient | where the value is an array: "ones", or the derivative by it in its shape |
| jacobian | true for the Jacobians by all names |
| from | "text" |
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, BinaryIO

from gradcli.graph.array_entries import float_of, from_other
from gradcli.graph.gatesets import GATE_SETS, GateSet
from gradcli.graph.point import from_numbers
from gradcli.language import GradcliError
from gradcli.language.suggest import did_you_mean, nearest
from gradcli.passes.evaluate import evaluate
from gradcli.report import jsontext
from gradcli.report.nodes import views
from gradcli.report.structure import Layout
from gradcli.rules.namespace import Ties

LONGEST_LINE = 16 * 1024 * 1024
"""Bytes that one record may have."""

_KEYS = ("id", "expr", "at", "wrt", "gates", "seed_gradient", "jacobian", "from")


@dataclass(frozen=True, slots=True)
class Defaults:
    """What holds for records that say nothing else.

    Attributes:
        wrt: names whose derivatives are wanted; None for all.
        gates: the gate set.
        ties: which of several equal operands of max and min gets the derivative.
        strict: never split a name into a product.
        nodes: whether the answers hold the nodes.
        seed: of the random numbers that names declared without a value get.
        seed_gradient: where the value is an array, "ones" or the derivative by it in its shape, with which the
            backward pass begins.
        jacobian: whether the answers hold the Jacobians.
        layout: in which layout.
    """

    wrt: Sequence[str] | None = None
    gates: GateSet = "lecture"
    ties: Ties = "split"
    strict: bool = False
    nodes: bool = False
    seed: int = 0
    seed_gradient: Any = None
    jacobian: bool = False
    layout: Layout = "numerator"


def answers(stream: BinaryIO, defaults: Defaults) -> Iterator[tuple[str, bool]]:
    """For each line that holds a record its answer, and whether it is free of error."""
    number = 0
    while line := stream.readline(LONGEST_LINE + 1):
        number += 1
        if len(line) > LONGEST_LINE:
            while line and not line.endswith(b"\n"):
                line = stream.readline(LONGEST_LINE)
            fault = GradcliError("bad-record", f"a record is longer than {LONGEST_LINE // 2**20} MiB", hint="split it")
            yield jsontext.dump(_without_id(fault, number)), False
        elif line.strip():
            yield _answer(line, number, defaults)


def _answer(line: bytes, number: int, defaults: Defaults) -> tuple[str, bool]:
    try:
        record = _record(line)
    except GradcliError as fault:
        return jsontext.dump(_without_id(fault, number)), False
    identity = record.get("id")
    try:
        reply, good = {"id": identity, **_evaluated(record, defaults)}, True
    except GradcliError as fault:
        reply, good = {"id": identity, "error": jsontext.error(fault)}, False
    except Exception as bug:  # a bug of ours in one record must not take the others with it
        ours = GradcliError("internal", f"internal error ({type(bug).__name__}); this is a bug of ours",
                            hint="please report the formula")  # fmt: skip
        reply, good = {"id": identity, "error": jsontext.error(ours)}, False
    try:
        return jsontext.dump(reply), good
    except ValueError:  # an id that is not a number of JSON
        bad_id = GradcliError("bad-record", "the id is not valid JSON", hint="use a text or a whole number")
        return jsontext.dump(_without_id(bad_id, number)), False


def _without_id(fault: GradcliError, number: int) -> dict[str, Any]:
    """The answer to a line that has no id: its error counts lines from the beginning of the input."""
    return {"id": None, "error": {**jsontext.error(fault), "line": number}}


def _record(line: bytes) -> dict[str, Any]:
    try:
        record = json.loads(line.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise GradcliError("bad-record", "the line is not in UTF-8", hint="save the file as UTF-8") from None
    except json.JSONDecodeError as error:
        text = error.doc.rstrip("\n")
        raise GradcliError("bad-record", f"the line is no JSON: {error.msg.lower()}", text=text, start=error.pos,
                           hint='write {"id": 1, "expr": "x*y", "at": {"x": 2, "y": 3}}') from None  # fmt: skip
    except (RecursionError, ValueError):
        raise GradcliError("bad-record", "the line is nested too deeply, or holds a number that is too long",
                           hint="give one number for each name") from None  # fmt: skip
    if not isinstance(record, dict):
        raise GradcliError("bad-record", "the line holds no object",
                           hint='write {"id": 1, "expr": "x*y", "at": {"x": 2, "y": 3}}')  # fmt: skip
    return record


def _evaluated(record: dict[str, Any], defaults: Defaults) -> dict[str, Any]:
    for key in record:
        if key not in _KEYS:
            raise GradcliError("bad-record", f"unknown key '{key[:60]}'",
                               hint=did_you_mean(nearest(key, _KEYS)) or f"known are {', '.join(_KEYS)}")  # fmt: skip
    text, at, gates = record.get("expr"), record.get("at", {}), record.get("gates", defaults.gates)
    if not isinstance(text, str):
        raise GradcliError("bad-record", "'expr' must be the formula as text", hint='write "expr": "x*y"')
    if not isinstance(at, dict):
        raise GradcliError("bad-record", "'at' must be an object of names and values", hint='write "at": {"x": 2}')
    if gates not in GATE_SETS:
        raise GradcliError(
            "bad-record", "'gates' must be one of " + ", ".join(GATE_SETS), hint='write "gates": "lecture"'
        )
    if record.get("from", "text") != "text":
        raise GradcliError("unsupported", "only formulas in gradcli's own notation are read",
                           hint='leave "from" away')  # fmt: skip
    jacobian = record.get("jacobian", defaults.jacobian)
    if not isinstance(jacobian, bool):
        raise GradcliError("bad-record", "'jacobian' must be true or false", hint='write "jacobian": true')
    result = evaluate(
        text, from_numbers(at, "at"), wrt=_wrt(record.get("wrt", defaults.wrt)), gates=gates, ties=defaults.ties,
        strict=defaults.strict, seed=defaults.seed, jacobian=jacobian,
        seed_gradient=_seed_gradient(record["seed_gradient"]) if "seed_gradient" in record else defaults.seed_gradient,
    )  # fmt: skip
    reply = {"value": jsontext.value(result.value), "gradient": jsontext.gradient(result)}
    if jacobian:
        reply["jacobian"] = jsontext.jacobians(result, defaults.layout)
    if defaults.nodes:
        layout = None if result.graph.shapes is None else defaults.layout
        reply["nodes"] = [jsontext.node(view, layout) for view in views(result)]
    return reply


def _seed_gradient(given: Any) -> Any:
    if given is None or given == "ones":
        return given
    if isinstance(given, bool | str | dict):
        raise GradcliError("bad-record", "'seed_gradient' must be \"ones\", or numbers in the shape of the value",
                           hint='write "seed_gradient": "ones"')  # fmt: skip
    if isinstance(given, list):
        return from_other(given, "seed_gradient", "the record")
    number = float_of(given)
    if not math.isfinite(number):
        raise GradcliError("bad-record", "'seed_gradient' is not a finite number", hint='write "seed_gradient": 1')
    return number


def _wrt(wrt: Any) -> list[str] | None:
    if wrt is None:
        return None
    names = wrt.split(",") if isinstance(wrt, str) else wrt
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise GradcliError("bad-record", "'wrt' must be a list of names", hint='write "wrt": ["x", "y"]')
    return names
