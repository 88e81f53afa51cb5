"""Marks as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from gradcli.report.marks.jsonlines import document, line
from tests.hostile import TEXTS

from .samples import ANNA, CLASS, SAMPLES, Record, strange


@pytest.mark.parametrize("text", ["plain", *TEXTS])
def test_a_line_reads_back_and_is_harmless(text: str) -> None:
    for record in strange(SAMPLES, text):
        written = line(record)
        assert written.isascii()
        assert written.isprintable()
        # Two halves of a character that stand side by side are the character to whoever reads JSON.
        whole = text.encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass")
        assert json.loads(written) in (record, strange(record, whole))


def test_the_document() -> None:
    whole = json.loads("".join(document(SAMPLES, lambda: CLASS)))
    assert whole == {"schema": "gradcli.checks/1", "results": SAMPLES, "class": CLASS}
    assert list(whole) == ["schema", "results", "class"]


@pytest.mark.parametrize("records", [[], [ANNA]])
def test_short_documents(records: list[Record]) -> None:
    whole = json.loads("".join(document(records)))
    assert whole == {"schema": "gradcli.checks/1", "results": records, "class": None}


def test_the_document_is_written_while_the_class_is_marked() -> None:
    marked: list[str] = []

    def marking() -> Iterator[Record]:
        for record in SAMPLES:
            marked.append(record["file"])
            yield record

    pieces = document(marking(), lambda: {"seen": len(marked)})
    next(pieces)
    assert '"group 1/anna.txt"' in next(pieces)
    assert marked == ["group 1/anna.txt"]
    assert list(pieces)[-1] == f'\n], "class": {{"seen": {len(SAMPLES)}}}}}\n'
