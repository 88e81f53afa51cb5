"""`gradcli rules`, `gradcli explain`, `gradcli completion`, and what the program does on its own."""

from __future__ import annotations

import json

import pytest

from gradcli.cli import main as program
from gradcli.language.catalogue import CATALOGUE
from gradcli.rules.table import RULES
from tests.conftest import Program


def test_rules_lists_every_operation(gradcli: Program) -> None:
    listed = {name for name, rule in RULES.items() if rule.listed}
    ran = gradcli("rules")
    assert ran.status == 0
    assert listed <= {line.split(" ")[0] for line in ran.out.splitlines()}
    assert {rule["name"] for rule in json.loads(gradcli("rules", "--json").out)["rules"]} == listed
    markdown = gradcli("rules", "--format", "markdown").out
    assert all(f"| {name.replace('_', chr(92) + '_')} |" in markdown for name in listed)


@pytest.mark.parametrize("name", ["tanh", "σ", "1/·", "swish", "ReLU"])
def test_one_rule_under_any_of_its_names(gradcli: Program, name: str) -> None:
    for form in ("table", "json", "markdown"):
        ran = gradcli("rules", name, "--format", form)
        assert (ran.status, ran.err) == (0, "")
        assert ran.out
    assert "do/di = " in gradcli("rules", name).out


def test_the_page_of_tanh(gradcli: Program) -> None:
    page = json.loads(gradcli("rules", "tanh", "--json").out)
    assert page["name"] == "tanh"
    assert "do/di = 1 − o²" in gradcli("rules", "tanh").out


@pytest.mark.parametrize("name", ["tanhh", "winner", "no such rule", "\x1b[31m"])
def test_an_unknown_rule(gradcli: Program, name: str) -> None:
    ran = gradcli("rules", name)
    assert ran.status == 2
    assert "there is no operation" in ran.err
    assert "\x1b" not in ran.err
    assert json.loads(gradcli("rules", name, "--json").out)["error"]["kind"] == "unknown-rule"


def test_explain_lists_and_explains_every_code(gradcli: Program) -> None:
    listed = gradcli("explain").out
    for code in CATALOGUE:
        assert code in listed
        ran = gradcli("explain", code)
        assert (ran.status, ran.err) == (0, "")
        assert ran.out.startswith(code)
    ran = gradcli("explain", "ambiguous-produkt")
    assert ran.status == 2
    assert "ambiguous-product" in ran.err


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_scripts(gradcli: Program, shell: str) -> None:
    ran = gradcli("completion", shell)
    assert ran.status == 0
    assert f"_GRADCLI_COMPLETE={shell}_complete" in ran.out


@pytest.mark.parametrize(
    ("words", "wanted"),
    [("gradcli ev", "eval"), ("gradcli eval --gat", "--gates"), ("gradcli eval --gates prim", "primitive"),
     ("gradcli rules tanhs", "tanhshrink"), ("gradcli explain ambiguous-n", "ambiguous-name")],
)  # fmt: skip
def test_the_shell_completes(process: Program, words: str, wanted: str) -> None:
    ran = process("gradcli", COMP_WORDS=words, COMP_CWORD=str(words.count(" ")), _GRADCLI_COMPLETE="bash_complete")
    assert f"plain,{wanted}" in ran.out.splitlines()


def test_help_and_version(gradcli: Program) -> None:
    assert gradcli("--version").out.startswith("gradcli 0.")
    for command in ("eval", "rules", "explain", "completion"):
        assert command in gradcli("--help").out
        assert "Usage: gradcli " + command in gradcli(command, "--help").out
    assert gradcli().status == 2  # nothing was asked for


def test_a_bug_is_reported_in_two_lines(gradcli: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(program, "main", broken)
    ran = gradcli("eval", "x", "x=1")
    assert (ran.status, ran.out) == (70, "")
    assert "ZeroDivisionError" in ran.err
    assert len(ran.err.splitlines()) == 2


def test_an_interrupt_is_told(gradcli: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(program, "main", interrupted)
    assert gradcli("eval", "x", "x=1").status == 130
