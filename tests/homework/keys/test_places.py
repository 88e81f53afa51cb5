"""Places of entries in a key, and of what tomllib refuses."""

from __future__ import annotations

import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gradcli.homework.keys.places import place_of, place_of_syntax_error

KEY = '''title = "[[problem]] id = 'p9'" # id = "p8"
credit = { carried = 0.5, "coarse" = 0 }

# [[problem]]
[[problem]]
id = "p1"
formula = """
id = "no"
[[problem]]
"""
at = { x = [1, [2]], y = "} ]" }
ask = [
    "value q",   # ] ,
    "grad *",
]
[[problem.mistake]]
when = 'a'
say = "b \\" ]"
[[problem.mistake]]
when = "c"
[ problem.points ]
"grad x" = 2
at.dotted . name = 3
[[problem]]
id = "p2"
vary.x = [1, 2]
[[problem.mistake]]
when = "d"
'''

PLACES = [
    ((None, "title"), "title = \"[[problem]] id = 'p9'\""),
    ((None, "credit", "coarse"), '"coarse" = 0'),
    ((None, "credit", "missing"), 'credit = { carried = 0.5, "coarse" = 0 }'),
    ((None, "missing"), 'title = "[[problem]] id = \'p9\'" # id = "p8"'),
    ((0,), "[[problem]]"),
    ((0, "title"), "[[problem]]"),
    ((0, "id"), 'id = "p1"'),
    ((0, "formula"), 'formula = """'),
    ((0, "at", "x"), "x = [1, [2]]"),
    ((0, "at", "x", 1, 0), "2"),
    ((0, "at", "y"), 'y = "} ]"'),
    ((0, "ask"), "ask = ["),
    ((0, "ask", 1), '"grad *"'),
    ((0, "mistake", 0, "when"), "when = 'a'"),
    ((0, "mistake", 0, "say"), 'say = "b \\" ]"'),
    ((0, "mistake", 1), "[[problem.mistake]]"),
    ((0, "mistake", 1, "when"), 'when = "c"'),
    ((0, "points", "grad x"), '"grad x" = 2'),
    ((0, "points", "at", "dotted", "name"), "at.dotted . name = 3"),
    ((1, "id"), 'id = "p2"'),
    ((1, "vary"), "vary.x = [1, 2]"),
    ((1, "vary", "x", 1), "2"),
    ((1, "mistake", 0, "when"), 'when = "d"'),
    ((7, "id"), 'title = "[[problem]] id = \'p9\'" # id = "p8"'),
]


@pytest.mark.parametrize(("path", "underlined"), PLACES)
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_places(path, underlined, newline):
    text = KEY.replace("\n", newline)
    tomllib.loads(text)
    start, end = place_of(text, *path)
    assert text[start:end] == underlined


def test_equal_entries_of_two_problems_have_places_of_their_own():
    assert KEY[: place_of(KEY, 1, "id")[0]].count('id = "p1"') == 1
    assert KEY[: place_of(KEY, 1)[0]].rstrip().endswith("name = 3")
    assert KEY[: place_of(KEY, 0)[0]].endswith("# [[problem]]\n")


def test_problems_in_inline_tables():
    text = 'problem = [{ id = "p1" }, { id = "p2", at = { x = 1 } }]\n'
    for path, underlined in [((1, "id"), 'id = "p2"'), ((1, "at", "x"), "x = 1"), ((0,), '{ id = "p1" }')]:
        start, end = place_of(text, *path)
        assert text[start:end] == underlined


def test_escaped_names_are_compared_as_tomllib_reads_them():
    text = r'"\u0061t" = 1'
    assert place_of(text, None, "at") == (0, len(text))
    assert place_of("", None, "at") == (0, 0)


STRINGS = st.one_of(
    st.text(alphabet="ab[]{}=,# .'", max_size=8).map(lambda s: f'"{s}"'),
    st.text(alphabet='ab[]{}=,# ."', max_size=8).map(lambda s: f"'{s}'"),
    st.text(alphabet="ab[]{}=,# \n'", max_size=8).map(lambda s: f'"""{s}"""'),
)
VALUES = st.recursive(
    st.one_of(STRINGS, st.sampled_from(["1", "-2.5e3", "true", "1979-05-27"])),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(lambda v: f"[{', '.join(v)}]"),
        st.lists(inner, max_size=3).map(lambda v: "[\n" + "".join(f"{x}, # ]\n" for x in v) + "]"),
        st.lists(inner, max_size=3).map(lambda v: f"{{ {', '.join(f'k{i} = {x}' for i, x in enumerate(v))} }}"),
    ),
    max_leaves=6,
)


@given(st.lists(VALUES, min_size=1, max_size=4))
def test_every_entry_is_found_where_it_was_written(values):
    text = "[[problem]]\n" + "".join(f"[[problem]] # {i}\nv = {value} # v = 0\n" for i, value in enumerate(values))
    tomllib.loads(text)
    at = 0
    for index, value in enumerate(values):
        at = text.index(f"v = {value} # v = 0\n", text.index(f"[[problem]] # {index}\n", at))
        start, end = place_of(text, index + 1, "v")
        assert (start, text[start:end]) == (at, f"v = {value}".split("\n")[0].rstrip())


@pytest.mark.parametrize(
    ("text", "at"), [('a = 1\nb = = 2\n', 10), ('a = 1\r\nb = = 2\r\n', 11), ("a = ", 4), ("a = 1\na = 2\n", 11)]
)  # fmt: skip
def test_syntax_errors(text, at):
    with pytest.raises(tomllib.TOMLDecodeError) as caught:
        tomllib.loads(text)
    start, end = place_of_syntax_error(text, str(caught.value))
    assert start == at
    assert start <= end <= len(text)
