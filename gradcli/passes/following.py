"""The paths between two nodes that a user names: counted, listed as far as is asked, summed and factored."""

from __future__ import annotations

from dataclasses import dataclass

from gradcli.graph.gatesets import GateSet
from gradcli.language import GradcliError
from gradcli.language.suggest import did_you_mean, nearest
from gradcli.passes.evaluate import Evaluation
from gradcli.passes.largest_paths import largest
from gradcli.passes.nodes import Nodes
from gradcli.passes.paths import Path, Ways, count, count_paths, every, rest, segments, total, ways
from gradcli.passes.pulls import pull_from, puller

_MOST_NAMES = 12
"""Names that a hint lists."""


@dataclass(frozen=True, slots=True)
class Segment:
    """A part between two nodes that all paths share.

    Attributes:
        ways: the part.
        count: how many paths lead through it.
        total: the sum of their contributions.
    """

    ways: Ways
    count: int
    total: float


@dataclass(frozen=True, slots=True)
class Followed:
    """All that is known of the paths between two nodes.

    Attributes:
        result: the formula at the point.
        ways: the part of the graph between the two nodes.
        count: how many paths there are.
        not_taken: how many more would lead through branches that are not taken; they contribute nothing.
        listed: the paths that are listed: all of them in the order of reading, or those with the largest absolute
            contributions, the largest first.
        contributions: theirs, in the same order.
        rest: the sum of the contributions of all others; 0 if there are none.
        total: the sum of the contributions of all paths, by a sweep from the start to the end.
        derivative: the derivative of the end by the start, by the backward pass.
        segments: the parts between the nodes that all paths share, from the start to the end.
    """

    result: Evaluation
    ways: Ways
    count: int
    not_taken: int
    listed: tuple[Path, ...]
    contributions: tuple[float, ...]
    rest: float
    total: float
    derivative: float
    segments: tuple[Segment, ...]

    @property
    def unlisted(self) -> int:
        """How many paths are not listed."""
        return self.count - len(self.listed)


def follow(result: Evaluation, gates: GateSet, start: str | None, end: str | None, top: int) -> Followed:
    """Follow the paths between two nodes.

    Args:
        result: the formula at the point.
        gates: the gate set of its graph.
        start: a name, or a part of the formula; None for the only input.
        end: the same; None for the output.
        top: how many paths are listed at the most.

    Raises:
        GradcliError: the formula is about arrays ("array-output"), there is no such node ("unknown-quantity"), it is
            not said where to begin ("usage"), or no path leads there ("no-path").
    """
    _refuse_arrays(result)
    first = _only_input(result) if start is None else _node(result, gates, start)
    last = result.graph.output if end is None else _node(result, gates, end)
    found = ways(result.forward, first, last)
    number = count(found)
    idle = result.forward.idle
    not_taken = count_paths(result.graph, first, last) - number if idle else 0
    if not number:
        raise _no_path(result, (first, last), (start, end), not_taken)
    listed = tuple(every(found) if number <= top else largest(found, top))
    return Followed(
        result=result,
        ways=found,
        count=number,
        not_taken=not_taken,
        listed=listed,
        contributions=tuple(map(found.contribution, listed)),
        rest=rest(found, listed) if number > len(listed) else 0.0,
        total=total(found),
        derivative=_derivative(result, first, last),
        segments=tuple(Segment(part, count(part), total(part)) for part in segments(found)),
    )


def _refuse_arrays(result: Evaluation) -> None:
    graph = result.graph
    if graph.shapes is None:
        return
    names = [name for slot, name in enumerate(graph.inputs) if graph.shapes[slot]]
    hold = "holds an array" if len(names) == 1 else "hold arrays"
    what = f"{', '.join(names[:_MOST_NAMES])} {hold}" if names else "there are arrays in it"
    raise GradcliError("array-output", f"paths are followed between numbers, and {what}",
                       hint="write the entries as names of their own (w0*x0 + w1*x1), or see all derivatives at once: "
                       "gradcli eval ... --jacobian")  # fmt: skip


def _only_input(result: Evaluation) -> int:
    inputs = result.graph.inputs
    if len(inputs) == 1:
        return 0
    if not inputs:
        raise GradcliError("no-path", "the formula has no inputs at which a path could begin",
                           hint="write a name in it, and bind it: x=1")  # fmt: skip
    listed = _few([f"--from {name}" for name in inputs], "or")
    raise GradcliError("usage", f"the formula has {len(inputs):,} inputs, and it is not said where the paths begin",
                       hint=f"write {listed}")  # fmt: skip


def _node(result: Evaluation, gates: GateSet, written: str) -> int:
    """The node that a name or a part of the formula means; a name means what it means in the tables."""
    graph, nodes = result.graph, Nodes(result, gates)
    text = written.strip()
    slot = nodes.name(text)
    if slot is None:
        slot = nodes.read(text)
    if slot is None:
        names = list(nodes.known())
        hint = did_you_mean(nearest(text, names)) or f"its nodes have the names {_few(names, 'and')}"
        if gates == "named":
            hint += "; other gate sets have nodes between the names: --gates lecture"
        raise GradcliError("unknown-quantity", "this is no node of the graph", text=text, end=len(text), hint=hint)
    if slot in graph.constants:
        raise GradcliError("no-path", "this is a constant, to which and from which no path leads", text=text,
                           end=len(text), hint=f"write a name: {_few(list(graph.inputs), 'or')}")  # fmt: skip
    return slot


def _no_path(
    result: Evaluation, ends: tuple[int, int], written: tuple[str | None, str | None], not_taken: int
) -> GradcliError:
    graph = result.graph
    first, last = (
        text.strip() if text is not None else graph.inputs[slot] if slot < len(graph.inputs) else graph.output_name
        for slot, text in zip(ends, written, strict=True)
    )
    if not_taken:
        return GradcliError("no-path", f"every path from {first} to {last} leads through a branch that is not taken: "
                            "the derivative is 0", hint="choose a point at which the branch is taken")  # fmt: skip
    hint = f"{last} does not depend on {first}: the derivative is 0"
    if count_paths(graph, ends[1], ends[0]):
        hint = f"{first} depends on {last}: exchange --from and --to"
    return GradcliError("no-path", f"no path leads from {first} to {last}", hint=hint)


def _derivative(result: Evaluation, start: int, end: int) -> float:
    """The derivative of one node by another one, by a backward pass from it."""
    graph = result.graph
    if end == graph.output and result.backward is not None:
        return float(result.backward.gradients[start] or 0.0)
    run = puller(graph, result.forward.ties)
    return float(pull_from(graph, run, result.forward.values, end, 1.0).get(start, 0.0))


def _few(names: list[str], word: str) -> str:
    if len(names) > _MOST_NAMES:
        return f"{', '.join(names[:_MOST_NAMES])} ..."
    return f" {word} ".join(filter(None, [", ".join(names[:-1]), *names[-1:]]))
