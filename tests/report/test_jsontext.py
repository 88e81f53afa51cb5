"""JSON: the shape that the schema states, numbers that round-trip, and references that resolve."""

from __future__ import annotations

import json
import math
from typing import Any

import jsonschema
import numpy
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gradcli.graph.point import from_numbers
from gradcli.language import GradcliError
from gradcli.passes.evaluate import evaluate
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


# --- vectors and matrices ---------------------------------------------------------------------------------------------

W, X = [[1, 2], [3, 4]], [1, 2.5]

ARRAY_FORMULAS: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    ("sum(W @ x)", {"W": W, "x": X}, {}),
    ("½‖w‖² − λ log(σ(wᵀx))", {"w": [1, -2], "x": X, "λ": 0.5}, {}),
    ("q = W*x + 1; f = relu(q)", {"W": W, "x": X, "s": 2}, {"seed_gradient": "ones"}),
    ("q = W*x + 1; f = relu(q)", {"W": W, "x": X, "s": 2}, {"jacobian": True}),
    ("[1, 2] @ w + e", {"w": X, "v": [-1, 1]}, {"jacobian": True}),
    ("exp(x)", {"x": [1, 1000]}, {"seed_gradient": "ones"}),
    ("gate g(u, v) = u @ v; g(W, x)[0] + max(x)", {"W": W, "x": X}, {}),
    ("W", {"W": W}, {"seed_gradient": "ones", "jacobian": True}),
    ("sum(where(x > 0, sqrt(x), x))", {"x": [-1, 4]}, {}),
    ("s", {"s": 3, "x": X}, {"jacobian": True}),
]


def written_with_arrays(formula: str, at: dict[str, Any], layout: Any = "numerator", **more: Any) -> dict[str, Any]:
    value = jsontext.evaluation(evaluate(formula, from_numbers(at, "at"), **more), layout)
    text = jsontext.dump(value)
    again: dict[str, Any] = json.loads(text, parse_constant=lambda name: pytest.fail(f"{name} is no JSON"))
    return again


@pytest.mark.parametrize("gates", ["lecture", "primitive", "coarse", "named"])
@pytest.mark.parametrize(("formula", "at", "more"), ARRAY_FORMULAS)
def test_the_schema_holds_of_arrays(formula: str, at: dict[str, Any], more: dict[str, Any], gates: str) -> None:
    VALIDATOR.validate(written_with_arrays(formula, at, gates=gates, **more))
    VALIDATOR.validate(written_with_arrays(formula, at, "denominator", gates=gates, **more))


def test_a_matrix_and_a_vector() -> None:
    value = written_with_arrays("sum(W @ x)", {"W": W, "x": X})
    assert value["at"] == {"W": W, "x": X}
    assert value["output"] == {"name": "f", "shape": [], "value": 19}
    assert value["gradient"] == {"W": [[1, 2.5], [1, 2.5]], "x": [4, 6]}
    assert "jacobian" not in value
    product, total = value["nodes"]
    assert (product["op"], product["shape"], product["value"], product["gradient"]) == ("matvec", [2], [6, 13], [1, 1])
    assert product["inputs"] == [
        {"from": {"input": "W"}, "shape": [2, 2], "value": W, "local": None,
         "jacobian": {"structure": "I ⊗ i₂ᵀ", "shape": [2, 4], "layout": "numerator"},
         "gradient": [[1, 2.5], [1, 2.5]]},
        {"from": {"input": "x"}, "shape": [2], "value": X, "local": None,
         "jacobian": {"structure": "i₁", "shape": [2, 2], "layout": "numerator"}, "gradient": [4, 6]},
    ]  # fmt: skip
    assert product["consumers"] == [{"to": "n2", "input": 0, "gradient": [1, 1]}]
    assert (total["shape"], total["value"], total["gradient"]) == ([], 19, 1)


def test_entry_by_entry_local_derivatives_are_arrays_in_the_shape_of_the_node() -> None:
    value = written_with_arrays("W*x + 1", {"W": W, "x": X}, seed_gradient=numpy.array([[1.0, 0.0], [0.0, 2.0]]))
    times, plus = value["nodes"]
    assert value["output"] == {"name": "f", "shape": [2, 2], "value": [[2, 6], [4, 11]]}
    assert [i["local"] for i in times["inputs"]] == [[[1, 2.5], [1, 2.5]], W]
    assert [i["gradient"] for i in times["inputs"]] == [[[1, 0], [0, 5]], [1, 8]]
    assert [i["local"] for i in plus["inputs"]] == [1, None]
    assert plus["gradient"] == [[1, 0], [0, 2]]
    assert value["gradient"] == {"W": [[1, 0], [0, 5]], "x": [1, 8]}


