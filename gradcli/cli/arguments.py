"""Arguments as they are typed: a formula may begin with a minus sign and needs no `--`."""

from __future__ import annotations

import re
from typing import Any

import click
from click.exceptions import NoSuchOption

from gradcli.language.suggest import nearest

_MARK = "\0"
"""Put before a formula that would look like an option; no argument of a process can hold it."""

_LONG = re.compile(r"--[a-z][a-z-]*(=.*)?", re.DOTALL)
_WORD = re.compile(r"-[a-z][a-z-]{2,}(=.*)?", re.DOTALL)


class FormulaCommand(click.Command):
    """A command whose arguments may begin with a minus sign: `gradcli eval -exp(t) t=1`.

    What is an option is decided by the options there are: `-f` alone is one, `-f(x)` is a formula. A word with two
    dashes is always an option, so that a slip (`--wtr`) is noticed.
    """

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        return super().parse_args(ctx, self._protected(ctx, args))

    def _protected(self, ctx: click.Context, args: list[str]) -> list[str]:
        options = {name: param for param in self.get_params(ctx) if isinstance(param, click.Option)
                   for name in (*param.opts, *param.secondary_opts)}  # fmt: skip
        out: list[str] = []
        value_follows = False
        for place, arg in enumerate(args):
            if arg == "--":
                return out + args[place:]
            name = arg.partition("=")[0] if arg.startswith("--") else arg
            if value_follows or not arg.startswith("-") or arg == "-":
                out.append(arg)
                value_follows = False
            elif name in options:
                out.append(arg)
                value_follows = "=" not in arg and not options[name].is_flag and not options[name].count
            elif _LONG.fullmatch(arg):
                out.append(arg)  # click refuses it, with a suggestion
            else:
                self._refuse_one_dash(ctx, arg, options, args)
                out.append(_MARK + arg)
        return out

    @staticmethod
    def _refuse_one_dash(ctx: click.Context, arg: str, options: dict[str, Any], args: list[str]) -> None:
        """`-json` for `--json` is a slip, unless it is bound as a variable of that name."""
        if not _WORD.fullmatch(arg):
            return
        meant = [name for name in nearest("-" + arg.partition("=")[0], options) if name.startswith("--")]
        word = arg[1:].partition("=")[0]
        if f"--{word}" in options and not any(other.startswith(f"{word}=") for other in args):
            raise NoSuchOption(arg, possibilities=meant or [f"--{word}"], ctx=ctx)


def plain(argument: str) -> str:
    """The argument as it was typed."""
    return argument.removeprefix(_MARK)
