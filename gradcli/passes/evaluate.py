"""A formula at a point: read, built, run forward and backward, all in one call."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gradcli.graph.build import build
from gradcli.graph.formula_at import read_at
from gradcli.graph.gatesets import GateSet
from gradcli.graph.point import Binding, shapes
from gradcli.graph.tape import Graph
from gradcli.language import Formula, GradcliError, canonical
from gradcli.language.suggest import did_you_mean, nearest
from gradcli.passes.backward import Backward, run_backward
from gradcli.passes.forward import TOO_LARGE, Forward, UndefinedValue, run_forward
from gradcli.passes.seeds import output_gradient
from gradcli.rules.namespace import Ties

if TYPE_CHECKING:
    from gradcli.passes.jacobian import Jacobians


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Everything that is known of a formula at a point.

    Attributes:
        formula: as it was read.
        graph: in the gates asked for.
        at: the bound names, as the formula writes them, and their values.
        forward: the forward pass.
        backward: the backward pass; None where the value is an array and only its Jacobians were asked for.
        wrt: the names whose derivatives were asked for.
        notes: what the writer of the formula should know.
        jacobians: the Jacobians of the value by every slot, if they were asked for.
    """

    formula: Formula
    graph: Graph
    at: dict[str, Any]
    forward: Forward
    backward: Backward | None
    wrt: tuple[str, ...]
    notes: tuple[str, ...]
    jacobians: Jacobians | None = None

    @property
    def value(self) -> Any:
        """The value of the output: a float or an array."""
        return self.forward.output

    @property
    def gradient(self) -> dict[str, Any]:
        """The derivative of the output by each name of `wrt`, in the shape of that name's value.

        It is 0 by names the output does not depend on. Nothing is known where only Jacobians were asked for.
        """
        if self.backward is None:
            return {}
        by_name = dict(zip(self.graph.inputs, self.backward.gradient(), strict=True))
        return {name: by_name[name] if name in by_name else nothing(self.at[name]) for name in self.wrt}


class UndefinedFormula(GradcliError):  # noqa: N818  (as UndefinedValue)
    """The formula has no value at the point; `forward` and `at` hold what is known up to the node that has none."""

    def __init__(self, formula: Formula, at: Mapping[str, Any], cause: UndefinedValue) -> None:
        start, end = cause.span
        hint = "choose a point inside the domain of every operation" if at else "change the formula"
        if TOO_LARGE in cause.reason:
            hint = "write functions such as σ and tanh by their names: their gates stay finite"
        super().__init__("undefined-value", f"undefined value: {cause.reason}", text=formula.text, start=start,
                         end=end, hint=hint)  # fmt: skip
        self.formula = formula
        self.at = dict(at)
        self.forward = cause.forward
        self.slot = cause.slot
        self.reason = cause.reason


def evaluate(
    text: str,
    point: Mapping[str, Binding],
    *,
    wrt: Sequence[str] | None = None,
    gates: GateSet = "lecture",
    ties: Ties = "split",
    strict: bool = False,
    seed: int = 0,
    seed_gradient: Any = None,
    jacobian: bool = False,
    optional_gradient: bool = False,
) -> Evaluation:
    """Read a formula and run it forward and backward at a point.

    Args:
        text: the formula.
        point: the bindings, by canonical name.
        wrt: names whose derivatives are wanted; all bound names by default.
        gates: the gate set.
        ties: which of several equal operands of max and min gets the derivative.
        strict: never split a name into a product.
        seed: of the random numbers that names declared without a value get.
        seed_gradient: for a formula whose value is an array, the derivative by that value: "ones", or an array of its
            shape.
        jacobian: whether the Jacobians of the value by the names are wanted.
        optional_gradient: whether a value that is an array needs no gradient to begin with: there is none then.

    Raises:
        GradcliError: the formula cannot be read, a variable has no value, a name in `wrt` is not bound, shapes do not
            fit, or the value is an array and neither its gradient nor the Jacobian was asked for.
        UndefinedFormula: the formula has no value at the point.
    """
    formula, point = read_at(text, point, seed=seed, strict=strict)
    shown = {variable.key: variable.name for variable in formula.inputs}
    point, hidden = _without_hidden(formula, point)
    at = {shown.get(key, binding.name): binding.value for key, binding in point.items()}
    names = _wanted(wrt, point, shown)
    graph = build(formula, gates, shapes(point), lambda key: _number(point[key].value))
    values = [point[variable.key].value for variable in formula.inputs]
    try:
        forward = run_forward(graph, values, ties)
    except UndefinedValue as undefined:
        raise UndefinedFormula(formula, at, undefined) from None
    start = output_gradient(graph, seed_gradient, optional=jacobian or optional_gradient)
    backward = None if start is None else run_backward(forward, start)
    notes = (*formula.notes, *hidden, *graph.notes, *_unused(formula, graph, at))
    return Evaluation(formula, graph, at, forward, backward, names, notes, _jacobians(forward) if jacobian else None)


def _number(value: Any) -> float | None:
    return value if isinstance(value, float) else None


def _jacobians(forward: Forward) -> Jacobians:
    from gradcli.passes.jacobian import run_jacobians  # most formulas are about numbers, and need no NumPy

    return run_jacobians(forward)


def nothing(value: Any) -> Any:
    """A derivative of 0 by a value."""
    return 0.0 if isinstance(value, float) else abs(0.0 * value)


def _without_hidden(formula: Formula, point: Mapping[str, Binding]) -> tuple[dict[str, Binding], list[str]]:
    """The point without names that only the formula's own assignments use, and notes on those."""
    used = {variable.key for variable in formula.inputs}
    assigned = {canonical(s.name or "") for s in formula.statements if s.kind == "assign"}
    hidden = [b for key, b in point.items() if key in assigned - used]
    notes = [f"the value of {b.name} is not used: the formula assigns {b.name} itself" for b in hidden]
    return {key: b for key, b in point.items() if key not in assigned - used}, notes


def _wanted(wrt: Sequence[str] | None, point: Mapping[str, Binding], shown: Mapping[str, str]) -> tuple[str, ...]:
    if wrt is None:
        return tuple(shown.get(key, binding.name) for key, binding in point.items())
    names = []
    for name in wrt:
        key = canonical(name.strip())
        if key not in point:
            known = [binding.name for binding in point.values()]
            raise GradcliError("unknown-wrt", f"'{name.strip()}' in --wrt has no value", hint=did_you_mean(
                nearest(name.strip(), known)) or f"bound are: {', '.join(known) or 'no names'}")  # fmt: skip
        names.append(shown.get(key, point[key].name))
    return tuple(dict.fromkeys(names))


def _unused(formula: Formula, graph: Graph, at: Mapping[str, Any]) -> list[str]:
    """Notes on what the output does not depend on."""
    consumers = graph.consumers()
    used = {name for slot, name in enumerate(graph.inputs) if consumers[slot] or graph.output == slot}
    notes = [f"{graph.output_name} does not depend on {name}: its derivative is 0" for name in at if name not in used]
    reached = {
        node.value for s in formula.statements for node in formula.nodes[s.first : s.root + 1] if node.op == "ref"
    }
    for place, statement in enumerate(formula.statements[:-1]):
        if statement.kind == "assign" and place not in reached:
            notes.append(f"{statement.name} is not used by the output")
    return notes
