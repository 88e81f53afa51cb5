"""`gradcli eval`: a formula at a point."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from gradcli.cli import inputs
from gradcli.cli.arguments import FormulaCommand, plain
from gradcli.cli.main import NO, OK, USAGE
from gradcli.cli.output import note, refuse, write
from gradcli.graph.gatesets import GATE_SETS, GateSet
from gradcli.graph.point import parse_binding
from gradcli.language import GradcliError
from gradcli.passes.evaluate import Evaluation, UndefinedFormula, evaluate
from gradcli.passes.numeric import check_evaluation, left_out
from gradcli.passes.parameters import default_parameters
from gradcli.passes.seeds import no_gradient
from gradcli.report import numbers
from gradcli.report.screen import Screen
from gradcli.report.structure import LAYOUTS, Layout
from gradcli.report.writers import FORMATS, MODES, Extras, Mode, write_up_to
from gradcli.report.writers import write as written
from gradcli.rules.namespace import TIES, Ties

if TYPE_CHECKING:
    from gradcli.report.jsonl import Defaults

_EXAMPLE = "gradcli eval '(x+y)*z' x=-2 y=5 z=-4"

_EPILOG = """
Several statements are separated by ';' or a line break; the last one is the output. gradcli prints how it read the
formula above the tables. A VALUE is a number, a constant expression (pi/4), a vector [1, 2], a matrix
[[1, 2], [3, 4]], or a file: W=@w.npy, W=@point.npz:W. 'W ~ (3, 2)' gives W random numbers.

\b
Examples:
  gradcli eval '(x+y)*z' x=-2 y=5 z=-4
  gradcli eval 'z = (x + σ(x)) / (σ(x) + (x + y)²)' x=4 y=3
  gradcli eval '-exp(-t)' t=1                           a minus sign in front needs no --
  gradcli eval 'q = x + y; f = q*z' x=-2 y=5 z=-4       rows named q and f
  gradcli eval '1/(1+e^(-x))' x=1 --gates coarse        one gate for what is a sigmoid
  gradcli eval '5x² − xy²' x=1 y=2 --check-numeric      each derivative against a difference quotient
  gradcli eval 'sum((W x - y)^2)' 'W=[[1, 2], [3, 4]]' x=[1,2] y=[0,1]   vectors and matrices
  gradcli eval 'tanh(W x)' 'W ~ (3, 2)' x=[1,2] --seed 1 --jacobian      random W, and the Jacobians
  gradcli eval 'L = sum((a*x - y)^2)' a=1 x=[1,2] y=[2,5] --wrt a --per-example --step 0.05
  gradcli eval '(x+y)*z' x=-2 y=5 z=-4 --json | jq .gradient
  gradcli eval '(x+y)*z' x=-2 y=5 z=-4 --mode both       forward and reverse mode, with their cost
  gradcli eval 'q = x + y; f = q*z' x=-2 y=5 z=-4 --show 'dq/dx, ∂f/∂q, df/dx'
  gradcli eval -f formula.txt --at point.toml
  echo '{"id": 1, "expr": "x*y", "at": {"x": 2, "y": 3}}' | gradcli eval --jsonl -

