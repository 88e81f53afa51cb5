"""`gradcli rules`: the table of operations, or one of them."""

from __future__ import annotations

import sys

import click
from click.shell_completion import CompletionItem

from gradcli.cli.main import USAGE
from gradcli.cli.output import refuse, write
from gradcli.language import GradcliError
from gradcli.language.suggest import did_you_mean, nearest
from gradcli.report.screen import Screen
from gradcli.rules.array_rule import ArrayRule
from gradcli.rules.array_table import ARRAY_NAMES, ARRAY_RULES, array_lookup
from gradcli.rules.rule import Rule
from gradcli.rules.table import FUNCTION_NAMES, RULES, lookup

_EPILOG = """\b
Examples:
  gradcli rules
  gradcli rules tanh
  gradcli rules softmax
  gradcli rules --format json | jq '.rules[].name'
"""


_ALL: dict[str, Rule | ArrayRule] = {**ARRAY_RULES, **RULES}
_BY_SIGN = {rule.sign: rule for rule in _ALL.values() if rule.listed}


def _complete(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:  # noqa: ARG001
    return [CompletionItem(name) for name, rule in _ALL.items() if rule.listed and name.startswith(incomplete)]


@click.command("rules", epilog=_EPILOG)
@click.argument("name", required=False, shell_complete=_complete)
@click.option("--format", "form", type=click.Choice(("table", "markdown", "json")), default="table",
              show_default=True, help="The output.")  # fmt: skip
@click.option("--json", "form", flag_value="json", help="Short for --format json.")
@click.pass_context
def command(ctx: click.Context, name: str | None, form: str) -> None:
    """Print every operation, its derivatives, its domain and its conventions at kinks, or all about one of them."""
    from gradcli.report import rulebook
    from gradcli.report.jsontext import dump

    screen = Screen.of(sys.stdout)
    rule = None if name is None else lookup(name) or array_lookup(name) or _BY_SIGN.get(name) or ARRAY_RULES.get(name)
    if name is not None and rule is None:
        hint = did_you_mean(nearest(name, [*FUNCTION_NAMES, *ARRAY_NAMES])) or "gradcli rules lists all of them"
        refuse(GradcliError("unknown-rule", f"there is no operation '{name}'", hint=hint), form)
        ctx.exit(USAGE)
    if form == "json":
        value = rulebook.rules_json() if rule is None else rulebook.rule_json(rule)
        write(dump(value, indent=True, ascii_only=screen.ascii_only) + "\n")
    elif form == "markdown":
        write(rulebook.rules_markdown() if rule is None else rulebook.rule_markdown(rule))
    else:
        write(rulebook.rules_text(screen) if rule is None else rulebook.rule_page(rule, screen))
