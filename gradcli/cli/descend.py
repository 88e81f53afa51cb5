"""`gradcli descend`: gradient descent from a point."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from gradcli.cli import inputs
from gradcli.cli.arguments import FormulaCommand
from gradcli.cli.main import INTERRUPTED, OK, USAGE
from gradcli.cli.output import note, refuse, write
from gradcli.language import GradcliError
from gradcli.passes.descent import Descent, Plan, Reached, descend
from gradcli.report import numbers
from gradcli.report.screen import Screen

if TYPE_CHECKING:
    from gradcli.report.descent import Course

FORMATS = ("table", "plain", "json", "jsonl", "csv", "markdown")
_CURVES = (".csv", ".png", ".svg")
_OUTS = (".json", ".npz")

_EXAMPLE = "gradcli descend '(w - 3)^2' w=0 --wrt w"

_EPILOG = """
Every step is φ ← φ − α ∂L/∂φ for the parameters φ. Parameters are the names in --wrt; without it the names of which
only a shape was given ('W ~ (3, 2)': random numbers to begin with); without any, all names but those in --data.

\b
Examples:
  gradcli descend '(w - 3)^2' w=0 --wrt w
  gradcli descend 'sum((φ0 + φ1*x - y)^2)' φ0=1 φ1=0.5 x=[0,1,2,3] y=[1,3,2,5] --data x,y --rate 0.02
  gradcli descend 'mean((X @ w - y)^2)' X=[[1,0],[1,1],[1,2]] 'w ~ 2' y=[1,3,5] --rate 0.2 --momentum 0.5
  gradcli descend 'sum((a*x - y)^2)' a=0 x=[1,2,3,4] y=[2,4,6,9] --data x,y --batch 2 --rate 0.01 --seed 1
  gradcli descend '(w - 3)^2' w=0 --wrt w --steps 20 --format csv --every 5
  gradcli descend '(w - 3)^2' w=0 --wrt w --until 1e-9 --steps 1000 --curve loss.csv --out best.json

