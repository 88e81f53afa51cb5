"""`gradcli paths`: all ways from one node to another, and what each contributes to the derivative."""

from __future__ import annotations

import sys

import click

from gradcli.cli import inputs
from gradcli.cli.arguments import FormulaCommand
from gradcli.cli.main import USAGE
from gradcli.cli.output import note, refuse, write
from gradcli.graph.gatesets import GATE_SETS, GateSet
from gradcli.language import GradcliError
from gradcli.passes.evaluate import UndefinedFormula, evaluate
from gradcli.passes.following import Followed, follow
from gradcli.report import numbers
from gradcli.report.paths import PATHS_SCHEMA, paths_as_json, paths_as_markdown, paths_as_text
from gradcli.report.screen import Screen
from gradcli.report.writers import write_up_to

FORMATS = ("table", "json", "markdown")

_EXAMPLE = "gradcli paths 'x*y + sin(y)' x=2 y=3 --from y"

_EPILOG = """
The derivative of e by a is the sum over all paths from a to e, each the product of its local derivatives. Every
bifurcation doubles the number of paths, so they are counted and summed without being listed; the factored form and
the backward pass do no more than they must. Nodes are named as in the formula, or by a part of it.

\b
Examples:
  gradcli paths 'x1*x2 + sin(x2)' x1=2 x2=3 --from x2
  gradcli paths 'b1 = a²; b2 = 3a; c = b1·b2; d1 = c/2; d2 = c²; e = d1 + d2' a=0.5
  gradcli paths 'q = x + y; f = q*z + q²' x=-2 y=5 z=-4 --from q --to f
  gradcli paths '(x + y)*z' x=-2 y=5 z=-4 --from x --to 'x + y'
  gradcli paths 's = a; repeat 200: p = s/2; q = 3s/4; s = p + q end; s' a=1 --top 3
  gradcli paths '(x + σ(x)) / (σ(x) + (x + y)²)' x=4 y=3 --from x --json | jq .count

\b
Exit status: 0 done, 2 what was typed is at fault, or no path leads there.
"""


@click.command("paths", cls=FormulaCommand, epilog=_EPILOG)
@inputs.arguments
@inputs.file_option
@inputs.at_option
@click.option("--from", "start", metavar="NODE", help="Where the paths begin: a name or a part of the formula; the "
              "input if there is only one.")  # fmt: skip
@click.option("--to", "end", metavar="NODE", help="Where they end; the output if it is not said.")
@click.option("--top", type=click.IntRange(min=1), default=20, show_default=True, metavar="K",
              help="Of more than K paths, list the K with the largest contributions.")  # fmt: skip
@click.option("--gates", type=click.Choice(GATE_SETS), default="lecture", show_default=True,
              help="Which gates the formula becomes.")  # fmt: skip
@inputs.digits_option
@click.option("--format", "form", type=click.Choice(FORMATS), default="table", show_default=True, help="The output.")
@click.option("--json", "form", flag_value="json", help="Short for --format json.")
@inputs.strict_option
@inputs.schema_option("paths-1.json")
@click.pass_context
def command(
    ctx: click.Context,
    arguments: tuple[str, ...],
    file: str | None,
    at: tuple[str, ...],
    start: str | None,
    end: str | None,
    top: int,
    gates: GateSet,
    digits: numbers.NumberStyle,
    form: str,
    strict: bool,
) -> None:
    """List the paths from one node to another, with the products that add up to the derivative."""
    screen = Screen.of(sys.stdout)
    try:
        text, point = inputs.given_formula(ctx, arguments, file, at, _EXAMPLE)
        result = evaluate(text, point, gates=gates, strict=strict, optional_gradient=True)
        shown = _written(follow(result, gates, start, end, top), form, screen, digits)
    except UndefinedFormula as fault:
        write(write_up_to(fault, form, screen, digits))
        refuse(fault, form, PATHS_SCHEMA)
        ctx.exit(USAGE)
    except GradcliError as fault:
        refuse(fault, form, PATHS_SCHEMA)
        ctx.exit(USAGE)
    write(shown)
    for line in result.notes:
        note(line)


def _written(found: Followed, form: str, screen: Screen, digits: numbers.NumberStyle) -> str:
    if form == "json":
        from gradcli.report.jsontext import dump

        return dump(paths_as_json(found), indent=screen.width is not None, ascii_only=screen.ascii_only) + "\n"
    if form == "markdown":
        return paths_as_markdown(found, digits, ascii_only=screen.ascii_only)
    return paths_as_text(found, digits, screen)
