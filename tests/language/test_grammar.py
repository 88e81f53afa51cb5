"""The grammar is LALR(1) without conflicts, and its parse table is kept where only the user can write."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import pytest
from lark import Lark

from gradcli.graph.vocabulary import RuleVocabulary
from gradcli.language.grammar import grammar_file, load
from gradcli.language.reductions import Reductions
from gradcli.language.resolver import Resolver
from gradcli.language.scope import Scope


def _reads() -> int:
    """Build a parser and read a formula with it; the number of nodes."""
    resolver, reductions = Resolver(), Reductions()
    parser = load("formula.lark", postlex=resolver, transformer=reductions)
    for part in (resolver, reductions):
        part.begin("x + 1", Scope(RuleVocabulary(), None, strict=False))
    parser.parse("x + 1")
    return len(reductions.nodes)


def _files(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.rglob("*") if path.is_file())


def test_the_grammar_has_no_conflicts() -> None:
    text = grammar_file("formula.lark").read_text(encoding="utf-8")
    Lark(text, start="program", parser="lalr", lexer="basic", strict=True, postlex=Resolver())


def test_the_same_check_finds_a_conflict() -> None:
    with pytest.raises(Exception, match="collision"):
        Lark('start: a | b\na: "x"\nb: "x"', parser="lalr", strict=True)


def test_every_rule_has_a_reduction() -> None:
    rules = load("formula.lark", postlex=Resolver()).rules
    named = {rule.alias or rule.origin.name for rule in rules if not (rule.options.expand1 and not rule.alias)}
    own = {name for name in named if not name.startswith("_")} - {"number"}
    assert "juxtapose" in own
    assert [name for name in own if not callable(getattr(Reductions, str(name), None))] == []


def test_the_table_is_kept_in_the_users_cache(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    assert _reads() == 3
    assert _files(tmp_path) == ["formula.lark.table"]
    assert (tmp_path / "cache" / "gradcli").stat().st_mode & 0o077 == 0
    assert _reads() == 3


def test_each_choice_of_start_symbols_has_a_table_of_its_own(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    for _ in range(2):
        lines = load("homework.lark", start=("line", "heading"), lexer="contextual")
        numbers = load("homework.lark", start="written", lexer="contextual")
        assert lines.parse("grad x = 3", start="line").data == "answer"
        assert lines.parse("p1 grad x", start="heading").data == "heading"
        assert numbers.parse("[1, 2]").data == "written"
    assert _files(tmp_path) == ["homework.lark.line-heading.table", "homework.lark.written.table"]


@pytest.mark.parametrize("rubbish", [b"", b"rubbish", b"\x80\x05."])
def test_a_corrupted_table_is_built_anew(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, rubbish: bytes) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    _reads()
    table = tmp_path / "gradcli" / "formula.lark.table"
    whole = table.read_bytes()
    table.write_bytes(whole[: len(whole) // 2] if not rubbish else whole.split(b"\n")[0] + b"\n" + rubbish)
    assert _reads() == 3
    assert len(table.read_bytes()) > 0.9 * len(whole)


def test_no_folder_for_the_table_is_needed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    assert _reads() == 3
    assert _files(tmp_path) == ["file"]


@pytest.mark.parametrize("mode", [0o777, 0o770])
def test_a_folder_that_others_can_write_is_not_used(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, mode: int) -> None:
    folder = tmp_path / "gradcli"
    folder.mkdir()
    folder.chmod(mode)
    (folder / "formula.lark.table").write_bytes(b"planted")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert _reads() == 3
    assert (folder / "formula.lark.table").read_bytes() == b"planted"


def test_a_folder_that_cannot_be_written_is_not_used(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "gradcli").mkdir()
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    assert _reads() == 3
    assert _files(tmp_path) == []


@pytest.mark.parametrize("given", ["", "relative/folder"])
def test_without_a_cache_folder_the_home_is_used_and_never_the_shared_one(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, given: str
) -> None:
    shared, home, here = tmp_path / "shared", tmp_path / "home", tmp_path / "here"
    for folder in (shared, home, here):
        folder.mkdir()
    monkeypatch.chdir(here)
    monkeypatch.setattr(tempfile, "tempdir", str(shared))
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("XDG_CACHE_HOME", given)
    monkeypatch.delenv("LOCALAPPDATA", raising=False)
    assert _reads() == 3
    assert _files(home) == ["formula.lark.table"]
    monkeypatch.setenv("HOME", "/dev/null")
    assert _reads() == 3
    assert _files(shared) == _files(here) == []


def test_the_grammar_is_found_inside_the_package_first(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    from gradcli.language import grammar

    package = tmp_path / "gradcli"
    (package / "language").mkdir(parents=True)
    monkeypatch.setattr(grammar, "__file__", str(package / "language" / "grammar.py"))
    assert grammar_file("a.lark") == tmp_path / "grammars" / "a.lark"
    (package / "grammars").mkdir()
    (package / "grammars" / "a.lark").touch()
    assert grammar_file("a.lark") == package / "grammars" / "a.lark"
