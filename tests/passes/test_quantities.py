"""Partial and total derivatives by name: against sums over all paths, central differences, and autograd."""

from __future__ import annotations

import math

import autograd.numpy as anp
import mpmath
import numpy
import pytest
from autograd import jacobian
from hypothesis import given, settings
from mpmath import mpf

from gradcli.graph.gatesets import GATE_SETS
from gradcli.graph.point import from_numbers
from gradcli.language import GradcliError
from gradcli.passes.evaluate import evaluate
from gradcli.passes.forward import run_forward
from gradcli.passes.nodes import named
from gradcli.passes.pulls import puller
from gradcli.passes.quantities import LONGEST_TEXT, Derivative, below, feeding, find, missing, value_of

from .checks import DIGITS, Exact
from .random_graphs import graphs

PRODUCT = ("q = x + y; f = q*z", {"x": -2, "y": 5, "z": -4})


def asked(text, formula=PRODUCT[0], at=PRODUCT[1], gates="lecture"):
    return find(evaluate(formula, from_numbers(at, "the point"), gates=gates), text, gates)


def values(text, *problem, **more):
    return {one.name: one.value for one in asked(text, *problem, **more)}


# --- partial and total ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("gates", GATE_SETS)
def test_the_product(gates):
    assert values("dq/dx, ∂f/∂q, df/dx, ∂f/∂z", gates=gates) == {"dq/dx": 1, "∂f/∂q": -4, "df/dx": -4, "∂f/∂z": 3}


BOTH = ("q = x*y; f = q*x + sin(x)*q", {"x": 2, "y": 3})


@pytest.mark.parametrize("gates", GATE_SETS)
def test_what_feeds_directly_and_through_another_name(gates):
    # f = q x + q sin(x) with q = x y.
    partial, through, sin, cos = 6 + 6 * math.cos(2), 2 + math.sin(2), math.sin(2), math.cos(2)
    assert values("∂f/∂x, ∂f/∂q, df/dx, df/dq, df/dy", *BOTH, gates=gates) == pytest.approx({
        "∂f/∂x": partial, "∂f/∂q": through, "df/dx": partial + through * 3, "df/dq": through,
        "df/dy": 2 * (2 + sin)})  # fmt: skip
    assert values("df/dx", *BOTH)["df/dx"] == pytest.approx(2 * 2 * 3 + 3 * (sin + 2 * cos))


def test_the_chains_that_a_total_derivative_sums():
    (total,) = asked("df/dx", *BOTH)
    names = named(total.result.graph)
    chains = [([(names[link.of], names[link.by]) for link, _ in chain], [x for _, x in chain]) for chain in
              total.chains]  # fmt: skip
    assert [chain for chain, _ in chains] == [[("f", "x")], [("f", "q"), ("q", "x")]]
    assert math.fsum(math.prod(numbers) for _, numbers in chains) == pytest.approx(total.value, rel=1e-14)


def test_the_paths_inside_of_a_statement():
    (partial,) = asked("∂f/∂x", *BOTH)
    assert [product for _, product in partial.paths] == pytest.approx([6.0, 6 * math.cos(2)])
    assert partial.chains == ()


def test_parts_of_the_formula():
    assert values("df/d(x+y), d(x + y)/dx, df/d(q)") == {"df/d(x+y)": -4, "d(x + y)/dx": 1, "df/dq": -4}
    at = ("f = sin(x*y)*x", {"x": 2, "y": 0.5})
    found = values("∂f/∂sin(x*y), d sin(x*y)/d(x*y), ∂f/∂x", *at)
    assert found == pytest.approx({"∂f/∂sin(x*y)": 2, "dsin(x*y)/d(x*y)": math.cos(1),
                                   "∂f/∂x": math.sin(1) + math.cos(1)})  # fmt: skip


def test_an_output_without_a_name():
    assert values("df/dx, ∂f/∂(x+y)", "(x+y)*z", PRODUCT[1]) == {"df/dx": -4, "∂f/∂(x+y)": -4}


