"""Records in, answers out: one bad line never stops the rest."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest

from gradcli.report.jsonl import Defaults, answers


def replies(*lines: str | bytes, nodes: bool = False) -> list[tuple[dict[str, Any], bool]]:
    data = b"".join((line.encode() if isinstance(line, str) else line) + b"\n" for line in lines)
    return [(json.loads(line), good) for line, good in answers(io.BytesIO(data), Defaults(nodes=nodes))]


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
