"""Forward and backward over vectors and matrices: undefined entries, branches, kinks, seeds, and what is not stored."""

from __future__ import annotations

import math
import tracemalloc

import numpy
import pytest

from gradcli.graph.point import from_numbers
from gradcli.language import GradcliError
from gradcli.passes.array_gates import ArrayArithmetic, undo_broadcast
from gradcli.passes.evaluate import UndefinedFormula, evaluate
from gradcli.passes.jacobian import gate_jacobian, local_jacobian
from gradcli.rules.arrays import Arrays


def run(text, options=None, **at):
    return evaluate(text, from_numbers(at, "the test"), **(options or {}))


def test_det_of_a_singular_matrix_has_its_cofactors_as_gradient():
    result = run("det(A)", A=[[1, 2], [2, 4]])
    assert result.value == 0
    assert result.gradient["A"].tolist() == [[4, -2], [-2, 1]]


@pytest.mark.parametrize(
    ("text", "at", "reason", "source"),
    [
        ("sum(ln(x))", {"x": [1, 2, -3]}, "ln of a negative number, in entry [2]", "ln(x)"),
        ("sum(sqrt(W))", {"W": [[1, 2], [-3, 4]]}, "√ of a negative number, in entry [1, 0]", "sqrt(W)"),
        ("sum(1/x)", {"x": [1, 0]}, "1/0, in entry [1]", "1/x"),
        ("sum(inv(A))", {"A": [[1, 2], [2, 4]]}, "singular", "inv(A)"),
        ("logdet(A)", {"A": [[1, 2], [2, 4]]}, "determinant", "logdet(A)"),
        ("cross_entropy(z, 5)", {"z": [1, 2, 3]}, "5", "cross_entropy(z, 5)"),
        ("sum(normalize(x))", {"x": [0, 0]}, "0", "normalize(x)"),
    ],
)
def test_undefined_values_are_refused_at_their_node_with_the_entry(text, at, reason, source):
    with pytest.raises(UndefinedFormula) as caught:
        run(text, **at)
    fault = caught.value
    assert reason in fault.message
    assert fault.text[fault.start : fault.end] == source


def test_overflow_goes_on():
    result = run("sum(exp(x))", x=[1, 1000])
    assert result.value == math.inf
    assert result.gradient["x"].tolist() == [math.exp(1), math.inf]


def test_a_branch_that_is_not_taken_at_an_entry_is_not_needed_there():
    result = run("sum(where(x > 0, ln(x), 0))", x=[1, -1, 0])
    assert result.value == 0
    assert result.gradient["x"].tolist() == [1, 0, 0]


def test_a_branch_that_is_taken_is_needed():
    with pytest.raises(UndefinedFormula, match=r"ln of a negative number, in entry \[1\]"):
        run("sum(where(x < 5, ln(x), 0))", x=[1, -1, 9])


def test_where_of_one_condition_takes_one_branch():
    result = run("sum(where(s > 0, x, sqrt(y)))", s=1, x=[1, 2], y=[-1, -4])
    assert result.value == 3
    assert (result.gradient["x"].tolist(), result.gradient["y"].tolist()) == ([1, 1], [0, 0])


def test_ties_between_entries():
    assert run("max(x)", x=[1, 3, 3]).gradient["x"].tolist() == [0, 0.5, 0.5]
    assert run("max(x)", {"ties": "first"}, x=[1, 3, 3]).gradient["x"].tolist() == [0, 1, 0]
    assert run("max(x)", {"ties": "all"}, x=[1, 3, 3]).gradient["x"].tolist() == [0, 1, 1]
    assert run("max(x)", {"ties": "all"}, x=[1, 3, 3]).forward.conventions() == {1: ("max of equal inputs: 1 to each",)}


def test_kinks_of_entries_are_told_once():
    result = run("sum(relu(x))", x=[0, 1, 0])
    assert list(result.forward.conventions().values()) == [("relu′(0) = 0",)]
    assert result.gradient["x"].tolist() == [0, 1, 0]


