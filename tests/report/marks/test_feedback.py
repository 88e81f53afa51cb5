"""What is said of answers and submissions in plain lines."""

from __future__ import annotations

from gradcli.report.marks.feedback import (
    MOST_NOTES,
    answer_lines,
    clipped,
    note_lines,
    passes,
    result_line,
    verdict_line,
)

from .samples import ANNA, BEN, MISSING, P1, UNREADABLE


def test_answers() -> None:
    by_name = {answer["name"]: answer for answer in P1["answers"]}
    assert answer_lines(by_name["up q"]) == ["wrong", "Written: 4", "The sign is turned around.",
                                             "Where: the gate q · z of f = q * z.", "Expected: -4"]  # fmt: skip
    assert verdict_line(by_name["value q"]) == "correct"
    assert verdict_line(by_name["grad z"]) == "unreadable: This is no number. Expected: 3"
    assert [name for name, answer in by_name.items() if passes(answer)] == [
        "value q",
        "value f",
        "local q / x",
        "grad x",
    ]


def test_submissions() -> None:
    assert result_line(BEN) == "2/2: 1 correct, 1 rounded, late"
    assert result_line(UNREADABLE) == "unreadable: The file is not in UTF-8."
    assert result_line(MISSING) == "missing"


def test_long_texts_and_many_notes_are_cut_and_counted() -> None:
    assert clipped("abcde", 4) == "abc…"
    assert clipped("abcd", 4) == "abcd"
    many = {**ANNA, "notes": ANNA["notes"] * 100}
    assert len(note_lines(many)) == MOST_NOTES + 1
    assert note_lines(many)[-1] == f"and {200 - MOST_NOTES} more notes"
