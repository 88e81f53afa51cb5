"""What forward mode and the backward pass cost, side by side, and which is cheaper here and why."""

from __future__ import annotations

from collections.abc import Sequence

from gradcli.graph.tape import Graph
from gradcli.passes.counting import CountedBackward, Counts
from gradcli.passes.tangents import Tangents
from gradcli.report.layout import Cell
from gradcli.report.tables import Row, Table
from gradcli.rules.shape import entries

MOST_SWEEPS = 12
"""Sweeps up to which each is listed with its counts."""

_COUNTED = (
    "counted is what was multiplied and added to move derivatives along the edges that lead from the inputs to the "
    "output; the forward pass and the local derivatives, with which both ways begin, are not"
)
_STORED = (
    "stored: of a sweep the tangents that wait for a later node, the most at one time; of the backward pass all local "
    "derivatives, because they wait for it"
)
_ARRAYS = (
    "; a gate on arrays multiplies its local Jacobian by the tangents, and hands a gradient back without any Jacobian, "
    "from the values that are stored for it"
)


def cost_table(graph: Graph, sweeps: Sequence[Tangents], names: Sequence[str], back: CountedBackward) -> Table:
    """The operations of both ways, and which way is cheaper.

    Args:
        graph: what was run.
        sweeps: the sweeps forward.
        names: how each begins ("ẋ = 1").
        back: the backward pass.
    """
    total = sum((one.counts for one in sweeps), Counts())
    several = len(sweeps) != 1
    rows = [_row(f"sweep {name}", one.counts) for name, one in zip(names, sweeps, strict=True)] if (
        several and len(sweeps) <= MOST_SWEEPS) else []  # fmt: skip
    ahead = f"forward mode, {len(sweeps):,} sweeps" if several else f"forward mode, {names[0]}"
    behind = "backward pass" if back.passes == 1 else f"backward pass, {back.passes:,} times"
    rows += [_row(ahead, total), _row(behind, back.counts)]
    columns = ("way", "multiplications", "additions", "stored values")
    notes = [verdict(graph, sweeps, total, back), _COUNTED, _STORED + _ARRAYS * (graph.shapes is not None)]
    if back.counts.unseen:
        notes.append(f"not counted is what NumPy does inside of {', '.join(sorted(back.counts.unseen))}")
    return Table("Operations", columns, tuple(rows), tuple(notes))


def _row(name: str, counts: Counts) -> Row:
    numbers = (counts.multiplications, counts.additions, counts.stored)
    cells: list[Cell] = [(name,), *((f"{number:,}",) for number in numbers)]
    return Row(tuple(cells))


def verdict(graph: Graph, sweeps: Sequence[Tangents], total: Counts, back: CountedBackward) -> str:
    """One sentence on which way is cheaper, and why."""
    p = entries(graph.shape(graph.output))
    n = sum(entries(graph.shape(one.slot)) for one in sweeps)
    ahead, behind = total.operations, back.counts.operations
    if ahead == behind:
        return f"both ways take {_many(ahead, 'operation')}: {_many(n, 'number')} in the inputs, {p:,} in the output"
    cheap, dear = min(ahead, behind), max(ahead, behind)
    name = "forward mode" if ahead < behind else "the backward pass"
    said = f"{name} is cheaper here, {_many(cheap, 'operation')} against {dear:,}"
    if behind < ahead and n > p:
        run = "one backward pass is enough" if p == 1 else f"the backward pass is run {p:,} times"
        return f"{said}: forward mode carries a tangent for each of the {n:,} numbers in the inputs, {run}"
    if ahead < behind and p > n:
        carried = "one tangent is enough" if n == 1 else f"forward mode carries {n:,} tangents"
        return f"{said}: the backward pass is run for each of the {p:,} numbers in the output, {carried}"
    return f"{said}: {_many(n, 'number')} in the inputs, {p:,} in the output, and fewer edges on its way"


def _many(count: int, what: str) -> str:
    return f"{count:,} {what}{'' if count == 1 else 's'}"
