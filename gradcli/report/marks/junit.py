"""Marks as JUnit XML, which build servers show as tests: a suite a submission, a test case an answer.

The dialect is the one that Ant and Jenkins agree on. Characters that XML does not allow, and all others that cannot be
seen, are written out before anything is escaped.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Literal

from gradcli.report.charset import visible
from gradcli.report.marks.feedback import answer_lines, clipped, note_lines, passes, result_line, verdict_line
from gradcli.report.marks.words import Record, problem_heading, score

Outcome = Literal["passed", "failure", "error", "skipped"]

LONGEST_MESSAGE = 1000
"""Characters of a message, which build servers show on one line; the element's text holds all of it."""


def document(records: Iterable[Record]) -> Iterator[str]:
    """The document in pieces that follow each other, one for each submission as it comes."""
    yield '<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="gradcli">\n'
    for record in records:
        yield _suite(record)
    yield "</testsuites>\n"


def _suite(record: Record) -> str:
    """A submission; the suite knows how many of its cases ended in which way."""
    cases: list[tuple[Outcome, str]] = []
    if record["state"] == "graded":
        for problem in record["problems"]:
            cases += [_case(problem, answer) for answer in problem["answers"]]
    else:
        outcome: Outcome = "skipped" if record["state"] == "missing" else "error"
        said = _element(outcome, record["state"], result_line(record), result_line(record))
        cases.append((outcome, _testcase("submission", visible(record["file"]), said)))
    found = Counter(outcome for outcome, _ in cases)
    attributes: dict[str, str | int] = {
        "name": visible(record["file"]), "tests": len(cases), "failures": found["failure"], "errors": found["error"],
        "skipped": found["skipped"], "time": 0,
    }  # fmt: skip
    facts = {"student": record["student"] or "", "score": score(record["score"]), "max": score(record["max"]),
             "late": "yes" if record["late"] else "no"}  # fmt: skip
    properties = "".join(f"  <property{_attributes({'name': name, 'value': visible(value)})}/>\n"
                         for name, value in facts.items())  # fmt: skip
    told = "\n".join([result_line(record), *map(problem_heading, record["problems"]), *note_lines(record)])
    body = "".join(case for _, case in cases)
    return (f" <testsuite{_attributes(attributes)}>\n  <properties>\n{properties}  </properties>\n{body}"
            f"  <system-out>{_text(told)}</system-out>\n </testsuite>\n")  # fmt: skip


def _case(problem: Record, answer: Record) -> tuple[Outcome, str]:
    """An answer: wrong is a failure, blank is skipped, what could not be read or marked is an error."""
    outcome: Outcome = {"wrong": "failure", "blank": "skipped"}.get(answer["state"], "error")  # type: ignore[assignment]
    if passes(answer):
        outcome = "passed"
    text = "\n".join(answer_lines(answer))
    if outcome == "passed":
        said = "" if answer["state"] == "correct" else f"<system-out>{_text(text)}</system-out>"
    else:
        said = _element(outcome, answer["state"], verdict_line(answer), text)
    return outcome, _testcase(visible(problem["id"]), visible(answer["name"]), said)


def _testcase(classname: str, name: str, inner: str) -> str:
    return f"  <testcase{_attributes({'classname': classname, 'name': name, 'time': 0})}>{inner}</testcase>\n"


def _element(name: str, kind: str, message: str, text: str) -> str:
    attributes = _attributes({"message": clipped(message, LONGEST_MESSAGE), "type": kind})
    return f"<{name}{attributes}>{_text(text)}</{name}>"


def _attributes(values: Mapping[str, str | int]) -> str:
    return "".join(f' {name}="{_text(str(value)).replace(chr(34), "&quot;")}"' for name, value in values.items())


def _text(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
