"""Gradient descent: against the same loop in NumPy, and every way in which it ends."""

from __future__ import annotations

import math
from typing import Any

import numpy
import pytest

from gradcli.graph.point import from_numbers, parse_binding
from gradcli.language import GradcliError
from gradcli.passes.descent import Descent, Plan, Reached, descend, one_step
from gradcli.passes.evaluate import UndefinedFormula, evaluate

LINE = {"φ0": 1.0, "φ1": 0.5, "x": [0.0, 1.0, 2.0, 3.0], "y": [1.0, 3.0, 2.0, 5.0]}
LOSS = "L = sum((φ0 + φ1*x - y)^2)"


def run(
    text: str, values: dict[str, Any], plan: Plan, wrt: list[str] | None = None, **options: Any
) -> tuple[Descent, list[Reached]]:
    descent = descend(text, from_numbers(values, "the test"), plan, wrt, **options)
    return descent, list(descent)


def by_hand(steps: int, rate: float, momentum: float = 0.0) -> list[tuple[float, float, float]]:
    x, y = numpy.array(LINE["x"]), numpy.array(LINE["y"])
    a, b, speed, found = 1.0, 0.5, numpy.zeros(2), []
    for _ in range(steps + 1):
        residual = a + b * x - y
        found.append((float((residual**2).sum()), a, b))
        speed = momentum * speed + numpy.array([2 * residual.sum(), 2 * (x * residual).sum()])
        a, b = a - rate * speed[0], b - rate * speed[1]
    return found


# --- one step ---------------------------------------------------------------------------------------------------------


def test_the_lectures_step() -> None:
    step = one_step(evaluate(LOSS, from_numbers(LINE, "the test"), wrt=["φ0", "φ1"]), 0.1)
    assert step.before == {"φ0": 1.0, "φ1": 0.5}
    assert step.gradient == {"φ0": -8.0, "φ1": -18.0}
    assert step.after == pytest.approx({"φ0": 1.8, "φ1": 2.3})
    assert all(type(value) is float for value in (*step.after.values(), *step.gradient.values()))
    assert (step.loss_before, step.output_name) == (8.5, "L")
    assert step.loss_after == pytest.approx(34.9)


def test_a_step_of_numbers_arrays_and_names_that_do_not_matter() -> None:
    step = one_step(evaluate("x*y", from_numbers({"x": 2.0, "y": 3.0, "z": 1.0}, "the test")), 0.5)
    assert step.after == {"x": 0.5, "y": 2.0, "z": 1.0}
    assert step.loss_after == 1.0
    step = one_step(evaluate("sum(W^2)", from_numbers({"W": [[1.0, 2.0], [3.0, 4.0]]}, "the test")), 0.25)
    numpy.testing.assert_array_equal(step.after["W"], [[0.5, 1.0], [1.5, 2.0]])


def test_a_step_out_of_the_domain() -> None:
    step = one_step(evaluate("ln(x)", from_numbers({"x": 0.5}, "the test")), 1.0)
    assert (step.after, step.loss_after, step.reason) == ({"x": -1.5}, None, "ln of a negative number")


# --- many steps -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("momentum", [0.0, 0.7])
def test_every_step_is_that_of_a_loop_by_hand(momentum: float) -> None:
    descent, way = run(LOSS, LINE, Plan(0.02, 30, momentum), ["φ0", "φ1"])
    assert [reached.step for reached in way] == list(range(31))
    for reached, (loss, a, b) in zip(way, by_hand(30, 0.02, momentum), strict=True):
        assert (reached.loss, *reached.point.values()) == pytest.approx((loss, a, b), rel=1e-12)
    assert way[0].slope == pytest.approx(math.hypot(8, 18))
    assert (descent.ended, descent.parameters, descent.output_name) == ("steps", ("φ0", "φ1"), "L")


def test_numbers_alone() -> None:
    descent, way = run("(w - a)^2", {"w": 0.0, "a": 3.0}, Plan(0.25, 3), ["w"])
    assert [reached.point["w"] for reached in way] == [0.0, 1.5, 2.25, 2.625]
    assert [reached.loss for reached in way] == [9.0, 2.25, 0.5625, 0.140625]
    assert descent.ended == "steps"


