from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gradcli.homework.submissions.roster import Roster, read_roster
from gradcli.language import GradcliError

CANVAS = """\
Student,ID,SIS User ID,SIS Login ID,Section,HW 1 (4314282),Final Score
,,,,,Manual Posting,
    Points Possible,,,,,10,(read only)
"Example, Anna",100001,s1234567,anna.example@uni.edu,CS1,9,
"van Dyke, Dick",100002,s7654321,dvd@uni.edu,CS1,,
"Lee, Kim",100003,s1,kim@uni.edu,CS1,,
"Kim, Lee",100004,s2,kim@other.edu,CS1,,
"Student, Test",100005,,a1b2c3,CS1,,
"""

MOODLE = """\
Identifier,"Full name","ID number","Email address",Status,Grade,"Maximum Grade","Grade can be changed"
"Participant 657717","Anna Example",s1234567,anna@uni.edu,"Submitted for grading",,10.00,Yes
"Participant 657718","Dick van Dyke",s7654321,dick@uni.edu,"No submission",,10.00,Yes
"""


def ids(roster: Roster) -> list[str]:
    return [entry.id for entry in roster.entries]


def matched(roster: Roster, student: str | None = None, name: str | None = None, claimed: str | None = None,
            file: str = "") -> str | None:  # fmt: skip
    entry = roster.match(student, name, claimed, file)
    return entry and entry.id


def refusal(text: str) -> GradcliError:
    with pytest.raises(GradcliError) as caught:
        read_roster(text, "roster.csv")
    assert caught.value.code == "bad-roster"
    return caught.value


def test_a_list_of_ids() -> None:
    roster = read_roster("# the class\nid\ns1\n\n s2  # moved\r\ns3", "roster.txt")
    assert [(entry.id, entry.line) for entry in roster.entries] == [("s1", 3), ("s2", 5), ("s3", 6)]


@pytest.mark.parametrize(
    "text",
    [
        "id,name,login\ns1,Anna Example,anna\ns2,Ben Other,ben\n",
        "Name;Student ID;Username\nAnna Example;s1;anna\nBen Other;s2;ben\n",
        "First Name\tSurname\tLogin\tSID\nAnna\tExample\tanna\ts1\nBen\tOther\tben\ts2\n",
        '\n"id","login","full_name"\n"s1","anna","Example, Anna"\n"s2","ben","Other, Ben"\n',
    ],
)
def test_tables_in_several_shapes(text: str) -> None:
    roster = read_roster(text, "roster.csv")
    assert ids(roster) == ["s1", "s2"]
    assert roster.entries[0].keys == ("anna",)
    for name in ("Anna Example", "exampleanna"):
        assert matched(roster, name=name) == "s1"
    assert matched(roster, student="BEN") == "s2"


def test_a_table_without_names_of_columns() -> None:
    roster = read_roster("s1,Anna Example,anna@uni.edu\ns2,Ben Other,ben@uni.edu\n", "roster.csv")
    assert [(entry.id, entry.name, entry.keys) for entry in roster.entries] == [
        ("s1", "Anna Example", ("anna@uni.edu",)),
        ("s2", "Ben Other", ("ben@uni.edu",)),
    ]


def test_canvas_grade_book() -> None:
    roster = read_roster(CANVAS, "grades.csv")
    assert ids(roster) == ["100001", "100002", "100003", "100004"]
    assert roster.entries[0].name == "Example, Anna"
    assert roster.entries[0].keys == ("s1234567", "anna.example@uni.edu")
    assert matched(roster, "100001", "exampleanna") == "100001"
    assert matched(roster, "999", "vandykedick") == "100002"
    assert matched(roster, claimed="s1234567") == "100001"
    assert matched(roster, claimed="anna.example") == "100001"
    assert matched(roster, claimed="DVD@uni.edu") == "100002"


