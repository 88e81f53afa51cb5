"""Gradients, Jacobians, notes and nodes of vectors and matrices, and how all of it is written."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence

import numpy as np
import pytest

from gradcli.graph.builder import Builder
from gradcli.graph.tape import ArrayGate
from gradcli.passes.backward import run_backward
from gradcli.passes.evaluate import UndefinedFormula
from gradcli.passes.forward import UndefinedValue, run_forward
from gradcli.report.array_tables import ArrayTables
from gradcli.report.charset import DOT
from gradcli.report.local_jacobians import LocalJacobians, jacobian_shape, structure
from gradcli.report.markdown import report_markdown
from gradcli.report.nodes import NodeViews, views
from gradcli.report.notes import Notes
from gradcli.report.numbers import lecture
from gradcli.report.screen import Screen
from gradcli.report.tables import Report, report, report_up_to
from gradcli.report.textual import report_text, table_text
from gradcli.rules.array_rule import ArrayRule
from gradcli.rules.array_table import ARRAY_RULES

from .array_shown import W, X, evaluated, reported, rows

# --- gradients and Jacobians ------------------------------------------------------------------------------------------


def test_large_gradients_are_folded() -> None:
    shown = reported("L = sum(W @ x)", W=np.ones((64, 512)), x=np.arange(512.0))
    assert shown.tables[0].title == "Forward pass: W (64×512), x (512 entries)"
    assert rows(shown, 0)["· @ ·"][0] == "i₁ = 64×512 (all 1), i₂ = 512 entries (min 0, max 511)"
    assert shown.gradient[0].text == ("dL/dW = 64×512 (min 0, max 511)",)
    assert shown.gradient[0].remark == "--json or --format plain holds all numbers"
    assert len(report_text(shown, Screen())) < 3000


def test_a_name_without_influence_has_zeros_of_its_shape() -> None:
    line = reported("sum(x)", x=[1, 2], w=[3, 4, 5]).gradient[1]
    assert line.text[0] in ("df/dw = 0", "df/dw = [0, 0, 0]")
    assert line.remark == "f does not depend on w"


def test_jacobians_of_an_array_come_from_a_chain() -> None:
    shown = reported("relu(W @ x)", more={"jacobian": True}, W=W, x=X)
    assert [table.columns[1] for table in shown.tables] == ["inputs i", "df/do"]
    relu, product = shown.tables[1].rows
    assert relu.cells[1:] == (("I (3×3)",), ("do/di = diag(𝟙[i > 0]) (3×3)",), (
        f"df/di = df/do {DOT} do/di = [[0, 0, 0], [0, 0, 0], [0, 0, 1]] (3×3 = 3×3 {DOT} 3×3)",))  # fmt: skip
    assert product.cells[3] == (
        f"df/di₁ = df/do {DOT} do/di₁ (3×6 = 3×3 {DOT} 3×6)",
        f"df/di₂ = df/do {DOT} do/di₂ = [[0, 0], [0, 0], [0.5, −0.5]] (3×2 = 3×3 {DOT} 3×2)",
    )
    by_w, by_x = shown.jacobians
    assert by_w.rows[-1] == " [0, 0, 0, 0, 1, −2]]"
    assert by_w.remark == "3×6, numerator layout, W read row by row: vec"
    assert by_x.rows == ("[[  0,    0],", " [  0,    0],", " [0.5, −0.5]]")
    assert shown.gradient == ()


def test_the_chain_in_denominator_layout() -> None:
    shown = reported("relu(W @ x)", "denominator", {"jacobian": True}, W=W, x=X)
    assert shown.tables[1].rows[1].cells[3][1] == (
        f"df/di₂ = do/di₂ {DOT} df/do = [[0, 0, 0.5], [0, 0, −0.5]] (2×3 = 2×3 {DOT} 3×3)"
    )
    assert shown.jacobians[1].rows == ("[[0, 0,  0.5],", " [0, 0, −0.5]]")


def test_the_jacobian_of_a_scalar_function() -> None:
    """y = [x, x²] has the Jacobian [1, 2x]ᵀ."""
    block = reported("[x, x^2]", more={"jacobian": True}, x=3).jacobians[0]
    assert (block.head, block.rows) == ("∂f/∂x =", ("[[1],", " [6]]"))
    assert block.remark == "2×1, numerator layout"


def test_the_jacobian_of_a_number_beside_a_gradient() -> None:
    shown = reported("x^2 + sum(w)", more={"jacobian": True}, x=3, w=[1, 2])
    assert [(b.rows, b.remark) for b in shown.jacobians] == [(("6",), ""), (("[[1, 1]]",), "1×2, numerator layout")]
    assert len(shown.tables) == 2
    assert shown.gradient[0].text == ("df/dx = 6",)


def test_large_jacobians_are_folded() -> None:
    shown = reported("y = W @ x", more={"jacobian": True}, W=np.ones((20, 30)), x=np.ones(30))
    assert shown.jacobians[1].rows == ("20×30 (all 1)",)
    assert shown.jacobians[1].remark == "numerator layout, --json or --format plain holds all numbers"
    assert f"dy/di₂ = dy/do {DOT} do/di₂ (20×30 = 20×20 {DOT} 20×30)" in rows(shown, 1)["· @ ·"][2]


def test_an_array_with_a_given_gradient_says_what_is_differentiated() -> None:
    ones = reported("W @ x", more={"seed_gradient": "ones"}, W=W, x=X).tables[1].notes[-1]
    assert ones == "f is an array: df/do stands for the derivative of sum(f)"
    other = reported("W @ x", more={"seed_gradient": np.array([1.0, 2, 3])}, W=W, x=X).tables[1].notes[-1]
    assert other == "f is an array: df/do stands for the derivative of the sum of f times the given gradient"


# --- special values ---------------------------------------------------------------------------------------------------


def test_infinite_entries_are_named() -> None:
    shown = reported("sum(sqrt(x))", x=[4, 0, 1])
    assert rows(shown, 0)["sqrt(·)"][2] == "do/di = diag(1/(2o)) = diag([0.25, ∞, 1/2]) ‡".replace("1/2", "0.5")
    assert shown.tables[0].notes[0] == "‡ sqrt(·): vertical tangent, the slope is infinite, in entry [1]"
    large = reported("sum(exp(x))", x=[1, 1000]).tables[0].notes
    assert large[0] == "‡ e^·: too large for double precision (1.8e308), in entry [1]"
    assert large[1] == "‡ sum(·): an operand is not finite"


def test_a_gradient_without_a_value_is_explained() -> None:
    result = evaluated("sum(sqrt(x) - sqrt(4x))", {"x": [0, 1]})
    (line,) = report(result).gradient
    assert line.text == ("df/dx = [∞, 0.5]", "+ [−∞, −1]", "= [NaN, −0.5]")
    assert line.remark.startswith("∞ − ∞ has no value; ")
    assert any("vertical tangent" in text for text in Notes(views(result)).texts())


def test_an_undefined_entry_ends_the_table() -> None:
    with pytest.raises(UndefinedFormula) as caught:
        evaluated("sum(ln(x - 2))", {"x": [5, 2, 1]})
    row = report_up_to(caught.value).tables[0].rows[-1]
    assert row.tone == "fault"
    assert row.cells[1:] == (("i = [3, 0, −1]",), ("o = ln(i) = undefined",), ("✗ ln of 0, in entry [1]",))


# --- nodes ------------------------------------------------------------------------------------------------------------


def test_nodes_know_shapes_and_structures() -> None:
    product, relu, total = views(evaluated("sum(relu(W @ x))", {"W": W, "x": X}))
    assert [node.shape for node in (product, relu, total)] == [(3,), (3,), ()]
    assert [(i.structure, i.jacobian_shape, i.local) for i in product.inputs] == [
        ("I ⊗ i₂ᵀ", (3, 6), None), ("i₁", (3, 2), None)]  # fmt: skip
    assert relu.inputs[0].structure == "diag(𝟙[i > 0])"
    assert relu.inputs[0].local.tolist() == [0, 0, 1]
    assert (total.inputs[0].structure, total.inputs[0].jacobian_shape) == ("𝟏ᵀ", (1, 3))


def test_nodes_of_numbers_have_none() -> None:
    (node,) = views(evaluated("2x", {"x": 3}))
    assert node.shape == ()
    assert [(i.structure, i.jacobian_shape) for i in node.inputs] == [(None, None)] * 2


@pytest.mark.parametrize("formula", ["sum(x*W)", "sum((W + x)^2)", "x' @ W @ x", "sum(W @ x)", "sum(s*W - x)"])
def test_shapes_and_numbers_agree(formula: str) -> None:
    result = evaluated(formula, {"W": [[1, 2], [3, 4]], "x": [1, -1], "s": 2})
    for layout, turn in (("numerator", 1), ("denominator", -1)):
        local = LocalJacobians(result.forward, lecture, layout)  # type: ignore[arg-type]
        for slot, _, args in result.graph.steps:
            for place in range(len(args)):
                matrix = local.matrix(slot, place)
                assert matrix is not None
                assert matrix.shape == jacobian_shape(result.graph, slot, place)
                assert local(slot, place, numbers=True).shape == matrix.shape[::turn]
                assert structure(result.graph, slot, place)


@pytest.mark.parametrize("rule", [rule for rule in ARRAY_RULES.values() if rule.arity], ids=lambda rule: rule.name)
def test_every_array_rule_can_be_shown(rule: ArrayRule) -> None:
    for shapes, given in rule.samples:
        settings = {**rule.given_settings(), **given}
        builder = Builder()
        slots = tuple(builder.input(f"x{place}", shape) for place, shape in enumerate(shapes))
        gate = ArrayGate(rule, tuple((name, settings[name]) for name, _ in rule.settings))
        graph = builder.finish(builder.apply(gate, slots))
        point = [
            5 * np.eye(*shape[-2:]) + 0.1 if len(shape) == 2 else np.ones(shape) if shape else 1.0 for shape in shapes
        ]
        try:
            forward = run_forward(graph, point)
        except UndefinedValue:
            continue
        nodes = NodeViews(forward, run_backward(forward, np.ones(graph.shape(graph.output))))
        for layout in ("numerator", "denominator"):
            tables = ArrayTables(nodes, lecture, layout)  # type: ignore[arg-type]
            for table in (tables.forward({}), tables.backward({})):
                text = table_text(table, Screen(ascii_only=True))
                assert text.isascii()
                assert "\\u" not in text.lower()
                assert table_text(table, Screen(width=60))


# --- how it is written ------------------------------------------------------------------------------------------------


def written(shown: Report, screen: Screen) -> Sequence[str]:
    return report_text(shown, screen).split("\n")


@pytest.mark.parametrize("width", [40, 60, 80, 100, 140])
@pytest.mark.parametrize("boxes", [True, False])
def test_no_line_is_wider_than_the_screen_and_no_number_is_cut(width: int, boxes: bool) -> None:
    shown = reported("h = relu(W @ x); L = sum((h - y)^2)", W=[[1.125, -20.25], [-1.5, 2.75], [0.625, -0.875]],
                     x=[1.375, -2.625], y=[1, 2, 3], more={"jacobian": True})  # fmt: skip
    lines = written(shown, Screen(boxes=boxes, width=width))
    assert max(map(len, lines)) <= width
    words = " ".join(lines).split()
    assert any("−20.25" in word for word in words)


def test_matrices_break_between_their_rows() -> None:
    shown = reported("sum(W @ x)", W=[[1.125, -20.25], [-1.5, 2.75], [0.625, -0.875]], x=[1, 2])
    text = report_text(shown, Screen(boxes=True, width=80))
    assert "[[1.125, −20.25]," in text
    assert "[0.625, −0.875]]" in text


def test_ascii() -> None:
    shown = reported("L = sum(relu(W @ x))", W=W, x=X)
    text = report_text(shown, Screen(ascii_only=True))
    assert text.isascii()
    assert "\\u" not in text
    for part in ("do/di1 = I (x) i2' (3x6)", "diag(1[i > 0])", "dL/do .* 1[i > 0]", "do/di = 1' (1x3)"):
        assert part in text, part
    assert report_markdown(shown, ascii_only=True).isascii()


def test_markdown_holds_the_jacobian_as_it_is_laid_out() -> None:
    text = report_markdown(reported("[x, x^2]", more={"jacobian": True}, x=3))
    assert "```text\n∂f/∂x = [[1],\n         [6]]\n```" in text
    assert "Jacobian (2×1, numerator layout)" in text


def test_numbers_alone_need_no_numpy() -> None:
    code = (
        "import sys; from gradcli.graph.point import from_numbers; from gradcli.passes.evaluate import evaluate; "
        "from gradcli.report.tables import report; from gradcli.report.textual import report_text; "
        "from gradcli.report.screen import Screen; "
        "report_text(report(evaluate('relu(x)*y', from_numbers({'x': 1, 'y': 2}, 'at'))), Screen()); "
        "print('numpy' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
