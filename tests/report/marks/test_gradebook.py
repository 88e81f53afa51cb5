"""Exported tables: read, matched without guessing, and written back."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gradcli.language import GradcliError
from gradcli.report.marks.gradebook import Matches, Person, match, number, points, read_book, squeezed

from .samples import ANNA, submission

PEOPLE = [Person(("17", "s1", "anna@x.org"), "Example, Anna"), Person(("18", "s2", "ben@x.org"), "Example, Ben"),
          Person(("19", "17", "cy@x.org"), "Twin, Cy"), Person(("20", "s4"), "Twin, Cy")]  # fmt: skip


def found(*records: dict[str, object]) -> Matches:
    return match([submission(**record) for record in records], PEOPLE)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("student", "name", "place"),
    [("s1", None, 0), (" S1 ", None, 0), ("18", None, 1), ("CY@X.org", None, 2), (None, "Anna Example", 0),
     (None, "exampleben", 1), ("unknown", "Ben Example", 1), ("s2", "Anna Example", 1)],
)  # fmt: skip
def test_found(student: str | None, name: str | None, place: int) -> None:
    result = found({"file": "a", "student": student, "name": name})
    assert list(result.graded) == [place]
    assert (result.ambiguous, result.unmatched) == ((), ())
    assert bool(result.notes) == (student in (None, "unknown"))  # by the name alone: that is said


@pytest.mark.parametrize(("student", "name"), [("17", None), (None, "Cy Twin"), (None, "twincy")])
def test_nobody_is_guessed(student: str | None, name: str | None) -> None:
    result = found({"file": "a", "student": student, "name": name})
    assert (result.graded, result.ambiguous, result.unmatched) == ({}, ("a",), ())


@pytest.mark.parametrize(("student", "name"), [("s9", None), (None, None), ("", ""), (None, ","), ("1", "A")])
def test_unknown(student: str | None, name: str | None) -> None:
    assert found({"file": "a", "student": student, "name": name}).unmatched == ("a",)


def test_of_two_submissions_the_one_in_time_counts() -> None:
    result = found({"file": "a", "student": "s1", "late": True}, {"file": "b", "student": "s1"})
    assert result.graded[0]["file"] == "b"
    assert any("a, b are of one student: b counts" in note for note in result.notes)


@pytest.mark.parametrize("late", [True, False])
def test_two_submissions_alike_are_both_left_out(late: bool) -> None:
    result = found({"file": "a", "student": "s1", "late": late}, {"file": "b", "student": "17x", "name": None},
                   {"file": "c", "name": "Anna Example", "late": late})  # fmt: skip
    assert (result.graded, result.ambiguous, result.unmatched) == ({}, ("a", "c"), ("b",))


@pytest.mark.parametrize("late", [True, False])
def test_the_only_submission_with_answers_counts(late: bool) -> None:
    problem = ANNA["problems"][0]
    blank = [{**problem, "answers": [{**answer, "state": "blank"} for answer in problem["answers"]]}]
    result = found({"file": "scan.pdf", "student": "s1", "state": "unreadable"},
                   {"file": "page.html", "student": "s1", "problems": blank},
                   {"file": "hw.txt", "student": "s1", "late": late, "problems": [problem]})  # fmt: skip
    assert {place: record["file"] for place, record in result.graded.items()} == {0: "hw.txt"}
    assert result.ambiguous == ()
    assert [note for note in result.notes if "hw.txt counts" in note]


def test_two_submissions_of_which_none_is_graded() -> None:
    result = found({"file": "a", "student": "s1", "state": "unreadable"},
                   {"file": "b", "student": "s1", "state": "ungradable"})  # fmt: skip
    assert result.graded == {}
    (note,) = result.notes
    assert note.startswith("a, b are of one student, and none is graded")


def test_what_is_not_graded_is_named_and_counts_for_nobody() -> None:
    result = found(
        {"file": "a", "student": "s1", "state": "unreadable"}, {"file": "s2", "student": "s2", "state": "missing"}
    )
    assert (result.graded, result.unmatched, result.ambiguous) == ({}, (), ())
    assert [note.startswith("a is unreadable") for note in result.notes] == [True]


@settings.get_profile("report")
@given(st.lists(st.lists(st.text(), min_size=3, max_size=3), min_size=1), st.sampled_from(",;\t"), st.booleans())
def test_cells_come_back_unchanged(rows: list[list[str]], delimiter: str, marked: bool) -> None:
    header = ["Student", "ID", "Section"]
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, lineterminator="\n", quoting=csv.QUOTE_ALL).writerows([header, *rows])
    book = read_book("\ufeff" * marked + text.getvalue(), "Canvas")
    again = book.text(book.rows)
    assert again.startswith("\ufeff") == marked
    read = list(csv.reader(io.StringIO(again.removeprefix("\ufeff"), newline=""), delimiter=delimiter))
    assert [row for row in read if row] == [header, *rows]


@pytest.mark.parametrize("text", ["", "\n\n", 'a,b\n"x', "a,b\n1,2,3\n", 'a,b\n"x"y,z\n', "a,b\n" + "x" * 200_000])
def test_no_table(text: str) -> None:
    with pytest.raises(GradcliError) as caught:
        read_book(text, "Canvas")
    assert caught.value.code == "bad-gradebook"


@pytest.mark.parametrize(
    ("score", "text"),
    [(7.5, "7.5"), (10.0, "10"), (0.0, "0"), (100.0, "100"), (22 / 3, "7.33333"), (1e-7, "0"), (-0.0, "0"),
     (1e6, "1000000")],
)  # fmt: skip
def test_marks_have_a_point_and_no_exponent(score: float, text: str) -> None:
    assert points(score) == text


@pytest.mark.parametrize(
    ("cell", "value"), [("10.00", 10), (" 7,5 ", 7.5), ("", None), ("A", None), ("nan", None), ("inf", None)]
)
def test_numbers_of_a_platform(cell: str, value: float | None) -> None:
    assert number(cell) == value


@pytest.mark.parametrize(
    ("name", "other"),
    [("Example, Anna", "Anna Example"), ("O'Brien, Zoë", "zoe obrien"),
     ("van der Berg, Jan-Willem", "JanWillem van der Berg"), ("Müller, A.", "mullera")],
)  # fmt: skip
def test_names_as_folders_write_them(name: str, other: str) -> None:
    assert squeezed(name) & squeezed(other)
