"""The forward pass: stored local derivatives, where it stops, which branches it takes, what it says at kinks."""

from __future__ import annotations

import pytest

from gradcli.graph.build import build, read
from gradcli.passes.forward import UndefinedValue, run_forward


def forward_of(text, point, gates="lecture", ties="split"):
    graph = build(read(text), gates)
    return run_forward(graph, [float(point[name]) for name in graph.inputs], ties)


def test_values_and_local_derivatives_are_stored():
    forward = forward_of("q = x + y; f = q*z", {"x": -2, "y": 5, "z": -4})
    assert [(forward.values[slot], forward.locals[slot]) for slot, _, _ in forward.graph.steps] == [
        (3, (1, 1)),
        (-12, (-4, 3)),
    ]


def test_a_constant_operand_has_no_derivative():
    forward = forward_of("x^3.5 + 2*x", {"x": 4})
    assert [forward.locals[slot] for slot, _, _ in forward.graph.steps] == [(3.5 * 32, None), (None, 2), (1, 1)]


def test_the_pass_stops_at_the_first_node_without_a_value():
    text = "a = x*y; b = ln(a); c = a + 1; f = b + 1/(x - x) + c"
    with pytest.raises(UndefinedValue) as caught:
        forward_of(text, {"x": 2, "y": -3})
    stop = caught.value
    graph, partial = stop.forward.graph, stop.forward
    assert graph.names[stop.slot] == "b"
    assert (stop.reason, text[slice(*stop.span)]) == ("ln of a negative number", "ln(a)")
    assert [graph.names[slot] for slot, _, _ in graph.steps[: partial.done]] == ["a", "b"]
    assert partial.values[graph.steps[0][0]] == -6
    assert partial.faults == {stop.slot: "ln of a negative number"}


def test_with_branches_the_first_fault_that_matters_is_reported():
    text = "u = ln(x); v = 1/y; f = where(x > 0, u, v)"
    assert forward_of(text, {"x": -1, "y": 4}).output == 0.25
    with pytest.raises(UndefinedValue) as caught:
        forward_of(text, {"x": -1, "y": 0})
    stop = caught.value
    assert stop.reason == "1/0"
    done = [stop.forward.graph.names.get(slot) for slot, _, _ in stop.forward.graph.steps[: stop.forward.done]]
    assert done == ["u", "v"]


def test_taken():
    forward = forward_of("u = ln(x); v = y*y; f = where(x > 0, u, v) + y", {"x": -1, "y": 4})
    graph = forward.graph
    taken = {graph.names.get(slot, gate.name): forward.taken()[slot] for slot, gate, _ in graph.steps}
    assert taken == {"u": False, "v": True, "gt": True, "where": True, "f": True}


def test_a_node_inside_a_gate_is_the_place_of_the_fault():
    text = "gate g(a) = 1 + ln(a - 5); gate h(b) = g(b)*2; f = h(x) + 1"
    with pytest.raises(UndefinedValue) as caught:
        forward_of(text, {"x": 1})
    stop = caught.value
    assert text[slice(*stop.span)] == "ln(a - 5)"
    assert stop.forward.graph.gates[stop.slot].sign == "h(·)"


def test_a_fused_square_stands_in_its_own_place():
    text = "2 + (e^x - e^y)^2"
    with pytest.raises(UndefinedValue) as caught:
        forward_of(text, {"x": 1000, "y": 1000})
    assert text[slice(*caught.value.span)] == "(e^x - e^y)^2"


CONVENTIONS = [
    ("max(x, y)", "split", ["max of k equal inputs: 1/k each"]),
    ("max(x, y)", "first", ["max of equal inputs: 1 to the first, 0 to the others"]),
    ("max(x, y)", "all", ["max of equal inputs: 1 to each"]),
    ("min(x, y)", "all", ["min of equal inputs: 1 to each"]),
    ("relu(x - y)", "all", ["relu′(0) = 0"]),
    ("max(x, y + 1)", "split", []),
    ("where(x > 5, relu(x - y), x)", "split", []),
    ("gate g(a, b) = relu(a - b) + max(a, b); g(x, y)", "first",
     ["relu′(0) = 0", "max of equal inputs: 1 to the first, 0 to the others"]),
]  # fmt: skip


@pytest.mark.parametrize(("formula", "ties", "wanted"), CONVENTIONS)
def test_conventions(formula, ties, wanted):
    said = forward_of(formula, {"x": 1, "y": 1}, ties=ties).conventions()
    assert [text for texts in said.values() for text in texts] == wanted


def test_conventions_of_a_pass_that_stopped():
    with pytest.raises(UndefinedValue) as caught:
        forward_of("a = relu(x); f = a + ln(x)", {"x": 0})
    assert list(caught.value.forward.conventions().values()) == [("relu′(0) = 0",)]