def test_moodle_grading_worksheet() -> None:
    roster = read_roster(MOODLE, "worksheet.csv")
    assert ids(roster) == ["657717", "657718"]
    assert roster.entries[0].keys == ("s1234567", "anna@uni.edu", "Participant 657717")
    assert matched(roster, "657718", "Dick van Dyke") == "657718"
    assert matched(roster, "1", "Dick van Dyke") == "657718"
    assert matched(roster, claimed="dick") == "657718"


def test_what_is_ambiguous_is_not_guessed() -> None:
    roster = read_roster(CANVAS, "grades.csv")
    assert matched(roster, "999", "leekim") is None
    assert matched(roster, claimed="kim") is None
    assert matched(roster, claimed="kim@other.edu") == "100004"
    assert matched(roster, "100003", "leekim") == "100003"


def test_the_name_of_a_file_wins_over_a_claim() -> None:
    roster = read_roster("s1\ns2\n", "roster.txt")
    assert matched(roster, "s1", None, "s2") == "s1"
    assert matched(roster, "unknown", None, "s2") is None  # an exported file is of whom the platform says
    assert matched(roster, claimed="s2", file="s1_hw3.txt") == "s1"
    assert matched(roster, claimed="s2", file="hw3.txt") == "s2"
    assert matched(roster, claimed=None, file="hw3.txt") is None


@pytest.mark.parametrize(
    "file", ["s1.txt", "S1", "hw/s1/hw.txt", "hw3 (s1).txt", "Example_s1-hw.v2.txt", "s1.zip/s2.txt"]
)
def test_an_id_in_the_name_of_a_file(file: str) -> None:
    assert matched(read_roster("s1\ns2\n", "roster.txt"), file=file) == "s1"


def test_two_ids_in_the_name_of_a_file() -> None:
    assert matched(read_roster("s1\ns2\n", "roster.txt"), file="s1_s2.txt") is None


def test_the_name_of_a_student_as_name_of_a_file() -> None:
    roster = read_roster("id,name\ns1,Anna Example\ns2,Ben Other\n", "roster.csv")
    assert matched(roster, file="anna_example.txt") == "s1"
    assert matched(roster, file="hw/Other Ben.txt") == "s2"


@pytest.mark.parametrize(
    ("text", "line", "told"),
    [
        ("s1\ns2\ns1\n", 3, "an id stands twice, on line 1 and on line 3"),
        ("id,name\ns1,Anna\r\n\r\nS1,Ben", 4, "an id stands twice, on line 2 and on line 4"),
        ('id,name\ns1,"An\nna"\ns2,Ben\ns1,Cid\n', 5, "an id stands twice, on line 2 and on line 5"),
        ("id,name\ns1,Anna\n,Ben\n", 3, "line 3 has no id"),
        ("name,grade\nAnna,3\n", 1, "no column holds ids"),
        ("s1\nAnna Example\n", 2, "line 2 is not one id"),
    ],
)
def test_faults_point_at_the_line(text: str, line: int, told: str) -> None:
    fault = refusal(text)
    assert told in fault.message
    assert fault.text == text
    expected = text.replace("\r\n", "\n").split("\n")[line - 1]
    assert text[fault.start : fault.end] == expected


@pytest.mark.parametrize("text", ["", "\n\n", "# nobody\n", "id\n", "id,name\n"])
def test_nobody(text: str) -> None:
    assert "holds no students" in refusal(text).message


@given(st.text())
def test_any_text_is_a_roster_or_refused(text: str) -> None:
    with contextlib.suppress(GradcliError):
        roster = read_roster(text, "roster")
        for entry in roster.entries:
            assert roster.match(entry.id, None, None) == entry


@given(st.text(), st.text(), st.text(), st.text())
def test_anybody_is_matched_or_not(student: str, name: str, claimed: str, file: str) -> None:
    assert read_roster(CANVAS, "c").match(student, name, claimed, file) in (None, *read_roster(CANVAS, "c").entries)
