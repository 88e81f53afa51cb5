"""What is to be said of a key: mistakes that would go unseen at its points, and points where they would not."""

from __future__ import annotations

from collections.abc import Iterator

from gradcli.report.charset import visible
from gradcli.report.marks.lines import Line, painted, words
from gradcli.report.marks.words import Record, bindings, one_line, score
from gradcli.report.screen import Screen

MOST_LISTED = 12
"""Mistakes, and pairs, that are listed one by one."""


def text(found: Record, screen: Screen) -> str:
    """A `gradcli.lint/1` object for a terminal or a pipe."""
    problems = found["problems"]
    lines = words(_head(found), screen, "bold")
    for problem in problems:
        lines += [[], *words(f"{visible(problem['id'])}: {one_line(problem['formula'])}", screen, "bold", hang=2)]
        lines += words(f"at {bindings(problem['at'])}", screen, first="  ", hang=4)
        for said in _said(problem):
            lines += words(said, screen, first="  ", hang=4)
        if problem["better"] is not None:
            lines += _better(problem, screen)
    return painted(lines, screen)


def _head(found: Record) -> str:
    checked, faulty = found["checked"], len(found["problems"])
    title = f"{visible(found['title'])}: " if found["title"] else ""
    whole = f"{title}{checked} problem{'' if checked == 1 else 's'}, {score(found['points'])} points"
    if not faulty:
        return f"{whole}, nothing to mend: every mistake of the catalogue would be seen"
    return f"{whole}, {faulty} with remarks" if checked > 1 else f"{whole}, with remarks"


def _said(problem: Record) -> Iterator[str]:
    unseen = sum(one["count"] for one in problem["unseen"])
    if unseen:
        yield f"{unseen} of {problem['mistakes']} mistakes would go unseen here:"
    for one in problem["unseen"][:MOST_LISTED]:
        yield f"- {visible(one['says'])}"
    if len(problem["unseen"]) > MOST_LISTED:
        yield f"- and {len(problem['unseen']) - MOST_LISTED} more"
    for pair in problem["pairs"][:MOST_LISTED]:
        yield f"{_ALIKE[pair['kind']]}: {visible(pair['one'])} | {visible(pair['other'])}"
    for said in (*problem["kinks"], *problem["notes"]):
        yield visible(said)


_ALIKE = {"answers": "equal answers", "mistakes": "equal numbers from two mistakes"}


def _better(problem: Record, screen: Screen) -> list[Line]:
    there = problem["unseen_there"]
    kept = "no mistake would go unseen" if not there else f"{there} would go unseen"
    point = ", ".join(f"{visible(name)} = {_toml(value)}" for name, value in problem["better"].items())
    return words(f"better: at = {{ {point} }}  ({kept})", screen, "green", first="  ", hang=4)


def _toml(value: object) -> str:
    """A value as a key holds it, ready to be copied."""
    if isinstance(value, float):
        return f"{value:g}" if float(f"{value:g}") == value else repr(value)
    return "[" + ", ".join(map(_toml, value)) + "]" if isinstance(value, list) else str(value)
