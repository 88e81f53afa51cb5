"""Marks on a terminal.

The files in `golden/` were written by the program and checked by eye against the samples, at each width: every answer
with its face, what was written, its state, points and line; nothing beyond the last column.
"""

from __future__ import annotations

import re
from itertools import product
from pathlib import Path

import pytest
from rich.cells import cell_len

from gradcli.report.charset import harmless
from gradcli.report.marks.faces import face, face_of, label, line, submission
from gradcli.report.marks.reveal import revealed
from gradcli.report.marks.words import STATES
from gradcli.report.screen import Screen
from tests.hostile import TEXTS

from .samples import ANNA, BEN, MISSING, P1, P2, ROW, SAMPLES, UNGRADABLE, UNREADABLE, answer, strange

GOLDEN = Path(__file__).parent / "golden"
SCREENS = {"80": Screen(boxes=True, width=80), "140": Screen(boxes=True, width=140), "pipe": Screen(),
           "ascii": Screen(width=80, ascii_only=True)}  # fmt: skip
COLOURED = Screen(boxes=True, width=80, colours=True)
STYLE = re.compile(r"\x1b\[[0-9;]*m")


@pytest.mark.parametrize("name", SCREENS)
def test_golden(name: str) -> None:
    shown = "\n".join(submission(record, SCREENS[name]) for record in SAMPLES)
    assert shown == (GOLDEN / f"faces_{name}.txt").read_text(encoding="utf-8")


def test_faces() -> None:
    assert {state: face(state) for state in STATES} == {
        "correct": ":)", "rounded": ":)", "carried": ":|", "coarse": ":|", "wrong": ":(", "blank": ":|",
        "unreadable": ":|", "ungradable": ":|"}  # fmt: skip
    assert [face_of(record) for record in SAMPLES] == [":(", ":)", ":|", ":|", ":|", ":|"]


def test_a_wrong_answer_with_its_reason_beneath() -> None:
    record = {**ANNA, "problems": [{**P1, "answers": [P1["answers"][3]]}], "notes": []}
    assert submission(record, Screen()).split("\n") == [
        "group 1/anna.txt (s1234567, Anna Example): 4.5/10",
        "1 wrong",
        "",
        "p1, A product of a sum: 3.5/8",
        "  q = x + y; f = q * z at x = −2, y = 5, z = −4",
        "  :(  up q  4  wrong  0/1  line 6",
        "        The sign is turned around. Where: the gate q · z of f = q * z. Expected: -4",
        "",
    ]
    hidden = submission(revealed(record, "verdict"), Screen())
    assert hidden.endswith("line 6\n")


def test_columns_stand_below_each_other() -> None:
    rows = [row for row in submission(ANNA, SCREENS["80"]).split("\n") if row.startswith("  :")]
    first = [row for row in rows if "jac" not in row and "value y" not in row]
    assert len({row.index(state) for row, state in zip(first, STATES_OF_P1, strict=True)}) == 1
    assert all(row.endswith(f"line {number}") for row, number in zip(first, (3, 4, 5, 6, 7, "", 9, 10), strict=True)
               if number)  # fmt: skip


STATES_OF_P1 = [answer["state"] for answer in P1["answers"]]


OF_ANNA = "2 correct, 1 rounded, 1 carried, 1 coarse, 2 wrong, 1 blank, 1 unreadable, 1 ungradable"


def test_lines_of_a_class() -> None:
    screen = Screen()
    assert [line(record, screen, 28) for record in SAMPLES] == [
        f":(  group 1/anna.txt (s1234567)   4.5/10    {OF_ANNA}",
        ":)  ben.txt (s7654321)            2/2     1 correct, 1 rounded, late",
        ":|  answers.csv:7 (s2)            0.33/1  1 coarse",
        ":|  old/notes.docx (s3)           unreadable: The file is not in UTF-8.",
        ":|  carl.txt                      late, ungradable: It took longer than 10 s",
        ":|  s4                            missing",
    ]
    assert line(BEN, screen) == ":)  ben.txt (s7654321)  2/2     1 correct, 1 rounded, late"


def test_labels() -> None:
    found = [
        "group 1/anna.txt (s1234567)",
        "ben.txt (s7654321)",
        "answers.csv:7 (s2)",
        "old/notes.docx (s3)",
        "carl.txt",
        "s4",
    ]
    assert [label(record) for record in SAMPLES] == found
    assert label({**BEN, "file": "hw3/s7654321.txt"}) == "hw3/s7654321.txt"


def test_a_line_that_is_too_long_goes_on_beneath() -> None:
    first, *more = line(ANNA, SCREENS["80"], 28).split("\n")
    assert first.startswith(":(  group 1/anna.txt (s1234567)   4.5/10 ")
    assert all(rest.startswith("    ") for rest in more)
    assert cell_len(line({**BEN, "file": "x" * 300}, SCREENS["80"]).split("\n")[0]) <= 80


@pytest.mark.parametrize("record", SAMPLES, ids=lambda record: record["file"])
def test_colours_are_all_that_a_coloured_screen_adds(record: dict[str, object]) -> None:
    for shown, plain in [(submission(record, COLOURED), submission(record, SCREENS["80"])),
                         (line(record, COLOURED, 28), line(record, SCREENS["80"], 28))]:  # fmt: skip
        assert STYLE.sub("", shown) == plain
        assert STYLE.search(shown)


def test_right_is_green_and_wrong_is_red() -> None:
    shown = submission(ANNA, COLOURED)
    assert "\x1b[32m:)\x1b[0m  value q" in shown
    assert "\x1b[31m:(\x1b[0m  up q" in shown
    assert "\x1b[33m:|\x1b[0m  grad x" in shown


@pytest.mark.parametrize("text", [text for text in TEXTS if len(text) < 6000])
def test_strangers_stay_inside_the_screen_and_are_not_obeyed(text: str) -> None:
    screens = [*SCREENS.values(), Screen(width=20), COLOURED] if len(text) < 400 else [SCREENS["80"]]
    for record, screen in product(strange([ANNA, ROW, UNREADABLE, UNGRADABLE, MISSING], text), screens):
        for shown in (submission(record, screen), line(record, screen, 30)):
            lines = STYLE.sub("", shown).split("\n") if screen.colours else shown.split("\n")
            assert all(harmless(character) for one in lines for character in set(one))
            assert max(map(cell_len, lines)) <= (screen.width or 10**9)
            assert shown.isascii() or not screen.ascii_only


def test_markup_is_shown_as_it_is() -> None:
    shown = STYLE.sub("", submission(strange(ANNA, "[bold red]x[/bold red][/x]"), COLOURED))
    assert "[bold red]x[/bold red][/x]" in shown


def test_a_problem_without_answers_and_a_submission_without_problems() -> None:
    assert submission({**BEN, "problems": [{**P2, "answers": []}]}, Screen()).endswith("y = softmax(x) at x = [1, 1]\n")
    assert submission({**BEN, "problems": []}, Screen()) == "ben.txt (s7654321, Ben Sørensen): 2/2, late\n"
    assert line({**BEN, "problems": []}, Screen()) == ":|  ben.txt (s7654321)  2/2     late"


def test_a_long_array_stands_in_several_lines() -> None:
    numbers = "[" + ", ".join(f"[{k}.5, -{k}.25]" for k in range(20)) + "]"
    record = {**BEN, "problems": [{**P2, "answers": [answer("grad W", "correct", 1, 1, numbers, None, line=3)]}]}
    shown = submission(record, SCREENS["80"])
    assert max(map(cell_len, shown.split("\n"))) <= 80
    assert all(f"[{k}.5, -{k}.25]" in shown for k in range(20))
