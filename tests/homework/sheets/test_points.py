"""The point in the header of a sheet."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gradcli.homework.sheets.points import MOST_NAMES, read_point
from gradcli.language import GradcliError

READ = [
    ("", {}),
    ("  ", {}),
    ("x=-2", {"x": "-2"}),
    ("x=-2, y = 5 ,z=−4", {"x": "-2", "y": "5", "z": "−4"}),
    ("x=1; y=2;", {"x": "1", "y": "2"}),
    ("W=[[1, 2], [3, 4]], x=[1; 2]", {"W": "[[1, 2], [3, 4]]", "x": "[1; 2]"}),
    ("x=max(1, 2), y=pi/4", {"x": "max(1, 2)", "y": "pi/4"}),
    ("β₀=1e-3,, y=1/3", {"β₀": "1e-3", "y": "1/3"}),
    ("x=a==b", {"x": "a==b"}),
]


@pytest.mark.parametrize(("text", "point"), READ)
def test_what_is_read(text, point):
    assert read_point(text) == point


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("x", "x"),
        ("W=[[1, 2], y=1", "W=[[1, 2], y=1"),
        ("x=", "x="),
        ("=2", "=2"),
        ("x=1, y", "y"),
        ("x=1, x=2", "x=2"),
        ("x=1,   5 ", "5"),
        ("x 1", "x 1"),
    ],
)
def test_what_is_refused_is_underlined(text, part):
    with pytest.raises(GradcliError) as caught:
        read_point(text)
    fault = caught.value
    assert fault.code == "bad-answer"
    assert fault.text[fault.start : fault.end] == part


def test_the_number_of_names_is_limited():
    assert len(read_point(",".join(f"x{k}=1" for k in range(MOST_NAMES)))) == MOST_NAMES
    with pytest.raises(GradcliError):
        read_point(",".join(f"x{k}=1" for k in range(MOST_NAMES + 1)))


@given(st.text(alphabet="x=,;[]() 1\n\x00é"))
def test_any_text_is_read_or_refused(text):
    try:
        point = read_point(text)
    except GradcliError as fault:
        part = fault.text[fault.start : fault.end]
        point = {part: part}
    assert all(name and value for name, value in point.items())
