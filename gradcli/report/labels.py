"""Labels of the nodes of a graph, each one of a kind.

Two gates with one label get ↑ and ↓ when one lies in a numerator and the other in its denominator; otherwise they are
numbered.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from gradcli.graph.tape import Composite, Graph
from gradcli.report.notation import FixedText, label, subscript

_LARGEST_FOR_ARROWS = 2000
"""Nodes up to which numerators are looked for; each division costs a walk through the graph."""


def node_labels(graph: Graph) -> dict[int, str]:
    """The label of each gate's slot: the name of an intermediate, else the gate's sign told apart from its likes."""
    labels: dict[int, str] = {}
    alike: defaultdict[str, list[int]] = defaultdict(list)
    for slot, gate, args in graph.steps:
        sign = label(gate, fixed_operands(graph, args), tuple(graph.symbols.get(a) for a in args))
        if gate.name == "mul" and all(map(graph.shape, args)):
            sign = sign.replace("×", "⊙")  # entry by entry
        labels[slot] = graph.names.get(slot, sign)
        if slot not in graph.names and not (isinstance(gate, Composite) and gate.name == "statement"):
            alike[sign].append(slot)
    repeated = {sign: slots for sign, slots in alike.items() if len(slots) > 1}
    fractions = _fractions(graph) if any(len(slots) == 2 for slots in repeated.values()) else []
    for sign, slots in repeated.items():
        bracketed = f"({sign})" if _needs_brackets(graph, slots[0], sign) else sign
        marks = _arrows(slots, fractions) or [subscript(place) for place in range(1, len(slots) + 1)]
        for slot, mark in zip(slots, marks, strict=True):
            labels[slot] = bracketed + mark
    return labels


def fixed_operands(graph: Graph, args: Sequence[int]) -> FixedText:
    """Operands that are constants: numbers, and texts of arrays."""
    if graph.shapes is None:
        return tuple(graph.constants.get(a) for a in args)
    from gradcli.report.arrays import constant_text  # numbers alone need no NumPy

    return tuple([
        graph.symbols.get(a) or constant_text(graph.constants[a]) if a in graph.constants and graph.shapes[a] else
        graph.constants.get(a) for a in args
    ])  # fmt: skip


def _needs_brackets(graph: Graph, slot: int, sign: str) -> bool:
    gate = graph.gates[slot]
    return gate is not None and gate.infix and not (sign.startswith("(") or sign.endswith(")"))


def _arrows(slots: list[int], fractions: list[tuple[set[int], set[int]]]) -> list[str] | None:
    if len(slots) != 2:
        return None
    one, other = slots
    for numerator, denominator in fractions:
        if one in numerator and other in denominator:
            return ["↑", "↓"]
        if other in numerator and one in denominator:
            return ["↓", "↑"]
    return None


def _fractions(graph: Graph) -> list[tuple[set[int], set[int]]]:
    """For each division, outermost first, the slots only in its numerator and those only in its denominator."""
    if len(graph.steps) > _LARGEST_FOR_ARROWS:
        return []
    found = []
    for _, gate, args in reversed(graph.steps):
        if len(args) != 2 or isinstance(gate, Composite):
            continue
        over, under = args
        below = graph.gates[under]
        if gate.name == "mul" and below is not None and below.name == "recip":
            under = graph.args[under][0]
        elif gate.name != "div":
            continue
        above, beneath = _ancestors(graph, over), _ancestors(graph, under)
        found.append((above - beneath, beneath - above))
    return found


def _ancestors(graph: Graph, slot: int) -> set[int]:
    found = {slot}
    waiting = [slot]
    while waiting:
        for operand in graph.args[waiting.pop()]:
            if operand not in found:
                found.add(operand)
                waiting.append(operand)
    return found
