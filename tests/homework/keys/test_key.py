"""Keys: what is read, and what is refused with which line underlined."""

from __future__ import annotations

import pytest

from gradcli.homework.keys.key import MOST_PROBLEMS, Credit, Mistake, read_key
from gradcli.homework.sheets.exactness import Exactness
from gradcli.language import GradcliError

# The example of the specification.
KEY = """title = "HW 3"
digits = 2                                    # or decimals = 2: how exact an answer must be written
reveal = "hint"                               # verdict | place | hint | answer
credit = { carried = 1.0, rounded = 1.0, coarse = 0.5 }
[[problem]]
id = "p1"
formula = "q = x + y; f = q * z"
at = { x = -2, y = 5, z = -4 }
ask = ["value q", "value f", "local q/x", "up q", "grad *"]
points = { value = 1, local = 1, up = 1, grad = 2 }
vary = { x = [-3, -2, 2], z = [-4, 3] }       # a variant for each student, from seed, problem and student
printed = { "grad x" = "-4" }                 # numbers printed in the lecture, verified against the truth
[[problem.mistake]]                           # a mistake of the instructor's own
when = "grad x = up(q) + local(q, x)"
say  = "Multiply, do not add."
"""

SMALL = '[[problem]]\nid = "p1"\nformula = "x^2"\n'


def test_the_example():
    key = read_key(KEY, "key.toml")
    assert (key.title, key.exactness, key.reveal, key.text) == ("HW 3", Exactness(digits=2), "hint", KEY)
    assert key.credit == Credit(carried=1.0, rounded=1.0, coarse=0.5)
    assert (key.carried_at_most, key.all_or_nothing, key.seed) == (None, False, 0)
    (problem,) = key.problems
    assert (problem.id, problem.title, problem.formula) == ("p1", None, "q = x + y; f = q * z")
    assert list(problem.at.items()) == [("x", -2), ("y", 5), ("z", -4)]
    assert problem.ask == ("value q", "value f", "local q/x", "up q", "grad *")
    assert problem.points == {"value": 1.0, "local": 1.0, "up": 1.0, "grad": 2.0}
    assert problem.vary == {"x": (-3, -2, 2), "z": (-4, 3)}
    assert problem.printed == {"grad x": "-4"}
    assert problem.mistakes == (Mistake("grad x = up(q) + local(q, x)", "Multiply, do not add."),)
    assert (problem.weight, problem.gates, problem.digits, problem.decimals) == (1.0, "lecture", None, None)


def test_the_least_key():
    key = read_key(SMALL, "k")
    assert (key.title, key.exactness, key.reveal, key.credit) == (None, Exactness(), "hint", Credit(1.0, 1.0, 0.5))
    (problem,) = key.problems
    assert problem.ask == ("value *", "local *", "up *", "grad *")
    assert (problem.at, problem.points, problem.vary, problem.printed, problem.mistakes) == ({}, {}, {}, {}, ())


def test_options_of_a_key():
    key = read_key("decimals = 3\nabsolute = 0.01\nrelative = 1e-3\ncarried_at_most = 0.5\nall_or_nothing = true\n"
                   f"seed = 7\ncredit.carried = 0\n{SMALL}", "k")  # fmt: skip
    assert key.exactness == Exactness(digits=None, decimals=3, absolute=0.01, relative=1e-3)
    assert (key.carried_at_most, key.all_or_nothing, key.seed) == (0.5, True, 7)
    assert key.credit == Credit(carried=0.0, rounded=1.0, coarse=0.5)
    assert key.problems[0].all_or_nothing


def test_options_of_a_problem():
    text = SMALL + 'title = "T"\ndecimals = 0\nabsolute = 1\nrelative = 0.5\nweight = 2.5\nall_or_nothing = false\n'
    problem = read_key("all_or_nothing = true\n" + text + 'gates = "named"\npoints = 0.5\n', "k").problems[0]
    assert (problem.title, problem.decimals, problem.absolute, problem.relative) == ("T", 0, 1.0, 0.5)
    assert (problem.digits, problem.weight, problem.all_or_nothing, problem.gates) == (None, 2.5, False, "named")
    assert problem.points == dict.fromkeys(["value", "local", "up", "grad", "jac"], 0.5)


