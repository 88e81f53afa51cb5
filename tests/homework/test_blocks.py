"""Homework on blocks whose function is not given: only what students can know is asked."""

from __future__ import annotations

from tests.homework.helpers import marked, posed, states

GRAPH = """
block b1(a) = 2 with d/da = 3
block b2(a) = -1 with d/da = 0.5
block c(b1, b2) = 4 with d/db1 = 2, d/db2 = -1
block d1(c) = 1 with d/dc = -2
block d2(c) = 7 with d/dc = 1.5
block e(d1, d2) = 5 with d/dd1 = 0.25, d/dd2 = 4
"""


def test_the_gradient_is_the_sum_over_the_four_paths() -> None:
    # ∂e/∂d1 ∂d1/∂c + ∂e/∂d2 ∂d2/∂c = −0.5 + 6 = 5.5; times 2·3 − 1·0.5 = 5.5.
    problem = posed(GRAPH, {"a": 3})
    truth = {asked.name: asked.truth for asked in problem.asked}
    assert truth["value c"] == 4
    assert truth["local c/b2"] == -1
    assert truth["up c"] == 5.5
    assert truth["grad a"] == 30.25


def test_a_mistake_is_carried_through_blocks() -> None:
    # With 6.5 at c: 6.5 · 2 = 13 at b1, 6.5 · (−1) at b2, and 13 · 3 − 6.5 · 0.5 = 35.75 at a.
    written = {"up c": "6.5", "up b1": "13", "up b2": "-6.5", "grad a": "35.75"}
    found = states(marked(posed(GRAPH, {"a": 3}), written))
    assert [found[name] for name in written] == ["wrong", "carried", "carried", "carried"]


def test_a_branch_that_was_forgotten_is_named() -> None:
    # Only through d2: 4 · 1.5 = 6.
    mark = marked(posed(GRAPH, {"a": 3}), {"up c": "6.0"})["up c"]
    assert mark.state == "wrong"
    assert [explanation.mistake for explanation in mark.explanations] == ["branch-forgotten"]
