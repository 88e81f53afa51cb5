from __future__ import annotations

import html

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gradcli.homework.submissions.online_text import lines_of


@pytest.mark.parametrize(
    ("page", "lines"),
    [
        ("<p>value q = 3</p><p>grad x&nbsp;= &minus;4</p>", ["value q = 3", "grad x = −4"]),
        ("value q = 3<br>value f = -12<br/>\n", ["value q = 3", "value f = -12"]),
        ("<p>value q =\n 3</p>", ["value q =  3"]),
        ("<html><head><title>Anna: HW</title><style>p{}</style></head><body><h1>x</h1>", ["x"]),
        ("<script>grad x = 1</script>grad y = 2", ["grad y = 2"]),
        ("a &lt; b", ["a < b"]),
        ("<div class='a'>== p1</div><ul><li>up <b>q</b> = -4</li></ul>", ["== p1", "up q = -4"]),
    ],
)
def test_pages(page: str, lines: list[str]) -> None:
    assert lines_of(page).splitlines() == lines


@given(st.lists(st.text(st.characters(codec="utf-8", categories=["L", "N", "P", "S"]), min_size=1)))
def test_lines_come_back(lines: list[str]) -> None:
    assert lines_of("".join(f"<p>{html.escape(line)}</p>" for line in lines)).split("\n")[:-1] == lines


@pytest.mark.parametrize("piece", ["<", "<a", "<!--", "</", "&", "&#", "<p", "<script>"])
def test_broken_pages_are_read_at_once(piece: str) -> None:
    assert isinstance(lines_of(piece * (2**20 // len(piece))), str)
