"""Marks: as it stands, then with the student's own numbers; a mistake costs one answer."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gradcli.homework.keys.key import Credit
from gradcli.homework.problems.problem import Problem
from gradcli.homework.sheets.exactness import Exactness
from tests.homework.helpers import marked, posed, states

PRODUCT = ("q = x + y; f = q*z", {"x": -2, "y": 5, "z": -4})
NEURON = ("s = w0*x0 + w1*x1 + w2; f = 1/(1 + e^(-s))", {"w0": 2, "x0": -1, "w1": -3, "x1": -2, "w2": -3})

UDL = (
    """
    f0 = b0 + o0*x; h1 = sin(f0)
    f1 = b1 + o1*h1; h2 = exp(f1)
    f2 = b2 + o2*h2; h3 = cos(f2)
    f3 = b3 + o3*h3; l = (f3 - y)^2
    """,
    {"b0": 1.0, "b1": 2.0, "b2": -3.0, "b3": 0.4, "o0": 0.1, "o1": -0.4, "o2": 2.0, "o3": 3.0, "x": 2.3, "y": 2.0},
)


def rounded_by_hand(sign: float = 1.0, decimals: int = 2) -> dict[str, str]:
    """The toy network with pencil and paper: every number is rounded before it is used again.

    `sign` is the sign of the first step back.
    """
    p = UDL[1]

    def write(x: float) -> float:
        return float(f"{x:.{decimals}f}")

    f0 = write(p["b0"] + p["o0"] * p["x"])
    h1 = write(math.sin(f0))
    f1 = write(p["b1"] + p["o1"] * h1)
    h2 = write(math.exp(f1))
    f2 = write(p["b2"] + p["o2"] * h2)
    h3 = write(math.cos(f2))
    f3 = write(p["b3"] + p["o3"] * h3)
    value = {"f0": f0, "h1": h1, "f1": f1, "h2": h2, "f2": f2, "h3": h3, "f3": f3, "l": write((f3 - p["y"]) ** 2)}
    up = {"f3": write(sign * 2 * (f3 - p["y"]))}
    up["h3"] = write(up["f3"] * p["o3"])
    up["f2"] = write(up["h3"] * -math.sin(f2))
    up["h2"] = write(up["f2"] * p["o2"])
    up["f1"] = write(up["h2"] * math.exp(f1))
    up["h1"] = write(up["f1"] * p["o1"])
    up["f0"] = write(up["h1"] * math.cos(f0))
    before = {"0": p["x"], "1": h1, "2": h2, "3": h3}
    grad = {f"b{k}": up[f"f{k}"] for k in before} | {f"o{k}": write(h * up[f"f{k}"]) for k, h in before.items()}
    grad["x"] = write(up["f0"] * p["o0"])
    return {
        **{f"value {name}": f"{x:.{decimals}f}" for name, x in value.items()},
        **{f"up {name}": f"{x:.{decimals}f}" for name, x in up.items()},
        **{f"grad {name}": f"{x:.{decimals}f}" for name, x in grad.items()},
    }


def network() -> Problem:
    """The toy network, asked for all values, gradients that arrive, and gradients by its parameters and x."""
    by = [("grad", name, None) for name in UDL[1] if name != "y"]
    asks = [("value", "*", None), ("up", "*", None), *by]
    return posed(*UDL, asks=asks, exactness=Exactness(digits=None, decimals=2))


def test_one_wrong_gradient_costs_one_answer() -> None:
    found = states(marked(posed(*PRODUCT), {"up q": "4", "grad x": "4", "grad y": "4", "grad z": "3"}))
    assert [found[name] for name in ("up q", "grad x", "grad y", "grad z")] == [
        "wrong",
        "carried",
        "carried",
        "correct",
    ]


def test_a_wrong_value_is_carried_forward_and_back() -> None:
    found = states(marked(posed(*PRODUCT), {"value q": "7", "value f": "-28", "grad z": "7", "grad x": "-4"}))
    assert found["value q"] == "wrong"
    assert found["value f"] == found["grad z"] == "carried"
    assert found["grad x"] == "correct"


def test_numbers_that_follow_from_the_students_own_rounding_are_right() -> None:
    # σ(1)(1 − σ(1)) = 0.19661…, rounded to 0.20, times 2 and −3.
    written = {"value f": "0.73", "up s": "0.20", "grad x0": "0.40", "grad x1": "-0.60", "grad w0": "-0.20"}
    found = states(marked(posed(*NEURON), written))
    assert found["up s"] == found["grad w0"] == "correct"
    assert found["grad x0"] == found["grad x1"] == "rounded"


@pytest.mark.parametrize(
    ("function", "x", "own", "slope"), [("sigma", 4.0, "0.98", "0.0196"), ("tanh", 2.0, "0.96", "0.0784")]
)
def test_derivatives_are_taken_from_the_students_own_output(function: str, x: float, own: str, slope: str) -> None:
    # o(1 − o) = 0.98 · 0.02, and 1 − o² = 1 − 0.96².
    found = states(marked(posed(f"p = {function}(s); f = 3p", {"s": x}), {"value p": own, "local p/s": slope}))
    assert (found["value p"], found["local p/s"]) == ("correct", "rounded")


def test_they_are_wrong_without_that_number_on_the_sheet() -> None:
    found = states(marked(posed(*NEURON), {"grad x0": "0.40", "grad x1": "-0.60"}))
    assert found["grad x0"] == found["grad x1"] == "wrong"


def test_the_right_method_with_two_decimals_everywhere_has_full_marks() -> None:
    problem = network()
    marks = marked(problem, rounded_by_hand())
    assert {mark.state for mark in marks.values()} == {"correct", "rounded"}
    assert sum(mark.score for mark in marks.values()) == problem.points
    # No tolerance is fair: the gradients differ from the truth by far more than their last digit.
    off = [abs(float(mark.answer.text) - mark.asked.truth) / abs(mark.asked.truth) for mark in marks.values()]
    assert max(off) > 0.2


def test_one_wrong_sign_at_the_first_step_back_costs_one_answer() -> None:
    problem = network()
    marks = marked(problem, rounded_by_hand(sign=-1.0))
    wrong = [name for name, mark in marks.items() if mark.state == "wrong"]
    assert wrong == ["up f3"]
    later = [marks[f"up {name}"].state for name in ("h3", "f2", "h2", "f1", "h1", "f0")]
    assert set(later) == {"carried"}
    assert marks["up f3"].explanations[0].mistake == "sign"


@pytest.mark.parametrize(("own", "why"), [("0", "zero"), ("5000", "far off")])
def test_nothing_is_carried_through_a_zero_or_what_is_far_off(own: str, why: str) -> None:
    marks = marked(posed(*PRODUCT), {"up q": own, "grad x": own, "grad y": own})
    assert marks["up q"].state == marks["grad x"].state == "wrong"
    assert why in (marks["grad x"].why or "")


def test_nothing_is_carried_through_a_blank() -> None:
    marks = marked(posed(*PRODUCT), {"up q": "?", "grad x": "4"})
    assert states(marks)["up q"] == "blank"
    assert states(marks)["grad x"] == "wrong"


def test_a_wrong_local_derivative_is_carried_into_the_gradient() -> None:
    found = states(marked(posed(*PRODUCT), {"local q/x": "2.5", "grad x": "-10", "grad y": "-4"}))
    assert (found["local q/x"], found["grad x"], found["grad y"]) == ("wrong", "carried", "correct")


def test_a_local_derivative_over_several_gates_is_carried_too() -> None:
    # s = w0 x0 + … has two gates between s and w0: its local derivative is x0 = −1.
    found = states(marked(posed(*NEURON), {"local s/w0": "5.0", "grad w0": "0.98"}))
    assert (found["local s/w0"], found["grad w0"]) == ("wrong", "carried")


def test_credit_and_the_cap_on_what_is_carried() -> None:
    written = {"up q": "4", "grad x": "4", "grad y": "4"}
    half = marked(posed(*PRODUCT), written, Credit(carried=0.5))
    assert [half[name].score for name in ("up q", "grad x", "grad y")] == [0.0, 0.5, 0.5]
    problem = posed(*PRODUCT, asks=[("up", "q", None), ("grad", "x", None), ("grad", "y", None)])
    capped = marked(problem, written, cap=0.5)  # 1.5 of 3 points
    assert [mark.score for mark in capped.values()] == [0.0, 1.0, 0.5]
    assert "No more points" in (capped["grad y"].why or "")


def test_too_few_digits_are_coarse_unless_they_follow_from_others() -> None:
    assert states(marked(posed(*NEURON), {"grad x0": "0.4"}))["grad x0"] == "coarse"
    beside = marked(posed(*NEURON), {"up s": "0.20", "grad x0": "0.4"})
    assert beside["grad x0"].state == "rounded"  # 0.4 is 0.40


def test_all_or_nothing() -> None:
    problem = posed(*PRODUCT, asks=[("grad", "*", None)], all_or_nothing=True)
    all_right = marked(problem, {"grad x": "-4", "grad y": "-4", "grad z": "3"})
    assert sum(mark.score for mark in all_right.values()) == 3
    one_wrong = marked(problem, {"grad x": "-4", "grad y": "-4", "grad z": "5"})
    assert sum(mark.score for mark in one_wrong.values()) == 0


def test_a_bare_zero_says_what_it_needs() -> None:
    marks = marked(posed("f = x*y", {"x": 0.0004, "y": 1.0}), {"value f": "0"})
    assert marks["value f"].state == "wrong"
    assert "0.00" in (marks["value f"].why or "")


# --- vectors and matrices ---------------------------------------------------------------------------------------------

MATRIX = ("h = W x; L = sum(h^2)", {"W": [[1.0, 2.0], [3.0, 4.0]], "x": [1.0, -1.0]})


def test_arrays_are_marked_entry_by_entry() -> None:
    # h = [−1, −1], so ∂L/∂W = 2 h xᵀ = [[−2, 2], [−2, 2]] and ∂L/∂x = 2 Wᵀ h = [−8, −12].
    found = marked(posed(*MATRIX), {"grad W": "[[-2, 2], [-2, -2]]", "grad x": "[-8, ?]", "value h": "[-1, -1]"})
    assert found["grad W"].entries == ("correct", "correct", "correct", "wrong")
    assert found["grad W"].score == pytest.approx(0.75)
    assert found["grad x"].entries == ("correct", "blank")
    assert found["value h"].state == "correct"


def test_arrays_are_carried_entry_by_entry() -> None:
    # With h = [−1, 3]: 2h = [−2, 6], and ∂L/∂x = 2 Wᵀ h = [−2 + 18, −4 + 24] = [16, 20].
    found = marked(posed(*MATRIX), {"value h": "[-1, 3]", "up h": "[-2, 6]", "grad x": "[16, 20]"})
    assert found["value h"].entries == ("correct", "wrong")
    assert found["up h"].entries == ("correct", "carried")
    assert found["grad x"].state == "carried"


def test_another_shape_is_wrong_and_named() -> None:
    found = marked(posed(*MATRIX), {"grad W": "[[-2, 2, 1], [-2, 2, 1]]", "grad x": "[[-8, -12]]"})
    assert found["grad W"].state == "wrong"
    assert "2×2" in (found["grad W"].why or "")
    assert found["grad x"].state == "correct"  # a row for a column


def test_a_diagonal_may_be_written_as_a_vector() -> None:
    problem = posed("h = relu(x); L = sum(h)", {"x": [1.0, -2.0, 3.0]}, asks=[("local", "h", "x")])
    assert marked(problem, {"local h/x": "[1, 0, 1]"})["local h/x"].state == "correct"


def test_a_jacobian_in_the_other_layout_is_wrong() -> None:
    problem = posed("y = W x", {"W": [[1.0, 2.0], [3.0, 4.0]], "x": [1.0, 1.0]}, asks=[("jac", "y", "x")])
    assert marked(problem, {"jac y/x": "[[1, 2], [3, 4]]"})["jac y/x"].state == "correct"
    assert marked(problem, {"jac y/x": "[[1, 3], [2, 4]]"})["jac y/x"].state == "wrong"


# --- properties -------------------------------------------------------------------------------------------------------

finite = st.floats(-3, 3).map(lambda x: round(x, 2)).filter(lambda x: abs(x) > 0.1)


@given(finite, finite, finite, st.sampled_from([3, 5]))
@settings(max_examples=60, deadline=None)
def test_the_truth_rounded_to_enough_digits_is_always_right(x: float, y: float, z: float, digits: int) -> None:
    problem = posed("q = x*y + sin(z); r = exp(q)/3; f = q*r + z", {"x": x, "y": y, "z": z})
    written = {asked.name: f"{asked.truth:.{digits - 1}e}" for asked in problem.asked}
    assert {mark.state for mark in marked(problem, written).values()} == {"correct"}


@given(finite, finite, finite, st.floats(1.4, 3.0))
@settings(max_examples=60, deadline=None)
def test_a_wrong_upstream_gradient_is_all_that_is_lost(x: float, y: float, z: float, slip: float) -> None:
    # f = q·z, q = x·y + sin(z): with u in place of ∂f/∂q = z everything below is u times its local derivative.
    problem = posed(
        "q = x*y + sin(z); f = q*z", {"x": x, "y": y, "z": z}, asks=[("up", "*", None), ("grad", "*", None)]
    )
    u = float(f"{slip * z:.4g}")
    written = {"up q": u, "grad x": u * y, "grad y": u * x, "grad z": x * y + math.sin(z) + u * math.cos(z)}
    found = states(marked(problem, {name: f"{number:.6g}" for name, number in written.items()}))
    assert found["up q"] == "wrong"
    assert set(found.values()) <= {"wrong", "carried", "correct"}
    assert list(found.values()).count("wrong") == 1