\b
Exit status: 0 done, 2 what was typed is at fault, 130 interrupted (what was reached is printed).
"""


def _file(kinds: tuple[str, ...]) -> Any:
    def checked(ctx: click.Context, param: click.Parameter, value: str | None) -> Path | None:
        if value is None:
            return None
        if Path(value).suffix.lower() not in kinds:
            raise click.BadParameter(f"the name must end with {', '.join(kinds[:-1])} or {kinds[-1]}", ctx, param)
        return Path(value)

    return checked


@click.command("descend", cls=FormulaCommand, epilog=_EPILOG)
@inputs.arguments
@inputs.file_option
@inputs.at_option
@click.option("--wrt", metavar="NAMES", help="The parameters (w,b); all other names stay what they are.")
@click.option("--rate", type=inputs.ABOVE_0, default=0.1, show_default=True, help="The learning rate α.")
@click.option("--steps", type=click.IntRange(min=0), default=100, show_default=True, help="Steps at the most.")
@click.option("--momentum", type=inputs.Finite(0, 1, max_open=True), default=0.0, show_default=True,
              help="How much of the last direction is kept: v ← M v + ∂L/∂φ, φ ← φ − α v.")  # fmt: skip
@click.option(
    "--until", type=inputs.ABOVE_0, metavar="PART", help="End when the loss changes by less than this part of it."
)
@click.option("--data", metavar="NAMES", help="Names that hold the data, with a row for each example (x,y).")
@click.option("--batch", type=click.IntRange(min=1), metavar="N", help="Rows of the data that a step looks at.")
@click.option("--seed", type=click.IntRange(min=0), default=0, show_default=True,
              help="Of the order of the rows, and of random values.")  # fmt: skip
@click.option("--every", type=click.IntRange(min=1), default=1, show_default=True, metavar="K",
              help="Tell of every K-th step, the first and the last.")  # fmt: skip
@inputs.digits_option
@click.option("--format", "form", type=click.Choice(FORMATS), default="table", show_default=True, help="The output.")
@click.option("--json", "form", flag_value="json", help="Short for --format json.")
@click.option("--curve", metavar="FILE", callback=_file(_CURVES),
              help="Write the losses to a .csv file, or draw them as .png or .svg.")  # fmt: skip
@click.option("--out", metavar="FILE", callback=_file(_OUTS),
              help="Write the parameters to a .json or .npz file, which --at reads.")  # fmt: skip
@inputs.strict_option
@click.pass_context
def command(
    ctx: click.Context,
    arguments: tuple[str, ...],
    file: str | None,
    at: tuple[str, ...],
    wrt: str | None,
    rate: float,
    steps: int,
    momentum: float,
    until: float | None,
    data: str | None,
    batch: int | None,
    seed: int,
    every: int,
    digits: numbers.NumberStyle,
    form: str,
    curve: Path | None,
    out: Path | None,
    strict: bool,
) -> None:
    """Make a loss smaller step by step, and print parameters and loss before and after, and the curve of the loss."""
    if batch is not None and until is not None:
        raise click.UsageError("--until compares the losses of all rows and does not go with --batch", ctx)
    plan = Plan(rate, steps, momentum, until, tuple(inputs.names(data) or ()), batch, seed)
    try:
        _refuse_outputs(curve, out)
        text, point = inputs.given_formula(ctx, arguments, file, at, _EXAMPLE, seed)
        descent = descend(text, point, plan, inputs.names(wrt), strict=strict)
        course, losses = _run(descent, every, form)
        _save(course, losses, curve, out)
    except GradcliError as fault:
        refuse(fault, "json" if form == "jsonl" else form)
        ctx.exit(USAGE)
    _tell(course, form, digits)
    ctx.exit(INTERRUPTED if descent.ended == "interrupted" else OK)


Loss = tuple[int, float, float]
"""A step, the loss and the length of the gradient there."""


def _run(descent: Descent, every: int, form: str) -> tuple[Course, list[Loss]]:
    """Descend; what was reached when somebody interrupts is a result, too."""
    from gradcli.report.descent import Course

    losses: list[Loss] = []
    first: Reached | None = None
    last: Reached | None = None
    with _progress(descent.plan.steps, form) as advance:
        try:
            for reached in descent:
                first, last = first or reached, reached
                losses.append((reached.step, reached.loss, reached.slope))
                if reached.step % every == 0:
                    _stream(losses[-1], form)
                advance(reached.step)
        except KeyboardInterrupt:
            if first is None:
                raise
            descent.ended = "interrupted"
    assert first is not None  # noqa: S101  (a descent yields its start, or raises)
    assert last is not None  # noqa: S101
    if last.step % every:
        _stream(losses[-1], form)
    told = [loss for loss in losses if loss[0] % every == 0 or loss[0] == last.step]
    before, after = first.loss, last.loss
    if descent.plan.batch is None:
        return Course(descent, first, last, told, before, after), losses
    whole = descent.whole_loss
    return Course(descent, first, last, told, whole(first.point), whole(last.point)), losses


def _stream(loss: Loss, form: str) -> None:
    """Write a line as soon as it is known, in the formats that are read line by line."""
    if form == "csv":
        step, value, slope = loss
        header = "step,loss,gradient_norm\n" if step == 0 else ""
        write(f"{header}{step},{value!r},{slope!r}\n")
    elif form == "jsonl":
        from gradcli.report.descent import loss_json
        from gradcli.report.jsontext import dump

        write(dump(loss_json(*loss)) + "\n")


def _tell(course: Course, form: str, style: numbers.NumberStyle) -> None:
    from gradcli.report import descent as report
    from gradcli.report.jsontext import dump

    screen = Screen.of(sys.stdout)
    if form in ("json", "jsonl"):
        whole = form == "json"
        text = dump(report.descent_json(course, curve=whole), indent=whole and screen.width is not None,
                    ascii_only=screen.ascii_only)  # fmt: skip
        write(text + "\n")
    elif form == "plain":
        write(report.descent_plain(course, ascii_only=screen.ascii_only))
    elif form == "markdown":
        write(report.descent_markdown(course, style, ascii_only=screen.ascii_only))
    elif form == "table":
        write(report.descent_text(course, style, screen))
    elif course.descent.ended != "steps":
        note(report.ended(course))
    for line in course.descent.notes:
        note(line)
    if course.grew and course.descent.ended in ("steps", "interrupted"):
        note(f"{course.descent.output_name} is larger than before: a smaller --rate may help")


@contextmanager
def _progress(steps: int, form: str) -> Iterator[Any]:
    """A bar on standard error, if that is a terminal and the lines of the output do not run through it."""
    streaming = form in ("csv", "jsonl") and sys.stdout.isatty()
    if streaming or not sys.stderr.isatty():
        with nullcontext(lambda _: None) as quiet:
            yield quiet
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("descending", total=steps)
        yield lambda step: bar.update(task, completed=step)


# --- files ------------------------------------------------------------------------------------------------------------


def _refuse_outputs(curve: Path | None, out: Path | None) -> None:
    """Refuse what could not be written, before a long descent and not after it."""
    from gradcli.report.saving import refuse_unwritable

    for path in filter(None, (curve, out)):
        refuse_unwritable(path)
    if curve is not None and curve.suffix.lower() != ".csv":
        try:
            import matplotlib  # noqa: F401
        except ImportError:
            raise GradcliError("no-matplotlib", f"drawing {curve.name} takes matplotlib, which is not installed",
                               hint="pip install 'gradcli[plot]', or write the losses with --curve FILE.csv",
                               ) from None  # fmt: skip


def _save(course: Course, losses: list[Loss], curve: Path | None, out: Path | None) -> None:
    from gradcli.report import saving

    if curve is not None:
        from gradcli.report.curve import curve_csv, curve_picture

        kind = curve.suffix.lower().removeprefix(".")
        points = [(step, loss) for step, loss, _ in losses]
        name = course.descent.output_name
        saving.save(curve, curve_csv(losses).encode() if kind == "csv" else curve_picture(points, kind, name))
    if out is not None and out.suffix.lower() == ".npz":
        saving.save(out, saving.npz_bytes(course.last.point))
    elif out is not None:
        from gradcli.report.jsontext import dump, value

        values = {name: value(x) for name, x in course.last.point.items()}
        saving.save(out, (dump(values, indent=True, ascii_only=False) + "\n").encode())
