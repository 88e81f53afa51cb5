"""Empty sheets: they say what is asked, and are read back as what was asked."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gradcli.graph.build import read
from gradcli.homework.keys.key import read_key
from gradcli.homework.keys.variants import variant
from gradcli.homework.keys.worksheet import worksheet, worksheet_files
from gradcli.homework.limits import LONGEST_LINE
from gradcli.homework.sheets.sheet import read_sheet

KEY = """digits = 2
[[problem]]
id = "p1"
formula = '''
q = x + y   # the sum
f = (q *
     z)
'''
at = { x = -2, y = 5, z = "-pi/4" }
vary = { x = [-3, -2.5, 2] }
[[problem]]
id = "p2"
formula = "y = softmax(W x)"
at = { W = [[1, 2], [3, 4.5]], x = [1, 2] }
decimals = 3
"""
NAMES = [["value q", "local q/x", "grad x"], ["jac y/x"]]


def points(key, student=None):
    return [variant(spec, student, key.seed) for spec in key.problems]


def small(formula, at=""):
    key = read_key(f'[[problem]]\nid = "p1"\nformula = {json.dumps(formula)}\nat = {{ {at} }}', "k")
    return worksheet(key, None, [["grad x"]], points(key))


def test_the_lines():
    key = read_key(KEY, "k")
    lines = worksheet(key, "s123", NAMES, points(key)).splitlines()
    assert lines[0] == "student: s123"
    assert [line[0] for line in lines[1:3]] == ["#", "#"]
    assert "at least two significant digits" in lines[2]
    assert [line for line in lines[3:] if line[:1] not in ("", "#")] == [
        "== p1   q = x + y; f = (q * z)   at x=-2, y=5, z=-pi/4",
        "value q   = ?",
        "local q/x = ?",
        "grad x    = ?",
        "== p2   y = softmax(W x)   at W=[[1, 2], [3, 4.5]], x=[1, 2]",
        "jac y/x = ?",
    ]
    assert "three decimals" in lines[lines.index("== p2   y = softmax(W x)   at W=[[1, 2], [3, 4.5]], x=[1, 2]") + 1]


@pytest.mark.parametrize(
    ("said", "words"),
    [("digits = 1", "one significant digit "), ("decimals = 1", "one decimal "), ("decimals = 4", "four decimals "),
     ("digits = 15", "15 significant digits ")],
)  # fmt: skip
def test_how_exactly(said, words):
    key = read_key(f'{said}\n[[problem]]\nid = "p1"\nformula = "x"', "k")
    assert f"at least {words}" in worksheet(key, None, [[]], [{}]).splitlines()[2]


@pytest.mark.parametrize("student", ["s123", None])
def test_it_is_read_back(student):
    key = read_key(KEY, "k")
    at = points(key, student)
    sheet = read_sheet(worksheet(key, student, NAMES, at))
    assert (sheet.student, sheet.faults) == (student, ())
    first, second = sheet.sections
    assert (first.problem, first.formula) == ("p1", "q = x + y; f = (q * z)")
    assert first.at == f"x={at[0]['x']}, y=5, z=-pi/4"
    assert (second.problem, second.formula) == ("p2", "y = softmax(W x)")
    assert second.at == "W=[[1, 2], [3, 4.5]], x=[1, 2]"
    read_back = [(a.word, a.target, a.by) for section in sheet.sections for a in section.answers]
    assert read_back == [("value", "q", None), ("local", "q", "x"), ("grad", "x", None), ("jac", "y", "x")]
    for section in sheet.sections:
        for answer in section.answers:
            assert answer.fault is None
            assert answer.written is not None
            assert set(answer.written.entries) == {None}


@pytest.mark.parametrize(
    ("formula", "header"),
    [
        ("x^2 + 1", "x^2 + 1"),
        ("  x^2\n", "x^2"),
        ("q = x\n\n\nq*2\n", "q = x; q*2"),
        ("W ~ (2, 2)\nsum(W) + x", "W ~ (2, 2); sum(W) + x"),
        ("s(u) = u^2\ns(x)", "s(u) = u^2; s(x)"),
        ("q = x +\n  2 # two; three\nq", "q = x + 2; q"),
    ],
)
def test_statements_stand_on_one_line(formula, header):
    assert small(formula).splitlines()[4] == f"== p1   {header}"
    assert [node[:3] for node in read(header, None).nodes] == [node[:3] for node in read(formula, None).nodes]


def test_what_does_not_fit_on_a_line_is_a_comment():
    loop = "s = 0\nfor k in 1..3:\n  s = s + x\ns*2"
    text = small(loop)
    assert "== p1\n#   s = 0\n#   for k in 1..3:\n#     s = s + x\n#   s*2\n" in text
    assert "at x=1" in small(loop, "x = 1")
    for misread in ("- x", "x + at * 2"):  # an operator behind the id, and the word before the point
        assert f"== p1\n#   {misread}\n" in small(misread)
    long = small("+".join(["x"] * LONGEST_LINE))
    for sheet in (text, long):
        assert max(map(len, sheet.splitlines())) <= LONGEST_LINE
        (section,) = read_sheet(sheet).sections
        assert (section.problem, section.formula, section.at) == ("p1", None, None)
        assert [a.target for a in section.answers] == ["x"]


@given(st.text(alphabet="ab1 \n\r\t#=;:\x1b\u2028\u202e\x85'\"[]", max_size=12))
def test_a_strange_id_adds_no_line(student):
    key = read_key(KEY, "k")
    mine, plain = (worksheet(key, s, NAMES, points(key)) for s in (student, "s1"))
    assert mine.splitlines()[1:] == plain.splitlines()[1:]
    assert mine.splitlines()[0].startswith("student:")
    assert "#" not in mine.splitlines()[0]
    assert mine.splitlines()[0].isprintable()


def test_files_of_a_roster():
    key = read_key(KEY, "k")
    students = ["s1", "S2.b_c-d", "s1", "S1", "../etc", "a/b", "", "con", "Con.x", ".hidden", "-r", "ä", "s 1",
                "student-0005", "x" * 200, "a\n"]  # fmt: skip
    files = list(worksheet_files(key, students, NAMES))
    names = [name for name, _ in files]
    assert names == ["s1.txt", "S2.b_c-d.txt", "student-0003.txt", "student-0004.txt", "student-0005_.txt",
                     "student-0006.txt", "student-0007.txt", "student-0008.txt", "student-0009.txt",
                     "student-0010.txt", "student-0011.txt", "student-0012.txt", "student-0013.txt",
                     "student-0005.txt", "student-0015.txt", "student-0016.txt"]  # fmt: skip
    for student, (_, text) in zip(students, files, strict=True):
        assert text == worksheet(key, student, NAMES, points(key, student))


@given(st.lists(st.text(alphabet="aAbB01.-_/\\ \0\n~ä", max_size=4), max_size=30))
def test_names_of_files_are_safe_and_differ(students):
    key = read_key(KEY, "k")
    names = [name for name, _ in worksheet_files(key, students, NAMES)]
    assert len({name.casefold() for name in names}) == len(students)
    for name in names:
        assert name.isascii()
        assert name.endswith(".txt")
        assert name[0] not in ".-"
        assert all(c.isalnum() or c in "._-" for c in name)


def test_students_get_different_variants():
    key = read_key(KEY, "k")
    headers = {text.splitlines()[4] for _, text in worksheet_files(key, [f"s{i}" for i in range(60)], NAMES)}
    values = {header.partition("at x=")[2].partition(",")[0] for header in headers}
    assert values == {"-3", "-2.5", "2"}
