"""The report of a class.

`golden/class_80.txt` and its like were written by the program and checked by eye against the sample.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from gradcli.report.charset import harmless
from gradcli.report.marks.class_report import MOST_COLUMNS, MOST_LISTED, bar, markdown, text
from gradcli.report.screen import Screen
from tests.hostile import TEXTS

from .samples import CLASS, EMPTY_CLASS, strange

GOLDEN = Path(__file__).parent / "golden"
PIPE, TERMINAL = Screen(), Screen(boxes=True, width=80)
SCREENS = {"80": TERMINAL, "pipe": PIPE, "ascii": Screen(width=80, ascii_only=True)}


@pytest.mark.parametrize("name", SCREENS)
def test_golden(name: str) -> None:
    assert text(CLASS, SCREENS[name]) == (GOLDEN / f"class_{name}.txt").read_text(encoding="utf-8")


def test_golden_markdown() -> None:
    assert markdown(CLASS) == (GOLDEN / "class.md").read_text(encoding="utf-8")


def test_how_hard_each_answer_was() -> None:
    rows = [
        [cell.strip() for cell in re.split(r" {3,}", row)]
        for row in text(CLASS, PIPE).split("How many were right\n")[1].split("\n")[:5]
    ]
    assert rows == [
        ["problem", "answer", "right", "otherwise"],
        ["p1", "value q", "100 % ██████████"],
        ["p1", "local q / x", "77 % ███████▊", "20 coarse, 7 blank"],  # 90 of 117 are 76.9 %, 61.5 eighths of a cell
        ["p1", "grad x", "71 % ███████▏", "20 carried, 12 wrong, 2 unreadable"],  # 83 of 117: 70.9 %, 56.8 eighths
        ["p2", "jac y / x", "0 %", "117 wrong"],
    ]


def test_only_all_are_100_percent_and_only_none_is_0() -> None:
    answers = [{**CLASS["problems"][0]["answers"][0], "right": right} for right in (0.999, 0.001, 1.0, 0.0, 0.5)]
    shown = text({**CLASS, "problems": [{**CLASS["problems"][0], "answers": answers}]}, PIPE)
    assert re.findall(r"(\d+) %", shown) == ["99", "1", "100", "0", "50"]


def test_mistakes_by_problem() -> None:
    shown = text(CLASS, PIPE)
    assert "sign                             14         12   3" in shown
    assert "softmax: sign off the diagonal   9               9" in shown


def test_of_many_problems_those_with_most_mistakes_have_columns() -> None:
    names = [f"p{k}" for k in range(30)]
    problems = [{**CLASS["problems"][0], "id": name} for name in names]
    mistakes = [
        {"id": "sign", "title": "sign", "problems": {name: k + 1 for k, name in enumerate(names)}, "students": 40}
    ]
    shown = text({**CLASS, "problems": problems, "mistakes": mistakes}, PIPE)
    title, header, row = shown[shown.index("Mistakes by problem") :].split("\n")[:3]
    assert title == f"Mistakes by problem, the {MOST_COLUMNS} with most of 30"
    assert header.split() == ["mistake", "students", *names[30 - MOST_COLUMNS :]]
    assert row.split() == ["sign", "40", *(str(k + 1) for k in range(30 - MOST_COLUMNS, 30))]


def test_a_class_of_nobody() -> None:
    assert text(EMPTY_CLASS, PIPE) == "0 submissions, 0 graded\n"
    assert markdown(EMPTY_CLASS) == "## 0 submissions, 0 graded\n"
    one = {**EMPTY_CLASS, "submissions": 1, "late": 1, "title": "HW *1*"}
    assert text(one, PIPE) == "HW *1*: 1 submission, 0 graded, 1 late\n"
    assert markdown(one) == "## HW \\*1\\*: 1 submission, 0 graded, 1 late\n"


def test_long_lists_are_cut_and_counted() -> None:
    missing = [f"s{k}" for k in range(MOST_LISTED + 7)]
    roster = {"matched": 1, "missing": missing, "unknown": [], "mismatched": []}
    shown = text({**EMPTY_CLASS, "roster": roster}, PIPE)
    assert f"  {MOST_LISTED + 7} without a submission: s0, s1," in shown
    assert f"s{MOST_LISTED - 1}, and 7 more\n" in shown
    assert "1 student matched" in shown


@given(st.floats(0, 1))
def test_bars(share: float) -> None:
    full, ascii_bar = bar(share, ascii_only=False), bar(share, ascii_only=True)
    eighths = sum("▏▎▍▌▋▊▉█".index(cell) + 1 for cell in full)
    assert abs(eighths / 80 - share) <= 1 / 160 + 1e-9
    assert set(full[:-1]) <= {"█"}
    assert set(ascii_bar) <= {"#"}
    assert len(ascii_bar) in (eighths // 8, -(-eighths // 8))


@pytest.mark.parametrize("stranger", [text for text in TEXTS if len(text) < 400])
def test_strangers(stranger: str) -> None:
    for screen in SCREENS.values():
        lines = text(strange(CLASS, stranger), screen).split("\n")
        assert all(harmless(character) for line in lines for character in set(line))
        assert all(line.isascii() for line in lines) or not screen.ascii_only
        if len(stranger) < 20:
            assert max(map(cell_len, lines)) <= (screen.width or 10**9)
