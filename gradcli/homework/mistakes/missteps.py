"""Wrong local derivatives of the nodes of a graph: what their consumers hand back wrongly, for one unit of upstream.

The inside of a gate that is made of others is looked at in the same way: a wrong derivative there is a wrong local
derivative of the whole gate.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from gradcli.graph.tape import Composite, Gate, is_elementwise
from gradcli.homework.mistakes.chains import chained
from gradcli.homework.mistakes.local_slips import TABLE, of_selection
from gradcli.homework.mistakes.misstep import Change, Misstep, is_something
from gradcli.homework.mistakes.quotients import products, quotients
from gradcli.homework.mistakes.spelled import spelled_out
from gradcli.homework.mistakes.tapes import Tape, downwards, inside, upwards
from gradcli.rules.rule import Rule

_DEEPEST = 3
_LARGEST = 60
"""How deeply nested, and of how many rules, a gate may be whose inside is looked at."""


def missteps(tape: Tape) -> Iterator[Misstep]:
    """All wrong local derivatives of single gates, and of neighbouring gates where the graph is of numbers."""
    for slot, gate, _ in tape.graph.steps:
        yield from of_gate(tape, slot, gate)
    if tape.scalar:
        yield from chained(tape)
        yield from quotients(tape)
        yield from products(tape)
        yield from spelled_out(tape)


def of_gate(tape: Tape, slot: int, gate: Gate) -> Iterator[Misstep]:
    """The wrong local derivatives of one gate: by one operand, and by all operands that it is wrong for."""
    if isinstance(gate, Composite):
        if gate.depth <= _DEEPEST and gate.size <= _LARGEST and is_elementwise(gate):
            yield from _of_inside(tape, slot, gate)
    elif isinstance(gate, Rule):
        if gate.name in ("max", "min"):
            yield from _of_selection(tape, slot, gate.name)
        else:
            yield from _of_rule(tape, slot, gate.name)


def _of_rule(tape: Tape, slot: int, name: str) -> Iterator[Misstep]:
    args, rights = tape.graph.args[slot], tape.locals[slot]
    together: dict[tuple[str, str], list[Change]] = {}
    for wrong in TABLE.get(name, ()):
        if wrong.place >= len(args) or rights[wrong.place] is None:
            continue
        try:
            number = wrong.line(tape.arithmetic.m, tape.values[slot], *tape.operands(slot))
        except (ZeroDivisionError, OverflowError, ValueError):
            continue
        change = (args[wrong.place], number - rights[wrong.place])
        together.setdefault((wrong.mistake, wrong.says), []).append(change)
        yield Misstep(wrong.mistake, slot, (change,), wrong.says)
    for (mistake, says), changes in together.items():
        if len({s for s, _ in changes}) == len(changes) == len(args) > 1:
            yield Misstep(mistake, slot, tuple(changes), says)


def _of_selection(tape: Tape, slot: int, name: str) -> Iterator[Misstep]:
    args, rights, operands = tape.graph.args[slot], tape.locals[slot], tape.operands(slot)
    if not all(isinstance(i, float) for i in operands):
        return
    for route, says in of_selection(name, operands):
        changes = [(args[p], derivative - rights[p]) for p, derivative in route if rights[p] is not None]
        if changes:
            yield Misstep("max-route", slot, tuple(changes), says)
            if len(changes) == 2:
                yield Misstep("max-route", slot, (changes[0],), says)


def _of_inside(tape: Tape, slot: int, gate: Composite) -> Iterator[Misstep]:
    """Wrong derivatives inside of a gate, as wrong derivatives of the gate by its operands."""
    within = inside(gate, tape.operands(slot), tape.arithmetic)
    above = downwards(within.graph, within.locals, within.graph.output)
    count = len(within.graph.inputs)
    below = [upwards(within.graph, within.locals, place) for place in range(count)]
    for step in missteps(within):
        factor = above.get(step.consumer)
        if factor is None:
            continue
        changes: dict[int, Any] = {}
        for place, operand in enumerate(tape.graph.args[slot]):
            if tape.locals[slot][place] is not None:
                change = sum(factor * delta * below[place][s] for s, delta in step.changes)
                if is_something(change):
                    changes[operand] = changes.get(operand, 0.0) + change
        if changes:
            yield Misstep(step.mistake, slot, tuple(changes.items()), step.says)
        if len(changes) > 1:
            for change in changes.items():
                yield Misstep(step.mistake, slot, (change,), step.says)
