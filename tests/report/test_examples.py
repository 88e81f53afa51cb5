"""The table of the examples, as the lecture writes it."""

from __future__ import annotations

from typing import Any

import numpy

from gradcli.graph.point import from_numbers
from gradcli.passes.evaluate import evaluate
from gradcli.passes.examples import Examples, per_example
from gradcli.report.examples import examples_json, examples_markdown, examples_table, examples_text
from gradcli.report.jsontext import dump
from gradcli.report.numbers import full, lecture
from gradcli.report.screen import Screen

LINE = {"φ0": 1.0, "φ1": 0.5, "x": [0.0, 1.0, 2.0, 3.0], "y": [1.0, 3.0, 2.0, 5.0]}


def examples(text: str, values: dict[str, Any] = LINE, wrt: list[str] | None = None) -> Examples:
    return per_example(evaluate(text, from_numbers(values, "the test")), wrt)


def test_the_lectures_table() -> None:
    assert examples_text(examples("L = sum((φ0 + φ1*x - y)^2)"), lecture, Screen()).split("\n") == [
        "Examples: L = Σ ℓᵢ",
        "i     ℓᵢ     ∂ℓᵢ/∂φ0   ∂ℓᵢ/∂φ1",
        "1     0      0         0",
        "2     2.25   −3        −3",
        "3     0      0         0",
        "4     6.25   −5        −15",
        "sum   8.5    −8        −18",
        "Left out: x, y, of which each example has its own row, or which are no part of the sum.",
    ]


def test_a_mean_has_a_row_of_its_own() -> None:
    table = examples_table(examples("L = mean((φ0 + φ1*x - y)^2)"))
    assert table.title == "Examples: L = 1/4 Σ ℓᵢ"
    assert [row.cells for row in table.rows[-2:]] == [
        (("sum",), ("8.5",), ("−8",), ("−18",)),
        (("mean",), ("2.125",), ("−2",), ("−4.5",)),
    ]


def test_other_multiples_of_the_sum() -> None:
    table = examples_table(examples("L = -2.5*sum((φ0 + φ1*x - y)^2)"), full)
    assert table.title == "Examples: L = −2.5 Σ ℓᵢ"
    assert table.rows[-1].cells == (("sum ⋅ −2.5",), ("−21.25",), ("20",), ("45",))


def test_gradients_that_are_arrays() -> None:
    values = {"X": numpy.ones((3, 40)), "w": numpy.zeros(40), "y": [1.0, 2.0, 3.0], "b": 0.0}
    table = examples_table(examples("sum((X @ w + b - y)^2)", values))
    assert table.columns == ("i", "ℓᵢ", "∂ℓᵢ/∂w", "∂ℓᵢ/∂b")
    assert table.rows[0].cells[2] == ("40 entries (all −2)",)
    small = examples_table(examples("sum((φ0 + φ1*x - y)^2)", wrt=["x"]))
    assert small.rows[1].cells[2] == ("[0, −1.5, 0, 0]",)
    assert small.notes == ()


def test_many_examples_are_elided() -> None:
    table = examples_table(examples("sum((w - x)^2)", {"w": 1.0, "x": numpy.arange(1000.0)}))
    labels = [row.cells[0][0] for row in table.rows]
    assert len(labels) == 402
    assert (labels[0], labels[199:202], labels[-2:]) == ("1", ["200", "⋮", "801"], ["1000", "sum"])
    assert table.rows[200].cells[1] == ("600 more examples; --format json lists all",)
    assert table.rows[-1].cells[2] == (lecture(2 * (1000 - 999 * 500)),)


def test_markdown_and_json() -> None:
    found = examples("L = mean((φ0 + φ1*x - y)^2)")
    lines = examples_markdown(found, lecture).split("\n")
    assert lines[0] == "### Examples: L = 1/4 Σ ℓᵢ"
    assert "| mean | 2.125 | −2 | −4.5 |" in lines
    assert examples_json(found) == {
        "losses": [0, 2.25, 0, 6.25],
        "gradients": {"φ0": [0, -3, 0, -5], "φ1": [0, -3, 0, -15]},
        "factor": 0.25,
        "left_out": ["x", "y"],
    }
    assert dump(examples_json(found))
