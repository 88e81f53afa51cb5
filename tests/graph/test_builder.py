"""Hash-consing and folding, and that a finished graph cannot be changed."""

from __future__ import annotations

import dataclasses
import math

import pytest

from gradcli.graph.builder import Builder
from gradcli.rules.table import RULES

from .looks import graph_of


def test_equal_gates_on_equal_operands_are_one_slot():
    builder = Builder()
    x, y = builder.input("x"), builder.input("y")
    assert builder.apply(RULES["add"], (x, y)) == builder.apply(RULES["add"], (x, y))
    assert builder.apply(RULES["add"], (y, x)) != builder.apply(RULES["add"], (x, y))
    assert builder.apply(RULES["sub"], (x, y)) != builder.apply(RULES["add"], (x, y))


def test_constants():
    builder = Builder()
    assert builder.constant(2.0) == builder.constant(2.0)
    assert builder.constant(0.0) != builder.constant(-0.0)
    assert builder.constant(math.pi) != builder.constant(math.pi, "π")


def test_folding():
    builder = Builder()
    two, three = builder.constant(2.0), builder.constant(3.0)
    assert builder.constants[builder.apply(RULES["pow"], (two, three))] == 8
    zero = builder.constant(0.0)
    negative = builder.apply(RULES["neg"], (zero,))
    assert math.copysign(1, builder.constants[negative]) == -1
    for rule, operands in (("recip", (zero,)), ("ln", (zero,)), ("exp", (builder.constant(1000.0),))):
        assert builder.apply(RULES[rule], operands) not in builder.constants


def test_no_constant_is_ever_undefined():
    graph = graph_of("x + 0/0 + ln(-1) + 1/0 - 1/0 + exp(1000) - exp(1000) + sqrt(-1) + 0^(-1)")
    assert all(map(math.isfinite, graph.constants.values()))


def test_unused_slots_are_left_out_and_inputs_are_kept():
    builder = Builder()
    x, y = builder.input("x"), builder.input("y")
    builder.apply(RULES["sin"], (y,))
    graph = builder.finish(builder.apply(RULES["cos"], (x,)))
    assert graph.inputs == ("x", "y")
    assert [gate.name for _, gate, _ in graph.steps] == ["cos"]


def test_spans_point_into_the_formula():
    text = "q = x + y; f = q*ln(z)"
    graph = graph_of(text)
    assert [text[slice(*graph.spans[slot])] for slot, _, _ in graph.steps] == ["x + y", "ln(z)", "q*ln(z)"]


def test_a_graph_is_immutable():
    graph = graph_of("x + y")
    with pytest.raises(dataclasses.FrozenInstanceError):
        graph.output = 0
    assert all(isinstance(part, tuple) for part in (graph.inputs, graph.gates, graph.args, graph.spans, graph.steps))


def test_the_order_of_reading():
    graph = graph_of("f = a*b + sin(a)")
    named = dict(enumerate(graph.inputs)) | {slot: gate.name for slot, gate, _ in graph.steps}
    order = [(named[user], named[graph.args[user][place]]) for user, place in graph.reading_order()]
    assert order == [("add", "mul"), ("mul", "a"), ("mul", "b"), ("add", "sin"), ("sin", "a")]
