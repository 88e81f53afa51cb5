"""`gradcli paths` from the command line: its options, its errors, what it prints where."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path

import jsonschema
import pytest

from gradcli.report.jsontext import schema_text
from tests.conftest import Program

SAMPLES = Path(__file__).parents[2] / "samples" / "lectures"


def test_the_lectures_samples(gradcli: Program) -> None:
    four = gradcli("paths", "-f", str(SAMPLES / "four_paths.txt"), "--at", str(SAMPLES / "four_paths.toml"))
    assert (four.status, four.err) == (0, "")
    assert "4 paths from a to e: a = 0.5" in four.out
    two = gradcli("paths", "-f", str(SAMPLES / "two_paths.txt"), "--at", str(SAMPLES / "two_paths.toml"), "--from",
                  "x2")  # fmt: skip
    assert "P1     x2 → a1 → a3   ∂a3/∂a1 · da1/dx2 = 1 · (−0.99) = −0.99\n" in two.out
    assert "P2     x2 → a2 → a3   ∂a3/∂a2 · ∂a2/∂x2 = 1 · 2 = 2\n" in two.out


def test_every_example_of_the_help_works(gradcli: Program) -> None:
    text = gradcli("paths", "--help").out
    examples = re.findall(r"^ +gradcli (paths .+?)(?: \| jq .*)?$", text, re.MULTILINE)
    assert len(examples) == 6
    for example in examples:
        ran = gradcli(*shlex.split(example))
        assert (ran.status, ran.err) == (0, ""), example
        assert ran.out


@pytest.mark.parametrize(
    ("start", "end", "count"),
    [("x", None, 2), ("q", None, 2), ("x + y", "f", 2), ("x", "q", 1), ("x", "q*z", 1), ("β0", None, 1), ("q", "q", 1),
     ("beta_0", None, 1), ("x", "(x + y)*z + q*β₀", 2)],
)  # fmt: skip
def test_ends_are_names_or_parts(gradcli: Program, start: str, end: str | None, count: int) -> None:
    ran = gradcli("paths", "q = x + y; q*z + q*β0", "x=1", "y=2", "z=3", "β0=4", "--from", start,
                  *(["--to", end] if end else []), "--json")  # fmt: skip
    assert ran.status == 0
    assert json.loads(ran.out)["count"] == count


def test_digits_top_and_formats(gradcli: Program) -> None:
    ran = gradcli("paths", "x + 2x + x/3", "x=1", "--top", "1", "--digits", "full")
    assert ran.out.splitlines()[4].endswith(" = 1 · 1 · 2 = 2")
    assert "Listed      2\n" in ran.out
    assert "1.3333333333333333, the other 2 paths together" in ran.out
    assert gradcli("paths", "x*x", "x=1", "--format", "markdown").out.startswith("**x \\* x**")


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["x*y", "x=1", "y=2"], "usage", "--from x or --from y"),
        (["x*y", "x=1", "y=2", "--from", "x", "--to", "y"], "no-path", "does not depend on x"),
        (["q = 2x; q*x", "x=1", "--from", "q", "--to", "x"], "no-path", "exchange --from and --to"),
        (["if(x > 0, x, y)", "x=1", "y=2", "--from", "y"], "no-path", "a branch that is not taken"),
        (["3"], "no-path", "no inputs"),
        (["2x", "x=1", "--from", "2"], "no-path", "a constant"),
        (["alpha*y", "alpha=1", "y=2", "--from", "alpa"], "unknown-quantity", "did you mean"),
        (["(x + y)*z", "x=1", "y=2", "z=3", "--from", "x*z"], "unknown-quantity", "no node"),
        (["x*y", "x=1", "y=2", "--from", "x +"], "unexpected", ""),
        (["x*y", "x=1", "y=2", "--from", ""], "unknown-quantity", ""),
        (["sum(w)", "w=[1,2]", "--from", "w"], "array-output", "eval ... --jacobian"),
        (["2*w", "w=[1,2]"], "array-output", "w holds an array"),
        (["1/x", "x=0"], "undefined-value", ""),
        (["x*", "x=1"], "unexpected", ""),
    ],
)
def test_errors(gradcli: Program, arguments: list[str], code: str, said: str) -> None:
    ran = gradcli("paths", *arguments, "--json")
    answer = json.loads(ran.out)
    jsonschema.validate(answer, json.loads(schema_text("paths-1.json")))
    assert (ran.status, answer["error"]["kind"]) == (2, code)
    assert said in f"{answer['error']['message']} {answer['error']['hint']}"
    text = gradcli("paths", *arguments)
    assert text.status == 2
    assert text.err.startswith("error: ")


def test_a_part_at_fault_is_underlined(gradcli: Program) -> None:
    ran = gradcli("paths", "x*y", "x=1", "y=2", "--from", "x * $")
    assert "  x * $\n      ^\n" in ran.err


def test_no_formula_and_a_bad_number(gradcli: Program) -> None:
    assert gradcli("paths").status == 2
    assert gradcli("paths", "x", "x=1", "--top", "0").status == 2


def test_notes_go_to_standard_error(gradcli: Program) -> None:
    ran = gradcli("paths", "x*x", "x=1", "y=2", "--from", "x")
    assert ran.status == 0
    assert "f does not depend on y" in ran.err


def test_numbers_alone_need_no_numpy(process: Program) -> None:
    ran = process("python3 -X importtime -m gradcli paths 'x*x + x' x=2 2>&1 >/dev/null | grep -c numpy || true")
    assert ran.out == "0\n"
