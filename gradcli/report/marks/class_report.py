"""What a class did: its scores, how hard each answer was, its mistakes, and what could not be marked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence

from gradcli.report.charset import visible
from gradcli.report.layout import Cell
from gradcli.report.marks.lines import Line, painted, words
from gradcli.report.marks.markdown import code, prose
from gradcli.report.marks.markdown import table as markdown_table
from gradcli.report.marks.words import Record, counted, one_line, out_of, score, verdict
from gradcli.report.screen import Screen
from gradcli.report.textual import grid_text

MOST_LISTED = 50
"""Files and students that are listed one by one."""

MOST_ANSWERS = 12
"""Answers up to which also those are listed that everybody had right."""

MOST_COLUMNS = 12
"""Problems that have a column among the mistakes."""

_BAR = 10
_EIGHTHS = "▏▎▍▌▋▊▉█"

Grid = tuple[str, Sequence[str], Sequence[Sequence[str]]]
"""A title, the heads of the columns, and the rows; raw texts are made visible in it."""


def text(summary: Record, screen: Screen) -> str:
    """The report for a terminal or a pipe."""
    blocks = [painted(words(_head(summary), screen, "bold"), screen)]
    for title, columns, rows in _grids(summary, lambda share: bar(share, ascii_only=screen.ascii_only)):
        cells = [[_parts(*cell) for cell in zip(columns, row, strict=True)] for row in rows]
        blocks.append(_titled(title, screen) + grid_text(columns, cells, screen) + "\n")
    for title, lines in _lists(summary):
        listed: list[Line] = [line for said in lines for line in words(said, screen, first="  ", hang=4)]
        blocks.append(_titled(title, screen) + painted(listed, screen))
    return "\n".join(blocks)


def markdown(summary: Record) -> str:
    """The report as GitHub-flavoured Markdown."""
    blocks = [f"## {prose(_head(summary))}"]
    for title, columns, rows in _grids(summary, lambda share: bar(share, ascii_only=False)):
        cells = [[_marked_up(*cell) for cell in zip(columns, row, strict=True)] for row in rows]
        blocks += [f"### {title}", markdown_table([prose(name) for name in columns], cells)]
    for title, lines in _lists(summary):
        blocks += [f"### {title}", "\n".join(f"- {prose(line)}" for line in lines)]
    return "\n\n".join(blocks) + "\n"


def _parts(column: str, cell: str) -> Cell:
    return tuple(cell.split(", ")) if column == _STATES else (cell,)


def _marked_up(column: str, cell: str) -> str:
    return code(cell, cell=True) if column in _CODES else prose(cell)


_CODES = ("answer", "written")
"""Columns of what is formula or was typed."""

_STATES = "otherwise"
"""The column that may break between states."""


def bar(share: float, *, ascii_only: bool, width: int = _BAR) -> str:
    """A share of 1 as a bar, in eighths of a cell."""
    eighths = round(min(max(share, 0.0), 1.0) * width * 8)
    if ascii_only:
        return "#" * round(eighths / 8)
    return _EIGHTHS[-1] * (eighths // 8) + (_EIGHTHS[eighths % 8 - 1] if eighths % 8 else "")


def _titled(title: str, screen: Screen) -> str:
    return painted(words(title, screen, "bold"), screen)


def _head(summary: Record) -> str:
    title = f"{one_line(summary['title'])}: " if summary["title"] else ""
    late = f", {summary['late']} late" if summary["late"] else ""
    return f"{title}{_counted(summary['submissions'], 'submission')}, {summary['graded']} graded{late}"


# --- tables -----------------------------------------------------------------------------------------------------------


def _grids(summary: Record, drawn: Callable[[float], str]) -> list[Grid]:
    grids = [
        _scores(summary, drawn),
        _problems(summary, drawn),
        _difficulty(summary, drawn),
        _mistakes(summary),
        _unexplained(summary),
    ]
    return [grid for grid in grids if grid[2]]


def _scores(summary: Record, drawn: Callable[[float], str]) -> Grid:
    found = summary["score"] or {}
    most = found.get("max") or 1.0
    rows = [(name, score(found[name]), drawn(found[name] / most)) for name in ("lowest", "median", "mean", "highest")
            if found]  # fmt: skip
    return f"Scores out of {score(found['max'])}" if found else "", ("", "score", "share"), rows


def _problems(summary: Record, drawn: Callable[[float], str]) -> Grid:
    rows = [(visible(problem["id"]), out_of(problem["mean"], problem["max"]),
             drawn(problem["mean"] / (problem["max"] or 1.0))) for problem in summary["problems"]]  # fmt: skip
    return "Points by problem", ("problem", "mean", "share"), rows


def _difficulty(summary: Record, drawn: Callable[[float], str]) -> Grid:
    rows, perfect = [], 0
    folded = sum(len(problem["answers"]) for problem in summary["problems"]) > MOST_ANSWERS
    for problem in summary["problems"]:
        for answer in problem["answers"]:
            if folded and answer["right"] >= 1:
                perfect += 1
                continue
            otherwise = {state: n for state, n in answer["states"].items() if state not in ("correct", "rounded")}
            rows.append((visible(problem["id"]), visible(answer["name"]),
                         f"{_percent(answer['right']):>3} % {drawn(answer['right'])}", counted(otherwise)))  # fmt: skip
    left_out = f" ({_counted(perfect, 'answer')} that everybody had right left out)" if perfect else ""
    return f"How many were right{left_out}", ("problem", "answer", "right", _STATES), rows


def _mistakes(summary: Record) -> Grid:
    made: Counter[str] = Counter()
    for mistake in summary["mistakes"]:
        made.update(mistake["problems"])
    most = {problem for problem, _ in made.most_common(MOST_COLUMNS)}
    problems = [problem["id"] for problem in summary["problems"] if problem["id"] in most]
    rows = [(visible(mistake["title"]), str(mistake["students"]),
             *(str(mistake["problems"].get(problem, "")) for problem in problems))
            for mistake in summary["mistakes"]]  # fmt: skip
    title = "Mistakes by problem" + (f", the {len(most)} with most of {len(made)}" if len(made) > len(most) else "")
    return title, ("mistake", "students", *map(visible, problems)), rows


def _unexplained(summary: Record) -> Grid:
    rows = [(visible(found["problem"]), visible(found["answer"]), visible(found["written"]), str(found["count"]))
            for found in summary["unexplained"]]  # fmt: skip
    return "Wrong in the same way, and not explained", ("problem", "answer", "written", "times"), rows


def _percent(share: float) -> str:
    """Whole percent, in which only all are 100 and only none is 0."""
    return str(min(max(round(100 * share), 0 if share <= 0 else 1), 100 if share >= 1 else 99))


# --- lists ------------------------------------------------------------------------------------------------------------


def _lists(summary: Record) -> list[tuple[str, list[str]]]:
    lists = []
    if (roster := summary["roster"]) is not None:
        lists.append(("Roster", _roster(roster)))
    if summary["not_graded"]:
        said = [f"{visible(found['file'])}: {verdict(found)}" for found in summary["not_graded"]]
        lists.append((f"Not graded: {len(said)}", _shortened(said)))
    return lists


def _roster(roster: Record) -> list[str]:
    said = [f"{_counted(roster['matched'], 'student')} matched"]
    if roster["missing"]:
        missing = _shortened([visible(student) for student in roster["missing"]])
        said.append(f"{len(roster['missing'])} without a submission: {', '.join(missing)}")
    if roster["unknown"]:
        unknown = _shortened(_file(found) for found in roster["unknown"])
        said.append(f"{len(roster['unknown'])} not on the roster: {', '.join(unknown)}")
    said += _shortened(f"{_file(found)}: the file claims to be by {visible(found['claimed'])}"
                       for found in roster["mismatched"])  # fmt: skip
    return said


def _file(found: Record) -> str:
    return visible(found["file"]) + (f" ({visible(found['student'])})" if found["student"] else "")


def _shortened(listed: Iterable[str]) -> list[str]:
    """The first ones, and how many more there are."""
    lines: Sequence[str] = list(listed)
    more = len(lines) - MOST_LISTED
    return [*lines[:MOST_LISTED], *([f"and {more} more"] if more > 0 else [])]


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
