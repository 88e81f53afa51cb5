"""The catalogue of errors: nothing is missing, every example provokes its error, every repair works."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

import gradcli as package
from gradcli.graph.point import bind, parse_binding
from gradcli.language import GradcliError
from gradcli.language.catalogue import CATALOGUE, Entry
from gradcli.passes.evaluate import evaluate

_KEBAB = re.compile(r"[a-z]+(-[a-z]+)*")
_MAKERS = {"GradcliError", "_error", "_refuse", "_two_ways"}
_SHOWN = [entry for entry in CATALOGUE.values() if entry.example]


def _is_error(base: ast.expr) -> bool:
    return isinstance(base, ast.Name) and base.id == "GradcliError"


def _codes(tree: ast.AST) -> set[str]:
    """First arguments of whatever makes an error: the class, helpers, and the constructors of its subclasses."""
    makers = [(node, _MAKERS) for node in ast.walk(tree)]
    makers += [(node, {"__init__"}) for cls in ast.walk(tree) if isinstance(cls, ast.ClassDef)
               and any(map(_is_error, cls.bases)) for node in ast.walk(cls)]  # fmt: skip
    found = set()
    for node, names in makers:
        if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
            called = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
            if called in names and isinstance(node.args[0].value, str):
                found.add(node.args[0].value)
    return found


def _codes_of_the_package() -> set[str]:
    files = Path(package.__file__).parent.rglob("*.py")
    return set().union(*(_codes(ast.parse(file.read_text(encoding="utf-8"))) for file in files))


def _run(example: str, bindings: tuple[str, ...]) -> None:
    evaluate(example, bind(map(parse_binding, bindings)))


def test_the_search_for_codes_finds_every_way_to_make_an_error() -> None:
    source = """
raise GradcliError("one", "...")
raise errors.GradcliError("two", "...")
self._error("three", x)
class Fault(GradcliError):
    def __init__(self):
        super().__init__("four", "...")
class Other(Base):
    def __init__(self):
        super().__init__("five", "...")
"""
    assert _codes(ast.parse(source)) == {"one", "two", "three", "four"}


def test_the_catalogue_holds_every_code_and_no_other() -> None:
    assert _codes_of_the_package() == set(CATALOGUE)


@pytest.mark.parametrize("entry", CATALOGUE.values(), ids=list(CATALOGUE))
def test_entries_are_complete(entry: Entry) -> None:
    assert CATALOGUE[entry.code] is entry
    assert _KEBAB.fullmatch(entry.code)
    assert entry.meaning.endswith(".")
    assert entry.repair
    assert "`" not in entry.meaning
    assert entry.repair.count("`") % 2 == 0
    assert bool(entry.example) or not entry.bindings


@pytest.mark.parametrize("entry", _SHOWN, ids=lambda entry: entry.code)
def test_an_example_provokes_its_error(entry: Entry) -> None:
    with pytest.raises(GradcliError) as caught:
        _run(entry.example, entry.bindings)
    assert caught.value.code == entry.code
    assert caught.value.hint


@pytest.mark.parametrize(("code", "formula"), [(e.code, f) for e in _SHOWN for f in e.formulas])
def test_a_repair_works(code: str, formula: str) -> None:
    _run(formula, CATALOGUE[code].bindings)


def test_an_example_without_a_repaired_formula_is_repaired_by_another_point() -> None:
    assert {entry.code for entry in _SHOWN if not entry.formulas} == {"bad-binding", "bound-twice"}
    _run("x^2", ("x=2",))
    _run("β₀^2", ("beta_0=2",))
