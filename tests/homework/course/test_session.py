"""One run of a check: submissions in order, then who handed in nothing; sheets; resuming."""

from __future__ import annotations

import json

import jsonschema
import pytest

from gradcli.homework.course.session import Session
from gradcli.homework.keys.key import read_key
from gradcli.homework.keys.variants import variant
from gradcli.homework.marking.grader import Options
from gradcli.homework.sheets.sheet import read_sheet
from gradcli.homework.submissions.discovery import discover
from gradcli.homework.submissions.roster import read_roster
from gradcli.language import GradcliError
from gradcli.report import jsontext

SCHEMA = jsonschema.Draft202012Validator(json.loads(jsontext.schema_text("check-1.json")))
KEY = ('title = "HW"\n[[problem]]\nid = "p1"\nformula = "f = x^2 + y"\nat = { x = 3, y = 1 }\nask = ["grad x"]\n'
       "vary = { x = [2, 3, 5, 7, 11, 13] }\n")  # fmt: skip
ROSTER = read_roster("id,name\ns1,Anna\ns2,Bob\ns3,Carla\n", "roster")


def answered(text, **values):
    """An empty sheet with its answers filled in."""
    return "".join(
        line.replace("?", values[line.split("=")[0].strip()]) if line.split("=")[0].strip() in values else line
        for line in text.splitlines(keepends=True)
    )


def records(session, folder, journal=None):
    found = list(session.records(discover([folder]).submissions, journal, lambda *_: None))
    for record in found:
        SCHEMA.validate(record)
    return found


def test_sheets_are_read_back_and_answered_rightly(tmp_path):
    session = Session(KEY, roster=ROSTER)
    spec = read_key(KEY, "k").problems[0]
    for name, text in session.sheets():
        student = name.removesuffix(".txt")
        assert read_sheet(text).faults == ()
        answer = {"grad x": str(2 * variant(spec, student, 0)["x"])}
        (tmp_path / name).write_text(answered(text, **answer))
    found = records(session, tmp_path)
    assert [(r["student"], r["name"], r["score"], r["notes"]) for r in found] == [
        ("s1", "Anna", 1.0, []), ("s2", "Bob", 1.0, []), ("s3", "Carla", 1.0, []),
    ]  # fmt: skip


def test_an_empty_sheet_is_blank(tmp_path):
    session = Session(KEY)
    ((_, text),) = session.sheets()
    (tmp_path / "a.txt").write_text(text)
    (record,) = records(session, tmp_path)
    assert [a["state"] for a in record["problems"][0]["answers"]] == ["blank"]
    assert record["notes"] == []


def test_who_handed_in_nothing_comes_at_the_end(tmp_path):
    (tmp_path / "s2.txt").write_text("grad x = 1")
    (tmp_path / "zz.txt").write_text("grad x = 1")
    found = records(Session(KEY, roster=ROSTER), tmp_path)
    assert [(r["file"], r["state"], r["student"]) for r in found] == [
        ("s2.txt", "graded", "s2"), ("zz.txt", "graded", None), ("s1", "missing", "s1"), ("s3", "missing", "s3"),
    ]  # fmt: skip
    assert {r["max"] for r in found} == {1.0}


@pytest.mark.parametrize("jobs", [1, 2])
def test_any_number_of_processes_does_the_same(tmp_path, jobs):
    for k in range(12):
        (tmp_path / f"s{k:02}.txt").write_text(f"grad x = {k}\n" if k % 3 else "\x00")
    found = records(Session(KEY, jobs=jobs), tmp_path)
    assert [r["file"] for r in found] == [f"s{k:02}.txt" for k in range(12)]
    assert [r["state"] for r in found] == ["graded" if k % 3 else "unreadable" for k in range(12)]
    assert found == records(Session(KEY), tmp_path)


def test_an_interrupted_run_goes_on(tmp_path):
    folder = tmp_path / "in"
    folder.mkdir()
    for k in range(4):
        (folder / f"s{k}.txt").write_text(f"grad x = {k}\n")
    session = Session(KEY, version="1")
    submissions = discover([folder]).submissions
    with session.journal(tmp_path / "out.jsonl") as journal:
        first = session.records(submissions, journal, lambda *_: None)
        before = [next(first), next(first)]
        first.close()
    (folder / "s1.txt").write_text("grad x = 6\n")
    with session.journal(tmp_path / "out.jsonl") as journal:
        assert "s0.txt" in journal
        again = list(session.records(submissions, journal, lambda *_: None))
        journal.finish()
    assert again[0] == before[0]
    assert again[1] != before[1]  # another file by now
    assert len(again) == 4


@pytest.mark.parametrize("other", [Session(KEY + "#", version="1"), Session(KEY, version="2"),
                                   Session(KEY, version="1", options=Options(digits=5)),
                                   Session(KEY, version="1", roster=ROSTER)])  # fmt: skip
def test_what_was_graded_otherwise_is_graded_anew(tmp_path, other):
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "s1.txt").write_text("grad x = 6\n")
    submissions = discover([tmp_path / "in"]).submissions
    session = Session(KEY, version="1")
    with session.journal(tmp_path / "out.jsonl") as journal:
        list(session.records(submissions, journal, lambda *_: None))
    with other.journal(tmp_path / "out.jsonl") as journal:
        assert "s1.txt" not in journal


def test_the_key_is_checked_before_anything_is_graded():
    with pytest.raises(GradcliError, match="is not 3"):
        Session(KEY + 'printed = { "grad x" = "3" }\n').key()
    with pytest.raises(GradcliError, match="no node"):
        Session(KEY.replace("grad x", "grad k")).key()
    assert Session(KEY).key().title == "HW"
    assert Session(None).key() is None
    assert list(Session(None).sheets()) == []
