"""results.json of Gradescope: its documented fields, and nothing else."""

from __future__ import annotations

import json

import jsonschema
import pytest

from gradcli.report.marks.gradescope import results

from .samples import ANNA, BEN, MISSING, ROW, SAMPLES, UNGRADABLE, UNREADABLE, Record

VISIBILITY = {"enum": ["visible", "hidden", "after_due_date", "after_published"]}
FORMAT = {"enum": ["text", "html", "simple_format", "md", "ansi"]}
DOCUMENTED = {
    "type": "object",
    "required": ["score", "output", "tests"],
    "additionalProperties": False,
    "properties": {
        "score": {"type": "number"}, "execution_time": {"type": "number"}, "output": {"type": "string"},
        "output_format": FORMAT, "test_output_format": FORMAT, "test_name_format": FORMAT, "visibility": VISIBILITY,
        "stdout_visibility": VISIBILITY, "extra_data": {"type": "object"},
        "tests": {"type": "array", "items": {
            "type": "object", "required": ["name"], "additionalProperties": False,
            "properties": {
                "score": {"type": "number"}, "max_score": {"type": "number"}, "status": {"enum": ["passed", "failed"]},
                "name": {"type": "string"}, "name_format": FORMAT, "number": {"type": "string"},
                "output": {"type": "string"}, "output_format": FORMAT, "visibility": VISIBILITY,
                "tags": {"type": "array", "items": {"type": "string"}}, "extra_data": {"type": "object"},
            },
        }},
    },
}  # fmt: skip


@pytest.mark.parametrize("record", SAMPLES, ids=lambda record: record["file"])
def test_only_documented_fields(record: Record) -> None:
    jsonschema.validate(json.loads(results(record)), DOCUMENTED)


def test_a_test_an_answer_with_its_number_and_state() -> None:
    read = json.loads(results(ANNA))
    assert read["score"] == 4.5
    by_name = {test["name"]: test for test in read["tests"]}
    assert len(by_name) == 10
    assert [test["number"] for test in read["tests"]] == [f"1.{n}" for n in range(1, 9)] + ["2.1", "2.2"]
    assert (by_name["p1: value q"]["status"], by_name["p1: value q"]["score"]) == ("passed", 1)
    assert (by_name["p1: local q / x"]["status"], by_name["p1: local q / x"]["score"]) == ("failed", 0.5)
    assert by_name["p1: up q"]["status"] == "failed"
    assert by_name["p1: up q"]["tags"] == ["wrong", "sign", "minus-lost"]
    assert "The sign is turned around." in by_name["p1: up q"]["output"]
    assert {test["max_score"] for test in read["tests"]} == {1}
    assert by_name["p1: grad x"]["status"] == "passed"  # carried, with full credit


@pytest.mark.parametrize(
    ("record", "why"), [(UNREADABLE, "not in UTF-8"), (UNGRADABLE, "longer than 10 s"), (MISSING, "missing")]
)
def test_what_is_not_graded_scores_nothing_and_says_why(record: Record, why: str) -> None:
    read = json.loads(results({**record, "score": 9.0}))
    assert (read["score"], read["tests"]) == (0, [])
    assert why in read["output"]


def test_nothing_asked_for_no_points_is_failed_only_if_it_is_wrong() -> None:
    answers = [{**answer, "score": 0.0, "max": 0.0} for answer in ANNA["problems"][0]["answers"][:4]]
    free = {**ANNA, "problems": [{**ANNA["problems"][0], "answers": answers}]}
    assert [test["status"] for test in json.loads(results(free))["tests"]] == ["passed", "passed", "passed", "failed"]


def test_visibility_reaches_every_test_and_output_of_the_program_stays_hidden() -> None:
    read = json.loads(results(BEN, visibility="after_due_date"))
    assert {read["visibility"], *(test["visibility"] for test in read["tests"])} == {"after_due_date"}
    assert read["stdout_visibility"] == "hidden"


def test_notes_and_lateness_are_told() -> None:
    assert "did you mean 'grad'?" in json.loads(results(ANNA))["output"]
    assert "late" in json.loads(results(BEN))["output"]
    assert json.loads(results(ROW))["score"] == 1 / 3