@pytest.mark.parametrize("name", ["β0", "beta0", "β₀", "beta_0", "β_{0}", r"\beta_0"])
def test_greek_names_in_every_spelling(name):
    at = ("β0 = x^2; f = sin(β0)", {"x": 1.5})
    assert values(f"d{name}/dx, ∂f/∂{name}", *at) == pytest.approx({"dβ0/dx": 3, "∂f/∂β0": math.cos(2.25)})


def test_names_that_are_hidden_by_reassignment():
    at = ("c = c*2; c = c + 1; f = c*c", {"c": 3})
    assert values("dc'/dc, dc′′/dc', ∂f/∂c'', df/dc", *at) == {"dc′/dc": 2, "dc′′/dc′": 1, "∂f/∂c′′": 14, "df/dc": 28}


def test_the_second_name_of_a_node():
    at = ("a = x + 1; b = x + 1; f = a*b; g = f", {"x": 3})
    assert values("db/dx, df/db, dg/da", *at) == {"db/dx": 1, "df/db": 8, "dg/da": 8}


def test_a_branch_that_is_not_taken_has_a_derivative_of_0():
    at = ("a = x^2; b = 3*x; f = where(x > 0, a, b)", {"x": 2})
    assert values("∂f/∂b, df/dx", *at) == {"∂f/∂b": 0, "df/dx": 4}


def test_a_gate_of_ones_own():
    at = ("gate s(u, v) = u*sin(v); f = s(x, y)*x", {"x": 2, "y": 3})
    assert values("ds/dx, ∂f/∂s, df/dx", *at) == pytest.approx({"ds/dx": math.sin(3), "∂f/∂s": 2,
                                                                "df/dx": 4 * math.sin(3)})  # fmt: skip


def test_too_much_is_refused():
    for text in ("d" * (LONGEST_TEXT + 1), "df/dx," * 1001):
        with pytest.raises(GradcliError) as caught:
            asked(text)
        assert caught.value.code == "too-large"


# --- what feeds what --------------------------------------------------------------------------------------------------


def test_what_feeds_what():
    graph = evaluate("q = sin(x + y); r = q*q; f = r*x + 2", from_numbers({"x": 1, "y": 2}, "p")).graph
    names = named(graph)
    slot = {name: s for s, name in names.items()}
    assert list(names.values()) == ["x", "y", "q", "r", "f"]
    assert [names[s] for s in feeding(graph, slot["f"], names)] == ["x", "r"]
    assert feeding(graph, slot["x"], names) == []
    assert below(graph, slot["r"]) >= {slot[name] for name in "xyqr"}
    assert slot["x"] not in below(graph, slot["r"], {slot["q"]})
    far = missing(graph, Derivative(slot["r"], slot["x"], partial=True), names, "r", "x", names.__getitem__)
    assert far == ("'r' does not contain 'x' itself", "it is computed from q")
    assert missing(graph, Derivative(slot["r"], slot["x"], partial=False), names, "r", "x", str) is None


# --- random graphs ----------------------------------------------------------------------------------------------------


def brute_force(forward, of, by, stop):
    """The sum over all paths of the products of local derivatives, each path walked for itself."""
    graph, total = forward.graph, 0.0
    waiting = [(of, 1.0)]
    while waiting:
        here, product = waiting.pop()
        if here == by:
            total += product
        elif here == of or here not in stop:
            waiting += [(a, product * local) for a, local in zip(graph.args[here], forward.locals[here], strict=True)
                        if local is not None]  # fmt: skip
    return total


@given(graphs(steps=7))
@settings(max_examples=60, deadline=None)
def test_partial_and_total_are_sums_over_paths(drawn):
    graph, point = drawn
    forward = run_forward(graph, point)
    run = puller(graph)
    slots = [slot for slot in range(len(graph.gates)) if slot not in graph.constants]
    stop = frozenset(slots[::2])
    for of in slots:
        for by in below(graph, of) - {of}:
            for partial in (True, False):
                found = value_of(forward, run, Derivative(of, by, partial=partial), stop)
                wanted = brute_force(forward, of, by, stop if partial else ())
                assert found == pytest.approx(wanted, rel=1e-9, abs=1e-9 * max(1, abs(wanted)))


