"""Marks as JSON: one record a line, or one document of a whole class; both are written while the class is marked."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from gradcli.report import jsontext
from gradcli.report.marks.words import Record

CHECKS_SCHEMA = "gradcli.checks/1"


def line(record: Record) -> str:
    """A record as JSON on one line, without its line end, in ASCII."""
    return jsontext.dump(record)


def document(records: Iterable[Record], summary: Callable[[], Record | None] = lambda: None) -> Iterator[str]:
    """All records in one JSON document, as pieces of text that follow each other.

    Args:
        records: the submissions, taken one after the other.
        summary: gives the report of the class (gradcli.class/1), or None; asked when the records are at an end.
    """
    yield f'{{"schema": "{CHECKS_SCHEMA}", "results": ['
    between = "\n"
    for record in records:
        yield between + jsontext.dump(record)
        between = ",\n"
    yield f'\n], "class": {jsontext.dump(found) if (found := summary()) is not None else "null"}}}\n'
