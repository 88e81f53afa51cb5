"""Gates that are made of several nodes: the square of a sum, and functions that were spelled out."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from gradcli.graph.builder import Builder, copy_leaves, is_rule
from gradcli.graph.gatesets import Lecture
from gradcli.graph.symbols import Symbol, SymbolMath
from gradcli.graph.tape import Composite, Gate, Graph
from gradcli.rules.rule import Rule
from gradcli.rules.table import RULES


def fuse_squares(graph: Graph) -> Graph:
    """The graph in which the square of a sum or a difference is one gate, unless the sum is used or named itself."""
    uses = [len(edges) for edges in graph.consumers()]
    builder, new = _start(graph)
    for slot, gate, operands in graph.steps:
        builder.span = graph.spans[slot]
        inner = graph.gates[operands[0]]
        if (
            is_rule(gate, "square")
            and inner
            and uses[operands[0]] == 1
            and operands[0] not in graph.names
            and (fused := _squares().get(inner.name))
        ):
            new[slot] = builder.apply(fused, tuple(new[a] for a in graph.args[operands[0]]))
        else:
            new[slot] = builder.apply(gate, tuple(new[a] for a in operands))
    return _finish(graph, builder, new)


def recognise(graph: Graph) -> Graph:
    """The graph in which functions that were spelled out (σ as 1/(1 + e^−x)) are one gate each.

    A node with a name of its own stays a node: a spelling is not looked for across it.
    """
    builder, new = _start(graph)
    for slot, gate, operands in graph.steps:
        builder.span = graph.spans[slot]
        found = builder.apply(gate, tuple(new[a] for a in operands))
        for rule, pattern in _patterns().get(_root_name(builder.gates[found]), ()):
            bound = _match(builder, found, pattern)
            if bound is not None:
                found = builder.apply(rule, bound)
                break
        new[slot] = found
        if slot in graph.names:
            builder.names[found] = graph.names[slot]
    return _finish(graph, builder, new)


@cache
def _squares() -> dict[str, Composite]:
    return {name: _square_of(name, sign) for name, sign in (("add", "(· + ·)²"), ("sub", "(· − ·)²"))}


def _square_of(name: str, sign: str) -> Composite:
    builder = Builder()
    operands = (builder.input("i1"), builder.input("i2"))
    square = builder.apply(RULES["square"], (builder.apply(RULES[name], operands),))
    return Composite(f"square_of_{name}", sign, builder.finish(square))


def _start(graph: Graph) -> tuple[Builder, dict[int, int]]:
    builder = Builder()
    new = copy_leaves(graph, builder)
    for slot, value in graph.constants.items():
        new[slot] = builder.constant(value, graph.symbols.get(slot))
    return builder, new


def _finish(graph: Graph, builder: Builder, new: dict[int, int]) -> Graph:
    builder.names = {new[slot]: name for slot, name in graph.names.items() if slot in new}
    return builder.finish(new[graph.output], graph.output_name)


# --- recognising a spelling -------------------------------------------------------------------------------------------

_MOST_TERMS = 8
"""Terms up to which the spelling of an operation with any number of operands is recognised."""

_RECOGNISED_FAMILIES = {"activation", "hyperbolic"}
_RECOGNISED_OTHERS = {"logaddexp", "logit", "normcdf"}
"""What a course has a name for. Other spellings are the gates that the lecture writes: λ ln(p) is a product there."""


@cache
def _patterns() -> dict[str, list[tuple[Rule, Graph]]]:
    """Spellings of all rules as small graphs, by the name of the gate at their root; the largest first."""
    found: dict[str, list[tuple[Rule, Graph]]] = {}
    for rule in RULES.values():
        if rule.family in _RECOGNISED_FAMILIES or rule.name in _RECOGNISED_OTHERS:
            for pattern in _spellings(rule):
                root = pattern.gates[pattern.output]
                if root is not rule:
                    found.setdefault(_root_name(root), []).append((rule, pattern))
    for patterns in found.values():
        patterns.sort(key=lambda entry: -len(entry[1].steps))
    return found


def _spellings(rule: Rule) -> Iterator[Graph]:
    count = rule.arity + len(rule.defaults)
    for spelling in rule.spelled:
        for terms in range(count, _MOST_TERMS + 1) if rule.variadic else (count,):
            builder = Builder()
            lecture = Lecture(builder)
            operands = [Symbol(lecture, builder.input(f"i{k}")) for k in range(terms)]
            written = spelling(SymbolMath(lecture), *operands)
            if isinstance(written, Symbol) and builder.gates[written.slot] is not None:
                yield builder.finish(written.slot)


def _root_name(gate: Gate | None) -> str:
    return gate.name if gate is not None else ""


def _match(builder: Builder, slot: int, pattern: Graph) -> tuple[int, ...] | None:
    """The slots that the pattern's inputs stand for if the pattern fits at `slot`, else None."""
    for bound in _fits(builder, slot, pattern, pattern.output, {}):
        if len(bound) == len(pattern.inputs):
            return tuple(bound[k] for k in range(len(pattern.inputs)))
    return None


def _fits(builder: Builder, slot: int, pattern: Graph, at: int, bound: dict[int, int]) -> Iterator[dict[int, int]]:
    # Recursive on the depth of the pattern, which is a handful, never on that of the formula.
    if at < len(pattern.inputs):
        if bound.get(at, slot) == slot:
            yield {**bound, at: slot}
        return
    if at in pattern.constants:
        if not builder.shapes[slot] and builder.constants.get(slot) == pattern.constants[at]:
            yield bound
        return
    if builder.gates[slot] is not pattern.gates[at] or (slot in builder.names and at != pattern.output):
        return
    operands, wanted = builder.args[slot], pattern.args[at]
    if len(operands) != len(wanted):
        return
    orders = [wanted, wanted[::-1]] if _root_name(pattern.gates[at]) in ("add", "mul") else [wanted]
    for order in orders:
        yield from _fits_all(builder, operands, pattern, order, bound)


def _fits_all(builder: Builder, operands: tuple[int, ...], pattern: Graph, order: tuple[int, ...],
              bound: dict[int, int]) -> Iterator[dict[int, int]]:  # fmt: skip
    if not operands:
        yield bound
        return
    for partly in _fits(builder, operands[0], pattern, order[0], bound):
        yield from _fits_all(builder, operands[1:], pattern, order[1:], partly)
