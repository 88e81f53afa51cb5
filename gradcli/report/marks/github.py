"""Marks in a workflow of GitHub Actions: annotations at the lines of the files, and a summary of the step.

Commands are escaped as the toolkit of GitHub Actions does it, in `packages/core/src/command.ts`.
"""

import heapq  # no import from __future__ here: it would take the name of `annotations`
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from gradcli.report.charset import visible
from gradcli.report.marks import class_report, markdown
from gradcli.report.marks.feedback import MOST_WRITTEN, clipped, passes, verdict_line
from gradcli.report.marks.words import Record, one_line, out_of, verdict, written

SHOWN = 10
"""Annotations of a kind that GitHub shows for one step."""

LARGEST_SUMMARY = 1 << 20
"""Bytes that GitHub takes as the summary of one step."""

LONGEST_TITLE = 200
LONGEST_TEXT = 4000

_ROW = re.compile(r"(.+\.csv):([0-9]{1,9})", re.IGNORECASE | re.DOTALL)
_LEFT_OUT = "\nThe rest is left out: GitHub takes no more than 1 MiB.\n"


@dataclass(frozen=True, slots=True)
class _Annotation:
    kind: Literal["error", "warning"]
    lost: float
    record: Record
    at: Record
    title: str
    text: str


def annotations(records: Iterable[Record], *, most: int = SHOWN, folder: str = "") -> str:
    """Commands that annotate the lines of submitted files, one a line; of each kind those that cost most points.

    Wrong and unreadable answers are errors; lines that are not used, and answers that are blank or right with less
    than full credit, are warnings.

    Args:
        records: the submissions.
        most: how many of a kind are written; GitHub shows no more than ten.
        folder: where the files stand in the repository, in front of their names.
    """
    worst: dict[str, list[tuple[float, int, _Annotation]]] = {"error": [], "warning": []}
    for place, found in enumerate(each for record in records for each in _found(record)):
        heap = worst[found.kind]
        heapq.heappush(heap, (found.lost, -place, found))
        if len(heap) > most:
            heapq.heappop(heap)
    ordered = [
        found for heap in worst.values() for _, _, found in sorted(heap, key=lambda entry: (-entry[0], -entry[1]))
    ]
    return "".join(_command(found, folder) for found in ordered)


def summary(records: Iterable[Record], class_summary: Record | None = None) -> str:
    """Markdown for the file that `GITHUB_STEP_SUMMARY` names: the class, then its submissions or the only one.

    What does not fit into GitHub's limit is left out at the end, whole lines at a time.
    """
    out: list[str] = []
    size = 0
    for line in _summary(records, class_summary):
        size += len(line.encode())
        if size > LARGEST_SUMMARY - len(_LEFT_OUT):
            return "".join([*out, _LEFT_OUT])
        out.append(line)
    return "".join(out)


def _summary(records: Iterable[Record], class_summary: Record | None) -> Iterator[str]:
    if class_summary is not None:
        yield from class_report.markdown(class_summary).splitlines(keepends=True)
        yield "\n"
    kept: Sequence[Record] = list(records)
    if len(kept) == 1:
        yield from markdown.submission(kept[0]).splitlines(keepends=True)
    elif kept:
        yield from ("### Submissions\n", "\n", *markdown.listing(kept))


def _found(record: Record) -> Iterator[_Annotation]:
    """Everything in a submission that deserves a look; where there is no file, there is nothing to look at."""
    if record["state"] == "missing":
        return
    if record["state"] != "graded":
        yield _Annotation("error", record["max"], record, {}, f"{record['state']}: {record['file']}", verdict(record))
        return
    for problem in record["problems"]:
        for answer in problem["answers"]:
            lost = answer["max"] - answer["score"]
            mild = passes(answer) or answer["state"] == "blank"
            if passes(answer) and lost <= 0:
                continue
            title = f"{problem['id']}: {answer['name']}, {out_of(answer['score'], answer['max'])}"
            yield _Annotation("warning" if mild else "error", lost, record, answer, title, _said(answer))
    for note in record["notes"]:
        text = one_line(note["message"]) + (f" ({one_line(note['hint'])})" if note["hint"] else "")
        yield _Annotation("warning", 0, record, note, "note", text)


def _said(answer: Record) -> str:
    """What is said of an answer, with what was written, for GitHub shows no part of the line."""
    text = f"\nWritten: {clipped(written(answer), MOST_WRITTEN)}" if answer["written"] else ""
    return clipped(verdict_line(answer), LONGEST_TEXT - len(text)) + text


def _command(found: _Annotation, folder: str) -> str:
    row = _ROW.fullmatch(found.record["file"])  # a row of a table is a line of its file
    name, line = (row[1], int(row[2])) if row else (found.record["file"], None)
    places = {
        "file": visible(f"{folder.rstrip('/')}/{name}" if folder else name),
        "line": found.at.get("line") or line,
        "col": found.at.get("column"),
        "endColumn": found.at.get("end_column"),
        "title": clipped(visible(found.title), LONGEST_TITLE),
    }
    properties = ",".join(f"{key}={_property(str(value))}" for key, value in places.items() if value is not None)
    return f"::{found.kind} {properties}::{_data(clipped(found.text, LONGEST_TEXT))}\n"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
