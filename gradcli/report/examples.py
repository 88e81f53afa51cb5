"""The lecture's table of the examples: a row for each, with its loss and its gradient, and the sum of all."""

from __future__ import annotations

from typing import Any

from gradcli.graph.array_values import shape_of
from gradcli.passes.examples import Examples
from gradcli.report.charset import DOT
from gradcli.report.jsontext import Json, number
from gradcli.report.jsontext import value as json_value
from gradcli.report.layout import Cell
from gradcli.report.markdown import table_markdown
from gradcli.report.numbers import NumberStyle, constant, lecture
from gradcli.report.screen import Screen
from gradcli.report.tables import MOST_ROWS, Row, Table
from gradcli.report.textual import table_text


def examples_text(examples: Examples, style: NumberStyle, screen: Screen) -> str:
    """The table, ready to be written."""
    return table_text(examples_table(examples, style), screen)


def examples_markdown(examples: Examples, style: NumberStyle, *, ascii_only: bool = False) -> str:
    """The table as Markdown."""
    return table_markdown(examples_table(examples, style), ascii_only=ascii_only)


def examples_json(examples: Examples) -> Json:
    """Losses and gradients of all examples; the first axis of a gradient counts them."""
    return {
        "losses": json_value(examples.losses),
        "gradients": {name: json_value(rows) for name, rows in examples.gradients.items()},
        "factor": number(examples.factor),
        **({"left_out": list(examples.left_out)} if examples.left_out else {}),
    }


def examples_table(examples: Examples, style: NumberStyle = lecture) -> Table:
    """The table: i, the loss of example i, its derivatives; below them the sum, and what the loss makes of it."""
    count = len(examples.losses)
    half = MOST_ROWS // 2
    shown = range(count) if count <= MOST_ROWS else [*range(half), *range(count - half, count)]
    rows = [Row(_cells(examples, str(i + 1), i, style)) for i in shown]
    if count > len(rows):
        text = f"{count - len(rows):,} more examples; --format json lists all"
        rows.insert(half, Row((("⋮",), (text,), *((),) * len(examples.gradients)), "gap"))
    total = Row(_cells(examples, "sum", None, style))
    rows.append(total)
    if examples.factor != 1:
        label = "mean" if examples.factor * count == 1 else f"sum {DOT} {_factor(examples.factor)}"
        rows.append(Row(_cells(examples, label, None, style, examples.factor)))
    columns = ("i", "ℓᵢ", *(f"∂ℓᵢ/∂{name}" for name in examples.gradients))
    return Table(_title(examples), columns, tuple(rows), _notes(examples))


def _title(examples: Examples) -> str:
    factor = "" if examples.factor == 1 else f"{_factor(examples.factor)} "
    return f"Examples: {examples.output_name} = {factor}Σ ℓᵢ"


def _factor(x: float) -> str:
    """A factor: 1/n as such, because that is what a mean is."""
    whole = 1 / x if x else 0.0
    return f"1/{whole:.0f}" if whole >= 2 and whole == round(whole) else constant(x)


def _cells(
    examples: Examples, label: str, example: int | None, style: NumberStyle, factor: float = 1.0
) -> tuple[Cell, ...]:
    columns: list[Any] = [examples.losses, *examples.gradients.values()]
    found = [(factor * c.sum(axis=0) if factor != 1 else c.sum(axis=0)) if example is None else c[example]
             for c in columns]  # fmt: skip
    return ((label,), *((_shown(x, style),) for x in found))


def _shown(x: Any, style: NumberStyle) -> str:
    if not shape_of(x):
        return style(float(x) + 0.0)  # a 0 that comes from −1 · 0 has no sign to be seen
    from gradcli.report.arrays import array_text

    return array_text(x, style)


def _notes(examples: Examples) -> tuple[str, ...]:
    if not examples.left_out:
        return ()
    names = ", ".join(examples.left_out)
    return (f"Left out: {names}, of which each example has its own row, or which are no part of the sum.",)
