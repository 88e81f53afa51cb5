"""Which node of a graph a name or a part of its formula is."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from gradcli.graph.build import build, read
from gradcli.graph.gatesets import GateSet
from gradcli.graph.tape import Composite, Gate, Graph
from gradcli.language import Formula, GradcliError
from gradcli.rules.shape import Shape


def slot_of(
    part: str, formula: Formula, graph: Graph, gates: GateSet, shapes: Mapping[str, Shape],
    number_of: Callable[[str], float | None], *, alone: bool = False,
) -> int | None:  # fmt: skip
    """The slot of a part of a formula: a name, or an expression that stands in it.

    The part is read behind the formula, so that it means what it means there, and found again by its structure. The
    formula once more, in whatever spelling, is its output.

    Args:
        part: what was written (`q`, `x + y`, `σ(x)`).
        formula: the formula.
        graph: its graph.
        gates: the gate set of the graph.
        shapes: as for `build`.
        number_of: as for `build`.
        alone: whether the part is read without the formula before it, as a formula of its own.

    Returns:
        The slot; None where the part is no node of this graph.

    Raises:
        GradcliError: the part cannot be read; the error points into it.
    """
    head = "" if alone else f"{_with_a_name(formula, graph.output_name)}\n"
    try:
        whole = read(head + part, formula.bound, arrays=[key for key, shape in shapes.items() if shape])
        if not alone and len(whole.statements) == len(formula.statements):  # no expression: white space, or a comment
            return None
        return _found(build(whole, gates, shapes, number_of), graph)
    except GradcliError as error:
        _point_into(error, head, part)
        raise


def _with_a_name(formula: Formula, name: str) -> str:
    """The text with a name before its last statement, if that has none: without one nothing may follow it."""
    text, last = formula.text, formula.statements[-1]
    return f"{text[: last.start]}{name} = {text[last.start :]}" if last.kind == "output" else text


def _point_into(error: GradcliError, head: str, part: str) -> None:
    """Let an error about the text behind the formula speak of that text alone."""
    if error.text == head + part and error.start >= len(head):
        error.text, error.start, error.end = part, error.start - len(head), error.end - len(head)
        error.also = None


def _found(sought: Graph, graph: Graph) -> int | None:
    """The slot of the output of one graph in another one."""
    known: dict[object, int] = {_leaf(graph, slot): slot for slot, gate in enumerate(graph.gates) if gate is None}
    known |= {(_identity(gate), args): slot for slot, gate, args in graph.steps}
    there: list[int | None] = []
    for slot, gate in enumerate(sought.gates):
        args = tuple([there[a] for a in sought.args[slot]])
        there.append(known.get(_leaf(sought, slot)) if gate is None else _gate_found(gate, args, known))
    return there[sought.output]


def _gate_found(gate: Gate, args: tuple[int | None, ...], known: dict[object, int]) -> int | None:
    """A gate with these operands; a fused one also where the formula has its parts, as they are used elsewhere, too."""
    found = known.get((_identity(gate), args))
    if found is not None or not isinstance(gate, Composite):
        return found
    inner = gate.inner
    there = [known.get(_leaf(inner, slot)) if slot in inner.constants else None for slot in range(len(inner.gates))]
    there[: len(args)] = args
    for slot, inside, operands in inner.steps:
        there[slot] = _gate_found(inside, tuple([there[a] for a in operands]), known)
    return there[inner.output]


def _identity(gate: Gate) -> object:
    return (gate.name, gate.sign) if isinstance(gate, Composite) else gate


def _leaf(graph: Graph, slot: int) -> object:
    if slot < len(graph.inputs):
        return graph.inputs[slot]
    value = graph.constants[slot]
    return (value.tobytes(), value.shape) if hasattr(value, "tobytes") else (value,)
