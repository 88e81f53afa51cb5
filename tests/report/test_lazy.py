"""Derivatives on demand as text, as Markdown, and as JSON."""

from __future__ import annotations

import json
import re

import pytest

from gradcli.graph.point import from_numbers
from gradcli.language import GradcliError
from gradcli.passes.evaluate import evaluate
from gradcli.report.lazy import MOST_LINES, record, text
from gradcli.report.screen import Screen


def result(formula="q = x + y; f = q*z", at=None, wrt=("x", "z"), **more):
    point = from_numbers(at or {"x": -2, "y": 5, "z": -4}, "the point")
    return evaluate(formula, point, wrt=wrt, **more)


def cells(shown):
    """The two columns of a table without lines, with blanks at the start of the first one kept."""
    return [tuple(re.split(" {3,}", line.rstrip(), maxsplit=1)) if line[:1] != " " else
            (re.match(" *", line)[0] + re.split(" {3,}", line.strip())[0], re.split(" {3,}", line.strip())[-1])
            for line in shown.splitlines()]  # fmt: skip


def test_every_line_has_names_and_numbers():
    assert cells(text(result(), "table", Screen()))[:7] == [
        ("Only what is needed: df/dx, df/dz",),
        ("step", "result"),
        ("df/dx → table[x]", "df/dq · ∂q/∂x = −4 · 1 = −4"),
        ("  ∂q/∂x", "1"),
        ("  df/dq → table[q]", "∂f/∂q = z = −4"),
        ("df/dz → table[z]", "∂f/∂z = q = 3"),
        ("→ computes a derivative and stores it in the table, ← reads it there.",),
    ]


def test_what_was_saved_and_left_out():
    shown = text(result(), "table", Screen())
    assert "3 of 4 derivatives are computed, each of them once; no result is needed twice." in shown
    assert shown.endswith("Never visited: y; no wanted derivative needs it.\n")
    again = text(result(wrt=("x", "y")), "table", Screen())
    assert "  df/dq ← table[q]" in again
    assert "one result is read again" in again
    assert "Never visited: z" in again


def test_several_edges_are_a_sum():
    shown = text(result("q = x^2; f = q*x - 3x", {"x": 2}, ("x",)), "table", Screen())
    first = shown.splitlines()[2]
    # x feeds 3x, q x, and q = x²; f = q x − 3x, at x = 2.
    assert first.endswith("= −1 · 3 + 1 · 4 + 2 · 4 = 9")
    assert "df/dq · dq/dx" in first


def test_a_derivative_of_0_and_a_branch_that_is_not_taken():
    shown = text(result("a = x^2; b = 3*y; f = where(x > 0, a, b)", {"x": 2, "y": 1, "u": 1}, None), "table", Screen())
    assert "this branch is not taken" in shown
    assert re.search(r"df/dy → table\[y\] +0: nothing comes back to it", shown)
    assert re.search(r"df/du +0: f does not depend on u", shown)
    assert re.search(r"df/dx +1: it is the output itself", text(result("f = x", {"x": 2}, None), "table",
                                                               Screen()).replace("dx/dx", "df/dx"))  # fmt: skip


def test_unnamed_operands_are_parts_of_the_formula():
    shown = text(result("f = (x + y)*z", wrt=("z",)), "table", Screen())
    assert "∂f/∂z = x + y = 3" in shown


def test_numbers_that_are_stated():
    shown = text(result("block c(a) = 4 with d/da = 3; f = c^2", {"a": 1}, ("a",)), "table", Screen())
    assert re.search(r"  dc/da +3 \(given\)", shown)


def test_arrays_have_their_jacobians_by_name():
    at = {"W": [[1, 2], [3, 4]], "x": [1, -1]}
    shown = text(result("y = W x; L = sum(y)", at, ("W", "x")), "table", Screen())
    assert re.search(r"  ∂y/∂W +I ⊗ xᵀ", shown)
    assert re.search(r"dL/dx → table\[x\] +dL/dy · ∂y/∂x = \[4, 6\]", shown)
    assert re.search(r"dL/dW → table\[W\] +dL/dy · ∂y/∂W = \[\[1, −1\], \[1, −1\]\]", shown)


def test_an_array_has_no_gradient():
    array = result("y = 2x", {"x": [1, 2]}, None, optional_gradient=True)
    for call in (lambda: text(array, "table", Screen()), lambda: record(array)):
        with pytest.raises(GradcliError) as caught:
            call()
        assert caught.value.code == "array-output"


def test_markdown_keeps_the_indentation():
    shown = text(result(), "markdown", Screen())
    assert shown.startswith("### Only what is needed: df/dx, df/dz\n\n```text\n")
    assert "\n  df/dq → table[q]" in shown
    assert "\n- Never visited: y; no wanted derivative needs it.\n" in shown


def test_ascii_and_narrow_screens():
    assert text(result(), "table", Screen(ascii_only=True)).isascii()
    assert max(map(len, text(result(), "table", Screen(boxes=True, width=40)).splitlines())) <= 40


def test_a_long_chain_is_cut_and_its_depth_is_said():
    body = "\n".join(["a0 = 1*x", *(f"a{k} = 1*a{k - 1}" for k in range(1, 3000))])
    shown = text(result(body, {"x": 1}, ("x",)), "table", Screen())
    assert len(shown.splitlines()) <= MOST_LINES + 10
    assert "more lines; --json lists all" in shown
    assert "(2,999) " in shown


def test_the_record():
    found = json.loads(json.dumps(record(result())))
    q = {"node": "n1", "label": "q"}
    f = {"node": "n2", "label": "f"}
    assert found == {
        "wrt": ["x", "z"],
        "events": [
            {"do": "compute", "depth": 0, "of": {"input": "x"}, "gradient": -4,
             "terms": [{"of": q, "place": 0, "gradient": -4}]},
            {"do": "local", "depth": 1, "of": q, "place": 0, "local": 1},
            {"do": "compute", "depth": 1, "of": q, "gradient": -4, "terms": [{"of": f, "place": 0, "gradient": -4}]},
            {"do": "compute", "depth": 0, "of": {"input": "z"}, "gradient": 3,
             "terms": [{"of": f, "place": 1, "gradient": 3}]},
        ],
        "never_visited": [{"input": "y"}],
    }  # fmt: skip


def test_the_record_of_arrays():
    at = {"W": [[1, 2], [3, 4]], "x": [1, -1]}
    events = json.loads(json.dumps(record(result("y = W x; L = sum(y)", at, ("x",)))))["events"]
    assert events[0]["gradient"] == [4, 6]
    assert "local" not in events[1]
