"""`gradcli`: the commands, and what happens to whatever goes wrong."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from importlib import import_module
from itertools import pairwise
from typing import NoReturn

import click

from gradcli import __version__

OK, NO, USAGE, BUG, INTERRUPTED = 0, 1, 2, 70, 130
"""Exit statuses: done; the answer is no; what was typed is at fault; a bug of ours; interrupted."""

_COMMANDS = {
    "eval": "value, gradient and the tables of a formula at a point",
    "rules": "every operation, its derivatives, its conventions at kinks",
    "explain": "what an error means, with an example and its repair",
    "completion": "the script that completes commands and options in your shell",
}


class _Commands(click.Group):
    """Commands whose modules are imported when they are used."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        command: click.Command = import_module(f"gradcli.cli.{cmd_name}").command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(_COMMANDS.items()))


_EPILOG = """\b
Examples:
  gradcli eval '(x+y)*z' x=-2 y=5 z=-4
  gradcli eval '(x+y)*z' x=-2 y=5 z=-4 --json | jq .gradient.x
  gradcli rules tanh
"""


@click.group(
    cls=_Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100}, epilog=_EPILOG
)
@click.version_option(__version__, "-V", "--version", message="gradcli %(version)s")
@click.option("--debug", is_flag=True, expose_value=False, help="Show the trace of an internal error.")
def main() -> None:
    """Backpropagation as the lecture draws it: per-node tables, gradients and JSON for formulas like (x+y)*z."""


def run(arguments: Sequence[str] | None = None) -> NoReturn:
    """The program: runs a command and exits with its status."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    try:
        status = _status(given)
        sys.stdout.flush()
    except BrokenPipeError:
        _let_go_of_the_pipe()
        status = OK
    sys.exit(status)


def _status(given: list[str]) -> int:
    try:
        status = main(given, prog_name="gradcli", standalone_mode=False)
        return status if isinstance(status, int) else OK
    except click.exceptions.Exit as leave:
        return leave.exit_code
    except click.ClickException as error:
        _refuse_usage(error, given)
        return USAGE
    except (KeyboardInterrupt, click.Abort):
        click.echo("interrupted", err=True)
        return INTERRUPTED
    except BrokenPipeError:
        raise
    except Exception as error:
        if "--debug" in given:
            raise
        command = f" {given[0]}" if given[:1] and given[0] in _COMMANDS else ""
        click.echo(f"gradcli: internal error ({type(error).__name__}); this is a bug of ours, please report it\n"
                   f"help: gradcli --debug{command} ... shows the trace", err=True)  # fmt: skip
        return BUG


def _refuse_usage(error: click.ClickException, given: list[str]) -> None:
    """Report a misused command line: as JSON where that was asked for, else as click writes it."""
    if "--json" in given or "--format=json" in given or ("--format", "json") in pairwise(given):
        from gradcli.cli.output import refuse
        from gradcli.language import GradcliError

        refuse(GradcliError("usage", error.format_message(), hint="gradcli --help shows how it is used"), "json")
    else:
        error.show()


def _let_go_of_the_pipe() -> None:
    # Python flushes standard output once more at exit, and would complain about the closed pipe then.
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
