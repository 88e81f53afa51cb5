"""What gradient descent is told as: one step, or the way from a start to an end."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

from gradcli.graph.array_values import shape_of
from gradcli.passes.descent import Descent, Reached, Step
from gradcli.report.charset import DOT, spelled
from gradcli.report.curve import curve_text
from gradcli.report.jsontext import Json, number
from gradcli.report.jsontext import value as json_value
from gradcli.report.markdown import escape, table_markdown
from gradcli.report.numbers import NumberStyle, full, lecture
from gradcli.report.reading import reading
from gradcli.report.screen import Screen
from gradcli.report.tables import Row, Table, shortened
from gradcli.report.textual import paragraph, table_text

DESCEND_SCHEMA = "gradcli.descend/1"

# --- one step ---------------------------------------------------------------------------------------------------------


def step_text(step: Step, style: NumberStyle, screen: Screen) -> str:
    """A table of the old and the new parameters and the old and the new loss."""
    return table_text(step_table(step, style), screen)


def step_markdown(step: Step, style: NumberStyle, *, ascii_only: bool = False) -> str:
    """The same as Markdown."""
    return table_markdown(step_table(step, style), ascii_only=ascii_only)


def step_json(step: Step) -> Json:
    """The same as an object."""
    return {
        "rate": number(step.rate),
        "before": {name: json_value(x) for name, x in step.before.items()},
        "after": {name: json_value(x) for name, x in step.after.items()},
        "loss": {"before": number(step.loss_before), "after": number(step.loss_after)},
        **({"reason": step.reason} if step.reason else {}),
    }


def step_table(step: Step, style: NumberStyle = lecture) -> Table:
    """The table of one step."""
    z = step.output_name
    rows = [Row(((name,), (_shown(step.before[name], style),), (_shown(step.gradient[name], style),),
                 (_shown(x, style),))) for name, x in step.after.items()]  # fmt: skip
    loss = "undefined" if step.loss_after is None else style(step.loss_after)
    rows.append(Row(((z,), (style(step.loss_before),), (), (loss,)), "fault" if step.reason else "plain"))
    notes = []
    if step.reason:
        notes.append(f"The formula has no value at the new point: {step.reason}.")
    elif step.loss_after is not None and not step.loss_after <= step.loss_before:
        notes.append(f"{z} became larger: the step is too long, take a smaller rate.")
    title = f"Step: φ ← φ − {full(step.rate)} {DOT} ∂{z}/∂φ"
    return Table(title, ("φ", "before", f"∂{z}/∂φ", "after"), tuple(rows), tuple(notes))


# --- a descent --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Course:
    """A descent that has been run.

    Attributes:
        descent: what was run.
        first: where it began.
        last: where it ended.
        losses: step, loss and length of the gradient, for each step that is told of.
        before: the loss over all data at the beginning; with batches None where it cannot be computed.
        after: the same at the end.
    """

    descent: Descent
    first: Reached
    last: Reached
    losses: Sequence[tuple[int, float, float]]
    before: float | None
    after: float | None

    @property
    def grew(self) -> bool:
        """Whether the loss is larger than it was."""
        return self.before is not None and self.after is not None and not self.after <= self.before


def descent_text(course: Course, style: NumberStyle, screen: Screen) -> str:
    """The formula, what became of the parameters and the loss, and the curve."""
    head = paragraph(shortened(reading(course.descent.formula)), screen)
    return "\n\n".join([head, table_text(_table(course, style), screen), _curve(course, style, screen)]) + "\n"


def descent_markdown(course: Course, style: NumberStyle, *, ascii_only: bool = False) -> str:
    """The same as Markdown."""
    head = f"**{escape(shortened(reading(course.descent.formula)), ascii_only=ascii_only)}**"
    table = table_markdown(_table(course, style), ascii_only=ascii_only)
    return f"{head}\n\n{table}\n\n```\n{_curve(course, style, Screen(ascii_only=ascii_only))}\n```\n"


def descent_json(course: Course, *, curve: bool = True) -> Json:
    """The whole way; without the curve only its ends."""
    descent = course.descent
    plan = descent.plan
    return {
        "schema": DESCEND_SCHEMA,
        "formula": descent.formula.text,
        "read_as": reading(descent.formula),
        "rate": number(plan.rate),
        "momentum": number(plan.momentum),
        **({"batch": plan.batch, "data": list(plan.data), "seed": plan.seed} if plan.batch is not None else {}),
        "steps": course.last.step,
        "ended": descent.ended,
        "message": ended(course),
        "loss": {"name": descent.output_name, "before": number(course.before), "after": number(course.after)},
        "gradient_norm": number(course.last.slope),
        "parameters": {
            "before": {name: json_value(x) for name, x in course.first.point.items()},
            "after": {name: json_value(x) for name, x in course.last.point.items()},
        },
        **({"curve": [loss_json(*row) for row in course.losses]} if curve else {}),
    }


def loss_json(step: int, loss: float, slope: float) -> Json:
    """One step of the curve."""
    return {"step": step, "loss": number(loss), "gradient_norm": number(slope)}


def descent_plain(course: Course, *, ascii_only: bool = False) -> str:
    """One tab-separated record a line, at full precision.

    The records: "loss" with step, loss and length of the gradient; "parameter" with name, before and after, an array
    entry by entry; "ended" with why and after how many steps.
    """
    records = [("loss", str(step), repr(loss), repr(slope)) for step, loss, slope in course.losses]
    for name, before in course.first.point.items():
        after = course.last.point[name]
        records += [("parameter", f"{name}{at}", repr(x), repr(y))
                    for (at, x), (_, y) in zip(_entries(before), _entries(after), strict=True)]  # fmt: skip
    records.append(("ended", str(course.descent.ended), str(course.last.step), ended(course)))
    return spelled("".join("\t".join(record) + "\n" for record in records), ascii_only=ascii_only)


def ended(course: Course) -> str:
    """Why a descent ended, in words."""
    descent, steps = course.descent, _counted(course.last.step)
    if descent.ended == "settled":
        return f"after {steps} the loss changes by less than {full(descent.plan.until or 0.0)} of itself"
    if descent.ended == "diverged":
        return f"after {steps} loss or gradient is no longer finite; a smaller rate may help"
    if descent.ended == "undefined":
        return f"after {steps} the next point has no loss ({descent.reason}); a smaller rate may help"
    return f"interrupted after {steps}" if descent.ended == "interrupted" else f"{steps} done"


def _table(course: Course, style: NumberStyle) -> Table:
    descent, z = course.descent, course.descent.output_name
    rows = [Row(((name,), (_shown(before, style),), (_shown(course.last.point[name], style),)))
            for name, before in course.first.point.items()]  # fmt: skip
    losses = ["unknown over all rows" if x is None else style(x) for x in (course.before, course.after)]
    rows.append(Row(((z,), *((text,) for text in losses))))
    rate, momentum = full(descent.plan.rate), descent.plan.momentum
    rule = f"φ ← φ − {rate} {DOT} ∂{z}/∂φ"
    if momentum:
        rule = f"v ← {full(momentum)} v + ∂{z}/∂φ, φ ← φ − {rate} v"
    if descent.plan.batch is not None:
        rule += f", {descent.plan.batch:,} rows a step"
    notes = () if descent.ended == "steps" else (_sentence(ended(course)),)
    return Table(f"{_counted(course.last.step)} of gradient descent: {rule}", ("φ", "before", "after"), tuple(rows),
                 notes)  # fmt: skip


def _curve(course: Course, style: NumberStyle, screen: Screen) -> str:
    name = course.descent.output_name
    if course.descent.plan.batch is not None:
        name += " of the batches"
    return curve_text([(step, loss) for step, loss, _ in course.losses], screen, style, name)


def _counted(steps: int) -> str:
    return f"{steps:,} step{'' if steps == 1 else 's'}"


def _sentence(text: str) -> str:
    return text[0].upper() + text[1:] + "."


def _shown(x: Any, style: NumberStyle) -> str:
    if not shape_of(x):
        return style(float(x) + 0.0)  # a 0 that comes from −1 · 0 has no sign to be seen
    from gradcli.report.arrays import array_text  # numbers alone need no NumPy

    return array_text(x, style)


def _entries(x: Any) -> Iterator[tuple[str, float]]:
    """The entries of an array with their places, `[0,1]`; a number has an empty one."""
    if not shape_of(x):
        yield "", float(x)
        return
    for at in product(*map(range, x.shape)):
        yield f"[{','.join(map(str, at))}]", float(x[at])
