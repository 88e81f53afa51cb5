"""Names of files as Canvas and Moodle export them: who handed a file in, whether late, and which attempt it is.

Canvas puts all files into one folder, `<last name first name>[_LATE]_<user>_<attachment>_<file>`, and appends -1, -2 to
the file's name when it is handed in again. Moodle makes a folder for each student and kind of submission,
`<full name>_<participant>_assignsubmission_file/<file>`, or puts all of that into the file's name.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

# The name has no `_<digits>_` of its own (Canvas takes the underscores away), so the first two numbers are the ids.
_CANVAS = re.compile(r"([^\s./]+?)_(?:(late)_)?([0-9]{1,20})_[0-9]{1,20}_(.+)", re.IGNORECASE | re.DOTALL)
_CANVAS_ENTRY = re.compile(r"([^\s./]+?)_(?:(late)_)?([0-9]{1,20})_((?:text|link)\.html)", re.IGNORECASE)
_CANVAS_ANONYMOUS = re.compile(
    r"(?:(late)_)?(anon_[0-9a-z]{1,20})_(?:[0-9]{1,20}_(.+)|((?:text|link)\.html))", re.IGNORECASE | re.DOTALL
)
# A full name has no underscores (Moodle makes blanks of them); since 4.2 nothing follows the kind of a folder.
_MOODLE = re.compile(r"([^_]+)_([0-9]{1,20})_assignsubmission_(file|onlinetext)(?:_(.*))?", re.DOTALL)
_ATTEMPT = re.compile(r"((?:-[1-9][0-9]{0,2})+)\Z")


@dataclass(frozen=True, slots=True)
class Origin:
    """What the name of a file tells about it.

    Attributes:
        student: the platform's id of the student, or None if the name is of no export.
        name: the name of the student as the platform writes it there.
        late: whether the platform calls it late.
        attempt: the numbers that Canvas appended, () for the first file of that name; None for other files.
        original: the file's name as it was handed in, without those numbers.
        online: whether it was typed in the platform's editor and exported as a web page.
    """

    student: str | None = None
    name: str | None = None
    late: bool = False
    attempt: tuple[int, ...] | None = None
    original: str = ""
    online: bool = False


def origin_of(parts: Sequence[str]) -> Origin:
    """What a path tells, given as its parts.

    The outermost name decides: what is inside of it was named by the student, and could be named after somebody else.
    Canvas makes no folders, so only the last part is read as a name by Canvas.
    """
    for place, part in enumerate(parts):
        moodle = _MOODLE.fullmatch(part)
        if moodle and (place + 1 < len(parts) or moodle[4]):
            name = moodle[1].strip()
            return Origin(moodle[2], None if name == "Participant" else name, original=moodle[4] or parts[-1],
                          online=moodle[3] == "onlinetext")  # fmt: skip
    return canvas_origin(parts[-1]) if parts else Origin()


def canvas_origin(file: str) -> Origin:
    """What the name of a file tells if Canvas gave it."""
    anonymous = _CANVAS_ANONYMOUS.fullmatch(file)
    if anonymous:
        original, attempt = _attempt(anonymous[3] or anonymous[4])
        return Origin(anonymous[2], None, bool(anonymous[1]), attempt, original, bool(anonymous[4]))
    entry = _CANVAS_ENTRY.fullmatch(file)
    if entry:
        return Origin(entry[3], entry[1], bool(entry[2]), (), entry[4], online=True)
    named = _CANVAS.fullmatch(file)
    if named:
        original, attempt = _attempt(named[4])
        return Origin(named[3], named[1], bool(named[2]), attempt, original)
    return Origin(original=file)


def superseded(paths: Sequence[Sequence[str]]) -> dict[int, int]:
    """Which files were handed in again: the place of each of them, and the place of the one that counts instead.

    Args:
        paths: the parts of each path; files of different folders never take each other's place.
    """
    groups: dict[tuple[object, ...], list[tuple[tuple[int, ...], int]]] = {}
    for place, parts in enumerate(paths):
        origin = origin_of(parts)
        if origin.attempt is not None:
            key = (*parts[:-1], None, origin.student, origin.original.casefold())
            groups.setdefault(key, []).append((origin.attempt, place))
    older: dict[int, int] = {}
    for attempts in groups.values():
        latest = max(attempts)[1]
        older.update({place: latest for _, place in attempts if place != latest})
    return older


def _attempt(file: str) -> tuple[str, tuple[int, ...]]:
    """The name of a file without the numbers of its attempt, and these numbers."""
    path = PurePosixPath(file.replace("/", "_"))
    numbers = _ATTEMPT.search(path.stem)
    if not numbers or not numbers.start():
        return file, ()
    return path.stem[: numbers.start()] + path.suffix, tuple(map(int, numbers[1][1:].split("-")))
