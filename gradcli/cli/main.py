"""`gradcli`: the commands, and what happens to whatever goes wrong."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from importlib import import_module
from itertools import pairwise
from pathlib import Path
from typing import NoReturn

import click

from gradcli import __version__
from gradcli.cli.lost import OutputLostError

OK, NO, USAGE, BUG, INTERRUPTED = 0, 1, 2, 70, 130
"""Exit statuses: done; the answer is no; what was typed is at fault; a bug of ours; interrupted."""

_COMMANDS = {
    "eval": "value, gradient and the tables of a formula at a point",
    "steps": "both passes one row at a time, each with a sentence that explains it",
    "check": "mark homework: what is right, what went wrong where, what the class did",
    "paths": "the ways from one node to another, and what each adds to the derivative",
    "descend": "gradient descent from a point, with the curve of the loss",
    "derive": "the formulas of the derivatives: as text, LaTeX or program code",
    "hessian": "second derivatives at a point, and what they say of it",
    "rules": "every operation, its derivatives, its conventions at kinks",
    "explain": "what an error means, with an example and its repair",
    "completion": "the script that completes commands and options in your shell",
}

_SCHEMAS = {
    "check": "gradcli.checks/1",
    **{name: f"gradcli.{name}/1" for name in ("steps", "paths", "derive", "hessian")},
}
"""The schemas of errors in JSON, those of the results; of all other commands that of `gradcli eval`."""


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
    _open_what_is_closed()
    sys.exit(_status(given))


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
    except BrokenPipeError:  # from a help text
        _let_go_of_the_output()
        return OK
    except OutputLostError as lost:
        _let_go_of_the_output()
        return OK if isinstance(lost.cause, BrokenPipeError) else _refuse_to_write(lost.cause)
    except Exception as error:
        if "--debug" in given:
            raise
        command = f" {given[0]}" if given[:1] and given[0] in _COMMANDS else ""
        click.echo(f"gradcli: internal error ({type(error).__name__}); this is a bug of ours, please report it\n"
                   f"help: gradcli --debug{command} ... shows the trace", err=True)  # fmt: skip
        return BUG


def _refuse_usage(error: click.ClickException, given: list[str]) -> None:
    """Report a misused command line: as JSON where that was asked for, else as other errors are."""
    from gradcli.language import GradcliError
    from gradcli.report.charset import visible

    if isinstance(error, click.exceptions.NoArgsIsHelpError):
        error.show()  # gradcli alone shows its help
        return
    command = error.ctx.command_path if isinstance(error, click.UsageError) and error.ctx else "gradcli"
    message = error.format_message()
    message = message[:1].lower() + message[1:].rstrip(".")
    hint = _forgotten_command(given) or f"{command} --help shows how it is used"
    if "--json" in given or "--format=json" in given or ("--format", "json") in pairwise(given):
        from gradcli.cli.output import refuse

        name = command.split()[-1]
        refuse(GradcliError("usage", message, hint=hint), "json", _SCHEMAS.get(name))
    else:
        click.echo(f"error: {visible(message)}\nhelp: {visible(hint)}", err=True)


def _forgotten_command(given: list[str]) -> str | None:
    """What was meant by a first argument that is no command: one of another spelling, or a formula."""
    if not given or given[0] in _COMMANDS or given[0].startswith("-"):
        return None
    from gradcli.language.suggest import nearest

    near = nearest(given[0], _COMMANDS)
    if near:
        return f"did you mean gradcli {near[0]}?"
    return f"to evaluate a formula write gradcli eval '{given[0]}' NAME=VALUE ..."


def _refuse_to_write(error: OSError) -> int:
    from gradcli.cli.output import refuse
    from gradcli.language import GradcliError

    why = (error.strerror or "error").lower()
    refuse(GradcliError("unwritable", f"the output cannot be written: {why}", hint="make room"), "table")
    return USAGE


def _open_what_is_closed() -> None:
    """Standard streams that the caller has closed; Python leaves None in their places."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, Path(os.devnull).open(mode, encoding="utf-8"))  # noqa: SIM115  (open until the end)


def _let_go_of_the_output() -> None:
    # Python flushes standard output once more at exit, and would complain about it then.
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
