"""The nodes of an evaluation by their names, and by the parts of the formula that they are."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property

from gradcli.graph.array_values import shape_of
from gradcli.graph.gatesets import GateSet
from gradcli.graph.parts import slot_of
from gradcli.graph.tape import Composite, Graph
from gradcli.language import GradcliError, canonical
from gradcli.passes.evaluate import Evaluation

_LONGEST_PART = 2000
"""Characters of a part of a formula."""


def named(graph: Graph) -> dict[int, str]:
    """The nodes that have names, in topological order: inputs, statements, the output."""
    names = {**dict(enumerate(graph.inputs)), **graph.names}
    names.setdefault(graph.output, graph.output_name)
    return dict(sorted(names.items()))


class Nodes:
    """Finds the node that a text means, and says what a node is called.

    Attributes:
        result: the formula at the point.
        names: the nodes that have names.
    """

    def __init__(self, result: Evaluation, gates: GateSet) -> None:
        self.result = result
        self.names = named(result.graph)
        self._graph = result.graph
        self._gates = gates

    @cached_property
    def by_key(self) -> dict[str, int]:
        """The nodes by the canonical spellings of their names; what an input is called, it is called first."""
        graph = self._graph
        found = {canonical(graph.output_name): graph.output}
        found |= {canonical(name): slot for slot, name in reversed(self.names.items())}
        return found | {canonical(name): slot for slot, name in enumerate(graph.inputs)}

    @cached_property
    def _assigned(self) -> frozenset[str]:
        return frozenset(canonical(s.name) for s in self.result.formula.statements if s.name and s.kind == "assign")

    @cached_property
    def _by_gate(self) -> dict[str, int | None]:
        """The nodes of a user's own gates by the names of these, if a gate is used only once."""
        found: dict[str, int | None] = {}
        for slot, gate, _ in self._graph.steps:
            if isinstance(gate, Composite) and gate.name == "gate":
                key = canonical(gate.sign.partition("(")[0])
                found[key] = None if key in found else slot
        return found

    def called(self, slot: int) -> str:
        """What a sentence calls a node: its name, or the part of the formula that it is."""
        if slot in self.names:
            return self.names[slot]
        start, end = self._graph.spans[slot]
        return " ".join(self.result.formula.text[start:end].split()) or "a step"

    def name(self, text: str) -> int | None:
        """The node that a name means: of an input, a statement, or a gate of the user's that is used once."""
        key = canonical(text.strip())
        found = self.by_key.get(key)
        if found is None and key in self._assigned:  # the second name of a node, or the name of a constant
            found = self.part(text)
        return self._by_gate.get(key) if found is None else found

    def part(self, text: str) -> int | None:
        """The node that an expression is; None if it is none, or no expression."""
        try:
            return self.read(text)
        except GradcliError:
            return None

    def read(self, text: str) -> int | None:
        """The node that an expression is; None if it is none.

        Raises:
            GradcliError: the text is no expression; the error points into it.
        """
        if len(text) > _LONGEST_PART:
            return None
        at = self.result.at
        sizes = {canonical(name): shape_of(value) for name, value in at.items()}
        numbers = {canonical(name): value for name, value in at.items() if isinstance(value, float)}
        return slot_of(text, self.result.formula, self._graph, self._gates, sizes, numbers.get)

    def known(self) -> Iterable[str]:
        """All names, those of inputs first."""
        return dict.fromkeys([*self._graph.inputs, *self.names.values()])
