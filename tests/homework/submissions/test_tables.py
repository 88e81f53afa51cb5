from __future__ import annotations

import contextlib
import os
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gradcli.homework.sheets.sheet import Sheet
from gradcli.homework.submissions import tables
from gradcli.homework.submissions.tables import read_table, sheet_of_row, table_at
from gradcli.language import GradcliError

FORM = """\
Timestamp,Student ID,Name,p1 value q,p1 grad x,p2: jac y / x
2024-10-01,s1,"Example, Anna",3,−4,"[[1, 2], [3, 4]]"

2024-10-02,s2,Ben Other,"0,5",?,
"""


def answers(sheet: Sheet) -> list[tuple[str | None, str, str, object]]:
    return [
        (section.problem, answer.word, answer.target, answer.written and answer.written.entries[0])
        for section in sheet.sections
        for answer in section.answers
    ]


def refusal(text: str) -> GradcliError:
    with pytest.raises(GradcliError) as caught:
        read_table(text)
    return caught.value


def test_a_form_with_a_row_a_student() -> None:
    table = read_table(FORM)
    assert [table.who(row) for row in table.rows.values()] == [("s1", "Example, Anna"), ("s2", "Ben Other")]
    assert list(table.rows) == [2, 4]
    assert table.ignored == (("Timestamp", ""),)
    sheet = sheet_of_row(table, 2)
    assert sheet.student == "s1"
    read = answers(sheet)
    assert [one[:3] for one in read] == [("p1", "value", "q"), ("p1", "grad", "x"), ("p2", "jac", "y")]
    assert read[1][3].value == Fraction(-4)  # type: ignore[attr-defined]
    later = answers(sheet_of_row(table, 4))
    assert later[0][3].value == Fraction(1, 2)  # type: ignore[attr-defined]
    assert {(answer.line, answer.column) for section in sheet.sections for answer in section.answers} <= {
        (2, column) for column in range(1, 7)
    }


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_what_separates_cells_and_rows(delimiter: str, end: str) -> None:
    rows = [["student", "value q", "grad x"], ["s1", "0.5", "2"], ["s2", "1", "3"]]
    table = read_table(end.join(delimiter.join(row) for row in rows) + end)
    assert list(table.rows) == [2, 3]
    assert table.answers == (1, 2)
    assert [answer[2] for answer in answers(sheet_of_row(table, 3))] == ["q", "x"]


def test_the_line_that_spreadsheets_write_first() -> None:
    table = read_table("sep=;\nstudent;value q\ns1;0,5\n")
    assert list(table.rows) == [3]
    assert answers(sheet_of_row(table, 3))[0][3].value == Fraction(1, 2)  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("header", "student", "name"),
    [
        ("student", 0, None), ("Student_ID", 0, None), ("SIS User ID", 0, None), ("E-Mail", 0, None),
        ("Email Address", 0, None), ("User Name", 0, None), ("Matriculation", 0, None), ("sid", 0, None),
        ("Name", None, 0), ("Student,ID", 1, 0), ("Email,Username", 1, None), ("Username,Student ID,Full name", 1, 2),
    ],
)  # fmt: skip
def test_the_column_that_says_who_it_is(header: str, student: int | None, name: int | None) -> None:
    table = read_table(f"{header},value q\n" + "x," * header.count(",") + "x,1\n")
    assert (table.student, table.name) == (student, name)


def test_a_slip_in_the_name_of_a_column_is_told() -> None:
    table = read_table("student,value q,gard x\ns1,1,2\n")
    ((name, hint),) = table.ignored
    assert name == "gard x"
    assert "grad" in hint


def test_rows_of_other_lengths() -> None:
    table = read_table("student,value q,grad x\ns1,1\ns2,0,5,3\ns3,1,2,,\n")
    assert [answer[3] and answer[3].value for answer in answers(sheet_of_row(table, 2))] in ([1], [1, None])  # type: ignore[attr-defined]
    with pytest.raises(GradcliError, match="the row has 4 cells, and the first row names 3") as caught:
        sheet_of_row(table, 3)
    assert '"0,5"' in str(caught.value.hint)
    assert len(answers(sheet_of_row(table, 4))) == 2


def test_a_line_break_in_a_cell_moves_the_lines_below() -> None:
    table = read_table('student,note,value q\ns1,"a\nb",1\ns2,,2\n')
    assert list(table.rows) == [2, 4]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("student,name\ns1,Anna\n", "no column of the table names an answer"),
        ("\n\n", "the table is empty"),
        ('student,value q\ns1,"' + "x" * 200_000, "line 2 is no CSV"),
    ],
)
def test_what_is_no_table(text: str, told: str) -> None:
    assert told in refusal(text).message


def test_rows_and_columns_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "MOST_ROWS", 2)
    assert len(read_table("value q\n1\n2\n").rows) == 2
    assert refusal("value q\n1\n2\n3\n").code == "too-large"
    assert refusal("value q," + "," * 1_000).code == "too-large"


def test_thousands_of_rows_are_read_from_one_table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.csv"
    path.write_text("student,value q\n" + "".join(f"s{number},{number}\n" for number in range(3_000)))
    parsed: list[str] = []
    plain = tables.read_table
    monkeypatch.setattr(tables, "read_table", lambda text: parsed.append(text) or plain(text))
    values = [answers(sheet_of_row(table_at(path, tmp_path), line))[0][3].value for line in range(2, 3_002)]  # type: ignore[attr-defined]
    assert values == list(range(3_000))
    assert len(parsed) == 1


def test_a_table_that_changed_is_read_anew(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("value q\n1\n")
    assert list(table_at(path, None).rows) == [2]
    path.write_text("\nvalue q\n1\n")
    os.utime(path, ns=(1, 1))
    assert list(table_at(path, None).rows) == [3]
    with pytest.raises(GradcliError, match="any more"):
        sheet_of_row(table_at(path, None), 2)


@given(st.text(st.sampled_from("value q,;\t\"'\n\r=ab1")))
def test_any_text_is_a_table_or_refused(text: str) -> None:
    with contextlib.suppress(GradcliError):
        table = read_table(text)
        for line in table.rows:
            with contextlib.suppress(GradcliError):
                assert sheet_of_row(table, line)
