"""What the tables say at special points, and of graphs of every size."""

from __future__ import annotations

import time

import pytest

from gradcli.passes.evaluate import UndefinedFormula
from gradcli.report.tables import LONGEST_READING, MOST_ROWS, report

from .shown import evaluated, forward_rows, gradient_lines, reported, text


def notes(formula: str, table: int = 0, **at: float) -> tuple[str, ...]:
    return reported(formula, **at).tables[table].notes


def test_a_kink_is_marked_and_its_convention_stated() -> None:
    assert forward_rows("relu(x)", x=0)[0][-1] == "do/di = [i > 0] = 0 †"
    assert notes("relu(x)", x=0) == ("† relu(·): relu′(0) = 0",)
    assert notes("relu(x)", x=1) == ()


def test_nodes_with_one_convention_share_a_line() -> None:
    assert notes("relu(x) + relu(y)", x=0, y=0) == ("† relu(·)₁, relu(·)₂: relu′(0) = 0",)
    many = " + ".join(f"|x{k}|" for k in range(20))
    (line,) = notes(many, **{f"x{k}": 0.0 for k in range(20)})
    assert line.endswith("|·|₁₂ and 8 more: |·|′(0) = 0")


def test_a_tie_shows_only_numbers() -> None:
    assert forward_rows("max(x, y)", x=1, y=1)[0][-1] == "do/di₁ = 0.5, do/di₂ = 0.5 †"
    assert forward_rows("max(x, y, z)", x=1, y=1, z=0)[0][-1] == "do/di₁ = 0.5, do/di₂ = 0.5, do/di₃ = 0 †"
    assert forward_rows("gate g(u, v) = 3*max(u, v); g(x, y)", x=1, y=1)[0][-1] == "do/di₁ = 1.5, do/di₂ = 1.5 †"
    assert forward_rows("max(x, y)", x=2, y=1)[0][-1] == "do/di₁ = [i₁ > i₂] = 1, do/di₂ = [i₂ > i₁] = 0"


@pytest.mark.parametrize(
    ("formula", "x", "line"),
    [
        ("sqrt(x)", 0.0, "‡ sqrt(·): vertical tangent, the slope is infinite"),
        ("asin(x)", 1.0, "‡ asin(·): vertical tangent, the slope is infinite"),
        ("acosh(x)", 1.0, "‡ acosh(·): vertical tangent, the slope is infinite"),
        ("1/x", 1e-200, "‡ 1/·: slope too large for double precision (1.8e308)"),
        ("exp(x)", 1000.0, "‡ e^·: too large for double precision (1.8e308)"),
        ("gate r(u) = sqrt(u - 2); r(x)", 2.0, "‡ r(·): the slope is infinite"),
    ],
)
def test_what_is_infinite_has_a_reason(formula: str, x: float, line: str) -> None:
    assert forward_rows(formula, x=x)[0][-1].endswith(" ‡")
    assert notes(formula, x=x) == (line,)


def test_what_follows_from_an_infinity_says_so() -> None:
    assert notes("exp(x) + 1", x=1000)[1] == "‡ · + 1: an operand is not finite"


def test_a_gradient_without_a_value_is_explained_where_it_arises() -> None:
    assert gradient_lines("sqrt(x)*y", x=0, y=0)[0] == ("df/dx = NaN", "0 ⋅ ∞ has no value, at sqrt(·)")
    assert notes("sqrt(x)*y", 1, x=0, y=0) == ("‡ sqrt(·): 0 ⋅ ∞ has no value",)
    assert gradient_lines("sqrt(x) - sqrt(2x)", x=0)[0] == ("df/dx = ∞ − ∞ = NaN", "∞ − ∞ has no value")
    inner = gradient_lines("q = x + 0*y; sqrt(q) - sqrt(2q)", x=0, y=1)
    assert inner[0] == ("df/dx = NaN", "∞ − ∞ has no value, at q")


