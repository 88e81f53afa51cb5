"""Moodle's grading worksheet and its plain table of grades, read back by the rules of its importers."""

from __future__ import annotations

import csv
import html
import io
import re

import pytest

from gradcli.language import GradcliError
from gradcli.report.marks.moodle import feedback, worksheet

from .samples import ANNA, BEN, Record, submission

WORKSHEET = """Identifier,"Full name","Email address",Status,Grade,"Maximum Grade","Grade can be changed",\
"Last modified (submission)","Last modified (grade)","Feedback comments"
"Participant 1234","Anna Example",anna@x.org,"Submitted",,10.00,Yes,"Monday, 3 November 2025, 9:00 AM",-,
"Participant 1235","Ben Sørensen",ben@x.org,Submitted,5.00,10.00,Yes,-,"3 November 2025, 9:00 AM","<p>old</p>"
"Participant 1236","=Cy Twin",cy@x.org,"No submission",,10.00,No,-,-,
"Participant 1237","Cy Twin",cy2@x.org,"No submission",,10.00,Yes,-,-,
"""


def imported(text: str, before: str = WORKSHEET) -> dict[str, tuple[str, str]]:
    """Grade and feedback that Moodle takes over, by participant; the columns that it matches stay as they were."""
    old = {row["Identifier"]: row for row in csv.DictReader(io.StringIO(before))}
    rows = list(csv.DictReader(io.StringIO(text)))
    assert list(rows[0]) == list(next(iter(old.values())))
    assert [row["Identifier"] for row in rows] == list(old)
    changed = {}
    for row in rows:
        user = row["Identifier"][len("Participant ") :]
        assert user.isdigit()
        was = old[row["Identifier"]]
        assert {**row, "Grade": "", "Feedback comments": ""} == {**was, "Grade": "", "Feedback comments": ""}
        if row != was:
            assert was["Grade can be changed"] == "Yes"
            assert re.fullmatch(r"[0-9]+(\.[0-9]{1,5})?", row["Grade"])
            assert 0 <= float(row["Grade"]) <= float(row["Maximum Grade"])
            changed[user] = row["Grade"], row["Feedback comments"]
    return changed


def graded(file: str, student: str | None, score: float, **more: object) -> Record:
    return submission(file, student=student, score=score, **more)


@pytest.mark.parametrize("student", ["1234", "Participant 1234", "ANNA@x.org", None])
def test_a_worksheet_is_filled_in(student: str | None) -> None:
    result = worksheet([graded("a", student, 7.25, name="Anna Example")], WORKSHEET)
    assert {user: grade for user, (grade, _) in imported(result.text).items()} == {"1234": "7.25"}
    assert result.matched == ("a",)


def test_feedback_is_text_and_what_it_replaces_is_said() -> None:
    wrong = {**ANNA, "student": "1235", "problems": [{**ANNA["problems"][0], "id": "<b>p1"}]}
    result = worksheet([wrong], WORKSHEET)
    ((_, said),) = imported(result.text).values()
    assert "<b>" not in said
    assert "<b>p1: up q: wrong: The sign is turned around." in html.unescape(said)
    assert "value q" not in said  # it is right
    assert any("is replaced: 1" in note for note in result.notes)


def test_every_offender_is_named_and_nothing_is_written() -> None:
    records = [graded("ok", "1234", 1.0), graded("high", "1235", 10.5), graded("who", "s9", 1.0),
               graded("x1", "1237", 1.0), graded("x2", "cy2@x.org", 2.0),
               graded("nan", None, float("nan"), name="Twin, =Cy Twin")]  # fmt: skip
    with pytest.raises(GradcliError) as caught:
        worksheet(records, WORKSHEET)
    assert caught.value.code == "bad-gradebook"
    assert {name for name in ("ok", "high", "who", "x1", "x2", "nan") if f"{name}: " in caught.value.message} == {
        "high", "who", "x1", "x2", "nan"}  # fmt: skip
    assert "10.5 is above the maximum, 10" in caught.value.message


def test_what_has_no_mark_refuses_nothing() -> None:
    records = [submission("README.md", "unreadable"), submission("b", "ungradable", student="1235"),
               submission("cy", "missing", student="nobody")]  # fmt: skip
    result = worksheet(records, WORKSHEET)
    assert imported(result.text) == {}
    assert any(note.startswith("b is ungradable") for note in result.notes)


def test_a_locked_grade_stays() -> None:
    result = worksheet([graded("c", "1236", 1.0)], WORKSHEET)
    assert imported(result.text) == {}
    assert any("locked" in note for note in result.notes)


@pytest.mark.parametrize("column", ["Identifier", "Grade", "Last modified (grade)"])
def test_no_worksheet(column: str) -> None:
    with pytest.raises(GradcliError, match=re.escape(column)):
        worksheet([BEN], WORKSHEET.replace(f'"{column}"', "x").replace(f"{column},", "x,"))


def test_a_plain_table() -> None:
    result = worksheet([graded("a", "s1", 7.5), graded("b", "s2", 22 / 3)], by="idnumber")
    rows = list(csv.reader(io.StringIO(result.text)))
    assert rows[0] == ["idnumber", "grade", "feedback"]
    assert [row[:2] for row in rows[1:]] == [["s1", "7.5"], ["s2", "7.33333"]]


def test_a_plain_table_names_every_offender() -> None:
    records = [graded("ok", "s1", 1.0), graded("none", None, 1.0, name="Anna"), graded("twice1", "s2", 1.0),
               graded("twice2", "S2", 2.0), graded("high", "s3", 9.0), graded("formula", "=s4", 1.0),
               graded("unseen", "s5\u200b", 1.0)]  # fmt: skip
    with pytest.raises(GradcliError) as caught:
        worksheet(records, maximum=8)
    named = {
        name
        for name in ("ok", "none", "twice1", "twice2", "high", "formula", "unseen")
        if f"{name}: " in caught.value.message
    }
    assert named == {"none", "twice1", "twice2", "high", "formula", "unseen"}


def test_of_two_marks_in_a_plain_table_the_one_in_time_counts() -> None:
    result = worksheet([graded("late", "s1", 9.0, late=True), graded("first", "s1", 4.0)])
    assert result.text.splitlines()[1].startswith("s1,4,")
    assert result.matched == ("first",)


def test_feedback_starts_with_how_it_ended() -> None:
    assert feedback(BEN).startswith("2/2: 1 correct, 1 rounded, late<br>")


def test_feedback_fits_into_a_cell_of_a_spreadsheet() -> None:
    answers = [{**answer, "why": "<" * 5_000} for answer in ANNA["problems"][0]["answers"] * 20]
    said = feedback({**ANNA, "problems": [{**ANNA["problems"][0], "answers": answers}]})
    assert 20_000 < len(said) <= 32_767
    assert said.endswith("<br>…")
    assert said.count("&") == said.count("&lt;")
