"""`gradcli explain`: every entry of the catalogue with the message its example really causes."""

from __future__ import annotations

import pytest

from gradcli.language.catalogue import CATALOGUE, Entry
from gradcli.report.explanation import codes_text, example_fault, explanation_text
from gradcli.report.screen import Screen


@pytest.mark.parametrize("entry", CATALOGUE.values(), ids=lambda entry: entry.code)
def test_every_entry_shows_its_own_error(entry: Entry) -> None:
    text = explanation_text(entry, Screen())
    assert text.startswith(f"{entry.code}: ")
    assert entry.repair in text
    fault = example_fault(entry)
    assert (fault is None) == (entry.example == "")
    if fault is not None:
        assert fault.code == entry.code
        assert f"  error: {fault.message}\n" in text
        assert "gradcli explain" not in text


def test_a_page() -> None:
    entry = Entry(
        "mismatched-bracket", "A bracket is closed by one of another kind.", "(x + 1]", ("x=1",), "close it in kind"
    )
    assert (
        explanation_text(entry, Screen())
        == """\
mismatched-bracket: A bracket is closed by one of another kind.

Example:
  gradcli eval '(x + 1]' x=1

  error: '(' is closed by ']'
    (x + 1]
    ^     ^
  help: write ')' here

Repair:
  close it in kind
"""
    )


def test_the_list_of_codes() -> None:
    text = codes_text(Screen())
    assert all(f"\n{code} " in text for code in CATALOGUE)
    narrow = codes_text(Screen(boxes=True, width=80, ascii_only=True))
    assert max(map(len, narrow.split("\n"))) <= 80
    assert narrow.isascii()
