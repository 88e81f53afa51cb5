"""A graph under construction: equal subexpressions become one slot, constant ones are computed."""

from __future__ import annotations

import math
from typing import Any

from gradcli.graph.tape import ArrayGate, Composite, Gate, Graph, Span, is_elementwise
from gradcli.language import GradcliError
from gradcli.rules.floats import Floats, evaluate
from gradcli.rules.rule import Rule
from gradcli.rules.shape import Shape, broadcast, entries, times

LARGEST = 5_000_000
"""Slots that a graph may have, and steps that its construction may take."""

MOST_ENTRIES = 20_000_000
"""Numbers that one array may hold."""

MOST_ENTRIES_TOGETHER = 100_000_000
"""Numbers that all arrays of a graph may hold together: 800 MB."""

_FLOATS = Floats()


class Builder:
    """Collects slots; `finish` makes the immutable graph of everything the output depends on.

    Attributes:
        arrays: whether there has been an array yet.
        known_inputs: inputs whose numbers are known while the graph is built; only indices may look at them.
    """

    def __init__(self) -> None:
        self.inputs: list[str] = []
        self.gates: list[Gate | None] = []
        self.args: list[tuple[int, ...]] = []
        self.spans: list[Span] = []
        self.shapes: list[Shape] = []
        self.arrays = False
        self.constants: dict[int, Any] = {}
        self.symbols: dict[int, str] = {}
        self.names: dict[int, str] = {}
        self.span: Span = (0, 0)
        self.known_inputs: dict[int, float] = {}
        self._known: dict[object, int] = {}
        self._entries = 0

    def input(self, name: str, shape: Shape = ()) -> int:
        """A new input. All inputs come before the first constant or gate."""
        self.inputs.append(name)
        return self._append(None, (), shape)

    def constant(self, value: Any, symbol: str | None = None) -> int:
        """The slot of a constant: a number or an array."""
        shape: Shape = getattr(value, "shape", ())
        # 0 and −0 are different constants: 1/0 is ∞ and 1/−0 is −∞.
        key = (value.tobytes(), shape, symbol) if shape else (value, math.copysign(1.0, value), symbol)
        if key not in self._known:
            slot = self._known[key] = self._append(None, (), shape)
            self.constants[slot] = value
            if symbol is not None:
                self.symbols[slot] = symbol
        return self._known[key]

    def apply(self, gate: Gate, operands: tuple[int, ...]) -> int:
        """The slot of a gate on operands.

        A gate whose operands are all constant is computed on the spot, unless its value is undefined or too large:
        then it stays, so that the forward pass can point at it.

        Raises:
            Mismatch: the shapes of the operands do not fit.
        """
        key = (gate, operands)
        slot = self._known.get(key)
        if slot is None:
            shape = self._shape(gate, operands) if self.arrays or not isinstance(gate, Rule) else ()
            if shape:
                self._check_room(shape)
            folded = self._fold(gate, operands)
            slot = self._append(gate, operands, shape) if folded is None else self.constant(folded)
            self._known[key] = slot
        return slot

    def _shape(self, gate: Gate, operands: tuple[int, ...]) -> Shape:
        shapes = [self.shapes[operand] for operand in operands]
        if isinstance(gate, ArrayGate):
            return gate.rule.shape(*shapes, **gate.settings)
        if isinstance(gate, Composite) and not gate.elementwise:
            return gate.inner.shape(gate.inner.output)
        return broadcast(*shapes)

    def known(self, slot: int) -> float | None:
        """The number at a slot that depends on constants and known inputs alone; None for all others."""
        wanted, waiting = {slot}, [slot]
        while waiting:
            for operand in self.args[waiting.pop()]:
                if operand not in wanted:
                    wanted.add(operand)
                    waiting.append(operand)
        found: dict[int, float] = {}
        for place in sorted(wanted):
            gate = self.gates[place]
            number = self.constants.get(place, self.known_inputs.get(place))
            if isinstance(gate, Rule):
                operands = [found[operand] for operand in self.args[place]]
                number = None if gate.fault(*operands) else evaluate(gate, _FLOATS, operands)
            if number is None or self.shapes[place]:
                return None
            found[place] = number
        return found[slot]

    def finish(self, output: int, output_name: str = "f") -> Graph:
        """The graph of everything that `output` depends on; all inputs stay, used or not."""
        needed = [False] * len(self.gates)
        needed[output] = True
        for slot in range(len(self.gates) - 1, -1, -1):
            if needed[slot]:
                for operand in self.args[slot]:
                    needed[operand] = True
        kept = [s for s in range(len(self.gates)) if needed[s] or s < len(self.inputs)]
        new = {old: slot for slot, old in enumerate(kept)}
        return Graph(
            inputs=tuple(self.inputs),
            gates=tuple(self.gates[s] for s in kept),
            args=tuple(tuple(new[a] for a in self.args[s]) for s in kept),
            spans=tuple(self.spans[s] for s in kept),
            constants={new[s]: value for s, value in self.constants.items() if s in new},
            symbols={new[s]: symbol for s, symbol in self.symbols.items() if s in new},
            names={new[s]: name for s, name in self.names.items() if s in new},
            output=new[output],
            output_name=output_name,
            shapes=tuple(self.shapes[s] for s in kept) if self.arrays else None,
        )

    def _append(self, gate: Gate | None, operands: tuple[int, ...], shape: Shape = ()) -> int:
        if shape or not (gate is None or isinstance(gate, Rule) or is_elementwise(gate)):
            self.arrays = True
            self._check_room(shape)
            self._entries += entries(shape)
        if len(self.gates) >= LARGEST:
            raise GradcliError("too-large", f"the graph would have more than {LARGEST:,} nodes",
                               hint="a function that calls another one twice doubles it each time")  # fmt: skip
        self.gates.append(gate)
        self.args.append(operands)
        self.spans.append(self.span)
        self.shapes.append(shape)
        return len(self.gates) - 1

    def _check_room(self, shape: Shape) -> None:
        """Refuse an array that would be too large, before any memory is taken for it."""
        size = entries(shape)
        if size > MOST_ENTRIES:
            what = f"an array of {times(shape)} would have {size:,} entries"
        elif self._entries + size > MOST_ENTRIES_TOGETHER:
            what = f"the arrays of the formula would have more than {MOST_ENTRIES_TOGETHER:,} entries together"
        else:
            return
        raise GradcliError("too-large", what, hint=f"{MOST_ENTRIES:,} entries are the most for one array")

    def _fold(self, gate: Gate, operands: tuple[int, ...]) -> Any:
        if isinstance(gate, Composite) or not all(operand in self.constants for operand in operands):
            return None
        if gate.name == "block":  # its function is not given, so there is nothing to compute
            return None
        values = [self.constants[operand] for operand in operands]
        if isinstance(gate, ArrayGate) or any(self.shapes[operand] for operand in operands):
            from gradcli.graph.folding import fold_arrays  # numbers alone need no NumPy

            return fold_arrays(gate, values)
        if gate.fault(*values) is not None:
            return None
        value = evaluate(gate, _FLOATS, values)
        return value if math.isfinite(value) else None


def copy_leaves(graph: Graph, builder: Builder) -> dict[int, int]:
    """Put the inputs of a graph into an empty builder, ready for a copy that changes some of its gates."""
    return {slot: builder.input(name, graph.shape(slot)) for slot, name in enumerate(graph.inputs)}


def is_rule(gate: Gate | None, name: str) -> bool:
    """Whether a gate is the rule of that name."""
    return isinstance(gate, Rule) and gate.name == name
