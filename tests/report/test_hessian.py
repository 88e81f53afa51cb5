"""Second derivatives as they are shown: the numbers, their labels, and the sentence."""

from __future__ import annotations

import json
from typing import Any

import jsonschema
import numpy
import pytest

from gradcli.graph.point import from_numbers
from gradcli.passes.evaluate import Evaluation, evaluate
from gradcli.passes.hessian import hessian, hessian_vector
from gradcli.report import jsontext
from gradcli.report.hessian import hessian_json, hessian_markdown, hessian_text, page
from gradcli.report.numbers import full, lecture
from gradcli.report.screen import Screen

from .shown import PIPE

VALIDATOR = jsonschema.Draft202012Validator(json.loads(jsontext.schema_text("hessian-1.json")))


def at(text: str, wrt: list[str] | None = None, **point: Any) -> Evaluation:
    return evaluate(text, from_numbers(point, "the test"), wrt=wrt)


def cells(text: str) -> list[list[str]]:
    return [line.split() for line in text.splitlines()]


def test_a_labelled_matrix_with_the_gradient_beside_it() -> None:
    text = hessian_text(hessian(at("5x^2 - x*y^2", x=1, y=2)), lecture, PIPE)
    assert cells(text)[2:6] == [
        ["Hessian", "and", "gradient:", "x", "=", "1,", "y", "=", "2"],
        ["H", "=", "∂²f/∂i∂j", "x", "y", "df/di"],
        ["x", "10", "−4", "6"],
        ["y", "−4", "−2", "−4"],
    ]
    assert "f = 1\n" in text


def test_entries_of_arrays_are_read_row_by_row_and_it_is_said() -> None:
    text = hessian_text(hessian(at("sum(W^2)*s", W=[[1, 2], [3, 4]], s=5)), lecture, PIPE)
    lines = text.splitlines()
    assert [line.split("  ")[0] for line in lines[4:9]] == ["W[0, 0]", "W[0, 1]", "W[1, 0]", "W[1, 1]", "s"]
    assert "The entries of W are read row by row." in lines


NOWHERE = "the gradient is not 0, so the point is neither a minimum nor a maximum nor a saddle point."
UNDECIDED = "second derivatives do not decide"

SENTENCES = [
    ("(1 - x)^2 + 100(y - x^2)^2", {"x": 1, "y": 1}, "H is positive definite: its eigenvalues are 0.399 and 1001.601",
     "the gradient is 0: the point is a strict local minimum."),
    ("x*y", {"x": 0, "y": 0}, "H is indefinite: its eigenvalues are −1 and 1",
     "the gradient is 0: the point is a saddle point."),
    ("1 - x^2", {"x": 0}, "H is negative definite: its only entry is −2",
     "the gradient is 0: the point is a strict local maximum."),
    ("exp(x)", {"x": 0}, "H is positive definite: its only entry is 1", NOWHERE),
    ("x^2 + y^4", {"x": 0, "y": 0}, "H is positive semidefinite: its eigenvalues are 0 and 2",
     f"the gradient is 0: it is no maximum, and because an eigenvalue is 0, {UNDECIDED} what else the point is."),
    ("x + y", {"x": 0, "y": 0}, "H is 0", NOWHERE),
    ("x^4", {"x": 0}, "H is 0", f"the gradient is 0, too, so {UNDECIDED} what the point is."),
    ("x^2 + relu(y)", {"x": 0, "y": 0}, "H is positive semidefinite: its eigenvalues are 0 and 2",
     "a gate of f has a kink here, so derivatives do not decide what the point is."),
    # its minimum, although the conventions make the gradient ½
    ("|x| + x/2", {"x": 0}, "H is 0", "a gate of f has a kink here, so derivatives do not decide what the point is."),
    ("x*|x|", {"x": 0}, "H is 0", "a gate of f has a kink here, so derivatives do not decide what the point is."),
]  # fmt: skip


@pytest.mark.parametrize(("text", "point", "first", "second"), SENTENCES)
def test_the_sentence(text: str, point: dict[str, float], first: str, second: str) -> None:
    assert page(hessian(at(text, **point))).sentences[0] == f"{first}; {second}"


def test_names_that_are_held_fixed_are_told_apart() -> None:
    (sentence,) = page(hessian(at("x^2*y", ["x"], x=0, y=3))).sentences
    assert sentence.endswith("the point is a strict local minimum of f as a function of x alone.")


def test_of_many_eigenvalues_the_signs_are_counted() -> None:
    (sentence,) = page(hessian(at("sum(x^2) - sum(y^2)", x=[1, 2, 3, 4], y=[1, 2, 3]))).sentences
    assert sentence.startswith("H is indefinite: of its 7 eigenvalues, −2 to 2, 4 positive and 3 negative;")


