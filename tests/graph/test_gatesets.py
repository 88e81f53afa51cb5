"""Which gates a formula becomes, gate set by gate set: literal tables."""

from __future__ import annotations

import pytest

from .looks import gate_names, graph_of, signs

LECTURE = [
    ("z = (x + σ(x)) / (σ(x) + (x + y)²)", ["σ(·)", "· + ·", "(· + ·)²", "· + ·", "1/·", "· × ·"]),
    ("f = (x + y)*z", ["· + ·", "· × ·"]),
    ("x/y", ["1/·", "· × ·"]),
    ("1/x", ["1/·"]),
    ("2/x", ["1/·", "· × ·"]),
    ("x/2", ["·/·"]),
    ("x^-1", ["1/·"]),
    ("x^2", ["·²"]),
    ("x³", ["·³"]),
    ("x^4", ["·^·"]),
    ("x^y", ["·^·"]),
    ("e^x", ["e^·"]),
    ("exp(x)", ["e^·"]),
    ("2^x", ["·^·"]),
    ("-x", ["−1 × ·"]),
    ("x - y", ["· − ·"]),
    ("2x", ["· × ·"]),
    ("|x|", ["|·|"]),
    ("1/(1 + e^(-x))", ["−1 × ·", "e^·", "· + ·", "1/·"]),
    ("tanh(x) + relu(x)", ["tanh(·)", "relu(·)", "· + ·"]),
    ("x", []),
    ("3", []),
]


@pytest.mark.parametrize(("formula", "wanted"), LECTURE)
def test_lecture(formula, wanted):
    assert signs(formula) == wanted


FOLDED = [
    ("2*3*x", ["· × ·"], {6.0}),
    ("x + 2^3 - sqrt(16)", ["· + ·", "· − ·"], {8.0, 4.0}),
    ("x^(1 + 1)", ["·²"], {2.0}),
    ("x*ln(1)", ["· × ·"], {0.0}),
    ("sin(pi/2) + x", ["· + ·"], {1.0}),
    ("a = 2; b = a*3; f = b*x", ["f"], {6.0}),
]


@pytest.mark.parametrize(("formula", "wanted", "constants"), FOLDED)
def test_constants_are_folded(formula, wanted, constants):
    assert signs(formula) == wanted
    used = graph_of(formula)
    operands = {a for _, _, args in used.steps for a in args if a in used.constants}
    assert {used.constants[a] for a in operands} | ({2.0} if wanted == ["·²"] else set()) == constants


def test_a_constant_without_a_value_is_not_folded():
    assert signs("ln(-1) + x") == ["ln(·)", "· + ·"]
    assert signs("1/0 + x") == ["·/·", "· + ·"]
    assert signs("exp(1000) + x") == ["e^·", "· + ·"]


PRIMITIVE = [
    ("σ(x)", ["−1 × ·", "e^·", "· + ·", "1/·"]),
    ("1/(1 + e^(-x))", ["−1 × ·", "e^·", "· + ·", "1/·"]),
    ("(x + y)^2", ["· + ·", "·²"]),
    ("x/2", ["· × ·"]),
    ("relu(x)", ["relu(·)"]),
    ("softplus(x)", ["e^·", "· + ·", "ln(·)"]),
    ("log2(x)", ["ln(·)", "· × ·"]),
    ("sin(x)*ln(y)", ["sin(·)", "ln(·)", "· × ·"]),
    # The neuron of the lecture: two products, two sums, × −1, exp, + 1, 1/·.
    ("1/(1 + e^(-(w0*x0 + w1*x1 + w2)))",
     ["· × ·", "· × ·", "· + ·", "· + ·", "−1 × ·", "e^·", "· + ·", "1/·"]),
]  # fmt: skip


@pytest.mark.parametrize(("formula", "wanted"), PRIMITIVE)
def test_primitive(formula, wanted):
    assert signs(formula, "primitive") == wanted