def test_points_by_word_and_by_quantity():
    text = SMALL + 'points = { Value = 1, "grad x" = 2.5, "df/dx" = 0, "local q/x" = 3 }'
    assert read_key(text, "k").problems[0].points == {"value": 1.0, "grad x": 2.5, "df/dx": 0.0, "local q/x": 3.0}


def test_points_of_all_of_a_kind_as_they_are_asked_for():
    text = SMALL + 'points = { "value *" = 1, "Grad  *" = 2.5 }'
    assert read_key(text, "k").problems[0].points == {"value": 1.0, "grad": 2.5}
    with pytest.raises(GradcliError, match="given twice"):
        read_key(SMALL + 'points = { grad = 1, "grad *" = 2 }', "k")


def test_what_stands_twice():
    with pytest.raises(GradcliError, match="an entry stands twice") as caught:
        read_key(SMALL + 'id = "p2"\n', "k")
    assert "[[problem]]" in caught.value.hint


def test_values_of_the_point():
    text = SMALL + 'at = { x = "pi/4", W = [[1, 2.5], [-3, 4]], "β_0" = 1e-3 }\nvary = { v = ["-1/3", 2, [1, 2]] }\n'
    problem = read_key(text, "k").problems[0]
    assert problem.at == {"x": "pi/4", "W": [[1, 2.5], [-3, 4]], "β_0": 0.001}
    assert type(problem.at["β_0"]) is float
    assert type(problem.at["W"][0][1]) is float
    assert problem.vary == {"v": ("-1/3", 2, [1, 2])}


@pytest.mark.parametrize(
    ("toml", "text"),
    [('"-4.0"', "-4.0"), ("-4.0", "-4.0"), ("-4", "-4"), ("0.020", "0.020"), ("2e-2", "2e-2"), ("1_000.50", "1000.50"),
     ('"[[0.20, −0.20]]"', "[[0.20, −0.20]]")],
)  # fmt: skip
def test_printed_numbers_keep_their_digits(toml, text):
    assert read_key(f'{SMALL}printed = {{ "grad x" = {toml} }}', "k").problems[0].printed == {"grad x": text}


