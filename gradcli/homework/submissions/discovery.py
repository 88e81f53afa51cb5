"""What was handed in: each file, each file in a zip, each row of a table, in an order that is the same everywhere."""

from __future__ import annotations

import stat
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from gradcli.homework.submissions.exports import Origin, origin_of, superseded
from gradcli.homework.submissions.folders import walk
from gradcli.homework.submissions.inputs import Submission, kind_of_name, read, table_of, unlisted
from gradcli.homework.submissions.names import encodable, natural
from gradcli.language import GradcliError

__all__ = ["Discovery", "Submission", "discover", "read"]

MOST_SUBMISSIONS = 200_000
_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Discovery:
    """All submissions in order, and what is to be known about the lot of them."""

    submissions: tuple[Submission, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Found:
    """One file: where it is, the folder that is checked, its name as parts, and what the names in it start with."""

    source: Path
    within: Path | None
    parts: tuple[str, ...]
    prefix: tuple[str, ...]


def discover(paths: Sequence[Path]) -> Discovery:
    """What is handed in under the given paths: files, folders, zips and tables.

    Nothing here fails for what a student did: what cannot be read is a submission too, and says so when it is read.

    Args:
        paths: as the user gave them; where there are several, names start with the name of the folder or zip.

    Raises:
        GradcliError: there are more files than are checked.
    """
    notes: list[str] = []
    found: list[_Found] = []
    for path, label in _labelled(list(dict.fromkeys(paths))):
        inside, skipped = _files(path, label)
        found += inside
        if skipped:
            notes.append(f"skipped in {encodable(path.name or str(path))}: {_listed(skipped)}")
        if not inside:
            notes.append(f"there are no files in {encodable(str(path))}")
    found.sort(key=lambda one: [natural(part) for part in one.parts])  # shells list files as the language setting says
    older = superseded([one.source.parts for one in found])
    _note_superseded([(found[old].parts, found[new].parts) for old, new in sorted(older.items())], notes)
    submissions: list[Submission] = []
    for place, one in enumerate(found):
        if place not in older:
            submissions += _expanded(one, notes)
        if len(submissions) > MOST_SUBMISSIONS:
            raise GradcliError("too-large", f"there are more than {MOST_SUBMISSIONS:,} submissions",
                               hint="check one folder of homework at a time")  # fmt: skip
    submissions = _once(submissions)
    return Discovery(tuple(_unique(submissions)), tuple(notes))


def _labelled(paths: Sequence[Path]) -> Iterator[tuple[Path, tuple[str, ...]]]:
    """Each path with the beginning of the names in it: () for a single one, else its name, else all of it."""
    names = Counter(path.name for path in paths)
    for path in paths:
        if len(paths) == 1:
            yield path, ()
        elif names[path.name] > 1 or not path.name:
            yield path, tuple(part.strip("/\\") or "root" for part in path.parts) or (".",)
        else:
            yield path, (path.name,)


def _files(path: Path, label: tuple[str, ...]) -> tuple[list[_Found], list[str]]:
    try:
        is_folder = stat.S_ISDIR(path.lstat().st_mode)
    except (OSError, ValueError):
        is_folder = False
    if not is_folder:
        return [_Found(path, None, label or (path.name or str(path),), label)], []
    files, skipped = walk(path, MOST_SUBMISSIONS)
    return [_Found(path.joinpath(*parts), path, (*label, *parts), (*label, *parts)) for parts in files], skipped


def _expanded(one: _Found, notes: list[str]) -> list[Submission]:
    """The submissions in one file: itself, or what is in it."""
    whole = _submission(one, one.parts, origin_of(one.source.parts))
    kind = kind_of_name(one.parts[-1])
    if kind == "table":
        return _rows(whole, notes)
    return _members(one, whole, notes) if kind == "archive" else [whole]


def _members(one: _Found, whole: Submission, notes: list[str]) -> list[Submission]:
    """The files in a zip.

    In a folder, the name of an exported zip says whose it is, whatever it holds. A zip that was given by itself is the
    whole export as a rule, and is one for sure if its files are of several students.
    """
    from gradcli.homework.submissions.archives import members  # a folder of text files needs none of it

    try:
        inside, twice = members(one.source, one.within)
    except GradcliError:
        return [whole]  # reading it raises the same, and makes a line of the report
    if twice:
        notes.append(f"{whole.file} holds several files of the same name, and the last is read: {_listed(twice)}")
    files = [member for member in inside if not unlisted(member.parts)]
    files.sort(key=lambda member: ([natural(part) for part in member.parts], member.key))
    origins = [origin_of(member.parts) for member in files]
    several = len({origin.student for origin in origins if origin.student}) > 1
    own = whole.student is None or (one.within is None and several)
    older = superseded([member.parts for member in files]) if own else {}
    _note_superseded([(files[old].parts, files[new].parts) for old, new in sorted(older.items())], notes)
    submissions: list[Submission] = []
    for place, (member, origin) in enumerate(zip(files, origins, strict=True)):
        if place in older:
            continue
        name = (*one.prefix, *member.parts)
        if own:
            submission = replace(_submission(one, name, origin), member=member.key)
        else:
            submission = replace(whole, file=encodable("/".join(name)), member=member.key)
        submissions += _rows(submission, notes) if kind_of_name(member.parts[-1]) == "table" else [submission]
    return submissions or [whole]


def _rows(whole: Submission, notes: list[str]) -> list[Submission]:
    try:
        table = table_of(whole)
    except GradcliError:
        return [whole]
    if table.ignored:
        ignored = [f"{name} ({hint})" if hint else name for name, hint in table.ignored]
        notes.append(f"columns of {whole.file} that name no answer: {_listed(ignored)}")
    found = []
    for line, row in table.rows.items():
        student, name = table.who(row)
        who = (whole.student, whole.name) if whole.student else (student, name)
        found.append(replace(whole, file=f"{whole.file}:{line}", student=who[0], name=who[1], row=line))
    return found or [whole]


def _submission(one: _Found, parts: Sequence[str], origin: Origin) -> Submission:
    student, name = (encodable(text) if text else None for text in (origin.student, origin.name))
    return Submission(encodable("/".join(parts)), student, name, origin.late, origin.attempt, one.source,
                      within=one.within, online=origin.online)  # fmt: skip


def _once(submissions: list[Submission]) -> list[Submission]:
    """Submissions without those that were found twice because a folder and a file in it were given."""
    first: dict[object, Submission] = {}
    for one in submissions:
        first.setdefault((one.source.absolute(), one.member, one.row), one)
    return list(first.values())


def _unique(submissions: list[Submission]) -> Iterator[Submission]:
    """Submissions with names that tell them apart."""
    names = {one.file for one in submissions}
    seen: set[str] = set()
    for one in submissions:
        file, number = one.file, 2
        while file in seen or (number > 2 and file in names):
            file, number = f"{one.file} ({number})", number + 1
        seen.add(file)
        yield replace(one, file=file) if file != one.file else one


def _note_superseded(pairs: list[tuple[tuple[str, ...], tuple[str, ...]]], notes: list[str]) -> None:
    if pairs:
        told = [f"{encodable('/'.join(old))} (by {encodable(new[-1])})" for old, new in pairs]
        notes.append(f"handed in again, the latest counts: {_listed(told)}")


def _listed(names: Sequence[str]) -> str:
    shown = ", ".join(encodable(name) for name in names[:_SHOWN])
    return shown if len(names) <= _SHOWN else f"{shown} and {len(names) - _SHOWN:,} more"
