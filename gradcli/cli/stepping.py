"""Steps on a terminal: a key press shows the next one, or the one before."""

from __future__ import annotations

import os
import re
import shutil
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Literal

import click
from rich.cells import cell_len

from gradcli.cli.output import write

Move = Literal["next", "back", "rest", "quit"]

_KEYS: dict[str, Move] = {
    " ": "next", "\r": "next", "\n": "next", "\x1b[C": "next", "\x1bOC": "next", "\x1b[B": "next", "\x1bOB": "next",
    "b": "back", "B": "back", "\x1b[D": "back", "\x1bOD": "back", "\x1b[A": "back", "\x1bOA": "back",
    "\xe0M": "next", "\xe0P": "next", "\xe0K": "back", "\xe0H": "back",
    "e": "rest", "E": "rest", "q": "quit", "Q": "quit", "\x04": "quit",
}  # fmt: skip
"""What keys do; the arrows are those of terminals and of Windows."""

_WORDS: dict[str, Move] = {"": "next", "b": "back", "e": "rest", "q": "quit"}
"""What lines do, on a terminal that has no keys."""

# A cursor key, or any other sequence, is one key; several may have been typed meanwhile.
_KEY = re.compile(r"\x1b(?:\[[0-9;]*[A-Za-z~]|O[A-Za-z])?|\xe0.|.", re.DOTALL)

_SGR = re.compile(r"\x1b\[[0-9;]*m")

_ERASE = "\r\x1b[K"


def page(count: int, shown: Callable[[int], str], *, keys: bool, ascii_only: bool) -> None:
    """Show steps as they are asked for.

    Args:
        count: how many there are.
        shown: the text of a step by its place, from 0; it ends with a line break.
        keys: whether the terminal knows keys and can erase lines; else a line is read for each step.
        ascii_only: whether arrows cannot be shown.
    """
    with _keyboard() if keys else _lines() as read:
        place = 0
        write(shown(0))
        while True:
            width = shutil.get_terminal_size().columns
            write(_prompt(place + 1, count, width - 1, keys=keys, ascii_only=ascii_only))
            try:
                move = _asked(read, _KEYS if keys else _WORDS)
            finally:
                write(_ERASE if keys else "")
            if move == "quit" or (move in ("next", "rest") and place + 1 == count):
                return
            if move == "rest":
                for rest in range(place + 1, count):
                    write("\n" + shown(rest))
                return
            if move == "next":
                place += 1
                write("\n" + shown(place))
            elif place:
                place -= 1
                _go_back(shown(place), shown(place + 1), erase=keys)


def _go_back(before: str, last: str, *, erase: bool) -> None:
    """Take the last step from the screen, so that the one before it is the last; if it scrolled away, show it again."""
    size = shutil.get_terminal_size()
    height = 1 + _height(last, size.columns)
    if erase and height + _height(before, size.columns) < size.lines:
        write(f"\x1b[{height}A\x1b[J")
    else:
        write("\n" + before)


def _height(text: str, width: int) -> int:
    """The lines that a text takes on a screen."""
    lines = _SGR.sub("", text).splitlines()
    return sum(max(1, -(-cell_len(line) // max(width, 1))) for line in lines)


def _prompt(number: int, count: int, width: int, *, keys: bool, ascii_only: bool) -> str:
    """The last line: which step this is, and what can be pressed."""
    where = f"step {number:,} of {count:,}"
    if not keys:
        return f"{where} (Enter next, b back, e all the rest, q quit): "
    ahead, behind = ("right", "left") if ascii_only else ("→", "←")
    on = "end" if number == count else "next"
    long = f"{where}   space {ahead} {on}   b {behind} back   e all the rest   q quit"
    return next((text for text in (long, f"{where}  space b e q", where) if cell_len(text) <= width), "")


def _asked(read: Callable[[], Iterator[str]], meaning: dict[str, Move]) -> Move:
    """What the next key that means something asks for."""
    while True:
        for key in read():
            if key in meaning:
                return meaning[key]


@contextmanager
def _keyboard() -> Iterator[Callable[[], Iterator[str]]]:
    """Keys as they are pressed, without Enter; what is pressed is not shown meanwhile."""
    waiting: list[str] = []
    try:
        import termios
        import tty
    except ImportError:  # Windows
        yield lambda: iter(_split(click.getchar()))
        return
    number = sys.stdin.fileno()
    before = termios.tcgetattr(number)

    def read() -> Iterator[str]:
        if not waiting:
            tty.setcbreak(number, termios.TCSANOW)  # again: after Ctrl-Z the shell has set its own
            waiting.extend(_split(_typed(number) or "\x04"))
        while waiting:
            yield waiting.pop(0)

    tty.setcbreak(number, termios.TCSANOW)
    try:
        yield read
    finally:
        termios.tcsetattr(number, termios.TCSANOW, before)


def _typed(number: int) -> str:
    """What was typed; nothing where the terminal has gone."""
    try:
        return os.read(number, 256).decode("utf-8", "replace")
    except OSError:
        return ""


@contextmanager
def _lines() -> Iterator[Callable[[], Iterator[str]]]:
    """Lines; the end of the input ends the steps."""

    def read() -> Iterator[str]:
        line = sys.stdin.readline()
        yield line.strip().lower()[:1] if line else "q"

    yield read


def _split(typed: str) -> Sequence[str]:
    return _KEY.findall(typed)
