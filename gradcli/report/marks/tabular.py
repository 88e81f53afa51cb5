"""Marks as CSV for spreadsheets, in which no cell is ever taken for a formula."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from typing import Literal

from gradcli.report.charset import visible
from gradcli.report.jsontext import number
from gradcli.report.marks.words import Record

Per = Literal["submission", "answer"]

SUBMISSION_COLUMNS = ("file", "student", "name", "state", "late", "score", "max")
"""A column for the score of each problem follows them."""

ANSWER_COLUMNS = ("file", "student", "name", "late", "problem", "answer", "kind", "state", "score", "max", "written",
                  "expected", "line", "mistake", "place", "why")  # fmt: skip

_NUMBER = re.compile(r"[+-]?[0-9]{1,30}(\.[0-9]{0,30})?([eE][+-]?[0-9]{1,3})?")

Cell = str | float | None


def rows(records: Iterable[Record], per: Per = "submission") -> Iterator[str]:
    """A header and the rows, each with its line end.

    A row an answer is written as its record comes. A row a submission has a column for each problem of the class, so
    that its rows come when all the records have been seen. A submission without answers has a row in both.
    """
    if per == "answer":
        yield _line(ANSWER_COLUMNS)
        for record in records:
            for row in _answers(record):
                yield _line(row)
        return
    seen: dict[str, None] = {}  # an ordered set
    kept: list[tuple[list[Cell], dict[str, float]]] = []
    for record in records:
        scores = {problem["id"]: problem["score"] for problem in record["problems"]}
        seen |= dict.fromkeys(scores)
        kept.append(([_late(record) if key == "late" else record[key] for key in SUBMISSION_COLUMNS], scores))
    yield _line([*SUBMISSION_COLUMNS, *seen])
    for cells, scores in kept:
        yield _line([*cells, *(scores.get(problem) for problem in seen)])


def _answers(record: Record) -> Iterator[list[Cell]]:
    head = [record["file"], record["student"], record["name"], _late(record)]
    found = [(problem["id"], answer) for problem in record["problems"] for answer in problem["answers"]]
    for problem, a in found:
        yield [*head, problem, a["name"], a["kind"], a["state"], a["score"], a["max"], a["written"], a["expected"],
               a["line"], a["mistakes"][0]["id"] if a["mistakes"] else None, a["place"], a["why"]]  # fmt: skip
    if not found:
        row: dict[str, Cell] = {"state": record["state"], "score": record["score"], "max": record["max"],
                                "why": record["message"]}  # fmt: skip
        yield [*head, *(row.get(column) for column in ANSWER_COLUMNS[len(head) :])]


def text_cell(text: str) -> str:
    """A text that a spreadsheet shows as it is: never a formula, nothing unseen; a number in it stays a number."""
    shown = visible(text)
    if _NUMBER.fullmatch(text):
        return shown
    # NFKC: some programs read the full-width ＝ ＋ － ＠ as the signs themselves.
    bare = unicodedata.normalize("NFKC", text.lstrip()[:1])
    return "'" + shown if bare.startswith(("=", "+", "-", "@")) or text.startswith(("\t", "\r")) else shown


def _late(record: Record) -> str:
    return "yes" if record["late"] else "no"


def _line(cells: Sequence[Cell]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerow(
        "" if cell is None else text_cell(cell) if isinstance(cell, str) else number(round(cell, 10)) for cell in cells
    )
    return out.getvalue()
