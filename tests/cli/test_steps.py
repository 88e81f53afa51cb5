"""`gradcli steps`: formats, wrong input, pipes, and the keys on a terminal."""

from __future__ import annotations

import json
import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest

from tests.conftest import Program

T4 = ("z = (x + σ(x)) / (σ(x) + (x + y)²)", "x=4", "y=3")
XYZ = ("(x+y)*z", "x=-2", "y=5", "z=-4")


def test_the_whole_text_in_a_pipe(gradcli: Program) -> None:
    ran = gradcli("steps", *T4)
    assert (ran.status, ran.err) == (0, "")
    titles = [line for line in ran.out.splitlines() if line.startswith("Step ")]
    assert titles[0] == "Step 1 of 14: the formula"
    assert titles[-1] == "Step 14 of 14: value and gradient"
    assert len(titles) == 14
    assert "dz/dx = 0.02 + 0.000318 − 0.0279 = −0.00759" in ran.out
    assert "\x1b" not in ran.out


def test_one_step_is_that_part_of_the_text(gradcli: Program) -> None:
    whole = gradcli("steps", *T4).out
    for number in (1, 2, 9, 14):
        one = gradcli("steps", *T4, "--step", str(number))
        assert one.status == 0
        assert one.out.startswith(f"Step {number} of 14: ")
        assert one.out in whole


def test_json_and_markdown(gradcli: Program) -> None:
    found = json.loads(gradcli("steps", *XYZ, "--json").out)
    assert (found["schema"], found["count"]) == ("gradcli.steps/1", 6)
    assert [step["phase"] for step in found["steps"]] == ["formula", "forward", "forward", "backward", "backward",
                                                         "gradient"]  # fmt: skip
    assert [step["step"] for step in found["steps"]] == [1, 2, 3, 4, 5, 6]
    assert found["steps"][3]["node"] == "n2"
    one = json.loads(gradcli("steps", *XYZ, "--format", "json", "--step", "6").out)
    assert one["steps"][0]["gradient"] == ["df/dx = −4", "df/dy = −4", "df/dz = 3"]
    markdown = gradcli("steps", *XYZ, "--format", "markdown").out
    assert markdown.count("### Step ") == 6
    assert "| node | inputs i | outputs o | derivatives |" in markdown


def test_options_of_the_other_commands(gradcli: Program) -> None:
    # ×(−1), exp, +1 and 1/· in single gates, there and back.
    assert "Step 1 of 10" in gradcli("steps", "1/(1+e^(-x))", "x=1").out
    assert "Step 1 of 4" in gradcli("steps", "1/(1+e^(-x))", "x=1", "--gates", "coarse").out
    assert "σ(·)" in gradcli("steps", "1/(1+e^(-x))", "x=1", "--gates", "coarse").out
    assert "0.98201379" in gradcli("steps", *T4, "--digits", "full", "--step", "2").out
    assert gradcli("steps", "-f", "-", "x=1", stdin="x^2").status == 0


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ((), "a formula is missing"),
        ((*XYZ, "--step", "7"), "there is no step 7"),
        ((*XYZ, "--step", "0"), "--step"),
        ((*XYZ, "--format", "table"), "--format"),
        (("x*y", "x=1"), "y"),
        (("x*(y", "x=1", "y=1"), "error"),
    ],
)
def test_wrong_input(gradcli: Program, given: tuple[str, ...], said: str) -> None:
    ran = gradcli("steps", *given)
    assert (ran.status, ran.out) == (2, "")
    assert said in ran.err
    assert "Traceback" not in ran.err


def test_an_error_as_json(gradcli: Program) -> None:
    ran = gradcli("steps", *XYZ, "--step", "9", "--json")
    assert ran.status == 2
    assert json.loads(ran.out)["error"]["kind"] == "usage"


def test_a_formula_without_a_value_is_shown_as_far_as_it_goes(gradcli: Program) -> None:
    ran = gradcli("steps", "ln(x - 1) + x", "x=0")
    assert ran.status == 2
    assert "the forward pass ends here" in ran.out
    assert "ln of a negative number" in ran.err


def test_an_array_needs_a_gradient_to_begin_with(gradcli: Program) -> None:
    ran = gradcli("steps", "W x", "W=[[1, 2]]", "x=[1, 2]")
    assert ran.status == 2
    assert "forward pass" in ran.out
    assert "--seed-gradient ones" in ran.err
    assert gradcli("steps", "W x", "W=[[1, 2]]", "x=[1, 2]", "--seed-gradient", "ones").status == 0


def test_long_formulas_are_streamed(process: Program) -> None:
    def sines(count: int) -> str:
        return f"python3 -c \"print(' + '.join(f'sin({{k}}*x)' for k in range(2, {2 + count})))\""

    ran = process(f"{sines(1000)} | gradcli steps - x=1 | grep -c '^Step '")
    assert ran.out == f"{2 + 2 * 2999}\n"  # 1,000 sines and factors, 999 sums
    ran = process(f"{sines(3333)} | gradcli steps - x=1 | head -1")
    assert (ran.out, ran.err) == ("Step 1 of 19,998: the formula\n", "")


def test_numpy_is_not_imported_for_numbers(process: Program) -> None:
    ran = process(
        "python3 -X importtime -m gradcli steps '(x+y)*z' x=-2 y=5 z=-4 2>&1 >/dev/null | grep -c numpy || true"
    )
    assert ran.out == "0\n"


# --- on a terminal ----------------------------------------------------------------------------------------------------


