"""Marks in the Test Anything Protocol, version 14: a subtest a submission, a test point an answer.

The rules are those of https://testanything.org/tap-version-14-specification.html. Plans follow their test points, so
that a class is written while it is marked.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator

from gradcli.report.charset import visible
from gradcli.report.marks.feedback import MOST_WRITTEN, clipped, note_lines, passes, result_line
from gradcli.report.marks.words import Record, one_line, out_of, reasons, written

_DIRECTIVE = re.compile(r"#(?=\s*(?:skip|todo))", re.IGNORECASE)

Diagnostics = dict[str, str | int | list[str]]


def document(records: Iterable[Record]) -> Iterator[str]:
    """The document in pieces that follow each other, one for each submission as it comes.

    A submission is `ok` if no answer is wrong or unreadable, and skipped if there is none.
    """
    yield "TAP version 14\n"
    total = 0
    for total, record in enumerate(records, 1):
        yield _submission(total, record)
    yield f"1..{total}\n"


def _submission(number: int, record: Record) -> str:
    """A subtest and the test point of its parent, which has the same name."""
    name = escaped(visible(record["file"]))
    answers = [(problem, answer) for problem in record["problems"] for answer in problem["answers"]]
    if record["state"] != "graded":
        answers = []
    inner = [line for place, (problem, answer) in enumerate(answers, 1) for line in _answer(place, problem, answer)]
    lines = [f"# Subtest: {name}", *(f"    {line}" for line in [*inner, f"1..{len(answers)}"])]
    blank = record["state"] == "graded" and all(answer["state"] == "blank" for _, answer in answers)
    fine = all(passes(answer) or answer["state"] == "blank" for _, answer in answers)
    skipped = "nothing is answered" if blank else "no file" if record["state"] == "missing" else None
    ok = (record["state"] == "graded" and fine) or record["state"] == "missing"
    told: Diagnostics = {"result": result_line(record)}
    if record["notes"]:
        told["notes"] = note_lines(record)
    return "\n".join([*lines, _point(number, name, ok=ok, skipped=skipped), *_yaml(told)]) + "\n"


def _answer(number: int, problem: Record, answer: Record) -> list[str]:
    name = escaped(visible(f"{problem['id']}: {answer['name']}"))
    blank = answer["state"] == "blank"
    lines = [_point(number, name, ok=blank or passes(answer), skipped="left blank" if blank else None)]
    if answer["state"] == "correct":
        return lines
    told: Diagnostics = {"state": answer["state"], "score": out_of(answer["score"], answer["max"])}
    if answer["written"] is not None:
        told["written"] = clipped(written(answer), MOST_WRITTEN)
    if said := reasons(answer):
        told["message"] = said
    if answer["line"] is not None:
        told["line"] = answer["line"]
    return lines + _yaml(told)


def _point(number: int, name: str, *, ok: bool, skipped: str | None) -> str:
    return f"{'ok' if ok else 'not ok'} {number} - {name}" + (f" # SKIP {skipped}" if skipped else "")


def escaped(text: str) -> str:
    r"""A description with its hashes and backslashes escaped.

    Readers that do not know the escape take `\# SKIP` for a directive, so a hash in front of such a word is written
    as its code.
    """
    line = one_line(text)
    return _DIRECTIVE.sub(r"\\x23", line).replace("\\", "\\\\").replace("#", "\\#")


def _yaml(told: Diagnostics) -> list[str]:
    """A YAML block of plain keys; every value is JSON, which is YAML and has no line breaks."""
    return ["  ---", *(f"  {name}: {json.dumps(value, ensure_ascii=False)}" for name, value in told.items()), "  ..."]
