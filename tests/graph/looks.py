"""How tests look at a graph."""

from __future__ import annotations

from gradcli.graph.build import build, read


def graph_of(text, gates="lecture", bound=None):
    return build(read(text, bound), gates)


def signs(text, gates="lecture", bound=None):
    """The signs of the gates in the order of the forward pass; a name stands for a gate that carries one."""
    graph = graph_of(text, gates, bound)
    return [graph.names.get(slot, gate.sign) for slot, gate, _ in graph.steps]


def gate_names(text, gates="lecture"):
    return [gate.name for _, gate, _ in graph_of(text, gates).steps]
