"""What is to be said of a key."""

from __future__ import annotations

from typing import Any

import pytest

from gradcli.report.marks.linted import MOST_LISTED, text
from gradcli.report.screen import Screen
from tests.hostile import TEXTS


def found(**changed: Any) -> dict[str, Any]:
    problem = {
        "id": "p1", "formula": "f = x^2 + x*y", "at": {"x": 2.0, "y": 2.0}, "mistakes": 24, "unseen": [
            {"mistake": "product-not-switched", "title": "inputs of a product not switched", "place": "x*y",
             "says": "At x*y the factors were not switched.", "count": 2}],
        "pairs": [{"kind": "answers", "one": "grad x", "other": "up q"}], "kinks": ["f: relu′(0) = 0"],
        "notes": ["grad x has one digit: 6"], "better": {"x": 2.5, "W": [[1.0, -2.0], [0.1, 3.0]]}, "unseen_there": 0,
    }  # fmt: skip
    return {"schema": "gradcli.lint/1", "title": "HW 3", "checked": 2, "points": 7.5, "problems": [problem | changed]}


def test_everything_that_was_found_is_said() -> None:
    assert text(found(), Screen()).splitlines() == [
        "HW 3: 2 problems, 7.5 points, 1 with remarks",
        "",
        "p1: f = x^2 + x*y",
        "  at x = 2, y = 2",
        "  2 of 24 mistakes would go unseen here:",
        "  - At x*y the factors were not switched.",
        "  equal answers: grad x | up q",
        "  f: relu′(0) = 0",
        "  grad x has one digit: 6",
        "  better: at = { x = 2.5, W = [[1, -2], [0.1, 3]] }  (no mistake would go unseen)",
    ]


def test_a_sound_key_has_one_line() -> None:
    sound = {**found(), "title": None, "checked": 1, "problems": []}
    assert text(sound, Screen()) == (
        "1 problem, 7.5 points, nothing to mend: every mistake of the catalogue would be seen\n"
    )


def test_long_lists_are_cut_and_counted() -> None:
    unseen = [{**found()["problems"][0]["unseen"][0], "says": f"No. {k}"} for k in range(MOST_LISTED + 3)]
    lines = text(found(unseen=unseen), Screen()).splitlines()
    assert "  - and 3 more" in lines
    assert "  - No. 12" not in lines


def test_lines_fit_the_terminal() -> None:
    long = found(pairs=[{"kind": "mistakes", "one": "word " * 40, "other": "word " * 40}])
    assert max(map(len, text(long, Screen(width=60)).splitlines())) <= 60


@pytest.mark.parametrize("hostile", TEXTS[:60])
def test_nothing_unseen_gets_through(hostile: str) -> None:
    strange = found(formula=hostile, notes=[hostile], kinks=[hostile])
    shown = text({**strange, "title": hostile}, Screen())
    assert all(character.isprintable() or character == "\n" for character in shown)
