"""The tables of vectors and matrices, cell by cell, with the numbers of the lectures worked out by hand."""

from __future__ import annotations

import pytest

from gradcli.report.charset import DOT
from gradcli.report.nodes import views
from gradcli.report.screen import Screen
from gradcli.report.textual import report_text

from .array_shown import BY_ROWS, DENOMINATOR, NUMERATOR, W, X, evaluated, last, reported, rows

# --- the lecture's products -------------------------------------------------------------------------------------------


def test_a_matrix_times_a_vector() -> None:
    """Wx has the Jacobians W by x and I ⊗ xᵀ by W; the gradients are Wᵀg and g xᵀ."""
    shown = reported("y = W @ x; relu(y)·[2, 3, 4]", W=W, x=X)
    inputs, outputs, derivatives = rows(shown, 0)["y"]
    assert inputs == "i₁ = [[1, 0.5], [−1, 2], [0.5, −0.5]], i₂ = [1, −2]"
    assert outputs == "o = i₁ i₂ = [0, −5, 1.5]"
    assert derivatives == "do/di₁ = I ⊗ i₂ᵀ (3×6), do/di₂ = i₁ = [[1, 0.5], [−1, 2], [0.5, −0.5]] (3×2)"
    upstream, local, handed = rows(shown, 1)["y"]
    assert upstream == "[0, 0, 4]"
    assert local == "do/di₁ = I ⊗ i₂ᵀ (3×6), do/di₂ = i₁ (3×2)"
    assert handed == (
        f"df/di₁ = df/do i₂ᵀ = [[0, 0], [0, 0], [4, −8]] (3×2, vec: 1×6 = 1×3 {DOT} 3×6), "
        f"df/di₂ = i₁ᵀ df/do = [2, −2] (1×2 = 1×3 {DOT} 3×2)"
    )


def test_the_same_in_denominator_layout() -> None:
    shown = reported("y = W @ x; relu(y)·[2, 3, 4]", "denominator", W=W, x=X)
    assert rows(shown, 0)["y"][2] == "do/di₁ = I ⊗ i₂ (6×3), do/di₂ = i₁ᵀ = [[1, −1, 0.5], [0.5, 2, −0.5]] (2×3)"
    assert rows(shown, 1)["y"][2].endswith(f"df/di₂ = i₁ᵀ df/do = [2, −2] (2×1 = 2×3 {DOT} 3×1)")
    assert shown.tables[0].notes[-1] == shown.tables[1].notes[-1] == DENOMINATOR + BY_ROWS


def test_relu_of_a_vector_has_a_diagonal_jacobian() -> None:
    shown = reported("sum(relu(x))", x=[0.1, -5.2, 1.8])
    assert rows(shown, 0)["relu(·)"][2] == "do/di = diag(𝟙[i > 0]) = diag([1, 0, 1])"
    assert rows(shown, 1)["relu(·)"][2] == f"df/di = df/do ⊙ 𝟙[i > 0] = [1, 0, 1] (1×3 = 1×3 {DOT} 3×3)"
    assert shown.tables[0].notes == (NUMERATOR,)


def test_a_kink_is_said_once() -> None:
    (kink, layout) = reported("sum(relu(x))", x=[0, 0, 1]).tables[0].notes
    assert kink == "† relu(·): relu′(0) = 0"
    assert layout == NUMERATOR


def test_a_dot_product_and_a_quadratic_form() -> None:
    """wᵀx has the Jacobian xᵀ by w; wᵀAw has wᵀ(A + Aᵀ), here 2wᵀA = [0, −10]."""
    assert last("w'x", w=[1, 2], x=[3, 4]) == "do/di₁ = i₂ᵀ = [3, 4] (1×2), do/di₂ = i₁ᵀ = [1, 2] (1×2)"
    shown = reported("w' @ A @ w", w=[1, -2], A=[[2, 1], [1, 3]])
    assert shown.gradient[0].text == ("df/dw = [0, −5]", "+ [0, −5]", "= [0, −10]")
    assert shown.gradient[0].remark == "w reaches f on two edges: its contributions are summed"
    assert shown.gradient[1].text == ("df/dA = [[1, −2], [−2, 4]]",)
    assert shown.gradient[1].remark == "2×2, the shape of A"