def test_the_first_reason_is_the_one_of_the_input_itself() -> None:
    lines = gradient_lines("sqrt(x)*y + (sqrt(u) - sqrt(2u))", x=0, y=0, u=0)
    assert [remark for _, remark in lines] == ["0 ⋅ ∞ has no value, at sqrt(·)₁", "", "∞ − ∞ has no value"]


def test_an_undefined_value_ends_the_table() -> None:
    rows = forward_rows("y*ln(x - 3) + 5", x=1, y=2)
    assert rows[-1] == ["ln(·)", "i = −2", "o = ln(i) = undefined", "✗ ln of a negative number"]
    assert reported("ln(x)", x=-1).tables[0].rows[-1].tone == "fault"
    assert len(reported("ln(x)", x=-1).tables) == 1


def test_a_branch_that_is_not_taken_is_faint_and_gets_nothing() -> None:
    formula = "if(x > 0, sqrt(x), 3x)"
    shown = reported(formula, x=-1)
    forward = {row.cells[0]: row for row in shown.tables[0].rows}
    assert forward[("sqrt(·)",)].tone == "faint"
    assert forward[("sqrt(·)",)].cells[-1] == ("(not taken: √ of a negative number)",)
    assert forward[("where(·, ·, ·)",)].cells[1] == ("i₁ = 0", "i₂ = undefined", "i₃ = −3")
    backward = {row.cells[0]: row for row in shown.tables[1].rows}
    assert backward[("sqrt(·)",)].cells[1:] == (("not taken",), (), ("0",))
    assert gradient_lines(formula, x=-1)[0][0] == "df/dx = 0 + 3 = 3"
    assert forward_rows(formula, x=4)[2][-1] == "do/di = 3, (not taken)"


def test_gradient_lines() -> None:
    assert gradient_lines("x*y + w*0", x=2, y=3, w=1) == [("df/dx = 3", ""), ("df/dy = 2", ""), ("df/dw = 0", "")]
    assert gradient_lines("x + sin(x)*x", x=0) == [
        ("df/dx = 1 + 0 + 0 = 1", "x reaches f on three edges: its contributions are summed")]  # fmt: skip
    assert gradient_lines("z = y", x=2, y=3) == [("dz/dx = 0", "z does not depend on x"), ("dz/dy = 1", "")]


def test_contributions_stand_in_reading_order() -> None:
    assert gradient_lines("x/y + 2x", x=1, y=4)[0][0] == "df/dx = 0.25 + 2 = 2.25"
    assert gradient_lines("2x + x/y", x=1, y=4)[0][0] == "df/dx = 2 + 0.25 = 2.25"


def test_a_node_with_many_consumers() -> None:
    shown = reported("q = sin(x); " + " + ".join(f"{k}*q" for k in range(2, 32)), x=1)
    row = shown.tables[1].rows[-1].cells
    assert row[1][-1] == "… 18 more, together 495"
    assert row[3][0].endswith("df/do₁₂ ⋅ do₁₂/di + … = 267.45")


def test_constants_and_bare_inputs_have_no_tables() -> None:
    assert text("3") == "3\n\nValue      f = 3\n"
    assert text("x", x=2) == "x\n\nValue      f = 2\nGradient   df/dx = 1\n"


def test_a_huge_graph_is_elided_in_linear_time() -> None:
    terms = [f" + sin({k}*x)*x" for k in range(10_000)]
    small, large = (evaluated("x" + "".join(terms[:count]), x=0.5) for count in (1_000, 10_000))
    times = []
    for result in (small, large):
        begin = time.perf_counter()
        shown = report(result)
        times.append(time.perf_counter() - begin)
    assert times[1] < 40 * times[0] + 1
    assert [len(table.rows) for table in shown.tables] == [MOST_ROWS + 1] * 2
    gap = shown.tables[0].rows[MOST_ROWS // 2]
    assert gap.cells[1][0].endswith("more nodes; --format plain lists all")
    assert len(shown.reading) == LONGEST_READING + 2
    assert "more …" in " ".join(shown.gradient[0].text)


def test_undefined_formulas_know_their_node() -> None:
    with pytest.raises(UndefinedFormula, match="1/0"):
        evaluated("x/y", x=1, y=0)
