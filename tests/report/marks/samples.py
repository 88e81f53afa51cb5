"""Records as the marking of homework hands them on, written by hand: each state of a submission and of an answer."""

from __future__ import annotations

from typing import Any

Record = dict[str, Any]


def answer(name: str, state: str, score: float, most: float, written: str | None, expected: str | None,
           **more: Any) -> Record:  # fmt: skip
    """An answer with all its keys; what is not named is null."""
    kind = name.partition(" ")[0]
    rest = {"line": None, "column": None, "end_column": None, "why": None, "place": None, "mistakes": [],
            "entries": None}  # fmt: skip
    return {"name": name, "kind": kind, "state": state, "score": score, "max": most, "written": written,
            "expected": expected, **rest, **more}  # fmt: skip


def submission(file: str, state: str = "graded", **more: Any) -> Record:
    """A submission with all its keys; what is not named is null, false, or empty."""
    who = {"file": file, "student": None, "name": None, "claimed": None, "late": False}
    return {"schema": "gradcli.check/1", **who, "state": state, "message": None, "score": 0.0, "max": 10.0,
            "problems": [], "notes": [], **more}  # fmt: skip


# q = x + y = 3, f = q z = −12, up q = z = −4, grad x = grad y = −4, grad z = q = 3
P1: Record = {
    "id": "p1", "title": "A product of a sum", "formula": "q = x + y\nf = q * z\n", "at": {"x": -2, "y": 5, "z": -4},
    "score": 3.5, "max": 8.0,
    "answers": [
        answer("value q", "correct", 1.0, 1.0, "3", "3", line=3, column=1, end_column=12),
        answer("value f", "rounded", 1.0, 1.0, "-12.1", "-12", line=4, column=1, end_column=16,
               why="Right with your own rounded numbers."),
        answer("local q / x", "coarse", 0.5, 1.0, "1.", "1.0", line=5, column=1, end_column=17,
               why="Write one more digit"),
        answer("up q", "wrong", 0.0, 1.0, "4", "-4", line=6, column=1, end_column=10,
               why="The sign is turned around.", place="the gate q · z of f = q * z",
               mistakes=[{"id": "sign", "title": "sign", "sentence": "The sign is turned around.",
                          "place": "the gate q · z of f = q * z"},
                         {"id": "minus-lost", "title": "minus lost", "sentence": "The minus of z is lost.",
                          "place": "the gate q · z of f = q * z"}]),
        answer("grad x", "carried", 1.0, 1.0, "4", "-4", line=7, column=1, end_column=11,
               why="Right with your own up q, which is wrong", place="x in q = x + y"),
        answer("grad y", "blank", 0.0, 1.0, None, "-4"),
        answer("grad z", "unreadable", 0.0, 1.0, "3,,0", "3", line=9, column=10, end_column=14,
               why="This is no number"),
        answer("up f", "ungradable", 0.0, 1.0, "1", "1", line=10, column=1, end_column=9,
               why="The marking of this answer failed"),
    ],
}  # fmt: skip

# softmax of (1, 1): y = (1/2, 1/2), its Jacobian [[1/4, −1/4], [−1/4, 1/4]]
P2: Record = {
    "id": "p2", "title": None, "formula": "y = softmax(x)", "at": {"x": [1, 1]}, "score": 1.0, "max": 2.0,
    "answers": [
        answer("value y", "correct", 1.0, 1.0, "[0.5, 0.5]", "[0.50, 0.50]", line=12, column=1, end_column=20,
               entries=["correct", "correct"]),
        answer("jac y / x", "wrong", 0.0, 1.0, "[[0.25, 0.25], [-0.25, ?]]", "[[0.25, -0.25], [-0.25, 0.25]]",
               line=13, column=1, end_column=38, why="Off the diagonal the sign is turned around.",
               place="the gate softmax(·)",
               mistakes=[{"id": "softmax-sign", "title": "softmax: sign off the diagonal",
                          "sentence": "Off the diagonal the sign is turned around.", "place": "the gate softmax(·)"}],
               entries=[["correct", "wrong"], ["correct", "blank"]]),
    ],
}  # fmt: skip

# f sums W x: by W each row is x = (1, −2.5), by x the sums of the columns of W; its title has signs of markup
P3: Record = {
    "id": "p3", "title": "W·x | a *layer* <b>", "formula": "f = sum(W @ x)",
    "at": {"W": [[1, 2], [3, 4]], "x": [1.0, -2.5]}, "score": 2.0, "max": 2.0,
    "answers": [
        answer("grad W", "correct", 1.0, 1.0, "[[1, -2.5], [1, -2.5]]", "[[1, -2.5], [1, -2.5]]", line=4, column=1,
               end_column=34, entries=[["correct", "correct"], ["correct", "correct"]]),
        answer("grad x", "rounded", 1.0, 1.0, "[4, 6.0]", "[4.0, 6.0]", line=5, column=1, end_column=18,
               why="Right with your own rounded numbers.", entries=["correct", "rounded"]),
    ],
}  # fmt: skip

