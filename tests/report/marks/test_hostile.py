"""Every writer on every hostile text in every place where a text can stand."""

from __future__ import annotations

import csv
import html
import io
import json
import re
import unicodedata
from collections.abc import Callable
from typing import Any
from xml.etree import ElementTree

import pytest
from markdown_it import MarkdownIt

from gradcli.language import GradcliError
from gradcli.report.charset import visible
from gradcli.report.marks import (
    canvas,
    class_report,
    compared,
    faces,
    github,
    gradescope,
    jsonlines,
    junit,
    markdown,
    moodle,
    prairielearn,
    tabular,
    tap,
)
from gradcli.report.screen import Screen

from ...hostile import TEXTS
from .samples import ANNA, CLASS, COMPARISON, Record, submission
from .test_github import read as read_commands
from .test_tap import parsed, subtests, unescaped

FIXED = {"schema", "state", "kind", "states", "entries", "old_state", "new_state"}
"""Fields whose texts are gradcli's own words."""

hostile = pytest.mark.parametrize("text", TEXTS, ids=[f"{place}" for place in range(len(TEXTS))])


def filled(value: Any, text: str) -> Any:
    """The same value with the text for every text in it, and for every name that a user gives."""
    if isinstance(value, str):
        return text
    if isinstance(value, list):
        return [filled(inner, text) for inner in value]
    if isinstance(value, dict):
        return {key: _named(key, inner, text) for key, inner in value.items()}
    return value


def _named(key: str, inner: Any, text: str) -> Any:
    """Points, and counts by problem, have users' names as keys."""
    if key in FIXED:
        return inner
    if key in ("at", "problems") and isinstance(inner, dict):
        return {text + name * (place > 0): filled(x, text) for place, (name, x) in enumerate(inner.items())}
    return filled(inner, text)


def records(text: str) -> list[Record]:
    return [filled(ANNA, text), filled(submission("f", "unreadable", student="s", name="n", message="m"), text),
            filled(submission("f", "missing", student="s", message="m"), text), ANNA]  # fmt: skip


def seen(output: str) -> str:
    """The output, in which everything can be seen and encoded; by Python's own tables, not by the escape's."""
    for character in set(output) - {"\n"}:
        assert unicodedata.category(character) not in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"), repr(character)
    output.encode()
    return output


