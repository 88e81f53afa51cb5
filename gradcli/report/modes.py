"""Forward mode as it is shown: the tangents of each sweep, or both ways side by side with what they cost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Literal

from gradcli.language import GradcliError
from gradcli.passes.counting import Counts, run_counted_backward
from gradcli.passes.evaluate import Evaluation, nothing
from gradcli.passes.tangents import Tangents, run_all_tangents
from gradcli.report.costs import cost_table
from gradcli.report.jsontext import MOST_NUMBERS, Json
from gradcli.report.jsontext import value as json_value
from gradcli.report.nodes import NodeViews, views
from gradcli.report.numbers import NumberStyle, lecture
from gradcli.report.reading import reading
from gradcli.report.screen import Screen
from gradcli.report.sweep_tables import MOST_SWEEPS, SweepTables
from gradcli.report.tables import GradientLine, JacobianBlock, Report, shortened
from gradcli.rules.shape import entries

Mode = Literal["reverse", "forward", "both"]


def tables(
    result: Evaluation, mode: Mode, screen: Screen, style: NumberStyle = lecture, form: str = "table"
) -> str:  # fmt: skip
    """The tables of forward mode, or of both ways, ready to be written.

    Args:
        result: the evaluation; its `wrt` says by which inputs there are sweeps.
        mode: "forward" or "both".
        screen: where it goes.
        style: of the numbers.
        form: "table" for text, or "markdown".

    Raises:
        GradcliError: there would be too many sweeps, or Jacobians that are too large ("too-large").
    """
    shown = modes_report(result, mode, style, ascii_only=screen.ascii_only)
    if form == "markdown":
        from gradcli.report.markdown import report_markdown

        return report_markdown(shown, ascii_only=screen.ascii_only)
    from gradcli.report.textual import report_text

    return report_text(shown, screen)


def modes_report(result: Evaluation, mode: Mode, style: NumberStyle = lecture, *, ascii_only: bool = False) -> Report:
    """The same as tables whose cells are not laid out yet."""
    sweeps = run_all_tangents(result.forward, _wanted(result))
    back = run_counted_backward(result.forward, _wanted(result)) if mode == "both" else None
    writer = SweepTables(result, sweeps, style, ascii_only=ascii_only)
    if back is None:
        made = [writer.sweep(one) for one in sweeps[:MOST_SWEEPS]]
        if len(sweeps) > MOST_SWEEPS:
            left = f"{len(sweeps) - MOST_SWEEPS:,} more sweeps, one for each of the other inputs; --json holds all"
            made[-1] = replace(made[-1], notes=(*made[-1].notes, left))
    else:
        names = [writer.seeded(one) for one in sweeps]
        made = [writer.side_by_side(), cost_table(result.graph, sweeps, names, back)] if sweeps else []
    is_array = bool(result.graph.shape(result.graph.output))
    known = {result.graph.inputs[one.slot]: one for one in sweeps}
    return Report(
        reading=shortened(reading(result.formula)),
        tables=tuple(made),
        value=f"{result.graph.output_name} = {writer.value(result.graph.output)}",
        gradient=() if is_array else tuple(_gradient_line(result, x, known.get(x), writer) for x in result.wrt),
        jacobians=_jacobians(result, sweeps, style) if is_array else (),
    )


def record(result: Evaluation, mode: Mode) -> Json:
    """The object under the key "forward_mode": each sweep with all its tangents, and the counts of both ways.

    Tangents of arrays are Jacobians, a row for each entry of the node and a column for each entry of the input; null
    where a node does not depend on the input, or is not taken.

    Raises:
        GradcliError: there would be too many numbers ("too-large").
    """
    wanted = _wanted(result)
    sweeps = run_all_tangents(result.forward, wanted)
    _check_size(result, sweeps)
    back = run_counted_backward(result.forward, wanted)
    nodes = views(result)
    known = {result.graph.inputs[one.slot]: one for one in sweeps}
    whole = sum((one.counts for one in sweeps), Counts())
    return {
        "mode": mode,
        "sweeps": [_sweep_record(result, nodes, name, known.get(name)) for name in result.wrt],
        "counts": {"forward": _counts(whole), "backward": {**_counts(back.counts), "passes": back.passes}},
    }


def _check_size(result: Evaluation, sweeps: Sequence[Tangents]) -> None:
    graph = result.graph
    numbers = sum(2 + entries(graph.shape(slot)) for slot, _, _ in graph.steps) * len(sweeps)
    numbers += sum(getattr(x, "size", 1) for one in sweeps for x in one.by_slot if x is not None)
    if numbers > MOST_NUMBERS:
        raise GradcliError("too-large", f"the tangents would take {numbers:,} numbers in JSON",
                           hint=f"{MOST_NUMBERS:,} are the most; ask for fewer inputs with --wrt")  # fmt: skip


def _sweep_record(result: Evaluation, nodes: NodeViews, name: str, sweep: Tangents | None) -> Json:
    """One sweep; by a name that the formula does not have there is none."""
    if sweep is None:
        return {"by": name, "derivative": json_value(_no_derivative(result, name)), "nodes": [],
                "counts": _counts(Counts())}  # fmt: skip
    graph = result.graph
    found = [
        {"id": nodes.source(slot).name, "label": nodes.labels[slot], "value": json_value(nodes.forward.values[slot]),
         "tangent": None if sweep.by_slot[slot] is None else json_value(sweep.by_slot[slot])}
        for slot in nodes.slots
    ]  # fmt: skip
    return {"by": graph.inputs[sweep.slot], "derivative": json_value(_derivative(result, sweep)), "nodes": found,
            "counts": _counts(sweep.counts)}  # fmt: skip


def _counts(found: Counts) -> Json:
    unseen = {"not_counted": sorted(found.unseen)} if found.unseen else {}
    return {"multiplications": found.multiplications, "additions": found.additions, "stored": found.stored, **unseen}


def _wanted(result: Evaluation) -> list[int]:
    return [result.graph.inputs.index(name) for name in result.wrt if name in result.graph.inputs]


def _derivative(result: Evaluation, sweep: Tangents) -> Any:
    """The derivative of a number in the shape of the input, of an array the Jacobian."""
    graph, found = result.graph, sweep.derivative
    if graph.shapes is None or graph.shape(graph.output):
        return found
    return found.reshape(graph.shape(sweep.slot)) if graph.shape(sweep.slot) else float(found[0, 0])


def _no_derivative(result: Evaluation, name: str) -> Any:
    """The derivative by a name that the formula does not have."""
    shape = result.graph.shape(result.graph.output)
    if not shape:
        return nothing(result.at[name])
    import numpy  # loaded by now: the output is an array

    return numpy.zeros((entries(shape), numpy.size(result.at[name])))


def _gradient_line(result: Evaluation, name: str, sweep: Tangents | None, writer: SweepTables) -> GradientLine:
    z = result.graph.output_name
    found = _no_derivative(result, name) if sweep is None else _derivative(result, sweep)
    depends = sweep is not None and sweep.by_slot[result.graph.output] is not None
    return GradientLine((f"d{z}/d{name} = {writer.shown(found)}",), "" if depends else f"{z} does not depend on {name}")


def _jacobians(result: Evaluation, sweeps: Sequence[Tangents], style: NumberStyle) -> tuple[JacobianBlock, ...]:
    from gradcli.passes.jacobian import Jacobians  # numbers alone need no NumPy
    from gradcli.report.jacobians import with_jacobians

    by_slot: list[Any] = [None] * len(result.graph.gates)
    for one in sweeps:
        by_slot[one.slot] = one.derivative
    whole = replace(result, jacobians=Jacobians(result.forward, by_slot))
    return with_jacobians(whole, Report("", ()), style, "numerator").jacobians
