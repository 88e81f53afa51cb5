"""What students are shown of their marks."""

from __future__ import annotations

import copy
import json

import jsonschema
import pytest

from gradcli.report import jsontext
from gradcli.report.marks.reveal import LEVELS, Level, revealed

from .samples import ANNA, SAMPLES, Record

HELD_BACK = {
    "verdict": {"expected", "why", "mistakes", "place"},
    "place": {"expected", "why", "mistakes"},
    "hint": {"expected"},
    "answer": set(),
}


def answers(record: Record) -> list[Record]:
    return [answer for problem in record["problems"] for answer in problem["answers"]]


def test_the_levels_are_in_order() -> None:
    assert list(HELD_BACK) == list(LEVELS)


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("record", SAMPLES, ids=lambda record: record["file"])
def test_what_is_held_back_is_empty_and_all_else_stays(record: Record, level: Level) -> None:
    before = copy.deepcopy(record)
    shown = revealed(record, level)
    assert record == before
    assert [*shown] == [*record]
    for full, found in zip(answers(record), answers(shown), strict=True):
        assert [*found] == [*full]
        for key, value in found.items():
            assert value == (full[key] if key not in HELD_BACK[level] else [] if key == "mistakes" else None)
    assert {**shown, "problems": []} == {**record, "problems": []}


def test_below_the_answer_nothing_gives_it_away() -> None:
    secret = copy.deepcopy(ANNA)
    for answer in answers(secret):
        answer["expected"] = "SECRET"
        answer["why"] = answer["place"] = "HINT"
        answer["mistakes"] = [{"id": "HINT", "title": "HINT", "sentence": "HINT", "place": "HINT"}]
    assert "SECRET" not in json.dumps(revealed(secret, "hint"))
    assert "HINT" not in json.dumps(revealed(secret, "verdict"))


def test_a_copy_can_be_changed() -> None:
    record = copy.deepcopy(ANNA)
    shown = revealed(record, "verdict")
    first, second, *_ = answers(shown)
    first["mistakes"].append("x")
    first["state"] = "wrong"
    assert second["mistakes"] == []
    assert record == ANNA


def test_an_unknown_level() -> None:
    with pytest.raises(ValueError, match="not in"):
        revealed(ANNA, "all")  # type: ignore[arg-type]


@pytest.mark.parametrize("level", LEVELS)
def test_the_schema_holds_at_each_level(level: Level) -> None:
    schema = jsonschema.Draft202012Validator(json.loads(jsontext.schema_text("check-1.json")))
    for record in SAMPLES:
        schema.validate(revealed(record, level))
