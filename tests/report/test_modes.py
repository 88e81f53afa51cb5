"""Forward mode, and both ways side by side, as they are shown; numbers are those of the lectures or worked by hand."""

from __future__ import annotations

import json
import math
import unicodedata

import pytest

from gradcli.graph.point import from_numbers
from gradcli.language import GradcliError
from gradcli.passes import tangents
from gradcli.passes.evaluate import Evaluation, evaluate
from gradcli.report import modes
from gradcli.report.charset import DOT
from gradcli.report.modes import Mode, modes_report, record, tables
from gradcli.report.screen import Screen
from gradcli.report.tables import Report

from .shown import PIPE, T4, T4_POINT

LECTURE = "a1 = sin(x2); a2 = x1*x2; a3 = a1 + a2"


def evaluated(formula: str, wrt: list[str] | None = None, **at: object) -> Evaluation:
    return evaluate(formula, from_numbers(at, "at"), wrt=wrt, optional_gradient=True)


def shown(formula: str, mode: Mode = "forward", wrt: list[str] | None = None, **at: object) -> Report:
    return modes_report(evaluated(formula, wrt, **at), mode)


def rows(report: Report, table: int) -> dict[str, list[str]]:
    return {row.cells[0][0]: [", ".join(cell) for cell in row.cells[1:]] for row in report.tables[table].rows}


def plain(text: str) -> str:
    """Tangents without their dots above, which are hard to read in a test."""
    return text.replace("\u0307", "'")


# --- one sweep --------------------------------------------------------------------------------------------------------


def test_the_lecture_by_hand() -> None:
    """x1 x2 + sin(x2) at 3, 2: sin(2) = 0.909, cos(2) = −0.416; by x2 the tangents are −0.416, 3, 2.584."""
    report = shown(LECTURE, x1=3.0, x2=2.0)
    assert plain(report.tables[1].title) == "Forward mode, x'2 = 1: x1 = 3, x2 = 2"
    found = {name: [plain(cell) for cell in cells] for name, cells in rows(report, 1).items()}
    assert found == {
        "x1": ["3", "x'1 = 0"],
        "x2": ["2", "x'2 = 1"],
        "a1": ["0.909", f"a'1 = da1/di {DOT} i' = −0.416 {DOT} 1 = −0.416"],
        "a2": ["6", f"a'2 = da2/di₁ {DOT} i'₁ + da2/di₂ {DOT} i'₂ = 2 {DOT} 0 + 3 {DOT} 1 = 3"],
        "a3": ["6.909", f"a'3 = da3/di₁ {DOT} i'₁ + da3/di₂ {DOT} i'₂ = 1 {DOT} (−0.416) + 1 {DOT} 3 = 2.584"],
    }
    assert plain(report.tables[1].notes[0]) == "the last tangent is the derivative: a'3 = da3/dx2"
    assert [line.text for line in report.gradient] == [("da3/dx1 = 2",), ("da3/dx2 = 2.584",)]


def test_the_first_lecture_has_a_table_for_each_input() -> None:
    """σ(4)(1 − σ(4)) = 0.0177; by x: 1.0177, 14, 14.0177 and at last −0.00759; by y −0.0279."""
    report = shown(T4, **T4_POINT)
    assert [plain(t.title) for t in report.tables] == [
        "Forward mode, x' = 1: x = 4, y = 3", "Forward mode, y' = 1: x = 4, y = 3",
    ]  # fmt: skip
    last = {name: cells[-1].rpartition(" = ")[2] for name, cells in rows(report, 0).items()}
    assert last == {
        "x": "1", "y": "0", "σ(·)": "0.0177", "(· + ·)↑": "1.018", "(· + ·)²": "14", "(· + ·)↓": "14.018",
        "1/·": "−0.00561", "· × ·": "−0.00759",
    }  # fmt: skip
    last = {name: plain(cells[-1]) for name, cells in rows(report, 1).items()}
    assert last["σ(·)"] == "o' = 0"
    assert last["· × ·"].endswith(" = −0.0279")
    assert [line.text[0] for line in report.gradient] == ["dz/dx = −0.00759", "dz/dy = −0.0279"]


