"""Symbolic derivatives: the backward pass run on symbols, which writes the gradient as a graph.

    symbolic_gradient(graph, wrt, order=1) -> Derived

The value is copied gate by gate, with gates that are made of others spelled out; then every rule's own local
derivatives, or its vector-Jacobian product, are run on symbols in the order of a backward pass. The result is a graph
again, of which the value, each gradient and each second derivative are slots: it can be run forward as any other, and
backward once more. Equal parts are one slot. Nothing recurses on the depth of the formula.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from gradcli.graph.builder import Builder
from gradcli.graph.symbols import Symbol
from gradcli.graph.tape import Graph
from gradcli.language import GradcliError
from gradcli.passes.symbol_tape import Tape
from gradcli.rules.rule import Rule
from gradcli.rules.shape import described, entries, indices

MOST_ROWS = 200
"""Entries of a gradient of arrays that are derived once more, each by a backward pass of its own."""


@dataclass(frozen=True, slots=True, eq=False)
class Derived:
    """A formula with its derivatives, all in one graph.

    Attributes:
        graph: the flat tape; its inputs are those of the formula, in the same slots, and its output is the value.
        value: the slot of the value.
        gradient: for each slot of the formula that was asked for, the slot of the derivative by it, of its shape; a
            constant 0 where the value does not depend on it.
        hessian: for each pair (a, b) of them the slot of the second derivative, of the shape of a followed by that of
            b: a number for two numbers, a matrix for two vectors. Empty for order 1. Of two numbers (a, b) and (b, a)
            are one slot.
    """

    graph: Graph
    value: int
    gradient: dict[int, int]
    hessian: dict[tuple[int, int], int]


def symbolic_gradient(graph: Graph, wrt: Sequence[int], order: int = 1, *, printed: bool = False) -> Derived:
    """The derivatives of a formula whose value is a number, as a graph.

    Args:
        graph: the formula, in any gate set.
        wrt: the slots by which to derive: inputs, or nodes.
        order: 1 for the gradient, 2 for the Hessian as well.
        printed: whether local derivatives take the form in which a lecture prints them, o(1 − o), where that is right
            everywhere; it may lose digits where the other form, σ(i) σ(−i), does not.

    Returns:
        The graph of all of them. Where a branch of `where` is not taken, nothing comes from it, however steep it is.

    Raises:
        GradcliError: the value is an array (usage), a block that was stated by its numbers has no second derivative
            (no-second), or the Hessian would take too many rows (too-large).
    """
    if graph.shape(graph.output):
        name = graph.output_name
        raise GradcliError("array-output", f"{name} {described(graph.shape(graph.output))}: its derivative is a "
                           "Jacobian, and no gradient", hint=f"make a number of it, such as sum({name})")  # fmt: skip
    tape = Tape(graph, printed=printed)
    slots = [tape.there[slot] for slot in wrt]
    if order > 1:
        _refuse_blocks(tape.builder, tape.between(tape.there[graph.output], slots))
    first = tape.pull(tape.there[graph.output], slots)
    second = _second(tape, dict(zip(wrt, slots, strict=True)), first) if order > 1 else {}
    gradient = {slot: first[new] for slot, new in zip(wrt, slots, strict=True)}
    return _finished(tape.builder, graph, tape.there[graph.output], gradient, second)


def _second(tape: Tape, wrt: dict[int, int], first: dict[int, int]) -> dict[tuple[int, int], int]:
    """The second derivatives: of each entry of each gradient by all."""
    shapes = tape.builder.shapes
    rows = sum(entries(shapes[new]) for new in wrt.values())
    if any(shapes[new] for new in wrt.values()) and rows > MOST_ROWS:
        raise GradcliError("too-large", f"the Hessian would have {rows} rows, each a formula of its own",
                           hint=f"{MOST_ROWS} are the most; --wrt names some of the inputs")  # fmt: skip
    found: dict[tuple[int, int], int] = {}
    names = list(wrt)
    for place, a in enumerate(names):
        # What two numbers have in common is written once; with arrays each row is its own.
        rest = [b for b in names[place:] if (b, a) not in found]
        for b, slot in _rows(tape, first[wrt[a]], shapes[wrt[a]], {b: wrt[b] for b in rest}).items():
            found[a, b] = slot
            if a != b:
                found[b, a] = _turned(tape, slot, len(shapes[wrt[a]]), len(shapes[wrt[b]]))
    return {(a, b): found[a, b] for a in names for b in names}


def _rows(tape: Tape, gradient: int, shape: tuple[int, ...], by: dict[int, int]) -> dict[int, int]:
    """The derivative of each entry of a gradient by several slots, as arrays."""
    targets = list(by.values())
    if not shape:
        pulled = tape.pull(gradient, targets)
        return {b: pulled[slot] for b, slot in by.items()}
    m, writer = tape.m, tape.writer
    whole = Symbol(writer, gradient)
    passes = []
    for place in range(entries(shape)):
        entry = m.index(whole, key=indices(place, shape))
        passes.append(tape.pull(entry.slot, targets))
    blocks = {}
    for b, slot in by.items():
        stacked = m.stack(*(Symbol(writer, one[slot]) for one in passes), axis=0)
        inner = tape.builder.shapes[slot]
        blocks[b] = (stacked if len(shape) == 1 else m.reshape(stacked, shape=(*shape, *inner))).slot
    return blocks


def _turned(tape: Tape, slot: int, first: int, second: int) -> int:
    """A block with the axes of the second array in front."""
    if not first or not second:
        return slot
    m, block = tape.m, Symbol(tape.writer, slot)
    if first == second == 1:
        return int(m.transpose(block).slot)
    shape = tape.builder.shapes[slot]
    rows, columns = entries(shape[:first]), entries(shape[first:])
    flat = m.transpose(m.reshape(block, shape=(rows, columns)))
    return int(m.reshape(flat, shape=(*shape[first:], *shape[:first])).slot)


def _refuse_blocks(builder: Builder, active: Sequence[bool]) -> None:
    """A block of which only numbers are known has first derivatives, and no second ones."""
    for slot, used in enumerate(active):
        gate = builder.gates[slot]
        if used and isinstance(gate, Rule) and gate.family == "block":
            name = builder.names.get(slot, gate.name)
            raise GradcliError("no-second", f"of the block {name} only the value and the first derivatives are known",
                               hint="ask for first derivatives alone, or write its formula")  # fmt: skip


def _finished(
    builder: Builder, graph: Graph, value: int, gradient: dict[int, int], hessian: dict[tuple[int, int], int]
) -> Derived:
    """Everything that the value and the derivatives depend on, as a graph; all inputs stay."""
    needed = [False] * len(builder.gates)
    for slot in (value, *gradient.values(), *hessian.values()):
        needed[slot] = True
    for slot in range(len(builder.gates) - 1, -1, -1):
        if needed[slot]:
            for operand in builder.args[slot]:
                needed[operand] = True
    kept = [s for s in range(len(builder.gates)) if needed[s] or s < len(builder.inputs)]
    new = {old: slot for slot, old in enumerate(kept)}
    whole = Graph(
        inputs=tuple(builder.inputs),
        gates=tuple(builder.gates[s] for s in kept),
        args=tuple(tuple(new[a] for a in builder.args[s]) for s in kept),
        spans=tuple(builder.spans[s] for s in kept),
        constants={new[s]: x for s, x in builder.constants.items() if s in new},
        symbols={new[s]: symbol for s, symbol in builder.symbols.items() if s in new},
        names={new[s]: name for s, name in builder.names.items() if s in new},
        output=new[value],
        output_name=graph.output_name,
        shapes=tuple(builder.shapes[s] for s in kept) if builder.arrays else None,
    )
    return Derived(whole, new[value], {by: new[s] for by, s in gradient.items()},
                   {pair: new[s] for pair, s in hessian.items()})  # fmt: skip
