"""Mistakes on one edge: what a node hands back to an operand is wrong."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from itertools import chain
from typing import Any

from gradcli.graph.tape import Composite
from gradcli.homework.marking.own import Replay
from gradcli.homework.mistakes.joint import JointSlip
from gradcli.homework.mistakes.misstep import Misstep, is_something
from gradcli.homework.mistakes.missteps import missteps
from gradcli.homework.mistakes.pricing import Prices
from gradcli.homework.mistakes.slip import Slip
from gradcli.homework.mistakes.tapes import downwards
from gradcli.homework.mistakes.view import Edge, View
from gradcli.homework.problems.problem import Problem

_LINEAR = {"add", "sub", "neg", "mul", "div"}
"""Gates that are no outer function of anything: of them nobody says that an inner derivative is missing."""

_LEFT_OUT = "gradient that arrives at {} was left out: multiply the local derivative by it."
_PASSED_ON = "the gradient was passed on unchanged: multiply it by the local derivative"
_ADDED = "the gradient and the local derivative were added: multiply them"
_SIGN = "the sign is wrong"
_SIGNS = {
    ("cos", 0): "the derivative of cos is −sin", ("sin", 0): "the derivative of sin is cos",
    ("exp", 0): "exp is its own derivative", ("neg", 0): "the derivative of −i is −1",
    ("sub", 0): "only what is subtracted gets a minus", ("sub", 1): "what is subtracted gets a minus",
    ("add", 0): "a sum hands the gradient on as it is", ("add", 1): "a sum hands the gradient on as it is",
}  # fmt: skip
"""What is right, by rule and operand."""
_INNER = "the inner derivative is missing: the chain rule multiplies by it"


def slips(problem: Problem, state: Replay | None = None, only: Collection[int] | None = None) -> Iterator[Slip]:
    """All mistakes on single edges, and on neighbouring ones that are one rule of calculus.

    Args:
        problem: which.
        state: a student's own numbers; the truth if there is none.
        only: the slots at which a wrong gradient may arrive; all by default.
    """
    view = View(problem, state)
    prices = Prices(view)
    yield from _by_hand(view, only)
    yield from _between_names(view, only)
    yield from _by_rule(view, prices, only)
    yield from _signs_of_locals(view)


def _by_hand(view: View, only: Collection[int] | None) -> Iterator[Slip]:
    """Upstream and local put together wrongly, whatever the rule."""
    for operand, edges in view.into.items():
        if only is not None and operand not in only:
            continue
        for edge in edges:
            siblings = sum(local is not None for local in view.tape.locals[edge.consumer]) > 1
            yield from _put_together(view, edge, siblings=siblings)
        if len(edges) > 1:
            yield from _all_edges(view, operand, edges)
    leaving: dict[int, list[Edge]] = {}
    for edge in chain.from_iterable(view.into.values()) if not view.scalar else ():
        leaving.setdefault(edge.consumer, []).append(edge)
    for node, edges in leaving.items():
        if node in view.problem.stop and (only is None or any(edge.operand in only for edge in edges)):
            yield from _at_node(view, node, edges)


def _put_together(view: View, edge: Edge, *, siblings: bool) -> Iterator[Slip]:
    """The mistakes on one edge; `siblings` tells whether the same node hands back to others, too."""
    upstream, local, right = edge.upstream, edge.local, edge.contribution
    way = view.way(edge)
    if local is not None and _fits(right, local):
        left_out = _LEFT_OUT.format(view.called(edge.consumer))
        left_out = f"{way} the {left_out}" if siblings else f"The {left_out}"
        yield _slip(view, edge, "upstream-omitted", local - right, left_out)
        if _fits(right, upstream):
            yield _slip(view, edge, "added-not-multiplied", upstream + local - right, f"{way} {_ADDED}.")
    if _fits(right, upstream):
        if _is_inner(view, edge.consumer):
            yield _slip(view, edge, "inner-omitted", upstream - right, f"At {view.called(edge.consumer)} {_INNER}.")
        else:
            yield _slip(view, edge, "local-omitted", upstream - right, f"{way} {_PASSED_ON}.")
    gate = view.graph.gates[edge.consumer]
    rule = _SIGNS.get((gate.name, edge.place)) if gate is not None else None
    yield _slip(view, edge, "sign", -2 * right, f"{way} {_SIGN}: {rule}." if rule else f"{way} {_SIGN}.")


def _at_node(view: View, node: int, edges: list[Edge]) -> Iterator[Slip]:
    """The same on all edges that leave a node: one mistake, made with what arrives there."""
    name = view.called(node)
    if len({edge.operand for edge in edges}) < 2 or not all(
        edge.local is not None and _fits(edge.contribution, edge.local) and _fits(edge.contribution, edge.upstream)
        for edge in edges
    ):
        return
    ways: tuple[tuple[str, str, Callable[[Edge], Any]], ...] = (
        ("upstream-omitted", f"The {_LEFT_OUT.format(name)}", lambda edge: edge.local),
        ("local-omitted", f"At {name} {_PASSED_ON}.", lambda edge: edge.upstream),
        ("added-not-multiplied", f"At {name} {_ADDED}.", lambda edge: edge.upstream + edge.local),
        ("sign", f"The sign of all that {name} hands back is wrong.", lambda edge: -edge.contribution),
    )
    for mistake, says, handed in ways:
        changes = [(edge.operand, handed(edge) - edge.contribution) for edge in edges]
        found = [(operand, change) for operand, change in changes if is_something(change)]
        if len(found) > 1:
            (slot, change), also = found[0], tuple(found[1:])
            yield JointSlip(mistake, slot, says, view.place(node), change, also=also)


def _all_edges(view: View, operand: int, edges: list[Edge]) -> Iterator[Slip]:
    """The same on all edges that bring a node its gradient."""
    total: Any = sum(edge.contribution for edge in edges)
    name = view.called(operand)
    yield Slip("sign", operand, f"At {name} the sign is wrong.", view.place(operand), -2 * total)
    if all(edge.local is not None and _fits(edge.contribution, edge.local) for edge in edges):
        says = (
            f"At {name} the local derivatives were added alone: multiply each by the gradient that arrives from above."
        )
        local: Any = sum(edge.local for edge in edges)
        yield Slip("upstream-omitted", operand, says, view.place(operand), local - total)
    if all(_fits(edge.contribution, edge.upstream) for edge in edges):
        says = f"At {name} the gradients were added unchanged: multiply each by its local derivative."
        upstream: Any = sum(edge.upstream for edge in edges)
        yield Slip("local-omitted", operand, says, view.place(operand), upstream - total)


def _between_names(view: View, only: Collection[int] | None) -> Iterator[Slip]:
    """The same between nodes with names, where several gates lie between them."""
    if not view.scalar:
        return
    problem, graph = view.problem, view.graph
    for slot in sorted(problem.stop, reverse=True):
        upstream = view.gradients[slot]
        if upstream is None or not graph.args[slot]:
            continue
        below = downwards(graph, view.tape.locals, slot, problem.stop)
        named = sorted(s for s in below if s in problem.stop and s != slot)
        edges = [Edge(slot, -1, s, upstream, below[s], upstream * below[s]) for s in named]
        for edge in edges:
            if edge.operand not in graph.args[slot] and (only is None or edge.operand in only):
                yield from _put_together(view, edge, siblings=len(edges) > 1)
        if only is None or any(edge.operand in only for edge in edges):
            yield from _at_node(view, slot, edges)
    yield from _inner_functions(view, only)


def _inner_functions(view: View, only: Collection[int] | None) -> Iterator[Slip]:
    """For f(g(…)) with a g of several gates and no name: the derivative of g is missing."""
    problem, graph = view.problem, view.graph
    for slot, gate, args in graph.steps:
        upstream = view.gradients[args[0]] if args else None
        if len(args) != 1 or gate.name in _LINEAR or args[0] in problem.stop or upstream is None:
            continue
        below = downwards(graph, view.tape.locals, args[0], problem.stop)
        for operand in sorted(below):
            leaf = operand in problem.stop or not graph.args[operand]
            if not leaf or operand in graph.args[args[0]] or (only is not None and operand not in only):
                continue
            change = upstream - upstream * below[operand]
            if is_something(change):
                says = f"At {view.called(slot)} {_INNER}."
                yield Slip("inner-omitted", operand, says, view.place(slot), change)


def _by_rule(view: View, prices: Prices, only: Collection[int] | None) -> Iterator[Slip]:
    """Wrong local derivatives."""
    for step in missteps(view.tape):
        if only is not None and not any(slot in only for slot, _ in step.changes):
            continue
        slip = _of_step(view, prices, step)
        if slip is not None:
            yield slip


def _of_step(view: View, prices: Prices, step: Misstep) -> Slip | None:
    upstream = view.gradients[step.consumer]
    changes = []
    for slot, delta in step.changes if upstream is not None else ():
        change = view.scaled(upstream, delta, slot)
        if change is not None and is_something(change):
            changes.append((slot, change))
    numbers = prices.locals_of(step.consumer, step.changes)
    if not changes and not numbers:
        return None
    says = f"At {view.called(step.consumer)} {step.says}."
    place = view.place(step.consumer)
    if not changes:
        return Slip(step.mistake, step.consumer, says, place, numbers=numbers)
    (slot, change), also = changes[0], tuple(changes[1:])
    if also:
        return JointSlip(step.mistake, slot, says, place, change, numbers, also=also)
    return Slip(step.mistake, slot, says, place, change, numbers)


def _signs_of_locals(view: View) -> Iterator[Slip]:
    """Local derivatives that were written down with the wrong sign."""
    for asked in view.problem.asked:
        quantity = asked.quantity
        if quantity.kind == "local" and quantity.by is not None:
            right = asked.truth if view.state is None else view.state.number(quantity)
            says = f"From {view.called(quantity.slot)} to {view.called(quantity.by)} {_SIGN}."
            yield Slip("sign", quantity.slot, says, view.place(quantity.slot), numbers={quantity.key: -right})


def _slip(view: View, edge: Edge, mistake: str, change: Any, says: str) -> Slip:
    familiar = edge.consumer in view.problem.stop and edge.operand in view.problem.stop
    return Slip(mistake, edge.operand, says, view.place(edge.consumer), change, familiar=familiar)


def _fits(contribution: Any, other: Any) -> bool:
    """Whether two numbers or arrays have one shape."""
    return bool(getattr(contribution, "shape", ()) == getattr(other, "shape", ()))


def _is_inner(view: View, slot: int) -> bool:
    """Whether a node without a name is the argument of a function alone: g in f(g(x))."""
    if slot in view.problem.stop or slot not in view.into:
        return False
    consumers = {edge.consumer for edge in view.into[slot]}
    if len(consumers) != 1:
        return False
    gate = view.graph.gates[next(iter(consumers))]
    moving = [a for a in view.graph.args[next(iter(consumers))] if a not in view.graph.constants]
    return gate is not None and (isinstance(gate, Composite) or gate.name not in _LINEAR) and len(moving) == 1
