"""TAP: read back by a parser of others, subtests with their indentation taken off."""

from __future__ import annotations

from typing import Any

import pytest
from tap.parser import Parser

from gradcli.report.marks.tap import document, escaped

from .samples import ANNA, BEN, SAMPLES, Record


def parsed(text: str) -> list[Any]:
    """The test points of a TAP document, whose plan is right."""
    lines = list(Parser().parse_text(text))
    points = [line for line in lines if line.category == "test"]
    plans = [line.expected_tests for line in lines if line.category == "plan"]
    assert plans == [len(points)]
    assert [point.number for point in points] == list(range(1, len(points) + 1))
    assert not [line for line in lines if line.category == "bail"]
    return points


def subtests(text: str) -> list[list[Any]]:
    """The test points of each subtest."""
    found: list[str] = []
    for line in text.splitlines(keepends=True):
        if line.startswith("# Subtest: "):
            found.append("TAP version 14\n")
        elif line.startswith("    "):
            found[-1] += line[4:]
    return [parsed(inner) for inner in found]


def test_a_point_a_submission_and_a_subtest_for_its_answers() -> None:
    text = "".join(document(SAMPLES))
    assert text.startswith("TAP version 14\n")
    points = parsed(text)
    assert [point.description for point in points] == [f"- {record['file']}" for record in SAMPLES]
    assert [(point.ok, point.skip) for point in points] == [
        (False, False), (True, False), (True, False), (False, False), (False, False), (True, True),
    ]  # fmt: skip
    assert [len(inner) for inner in subtests(text)] == [10, 2, 1, 0, 0, 0]


def test_states_of_answers() -> None:
    points = subtests("".join(document([ANNA])))[0]
    assert [point.ok for point in points] == [True, True, True, False, True, True, False, False, True, False]
    assert [place for place, point in enumerate(points) if point.skip] == [5]
    told = points[3].yaml_block
    assert told["state"] == "wrong"
    assert told["written"] == "4"
    assert told["line"] == 6
    assert told["message"][0] == "The sign is turned around."
    assert points[0].yaml_block is None


def test_the_point_of_a_submission_tells_its_result_and_notes() -> None:
    told = parsed("".join(document([ANNA])))[0].yaml_block
    assert told["result"].startswith("4.5/10: ")
    assert len(told["notes"]) == 2


def test_a_sheet_that_nobody_filled_in_is_skipped() -> None:
    blank = [{**answer, "state": "blank", "written": None} for answer in BEN["problems"][0]["answers"]]
    empty: Record = {**BEN, "problems": [{**BEN["problems"][0], "answers": blank}]}
    assert parsed("".join(document([empty])))[0].skip


def test_no_records() -> None:
    assert parsed("".join(document([]))) == []


def unescaped(text: str) -> tuple[str, str | None]:
    """A description and the name of its directive, read as the specification of TAP 14 says."""
    out, place = "", 0
    while place < len(text):
        if text[place] == "\\" and text[place + 1 : place + 2] in ("\\", "#"):
            out += text[place + 1]
            place += 2
        elif text[place] == "#" and out.endswith(" ") and text[place + 1 :].strip()[:4].upper() in ("SKIP", "TODO"):
            return out.strip(), text[place + 1 :].strip()[:4].upper()
        else:
            out += text[place]
            place += 1
    return out, None


def test_hashes_and_backslashes_are_escaped() -> None:
    assert escaped("a#1\\b") == "a\\#1\\\\b"


@pytest.mark.parametrize(
    ("name", "read"),
    [("a#1.txt", "a#1.txt"), ("a\\b.txt", "a\\b.txt"), ("x \\# y", "x \\# y"), ("x \\\\", "x \\\\"),
     ("x # SKIP", "x \\x23 SKIP"), ("x #todo", "x \\x23todo"), ("# Skip all", "\\x23 Skip all")],
)  # fmt: skip
def test_names_come_back_and_are_never_directives(name: str, read: str) -> None:
    assert unescaped(escaped(name)) == (read, None)
    point = parsed("".join(document([{**ANNA, "file": name}])))[0]
    assert [point.ok, point.skip, point.todo] == [False] * 3
