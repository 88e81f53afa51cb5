"""Marks on a terminal: a face for each answer, and beneath it what is to be said."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import zip_longest

from rich.cells import cell_len

from gradcli.report.charset import spelled, visible
from gradcli.report.layout import Cell, column_widths, padded, wrapped
from gradcli.report.marks.lines import Line, columns, painted, room, words
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
    score,
    verdict,
    written,
)
from gradcli.report.screen import Screen

GLAD, SO_SO, SAD = ":)", ":|", ":("

_STYLES = {GLAD: "green", SO_SO: "yellow", SAD: "red"}

_INDENT = 2
_HANG = 8
"""Blanks before what is said of an answer."""


def face(state: str) -> str:
    """The face of an answer in this state."""
    return GLAD if state in ("correct", "rounded") else SAD if state == "wrong" else SO_SO


def face_of(record: Record) -> str:
    """The face of a submission: that of its worst answer."""
    faces = {face(state) for state in counts(record)}
    return next((one for one in (SAD, SO_SO, GLAD) if one in faces), SO_SO)


def submission(record: Record, screen: Screen) -> str:
    """A submission with all its problems, answers and notes."""
    lines = words(headline(record), screen, "bold", hang=_INDENT)
    if found := counts(record):
        lines += words(counted(found), screen)
    elif record["problems"] and not record["notes"]:
        lines += words("there is no answer in it", screen)
    for problem in record["problems"]:
        lines += [[], *_problem(problem, screen)]
    if record["notes"]:
        lines.append([])
    for found_note in record["notes"]:
        lines += words(note(found_note), screen, "yellow", hang=_INDENT)
    return painted(lines, screen)


def label(record: Record) -> str:
    """What a line of a class calls a submission: its file, and its student where the file's name does not say so."""
    file, student = visible(record["file"]), visible(record["student"] or "")
    return file if not student or student in file else f"{file} ({student})"


def line(record: Record, screen: Screen, width: int = 0) -> str:
    """One line of a class, without its line end; longer than the screen, it goes on beneath.

    Args:
        record: the submission.
        screen: where it will stand.
        width: cells that the labels are filled to, so that the lines of a class stand in columns.
    """
    shown, name = face_of(record), spelled(label(record), ascii_only=screen.ascii_only)
    if graded := record["state"] == "graded":
        # Where nothing is marked, the first note says why.
        said = [counted(counts(record)) or " ".join(map(note, record["notes"][:1])), "late" if record["late"] else ""]
    else:
        said = ["late" if record["late"] else "", verdict(record)]
    text = ", ".join(filter(None, said))
    # Filled to what a score with two decimals takes.
    points = padded(out_of(record["score"], record["max"]), 2 * len(score(record["max"])) + 4) + "  " if graded else ""
    before = f"{shown}  {padded(name, width)}  {points}"
    if cell_len(before) > 2 * room(screen) // 3:  # it leaves no room beside it
        before, text = f"{shown}  ", f"{name}  {points}{text}"
    first, *more = words(text, screen, first=before, hang=4)
    (head, _), (rest, _) = first
    lines: list[Line] = [[(shown, _STYLES[shown]), (head.removeprefix(shown) + rest, "")], *more]
    return painted(lines, screen).removesuffix("\n")


# --- a problem --------------------------------------------------------------------------------------------------------


def _problem(problem: Record, screen: Screen) -> list[Line]:
    lines = words(f"{problem_name(problem)}: {out_of(problem['score'], problem['max'])}", screen, "bold", hang=_INDENT)
    if task := problem_task(problem):
        lines += words(task, screen, first=" " * _INDENT, hang=2 * _INDENT)
    rows = [_cells(answer, screen) for answer in problem["answers"]]
    gaps = _INDENT + 2 * (len(_COLUMNS) - 1)
    widths = column_widths([[(cell,) for cell in row] for row in rows], room(screen) - gaps) if rows else []
    for row, answer in zip(rows, problem["answers"], strict=True):
        lines += _stacked(row, screen) if widths is None else _aligned(row, widths)
        said = reasons(answer)
        whole = " ".join(said)
        for text in [whole] if whole and cell_len(whole) + _HANG <= room(screen) else said:
            lines += words(text, screen, "dim", first=" " * _HANG, hang=_HANG + 2)
    return lines


_COLUMNS = ("face", "quantity", "written", "state", "points", "line")


def _cells(answer: Record, screen: Screen) -> list[str]:
    line_number = "" if answer["line"] is None else f"line {answer['line']}"
    cells = [face(answer["state"]), visible(answer["name"]), written(answer), answer["state"],
             out_of(answer["score"], answer["max"]), line_number]  # fmt: skip
    return [" ".join(spelled(cell, ascii_only=screen.ascii_only).split()) for cell in cells]


def _aligned(row: list[str], widths: list[int]) -> list[Line]:
    """A row in its columns, in several lines where a cell is wider than its column."""
    style = _STYLES[row[0]]
    cells: Iterable[list[str]] = (wrapped(_cell(text), width) for text, width in zip(row, widths, strict=True))
    return columns(zip_longest(*cells, fillvalue=""), (style, "", "", style, "", "dim"), widths, _INDENT)


def _cell(text: str) -> Cell:
    return (text,)


def _stacked(row: list[str], screen: Screen) -> list[Line]:
    """A row that is too wide for the screen, in lines as they come."""
    return words("  ".join(cell for cell in row if cell), screen, first=" " * _INDENT, hang=_HANG - 2)
