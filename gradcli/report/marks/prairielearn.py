"""Marks of one submission as PrairieLearn reads them: results.json of an external grader.

The format is that of https://prairielearn.readthedocs.io/en/latest/externalGrading/#grading-results.
"""

from __future__ import annotations

from typing import Any

from gradcli.report import jsontext
from gradcli.report.charset import visible
from gradcli.report.marks.feedback import answer_lines, note_lines, result_line, verdict_line
from gradcli.report.marks.words import Record, problem_heading, verdict


def results(record: Record) -> str:
    """The text of results.json.

    A file that cannot be read or graded is not gradable: PrairieLearn then takes no attempt from the student.
    """
    if record["state"] != "graded":
        why = verdict(record)
        refused = {"gradable": False, "score": 0, "message": why, "output": "", "format_errors": [why], "tests": []}
        return jsontext.dump(refused) + "\n"
    tests = [_test(problem, answer) for problem in record["problems"] for answer in problem["answers"]]
    if record["max"] <= 0:  # points belong to every test or to none, and zero of zero is no share of a score
        tests = [{name: value for name, value in test.items() if "points" not in name} for test in tests]
    share = record["score"] / record["max"] if record["max"] > 0 else 0
    return jsontext.dump({
        "gradable": True,
        "score": min(max(share, 0), 1),
        "message": result_line(record),
        "output": "\n".join(note_lines(record)),
        "format_errors": [],
        "tests": tests,
    }) + "\n"  # fmt: skip


def _test(problem: Record, answer: Record) -> dict[str, Any]:
    return {
        "name": visible(f"{problem['id']}: {answer['name']}"),
        "description": problem_heading(problem),
        "points": answer["score"],
        "max_points": answer["max"],
        "message": verdict_line(answer),
        "output": "\n".join(answer_lines(answer)[1:]),
    }
