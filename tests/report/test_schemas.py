"""The schemas beside the writers of JSON: they take what is printed, and nothing that is a little different."""

from __future__ import annotations

import json
from collections.abc import Iterator
from copy import deepcopy
from functools import cache
from importlib.resources import files
from typing import Any

import jsonschema
import pytest

from tests.conftest import Program

LADDER = "s = a; repeat 200: p = s/2; q = 3s/4; s = p + q end; s"

GOOD = [
    # Both ways, on demand and by name: of numbers, of arrays, through branches, of nothing.
    ["eval", "q = x + y; f = q*z + x", "x=1", "y=2", "z=3", "--mode", "both", "--lazy", "--show", "df/dx, ∂f/∂q"],
    ["eval", "z = (x + σ(x)) / (σ(x) + (x + y)²)", "x=4", "y=3", "--mode", "forward", "--wrt", "x"],
    ["eval", "where(x > 0, x, ln(y)) + 0*u", "x=1", "y=-2", "u=0", "w=1", "--mode", "both", "--lazy"],
    ["eval", "q = 2x; f = x*y + q", "x=1", "y=1", "--lazy", "--wrt", "x", "--gates", "named"],
    ["eval", "exp(x)*x", "x=710", "--mode", "forward", "--lazy"],
    ["eval", "7", "--mode", "both", "--lazy"],
    ["eval", "x", "x=7", "--mode", "both", "--lazy"],
    ["eval", "h = tanh(W x); L = sum(h^2)", "W=[[1, 2], [3, 4]]", "x=[0.1, 0.2]", "--mode", "both", "--lazy", "--show",
     "dL/dx, dh/dW"],
    ["eval", "h = tanh(W x)", "W=[[1, 2], [3, 4]]", "x=[0.1, 0.2]", "w=[1,2,3]", "--mode", "both"],
    ["eval", "h = tanh(W x)", "W=[[1, 2], [3, 4]]", "x=[0.1, 0.2]", "--jacobian", "--show", "dh/dx", "--layout",
     "denominator"],
    ["eval", "sum(solve(A, b))", "A=[[2, 1], [1, 3]]", "b=[1, 2]", "--mode", "both"],
    ["eval", "block c(b) = 4 with d/db = 2; f = c*b", "b=3", "--mode", "both", "--lazy", "--show", "∂f/∂c, df/db"],
    ["derive", "q = x*y; f = q^2 + sin(q)"],
    ["derive", "q = x*y; f = q^2 + sin(q)", "--order", "2", "--wrt", "x"],
    ["derive", "sum((W x)^2)", "W ~ (3, 2)", "x ~ 2", "--order", "2"],
    ["derive", "3"],
    ["steps", "z = (x + σ(x)) / (σ(x) + (x + y)²)", "x=4", "y=3"],
    ["steps", "(x+y)*z", "x=-2", "y=5", "z=-4", "--step", "3"],
    ["steps", "max(x, y) + relu(z)", "x=1", "y=1", "z=0", "w=2"],
    ["steps", "sum((W x - y)^2)", "W=[[1, 2], [3, 4]]", "x=[1,2]", "y=[0,1]"],
    ["steps", "7"],
    ["paths", "x1*x2 + sin(x2)", "x1=2", "x2=3", "--from", "x2"],
    ["paths", LADDER, "a=1", "--top", "3"],
    ["hessian", "5x² − xy²", "x=1", "y=2"],
    ["hessian", "5x² − xy²", "x=1", "y=2", "--vector", "x=1"],
]  # fmt: skip

REFUSED = [
    ["eval", "x*", "x=1", "--mode", "both"],
    ["eval", "q = x; q*q", "x=1", "--show", "dq/dy"],
    ["eval", "2x", "x=[1, 2]", "--lazy", "--jacobian"],
    ["derive", "x*"],
    ["derive", "x*y", "--wrt", "q"],
    ["derive", "x*y", "--order", "7"],
    ["steps", "x*", "x=1"],
    ["steps", "ln(x)", "x=-1"],
    ["steps", "x", "x=1", "--step", "9"],
    ["steps", "2x", "x=[1, 2]"],
    ["steps"],
    ["paths", "x*y", "x=1", "y=2"],
    ["paths", "x", "x=1", "--top", "0"],
    ["hessian", "x*", "x=1"],
    ["hessian", "x", "x=1", "--gates", "none"],
]


@cache
def validator(command: str) -> jsonschema.Draft202012Validator:
    text = (files("gradcli.report") / "schemas" / f"{command}-1.json").read_text(encoding="utf-8")
    return jsonschema.Draft202012Validator(json.loads(text))


def printed(gradcli: Program, arguments: list[str], status: int = 0) -> Any:
    ran = gradcli(*arguments, "--json")
    assert ran.status == status, ran
    return json.loads(ran.out, parse_constant=lambda name: pytest.fail(f"{name} is no JSON"))