# What is written besides, what must be underlined, a part of the message and a part of the hint.
IN_PROBLEM = [
    ('fromula = "x"', 'fromula = "x"', "a problem has no 'fromula'", "'formula'"),
    ('ask = "grad x"', 'ask = "grad x"', "'ask' is a list", "ask = ["),
    ("ask = []", "ask = []", "'ask' is a list", "ask = ["),
    ('ask = ["grad x",\n 3]', "3", "a text", "ask = ["),
    ('ask = ["value x", "gard x"]', '"gard x"', "begins with none of value, local, up, grad, jac", "'grad'"),
    ('points = { value = 1, garde = 2 }', "garde = 2", "'garde' begins with none", "'grad'"),
    ('points = { value = -1 }', "value = -1", "from 0 on", "value = 1"),
    ('points = { "grad x" = true }', '"grad x" = true', "from 0 on", '"grad x" = 1'),
    ('points = "2"', 'points = "2"', "a table", "points = {"),
    ("points = true", "points = true", "a table", "points = {"),
    ("points = nan", "points = nan", "a table", "points = {"),
    ("at = 3", "at = 3", "a table", "at = {"),
    ("at = { x = true }", "x = true", "finite number", "x = 2"),
    ("at = { x = inf }", "x = inf", "finite number", "x = 2"),
    ("at = { x = 1e999 }", "x = 1e999", "finite number", "x = 2"),
    (f"at = {{ x = 1{'0' * 400} }}", f"x = 1{'0' * 400}", "finite number", "x = 2"),
    ("at = { x = 1979-05-27 }", "x = 1979-05-27", "finite number", "x = 2"),
    ("at = { x = { y = 1 } }", "x = { y = 1 }", "finite number", "x = 2"),
    ("at = { x = [1, true] }", "x = [1, true]", "finite number", "x = [1, 2]"),
    ('at = { x = ["pi"] }', 'x = ["pi"]', "finite number", "x = [1, 2]"),
    ("at = { x = [] }", "x = []", "finite number", "x = [1, 2]"),
    ("at = { x = [[1, 2], [3]] }", "x = [[1, 2], [3]]", "", ""),
    ('at = { x = "1/0" }', 'x = "1/0"', "undefined", "finite"),
    ('at = { x = "y" }', 'x = "y"', "'y' is not a number", "pi/4"),
    ('at = { "x y" = 1 }', '"x y" = 1', "no name", "letters"),
    ('at = { "β0" = 1, beta_0 = 2 }', "beta_0 = 2", "are one name", "keep one"),
    ("vary = { x = 3 }", "x = 3", "a list of values", "x = ["),
    ("vary = { x = [] }", "x = []", "a list of values", "x = ["),
    ("vary = { x = [1, 2, true] }", "true", "finite number", "x = 2"),
    ('printed = { "grad x" = true }', '"grad x" = true', "a number", '"grad x" = "-4"'),
    ('printed = { "grad x" = nan }', '"grad x" = nan', "a number", '"grad x" = "-4"'),
    ("printed = { grda = 2 }", "grda = 2", "'grda' begins with none", "'grad'"),
    ("digits = 0", "digits = 0", "whole number from 1", "digits = 2"),
    ("digits = true", "digits = true", "whole number", "digits = 2"),
    ("digits = 2.0", "digits = 2.0", "whole number", "digits = 2"),
    ("decimals = -1", "decimals = -1", "whole number from 0", "decimals = 2"),
    ("digits = 2\ndecimals = 2", "decimals = 2", "both 'digits' and 'decimals'", "keep one"),
    ("absolute = -0.1", "absolute = -0.1", "from 0 on", "absolute = 1"),
    ('weight = "2"', 'weight = "2"', "from 0 on", "weight = 1"),
    ("all_or_nothing = 1", "all_or_nothing = 1", "true or false", "all_or_nothing = true"),
    ('gates = "lectures"', 'gates = "lectures"', "lecture, primitive, coarse, named", "'lecture'"),
    ("gates = 3", "gates = 3", "lecture, primitive", 'gates = "lecture"'),
    ("title = 3", "title = 3", "between quotes", "title = "),
    ("mistake = 3", "mistake = 3", "list of tables", "[[problem.mistake]]"),
    ("mistake = [3]", "3", "list of tables", "[[problem.mistake]]"),
    ('[[problem.mistake]]\nwhen = "a = b"', "[[problem.mistake]]", "the mistake has no 'say'", "say ="),
    ('[[problem.mistake]]\nsay = "b"', "[[problem.mistake]]", "the mistake has no 'when'", "when ="),
    ('[[problem.mistake]]\nwhen = "a"\nsay = " "', 'say = " "', "between quotes", "say ="),
    ('[[problem.mistake]]\nwhen = "a"\nsya = "b"', 'sya = "b"', "has no 'sya'", "'say'"),
    ('[problem.mistake]\nwhen = "a"\nsay = "b"', "[problem.mistake]", "list of tables", "[[problem.mistake]]"),
    ('[[problem]]\nformula = "x"', "[[problem]]", "the problem has no 'id'", 'id = "p1"'),
    ('[[problem]]\nid = "P1"\nformula = "x"', 'id = "P1"', "two problems", "of its own"),
    ('[[problem]]\nid = "p 2"\nformula = "x"', 'id = "p 2"', "is no id", "letters"),
    ('[[problem]]\nid = "At"\nformula = "x"', 'id = "At"', "is no id", 'id = "p1"'),
    ('[[problem]]\nid = "grad"\nformula = "x"', 'id = "grad"', "is no id", 'id = "p1"'),
    ('[[problem]]\nid = 2\nformula = "x"', "id = 2", "between quotes", 'id = "p1"'),
    ('[[problem]]\nid = "p2"', "[[problem]]", "the problem has no 'formula'", "formula ="),
    ('[[problem]]\nid = "p2"\nformula = ["x"]', 'formula = ["x"]', "between quotes", "formula ="),
]  # fmt: skip

