"""Marks as CSV."""

from __future__ import annotations

import csv
import unicodedata
from collections.abc import Iterable, Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gradcli.report.charset import harmless
from gradcli.report.marks.tabular import ANSWER_COLUMNS, rows, text_cell
from tests.hostile import TEXTS

from .samples import ANNA, P1, SAMPLES, Record, strange


def read(lines: Iterable[str]) -> list[list[str]]:
    return list(csv.reader(lines, strict=True))


def is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return text.isascii() and "_" not in text


def test_a_row_a_submission() -> None:
    assert read(rows(SAMPLES)) == [
        ["file", "student", "name", "state", "late", "score", "max", "p1", "p2", "p3"],
        ["group 1/anna.txt", "s1234567", "Anna Example", "graded", "no", "4.5", "10", "3.5", "1", ""],
        ["ben.txt", "s7654321", "Ben Sørensen", "graded", "yes", "2", "2", "", "", "2"],
        ["answers.csv:7", "s2", "", "graded", "no", "0.3333333333", "1", "0.3333333333", "", ""],
        ["old/notes.docx", "s3", "", "unreadable", "no", "0", "10", "", "", ""],
        ["carl.txt", "", "", "ungradable", "yes", "0", "10", "", "", ""],
        ["s4", "s4", "Dora Example", "missing", "no", "0", "10", "", "", ""],
    ]


def test_a_row_an_answer() -> None:
    header, *found = read(rows(SAMPLES, "answer"))
    assert tuple(header) == ANSWER_COLUMNS
    up = dict(zip(header, found[3], strict=True))
    assert up == {"file": "group 1/anna.txt", "student": "s1234567", "name": "Anna Example", "late": "no",
                  "problem": "p1", "answer": "up q", "kind": "up", "state": "wrong", "score": "0", "max": "1",
                  "written": "4", "expected": "-4", "line": "6", "mistake": "sign",
                  "place": "the gate q · z of f = q * z", "why": "The sign is turned around."}  # fmt: skip
    missing = dict(zip(header, found[-1], strict=True))
    assert {key: value for key, value in missing.items() if value} == {
        "file": "s4", "student": "s4", "name": "Dora Example", "late": "no", "state": "missing", "score": "0",
        "max": "10"}  # fmt: skip
    # one row an answer, and one for each of the three without
    assert len(found) == 8 + 2 + 2 + 1 + 3


def test_rows_of_answers_come_as_their_records_do() -> None:
    taken: list[str] = []

    def marking() -> Iterator[Record]:
        for record in SAMPLES:
            taken.append(record["file"])
            yield record

    lines = rows(marking(), "answer")
    next(lines)
    next(lines)
    assert taken == ["group 1/anna.txt"]


@pytest.mark.parametrize(
    ("text", "cell"),
    [("=1+1", "'=1+1"), ("+a", "'+a"), ("-a", "'-a"), ("@a", "'@a"), ("  =1", "'  =1"), ("\t=1", "'\\x09=1"),
     ("\ra", "'\\x0da"), ("＝1", "'＝1"), ("＋a", "'＋a"), ("－a", "'－a"), ("＠a", "'＠a"),
     ("\u3000＝1", "'\\u3000＝1"),
     ("-2+3+cmd|' /C calc'!A0", "'-2+3+cmd|' /C calc'!A0"), ("-4", "-4"), ("+4.5", "+4.5"), ("-1e-3", "-1e-3"),
     ("-1e", "'-1e"), ("-.", "'-."), ("--1", "'--1"), ("-4 ", "'-4 "), ("−4", "−4"), ("a=1", "a=1"), ("", ""),
     ("a\x00\u202e", "a\\x00\\u202e")],
)  # fmt: skip
def test_cells(text: str, cell: str) -> None:
    assert text_cell(text) == cell


@given(st.text() | st.text("=+-@\t\r 1.e＝＋－＠'", max_size=6))
def test_no_text_is_a_formula(text: str) -> None:
    cell = text_cell(text)
    assert all(map(harmless, cell))
    assert is_number(cell) or not unicodedata.normalize("NFKC", cell.strip()).startswith(("=", "+", "-", "@"))


@pytest.mark.parametrize("per", ["submission", "answer"])
@pytest.mark.parametrize("text", [text for text in TEXTS if len(text) < 400])
def test_strangers_fill_their_cells_and_no_others(text: str, per: str) -> None:
    plain = read(rows(strange(SAMPLES, "plain"), per))  # type: ignore[arg-type]
    lines = list(rows(strange(SAMPLES, text), per))  # type: ignore[arg-type]
    assert all(line.endswith("\n") and line[:-1].isprintable() for line in lines)
    assert read(lines) == [[text_cell(text) if cell == "plain" else cell for cell in row] for row in plain]


def test_numbers_stay_numbers() -> None:
    answers = [{**P1["answers"][0], "written": "-4", "score": 0.1 + 0.2}]
    header, row = read(rows([{**ANNA, "problems": [{**P1, "answers": answers}]}], "answer"))
    cells = dict(zip(header, row, strict=True))
    assert (cells["written"], cells["score"]) == ("-4", "0.3")
