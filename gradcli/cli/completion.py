"""`gradcli completion`: the script that a shell needs to complete commands, options and names of rules."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class

from gradcli.cli.main import main
from gradcli.cli.output import write

_EPILOG = """\b
To switch it on:
  bash   eval "$(gradcli completion bash)"        in ~/.bashrc
  zsh    eval "$(gradcli completion zsh)"         in ~/.zshrc
  fish   gradcli completion fish | source         in ~/.config/fish/config.fish
"""


@click.command("completion", epilog=_EPILOG)
@click.argument("shell", type=click.Choice(("bash", "zsh", "fish")))
def command(shell: str) -> None:
    """Print the completion script of a shell."""
    completion = get_completion_class(shell)
    assert completion is not None  # noqa: S101  (click has a class for each of the choices)
    write(completion(main, {}, "gradcli", "_GRADCLI_COMPLETE").source() + "\n")
