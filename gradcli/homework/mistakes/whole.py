"""Mistakes of the whole backward pass: it starts with another number, or all nodes are treated in one wrong way."""

# ruff: noqa: ARG005 - every line takes the namespace and the output, needed or not

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from gradcli.graph.tape import Composite, Gate
from gradcli.homework.marking.own import Replay
from gradcli.homework.mistakes.local_slips import TABLE, Line
from gradcli.homework.mistakes.rewired import Wiring, misread, same
from gradcli.homework.mistakes.slip import Slip
from gradcli.homework.mistakes.sweeps import EVERYWHERE, gradients, swept
from gradcli.homework.mistakes.updates import updated_weights
from gradcli.homework.mistakes.wrong_values import DEGREES, WRONG_VALUES, wrong_gate
from gradcli.homework.problems.problem import Problem
from gradcli.rules.rule import Local, Rule

_SQUARES = ("square", "square_of_add", "square_of_sub", "mse")


def slips(problem: Problem, state: Replay | None = None) -> Iterator[Slip]:
    """The mistakes of whole backward passes.

    Args:
        problem: which.
        state: the passes with a student's own numbers; None for the truth.
    """
    if problem.backward is None:
        return
    yield from _starts(problem, state)
    for says, keep in _KEPT:
        yield from _gathered(problem, state, says, keep)
    for names in (("sub", "neg"), tuple(_NO_MINUS)):
        yield from _wired(problem, state, "sign", _NO_SIGN, _without_minus(problem, names))
    yield from _systematic(problem, state)
    yield from _wired(problem, state, "local-omitted", _ALL_PASSED_ON, _passed_on(problem))
    yield from _put_together(problem, state)
    yield from _wired(problem, state, DEGREES, "All angles are in radians; the calculator was set to degrees.",
                      _degrees(problem))  # fmt: skip
    yield from updated_weights(problem, state)


# --- another start ----------------------------------------------------------------------------------------------------


def _starts(problem: Problem, state: Replay | None) -> Iterator[Slip]:
    """The gradient at the output is not 1; a factor of all gradients, so a change of what arrives there."""
    output = problem.graph.output
    name, place = problem.naming.called(output), problem.naming.place(output)
    value = problem.forward.values[output] if state is None else state.values[output]
    starts: list[tuple[str, str, float]] = []
    if _ends_in(problem, _SQUARES):
        starts += [("loss-factor", f"The factor 2 of the square in {place} is missing in the backward pass.", 0.5),
                   ("loss-factor", f"The factor 2 of the square in {place} was counted twice.", 2.0)]  # fmt: skip
    for factor in _factors(problem):
        starts.append(("loss-factor", f"The constant factor in {place} is missing in the backward pass.", 1 / factor))
    starts += [("seed", f"The backward pass starts with 1 at {name}, not with the value of {name}.", value),
               ("seed", f"The backward pass starts with 1 at {name}, not with −1.", -1.0)]  # fmt: skip
    for mistake, says, start in starts:
        if start not in (0.0, 1.0):
            yield Slip(mistake, output, says, place, change=start - 1.0)


def _ends_in(problem: Problem, names: tuple[str, ...]) -> bool:
    """Whether the output is made by these gates alone, with sums, means and constant factors after them."""
    graph, waiting, seen = problem.graph, [problem.graph.output], set[int]()
    while waiting:
        slot = waiting.pop()
        gate = graph.gates[slot]
        if slot in seen or slot in graph.constants or (gate is not None and gate.name in names):
            continue
        seen.add(slot)
        if gate is None:
            return False
        linear = gate.name in ("mul", "div") and len(_computed(problem, slot)) < len(graph.args[slot])
        if not linear and gate.name not in ("add", "sub", "sum", "mean", "neg"):
            return False
        waiting += graph.args[slot]
    return True


def _computed(problem: Problem, slot: int) -> list[int]:
    return [operand for operand in problem.graph.args[slot] if operand not in problem.graph.constants]


