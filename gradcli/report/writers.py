"""The formats in which an evaluation can be written, by name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, get_args

from gradcli.passes.evaluate import Evaluation, UndefinedFormula
from gradcli.passes.numeric import NumericCheck
from gradcli.report.numbers import NumberStyle, lecture
from gradcli.report.screen import Screen
from gradcli.report.structure import Layout

if TYPE_CHECKING:
    from gradcli.passes.descent import Step
    from gradcli.passes.examples import Examples
    from gradcli.passes.quantities import Found

FORMATS = ("table", "plain", "json", "csv", "markdown")

Mode = Literal["reverse", "forward", "both"]

MODES: tuple[Mode, ...] = get_args(Mode)

# Each format imports its own writer: JSON and records are written thousands of times, and need neither Rich nor tables.


@dataclass(frozen=True, slots=True)
class Extras:
    """What was asked for besides value, gradient and tables.

    Attributes:
        checks: the numeric check.
        examples: the gradients of the examples of a batch.
        step: one step of gradient descent.
        bars: whether the derivative of the output by x is written x̄ in tables.
        mode: "reverse" for the backward pass, "forward" for the tangents in its place, "both" side by side.
        lazy: whether the derivatives asked for are computed on demand, in place of the backward pass.
        quantities: partial and total derivatives that were asked for by name.
    """

    checks: Sequence[NumericCheck] | None = None
    examples: Examples | None = None
    step: Step | None = None
    bars: bool = False
    mode: Mode = "reverse"
    lazy: bool = False
    quantities: Sequence[Found] | None = None


_NOTHING = Extras()


def write(
    result: Evaluation,
    form: str,
    screen: Screen,
    style: NumberStyle = lecture,
    extras: Extras = _NOTHING,
    layout: Layout = "numerator",
) -> str:
    """An evaluation as text in one of the formats.

    Args:
        result: the evaluation.
        form: one of `FORMATS`; records have no place for examples and steps.
        screen: where it goes.
        style: of the numbers in tables.
        extras: what follows the tables.
        layout: whether a Jacobian has a row for each entry of the output, or for each entry of what it is taken by.
    """
    if form == "json":
        return _json(result, screen, extras, layout)
    if form in ("plain", "csv"):
        from gradcli.report import records

        as_records = records.plain if form == "plain" else records.comma_separated
        return as_records(result, extras.checks, ascii_only=screen.ascii_only)
    return _markdown(result, screen, style, extras, layout) if form == "markdown" else (
        _text(result, screen, style, extras, layout))  # fmt: skip


def _json(result: Evaluation, screen: Screen, extras: Extras, layout: Layout) -> str:
    from gradcli.report import jsontext

    value = jsontext.evaluation(result, layout)
    if extras.checks is not None:
        value["checks"] = [jsontext.check(found) for found in extras.checks]
    if extras.examples is not None:
        from gradcli.report.examples import examples_json

        value["examples"] = examples_json(extras.examples)
    if extras.step is not None:
        from gradcli.report.descent import step_json

        value["step"] = step_json(extras.step)
    if extras.mode != "reverse":
        from gradcli.report.modes import record as modes_json

        value["forward_mode"] = modes_json(result, extras.mode)
    if extras.lazy:
        from gradcli.report.lazy import record as lazy_json

        value["lazy"] = lazy_json(result)
    if extras.quantities is not None:
        from gradcli.report.quantities import record as quantities_json

        value["quantities"] = quantities_json(extras.quantities, layout)
    return jsontext.dump(value, indent=screen.width is not None, ascii_only=screen.ascii_only) + "\n"


def _text(result: Evaluation, screen: Screen, style: NumberStyle, extras: Extras, layout: Layout) -> str:
    from gradcli.report.tables import report
    from gradcli.report.textual import report_text

    blocks = _other_ways(result, "table", screen, style, extras, layout)
    if not blocks:
        blocks = [report_text(report(result, style, layout, bars=extras.bars), screen)]
    if extras.examples is not None:
        from gradcli.report.examples import examples_text

        blocks.append(examples_text(extras.examples, style, screen))
    if extras.step is not None:
        from gradcli.report.descent import step_text

        blocks.append(step_text(extras.step, style, screen))
    if extras.checks:
        from gradcli.report.checks import checks_text

        blocks.append(checks_text(extras.checks, style, screen))
    return "\n".join(block.rstrip("\n") + "\n" for block in blocks)


def _other_ways(
    result: Evaluation, form: Literal["table", "markdown"], screen: Screen, style: NumberStyle, extras: Extras,
    layout: Layout,
) -> list[str]:  # fmt: skip
    """What stands in place of the two tables where another way or a few quantities were asked for."""
    blocks = []
    if extras.mode != "reverse":
        from gradcli.report.modes import tables

        blocks.append(tables(result, extras.mode, screen, style, form))
    elif extras.lazy or extras.quantities is not None:
        from gradcli.report.heading import heading

        blocks.append(heading(result, form, screen, style, layout))
    if extras.lazy:
        from gradcli.report.lazy import text as lazy_text

        blocks.append(lazy_text(result, form, screen, style))
    if extras.quantities is not None:
        from gradcli.report.quantities import text as quantities_text

        blocks.append(quantities_text(extras.quantities, form, screen, style, layout))
    return blocks


def _markdown(result: Evaluation, screen: Screen, style: NumberStyle, extras: Extras, layout: Layout) -> str:
    from gradcli.report.markdown import report_markdown
    from gradcli.report.tables import report

    ascii_only = screen.ascii_only
    blocks = _other_ways(result, "markdown", screen, style, extras, layout)
    if not blocks:
        blocks = [report_markdown(report(result, style, layout, bars=extras.bars), ascii_only=ascii_only)]
    if extras.examples is not None:
        from gradcli.report.examples import examples_markdown

        blocks.append(examples_markdown(extras.examples, style, ascii_only=ascii_only))
    if extras.step is not None:
        from gradcli.report.descent import step_markdown

        blocks.append(step_markdown(extras.step, style, ascii_only=ascii_only))
    if extras.checks:
        from gradcli.report.checks import checks_markdown

        blocks.append(checks_markdown(extras.checks, style, ascii_only=ascii_only))
    return "\n".join(block.rstrip("\n") + "\n" for block in blocks)


def write_up_to(
    fault: UndefinedFormula, form: str, screen: Screen, style: NumberStyle = lecture, layout: Layout = "numerator"
) -> str:
    """The forward table up to the node that has no value; nothing where a program reads: there the error is all."""
    if form not in ("table", "markdown"):
        return ""
    from gradcli.report.tables import report_up_to

    if form == "markdown":
        from gradcli.report.markdown import report_markdown

        return report_markdown(report_up_to(fault, style, layout), ascii_only=screen.ascii_only)
    from gradcli.report.textual import report_text

    return report_text(report_up_to(fault, style, layout), screen)
