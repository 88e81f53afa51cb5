"""`gradcli explain`: what an error means."""

from __future__ import annotations

import sys

import click
from click.shell_completion import CompletionItem

from gradcli.cli.main import USAGE
from gradcli.cli.output import refuse, write
from gradcli.language import GradcliError
from gradcli.language.suggest import did_you_mean, nearest
from gradcli.report.screen import Screen

_EPILOG = """\b
Examples:
  gradcli explain
  gradcli explain ambiguous-product
"""


def _complete(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:  # noqa: ARG001
    from gradcli.language.catalogue import CATALOGUE

    return [CompletionItem(code) for code in CATALOGUE if code.startswith(incomplete)]


@click.command("explain", epilog=_EPILOG)
@click.argument("code", required=False, shell_complete=_complete)
@click.pass_context
def command(ctx: click.Context, code: str | None) -> None:
    """Explain an error by its code, with an example and its repair; without a code, list all of them."""
    from gradcli.language.catalogue import CATALOGUE
    from gradcli.report import explanation

    screen = Screen.of(sys.stdout)
    if code is None:
        write(explanation.codes_text(screen))
    elif code in CATALOGUE:
        write(explanation.explanation_text(CATALOGUE[code], screen))
    else:
        hint = did_you_mean(nearest(code, CATALOGUE)) or "gradcli explain lists all of them"
        refuse(GradcliError("unknown-code", f"there is no error '{code}'", hint=hint), "table")
        ctx.exit(USAGE)
