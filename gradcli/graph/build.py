"""A formula becomes a graph: one loop over the syntax tree, whatever its depth."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from gradcli.graph.blocks import write_block
from gradcli.graph.builder import LARGEST, Builder
from gradcli.graph.fusion import fuse_squares, recognise
from gradcli.graph.gatesets import GateSet, Lecture, Primitive
from gradcli.graph.places import held, misfit, parts, spoken
from gradcli.graph.statements import one_gate_a_statement
from gradcli.graph.tape import Composite, Graph
from gradcli.graph.vocabulary import RuleVocabulary
from gradcli.language import Formula, GradcliError, Node, Statement, canonical, parse
from gradcli.rules.shape import Mismatch, Shape

DEEPEST_GATE = 50
"""How deeply gates that the user defines may be nested in each other."""

_MOST_PRIMES = 3

_ALL_NUMBERS: Mapping[str, Shape] = MappingProxyType({})

_ARITHMETIC = frozenset(("add", "sub", "mul", "dot", "div", "pow", "neg"))
"""Operations that between numbers always fit, and about which nothing is to be said."""

_HELD = ("slice", "keyword", "entries")
"""Places of the syntax tree that are no values: what holds them reads them."""

_CONSTANTS = {"e": 2.718281828459045, "π": 3.141592653589793}


def read(
    text: str, bound: Collection[str] | None = None, *, arrays: Collection[str] | None = (), strict: bool = False
) -> Formula:
    """Read a formula over all rules of the table; see `gradcli.language.parse`."""
    return parse(text, RuleVocabulary(), bound, arrays=arrays, strict=strict)


def build(
    formula: Formula,
    gates: GateSet = "lecture",
    shapes: Mapping[str, Shape] = _ALL_NUMBERS,
    number_of: Callable[[str], float | None] = lambda _: None,
) -> Graph:
    """The graph of a formula in one of the gate sets.

    Args:
        formula: as it was read.
        gates: the gate set.
        shapes: by canonical name the shapes of the inputs; what is not named is declared by the formula, or a number.
        number_of: the value of the input of that canonical name, if it is known and a number: an index may be one.

    Raises:
        GradcliError: shapes do not fit, the graph would be too large, or its gates are nested too deeply.
    """
    construction = _Construction(formula, gates, shapes, number_of)
    graph = _regroup(construction.graph(), gates)
    graph = one_gate_a_statement(graph) if gates == "named" else graph
    return replace(graph, notes=tuple(construction.notes)) if construction.notes else graph


def _regroup(graph: Graph, gates: GateSet) -> Graph:
    """What a gate set makes of several nodes, because that depends on who else uses them."""
    if gates == "coarse":
        graph = recognise(graph)
    return graph if gates == "primitive" else fuse_squares(graph)


_Outer = tuple[str, int]
"""A value from outside a definition: "input" or "ref", and its place."""


@dataclass(slots=True)
class _Frame:
    """One run through the nodes of a statement; a call of a user's function starts another one.

    `slots` maps nodes to slots; `answer` is the node of the caller that waits for the result.
    """

    statement: Statement
    operands: tuple[int, ...]
    slots: dict[int, int] = field(default_factory=dict)
    at: int = 0
    answer: int = -1

    def __post_init__(self) -> None:
        self.at = self.statement.first


class _Construction:
    """The construction of one graph.

    Attributes:
        values: for each place of an assigning statement the slot of its value.
        composites: for each place of a gate's definition the gate.
        captured: for each place of a gate's definition the outer values that it uses.
        steps: for each place of a definition how many nodes of the syntax tree a call runs through.
    """

    def __init__(
        self, formula: Formula, gates: GateSet, shapes: Mapping[str, Shape], number_of: Callable[[str], float | None]
    ) -> None:
        self.formula = formula
        self.gates = gates
        self._number_of = number_of
        self.shapes = {**{d.key: d.shape for d in formula.declarations}, **shapes}
        self.values: dict[int, int] = {}
        self.composites: dict[tuple[int, tuple[Shape, ...]], Composite] = {}
        self.captured: dict[int, list[_Outer]] = {}
        self.steps: dict[int, int] = {}
        self.notes: dict[str, None] = {}
        self._spent = 0
        self._nested = 0

    def graph(self) -> Graph:
        """The graph in the gates that one operation at a time becomes."""
        builder = Builder()
        for variable in self.formula.inputs:
            slot = builder.input(variable.name, self.shapes.get(variable.key, ()))
            if (number := self._number_of(variable.key)) is not None:
                builder.known_inputs[slot] = number
        writer = self._writer(builder)
        names = self._shown_names()
        last = len(self.formula.statements) - 1
        output = -1
        for place, statement in enumerate(self.formula.statements):
            steps = self._count(statement)
            if statement.kind == "define":
                self.steps[place] = steps
                continue
            self._spend(statement, steps)
            if statement.kind == "gate":
                self.steps[place] = 1
                self.captured[place] = self._captures(statement)
            else:
                output = self.values[place] = self._run(writer, statement, ())
                self._name(builder, output, names, place)
        graph = builder.finish(output, names[last])
        inside = sum(gate.size * gate.depth for _, gate, _ in graph.steps if isinstance(gate, Composite))
        if inside > LARGEST:
            raise _too_large(self.formula, self.formula.output, f"the gates hold more than {LARGEST:,} nodes")
        return graph

    def _writer(self, builder: Builder) -> Lecture:
        return Primitive(builder) if self.gates == "primitive" else Lecture(builder)

    # --- names ------------------------------------------------------------------------------------------------------

    def _name(self, builder: Builder, slot: int, names: Mapping[int, str], place: int) -> None:
        """Give a slot the name of its statement; the name of the output is a label only beside other names."""
        if len(names) > 1 and builder.gates[slot] is not None:
            builder.names.setdefault(slot, names[place])
        elif builder.shapes[slot] and slot in builder.constants:
            builder.symbols.setdefault(slot, names[place])

    def _shown_names(self) -> dict[int, str]:
        """The names that are shown: with a prime for each earlier thing of that name (c, c′, c′′, c′′′, c_4)."""
        taken = {variable.key for variable in self.formula.inputs}
        primes: Counter[str] = Counter()
        shown = {}
        for place, statement in enumerate(self.formula.statements):
            if statement.kind not in ("assign", "output"):
                continue
            name = statement.name or self._free_name()
            key = canonical(name)
            while canonical(_primed(name, primes[key])) in taken:
                primes[key] += 1
            shown[place] = _primed(name, primes[key])
            taken.add(canonical(shown[place]))
        return shown

    def _free_name(self) -> str:
        """A name for an output that has none."""
        taken = {variable.key for variable in self.formula.inputs}
        taken |= {canonical(s.name) for s in self.formula.statements if s.name is not None}
        return next(name for name in ("f", "g", "h", "out", "output", "result", "value_") if name not in taken)

    # --- running through statements ---------------------------------------------------------------------------------

    def _run(self, writer: Lecture, statement: Statement, operands: tuple[int, ...]) -> int:
        """The slot of a statement's value; calls of functions are replayed on a stack of frames."""
        nodes = self.formula.nodes
        frames = [_Frame(statement, operands)]
        while True:
            frame = frames[-1]
            slots = frame.slots
            while frame.at <= frame.statement.root:
                node = nodes[frame.at]
                if node.op == "invoke" and int(node.value or 0) not in self.captured:
                    called = self.formula.statements[int(node.value or 0)]
                    frames.append(_Frame(called, tuple(slots[a] for a in node.args), answer=frame.at))
                    frame.at += 1
                    break
                writer.builder.span = (node.start, node.end)
                slots[frame.at] = self._slot(writer, node, frame)
                frame.at += 1
            else:
                result = slots[frame.statement.root]
                if len(frames) == 1:
                    return result
                answer = frames.pop().answer
                frames[-1].slots[answer] = result

    def _count(self, statement: Statement) -> int:
        """How many nodes a run through a statement takes, with all functions that are called in it."""
        count = statement.root - statement.first + 1
        if self.steps:
            nodes = self.formula.nodes[statement.first : statement.root + 1]
            count += sum(self.steps[int(node.value or 0)] for node in nodes if node.op == "invoke")
        return min(count, LARGEST + 1)

    def _spend(self, statement: Statement, steps: int) -> None:
        # Counted before it is run: functions that call each other twice would keep it busy for a long time.
        self._spent += steps
        if self._spent > LARGEST:
            raise _too_large(self.formula, statement, f"the formula takes more than {LARGEST:,} steps to write out")

    def _slot(self, writer: Lecture, node: Node, frame: _Frame) -> int:
        value = node.value
        if node.op == "number":
            return writer.constant(float(value or 0.0))
        if node.op == "constant":
            return writer.constant(_CONSTANTS[str(value)], str(value))
        if node.op == "input":
            return self._outer(writer, "input", int(value or 0))
        if node.op == "ref":
            return self._outer(writer, "ref", int(value or 0))
        if node.op == "parameter":
            return frame.operands[int(value or 0)]
        if node.op in _ARITHMETIC and not writer.builder.arrays:
            slots = frame.slots
            return writer.emit(node.op, tuple([slots[a] for a in node.args]))
        return self._general_slot(writer, node, frame)

    def _general_slot(self, writer: Lecture, node: Node, frame: _Frame) -> int:
        """The slot of what may be about arrays: a call, an index, an operation on vectors and matrices."""
        value = node.value
        try:
            if node.op in _HELD:
                return held(frame.slots, node)
            if node.op == "block":
                return write_block(writer, self.formula, node, frame.slots)
            operands = tuple(frame.slots[a] for a in node.args)
            if node.op == "invoke":
                called = int(value or 0)
                outer = tuple(self._outer(writer, kind, place) for kind, place in self.captured[called])
                operands += outer
                shapes = tuple(map(writer.shape, operands))
                return writer.builder.apply(self._composite(called, shapes), operands)
            operation, operands, settings = parts(writer.builder, self.formula, frame.slots, node)
            slot = writer.emit(operation, operands, settings)
        except Mismatch as mismatch:
            raise misfit(self.formula, node, frame.slots, writer.builder, mismatch) from None
        except GradcliError as fault:
            if fault.text is None:  # the builder knows of no text
                fault.text, fault.start, fault.end = self.formula.text, node.start, node.end
            raise
        if writer.builder.arrays and (said := spoken(self.formula, node, operands, writer.builder)):
            self.notes[said] = None
        return slot

    def _outer(self, writer: Lecture, kind: str, place: int) -> int:
        """The slot of an input or of an assigned name; inside a gate, of the operand that brings it in."""
        if isinstance(writer.builder, _InnerBuilder):
            return writer.builder.outer[kind, place]
        return place if kind == "input" else self.values[place]

    def _composite(self, place: int, shapes: tuple[Shape, ...]) -> Composite:
        """A user's gate on operands of these shapes; outer values that it uses are operands behind those it names."""
        known = self.composites.get((place, shapes))
        if known is None:
            statement = self.formula.statements[place]
            if self._nested > DEEPEST_GATE:
                raise self._too_deep(statement)
            self._nested += 1
            known = self.composites[place, shapes] = self._new_composite(place, statement, shapes)
            self._nested -= 1
        return known

    def _new_composite(self, place: int, statement: Statement, shapes: tuple[Shape, ...]) -> Composite:
        captured = self.captured[place]
        builder = _InnerBuilder(len(statement.parameters), captured, shapes)
        output = self._run(self._writer(builder), statement, tuple(range(len(statement.parameters))))
        inner = _regroup(builder.finish(output), self.gates)
        sign = f"{statement.name}({', '.join('·' * len(inner.inputs))})"
        composite = Composite("gate", sign, inner)
        if composite.depth > DEEPEST_GATE:
            raise self._too_deep(statement)
        if composite.size * composite.depth > LARGEST:
            raise _too_large(self.formula, statement, f"the gate holds more than {LARGEST:,} nodes")
        return composite

    def _too_deep(self, statement: Statement) -> GradcliError:
        return GradcliError("too-large", f"gates are nested more than {DEEPEST_GATE} deep", text=self.formula.text,
                            start=statement.start, end=statement.end,
                            hint="leave the word 'gate' away to spell the function out")  # fmt: skip

    def _captures(self, gate: Statement) -> list[_Outer]:
        """The inputs and assigned names that a gate uses, itself or through what it calls."""
        found: dict[_Outer, None] = {}
        seen: set[int] = set()
        waiting = [gate]
        while waiting:
            statement = waiting.pop()
            for node in self.formula.nodes[statement.first : statement.root + 1]:
                place = int(node.value or 0) if node.op in ("input", "ref", "invoke") else -1
                if node.op in ("input", "ref"):
                    found[node.op, place] = None
                elif node.op == "invoke" and place in self.captured:
                    found.update(dict.fromkeys(self.captured[place]))
                elif node.op == "invoke" and place not in seen:
                    seen.add(place)
                    waiting.append(self.formula.statements[place])
        return list(found)


class _InnerBuilder(Builder):
    """The builder of a gate: its inputs are the gate's parameters, then the outer values it uses."""

    def __init__(self, parameters: int, captured: list[_Outer], shapes: tuple[Shape, ...]) -> None:
        super().__init__()
        for place, shape in enumerate(shapes, 1):
            self.input(f"i{place}", shape)
        self.outer = {outer: parameters + place for place, outer in enumerate(captured)}


def _primed(name: str, count: int) -> str:
    return name + "′" * count if count <= _MOST_PRIMES else f"{name}_{count}"


def _too_large(formula: Formula, statement: Statement, message: str) -> GradcliError:
    return GradcliError("too-large", message, text=formula.text, start=statement.start, end=statement.end,
                        hint="a function that calls another one twice doubles it each time")  # fmt: skip
