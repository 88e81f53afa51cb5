"""Names of nodes: what a text means, what a node is called, and what is refused with a hint."""

from __future__ import annotations

import pytest

from gradcli.language import GradcliError
from tests.homework.helpers import posed

PRODUCT = ("q = x + y; f = q*z", {"x": -2, "y": 5, "z": -4})


def naming(formula="", at=None, **more):
    problem = posed(formula, at, **more)
    return problem.naming, problem


def quantity(words, formula=PRODUCT[0], at=PRODUCT[1], **more):
    """The quantity that a word, a target and perhaps a second name mean; a text such as `local q/x`."""
    found, problem = naming(formula, at, **more)
    word, _, rest = words.partition(" ")
    target, slash, by = rest.rpartition("/")
    return found.quantity(word, target if slash else by, by if slash else None, problem.stop)


def refused(words, *problem, **more):
    with pytest.raises(GradcliError) as caught:
        quantity(words, *problem, **more)
    assert caught.value.code == "unknown-quantity"
    return caught.value


# --- what is meant ----------------------------------------------------------------------------------------------------

MEANT = [
    ("value q", "value q"),
    ("up q", "up q"),
    ("up x", "grad x"),
    ("grad q", "up q"),
    ("grad  x ", "grad x"),
    ("local q/x", "local q/x"),
    ("jac f/x", "jac f/x"),
    ("value x + y", "value q"),
    ("up (x+y)", "up q"),
    ("local q z/(x + y)", "local f/q"),
    ("derivative f/x", "grad x"),
    ("derivative f/q", "up q"),
    ("derivative q/x", "local q/x"),
    ("derivative f/f", "up f"),
    ("grad f/x", "grad x"),
    ("up q/x", "local q/x"),
]


@pytest.mark.parametrize(("words", "name"), MEANT)
def test_what_words_mean(words, name):
    assert quantity(words).name == name


def test_a_differential_alone_is_a_gradient():
    found, problem = naming(*PRODUCT)
    assert found.quantity("derivative", "", "q", problem.stop).key == quantity("up q").key
    assert found.quantity("derivative", "", "x", problem.stop).key == quantity("grad x").key


def test_up_and_grad_of_a_node_are_one_quantity():
    assert quantity("up x").key == quantity("grad x").key
    assert quantity("up q").key == quantity("grad q").key
    assert quantity("value q").key != quantity("up q").key


GREEK = ("β0 = x^2; σ = β0 + 1; f = sin(β0)*σ", {"x": 1.5})


@pytest.mark.parametrize("name", ["β0", "beta0", "β₀", "beta_0"])
def test_greek_names_in_every_spelling(name):
    assert quantity(f"value {name}", *GREEK).name == "value β0"
    assert quantity(f"local {name}/x", *GREEK).name == "local β0/x"


def test_the_second_name_of_a_node():
    at = ("a = x + 1; b = x + 1; f = a*b", {"x": 3})
    assert quantity("value b", *at).key == quantity("value a", *at).key


def test_an_output_that_is_an_input():
    at = ("f = x", {"x": 3})
    assert quantity("grad x", *at).name == "grad x"
    assert quantity("value f", *at).slot == 0
    assert quantity("derivative f/x", *at).name == "grad x"


def test_an_output_without_a_name_is_f():
    assert quantity("value f", "(x + y)*z", PRODUCT[1]).name == "value f"


REASSIGNED = ("c = c*2; c = c + 1; f = c*c", {"c": 3})


def test_names_that_are_hidden_by_reassignment():
    found, problem = naming(*REASSIGNED)
    assert list(found.names.values()) == ["c", "c′", "c′′", "f"]
    truth = {asked.name: asked.truth for asked in problem.asked}
    assert (truth["value c′"], truth["value c′′"], truth["value f"]) == (6.0, 7.0, 49.0)
    assert (truth["local c′/c"], truth["local c′′/c′"], truth["local f/c′′"]) == (2.0, 1.0, 14.0)
    assert truth["grad c"] == 28.0


@pytest.mark.parametrize(("typed", "name"), [("c", "value c"), ("c′", "value c′"), ("c'", "value c′"),
                                             ("c''", "value c′′")])  # fmt: skip
