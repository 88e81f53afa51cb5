"""Derivatives of one node by another one, partial and total: what they are, and what they are worth.

The *partial* derivative ∂f/∂q is that of the statement f alone, with the other names that stand in it held fixed: the
sum over the paths from q to f that lead through no other node with a name. The *total* derivative df/dq is the sum
over all paths ("Calculus and Backpropagation", section 6). So df/dx is the sum, over the chains of names from f down
to x, of the products of partial derivatives: dg/dx = ∂g/∂f1 · ∂f1/∂x + ∂g/∂f2 · ∂f2/∂x.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from typing import Any

from gradcli.graph.builder import MOST_ENTRIES
from gradcli.graph.gatesets import GateSet
from gradcli.graph.tape import Graph
from gradcli.language import GradcliError
from gradcli.language.derivatives import Written, read_derivatives
from gradcli.passes.evaluate import Evaluation
from gradcli.passes.forward import Forward
from gradcli.passes.lazy import quiet
from gradcli.passes.meanings import node_meant, refused
from gradcli.passes.nodes import Nodes
from gradcli.passes.paths import Path, count, every, ways
from gradcli.passes.pulls import Puller, jacobian_from, puller
from gradcli.rules.shape import entries

MOST_ASKED = 1000
"""Derivatives that may be asked for at once."""

LONGEST_TEXT = 20_000
"""Characters in which they may be asked for."""

MOST_CHAINS = 6
"""Chains of names, and paths through a statement, up to which they are listed."""

_MOST_BETWEEN = 12
"""Nodes with names between two nodes up to which chains are looked for."""

_MOST_NAMES = 12
"""Names that a hint lists."""


@dataclass(frozen=True, slots=True)
class Derivative:
    """A derivative of one node by another one.

    Attributes:
        of: the slot of what is differentiated.
        by: the slot by which.
        partial: whether only paths count that lead through no other node with a name.
    """

    of: int
    by: int
    partial: bool


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """A derivative that was asked for.

    Attributes:
        result: the formula at the point.
        derivative: which.
        of: what is differentiated, by its name or as the part of the formula that it is.
        by: by what, likewise.
        value: a float if both are numbers, else a matrix in numerator layout, (entries of `of`) × (entries of `by`),
            with arrays read row by row.
        chains: of a total derivative the chains of partial ones that it is the sum of, each from above to below, with
            their values; empty if they are many.
        paths: of a partial derivative the paths through nodes without names, from below to above, with their
            products, if all is about numbers; empty if they are many.
    """

    result: Evaluation
    derivative: Derivative
    of: str
    by: str
    value: Any
    chains: tuple[tuple[tuple[Derivative, Any], ...], ...] = ()
    paths: tuple[tuple[Path, float], ...] = ()

    @property
    def name(self) -> str:
        """As it is written: `∂f/∂q`, `d(x + y)/dx`."""
        sign = "∂" if self.derivative.partial else "d"
        return f"{sign}{self.of}/{sign}{self.by}"


def find(result: Evaluation, text: str, gates: GateSet = "lecture") -> list[Found]:
    """The derivatives that a text asks for.

    Args:
        result: the formula at the point.
        text: derivatives separated by commas (`dq/dx, ∂f/∂q`), of names and of parts of the formula in brackets.
        gates: the gate set of the result's graph.

    Raises:
        GradcliError: something is no derivative, is no node, could be two things, or does not contain what it is
            to be differentiated by ("unknown-quantity"), with its place in the text; or there are too many of them, or
            a Jacobian is too large ("too-large").
    """
    if len(text) > LONGEST_TEXT:
        raise GradcliError("too-large", f"the derivatives are asked for in {len(text):,} characters",
                           hint=f"{LONGEST_TEXT:,} are the most")  # fmt: skip
    asked = read_derivatives(text)
    if len(asked) > MOST_ASKED:
        raise GradcliError("too-large", f"{len(asked):,} derivatives are asked for", hint=f"{MOST_ASKED:,} are the "
                           "most")  # fmt: skip
    nodes = Nodes(result, gates)
    run = puller(result.graph, result.forward.ties)
    return [_found(nodes, run, one, text) for one in asked]


# --- what feeds what --------------------------------------------------------------------------------------------------


def below(graph: Graph, slot: int, stop: Collection[int] = ()) -> set[int]:
    """The nodes that a node is computed from, not beyond those in `stop`, and the node itself."""
    found, waiting = {slot}, [slot]
    while waiting:
        here = waiting.pop()
        if here in stop and here != slot:
            continue
        for operand in graph.args[here]:
            if operand not in found and operand not in graph.constants:
                found.add(operand)
                waiting.append(operand)
    return found


def feeding(graph: Graph, slot: int, stop: Collection[int]) -> list[int]:
    """The nodes of `stop` that a node is computed from without another one of them between, in order."""
    return sorted(s for s in below(graph, slot, stop) if s in stop and s != slot)


def missing(
    graph: Graph, derivative: Derivative, stop: Collection[int], of: str, by: str, called: Callable[[int], str]
) -> tuple[str, str] | None:
    """Why a node has no derivative by another one, and what it is computed from; None if it has one.

    Args:
        graph: the graph.
        derivative: which.
        stop: the nodes at which a partial derivative ends.
        of: how the text calls what is differentiated.
        by: how it calls what it is differentiated by.
        called: what a sentence calls a node.
    """
    if derivative.by != derivative.of:
        if derivative.by in below(graph, derivative.of, stop if derivative.partial else ()):
            return None
        far = derivative.partial and derivative.by in below(graph, derivative.of)
    else:
        far = False
    what = f"'{of}' does not contain '{by}' itself" if far else f"'{of}' does not depend on '{by}'"
    near = [called(slot) for slot in feeding(graph, derivative.of, stop)]
    return what, f"it is computed from {', '.join(near[:_MOST_NAMES]) or 'no names'}"


def value_of(
    forward: Forward, run: Puller, derivative: Derivative, stop: Collection[int]
) -> Any:  # fmt: skip
    """The number, or the Jacobian, of a derivative; `stop` are the nodes at which a partial one ends."""
    until = frozenset(stop) if derivative.partial else ()
    return jacobian_from(forward.graph, run, forward.values, derivative.of, derivative.by, until) + 0.0  # and no −0


# --- one derivative ---------------------------------------------------------------------------------------------------


def _found(nodes: Nodes, run: Puller, written: Written, text: str) -> Found:
    result, graph = nodes.result, nodes.result.graph
    (of, above), (by, under) = (node_meant(nodes, side, written, text) for side in (written.of, written.by))
    derivative = Derivative(of, by, written.partial)
    stop = frozenset({*nodes.names, of, by})
    found = Found(result, derivative, above, under, 0.0)
    if of == by:
        raise refused(text, written.by, f"{found.name} is the derivative of a node by itself, which is 1",
                       "write another name")  # fmt: skip
    why = missing(graph, derivative, stop, above, under, nodes.called)
    if why is not None:
        what, hint = why
        if "itself" in what:
            hint = f"{hint}; d{above}/d{under} is along all paths"
        raise refused(text, written.by, what, hint)
    size = entries(graph.shape(of)) * entries(graph.shape(by))
    if size > MOST_ENTRIES:
        raise GradcliError("too-large", f"{found.name} would hold {size:,} numbers", text=text, start=written.of.sign,
                           end=written.by.end, hint=f"{MOST_ENTRIES:,} are the most")  # fmt: skip
    with quiet(graph):
        value = value_of(result.forward, run, derivative, stop)
        if derivative.partial:
            return replace(found, value=value, paths=_paths(result.forward, derivative, stop))
        chains = tuple(
            tuple((link, value_of(result.forward, run, link, stop)) for link in chain)
            for chain in _chains(graph, derivative, stop)
        )
    return replace(found, value=value, chains=chains)


# --- as sums ----------------------------------------------------------------------------------------------------------


def _paths(forward: Forward, derivative: Derivative, stop: Collection[int]) -> tuple[tuple[Path, float], ...]:
    """The paths that a partial derivative sums, if they are few."""
    graph = forward.graph
    if graph.shapes is not None:
        return ()
    closed = {(slot, place) for slot, _, args in graph.steps for place, a in enumerate(args)
              if a in stop and a != derivative.by}  # fmt: skip
    found = ways(replace(forward, idle=forward.idle | closed), derivative.by, derivative.of)
    if count(found) > MOST_CHAINS:
        return ()
    return tuple((path, found.contribution(path)) for path in every(found))


def _chains(graph: Graph, derivative: Derivative, stop: frozenset[int]) -> list[tuple[Derivative, ...]]:
    """The chains of partial derivatives whose products a total one sums, if they are few."""
    of, by = derivative.of, derivative.by
    above = {by}
    for slot, _, args in graph.steps:
        if slot > by and not above.isdisjoint(args):
            above.add(slot)
    between = stop & below(graph, of) & above
    if len(between) > _MOST_BETWEEN:
        return []
    found: list[tuple[Derivative, ...]] = []
    waiting: list[tuple[int, tuple[Derivative, ...]]] = [(of, ())]
    while waiting:
        here, chain = waiting.pop()
        if here == by:
            found.append(chain)
            if len(found) > MOST_CHAINS:
                return []
            continue
        lower = [slot for slot in feeding(graph, here, stop) if slot in between]
        waiting += [(slot, (*chain, Derivative(here, slot, partial=True))) for slot in reversed(lower)]
    return found
