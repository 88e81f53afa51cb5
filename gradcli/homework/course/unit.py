"""The unit of work of a class: one submission becomes one record, whatever happens on the way."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar

from gradcli.homework.course.budget import OverBudget, budget
from gradcli.homework.course.journal import digest_of
from gradcli.homework.marking.record import Person, Record, not_graded

if TYPE_CHECKING:
    from gradcli.homework.marking.record import Record


class Submitted(Protocol):
    """What is known of a submission here; `student`, `name` and `late` are taken where it has them."""

    @property
    def file(self) -> str:
        """Its name, unique in a run."""


S = TypeVar("S", bound=Submitted)


@dataclass(frozen=True, slots=True)
class Graded:
    """A record on its way.

    Attributes:
        digest: of the content of the submission; None where nobody asked for it or it could not be read.
        line: the record as JSON in ASCII, without a line break: small, and the same from any process.
    """

    digest: str | None
    line: bytes


@dataclass(frozen=True, slots=True)
class Recipe(Generic[S]):
    """How a process makes what it grades with; picklable if its functions are importable.

    Attributes:
        make_grader: called with `arguments` once a process; what it returns makes a record of a submission.
        arguments: for example the text of the key, and the options.
        seconds: that one submission may take; None for any time.
        content: the bytes of a submission, where digests are wanted.
        maximum: points of a submission that cannot be graded.
    """

    make_grader: Callable[..., Callable[[S], Record]]
    arguments: tuple[Any, ...] = ()
    seconds: float | None = None
    content: Callable[[S], bytes] | None = None
    maximum: float = 0.0

    def made(self) -> Callable[[S], Graded]:
        """Make the grader, and wrap it in what keeps a fault from spreading.

        Raises:
            Exception: whatever `make_grader` raises.
        """
        grade = self.make_grader(*self.arguments)

        def unit(submission: S) -> Graded:
            digest = None
            try:
                with budget(self.seconds):
                    digest = content_digest(self.content, submission)
                    line = encoded(grade(submission))
            except OverBudget as over:
                line = self.failed(submission, f"grading this file took more than {over.seconds:g} seconds")
            except Exception as error:  # the class goes on, whatever one file does
                line = self.failed(submission, _REPORT.format(type(error).__name__))
            return Graded(digest, line)

        return unit

    def lost(self, submission: S) -> Graded:
        """The record of a submission whose process ended before it was done."""
        reason = _REPORT.format("its process ended, perhaps for want of memory")
        return Graded(content_digest(self.content, submission), self.failed(submission, reason))

    def failed(self, submission: S, message: str) -> bytes:
        """The line of a submission that is not graded."""
        return encoded(ungradable(submission, message, self.maximum))


_REPORT = "gradcli could not grade this file ({}); please report it"


def content_digest(content: Callable[[S], bytes] | None, submission: S) -> str | None:
    """The digest of what a submission holds; None where it cannot be read, which is for the grader to say."""
    if content is None:
        return None
    try:
        return digest_of(content(submission))
    except Exception:  # whatever it is, the grader meets it again and reports it
        return None


def encoded(record: Record) -> bytes:
    """A record as one line of JSON in ASCII: halves of surrogate pairs from a file survive it.

    Raises:
        TypeError: something in it is no JSON.
        ValueError: it contains itself.
    """
    return json.dumps(record, separators=(",", ":")).encode("ascii")


def ungradable(submission: Submitted, message: str, maximum: float) -> Record:
    """The record of a submission that could not be graded.

    Args:
        submission: it.
        message: why, in one sentence.
        maximum: points that could have been reached.
    """
    # Written out: what is made when something has gone wrong had better need nothing else of the package.
    name, late = getattr(submission, "name", None), bool(getattr(submission, "late", False))
    person = Person(getattr(submission, "student", None), name, None, late)
    return not_graded(submission.file, person, "ungradable", message, maximum)
