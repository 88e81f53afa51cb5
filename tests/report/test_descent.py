"""What is told of one step and of a descent."""

from __future__ import annotations

import json
from typing import Any

import numpy
import pytest

from gradcli.graph.point import from_numbers
from gradcli.passes.descent import Plan, descend, one_step
from gradcli.passes.evaluate import evaluate
from gradcli.report.descent import (
    Course,
    descent_json,
    descent_markdown,
    descent_plain,
    descent_text,
    ended,
    step_json,
    step_markdown,
    step_table,
    step_text,
)
from gradcli.report.jsontext import dump
from gradcli.report.numbers import full, lecture
from gradcli.report.screen import Screen

LINE = {"φ0": 1.0, "φ1": 0.5, "x": [0.0, 1.0, 2.0, 3.0], "y": [1.0, 3.0, 2.0, 5.0]}
SMALLER, NEGATIVE = "a smaller rate may help", "ln of a negative number"
LOSS = "L = sum((φ0 + φ1*x - y)^2)"


def course(text: str, values: dict[str, Any], plan: Plan, wrt: list[str] | None = None) -> Course:
    descent = descend(text, from_numbers(values, "the test"), plan, wrt)
    way = list(descent)
    rows = [(reached.step, reached.loss, reached.slope) for reached in way]
    return Course(descent, way[0], way[-1], rows, way[0].loss, way[-1].loss)


def test_the_lectures_step() -> None:
    step = one_step(evaluate(LOSS, from_numbers(LINE, "the test"), wrt=["φ0", "φ1"]), 0.1)
    assert step_text(step, lecture, Screen()).split("\n") == [
        "Step: φ ← φ − 0.1 · ∂L/∂φ",
        "φ    before   ∂L/∂φ   after",
        "φ0   1        −8      1.8",
        "φ1   0.5      −18     2.3",
        "L    8.5              34.9",
        "L became larger: the step is too long, take a smaller rate.",
    ]
    assert step_text(step, lecture, Screen(ascii_only=True)).isascii()
    assert "| φ1 | 0.5 | −18 | 2.3 |" in step_markdown(step, lecture).split("\n")
    assert step_json(step) == {
        "rate": 0.1, "before": {"φ0": 1, "φ1": 0.5}, "after": {"φ0": 1.8, "φ1": pytest.approx(2.3)},
        "loss": {"before": 8.5, "after": pytest.approx(34.9)},
    }  # fmt: skip
    assert dump(step_json(step))


def test_a_shorter_step_and_one_out_of_the_domain() -> None:
    point = from_numbers(LINE, "the test")
    assert step_table(one_step(evaluate(LOSS, point, wrt=["φ0"]), 0.01)).notes == ()
    lost = one_step(evaluate("ln(x)", from_numbers({"x": 0.5}, "the test")), 1.0)
    table = step_table(lost)
    assert table.rows[-1].cells == (("f",), ("−0.693",), (), ("undefined",))
    assert table.notes == ("The formula has no value at the new point: ln of a negative number.",)
    assert step_json(lost)["loss"]["after"] is None
    assert step_json(lost)["reason"] == "ln of a negative number"


def test_a_step_of_a_large_array() -> None:
    values = {"W": numpy.ones((5, 8))}
    table = step_table(one_step(evaluate("sum(W^2)", from_numbers(values, "the test")), 0.25))
    assert table.rows[0].cells == (("W",), ("5×8 (all 1)",), ("5×8 (all 2)",), ("5×8 (all 0.5)",))


def test_a_descent_as_text() -> None:
    lines = descent_text(course(LOSS, LINE, Plan(0.02, 100), ["φ0", "φ1"]), lecture, Screen()).split("\n")
    assert lines[:7] == [
        "L = sum((φ0 + φ1 * x − y)²)",
        "",
        "100 steps of gradient descent: φ ← φ − 0.02 · ∂L/∂φ",
        "φ    before   after",
        "φ0   1        1.101",
        "φ1   0.5      1.099",
        "L    8.5      2.7",
    ]
    assert lines[8] == "L"
    assert lines[-2].split() == ["0", "step", "100"]


def test_what_else_a_descent_may_do() -> None:
    plan = Plan(0.01, 1, momentum=0.9, data=("x", "y"), batch=2)
    text = descent_text(course(LOSS, LINE, plan), full, Screen())
    assert "1 step of gradient descent: v ← 0.9 v + ∂L/∂φ, φ ← φ − 0.01 v, 2 rows a step" in text
    assert "L of the batches" in text
    assert descent_json(course(LOSS, LINE, plan))["batch"] == 2
    found = course(LOSS, LINE, plan)
    lost = Course(found.descent, found.first, found.last, found.losses, None, None)
    assert "unknown over all rows" in descent_text(lost, lecture, Screen())
    assert descent_json(lost)["loss"] == {"name": "L", "before": None, "after": None}
    assert not lost.grew


@pytest.mark.parametrize(
    ("text", "values", "plan", "says"),
    [
        ("w^2", {"w": 1.0}, Plan(0.1, 3), "3 steps done"),
        ("w^2", {"w": 1.0}, Plan(0.5, 9, until=1e-3), "after 2 steps the loss changes by less than 0.001 of itself"),
        ("w^4", {"w": 2.0}, Plan(1.0, 99), f"after 4 steps loss or gradient is no longer finite; {SMALLER}"),
        ("ln(w)", {"w": 0.5}, Plan(1.0, 9), f"after 0 steps the next point has no loss ({NEGATIVE}); {SMALLER}"),
    ],
)  # fmt: skip
def test_why_it_ended(text: str, values: dict[str, Any], plan: Plan, says: str) -> None:
    found = course(text, values, plan, ["w"])
    assert ended(found) == says
    assert descent_json(found)["message"] == says
    told = descent_text(found, lecture, Screen())
    assert (says[0].upper() + says[1:] + "." in told) == (found.descent.ended != "steps")


def test_an_interrupted_descent() -> None:
    found = course("w^2", {"w": 1.0}, Plan(0.1, 1), ["w"])
    found.descent.ended = "interrupted"
    assert ended(found) == "interrupted after 1 step"


def test_records_and_json() -> None:
    found = course("sum(W^2) + b^2", {"W": [[1.0, 2.0]], "b": 1.0}, Plan(0.25, 1), ["W", "b"])
    assert descent_plain(found).split("\n") == [
        f"loss\t0\t6.0\t{24.0**0.5!r}",
        f"loss\t1\t1.5\t{6.0**0.5!r}",
        "parameter\tW[0,0]\t1.0\t0.5",
        "parameter\tW[0,1]\t2.0\t1.0",
        "parameter\tb\t1.0\t0.5",
        "ended\tsteps\t1\t1 step done",
        "",
    ]
    whole = json.loads(dump(descent_json(found)))
    assert whole["parameters"] == {"before": {"W": [[1, 2]], "b": 1}, "after": {"W": [[0.5, 1]], "b": 0.5}}
    assert whole["schema"] == "gradcli.descend/1"
    assert [row["loss"] for row in whole["curve"]] == [6, 1.5]
    assert "curve" not in descent_json(found, curve=False)


def test_markdown() -> None:
    text = descent_markdown(course(LOSS, LINE, Plan(0.02, 5), ["φ0", "φ1"]), lecture)
    assert text.startswith("**L = sum((φ0 + φ1 \\* x − y)²)**\n\n### 5 steps of gradient descent")
    assert text.count("```") == 2
    assert descent_markdown(course("w^2", {"w": 1.0}, Plan(0.1, 5), ["w"]), lecture, ascii_only=True).isascii()
