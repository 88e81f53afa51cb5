"""Blocks as gates: their numbers take part in every pass, in every gate set."""

from __future__ import annotations

import io
import json
import math
from typing import Any

import numpy
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import gradcli
from gradcli.graph.blocks import block, block_slots, is_block
from gradcli.graph.build import build, read
from gradcli.graph.gatesets import GATE_SETS
from gradcli.graph.parts import slot_of
from gradcli.graph.point import bind, parse_binding
from gradcli.language import GradcliError
from gradcli.passes.evaluate import Evaluation, evaluate
from gradcli.passes.numeric import check_evaluation
from gradcli.report import jsontext
from gradcli.report.jsonl import Defaults, answers
from tests.report.shown import evaluated, text

GATES = pytest.mark.parametrize("gates", GATE_SETS)


def at(formula: str, *bindings: str, **options: Any) -> Evaluation:
    return evaluate(formula, bind(map(parse_binding, bindings)), **options)


# --- values and derivatives -------------------------------------------------------------------------------------------

# Formula, value and gradient at x = 3, y = 5, worked out by hand.
WORKED = [
    ("block c(x, y) = 4 with d/dx = 2, d/dy = -1", 4, {"x": 2, "y": -1}),
    ("block c(x, y) = 4 with d/dx = 2, d/dy = -1; c^2", 16, {"x": 2 * 4 * 2, "y": 2 * 4 * -1}),
    ("block c(x) = 4 with d/dx = 2; c*x + y", 17, {"x": 2 * 3 + 4, "y": 1}),
    ("q = x*y; block c(q, x) = 4 with d/dq = 2, d/dx = 7; c*c", 16, {"x": 8 * (2 * 5 + 7), "y": 8 * 2 * 3}),
    ("block c(x) = 4 with d/dx = 2; block c(c, y) = 9 with d/dc = 3, d/dy = 1; c", 9, {"x": 6, "y": 1}),
    ("block c(x) = 4 with d/dx = 2; c = y; c", 5, {"x": 0, "y": 1}),
    ("a = 2; block c(a, x) = 4 with d/da = 9, d/dx = 2; c/y", 0.8, {"x": 2 / 5, "y": -4 / 25}),
    ("block c(x) = -1/3 with d/dx = pi/4; 3c + y", 4, {"x": 3 * math.pi / 4, "y": 1}),
    ("third = 1/3; block c(x) = third with d/dx = 3third; 3c + y", 6, {"x": 3, "y": 1}),
    ("s(u) = u^2; block c(x) = s(3) with d/dx = s(2); c + s(y)", 34, {"x": 4, "y": 10}),
    ("block c(x) = 0 with d/dx = 0; σ(c) + y", 5.5, {"x": 0, "y": 1}),
    ("block c(x) = 2 with d/dx = 3; block d(x) = 2 with d/dx = 3; c*d + y", 9, {"x": 12, "y": 1}),
    ("block c(x) = 2 with d/dx = 3; gate s(u) = u*c; s(y)", 10, {"x": 15, "y": 2}),
    ("for k in 1..3: block x(x) = k with d/dx = -2\nx + y", 8, {"x": -8, "y": 1}),
]


@GATES
@pytest.mark.parametrize(("formula", "value", "gradient"), WORKED)
def test_worked_by_hand(formula: str, value: float, gradient: dict[str, float], gates: Any) -> None:
    result = evaluated(formula, gates, x=3, y=5)
    assert result.value == pytest.approx(value, rel=1e-15)
    assert result.gradient == pytest.approx(gradient, rel=1e-15)


NUMBERS = st.floats(-1e3, 1e3).map(lambda x: round(x, 3))