OF_KEY = [
    ("digist = 2", "digist = 2", "a key has no 'digist'", "'digits'"),
    ('reveal = "al"', 'reveal = "al"', "verdict, place, hint, answer", 'reveal = "hint"'),
    ('reveal = "hnit"', 'reveal = "hnit"', "verdict, place, hint, answer", "'hint'"),
    ("credit = 1", "credit = 1", "a table", "credit = {"),
    ("credit = { carred = 1 }", "carred = 1", "has no 'carred'", "'carried'"),
    ("credit = { carried = 1.5 }", "carried = 1.5", "from 0 to 1", "carried = 1"),
    ("carried_at_most = 2", "carried_at_most = 2", "from 0 to 1", "carried_at_most = 1"),
    ("seed = -1", "seed = -1", "whole number from 0", "seed = 2"),
    ("seed = true", "seed = true", "whole number", "seed = 2"),
    ("decimals = 2\ndigits = 2", "decimals = 2", "both", "keep one"),
    ('title = ""', 'title = ""', "between quotes", "title ="),
    ("all_or_nothing = 0", "all_or_nothing = 0", "true or false", "all_or_nothing = true"),
]

CASES = [(SMALL + case[0] + "\n", len(SMALL), *case[1:]) for case in IN_PROBLEM]
CASES += [(f"{case[0]}\n{SMALL}", 0, *case[1:]) for case in OF_KEY]


@pytest.mark.parametrize(("text", "after", "underlined", "message", "hint"), CASES)
def test_refusals(text, after, underlined, message, hint):
    with pytest.raises(GradcliError) as caught:
        read_key(text, "key.toml")
    error = caught.value
    assert error.code == "bad-key"
    assert error.text == text
    assert text[error.start : error.end] == underlined
    assert error.start >= after
    assert error.message.startswith("key.toml: ")
    assert message in error.message
    assert hint in (error.hint or "")
    assert error.hint


@pytest.mark.parametrize(
    ("text", "underlined"),
    [("title = 'HW'\nid = = 3\n", "="), ("title = ", ""), ("title = 'HW'\ntitle = 'HX'\n", "\n"), ("a\nb", "\n")],
)
def test_no_toml(text, underlined):
    with pytest.raises(GradcliError) as caught:
        read_key(text, "key.toml")
    error = caught.value
    assert (error.code, error.text, text[error.start : error.end]) == ("bad-key", text, underlined)
    assert "key.toml is no TOML" in error.message
    assert " line " not in error.message


def test_no_problem():
    for text in ("", 'title = "HW"\n', "problem = []"):
        with pytest.raises(GradcliError, match="no problem") as caught:
            read_key(text, "k")
        assert "[[problem]]" in (caught.value.hint or "")
    with pytest.raises(GradcliError, match="list of tables") as caught:
        read_key('[problem]\nid = "p1"\n', "k")
    assert (caught.value.start, caught.value.end) == (0, len("[problem]"))


def test_sizes():
    def key(count):
        return "".join(f'[[problem]]\nid = "p{i}"\nformula = "x"\n' for i in range(count))

    assert len(read_key(key(MOST_PROBLEMS), "k").problems) == MOST_PROBLEMS == 1000
    for text in (key(MOST_PROBLEMS + 1), SMALL + "#" * 2**20, SMALL + "#" + "é" * 2**19):
        with pytest.raises(GradcliError) as caught:
            read_key(text, "k")
        assert caught.value.code == "bad-key"
    assert read_key(SMALL + "#" * (2**20 - len(SMALL)), "k").problems


@pytest.mark.parametrize("value", ["[" * 5000 + "]" * 5000, "1" * 5000, "[" * 9 + "1" + "]" * 9])
def test_what_python_itself_cannot_read_is_refused(value):
    with pytest.raises(GradcliError) as caught:
        read_key(f"{SMALL}at = {{ x = {value} }}", "k")
    assert caught.value.code == "bad-key"


def test_problems_as_inline_tables():
    text = 'problem = [{ id = "p1", formula = "x" }, { id = "p2", formula = "y", fromula = 1 }]'
    with pytest.raises(GradcliError) as caught:
        read_key(text, "k")
    assert text[caught.value.start : caught.value.end] == "fromula = 1"