ANNA = submission(
    "group 1/anna.txt", student="s1234567", name="Anna Example", score=4.5, problems=[P1, P2],
    notes=[
        {"line": 2, "column": 1, "end_column": 5, "message": "'gard' is no word of an answer",
         "hint": "did you mean 'grad'?"},
        {"line": 11, "column": None, "end_column": None, "message": "p1: 'up q' is answered twice, the last counts",
         "hint": None},
    ],
)  # fmt: skip
BEN = submission("ben.txt", student="s7654321", name="Ben Sørensen", late=True, score=2.0, max=2.0, problems=[P3])
ROW = submission(
    "answers.csv:7", student="s2", claimed="s999", score=1 / 3, max=1.0,
    problems=[{"id": "p1", "title": None, "formula": "f = x^2", "at": {"x": "pi/4"}, "score": 1 / 3, "max": 1.0,
               "answers": [answer("grad x", "coarse", 1 / 3, 1.0, "2", "1.6", line=7, column=3)]}],
    notes=[{"line": None, "column": None, "end_column": None, "message": "the row says that it is by s999",
            "hint": None}],
)  # fmt: skip
UNREADABLE = submission("old/notes.docx", "unreadable", student="s3", message="The file is not in UTF-8.")
UNGRADABLE = submission("carl.txt", "ungradable", message="It took longer than 10 s", late=True)
MISSING = submission("s4", "missing", student="s4", name="Dora Example")

SAMPLES: list[Record] = [ANNA, BEN, ROW, UNREADABLE, UNGRADABLE, MISSING]
"""A submission of each state; among their answers one of each state, of each kind, and arrays."""

CLASS: Record = {
    "schema": "gradcli.class/1", "title": "HW 3", "submissions": 120, "graded": 117, "late": 3,
    "score": {"mean": 7.125, "median": 7.5, "lowest": 0.0, "highest": 10.0, "max": 10.0},
    "problems": [
        {"id": "p1", "max": 8.0, "mean": 6.0, "answers": [
            {"name": "value q", "kind": "value", "max": 1.0, "states": {"correct": 117}, "right": 1.0},
            {"name": "local q / x", "kind": "local", "max": 1.0, "states": {"correct": 90, "coarse": 20, "blank": 7},
             "right": 90 / 117},
            {"name": "grad x", "kind": "grad", "max": 1.0, "right": 83 / 117,
             "states": {"correct": 80, "rounded": 3, "carried": 20, "wrong": 12, "unreadable": 2}},
        ]},
        {"id": "p2", "max": 2.0, "mean": 1.125, "answers": [
            {"name": "jac y / x", "kind": "jac", "max": 1.0, "states": {"wrong": 117}, "right": 0.0},
        ]},
    ],
    "mistakes": [
        {"id": "sign", "title": "sign", "problems": {"p1": 12, "p2": 3}, "students": 14},
        {"id": "softmax-sign", "title": "softmax: sign off the diagonal", "problems": {"p2": 9}, "students": 9},
    ],
    "unexplained": [{"problem": "p1", "answer": "grad x", "written": "0.71", "count": 9},
                    {"problem": "p2", "answer": "jac y / x", "written": "[[1, 0], [0, 1]]", "count": 2}],
    "roster": {"matched": 110, "missing": ["s1", "s4"], "unknown": [{"file": "x.txt", "student": "s9"},
                                                                    {"file": "y.txt", "student": None}],
               "mismatched": [{"file": "anna.txt", "student": "s1234567", "claimed": "s999"}]},
    "not_graded": [{"file": "old/notes.docx", "state": "unreadable", "message": "The file is not in UTF-8."},
                   {"file": "s4", "state": "missing", "message": None}],
}  # fmt: skip
"""A class as its statistics are handed on; it is not the class of the samples."""

EMPTY_CLASS: Record = {"schema": "gradcli.class/1", "title": None, "submissions": 0, "graded": 0, "late": 0,
                       "score": None, "problems": [], "mistakes": [], "unexplained": [], "roster": None,
                       "not_graded": []}  # fmt: skip

COMPARISON: Record = {
    "schema": "gradcli.compare/1",
    "changed": [
        {"file": "anna.txt", "student": "s1234567", "old": 3.0, "new": 4.5, "answers": [
            {"problem": "p1", "name": "grad x", "old_state": "wrong", "new_state": "carried", "old_score": 0.0,
             "new_score": 1.0},
            {"problem": "p1", "name": "grad y", "old_state": "coarse", "new_state": "correct", "old_score": 0.5,
             "new_score": 1.0},
        ]},
        {"file": "ben.txt", "student": None, "old": 2.0, "new": 1.75, "answers": []},
    ],
    "added": ["new.txt"], "removed": [], "unchanged": 96,
}  # fmt: skip

_STRANGE = {"file", "student", "name", "claimed", "message", "id", "title", "formula", "written", "expected", "why",
            "place", "sentence", "hint", "problem", "answer"}  # fmt: skip


def strange(record: Any, text: str) -> Any:
    """The same record, or part of one, with a stranger's text wherever a text may stand."""
    if isinstance(record, list):
        return [text if isinstance(found, str) and found not in _FIXED else strange(found, text) for found in record]
    if not isinstance(record, dict):
        return record
    found = {key: text if key in _STRANGE and isinstance(x, str) else strange(x, text) for key, x in record.items()}
    if "at" in found:
        found["at"] = {text: 1.0, f"{text}2": text}
    return found


_FIXED = {"correct", "rounded", "carried", "coarse", "wrong", "blank", "unreadable", "ungradable"}
