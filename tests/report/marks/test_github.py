"""Annotations, read as a runner of GitHub Actions reads them, and the summary of a step."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from gradcli.report.marks.github import LARGEST_SUMMARY, annotations, summary

from .samples import ANNA, BEN, CLASS, MISSING, ROW, SAMPLES, Record, answer


@dataclass
class Command:
    name: str
    properties: dict[str, str]
    text: str


def read(output: str) -> list[Command]:
    """Every line as a command; what is escaped is read in one pass, as a runner does."""
    found = []
    for line in output.split("\n")[:-1]:
        assert line.startswith("::"), line
        head, _, text = line[2:].partition("::")
        name, _, properties = head.partition(" ")
        pairs = [pair.split("=", 1) for pair in properties.split(",")]
        found.append(Command(name, {key: unescaped(value) for key, value in pairs}, unescaped(text)))
    return found


def unescaped(text: str) -> str:
    parts = text.split("%")
    out = parts[0]
    for part in parts[1:]:
        out += {"25": "%", "0D": "\r", "0A": "\n", "3A": ":", "2C": ","}[part[:2]] + part[2:]
    return out


def graded(*answers: Record, file: str = "x.txt") -> Record:
    problem = {
        "id": "p1",
        "title": None,
        "formula": "f = x",
        "at": {},
        "score": 0.0,
        "max": 1.0,
        "answers": list(answers),
    }
    return {**BEN, "file": file, "problems": [problem]}


def test_where_and_what() -> None:
    found = {command.properties["title"]: command for command in read(annotations([ANNA]))}
    wrong = found["p1: up q, 0/1"]
    assert wrong.name == "error"
    assert {**wrong.properties, "title": ""} == {
        "file": "group 1/anna.txt", "line": "6", "col": "1", "endColumn": "10", "title": "",
    }  # fmt: skip
    assert "The sign is turned around." in wrong.text
    assert "\nWritten: 4" in wrong.text
    assert found["p1: grad y, 0/1"].name == "warning"  # blank
    assert found["p1: local q / x, 0.5/1"].name == "warning"
    assert not any("value q" in title or "grad x" in title for title in found)  # full credit


def test_the_worst_ten_of_a_kind() -> None:
    lost = [1, 5, 3, 12, 7, 2, 9, 4, 11, 6, 8, 10]
    wrong = [answer(f"grad w{n}", "wrong", 0.0, n, "1", None, line=n) for n in lost]
    coarse = [answer(f"up w{n}", "coarse", 0.0, n, "1", None, line=n) for n in lost]
    found = read(annotations([graded(*wrong, *coarse)]))
    for kind in ("error", "warning"):
        assert [int(each.properties["line"]) for each in found if each.name == kind] == list(range(12, 2, -1))
    assert len(read(annotations([graded(*wrong)], most=3))) == 3


def test_equal_losses_stay_in_order_over_all_files() -> None:
    records = [graded(answer("up q", "wrong", 0.0, 1.0, "1", None), file=f"{n:02}.txt") for n in range(15)]
    assert [each.properties["file"] for each in read(annotations(records))] == [f"{n:02}.txt" for n in range(10)]


def test_a_row_of_a_table_is_a_line_of_its_file() -> None:
    places = [command.properties for command in read(annotations([ROW], folder="hw"))]
    assert {(place["file"], place["line"]) for place in places} == {("hw/answers.csv", "7")}


def test_files_without_a_mark_are_errors_and_missing_ones_are_nowhere() -> None:
    found = read(annotations(SAMPLES))
    assert [command.properties["file"] for command in found[:2]] == ["old/notes.docx", "carl.txt"]
    assert read(annotations([MISSING])) == []


def test_what_would_end_a_property_or_a_line_is_escaped() -> None:
    name = "50%,a:b\n::error::x"
    (command,) = read(annotations([graded(answer(name, "wrong", 0.0, 1.0, "1", None, why=name), file="a,b:c%.txt")]))
    assert command.properties["file"] == "a,b:c%.txt"
    assert command.properties["title"] == "p1: 50%,a:b\\x0a::error::x, 0/1"
    assert "\n::error" not in command.text


def test_summary_of_a_class_and_of_one() -> None:
    text = summary(SAMPLES, CLASS)
    assert text.index("HW 3") < text.index("Submissions") < text.index("ben.txt")
    alone = summary([ANNA])
    assert "up q" in alone
    assert summary([]) == ""


def test_a_summary_fits_into_the_limit() -> None:
    text = summary((record for n in range(20_000) for record in [{**BEN, "file": f"{n:08}-é.txt"}]), CLASS)
    assert 0.9 * LARGEST_SUMMARY < len(text.encode()) <= LARGEST_SUMMARY
    assert text.endswith("left out: GitHub takes no more than 1 MiB.\n")
    assert not any(line.count("é.txt") > 1 for line in text.splitlines())


@pytest.mark.parametrize("most", [0, 1])
def test_few(most: int) -> None:
    assert len(read(annotations([ANNA], most=most))) == 2 * most
