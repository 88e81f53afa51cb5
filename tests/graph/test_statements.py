"""The gate set `named`: every statement is one gate with as many inputs as it names."""

from __future__ import annotations

import pytest

from gradcli.graph.build import build, read
from gradcli.passes.backward import run_backward
from gradcli.passes.forward import UndefinedValue, run_forward

from .looks import graph_of

# Formula, then for each gate its name and the names of its operands, in the order of reading.
GATES = [
    ("f0 = β0 + ω0*x; h = sin(f0); l = (h - y)^2", [("f0", "β0 ω0 x"), ("h", "f0"), ("l", "h y")]),
    ("(x + y)^2", [("f", "x y")]),
    ("x*y + x", [("f", "x y")]),
    ("q = x + y; f = q*q", [("q", "x y"), ("f", "q q")]),
    ("q = x*y; f = q*sin(q) + q", [("q", "x y"), ("f", "q")]),
    ("c = x; f = c", []),
    ("c = x; f = c*c + y", [("f", "x y")]),
    ("k = 2; m = k*3; f = m*x", [("f", "6 x")]),
    ("k = 2; f = k*3", []),
    ("c = x*y; c = c + 1", [("c", "x y"), ("c′", "c 1")]),
    ("gate s(u, v) = (u + v)^2; q = s(x, y) + 1; f = q*x", [("q", "x y"), ("f", "q x")]),
    ("a(z) = z*w; p = a(x) + 1; f = a(p) + 1", [("p", "x w"), ("f", "p w")]),
    ("u = ln(x); f = where(x > 0, u, y)", [("u", "x"), ("f", "x u y")]),
    ("p = x*y; unused = x + 7; f = p + 1", [("p", "x y"), ("f", "p 1")]),
]


@pytest.mark.parametrize(("formula", "wanted"), GATES)
def test_gates(formula, wanted):
    graph = graph_of(formula, "named")

    def name(slot):
        if slot in graph.constants:
            return f"{graph.constants[slot]:g}"
        return graph.inputs[slot] if slot < len(graph.inputs) else graph.names[slot]

    assert [(name(slot), " ".join(map(name, args))) for slot, _, args in graph.steps] == wanted


def test_local_derivatives_come_from_inside():
    graph = graph_of("q = x*y; f = q*sin(q) + x; g = f*q", "named")
    forward = run_forward(graph, (2.0, 0.25))
    assert forward.values[graph.steps[1][0]] == pytest.approx(0.5 * 0.479425538604203 + 2)
    slot = next(s for s, name in graph.names.items() if name == "f")
    assert [graph.names.get(a, "x") for a in graph.args[slot]] == ["q", "x"]
    # d(q·sin q)/dq = sin q + q·cos q
    assert forward.locals[slot] == pytest.approx((0.479425538604203 + 0.5 * 0.8775825618903728, 1))


@pytest.mark.parametrize("gates", ["lecture", "named"])
def test_a_branch_that_is_not_taken_may_be_undefined(gates):
    graph = build(read("u = ln(x); f = where(x > 0, u, x)"), gates)
    for x in (-1.0, 0.0):
        assert run_backward(run_forward(graph, (x,))).gradient() == (1.0,)
    assert run_backward(run_forward(graph, (4.0,))).gradient() == (0.25,)


@pytest.mark.parametrize("gates", ["lecture", "primitive", "coarse", "named"])
@pytest.mark.parametrize(
    ("formula", "reason", "place"),
    [
        ("f = 1/(1/x)", "1/0", "1/x"),
        ("f = max(ln(x), 1)", "ln of 0", "ln(x)"),
        ("gate h(z) = atan(1/z); f = 2 + h(x)", "1/0", "1/z"),
        ("gate g(z) = z + ln(z); gate h(z) = max(g(z), 0); f = h(x)", "ln of 0", "ln(z)"),
    ],
)
def test_an_undefined_value_inside_a_gate_is_not_lost(formula, reason, place, gates):
    with pytest.raises(UndefinedValue) as caught:
        run_forward(build(read(formula), gates), (0.0,))
    assert caught.value.reason == reason
    assert formula[slice(*caught.value.span)] == place
