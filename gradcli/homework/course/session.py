"""One run of a check: who handed in what, graded in order, with those who handed in nothing at the end."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from gradcli.homework.course.course import run
from gradcli.homework.course.journal import Journal, fingerprint_of
from gradcli.homework.keys.key import Key
from gradcli.homework.keys.posing import check_printed, check_variants, pose_problem
from gradcli.homework.keys.variants import variant
from gradcli.homework.keys.worksheet import worksheet, worksheet_files
from gradcli.homework.marking.grader import Options, make_grader
from gradcli.homework.marking.record import Person, Record, not_graded
from gradcli.homework.problems.problem import Problem
from gradcli.homework.submissions.inputs import Submission, content_of
from gradcli.homework.submissions.roster import Roster


@dataclass(frozen=True, slots=True)
class Session:
    """What a run depends on besides the submissions.

    Attributes:
        key_text: the key as TOML; None where each file states its own problems.
        where: the name of the key's file.
        options: about marking.
        roster: who is in the class, or None.
        jobs: processes.
        seconds: that one submission may take.
        version: of the program: what another one has graded is graded anew.
    """

    key_text: str | None
    where: str = "the key"
    options: Options = field(default_factory=Options)
    roster: Roster | None = None
    jobs: int = 1
    seconds: float | None = None
    version: str = ""

    def key(self) -> Key | None:
        """The key, if there is one: its problems solved at each variant, and what it says is printed verified.

        Raises:
            GradcliError: the key cannot be used.
        """
        key = self._key()
        if key is not None:
            for index, problem in enumerate(_problems(key)):
                check_printed(key, index, problem)
                check_variants(key, index)
        return key

    def sheets(self) -> Iterator[tuple[str, str]]:
        """The empty sheets, as pairs of the name of a file and its text: one, or one for each student of the roster.

        Raises:
            GradcliError: the key cannot be used.
        """
        key = self._key()
        if key is None:
            return
        names = [[asked.name for asked in problem.asked] for problem in _problems(key)]
        for index in range(len(names)):
            check_variants(key, index)
        if self.roster is not None:
            yield from worksheet_files(key, [entry.id for entry in self.roster.entries], names)
            return
        points = [variant(spec, None, key.seed) for spec in key.problems]
        yield "sheet.txt", worksheet(key, None, names, points)

    def _key(self) -> Key | None:
        return make_grader(self.key_text, self.where, self.options).key

    def records(
        self, submissions: Sequence[Submission], journal: Journal | None, progress: Callable[[int, int], None]
    ) -> Iterator[Record]:
        """The records, in the order of the submissions, then of the roster.

        Args:
            submissions: what was handed in.
            journal: from which an interrupted run goes on, or None.
            progress: called with the number of submissions done, and of all.

        Raises:
            GradcliError: the key cannot be used, or the journal cannot be written.
        """
        maximum = make_grader(self.key_text, self.where, self.options).maximum
        arguments = (self.key_text, self.where, self.options, self.roster)
        here: set[str | None] = set()
        for record in run(submissions, make_grader, arguments, jobs=self.jobs, seconds=self.seconds, journal=journal,
                          progress=progress, content=content_of, maximum=maximum):  # fmt: skip
            here.add(record["student"])
            yield record
        for entry in () if self.roster is None else self.roster.entries:
            if entry.id not in here:
                person = Person(entry.id, entry.name)
                yield not_graded(entry.id, person, "missing", "nothing was handed in", maximum)

    def journal(self, output: Path) -> Journal:
        """The journal beside an output; `finish` it when the output has taken its place.

        Raises:
            GradcliError: another run has it open, or it cannot be written.
        """
        return Journal(output, self._fingerprint())

    def _fingerprint(self) -> str:
        roster = () if self.roster is None else self.roster.entries
        return fingerprint_of(self.key_text or "", repr(self.options), repr(roster), self.version)


def _problems(key: Key) -> list[Problem]:
    """The problems of a key, at nobody's variant."""
    return [pose_problem(key, index, variant(spec, None, key.seed)) for index, spec in enumerate(key.problems)]
