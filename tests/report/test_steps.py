"""The lecture as it unfolds: sentences against hand-written ones, and every number of a sentence against its row."""

from __future__ import annotations

import re

import pytest

from gradcli.graph.point import from_numbers
from gradcli.passes.evaluate import UndefinedFormula, evaluate
from gradcli.report.screen import Screen
from gradcli.report.step_texts import StepTexts, step_json, step_markdown
from gradcli.report.steps import Step, Steps
from gradcli.report.tables import report
from tests.report.shown import PIPE, T4, T4_POINT

NUMBER = re.compile(r"[0-9]+(?:\.[0-9]+)?(?:e[+−-]?[0-9]+)?")
BRANCHES = "max(x, y, 3) + |x| + 2x + max(0, z) + 1/z + where(x > y, ln(x), x) + x^3 + relu(x) + relu6(9z) + (1 - x)"


def steps_of(formula: str, **at: object) -> Steps:
    try:
        return Steps(evaluate(formula, from_numbers(at, "at"), optional_gradient=True))
    except UndefinedFormula as fault:
        return Steps(fault)


def sentences(formula: str, **at: object) -> list[str]:
    return [step.sentence for step in steps_of(formula, **at)]


def of_node(formula: str, label: str, phase: str, **at: object) -> str:
    return next(s.sentence for s in steps_of(formula, **at) if (s.label, s.phase) == (label, phase))


# --- the lectures' own examples ---------------------------------------------------------------------------------------


def told(text: str) -> list[str]:
    """Sentences with empty lines between them."""
    return [" ".join(part.split("\n")) for part in text.strip().split("\n\n")]


T4_SENTENCES = told("""
From the inputs x = 4 and y = 3 the forward pass goes node by node to the output z: each node waits until all that
it needs is there.

σ(·) has its input x = 4: it can be computed, and its derivative 0.0177 is stored; its output is copied to (· + ·)↑
and (· + ·)↓, and a copy forward is a sum backward.

(· + ·)↑ has x = 4 and waits for σ(·), which is there now: it can be computed, and its derivatives, both 1, are
stored.

(· + ·)² has its inputs x = 4 and y = 3: it can be computed, and its derivatives, both 14, are stored.

(· + ·)↓ waits for σ(·) and (· + ·)²; both are there now: it can be computed, and its derivatives, both 1, are
stored.

1/· waits for (· + ·)↓, which is there now: it can be computed, and its derivative −0.0004 is stored.

· × · waits for (· + ·)↑ and 1/·; both are there now: it can be computed, and its derivatives 0.02 and 4.982 are
stored; 0.0997 is z, the value of the formula.

The backward pass begins at · × ·, the output, with dz/dz = 1; multiplication switches the inputs, each gets the
gradient times the other one: (· + ·)↑ gets 1 × 0.02 = 0.02 and 1/· gets 1 × 4.982 = 4.982.

1/· waits for the gradient from · × ·, which is there now: 4.982; a reciprocal hands on upstream × local: (· + ·)↓
gets 4.982 × (−0.0004) = −0.00199.

(· + ·)↓ waits for the gradient from 1/·, which is there now: −0.00199; addition distributes the gradient unchanged:
σ(·) and (· + ·)² both get −0.00199.

(· + ·)² waits for the gradient from (· + ·)↓, which is there now: −0.00199; the square of a sum hands the same to
both inputs, upstream × local: x and y both get −0.00199 × 14 = −0.0279.

(· + ·)↑ waits for the gradient from · × ·, which is there now: 0.02; addition distributes the gradient unchanged: x
and σ(·) both get 0.02.

σ(·) waits for the gradients from (· + ·)↑ and (· + ·)↓; both are there now and are added: 0.02 − 0.00199; the slope
of the activation scales the gradient, upstream × local: x gets (0.02 − 0.00199) × 0.0177 = 0.000318.

The backward pass has reached the inputs, and each has its derivative; x is copied to several places, and a copy
forward is a sum backward: what comes back from there is added.
""")  # the numbers are those that the lecture prints; of 0.000318 it prints two digits