COARSE = [
    ("1/(1 + e^(-x))", ["sigmoid"]),
    ("1/(1 + exp(-x))", ["sigmoid"]),
    ("1/(e^(-x) + 1)", ["sigmoid"]),
    ("(1 + e^(-x))^(-1)", ["sigmoid"]),
    ("e^x/(1 + e^x)", ["sigmoid"]),
    ("e^x/(e^x + 1)", ["sigmoid"]),
    ("2/(1 + e^(-x))", ["sigmoid", "mul"]),
    ("1/(1 + e^(-(x + y)))", ["add", "sigmoid"]),
    ("(e^x - e^(-x))/(e^x + e^(-x))", ["tanh"]),
    ("ln(1 + e^x)", ["softplus"]),
    ("-ln(1/(1 + e^(-x)))", ["log_sigmoid", "neg"]),
    ("ln(e^x + e^y)", ["logaddexp"]),
    ("x*σ(x)", ["silu"]),
    ("max(0, x)", ["max"]),
    ("(x + y)^2", ["square_of_add"]),
    # Not these functions:
    ("1/(1 + e^x)", ["exp", "add", "recip"]),
    ("1/(2 + e^(-x))", ["neg", "exp", "add", "recip"]),
    ("1/(1 - e^(-x))", ["neg", "exp", "sub", "recip"]),
    ("e^x/(1 + e^y)", ["exp", "exp", "add", "recip", "mul"]),
    ("1/(1 + 2^(-x))", ["neg", "pow", "add", "recip"]),
]


@pytest.mark.parametrize(("formula", "wanted"), COARSE)
def test_coarse(formula, wanted):
    assert gate_names(formula, "coarse") == wanted


def test_coarse_leaves_a_named_node_alone():
    assert signs("u = e^(-x); f = 1/(1 + u)", "coarse") == ["−1 × ·", "u", "· + ·", "f"]
    assert signs("u = -x; f = 1/(1 + e^u)", "coarse") == ["u", "e^·", "· + ·", "f"]
    assert signs("f = 1/(1 + e^(-x)); g = f*x", "coarse") == ["f", "g"]


def test_coarse_looks_inside_a_gate():
    inner = graph_of("gate s(u) = 1/(1 + e^(-u)); s(x)", "coarse").steps[0][1].inner
    assert [gate.name for _, gate, _ in inner.steps] == ["sigmoid"]


def test_coarse_keeps_a_part_that_is_used_elsewhere():
    assert gate_names("e^(-x) + 1/(1 + e^(-x))", "coarse") == ["neg", "exp", "sigmoid", "add"]


SHARED = [
    ("a + a", ["· + ·"], [[(1, 0), (1, 1)], []]),
    ("b = a + a; c = b + b", ["b", "c"], [[(1, 0), (1, 1)], [(2, 0), (2, 1)], []]),
    ("σ(x)*x + σ(x)", ["σ(·)", "· × ·", "· + ·"], [[(1, 0), (2, 1)], [(2, 0), (3, 1)], [(3, 0)], []]),
    # One node used three times at different depths.
    ("s = sin(x); f = s + (s + (s + x)²)²", ["s", "(· + ·)²", "(· + ·)²", "f"],
     [[(1, 0), (2, 1)], [(2, 0), (3, 0), (4, 0)], [(3, 1)], [(4, 1)], []]),
]  # fmt: skip


@pytest.mark.parametrize(("formula", "wanted", "edges"), SHARED)
def test_equal_subexpressions_are_one_node_with_counted_edges(formula, wanted, edges):
    graph = graph_of(formula)
    assert [graph.names.get(slot, gate.sign) for slot, gate, _ in graph.steps] == wanted
    assert graph.consumers() == edges


FUSED = [
    ("(x + y)^2", ["(· + ·)²"]),
    ("(x - y)^2", ["(· − ·)²"]),
    ("(x*y)^2", ["· × ·", "·²"]),
    ("(x + y)^2 + (x + y)", ["· + ·", "·²", "· + ·"]),
    ("(x + y)^2*(x + y)^2", ["(· + ·)²", "· × ·"]),
    ("q = x + y; f = q^2", ["q", "f"]),
    ("q = x + y; f = q^2 + 1", ["q", "·²", "f"]),
    ("f = (x + y)^2; g = f + 1", ["f", "g"]),
    ("x^2", ["·²"]),
]


@pytest.mark.parametrize(("formula", "wanted"), FUSED)
def test_the_square_of_a_sum_is_one_gate_unless_the_sum_is_shared_or_named(formula, wanted):
    assert signs(formula) == wanted
