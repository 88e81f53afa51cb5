"""Blocks: gates whose function is not given, only their value and their local derivatives at the point."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gradcli.graph.tape import Gate, Graph
from gradcli.language import Formula, GradcliError, Node
from gradcli.rules.rule import Rule

if TYPE_CHECKING:
    from gradcli.graph.gatesets import Lecture

FAMILY = "block"


@dataclass(frozen=True, slots=True, eq=False)
class Block(Rule):
    """A rule of which only numbers are known; two of the same name and numbers are one gate.

    Attributes:
        number: the value, whatever the operands are.
        slopes: the local derivatives, one for each operand.
    """

    number: float = 0.0
    slopes: tuple[float, ...] = ()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Block) and self._stated() == other._stated()

    def __hash__(self) -> int:
        return hash(self._stated())

    def _stated(self) -> tuple[str, ...]:
        # 0 and −0 are different numbers: 1/0 is ∞ and 1/−0 is −∞.
        return self.sign, *map(repr, (self.number, *self.slopes))


def block(name: str, number: float, slopes: tuple[float, ...]) -> Block:
    """The gate of a block.

    Args:
        name: its name, which is its sign in tables.
        number: the value.
        slopes: the local derivatives, one for each operand.
    """
    return Block("block", name, lambda *_: number, lambda *_: slopes, FAMILY, len(slopes), listed=False,
                 number=number, slopes=slopes)  # fmt: skip


def is_block(gate: Gate | None) -> bool:
    """Whether the function of a gate is not given."""
    return isinstance(gate, Block)


def block_slots(graph: Graph) -> list[int]:
    """The slots of the blocks of a graph."""
    return [slot for slot, gate, _ in graph.steps if isinstance(gate, Block)]


def write_block(writer: Lecture, formula: Formula, node: Node, slots: Mapping[int, int]) -> int:
    """The slot of a block.

    Args:
        writer: writes into the graph.
        formula: what the block stands in.
        node: its place in the syntax tree.
        slots: the slots of its operands and of its numbers, by their places.

    Raises:
        GradcliError: an operand is a vector or a matrix, or what is stated is no number.
    """
    count = len(node.args) // 2
    for place in node.args[:count]:
        if writer.shape(slots[place]):
            name = formula.text[formula.nodes[place].start : formula.nodes[place].end]
            raise _refused(formula, place, f"a block depends on numbers, and '{name}' is a vector or a matrix",
                           f"pick an entry in a statement before: {name}1 = {name}[0]")  # fmt: skip
    number, *slopes = (_stated(writer, formula, place, slots[place]) for place in node.args[count:])
    return writer.apply(block(str(node.value), number, tuple(slopes)), tuple(slots[a] for a in node.args[:count]))


def _stated(writer: Lecture, formula: Formula, place: int, slot: int) -> float:
    """A number that a block states."""
    if writer.shape(slot):
        raise _refused(formula, place, "a block states numbers, and here stands a vector or a matrix",
                       "write one block for each entry")  # fmt: skip
    number = writer.builder.constants.get(slot)
    if number is None or not math.isfinite(number):
        raise _refused(formula, place, "a block states numbers, and this is none", "write the number, or something "
                       "that is computed from numbers alone: pi/4")  # fmt: skip
    return float(number)


def _refused(formula: Formula, place: int, message: str, hint: str) -> GradcliError:
    node = formula.nodes[place]
    return GradcliError("bad-block", message, text=formula.text, start=node.start, end=node.end, hint=hint)
