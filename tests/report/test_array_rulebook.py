"""The pages of operations on arrays."""

from __future__ import annotations

import json

import pytest

from gradcli.report.array_rulebook import array_chapters, array_entry, array_json, array_markdown, array_page
from gradcli.report.rulebook import rule_json, rule_markdown, rule_page, rules_json
from gradcli.report.screen import Screen
from gradcli.rules.array_table import ARRAY_RULES

every_listed = pytest.mark.parametrize(
    "rule", [rule for rule in ARRAY_RULES.values() if rule.listed], ids=lambda rule: rule.name
)


@every_listed
def test_every_operation_has_a_page_in_all_formats(rule):
    page = array_page(rule, Screen())
    assert page.startswith(f"{rule.name}   {rule.sign}")
    assert rule_page(rule, Screen()) == page
    assert rule_markdown(rule) == array_markdown(rule)
    assert array_page(rule, Screen(ascii_only=True)).isascii()
    found = array_json(rule)
    assert json.loads(json.dumps(found)) == found
    assert rule_json(rule)["name"] == rule.name


@every_listed
def test_what_an_operand_receives_or_its_jacobian_is_told(rule):
    entry = array_entry(rule)
    told = {name.removeprefix("dL/d") for name in entry.products} | {n.removeprefix("do/d") for n in entry.jacobians}
    assert bool(told) == bool(rule.arity or rule.variadic)


def test_the_matrix_product_is_that_of_the_lecture():
    entry = array_entry(ARRAY_RULES["matvec"])
    assert entry.products == {"dL/di₁": "dL/do i₂ᵀ", "dL/di₂": "i₁ᵀ dL/do"}
    assert entry.jacobians == {"do/di₁": "I ⊗ i₂ᵀ", "do/di₂": "i₁"}


def test_settings_and_conventions_are_told():
    assert "axis: all entries if left out" in array_page(ARRAY_RULES["sum"], Screen())
    assert "n: must be given" in array_page(ARRAY_RULES["matpow"], Screen())
    assert "‖·‖′(0) = 0" in array_page(ARRAY_RULES["norm"], Screen())
    assert "Value, here of 3 entries:" in array_page(ARRAY_RULES["mean"], Screen())


def test_the_list_holds_each_operation_once():
    names = [row.cells[0][0] for table in array_chapters() for row in table.rows]
    assert names == [rule.name for rule in ARRAY_RULES.values() if rule.listed]
    assert [entry["name"] for entry in rules_json()["array_rules"]] == names
