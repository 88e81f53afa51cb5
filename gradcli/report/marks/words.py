"""Words that all writers of marks share: scores, where a problem is taken, what is said of an answer.

Whatever a stranger wrote comes out of here with everything escaped that cannot be seen, and on one line; what is a
sign of markup in Markdown, XML or a spreadsheet is left to the writer that knows its format.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from gradcli.report.charset import visible
from gradcli.report.numbers import full, minus

Record = dict[str, Any]

STATES = ("correct", "rounded", "carried", "coarse", "wrong", "blank", "unreadable", "ungradable")
"""What an answer can be, from the best to what is no answer."""

LONGEST_BINDING = 60
"""Characters of an array that is written out; of a longer one only its shape is told."""

MOST_ENTRIES = 8
"""Entries of an array that are listed one by one."""


def score(x: float) -> str:
    """A number of points: two decimals at most, no trailing zeros."""
    return minus(f"{round(x, 2) + 0.0:.2f}".rstrip("0").rstrip("."))


def out_of(points: float, most: float) -> str:
    """Points out of the most that there are: `3.5/4`."""
    return f"{score(points)}/{score(most)}"


def counts(record: Record) -> dict[str, int]:
    """How many answers of a submission are in each state; only states that occur, the best first."""
    found = Counter(answer["state"] for problem in record["problems"] for answer in problem["answers"])
    return {state: found[state] for state in STATES if found[state]}


def counted(states: Mapping[str, int]) -> str:
    """States with their numbers: `17 correct, 2 carried, 1 wrong`."""
    return ", ".join(f"{states[state]} {state}" for state in STATES if states.get(state))


def one_line(text: str) -> str:
    """A text of several lines, such as a formula in statements, on one line."""
    return visible("; ".join(line.strip(" ") for line in text.replace("\r\n", "\n").split("\n") if line.strip(" ")))


def bindings(at: Mapping[str, Any]) -> str:
    """Where a formula is taken: `x = −2, y = 5`."""
    return ", ".join(f"{visible(name)} = {_value(x)}" for name, x in at.items())


def _value(x: Any) -> str:
    if isinstance(x, str):
        return visible(x)
    if not isinstance(x, list):
        return full(float(x))
    text = minus(re.sub(r"\.0(?=[,\]])", "", json.dumps(x)))
    if len(text) <= LONGEST_BINDING:
        return text
    shape, inner = [], x
    while isinstance(inner, list) and inner:
        shape.append(str(len(inner)))
        inner = inner[0]
    return "×".join(shape) + (" numbers" if len(shape) == 1 else " matrix" if len(shape) == 2 else " array")


def problem_name(problem: Record) -> str:
    """A problem by its id and title: `p1, Chain rule`."""
    return visible(problem["id"]) + (f", {one_line(problem['title'])}" if problem["title"] else "")


def problem_task(problem: Record) -> str:
    """What is asked about: `f = (x + y) * z at x = −2, y = 5, z = −4`."""
    at = bindings(problem["at"])
    return one_line(problem["formula"]) + (f" at {at}" if at else "")


def problem_heading(problem: Record) -> str:
    """Both in one line: `p1, Chain rule: f = (x + y) * z at x = −2, y = 5, z = −4`."""
    return f"{problem_name(problem)}: {problem_task(problem)}"


def who(record: Record) -> str:
    """Whose submission it is, as far as it is known: `s1234567, Anna Example`; else empty."""
    return ", ".join(visible(record[key]) for key in ("student", "name") if record[key])


def headline(record: Record) -> str:
    """A submission in one sentence: `anna.txt (s1234567, Anna Example): 7.5/10, late`."""
    person = who(record)
    late = ", late" if record["late"] else ""
    head = visible(record["file"]) + (f" ({person})" if person else "")
    if record["state"] == "graded":
        return f"{head}: {out_of(record['score'], record['max'])}{late}"
    return f"{head}: {verdict(record)}{late}"


def verdict(record: Record) -> str:
    """Why a submission has no mark: its state and, where there is one, the sentence about it."""
    state: str = record["state"]
    return f"{state}: {one_line(record['message'])}" if record["message"] else state


def reasons(answer: Record) -> list[str]:
    """What is said of an answer, each sentence by itself; nothing about a right one."""
    said = [sentence(answer["why"])] if answer["why"] else []
    said += [f"By entries, counted from 0: {entries}."] if (entries := _entries(answer)) else []
    said += [f"Where: {sentence(answer['place'])}"] if answer["place"] else []
    if answer["expected"] is not None and answer["state"] != "correct":
        said.append(f"Expected: {one_line(answer['expected'])}")  # no full stop, which were a decimal point
    return said


def reason(answer: Record) -> str | None:
    """The same for those who take one message: why, where, and what was expected; None if nothing is said."""
    return " ".join(reasons(answer)) or None


def note(found: Record) -> str:
    """A note with its place in the file and what to do: `line 3, column 1: … (hint)`."""
    place = [f"{word} {found[word]}" for word in ("line", "column") if found[word] is not None]
    head = ", ".join(place) + ": " if place else ""
    return head + one_line(found["message"]) + (f" ({one_line(found['hint'])})" if found["hint"] else "")


def written(answer: Record) -> str:
    """What the student wrote; empty where nothing was."""
    return visible(answer["written"] or "")


def sentence(text: str) -> str:
    """A sentence with its full stop; its first letter stays, which may be that of a name."""
    line = one_line(text)
    return line if not line or line.endswith((".", "!", "?", "…")) else line + "."


def _entries(answer: Record) -> str:
    """The entries of an array that are not right: `[0, 1] wrong, [1, 1] blank`."""
    found = [(at, state) for at, state in _walked(answer["entries"]) if state not in ("correct", "rounded")]
    said = [f"[{', '.join(map(str, at))}] {state}" for at, state in found[:MOST_ENTRIES]]
    more = len(found) - len(said)
    return ", ".join(said) + (f" and {more} more" if more else "")


def _walked(entries: Any) -> Iterator[tuple[tuple[int, ...], str]]:
    """The states of an array's entries with their indices, row by row."""
    waiting: list[tuple[tuple[int, ...], Any]] = [((), entries)] if entries else []
    while waiting:
        at, found = waiting.pop()
        if isinstance(found, list):
            waiting += [((*at, place), inner) for place, inner in reversed(list(enumerate(found)))]
        else:
            yield at, found
