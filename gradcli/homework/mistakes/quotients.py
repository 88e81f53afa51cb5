"""Rules for two nodes at once: the quotient a · 1/b upside down, and the derivative of a product as f′g′."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from gradcli.homework.mistakes.misstep import Misstep
from gradcli.homework.mistakes.tapes import Tape, downwards

_MOST_VARIABLES = 12
"""Variables by which f′g′ is tried."""

_TURNED = "the quotient was differentiated upside down"
_REVERSED = "the two terms of the quotient rule were exchanged"
_FACTORS = "the derivatives of the factors were multiplied: (fg)′ is f′g + fg′"
_TERMS = "the derivative of a quotient is not the quotient of the derivatives"


def _name(tape: Tape, slot: int) -> str:
    gate = tape.graph.gates[slot]
    return "" if gate is None else gate.name


def quotients(tape: Tape) -> Iterator[Misstep]:
    """For each a · 1/b the derivatives of b/a, and those with both signs turned."""
    graph, values = tape.graph, tape.values
    for slot, _, args in graph.steps:
        if _name(tape, slot) != "mul":
            continue
        for over, inverse in (args, args[::-1]):
            if _name(tape, inverse) != "recip" or graph.args[inverse][0] in graph.constants:
                continue
            under = graph.args[inverse][0]
            a, b = values[over], values[under]
            if not a * a or not b * b or over == inverse:
                continue
            by_under = (under, 1 / a + a / (b * b))
            if over in graph.constants:
                yield Misstep("quotient-turned", slot, (by_under,), _TURNED)
                continue
            by_over = (over, -b / (a * a) - 1 / b)
            for changes in ((by_over,), (by_under,), (by_over, by_under)):
                yield Misstep("quotient-turned", slot, changes, _TURNED)
            yield Misstep("quotient-turned", slot, ((over, -2 / b), (under, 2 * a / (b * b))), _REVERSED)


def products(tape: Tape) -> Iterator[Misstep]:
    """For each product or quotient of two functions of one variable f′g′, or f′/g′, as its derivative."""
    graph, values = tape.graph, tape.values
    for slot, _, args in graph.steps:
        if _name(tape, slot) != "mul" or args[0] in graph.constants or args[1] in graph.constants:
            continue
        f, g = args
        by_f, by_g = (downwards(graph, tape.locals, s, tape.leaves - {s}) for s in (f, g))
        yield from _shared(tape, slot, by_f, by_g, values[g], values[f], _FACTORS)
        for over, inverse in (args, args[::-1]):
            if _name(tape, inverse) == "recip":
                under = graph.args[inverse][0]
                a, b = values[over], values[under]
                if not b * b:
                    continue
                by_over, by_under = (downwards(graph, tape.locals, s, tape.leaves - {s}) for s in (over, under))
                reciprocals = {s: 1 / d for s, d in by_under.items() if d}
                right = {s: by_over.get(s, 0.0) / b - a * d / (b * b) for s, d in by_under.items()}
                yield from _divided(tape, slot, by_over, reciprocals, right)


def _common(tape: Tape, one: dict[int, Any], other: dict[int, Any]) -> list[int]:
    """The variables that two nodes share: inputs, and nodes with names."""
    both = [s for s in sorted(one) if s in other and (not tape.graph.args[s] or s in tape.leaves)]
    return both[:_MOST_VARIABLES]


def _shared(tape: Tape, slot: int, by_f: dict[int, Any], by_g: dict[int, Any], g: Any, f: Any, says: str
            ) -> Iterator[Misstep]:  # fmt: skip
    for variable in _common(tape, by_f, by_g):
        df, dg = by_f[variable], by_g[variable]
        yield Misstep("product-of-derivatives", slot, ((variable, df * dg - df * g - f * dg),), says)


def _divided(tape: Tape, slot: int, by_over: dict[int, Any], reciprocals: dict[int, Any], right: dict[int, Any]
             ) -> Iterator[Misstep]:  # fmt: skip
    for variable in _common(tape, by_over, reciprocals):
        change = by_over[variable] * reciprocals[variable] - right[variable]
        yield Misstep("product-of-derivatives", slot, ((variable, change),), _TERMS)
