"""Records on their way to a writer, and what somebody who hands the marks out should know about all of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gradcli.homework.course.statistics import Statistics
    from gradcli.homework.marking.record import Record

_SHOWN = 5
"""Students and files that are named."""


class Watched:
    """Records on their way to the writer: counted for the report of the class, and whether all is right."""

    def __init__(self, records: Iterable[Record], statistics: Statistics) -> None:
        self.right = True
        self._records = records
        self._statistics = statistics
        self._files: dict[str, list[str]] = {}
        self._claims: list[str] = []

    def __iter__(self) -> Iterator[Record]:
        for record in self._records:
            self._statistics.add(record)
            graded = record["state"] == "graded" and any(problem["answers"] for problem in record["problems"])
            self.right = self.right and graded and record["score"] >= record["max"]
            if record["student"] is not None:
                self._files.setdefault(record["student"], []).append(record["file"])
            if record["claimed"] is not None:
                self._claims.append(f"{record['file']} ({record['claimed']})")
            yield record

    def remarks(self, *, roster: bool) -> Iterator[str]:
        """What to look after, one line each, once all records have been taken.

        Args:
            roster: whether there is one, by which the report of the class tells whose a file is.
        """
        several = [f"{student} ({_listed(files)})"
                   for student, files in self._files.items() if len(files) > 1]  # fmt: skip
        if several:
            yield f"each is marked, but several are of the same student: {_listed(several)}"
        if self._claims and not roster:
            yield (f"inside, {len(self._claims)} of the files are by somebody else than their names say: "
                   f"{_listed(self._claims)}; --roster tells who is who, and so which variant is whose")  # fmt: skip


def _listed(names: list[str]) -> str:
    shown = ", ".join(names[:_SHOWN])
    return shown if len(names) <= _SHOWN else f"{shown} and {len(names) - _SHOWN:,} more"
