"""Slips on the way forward: the value of a node is wrong, and all that follows with it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from gradcli.graph.tape import Gate
from gradcli.homework.marking.own import Replay
from gradcli.homework.mistakes.misreadings import Misreader
from gradcli.homework.mistakes.rewired import effort, gate_of, is_finite, miscomputed, misread, same
from gradcli.homework.mistakes.slip import Key, Slip
from gradcli.homework.mistakes.wrong_values import SLIP, WRONG_VALUES, wrong_gate
from gradcli.homework.problems.problem import Problem
from gradcli.homework.problems.quiet import quietly
from gradcli.rules.rule import Rule

MOST_EFFORT = 2_000_000
"""Gates that all these mutants together may run: a large problem has those of its first nodes only."""


def slips(problem: Problem, state: Replay | None = None) -> Iterator[Slip]:
    """The slips of the forward pass, node by node from the output on, which is where most formulas are misread.

    Args:
        problem: which.
        state: the passes with a student's own numbers; None for the truth.
    """
    left = MOST_EFFORT // effort(problem)
    reader = Misreader(problem.graph, problem.formula)
    for slot, _, _ in reversed(problem.graph.steps):
        for slip in _at(problem, state, slot, reader):
            yield slip
            left -= 1
        if left <= 0:
            return


def _at(problem: Problem, state: Replay | None, slot: int, reader: Misreader) -> Iterator[Slip]:
    yield from _wrong_values(problem, state, slot)
    place = problem.naming.place(slot)
    for misreading in reader.of(slot):
        gate, names = gate_of(misreading.reads)
        operands = tuple(misreading.operands["abc".index(name)] for name in names)
        says = misreading.says.format(part=place)
        for numbers in _numbers(problem, state, slot, gate, operands):
            yield Slip(SLIP, slot, says, place, numbers=numbers)


def _wrong_values(problem: Problem, state: Replay | None, slot: int) -> Iterator[Slip]:
    right, args = problem.graph.gates[slot], problem.graph.args[slot]
    if not isinstance(right, Rule):
        return
    for wrong in WRONG_VALUES.get(right.name, ()):
        gate = wrong_gate(right, wrong)
        place = problem.naming.place(slot)
        if wrong.value is not None and wrong.local is None:
            ways = [_value_alone(problem, state, slot, gate, args)]
        else:
            ways = [_read_so(problem, state, slot, gate, args)]
        for numbers in filter(None, ways):
            yield Slip(wrong.mistake, slot, wrong.says.format(part=place), place, numbers=numbers)


def _numbers(problem: Problem, state: Replay | None, slot: int, gate: Gate, operands: tuple[int, ...]) -> (
    Iterator[Mapping[Key, Any]]
):  # fmt: skip
    """What a misread node gives: with the right derivatives, and with those of what was read."""
    alone = _value_alone(problem, state, slot, gate, operands)
    if alone:
        yield alone
    whole = _read_so(problem, state, slot, gate, operands)
    if whole and not _equal(alone, whole):
        yield whole


def _value_alone(
    problem: Problem, state: Replay | None, slot: int, gate: Gate, operands: Sequence[int]
) -> Mapping[Key, Any]:
    value = _value(problem, state, slot, gate, operands)
    return {} if value is None else miscomputed(problem, state, {slot: value})


def _read_so(
    problem: Problem, state: Replay | None, slot: int, gate: Gate, operands: tuple[int, ...]
) -> Mapping[Key, Any]:
    value = _value(problem, state, slot, gate, operands, changed=False)
    return {} if value is None else misread(problem, state, {slot: (gate, operands)})


def _value(
    problem: Problem, state: Replay | None, slot: int, gate: Gate, operands: Sequence[int], *, changed: bool = True
) -> Any:
    """What a wrong gate computes; None if that is nothing, has not the node's shape, or is the right value."""
    values = problem.forward.values if state is None else state.values
    inputs = [values[operand] for operand in operands]
    with quietly(problem):
        found = problem.run.value(gate, inputs)
    right = problem.forward.values[slot] if state is None else state.computed_values[slot]
    if getattr(found, "shape", ()) != problem.graph.shape(slot) or not is_finite(found):
        return None
    return None if changed and same(found, right) else found


def _equal(one: Mapping[Key, Any], other: Mapping[Key, Any]) -> bool:
    return one.keys() == other.keys() and all(same(number, other[key]) for key, number in one.items())
