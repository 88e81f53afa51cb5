"""Marks of one submission as Gradescope reads them: results.json.

The format is that of https://gradescope-autograders.readthedocs.io/en/latest/specs/. There is no leaderboard: it would
show marks to other students, and homework is no contest.
"""

from __future__ import annotations

from typing import Any, Literal

from gradcli.report import jsontext
from gradcli.report.charset import visible
from gradcli.report.marks.feedback import answer_lines, note_lines, passes, result_line
from gradcli.report.marks.words import Record, problem_heading

Visibility = Literal["visible", "hidden", "after_due_date", "after_published"]
"""When students see a result."""


def results(record: Record, *, visibility: Visibility = "visible") -> str:
    """The text of results.json.

    A submission that is not graded scores 0, and its output says why. Standard output stays hidden from students: it
    belongs to the program that runs the marking, and may say more than the record reveals.

    Args:
        record: one submission, as far as it is to be revealed.
        visibility: when students see it.
    """
    graded = record["state"] == "graded"
    tests = [
        _test(problem, answer, f"{place}.{part}", visibility)
        for place, problem in enumerate(record["problems"] if graded else [], 1)
        for part, answer in enumerate(problem["answers"], 1)
    ]
    headings = [problem_heading(problem) for problem in record["problems"]]
    return jsontext.dump({
        "score": record["score"] if graded else 0,
        "output": "\n".join([result_line(record), *headings, *note_lines(record)]),
        "output_format": "text",
        "visibility": visibility,
        "stdout_visibility": "hidden",
        "extra_data": {"schema": record["schema"], "file": visible(record["file"]), "state": record["state"],
                       "late": record["late"], "max": record["max"]},
        "tests": tests,
    }) + "\n"  # fmt: skip


def _test(problem: Record, answer: Record, number: str, visibility: Visibility) -> dict[str, Any]:
    full = passes(answer) and answer["score"] >= answer["max"]
    return {
        "score": answer["score"],
        "max_score": answer["max"],
        "status": "passed" if full else "failed",
        "name": visible(f"{problem['id']}: {answer['name']}"),
        "name_format": "text",
        "number": number,
        "output": "\n".join(answer_lines(answer)),
        "output_format": "text",
        "tags": [answer["state"], *(visible(mistake["id"]) for mistake in answer["mistakes"])],
        "visibility": visibility,
        "extra_data": {"kind": answer["kind"], "line": answer["line"], "column": answer["column"]},
    }
