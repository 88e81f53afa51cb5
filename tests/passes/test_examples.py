"""Gradients of single examples: the lecture's table, and its sum."""

from __future__ import annotations

from typing import Any

import numpy
import pytest

from gradcli.graph.point import from_numbers
from gradcli.language import GradcliError
from gradcli.passes import examples as module
from gradcli.passes.evaluate import Evaluation, evaluate
from gradcli.passes.examples import per_example

LINE = {"φ0": 1.0, "φ1": 0.5, "x": [0.0, 1.0, 2.0, 3.0], "y": [1.0, 3.0, 2.0, 5.0]}
RNG = numpy.random.default_rng(3)
NETWORK = {
    "X": RNG.normal(size=(5, 3)), "t": [0, 1, 1, 0, 1], "W": RNG.normal(size=(3, 4)), "b": RNG.normal(size=4),
    "V": RNG.normal(size=(4, 2)),
}  # fmt: skip


def at(text: str, values: dict[str, Any], **options: Any) -> Evaluation:
    return evaluate(text, from_numbers(values, "the test"), **options)


def adds_up(evaluation: Evaluation, **options: Any) -> module.Examples:
    found = per_example(evaluation, **options)
    assert found.factor * found.losses.sum() == pytest.approx(evaluation.value, rel=1e-13)
    for name, rows in found.gradients.items():
        assert rows.shape == (len(found.losses), *numpy.shape(evaluation.at[name]))
        numpy.testing.assert_allclose(found.factor * rows.sum(axis=0), evaluation.gradient[name], rtol=1e-12)
    return found


def test_the_lectures_linear_regression() -> None:
    found = adds_up(at("L = sum((φ0 + φ1*x - y)^2)", LINE))
    x, y = numpy.array(LINE["x"]), numpy.array(LINE["y"])
    residual = 1 + 0.5 * x - y
    assert (found.output_name, found.factor, found.left_out) == ("L", 1.0, ("x", "y"))
    numpy.testing.assert_array_equal(found.losses, residual**2)
    numpy.testing.assert_array_equal(found.gradients["φ0"], 2 * residual)
    numpy.testing.assert_array_equal(found.gradients["φ1"], 2 * x * residual)
    assert [found.gradients[name].sum() for name in ("φ0", "φ1")] == [-8, -18]


@pytest.mark.parametrize(
    ("text", "factor"),
    [("mean((φ0 + φ1*x - y)^2)", 1 / 4), ("sum((φ0 + φ1*x - y)^2)/8", 1 / 8), ("-sum((φ0 + φ1*x - y)^2)", -1.0),
     ("1/2*mean((φ0 + φ1*x - y)^2)", 1 / 8), ("3*(-(sum((φ0 + φ1*x - y)^2)/2))", -1.5)],
)  # fmt: skip
def test_multiples_of_the_sum(text: str, factor: float) -> None:
    assert adds_up(at(text, LINE)).factor == pytest.approx(factor, rel=1e-15)


def test_a_factor_that_is_a_variable() -> None:
    evaluation = at("1/n*sum((φ0 + φ1*x - y)^2)", {**LINE, "n": 4.0})
    found = adds_up(evaluation)
    assert (found.factor, found.left_out) == (0.25, ("x", "y", "n"))
    with pytest.raises(GradcliError) as caught:
        per_example(evaluation, ["n"])
    assert caught.value.code == "no-examples"


def test_a_network_example_by_example() -> None:
    text = "mean(cross_entropy(relu(X @ W + b) @ V, t))"
    found = adds_up(at(text, NETWORK, wrt=["W", "b", "V"]))
    for i in range(5):
        alone = at(text, {**NETWORK, "X": NETWORK["X"][i : i + 1], "t": NETWORK["t"][i : i + 1]})
        assert found.losses[i] == pytest.approx(alone.value, rel=1e-13)
        for name, rows in found.gradients.items():
            numpy.testing.assert_allclose(rows[i], alone.gradient[name], rtol=1e-12, atol=1e-15)


def test_the_rows_of_a_matrix_are_examples() -> None:
    found = adds_up(at("mean((X @ W - Y)^2)", {"X": RNG.normal(size=(6, 2)), "W": RNG.normal(size=(2, 3)),
                                               "Y": RNG.normal(size=(6, 3))}))  # fmt: skip
    assert found.factor == pytest.approx(1 / 18)
    assert (list(found.gradients), found.left_out) == (["W"], ("X", "Y"))


def test_data_are_told_from_parameters_of_the_same_length() -> None:
    values = {"X": RNG.normal(size=(3, 3)), "w": RNG.normal(size=3), "y": RNG.normal(size=3)}
    found = adds_up(at("sum((X @ w - y)^2)", values))
    assert (list(found.gradients), found.left_out) == (["w"], ("X", "y"))


def test_data_can_be_asked_for() -> None:
    found = adds_up(at("sum((φ0 + φ1*x - y)^2)", LINE), wrt=["x"])
    assert found.gradients["x"].shape == (4, 4)
    assert numpy.count_nonzero(found.gradients["x"] - numpy.diag(numpy.diag(found.gradients["x"]))) == 0


def test_a_name_that_the_loss_does_not_have() -> None:
    assert list(adds_up(at("sum((φ0 - y)^2)", {"φ0": 1.0, "y": [1.0, 2.0], "z": 3.0})).gradients) == ["φ0"]


@pytest.mark.parametrize(
    ("text", "values"),
    [("(x - y)^2", {"x": 1.0, "y": 2.0}), ("sum(x) + a", {"x": [1.0, 2.0], "a": 1.0}), ("max(x)", {"x": [1.0, 2.0]}),
     ("sum(x)^2", {"x": [1.0, 2.0]}), ("1/sum(x)", {"x": [1.0, 2.0]}), ("sum(x)*mean(x)", {"x": [1.0, 2.0]}),
     ("a", {"a": 1.0}), ("x' @ x", {"x": [1.0, 2.0]})],
)  # fmt: skip
def test_what_is_no_sum_over_examples(text: str, values: dict[str, Any]) -> None:
    with pytest.raises(GradcliError) as caught:
        per_example(at(text, values))
    assert caught.value.code == "no-examples"
    assert "sum(...)" in (caught.value.hint or "")


def test_too_many_examples(monkeypatch: pytest.MonkeyPatch) -> None:
    evaluation = at("sum((φ0 + φ1*x - y)^2)", LINE)
    for limit, value in (("MOST_EXAMPLES", 3), ("MOST_ENTRIES", 7)):
        with monkeypatch.context() as patched:
            patched.setattr(module, limit, value)
            with pytest.raises(GradcliError, match="examples") as caught:
                per_example(evaluation)
            assert caught.value.code == "too-large"
