"""What follows in one step from a student's own numbers: against the same written out in plain Python."""

from __future__ import annotations

import math
from types import SimpleNamespace

import numpy
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gradcli.homework.marking.own import Own, replay
from tests.homework.helpers import posed

# --- an independent step ----------------------------------------------------------------------------------------------

OPERATIONS = {
    # text, number of operands, value, local derivatives from the operands i and the output o
    "+": ("{0} + {1}", 2, lambda a, b: a + b, lambda i, o: (1.0, 1.0)),
    "-": ("{0} - {1}", 2, lambda a, b: a - b, lambda i, o: (1.0, -1.0)),
    "*": ("{0}*{1}", 2, lambda a, b: a * b, lambda i, o: (i[1], i[0])),
    "sin": ("sin({0})", 1, math.sin, lambda i, o: (math.cos(i[0]),)),
    "exp": ("exp({0}/4)", 1, lambda a: math.exp(a / 4), lambda i, o: (o / 4,)),
    "σ": ("sigma({0})", 1, lambda a: 1 / (1 + math.exp(-a)), lambda i, o: (o * (1 - o),)),
}

numbers = st.floats(-3, 3).map(lambda v: round(v, 2))


@st.composite
def programs(draw):
    """Statements, each a name, an operation and its operands; every node is named and used, and no two are the same."""
    inputs = {f"x{k}": draw(numbers) for k in range(draw(st.integers(1, 3)))}
    names, steps, seen = list(inputs), {}, set()
    for k in range(draw(st.integers(1, 7))):
        operation = draw(st.sampled_from(sorted(OPERATIONS)))
        operands = tuple(draw(st.sampled_from(names)) for _ in range(OPERATIONS[operation][1]))
        if (operation, operands) in seen or (operation == "-" and operands[0] == operands[1]):
            continue
        seen.add((operation, operands))
        steps[f"v{k}"] = (operation, operands)
        names.append(f"v{k}")
    if not steps:
        steps["v0"] = ("sin", ("x0",))
    last = next(reversed(steps))
    live, waiting = {last}, [last]
    while waiting:
        for operand in steps.get(waiting.pop(), ("", ()))[1]:
            if operand not in live:
                live.add(operand)
                waiting.append(operand)
    return inputs, {name: step for name, step in steps.items() if name in live}, last


def one_step(inputs, steps, last, values, gradients, locals_, fresh):
    """Values and gradients, each computed from its neighbours, which are the student's own where there are such."""
    handed_on = {**inputs, **{n: v for n, v in values.items() if n in inputs}}
    computed = dict(inputs)
    for name, (operation, operands) in steps.items():
        computed[name] = OPERATIONS[operation][2](*(handed_on[o] for o in operands))
        handed_on[name] = values.get(name, computed[name])
    slopes = {}
    for name, (operation, operands) in steps.items():
        output = computed[name] if fresh else handed_on[name]
        found = OPERATIONS[operation][3]([handed_on[o] for o in operands], output)
        for operand, slope in zip(operands, found, strict=True):
            slopes[name, operand] = slopes.get((name, operand), 0.0) + slope
    arrived = {last: 1.0}
    for name in reversed(steps):
        if name not in arrived and name not in gradients:
            continue
        upstream = gradients.get(name, arrived.get(name))
        for operand in set(steps[name][1]):
            local = locals_.get((name, operand), slopes[name, operand])
            arrived[operand] = arrived.get(operand, 0.0) + upstream * local
    return computed, arrived, slopes


def problem_of(inputs, steps):
    text = "; ".join(f"{n} = {OPERATIONS[operation][0].format(*o)}" for n, (operation, o) in steps.items())
    problem = posed(text, inputs)
    return problem, {name: slot for slot, name in problem.naming.names.items()}


@given(programs(), st.data(), st.booleans())
@settings(max_examples=150, deadline=None)
def test_each_number_is_recomputed_from_those_beside_it(program, data, fresh):
    inputs, steps, last = program
    problem, slot = problem_of(inputs, steps)
    names = [n for n in [*inputs, *steps] if n in slot]
    edges = sorted({(n, o) for n, (_, operands) in steps.items() for o in operands})
    own_values = {n: data.draw(numbers) for n in names if data.draw(st.booleans())}
    own_gradients = {n: data.draw(numbers) for n in names if data.draw(st.integers(0, 2)) == 0}
    own_locals = {e: data.draw(numbers) for e in edges if data.draw(st.integers(0, 2)) == 0}
    computed, arrived, slopes = one_step(inputs, steps, last, own_values, own_gradients, own_locals, fresh)
    found = replay(
        problem,
        Own({slot[n]: v for n, v in own_values.items()}, {slot[n]: v for n, v in own_gradients.items()},
            {(slot[n], slot[o]): v for (n, o), v in own_locals.items()}),
        fresh=fresh,
    )  # fmt: skip

    def number(word, target, by=None):
        return found.number(problem.naming.quantity(word, target, by, problem.stop))

    for name in names:
        assert number("value", name) == pytest.approx(computed[name], rel=1e-9, abs=1e-9)
        assert number("grad", name) == pytest.approx(arrived.get(name, 0.0), rel=1e-9, abs=1e-8)
    for name, operand in edges:
        assert number("local", name, operand) == pytest.approx(slopes[name, operand], rel=1e-9, abs=1e-9)


