"""The nearest known names."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gradcli.language.suggest import did_you_mean, distance, nearest

DISTANCES = [
    ("", "", 0), ("a", "", 1), ("", "abc", 3), ("sin", "sin", 0), ("sni", "sin", 1), ("sigmod", "sigmoid", 1),
    ("tahn", "tanh", 1), ("kitten", "sitting", 3), ("ca", "abc", 3),
]  # fmt: skip


@pytest.mark.parametrize(("one", "other", "steps"), DISTANCES)
def test_distances(one: str, other: str, steps: int) -> None:
    assert distance(one, other) == distance(other, one) == steps


@settings(settings.get_profile("language"))
@given(st.text("abc", max_size=8), st.text("abc", max_size=8))
def test_a_distance_lies_between_the_difference_of_the_lengths_and_the_longer_one(one: str, other: str) -> None:
    steps = distance(one, other)
    assert abs(len(one) - len(other)) <= steps <= max(len(one), len(other))
    assert (steps == 0) == (one == other)


NEAREST = [
    ("sigmod", ["tanh", "sigmoid"], ["sigmoid"]),
    ("SIN", ["sin", "tan"], ["sin"]),
    ("sn", ["sin", "tan", "an"], ["sin", "an"]),
    ("x", ["y", "xx"], ["xx"]),
    ("ab", ["ac", "ad", "ae", "af"], ["ac", "ad", "ae"]),
    ("qqqq", ["sin"], []),
    ("a" * 61, ["a" * 60], []),
    ("sin", ["sine", "sin", "sine"], ["sin", "sine"]),
]


@pytest.mark.parametrize(("name", "known", "found"), NEAREST)
def test_nearest_names(name: str, known: list[str], found: list[str]) -> None:
    assert nearest(name, known) == found


OFFERS = [
    ([], None),
    (["a"], "did you mean 'a'?"),
    (["a", "b"], "did you mean 'a' or 'b'?"),
    (["a", "b", "c"], "did you mean 'a', 'b' or 'c'?"),
]


@pytest.mark.parametrize(("names", "text"), OFFERS)
def test_offers(names: list[str], text: str | None) -> None:
    assert did_you_mean(names) == text
