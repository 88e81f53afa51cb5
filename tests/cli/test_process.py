"""The program as a process: pipes, signals, terminals, exit statuses."""

from __future__ import annotations

import os
import pty
import re
import signal
import subprocess
import sys

import pytest

from tests.conftest import Program

EVAL = "gradcli eval '(x+y)*z' x=-2 y=5 z=-4"
ESCAPE = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


def test_a_closed_pipe_ends_quietly(process: Program) -> None:
    ran = process("for i in 1 2 3; do echo -n x+; done | cat - <(python3 -c \"print('x'+'+x'*50000)\") | tr -d '\\n' "
                  "| gradcli eval - x=1 --format plain | head -1")  # fmt: skip
    assert ran.out.startswith("output\tf\t")
    assert ran.err == ""


def test_head_of_the_tables(process: Program) -> None:
    ran = process(f"{EVAL} | head -1")
    assert (ran.status, ran.out, ran.err) == (0, "(x + y) * z\n", "")


def test_jq_reads_the_gradient(process: Program) -> None:
    ran = process(f'{EVAL} --json | python3 -c \'import json, sys; print(json.load(sys.stdin)["gradient"]["x"])\'')
    assert (ran.status, ran.out) == (0, "-4\n")


def test_ascii_output(process: Program) -> None:
    ran = process("gradcli eval 'σ(x)' x=1", PYTHONIOENCODING="ascii")
    assert ran.status == 0
    assert ran.out.isascii()
    assert "sigma(.)" in ran.out


def test_numpy_is_not_imported_for_a_scalar_problem(process: Program) -> None:
    ran = process(
        "python3 -X importtime -m gradcli eval '(x+y)*z' x=-2 y=5 z=-4 --check-numeric 2>&1 >/dev/null"
        " | grep -c numpy || true"
    )
    assert ran.out == "0\n"


def test_the_version_needs_no_parser(process: Program) -> None:
    ran = process("python3 -X importtime -m gradcli --version 2>&1 >/dev/null | grep -cE 'lark|rich' || true")
    assert ran.out == "0\n"


def _on_a_terminal(columns: int, **environment: str) -> str:
    """What `gradcli eval` writes when standard output is a terminal of that width."""
    parent, child = pty.openpty()
    env = {**os.environ, "COLUMNS": str(columns), "LINES": "50", "TERM": "xterm", "PYTHONIOENCODING": "utf-8"}
    for name in ("NO_COLOR", "FORCE_COLOR"):
        env.pop(name, None)
    with subprocess.Popen(
        [sys.executable, "-m", "gradcli", "eval", "z = (x + σ(x)) / (σ(x) + (x + y)²)", "x=4", "y=3"],
        stdout=child, stderr=subprocess.PIPE, env={**env, **environment},
    ):  # fmt: skip
        os.close(child)
        data = b""
        while True:
            try:
                piece = os.read(parent, 65536)
            except OSError:
                break
            if not piece:
                break
            data += piece
    os.close(parent)
    return data.decode().replace("\r\n", "\n")


@pytest.mark.parametrize("columns", [40, 60, 80, 140])
def test_tables_fit_the_terminal(columns: int) -> None:
    text = _on_a_terminal(columns)
    assert max(map(len, ESCAPE.sub("", text).splitlines())) <= columns
    for number in ("0.982", "0.0177", "4.982", "49.982", "−0.0004", "0.0997", "−0.00199", "−0.0279", "0.000318"):
        assert number in text


def test_boxes_and_colours_only_where_they_are_wanted() -> None:
    assert "╭" in _on_a_terminal(100)
    assert ESCAPE.search(_on_a_terminal(100))
    quiet = _on_a_terminal(100, NO_COLOR="1")
    assert "╭" in quiet
    assert not re.search(r"\x1b\[3[0-9]", quiet)
    dumb = _on_a_terminal(100, TERM="dumb")
    assert "╭" not in dumb
    assert not ESCAPE.search(dumb)


def test_a_bug_of_ours_is_short_and_debug_shows_the_trace(process: Program) -> None:
    # An environment without its grammar is no fault of the user.
    broken = (
        'python3 -c "import pathlib, gradcli.language.grammar as g;'
        " g.grammar_file = lambda name: pathlib.Path('/nowhere');"
        " import gradcli.cli.main as m; m.run([{}'eval', 'x', 'x=1'])\""
    )
    ran = process(broken.format(""))
    assert ran.status == 70
    assert "Traceback" not in ran.err
    assert "bug of ours" in ran.err
    assert "Traceback" in process(broken.format("'--debug', ")).err


def test_an_interrupt_ends_with_130() -> None:
    with subprocess.Popen([sys.executable, "-m", "gradcli", "eval", "--jsonl", "-"], stdin=subprocess.PIPE,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE) as program:  # fmt: skip
        assert program.stdin is not None
        assert program.stdout is not None
        assert program.stderr is not None
        program.stdin.write(b'{"id": 1, "expr": "x", "at": {"x": 1}}\n')
        program.stdin.flush()
        assert b'"value": 1' in program.stdout.readline()
        program.send_signal(signal.SIGINT)
        assert program.wait(timeout=20) == 130
        assert program.stderr.read().decode().strip() == "interrupted"


def test_a_closed_or_full_output_is_no_bug_of_ours(process: Program) -> None:
    for command in ("gradcli eval x x=1 >&-", "gradcli --help >&-", "gradcli rules 2>&- >&-", "gradcli eval x x=1 <&-"):
        ran = process(command)
        assert (ran.status, ran.err) == (0, ""), command
    assert process("gradcli eval 'x*' x=1 2>&-").status == 2
    full = process("gradcli eval x x=1 > /dev/full")
    assert full.status == 2
    assert full.err.startswith("error: the output cannot be written")
