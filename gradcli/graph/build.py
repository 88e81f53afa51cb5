"""A formula becomes a graph: one loop over the syntax tree, whatever its depth."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field

from gradcli.graph.builder import LARGEST, Builder
from gradcli.graph.fusion import fuse_squares, recognise
from gradcli.graph.gatesets import GateSet, Lecture, Primitive
from gradcli.graph.statements import one_gate_a_statement
from gradcli.graph.tape import Composite, Graph, nested
from gradcli.graph.vocabulary import RuleVocabulary
from gradcli.language import Formula, GradcliError, Node, Statement, canonical, parse

DEEPEST_GATE = 50
"""How deeply gates that the user defines may be nested in each other."""

_CONSTANTS = {"e": 2.718281828459045, "π": 3.141592653589793}


def read(text: str, bound: Collection[str] | None = None, *, strict: bool = False) -> Formula:
    """Read a formula over all rules of the table; see `gradcli.language.parse`."""
    return parse(text, RuleVocabulary(), bound, strict=strict)


def build(formula: Formula, gates: GateSet = "lecture") -> Graph:
    """The graph of a formula in one of the gate sets.

    Raises:
        GradcliError: the graph would be too large, or its gates are nested too deeply.
    """
    graph = _Construction(formula, gates).graph()
    if gates == "coarse":
        graph = recognise(graph)
    if gates != "primitive":
        graph = fuse_squares(graph)
    if gates == "named":
        graph = one_gate_a_statement(graph)
    return graph


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
    def __init__(self, formula: Formula, gates: GateSet) -> None:
        self.formula = formula
        self.gates = gates
        self.values: dict[int, int] = {}  # place of an assigning statement -> slot
        self.composites: dict[int, Composite] = {}
        self.captured: dict[int, list[_Outer]] = {}
        self._effort = 0

    def graph(self) -> Graph:
        builder = Builder()
        for variable in self.formula.inputs:
            builder.input(variable.name)
        writer = self._writer(builder)
        names = self._shown_names()
        output = -1
        for place, statement in enumerate(self.formula.statements):
            if statement.kind in ("define", "gate"):
                self.captured[place] = self._captures(statement)
                if statement.kind == "gate":
                    self.composites[place] = self._composite(place, statement)
            else:
                output = self.values[place] = self._run(writer, statement, ())
                if place in names and builder.gates[output] is not None:
                    builder.names.setdefault(output, names[place])
        return builder.finish(output, self._output_name())

    def _writer(self, builder: Builder) -> Lecture:
        return Primitive(builder) if self.gates == "primitive" else Lecture(builder)

    # --- names ------------------------------------------------------------------------------------------------------

    def _output_name(self) -> str:
        name = self.formula.output.name
        if name is not None:
            return self._primed(len(self.formula.statements) - 1)
        taken = {variable.key for variable in self.formula.inputs}
        taken |= {canonical(s.name) for s in self.formula.statements if s.name is not None}
        return next(name for name in ("f", "g", "h", "out", "output", "result", "value_") if name not in taken)

    def _shown_names(self) -> dict[int, str]:
        """Names of the intermediates; the output is one only beside others."""
        places = [p for p, s in enumerate(self.formula.statements) if s.kind in ("assign", "output")]
        if len(places) == 1:
            return {}
        last = places[-1]
        return {**{p: self._primed(p) for p in places[:-1]}, last: self._output_name()}

    def _primed(self, place: int) -> str:
        """A name with one prime for each earlier thing of that name: c, c′, c″ ..."""
        name = self.formula.statements[place].name or ""
        earlier = Counter(canonical(s.name) for s in self.formula.statements[:place] if s.name and s.kind == "assign")
        used_before = any(v.key == canonical(name) for v in self.formula.inputs)
        return name + "′" * (earlier[canonical(name)] + used_before)

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
                if node.op == "invoke" and int(node.value or 0) not in self.composites:
                    called = self.formula.statements[int(node.value or 0)]
                    frames.append(_Frame(called, tuple(slots[a] for a in node.args), answer=frame.at))
                    frame.at += 1
                    break
                writer.builder.span = (node.start, node.end)
                slots[frame.at] = self._slot(writer, node, frame)
                frame.at += 1
                self._spend()
            else:
                result = slots[frame.statement.root]
                if len(frames) == 1:
                    return result
                answer = frames.pop().answer
                frames[-1].slots[answer] = result

    def _spend(self) -> None:
        self._effort += 1
        if self._effort > LARGEST:
            raise GradcliError("too-large", f"the formula takes more than {LARGEST:,} steps to write out",
                               hint="a function that calls another one twice doubles it each time")  # fmt: skip

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
        operands = tuple(frame.slots[a] for a in node.args)
        if node.op == "invoke":
            called = int(value or 0)
            outer = tuple(self._outer(writer, kind, place) for kind, place in self.captured[called])
            return writer.builder.apply(self.composites[called], operands + outer)
        return writer.emit(str(value) if node.op == "call" else node.op, operands)

    def _outer(self, writer: Lecture, kind: str, place: int) -> int:
        """The slot of an input or of an assigned name; inside a gate, of the operand that brings it in."""
        if isinstance(writer.builder, _InnerBuilder):
            return writer.builder.outer[kind, place]
        return place if kind == "input" else self.values[place]

    def _composite(self, place: int, statement: Statement) -> Composite:
        """A user's gate; outer values that it uses become operands behind those it names."""
        captured = self.captured[place]
        builder = _InnerBuilder(len(statement.parameters), captured)
        output = self._run(self._writer(builder), statement, tuple(range(len(statement.parameters))))
        inner = builder.finish(output)
        if self.gates != "primitive":
            inner = fuse_squares(inner)
        depth = nested(inner)
        if depth > DEEPEST_GATE:
            raise GradcliError("too-large", f"gates are nested more than {DEEPEST_GATE} deep", text=self.formula.text,
                               start=statement.start, end=statement.end,
                               hint="leave the word 'gate' away to spell the function out")  # fmt: skip
        sign = f"{statement.name}({', '.join('·' * len(inner.inputs))})"
        return Composite("gate", sign, inner, depth=depth)

    def _captures(self, statement: Statement) -> list[_Outer]:
        """The inputs and assigned names that a definition uses, itself or through what it calls."""
        found: dict[_Outer, None] = {}
        for node in self.formula.nodes[statement.first : statement.root + 1]:
            if node.op in ("input", "ref"):
                found[node.op, int(node.value or 0)] = None
            elif node.op == "invoke":
                found.update(dict.fromkeys(self.captured[int(node.value or 0)]))
        return list(found)


class _InnerBuilder(Builder):
    """The builder of a gate: its inputs are the gate's parameters, then the outer values it uses."""

    def __init__(self, parameters: int, captured: list[_Outer]) -> None:
        super().__init__()
        for place in range(parameters + len(captured)):
            self.input(f"i{place + 1}")
        self.outer = {outer: parameters + place for place, outer in enumerate(captured)}