def test_no_steps() -> None:
    descent, way = run("w^2", {"w": 2.0}, Plan(0.1, 0), ["w"])
    assert [(reached.step, reached.loss, reached.point) for reached in way] == [(0, 4.0, {"w": 2.0})]
    assert descent.ended == "steps"


def test_points_that_were_yielded_stay() -> None:
    _, way = run("sum(W^2)", {"W": [1.0, 2.0]}, Plan(0.25, 2), ["W"])
    assert [list(reached.point["W"]) for reached in way] == [[1.0, 2.0], [0.5, 1.0], [0.25, 0.5]]


# --- endings ----------------------------------------------------------------------------------------------------------


def test_it_ends_when_the_loss_hardly_changes() -> None:
    descent, way = run("w^2 + 1", {"w": 1.0}, Plan(0.1, 10_000, until=1e-6), ["w"])
    assert descent.ended == "settled"
    assert abs(way[-1].loss - way[-2].loss) <= 1e-6 * way[-2].loss
    assert abs(way[-2].loss - way[-3].loss) > 1e-6 * way[-3].loss
    assert run("0*w", {"w": 1.0}, Plan(0.1, 9, until=1e-6), ["w"])[0].ended == "settled"


def test_it_ends_before_the_loss_is_infinite() -> None:
    descent, way = run("w^4", {"w": 2.0}, Plan(1.0, 1000), ["w"])
    assert descent.ended == "diverged"
    assert all(math.isfinite(reached.loss) and math.isfinite(reached.point["w"]) for reached in way)


def test_a_gradient_that_is_infinite() -> None:
    descent, way = run("sum(sqrt(w))", {"w": [0.0, 1.0]}, Plan(0.1, 5), ["w"])
    assert (descent.ended, len(way)) == ("diverged", 1)


def test_it_ends_where_the_formula_has_no_value() -> None:
    descent, way = run("sum(ln(w))", {"w": [0.5, 3.0]}, Plan(0.1, 50), ["w"])
    assert (descent.ended, descent.reason) == ("undefined", "ln of a negative number, in entry [0]")
    assert all(reached.point["w"][0] > 0 for reached in way)


def test_a_start_without_a_value_is_an_error() -> None:
    with pytest.raises(UndefinedFormula, match="ln of a negative number"):
        run("ln(w)", {"w": -1.0}, Plan(0.1, 5), ["w"])


# --- parameters -------------------------------------------------------------------------------------------------------


def test_parameters_by_their_declaration() -> None:
    values = {"X": [[1.0, 0.0], [1.0, 1.0]], "y": [1.0, 2.0]}
    descent, way = run("w ~ 2\nmean((X @ w - y)^2)", values, Plan(0.1, 400))
    assert descent.parameters == ("w",)
    numpy.testing.assert_allclose(way[-1].point["w"], [1.0, 1.0], atol=1e-3)
    other = run("w ~ 2\nmean((X @ w - y)^2)", values, Plan(0.1, 0, seed=1))[1]
    assert not numpy.array_equal(other[0].point["w"], way[0].point["w"])


def test_parameters_declared_among_the_bindings() -> None:
    point = {b.key: b for b in (parse_binding("w ~ 2"), parse_binding("y=[1,2]"))}
    assert descend("sum((w - y)^2)", point, Plan(0.1, 1)).parameters == ("w",)


def test_all_but_the_data() -> None:
    assert run(LOSS, LINE, Plan(0.01, 1, data=("x", "y")))[0].parameters == ("φ0", "φ1")


@pytest.mark.parametrize(
    ("wrt", "data", "code", "says"),
    [
        (None, (), "no-parameters", "φ0, φ1, x, y"),
        ([], (), "no-parameters", "φ0"),
        (["q"], (), "unknown-wrt", "'q' in --wrt has no value"),
        (["z"], (), "unknown-wrt", "does not depend on 'z'"),
        (["φ0"], ("q",), "unknown-wrt", "'q' in --data has no value"),
        (["x"], ("x", "y"), "usage", "'x' is in --wrt and in --data"),
        (None, ("φ0", "φ1", "x", "y"), "no-parameters", "φ0"),
    ],
)
def test_it_must_be_known_what_may_change(wrt: list[str] | None, data: tuple[str, ...], code: str, says: str) -> None:
    with pytest.raises(GradcliError) as caught:
        run(LOSS, {**LINE, "z": 1.0}, Plan(0.1, 1, data=data), wrt)
    assert caught.value.code == code
    assert says in caught.value.message
    assert caught.value.hint


