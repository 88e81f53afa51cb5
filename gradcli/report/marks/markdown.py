"""Marks as GitHub-flavoured Markdown, in which nothing that a stranger wrote is markup."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from gradcli.report.charset import visible
from gradcli.report.markdown import escape
from gradcli.report.marks.faces import face, face_of, label
from gradcli.report.marks.words import (
    Record,
    counted,
    counts,
    headline,
    note,
    out_of,
    problem_name,
    problem_task,
    reasons,
    verdict,
    written,
)

LISTING_COLUMNS = ("", "submission", "score", "answers")
_ANSWER_COLUMNS = ("", "answer", "written", "state", "score", "line")

_APART = "&#8203;"
"""A blank without a width: GitHub's own links are found in what is rendered, where a backslash is gone."""

_LINKS = re.compile(r"(?<=@)|(?<=\bwww)(?=\.)|(?=://)|(?<=#)(?=[0-9])|(?<=:)(?=[\w+\\-]{1,60}:)", re.IGNORECASE)
"""Where a mention, an address, the number of an issue or the name of an emoji falls apart."""


def submission(record: Record) -> str:
    """A submission with all its problems, answers and notes."""
    blocks = [f"### {prose(headline(record))}"]
    if found := counts(record):
        blocks.append(prose(counted(found)))
    for problem in record["problems"]:
        points = out_of(problem["score"], problem["max"])
        blocks.append(f"#### {prose(f'{problem_name(problem)}: {points}')}")  # as one text: `:x` and `:` are an emoji
        blocks.append(code(problem_task(problem)))
        blocks.append(table(_ANSWER_COLUMNS, [_answer(answer) for answer in problem["answers"]]))
        blocks += _bullets([f"{code(answer['name'])}: {prose(' '.join(said))}" for answer in problem["answers"]
                            if (said := reasons(answer))])  # fmt: skip
    if record["notes"]:
        blocks += ["Notes:", *_bullets([prose(note(found)) for found in record["notes"]])]
    return "\n\n".join(blocks) + "\n"


def listing(records: Iterable[Record]) -> Iterator[str]:
    """A table with a row for each submission: its lines, each with its line end."""
    yield _row(LISTING_COLUMNS)
    yield _row(["---"] * len(LISTING_COLUMNS))
    for record in records:
        graded = record["state"] == "graded"
        said = [counted(counts(record)) if graded else verdict(record), "late" if record["late"] else ""]
        points = out_of(record["score"], record["max"]) if graded else ""
        yield _row(
            [prose(face_of(record)), code(label(record), cell=True), points, prose(", ".join(filter(None, said)))]
        )


def table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table of cells that are Markdown already."""
    return "".join([_row(columns), _row(["---"] * len(columns)), *map(_row, rows)]).rstrip("\n")


def prose(text: str) -> str:
    """A text that reads as it stands, wherever it stands: no markup, no HTML, no link, no mention, no line end."""
    shown = escape(visible(text.strip(" ")))
    if re.match(r"[-+=]|[0-9]{1,9}[.)](?: |$)", shown):  # a list or the line under a heading
        shown = re.sub(r"^([0-9]*)(.)", r"\1\\\2", shown)
    return _LINKS.sub(_APART, shown)


def code(text: str, *, cell: bool = False) -> str:
    """A text between backticks, as many as it needs; in a cell of a table its bars are escaped."""
    shown = visible(text)
    if not shown.strip(" "):
        return ""
    longest = max(map(len, re.findall("`+", shown)), default=0)
    # One blank on either side is taken off again; it keeps a backtick or a blank at the end of the text.
    around = " " if shown[0] in "` " or shown[-1] in "` " else ""
    fence = "`" * (longest + 1)
    found = f"{fence}{around}{shown}{around}{fence}"
    return found.replace("|", "\\|") if cell else found


def _answer(answer: Record) -> list[str]:
    line = "" if answer["line"] is None else str(answer["line"])
    return [prose(face(answer["state"])), code(answer["name"], cell=True), code(written(answer), cell=True),
            answer["state"], out_of(answer["score"], answer["max"]), line]  # fmt: skip


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |\n"


def _bullets(lines: Sequence[str]) -> list[str]:
    return ["\n".join(f"- {line}" for line in lines)] if lines else []