XYZ_SENTENCES = told("""
q has its inputs x = −2 and y = 5: it can be computed, and its derivatives, both 1, are stored.

f has z = −4 and waits for q, which is there now: it can be computed, and its derivatives −4 and 3 are stored; −12
is the value of the formula.

The backward pass begins at f with df/df = 1; multiplication switches the inputs, each gets the gradient times the
other one: q gets 1 × (−4) = −4 and z gets 1 × 3 = 3.

q waits for the gradient from f, which is there now: −4; addition distributes the gradient unchanged: x and y both
get −4.

The backward pass has reached the inputs, and each has its derivative.
""")


def test_the_sentences_of_the_worked_example() -> None:
    assert sentences(T4, **T4_POINT) == T4_SENTENCES


def test_the_sentences_of_the_simple_example() -> None:
    assert sentences("q = x + y; f = q*z", x=-2.0, y=5.0, z=-4.0)[1:] == XYZ_SENTENCES


# --- patterns ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("formula", "at", "label", "wanted"),
    [
        ("max(x, y)", {"x": 1, "y": 2}, "max(·, ·)", "the largest input gets the gradient: x gets 0 and y gets 1"),
        ("max(x, y)", {"x": 2, "y": 2}, "max(·, ·)", "the gradient by convention: x and y both get 1 × 0.5 = 0.5"),
        ("relu(x)", {"x": 2}, "relu(·)", "relu passes the gradient, because its input is positive: x gets 1"),
        ("relu(x)", {"x": -2}, "relu(·)", "relu blocks the gradient, because its input is not positive: x gets 0"),
        ("max(0, x)", {"x": -2}, "max(0, ·)", "max selects a constant, so the gradient is blocked: x gets 0"),
        ("3x", {"x": -2}, "3 × ·", "a constant factor scales the gradient: x gets 1 × 3 = 3"),
        ("x + 3", {"x": -2}, "· + 3", "a constant that is added leaves the gradient unchanged: x gets 1"),
        ("floor(x)", {"x": 1.5}, "floor(·)", "no small change of an input changes the output"),
        ("x^3", {"x": 2}, "·³", "a power hands on upstream × local: x gets 1 × 12 = 12"),
        ("x - y", {"x": 2, "y": 1}, "· − ·", "with its sign changed: x gets 1 and y gets 1 × (−1) = −1"),
        ("min(max(x, 0), 6)", {"x": 9}, "max(·, 0)", "passes unchanged: x gets 0"),
    ],
)  # fmt: skip
def test_patterns(formula: str, at: dict[str, object], label: str, wanted: str) -> None:
    assert wanted in of_node(formula, label, "backward", **at)


def test_kinks_tell_their_convention() -> None:
    assert "† it lies on a kink, where a convention holds (relu′(0) = 0)" in sentences("relu(x)", x=0)[1]


def test_branches_that_are_not_taken() -> None:
    said = dict(enumerate(sentences("where(x > 0, x^2, x^3)", x=-1.0)))
    text = " ".join(said.values())
    assert "·² has its input x = −1: it can be computed, but its branch is not taken." in text
    assert "·² lies on a branch that is not taken: no gradient arrives, and it hands nothing on." in text
    assert "where selects, and only the branch that is taken gets the gradient" in text


def test_an_undefined_value_ends_the_steps() -> None:
    steps = steps_of("ln(x - 1) + x", x=0.0)
    assert [step.phase for step in steps] == ["formula", "forward", "forward"]
    assert steps[-1].sentence == ("ln(·) waits for · − 1, which is there now: it cannot be computed, ln of a negative "
                                  "number, and the forward pass ends here.")  # fmt: skip
    assert not steps.whole


def test_vector_jacobian_products_have_their_shapes() -> None:
    said = of_node("sum(W x)", "· @ ·", "backward", W=[[1, 2, 3], [4, 5, 6]], x=[1, 0, 1])
    assert "a matrix product switches the inputs" in said
    # 1×6 = 1×2 · 2×6 and 1×3 = 1×2 · 2×3: W has 6 entries, x has 3, the product 2.
    assert "vector-Jacobian products W gets df/do i₂ᵀ (2×3, vec: 1×6 = 1×2 ⋅ 2×6)" in said
    assert "x gets i₁ᵀ df/do (1×3 = 1×2 ⋅ 2×3)" in said
    assert "a sum forward is a copy backward" in of_node("sum(x)", "sum(·)", "backward", x=[1, 2])
    assert "summed over the copies" in of_node("sum(x + b)", "· + ·", "backward", x=[1, 2], b=3)


