"""Marks as Markdown, read back by a reader of Markdown."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from gradcli.report.charset import visible
from gradcli.report.marks.class_report import markdown as class_markdown
from gradcli.report.marks.markdown import code, listing, prose, submission, table
from tests.hostile import TEXTS

from .samples import CLASS, SAMPLES, strange

GOLDEN = Path(__file__).parent / "golden"
READER = MarkdownIt("commonmark").enable(["table", "strikethrough"])
BLOCKS = {"heading", "paragraph", "table", "thead", "tbody", "tr", "th", "td", "bullet_list", "list_item", "inline"}
# What GitHub makes a link of in a text that is rendered already, or an emoji.
AUTOLINK = re.compile(r"https?://|www\.|@[a-z0-9]|#[0-9]|:[a-z+_-]+:", re.IGNORECASE)
SHORT = [text for text in TEXTS if len(text) < 400]


def walked(source: str) -> Iterator[Token]:
    for token in READER.parse(source):
        yield token
        yield from token.children or ()


def texts(source: str) -> list[tuple[str, str]]:
    """Each piece of running text and each code that a reader sees, in order."""
    return [(token.type, token.content) for token in walked(source) if token.type in ("text", "code_inline")]


def seen(source: str) -> str:
    return "".join(content for _, content in texts(source)).replace("\u200b", "")


def assert_harmless(source: str) -> None:
    for token in walked(source):
        assert (
            token.type in {"text", "code_inline"} or token.type.removesuffix("_open").removesuffix("_close") in BLOCKS
        )
    running = "\n".join("".join(token.content if token.type == "text" else "`" for token in inline.children or ())
                        for inline in READER.parse(source) if inline.type == "inline")  # fmt: skip
    assert not AUTOLINK.search(running)


def test_golden() -> None:
    shown = "\n".join([*map(submission, SAMPLES), "".join(listing(SAMPLES))])
    assert shown == (GOLDEN / "marks.md").read_text(encoding="utf-8")
    assert_harmless(shown)


@pytest.mark.parametrize("text", SHORT)
def test_strangers_write_no_markup(text: str) -> None:
    records = strange(SAMPLES, text)
    for source in [*map(submission, records), "".join(listing(records)), class_markdown(strange(CLASS, text))]:
        assert_harmless(source)


@pytest.mark.parametrize("text", SHORT)
def test_prose_reads_back_wherever_it_stands(text: str) -> None:
    shown = " ".join(visible(text).split(" ")).strip(" ")
    for before in ("", "- ", "### ", "| a |\n| --- |\n| "):
        source = before + prose(text) + (" |" if before.startswith("|") else "")
        assert_harmless(source)
        assert re.sub(r" +", " ", seen(source)) == re.sub(r" +", " ", ("a" if before.startswith("|") else "") + shown)


@pytest.mark.parametrize("text", SHORT)
def test_code_reads_back_wherever_it_stands(text: str) -> None:
    shown = [("code_inline", visible(text))] if text.strip(" ") else []
    for before in ("", "- ", "### "):
        assert texts(before + code(text)) == shown
    assert texts(table(["a"], [[code(text, cell=True)]])) == [("text", "a"), *shown]


@given(st.text(st.characters(categories=("L", "N", "P", "S")) | st.sampled_from("`|\\*_[]<>&@#:-+= 1.)~"), max_size=12))
def test_any_text_reads_back(text: str) -> None:
    assert_harmless(prose(text))
    assert re.sub(r" +", " ", seen(prose(text))) == re.sub(r" +", " ", text.strip(" "))
    if text.strip(" "):
        assert texts(code(text)) == [("code_inline", text)]
        assert texts(table(["a"], [[code(text, cell=True)]])) == [("text", "a"), ("code_inline", text)]


@pytest.mark.parametrize("text", SHORT)
def test_a_table_keeps_its_cells(text: str) -> None:
    tokens = [token.type for token in READER.parse("".join(listing(strange(SAMPLES, text))))]
    assert tokens.count("tr_open") == 1 + len(SAMPLES)
    assert tokens.count("td_open") == 4 * len(SAMPLES)


def test_a_listing_comes_as_its_records_do() -> None:
    lines = listing(iter(SAMPLES))
    assert next(lines) == "|  | submission | score | answers |\n"
    assert len(list(lines)) == 1 + len(SAMPLES)


@pytest.mark.parametrize(
    ("text", "source"),
    [("a`b", "``a`b``"), ("`a", "`` `a ``"), ("a", "`a`"), ("", ""), (" a", "`  a `"), ("``", "``` `` ```")],
)
def test_backticks(text: str, source: str) -> None:
    assert code(text) == source
