"""Names as Canvas (lib/content_zipper.rb) and Moodle (mod/assign/classes/downloader.php) make them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gradcli.homework.submissions.exports import Origin, origin_of, superseded


@pytest.mark.parametrize(
    ("file", "expected"),
    [
        ("exampleanna_12345_678_hw3.txt", Origin("12345", "exampleanna", original="hw3.txt", attempt=())),
        ("exampleanna_LATE_12345_678_hw3.txt", Origin("12345", "exampleanna", True, (), "hw3.txt")),
        ("exampleanna_late_12345_678_hw3.txt", Origin("12345", "exampleanna", True, (), "hw3.txt")),
        ("exampleanna_12345_678_hw3-2.txt", Origin("12345", "exampleanna", False, (2,), "hw3.txt")),
        ("exampleanna_12345_678_hw3-1-2.txt", Origin("12345", "exampleanna", False, (1, 2), "hw3.txt")),
        ("exampleanna_12345_678_hw_3_4_5.txt", Origin("12345", "exampleanna", False, (), "hw_3_4_5.txt")),
        ("müllerjosé_1_2_a.txt", Origin("1", "müllerjosé", False, (), "a.txt")),
        ("a_b_1_2_a\nb.txt", Origin("1", "a_b", False, (), "a\nb.txt")),
        ("exampleanna_12345_text.html", Origin("12345", "exampleanna", False, (), "text.html", online=True)),
        ("exampleanna_LATE_12345_text.html", Origin("12345", "exampleanna", True, (), "text.html", online=True)),
        ("anon_Ab3dE_678_hw.txt", Origin("anon_Ab3dE", None, False, (), "hw.txt")),
        ("LATE_anon_Ab3dE_678_hw.txt", Origin("anon_Ab3dE", None, True, (), "hw.txt")),
        ("anna.txt", Origin(original="anna.txt")),
        ("s1234567_hw3.txt", Origin(original="s1234567_hw3.txt")),
        ("hw_3.txt", Origin(original="hw_3.txt")),
        ("my file_1_2_a.txt", Origin(original="my file_1_2_a.txt")),
    ],
)
def test_canvas_names(file: str, expected: Origin) -> None:
    assert origin_of((file,)) == expected


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("Anna Example_657717_assignsubmission_file/hw.txt", Origin("657717", "Anna Example", original="hw.txt")),
        ("Anna Example_657717_assignsubmission_file_/hw.txt", Origin("657717", "Anna Example", original="hw.txt")),
        ("HW 3/Anna Example_657717_assignsubmission_file/deep/hw.txt",
         Origin("657717", "Anna Example", original="hw.txt")),
        ("Anna Example_657717_assignsubmission_file_hw.txt", Origin("657717", "Anna Example", original="hw.txt")),
        ("Ana-María O'Neil_1_assignsubmission_onlinetext/onlinetext.html",
         Origin("1", "Ana-María O'Neil", original="onlinetext.html", online=True)),
        ("Ana_1_assignsubmission_onlinetext_onlinetext.html",
         Origin("1", "Ana", original="onlinetext.html", online=True)),
        ("Participant_12_assignsubmission_file/hw.txt", Origin("12", None, original="hw.txt")),
        ("a_b_1_assignsubmission_file/hw.txt", Origin(original="hw.txt")),
    ],
)  # fmt: skip
def test_moodle_names(path: str, expected: Origin) -> None:
    assert origin_of(path.split("/")) == expected


def test_a_name_that_a_student_chose_is_never_the_identity_inside_of_an_export() -> None:
    inside = ("Anna_1_assignsubmission_file", "Ben_2_assignsubmission_file", "cid_3_4_hw.txt")
    assert origin_of(inside).student == "1"
    assert origin_of(("anna_1_2_ben_3_4_hw.txt",)).student == "1"


def test_folders_are_no_canvas_names() -> None:
    assert origin_of(("course_2024_1_homework", "anna.txt")).student is None


def test_the_latest_attempt_counts() -> None:
    names = ["a_1_10_hw.txt", "a_1_12_hw-2.txt", "a_1_13_hw-10.txt", "a_1_11_hw-1.txt", "b_2_14_hw.txt",
             "a_1_15_notes.txt", "a_1_16_hw-3.pdf", "anna-1.txt", "anna-2.txt"]  # fmt: skip
    assert superseded([(name,) for name in names]) == {0: 2, 1: 2, 3: 2}


def test_attempts_of_different_folders_have_nothing_to_do_with_each_other() -> None:
    assert superseded([("hw1", "a_1_10_hw.txt"), ("hw2", "a_1_11_hw-1.txt")]) == {}


def test_a_first_part_that_is_only_a_number_is_no_attempt() -> None:
    assert origin_of(("a_1_2_-3.txt",)) == Origin("1", "a", False, (), "-3.txt")


@given(st.lists(st.text(), max_size=4))
def test_any_path_is_read(parts: list[str]) -> None:
    assert isinstance(origin_of(parts), Origin)


@pytest.mark.parametrize("piece", ["_", "a_", "1_", "a_1_", "_late_", "x_1_assignsubmission_", "-1"])
def test_long_names_are_read_at_once(piece: str) -> None:
    assert isinstance(origin_of((piece * 20_000,)), Origin)  # a quadratic search would not end in the time of a test
