"""One submission in, one record out: with a key, alone, with variants and a roster; whatever is handed in."""

from __future__ import annotations

import json
import os

import jsonschema
import pytest

from gradcli.homework.keys.key import read_key
from gradcli.homework.keys.variants import variant
from gradcli.homework.marking.grader import Options, make_grader
from gradcli.homework.submissions.inputs import Submission
from gradcli.homework.submissions.roster import read_roster
from gradcli.language import GradcliError
from gradcli.report import jsontext
from tests.hostile import TEXTS

SCHEMA = jsonschema.Draft202012Validator(json.loads(jsontext.schema_text("check-1.json")))

P1 = (
    '[[problem]]\nid = "p1"\nformula = "q = x + y; f = q*z"\nat = { x = -2, y = 5, z = -4 }\nask = ["up q", "grad *"]\n'
)
P2 = '[[problem]]\nid = "p2"\nformula = "f = x^2"\nat = { x = 3 }\nask = ["grad x"]\npoints = 6\n'
RIGHT = "up q = -4\ngrad x = -4\ngrad y = -4\ngrad z = 3\n"


@pytest.fixture
def grade(tmp_path):
    """What grades a text or bytes."""

    def call(text, key=None, options=None, roster=None, *, file="anna.txt", student=None, **more):
        path = tmp_path / "file.txt"
        path.write_bytes(text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass"))
        entries = None if roster is None else read_roster(roster, "roster")
        grader = make_grader(key, "key.toml", options or Options(), entries)
        record = grader(Submission(file, student, more.get("name"), more.get("late", False), None, path))
        SCHEMA.validate(record)
        assert json.loads(json.dumps(record, allow_nan=False)) == record
        return record

    return call


def states(record):
    return {f"{p['id']} {a['name']}": a["state"] for p in record["problems"] for a in p["answers"]}


def messages(record):
    return [(note["line"], note["message"]) for note in record["notes"]]


# --- with a key -------------------------------------------------------------------------------------------------------


def test_a_sheet_with_headers(grade):
    record = grade(f"student: s1\n== p1\n{RIGHT}== P2\ngrad x = 7\n", P1 + P2)
    assert (record["score"], record["max"], record["student"], record["notes"]) == (4.0, 10.0, "s1", [])
    assert states(record)["p2 grad x"] == "wrong"
    assert record["problems"][1]["answers"][0]["line"] == 8


def test_answers_before_any_header(grade):
    assert grade(RIGHT, P1)["score"] == 4.0
    record = grade(RIGHT + "== p2\ngrad x = 6\n", P1 + P2)
    assert (record["score"], record["max"]) == (6.0, 10.0)
    assert messages(record) == [(1, "these answers stand before any problem, and do not count")]


def test_unknown_problems_have_a_hint(grade):
    record = grade(f"== p11\n{RIGHT}", P1 + P2)
    assert record["score"] == 0
    assert messages(record) == [(1, "there is no problem 'p11', and 4 answers below it do not count")]
    assert record["notes"][0]["hint"] == "did you mean 'p1'?"


def test_another_formula_and_unreadable_lines_cost_only_themselves(grade):
    record = grade(f"== p1 f = x*y at x=1\ngard x = 3\n???\n{RIGHT}grad z = much\n", P1)
    assert states(record) == {"p1 up q": "correct", "p1 grad x": "correct", "p1 grad y": "correct",
                              "p1 grad z": "unreadable"}  # fmt: skip
    assert [line for line, _ in messages(record)] == [1, 1, 2, 3, 8]


def test_variants_are_graded_against_the_students_own(grade):
    key = P2.replace("{ x = 3 }", "{ x = 3 }\nvary = { x = [2, 3, 5, 7, 11, 13] }")
    spec = read_key(key, "k").problems[0]
    chosen = {student: variant(spec, student, 0)["x"] for student in ("s1", "s2", "s3", "s4")}
    assert len(set(chosen.values())) > 1
    for student, x in chosen.items():
        assert grade(f"student: {student}\ngrad x = {2 * x}", key)["score"] == 6.0
        assert grade(f"grad x = {2 * x}", key, student=student)["score"] == 6.0
    assert grade("grad x = 6", key)["score"] == 6.0  # nobody's


def test_the_seed_of_the_command_line_chooses_the_variant(grade):
    key = "seed = 1\n" + P2.replace("{ x = 3 }", "{ x = 3 }\nvary = { x = [2, 3, 5, 7, 11, 13] }")
    spec = read_key(key, "k").problems[0]
    for seed in range(5):
        x = variant(spec, "s1", seed)["x"]
        assert grade(f"grad x = {2 * x}", key, Options(seed=seed), student="s1")["score"] == 6.0


def test_a_variant_without_a_value_costs_nobody_else(grade):
    key = P2.replace("x^2", "1/x").replace("{ x = 3 }", "{ x = 2 }\nvary = { x = [0] }")
    record = grade("grad x = 3", key, student="s1")
    assert (record["state"], record["max"]) == ("ungradable", 6.0)
    assert "report it" not in record["message"]
    assert grade("grad x = -1/4", key)["score"] == 6.0


def test_a_roster_renames(grade):
    roster = "id,name,login\ns1,Anna Example,anna7\ns2,Bob Other,bob8\n"
    record = grade("student: s1\n" + RIGHT, P1, roster=roster, file="anna7.txt")
    assert (record["student"], record["name"], record["claimed"]) == ("s1", "Anna Example", None)
    record = grade("student: s2\n" + RIGHT, P1, roster=roster, file="anna7.txt")
    assert (record["student"], record["claimed"]) == ("s1", "s2")
    assert "counts for 's1'" in record["notes"][0]["message"]
    record = grade("student: ANNA7\n" + RIGHT, P1, roster=roster, file="x.txt")
    assert (record["student"], record["claimed"]) == ("s1", None)
    record = grade("student: s9\n" + RIGHT, P1, roster=roster, file="x.txt")
    assert (record["student"], record["name"]) == ("s9", None)


def test_the_files_name_wins_over_a_claim(grade):
    record = grade("student: s2\n" + RIGHT, P1, student="s1")
    assert (record["student"], record["claimed"], record["score"]) == ("s1", "s2", 4.0)


def test_options_go_before_the_key(grade):
    key = "digits = 3\ncredit = { coarse = 0.5 }\n" + P2.replace("x = 3", "x = 0.613")  # 2x = 1.226
    assert grade("grad x = 1.2", key)["score"] == 3.0
    assert grade("grad x = 1.2", key, Options(digits=2))["score"] == 6.0
    assert grade("grad x = 1.2", key, Options(coarse=0.0))["score"] == 0.0
    assert grade("grad x = 1.25", key, Options(absolute=0.03))["score"] == 6.0
    assert grade("grad x = 1.25", key, Options(relative=0.001))["score"] == 0.0
    assert grade("grad x = 1.2", key + "digits = 4\n", Options(decimals=1))["score"] == 6.0
    assert grade("up q = 4\ngrad x = 4", P1, Options(carried=0.25))["score"] == 0.25
    assert grade("up q = -4\n", P1, Options(all_or_nothing=True))["score"] == 0.0


def test_a_faulty_key():
    with pytest.raises(GradcliError) as caught:
        make_grader("title = 3", "k", Options())
    assert caught.value.code == "bad-key"


# --- alone ------------------------------------------------------------------------------------------------------------


def test_a_file_that_states_its_problems(grade):
    record = grade("== f = (x + y)*z at x=-2, y=5, z=-4\nvalue x + y = 3\nup x+y = -4\ngrad x = 4\n"
                   "== b  y = W v at W=[[1, 2], [3, 4]], v=[1, 1]\njac y/v = [[1, 2], [3, 4]]\n")  # fmt: skip
    assert states(record) == {"p1 value x + y": "correct", "p1 up x+y": "correct", "p1 grad x": "wrong",
                              "b jac y/v": "correct"}  # fmt: skip
    assert (record["score"], record["max"], record["notes"]) == (3.0, 4.0, [])


def test_what_is_answered_alone_may_end_at_a_part(grade):
    record = grade("== f = (x + y)*x at x=2, y=3\nlocal f/x = 5\nvalue x + y = 5\ngrad x = 7\n")
    assert set(states(record).values()) == {"correct"}
    record = grade("== f = (x + y)*x at x=2, y=3\nlocal f/x = 7\ngrad x = 7\n")
    assert set(states(record).values()) == {"correct"}


@pytest.mark.parametrize("header", ["f = x*@ at x=1", "f = x*y at x=1", "f = x", "", "f = ln(x) at x=-1",
                                    "f=x at x=1, x=2",
                                    "at x=2", "f = x*y at x=[1, 2], y=[1, 2, 3]"])  # fmt: skip
def test_a_problem_that_cannot_be_solved_costs_its_answers(grade, header):
    record = grade(f"== {header}\ngrad x = 1\ngrad y = 1\n== b f = 2*x at x=1\ngrad x = 2\n")
    assert (record["score"], record["max"]) == (1.0, 3.0)
    assert record["notes"][0]["line"] == 1
    assert record["notes"][0]["hint"]


def test_one_answer_without_a_number_costs_only_itself(grade):
    record = grade("== f = sqrt(x) at x=0\nvalue f = 0\ngrad x = 1\n")
    assert states(record) == {"p1 value f": "correct"}
    assert [line for line, _ in messages(record)] == [3]


def test_answers_before_any_header_alone(grade):
    record = grade("grad x = 1\n== f = 2*x at x=1\ngrad x = 2\n")
    assert (record["score"], record["max"]) == (1.0, 2.0)


def test_a_file_without_a_problem(grade):
    record = grade("# nothing\n")
    assert (record["max"], len(record["notes"])) == (0.0, 1)


@pytest.mark.parametrize(
    "value", ["@W.npy", "@@W.npy", '"W.npy"', "W.npy", "@/etc/hostname", "file(W.npy)", "load('W.npy')"]
)
def test_files_named_in_a_sheet_are_never_read(grade, value, tmp_path, monkeypatch):
    import numpy

    numpy.save(tmp_path / "W.npy", numpy.ones(2))
    (tmp_path / "W.csv").write_text("1,2\n")
    monkeypatch.chdir(tmp_path)
    opened = []
    real = os.open
    monkeypatch.setattr(os, "open", lambda path, *more, **other: opened.append(str(path)) or real(path, *more, **other))
    record = grade(f"== f = sum(W) at W={value}\nvalue f = 2\n")
    assert (record["score"], record["problems"][0]["answers"]) == (0.0, [])
    assert not any("npy" in path or "etc" in path for path in opened)


# --- what cannot be read ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("data", [b"", b"\xff\xfe\x00g\x00", b"\x00" * 50, b"%PDF-1.4\n\xe2\xe3", b"grad x = \xe4\n",
                                  b"x" * (1024 * 1024 + 1), b"\n" * 10_001])  # fmt: skip
