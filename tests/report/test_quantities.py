"""Partial and total derivatives as a table and as JSON."""

from __future__ import annotations

import json
import re

import pytest

from gradcli.graph.point import from_numbers
from gradcli.passes.evaluate import evaluate
from gradcli.passes.quantities import find
from gradcli.report.quantities import record, text
from gradcli.report.screen import Screen

AT = {"x": -2, "y": 5, "z": -4}


def found(asked, formula="q = x + y; f = q*z", at=None):
    return find(evaluate(formula, from_numbers(at or AT, "the point")), asked)


def rows(asked, *problem, form="table", screen=Screen(), **more):  # noqa: B008
    shown = text(found(asked, *problem), form, screen, **more)
    return [tuple(re.split(" {3,}", line)) for line in shown.rstrip("\n").splitlines()]


def test_what_is_asked_for_and_what_it_is():
    assert rows("df/dx, ∂f/∂q, dq/dx") == [
        ("Derivatives by name",),
        ("quantity", "what it is", "as a sum over paths", "value"),
        ("df/dx", "total: along all paths", "∂f/∂q · ∂q/∂x = −4 · 1", "−4"),
        ("∂f/∂q", "partial: only where q stands in f itself", "z", "−4"),
        ("dq/dx", "total: along all paths", "∂q/∂x", "1"),
    ]


def test_the_sum_over_chains_of_names():
    at = ("f1 = x1*x2; f2 = 3*x1; g = f1*f2", {"x1": 2, "x2": 5})
    assert rows("dg/dx1", *at)[2] == (
        "dg/dx1", "total: along all paths", "∂g/∂f1 · ∂f1/∂x1 + ∂g/∂f2 · ∂f2/∂x1 = 6 · 5 + 10 · 3", "60",
    )  # fmt: skip


def test_the_paths_inside_of_a_statement():
    assert rows("∂f/∂x", "f = x*y + x", {"x": 2, "y": 5})[2] == (
        "∂f/∂x", "partial: only where x stands in f itself", "∂f/∂(· × ·) · ∂(· × ·)/∂x + ∂f/∂x = 1 · 5 + 1", "6",
    )  # fmt: skip


def test_many_paths_are_counted():
    rungs = "\n".join(f"b{k} = 2*a{k - 1}; c{k} = 3*a{k - 1}; a{k} = b{k} + c{k}" for k in range(1, 5))
    assert rows("da4/dx", f"a0 = 1*x\n{rungs}", {"x": 1})[2][2:] == ("the sum over 16 paths", "625")
    chain = "; ".join(["a0 = 1*x", *(f"a{k} = 1*a{k - 1}" for k in range(1, 20))])
    assert rows("da19/dx", chain, {"x": 1})[2][2:] == ("the product along one path", "1")


LAYER = ("y = W x; L = sum(y^2)", {"W": [[1, 2], [3, 4], [5, 6]], "x": [1, 0]})


def test_jacobians_in_both_layouts():
    shown = rows("dy/dx, ∂L/∂y, dL/dx", *LAYER)
    assert shown[2][-1] == "[[1, 2], [3, 4], [5, 6]] (3×2)"
    assert shown[3][-1] == "[2, 6, 10] (1×3)"
    assert shown[4][-2:] == ("∂L/∂y · ∂y/∂x", "[70, 88] (1×2)")
    assert shown[-1][0].startswith("numerator layout")
    turned = rows("dy/dx, dL/dx", *LAYER, layout="denominator")
    assert turned[2][-1] == "[[1, 3, 5], [2, 4, 6]] (2×3)"
    assert turned[3][-2:] == ("∂y/∂x · ∂L/∂y", "[70, 88]ᵀ (2×1)")
    assert turned[-1][0].startswith("denominator layout")
    assert re.search(r"3×6 \(min 0, max 1\)", rows("dy/dW", *LAYER)[2][-1])


def test_markdown_and_ascii():
    shown = text(found("df/dx, ∂f/∂q"), "markdown", Screen())
    assert "| df/dx | total: along all paths | ∂f/∂q · ∂q/∂x = −4 · 1 | −4 |" in shown
    assert text(found("df/dx, ∂f/∂q"), "table", Screen(ascii_only=True)).isascii()
    assert max(map(len, text(found("df/dx"), "table", Screen(boxes=True, width=60)).splitlines())) <= 60


def test_the_record():
    assert json.loads(json.dumps(record(found("df/d(x+y), ∂f/∂q")))) == [
        {"quantity": "df/d(x+y)", "kind": "total", "of": "f", "by": "(x+y)", "value": -4},
        {"quantity": "∂f/∂q", "kind": "partial", "of": "f", "by": "q", "value": -4},
    ]


@pytest.mark.parametrize(("layout", "value"), [("numerator", [[1, 2], [3, 4], [5, 6]]),
                                               ("denominator", [[1, 3, 5], [2, 4, 6]])])  # fmt: skip
def test_the_record_of_a_jacobian(layout, value):
    assert json.loads(json.dumps(record(found("dy/dx", *LAYER), layout))) == [
        {"quantity": "dy/dx", "kind": "total", "of": "y", "by": "x", "value": value, "layout": layout}
    ]
