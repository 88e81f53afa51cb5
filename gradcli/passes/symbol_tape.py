"""Backward passes written on symbols: rules' own lines become gates of the graph that is derived.

A gradient that arrives on a branch of `where` carries the condition with it, so that where the branch is not taken
nothing comes from it, however steep it is there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from gradcli.graph.builder import Builder
from gradcli.graph.symbols import Symbol, SymbolMath
from gradcli.graph.tape import ArrayGate, Composite, Gate, Graph
from gradcli.passes.tidying import Tidying
from gradcli.rules.rule import Rule


@dataclass(frozen=True, slots=True)
class Masked:
    """A gradient that arrives only where a condition holds; elsewhere it is 0, whatever is steep below it."""

    condition: Symbol
    holds: bool
    inside: Symbol


Arriving = Symbol | Masked


class Tape:
    """The graph that is written: first the formula, then backward passes behind it."""

    def __init__(self, graph: Graph, *, printed: bool) -> None:
        self.builder = Builder()
        self.writer = Tidying(self.builder)
        self.m = SymbolMath(self.writer)
        self._printed = printed
        inputs = [self.builder.input(name, graph.shape(slot)) for slot, name in enumerate(graph.inputs)]
        self.there = self._copied(graph, inputs)

    def _copied(self, graph: Graph, operands: Sequence[int]) -> list[int]:
        """Write a graph behind what is there; the new slot of each of its slots."""
        there = [*operands, *([-1] * (len(graph.gates) - len(operands)))]
        for slot, value in graph.constants.items():
            there[slot] = self.builder.constant(value, graph.symbols.get(slot))
        for slot, gate, args in graph.steps:
            self.builder.span = graph.spans[slot]
            there[slot] = self._apply(gate, tuple([there[a] for a in args]))
            if slot in graph.names and there[slot] not in self.builder.constants:
                self.builder.names.setdefault(there[slot], graph.names[slot])
        return there

    def _apply(self, gate: Gate, operands: tuple[int, ...]) -> int:
        if isinstance(gate, Composite):  # nested only as deeply as gates may be defined
            return self._copied(gate.inner, operands)[gate.inner.output]
        return self.builder.apply(gate, operands)

    def pull(self, output: int, wrt: Sequence[int]) -> dict[int, int]:
        """Write a backward pass from a slot that is a number; the slot of the derivative by each of `wrt`."""
        active = self.between(output, wrt)
        arriving: dict[int, Arriving] = {output: Symbol(self.writer, self.writer.constant(1.0))}
        builder = self.builder
        for slot in range(output, -1, -1):
            gate = builder.gates[slot]
            if gate is None or slot not in arriving:
                continue
            args = builder.args[slot]
            builder.span = builder.spans[slot]
            handed = self._handed(gate, arriving[slot], slot, [active[a] for a in args])
            for operand, contribution in zip(args, handed, strict=True):
                if contribution is not None:
                    before = arriving.get(operand)
                    arriving[operand] = contribution if before is None else self._sum(before, contribution)
        return {slot: self._settled(arriving.get(slot), slot) for slot in wrt}

    def between(self, output: int, wrt: Sequence[int]) -> list[bool]:
        """Which slots up to the output depend on one of `wrt`, or are one."""
        active = [False] * (output + 1)
        for slot in wrt:
            if slot <= output:
                active[slot] = True
        for slot in range(output + 1):
            if not active[slot]:
                active[slot] = any(active[a] for a in self.builder.args[slot])
        return active

    def _handed(self, gate: Gate, arriving: Arriving, slot: int, wanted: Sequence[bool]) -> list[Arriving | None]:
        """What each operand of a gate receives."""
        operands = [Symbol(self.writer, a) for a in self.builder.args[slot]]
        output = Symbol(self.writer, slot)
        if isinstance(gate, Rule) and gate.name == "where":
            return self._chosen(arriving, operands, wanted)
        masked = arriving if isinstance(arriving, Masked) else None
        if masked is not None and isinstance(gate, ArrayGate) and self.m.shape(masked.condition):
            masked = None  # entries are mixed from here on
        upstream = masked.inside if masked is not None else self._plain(arriving)
        found = self._products(gate, upstream, output, operands, wanted)
        if masked is None:
            return [None if h is None else self._fitted(h, i) for h, i in zip(found, operands, strict=True)]
        return [None if h is None else self._within(masked, h, i) for h, i in zip(found, operands, strict=True)]

    def _products(
        self, gate: Gate, upstream: Symbol, output: Symbol, operands: list[Symbol], wanted: Sequence[bool]
    ) -> list[Symbol | None]:
        if isinstance(gate, ArrayGate):
            given = gate.rule.products(wanted, self.m, upstream, output, *operands, **gate.settings)
            return [self._symbol(g) if asked else None for g, asked in zip(given, wanted, strict=True)]
        assert isinstance(gate, Rule)  # noqa: S101  (gates made of others have been spelled out)
        slopes = self._local(gate, output, operands)
        products: list[Symbol | None] = []
        for slope, asked in zip(slopes, wanted, strict=True):
            zero = isinstance(slope, int | float) and slope == 0
            products.append(upstream * slope if asked and not zero else None)
        return products

    def _local(self, rule: Rule, output: Symbol, operands: list[Symbol]) -> tuple[Any, ...]:
        if not self._printed or rule.shown is None or rule.name in _SINGULAR:
            return rule.local(self.m, output, *operands)
        before = len(self.builder.gates)
        local = rule.local(self.m, output, *operands)
        piecewise = any(gate is not None and gate.name == "where" for gate in self.builder.gates[before:])
        return local if piecewise else rule.shown(self.m, output, *operands)

    def _symbol(self, contribution: Any) -> Symbol | None:
        if contribution is None or isinstance(contribution, Symbol):
            return contribution
        return None if contribution == 0 else Symbol(self.writer, self.writer.constant(float(contribution)))

    # --- branches ---------------------------------------------------------------------------------------------------

    def _chosen(self, arriving: Arriving, operands: list[Symbol], wanted: Sequence[bool]) -> list[Arriving | None]:
        """What the branches of a `where` receive: each the whole where it is taken, and nothing elsewhere."""
        condition, upstream = operands[0], self._plain(arriving)
        found: list[Arriving | None] = [None]
        for branch, holds, asked in zip(operands[1:], (True, False), wanted[1:], strict=True):
            if not asked:
                found.append(None)
            elif self.m.shape(branch) == self.m.shape(upstream):
                found.append(Masked(condition, holds, upstream))
            else:
                found.append(self._fitted(self._where(condition, holds, upstream), branch))
        return found

    def _where(self, condition: Symbol, holds: bool, inside: Symbol) -> Symbol:  # noqa: FBT001
        chosen: Symbol = self.m.where(condition, inside, 0) if holds else self.m.where(condition, 0, inside)
        return chosen

    def _plain(self, arriving: Arriving) -> Symbol:
        if isinstance(arriving, Symbol):
            return arriving
        return self._where(arriving.condition, arriving.holds, arriving.inside)

    def _within(self, masked: Masked, contribution: Symbol, operand: Symbol) -> Arriving:
        """A contribution under the condition under which its upstream gradient arrived."""
        one, other = self.m.shape(contribution), self.m.shape(operand)
        if one == other and (not self.m.shape(masked.condition) or self.m.shape(masked.condition) == one):
            return Masked(masked.condition, masked.holds, contribution)
        return self._fitted(self._where(masked.condition, masked.holds, contribution), operand)

    def _sum(self, one: Arriving, other: Arriving) -> Arriving:
        if not isinstance(one, Masked) or not isinstance(other, Masked):
            return self._plain(one) + self._plain(other)
        if one.condition.slot == other.condition.slot:
            if one.holds == other.holds:
                return Masked(one.condition, one.holds, one.inside + other.inside)
            first, second = (one, other) if one.holds else (other, one)
            chosen: Symbol = self.m.where(one.condition, first.inside, second.inside)
            return chosen
        return Masked(self._either(one, other), holds=True, inside=self._plain(one) + self._plain(other))

    def _either(self, one: Masked, other: Masked) -> Symbol:
        """1 where one of two conditions holds."""
        second = other.condition if other.holds else self.m.where(other.condition, 0, 1)
        either: Symbol = self.m.where(one.condition, 1, second) if one.holds else self.m.where(
            one.condition, second, 1)  # fmt: skip
        return either

    # --- shapes -----------------------------------------------------------------------------------------------------

    def _fitted(self, contribution: Symbol, operand: Symbol) -> Symbol:
        """A contribution in the shape of its operand, summed over what was repeated on the way forward."""
        if not self.builder.arrays:
            return contribution
        from gradcli.passes.array_gates import undo_broadcast  # numbers alone need no NumPy

        fitted: Symbol = undo_broadcast(self.m, contribution, self.m.shape(operand))
        return fitted

    def _settled(self, arriving: Arriving | None, slot: int) -> int:
        """The slot of what arrived; zeros of the right shape if nothing did."""
        shape = self.builder.shapes[slot]
        if arriving is not None:
            return self._plain(arriving).slot
        if not shape:
            return self.builder.constant(0.0)
        zeros: Symbol = self.m.zeros(shape=shape)
        return zeros.slot


_SINGULAR = ("sinc", "copysign")
"""Rules whose printed slopes have no value at a point where the rule is smooth, or another one at a kink."""
