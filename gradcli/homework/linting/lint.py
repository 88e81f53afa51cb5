"""Whether a problem is a good one: which mistakes would go unseen at its point, and where they would not.

All mistakes of the catalogue are made at the point and beside it. One that changes an answer beside it, but not at it,
is hidden by a coincidence: at x = y a product whose factors were not switched gives the right number.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from gradcli.homework.keys.posing import pose_problem
from gradcli.homework.keys.variants import variant
from gradcli.homework.linting.mutants import Label, Tally, shown, tallies
from gradcli.homework.linting.notes import kinks_of, notes_of
from gradcli.homework.linting.points import beside, movable, round_points
from gradcli.homework.marking.record import points as points_of
from gradcli.homework.mistakes.catalogue import title
from gradcli.homework.problems.problem import Problem

if TYPE_CHECKING:
    from gradcli.homework.course.session import Session

MOST_POINTS = 60
"""Other points that are tried."""

_MOST_EFFORT = 60_000
"""Mistakes that are tried for a better point, all points together."""

_MOST_PAIRS = 20


@dataclass(frozen=True, slots=True)
class Unseen:
    """A mistake that changes no answer at the point by more than the digits asked.

    Attributes:
        mistake: its id.
        title: its name.
        place: where it would happen.
        says: what would be said of it.
        count: how many ways to make it there go unseen.
    """

    mistake: str
    title: str
    place: str
    says: str
    count: int


@dataclass(frozen=True, slots=True)
class Pair:
    """Two things that cannot be told apart at the point, although they can be elsewhere.

    Attributes:
        kind: "answers" with equal numbers, or "mistakes" that lead to equal numbers.
        one: the first; an answer's name or a mistake's sentence.
        other: the second.
    """

    kind: str
    one: str
    other: str


@dataclass(frozen=True, slots=True)
class Lint:
    """What is to be said of a problem at its point.

    Attributes:
        problem: its id.
        mistakes: how many mistakes can be made in it.
        unseen: those that would go unseen.
        pairs: what looks alike.
        kinks: places where a convention stands in for a derivative, and ties.
        notes: truths that give little away, and sums that cancel.
        better: a point at which fewer mistakes go unseen; None if none was found, or needed.
        unseen_there: how many go unseen there, or here if there is no better point.
    """

    problem: str
    mistakes: int
    unseen: tuple[Unseen, ...]
    pairs: tuple[Pair, ...]
    kinks: tuple[str, ...]
    notes: tuple[str, ...]
    better: dict[str, Any] | None
    unseen_there: int

    @property
    def unseen_here(self) -> int:
        """How many mistakes go unseen."""
        return sum(unseen.count for unseen in self.unseen)

    @property
    def is_sound(self) -> bool:
        """Whether there is nothing to be said."""
        return not (self.unseen or self.pairs or self.kinks or self.notes)


def lint(problem: Problem, *, points: int = MOST_POINTS) -> Lint:
    """Look for what makes a problem a bad one at its point.

    Args:
        problem: which, with what it asks for and how exactly.
        points: how many other points to try for a better one; 0 for none.
    """
    names = movable(problem)
    near = list(beside(problem, names))
    elsewhere = [tallies(other) for other in near]
    everywhere = _least(elsewhere)
    here = tallies(problem)
    unseen = tuple(_unseen(everywhere, here))
    pairs = (*_equal_answers(problem, near), *_equal_mistakes(here, elsewhere))[:_MOST_PAIRS]
    kinks, notes = kinks_of(problem), notes_of(problem)
    count = sum(u.count for u in unseen)
    best: tuple[tuple[int, int, int], dict[str, Any] | None] = ((len(kinks), count, len(notes)), None)
    size = max(1, sum(tally.all for tally in everywhere.values()))
    for other in round_points(problem, names, min(points, _MOST_EFFORT // size)):
        if best[0] == (0, 0, 0):
            break
        there = sum(u.count for u in _unseen(everywhere, tallies(other)))
        worth = (len(kinks_of(other)), there, len(notes_of(other)))
        if worth < best[0]:
            best = (worth, other.at)
    return Lint(problem.id, sum(tally.all for tally in everywhere.values()), unseen, pairs, kinks, notes, best[1],
                best[0][1])  # fmt: skip


def lint_key(session: Session) -> dict[str, Any]:
    """Look at all problems of a key, at nobody's variant.

    Returns:
        {"schema": "gradcli.lint/1", "title": …, "checked": how many problems, "points": their sum, "problems": those of
        which something is to be said, each with the attributes of `Lint` as lists and dicts, and "formula" and "at"}.

    Raises:
        GradcliError: the key cannot be used.
    """
    key = session.key()
    specs = [] if key is None else list(enumerate(key.problems))
    problems = [pose_problem(key, index, variant(spec, None, key.seed)) for index, spec in specs if key is not None]
    found = [(problem, lint(problem)) for problem in problems]
    return {
        "schema": "gradcli.lint/1",
        "title": None if key is None else key.title,
        "checked": len(found),
        "points": points_of(problem.points for problem in problems),
        "problems": [_record(problem, result) for problem, result in found if not result.is_sound],
    }


def _record(problem: Problem, result: Lint) -> dict[str, Any]:
    plain = asdict(result)
    del plain["problem"]
    better = None if result.better is None else {name: _plain(value) for name, value in result.better.items()}
    at = {name: _plain(value) for name, value in problem.at.items()}
    lists = {name: list(plain[name]) for name in ("unseen", "pairs", "kinks", "notes")}
    return {"id": problem.id, "formula": problem.formula, "at": at, **plain, **lists, "better": better}


def _plain(value: Any) -> Any:
    return value if isinstance(value, float) else value.tolist()


def _least(elsewhere: Sequence[dict[Label, Tally]]) -> dict[Label, Tally]:
    """By label the tally at the point where there are the fewest: what is made at all of these points.

    What shows beside a point and not at it is a coincidence there; what shows at some of them alone cannot be made
    everywhere, such as losing a minus where there is none.
    """
    first, *others = elsewhere or [{}]
    return {
        label: min([tally, *(there[label] for there in others)], key=lambda one: one.all)
        for label, tally in first.items()
        if all(label in there for there in others)
    }


def _unseen(everywhere: dict[Label, Tally], here: dict[Label, Tally]) -> Iterator[Unseen]:
    for label, tally in everywhere.items():
        count = tally.all - (here[label].seen if label in here else 0)
        if count > 0:
            mistake, place, says = label
            yield Unseen(mistake, title(mistake), place, says, count)


def _equal_answers(problem: Problem, near: Sequence[Problem]) -> Iterator[Pair]:
    """Answers with equal numbers here, but not beside the point."""
    for place, one in enumerate(problem.asked):
        for later, other in enumerate(problem.asked[place + 1 :], place + 1):
            if _alike(problem, place, later) and near and not all(_alike(there, place, later) for there in near):
                yield Pair("answers", one.name, other.name)


def _alike(problem: Problem, one: int, other: int) -> bool:
    first, second = problem.asked[one].truth, problem.asked[other].truth
    return shown(problem.exactness, first) == shown(problem.exactness, second)


def _equal_mistakes(here: dict[Label, Tally], elsewhere: Sequence[dict[Label, Tally]]) -> Iterator[Pair]:
    """Mistakes of different kinds that lead to equal numbers here, but not beside the point."""
    first: dict[Any, Label] = {}
    for label, tally in here.items():
        for numbers in tally.numbers:
            other = first.setdefault(numbers, label)
            if other[0] != label[0] and elsewhere and not all(_meet(there, other, label) for there in elsewhere):
                yield Pair("mistakes", other[2], label[2])


def _meet(there: dict[Label, Tally], one: Label, other: Label) -> bool:
    if one not in there or other not in there:
        return False
    return not {*there[one].numbers}.isdisjoint(there[other].numbers)