@settings(max_examples=50, deadline=None)
@given(st.lists(NUMBERS, min_size=6, max_size=6), NUMBERS, st.sampled_from(GATE_SETS))
def test_stating_what_a_formula_does_gives_the_gradient_of_the_formula(
    numbers: list[float], x: float, gates: Any
) -> None:
    """b = p x + q and c = b x, once written and once stated at this x."""
    p, q, *_ = numbers
    b = p * x + q
    stated = f"block b(x) = {b!r} with d/dx = {p!r}; block c(b, x) = {b * x!r} with d/db = {x!r}, d/dx = {b!r}; c + x"
    assert evaluated(stated, gates, x=x).gradient["x"] == pytest.approx(b + p * x + 1, rel=1e-12, abs=1e-9)


@GATES
def test_wrt_and_inputs_that_do_not_matter(gates: Any) -> None:
    result = at("block c(x) = 4 with d/dx = 2; c*y", "x=1", "y=5", "z=7", wrt=["z", "x"], gates=gates)
    assert result.gradient == {"z": 0, "x": 10}


def test_an_input_of_blocks_alone_needs_a_value() -> None:
    with pytest.raises(GradcliError) as caught:
        at("block c(x) = 4 with d/dx = 2; c + 1")
    assert (caught.value.code, caught.value.start, caught.value.end) == ("no-value", 8, 9)


def test_beside_vectors() -> None:
    result = at("block c(x) = 4 with d/dx = 2; sum(w*c) + w·[c, x]", "x=1", "w=[10,20]")
    assert result.value == 120 + 60
    assert result.gradient["x"] == 2 * 30 + 2 * 10 + 20
    assert result.gradient["w"].tolist() == [8, 5]


REFUSED = [
    ("block c(x) = 1/0 with d/dx = 2", "1/0", "this is none"),
    ("q = x + 1; block c(x) = q with d/dx = 2", "q", "this is none"),
    ("block c(x) = 4 with d/dx = ln(-1)", "ln(-1)", "this is none"),
    ("block c(x) = [1, 2] with d/dx = 2", "[1, 2]", "vector"),
    ("block c(w) = 4 with d/dw = 2", "w", "'w' is a vector"),
]


@GATES
@pytest.mark.parametrize(("formula", "span", "said"), REFUSED)
def test_what_is_stated_must_be_numbers(formula: str, span: str, said: str, gates: Any) -> None:
    with pytest.raises(GradcliError) as caught:
        at(formula, "x=1", "w=[1,2]", gates=gates)
    fault = caught.value
    assert fault.code == "bad-block"
    assert said in fault.message
    assert fault.text is not None
    assert fault.text[fault.start : fault.end] == span


# --- gates ------------------------------------------------------------------------------------------------------------


def test_blocks_are_equal_by_what_they_state() -> None:
    assert block("c", 4.0, (2.0,)) == block("c", 4.0, (2.0,))
    assert hash(block("c", 4.0, (2.0,))) == hash(block("c", 4.0, (2.0,)))
    others = [block("d", 4.0, (2.0,)), block("c", 5.0, (2.0,)), block("c", 4.0, (3.0,)), block("c", 4.0, (2.0, 2.0)),
              block("c", 0.0, (2.0,)), block("c", -0.0, (2.0,))]  # fmt: skip
    assert len({block("c", 4.0, (2.0,)), *others}) == 7
    assert is_block(others[0])
    assert not is_block(None)


@GATES
def test_a_block_is_one_node_with_its_name(gates: Any) -> None:
    graph = build(read("block c(x, y) = 4 with d/dx = 2, d/dy = 3; c^2 + c"), gates)
    (slot,) = block_slots(graph)
    assert (graph.names[slot], graph.args[slot]) == ("c", (0, 1))
    gate = graph.gates[slot]
    assert gate is not None
    assert (gate.name, gate.sign) == ("block", "c")


def test_a_block_on_constants_stays() -> None:
    assert block_slots(build(read("a = 3; block c(a) = 4 with d/da = 2; c + x")))


PART = "block c(x, y) = 4 with d/dx = 2, d/dy = 3; q = c*x; block e(q, c) = 1 with d/dq = 2, d/dc = 3; f = e^2 + c*x"