def test_two_matrices() -> None:
    assert last("A @ B", A=[[1, 2], [3, 4]], B=[[1, 0], [2, 1]], more={"seed_gradient": "ones"}) == (
        "do/di₁ = I ⊗ i₂ᵀ (4×4), do/di₂ = i₁ ⊗ I (4×4)")  # fmt: skip


# --- entry by entry ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("formula", "at", "cell"),
    [
        ("sum(x + y)", {"x": [1, 2], "y": [3, 4]}, "do/di₁ = do/di₂ = I"),
        ("sum(x - y)", {"x": [1, 2], "y": [3, 4]}, "do/di₁ = I, do/di₂ = −I"),
        ("sum(2x)", {"x": [1, 2]}, "do/di = 2 I"),
        ("sum(x*y)", {"x": [1, 2], "y": [3, 4]}, "do/di₁ = diag(i₂) = diag([3, 4]), do/di₂ = diag(i₁) = diag([1, 2])"),
        ("sum(s*x)", {"s": 2, "x": [0, 1, 2, 3]}, "do/di₁ = i₂ = [0, 1, 2, 3]ᵀ (4×1), do/di₂ = i₁ I = 2 I"),
        ("sum(s*X)", {"s": 2, "X": [[0, 1]]}, "do/di₁ = vec(i₂) = [0, 1]ᵀ (2×1), do/di₂ = i₁ I = 2 I"),
        ("sum(s + x)", {"s": 2, "x": [0, 1]}, "do/di₁ = 𝟏 (2×1), do/di₂ = I"),
        ("sum(X + b)", {"X": [[1, 2], [3, 4], [5, 6]], "b": [1, 2]}, "do/di₁ = I, do/di₂ = 𝟏 ⊗ I (6×2)"),
        ("sum(σ(x))", {"x": [0, 0]}, "do/di = diag(o ⊙ (1 − o)) = diag([0.25, 0.25])"),
        ("sum(tanh(X))", {"X": [[0, 0]]}, "do/di = diag(vec(1 − o²)) = diag([1, 1])"),
        ("sum(x > y)", {"x": [1, 2], "y": [3, 4]}, "do/di₁ = do/di₂ = 0"),
    ],
)
def test_local_jacobians(formula: str, at: dict[str, object], cell: str) -> None:
    assert ", ".join(reported(formula, **at).tables[0].rows[-2].cells[-1]) == cell


@pytest.mark.parametrize(
    ("formula", "at", "cell"),
    [
        ("sum(X + b)", {"X": [[1, 2], [3, 4], [5, 6]], "b": [1, 2]}, "df/di₂ = column sums of df/do = [3, 3]"),
        ("sum(s*x)", {"s": 2, "x": [0, 1, 2, 3]}, "df/di₁ = sum(df/do ⊙ i₂) = 6 (1×1 = 1×4 ⋅ 4×1)"),
        ("sum(x - y)", {"x": [1, 2], "y": [3, 4]}, "df/di₂ = −df/do = [−1, −1]"),
        ("sum((x - y)^2)", {"x": [1, 2], "y": [3, 5]}, "df/di₁ = df/do ⊙ 2(i₁ − i₂) = [−4, −6]"),
        ("sum(x[1:])", {"x": [1, 2, 3]}, "df/di = (df/do at [1:], else 0) = [0, 1, 1]"),
        ("sum(W')", {"W": [[1, 2, 3]]}, "df/di = (df/do)ᵀ = [[1, 1, 1]]"),
        ("sum(mean(W, axis=0))", {"W": [[1, 2], [3, 4]]}, "df/di = 𝟏 ((df/do)/2)ᵀ = [[0.5, 0.5], [0.5, 0.5]]"),
    ],
)
def test_what_operands_receive(formula: str, at: dict[str, object], cell: str) -> None:
    assert cell in ", ".join(reported(formula, **at).tables[1].rows[1].cells[-1])


def test_equal_operands_at_a_tie_show_their_shares() -> None:
    shown = reported("sum(max(x, y))", x=[0, 1], y=[0, 2])
    assert rows(shown, 0)["max(·, ·)"][2] == "do/di₁ = diag([0.5, 0]) (2×2), do/di₂ = diag([0.5, 1]) (2×2) †"
    assert rows(shown, 1)["max(·, ·)"][2].startswith("df/di₁ = df/do ⊙ do/di₁ = [0.5, 0]")


