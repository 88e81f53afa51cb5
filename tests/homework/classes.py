"""A class to be graded in tests: submissions that say what shall happen to them, and a grader that does it."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gradcli.homework.course.course import run
from gradcli.homework.course.journal import Journal


@dataclass(frozen=True, slots=True)
class Work:
    """A submission: a file in a folder, or what it would hold."""

    file: str
    text: str = ""
    folder: str | None = None
    student: str | None = None


def content(work: Work) -> bytes:
    return work.text.encode() if work.folder is None else Path(work.folder, work.file).read_bytes()


def record(file: str, score: float, student: str | None = None, **changed: Any) -> dict[str, Any]:
    whole = {"schema": "gradcli.check/1", "file": file, "student": student, "name": None, "claimed": None,
             "late": False, "state": "graded", "message": None, "score": score, "max": 10.0,
             "problems": [], "notes": []}  # fmt: skip
    return whole | changed


class Odd(Exception):  # noqa: N818 - its name is looked for
    """A fault that cannot be pickled."""

    def __init__(self, one: int, *, two: int) -> None:
        super().__init__(one, two)


def grader(calls: str | None = None, killer: str | None = None) -> Callable[[Work], dict[str, Any]]:
    """What grades; each call is a line in the file `calls`, and at the file `killer` the run is killed."""

    def grade(work: Work) -> dict[str, Any]:
        text = content(work).decode()
        if work.file == killer:
            os.kill(int(os.environ["RUN"]), signal.SIGKILL)
            time.sleep(60)  # ended as its parent was
        if calls is not None:
            with Path(calls).open("a") as file:  # short lines are appended as a whole
                file.write(f"{work.file}\n")
        if text == "die":
            os._exit(1)
        if text == "kill":
            os.kill(os.getpid(), signal.SIGKILL)
        if text == "sleep":
            time.sleep(60)
        if text == "spin":
            while True:
                with contextlib.suppress(Exception):
                    sum(range(100))
        if text == "slow":
            time.sleep(0.05)
        if text == "odd":
            raise Odd(1, two=2)
        if text == "deep":
            return grade(work)
        if text == "set":
            return record(work.file, 1, notes={1, 2})
        return record(work.file, len(text) / 3, work.student, message=text + "é\ud800\x85\u2028")

    return grade


def unmakeable() -> Callable[[Work], dict[str, Any]]:
    raise KeyError("no such thing")


def main(folder: str, jobs: str, calls: str, killer: str) -> None:
    """Grade all files of a folder with a journal, as a command would; `killer` may be empty."""
    import json

    os.environ["RUN"] = str(os.getpid())
    out = Path(folder, "results.jsonl")
    names = sorted(path.name for path in Path(folder, "in").iterdir())
    works = [Work(name, folder=str(Path(folder, "in"))) for name in names]
    with Journal(out, "key") as journal:
        new = Path(folder, "new")
        with new.open("w") as file:
            for one in run(works, grader, (str(Path(folder, calls)), killer), jobs=int(jobs), seconds=20,
                           journal=journal, content=content):  # fmt: skip
                file.write(json.dumps(one) + "\n")
        new.replace(out)
        journal.finish()


if __name__ == "__main__":
    main(*sys.argv[1:])
