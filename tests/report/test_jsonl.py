"""Records in, answers out: one bad line never stops the rest."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest

from gradcli.report.jsonl import Defaults, answers


def replies(*lines: str | bytes, **defaults: Any) -> list[tuple[dict[str, Any], bool]]:
    data = b"".join((line.encode() if isinstance(line, str) else line) + b"\n" for line in lines)
    return [(json.loads(line), good) for line, good in answers(io.BytesIO(data), Defaults(**defaults))]


def test_answers_come_in_order_and_bad_lines_stop_nothing() -> None:
    found = replies(
        '{"id": 1, "expr": "x*y", "at": {"x": 2, "y": 3}}', "", "{", '{"id": [2], "expr": "x", "at": {"x": 5}}'
    )
    assert [good for _, good in found] == [True, False, True]
    assert found[0][0] == {"id": 1, "value": 6, "gradient": {"x": 3, "y": 2}}
    assert found[1][0]["error"]["kind"] == "bad-record"
    assert found[2][0]["id"] == [2]


@pytest.mark.parametrize(
    "line",
    ["[1]", "nope", '{"expr": 3}', '{"expr": "x", "at": 3}', '{"expr": "x", "gates": "none"}',
     '{"expr": "x", "ta": {}}', '{"expr": "1", "from": "latex"}', '{"expr": "x", "at": {"x": 1}, "wrt": 3}',
     b"\xff", "[" * 100_000,
     '{"expr": "x", "at": {"x": 1}, "jacobian": 1}', '{"expr": "x", "at": {"x": [1, [2]]}}',
     '{"expr": "x", "at": {"x": []}}', '{"expr": "x", "at": {"x": 1}, "seed_gradient": 1e999}',
     '{"expr": "x", "at": {"x": [1, 2]}}', '{"expr": "x", "at": {"x": [1, 2]}, "seed_gradient": "one"}',
     '{"expr": "x", "at": {"x": [1, 2]}, "seed_gradient": [1]}', '{"expr": "x", "at": {"x": 1}, "seed_gradient": true}',
     '{"expr": "x", "at": {"x": [1, 2]}, "seed_gradient": [1, [2]]}', '{"expr": "x", "at": {"x": [1, NaN]}}',
     '{"expr": "x", "at": {"x": 1}, "seed_gradient": Infinity}',
     '{"expr": "x", "at": {"x": 1}, "seed_gradient": 1' + 400 * "0" + "}",
     '{"id": NaN, "expr": "1"}', '{"id": 1, "expr": "ln(x)", "at": {"x": -1}}'],
)  # fmt: skip
def test_what_is_wrong_is_said(line: str | bytes) -> None:
    ((reply, good),) = replies(line)
    assert not good
    assert set(reply) == {"id", "error"}
    assert reply["error"]["message"]


def test_wrt_and_nodes() -> None:
    record = '{"id": "a", "expr": "x*y", "at": {"x": 2, "y": 3}, "wrt": "y"}'
    ((reply, _),) = replies(record, nodes=True)
    assert reply["gradient"] == {"y": 2}
    assert [node["label"] for node in reply["nodes"]] == ["· × ·"]


# --- vectors and matrices ---------------------------------------------------------------------------------------------


def answer(record: str, **defaults: Any) -> dict[str, Any]:
    (((reply), good),) = replies(record, **defaults)
    assert good, reply
    return reply


def test_values_and_gradients_are_nested_lists() -> None:
    reply = answer('{"id": 1, "expr": "sum(W @ x)", "at": {"W": [[1, 2], [3, 4]], "x": [1, 2.5]}}')
    assert reply == {"id": 1, "value": 19, "gradient": {"W": [[1, 2.5], [1, 2.5]], "x": [4, 6]}}


@pytest.mark.parametrize(
    ("seed", "gradient"), [('"ones"', [2, 2]), ("[1, -3]", [2, -6]), ("[0.5, 0]", [1, 0])]
)  # fmt: skip
def test_seed_gradients(seed: str, gradient: list[float]) -> None:
    reply = answer('{"id": 1, "expr": "2x", "at": {"x": [1, 5]}, "seed_gradient": ' + seed + "}")
    assert reply == {"id": 1, "value": [2, 10], "gradient": {"x": gradient}}


def test_a_number_is_seeded_with_a_number() -> None:
    assert answer('{"expr": "2x", "at": {"x": 1}, "seed_gradient": 3}')["gradient"] == {"x": 6}
    assert answer('{"expr": "2x", "at": {"x": 1}, "seed_gradient": "ones"}')["gradient"] == {"x": 2}


def test_jacobians() -> None:
    record = '{"id": 1, "expr": "2x", "at": {"x": [1, 5]}, "jacobian": true}'
    matrix = {"shape": [2, 2], "layout": "numerator", "value": [[2, 0], [0, 2]]}
    assert answer(record) == {"id": 1, "value": [2, 10], "gradient": {}, "jacobian": {"x": matrix}}
    assert answer(record, layout="denominator")["jacobian"]["x"]["layout"] == "denominator"
    assert "jacobian" not in answer('{"expr": "2x", "at": {"x": 1}, "jacobian": false}', jacobian=True)


def test_what_holds_unless_a_record_says_otherwise() -> None:
    record = '{"expr": "2x", "at": {"x": [1, 5]}}'
    assert answer(record, seed_gradient="ones")["gradient"] == {"x": [2, 2]}
    assert answer(record, jacobian=True)["gradient"] == {}
    ((reply, good),) = replies(record)
    assert not good
    assert reply["error"]["kind"] == "array-output"


def test_the_nodes_of_arrays_have_shapes() -> None:
    arrays = answer('{"expr": "sum(2x)", "at": {"x": [1, 5]}}', nodes=True)
    assert [node["shape"] for node in arrays["nodes"]] == [[2], []]
    assert all("shape" not in node for node in answer('{"expr": "2x", "at": {"x": 1}}', nodes=True)["nodes"])


def test_inputs_that_are_declared_are_drawn_with_a_seed() -> None:
    record = '{"expr": "x ~ 3; sum(x)"}'
    one, same, other = (answer(record, seed=seed)["value"] for seed in (1, 1, 2))
    assert one == same != other
