"""Parts of a formula: which node of its graph they are."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gradcli.graph.build import build, read
from gradcli.graph.gatesets import GATE_SETS
from gradcli.graph.parts import slot_of
from gradcli.language import GradcliError
from gradcli.passes.forward import run_forward

POINT = {"x": 1.25, "y": 0.5, "z": -0.75, "c": 2.0, "β0": 0.3}
VECTOR = (3,)


def sought(text, part, gates="lecture", shapes=None, **more):
    """The graph of a formula, and the slot of a part of it."""
    shapes = shapes or {}
    formula = read(text, None, arrays=list(shapes))
    graph = build(formula, gates, shapes)
    return graph, slot_of(part, formula, graph, gates, shapes, lambda _: None, **more)


def value_of(text, part, gates="lecture"):
    """The value of the node that a part is; None where it is none."""
    graph, slot = sought(text, part, gates)
    return None if slot is None else run_forward(graph, [POINT[name] for name in graph.inputs]).values[slot]


x, y, z, c, β0 = POINT.values()
FOUND = [
    ("f = (x + y)*z", "x + y", x + y),
    ("f = (x + y)*z", "  (x+y) ", x + y),
    ("f = (x + y)*z", "(x + y)*z", (x + y) * z),
    ("f = (x + y)*z", "f", (x + y) * z),
    ("f = (x + y)*z", "x", x),
    ("q = x + y; f = q*z", "x + y", x + y),
    ("q = x + y; f = q*z", "q", x + y),
    ("q = x + y; f = q*z", "q z", (x + y) * z),
    ("q = x + y; f = q*z", "(x + y)*z", (x + y) * z),
    ("a = x + y; b = x + y; f = a*b", "b", x + y),
    ("f = (x + σ(x)) / (σ(x) + y)", "sigma(x)", 1 / (1 + math.exp(-x))),
    ("f = (x + σ(x)) / (σ(x) + y)", "σ(x) + y", 1 / (1 + math.exp(-x)) + y),
    ("f = sin(β0)*x", "sin(beta_0)", math.sin(β0)),
    ("f = sin(β0)*x", "β₀", β0),
    ("f = x^2*y", "x²", x * x),
    ("f = 1/(1 + e^(-x))*y", "1 + e^(-x)", 1 + math.exp(-x)),
    # A name that is assigned anew means what it means behind the formula.
    ("c = c*2; f = c + 1", "c", 2 * c),
    ("c = c*2; f = c + 1", "c + 1", 2 * c + 1),
    ("x = x + y; x = x*x; f = x - y", "x", (x + y) ** 2),
    # A part that stands in the formula twice is one node.
    ("f = (x + y)^2 * (x + y)", "x + y", x + y),
    ("f = where(x > 0, x*y, ln(z))", "x*y", x * y),
    ("f = (x + y) * sin(x + y)", "sin(x + y)", math.sin(x + y)),
]


@pytest.mark.parametrize(("text", "part", "value"), FOUND)
def test_a_part_is_found(text, part, value):
    assert value_of(text, part) == pytest.approx(value, rel=1e-14)


@pytest.mark.parametrize("gates", ["lecture", "primitive", "coarse"])
@pytest.mark.parametrize("part", ["x + y", "(x + y)^2", "(x + y)^2*(x + y)"])
def test_a_square_of_a_sum_that_is_used_twice(part, gates):
    # Alone it is fused into one gate; here its sum is a node of its own.
    value = {"x + y": x + y, "(x + y)^2": (x + y) ** 2}.get(part, (x + y) ** 3)
    assert value_of("f = (x + y)^2 * (x + y)", part, gates) == pytest.approx(value, rel=1e-14)


def test_the_inside_of_a_fused_gate_is_no_node():
    assert value_of("f = (x + y)^2 * z", "(x + y)^2") == pytest.approx((x + y) ** 2)
    assert value_of("f = (x + y)^2 * z", "x + y") is None
    assert value_of("f = (x + y)^2 * z", "x + y", "primitive") == pytest.approx(x + y)


def test_the_inside_of_a_statement_is_no_node_of_named_gates():
    assert value_of("q = (x + y)*y; f = q*z", "(x + y)*y", "named") == pytest.approx((x + y) * y)
    assert value_of("q = (x + y)*y; f = q*z", "x + y", "named") is None


def test_sigma_in_single_gates():
    assert value_of("f = σ(x)*y", "sigma(x)", "primitive") == pytest.approx(1 / (1 + math.exp(-x)))


@pytest.mark.parametrize(
    ("text", "part", "value"),
    [
        ("(x + y)*z", "x + y", x + y),
        ("(x + y)*z", "(x+y)*z", (x + y) * z),
        ("(x + y)*z", "x", x),
        ("q = x + y; q*z + q  # and so on", "q z", (x + y) * z),
        ("q = x + y\n\n  q*z;\n", "q z", (x + y) * z),
        ("s = x; repeat 2: s = s*y end; s + 1", "x*y*y", x * y * y),
        ("d(u) = 2u; d(x) + y", "d(x)", 2 * x),
    ],
)
def test_parts_of_a_formula_without_a_name(text, part, value):
    assert value_of(text, part) == pytest.approx(value, rel=1e-14)


def test_a_formula_without_a_name_that_uses_all_the_usual_ones():
    graph, slot = sought("f*g + h*sin(f)", "h*sin(f)")
    assert run_forward(graph, [1.0, 2.0, 3.0]).values[slot] == pytest.approx(3 * math.sin(1), rel=1e-14)
    assert sought("f*g + sin(f)", "f")[1] == 0


def test_an_error_behind_a_formula_without_a_name_points_into_the_part():
    with pytest.raises(GradcliError) as caught:
        sought("(x + y)*z", "x * $")
    assert (caught.value.text, caught.value.start, caught.value.end) == ("x * $", 4, 5)


NOT_FOUND = ["x - y", "y*x", "2", "x + y + z", "k", "", "   ", "# x", "sin(x)"]


@pytest.mark.parametrize("gates", GATE_SETS)
@pytest.mark.parametrize("part", NOT_FOUND)
def test_what_is_no_part(part, gates):
    _, slot = sought("q = x + y; f = q*z", part, gates)
    assert slot is None


@pytest.mark.parametrize("part", ["x +", "(x", "foo(x)", "x @@ y"])
def test_an_error_points_into_the_part(part):
    with pytest.raises(GradcliError) as caught:
        sought("q = x + y; f = q*z", part)
    fault = caught.value
    assert fault.text == part
    assert 0 <= fault.start <= fault.end <= len(part)


def test_arrays_are_told_apart_by_their_shapes_and_constants():
    shapes = {"x": VECTOR, "w": VECTOR}
    graph, slot = sought("q = w*x; f = sum(q)*[1, 2, 3]", "[1, 2, 3]", shapes=shapes)
    assert slot in graph.constants
    assert sought("q = w*x; f = sum(q)*[1, 2, 3]", "[1, 2, 4]", shapes=shapes)[1] is None
    assert sought("q = w*x; f = sum(q)*[1, 2, 3]", "sum(w x)", shapes=shapes)[1] is None  # w·x is no product of entries
    assert graph.shape(sought("q = w*x; f = sum(q)*[1, 2, 3]", "w*x", shapes=shapes)[1]) == VECTOR


def test_alone_a_name_means_the_input():
    text = "c = c*2; f = c + 1"
    graph, behind = sought(text, text)
    assert behind is None  # c would be doubled once more
    assert sought(text, text, alone=True)[1] == graph.output
    assert sought(text, "g = (c*2) + 1", alone=True)[1] == graph.output
    assert sought(text, "c", alone=True)[1] == 0


def test_a_formula_of_thousands_of_steps():
    text = "f = " + "sin(" * 20 + "x" + ")" * 20 + "".join(f" + cos(x)*{k}" for k in range(1500))
    graph, slot = sought(text, text.removeprefix("f = "))
    assert slot == graph.output
    assert sought(text, "cos(x)*700")[1] is not None


PART = st.recursive(
    st.sampled_from(["x", "y", "z"]),
    lambda inner: (
        st.builds("({0} {1} {2})".format, inner, st.sampled_from("+-*"), inner) | st.builds("sin({0})".format, inner)
    ),
    max_leaves=6,
)


@given(PART, PART, st.sampled_from(["lecture", "primitive"]))
@settings(max_examples=60, deadline=None)
def test_every_part_is_found_where_it_stands(one, other, gates):
    text = f"p = {other}; f = ({one})*p + ({one})"
    given_names = {"x": x, "y": y, "z": z, "sin": math.sin}
    for part in (one, other):
        wanted = eval(part, {"__builtins__": {}}, given_names)
        assert value_of(text, part, gates) == pytest.approx(wanted, rel=1e-12, abs=1e-12)
