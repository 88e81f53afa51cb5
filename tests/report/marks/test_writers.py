"""The table of forms: each of them is written from records, and says no more than it may."""

from __future__ import annotations

import csv
import io
import json
from xml.etree import ElementTree

import jsonschema
import pytest

from gradcli.language import GradcliError
from gradcli.report import jsontext
from gradcli.report.marks.reveal import LEVELS
from gradcli.report.marks.writers import (
    BY_SUFFIX,
    FORMS,
    GRADE_BOOKS,
    WHOLE,
    Task,
    changes,
    filled,
    pieces,
    remarks,
)
from gradcli.report.screen import Screen

from .samples import ANNA, CLASS, COMPARISON, SAMPLES

CHECK, CLASSES = (jsonschema.Draft202012Validator(json.loads(jsontext.schema_text(name)))
                  for name in ("check-1.json", "class-1.json"))  # fmt: skip
SINGLE = ("gradescope", "prairielearn")


def written(form, records, level="hint", screen=None, several=None):
    """The output, and whether all records were taken before the class was summed up."""
    taken = []

    def taking():
        for record in records:
            taken.append(record)
            yield record

    def summary():
        assert len(taken) == len(records)
        return CLASS

    task = Task(taking(), level, screen or Screen(), summary, len(records) if several is None else several)
    text = "".join(pieces(form, task))
    assert len(taken) == len(records)
    return text


def test_all_forms_have_a_writer():
    for form in FORMS:
        assert written(form, [ANNA])
    assert set(BY_SUFFIX.values()) <= set(FORMS)
    assert not set(GRADE_BOOKS) & set(FORMS)


@pytest.mark.parametrize("form", [form for form in FORMS if form not in SINGLE])
def test_each_form_takes_many_and_none(form):
    many = [{**record, "file": f"{k}/{record['file']}"} for k in range(4) for record in SAMPLES]
    assert len(many) > WHOLE
    assert written(form, many)
    written(form, [])


@pytest.mark.parametrize("form", SINGLE)
@pytest.mark.parametrize("records", [[], [ANNA, ANNA]])
def test_forms_of_one_submission_refuse_others(form, records):
    with pytest.raises(GradcliError) as caught:
        written(form, records)
    assert caught.value.code == "usage"
    assert f"there are {len(records)}" in caught.value.message


SECRET = {"expected": "-777.125", "why": "WHYWHY is it so.", "place": "PLACEPLACE",
          "mistakes": [{"id": "MISTAKEID", "title": "MISTAKETITLE", "sentence": "MISTAKESENTENCE.",
                        "place": "PLACEPLACE"}]}  # fmt: skip
SHOWN = {"WHYWHY": "hint", "MISTAKE": "hint", "PLACEPLACE": "place", "777.125": "answer"}


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("form", FORMS)
def test_nothing_is_told_below_its_level(form, level):
    answer = {**ANNA["problems"][0]["answers"][0], "state": "wrong", "score": 0.0, **SECRET}
    record = {**ANNA, "problems": [{**ANNA["problems"][0], "answers": [answer]}]}
    text = written(form, [record], level)
    for secret, needed in SHOWN.items():
        if LEVELS.index(level) < LEVELS.index(needed):
            assert secret not in text
    if form in ("json", "jsonl", "table", "markdown", "gradescope") and level == "answer":
        assert "777.125" in text or "777.125" in text.replace("\\", "")


def test_json_fits_the_schemas():
    document = json.loads(written("json", list(SAMPLES), "answer"))
    assert [record["file"] for record in document["results"]] == [record["file"] for record in SAMPLES]
    for record in document["results"]:
        CHECK.validate(record)
    CLASSES.validate(document["class"])
    lines = [json.loads(line) for line in written("jsonl", list(SAMPLES), "verdict").splitlines()]
    assert [line["file"] for line in lines] == [record["file"] for record in SAMPLES]
    for line in lines:
        CHECK.validate(line)


def test_forms_are_what_they_are_called():
    rows = list(csv.reader(io.StringIO(written("csv", list(SAMPLES)))))
    assert len(rows) == len(SAMPLES) + 1
    assert len({len(row) for row in rows}) == 1
    answers = list(csv.reader(io.StringIO(written("answers", [ANNA]))))
    assert len(answers) == 1 + sum(len(p["answers"]) for p in ANNA["problems"])
    assert ElementTree.fromstring(written("junit", list(SAMPLES))).tag == "testsuites"
    assert written("tap", [ANNA]).startswith("TAP version 14\n")
    assert json.loads(written("gradescope", [ANNA]))["tests"]
    assert 0 <= json.loads(written("prairielearn", [ANNA]))["score"] <= 1


def test_few_submissions_are_shown_whole_and_many_in_a_line_each():
    few = written("table", [ANNA] * WHOLE)
    assert few.count("up q") >= WHOLE
    many = written("table", [ANNA] * (WHOLE + 1))
    assert many.count(ANNA["file"]) >= WHOLE + 1
    assert CLASS["title"] in many
    assert written("table", [ANNA], several=WHOLE + 1) != written("table", [ANNA])


def test_the_pieces_come_as_the_records_do():
    def records():
        yield ANNA
        raise KeyboardInterrupt

    task = Task(records(), "hint", Screen(), lambda: CLASS, WHOLE + 1)
    assert json.loads(next(iter(pieces("jsonl", task))))["file"] == ANNA["file"]


def test_canvas_needs_its_own_export():
    with pytest.raises(GradcliError) as caught:
        filled("canvas", [ANNA], None, assignment=None, title="HW 3")
    assert caught.value.code == "bad-gradebook"
    assert "--gradebook" in caught.value.hint


def test_a_grade_book_and_what_is_said_about_it():
    student = ANNA["student"] or "s1"
    book = (
        f'Student,ID,SIS User ID,SIS Login ID,Section,HW 3 (11)\nPoints Possible,,,,,100\n"Doe, A",1,{student},x,S,\n'
    )
    table = filled("canvas", [{**ANNA, "student": student}], book, assignment=None, title="HW 3")
    assert next(iter(remarks(table))) == "1 mark is in the table"
    assert f"{ANNA['score']:g}" in table.text


def test_changes_in_two_forms():
    assert json.loads(changes("json", COMPARISON, Screen())) == COMPARISON
    assert changes("table", COMPARISON, Screen()).startswith("Marks: 2 changed")