\b
Exit status: 0 done, 1 a numeric check failed, 2 what was typed is at fault.
"""


def _start(ctx: click.Context, param: click.Parameter, value: str | None) -> Any:
    """What a backward pass begins with: "ones", a literal, or what a file holds."""
    if value is None or value == "ones":
        return value
    typed = value.lstrip().startswith(("[", "@")) or value.replace(".", "", 1).isdecimal()
    try:
        return parse_binding(f"seed_gradient={value if typed else '@' + value}").value
    except GradcliError as fault:
        hint = "write ones, [1, 0], or the name of a file"
        raise click.BadParameter(f"{fault.message}; {hint}", ctx, param) from None


@click.command("eval", cls=FormulaCommand, epilog=_EPILOG)
@inputs.arguments
@inputs.file_option
@inputs.at_option
@click.option("--wrt", metavar="NAMES", help="Only the derivatives by these names (x,y).")
@click.option("--gates", type=click.Choice(GATE_SETS), default="lecture", show_default=True,
              help="Which gates the formula becomes.")  # fmt: skip
@click.option("--ties", type=click.Choice(TIES), default="split", show_default=True,
              help="Which of equal inputs of max and min gets the derivative.")  # fmt: skip
@inputs.digits_option
@click.option("--format", "form", type=click.Choice(FORMATS), default="table", show_default=True, help="The output.")
@click.option("--json", "form", flag_value="json", help="Short for --format json.")
@click.option("--check-numeric", is_flag=True, help="Compare each derivative with a difference quotient.")
@click.option("--exit-zero", is_flag=True, help="Exit with 0 although a check failed or a record has an error.")
@inputs.strict_option
@click.option("--seed-gradient", metavar="ones|FILE", callback=_start, help="For a value that is an array: "
              "the derivative by it with which the backward pass begins; [1, 0] may be written, too.")  # fmt: skip
@click.option("--jacobian", is_flag=True, help="The Jacobians of the value by the names.")
@click.option("--layout", type=click.Choice(LAYOUTS), default="numerator", show_default=True,
              help="Whether the rows of a Jacobian are functions, or variables.")  # fmt: skip
@click.option("--mode", type=click.Choice(MODES), default="reverse", show_default=True,
              help="Backward pass, tangents of forward mode, or both with their operations counted.")  # fmt: skip
@click.option("--lazy", is_flag=True, help="Compute the derivatives of --wrt on demand, with the table of results.")
@click.option("--show", metavar="LIST", help="Only these derivatives: 'dq/dx, ∂f/∂q, df/dx' (∂ partial, d total).")
@click.option("--bars", is_flag=True, help="Write x̄ for the derivative of the output by x.")
@click.option("--seed", type=click.IntRange(min=0), default=0, show_default=True, metavar="N",
              help="Of the random numbers that names such as W ~ (3, 2) get.")  # fmt: skip
@click.option("--per-example", is_flag=True, help="Of a loss that is summed over a batch: each example's gradient.")
@click.option("--step", type=inputs.ABOVE_0, metavar="RATE",
              help="Make one step of gradient descent with this rate; --wrt names the parameters.")  # fmt: skip
@click.option("--jsonl", is_flag=True, help="Read one JSON object a line from FILE or '-', answer with one a line.")
@click.option("--nodes", is_flag=True, help="With --jsonl: answer with the nodes, too.")
@inputs.schema_option("eval-1.json")
@click.pass_context
def command(
    ctx: click.Context,
    arguments: tuple[str, ...],
    file: str | None,
    at: tuple[str, ...],
    wrt: str | None,
    gates: GateSet,
    ties: Ties,
    digits: numbers.NumberStyle,
    form: str,
    check_numeric: bool,
    exit_zero: bool,
    strict: bool,
    seed_gradient: Any,
    jacobian: bool,
    layout: Layout,
    mode: Mode,
    lazy: bool,
    show: str | None,
    bars: bool,
    seed: int,
    per_example: bool,
    step: float | None,
    jsonl: bool,
    nodes: bool,
) -> None:
    """Print value, gradient and the per-node tables of a formula at a point."""
    if nodes and not jsonl:
        raise click.UsageError("--nodes goes with --jsonl; --json always holds the nodes", ctx)
    if form in ("plain", "csv") and (per_example or step is not None or mode != "reverse" or lazy or show is not None):
        raise click.UsageError(
            "--per-example, --step, --mode, --lazy and --show go with --format table, markdown or json", ctx
        )
    if jsonl:
        from gradcli.report.jsonl import Defaults

        _refuse_beside_jsonl(ctx)
        defaults = Defaults(inputs.names(wrt), gates, ties, strict=strict, nodes=nodes, seed=seed,
                            seed_gradient=seed_gradient, jacobian=jacobian, layout=layout)  # fmt: skip
        given = [plain(argument) for argument in arguments]
        ctx.exit(_records(ctx, given, file, defaults, exit_zero=exit_zero))
    screen = Screen.of(sys.stdout)
    try:
        text, point = inputs.given_formula(ctx, arguments, file, at, _EXAMPLE, seed)
        result = evaluate(text, point, wrt=inputs.names(wrt), gates=gates, ties=ties, strict=strict, seed=seed,
                          seed_gradient=seed_gradient, jacobian=jacobian, optional_gradient=True)  # fmt: skip
        if result.backward is None and mode == "reverse" and (check_numeric or not jacobian):
            if form in ("table", "markdown"):
                write(written(result, form, screen, digits, Extras(bars=bars), layout))
            raise no_gradient(result.graph)
        moved = None if step is None else default_parameters(result.formula, point) if wrt is None else result.wrt
        extras = _extras(result, check_numeric=check_numeric, by_example=per_example, wrt=wrt, moved=moved, rate=step)
        if show is not None:
            from gradcli.passes.quantities import find

            extras = replace(extras, quantities=find(result, show, gates))
        shown = written(result, form, screen, digits, replace(extras, bars=bars, mode=mode, lazy=lazy), layout)
    except UndefinedFormula as fault:
        write(write_up_to(fault, form, screen, digits, layout))
        refuse(fault, form)
        ctx.exit(USAGE)
    except GradcliError as fault:
        refuse(fault, form)
        ctx.exit(USAGE)
    write(shown)
    for line in (*result.notes, *(left_out(result) if check_numeric else ())):
        note(line)
    if not exit_zero and any(check.verdict == "differs" for check in extras.checks or ()):
        ctx.exit(NO)


def _extras(
    result: Evaluation, *, check_numeric: bool, by_example: bool, wrt: str | None, moved: Sequence[str] | None,
    rate: float | None,
) -> Extras:  # fmt: skip
    examples = made = None
    if by_example:
        from gradcli.passes.examples import per_example

        examples = per_example(result, None if wrt is None else result.wrt)
    if rate is not None and moved is not None:
        from gradcli.passes.descent import one_step

        made = one_step(replace(result, wrt=tuple(moved)), rate)
    return Extras(check_evaluation(result) if check_numeric else None, examples, made)


def _refuse_beside_jsonl(ctx: click.Context) -> None:
    """Options that would change nothing, because each record brings its point and is answered in JSON."""
    for option in ("at", "digits", "form", "check_numeric", "per_example", "step", "bars", "mode", "lazy", "show"):
        if ctx.get_parameter_source(option) is ParameterSource.COMMANDLINE and ctx.params[option] != "json":
            name = "--format" if option == "form" else "--" + option.replace("_", "-")
            raise click.UsageError(f"{name} does not go with --jsonl", ctx)


def _records(ctx: click.Context, given: list[str], file: str | None, defaults: Defaults, *, exit_zero: bool) -> int:
    """One answer a line, in order, as they come; a record that fails stops no other."""
    from gradcli.report.jsonl import answers

    if len(given) > 1 or (given and file):
        raise click.UsageError("--jsonl takes one FILE, or '-' for standard input; each record brings its point", ctx)
    source = given[0] if given else file or "-"
    failed = False
    try:
        with sys.stdin.buffer if source == "-" else Path(source).open("rb") as stream:
            for line, good in answers(stream, defaults):
                write(line + "\n")
                failed = failed or not good
    except OSError as error:
        refuse(GradcliError("unreadable-file", f"{source} cannot be read: {(error.strerror or 'error').lower()}",
                            hint="check the name of the file"), "json")  # fmt: skip
        return USAGE
    return USAGE if failed and not exit_zero else OK
