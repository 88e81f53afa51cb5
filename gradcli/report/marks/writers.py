"""The forms in which marks are written: one table, from which the command line and the help take them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, islice
from typing import TYPE_CHECKING, Literal, get_args

from gradcli.language import GradcliError
from gradcli.report.marks.reveal import Level, revealed
from gradcli.report.marks.words import Record
from gradcli.report.screen import Screen

if TYPE_CHECKING:
    from gradcli.report.marks.gradebook import Filled

Form = Literal[
    "table", "report", "json", "jsonl", "csv", "answers", "markdown", "gradescope", "prairielearn", "junit", "tap",
    "github",
]  # fmt: skip

FORMS: tuple[Form, ...] = get_args(Form)

Identity = Literal["username", "email", "idnumber"]

IDENTITIES: tuple[Identity, ...] = get_args(Identity)
"""What students are called by in a table for Moodle."""

GRADE_BOOKS = ("canvas", "moodle")
"""Forms that are tables of a platform, filled in."""

BY_SUFFIX: dict[str, Form] = {".jsonl": "jsonl", ".json": "json", ".csv": "csv", ".md": "markdown", ".xml": "junit",
                              ".tap": "tap"}  # fmt: skip
"""The form that the end of a file's name asks for."""

WHOLE = 5
"""Submissions of which a terminal shows every answer; of more it shows a line each, and the class."""


@dataclass(frozen=True, slots=True)
class Task:
    """What is to be written.

    Attributes:
        records: the submissions, full records, taken once and in order.
        level: how much students are told.
        screen: what the reader sees.
        summary: gives the report of the class, once all records have been taken.
        several: how many submissions there are.
        step_summary: where GitHub collects summaries of a step, or None.
    """

    records: Iterable[Record]
    level: Level
    screen: Screen
    summary: Callable[[], Record]
    several: int
    step_summary: Callable[[str], object] | None = None

    def told(self) -> Iterator[Record]:
        """The records with what the level holds back taken out."""
        return (revealed(record, self.level) for record in self.records)


def pieces(form: Form, task: Task) -> Iterator[str]:
    """The output, in pieces of text that follow each other, as the records come.

    Raises:
        GradcliError: the form is about one submission, and there are several.
    """
    return _WRITERS[form](task)


def filled(
    form: str, records: Iterable[Record], book: str | None, *, assignment: str | None, title: str | None,
    identity: Identity = "username",
) -> Filled:  # fmt: skip
    """The marks in the table of a platform.

    Raises:
        GradcliError: there is no such table, or the platform would refuse it.
    """
    if form == "moodle":
        from gradcli.report.marks.moodle import worksheet

        return worksheet(records, book, by=identity)
    from gradcli.report.marks.canvas import filled as fill_in

    if book is None:
        raise GradcliError("bad-gradebook", "Canvas takes only a grade book that it has exported itself",
                           hint="export it, and add --gradebook grades.csv")  # fmt: skip
    return fill_in(book, records, assignment=assignment, title=title)


def remarks(table: Filled) -> Iterator[str]:
    """What became of the submissions that are not in a table, one line each."""
    yield "1 mark is in the table" if len(table.matched) == 1 else f"{len(table.matched)} marks are in the table"
    for file in table.unmatched:
        yield f"{file}: nobody in the table is meant"
    yield from table.notes


def changes(form: str, comparison: Record, screen: Screen) -> str:
    """What has changed between two markings."""
    if form == "json":
        from gradcli.report.jsontext import dump

        return dump(comparison) + "\n"
    from gradcli.report.marks.compared import text

    return text(comparison, screen)


def findings(form: str, found: Record, screen: Screen) -> str:
    """What is to be said of a key."""
    if form == "json":
        from gradcli.report.jsontext import dump

        return dump(found) + "\n"
    from gradcli.report.marks.linted import text

    return text(found, screen)


def _table(task: Task) -> Iterator[str]:
    from gradcli.report.marks import class_report, faces

    if task.several <= WHOLE:
        between = ""
        for record in task.told():
            yield between + faces.submission(record, task.screen)
            between = "\n"
        return
    told = task.told()
    first = list(islice(told, 200))  # enough to know how wide the names are
    width = min(max((len(faces.label(record)) for record in first), default=0), 40)
    for record in chain(first, told):
        yield faces.line(record, task.screen, width) + "\n"
    yield "\n" + class_report.text(task.summary(), task.screen)


def _report(task: Task) -> Iterator[str]:
    from gradcli.report.marks import class_report

    for _ in task.records:
        pass
    yield class_report.text(task.summary(), task.screen)


def _json(task: Task) -> Iterator[str]:
    from gradcli.report.marks.jsonlines import document

    return document(task.told(), task.summary)


def _jsonl(task: Task) -> Iterator[str]:
    from gradcli.report.marks.jsonlines import line

    return (line(record) + "\n" for record in task.told())


def _csv(task: Task) -> Iterator[str]:
    from gradcli.report.marks.tabular import rows

    return rows(task.told())


def _answers(task: Task) -> Iterator[str]:
    from gradcli.report.marks.tabular import rows

    return rows(task.told(), "answer")


def _markdown(task: Task) -> Iterator[str]:
    from gradcli.report.marks import class_report, markdown

    if task.several <= WHOLE:
        yield "\n".join(map(markdown.submission, task.told()))
        return
    yield from markdown.listing(task.told())
    yield "\n" + class_report.markdown(task.summary())


def _gradescope(task: Task) -> Iterator[str]:
    from gradcli.report.marks.gradescope import results

    yield results(_single(task, "gradescope"))


def _prairielearn(task: Task) -> Iterator[str]:
    from gradcli.report.marks.prairielearn import results

    yield results(_single(task, "prairielearn"))


def _junit(task: Task) -> Iterator[str]:
    from gradcli.report.marks.junit import document

    return document(task.told())


def _tap(task: Task) -> Iterator[str]:
    from gradcli.report.marks.tap import document

    return document(task.told())


def _github(task: Task) -> Iterator[str]:
    from gradcli.report.marks.github import annotations, summary

    told = list(task.told())
    yield annotations(told)
    if task.step_summary is not None:
        task.step_summary(summary(told, task.summary()))


def _single(task: Task, form: str) -> Record:
    found = list(task.told())
    if len(found) != 1:
        raise GradcliError("usage", f"--format {form} is about one submission, and there are {len(found)}",
                           hint="name one file")  # fmt: skip
    return found[0]


_WRITERS: dict[Form, Callable[[Task], Iterator[str]]] = {
    "table": _table, "report": _report, "json": _json, "jsonl": _jsonl, "csv": _csv, "answers": _answers,
    "markdown": _markdown, "gradescope": _gradescope, "prairielearn": _prairielearn, "junit": _junit, "tap": _tap,
    "github": _github,
}  # fmt: skip
