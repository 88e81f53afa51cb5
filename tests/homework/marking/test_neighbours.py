"""Which numbers an answer is computed from."""

from __future__ import annotations

import pytest

from gradcli.homework.marking.neighbours import Neighbours
from tests.homework.helpers import posed


def beside(words, formula, at, written=None, **more):
    """The names of the quantities next to one; with `written` the nearest of those."""
    problem = posed(formula, at, **more)
    names = problem.naming.names
    word, _, rest = words.partition(" ")
    target, slash, by = rest.rpartition("/")
    key = problem.naming.quantity(word, target if slash else by, by if slash else None, problem.stop).key
    told = Neighbours(problem)

    def name(key):
        kind, slot, by = key
        called = problem.naming.called(slot)
        return f"{kind} {called}" if by is None else f"{kind} {called}/{names.get(by, by)}"

    if written is None:
        return {name(k) for k in told.of(key)}
    return {name(k) for k in told.reached(key, lambda k: name(k) in written, lambda _: True)}


CHAIN = ("a = x*w; b = sin(a); f = b*x", {"x": 2, "w": 3})

NEXT = [
    ("value x", set()),
    ("value a", {"value x", "value w"}),
    ("value f", {"value b", "value x"}),
    ("local b/a", {"value b", "value a"}),
    ("local f/x", {"value f", "value b", "value x"}),
    ("up f", set()),
    ("up b", {"value f", "grad f", "local f/b", "value b", "value x"}),
    ("up a", {"value b", "grad b", "local b/a", "value a"}),
    ("grad x", {"value a", "grad a", "local a/x", "value f", "grad f", "local f/x", "value x", "value w", "value b"}),
    ("jac f/w", {"value f", "value b", "value a", "value x", "value w"}),
]


@pytest.mark.parametrize(("words", "names"), NEXT)
def test_what_stands_next_to_it(words, names):
    assert beside(words, *CHAIN) == names


def test_gates_without_a_name_are_passed():
    found = beside("grad x", "q = 3*(x + sin(y))^2; f = q*z", {"x": 1, "y": 2, "z": 3})
    assert found == {"value q", "grad q", "local q/x", "value x", "value y"}


def test_a_part_that_is_asked_for_is_a_neighbour():
    asks = [("up", "x + y", None), ("grad", "*", None)]
    found = beside("grad y", "f = (x + y)*z", {"x": 1, "y": 2, "z": 3}, asks=asks)
    assert found == {"value x + y", "grad x + y", "local x + y/y", "value x", "value y"}


def test_what_is_not_written_is_computed_from_its_own_neighbours():
    assert beside("grad w", *CHAIN, written={"local f/b", "local b/a", "grad b"}) == {"local b/a", "grad b"}
    assert beside("grad w", *CHAIN, written={"local f/b", "local b/a"}) == {"local b/a", "local f/b"}
    assert beside("value f", *CHAIN, written={"value a"}) == {"value a"}
    assert beside("up a", *CHAIN, written={"value x"}) == {"value x"}


def test_a_long_formula_is_walked_once():
    text = "f = x" + "".join(f" + {k}*sin(x)*y" for k in range(2500))
    assert beside("grad x", text, {"x": 1, "y": 2}) == {"value f", "grad f", "local f/x", "value x", "value y"}
