"""A graph over fewer rules computes the same; what cannot be said is refused by its name."""

from __future__ import annotations

import numpy
import pytest

from gradcli.graph.build import build, read
from gradcli.language import GradcliError
from gradcli.passes.forward import run_forward
from gradcli.report.exporting import lowered

FEW = {"add", "sub", "mul", "div", "neg", "exp", "ln", "sqrt", "where", "gt", "lt", "ge", "le", "eq", "abs", "log1p"}


@pytest.mark.parametrize("text", ["σ(x)*tanh(y)", "relu(x) + leaky_relu(y)", "sech(x)/cosh(y)", "huber(x, y)",
                                  "softplus(x)^2·y"])  # fmt: skip
def test_rules_are_spelled_out_by_their_own_lines(text):
    known = FEW | {"tanh", "cosh", "pow", "square"}
    graph = build(read(text), "primitive" if "^" not in text else "lecture")
    whole = lowered(graph, known, "a language")
    assert {gate.name for _, gate, _ in whole.graph.steps} <= known
    point = [0.75, -1.25]
    ours = run_forward(graph, point).output
    assert run_forward(whole.graph, point).values[whole.there[graph.output]] == pytest.approx(ours, rel=1e-14)


def test_ties_are_split():
    from gradcli.passes.symbolic import symbolic_gradient

    graph = build(read("max(v)", arrays=["v"]), "lecture", {"v": (3,)})
    derived = symbolic_gradient(graph, [0])
    known = FEW | {"amax", "spread", "sum"}
    whole = lowered(derived.graph, known, "a language")
    values = run_forward(whole.graph, [numpy.array([2.0, 1.0, 2.0])]).values
    assert values[whole.there[derived.gradient[0]]].tolist() == [0.5, 0, 0.5]


def test_a_rule_that_cannot_be_said_is_named():
    with pytest.raises(GradcliError) as caught:
        lowered(build(read("gamma(x)"), "lecture"), FEW, "Latin")
    assert (caught.value.code, caught.value.message) == ("unsupported", "gamma cannot be written in Latin")


def test_what_a_rule_needs_is_named_where_it_is_missing():
    with pytest.raises(GradcliError) as caught:
        lowered(build(read("digamma(x)"), "lecture"), FEW, "Latin")
    assert caught.value.message == "polygamma cannot be written in Latin"


def test_names_and_slots_are_kept():
    graph = build(read("q = x*y; f = q^2"), "lecture")
    whole = lowered(graph, {"mul"}, "a language")
    assert [whole.graph.names[slot] for slot in sorted(whole.graph.names)] == ["q", "f"]
    assert whole.graph.output == whole.there[graph.output]
