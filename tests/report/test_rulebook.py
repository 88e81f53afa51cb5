"""The book of operations: every rule, by its own arithmetic."""

from __future__ import annotations

import json
import math

import pytest

from gradcli.report import jsontext, rulebook
from gradcli.report.screen import Screen
from gradcli.rules.table import RULES

LISTED = [rule for rule in RULES.values() if rule.listed]


def test_every_operation_that_can_be_typed_is_listed_once() -> None:
    names = [entry.name for _, entries in rulebook.rule_list() for entry in entries]
    assert names == [rule.name for rule in LISTED]


@pytest.mark.parametrize("rule", LISTED, ids=lambda rule: rule.name)
def test_every_page_is_complete(rule: object) -> None:
    entry = rulebook.rule_entry(rule)  # type: ignore[arg-type]
    assert entry.formula
    assert all(entry.locals.values())
    assert len(entry.locals) >= 1
    assert len(entry.samples) >= 3
    page = rulebook.rule_page(rule, Screen())  # type: ignore[arg-type]
    assert all(f"{name} = {formula}" in page for name, formula in entry.locals.items())
    assert all(convention in page for convention in entry.conventions)
    assert "winner" not in page
    assert "sinc_derivative" not in page
    assert all(line == line.rstrip() for line in page.split("\n"))
    markdown = rulebook.rule_markdown(rule)  # type: ignore[arg-type]
    assert markdown.startswith("## ")
    value = json.loads(jsontext.dump(rulebook.rule_json(rule)))  # type: ignore[arg-type]
    assert value["schema"] == "gradcli.rules/1"
    assert value["name"] == rule.name  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("name", "value", "definition", "local"),
    [
        ("sigmoid", "σ(i)", "1/(1 + e^(−i))", {"do/di": "o(1 − o)"}),
        ("tanh", "tanh(i)", "", {"do/di": "1 − o²"}),
        ("mul", "i₁ i₂", "", {"do/di₁": "i₂", "do/di₂": "i₁"}),
        ("leaky_relu", "leaky_relu(i₁, i₂)", "i₁ if i₁ > 0 else i₂ i₁",
         {"do/di₁": "1 if i₁ > 0 else i₂", "do/di₂": "0 if i₁ > 0 else i₁"}),
        ("max", "max(i₁, i₂)", "", {"do/di₁": "[i₁ > i₂]", "do/di₂": "[i₂ > i₁]"}),
        ("min", "min(i₁, i₂)", "", {"do/di₁": "[i₁ < i₂]", "do/di₂": "[i₂ < i₁]"}),
        ("hardswish", "hardswish(i)", "i hardsigmoid(i)",
         {"do/di": "(i/3 + 0.5 if i < 3 else 1) if i > −3 else 0"}),
        ("where", "i₂ if i₁ ≠ 0 else i₃", "", {"do/di₁": "0", "do/di₂": "[i₁ ≠ 0]", "do/di₃": "[i₁ = 0]"}),
        ("lt", "[i₁ < i₂]", "", {"do/di₁": "0", "do/di₂": "0"}),
        ("sinc", "sinc(i)", "", {"do/di": "(cospi(i) − o)/i"}),
    ],
)  # fmt: skip
def test_formulas(name: str, value: str, definition: str, local: dict[str, str]) -> None:
    entry = rulebook.rule_entry(RULES[name])
    assert (entry.value, entry.definition, entry.locals) == (value, definition, local)


def test_a_long_formula_is_shown_in_full() -> None:
    entry = rulebook.rule_entry(RULES["gelu_tanh"])
    assert len(entry.locals["do/di"]) > 60
    assert entry.locals["do/di"] in " ".join(rulebook.rule_page(RULES["gelu_tanh"], Screen()).split("\n"))


def test_a_page() -> None:
    assert (
        rulebook.rule_page(RULES["leaky_relu"], Screen())
        == """\
leaky_relu   leaky_relu(·, ·)

Value:
  o = leaky_relu(i₁, i₂) = i₁ if i₁ > 0 else i₂ i₁

Local derivatives:
  do/di₁ = 1 if i₁ > 0 else i₂
  do/di₂ = 0 if i₁ > 0 else i₁

Also typed as:
  leakyrelu, lrelu

May be left out:
  i₂, which is 0.01 then

Defined for:
  all numbers

By convention:
  leaky_relu′(0) = a, the left slope

At some points
i₁    i₂     o       do/di₁   do/di₂
−3    0.01   −0.03   0.01     −3
0.4   0.2    0.4     1        0
6     0.01   6       1        0
"""
    )


def test_samples_are_what_the_rule_computes() -> None:
    entry = rulebook.rule_entry(RULES["sigmoid"])
    for (i,), o, (slope,) in entry.samples:
        assert o == pytest.approx(1 / (1 + math.exp(-i)), rel=1e-14)
        assert slope == pytest.approx(math.exp(-i) / (1 + math.exp(-i)) ** 2, rel=1e-12)


@pytest.mark.parametrize("screen", [Screen(), Screen(boxes=True, width=80), Screen(width=80, ascii_only=True)])
def test_the_list(screen: Screen) -> None:
    text = rulebook.rules_text(screen)
    assert "Activation\n" in text
    assert text.isascii() == screen.ascii_only
    if screen.width is not None:
        assert max(map(len, text.split("\n"))) <= screen.width
    else:
        assert "sigmoid       σ(·)               o = 1/(1 + e^(−i))" in text


def test_the_list_in_markdown_and_json() -> None:
    assert "| tanh | tanh(·) | o = 2/(1 + e^(−2i)) − 1 | do/di = 1 − o² |" in rulebook.rules_markdown()
    value = json.loads(jsontext.dump(rulebook.rules_json()))
    assert [rule["name"] for rule in value["rules"]] == [rule.name for rule in LISTED]


def test_an_operation_nobody_types_has_a_page_too() -> None:
    assert rulebook.rule_page(RULES["winner"], Screen()).startswith("winner")
