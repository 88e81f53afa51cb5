"""The curve of the loss: in characters, as CSV, as a picture."""

from __future__ import annotations

import math
import sys
from itertools import pairwise

import pytest
from rich.cells import cell_len

from gradcli.report.curve import HEIGHT, WIDEST, curve_csv, curve_picture, curve_text
from gradcli.report.screen import Screen

FALLING = [(k, 8.0 * math.exp(-k / 15)) for k in range(41)]
PIPE, PLAIN = Screen(), Screen(ascii_only=True)


def drawn(points: list[tuple[int, float]], screen: Screen = PIPE) -> list[str]:
    return curve_text(points, screen).split("\n")


def test_the_whole_drawing() -> None:
    assert drawn([(k, float(k * k)) for k in range(9)], Screen(width=30, ascii_only=True)) == [
        "loss",
        "64 +                        *",
        "   |                       **",
        "   |                     ***",
        "   |                    **",
        "   |                  ***",
        "32 +                 **",
        "   |               ***",
        "   |             ***",
        "   |          ****",
        "   |      *****",
        " 0 +*******",
        "   +-------------------------",
        "    0         step          8",
    ]


@pytest.mark.parametrize("screen", [PIPE, PLAIN, *(Screen(width=w) for w in (20, 40, 80, 300))])
def test_it_fits_and_has_its_labels(screen: Screen) -> None:
    lines = drawn(FALLING, screen)
    assert len(lines) == HEIGHT + 3
    assert max(map(cell_len, lines)) <= min(screen.width or 80, WIDEST)
    assert lines[0] == "loss"
    assert lines[1].startswith("    8 ")
    assert lines[HEIGHT].startswith("0.556 ")
    assert lines[-1].split()[0] == "0"
    assert lines[-1].split()[-1] == "40"
    assert all(line == line.rstrip() for line in lines)


def test_it_falls_from_the_left_to_the_right() -> None:
    lines = drawn(FALLING, PLAIN)[1 : HEIGHT + 1]
    ends = [line.rindex("*") for line in lines]
    assert ends == sorted(ends)
    assert lines[0].index("*") == lines[0].index("+") + 1
    for column in range(lines[0].index("+") + 1, ends[-1] + 1):
        assert any(line[column : column + 1] == "*" for line in lines), "a curve has no holes"


def test_ascii_only_is_ascii_and_braille_is_not() -> None:
    assert curve_text(FALLING, PLAIN).isascii()
    assert any(0x2800 < ord(character) < 0x2900 for character in curve_text(FALLING, PIPE))


def test_a_straight_line_on_a_logarithmic_axis() -> None:
    points = [(k, 10.0 ** (-k)) for k in range(9)]
    lines = drawn(points, Screen(width=44, ascii_only=True))
    assert lines[0] == "loss (logarithmic)"
    starts = [line.index("*") for line in lines[1 : HEIGHT + 1]]
    steps = [b - a for a, b in pairwise(starts)]
    assert max(steps[1:]) - min(steps[1:]) <= 1
    assert "0.0001" in lines[1 + HEIGHT // 2]


@pytest.mark.parametrize("points", [[(0, 1.0), (1, 1e-3)], [(0, 1e9), (1, 0.0)], [(0, 1e9), (1, -1.0)]])
def test_axes_that_are_not_logarithmic(points: list[tuple[int, float]]) -> None:
    assert drawn(points)[0] == "loss"


def test_a_constant_and_a_single_loss() -> None:
    constant = drawn([(0, 2.0), (10, 2.0)], PLAIN)
    assert [k for k, line in enumerate(constant) if "*" in line] == [1 + HEIGHT // 2]
    assert constant[1 + HEIGHT // 2].startswith("2 +***")
    single = drawn([(7, 2.0)], PLAIN)
    assert "".join(single).count("*") == 1
    assert single[-1].split() == ["7", "step"]


def test_gaps_where_a_loss_is_not_finite() -> None:
    lines = drawn([(0, 1.0), (1, 2.0), (2, math.nan), (3, 1.0), (4, 2.0)], Screen(width=45, ascii_only=True))
    columns = ["".join(line[c : c + 1] for line in lines[1 : HEIGHT + 1]) for c in range(3, 45)]
    assert [c for c, column in enumerate(columns) if "*" not in column]
    assert drawn([(0, math.nan), (1, math.inf)]) == ["no finite loss to draw"]
    assert drawn([]) == ["no finite loss to draw"]


def test_the_largest_numbers() -> None:
    lines = drawn([(0, -1.7e308), (1, 1.7e308)], PLAIN)
    assert sum("*" in line for line in lines) == HEIGHT


def test_many_losses() -> None:
    assert len(drawn([(k, math.sin(k / 500)) for k in range(20_000)])) == HEIGHT + 3


def test_a_narrow_screen_keeps_the_numbers() -> None:
    lines = drawn([(0, 0.000123456), (123_456_789, 0.000123999)], Screen(width=20))
    assert lines[1].startswith("0.000124 ")


def test_csv() -> None:
    assert curve_csv([(0, 9.0, 6.0), (1, 0.1, 1e-20)]) == "step,loss,gradient_norm\n0,9.0,6.0\n1,0.1,1e-20\n"


@pytest.mark.parametrize(("kind", "magic"), [("png", b"\x89PNG"), ("svg", b"<?xml")])
def test_pictures(kind: str, magic: bytes) -> None:
    pytest.importorskip("matplotlib")
    picture = curve_picture(FALLING, kind, "L$x")
    assert picture.startswith(magic)
    assert picture == curve_picture(FALLING, kind, "L$x")
    assert curve_picture([(0, 1.0), (1, math.nan), (2, 1e-9)], kind).startswith(magic)


def test_pictures_take_matplotlib(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(ImportError):
        curve_picture(FALLING, "png")
