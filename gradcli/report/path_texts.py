"""Paths as they are written: chains of nodes, products of local derivatives by name and by number, large counts."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from gradcli.graph.tape import Graph
from gradcli.passes.paths import Edge, Path, Ways
from gradcli.report.charset import DOT, TO_SUPERSCRIPT
from gradcli.report.labels import node_labels
from gradcli.report.notation import numbered
from gradcli.report.numbers import NumberStyle

MOST_EDGES = 12
"""Edges of a path that are written out; of a longer one the first and the last half are."""

_MOST_WAYS = 3
"""Ways on which a long path is away from the first one, up to which they are shown."""

_MOST_DIGITS = 100
"""Digits of a count that are written out."""

_HUGE = 10**15
"""Counts from which on their power of ten is said."""


class PathTexts:
    """Writes the paths of one graph."""

    def __init__(self, found: Ways, style: NumberStyle) -> None:
        self._ways = found
        self._graph: Graph = found.forward.graph
        self._style = style
        self._labels = {**node_labels(self._graph), **dict(enumerate(self._graph.inputs))}
        if self._graph.gates[self._graph.output] is not None:
            self._labels[self._graph.output] = self._graph.output_name

    def node(self, slot: int) -> str:
        """What a node is called: by its name, or by its label in the tables."""
        return self._labels[slot]

    def derivative(self, upper: int, lower: int) -> str:
        """The derivative of one node by another: de/da."""
        return f"d{_factor(self.node(upper))}/d{_factor(self.node(lower))}"

    def edge(self, edge: Edge) -> str:
        """A local derivative: ∂c/∂b1, or db1/da of a node that has only one operand."""
        slot, _ = edge
        operand = self.operand(edge) or _factor(self.node(self._ways.lower(edge)))
        sign = "d" if len(self._free(slot)) == 1 else "∂"
        return f"{sign}{_factor(self.node(slot))}/{sign}{operand}"

    def operand(self, edge: Edge) -> str | None:
        """Which operand (i₁, i₂) an edge is, if there are several between the same two nodes; else None."""
        slot, place = edge
        args = self._graph.args[slot]
        if args.count(args[place]) == 1:
            return None
        free = self._free(slot)
        return numbered("i", free.index(place) + 1, len(free))

    def chain(self, path: Path, first: Path = ()) -> str:
        """`a → b1 → c`; where an edge goes to one of several like operands, `a → c (i₁)`.

        Args:
            path: the path.
            first: another path; of a long one it is shown where it leaves that one.
        """
        nodes = [self.node(self._ways.start)]
        for edge in path:
            operand = self.operand(edge)
            nodes.append(self.node(edge[0]) + (f" ({operand})" if operand else ""))
        leaving = self.leaving(path, first)
        return " → ".join(_elided(nodes, MOST_EDGES + 1, {*leaving, *(place + 1 for place in leaving)}))

    def product(self, path: Path, first: Path = ()) -> str:
        """`∂c/∂b1 · db1/da = 2 · 3`, from the end to the start, without the result; `first` as in `chain`."""
        if not path:
            return "1"
        downwards = path[::-1]
        leaving = {len(path) - 1 - place for place in self.leaving(path, first)}
        names = f" {DOT} ".join(_elided([self.edge(edge) for edge in downwards], MOST_EDGES, leaving))
        return names if len(path) == 1 else f"{names} = {self.numbers(downwards, leaving)}"

    def leaving(self, path: Path, first: Path) -> set[int]:
        """The edges, by their places, on which a path is away from another one: those of the first such ways."""
        if not first:
            return set()
        known = set(first)
        places: set[int] = set()
        ways = 0
        for place, edge in enumerate(path):
            if edge in known:
                continue
            ways += place - 1 not in places
            if ways > _MOST_WAYS or len(places) == MOST_EDGES:
                break
            places.add(place)
        return places

    def names(self, path: Path) -> str:
        """`db1/da ∂c/∂b1`, from the start to the end, as it stands in a factored form."""
        return " ".join(_elided([self.edge(edge) for edge in path], MOST_EDGES))

    def numbers(self, path: Path, kept: Collection[int] = ()) -> str:
        """The local derivatives of a path as a product; of a long one those at the places in `kept`, too."""
        return product_of(_elided([self._style(self._ways.local(edge)) for edge in path], MOST_EDGES, kept))

    def repeats(self) -> bool:
        """Whether there are several edges between the same two nodes."""
        args = self._graph.args
        return any(
            args[slot].count(args[slot][place]) > 1 for edges in self._ways.leaving.values() for slot, place in edges
        )

    def _free(self, slot: int) -> list[int]:
        """The places of the operands that are no constants."""
        return [place for place, a in enumerate(self._graph.args[slot]) if a not in self._graph.constants]


def product_of(numbers: Sequence[str]) -> str:
    """Numbers as a product; negative ones behind the first have brackets."""
    return f" {DOT} ".join(f"({x})" if place and x.startswith("−") else x for place, x in enumerate(numbers))


def counted(number: int) -> str:
    """A count in groups of digits; a huge one with its power of ten, or only with that."""
    if number < _HUGE:
        return f"{number:,}"
    from decimal import Decimal  # Python refuses to write integers of more than some thousand digits

    mantissa, _, exponent = f"{Decimal(number):.2e}".partition("e")
    about = f"about {mantissa} {DOT} 10{str(int(exponent)).translate(TO_SUPERSCRIPT)}"
    return about if int(exponent) >= _MOST_DIGITS else f"{number:,} ({about})"


def paths_text(number: int) -> str:
    """`4 paths`."""
    return f"{counted(number)} path{'' if number == 1 else 's'}"


def _elided(parts: list[str], most: int, kept: Collection[int] = ()) -> list[str]:
    """The first and the last half of too many parts; half as many of them beside parts in the middle that are kept."""
    if len(parts) <= most:
        return parts
    half = most // 2
    if any(half <= place < len(parts) - half for place in kept):
        half = (half + 1) // 2
    shown = sorted({*range(half), *kept, *range(len(parts) - half, len(parts))})
    out: list[str] = []
    before = -1
    for place in shown:
        left = place - before - 1
        if left:
            out.append(f"… {left:,} more …" if left > 1 else parts[before + 1])
        out.append(parts[place])
        before = place
    return out


def _factor(label: str) -> str:
    """A label as it stands in a derivative: in brackets, unless it is a name or has brackets."""
    depth, outside = 0, ""
    for character in label:
        depth += (character in "([") - (character in ")]")
        outside += character if depth == 0 else ""
    return f"({label})" if any(character in " /·|‖" for character in outside) else label
