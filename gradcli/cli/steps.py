"""`gradcli steps`: the lecture as it unfolds, one row at a time, each with a sentence."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable

import click

from gradcli.cli import inputs
from gradcli.cli.arguments import FormulaCommand
from gradcli.cli.main import INTERRUPTED, USAGE
from gradcli.cli.output import note, refuse, write
from gradcli.graph.gatesets import GATE_SETS, GateSet
from gradcli.language import GradcliError
from gradcli.passes.evaluate import Evaluation, UndefinedFormula, evaluate
from gradcli.passes.seeds import no_gradient
from gradcli.report import numbers
from gradcli.report.screen import Screen
from gradcli.report.steps import STEPS_SCHEMA, Steps

FORMATS = ("text", "markdown", "json")

_EXAMPLE = "gradcli steps '(x+y)*z' x=-2 y=5 z=-4"

_EPILOG = """
First the formula as it was read, then the forward table row by row, then the backward table, then the gradient. Each
step has one sentence: what waits for what, and how the gradient flows. On a terminal a key shows the next step (space,
Enter, right, down), or the one before (b, left, up); e shows all the rest, q quits. Where NO_COLOR is set, and on
terminals without keys, Enter shows the next step. Elsewhere all steps are written at once.

\b
Examples:
  gradcli steps '(x+y)*z' x=-2 y=5 z=-4
  gradcli steps 'z = (x + σ(x)) / (σ(x) + (x + y)²)' x=4 y=3
  gradcli steps '(x+y)*z' x=-2 y=5 z=-4 --step 5
  gradcli steps 'sum((W x - y)^2)' 'W=[[1, 2], [3, 4]]' x=[1,2] y=[0,1] --format markdown
  gradcli steps '(x+y)*z' x=-2 y=5 z=-4 --json | jq -r '.steps[].sentence'

\b
Exit status: 0 done, 2 what was typed is at fault, 130 interrupted.
"""


@click.command("steps", cls=FormulaCommand, epilog=_EPILOG)
@inputs.arguments
@inputs.file_option
@inputs.at_option
@click.option("--gates", type=click.Choice(GATE_SETS), default="lecture", show_default=True,
              help="Which gates the formula becomes.")  # fmt: skip
@inputs.digits_option
@click.option("--format", "form", type=click.Choice(FORMATS), default="text", show_default=True, help="The output.")
@click.option("--json", "form", flag_value="json", help="Short for --format json.")
@click.option("--step", "number", type=click.IntRange(min=1), metavar="N", help="Only the N-th step.")
@click.option("--seed-gradient", type=click.Choice(("ones",)),
              help="For a value that is an array: begin the backward pass with ones.")  # fmt: skip
@inputs.strict_option
@inputs.schema_option("steps-1.json")
@click.pass_context
def command(
    ctx: click.Context,
    arguments: tuple[str, ...],
    file: str | None,
    at: tuple[str, ...],
    gates: GateSet,
    digits: numbers.NumberStyle,
    form: str,
    number: int | None,
    seed_gradient: str | None,
    strict: bool,
) -> None:
    """Go through both passes step by step, with a sentence on each."""
    try:
        text, point = inputs.given_formula(ctx, arguments, file, at, _EXAMPLE)
        result = evaluate(text, point, gates=gates, strict=strict, seed_gradient=seed_gradient, optional_gradient=True)
        steps, fault = Steps(result, digits), None if result.backward else _no_gradient(result)
    except UndefinedFormula as undefined:
        result, steps, fault = None, Steps(undefined, digits), undefined
    except GradcliError as error:
        refuse(error, form, STEPS_SCHEMA)
        ctx.exit(USAGE)
    if number is not None and number > len(steps):
        missing = GradcliError("usage", f"there is no step {number:,}", hint=f"the last step is --step {len(steps)}")
        refuse(missing, form, STEPS_SCHEMA)
        ctx.exit(USAGE)
    if fault is not None and form == "json":
        refuse(fault, form, STEPS_SCHEMA)
        ctx.exit(USAGE)
    try:
        _tell(steps, form, number, text)
    except KeyboardInterrupt:
        ctx.exit(INTERRUPTED)
    for line in () if result is None else result.notes:
        note(line)
    if fault is not None:
        refuse(fault, form, STEPS_SCHEMA)
        ctx.exit(USAGE)


def _no_gradient(result: Evaluation) -> GradcliError:
    fault, name = no_gradient(result.graph), result.graph.output_name
    return GradcliError(fault.code, fault.message, hint=f"begin the backward pass with --seed-gradient ones, or make a "
                        f"number of it, such as sum({name})")  # fmt: skip


def _tell(steps: Steps, form: str, number: int | None, formula: str) -> None:
    """Write all steps, or the one that is asked for, or those that are asked for by keys."""
    from gradcli.report import step_texts

    screen = Screen.of(sys.stdout)
    asked = steps if number is None else [steps[number - 1]]
    if form == "json":
        from gradcli.report.jsontext import dump

        found = step_texts.steps_json(asked, formula, len(steps))
        write(dump(found, indent=screen.width is not None, ascii_only=screen.ascii_only) + "\n")
    elif form == "markdown":
        _write_all(step_texts.step_markdown(step, ascii_only=screen.ascii_only) for step in asked)
    else:
        show = step_texts.StepTexts(steps, screen)
        if number is None and sys.stdin.isatty() and sys.stdout.isatty():
            from gradcli.cli.stepping import page

            keys = screen.boxes and not os.environ.get("NO_COLOR")
            page(len(steps), lambda place: show(steps[place]), keys=keys, ascii_only=screen.ascii_only)
        else:
            _write_all(map(show, asked))


def _write_all(texts: Iterable[str]) -> None:
    """Texts with an empty line between them, each written as soon as it is known."""
    for place, text in enumerate(texts):
        write("\n" * (place > 0) + text)
