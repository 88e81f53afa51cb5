"""What commands on a formula have in common: their schemas, and a formula that is missing."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.conftest import Program


@pytest.mark.parametrize("command", ["eval", "derive", "hessian", "paths", "steps"])
@pytest.mark.parametrize("more", [(), ("(x+y)*z",), ("x)", "--format", "markdown"), ("--digits", "much")])
def test_the_schema_is_printed_whatever_else_is_asked(gradcli: Program, command: str, more: tuple[str, ...]) -> None:
    if command == "derive" and "--digits" in more:
        more = ("--order", "9")
    ran = gradcli(command, *more, "--schema")
    assert (ran.status, ran.err) == (0, "")
    assert json.loads(ran.out)["$id"] == f"gradcli.{command}/1"


@pytest.mark.parametrize("command", ["eval", "derive", "hessian", "paths", "steps", "descend"])
def test_without_a_formula_a_command_line_with_one_is_shown(gradcli: Program, command: str) -> None:
    ran = gradcli(command)
    assert (ran.status, ran.out) == (2, "")
    _, found, example = ran.err.splitlines()[0].partition(f"a formula is missing; try: gradcli {command} ")
    assert found
    assert example.startswith("'")
    typed = example.split("'")
    assert gradcli(command, typed[1], *typed[2].split()).status == 0


def test_a_formula_in_a_file_leaves_all_arguments_to_the_point(gradcli: Program, tmp_path: Path) -> None:
    (tmp_path / "f.txt").write_text("x*y", encoding="utf-8")
    for command in ("eval", "paths", "steps"):
        names = ("--from", "x") if command == "paths" else ()
        assert gradcli(command, "-f", str(tmp_path / "f.txt"), "x=2", "y=3", *names).status == 0
