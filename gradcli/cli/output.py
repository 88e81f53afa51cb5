"""Writing to standard output and standard error."""

from __future__ import annotations

import sys

import click

from gradcli.cli.lost import OutputLostError
from gradcli.language import GradcliError
from gradcli.report.charset import can_show, spelled, visible


def write(text: str) -> None:
    """Put a finished report on standard output.

    Raises:
        OutputLostError: it takes no more.
    """
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except OSError as error:
        raise OutputLostError(error) from None


def note(text: str) -> None:
    """Put a note on standard error."""
    ascii_only = not can_show(getattr(sys.stderr, "encoding", None))
    click.echo(spelled(f"note: {visible(text)}", ascii_only=ascii_only), err=True)


def refuse(fault: GradcliError, form: str, schema: str | None = None) -> None:
    """Report an error: as an object on standard output where JSON was asked for, else as text on standard error.

    Args:
        fault: the error.
        form: the format that was asked for.
        schema: of the object; that of `gradcli eval` if it is not said.
    """
    if form == "json":
        from gradcli.report.jsontext import EVAL_SCHEMA, dump, failure

        ascii_only = not can_show(getattr(sys.stdout, "encoding", None))
        write(dump(failure(fault, schema or EVAL_SCHEMA), ascii_only=ascii_only) + "\n")
        return
    from gradcli.report.faults import fault_text

    sys.stdout.flush()
    sys.stderr.write(fault_text(fault, ascii_only=not can_show(getattr(sys.stderr, "encoding", None))))
