"""`gradcli hessian`: second derivatives at a point, or the Hessian times a vector."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable
from pathlib import Path

import click

from gradcli.cli import inputs
from gradcli.cli.arguments import FormulaCommand
from gradcli.cli.main import OK, USAGE
from gradcli.cli.output import note, refuse, write
from gradcli.graph.array_values import shape_of
from gradcli.graph.gatesets import GATE_SETS, GateSet
from gradcli.graph.point import Binding, bind, parse_binding
from gradcli.language import GradcliError, canonical
from gradcli.language.suggest import did_you_mean, nearest
from gradcli.passes.evaluate import Evaluation, evaluate
from gradcli.passes.hessian import Hessian, Product, hessian, hessian_vector
from gradcli.report import numbers
from gradcli.report.hessian import HESSIAN_SCHEMA, hessian_json, hessian_markdown, hessian_text
from gradcli.report.screen import Screen
from gradcli.rules.namespace import TIES, Ties

FORMATS = ("table", "json", "markdown")

_EXAMPLE = "gradcli hessian '5x² − xy²' x=1 y=2"

_EPILOG = """
Row i of the Hessian H is a backward pass that begins at ∂f/∂i and runs through the backward pass. With --vector one
such pass gives H·v, and H itself is never computed.

\b
Examples:
  gradcli hessian '5x² − xy²' x=1 y=2
  gradcli hessian '(1 - x)^2 + 100(y - x^2)^2' x=1 y=1
  gradcli hessian 'sum(tanh(W x)^2)' W=[[1,2],[3,4]] x=[0.1,-0.2] --wrt x
  gradcli hessian 'sum(tanh(W x)^2)' W=[[1,2],[3,4]] x=[0.1,-0.2] --wrt x --vector x=[1,0]
  gradcli hessian '5x² − xy²' x=1 y=2 --vector x=1,y=0
  gradcli hessian '5x² − xy²' x=1 y=2 --json | jq .hessian.matrix

\b
Exit status: 0 done, 2 what was typed is at fault.
"""

_VECTOR = "--vector"

_BINDING = re.compile(r"\s*[^\W\d]\w*\s*=(?!=)")
"""How an argument that binds a name begins."""


class _Command(FormulaCommand):
    """`--vector x=1 y=0`: the option takes all components that follow it."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        return super().parse_args(ctx, _spread(args))


def _spread(args: list[str]) -> list[str]:
    out: list[str] = []
    inside = False
    for place, arg in enumerate(args):
        if arg == "--":
            return out + args[place:]
        if inside and _BINDING.match(arg):
            if out[-1] != _VECTOR:
                out.append(_VECTOR)
            out.append(arg)
            continue
        if out and out[-1] == _VECTOR and not arg.startswith("-"):
            out.append(arg)
            continue
        inside = arg == _VECTOR or arg.startswith(_VECTOR + "=")
        out.append(arg)
    return out


@click.command("hessian", cls=_Command, epilog=_EPILOG)
@inputs.arguments
@inputs.file_option
@inputs.at_option
@click.option("--wrt", metavar="NAMES", help="Only the second derivatives by these names (x,y).")
@click.option(_VECTOR, "vector", multiple=True, metavar="NAME=VALUE...|FILE",
              help="Compute H·v alone: the components of v (x=1,y=0), or a file of them; 0 for names left out.",
              )  # fmt: skip
@click.option("--gates", type=click.Choice(GATE_SETS), default="lecture", show_default=True,
              help="Which gates the formula becomes.")  # fmt: skip
@click.option("--ties", type=click.Choice(TIES), default="split", show_default=True,
              help="Which of equal inputs of max and min gets the derivative.")  # fmt: skip
@inputs.digits_option
@click.option("--format", "form", type=click.Choice(FORMATS), default="table", show_default=True, help="The output.")
@click.option("--json", "form", flag_value="json", help="Short for --format json.")
@inputs.strict_option
@click.option("--seed", type=click.IntRange(min=0), default=0, show_default=True, metavar="N",
              help="Of the random numbers that names such as W ~ (3, 2) get.")  # fmt: skip
@inputs.schema_option("hessian-1.json")
@click.pass_context
def command(
    ctx: click.Context,
    arguments: tuple[str, ...],
    file: str | None,
    at: tuple[str, ...],
    wrt: str | None,
    vector: tuple[str, ...],
    gates: GateSet,
    ties: Ties,
    digits: numbers.NumberStyle,
    form: str,
    strict: bool,
    seed: int,
) -> None:
    """Print the second derivatives of a formula at a point, and what they say of the point."""
    try:
        text, point = inputs.given_formula(ctx, arguments, file, at, _EXAMPLE, seed)
        result = evaluate(text, point, wrt=inputs.names(wrt), gates=gates, ties=ties, strict=strict, seed=seed,
                          optional_gradient=True)  # fmt: skip
        found = hessian_vector(result, _direction(vector, result)) if vector else hessian(result)
        shown = _written(found, form, digits)
    except GradcliError as fault:
        refuse(fault, form, HESSIAN_SCHEMA)
        ctx.exit(USAGE)
    write(shown)
    for line in result.notes:
        note(line)
    ctx.exit(OK)


def _direction(given: Iterable[str], result: Evaluation) -> dict[str, object]:
    """The components of v, by the names of the formula."""
    found: list[Binding] = []
    for argument in given:
        if "=" not in argument and "~" not in argument:
            if not Path(argument).suffix or argument.startswith("["):
                example = ",".join(f"{name}={'[...]' if shape_of(result.at[name]) else 1 - min(place, 1)}"
                                   for place, name in enumerate(result.wrt[:2]))  # fmt: skip
                raise GradcliError("usage", f"--vector {argument} does not say by which name it is",
                                   hint=f"write --vector '{example}', or name a file of numbers")  # fmt: skip
            from gradcli.graph.point_files import from_file

            found += from_file(Path(argument)).values()
        else:
            found += [parse_binding(part) for part in components(argument)]
    names = {canonical(name): name for name in result.at}
    for binding in found:
        if binding.key not in names:
            raise GradcliError("unknown-wrt", f"'{binding.name}' in --vector has no value at the point",
                               hint=did_you_mean(nearest(binding.name, list(names.values())))
                               or f"bound are: {', '.join(names.values()) or 'no names'}")  # fmt: skip
    return {names[key]: binding.value for key, binding in bind(found).items()}


def components(text: str) -> list[str]:
    """`x=1,y=[1, 2]` cut at the commas that stand between bindings."""
    parts: list[str] = []
    depth = start = 0
    for place, character in enumerate(text):
        depth += (character in "([{") - (character in ")]}")
        if character == "," and depth == 0 and _BINDING.match(text, place + 1):
            parts.append(text[start:place])
            start = place + 1
    return [*parts, text[start:]]


def _written(found: Hessian | Product, form: str, digits: numbers.NumberStyle) -> str:
    screen = Screen.of(sys.stdout)
    if form == "json":
        from gradcli.report.jsontext import dump

        return dump(hessian_json(found), indent=screen.width is not None, ascii_only=screen.ascii_only) + "\n"
    if form == "markdown":
        return hessian_markdown(found, digits, ascii_only=screen.ascii_only)
    return hessian_text(found, digits, screen)
