"""A class is graded: one record each in the order given, by one process or by many, from where the last run stopped."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Generic

from gradcli.homework.course.journal import Journal
from gradcli.homework.course.unit import Graded, Recipe, S, content_digest, ungradable

if TYPE_CHECKING:
    from gradcli.homework.marking.record import Record

__all__ = ["LARGEST_CHUNK", "Chunk", "Recipe", "run", "ungradable"]

LARGEST_CHUNK = 32
"""Submissions that a process is given at once: enough that handing them over costs nothing beside grading them."""

_MOST_MEMBERS = 1024
"""Submissions of a chunk, together with those between them that need no grading."""

_CHUNKS_EACH = 4
"""Chunks that each process gets at least, where there are so many submissions: all are then done at about one time."""


@dataclass(slots=True, eq=False)
class Chunk(Generic[S]):
    """Some neighbouring submissions.

    Attributes:
        members: all of them, in order, each with whether its record is in the journal.
        todo: those that have to be graded.
        graded: what became of `todo`, or None as long as that is not known.
    """

    members: list[tuple[S, bool]] = field(default_factory=list)
    todo: list[S] = field(default_factory=list)
    graded: list[Graded] | None = None


def run(
    submissions: Sequence[S],
    make_grader: Callable[..., Callable[[S], Record]],
    arguments: tuple[Any, ...] = (),
    *,
    jobs: int = 1,
    seconds: float | None = None,
    journal: Journal | None = None,
    progress: Callable[[int, int], None] | None = None,
    content: Callable[[S], bytes] | None = None,
    maximum: float = 0.0,
) -> Iterator[Record]:
    """Grade a class: one record for each submission, in the order given, whatever is done first.

    A submission that makes the grader fail, take too long or end its process (which only other processes survive: with
    one job it is this one) is 'ungradable', and the others are graded. Whoever stops reading ends the work, and
    leaves no process behind.

    Args:
        submissions: with names that are unique.
        make_grader: makes what grades one submission, once in each process, so that a grader need not be picklable.
            It and its arguments have to be where processes cannot be forked.
        arguments: of `make_grader`.
        jobs: processes; with 1 it is done in this one.
        seconds: that one submission may take, None for any time.
        journal: where records are kept as they come and are taken from if they are there already.
        progress: called with the number of submissions done, and of all.
        content: the bytes of a submission, by which the journal knows that it is still the same; importable, too.
        maximum: points to state for a submission that could not be graded.

    Raises:
        ValueError: there is a journal and no `content`, or less than one job.
        GradcliError: the journal cannot be written. Or whatever `make_grader` raises, before anything is graded.
    """
    if journal is not None and content is None:
        raise ValueError("a journal knows submissions by their content")
    if jobs < 1:
        raise ValueError("at least one process has to work")
    recipe = Recipe(make_grader, arguments, seconds, content, maximum)
    done = 0

    def arrived(chunk: Chunk[S]) -> None:
        nonlocal done
        if journal is not None:
            for submission, graded in zip(chunk.todo, chunk.graded or (), strict=True):
                journal.add(submission.file, graded.digest, graded.line)
        done += len(chunk.members)
        if progress is not None:
            progress(done, len(submissions))

    unit = recipe.made()  # here, too: a faulty key is an error of this process, and forked ones find all imported
    jobs = min(jobs, len(submissions))
    if jobs > 1:
        from gradcli.homework.course.workers import in_processes

        size = max(1, min(LARGEST_CHUNK, -(-len(submissions) // (jobs * _CHUNKS_EACH))))
        chunks = in_processes(_chunks(submissions, size, journal, content), recipe, jobs, arrived)
    else:
        chunks = _in_turn(_chunks(submissions, 1, journal, content), unit, arrived)
    for chunk in chunks:
        yield from _records(chunk, journal)


def _chunks(
    submissions: Sequence[S], size: int, journal: Journal | None, content: Callable[[S], bytes] | None
) -> Iterator[Chunk[S]]:
    most = _MOST_MEMBERS if size > 1 else 1
    chunk: Chunk[S] = Chunk()
    for submission in submissions:
        known = _is_known(submission, journal, content)
        chunk.members.append((submission, known))
        if not known:
            chunk.todo.append(submission)
        if len(chunk.todo) == size or len(chunk.members) == most:
            yield chunk
            chunk = Chunk()
    if chunk.members:
        yield chunk


def _is_known(submission: S, journal: Journal | None, content: Callable[[S], bytes] | None) -> bool:
    if journal is None or submission.file not in journal:
        return False
    digest = content_digest(content, submission)
    return digest is not None and journal.knows(submission.file, digest)


def _in_turn(
    chunks: Iterator[Chunk[S]], unit: Callable[[S], Graded], arrived: Callable[[Chunk[S]], None]
) -> Iterator[Chunk[S]]:
    for chunk in chunks:
        chunk.graded = [unit(submission) for submission in chunk.todo]
        arrived(chunk)
        yield chunk


def _records(chunk: Chunk[S], journal: Journal | None) -> Iterator[Record]:
    fresh = iter(chunk.graded or ())
    for submission, known in chunk.members:
        if known and journal is not None:
            yield journal.record(submission.file)
        else:
            # From its line, also where no other process made it: what is no JSON does not get any further.
            record: Record = json.loads(next(fresh).line)
            yield record