def test_a_node_that_is_used_twice_by_one() -> None:
    said = " ".join(sentences("a = x + 1; a*y*a", x=1.0, y=2.0))
    assert "are added" in said


# --- every number of a sentence is in its row -------------------------------------------------------------------------


def foreign_numbers(sentence: str, cells: str, known: list[str]) -> set[str]:
    """Numbers of a sentence that are neither in the row nor part of a label."""
    for label in sorted(known, key=len, reverse=True):
        sentence = sentence.replace(label, " ")
    sentence = re.sub(r"convention holds \([^)]*\)*[^)]*\)|‡.*", "", sentence)
    return set(NUMBER.findall(sentence)) - set(NUMBER.findall(cells))


def assert_told(step: Step, known: list[str]) -> None:
    assert step.row is not None
    cells = " ".join(part for cell in step.row.cells for part in cell)
    assert not foreign_numbers(step.sentence, cells, known), (step.sentence, cells)


@pytest.mark.parametrize(
    ("formula", "at"),
    [
        (T4, T4_POINT),
        (BRANCHES, {"x": -1.0, "y": 4.0, "z": 2.0}),
        (BRANCHES, {"x": 0.0, "y": 0.0, "z": 0.5}),
        ("1/(1 + e^(-(w0 x0 + w1 x1 + w2)))", {"w0": 2, "x0": -1, "w1": -3, "x1": -2, "w2": -3}),
        ("h = tanh(W x + b); sum(h^2)/2 + 3*sum(h)", {"W": [[1, 2], [3, 4]], "x": [1, -1], "b": [0, 1]}),
    ],
)
def test_every_number_of_a_sentence_is_in_its_row(formula: str, at: dict[str, object]) -> None:
    steps = steps_of(formula, **at)
    known = [step.label for step in steps if step.label] + list(at)
    for step in steps:
        if step.row is not None:
            assert_told(step, known)


# --- steps and their texts --------------------------------------------------------------------------------------------


def test_the_rows_are_those_of_the_tables() -> None:
    result = evaluate(T4, from_numbers(T4_POINT, "at"))
    steps = Steps(result)
    tables = report(result).tables
    assert [step.row for step in steps if step.phase == "forward"] == list(tables[0].rows)
    assert [step.row for step in steps if step.phase == "backward"] == list(tables[1].rows)
    assert [steps.columns_of("forward"), steps.columns_of("backward")] == [table.columns for table in tables]
    assert len(steps) == 14  # the formula, six nodes there and back, the gradient
    assert steps[13].gradient == report(result).gradient
    assert [step.number for step in steps[2:4]] == [3, 4]


def test_steps_fit_a_screen_of_80_columns() -> None:
    write = StepTexts(steps_of(T4, **T4_POINT), Screen(boxes=True, width=80))
    texts = [write(step) for step in steps_of(T4, **T4_POINT)]
    assert max(len(line) for text in texts for line in text.splitlines()) <= 80
    assert texts[2].startswith("Step 3 of 14: forward pass\n")


def test_columns_are_as_wide_in_every_step() -> None:
    steps = steps_of(T4, **T4_POINT)
    heads = [StepTexts(steps, PIPE)(step).splitlines()[1] for step in steps if step.phase == "forward"]
    assert len({head.index("derivatives") for head in heads}) == 1


def test_markdown_and_json_of_a_step() -> None:
    step = steps_of(T4, **T4_POINT)[5]
    assert "| 1/· | i = 49.982 | o = 1/i = 0.02 | do/di = −1/i² = −0.0004 |" in step_markdown(step)
    assert step_json(step) == {
        "step": 6, "phase": "forward", "node": "n5", "sentence": T4_SENTENCES[5], "label": "1/·",
        "inputs": ["i = 49.982"], "outputs": ["o = 1/i = 0.02"], "derivatives": ["do/di = −1/i² = −0.0004"],
    }  # fmt: skip


def test_ascii_sentences() -> None:
    text = "".join(map(StepTexts(steps_of(T4, **T4_POINT), Screen(ascii_only=True)), steps_of(T4, **T4_POINT)))
    assert text.isascii()


@pytest.mark.parametrize(("formula", "at"), [("x", {"x": 1.0}), ("3", {})])
def test_formulas_without_operations(formula: str, at: dict[str, object]) -> None:
    assert [step.phase for step in steps_of(formula, **at)] == ["formula", "gradient"]
