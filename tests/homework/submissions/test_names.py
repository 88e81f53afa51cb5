from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gradcli.homework.submissions.names import encodable, natural, person, squeezed


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Example, Anna", "exampleanna"),
        ("O'Neil, Ana-María", "oneilanamaría"),
        ("van Dyke, Dick", "vandykedick"),
        ("Mu\u0308ller, Jo", "müllerjo"),
        ("", ""),
    ],
)
def test_names_are_squeezed_as_canvas_does(name: str, expected: str) -> None:
    assert squeezed(name) == expected


def test_any_word_may_start_the_name_of_a_family() -> None:
    assert person("Dick van Dyke") == {"dickvandyke", "vandykedick", "dykedickvan"}
    assert person("Example, Anna") == {"exampleanna", "annaexample"}
    assert person(" ,- ") == frozenset()


def test_the_natural_order() -> None:
    ordered = ["a", "A1", "a01", "a2", "a10", "a10b", "a10b2", "B1", "b2", "ä1", "1" * 6_000]
    shuffled = ordered.copy()
    random.Random(3).shuffle(shuffled)
    assert sorted(shuffled, key=natural) == ["1" * 6_000, *ordered[:-1]]


@given(st.lists(st.text(st.characters(exclude_categories=[]))), st.randoms())
def test_any_names_have_an_order(names: list[str], chance: random.Random) -> None:
    ordered = sorted(names, key=natural)
    chance.shuffle(names)
    assert sorted(names, key=natural) == ordered


def test_every_name_can_be_written() -> None:
    assert encodable("größe") == "größe"
    assert encodable("a\udcffb") == "a\\udcffb"
    encodable("\ud800").encode()
