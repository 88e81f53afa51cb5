"""The formulas of a gate, as a small graph: evaluated, they are the gate's numbers; written, they are simple."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

from gradcli.graph.build import build, read
from gradcli.graph.builder import Builder
from gradcli.passes.derivation import Simplifying, derive
from gradcli.passes.forward import run_forward
from gradcli.passes.gates import FloatArithmetic
from gradcli.rules.floats import Floats
from gradcli.rules.table import RULES

from .checks import same
from .random_graphs import SMOOTH_FORMULAS

PASSES = settings.get_profile("passes")
FLOATS = FloatArithmetic(Floats())


def check(gate, operands, fixed):
    """The formulas at a point against the gate's value and local derivatives there."""
    derivation = derive(gate, fixed)
    value = FLOATS.value(gate, operands)
    slopes = FLOATS.local(gate, value, operands)
    free = [x for x, number in zip(operands, fixed, strict=True) if number is None]
    numbers = FLOATS.inner_values(derivation.graph, [*free, value])
    assert same(numbers[derivation.value], value, 1e-10)
    for slot, slope, number in zip(derivation.locals, slopes, fixed, strict=True):
        assert (slot is None) == (number is not None)
        if slot is not None:
            assert same(numbers[slot], slope, 1e-8), (gate.name, operands)


@pytest.mark.parametrize("rule", [rule for rule in RULES.values() if rule.listed], ids=lambda rule: rule.name)
def test_rules_at_their_samples(rule):
    for point in rule.samples:
        # What saturates is printed as a difference like 1 − o², which keeps no digits there.
        if max(map(abs, point)) < 10 and min(abs(x) for x in point) > 1e-3:
            check(rule, point, (None,) * len(point))
            if len(point) > 1:
                check(rule, point, (None, *point[1:]))


@settings(PASSES, max_examples=40)
@given(SMOOTH_FORMULAS)
def test_whole_statements(text):
    graph = build(read(text), "named")
    forward = run_forward(graph, [{"x": 0.75, "y": -1.25, "z": 0.3}[name] for name in graph.inputs])
    for slot, gate, args in graph.steps:
        check(gate, forward.operands(slot), tuple(graph.constants.get(a) for a in args))


@pytest.mark.parametrize("base", [0.0, 2.0, -2.0])
def test_a_power_of_a_constant(base):
    check(RULES["pow"], (base, 3.0), (base, None))


SIMPLE = [
    ("x + y", [[], []]),
    ("x*y", [[], []]),
    ("x^2", [["mul"]]),
    ("(x + y)^2", [["mul", "add"], ["mul", "add"]]),
    ("σ(x)", [["mul", "sub"]]),
    ("1/x", [["square", "div"]]),
    ("sin(x)", [["cos"]]),
    ("cos(x)", [["sin", "neg"]]),
]


@pytest.mark.parametrize(("formula", "wanted"), SIMPLE)
def test_formulas_are_simple(formula, wanted):
    graph = build(read(formula))
    _, gate, args = graph.steps[-1]
    derivation = derive(gate, tuple(graph.constants.get(a) for a in args))

    def operations(slot):
        found, waiting = [], [slot]
        while waiting:
            at = waiting.pop()
            if derivation.graph.gates[at] is not None:
                found.append(derivation.graph.gates[at].name)
                waiting += derivation.graph.args[at]
        return sorted(found)

    assert [operations(slot) for slot in derivation.locals if slot is not None] == [sorted(names) for names in wanted]


# --- arrays -----------------------------------------------------------------------------------------------------------


def array_writer():
    builder = Builder()
    return builder, Simplifying(builder), builder.input("x", (3,)), builder.input("W", (2, 3))


def test_what_is_simpler_has_the_shape_of_the_whole():
    _, writer, x, _ = array_writer()
    zero, one = writer.constant(0.0), writer.constant(1.0)
    assert writer.emit("mul", (x, one)) == x
    assert writer.emit("add", (zero, x)) == x
    for operation, operands in (("mul", (zero, x)), ("sub", (x, x)), ("pow", (x, zero))):
        assert writer.shape(writer.emit(operation, operands)) == (3,), operation


def test_a_transpose_undoes_a_transpose():
    _, writer, x, w = array_writer()
    assert writer.emit("transpose", (writer.emit("transpose", (w,)),)) == w
    assert writer.emit("as_column", (writer.emit("as_row", (x,)),)) == x


def test_a_sum_over_one_axis_after_the_other_is_one_sum():
    builder, writer, _, w = array_writer()
    rows = writer.emit("sum", (w,), {"axis": 1})
    total = writer.emit("sum", (rows,), {"axis": 0})
    assert builder.args[total] == (w,)
    assert builder.gates[total].settings == {"axis": None}
    assert writer.shape(total) == ()
