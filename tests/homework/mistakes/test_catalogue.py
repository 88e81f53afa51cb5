from __future__ import annotations

import re

from gradcli.homework.mistakes.catalogue import BY_ID, ENTRIES, commonness, title
from gradcli.homework.mistakes.index import slips_at_truth
from gradcli.homework.problems.problem import pose
from tests.homework.mistakes.planted import LECTURES


def test_there_are_34_mistakes_numbered_in_order():
    assert [entry.number for entry in ENTRIES] == list(range(1, 35))
    assert len(BY_ID) == len({entry.title for entry in ENTRIES}) == 34


def test_ids_are_stable_words_and_titles_are_short():
    assert all(re.fullmatch("[a-z]+(-[a-z]+)*", entry.id) for entry in ENTRIES)
    assert all(len(entry.title) <= 40 for entry in ENTRIES)
    assert all(1 <= entry.common <= 5 for entry in ENTRIES)


def test_what_is_in_no_catalogue_is_the_instructors_and_comes_first():
    assert title("own:1") == "own:1"
    assert title("sign") == "sign"
    assert commonness("own:1") > max(entry.common for entry in ENTRIES)


def test_every_slip_is_of_the_catalogue_and_says_one_thing():
    for example in LECTURES:
        problem = pose(example.id, example.formula, example.at, asks=[("up", "*", None), ("grad", "*", None)])
        for slip in slips_at_truth(problem):
            assert slip.mistake in BY_ID
            assert slip.says.endswith(".")
            assert len(slip.says) < 200
            assert slip.place
