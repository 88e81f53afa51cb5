"""JSON: the shape that the schema states, numbers that round-trip, and references that resolve."""

from __future__ import annotations

import json
import math
from typing import Any

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gradcli.language import GradcliError
from gradcli.report import jsontext

from .shown import T4, evaluated

VALIDATOR = jsonschema.Draft202012Validator(json.loads(jsontext.schema_text()))

FORMULAS = [
    (T4, "lecture", {"x": 4.0, "y": 3.0}),
    (T4, "primitive", {"x": 4.0, "y": 3.0}),
    ("q = x + y; f = q*q*2 + π", "named", {"x": 1.0, "y": -0.0}),
    ("gate s(u, v) = (u + v)^2; s(x, 2) + s(x, y)", "lecture", {"x": 1.0, "y": 1e-300}),
    ("sqrt(x)*y", "lecture", {"x": 0.0, "y": 0.0}),
    ("exp(x) + y", "lecture", {"x": 1000.0, "y": 1.0}),
    ("if(x > 0, sqrt(x), 3x)", "lecture", {"x": -1.0}),
    ("max(x, y, 1) + leaky_relu(x)", "lecture", {"x": 1.0, "y": 1.0}),
    ("7", "lecture", {}),
    ("x", "lecture", {"x": 0.1, "y": 2.0}),
]


def written(formula: str, gates: Any, at: dict[str, float]) -> dict[str, Any]:
    text = jsontext.dump(jsontext.evaluation(evaluated(formula, gates, **at)))
    value: dict[str, Any] = json.loads(text, parse_constant=lambda name: pytest.fail(f"{name} is no JSON"))
    return value


@pytest.mark.parametrize(("formula", "gates", "at"), FORMULAS)
def test_the_schema_holds(formula: str, gates: str, at: dict[str, float]) -> None:
    VALIDATOR.validate(written(formula, gates, at))


@pytest.mark.parametrize(("formula", "gates", "at"), FORMULAS)
def test_references_resolve_and_edges_agree_from_both_ends(formula: str, gates: str, at: dict[str, float]) -> None:
    value = written(formula, gates, at)
    nodes = {node["id"]: node for node in value["nodes"]}
    assert list(nodes) == [f"n{place}" for place in range(1, len(nodes) + 1)]
    up, down = set(), set()
    for node in nodes.values():
        for place, operand in enumerate(node["inputs"]):
            ((kind, source),) = operand["from"].items()
            if kind == "input":
                assert value["at"][source] == operand["value"]
            elif kind == "node":
                assert nodes[source]["value"] == operand["value"]
                up.add((source, node["id"], place, operand["gradient"]))
            else:
                assert (source, operand["local"], operand["gradient"]) == (operand["value"], None, None)
        down |= {(node["id"], user["to"], user["input"], user["gradient"]) for user in node["consumers"]}
    assert up == down


def test_the_contracts_example() -> None:
    value = written(T4, "lecture", {"x": 4.0, "y": 3.0})
    first = value["nodes"][0]
    assert value["schema"] == "gradcli.eval/1"
    assert value["formula"] == T4
    assert value["output"] == {"name": "z", "value": pytest.approx(0.09967613171742373, rel=1e-15)}
    assert list(first) == ["id", "label", "op", "name", "inputs", "value", "gradient", "consumers"]
    assert [first[key] for key in ("id", "label", "op", "name")] == ["n1", "σ(·)", "sigmoid", None]
    assert first["inputs"][0]["from"] == {"input": "x"}
    assert first["gradient"] == math.fsum(user["gradient"] for user in first["consumers"])
    assert [(user["to"], user["input"]) for user in first["consumers"]] == [("n2", 1), ("n4", 0)]


@settings.get_profile("report")
@given(st.floats())
def test_numbers_round_trip(x: float) -> None:
    read = json.loads(jsontext.dump({"x": jsontext.number(x)}))["x"]
    if math.isfinite(x):
        assert float(read) == x
        assert math.copysign(1, float(read)) == math.copysign(1, x)
    else:
        assert read == {math.inf: "Infinity", -math.inf: "-Infinity"}.get(x, "NaN")


def test_infinities_and_nan_are_text() -> None:
    assert written("exp(x)", "lecture", {"x": 1000.0})["output"]["value"] == "Infinity"
    assert written("sqrt(x)*y", "lecture", {"x": 0.0, "y": 0.0})["gradient"]["x"] == "NaN"


@pytest.mark.parametrize("formula", ["", "x +", "(x]", "ln(x)", "sigmod(x)", "x + \x1b[31m", "a\nb ?", "1/0"])
def test_errors_fit_the_schema(formula: str) -> None:
    with pytest.raises(GradcliError) as caught:
        evaluated(formula, x=-1)
    value = json.loads(jsontext.dump(jsontext.failure(caught.value)))
    VALIDATOR.validate(value)
    assert list(value["error"]) == ["kind", "message", "line", "column", "end_column", "hint"]


def test_an_error_without_a_text_has_no_place() -> None:
    value = jsontext.failure(GradcliError("unreadable-file", "f cannot be read"))
    VALIDATOR.validate(value)
    assert value["error"]["line"] is None


def test_the_schema_refuses_what_is_wrong() -> None:
    value = written(T4, "lecture", {"x": 4.0, "y": 3.0})
    value["nodes"][0]["value"] = None
    assert not VALIDATOR.is_valid(value)


@settings.get_profile("report")
@given(st.text(), st.booleans())
def test_nothing_in_json_can_be_obeyed_or_is_lost(stranger: str, ascii_only: bool) -> None:
    text = jsontext.dump({"message": stranger}, ascii_only=ascii_only)
    assert text.isprintable()
    assert json.loads(text) == {"message": stranger}
    assert text.isascii() or not ascii_only
