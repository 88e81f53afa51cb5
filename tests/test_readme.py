"""Every command of the README is run, and what it shows is what comes out."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from gradcli.homework.course.session import Session
from tests.conftest import Program

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```", re.MULTILINE | re.DOTALL)


def _console() -> list[tuple[str, str]]:
    """Commands and the output that the README shows for each, perhaps only its beginning."""
    found = []
    for kind, text in BLOCK.findall(README):
        if kind == "console":
            for part in re.split(r"^\$ ", text, flags=re.MULTILINE)[1:]:
                command, _, output = part.partition("\n")
                found.append((command, output))
    return found


def test_there_are_commands() -> None:
    assert len(_console()) >= 7


@pytest.mark.parametrize(("command", "output"), _console())
def test_a_command_shows_what_the_readme_says(process: Program, command: str, output: str) -> None:
    if "| jq" in command and shutil.which("jq") is None:
        pytest.skip("jq is another program's installation")
    ran = process(f"cd '{ROOT}' && {command} 2>&1")
    assert "internal error" not in ran.out
    assert ran.out.startswith(output)
    assert ran.out


def test_inline_commands_work(process: Program) -> None:
    commands = [c for c in re.findall(r"`(gradcli [^`]+)`", README) if "|zsh|" not in c]
    assert len(commands) >= 4
    for command in commands:
        ran = process(command)
        assert ran.status == 0, command
        assert ran.out


def test_the_python_lines(capsys: pytest.CaptureFixture[str]) -> None:
    (text,) = [text for kind, text in BLOCK.findall(README) if kind == "python"]
    space: dict[str, object] = {}
    exec(text, space)
    assert capsys.readouterr().out.startswith("(x + y) * z\n")
    for expression, shown in re.findall(r"^(r\..*?|f\(.*?\)) +# (.*)$", text, re.MULTILINE):
        assert repr(eval(expression, space)) == shown


def test_the_key_is_one() -> None:
    (text,) = [text for kind, text in BLOCK.findall(README) if kind == "toml"]
    key = Session(text).key()
    assert key is not None
    assert [problem.id for problem in key.problems] == ["p1"]


def test_the_two_lines_that_do_everything() -> None:
    """The install lines are run by .ci/run from nothing; here only that they name what exists."""
    lines = [text.strip() for kind, text in BLOCK.findall(README) if kind == "sh"]
    assert len(lines) == 2
    assert all("\n" not in line for line in lines)
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    assert "\ntest = [" in project
    assert 'gradcli = "gradcli.cli.main:run"' in project
