"""All ways from one node of a graph to another: how many there are, and what they contribute.

The derivative of e by a is the sum over the paths from a to e, each of them the product of its local derivatives.
Their number doubles with every bifurcation, so nothing here lists paths that are not asked for: counts and sums are
dynamic programming over the nodes between.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from gradcli.graph.tape import Graph
from gradcli.passes.forward import Forward

Edge = tuple[int, int]
"""An edge by its upper end: the slot of the node that uses an operand, and the place among its operands."""

Path = tuple[Edge, ...]
"""The edges of a path, from its lower to its upper end."""

_NONE_IDLE: frozenset[Edge] = frozenset()


@dataclass(frozen=True, slots=True, eq=False)
class Ways:
    """The part of a graph that lies between two nodes, with the edges that carry a derivative at the point.

    Attributes:
        forward: the forward pass, whose local derivatives are used.
        start: the slot at the lower end.
        end: the slot at the upper end.
        nodes: the slots that lie on a path, in topological order; empty where there is no path.
        leaving: for each of them but the last one the edges that leave it towards the end, in the order of reading.
    """

    forward: Forward
    start: int
    end: int
    nodes: Sequence[int]
    leaving: dict[int, list[Edge]] = field(repr=False)

    def lower(self, edge: Edge) -> int:
        """The node that an edge comes from."""
        return self.forward.graph.args[edge[0]][edge[1]]

    def local(self, edge: Edge) -> float:
        """The local derivative on an edge."""
        found: float = self.forward.locals[edge[0]][edge[1]]
        return found

    def contribution(self, path: Path) -> float:
        """The product of the local derivatives on a path; it neither overflows nor vanishes on the way."""
        mantissa, exponent = 1.0, 0
        for edge in path:
            one, other = math.frexp(self.local(edge))
            mantissa, carried = math.frexp(mantissa * one)
            exponent += other + carried
        try:
            return math.ldexp(mantissa, exponent)
        except OverflowError:
            return math.copysign(math.inf, mantissa)


def ways(forward: Forward, start: int, end: int) -> Ways:
    """What lies between two nodes of a graph of numbers, without the branches that are not taken."""
    nodes, leaving = _between(forward.graph, start, end, forward.idle)
    return Ways(forward, start, end, nodes, leaving)


def count_paths(graph: Graph, start: int, end: int, idle: Collection[Edge] = _NONE_IDLE) -> int:
    """How many paths lead from one node to another; a*a has two edges from a.

    Args:
        graph: the graph.
        start: the slot at the lower end.
        end: the slot at the upper end; from a node to itself there is one path, without edges.
        idle: edges that do not count, as those to branches that are not taken.
    """
    return _counted(start, *_between(graph, start, end, idle))


def count(found: Ways) -> int:
    """How many paths there are."""
    return _counted(found.start, found.nodes, found.leaving)


def total(found: Ways) -> float:
    """The sum of the contributions of all paths, by one sweep from the start to the end; 0 if there is no path."""
    return _sums(found)[found.end] if found.nodes else 0.0


def rest(found: Ways, listed: Collection[Path]) -> float:
    """The sum of the contributions of all paths that are not listed.

    It is added up from where they turn off from the listed ones, and not as a difference: that would have no digits
    left where large contributions cancel.
    """
    if not found.nodes:
        return 0.0
    onwards = _onwards(found)
    # The listed paths as a tree: for each place in it the edges that go on, and the product up to there.
    tree: list[dict[Edge, int]] = [{}]
    ends: list[tuple[int, float]] = [(found.start, 1.0)]
    for path in listed:
        at = 0
        for edge in path:
            if edge not in tree[at]:
                tree[at][edge] = len(tree)
                tree.append({})
                ends.append((edge[0], ends[at][1] * found.local(edge)))
            at = tree[at][edge]
    return added(
        product * found.local(edge) * onwards[edge[0]]
        for (slot, product), known in zip(ends, tree, strict=True) if slot != found.end
        for edge in found.leaving[slot] if edge not in known
    )  # fmt: skip


def added(terms: Iterable[float]) -> float:
    """The sum of terms, rounded once; where it is not finite, what floating-point addition gives."""
    kept = list(terms)
    try:
        return math.fsum(kept)
    except (OverflowError, ValueError):  # too large on the way, or ∞ − ∞
        return sum(kept)


def every(found: Ways) -> Iterator[Path]:
    """All paths, one after the other, in the order of reading from the start."""
    if not found.nodes:
        return
    path: list[Edge] = []
    turns = [iter(found.leaving.get(found.start, ()))]
    if found.start == found.end:
        yield ()
    while turns:
        edge = next(turns[-1], None)
        if edge is None:
            turns.pop()
            if path:
                path.pop()
        else:
            path.append(edge)
            if edge[0] == found.end:
                yield tuple(path)
                path.pop()
            else:
                turns.append(iter(found.leaving[edge[0]]))


def segments(found: Ways) -> Iterator[Ways]:
    """The parts between the nodes that all paths share, from the start to the end.

    The product of the sums of these parts is the sum of all paths: the factored form. An edge that leaps over a node
    avoids it, and a node that no edge leaps over lies on every path, because slots grow along a path.
    """
    first, reach = 0, -1
    for place, slot in enumerate(found.nodes):
        if place and reach <= slot:
            inside = found.nodes[first : place + 1]
            leaving = {node: found.leaving[node] for node in inside[:-1]}
            yield Ways(found.forward, inside[0], slot, inside, leaving)
            first = place
        reach = max(reach, *(upper for upper, _ in found.leaving[slot])) if slot != found.end else reach


# --- the part between -------------------------------------------------------------------------------------------------


def _between(
    graph: Graph, start: int, end: int, idle: Collection[Edge]
) -> tuple[list[int], dict[int, list[Edge]]]:  # fmt: skip
    """The nodes on paths in topological order, and the edges that leave them; nothing if there is no path."""
    inside = [step for step in graph.steps if start < step[0] <= end]
    above = {start}
    for slot, _, args in inside:
        if any(a in above and (slot, place) not in idle for place, a in enumerate(args)):
            above.add(slot)
    if end not in above:
        return [], {}
    entering: list[tuple[int, Edge]] = []
    below = {end}
    for slot, _, args in reversed(inside):
        if slot in below and slot in above:
            for place in range(len(args) - 1, -1, -1):
                if args[place] in above and (slot, place) not in idle:
                    below.add(args[place])
                    entering.append((args[place], (slot, place)))
    nodes = sorted(above & below)
    leaving: dict[int, list[Edge]] = {slot: [] for slot in nodes[:-1]}
    for lower, edge in reversed(entering):
        leaving[lower].append(edge)
    return nodes, leaving


def _counted(start: int, nodes: Sequence[int], leaving: dict[int, list[Edge]]) -> int:
    reached = {start: 1} if nodes else {}
    here = 0
    for node in nodes:
        here = reached.pop(node)  # numbers with as many digits as there are nodes: none is kept longer than needed
        for upper, _ in leaving.get(node, ()):
            reached[upper] = reached.get(upper, 0) + here
    return here


def _sums(found: Ways) -> dict[int, float]:
    """For each node the sum of the contributions of all paths from the start to it."""
    sums = dict.fromkeys(found.nodes, 0.0)
    sums[found.start] = 1.0
    for node in found.nodes:
        for edge in found.leaving.get(node, ()):
            sums[edge[0]] += found.local(edge) * sums[node]
    return sums


def _onwards(found: Ways) -> dict[int, float]:
    """For each node the sum of the contributions of all paths from it to the end."""
    sums = {found.end: 1.0}
    for node in reversed(found.nodes[:-1]):
        sums[node] = sum(found.local(edge) * sums[edge[0]] for edge in found.leaving[node])
    return sums
