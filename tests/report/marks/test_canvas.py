"""A grade book of Canvas, filled in, and read back by the rules of its importer."""

from __future__ import annotations

import csv
import io
import re

import pytest

from gradcli.language import GradcliError
from gradcli.report.marks.canvas import filled

from .samples import Record, submission

HEADER = ("Student,ID,SIS User ID,SIS Login ID,Section,Notes,HW 2 (11),HW 3 (12),HW 3 (13),Quiz (a) (14),"
          "Outcome (15),Final Score (2025)")  # fmt: skip
BOOK = (
    HEADER
    + """
,,,,,,,Manual Posting,,,,
    Points Possible,,,,,,10.00,10.00,20.00,5.00,(read only),
"Example, Anna",101,u1,s1,Lecture 1,=note,1.00,,,2.00,50.00,40.00
"Example, Ben",102,u2,s2,"Lecture 1, Lab 2",,2.00,3.25,,,,
"Twin, Cy",103,u3,s3,Lecture 1,,,EX,,,,
"Twin, Cy",104,u4,s4,Lecture 1,,,N/A,,,,
"Student, Test",105,,0123456789abcdef,Lecture 1,,,,,,,
"""
)

IDENTIFYING = ["Student", "ID", "SIS User ID", "SIS Login ID", "Section"]


def imported(text: str, before: str = BOOK) -> dict[tuple[str, str], str]:
    """What Canvas changes: a mark by student and assignment; it stops the test where Canvas changes anything else."""
    roster = {row["ID"]: row for row in csv.DictReader(io.StringIO(before)) if row["ID"]}
    rows = list(csv.reader(io.StringIO(text), delimiter=";" if text.split("\n")[0].count(";") > 1 else ","))
    header = rows.pop(0)
    assert "Student" in header[0]
    assert "ID" in header[1]
    place = header.index("Section") + 1
    titles = header[place:]
    possible = next(row for row in csv.reader(io.StringIO(before)) if "Points Possible" in row[0])
    changes = {}
    for row in rows:
        if "Points Possible" in row[0]:
            assert row[place:] == [possible[HEADER.split(",").index(title)] for title in titles]
            assert not any("read only" in cell for cell in row[place:])
            continue
        if all(re.fullmatch(r"(?i)\s*(Muted|Manual Posting.*)?\s*", cell) for cell in row):
            continue
        student = roster[str(int(row[1]))]
        assert row[:place] == [student[name] for name in IDENTIFYING]
        for title, mark in zip(titles, row[place:], strict=True):
            assert re.search(r"\A(.*)\s\((\d+)\)\Z", title)
            if mark != student[title]:
                changes[student["ID"], title] = mark
    return changes


def graded(file: str, student: str | None, score: float, **more: object) -> Record:
    return submission(file, student=student, score=score, **more)


CLASS = [graded("a.txt", "101", 7.5), graded("b.txt", "u2", 22 / 3), graded("t.txt", "0123456789ABCDEF", 0.0)]


def test_marks_reach_the_right_students_and_nothing_else_changes() -> None:
    result = filled(BOOK, CLASS, assignment="12")
    assert imported(result.text) == {
        ("101", "HW 3 (12)"): "7.5",
        ("102", "HW 3 (12)"): "7.33333",
        ("105", "HW 3 (12)"): "0",
    }
    assert (result.matched, result.ambiguous, result.unmatched, result.notes) == (
        ("a.txt", "b.txt", "t.txt"),
        (),
        (),
        (),
    )
    assert result.text.splitlines()[0] == "Student,ID,SIS User ID,SIS Login ID,Section,HW 3 (12)"
    assert result.text.splitlines()[2] == "    Points Possible,,,,,10.00"


@pytest.mark.parametrize(
    ("assignment", "title", "column"),
    [("HW 3 (13)", None, "HW 3 (13)"), ("11", "HW 3", "HW 2 (11)"), ("hw 2", None, "HW 2 (11)"),
     (None, "HW 2", "HW 2 (11)"), ("Quiz (a)", None, "Quiz (a) (14)")],
)  # fmt: skip
def test_the_assignment(assignment: str | None, title: str | None, column: str) -> None:
    result = filled(BOOK, [graded("a.txt", "s1", 4.0)], assignment=assignment, title=title)
    assert imported(result.text) == {("101", column): "4"}


@pytest.mark.parametrize(
    ("assignment", "hint"),
    [("HW 3", "12 or 13"), ("HW2", "did you mean 'HW 2'?"), ("Essay", "HW 2 (11), HW 3 (12)"),
     ("Final Score", "HW 2 (11)"), ("15", "HW 2 (11)"), (None, "HW 2 (11)"), ("Notes", "HW 2 (11)")],
)  # fmt: skip
def test_no_single_assignment(assignment: str | None, hint: str) -> None:
    with pytest.raises(GradcliError) as caught:
        filled(BOOK, CLASS, assignment=assignment)
    assert caught.value.code == "bad-gradebook"
    assert hint in (caught.value.hint or "")


def test_the_only_assignment_needs_no_name() -> None:
    book = "Student,ID,SIS Login ID,Section,HW (1)\nPoints Possible,,,,10\nA,1,s1,L,\n"
    assert filled(book, [graded("a", "s1", 2.0)]).text == book.replace("L,\n", "L,2\n")


def test_excused_and_unassigned_students_stay_so() -> None:
    result = filled(BOOK, [graded("c.txt", "s3", 1.0), graded("d.txt", "s4", 2.0)], assignment="12")
    assert imported(result.text) == {}
    assert result.matched == ()
    assert [note.split(":")[0] for note in result.notes] == ["c.txt", "d.txt"]


def test_what_cannot_be_decided_changes_nothing() -> None:
    records = [graded("1", "s1", 1.0), graded("2", "101", 2.0), graded("3", None, 3.0, name="Cy Twin"),
               graded("4", "s9", 4.0), submission("5", "unreadable", student="s2"),
               submission("s3", "missing", student="s3")]  # fmt: skip
    result = filled(BOOK, records, assignment="13")
    assert imported(result.text) == {}
    assert sorted(result.ambiguous) == ["1", "2", "3"]
    assert result.unmatched == ("4",)


def test_another_maximum_is_said_and_points_are_not_scaled() -> None:
    result = filled(BOOK, [graded("a", "s1", 7.5)], assignment="13")
    assert imported(result.text) == {("101", "HW 3 (13)"): "7.5"}
    assert any("20 points in Canvas and 10 here" in note for note in result.notes)


def test_names_in_two_columns_and_semicolons() -> None:
    book = "LastName;FirstName;ID;SIS Login ID;Section;HW (1)\nPoints Possible;;;;;10,0\nExample;Anna;1;s1;L;3,5\n"
    result = filled(book, [graded("a", None, 2.5, name="Anna Example")])
    assert result.text == book.replace("3,5", "2.5")
    assert not any("points in Canvas" in note for note in result.notes)


@pytest.mark.parametrize(
    "text", ["a,b\n1,2\n", "Student,ID,HW (1)\nA,1,\n", "ID,Student,Section,HW (1)\n", "", "student,id,section\n"]
)
def test_no_grade_book(text: str) -> None:
    with pytest.raises(GradcliError) as caught:
        filled(text, CLASS, title="HW")
    assert caught.value.code == "bad-gradebook"