# --- what must hold ---------------------------------------------------------------------------------------------------

FORMULAS = [
    ("q = x*y + sin(z); r = q*q; f = r*x + σ(q)", {"x": 1.25, "y": -0.5, "z": 2.0}),
    ("c = c*2; c = c + 1; f = c*c", {"c": 3}),
    ("p = x^2; f = where(x > 0, p, ln(y))", {"x": 2.0, "y": 1.5}),
    ("f = x", {"x": 3}),
    ("q = x + 1; f = y", {"x": 3, "y": 2}),
    ("h = tanh(W x); L = sum(h^2)*t", {"W": [[1.0, 2.0], [3.0, -1.0]], "x": [0.5, -0.25], "t": 2.0}),
    ("h = x*x; L = sum(h)", {"x": [[1.0, 2.0, 3.0]]}),
]


@pytest.mark.parametrize("fresh", [False, True])
@pytest.mark.parametrize(("formula", "at"), FORMULAS)
def test_overriding_nothing_gives_the_truth(formula, at, fresh):
    problem = posed(formula, at)
    found = replay(problem, Own(), fresh=fresh)
    for asked in problem.asked:
        assert found.number(asked.quantity) == pytest.approx(asked.truth, rel=1e-13)


@pytest.mark.parametrize("fresh", [False, True])
@pytest.mark.parametrize(("formula", "at"), FORMULAS)
def test_overriding_by_the_truth_gives_the_truth(formula, at, fresh):
    problem = posed(formula, at)
    truths = {asked.quantity.key: asked.truth for asked in problem.asked}
    own = Own(
        {slot: t for (kind, slot, _), t in truths.items() if kind == "value"},
        {slot: t for (kind, slot, _), t in truths.items() if kind == "grad"},
        {(slot, by): t for (kind, slot, by), t in truths.items() if kind == "local"},
    )
    found = replay(problem, own, fresh=fresh)
    for asked in problem.asked:
        assert found.number(asked.quantity) == pytest.approx(asked.truth, rel=1e-11, abs=1e-12)


def step(formula, at, *, values=None, gradients=None, locals_=None, **more):
    """A function from words to the number that follows."""
    problem = posed(formula, at, **{k: v for k, v in more.items() if k != "fresh"})
    slot = problem.naming.slot
    own = Own({slot(n): v for n, v in (values or {}).items()}, {slot(n): v for n, v in (gradients or {}).items()},
              {(slot(a), slot(b)): v for (a, b), v in (locals_ or {}).items()})  # fmt: skip
    found = replay(problem, own, fresh=more.get("fresh", False))
    return SimpleNamespace(
        of=lambda word, target, by=None: found.number(problem.naming.quantity(word, target, by, problem.stop)),
        replay=found,
    )


def test_the_value_of_an_input_stays_what_is_given():
    found = step("f = x*y", {"x": 2, "y": 3}, values={"x": 10.0})
    assert found.of("value", "x") == 2.0
    assert found.of("value", "f") == 30.0
    assert found.of("grad", "y") == 10.0


def test_an_output_in_its_own_derivative():
    # σ′ = o(1 − o) with the written o, or with the one that follows.
    at = ("s = sigma(x); f = 2*s", {"x": 0.0})
    assert step(*at, values={"s": 0.25}).of("grad", "x") == pytest.approx(2 * 0.25 * 0.75)
    assert step(*at, values={"s": 0.25}, fresh=True).of("grad", "x") == pytest.approx(0.5)


def test_a_local_derivative_over_several_gates():
    # q = 3(x + y)² by x is 6(x + y) = 18, with 20 written instead; f = qx has x by itself, too.
    found = step("q = 3*(x + y)^2; f = q*x", {"x": 1, "y": 2}, locals_={("q", "x"): 20.0})
    assert found.of("grad", "x") == pytest.approx(27 + 20)
    assert found.of("grad", "y") == pytest.approx(18)


