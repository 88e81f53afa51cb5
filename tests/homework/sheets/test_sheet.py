"""Students' files, line by line, and the rows of tables."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from gradcli.homework.limits import LONGEST_LINE, MOST_LINES
from gradcli.homework.sheets import sheet as module
from gradcli.homework.sheets.sheet import Answer, LineFault, read_sheet, sheet_of_cells
from gradcli.language import GradcliError

SPECIFIED = """\
student: s1234567        # everything after # is ignored
== p1   f = (x + y) * z   at x=-2, y=5, z=-4
value q      = 3
value f      = -12
local q / x  = 1
up    q      = -4        # the gradient that arrives at q
grad  x      = −4        # any minus sign; 0,5 and 1/3 and 2e-2 are read too
grad  y      = ?         # left blank
== p2
jac   y / x  = [[0.20, -0.20], [-0.20, 0.20]]
"""


def answered(text: str) -> list[tuple[str, str, str | None, str]]:
    read = read_sheet(text)
    assert read.faults == ()
    return [(a.word, a.target, a.by, a.text) for section in read.sections for a in section.answers]


def only_answer(text: str) -> Answer:
    read = read_sheet(text)
    assert read.faults == ()
    (section,) = read.sections
    (answer,) = section.answers
    return answer


def only_fault(text: str) -> LineFault:
    read = read_sheet(text)
    assert [section.answers for section in read.sections] in ([], [()])
    (fault,) = read.faults
    assert fault.fault.code == "bad-answer"
    assert fault.fault.hint
    return fault


def test_the_file_of_the_specification():
    read = read_sheet(SPECIFIED)
    assert (read.student, read.faults) == ("s1234567", ())
    one, two = read.sections
    assert (one.problem, one.formula, one.at, one.line) == ("p1", "f = (x + y) * z", "x=-2, y=5, z=-4", 2)
    assert (two.problem, two.formula, two.at, two.line) == ("p2", None, None, 9)
    assert [(a.word, a.target, a.by, a.text, a.line) for a in one.answers] == [
        ("value", "q", None, "3", 3),
        ("value", "f", None, "-12", 4),
        ("local", "q", "x", "1", 5),
        ("up", "q", None, "-4", 6),
        ("grad", "x", None, "−4", 7),
        ("grad", "y", None, "?", 8),
    ]
    values = [a.written and a.written.entries[0] and a.written.entries[0].value for a in one.answers]
    assert values == [3, -12, 1, -4, -4, None]
    (jacobian,) = two.answers
    assert (jacobian.target, jacobian.by, jacobian.written.shape) == ("y", "x", (2, 2))


def test_columns_are_those_of_an_editor():
    answer = only_answer("  grad  x  =  -12   # so")
    assert (answer.line, answer.column, answer.end_column) == (1, 3, 18)
    answer = only_answer("\ufeffgrad x =   ")
    assert (answer.column, answer.end_column, answer.text) == (1, 9, "")
    fault = only_fault("\n\n  gard x = 3")
    assert isinstance(fault, LineFault)


def test_a_fault_points_at_its_characters():
    (fault,) = read_sheet("# one\n\n  gard x = 3").faults
    assert (fault.line, fault.column, fault.end_column) == (3, 3, 7)


@pytest.mark.parametrize(
    ("line", "word", "target", "by"),
    [
        ("GRAD x = 3", "grad", "x", None),
        ("grad x: 3", "grad", "x", None),
        ("grad x ≈ 3", "grad", "x", None),
        ("grad x := 3", "grad", "x", None),
        ("grad x == 3", "grad", "x", None),
        ("\tgrad\u00a0x\t=\t3", "grad", "x", None),
        ("grad β₀ = 3", "grad", "β₀", None),
        ("grad W[0, 1] = 3", "grad", "W[0, 1]", None),
        ("grad w[0:2] = 3", "grad", "w[0:2]", None),
        ("value x + y = 3", "value", "x + y", None),
        ("value x / y = 3", "value", "x / y", None),
        ("up (x + y)^2 = 3", "up", "(x + y)^2", None),
        ("up f(x, g(y)) = 3", "up", "f(x, g(y))", None),
        ("local q/x = 3", "local", "q", "x"),
        ("local sigma(x) / x = 3", "local", "sigma(x)", "x"),
        ("local x/y / x = 3", "local", "x/y", "x"),
        ("local x/y/x = 3", "local", "x/y", "x"),
        ("local x / y / (x / y) = 3", "local", "x / y", "(x / y)"),
        ("local (a / b)/b = 3", "local", "(a / b)", "b"),
        ("jac y / x = 3", "jac", "y", "x"),
        ("df/dq = 3", "derivative", "f", "q"),
        ("df / dq = 3", "derivative", "f", "q"),
        ("∂q/∂x: 3", "derivative", "q", "x"),
        ("∂L/∂W[0] = 3", "derivative", "L", "W[0]"),
        ("dz/d(x+y) = 3", "derivative", "z", "(x+y)"),
        ("dq = 3", "derivative", "", "q"),
        ("dβ0 = 3", "derivative", "", "β0"),
        ("upx = 3", None, "", None),
    ],
)
def test_what_an_answer_is_about(line, word, target, by):
    if word is None:
        assert "up x" in (only_fault(line).fault.hint or "")
        return
    answer = only_answer(line)
    assert (answer.word, answer.target, answer.by) == (word, target, by)
    assert answer.written is not None
    assert answer.written.entries[0].value == 3


@pytest.mark.parametrize(
    ("line", "problem", "formula", "at"),
    [
        ("== p1", "p1", None, None),
        ("==p1", "p1", None, None),
        ("=== p1 ===", "p1", None, None),
        ("== p1 # easy", "p1", None, None),
        ("== p1: f = x*y", "p1", "f = x*y", None),
        ("== p1 f = x*y at x=1, y=2", "p1", "f = x*y", "x=1, y=2"),
        ("== p1 AT x=1", "p1", None, "x=1"),
        ("== 1.2b q = x + y; f = q * z  at  x=1", "1.2b", "q = x + y; f = q * z", "x=1"),
        ("== f = x*y at x=1", None, "f = x*y", "x=1"),
        ("== x * y at x=1", None, "x * y", "x=1"),
        ("== (x + y)*z", None, "(x + y)*z", None),
        ("== p1 -x^2", "p1", "-x^2", None),
        ("== p1 s(u, v) = u*v; f = s(x, 2)", "p1", "s(u, v) = u*v; f = s(x, 2)", None),
        ("== p1 data = x at y=3", "p1", "data = x", "y=3"),
        ("== Problem p1", "p1", None, None),
        ("=== exercise 1.2b: ===", "1.2b", None, None),
        ("== Aufgabe 3 f = x*y at x=1", "3", "f = x*y", "x=1"),
        ("== question a -x^2", "a", "-x^2", None),
        ("== task", "task", None, None),
        ("== task at x=1", "task", None, "x=1"),
        ("== task f = x*y", "task", "f = x*y", None),
        ("== part x * y", "part", "x * y", None),
        ("== problems p1", "problems", "p1", None),
    ],
)
def test_headers(line, problem, formula, at):
    read = read_sheet(f"# first\n{line}\ngrad x = 3")
    assert read.faults == ()
    (section,) = read.sections
    assert (section.problem, section.formula, section.at, section.line) == (problem, formula, at, 2)
    assert len(section.answers) == 1


def test_answers_before_any_header():
    read = read_sheet("grad x = 3\n== p1\n== p2\ngrad x = 4\ngrad x = 5")
    assert [(section.problem, len(section.answers)) for section in read.sections] == [(None, 1), ("p1", 0), ("p2", 2)]
    assert read_sheet("").sections == ()
    assert read_sheet("# nothing\n\n   \n").sections == ()


def test_who_it_is():
    assert read_sheet("Student: s1\nname: Anna").student == "s1"
    assert read_sheet("name = Anna Example  # me").student == "Anna Example"
    assert read_sheet("student:\nname: Anna").student == "Anna"
    assert read_sheet("student: s1\nstudent: s1").faults == ()
    twice = read_sheet("student: s1\nstudent: s2")
    assert twice.student == "s1"
    assert [fault.line for fault in twice.faults] == [2]


@pytest.mark.parametrize(
    ("line", "message", "hint"),
    [
        ("gard x = 3", "'gard'", "did you mean 'grad'?"),
        ("valeu q: 3", "'valeu'", "did you mean 'value'?"),
        ("grda q = 3", "'grda'", "did you mean 'grad'?"),
        ("gradient x = 3", "'gradient'", "did you mean 'grad'?"),
        ("jacobian y / x = 3", "'jacobian'", "did you mean 'jac'?"),
        ("stduent: s1", "'stduent'", "did you mean 'student'?"),
        ("gradx = 3", "blank", "did you mean 'grad x'?"),
        ("grad x", "number", "grad x = 3"),
        ("grad x -4", "'='", "grad x = -4"),
        ("local q / x 1", "'='", "local q / x = 1"),
        ("grad", "name", "grad x = 3"),
        ("grad = 3", "name", "grad x = 3"),
        ("local q = 1", "'/'", "local q / x = 1"),
        ("jac y = 1", "'/'", "jac y / x ="),
        ("local q / = 1", "beside the '/'", "local q / x = 1"),
        ("local / x = 1", "beside the '/'", "local q / x = 1"),
        ("x = 3", "what of x", "value x = 3, or grad x = 3"),
        ("df/q = 3", "derivative", "df/dq"),
        ("∂f/q = 3", "derivative", "df/dq"),
        ("p1: grad x = 3", "line of its own", "== p1"),
        ("p1 grad x = 3", "line of its own", "== p1"),
        ("- grad x = 3", "begins with its word", "take away"),
        ("student s1", "':'", "student: s1"),
        ("grad (x = 3", "bracket", "close"),
        ("grad x) = 3", "closes no bracket", ""),
        ("= p1", "header", "== p1"),
        ("==", "no problem", "== p1"),
        ("hello world", "no answer", "grad x = 3"),
        ("\x00", "no answer", "#"),
        ("grad \x00 = 3", "U+0000", ""),
        ("\ud800", "no answer", "#"),
    ],
)
def test_a_line_that_cannot_be_read(line, message, hint):
    fault = only_fault(line)
    assert message in fault.fault.message
    assert hint in (fault.fault.hint or "")
    assert fault.fault.text == line


def test_a_line_that_cannot_be_read_costs_only_itself():
    read = read_sheet("== p1\ngrad x = 1\ngard y = 2\nlocal q = 3\ngrad z = 4")
    assert [a.target for section in read.sections for a in section.answers] == ["x", "z"]
    assert [fault.line for fault in read.faults] == [3, 4]


def test_an_unreadable_number_stays_an_answer():
    answer = only_answer("  grad x = 4O  # zero")
    assert (answer.word, answer.target, answer.written, answer.text) == ("grad", "x", None, "4O")
    assert answer.fault is not None
    assert answer.fault.code == "bad-number"
    assert answer.fault.text is not None
    assert answer.fault.text[answer.fault.start : answer.fault.end] == "4O"
    assert answer.fault.position() == (1, 12, 14)


@pytest.mark.parametrize(
    "number", ["1e10000000", "9" * 1900, "[" * 1000, "[" * 900 + "]" * 900, "1e" + "9" * 1000, "\x00"]
)
def test_hostile_numbers(number):
    answer = only_answer(f"grad x = {number}")
    assert answer.written is None
    assert answer.fault is not None


def test_line_ends():
    for end in ("\n", "\r\n", "\r"):
        read = read_sheet("\ufeff" + SPECIFIED.replace("\n", end))
        assert (read.student, read.faults) == ("s1234567", ())
        assert [section.line for section in read.sections] == [2, 9]
        assert read.sections[0].answers[0].line == 3


def test_long_lines():
    fits = "grad x = 3 #".ljust(LONGEST_LINE, "x")
    read = read_sheet(f"{fits}\n{fits}y\n" + "grad x = 3" + " " * 1_000_000)
    assert len(read.sections[0].answers) == 1
    assert [fault.line for fault in read.faults] == [2, 3]
    assert "2,000" in read.faults[0].fault.message
    assert all(len(fault.fault.text or "") <= LONGEST_LINE for fault in read.faults)


def test_many_lines():
    assert len(read_sheet("grad x = 3\n" * MOST_LINES).sections[0].answers) == MOST_LINES
    with pytest.raises(GradcliError, match="10,001 lines") as caught:
        read_sheet("grad x = 3\n" * (MOST_LINES + 1))
    assert caught.value.code == "too-large"
    with pytest.raises(GradcliError):
        read_sheet("\n" * 2**20)


@pytest.mark.parametrize(
    "part", ["(", "((", "[({", ")", "/", " / ", "=", ": ", "at ", " at", "local ", "d", "∂", "a b ", "\t"]
)
@pytest.mark.parametrize("before", ["", "local ", "== ", "grad x = ", "== p1 ", "student: "])
def test_repeated_parts_are_read_or_refused(before, part):
    read_sheet(before + part * (LONGEST_LINE // len(part) - 10))


PIECES = [
    "grad ", "gard ", "local ", "value", "jac ", "up", "student", "name:", "== ", "p1", " at ", "x", "x=1, y=2",
    "q / x", "df/dq", "∂", "d", "/", " / ", " = ", "=", ":", "(", ")", "[", "]", "{", "4", "-0.5", "1e999999", "?",
    "#", " ", "\t",
    "\n", "\r\n", "\r", "\x00", "\x85", "\u2028", "\u200b", "\ufeff", "\u202e", "\ud800", "…", "’", "½", "٣", "𝑥",
]  # fmt: skip
texts = st.text(st.characters(exclude_categories=())) | st.lists(st.sampled_from(PIECES), max_size=30).map("".join)


@given(texts)
@example("==")
@example("grad x = \x1c3")
def test_any_text_is_read(text):
    read = read_sheet(text)
    for fault in read.faults:
        assert 1 <= fault.column <= fault.end_column
        assert fault.fault.hint
        assert fault.fault.position() is not None
    for section in read.sections:
        for answer in section.answers:
            assert (answer.written is None) != (answer.fault is None)
            assert answer.target or answer.word == "derivative"
            assert answer.text in text
    lines = {fault.line for fault in read.faults} | {a.line for s in read.sections for a in s.answers}
    assert len(lines) == len(read.faults) + sum(len(section.answers) for section in read.sections)


@given(texts.filter(lambda text: "\n" not in text))
@example("grad x = \u200b3")
@example("grad x =  # nothing")
@example("grad x: 3 = 4")
@example("grad x == 3")
def test_a_remembered_head_changes_nothing(line):
    """What is read with the beginning from memory is what the grammar reads as a whole."""

    def outcome(read):
        try:
            return read(line)
        except GradcliError as error:
            return error.message, error.start, error.end

    assert outcome(module._read_line) == outcome(module._parsed_line)


def test_a_row_of_a_table():
    cells = [
        ("p1 grad x", " -4 "),
        ("p2: df/dq", "4O"),
        ("p1: local x/y / x", ""),
        ("grad z", "[1,\n2]"),
        ("hobby", "x"),
    ]
    read = sheet_of_cells("s1", cells, 7)
    assert read.student == "s1"
    assert [(section.problem, section.formula, section.at, section.line) for section in read.sections] == [
        ("p1", None, None, 7),
        ("p2", None, None, 7),
        (None, None, None, 7),
    ]
    one, two, three = read.sections
    assert [(a.word, a.target, a.by, a.line, a.column) for a in one.answers] == [
        ("grad", "x", None, 7, 1),
        ("local", "x/y", "x", 7, 3),
    ]
    assert one.answers[0].written.entries[0].value == -4
    assert one.answers[1].written.entries == (None,)
    assert (two.answers[0].written, two.answers[0].fault.code, two.answers[0].column) == (None, "bad-number", 2)
    assert three.answers[0].written.shape == (2,)
    assert [(fault.line, fault.column, fault.fault.code) for fault in read.faults] == [(7, 5, "bad-answer")]


@pytest.mark.parametrize(
    ("heading", "problem", "target", "by"),
    [
        ("p1 dq", "p1", "", "q"),
        ("d1 grad x", "d1", "x", None),
        ("demo: grad x", "demo", "x", None),
        ("P1  GRAD x", "P1", "x", None),
        ("grad(x)", None, "(x)", None),
        ("df / dq", None, "f", "q"),
        ("value x", None, "x", None),
        ("1.2 jac y/x", "1.2", "y", "x"),
    ],
)
def test_headings(heading, problem, target, by):
    (section,) = sheet_of_cells(None, [(heading, "1")], 2).sections
    (answer,) = section.answers
    assert (section.problem, answer.target, answer.by) == (problem, target, by)


@given(st.lists(st.tuples(texts, texts), max_size=4))
def test_any_row_is_read(cells):
    read = sheet_of_cells("s1", cells, 3)
    assert len(read.faults) + sum(len(section.answers) for section in read.sections) == len(cells)