@pytest.mark.parametrize("command", ["eval", "derive", "steps", "paths", "hessian"])
def test_each_command_prints_its_schema(gradcli: Program, command: str) -> None:
    schema = json.loads(gradcli(command, "--schema").out)
    assert schema == validator(command).schema
    assert schema["$id"] == f"gradcli.{command}/1"
    jsonschema.Draft202012Validator.check_schema(schema)


@pytest.mark.parametrize("arguments", GOOD, ids=" ".join)
def test_the_schema_takes_what_is_printed(gradcli: Program, arguments: list[str]) -> None:
    record = printed(gradcli, arguments)
    validator(arguments[0]).validate(record)
    assert record["schema"] == f"gradcli.{arguments[0]}/1"
    assert "error" not in record


@pytest.mark.parametrize("arguments", REFUSED, ids=" ".join)
def test_the_schema_takes_errors(gradcli: Program, arguments: list[str]) -> None:
    record = printed(gradcli, arguments, 2)
    validator(arguments[0]).validate(record)
    assert record["schema"] == f"gradcli.{arguments[0]}/1"
    assert "error" in record


# --- strict -----------------------------------------------------------------------------------------------------------

BY_NAME = ("at", "gradient", "hessian", "jacobian")
"""Objects whose keys are names of the formula."""

OPTIONAL = {"shape", "jacobian", "forward_mode", "lazy", "quantities", "notes", "local", "not_counted"}


def objects(record: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Where there are objects whose keys the schema knows."""
    if isinstance(record, list):
        for place, inner in enumerate(record):
            yield from objects(inner, (*path, place))
    elif isinstance(record, dict):
        if path[:1] and path[0] in BY_NAME:
            return
        yield path
        for key, inner in record.items():
            yield from objects(inner, (*path, key))


def kinds(record: Any) -> list[tuple[Any, ...]]:
    """Of objects with the same keys at like places one."""
    found = {}
    for path in objects(record):
        like = tuple(key for key in path if isinstance(key, str))
        _, inner = changed(record, path)
        found[like, inner.get("do"), frozenset(inner)] = path
    return list(found.values())


def changed(record: Any, path: tuple[Any, ...]) -> tuple[Any, Any]:
    """A copy, and the object in it to be changed."""
    copy = found = deepcopy(record)
    for key in path:
        found = found[key]
    return copy, found


STRICT = [GOOD[2], GOOD[7], GOOD[9], GOOD[13], GOOD[16]]


@pytest.mark.parametrize("arguments", STRICT, ids=" ".join)
def test_nothing_may_be_added_or_left_out(gradcli: Program, arguments: list[str]) -> None:
    record, valid = printed(gradcli, arguments), validator(arguments[0])
    for path in kinds(record):
        more, inner = changed(record, path)
        inner["more"] = 1
        assert not valid.is_valid(more), path
        optional = OPTIONAL | {"more"} | ({"value"} if path[-1:] == ("jacobian",) else set())
        for key in inner.keys() - optional:
            less, inner = changed(record, path)
            del inner[key]
            assert not valid.is_valid(less), (path, key)


@pytest.mark.parametrize(
    ("arguments", "path", "wrong"),
    [
        (GOOD[0], ("forward_mode", "mode"), "reverse"),
        (GOOD[0], ("forward_mode", "sweeps", 0, "derivative"), None),
        (GOOD[0], ("forward_mode", "sweeps", 0, "nodes", 0, "tangent"), "1"),
        (GOOD[0], ("forward_mode", "counts", "backward", "additions"), -1),
        (GOOD[0], ("forward_mode", "counts", "backward", "stored"), 1.5),
        (GOOD[0], ("lazy", "events", 0, "do"), "read"),
        (GOOD[0], ("lazy", "events", 0, "depth"), None),
        (GOOD[0], ("lazy", "events", 0, "terms", 0, "gradient"), None),
        (GOOD[0], ("lazy", "never_visited"), [{"constant": 1}]),
        (GOOD[0], ("quantities", 0, "kind"), "local"),
        (GOOD[0], ("quantities", 0, "layout"), "numerator"),
        (GOOD[7], ("quantities", 0, "layout"), "rows"),
        (GOOD[13], ("hessian", "x"), "2"),
        (GOOD[13], ("gradient", "x"), 2),
        (GOOD[13], ("operations",), -1),
        (GOOD[16], ("count",), 1),
        (GOOD[16], ("steps",), []),
        (GOOD[16], ("steps", 0, "node"), "n1"),
        (GOOD[16], ("steps", 1, "phase"), "backward"),
        (GOOD[16], ("steps", 1, "inputs", 0), 4),
    ],
)
def test_values_are_checked(gradcli: Program, arguments: list[str], path: tuple[Any, ...], wrong: Any) -> None:
    record, valid = printed(gradcli, arguments), validator(arguments[0])
    assert valid.is_valid(record)
    other, inner = changed(record, path[:-1])
    inner[path[-1]] = wrong
    assert not valid.is_valid(other)
