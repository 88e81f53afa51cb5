"""The formats in which an evaluation can be written, by name."""

from __future__ import annotations

from gradcli.passes.evaluate import Evaluation, UndefinedFormula
from gradcli.passes.numeric import NumericCheck
from gradcli.report.numbers import NumberStyle, lecture
from gradcli.report.screen import Screen
from gradcli.report.structure import Layout

FORMATS = ("table", "plain", "json", "csv", "markdown")

# Each format imports its own writer: JSON and records are written thousands of times, and need neither Rich nor tables.


def write(
    result: Evaluation,
    form: str,
    screen: Screen,
    style: NumberStyle = lecture,
    checks: list[NumericCheck] | None = None,
    layout: Layout = "numerator",
) -> str:
    """An evaluation as text in one of the formats, with a numeric check if there is one.

    Args:
        result: the evaluation.
        form: one of `FORMATS`.
        screen: where it goes.
        style: of the numbers in tables.
        checks: the numeric check.
        layout: whether a Jacobian has a row for each entry of the output, or for each entry of what it is taken by.
    """
    if form == "json":
        return _json(result, screen, checks, layout)
    if form in ("plain", "csv"):
        from gradcli.report import records

        as_records = records.plain if form == "plain" else records.comma_separated
        return as_records(result, checks, ascii_only=screen.ascii_only)
    return _tables(result, form, screen, style, checks, layout)


def _json(result: Evaluation, screen: Screen, checks: list[NumericCheck] | None, layout: Layout) -> str:
    from gradcli.report import jsontext

    value = jsontext.evaluation(result, layout)
    if checks is not None:
        value["checks"] = [jsontext.check(found) for found in checks]
    return jsontext.dump(value, indent=screen.width is not None, ascii_only=screen.ascii_only) + "\n"


def _tables(
    result: Evaluation, form: str, screen: Screen, style: NumberStyle, checks: list[NumericCheck] | None, layout: Layout
) -> str:
    from gradcli.report.checks import checks_markdown, checks_text
    from gradcli.report.markdown import report_markdown
    from gradcli.report.tables import report
    from gradcli.report.textual import report_text

    if form == "markdown":
        text = report_markdown(report(result, style, layout), ascii_only=screen.ascii_only)
        return text + (f"\n{checks_markdown(checks, style, ascii_only=screen.ascii_only)}\n" if checks else "")
    text = report_text(report(result, style, layout), screen)
    return text + (f"\n{checks_text(checks, style, screen)}\n" if checks else "")


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