def _factors(problem: Problem) -> Iterator[float]:
    """The constant that the output is a multiple of."""
    graph, slot = problem.graph, problem.graph.output
    gate, args = graph.gates[slot], graph.args[slot]
    if gate is not None and gate.name in ("mul", "div") and len(args) == 2:
        for operand in args:
            number = graph.number(operand)
            if number:
                yield number if gate.name == "mul" else 1 / number


# --- branches gathered wrongly at every node --------------------------------------------------------------------------

_KEPT: tuple[tuple[str, Callable[[Any, Any], Any]], ...] = (
    ("Where nodes feed several others, as {nodes} do, only the branch that came last was kept: gradients add up.",
     lambda before, new: new),
    ("Where nodes feed several others, as {nodes} do, only the branch that came first was kept: gradients add up.",
     lambda before, new: before),
)  # fmt: skip


def _gathered(problem: Problem, state: Replay | None, says: str, keep: Callable[[Any, Any], Any]) -> Iterator[Slip]:
    first: list[int] = []

    def gather(slot: int, before: Any, new: Any) -> Any:
        kept = keep(before, new)
        if slot not in first and not same(kept, before + new):
            first.append(slot)
        return kept

    numbers = gradients(problem, state, swept(problem, state, gather=gather))
    if numbers and len(first) > 1:  # at one node alone it is the mistake of that node
        place = problem.naming.place(first[0])
        others = " and ".join(problem.naming.called(slot) for slot in sorted(first)[:2])
        yield Slip("branch-overwritten", first[0], says.format(nodes=others), place, numbers=numbers,
                   changes=EVERYWHERE, nodes=tuple(first))  # fmt: skip


# --- one wrong derivative at every node of a kind ---------------------------------------------------------------------

_NO_SIGN = "The minus of local derivatives was forgotten everywhere in the backward pass."

_NO_MINUS: Mapping[str, Local] = {
    "sub": lambda m, o, i, j: (1, 1),
    "neg": lambda m, o, i: (1,),
    "recip": lambda m, o, i: (1 / m.square(i),),
    "cos": lambda m, o, i: (m.sin(i),),
    "rsqrt": lambda m, o, i: (m.cube(o) / 2,),
}


def _without_minus(problem: Problem, names: tuple[str, ...]) -> Wiring:
    wiring: dict[int, tuple[Gate, tuple[int, ...]]] = {}
    for slot, gate, args in problem.graph.steps:
        if isinstance(gate, Rule) and gate.name in names:
            wiring[slot] = _with_local(gate, _NO_MINUS[gate.name]), args
        elif isinstance(gate, Composite) and gate.name == "square_of_sub":
            wiring[slot] = _SQUARE_WITHOUT_MINUS, args
    return wiring


_SQUARE_WITHOUT_MINUS = Rule("square_of_sub", "(· − ·)²", lambda m, i, j: m.square(i - j),
                             lambda m, o, i, j: (2 * (i - j), 2 * (i - j)), "algebra", 2)  # fmt: skip


def _systematic(problem: Problem, state: Replay | None) -> Iterator[Slip]:
    """One wrong local derivative of the table at all gates of its rule: a misconception, not a slip."""
    slots: dict[str, list[tuple[int, Rule]]] = {}
    for slot, gate, _ in problem.graph.steps:
        if isinstance(gate, Rule) and gate.name in TABLE:
            slots.setdefault(gate.name, []).append((slot, gate))
    for name, found in slots.items():
        kinds: dict[tuple[str, str], dict[int, Line]] = {}
        for wrong in TABLE[name]:
            lines = kinds.setdefault((wrong.mistake, wrong.says), {})
            lines.setdefault(wrong.place, wrong.line)
        for (mistake, says), lines in kinds.items():
            gate = _with_local(found[0][1], _some_wrong(found[0][1], lines))
            wiring = {slot: (gate, problem.graph.args[slot]) for slot, _ in found}
            yield from _wired(problem, state, mistake, f"Every time, {says}.", wiring)


