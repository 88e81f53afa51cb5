"""A sigmoid that is written out, 1/(1 + e^−i): what goes wrong with the derivative of σ goes wrong with it, too."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from gradcli.homework.mistakes.local_slips import TABLE
from gradcli.homework.mistakes.misstep import Misstep
from gradcli.homework.mistakes.tapes import Tape


def spelled_out(tape: Tape) -> Iterator[Misstep]:
    """For each 1/(1 + e^−i) the wrong derivatives of σ by i."""
    for slot, _, _ in tape.graph.steps:
        operand = _operand(tape, slot)
        if operand is None:
            continue
        o, i = tape.values[slot], tape.values[operand]
        for wrong in TABLE["sigmoid"]:
            number: Any = wrong.line(tape.arithmetic.m, o, i)
            yield Misstep(wrong.mistake, slot, ((operand, number - o * (1 - o)),), wrong.says)


def _operand(tape: Tape, slot: int) -> int | None:
    """The i of a node 1/(1 + e^−i), if it is one."""
    graph = tape.graph

    def parts(slot: int, name: str) -> tuple[int, ...]:
        gate = graph.gates[slot]
        return graph.args[slot] if gate is not None and gate.name == name else ()

    for under in parts(slot, "recip"):
        terms = parts(under, "add")
        for one, power in (terms, terms[::-1]) if len(terms) == 2 else ():
            for minus in parts(power, "exp") if graph.number(one) == 1 else ():
                for operand in parts(minus, "neg"):
                    return operand
    return None
