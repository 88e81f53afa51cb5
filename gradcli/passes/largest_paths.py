"""The paths that contribute most to a derivative, found best-first without listing the others.

From every node the best way onwards is known by dynamic programming. A path that was found is left at one of its
nodes for the next best edge there, and from then on the best way is taken: of all such candidates the best one is the
next path (Lawler 1972, "A procedure for computing the k best solutions to discrete optimization problems").
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Iterable, Iterator

from gradcli.passes.paths import Edge, Path, Ways

_Cost = tuple[int, int, int, float]
"""How small an absolute product is: what has the smaller cost is larger. Infinite factors (negative), zeros, and the
other factors as (negative) exponent and (negative) mantissa. Sums and products of these parts keep the order of
products, without overflow, and a path with one zero is better than one with two."""

_Candidate = tuple[_Cost, int, int, int]
"""The cost of a path, the place of the path it is made from among those found, where it leaves that one, and the rank
of the edge there."""

_ONE: _Cost = (0, 0, -1, -0.5)


def largest(found: Ways, k: int) -> list[Path]:
    """The k paths with the largest absolute contributions, the largest first.

    Paths with an infinite local derivative come before all others. Paths of equal contributions stand in the order of
    reading; which of them are among the k is not specified.

    Args:
        found: the part of the graph between the two nodes.
        k: how many paths are wanted at the most.
    """
    if not found.nodes or k < 1:
        return []
    search = _Search(found)
    path, turn, rank = search.onwards(found.start), 0, 0
    paths = [path]
    waiting: list[_Candidate] = []
    while len(paths) < k:
        candidates = search.candidates(path, turn, rank, len(paths) - 1)
        for candidate in heapq.nsmallest(k - len(paths), candidates):  # no more than these can be needed
            heapq.heappush(waiting, candidate)
        if not waiting:
            break
        _, parent, turn, rank = heapq.heappop(waiting)
        edge = search.ranked(search.node(paths[parent], turn))[rank]
        path = (*paths[parent][:turn], edge, *search.onwards(edge[0]))
        paths.append(path)
    return sorted(paths, key=lambda path: (_joined(search.cost(edge) for edge in path), path))


class _Search:
    """What is known about the ways onwards from each node."""

    def __init__(self, found: Ways) -> None:
        self._found = found
        self._best: dict[int, _Cost] = {found.end: _ONE}
        self._next: dict[int, Edge] = {}
        self._ranked: dict[int, list[Edge]] = {}
        for node in reversed(found.nodes[:-1]):
            edges = found.leaving[node]
            bounds = [self.bound(edge) for edge in edges]
            self._best[node] = min(bounds)
            self._next[node] = edges[bounds.index(self._best[node])]

    def cost(self, edge: Edge) -> _Cost:
        """The cost of one edge."""
        local = self._found.local(edge)
        if not math.isfinite(local):
            return (-1, *_ONE[1:])
        if local == 0:
            return (0, 1, *_ONE[2:])
        mantissa, exponent = math.frexp(abs(local))
        return 0, 0, -exponent, -mantissa

    def bound(self, edge: Edge) -> _Cost:
        """The least cost of a way to the end that begins with an edge."""
        return _product(self.cost(edge), self._best[edge[0]])

    def ranked(self, node: int) -> list[Edge]:
        """The edges that leave a node, the best one first."""
        if node not in self._ranked:
            self._ranked[node] = sorted(self._found.leaving[node], key=self.bound)
        return self._ranked[node]

    def onwards(self, node: int) -> Path:
        """The best way from a node to the end."""
        path = []
        while node != self._found.end:
            path.append(self._next[node])
            node = path[-1][0]
        return tuple(path)

    def node(self, path: Path, place: int) -> int:
        """The node from which an edge of a path leaves."""
        return path[place - 1][0] if place else self._found.start

    def candidates(self, path: Path, turn: int, rank: int, parent: int) -> Iterator[_Candidate]:
        """Paths that leave this one at its last turn for the next edge there, or behind it for the second best.

        Args:
            path: the path.
            turn: where it left the path it was made from; 0 of the first path.
            rank: the rank of the edge there; 0 of the first path.
            parent: the place of the path among those found.
        """
        before = _joined(self.cost(edge) for edge in path[:turn])
        for place in range(turn, len(path)):
            node = self.node(path, place)
            following = rank + 1 if place == turn else 1
            if following < len(self._found.leaving[node]):
                yield _product(before, self.bound(self.ranked(node)[following])), parent, place, following
            before = _product(before, self.cost(path[place]))


def _product(one: _Cost, other: _Cost) -> _Cost:
    mantissa, exponent = math.frexp(one[3] * other[3])
    return one[0] + other[0], one[1] + other[1], one[2] + other[2] - exponent, -mantissa


def _joined(costs: Iterable[_Cost]) -> _Cost:
    whole = _ONE
    for cost in costs:
        whole = _product(whole, cost)
    return whole