@GATES
@pytest.mark.parametrize(("part", "name"), [("c", "c"), ("q", "q"), ("e", "e"), ("f", "f")])
def test_parts_are_found_again(part: str, name: str, gates: Any) -> None:
    formula = read(PART)
    graph = build(formula, gates)
    slot = slot_of(part, formula, graph, gates, {}, lambda _: None)
    assert slot is not None
    assert graph.names[slot] == name


# --- what is shown ----------------------------------------------------------------------------------------------------


def test_the_tables_say_that_numbers_are_given() -> None:
    shown = text("block c(x, y) = 4 with d/dx = 2, d/dy = -1/3; e = c*x", x=3, y=5)
    assert "o = c(i₁, i₂) = 4 (given)" in shown
    assert "do/di₁ = 2 (given), do/di₂ = −0.333 (given)" in shown
    assert "block c(x, y) = 4 with d/dx = 2, d/dy = −1 / 3; e = c * x" in shown
    assert shown.count("(given)") == 3


def test_json() -> None:
    found = jsontext.evaluation(evaluated("block c(x, y) = 4 with d/dx = 2, d/dy = -1; e = c*x", x=3, y=5))
    node = found["nodes"][0]
    assert (node["op"], node["label"], node["name"], node["value"]) == ("block", "c", "c", 4)
    assert [(i["from"], i["local"], i["gradient"]) for i in node["inputs"]] == [
        ({"input": "x"}, 2, 6), ({"input": "y"}, -1, -3)]  # fmt: skip


def test_lines_of_json() -> None:
    lines = [{"id": 1, "expr": "block c(x) = 4 with ∂/∂x = 2; c^2", "at": {"x": 1}, "gates": gates}
             for gates in GATE_SETS]  # fmt: skip
    lines.append({"id": 2, "expr": "block c(x) = 4", "at": {"x": 1}})
    stream = io.BytesIO("\n".join(map(json.dumps, lines)).encode())
    *good, bad = (json.loads(answer) for answer, _ in answers(stream, Defaults()))
    assert [(line["value"], line["gradient"]) for line in good] == [(16, {"x": 16})] * len(GATE_SETS)
    assert bad["error"]["kind"] == "bad-block"


# --- rows and checks --------------------------------------------------------------------------------------------------


def rows(formula: str, **columns: list[float]) -> tuple[list[float], dict[str, list[float]]]:
    """Value and gradient at every row."""
    arrays = {name: numpy.array(column) for name, column in columns.items()}
    value, gradient = gradcli.compile(formula).value_and_grad(**arrays)
    return numpy.asarray(value).tolist(), {name: numpy.asarray(g).tolist() for name, g in gradient.items()}


def test_rows_have_the_same_numbers() -> None:
    value, gradient = rows("block c(x) = 4 with d/dx = 2; c^2*y", x=[1, 2, 3], y=[0, 1, 2])
    assert value == [0, 16, 32]
    assert gradient == {"x": [0, 2 * 4 * 2 * 1, 2 * 4 * 2 * 2], "y": [16, 16, 16]}
    assert rows("block c(x) = 4 with d/dx = 2", x=[1, 2]) == ([4, 4], {"x": [2, 2]})


def test_rows_without_a_value() -> None:
    value, gradient = rows("block c(x) = 0 with d/dx = 2; y/c", x=[1, 2], y=[0, 1])
    assert all(map(math.isnan, [*value, *gradient["x"], *gradient["y"]]))


def test_a_block_cannot_be_checked_and_the_rest_can() -> None:
    checks = check_evaluation(at("block c(x) = 4 with d/dx = 2; block e(c) = 1 with d/dc = 3; e*y + z·z + x", "x=1",
                                 "y=2", "z=[1,2]"))  # fmt: skip
    assert [(check.name, check.verdict) for check in checks] == [
        ("x", "cannot tell"), ("y", "agrees"), ("z[0]", "agrees"), ("z[1]", "agrees")]  # fmt: skip
    assert checks[0].reason == "a block cannot be checked: the function of c is not given"
    assert math.isnan(checks[0].numeric)