def test_constant_arrays_have_a_name_or_are_short_and_get_no_derivative() -> None:
    shown = reported("x0 = [0,1,2,3]; y = [1,3,2,5]; L = sum((φ0 + φ1*x0 - y)^2)", φ0=1, φ1=0.5)
    forward, backward = rows(shown, 0), rows(shown, 1)
    assert list(forward) == ["· × x0", "· + ·", "(· − y)²", "L"]
    assert forward["· × x0"] == ["i = 0.5", "o = i x0 = [0, 0.5, 1, 1.5]", "do/di = x0 = [0, 1, 2, 3]ᵀ (4×1)"]
    assert forward["(· − y)²"][2] == "do/di = diag(2(i − y)) = diag([0, −3, 0, −5])"
    assert backward["· × x0"][2] == f"dL/di = sum(dL/do ⊙ x0) = −18 (1×1 = 1×4 {DOT} 4×1)"
    assert [line.text for line in shown.gradient] == [("dL/dφ0 = −8",), ("dL/dφ1 = −18",)]


def test_labels() -> None:
    at = {"w": [1, 2, 3], "W": [[1, 2], [3, 4]], "u": [1, 2]}
    formula = "w[0] + sum(W[:, 0]*u) + sum(W @ u) + sum(sum(W, axis=0)) + sum([1, 2]*u) + w[-2] + [w[0], 1]·u"
    found = [node.label for node in views(evaluated(formula, at))]
    for label in ("·[0]", "·[:, 0]", "· ⊙ ·", "· @ ·", "sum(·, axis=0)", "[1, 2] ⊙ ·", "·[−2]", "[·, 1]"):
        assert label in found, label


def test_the_dot_between_operands_stays_where_it_is() -> None:
    found = [node.label for node in views(evaluated("u = [1, 2]; u·w + w·u", {"w": [3, 4]}))]
    assert found == ["u · ·", "· · u", "f"]


def test_products_entry_by_entry_have_brackets_inside_matrix_products() -> None:
    assert "o = (i₁ ⊙ i₂) i₃" in report_text(reported(
        "h = (A*B) @ C; sum(h)", more={"gates": "named"}, A=[[1, 2]], B=[[3, 4]], C=[[1], [1]]), Screen())  # fmt: skip


def test_several_consumers_are_summed_before_the_product() -> None:
    shown = reported("y = W @ x; sum(y) + y·y", W=[[1, 2], [3, 4]], x=[1, 1])
    upstream, _, handed = rows(shown, 1)["y"]
    assert upstream == "df/do₁ = [1, 1], df/do₂ = [3, 7], df/do₃ = [3, 7]"
    assert handed.startswith("df/di₁ = (df/do₁ + df/do₂ + df/do₃) i₂ᵀ = [[7, 7], [15, 15]]")


def test_numbers_inside_a_graph_of_arrays_look_as_ever() -> None:
    assert last("2*sum(x)", x=[1, 2]) == "do/di = 2"
    assert last("2*sum(x)", table=1, x=[1, 2]) == f"df/di = df/do {DOT} do/di = 2"


# --- gates made of others ---------------------------------------------------------------------------------------------


def test_a_whole_statement_of_a_layer_has_the_lectures_jacobians() -> None:
    at = {"β": [0.1, -0.2, 0.3], "Ω": W, "h": X}
    shown = reported("f0 = β + Ω @ h; l = sum(f0)", more={"gates": "named"}, **at)
    assert rows(shown, 0)["f0"][1:] == [
        "o = i₁ + i₂ i₃ = [0.1, −5.2, 1.8]",
        "do/di₁ = I (3×3), do/di₂ = I ⊗ i₃ᵀ (3×6), do/di₃ = i₂ = [[1, 0.5], [−1, 2], [0.5, −0.5]] (3×2)",
    ]
    assert rows(shown, 1)["f0"][2].startswith(f"dl/di₁ = dl/do = [1, 1, 1] (1×3 = 1×3 {DOT} 3×3), dl/di₂ = dl/do i₃ᵀ")


def test_a_gate_of_arrays_on_numbers() -> None:
    assert last("gate g(u, v) = [u, v]·[v, u]; g(x, y)", x=1, y=2).endswith("do/di₁ = [4] (1×1), do/di₂ = [2] (1×1)")