def all_texts(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else []
    return [text for each in inner for text in all_texts(each)]


@hostile
@pytest.mark.parametrize("results", [gradescope.results, prairielearn.results])
def test_results_of_one(results: Callable[[Record], str], text: str) -> None:
    for record, tests in zip(records(text), [10, 0, 0, 10], strict=True):
        found = json.loads(seen(results(record)))
        assert len(found["tests"]) == tests
        for said in all_texts(found):
            seen(said)


@hostile
def test_json(text: str) -> None:
    for record in records(text):
        assert json.loads(seen(jsonlines.line(record))) == json.loads(json.dumps(record))
    whole = json.loads(seen("".join(jsonlines.document(records(text), lambda: filled(CLASS, text)))))
    assert len(whole["results"]) == 4


@hostile
@pytest.mark.parametrize("per", ["submission", "answer"])
def test_csv(per: tabular.Per, text: str) -> None:
    output = seen("".join(tabular.rows(records(text), per)))
    rows = list(csv.reader(io.StringIO(output, newline="")))
    assert len(rows) == 1 + (4 if per == "submission" else 10 + 1 + 1 + 10)
    assert {len(row) for row in rows} == {len(rows[0])}
    for cell in (cell for row in rows for cell in row):
        is_number = re.fullmatch(r"[+-]?[0-9]+(\.[0-9]*)?([eE][+-]?[0-9]+)?", cell)
        assert is_number or unicodedata.normalize("NFKC", cell.lstrip())[:1] not in ("=", "+", "-", "@"), cell[:50]
    assert rows[1][rows[0].index("file")] in (visible(text), "'" + visible(text))


@hostile
def test_junit(text: str) -> None:
    root = ElementTree.fromstring(seen("".join(junit.document(records(text)))).encode())
    shape = [[case.find("*").tag if len(case) else "" for case in suite.findall("testcase")] for suite in root]  # type: ignore[union-attr]
    assert (
        shape[0]
        == shape[3]
        == ["", "system-out", "system-out", "failure", "system-out", "skipped", "error", "error", "", "failure"]
    )
    assert shape[1:3] == [["error"], ["skipped"]]
    assert {element.tag for element in root.iter()} == {"testsuites", "testsuite", "properties", "property", "testcase",
                                                        "failure", "error", "skipped", "system-out"}  # fmt: skip
    assert root[0].get("name") == visible(text)
    assert {case.get("name") for case in root[0].findall("testcase")} == {visible(text)}


def directives(output: str) -> list[str | None]:
    """The directive of each test point, subtests first, by the rules of TAP 14, which readers of TAP 13 do not know."""
    points = [re.fullmatch(r" *(?:not )?ok [0-9]+ - (.*)", line) for line in output.split("\n")]
    return [unescaped(point[1])[1] for point in points if point]


@hostile
def test_tap(text: str) -> None:
    output = seen("".join(tap.document(records(text))))
    points = parsed(output)
    assert [(point.ok, point.todo) for point in points] == [
        (False, False),
        (False, False),
        (True, False),
        (False, False),
    ]
    assert all(isinstance(point.yaml_block["result"], str) for point in points)
    mine, _, _, theirs = subtests(output)
    assert [point.ok for point in mine] == [point.ok for point in theirs]
    assert not any(point.todo for point in mine)
    assert [point.yaml_block is None for point in mine] == [point.yaml_block is None for point in theirs]
    answers = [None] * 5 + ["SKIP"] + [None] * 4
    assert directives(output) == [*answers, None, None, "SKIP", *answers, None]


@hostile
def test_github_annotations(text: str) -> None:
    found = read_commands(seen(github.annotations(records(text), most=100)))
    plain = read_commands(github.annotations([ANNA, submission("x", "unreadable", message="m"), ANNA], most=100))
    assert [command.name for command in found] == [command.name for command in plain]
    for command in found:
        assert set(command.properties) <= {"file", "line", "col", "endColumn", "title"}
        for said in (*command.properties.values(), command.text):
            seen(said)
    assert {command.properties["file"] for command in found} <= {visible(text), "group 1/anna.txt"}


def tokens(text: str) -> list[tuple[str, str]]:
    """What a reader of Markdown makes of a text: every part but the texts themselves, which do not matter."""
    out = []
    for token in MarkdownIt("commonmark").enable("table").parse(text):
        out.append((token.type, token.tag))
        out += [(inner.type, inner.tag) for inner in token.children or ()]
    return out


FOREIGN = {"html_block", "html_inline", "link_open", "image", "em_open", "strong_open", "fence", "code_block", "hr",
           "blockquote_open", "hardbreak", "ordered_list_open"}  # fmt: skip


GRID = ("heading_open", "table_open", "tr_open", "th_open", "td_open")


def blocks(text: str) -> list[str]:
    """Headings, tables and their cells; nothing in the text may be markup of a stranger's."""
    found = [kind for kind, _ in tokens(seen(text))]
    assert not FOREIGN & set(found)
    return [kind for kind in found if kind in GRID]


@hostile
def test_markdown(text: str) -> None:
    mine, plain = records(text), [ANNA, submission("f", "unreadable", message="m"), submission("f", "missing"), ANNA]
    assert blocks("".join(map(markdown.submission, mine))) == blocks("".join(map(markdown.submission, plain)))
    assert blocks("".join(markdown.listing(mine))) == blocks("".join(markdown.listing(plain)))
    blocks(class_report.markdown(filled(CLASS, text)))
    blocks(github.summary(mine, filled(CLASS, text)))


@hostile
def test_terminal(text: str) -> None:
    for screen in (Screen(), Screen(boxes=True, width=60), Screen(ascii_only=True), Screen(True, 60, False, True)):
        said = [faces.submission(record, screen) + faces.line(record, screen) for record in records(text)]
        said += [class_report.text(filled(CLASS, text), screen), compared.text(filled(COMPARISON, text), screen)]
        for output in said:
            plain = seen(re.sub(r"\x1b\[[0-9;]*m", "", output) if screen.colours else output)
            assert plain.isascii() or not screen.ascii_only


GRADEBOOK = "Student,ID,SIS Login ID,Section,HW (1)\nPoints Possible,,,,10\nA,1,s1,L,\nB,2,s2,L,3\n"


@hostile
def test_canvas(text: str) -> None:
    stranger = filled(ANNA, text)
    result = canvas.filled(GRADEBOOK, [stranger, {**stranger, "student": "s1"}])
    assert result.text == GRADEBOOK.replace("L,\n", "L,4.5\n") or visible(text) in result.ambiguous
    for said in (*result.matched, *result.unmatched, *result.ambiguous, *result.notes):
        seen(said)


@hostile
@pytest.mark.parametrize("platform", ["canvas", "moodle"])
def test_cells_of_a_platform_come_back_as_they_left(platform: str, text: str) -> None:
    rows = [["Student", "ID", "SIS Login ID", "Section", "HW (1)"], ["Points Possible", "", "", "", "10"],
            [text, "1", "s1", text, ""], [text, text, text, text, "3"]]  # fmt: skip
    if platform == "moodle":
        rows = [["Identifier", "Full name", "Grade", "Last modified (grade)", "Status"], [text, text, "3", text, text],
                ["Participant 7", text, "", text, text]]  # fmt: skip
    out = io.StringIO()
    csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\n").writerows(rows)
    try:
        if platform == "canvas":
            mark, result = (2, 4), canvas.filled(out.getvalue(), [submission("f", student="1", score=4.0)])
        else:
            mark, result = (2, 2), moodle.worksheet([submission("f", student="7", score=4.0)], out.getvalue())
    except GradcliError as error:
        assert text.strip().casefold() in ("1", "s1", "7"), error  # noqa: PT017 — the text names another student
        return
    rows[mark[0]][mark[1]] = "4"
    again = list(csv.reader(io.StringIO(result.text.removeprefix("\ufeff"), newline="")))
    assert [row for row in again if row] == rows


WORKSHEET = ("Identifier,Full name,Email address,Grade,Maximum Grade,Last modified (grade),Feedback comments\n"
             "Participant 7,A,a@x.org,,10.00,-,\n")  # fmt: skip


@hostile
@pytest.mark.parametrize("exported", [WORKSHEET, None])
def test_moodle(exported: str | None, text: str) -> None:
    result = moodle.worksheet([{**filled(ANNA, text), "student": "7"}], exported)
    rows = list(csv.reader(io.StringIO(seen(result.text), newline="")))
    assert len(rows) == 2
    grade, said = rows[1][1 if exported is None else 3], rows[1][-1]
    assert (grade, len(rows[1])) == ("4.5", len(rows[0]))
    assert not re.search("<(?!br>)", said)
    assert said.startswith("4.5/10: ")
    assert html.unescape(said).count("wrong: ") >= 2 or len(text) >= 1_000  # lines are cut
    if text.strip().casefold() not in ("7", "a@x.org", "participant 7"):
        with pytest.raises(GradcliError) as caught:
            moodle.worksheet([filled(ANNA, text)], WORKSHEET)
        seen(caught.value.message)
