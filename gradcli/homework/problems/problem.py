"""A problem with its truth: the formula at a point, run forward and backward, and the quantities that are asked for."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, get_args

from gradcli.graph.gatesets import GateSet
from gradcli.graph.point import from_numbers
from gradcli.graph.tape import Graph
from gradcli.homework.limits import MOST_ENTRIES
from gradcli.homework.problems.naming import Naming
from gradcli.homework.problems.quantities import Asked, Kind, Quantity
from gradcli.homework.sheets.exactness import Exactness
from gradcli.language import GradcliError
from gradcli.passes.backward import Backward
from gradcli.passes.evaluate import evaluate, nothing
from gradcli.passes.forward import Forward
from gradcli.passes.pulls import Puller, jacobian_from, puller
from gradcli.rules.shape import entries

if TYPE_CHECKING:
    from gradcli.homework.keys.own_mistakes import OwnMistake

MOST_ASKED = 1000
"""Quantities that a problem may ask for."""

Ask = tuple[str, str, str | None]
"""A word, a target and perhaps what a derivative is taken by, as they were read; the target "*" means all."""


@dataclass(frozen=True, slots=True, eq=False)
class Problem:
    """A problem at one point, solved.

    Attributes:
        id: how files call it.
        title: a title, or None.
        formula: the text of its formula.
        at: the point: names and numbers or arrays.
        forward: the forward pass.
        backward: the backward pass; None where the output is an array, which has no gradient.
        naming: names of its nodes.
        run: what runs its gates.
        stop: the nodes that have names or are asked for; a local derivative ends at them.
        asked: what is asked for, in order.
        exactness: how exact an answer must be written.
        all_or_nothing: whether an array, or all of the problem, counts only if it is right as a whole.
        mistakes: the instructor's own, with the quantities that they need.
        by_key: what is asked for, by what makes two quantities one.
        printed: what runs its gates with the local derivatives that lectures print.
    """

    id: str
    title: str | None
    formula: str
    at: dict[str, Any]
    forward: Forward
    backward: Backward | None
    naming: Naming
    run: Puller
    stop: frozenset[int]
    asked: tuple[Asked, ...]
    exactness: Exactness
    all_or_nothing: bool = False
    mistakes: tuple[OwnMistake, ...] = ()
    by_key: dict[tuple[str, int, int | None], Asked] = field(init=False, repr=False)
    printed: Puller = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "printed", puller(self.graph, printed=True))
        object.__setattr__(self, "by_key", {asked.quantity.key: asked for asked in self.asked})

    @property
    def graph(self) -> Graph:
        """The graph, in the gates of the lecture unless the key says otherwise."""
        return self.forward.graph

    @property
    def points(self) -> float:
        """What it is worth."""
        return math.fsum(asked.points for asked in self.asked)

    def truth(self, quantity: Quantity) -> Any:
        """The number of a quantity: a float, or an array of the shape in which it is written."""
        return truth(self.forward, self.backward, self.run, quantity, self.stop)


def truth(forward: Forward, backward: Backward | None, run: Puller, quantity: Quantity, stop: Iterable[int]) -> Any:
    """The number of a quantity in these passes.

    Returns:
        A float, or an array: values and gradients in the shape of their node, derivatives of and by arrays as matrices
        in numerator layout.
    """
    graph = forward.graph
    if quantity.kind == "value":
        return forward.values[quantity.slot]
    if quantity.by is not None:
        until = frozenset(stop) if quantity.kind == "local" else ()
        return jacobian_from(graph, run, forward.values, quantity.slot, quantity.by, until)
    found = None if backward is None else backward.gradients[quantity.slot]
    return nothing(forward.values[quantity.slot]) if found is None else found


def pose(
    name: str, text: str, at: Mapping[str, Any], *, asks: Sequence[Ask] = (), title: str | None = None,
    gates: GateSet = "lecture", exactness: Exactness | None = None, points: Mapping[str, float] | None = None,
    weight: float = 1.0, all_or_nothing: bool = False, mistakes: Sequence[OwnMistake] = (),
) -> Problem:  # fmt: skip
    """Solve a problem.

    Args:
        name: its id.
        text: the formula.
        at: the point, as `gradcli.graph.point.from_numbers` takes it.
        asks: what is asked for.
        title: a title.
        gates: the gate set.
        exactness: how exact answers must be written.
        points: by word ("grad") or by quantity ("grad x") what an answer is worth, 1 where nothing is said.
        weight: a factor of all points.
        all_or_nothing: whether arrays, and the problem, count only as a whole.
        mistakes: the instructor's own.

    Raises:
        GradcliError: the formula cannot be read, has no value at the point, or has not what is asked for. The error's
            text is the formula, or the quantity that does not exist.
    """
    point = from_numbers(at, f"the point of {name}")
    result = evaluate(text, point, gates=gates, optional_gradient=True)
    naming = Naming(result.formula, result.forward, point, gates)
    bare = Problem(name, title, text, result.at, result.forward, result.backward, naming, puller(result.graph),
                   frozenset(naming.names), (), exactness or Exactness(), all_or_nothing, tuple(mistakes))  # fmt: skip
    # What is asked for is a node, too, at which local derivatives end; so names are read once more when it is known.
    stop = _ends(bare, _quantities(naming, asks, bare.stop))
    return asking(bare, _quantities(naming, asks, stop), points, weight)


def asking(
    problem: Problem, quantities: Sequence[Quantity], points: Mapping[str, float] | None = None, weight: float = 1.0
) -> Problem:
    """The problem with these quantities asked for.

    Raises:
        GradcliError: one of them has no number that could be written down.
    """
    stop = _ends(problem, quantities)
    if problem.backward is None and any(q.kind in ("up", "grad") for q in quantities):
        shown = problem.graph.output_name
        raise GradcliError(
            "bad-key", f"{shown} is an array: there are no gradients, only Jacobians", text=problem.formula,
            end=len(problem.formula), hint=f"ask for jac {shown}/x, or make a number of it: sum({shown})",
        )  # fmt: skip
    wider = replace(problem, stop=stop)
    asked = [Asked(q, _checked(q, wider.truth(q)), weight * _worth(q, points)) for q in quantities]
    return replace(wider, asked=tuple(asked))


def _ends(problem: Problem, quantities: Iterable[Quantity]) -> frozenset[int]:
    """The nodes that have names or are asked for."""
    return problem.stop | {slot for q in quantities for slot in (q.slot, q.by) if slot is not None}


def _quantities(naming: Naming, asks: Sequence[Ask], stop: frozenset[int]) -> list[Quantity]:
    found: dict[tuple[str, int, int | None], Quantity] = {}
    for word, target, by in asks:
        for quantity in _meant(naming, word, target, by, stop):
            found.setdefault(quantity.key, quantity)
        if len(found) > MOST_ASKED:
            raise GradcliError("bad-key", f"{MOST_ASKED:,} quantities are the most that a problem may ask for",
                               text=f"{word} {target}", hint="ask for fewer of them")  # fmt: skip
    return list(found.values())


def _meant(naming: Naming, word: str, target: str, by: str | None, stop: frozenset[int]) -> list[Quantity]:
    kind: Kind | None = next((k for k in get_args(Kind) if k == word), None)
    if kind is not None and target == "*" and by in (None, "*"):
        return list(naming.all_of(kind, stop))
    if kind in ("local", "jac") and by == "*":
        slot = naming.slot(target)
        below = naming.feeding(slot, stop) if kind == "local" else sorted(naming.below(slot) & set(naming.inputs))
        return [naming.quantity(word, target, naming.called(b), stop) for b in below]
    return [naming.quantity(word, target, by, stop)]


def _worth(quantity: Quantity, points: Mapping[str, float] | None) -> float:
    given = points or {}
    return given.get(quantity.name, given.get(quantity.kind, 1.0))


def _checked(quantity: Quantity, number: Any) -> Any:
    """The truth, if it can be written down: finite, and of a bearable size."""
    size = entries(getattr(number, "shape", ()))
    if size > MOST_ENTRIES:
        raise GradcliError(
            "bad-key", f"{quantity.name} has {size:,} entries", text=quantity.name, end=len(quantity.name),
            hint=f"{MOST_ENTRIES:,} are the most that can be asked for",
        )  # fmt: skip
    finite = math.isfinite(number) if isinstance(number, float) else bool((abs(number) < math.inf).all())
    if not finite:
        raise GradcliError("bad-key", f"{quantity.name} is not finite at this point", text=quantity.name,
                           end=len(quantity.name), hint="choose another point")  # fmt: skip
    return number
