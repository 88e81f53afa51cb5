"""The formats in which an evaluation can be written, by name."""

from __future__ import annotations

from gradcli.passes.evaluate import Evaluation
from gradcli.passes.numeric import NumericCheck
from gradcli.report import jsontext, markdown, records
from gradcli.report.checks import checks_markdown, checks_text
from gradcli.report.numbers import NumberStyle, lecture
from gradcli.report.screen import Screen
from gradcli.report.tables import report
from gradcli.report.textual import report_text

FORMATS = ("table", "plain", "json", "csv", "markdown")


def write(result: Evaluation, form: str, screen: Screen, style: NumberStyle = lecture,
          checks: list[NumericCheck] | None = None) -> str:  # fmt: skip
    """An evaluation as text in one of the formats, with a numeric check if there is one."""
    if form == "json":
        value = jsontext.evaluation(result)
        if checks is not None:
            value["checks"] = [jsontext.check(c) for c in checks]
        return jsontext.dump(value, indent=screen.width is not None, ascii_only=screen.ascii_only) + "\n"
    if form == "plain":
        return records.plain(result, checks, ascii_only=screen.ascii_only)
    if form == "csv":
        return records.comma_separated(result, checks, ascii_only=screen.ascii_only)
    if form == "markdown":
        text = markdown.report_markdown(report(result, style), ascii_only=screen.ascii_only)
        return text + (f"\n{checks_markdown(checks, style, ascii_only=screen.ascii_only)}\n" if checks else "")
    text = report_text(report(result, style), screen)
    return text + (f"\n{checks_text(checks, style, screen)}\n" if checks else "")
