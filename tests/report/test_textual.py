"""Reports on screens of every kind."""

from __future__ import annotations

import io
import re

import pytest
from rich.cells import cell_len

from gradcli.report.screen import ORDINARY, Screen

from .shown import T4, T4_POINT, text

NUMBER = re.compile(r"−?\d+\.\d+(?:e−?\d+)?")
ESCAPE = re.compile(r"\x1b\[[0-9;]*m")


@pytest.mark.parametrize("width", [20, 30, 40, 60, 80, 140])
@pytest.mark.parametrize("boxes", [True, False])
def test_every_number_of_the_pipe_form_stands_uncut_on_every_screen(width: int, boxes: bool) -> None:
    wide = NUMBER.findall(text(T4, **T4_POINT))
    narrow = text(T4, Screen(boxes=boxes, width=width), **T4_POINT)
    assert sorted(NUMBER.findall(narrow)) == sorted(wide)
    if width >= 40:
        assert max(map(cell_len, narrow.split("\n"))) <= width


def test_the_pipe_form_has_no_trailing_blanks_and_takes_the_width_it_needs() -> None:
    lines = text(T4, **T4_POINT).split("\n")
    assert all(line == line.rstrip() for line in lines)
    assert max(map(len, lines)) > 120


def test_lines_between_rows_only_where_a_row_has_several_lines() -> None:
    assert "├" in text(T4, Screen(boxes=True, width=80), **T4_POINT)
    wide = text("x*y", Screen(boxes=True, width=200), x=2, y=3)
    assert wide.count("├") == 2  # one below each header


def test_colours() -> None:
    coloured = text("relu(x) + if(x > 1, x, 0)", Screen(boxes=True, width=100, colours=True), x=0)
    plain = text("relu(x) + if(x > 1, x, 0)", Screen(boxes=True, width=100), x=0)
    assert "\x1b[1m" in coloured
    assert "\x1b" not in plain
    assert ESCAPE.sub("", coloured) == plain
    assert "\x1b[1;31m" in text("ln(x)", Screen(boxes=True, width=100, colours=True), x=-1)


def test_boxes_in_ascii() -> None:
    shown = text(T4, Screen(boxes=True, width=80, ascii_only=True), **T4_POINT)
    assert shown.isascii()
    assert "+--" in shown


def test_brackets_are_no_markup() -> None:
    shown = text("relu(x)", Screen(boxes=True, width=80, colours=True), x=1)
    assert "[i > 0]" in shown


def test_wide_names_keep_columns_aligned() -> None:
    for screen in (Screen(), Screen(boxes=True, width=100)):
        shown = text("損失 = 変*数; 損失 + sin(変)", screen, 変=1, 数=2)
        rows = [line for line in shown.split("\n") if "o = " in line]
        column = {cell_len(line[: line.index("o = ")]) for line in rows}
        assert len(column) == 1
        assert len(rows) == 3


def test_remarks_are_aligned_or_stand_below() -> None:
    lines = text("x*y + x*1000.25 + y", x=2, y=3).split("\n")[-3:-1]
    assert len({line.index("(") for line in lines}) == 1
    narrow = text("x*y + x*1000.25 + y", Screen(width=60), x=2, y=3)
    assert "\n             (x reaches f on two edges" in narrow


def test_a_sum_breaks_before_its_signs() -> None:
    shown = text(T4, Screen(width=34), **T4_POINT)
    assert "Gradient   dz/dx = 0.02 + 0.000318\n             − 0.0279 = −0.00759\n" in shown


def test_a_narrow_screen_stacks_the_nodes() -> None:
    shown = text("x*y", Screen(boxes=True, width=20), x=2, y=3)
    assert "· × ·\n  inputs i:\n    i₁ = 2, i₂ = 3\n" in shown


# --- the screen itself ---


class Terminal(io.StringIO):
    encoding = "utf-8"

    def isatty(self) -> bool:
        return True


@pytest.fixture(autouse=True)
def _clean(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("NO_COLOR", "FORCE_COLOR", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm")


@pytest.mark.parametrize(
    ("environment", "screen"),
    [
        ({}, Screen(boxes=True, width=ORDINARY, colours=True)),
        ({"COLUMNS": "100"}, Screen(boxes=True, width=100, colours=True)),
        ({"COLUMNS": "0"}, Screen(boxes=True, width=ORDINARY, colours=True)),
        ({"COLUMNS": "5"}, Screen(boxes=True, width=20, colours=True)),
        ({"COLUMNS": "x"}, Screen(boxes=True, width=ORDINARY, colours=True)),
        ({"NO_COLOR": "1"}, Screen(boxes=True, width=ORDINARY)),
        ({"NO_COLOR": ""}, Screen(boxes=True, width=ORDINARY, colours=True)),
        ({"TERM": "dumb"}, Screen(width=ORDINARY)),
    ],
)
def test_terminals(environment: dict[str, str], screen: Screen, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert Screen.of(Terminal()) == screen


def test_pipes(monkeypatch: pytest.MonkeyPatch) -> None:
    pipe = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    assert Screen.of(pipe) == Screen(ascii_only=True)
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert Screen.of(pipe) == Screen(boxes=True, width=ORDINARY, ascii_only=True, colours=True)
    monkeypatch.setenv("FORCE_COLOR", "0")
    assert Screen.of(pipe) == Screen(ascii_only=True)


def test_a_closed_stream_is_no_terminal() -> None:
    closed = io.TextIOWrapper(io.BytesIO(), encoding="utf-8")
    closed.close()
    assert Screen.of(closed) == Screen()