def _some_wrong(right: Rule, lines: Mapping[int, Line]) -> Local:
    def local(m: Any, o: Any, *i: Any) -> tuple[Any, ...]:
        slopes = right.local(m, o, *i)
        return tuple([lines[k](m, o, *i) if k in lines else slope for k, slope in enumerate(slopes)])

    return local


def _with_local(right: Rule, local: Local) -> Rule:
    return Rule(right.name, right.sign, right.value, local, right.family, right.arity, right.variadic)


_ALL_PASSED_ON = "At each function the gradient was passed on unchanged: multiply it by the function's derivative."
_ALL_LEFT_OUT = "At each node the gradient that arrives was left out: multiply the local derivative by it."
_ALL_ADDED = "At each node the gradient and the local derivative were added: multiply them."


def _passed_on(problem: Problem) -> Wiring:
    """All functions of one variable with a derivative of 1: their upstream is passed on unchanged."""
    return {
        slot: (_with_local(gate, lambda m, o, i: (1.0 + 0 * i,)), args)
        for slot, gate, args in problem.graph.steps
        if isinstance(gate, Rule) and len(args) == 1 and gate.name != "neg" and args[0] not in problem.graph.constants
    }


def _put_together(problem: Problem, state: Replay | None) -> Iterator[Slip]:
    """Upstream and local put together wrongly at every node with a name; of numbers alone."""
    graph = problem.graph
    nodes = tuple(slot for slot, _, _ in graph.steps if slot in problem.stop and slot not in graph.constants)
    if graph.shapes is not None or len(nodes) < 2:
        return
    values = problem.forward.values if state is None else state.values

    def left_out(slot: int, upstream: Any, operands: list[Any]) -> list[Any]:
        arriving = 1.0 if slot in nodes else upstream
        return list(problem.run.pull(_gate(problem, slot), arriving, values[slot], operands))

    def added(slot: int, upstream: Any, operands: list[Any]) -> list[Any]:
        slopes = problem.run.pull(_gate(problem, slot), 1.0, values[slot], operands)
        return [None if slope is None else slope + upstream for slope in slopes]

    alone = len(nodes) == len(graph.steps)  # a local derivative of several gates is added to nothing gate by gate
    ways = [("upstream-omitted", _ALL_LEFT_OUT, left_out)]
    ways += [("added-not-multiplied", _ALL_ADDED, added)] if alone else []
    for mistake, says, hand in ways:
        numbers = gradients(problem, state, swept(problem, state, hand=hand))
        if numbers:
            slot = nodes[-1]
            yield Slip(mistake, slot, says, problem.naming.place(slot), numbers=numbers, changes=EVERYWHERE,
                       nodes=nodes, hands_back=True)  # fmt: skip


def _gate(problem: Problem, slot: int) -> Gate:
    gate = problem.graph.gates[slot]
    assert gate is not None  # noqa: S101  (only steps hand anything on)
    return gate


def _degrees(problem: Problem) -> Wiring:
    found = {}
    for slot, gate, args in problem.graph.steps:
        for wrong in WRONG_VALUES.get(gate.name, ()) if isinstance(gate, Rule) else ():
            if wrong.mistake == DEGREES and isinstance(gate, Rule):
                found[slot] = wrong_gate(gate, wrong), args
    return found


def _wired(problem: Problem, state: Replay | None, mistake: str, says: str, wiring: Wiring) -> Iterator[Slip]:
    if len(wiring) < 2:  # at one node alone it is the mistake of that node
        return
    numbers = misread(problem, state, wiring)
    if numbers:
        slot = max(wiring)
        yield Slip(mistake, slot, says, problem.naming.place(slot), numbers=numbers, changes=EVERYWHERE,
                   nodes=tuple(wiring), hands_back=True)  # fmt: skip
