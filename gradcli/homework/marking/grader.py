"""One submission in, one record out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from gradcli.homework.keys.key import Credit, Key, read_key
from gradcli.homework.keys.posing import pose_problem
from gradcli.homework.keys.variants import variant
from gradcli.homework.marking import record as records
from gradcli.homework.marking.answers import Reader
from gradcli.homework.marking.marking import Marker
from gradcli.homework.marking.record import Note, Person, Record
from gradcli.homework.problems.problem import Problem, asking, pose
from gradcli.homework.sheets.exactness import Exactness
from gradcli.homework.sheets.points import read_point
from gradcli.homework.sheets.sheet import Section, Sheet, read_sheet
from gradcli.homework.submissions.discovery import Submission, read
from gradcli.homework.submissions.roster import Roster
from gradcli.language import GradcliError
from gradcli.language.suggest import did_you_mean, nearest

_HEADER = "write a header: == p1  f = (x + y) * z  at x=-2, y=5, z=-4"
_MOST_VARIANTS = 512
"""Solved variants of the problems that are kept."""


@dataclass(frozen=True, slots=True)
class Options:
    """What the command line says about marking; None leaves it to the key.

    Attributes:
        digits: significant digits that answers need.
        decimals: decimals that they need; they go before digits.
        absolute: how far from the truth a number may be.
        relative: the same as a share of the truth.
        carried: credit for what follows from a mistake, from 0 to 1.
        coarse: credit for too few digits.
        all_or_nothing: whether arrays and problems count only as a whole.
        seed: what variants are chosen by.
    """

    digits: int | None = None
    decimals: int | None = None
    absolute: float | None = None
    relative: float | None = None
    carried: float | None = None
    coarse: float | None = None
    all_or_nothing: bool | None = None
    seed: int | None = None

    def exactness(self, default: Exactness) -> Exactness:
        """How exactly answers must be written, where nothing else is said as `default` has it."""
        own = self.digits is not None or self.decimals is not None
        return Exactness(
            digits=self.digits if own else default.digits,
            decimals=self.decimals if own else default.decimals,
            absolute=default.absolute if self.absolute is None else self.absolute,
            relative=default.relative if self.relative is None else self.relative,
        )

    def credit(self, default: Credit) -> Credit:
        """What the states between correct and wrong are worth."""
        carried = default.carried if self.carried is None else self.carried
        return replace(default, carried=carried, coarse=default.coarse if self.coarse is None else self.coarse)

    def applied(self, key: Key) -> Key:
        """The key with these in place of its own."""
        problems = [replace(spec, **self._over()) for spec in key.problems]
        seed = key.seed if self.seed is None else self.seed
        return replace(key, exactness=self.exactness(key.exactness), credit=self.credit(key.credit), seed=seed,
                       problems=tuple(problems))  # fmt: skip

    def _over(self) -> dict[str, Any]:
        """What a problem says itself and the command line says otherwise."""
        changed: dict[str, Any] = {}
        if self.digits is not None or self.decimals is not None:
            changed |= {"digits": None, "decimals": None}
        changed |= {name: None for name in ("absolute", "relative") if getattr(self, name) is not None}
        if self.all_or_nothing is not None:
            changed["all_or_nothing"] = self.all_or_nothing
        return changed


def make_grader(key_text: str | None, where: str, options: Options, roster: Roster | None = None) -> Grader:
    """What grades one submission; made once in each process.

    Args:
        key_text: the key as TOML; None where each file states its own problems.
        where: the name of the key's file.
        options: of the command line.
        roster: who is in the class.

    Raises:
        GradcliError: the key cannot be used.
    """
    key = None if key_text is None else options.applied(read_key(key_text, where))
    return Grader(key, options, roster)


@dataclass(slots=True)
class Grader:
    """Grades submissions one after the other; problems are solved once, and each variant once."""

    key: Key | None
    options: Options
    roster: Roster | None = None
    _solved: dict[tuple[Any, ...], tuple[Reader, Marker]] = field(default_factory=dict)

    def __call__(self, submission: Submission) -> Record:
        """The record of a submission."""
        person = self._person(submission, None)
        try:
            found = read(submission)
            sheet = read_sheet(found) if isinstance(found, str) else found
        except GradcliError as fault:
            return records.not_graded(submission.file, person, "unreadable", _told(fault), self.maximum)
        person = self._person(submission, sheet.student)
        notes = [_claimed(person)] if person.claimed is not None else []
        notes += [Note(f.fault.message, f.fault.hint, f.line, f.column, f.end_column) for f in sheet.faults]
        try:
            problems = self._against_key(self.key, sheet, person, notes) if self.key else self._alone(sheet, notes)
        except GradcliError as fault:  # of a variant that has no value at its point
            return records.not_graded(submission.file, person, "ungradable", _told(fault), self.maximum)
        return records.graded(submission.file, person, problems, sorted(notes, key=lambda note: note.line or 0))

    @property
    def maximum(self) -> float:
        """The points that can be reached with the key."""
        if self.key is None:
            return 0.0
        key = self.key
        return records.points(self._prepared(key, index, None)[1].problem.points for index in range(len(key.problems)))

    def _person(self, submission: Submission, inside: str | None) -> Person:
        """Who handed it in: by the roster, by the file's name, or as the file says; the first of them counts."""
        student, name = submission.student, submission.name
        if self.roster is not None:
            entry = self.roster.match(student, name, inside, submission.file)
            if entry is not None:
                own = {key.casefold() for key in (entry.id, *entry.keys, entry.name or "")}
                other = inside is not None and inside.strip().casefold() not in own
                return Person(entry.id, entry.name or name, inside if other else None, submission.late)
        other = inside is not None and student is not None and inside.strip().casefold() != student.strip().casefold()
        return Person(student or inside, name, inside if other else None, submission.late)

    # --- with a key -------------------------------------------------------------------------------------------------

    def _against_key(self, key: Key, sheet: Sheet, person: Person, notes: list[Note]) -> list[Record]:
        sections = _by_problem(key, sheet.sections, notes)
        graded = []
        for index, spec in enumerate(key.problems):
            reader, marker = self._prepared(key, index, person.student or person.claimed)
            answers, _ = reader.answers(sections.get(spec.id, ()), notes)
            graded.append(records.problem(marker.problem, marker.marks(answers)))
        return graded

    def _prepared(self, key: Key, index: int, student: str | None) -> tuple[Reader, Marker]:
        spec = key.problems[index]
        at = variant(spec, student, key.seed)
        known = (index, *(repr(at[name]) for name in sorted(at))) if spec.vary else (index,)
        if known not in self._solved:
            if len(self._solved) >= _MOST_VARIANTS:
                self._solved.pop(next(iter(self._solved)))
            problem = pose_problem(key, index, at)
            self._solved[known] = Reader(problem), Marker(problem, key.credit, key.carried_at_most)
        return self._solved[known]

    # --- without a key ----------------------------------------------------------------------------------------------

    def _alone(self, sheet: Sheet, notes: list[Note]) -> list[Record]:
        graded = []
        for number, section in enumerate(sheet.sections, 1):
            try:
                problem = self._stated(section, number)
            except GradcliError as fault:
                notes.append(Note(fault.message, fault.hint or _HEADER, section.line))
                graded.append(records.unsolved(section.problem or f"p{number}", section.formula, len(section.answers)))
                continue
            # Parts of the formula that are answered are nodes, too: first all of them are found, then what they are.
            problem = asking(problem, Reader(problem, only_asked=False).answers([section], [])[1])
            answers, quantities = Reader(problem, only_asked=False).answers([section], notes)
            marker = Marker(asking(problem, quantities), self.options.credit(Credit()))
            graded.append(records.problem(marker.problem, marker.marks(answers)))
        if not sheet.sections:
            notes.append(Note("there is no problem in this file", _HEADER))
        return graded

    def _stated(self, section: Section, number: int) -> Problem:
        if section.formula is None:
            raise GradcliError("bad-answer", "there is neither a formula in the header nor a key", hint=_HEADER)
        return pose(
            section.problem or f"p{number}", section.formula, read_point(section.at or ""),
            exactness=self.options.exactness(Exactness()), all_or_nothing=bool(self.options.all_or_nothing),
        )  # fmt: skip


def _claimed(person: Person) -> Note:
    return Note(f"inside it says that it is from '{person.claimed}'; it counts for '{person.student}'")


def _by_problem(key: Key, sections: Iterable[Section], notes: list[Note]) -> dict[str, list[Section]]:
    """The sections of a sheet by the problem they answer."""
    ids = {spec.id.casefold(): spec.id for spec in key.problems}
    found: dict[str, list[Section]] = {}
    for section in sections:
        if section.problem is None and len(ids) > 1:
            if section.answers:
                said = "these answers stand before any problem, and do not count"
                notes.append(Note(said, f"write == {key.problems[0].id} above them", section.line))
            continue
        name = key.problems[0].id if section.problem is None else ids.get(section.problem.casefold())
        if name is None:
            known = list(ids.values())
            hint = did_you_mean(nearest(section.problem or "", known)) or f"the key has {', '.join(known[:8])}"
            lost = f", and {len(section.answers)} answers below it do not count" if section.answers else ""
            notes.append(Note(f"there is no problem '{section.problem}'{lost}", hint, section.line))
            continue
        found.setdefault(name, []).append(section)
    return found


def _told(fault: GradcliError) -> str:
    return f"{fault.message}; {fault.hint}" if fault.hint else fault.message