@given(graphs(steps=7))
@settings(max_examples=25, deadline=None)
def test_total_derivatives_against_forty_digits(drawn):
    graph, point = drawn
    forward = run_forward(graph, point)
    size = max(1.0, *map(abs, forward.values))
    exact = Exact(None)
    with mpmath.workdps(DIGITS):
        for of, _, _ in graph.steps:
            for by in below(graph, of) & set(range(len(point))):

                def along(x, of=of, by=by):
                    operands = [*map(mpf, point[:by]), x, *map(mpf, point[by + 1 :])]
                    return exact.inner_values(graph, operands)[of]

                wanted = mpmath.diff(along, mpf(point[by]), h=mpf("1e-13"))
                got = value_of(forward, puller(graph), Derivative(of, by, partial=False), ())
                assert abs(got - wanted) <= 1e-9 * size * max(1, abs(wanted))


def test_a_partial_derivative_is_a_difference_quotient_with_all_else_held():
    def h(f1, f2, x1):
        return x1 * f1 * mpmath.sin(f2)

    at = ("f1 = x1*x2; f2 = x1 + x2^2; h = x1*f1*sin(f2)", {"x1": 1.5, "x2": 0.5})
    f1, f2, x1 = mpf("0.75"), mpf("1.75"), mpf("1.5")
    wanted = {
        "∂h/∂f1": mpmath.diff(lambda v: h(v, f2, x1), f1),
        "∂h/∂f2": mpmath.diff(lambda v: h(f1, v, x1), f2),
        "∂h/∂x1": mpmath.diff(lambda v: h(f1, f2, v), x1),
        "dh/dx1": mpmath.diff(lambda v: h(v * mpf("0.5"), v + mpf("0.25"), v), x1),
    }
    assert values(", ".join(wanted), *at) == pytest.approx({k: float(x) for k, x in wanted.items()}, rel=1e-12)


# --- arrays -----------------------------------------------------------------------------------------------------------

LAYER = ("y = W x; z = tanh(y); L = sum(z*y)", {"W": [[1, 2], [3, 4], [-5, 6]], "x": [0.5, -1]})


def test_jacobians():
    w, x = numpy.array(LAYER[1]["W"], float), numpy.array(LAYER[1]["x"], float)
    y = w @ x
    found = values("dy/dW, ∂L/∂y, dL/dy, dL/dx, dz/dx", *LAYER)
    assert found["dy/dW"] == pytest.approx(jacobian(lambda v: anp.dot(v.reshape(3, 2), x))(w.ravel()))
    assert found["∂L/∂y"] == pytest.approx(numpy.tanh(y)[None, :])  # z is held
    assert found["dL/dy"] == pytest.approx(jacobian(lambda v: anp.sum(anp.tanh(v) * v))(y)[None, :])
    assert found["dL/dx"] == pytest.approx(
        jacobian(lambda v: anp.sum(anp.tanh(anp.dot(w, v)) * anp.dot(w, v)))(x)[None, :]
    )
    assert found["dz/dx"] == pytest.approx(jacobian(lambda v: anp.tanh(anp.dot(w, v)))(x))


def test_the_chains_of_jacobians_multiply_to_the_whole():
    (total,) = asked("dL/dx", *LAYER)
    assert len(total.chains) == 2
    products = [numpy.linalg.multi_dot([x for _, x in chain]) for chain in total.chains]
    assert sum(products) == pytest.approx(total.value)


def test_entries_are_parts():
    assert values("df/dx[0]", "f = x[0]*x[1]", {"x": [2, 3]}) == {"df/dx[0]": 3}


def test_jacobians_that_are_too_large_are_refused():
    with pytest.raises(GradcliError) as caught:
        asked("dy/dx", "y = 2x; f = sum(y)", {"x": [1.0] * 20_000})
    assert caught.value.code == "too-large"


# --- large ones -------------------------------------------------------------------------------------------------------


def test_a_ladder_and_a_chain():
    rungs = [f"b{k} = 2*a{k - 1}; c{k} = -1*a{k - 1}; a{k} = b{k} + c{k}" for k in range(1, 201)]
    found = asked("df/dx, da3/da1, ∂a7/∂b7", "\n".join(["a0 = 1*x", *rungs, "f = 1*a200"]), {"x": 1})
    assert [one.value for one in found] == [1, 1, 1]
    assert [len(one.chains) for one in found] == [0, 4, 0]
