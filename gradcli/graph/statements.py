"""The gate set `named`: every statement becomes one gate with as many inputs as it names."""

from __future__ import annotations

from gradcli.graph.builder import Builder, copy_leaves
from gradcli.graph.tape import Composite, Graph


def one_gate_a_statement(graph: Graph) -> Graph:
    """The graph whose gates are the named slots of `graph`, each made of what lies between it and the next names."""
    ends = {*range(len(graph.inputs)), *graph.names, graph.output}
    builder = Builder()
    new = copy_leaves(graph, builder)
    for slot in sorted(ends):
        gate = graph.gates[slot]
        if slot in graph.constants:
            new[slot] = builder.constant(graph.constants[slot], graph.symbols.get(slot))
        if gate is None:
            continue
        builder.span = graph.spans[slot]
        if all(a in ends or a in graph.constants for a in graph.args[slot]):
            operands = []
            for a in graph.args[slot]:
                if a not in new:
                    new[a] = builder.constant(graph.constants[a], graph.symbols.get(a))
                operands.append(new[a])
            new[slot] = builder.apply(gate, tuple(operands))
        else:
            inner, outer = _cut_out(graph, slot, ends)
            name = graph.names.get(slot, graph.output_name)
            composite = Composite("statement", name, inner)
            new[slot] = builder.apply(composite, tuple(new[a] for a in outer))
        builder.names[new[slot]] = graph.names.get(slot, graph.output_name)
    return builder.finish(new[graph.output], graph.output_name)


def _cut_out(graph: Graph, root: int, ends: set[int]) -> tuple[Graph, list[int]]:
    """What lies between a slot and the ends below it, as a graph; and those ends, in the order of reading."""
    inside: list[int] = []
    outer: list[int] = []
    seen: set[int] = set()
    waiting = [root]
    while waiting:
        slot = waiting.pop()
        if slot in seen:
            continue
        seen.add(slot)
        if slot != root and slot in ends:
            outer.append(slot)
            continue
        inside.append(slot)
        waiting += reversed(graph.args[slot])
    builder = Builder()
    new = {slot: builder.input(f"i{place}", graph.shape(slot)) for place, slot in enumerate(outer, 1)}
    for slot in sorted(inside):
        builder.span = graph.spans[slot]
        gate = graph.gates[slot]
        if gate is None:
            new[slot] = builder.constant(graph.constants[slot], graph.symbols.get(slot))
        else:
            new[slot] = builder.apply(gate, tuple(new[a] for a in graph.args[slot]))
    return builder.finish(new[root]), outer