def test_the_norm_at_zero():
    result = run("‖x‖", x=[0, 0])
    assert (result.value, result.gradient["x"].tolist()) == (0, [0, 0])
    assert list(result.forward.conventions().values()) == [("‖·‖′(0) = 0",)]


def test_products_with_zeros():
    assert run("prod(x)", x=[2, 0, 3]).gradient["x"].tolist() == [0, 6, 0]
    assert run("prod(x)", x=[0, 0, 3]).gradient["x"].tolist() == [0, 0, 0]


def test_an_array_as_value_asks_for_a_beginning():
    with pytest.raises(GradcliError, match="f has 2 entries: its derivative is a Jacobian") as caught:
        run("2x", x=[1, 2])
    assert "--jacobian" in caught.value.hint
    assert run("2x", {"seed_gradient": "ones"}, x=[1, 2]).gradient["x"].tolist() == [2, 2]
    assert run("2x", {"seed_gradient": numpy.array([1.0, -3.0])}, x=[1, 2]).gradient["x"].tolist() == [2, -6]
    with pytest.raises(GradcliError, match="3 entries"):
        run("2x", {"seed_gradient": numpy.ones(3)}, x=[1, 2])
    assert run("2x", {"jacobian": True}, x=[1, 2]).gradient == {}


def test_an_array_that_the_value_does_not_depend_on():
    result = run("sum(x) + 0", x=[1, 2], W=[[1, -2]])
    assert result.gradient["W"].tolist() == [[0, 0]]
    assert not numpy.signbit(result.gradient["W"]).any()


def test_a_node_that_is_used_several_times():
    result = run("h = W x; h·h + sum(h) + ‖h‖²", W=[[1, 2], [3, 4]], x=[1, -1])
    h = numpy.array([-1.0, -1.0])
    wanted = 4 * h + 1
    numpy.testing.assert_allclose(result.gradient["W"], numpy.outer(wanted, [1, -1]), rtol=1e-14)


@pytest.mark.parametrize(
    ("shape", "into"), [((), (3,)), ((), (2, 3)), ((3,), (2, 3)), ((1, 3), (2, 3)), ((2, 1), (2, 3)), ((1, 1), (2, 3))]
)
def test_broadcasting_is_undone_by_sums(shape, into):
    whole = numpy.arange(1.0, 1 + math.prod(into)).reshape(into)
    found = undo_broadcast(Arrays(), whole, shape)
    # Every entry of the operand receives what went into the entries that it was repeated to.
    wanted = numpy.zeros(shape)
    numpy.add.at(wanted.reshape(-1), numpy.broadcast_to(numpy.arange(wanted.size).reshape(shape), into).reshape(-1),
                 whole.reshape(-1))  # fmt: skip
    numpy.testing.assert_array_equal(found, wanted)


def test_the_local_jacobian_of_a_gate():
    result = run("sum(softmax(x))", x=[1, 2, 3])
    slot, gate, _ = result.graph.steps[0]
    o = result.forward.values[slot]
    numpy.testing.assert_allclose(
        local_jacobian(result.forward, slot, 0), numpy.diag(o) - numpy.outer(o, o), atol=1e-16
    )
    again = gate_jacobian(gate, o, result.forward.operands(slot), 0, ArrayArithmetic())
    numpy.testing.assert_array_equal(again, local_jacobian(result.forward, slot, 0))


def test_the_jacobian_of_a_layer_is_never_made_for_a_gradient():
    x = numpy.linspace(-1, 1, 1_000_000)
    point = from_numbers({"x": x}, "the test")
    tracemalloc.start()
    evaluate("sum(tanh(relu(x)))", point)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 40 * x.nbytes  # the Jacobian would take a million times as much


def test_too_large_jacobians_are_refused():
    with pytest.raises(GradcliError, match="Jacobians would hold"):
        run("2x", {"jacobian": True}, x=numpy.ones(5000))