class Terminal:
    """A terminal on which the steps are shown."""

    def __init__(self, *given: str, columns: int = 80, lines: int = 50, **environment: str) -> None:
        import fcntl
        import termios

        self.parent, child = pty.openpty()
        fcntl.ioctl(child, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))
        env = {**os.environ, "TERM": "xterm", "PYTHONIOENCODING": "utf-8"}
        for name in ("NO_COLOR", "FORCE_COLOR", "COLUMNS", "LINES"):
            env.pop(name, None)
        command = [sys.executable, "-m", "gradcli", "steps", *given]
        self.program = subprocess.Popen(command, stdin=child, stdout=child, stderr=child, env={**env, **environment},
                                        start_new_session=True)  # fmt: skip
        os.close(child)
        self.text = ""

    def until(self, wanted: str) -> str:
        """What is written until a text stands at the end."""
        seen, end = "", time.monotonic() + 30
        while not seen.rstrip(" ").endswith(wanted):
            assert time.monotonic() < end, seen
            if not select.select([self.parent], [], [], 0.2)[0]:
                continue
            try:
                piece = os.read(self.parent, 65536)
            except OSError:
                break
            if not piece:
                break
            seen += piece.decode("utf-8", "replace").replace("\r\n", "\n")
        self.text += seen
        return seen

    def press(self, keys: str, wanted: str = "q quit") -> str:
        os.write(self.parent, keys.encode())
        return self.until(wanted)

    def end(self) -> int:
        self.until("\0")
        return self.program.wait(30)


@pytest.fixture
def terminals() -> Iterator[list[Terminal]]:
    opened: list[Terminal] = []
    yield opened
    for terminal in opened:
        if terminal.program.poll() is None:
            terminal.program.kill()
            terminal.program.wait()
        os.close(terminal.parent)


def test_keys_show_the_next_step_and_the_one_before(terminals: list[Terminal]) -> None:
    terminals.append(Terminal(*T4))
    (terminal,) = terminals
    first = terminal.until("q quit")
    assert "Step 1 of 14" in first
    assert "Step 2" not in first
    assert "step 1 of 14   space → next   b ← back   e all the rest   q quit" in first
    for number, key in enumerate((" ", "\r", "\x1b[C", "\x1b[B", "\x1bOC"), 2):
        shown = terminal.press(key)
        assert f"Step {number} of 14" in shown
        assert f"Step {number + 1} of 14" not in shown
    for number, key in ((5, "b"), (4, "\x1b[D"), (3, "\x1b[A")):
        shown = terminal.press(key)
        assert f"step {number} of 14" in shown
        assert "\x1b[J" in shown  # the step is taken from the screen, and no more than it
        assert "\x1b[2J" not in shown
        assert "\x1b[H" not in shown
    assert "Step 4 of 14" in terminal.press("x?\x1b[H ")  # keys without a meaning, and one with
    os.write(terminal.parent, b"e")
    assert terminal.end() == 0
    assert "Step 14 of 14: value and gradient" in terminal.text
    lines = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]|[^\n]*\r", "", terminal.text).splitlines()
    assert max(map(len, lines)) <= 80


def test_the_end_and_quitting(terminals: list[Terminal]) -> None:
    terminals += [Terminal("x", "x=1"), Terminal("x", "x=1"), Terminal("x", "x=1")]
    for terminal, keys in zip(terminals, ("  ", "q", " \x04"), strict=True):
        terminal.until("q quit")
        os.write(terminal.parent, keys.encode())
        assert terminal.end() == 0
        assert terminal.text.endswith("\x1b[K")  # no prompt is left behind
    assert "space → end" in terminals[0].text


def test_a_step_that_scrolled_away_is_shown_again(terminals: list[Terminal]) -> None:
    terminals.append(Terminal(*XYZ, lines=10))
    (terminal,) = terminals
    terminal.until("q quit")
    terminal.press(" ")
    terminal.press(" ")
    shown = terminal.press("b")
    assert "\x1b[J" not in shown
    assert "Step 2 of 6" in shown


@pytest.mark.parametrize("environment", [{"NO_COLOR": "1"}, {"TERM": "dumb"}])
def test_enter_shows_a_step_on_a_plain_terminal(terminals: list[Terminal], environment: dict[str, str]) -> None:
    terminals.append(Terminal(*XYZ, **environment))
    (terminal,) = terminals
    assert "Enter next" in terminal.until("q quit):")
    assert "Step 2 of 6" in terminal.press("\n", "q quit):")
    assert "Step 1 of 6" in terminal.press("b\n", "q quit):")
    os.write(terminal.parent, b"q\n")
    assert terminal.end() == 0
    assert "\x1b" not in terminal.text


def test_an_interrupt_ends_quietly_and_leaves_the_terminal_as_it_was(terminals: list[Terminal]) -> None:
    import termios

    terminals.append(Terminal(*XYZ))
    (terminal,) = terminals
    terminal.until("q quit")
    terminal.program.send_signal(signal.SIGINT)
    assert terminal.end() == 130
    assert "Traceback" not in terminal.text
    assert "interrupted" not in terminal.text
    assert termios.tcgetattr(terminal.parent)[3] & termios.ECHO


def test_all_at_once_where_nobody_can_press_a_key(terminals: list[Terminal]) -> None:
    terminals.append(Terminal(*XYZ, "--step", "3"))
    (terminal,) = terminals
    assert terminal.end() == 0
    assert "Step 3 of 6" in terminal.text
    assert "q quit" not in terminal.text
