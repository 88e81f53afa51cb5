"""The sample class is marked as a teaching assistant would mark it, and the sample autograder runs."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

SAMPLES = Path(__file__).parent.parent / "samples"
CLASS = SAMPLES / "homework"
GRADESCOPE = SAMPLES / "gradescope"
LATE = "placeholdercleo_LATE_90003_55003_homework3.txt"
MOODLE = "Kim Mockup_771_assignsubmission_file_homework3.txt"


@pytest.fixture(scope="module")
def marked():
    """All records of the class by file, in full."""
    command = [sys.executable, "-m", "gradcli", "check", "key.toml", "answers", "--roster", "roster.csv", "--format",
               "jsonl", "--reveal", "answer"]  # fmt: skip
    done = subprocess.run(command, cwd=CLASS, capture_output=True, text=True, encoding="utf-8", timeout=120)
    assert done.stderr == ""
    records = map(json.loads, done.stdout.splitlines())
    return {record["file"]: record for record in records}


@pytest.mark.parametrize(("form", "name"), [("report", "expected_report.txt"), ("markdown", "expected_report.md")])
def test_the_report_of_the_class_is_the_one_beside_it(gradcli, monkeypatch, form, name):
    monkeypatch.chdir(CLASS)
    ran = gradcli("check", "key.toml", "answers", "--roster", "roster.csv", "--format", form)
    assert ran.out == Path(name).read_text(encoding="utf-8")
    assert (ran.status, ran.err) == (1, "")


# For each file: its score, and what is neither correct nor carried: problem, answer, state, and the mistake that was
# made on purpose. Numbers of points follow from the key.
FOUND = {
    "s1001.txt": (65, []),
    "s1002.txt": (65, []),
    LATE: (65, [
        ("p2", "grad x0", "rounded", None),
        ("p2", "grad w1", "rounded", None),
        ("p2", "grad x1", "rounded", None),
        ("p4", "value h2", "rounded", None),
        ("p4", "value h3", "rounded", None),
        ("p4", "value f3", "rounded", None),
        ("p4", "value l", "rounded", None),
        ("p4", "up f0", "rounded", None),
        ("p4", "up h1", "rounded", None),
        ("p4", "up f1", "rounded", None),
        ("p4", "up h2", "rounded", None),
        ("p4", "up f2", "rounded", None),
        ("p4", "up h3", "rounded", None),
        ("p4", "up f3", "rounded", None),
        ("p4", "grad ω0", "rounded", None),
        ("p4", "grad ω3", "rounded", None),
    ]),
    "s1004.txt": (47, [
        ("p3", "grad x", "wrong", "branch-forgotten"),
        ("p4", "up f0", "blank", None),
        ("p4", "grad ω0", "blank", None),
        ("p4", "grad ω3", "blank", None),
        ("p5", "value h", "blank", None),
        ("p5", "value L", "blank", None),
        ("p5", "up u", "blank", None),
        ("p5", "grad W", "blank", None),
        ("p5", "jac h/x", "blank", None),
    ]),
    "s1005.txt": (62, [
        ("p3", "up s", "wrong", "branch-overwritten"),
        ("p3", "grad x", "wrong", "branch-overwritten"),
    ]),
    "s1006.txt": (59, [
        ("p2", "grad w0", "wrong", "upstream-omitted"),
        ("p2", "grad x0", "wrong", "upstream-omitted"),
        ("p2", "grad w1", "wrong", "upstream-omitted"),
        ("p2", "grad x1", "wrong", "upstream-omitted"),
        ("p2", "grad w2", "wrong", "upstream-omitted"),
        ("p4", "up f2", "wrong", "upstream-omitted"),
    ]),
    "s1007.txt": (62, [
        ("p4", "up f0", "wrong", "local-omitted"),
        ("p4", "up f1", "wrong", "local-omitted"),
        ("p4", "up f2", "wrong", "local-omitted"),
    ]),
    "s1008.txt": (63.5, [
        ("p2", "value f", "coarse", None),
        ("p2", "grad x0", "rounded", None),
        ("p2", "grad w1", "rounded", None),
        ("p2", "grad x1", "rounded", None),
        ("p4", "up f2", "wrong", "sign"),
    ]),
    "s1009.txt": (59, [
        ("p1", "grad z", "wrong", None),  # -4: too short to tell how it came about
        ("p2", "grad w0", "wrong", "product-not-switched"),
        ("p2", "grad x0", "wrong", "product-not-switched"),
        ("p2", "grad w1", "wrong", "product-not-switched"),
        ("p2", "grad x1", "wrong", "product-not-switched"),
    ]),
    "s1010.txt": (64, [("p3", "up d", "wrong", "denominator-not-squared")]),
    MOODLE: (64, [("p3", "up d", "wrong", "reciprocal-sign")]),
    "s1012.txt": (62, [("p2", "up s", "wrong", "sigmoid-derivative")]),
    "s1013.txt": (60, [
        ("p3", "grad x", "wrong", "power-rule"),
        ("p3", "grad y", "wrong", "power-rule"),
        ("p5", "up u", "wrong", "power-rule"),
    ]),
    "s1014.txt": (64, [("p4", "up f3", "wrong", "power-rule")]),  # equal to a loss without its 2
    "s1015.txt": (62.5, [
        ("p5", "up u", "wrong", "relu-gate"),
        ("p5", "jac h/x", "wrong", "relu-gate"),
    ]),
    "s1016.txt": (61, [
        ("p4", "up f1", "wrong", "exp-derivative"),
        ("p5", "grad W", "wrong", "outer-product"),
        ("p5", "jac h/x", "wrong", "jacobian-transposed"),
    ]),
    "s1017.txt": (60, [
        ("p3", "grad x", "wrong", "exchanged"),
        ("p3", "grad y", "wrong", "exchanged"),
        ("p5", "value L", "wrong", None),  # copied from another student
    ]),
    "s1018.txt": (58.5, [
        ("p2", "grad x1", "wrong", "written-down"),
        ("p3", "up d", "wrong", "written-down"),
        ("p3", "grad y", "wrong", "written-down"),
        ("p4", "grad ω3", "unreadable", None),
    ]),
    "s1019.txt": (61, [
        ("p4", "value h1", "wrong", "degrees"),
        ("p4", "value h3", "wrong", "degrees"),
        ("p4", "up f0", "wrong", "degrees"),
        ("p4", "up f2", "wrong", "degrees"),
    ]),
    "s1020.txt": (62, [
        ("p2", "value s", "wrong", "own:1"),
        ("p4", "up h3", "wrong", "added-not-multiplied"),
        ("p5", "value L", "wrong", None),
    ]),
}  # fmt: skip


def test_there_are_twenty_files_and_two_that_are_missing(marked):
    assert sorted(path.name for path in (CLASS / "answers").iterdir()) == sorted(FOUND)
    assert {file for file, record in marked.items() if record["state"] == "missing"} == {"s1021", "s1022"}
    assert set(marked) == {*FOUND, "s1021", "s1022"}


@pytest.mark.parametrize("file", FOUND)
def test_each_file_begins_with_what_its_writer_did(file):
    first = (CLASS / "answers" / file).read_text(encoding="utf-8-sig").splitlines()[0]
    assert first.startswith("# ")
    assert first.endswith(".")


@pytest.mark.parametrize("file", FOUND)
def test_score_and_states(marked, file):
    score, expected = FOUND[file]
    record = marked[file]
    states = [
        (problem["id"], answer["name"], answer["state"])
        for problem in record["problems"]
        for answer in problem["answers"]
        if answer["state"] not in ("correct", "carried")
    ]
    assert sorted(states) == sorted(entry[:3] for entry in expected)
    assert (record["score"], record["max"]) == (score, 65)


def purposes():
    for file, (_, entries) in FOUND.items():
        for problem, name, state, mistake in entries:
            if state == "wrong":
                yield file, problem, name, mistake


@pytest.mark.parametrize(("file", "problem", "name", "mistake"), list(purposes()))
def test_the_mistake_that_was_made_is_named(marked, file, problem, name, mistake):
    problems = {one["id"]: one for one in marked[file]["problems"]}
    answer = {one["name"]: one for one in problems[problem]["answers"]}[name]
    found = {one["id"] for one in answer["mistakes"]}
    assert mistake in found if mistake else not found


CARRIED = {
    ("s1007.txt", "p4"): ["up h1", "up h2", "grad ω0"],
    ("s1010.txt", "p3"): ["up s", "up g", "grad x", "grad y"],
    ("s1012.txt", "p2"): ["grad w0", "grad x0", "grad w1", "grad x1", "grad w2"],
    ("s1013.txt", "p5"): ["grad W"],
    ("s1019.txt", "p4"): ["value f1", "value h2", "value f2", "value f3", "value l", "up h1", "up f1", "up h2",
                          "up h3", "up f3", "grad ω0", "grad ω3"],
    ("s1020.txt", "p2"): ["value f", "up s", "grad w0", "grad x0", "grad w1", "grad x1", "grad w2"],
}  # fmt: skip


@pytest.mark.parametrize(("file", "problem"), CARRIED)
def test_what_follows_from_a_mistake_is_carried(marked, file, problem):
    problems = {one["id"]: one for one in marked[file]["problems"]}
    found = {one["name"] for one in problems[problem]["answers"] if one["state"] == "carried"}
    assert found == set(CARRIED[file, problem])


def test_who_is_who(marked):
    assert [(marked[file]["student"], marked[file]["name"]) for file in (LATE, MOODLE)] == [
        ("s1003", "Cleo Placeholder"),
        ("s1011", "Kim Mockup"),
    ]
    assert [file for file, record in marked.items() if record["late"]] == [LATE]
    claims = {record["student"]: record["claimed"] for record in marked.values() if record["claimed"]}
    assert claims == {"s1019": "s1018"}


def test_what_is_noted(marked):
    noted = {file: [note["line"] for note in record["notes"]] for file, record in marked.items() if record["notes"]}
    assert noted == {"s1019.txt": [None], "s1020.txt": [6]}


# --- Gradescope -------------------------------------------------------------------------------------------------------


@pytest.fixture
def autograder(tmp_path):
    """Runs the autograder on files by name; gives results.json."""

    def call(**files):
        submission, results = tmp_path / "submission", tmp_path / "results"
        submission.mkdir()
        for name, text in files.items():
            (submission / name.replace("_", ".")).write_text(text, encoding="utf-8")
        program = Path(sys.executable).parent / "gradcli"
        paths = {"SOURCE": GRADESCOPE, "SUBMISSION": submission, "RESULTS": results}
        env = {**os.environ, **{f"AUTOGRADER_{name}": str(path) for name, path in paths.items()}}
        done = subprocess.run([GRADESCOPE / "run_autograder"], env={**env, "GRADCLI": str(program)}, cwd=tmp_path,
                              capture_output=True, timeout=120)  # fmt: skip
        assert done.returncode == 0
        assert [path.name for path in results.iterdir()] == ["results.json"]
        return json.loads((results / "results.json").read_text(encoding="utf-8"))

    return call


def test_the_autograder_marks_a_file(autograder):
    results = autograder(homework_txt="== p1\nvalue q = 3\nup q = 4\ngrad x = 4\ngrad y = -4\n== p2\nup s = 0.2\n")
    tests = {test["name"]: (test["score"], test["max_score"], test["status"]) for test in results["tests"]}
    assert len(tests) == 15
    assert tests["p1: value q"] == (1, 1, "passed")
    assert tests["p1: up q"] == (0, 1, "failed")
    assert tests["p1: grad x"] == (2, 2, "passed")  # it follows from the wrong number
    assert tests["p2: up s"] == (3, 3, "passed")
    assert results["score"] == sum(score for score, _, _ in tests.values()) == 8
    assert results["stdout_visibility"] == "hidden"


@pytest.mark.parametrize("files", [{}, {"a_txt": "== p1", "b_txt": "== p1"}, {"scan_pdf": "%PDF-1.7"}])
def test_the_autograder_asks_for_one_text_file(autograder, files):
    results = autograder(**files)
    assert results["score"] == 0
    assert "Hand in one text file" in results["output"]


def test_a_file_that_is_no_text_gets_a_reason(autograder):
    results = autograder(homework_txt="%PDF-1.7")
    assert results["score"] == 0
    assert "PDF" in results["output"]


@pytest.mark.parametrize("script", ["setup.sh", "run_autograder"])
def test_the_scripts_are_executable_and_bash(script):
    path = GRADESCOPE / script
    assert os.access(path, os.X_OK)
    assert path.read_text(encoding="utf-8").startswith("#!/usr/bin/env bash\n")
    assert subprocess.run(["bash", "-n", path], check=False).returncode == 0