def test_unreadable_files_say_why_in_one_line(grade, data):
    record = grade(data, P1)
    assert (record["state"], record["score"], record["max"]) == ("unreadable", 0.0, 4.0)
    assert record["message"]
    assert "\n" not in record["message"]


@pytest.mark.parametrize("key", [None, P1])
def test_hostile_lines(grade, key):
    lines = [text.replace("\n", " ").replace("\r", " ")[:1500] for text in TEXTS]
    for head in ("", "grad ", "grad x = ", "== ", "== p1 f = ", "== p1 f = x at ", "student: "):
        text = "\n".join(head + line for line in lines if not any("\ud800" <= c <= "\udfff" for c in line))
        record = grade(text, key)
        assert record["state"] in ("graded", "unreadable")


@pytest.mark.parametrize("number", ["1e308", "-1e308", "1e400", "9" * 60, "0", "-0.0", "-0", "[[[[1, 2]]]]"])
def test_extreme_numbers(grade, number):
    text = "".join(f"{words} = {number}\n" for words in ("up q", "grad x", "grad y", "grad z"))
    record = grade(text, P1)
    assert record["state"] == "graded"
    assert record["score"] == 0.0


@pytest.mark.parametrize("number", ["1/3", "0,5", "1e-2", "[[[[[[[[2]]]]]]]]"])
def test_wrong_numbers_that_are_carried(grade, number):
    text = "".join(f"{words} = {number}\n" for words in ("up q", "grad x", "grad y", "grad z"))
    assert list(states(grade(text, P1)).values()) == ["wrong", "carried", "carried", "wrong"]
