"""What a slip costs: the numbers of all asked quantities under it.

The gradient that arrives at a node is linear in what arrives at the nodes above, so one sweep for each asked gradient
prices all slips: number = number without the slip + change · tangent. On arrays the change is pulled back instead.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from functools import cached_property
from typing import Any

from gradcli.homework.mistakes.joint import changes_of
from gradcli.homework.mistakes.misstep import Change, is_something
from gradcli.homework.mistakes.slip import Key, Slip
from gradcli.homework.mistakes.tapes import downwards, upwards
from gradcli.homework.mistakes.view import View
from gradcli.passes.pulls import jacobian_from, pull_from
from gradcli.rules.shape import entries

_LARGEST_MATRIX = 2_500
"""Entries of a Jacobian between two nodes beyond which nobody wrote one down by hand."""


class Prices:
    """Prices slips at the truth, or at a student's own numbers."""

    def __init__(self, view: View, written: Collection[int] = ()) -> None:
        """Prepare to price.

        Args:
            view: the numbers without a slip.
            written: nodes whose gradients were written down: what was written there is handed on, whatever arrives.
        """
        self._view = view
        self._written = frozenset(written)
        self._known: dict[Key, Any] = {}
        self._matrices: dict[tuple[int, int, frozenset[int]], Any] = {}
        self._gradients = {
            asked.quantity.slot: asked.quantity.key for asked in view.problem.asked if asked.quantity.key[0] == "grad"
        }

    def without(self, key: Key) -> Any:
        """The number of an asked quantity without any slip."""
        asked = self._view.problem.by_key[key]
        if self._view.state is None:
            return asked.truth
        if key not in self._known:
            self._known[key] = self._view.state.number(asked.quantity)
        return self._known[key]

    def numbers(self, slip: Slip) -> dict[Key, Any]:
        """The numbers of the asked quantities that a slip changes."""
        found = {key: number for key, number in slip.numbers.items() if key in self._view.problem.by_key}
        for key, change in self._gradient_changes(changes_of(slip)).items():
            found[key] = self.without(key) + change
        return found

    def _gradient_changes(self, changes: Iterable[Change]) -> dict[Key, Any]:
        total: dict[Key, Any] = {}
        for slot, change in changes:
            spread = self._swept(slot, change) if self._view.scalar else self._pulled(slot, change)
            for key, amount in spread:
                total[key] = total[key] + amount if key in total else amount
        return {key: amount for key, amount in total.items() if is_something(amount)}

    def _swept(self, slot: int, change: float) -> Iterable[tuple[Key, float]]:
        return [(key, change * tangent) for key, tangent in self._tangents.get(slot, ())]

    def _pulled(self, slot: int, change: Any) -> Iterable[tuple[Key, Any]]:
        if slot in self._written:
            arrived = {slot: change}
        else:
            view = self._view
            arrived = pull_from(view.graph, view.problem.run, view.values, slot, change, self._written)
        return [(key, arrived[s]) for s, key in self._gradients.items() if s in arrived]

    @cached_property
    def _tangents(self) -> dict[int, list[tuple[Key, float]]]:
        """For each slot the asked gradients that change with what arrives there, each with its tangent."""
        tape = self._view.tape
        found: dict[int, list[tuple[Key, float]]] = {}
        for target, key in self._gradients.items():
            for slot, tangent in enumerate(upwards(tape.graph, tape.locals, target, self._written)):
                if tangent:
                    found.setdefault(slot, []).append((key, tangent))
        return found

    # --- local derivatives and Jacobians ----------------------------------------------------------------------------

    def locals_of(self, consumer: int, changes: Iterable[Change]) -> dict[Key, Any]:
        """The asked local derivatives and Jacobians of numbers that are wrong if derivatives of one node are.

        Args:
            consumer: the node.
            changes: for slots below it by how much its derivative by them is wrong.
        """
        if not self._view.scalar:
            return self._matrices_of(consumer, list(changes))
        changes = list(changes)
        found: dict[Key, Any] = {}
        for key, (above, below) in self._derivatives.items():
            factor = above.get(consumer)
            change = 0.0 if factor is None else sum(factor * delta * below[slot] for slot, delta in changes)
            if is_something(change):
                found[key] = self.without(key) + change
        return found

    def _matrices_of(self, consumer: int, changes: list[Change]) -> dict[Key, Any]:
        """The same where there are arrays, for a node whose derivatives are taken entry by entry."""
        import numpy

        graph, found = self._view.graph, dict[Key, Any]()
        shape = graph.shape(consumer)
        for asked in self._view.problem.asked:
            slot, by = asked.quantity.slot, asked.quantity.by
            stop = self._view.problem.stop if asked.quantity.kind == "local" else frozenset[int]()
            if by is None or any(graph.shape(s) != shape for s, _ in changes) or consumer in stop - {slot}:
                continue
            above = self._matrix(slot, consumer, stop)
            change: Any = 0.0
            for operand, delta in changes if above is not None else ():
                below = None if operand in stop - {by} else self._matrix(operand, by, stop)
                if below is not None:
                    change = change + above * numpy.ravel(numpy.broadcast_to(delta, shape)) @ below
            if numpy.any(change) and is_something(change):
                true = self.without(asked.quantity.key)
                found[asked.quantity.key] = true + (float(change[0, 0]) if isinstance(true, float) else change)
        return found

    def _matrix(self, slot: int, by: int, stop: frozenset[int]) -> Any:
        """The derivative of a node by one below it, as a matrix; None where there is none, or a huge one."""
        key = slot, by, stop
        if key not in self._matrices:
            import numpy

            view, graph = self._view, self._view.graph
            size = entries(graph.shape(slot)) * entries(graph.shape(by))
            found = None
            if size <= _LARGEST_MATRIX and by in view.problem.naming.below(slot, stop):
                found = numpy.atleast_2d(jacobian_from(graph, view.problem.run, view.values, slot, by, stop))
            self._matrices[key] = found
        return self._matrices[key]

    @cached_property
    def _derivatives(self) -> dict[Key, tuple[dict[int, Any], list[Any]]]:
        """For each asked derivative of q by x those of q by the nodes between, and the tangents towards x."""
        tape, found = self._view.tape, {}
        for asked in self._view.problem.asked:
            slot, by = asked.quantity.slot, asked.quantity.by
            if by is None:
                continue
            stop = self._view.problem.stop if asked.quantity.kind == "local" else frozenset[int]()
            above = downwards(tape.graph, tape.locals, slot, stop)
            above = {s: factor for s, factor in above.items() if s == slot or s not in stop}
            found[asked.quantity.key] = above, upwards(tape.graph, tape.locals, by, stop)
        return found
