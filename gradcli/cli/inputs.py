"""What commands on a formula have in common: the formula, its point, lists of names, the style of numbers."""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

import click

from gradcli.cli.arguments import plain
from gradcli.cli.output import write
from gradcli.graph.limits import read_stream, read_text
from gradcli.graph.point import Binding, bind, parse_binding
from gradcli.report import numbers

Command = TypeVar("Command", bound=Callable[..., Any] | click.Command)


def _style(ctx: click.Context, param: click.Parameter, value: str) -> numbers.NumberStyle:
    try:
        return numbers.style(value)
    except ValueError:
        raise click.BadParameter("write lecture, full, or a number of digits from 1 to 17", ctx, param) from None


class Finite(click.FloatRange):
    """A range of numbers without NaN and infinities, which click lets through."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The number, or a refusal of what is none."""
        number = super().convert(value, param, ctx)
        return number if math.isfinite(number) else self.fail(f"{value!r} is not a finite number", param, ctx)


ABOVE_0 = Finite(min=0, min_open=True)

arguments = click.argument("arguments", nargs=-1, metavar="FORMULA [NAME=VALUE]...")

file_option = click.option("-f", "--file", "file", metavar="FILE",
                           help="Read the formula from FILE ('-': standard input).")  # fmt: skip

at_option = click.option(
    "--at", "at", metavar="FILE", multiple=True,
    help="Bind names from a .json, .toml, .csv or .npz file; NAME=VALUE wins over it.",
)  # fmt: skip

digits_option = click.option("--digits", callback=_style, default="lecture", show_default=True,
                             metavar="lecture|N|full",
                             help="How numbers are shown; N is a number of significant digits.")  # fmt: skip

strict_option = click.option("--strict", is_flag=True, help="Never read a name as a product of others (xy as x*y).")


def schema_option(name: str, of: str = "--json") -> Callable[[Command], Command]:
    """`--schema`: it prints the JSON Schema in the file `name` of `gradcli.report.schemas`, and the program exits.

    Args:
        name: of the file.
        of: which output it describes, for the help.
    """

    def shown(ctx: click.Context, param: click.Parameter, asked: bool) -> None:  # noqa: ARG001
        if not asked or ctx.resilient_parsing:
            return
        from gradcli.report.jsontext import schema_text

        write(schema_text(name))
        ctx.exit()

    return click.option("--schema", is_flag=True, is_eager=True, expose_value=False, callback=shown,
                        help=f"Print the JSON Schema of {of}, and exit.")  # fmt: skip


def given_formula(
    ctx: click.Context, arguments: Sequence[str], file: str | None, at: tuple[str, ...], example: str, seed: int = 0
) -> tuple[str, dict[str, Binding]]:
    """The formula and the point of a command line.

    Args:
        ctx: the command.
        arguments: what was typed: the formula, unless there is a file of it, and bindings.
        file: a file with the formula, or '-'.
        at: files of bindings.
        example: a command line with a formula, which is shown where there is none.
        seed: of random values.

    Raises:
        click.UsageError: there is no formula.
        GradcliError: a file cannot be read, or a binding is none.
    """
    given = [plain(argument) for argument in arguments]
    if file is None and not given:
        raise click.UsageError(f"a formula is missing; try: {example}", ctx)
    text = formula(given.pop(0) if file is None else None, file)
    return text, point(at, given, seed)


def formula(typed: str | None, file: str | None) -> str:
    """The formula: what was typed, or what a file or standard input holds."""
    if typed is not None and typed != "-":
        return typed
    if typed == "-" or file == "-":
        return read_stream(sys.stdin.buffer, "standard input")
    return read_text(Path(str(file)))


def point(files: tuple[str, ...], given: list[str], seed: int) -> dict[str, Binding]:
    """The point: files in their order, then what was typed, which wins."""
    found: dict[str, Binding] = {}
    if files:
        from gradcli.graph.point_files import from_file

        for name in files:
            found.update(from_file(Path(name)))
    return {**found, **bind(parse_binding(text, seed=seed) for text in given)}


def names(listed: str | None) -> list[str] | None:
    """The names of a list with commas; None if there is no list."""
    return None if listed is None else [name.strip() for name in listed.split(",") if name.strip()]