def test_the_text_has_the_reading_above_and_the_gradient_below() -> None:
    text = tables(evaluated(T4, **T4_POINT), "forward", PIPE)
    assert text.startswith("z = (x + σ(x)) / (σ(x) + (x + y)²)\n\nForward mode, x\u0307 = 1")
    assert text.endswith("Value      z = 0.0997\nGradient   dz/dx = −0.00759\n           dz/dy = −0.0279\n")
    assert "o\u0307 = do/di · i\u0307 = 0.0177 · 1 = 0.0177" in text


def test_only_the_inputs_that_are_asked_for() -> None:
    report = shown(T4, wrt=["y"], **T4_POINT)
    assert [plain(t.title)[:20] for t in report.tables] == ["Forward mode, y' = 1"]
    assert [line.text for line in report.gradient] == [("dz/dy = −0.0279",)]


def test_a_name_that_the_output_does_not_depend_on() -> None:
    report = shown("2*x", x=1.0, k=3.0)
    assert len(report.tables) == 1
    assert [(line.text[0], line.remark) for line in report.gradient] == [
        ("df/dx = 2", ""), ("df/dk = 0", "f does not depend on k"),
    ]  # fmt: skip


def test_a_branch_that_is_not_taken_says_so() -> None:
    found = rows(shown("where(x > 0, x^2, ln(x - 5))", x=2.0), 0)
    assert found["·²"][1].endswith(f"4 {DOT} 1 = 4")
    assert found["ln(·)"] == ["undefined", "not taken"]
    assert found["where(·, ·, ·)"][1].endswith(f"1 {DOT} 4 = 4")
    assert "i\u0307₃" not in found["where(·, ·, ·)"][1]


def test_a_kink_is_marked_and_its_convention_said() -> None:
    (table,) = shown("relu(x)", x=0.0).tables
    assert table.rows[1].cells[1] == ("0 †",)
    assert table.notes[1] == "† relu(·): relu′(0) = 0"


def test_without_inputs_there_is_no_table() -> None:
    for mode in ("forward", "both"):
        assert shown("1 + 2", mode).tables == ()  # type: ignore[arg-type]


def test_a_long_chain_is_cut_in_the_middle() -> None:
    report = shown("; ".join(f"x{k + 1} = sin(x{k})" for k in range(900)), x0=1.0)
    (table,) = report.tables
    assert len(table.rows) == 1 + 401
    assert table.rows[201].cells[1] == ("500 more nodes; --json lists all",)
    assert tables(evaluated("; ".join(f"x{k + 1} = sin(x{k})" for k in range(900)), x0=1.0), "both", PIPE)


def test_of_many_inputs_the_first_have_tables() -> None:
    names = [f"x{k}" for k in range(20)]
    report = shown(" + ".join(names), **dict.fromkeys(names, 1.0))
    assert len(report.tables) == 12
    assert report.tables[-1].notes[-1] == "8 more sweeps, one for each of the other inputs; --json holds all"
    assert len(report.gradient) == 20
    assert tables(evaluated(" + ".join(names), **dict.fromkeys(names, 1.0)), "both", PIPE).count("sweep x") == 0


def test_too_many_sweeps_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tangents, "MOST_STEPS", 1)
    with pytest.raises(GradcliError, match="2 sweeps over 1 nodes"):
        tables(evaluated("x*y", x=1.0, y=1.0), "forward", PIPE)


# --- both ways --------------------------------------------------------------------------------------------------------


def test_side_by_side() -> None:
    report = shown(LECTURE, "both", x1=3.0, x2=2.0)
    table = report.tables[0]
    assert [plain(c) for c in table.columns] == ["node", "value", "o' for x'1 = 1", "o' for x'2 = 1", "gradient da3/do"]
    assert rows(report, 0) == {
        "x1": ["3", "1", "0", "2"],
        "x2": ["2", "0", "1", "2.584"],
        "a1": ["0.909", "0", "−0.416", "1"],
        "a2": ["6", "2", "3", "1"],
        "a3": ["6.909", "2", "2.584", "1"],
    }


