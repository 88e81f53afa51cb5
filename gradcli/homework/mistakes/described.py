"""The instructor's own mistakes, at the truth and with a student's own numbers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Protocol

from gradcli.homework.marking.own import Replay
from gradcli.homework.mistakes.catalogue import OWN
from gradcli.homework.mistakes.index import Priced
from gradcli.homework.mistakes.misstep import is_same
from gradcli.homework.mistakes.slip import Slip
from gradcli.homework.problems.problem import Problem
from gradcli.homework.problems.quantities import Quantity
from gradcli.language import GradcliError

_Need = tuple[str, str, str | None]


class Described(Protocol):
    """A mistake that an instructor describes; see `gradcli.homework.keys.own_mistakes.OwnMistake`."""

    @property
    def target(self) -> _Need:
        """The quantity that is wrong."""

    @property
    def needs(self) -> tuple[_Need, ...]:
        """The quantities that the wrong number is made of."""

    @property
    def say(self) -> str:
        """The sentence for the student."""

    def value(self, numbers: Sequence[Any]) -> Any:
        """The wrong number; None where there is none."""


def described(problem: Problem, state: Replay, mistakes: Sequence[Described]) -> Iterator[Priced]:
    """The instructor's own mistakes with the numbers that they give, the truth's first."""
    for number, mistake in enumerate(mistakes, 1):
        try:
            target = problem.naming.quantity(*mistake.target, problem.stop)
            needs = [problem.naming.quantity(*need, problem.stop) for need in mistake.needs]
        except GradcliError:  # names are checked where the key is read; a variant may lack one
            continue
        place = problem.naming.place(target.slot)
        for numbers in ([problem.truth(q) for q in needs], [_own(state, q) for q in needs]):
            value = mistake.value(numbers)
            if value is not None and target.key in problem.by_key and not is_same(value, problem.truth(target)):
                slip = Slip(f"{OWN}:{number}", target.slot, mistake.say, place, numbers={target.key: value})
                yield Priced(slip, dict(slip.numbers))


def _own(state: Replay, quantity: Quantity) -> Any:
    """The number that a student has for a quantity: written, or what follows from what is written."""
    if quantity.kind == "value":
        return state.values[quantity.slot]
    if quantity.by is not None:
        pair = quantity.slot, quantity.by
        return state.own.locals[pair] if pair in state.own.locals else state.number(quantity)
    handed = state.gradients[quantity.slot]
    return state.number(quantity) if handed is None else handed
