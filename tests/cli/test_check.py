"""`gradcli check`: what is typed, and what comes back on which stream, in which files, with which exit status."""

from __future__ import annotations

import csv
import io
import json
import os
import zipfile
from pathlib import Path

import jsonschema
import pytest

from gradcli.report import jsontext
from gradcli.report.marks.writers import FORMS
from tests.conftest import Program

CHECK, CLASSES = (jsonschema.Draft202012Validator(json.loads(jsontext.schema_text(name)))
                  for name in ("check-1.json", "class-1.json"))  # fmt: skip

KEY = """title = "HW 3"
[[problem]]
id = "p1"
formula = "q = x + y; f = q*z"
at = { x = -2.5, y = 5.25, z = -4.75 }
ask = ["value q", "up q", "grad *"]
"""
RIGHT = "value q = 2.75\nup q = -4.75\ngrad x = -4.75\ngrad y = -4.75\ngrad z = 2.75\n"
WRONG = RIGHT.replace("up q = -4.75", "up q = 4.75").replace("grad x = -4.75", "grad x = 4.75")
ALONE = "== p1  f = (x + y)*z  at x=-2, y=5, z=-4\ngrad x = -4\n"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a key and two sheets, which is the current one."""
    monkeypatch.chdir(tmp_path)
    Path("key.toml").write_text(KEY)
    Path("in").mkdir()
    Path("in/anna.txt").write_text("student: s1\n" + RIGHT)
    Path("in/ben.txt").write_text("student: s2\n== p1\n" + WRONG)
    Path("alone.txt").write_text(ALONE)
    return tmp_path


# --- exit statuses ----------------------------------------------------------------------------------------------------


def test_all_right(gradcli: Program) -> None:
    ran = gradcli("check", "key.toml", "in/anna.txt")
    assert (ran.status, ran.err) == (0, "")
    assert ran.out.splitlines()[0] == "anna.txt (s1): 5/5"
    assert ran.out.count(":)") == 5


def test_a_header_without_answers_is_not_right(gradcli: Program) -> None:
    Path("alone.txt").write_text("== p1  f = x*y  at x=2, y=3\n")
    ran = gradcli("check", "alone.txt")
    assert (ran.status, ran.out.splitlines()[:2]) == (1, ["alone.txt: 0/0", "there is no answer in it"])


def test_something_wrong(gradcli: Program) -> None:
    ran = gradcli("check", "key.toml", "in/ben.txt")
    assert (ran.status, ran.err) == (1, "")
    assert ran.out.splitlines()[0] == "ben.txt (s2): 4/5"
    assert ":(  up q" in ran.out
    assert "carried" in ran.out
    assert "line 5" in ran.out
    assert gradcli("check", "key.toml", "in/ben.txt", "--exit-zero").status == 0
    assert gradcli("check", "key.toml", "in/ben.txt", "--carried", "0.5").out.startswith("ben.txt (s2): 3.5/5")


def test_alone(gradcli: Program) -> None:
    assert gradcli("check", "alone.txt").status == 0
    Path("alone.txt").write_text(ALONE.replace("grad x = -4", "grad x = -5"))
    assert gradcli("check", "alone.txt").status == 1


@pytest.mark.parametrize("text", ["== f = x*@ at x=1\ngrad x = 1\n", "grad x = 1\n", "# nothing\n", "== p1\n", "??\n",
                                  "== f = x at y=1\n"])  # fmt: skip
def test_alone_without_a_problem_nothing_is_right(gradcli: Program, text: str) -> None:
    Path("alone.txt").write_text(text)
    ran = gradcli("check", "alone.txt")
    assert (ran.status, ran.err) == (1, "")
    assert "line" in ran.out or "no problem" in ran.out


MISTYPED = [
    ((), "nothing to check"),
    (("key.toml",), "nothing to check"),
    (("key.toml", "k2.toml", "in"), "more than one key"),
    (("--key", "key.toml", "k2.toml", "in"), "more than one key"),
    (("--lint", "in"), "need a key"),
    (("--worksheet",), "need a key"),
    (("nokey.toml", "in"), "nokey.toml"),
    (("key.toml", "in", "--roster", "none.csv"), "none.csv"),
    (("key.toml", "in", "--compare", "none.jsonl"), "none.jsonl"),
    (("key.toml", "in", "--format", "canvas"), "--gradebook"),
    (("key.toml", "in", "--format", "canvas", "--gradebook", "none.csv"), "none.csv"),
    (("key.toml", "in", "--format", "gradescope"), "one submission"),
    (("key.toml", "in", "--format", "prairielearn"), "one submission"),
    (("key.toml", "in", "--format", "pdf"), "pdf"),
    (("key.toml", "in", "--reveal", "all"), "all"),
    (("key.toml", "in", "--digits", "0"), "digits"),
    (("key.toml", "in", "--carried", "2"), "carried"),
    (("key.toml", "in", "--seconds", "0"), "seconds"),
    (("key.toml", "in", "--jobs", "0"), "jobs"),
    (("key.toml", "in", "-o", "nowhere/out.jsonl"), "nowhere"),
    (("key.toml", "--worksheet", "--roster", "roster.csv"), "folder"),
    (("key.toml", "--worksheet", "--lint"), "two commands"),
    (("key.toml", "--lint", "--format", "csv"), "csv"),
    (("key.toml", "in", "-o", "marks.xlsx"), "marks.csv"),
    (("key.toml", "in", "--gradebook", "grades.csv"), "--format canvas"),
    (("key.toml", "in", "--gradebook", "grades.csv", "-o", "up.csv"), "--format canvas"),
    (("key.toml", "in", "--format", "moodle", "--assignment", "HW"), "canvas"),
    (("key.toml", "in", "--compare", "old.jsonl", "--format", "csv"), "csv"),
]


@pytest.mark.parametrize(("arguments", "word"), MISTYPED)
def test_what_is_mistyped(gradcli: Program, arguments: tuple[str, ...], word: str) -> None:
    Path("k2.toml").write_text(KEY)
    Path("roster.csv").write_text("id\ns1\n")
    ran = gradcli("check", *arguments)
    assert (ran.status, ran.out) == (2, "")
    assert word in ran.err
    assert "Traceback" not in ran.err


# --- keys -------------------------------------------------------------------------------------------------------------

FAULTY = [
    (KEY + "digitz = 3\n", "digitz", "digits"),
    (KEY.replace("grad *", "grad k"), "k", "no node"),
    (KEY.replace("grad *", "grad x: 3"), "grad x: 3", "no quantity"),
    (KEY.replace("q*z", "q*"), "q*", None),
    (KEY + 'printed = { "grad x" = "3" }\n', '"grad x" = "3"', "is not 3"),
    (KEY + "weight = 1e308\n", "weight = 1e308", "points"),
    (KEY.replace("]\n", "\n"), None, "TOML"),
    ("", None, "no problem"),
]


@pytest.mark.parametrize(("key", "underlined", "message"), FAULTY)
def test_a_faulty_key_is_underlined(gradcli: Program, key: str, underlined: str | None, message: str | None) -> None:
    Path("key.toml").write_text(key)
    ran = gradcli("check", "key.toml", "in")
    assert (ran.status, ran.out) == (2, "")
    lines = ran.err.splitlines()
    assert message is None or message in ran.err
    if underlined is not None:
        (mark,) = [n for n, line in enumerate(lines) if set(line.strip()) == {"^"}]
        shown = lines[mark - 1]
        number, _, text = shown.partition(" | ")
        assert key.splitlines()[int(number) - 1] == text
        start = lines[mark].index("^")
        assert underlined in shown[start : start + lines[mark].count("^")] or underlined in text
    assert gradcli("check", "key.toml", "in", "--json").status == 2
    assert json.loads(gradcli("check", "key.toml", "in", "--json").out)["error"]


@pytest.mark.parametrize("data", [b"\xff\xfe", b"\x00", b"x" * (1024 * 1024 + 1)])
def test_keys_that_are_no_text(gradcli: Program, data: bytes) -> None:
    Path("key.toml").write_bytes(data)
    ran = gradcli("check", "key.toml", "in")
    assert (ran.status, ran.out) == (2, "")
    assert ran.err.startswith("error: ")


# --- forms ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", FORMS)
def test_every_form(gradcli: Program, form: str) -> None:
    ran = gradcli("check", "key.toml", "in/ben.txt", "--format", form)
    assert (ran.status, ran.err) == (1, "")
    assert ran.out.endswith("\n")
    again = gradcli("check", "key.toml", "in/ben.txt", "--format", form, "-o", "out")
    assert (again.status, again.out, again.err) == (1, "", "")
    assert Path("out").read_text() == ran.out


@pytest.mark.parametrize("level", ["verdict", "place", "hint", "answer"])
def test_json_by_the_schemas_at_each_level(gradcli: Program, level: str) -> None:
    document = json.loads(gradcli("check", "key.toml", "in", "--json", "--reveal", level).out)
    for record in document["results"]:
        CHECK.validate(record)
    CLASSES.validate(document["class"])
    up, x = document["results"][1]["problems"][0]["answers"][1:3]
    assert (up["name"], up["state"], x["state"]) == ("up q", "wrong", "carried")
    assert bool(x["why"]) == (level in ("hint", "answer"))
    assert bool(up["mistakes"]) == (level in ("hint", "answer"))
    assert x["place"] is None
    assert (up["expected"] is not None) == (level == "answer")


def test_the_key_says_how_much_is_told(gradcli: Program) -> None:
    Path("key.toml").write_text('reveal = "answer"\n' + KEY)
    assert "-4.8" in gradcli("check", "key.toml", "in/ben.txt").out
    assert "-4.8" not in gradcli("check", "key.toml", "in/ben.txt", "--reveal", "hint").out


def test_canvas(gradcli: Program) -> None:
    Path("grades.csv").write_text("Student,ID,SIS User ID,SIS Login ID,Section,HW 3 (77)\nPoints Possible,,,,,5\n"
                                  '"Example, Anna",1,s1,anna,A,\n"Other, Ben",2,s2,ben,A,\n'
                                  '"Third, Carl",3,s3,carl,A,\n')  # fmt: skip
    ran = gradcli("check", "key.toml", "in", "--format", "canvas", "--gradebook", "grades.csv", "-o", "up.csv")
    assert ran.status == 1
    assert "2 marks are in the table" in ran.err
    marks = {row[0]: row[-1] for row in csv.reader(io.StringIO(Path("up.csv").read_text()))}
    assert (float(marks["Example, Anna"]), float(marks["Other, Ben"]), marks["Third, Carl"]) == (5.0, 4.0, "")


def test_moodle(gradcli: Program) -> None:
    ran = gradcli("check", "key.toml", "in", "--format", "moodle")
    assert ran.status == 1
    rows = list(csv.reader(io.StringIO(ran.out)))
    assert len(rows) == 3
    assert any("s1" in cell for cell in rows[1])


# --- a class ----------------------------------------------------------------------------------------------------------


def test_a_run_goes_on_where_it_stopped(gradcli: Program) -> None:
    whole = gradcli("check", "key.toml", "in", "--format", "jsonl").out
    first = gradcli("check", "key.toml", "in", "-o", "out.jsonl")
    assert (first.status, first.out) == (1, "")
    assert Path("out.jsonl").read_text() == whole
    assert sorted(path.name for path in Path().iterdir()) == ["alone.txt", "in", "key.toml", "out.jsonl"]
    Path("in/ben.txt").write_text("student: s2\n" + RIGHT)
    assert gradcli("check", "key.toml", "in", "-o", "out.jsonl").status == 0
    assert Path("out.jsonl").read_text() != whole


def test_changed_marks(gradcli: Program) -> None:
    gradcli("check", "key.toml", "in", "-o", "old.jsonl")
    ran = gradcli("check", "key.toml", "in", "--compare", "old.jsonl")
    assert (ran.status, ran.out) == (1, "Marks: 0 changed, 2 unchanged\n")
    ran = gradcli("check", "key.toml", "in", "--compare", "old.jsonl", "--carried", "0", "--json")
    (change,) = json.loads(ran.out)["changed"]
    assert (change["file"], change["old"], change["new"]) == ("ben.txt", 4.0, 3.0)


def test_several_files_of_a_student_are_noted(gradcli: Program) -> None:
    Path("in/zoe.txt").write_text("student: s1\n" + RIGHT)
    ran = gradcli("check", "key.toml", "in", "--format", "csv")
    assert ran.err == "note: each is marked, but several are of the same student: s1 (anna.txt, zoe.txt)\n"


def test_whose_a_file_is_without_a_roster_is_noted(gradcli: Program) -> None:
    Path("in/anna.txt").rename("in/exampleanna_11_100_hw.txt")  # as Canvas names it: by 11, and inside by s1
    ran = gradcli("check", "key.toml", "in", "--format", "csv")
    (line,) = ran.err.splitlines()
    assert "exampleanna_11_100_hw.txt (s1); --roster" in line
    Path("roster.csv").write_text("id,login\n11,s1\n12,s2\n")
    assert gradcli("check", "key.toml", "in", "--format", "csv", "--roster", "roster.csv").err == ""


def test_an_interrupted_run_says_what_is_kept(gradcli: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    from gradcli.report.marks import jsonlines

    plain = jsonlines.line

    def interrupted(record: dict[str, object]) -> str:
        if record["file"] == "ben.txt":
            raise KeyboardInterrupt
        return plain(record)

    with monkeypatch.context() as patched:
        patched.setattr(jsonlines, "line", interrupted)
        ran = gradcli("check", "key.toml", "in", "-o", "out.jsonl", "--jobs", "1")
    assert ran.status == 130
    assert "submissions are marked, in out.jsonl.partial: the same command goes on from there" in ran.err
    ran = gradcli("check", "key.toml", "in", "-o", "out.jsonl", "--jobs", "1")
    assert (ran.status, Path("out.jsonl.partial").exists()) == (1, False)
    assert ran.err.startswith("note: going on: ")


def test_a_forgotten_key_is_said_on_each_line(gradcli: Program) -> None:
    for name in "cdefg":
        Path(f"in/{name}.txt").write_text("== p1\n" + RIGHT)
    lines = gradcli("check", "in").out.splitlines()[:7]
    assert [line for line in lines if "neither a formula in the header nor a key" in line] == lines


def test_a_roster_renames_and_knows_who_is_missing(gradcli: Program) -> None:
    Path("roster.csv").write_text("id,name,login\n1001,Anna Example,s1\n1002,Ben Other,s2\n1003,Carl Third,s3\n")
    document = json.loads(gradcli("check", "key.toml", "in", "--roster", "roster.csv", "--json").out)
    assert [(r["student"], r["name"], r["state"]) for r in document["results"]] == [
        ("1001", "Anna Example", "graded"), ("1002", "Ben Other", "graded"), ("1003", "Carl Third", "missing"),
    ]  # fmt: skip
    assert document["class"]["roster"]["missing"] == ["1003"]
    for record in document["results"]:
        CHECK.validate(record)


def test_the_missing_of_a_large_class_have_a_line_each(gradcli: Program) -> None:
    Path("roster.csv").write_text("id\ns1\n" + "".join(f"t{k:03}\n" for k in range(100)))
    lines = gradcli("check", "key.toml", "in/anna.txt", "--roster", "roster.csv").out.splitlines()
    assert [line.split()[1] for line in lines[:101]] == ["anna.txt", *(f"t{k:03}" for k in range(100))]
    assert lines[101] == ""
    assert lines[102].startswith("HW 3: ")


def test_a_zip_and_a_table(gradcli: Program) -> None:
    with zipfile.ZipFile("all.zip", "w") as packed:
        packed.write("in/anna.txt", "anna.txt")
        packed.write("in/ben.txt", "sub/ben.txt")
    Path("answers.csv").write_text(
        "id,p1 up q,p1: grad x,grad y,p1 grad z,value q\ns1,-4.75,-4.75,-4.75,2.75,2.75\ns2,4.75,,x,?,2.75\n"
    )
    found = json.loads(gradcli("check", "key.toml", "all.zip", "--json").out)["results"]
    assert [record["score"] for record in found] == [5.0, 4.0]
    found = json.loads(gradcli("check", "key.toml", "answers.csv", "--json").out)["results"]
    assert [(record["student"], record["score"]) for record in found] == [("s1", 5.0), ("s2", 1.0)]
    assert found[0]["file"] == "answers.csv:2"


# --- sheets -----------------------------------------------------------------------------------------------------------


def test_an_empty_sheet(gradcli: Program) -> None:
    ran = gradcli("check", "key.toml", "--worksheet")
    assert (ran.status, ran.err) == (0, "")
    assert ran.out.count("= ?") == 5
    assert gradcli("check", "key.toml", "--worksheet", "-o", "sheet.txt").status == 0
    assert Path("sheet.txt").read_text() == ran.out
    states = [
        a["state"]
        for a in json.loads(gradcli("check", "key.toml", "sheet.txt", "--json").out)["results"][0]["problems"][0][
            "answers"
        ]
    ]
    assert states == ["blank"] * 5


def test_a_sheet_for_each_student(gradcli: Program) -> None:
    Path("key.toml").write_text(KEY + "vary = { x = [1.5, 2.5, 3.5, 4.5, 5.5] }\n")
    Path("roster.txt").write_text("s1\ns2\n../evil\n")
    ran = gradcli("check", "key.toml", "--worksheet", "--roster", "roster.txt", "-o", "sheets")
    assert (ran.status, ran.out) == (0, "")
    assert "3 sheets" in ran.err
    assert sorted(path.name for path in Path("sheets").iterdir()) == ["s1.txt", "s2.txt", "student-0003.txt"]
    again = {path.name: path.read_text() for path in Path("sheets").iterdir()}
    gradcli("check", "key.toml", "--worksheet", "--roster", "roster.txt", "-o", "sheets")
    assert again == {path.name: path.read_text() for path in Path("sheets").iterdir()}
    assert gradcli("check", "key.toml", "sheets").status == 1  # all is blank


def test_a_sheet_that_is_filled_in_is_not_written_over(gradcli: Program) -> None:
    Path("roster.txt").write_text("s1\ns2\n")
    command = ("check", "key.toml", "--worksheet", "--roster", "roster.txt", "-o", "sheets")
    assert gradcli(*command).status == 0
    Path("key.toml").write_text(KEY.replace("HW 3", "HW 4").replace('"up q", ', ""))
    assert gradcli(*command).status == 0  # empty ones are made anew
    assert "up q" not in Path("sheets/s2.txt").read_text()
    filled = Path("sheets/s2.txt").read_text().replace("grad x  = ?", "grad x  = 3")
    Path("sheets/s2.txt").write_text(filled)
    Path("sheets/s1.txt").unlink()
    ran = gradcli(*command)
    assert (ran.status, "s2.txt is there already" in ran.err) == (2, True)
    assert Path("sheets/s2.txt").read_text() == filled
    assert not Path("sheets/s1.txt").exists()


def test_what_lint_finds_can_go_into_a_file(gradcli: Program) -> None:
    ran = gradcli("check", "key.toml", "--lint")
    assert gradcli("check", "key.toml", "--lint", "-o", "lint.txt").out == ""
    assert Path("lint.txt").read_text() == ran.out


# --- what is handed in ------------------------------------------------------------------------------------------------


def test_files_that_cannot_be_read_have_a_line_each(gradcli: Program) -> None:
    odd = Path("odd")
    odd.mkdir()
    Path("odd/a-binary.txt").write_bytes(bytes(range(256)))
    Path("odd/b-empty.txt").write_bytes(b"")
    Path("odd/c-latin.txt").write_bytes(b"grad x = 1 # \xe4\n")
    Path("odd/d-large.txt").write_bytes(b"#" * (1024 * 1024 + 1))
    Path("odd/e-lines.txt").write_bytes(b"\n" * 10_001)
    Path("odd/f-link.txt").symlink_to("/etc/hostname")
    Path("odd/g-right.txt").write_text("\ufeff" + RIGHT)
    Path("odd/h-utf16.txt").write_bytes(RIGHT.encode("utf-16"))
    os.mkfifo("odd/i-pipe.txt")
    ran = gradcli("check", "key.toml", "odd", "gone.txt", "--json")
    assert ran.status == 1
    found = {record["file"].rpartition("/")[2]: record for record in json.loads(ran.out)["results"]}
    for record in found.values():
        CHECK.validate(record)
        assert record["message"] is None or "\n" not in record["message"]
    assert found["g-right.txt"]["score"] == 5.0
    graded = {name for name, record in found.items() if record["state"] == "graded"}
    assert graded == {"g-right.txt"}
    assert {"a-binary.txt", "b-empty.txt", "c-latin.txt", "d-large.txt", "e-lines.txt", "gone.txt"} <= set(found)
    table = gradcli("check", "key.toml", "odd", "gone.txt", "--format", "table")
    assert "hostname" not in table.out


def test_control_characters_do_not_reach_the_terminal(gradcli: Program) -> None:
    Path("in/ben.txt").write_text("student: \x1b[31mred\ngrad x = \x1b]0;title\x07\n[/x] [link=x]\ngrad \u202ex = 1\n")
    for form in ("table", "markdown", "csv", "tap", "github", "junit"):
        out = gradcli("check", "key.toml", "in/ben.txt", "--format", form).out
        assert not {"\x1b", "\x07", "\u202e"} & set(out)


def test_files_named_in_a_sheet_are_never_read(gradcli: Program) -> None:
    Path("W.csv").write_text("1,2\n")
    for value in ("@W.csv", "@@W.csv", "W.csv", "[@W.csv]"):
        Path("alone.txt").write_text(f"== f = sum(W) at W={value}\nvalue f = 3\n")
        ran = gradcli("check", "alone.txt")
        assert ran.status == 1
        assert "0/1" in ran.out


def test_a_slow_file_does_not_stop_the_class(gradcli: Program) -> None:
    Path("in/cara.txt").write_text("".join(f"value x{'+1' * 200}+{k} = 1\n" for k in range(2400)))
    ran = gradcli("check", "key.toml", "in", "--seconds", "0.5", "--jobs", "1", "--format", "csv")
    assert ran.status == 1
    assert [row[3] for row in csv.reader(io.StringIO(ran.out))] == ["state", "graded", "graded", "ungradable"]


def test_in_a_process_of_its_own(process: Program, folder: Path) -> None:
    ran = process(f"cd {folder} && gradcli check key.toml in --jobs 2 --format csv | cut -d, -f1,6")
    assert (ran.out, ran.err) == ("file,score\nanna.txt,5\nben.txt,4\n", "")


def test_scalar_homework_needs_no_numpy(process: Program, folder: Path) -> None:
    ran = process(f"cd {folder} && python3 -X importtime -m gradcli check key.toml in/anna.txt 2>&1 >/dev/null "
                  "| grep -c numpy || true")  # fmt: skip
    assert ran.out == "0\n"


def test_the_schema_is_the_one_that_is_shipped(gradcli: Program) -> None:
    ran = gradcli("check", "--schema")
    assert ran.status == 0
    assert json.loads(ran.out)["properties"]["schema"]["const"] == "gradcli.check/1"


def test_the_whole_document_and_errors_by_their_schema(gradcli: Program) -> None:
    whole = jsonschema.Draft202012Validator(json.loads(jsontext.schema_text("checks-1.json")))
    whole.validate(json.loads(gradcli("check", "key.toml", "in", "--json").out))
    for arguments in (("nokey.toml", "in"), ()):
        ran = gradcli("check", *arguments, "--json")
        assert ran.status == 2
        whole.validate(json.loads(ran.out))
        assert json.loads(ran.out)["error"]["hint"]
