"""results.json of an external grader of PrairieLearn."""

from __future__ import annotations

import json
from typing import Any

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gradcli.report.marks.prairielearn import results

from .samples import ANNA, BEN, MISSING, ROW, SAMPLES, UNGRADABLE, UNREADABLE, Record

TEXT = {"type": "string"}
DOCUMENTED = {
    "type": "object",
    "required": ["gradable", "score"],
    "additionalProperties": False,
    "properties": {
        "gradable": {"type": "boolean"}, "score": {"type": "number", "minimum": 0, "maximum": 1}, "message": TEXT,
        "output": TEXT, "format_errors": {"type": "array", "items": TEXT},
        "tests": {"type": "array", "items": {
            "type": "object", "required": ["name"], "additionalProperties": False,
            "properties": {"name": TEXT, "description": TEXT, "points": {"type": "number"},
                           "max_points": {"type": "number"}, "message": TEXT, "output": TEXT},
        }},
    },
}  # fmt: skip


def read(record: Record) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(results(record))
    jsonschema.validate(found, DOCUMENTED)
    return found


@pytest.mark.parametrize("record", SAMPLES, ids=lambda record: record["file"])
def test_points_are_on_every_test_or_on_none(record: Record) -> None:
    for most in (record["max"], 0.0):
        having = {("points" in test, "max_points" in test) for test in read({**record, "max": most})["tests"]}
        assert having <= ({(True, True)} if most else {(False, False)})


@pytest.mark.parametrize(("record", "share"), [(ANNA, 0.45), (BEN, 1), (ROW, 1 / 3)])
def test_the_score_is_a_share_of_one(record: Record, share: float) -> None:
    found = read(record)
    assert found["gradable"]
    assert found["score"] == pytest.approx(share, abs=1e-12)


@settings.get_profile("report")
@given(st.floats(0, 1e6), st.floats(0, 1e6))
def test_no_score_leaves_the_range(points: float, most: float) -> None:
    assert 0 <= read({**BEN, "score": points, "max": most})["score"] <= 1


@pytest.mark.parametrize(
    ("record", "why"), [(UNREADABLE, "not in UTF-8"), (UNGRADABLE, "longer than 10 s"), (MISSING, "missing")]
)
def test_what_is_not_graded_takes_no_attempt(record: Record, why: str) -> None:
    found = read(record)
    assert not found["gradable"]
    assert [why in text for text in found["format_errors"]] == [True]
    assert found["tests"] == []


def test_a_test_an_answer() -> None:
    found = {test["name"]: test for test in read(ANNA)["tests"]}
    assert len(found) == 10
    assert (found["p1: local q / x"]["points"], found["p1: local q / x"]["max_points"]) == (0.5, 1)
    assert found["p1: up q"]["message"].startswith("wrong: The sign is turned around.")
    assert "f = q * z" in found["p1: up q"]["description"]