def test_a_formula_without_variables() -> None:
    with pytest.raises(GradcliError) as caught:
        run("1 + 2", {}, Plan(0.1, 1))
    assert caught.value.code == "no-parameters"


def test_only_a_number_can_become_smaller() -> None:
    with pytest.raises(GradcliError) as caught:
        run("w*2", {"w": [1.0, 2.0]}, Plan(0.1, 1), ["w"])
    assert caught.value.code == "array-output"
    assert "sum(f)" in (caught.value.hint or "")


# --- batches ----------------------------------------------------------------------------------------------------------


def batched(batch: int, seed: int = 0, steps: int = 8) -> tuple[Descent, list[Reached]]:
    return run(LOSS, LINE, Plan(0.01, steps, data=("x", "y"), batch=batch, seed=seed))


def test_a_batch_of_all_rows_is_no_batch() -> None:
    _, way = batched(4)
    for reached, (loss, a, b) in zip(way, by_hand(8, 0.01), strict=True):
        assert (reached.loss, *reached.point.values()) == pytest.approx((loss, a, b), rel=1e-12)


def test_batches_are_rows_in_an_order_that_the_seed_decides() -> None:
    assert batched(2)[1] == batched(2)[1]
    assert batched(2, seed=1)[1] != batched(2)[1]


def test_each_round_sees_every_row_once() -> None:
    values = {"w": 0.0, "x": [1.0, 2.0, 4.0, 8.0, 16.0, 32.0]}
    _, way = run("sum(x) + 0*w", values, Plan(0.1, 5, data=("x",), batch=2), ["w"])
    rounds = [[reached.loss for reached in way[k : k + 3]] for k in (0, 3)]
    assert [sum(losses) for losses in rounds] == [63.0, 63.0]
    assert rounds[0] != rounds[1]


def test_the_loss_over_all_rows() -> None:
    descent, way = batched(3)
    assert descent.whole_loss(way[0].point) == 8.5
    assert descent.whole_loss(way[-1].point) == pytest.approx(
        sum((way[-1].point["φ0"] + way[-1].point["φ1"] * x - y) ** 2 for x, y in zip(LINE["x"], LINE["y"], strict=True))
    )
    assert descent.whole_loss({"φ0": 1e200, "φ1": 0.0}) == math.inf
    descent, _ = run("sum(ln(w*x))", {"w": 1.0, "x": [1.0, 2.0]}, Plan(0.1, 1, data=("x",), batch=1))
    assert descent.whole_loss({"w": -1.0}) is None


@pytest.mark.parametrize(
    ("values", "plan", "says"),
    [
        (LINE, Plan(0.1, 1, batch=2), "no data are named"),
        (LINE, Plan(0.1, 1, data=("x", "y"), batch=5), "more than the 4 there are"),
        (LINE, Plan(0.1, 1, data=("x", "φ1"), batch=2), "'φ1' in --data is a number"),
        ({**LINE, "φ1": [1.0]}, Plan(0.1, 1, data=("x", "φ1"), batch=1), "x has 4, φ1 has 1"),
    ],
)
def test_batches_that_cannot_be(values: dict[str, Any], plan: Plan, says: str) -> None:
    with pytest.raises(GradcliError) as caught:
        run(LOSS, values, plan, ["φ0"])
    assert caught.value.code == "usage"
    assert says in caught.value.message


def test_a_descent_may_be_made_twice() -> None:
    descent, way = run("(w - 3)^2", {"w": 0.0}, Plan(0.1, 5), ["w"])
    assert [reached.loss for reached in descent] == [reached.loss for reached in way]
    assert len(way) == 6