def test_the_operations_of_the_lecture_graph() -> None:
    """Five edges. By x1 two products, by x2 four and a sum; backward five and the sum at x2."""
    report = shown(LECTURE, "both", x1=3.0, x2=2.0)
    found = {plain(name): numbers for name, numbers in rows(report, 1).items()}
    assert found["sweep x'1 = 1"][:2] == ["2", "0"]
    assert found["sweep x'2 = 1"][:2] == ["4", "1"]
    assert found["forward mode, 2 sweeps"][:2] == ["6", "1"]
    assert found["backward pass"] == ["5", "1", "5"]
    assert report.tables[1].notes[0] == (
        "the backward pass is cheaper here, 6 operations against 7: forward mode carries a tangent for each of the 2 "
        "numbers in the inputs, one backward pass is enough"
    )


def test_many_layers_show_the_powers_of_their_size() -> None:
    """Three layers of 10×10: 3·10² + ... backward, 3·10³ + 10² forward."""
    eye = [[float(i == j) for j in range(10)] for i in range(10)]
    report = shown("sum(C @ (B @ (A @ x)))", "both", wrt=["x"], A=eye, B=eye, C=eye, x=[1.0] * 10)
    found = {plain(name): numbers for name, numbers in rows(report, 1).items()}
    assert found["forward mode, x' = I"][0] == "3,100"
    assert found["backward pass"][0] == "300"
    assert "each of the 10 numbers in the inputs" in report.tables[1].notes[0]


def test_one_input_and_a_vector_as_output() -> None:
    report = shown("x*[1, 2, 3]", "both", x=2.0)
    found = {plain(name): numbers for name, numbers in rows(report, 1).items()}
    assert found["forward mode, x' = 1"][0] == "3"
    assert found["backward pass, 3 times"][0] == "9"
    assert report.tables[1].notes[0] == (
        "forward mode is cheaper here, 3 operations against 15: the backward pass is run for each of the 3 numbers in "
        "the output, one tangent is enough"
    )
    assert report.gradient == ()
    assert report.jacobians[0].head == "∂f/∂x ="
    assert report.jacobians[0].rows == ("[[1],", " [2],", " [3]]")


def test_a_chain_costs_the_same_both_ways() -> None:
    notes = shown("sin(exp(x))", "both", x=1.0).tables[1].notes
    assert notes[0] == "both ways take 2 operations: 1 number in the inputs, 1 in the output"


def test_what_numpy_does_inside_is_said_not_to_be_counted() -> None:
    notes = shown("sum(solve(A, b))", "both", wrt=["b"], A=[[2, 1], [1, 3]], b=[1, 2]).tables[1].notes
    assert notes[-1] == "not counted is what NumPy does inside of linalg.solve"


# --- arrays -----------------------------------------------------------------------------------------------------------


def test_jacobians_with_their_shapes() -> None:
    found = rows(shown("a = W x; sum(a^2)", wrt=["W"], W=[[1, 2], [3, 4]], x=[1, -1]), 0)
    assert plain(found["W"][1]) == "W' = I (4×4)"
    assert plain(found["x"][1]) == "x' = 0"
    assert plain(found["a"][1]) == (f"a' = da/di₁ {DOT} i'₁ + da/di₂ {DOT} i'₂ = [[1, −1, 0, 0], [0, 0, 1, −1]] (2×4)")
    assert plain(found["f"][1]) == f"f' = df/di {DOT} i' = [[−2, 2, −2, 2]] (1×4)"


def test_a_gradient_has_the_shape_of_its_input() -> None:
    report = shown("a = W x; sum(a^2)", W=[[1, 2], [3, 4]], x=[1, -1])
    assert [line.text for line in report.gradient] == [("df/dW = [[−2, 2], [−2, 2]]",), ("df/dx = [−8, −12]",)]


