"""Which written numbers an answer was computed from, in one step."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cached_property

from gradcli.homework.problems.problem import Problem

Key = tuple[str, int, int | None]


class Neighbours:
    """The quantities next to each other in a problem; found once and shared by all students."""

    def __init__(self, problem: Problem) -> None:
        self._problem = problem
        self._known: dict[Key, frozenset[Key]] = {}

    def of(self, key: Key) -> frozenset[Key]:
        """The quantities next to one, whose numbers decide its own in one step.

        A value comes from the values that feed it; a local derivative from those and from the value itself (o(1 − o));
        a gradient from the gradients and the local derivatives of the nodes that use it, and from the values at them.
        """
        if key not in self._known:
            self._known[key] = frozenset(self._found(key))
        return self._known[key]

    def reached(self, key: Key, written: Callable[[Key], bool], passed: Callable[[Key], bool]) -> frozenset[Key]:
        """The nearest written quantities that decide one, also behind such that are not written themselves.

        Args:
            key: the quantity.
            written: whether a number stands there.
            passed: whether one that is not written is computed from its own neighbours in turn.
        """
        found, seen, waiting = set(), {key}, [key]
        while waiting:
            for beside in self.of(waiting.pop()):
                if beside in seen:
                    continue
                seen.add(beside)
                if written(beside):
                    found.add(beside)
                elif passed(beside):
                    waiting.append(beside)
        return frozenset(found)

    def _found(self, key: Key) -> set[Key]:
        kind, slot, by = key
        problem = self._problem
        if kind == "value":
            return self._values([slot])
        if by is not None:
            met = problem.naming.below(slot, problem.stop if kind == "local" else ())
            return {("value", below, None) for below in met if below in problem.stop}
        found: set[Key] = set()
        waiting, seen = [slot], {slot}
        while waiting:
            for gate in self._consumers[waiting.pop()]:
                if gate in seen:
                    continue
                seen.add(gate)
                if gate in problem.stop:
                    found |= {("value", gate, None), ("grad", gate, None), ("local", gate, slot)}
                else:
                    waiting.append(gate)
        return found | self._values(seen - {slot})

    def _values(self, gates: Iterable[int]) -> set[Key]:
        """The values that feed some gates; one walk for all of them, or long formulas would take the square of it."""
        graph, stop = self._problem.graph, self._problem.stop
        waiting = [operand for gate in gates for operand in graph.args[gate]]
        seen = set(waiting)
        found: set[Key] = set()
        while waiting:
            slot = waiting.pop()
            if slot in stop:
                found.add(("value", slot, None))
                continue
            for operand in graph.args[slot]:
                if operand not in seen:
                    seen.add(operand)
                    waiting.append(operand)
        return found

    @cached_property
    def _consumers(self) -> list[set[int]]:
        return [{slot for slot, _ in edges} for edges in self._problem.graph.consumers()]