def test_students_type_primes_as_they_can(typed, name):
    assert quantity(f"value {typed}", *REASSIGNED).name == name


def test_a_constant_has_a_value_but_no_gradient():
    at = ("k = 2; f = k*x", {"x": 3})
    assert quantity("value k", *at).kind == "value"
    assert "constant" in refused("grad k", *at).message
    assert "constant" in refused("derivative f/k", *at).message


# --- what is refused --------------------------------------------------------------------------------------------------


def test_unknown_names_have_a_hint():
    fault = refused("value qq")
    assert fault.text == "qq"
    assert fault.hint == "did you mean 'q'?"
    assert "x, y, z, q, f" in refused("value w1").hint


@pytest.mark.parametrize(
    "words", ["value " + "x+" * 5000 + "x", "value " + "(" * 499, "value x; x", "value @", "value ", "value \x00"]
)
def test_long_and_odd_targets_are_refused_shortly(words):
    fault = refused(words)
    assert len(fault.message) < 120


@pytest.mark.parametrize(("words", "message"), [
    ("local f/x", "does not contain 'x' itself"),
    ("local q/z", "does not depend on 'z'"),
    ("local x/q", "does not depend on 'q'"),
    ("local q/q", "does not depend on 'q'"),
    ("jac q/z", "does not depend on 'z'"),
])  # fmt: skip
def test_derivatives_of_what_does_not_depend(words, message):
    assert message in refused(words).message


def test_the_hint_names_what_it_is_computed_from():
    assert refused("local f/x").hint == "it is computed from z, q"


@pytest.mark.parametrize("word", ["local", "jac"])
def test_local_derivatives_need_two_names(word):
    assert "taken by" in refused(f"{word} q").message


def test_an_ambiguous_derivative_is_asked_about():
    fault = refused("derivative f/x", "q = x*y; f = q + x", {"x": 2, "y": 3})
    assert "two things" in fault.message
    assert "local f/x" in fault.hint
    assert "grad x" in fault.hint
    # y feeds f through q alone, and q feeds it directly alone.
    assert quantity("derivative f/y", "q = x*y; f = q + x", {"x": 2, "y": 3}).name == "grad y"
    assert quantity("derivative f/q", "q = x*y; f = q + x", {"x": 2, "y": 3}).name == "up q"


# --- what nodes are called, and what feeds what -----------------------------------------------------------------------


def test_what_nodes_are_called():
    found, problem = naming("q = x + y; f = q*sin(z)", {"x": 1, "y": 2, "z": 3})
    slots = {found.called(slot): slot for slot in range(len(problem.graph.gates))}
    assert set(slots) == {"x", "y", "z", "q", "sin(z)", "f"}
    assert found.place(slots["q"]) == "q = x + y"
    assert found.place(slots["sin(z)"]) == "sin(z)"
    assert found.place(slots["x"]) == "x"
    assert found.place(slots["f"]) == "f = q*sin(z)"


def test_what_feeds_what():
    found, problem = naming("q = sin(x + y); r = q*q; f = r*x + 2", {"x": 1, "y": 2})
    name = found.called
    slot = {name(s): s for s in problem.stop}
    assert [name(s) for s in found.feeding(slot["f"], problem.stop)] == ["x", "r"]
    assert [name(s) for s in found.feeding(slot["q"], problem.stop)] == ["x", "y"]
    assert found.feeding(slot["x"], problem.stop) == []
    assert {name(s) for s in found.below(slot["r"])} >= {"x", "y", "q", "r"}
    assert slot["x"] not in found.below(slot["r"], {slot["q"]})


def test_all_of_a_kind():
    found, problem = naming("q = x*y; f = q*x", {"x": 2, "y": 3, "z": 4})

    def names(kind):
        return [q.name for q in found.all_of(kind, problem.stop)]

    assert names("value") == ["value q", "value f"]
    assert names("local") == ["local q/x", "local q/y", "local f/x", "local f/q"]
    assert names("up") == ["up q"]
    assert names("grad") == ["grad x", "grad y"]
    assert names("jac") == ["jac f/x", "jac f/y"]