def test_the_convention_at_a_kink_is_said() -> None:
    assert page(hessian(at("relu(x)*y", x=0, y=1))).sentences[-1] == (
        "A gate of f has a kink at this point, and a convention was used: relu′(0) = 0."
    )
    assert page(hessian(at("huber(x, 0)", x=1))).sentences[-1] == (
        "Two pieces of a derivative meet at this point: second derivatives are those of one of them."
    )


def test_a_large_hessian_is_summed_up_block_by_block() -> None:
    text = hessian_text(hessian(at("sum(w^2)*s", w=list(range(1, 15)), s=3)), lecture, PIPE)
    assert [line.split() for line in text.splitlines()[4:8]] == [
        ["∂²f/∂w∂w", "14×14", "0", "6"],
        ["∂²f/∂w∂s", "14×1", "2", "28"],
        ["∂²f/∂s∂w", "1×14", "2", "28"],
        ["∂²f/∂s∂s", "1×1", "0", "0"],
    ]
    assert "--json holds all entries." in text


def test_a_product_with_what_it_says_along_the_vector() -> None:
    found = hessian_vector(at("x^2*y + y^2", x=2, y=3), {"y": 1.0})
    text = hessian_text(found, lecture, PIPE)
    assert cells(text)[3:6] == [["i", "v", "H", "·", "v", "df/di"], ["x", "0", "4", "12"], ["y", "1", "2", "10"]]
    assert text.endswith("Along v the slope of f is 10, and its second derivative v · H · v is 2.\n")


def test_a_large_product_is_folded() -> None:
    ones = numpy.ones(60)
    text = hessian_text(hessian_vector(at("sum(w^2)", w=[2.0] * 60), {"w": ones}), lecture, PIPE)
    assert "60 entries (all 1)   60 entries (all 2)   60 entries (all 4)" in text


def test_json_holds_everything_at_full_precision() -> None:
    found = hessian(at("sin(x)*sum(w^2)", x=0.3, w=[1, 2]))
    record = hessian_json(found)
    VALIDATOR.validate(record)
    assert record["hessian"]["variables"] == ["x", "w[0]", "w[1]"]
    assert record["hessian"]["matrix"] == [list(row) for row in found.rows]
    assert record["hessian"]["blocks"]["x"]["w"] == [list(found.rows[0][1:])]
    assert record["hessian"]["asymmetry"] == found.asymmetry
    assert record["definiteness"]["kind"] == "indefinite"
    product = hessian_json(hessian_vector(found.result, {"x": 1.0}))
    VALIDATOR.validate(product)
    assert product["product"]["w"] == pytest.approx([row[0] for row in found.rows[1:]])


def test_json_of_what_is_not_finite() -> None:
    record = hessian_json(hessian(at("x^1.5", x=0)))
    VALIDATOR.validate(record)
    assert record["hessian"]["matrix"] == [["Infinity"]]
    assert "definiteness" not in record


def test_the_schema_refuses_what_it_does_not_know() -> None:
    record = hessian_json(hessian(at("x^2", x=1)))
    for change in ({"more": 1}, {"schema": "gradcli.eval/1"}, {"gradient": 3}):
        assert not VALIDATOR.is_valid({**record, **change})
    for key in ("at", "hessian", "gradient"):
        assert not VALIDATOR.is_valid({k: v for k, v in record.items() if k != key})


def test_markdown_and_ascii() -> None:
    found = hessian(at("x_1^2*y", x_1=1, y=2))
    text = hessian_markdown(found, full)
    assert "| x\\_1 | 4 | 2 | 4 |" in text
    plain = hessian_text(found, lecture, Screen(ascii_only=True))
    assert plain.isascii()
    assert "H = d^2f/didj" in plain


def test_every_line_fits_a_terminal() -> None:
    for width in (40, 80):
        text = hessian_text(
            hessian(at("sum(W^2)*s", W=[[1, 2], [3, 4]], s=5)), lecture, Screen(boxes=True, width=width)
        )
        assert max(map(len, text.splitlines())) <= width


@pytest.mark.parametrize("boxes", [False, True])
def test_columns_that_do_not_fit_stand_below_the_others(boxes: bool) -> None:
    found = hessian(at("sum(tanh(W x)^2)", W=[[1, 2], [3, 4]], x=[0.1, -0.2]))
    text = hessian_text(found, lecture, Screen(width=80, boxes=boxes))
    assert max(map(len, text.splitlines())) <= 80
    heads = [line for line in text.splitlines() if "H = ∂²f/∂i∂j" in line]
    labels = [str(v) for v in found.variables]
    assert len(heads) == 2
    assert [label for head in heads for label in [*labels, "df/di"] if label in head] == [*labels, "df/di"]
    for variable, row in zip(labels, found.rows, strict=True):
        lines = [line for line in text.splitlines() if line.strip("│ ").startswith(variable)]
        shown = " ".join(line.strip("│ ").removeprefix(variable).replace("│", " ") for line in lines).split()
        assert shown[:-1] == [lecture(x) for x in row]
