"""What stands above the answer where the tables are left out: how the formula was read, the point, and the value."""

from __future__ import annotations

from gradcli.passes.evaluate import Evaluation
from gradcli.report.markdown import escape
from gradcli.report.nodes import views
from gradcli.report.numbers import NumberStyle, lecture
from gradcli.report.reading import reading
from gradcli.report.screen import Screen
from gradcli.report.structure import Layout
from gradcli.report.tables import shortened, tables_of
from gradcli.report.textual import paragraph


def heading(
    result: Evaluation, form: str, screen: Screen, style: NumberStyle = lecture, layout: Layout = "numerator"
) -> str:
    """The formula as it was read, and a line `At x = 1, y = 2: f = 3`.

    Args:
        result: the formula at the point.
        form: "table" or "markdown".
        screen: where it goes.
        style: of its numbers.
        layout: of Jacobians; arrays are written in the same way in both.
    """
    tables = tables_of(views(result), style, layout)
    read = shortened(reading(result.formula))
    value = f"{tables.output} = {tables.shown(result.value)}"
    at = f"At {tables.at(result.at)}: {value}" if result.at else value
    if form == "markdown":
        return f"**{escape(read, ascii_only=screen.ascii_only)}**\n\n{escape(at, ascii_only=screen.ascii_only)}\n"
    return f"{paragraph(read, screen)}\n\n{paragraph(at, screen)}\n"