def test_constants_are_arrays_too() -> None:
    value = written_with_arrays("[1, 2] @ w", {"w": [3, 4]})
    constant, w = value["nodes"][0]["inputs"]
    assert constant == {"from": {"constant": [1, 2]}, "shape": [2], "value": [1, 2], "local": None, "gradient": None}
    assert (w["from"], w["gradient"]) == ({"input": "w"}, [1, 2])


def test_local_jacobians_in_denominator_layout() -> None:
    value = written_with_arrays("sum(W @ x)", {"W": [*W, [5, 6]], "x": X}, "denominator")
    product, total = value["nodes"]
    assert [i["jacobian"] for i in product["inputs"]] == [
        {"structure": "I ⊗ i₂", "shape": [6, 3], "layout": "denominator"},
        {"structure": "i₁ᵀ", "shape": [2, 3], "layout": "denominator"},
    ]
    assert total["inputs"][0]["jacobian"] == {"structure": "𝟏", "shape": [3, 1], "layout": "denominator"}


def test_jacobians_in_both_layouts() -> None:
    at = {"x": X, "y": [3, 4], "s": 2}
    by_rows = written_with_arrays("[x @ y, s*x[0], 7]", at, jacobian=True)
    assert by_rows["gradient"] == {}
    assert by_rows["nodes"][-1]["gradient"] is None
    assert by_rows["jacobian"] == {
        "x": {"shape": [3, 2], "layout": "numerator", "value": [[3, 4], [2, 0], [0, 0]]},
        "y": {"shape": [3, 2], "layout": "numerator", "value": [[1, 2.5], [0, 0], [0, 0]]},
        "s": {"shape": [3, 1], "layout": "numerator", "value": [[0], [1], [0]]},
    }
    by_columns = written_with_arrays("[x @ y, s*x[0], 7]", at, "denominator", jacobian=True)["jacobian"]
    assert by_columns["x"] == {"shape": [2, 3], "layout": "denominator", "value": [[3, 2, 0], [4, 0, 0]]}
    assert by_columns["s"] == {"shape": [1, 3], "layout": "denominator", "value": [[0, 1, 0]]}


def test_a_jacobian_is_limited_to_what_was_asked_for_and_zero_by_unused_names() -> None:
    value = written_with_arrays("2x", {"x": X, "y": [[1, -2, 3]]}, jacobian=True, wrt=["y"])
    assert value["jacobian"] == {"y": {"shape": [2, 3], "layout": "numerator", "value": [[0, 0, 0], [0, 0, 0]]}}
    assert written_with_arrays("x*y", {"x": 2, "y": 3}, jacobian=True)["jacobian"]["y"]["value"] == [[2]]


def test_documents_on_numbers_alone_are_as_ever() -> None:
    assert jsontext.dump(jsontext.evaluation(evaluated("q = x*y; f = q + 0.5", x=2, y=3))) == (
        '{"schema": "gradcli.eval/1", "formula": "q = x*y; f = q + 0.5", "read_as": "q = x * y; f = q + 0.5", '
        '"at": {"x": 2, "y": 3}, "output": {"name": "f", "value": 6.5}, "gradient": {"x": 3, "y": 2}, "nodes": ['
        '{"id": "n1", "label": "q", "op": "mul", "name": "q", "inputs": ['
        '{"from": {"input": "x"}, "value": 2, "local": 3, "gradient": 3}, '
        '{"from": {"input": "y"}, "value": 3, "local": 2, "gradient": 2}], '
        '"value": 6, "gradient": 1, "consumers": [{"to": "n2", "input": 0, "gradient": 1}]}, '
        '{"id": "n2", "label": "f", "op": "add", "name": "f", "inputs": ['
        '{"from": {"node": "n1"}, "value": 6, "local": 1, "gradient": 1}, '
        '{"from": {"constant": 0.5}, "value": 0.5, "local": null, "gradient": null}], '
        '"value": 6.5, "gradient": 1, "consumers": []}]}'
    )


def test_entries_are_written_as_numbers_are() -> None:
    entries = [1.0, -0.0, 0.1, 1e15, 1e300, math.nan, math.inf, -math.inf]
    assert jsontext.value(numpy.array([entries, entries])) == [[jsontext.number(x) for x in entries]] * 2
    assert jsontext.dump({"x": jsontext.value(numpy.array(entries))}) == (
        '{"x": [1, -0.0, 0.1, 1000000000000000.0, 1e+300, "NaN", "Infinity", "-Infinity"]}'
    )


def test_the_schema_refuses_arrays_that_are_wrong() -> None:
    good = written_with_arrays("sum(W @ x)", {"W": W, "x": X}, jacobian=True)
    for key, wrong in [("at", {"x": []}), ("at", {"x": [None]}), ("output", {"name": "f", "shape": [0], "value": 1}),
                       ("jacobian", {"x": [[1]]}), ("gradient", {"x": {"0": 1}})]:  # fmt: skip
        assert VALIDATOR.is_valid(good)
        assert not VALIDATOR.is_valid({**good, key: wrong})