def test_a_local_derivative_of_a_node_that_is_used_twice():
    found = step("a = x + 1; f = a*a", {"x": 3}, locals_={("f", "a"): 5.0})
    assert found.of("up", "a") == 5.0
    assert found.of("grad", "x") == 5.0
    assert found.of("local", "f", "a") == 8.0


def test_the_branch_that_an_own_value_takes():
    found = step("c = x - 1; f = where(c > 0, x*y, y)", {"x": 3, "y": 5}, values={"c": -1.0})
    assert found.of("value", "f") == 5.0
    assert found.of("grad", "x") == 0.0


def test_a_gradient_of_a_part_of_the_formula():
    asks = [("up", "x + y", None), ("grad", "*", None)]
    found = step("f = (x + y)*x", {"x": 2, "y": 3}, gradients={"x + y": 10.0}, asks=asks)
    assert found.of("up", "x + y") == 2.0
    assert (found.of("grad", "x"), found.of("grad", "y")) == (15.0, 10.0)


@pytest.mark.parametrize("huge", [1e308, -1e308, math.inf])
def test_huge_numbers_raise_nothing(huge):
    found = step("q = exp(x); r = q*q; f = sin(r) + r/q", {"x": 1.0}, values={"q": huge}, gradients={"r": huge},
                 locals_={("r", "q"): huge})  # fmt: skip
    for words in [("value", "f"), ("value", "r"), ("grad", "x"), ("local", "r", "q"), ("up", "q")]:
        assert isinstance(found.of(*words), float)
    arrays = step("h = x*x; L = sum(exp(h))", {"x": [1.0, 2.0]}, values={"h": numpy.array([huge, 1.0])})
    assert arrays.of("grad", "x").shape == (2,)


# --- arrays -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("shape", [(3,), (1, 3), (3, 1), (2, 3)])
def test_arrays_entry_by_entry(shape):
    x = numpy.arange(1.0, 1 + numpy.prod(shape)).reshape(shape)
    at = {"x": x.tolist()}
    h, up = x + 0.5, x - 7.0
    found = step("h = x*x; L = sum(h*h)", at, values={"h": h})
    assert found.of("value", "L") == pytest.approx((h * h).sum())
    assert found.of("up", "h") == pytest.approx(2 * h)
    assert found.of("grad", "x") == pytest.approx(4 * h * x)
    found = step("h = x*x; L = sum(h*h)", at, gradients={"h": up})
    assert found.of("grad", "x") == pytest.approx(up * 2 * x)
    local = numpy.arange(x.size**2).reshape(x.size, x.size) / 7.0
    found = step("h = x*x; L = sum(h*h)", at, locals_={("h", "x"): local})
    assert found.of("grad", "x") == pytest.approx((2 * (x * x).ravel() @ local).reshape(shape))


def test_a_local_derivative_by_a_number_among_arrays():
    found = step("h = t*x; L = sum(h)", {"t": 2.0, "x": [1.0, 2.0]}, locals_={("h", "t"): numpy.array([[5.0], [7.0]])})
    assert found.of("grad", "t") == pytest.approx(12.0)
    assert numpy.ndim(found.of("grad", "t")) == 0
    found = step("h = t*x; L = sum(h)", {"t": 2.0, "x": [1.0, 2.0]}, locals_={("L", "h"): numpy.array([[3.0, 4.0]])})
    assert found.of("up", "h").tolist() == [3.0, 4.0]
    assert found.of("grad", "t") == pytest.approx(11.0)


def test_a_jacobian_is_recomputed_from_values_alone():
    problem = posed("h = W x; y = tanh(h)", {"W": [[1.0, 2.0], [3.0, 4.0]], "x": [0.1, 0.2]},
                    asks=[("jac", "y", "x"), ("value", "h", None)])  # fmt: skip
    jac = problem.asked[0].quantity
    h = numpy.array([0.3, -0.4])
    own = Own({problem.asked[1].quantity.slot: h})
    wanted = numpy.diag(1 - numpy.tanh(h) ** 2) @ [[1.0, 2.0], [3.0, 4.0]]
    assert replay(problem, own).number(jac) == pytest.approx(wanted)


def test_thousands_of_steps():
    body = "\n".join(["a0 = x*1", *(f"a{k} = a{k - 1} + y" for k in range(1, 3000)), "f = a2999*2"])
    found = step(body, {"x": 1.0, "y": 1.0}, asks=[("value", "f", None), ("up", "a10", None)],
                 gradients={"a10": 5.0})  # fmt: skip
    assert found.of("grad", "x") == 5.0
    assert found.of("value", "f") == 6000.0