def test_large_jacobians_are_folded() -> None:
    found = rows(shown("sum(tanh(x))", x=[0.5] * 30), 0)
    assert found["tanh(·)"][1].endswith(" = 30×30 (min 0, max 0.786)")
    assert 1 - math.tanh(0.5) ** 2 == pytest.approx(0.786, abs=5e-4)


def test_a_backward_pass_that_began_with_another_number_is_run_again() -> None:
    result = evaluate("x*x", from_numbers({"x": 3.0}, "at"), seed_gradient=2.0)
    assert result.gradient == {"x": 12.0}
    assert rows(modes_report(result, "both"), 0) == {"x": ["3", "1", "6"], "· × ·": ["9", "6", "1"]}


def test_a_record_that_would_be_too_large_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(modes, "MOST_NUMBERS", 3)
    with pytest.raises(GradcliError, match="would take 5 numbers") as refused:
        record(evaluated("sin(x)", x=1.0), "forward")
    assert refused.value.code == "too-large"


# --- other formats ----------------------------------------------------------------------------------------------------


def test_in_ascii_nothing_else_is_written() -> None:
    for mode in ("forward", "both"):
        text = tables(evaluated(T4, **T4_POINT), mode, Screen(ascii_only=True))  # type: ignore[arg-type]
        assert text.isascii()
        assert "x_dot = 1" in text
        assert "\\u" not in text


def test_markdown() -> None:
    text = tables(evaluated(LECTURE, x1=3.0, x2=2.0), "both", PIPE, form="markdown")
    assert "### Forward mode and backward pass: x1 = 3, x2 = 2" in text
    assert "| a2 | 6 | 2 | 3 | 1 |" in text
    assert "| backward pass | 5 | 1 | 5 |" in text


def test_on_a_narrow_terminal_every_line_fits() -> None:
    for mode in ("forward", "both"):
        text = tables(evaluated(T4, **T4_POINT), mode, Screen(boxes=True, width=60))  # type: ignore[arg-type]
        bare = ["".join(c for c in line if not unicodedata.combining(c)) for line in text.splitlines()]
        assert max(map(len, bare)) <= 60


def test_the_record() -> None:
    found = json.loads(json.dumps(record(evaluated(LECTURE, x1=3.0, x2=2.0), "both"), allow_nan=False))
    assert found["mode"] == "both"
    first, second = found["sweeps"]
    assert [first["by"], first["derivative"]] == ["x1", 2]
    assert [node["tangent"] for node in first["nodes"]] == [None, 2, 2]
    assert [node["id"] for node in second["nodes"]] == ["n1", "n2", "n3"]
    assert [node["label"] for node in second["nodes"]] == ["a1", "a2", "a3"]
    assert [node["value"] for node in second["nodes"]] == [math.sin(2), 6, math.sin(2) + 6]
    assert [node["tangent"] for node in second["nodes"]] == [math.cos(2), 3, math.cos(2) + 3]
    assert second["derivative"] == math.cos(2) + 3
    assert found["counts"]["forward"]["multiplications"] == 6
    assert found["counts"]["backward"] == {"multiplications": 5, "additions": 1, "stored": 5, "passes": 1}


def test_the_record_of_arrays() -> None:
    found = record(evaluated("W @ x", W=[[1, 2], [3, 4]], x=[1, -1], k=2.0), "forward")
    by_w, by_x, by_k = found["sweeps"]
    assert by_w["derivative"] == [[1, -1, 0, 0], [0, 0, 1, -1]]
    assert by_x["derivative"] == by_x["nodes"][0]["tangent"] == [[1, 2], [3, 4]]
    assert by_k["nodes"] == []
    assert by_k["derivative"] == [[0], [0]]
    assert found["counts"]["backward"]["passes"] == 2
    number = record(evaluated("sum(W)", W=[[1, 2], [3, 4]]), "forward")["sweeps"][0]
    assert number["derivative"] == [[1, 1], [1, 1]]
    assert number["nodes"][-1]["tangent"] == [[1, 1, 1, 1]]
