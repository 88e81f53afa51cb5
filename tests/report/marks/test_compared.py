"""Which marks changed between two runs."""

from __future__ import annotations

import pytest
from rich.cells import cell_len

from gradcli.report.charset import harmless
from gradcli.report.marks.compared import text
from gradcli.report.screen import Screen
from tests.hostile import TEXTS

from .samples import COMPARISON, strange

LINES = [
    "Marks: 2 changed, 96 unchanged, 1 added",
    "",
    "anna.txt (s1234567): 3 → 4.5 (+1.5)",
    "  p1 grad x: wrong → carried, 0 → 1",
    "  p1 grad y: coarse → correct, 0.5 → 1",
    "",
    "ben.txt: 2 → 1.75 (−0.25)",
    "",
    "added: new.txt",
]


def test_what_changed() -> None:
    assert text(COMPARISON, Screen()).split("\n") == [*LINES, ""]
    assert text(COMPARISON, Screen(ascii_only=True)).split("\n")[2] == "anna.txt (s1234567): 3 -> 4.5 (+1.5)"


def test_a_gain_is_green_and_a_loss_is_red() -> None:
    shown = text(COMPARISON, Screen(width=80, colours=True))
    assert "\x1b[32manna.txt" in shown
    assert "\x1b[31mben.txt" in shown


def test_an_answer_that_is_new_and_one_that_costs_the_same() -> None:
    answers = [{"problem": "p1", "name": "grad x", "old_state": None, "new_state": "wrong", "old_score": None,
                "new_score": 0.0},
               {"problem": "p1", "name": "grad y", "old_state": "blank", "new_state": "wrong", "old_score": 0.0,
                "new_score": 0.0}]  # fmt: skip
    found = {"file": "a.txt", "student": "a", "old": 2.0, "new": 2.0, "answers": answers}
    assert text({**COMPARISON, "changed": [found]}, Screen()).split("\n")[2:5] == [
        "a.txt: 2 → 2", "  p1 grad x: none → wrong, none → 0", "  p1 grad y: blank → wrong, 0"]  # fmt: skip


def test_nothing_changed() -> None:
    same = {"schema": "gradcli.compare/1", "changed": [], "added": [], "removed": [], "unchanged": 3}
    assert text(same, Screen()) == "Marks: 0 changed, 3 unchanged\n"


@pytest.mark.parametrize("stranger", [text for text in TEXTS if len(text) < 6000])
def test_strangers(stranger: str) -> None:
    found = strange({**COMPARISON, "removed": ["old.txt"]}, stranger)
    lines = text(found, Screen(width=60)).split("\n")
    assert all(harmless(character) for line in lines for character in set(line))
    assert max(map(cell_len, lines)) <= 60
