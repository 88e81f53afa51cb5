"""Paths: counted, summed, ranked and factored as a list of all of them says."""

from __future__ import annotations

import math
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gradcli.graph.builder import Builder
from gradcli.graph.point import from_numbers
from gradcli.graph.point_files import from_file
from gradcli.passes.evaluate import evaluate
from gradcli.passes.following import follow
from gradcli.passes.forward import Forward
from gradcli.passes.largest_paths import largest
from gradcli.passes.paths import count, count_paths, every, rest, segments, total, ways
from gradcli.rules.table import RULES

SAMPLES = Path(__file__).parents[2] / "samples" / "lectures"
ARITHMETIC = settings.get_profile("passes")


def at(text, gates="lecture", **point):
    return evaluate(text, from_numbers(point, "test"), gates=gates)


# --- random graphs, whose local derivatives are drawn: paths know nothing else of a graph -----------------------------

SLOPES = st.sampled_from([0.0, 1.0, -1.0, 0.5, 2.0, -3.0, 0.1, 7.25, -1e-9, 1e12])
SLOPES |= st.integers(-4_000_000, 4_000_000).map(lambda n: n / 1e6)


@st.composite
def tapes(draw):
    """A graph with two-operand and one-operand gates, local derivatives on its edges, and edges that are idle."""
    builder = Builder()
    slots = [builder.input(f"x{k}") for k in range(draw(st.integers(1, 3)))]
    for _ in range(draw(st.integers(1, 9))):
        rule = RULES[draw(st.sampled_from(["mul", "sub", "sin", "atan2"]))]
        slot = builder.apply(rule, tuple(draw(st.sampled_from(slots)) for _ in range(rule.arity)))
        slots.append(slot)
    graph = builder.finish(slots[-1])
    slopes = [tuple(draw(SLOPES) for _ in args) for args in graph.args]
    edges = [(slot, place) for slot, _, args in graph.steps for place in range(len(args))]
    idle = set(draw(st.lists(st.sampled_from(edges), max_size=2))) if edges else set()
    forward = Forward(graph, "split", [0.0] * len(slopes), slopes, {}, idle, len(graph.steps))
    start, end = draw(st.sampled_from(range(len(slopes)))), draw(st.sampled_from(range(len(slopes))))
    return forward, min(start, end), max(start, end)


def listed(forward, start, end):
    """All paths by walking from the end in every way, with exact contributions."""
    if start == end:
        return {(): Fraction(1)}
    found = {}
    for place, operand in enumerate(forward.graph.args[end]):
        if (end, place) not in forward.idle:
            for path, product in listed(forward, start, operand).items():
                found[(*path, (end, place))] = product * Fraction(forward.locals[end][place])
    return found


def near(got, true, scale):
    return abs(Fraction(got) - true) <= Fraction(1, 10**12) * scale


@settings(ARITHMETIC, max_examples=300)
@given(tapes())
def test_count_list_and_sum(drawn):
    forward, start, end = drawn
    true = listed(forward, start, end)
    found = ways(forward, start, end)
    assert count(found) == count_paths(forward.graph, start, end, forward.idle) == len(true)
    assert list(every(found)) == sorted(true)
    assert near(total(found), sum(true.values()), sum(map(abs, true.values())))
    for path, product in true.items():
        assert near(found.contribution(path), product, abs(product))


@settings(ARITHMETIC, max_examples=300)
@given(tapes(), st.integers(1, 30))
def test_the_largest_and_the_rest(drawn, k):
    forward, start, end = drawn
    true = listed(forward, start, end)
    found = ways(forward, start, end)
    best = largest(found, k)
    assert len(best) == len(set(best)) == min(k, len(true))
    sizes = sorted(map(abs, true.values()), reverse=True)
    for path, size in zip(best, sizes, strict=False):
        assert near(abs(float(true[path])), size, size)
    others = [product for path, product in true.items() if path not in best]
    assert near(rest(found, best), sum(others), sum(map(abs, others)))


@settings(ARITHMETIC, max_examples=300)
@given(tapes())
def test_the_factored_form(drawn):
    forward, start, end = drawn
    true = listed(forward, start, end)
    found = ways(forward, start, end)
    parts = list(segments(found))
    inner = [part.end for part in parts[:-1]]
    on_each = [{slot for slot, _ in path} for path in true]
    assert inner == sorted(set.intersection(*on_each) - {end} if on_each else ())
    assert math.prod(map(count, parts)) == len(true) or not true
    product = math.prod(Fraction(total(part)) for part in parts)
    scale = math.prod(sum(map(abs, listed(forward, part.start, part.end).values())) for part in parts)
    assert near(float(product), sum(true.values()), scale) or not true


# --- what no list can hold --------------------------------------------------------------------------------------------

LADDER = "s = a; repeat 200: p = s/2; q = 0.75*s; s = p + q end; s"


@pytest.mark.parametrize("gates", ["lecture", "primitive", "coarse", "named"])
def test_a_ladder_of_200_bifurcations(gates):
    found = follow(at(LADDER, gates, a=1.0), gates, None, None, 3)
    assert found.count == 2**200
    assert len(found.segments) >= 200
    # Each rung multiplies by 1/2 + 3/4; the largest path takes 3/4 each time, the next ones take 1/2 once.
    whole = float(Fraction(5, 4) ** 200)
    assert found.total == pytest.approx(whole, rel=1e-13)
    assert found.derivative == pytest.approx(whole, rel=1e-13)
    first, second = float(Fraction(3, 4) ** 200), float(Fraction(3, 4) ** 199 / 2)
    assert found.contributions == pytest.approx((first, second, second), rel=1e-13)
    assert found.rest == pytest.approx(whole, rel=1e-13)
    assert math.prod(part.total for part in found.segments) == pytest.approx(whole, rel=1e-13)


def test_equal_contributions_do_not_slow_the_search_down():
    found = follow(at("s = a; repeat 200: s = s + s end; s", a=1.0), "lecture", None, None, 50)
    assert found.count == 2**200
    assert found.contributions == (1.0,) * 50
    assert found.rest == float(2**200)


def test_a_long_chain_is_one_path():
    found = follow(at("s = a; repeat 20000: s = sin(s) end; s", a=1.0), "lecture", None, None, 20)
    assert (found.count, len(found.segments), found.unlisted) == (1, 20000, 0)
    assert found.total == pytest.approx(found.derivative, rel=1e-12)


def test_products_neither_overflow_nor_vanish_on_the_way():
    found = follow(at("1e-200*(1e-200*(1e200*(1e200*x)))", x=1.0), "lecture", None, None, 20)
    assert found.contributions == (pytest.approx(1.0),)
    found = follow(at("1e200*(1e200*(1e-200*(1e-200*x)))", x=1.0), "lecture", None, None, 20)
    assert found.contributions == (pytest.approx(1.0),)


def test_the_rest_keeps_its_digits_where_the_listed_cancel():
    found = follow(at("p = 1e20*x; q = -1e20*x; r = 0.001*x; p + q + r", x=1.0), "lecture", None, None, 2)
    assert sorted(found.contributions) == [-1e20, 1e20]
    assert found.rest == 0.001


def test_infinite_slopes_come_first():
    found = follow(at("1e300*x + √x", x=0.0), "lecture", None, None, 1)
    assert found.contributions == (math.inf,)
    assert found.rest == 1e300


def test_sums_that_are_not_finite_are_no_errors():
    found = follow(at("s = a; repeat 5000: s = s + s end; s", a=0.0), "lecture", None, None, 20)
    assert found.count == 2**5000
    assert (found.total, found.derivative, found.rest) == (math.inf,) * 3
    opposite = follow(at("p = √x; q = √(2x); r = x; p - q + r", x=0.0), "lecture", None, None, 1)
    assert math.isnan(opposite.total)
    assert math.isnan(opposite.derivative)
    assert math.isinf(opposite.rest)


# --- edges and branches -----------------------------------------------------------------------------------------------


def test_edges_are_counted_and_not_nodes():
    found = follow(at("a*a", a=3.0), "lecture", None, None, 20)
    assert (found.count, found.contributions, found.total) == (2, (3.0, 3.0), 6.0)


def test_constants_are_no_ends_of_edges():
    assert follow(at("2*a + 2", a=3.0), "lecture", None, None, 20).count == 1


def test_branches_that_are_not_taken_do_not_count():
    taken = follow(at("if(x > 0, x*x, x*x*x*sin(x))", x=2.0), "lecture", None, None, 20)
    # Through the condition and both operands of x*x; the other branch has x·x·x and sin.
    assert (taken.count, taken.total) == (3, 4.0)
    assert taken.not_taken > 0
    other = follow(at("if(x > 0, x*x, x*x*x*sin(x))", x=-2.0), "lecture", None, None, 20)
    assert other.total == pytest.approx(3 * 4 * math.sin(-2) - 8 * math.cos(-2))


# --- the lectures -----------------------------------------------------------------------------------------------------


def sample(name, gates="lecture"):
    return evaluate((SAMPLES / f"{name}.txt").read_text(encoding="utf-8"), from_file(SAMPLES / f"{name}.toml"),
                    gates=gates)  # fmt: skip


def test_the_two_paths_of_x2():
    """x̄2 by P1 is ā1 cos(x2), by P2 ā2 x1, with ā1 = ā2 = 1."""
    found = follow(sample("two_paths"), "lecture", "x2", None, 20)
    assert found.contributions == (math.cos(3.0), 2.0)
    assert found.total == found.derivative == math.cos(3.0) + 2
    assert follow(sample("two_paths"), "lecture", "x1", None, 20).contributions == (3.0,)


@pytest.mark.parametrize("gates", ["lecture", "primitive", "coarse", "named"])
def test_the_four_paths(gates):
    """path[a, b1, c, d1, e] and so on; db1/da = 2a, db2/da = 3, ∂c/∂b1 = b2, ∂c/∂b2 = b1, dd1/dc = 1/2, dd2/dc = 2c."""
    a, b1, b2, c = 0.5, 0.25, 1.5, 0.375
    lower, upper = (2 * a * b2, 3 * b1), (0.5, 2 * c)
    found = follow(sample("four_paths", gates), gates, None, None, 20)
    names = found.result.graph.names
    nodes = [[names[slot] for slot, _ in path if slot in names] for path in found.listed]
    assert nodes == [["b1", "c", "d1", "e"], ["b1", "c", "d2", "e"], ["b2", "c", "d1", "e"], ["b2", "c", "d2", "e"]]
    assert found.contributions == tuple(one * other for one in lower for other in upper)
    assert found.total == found.derivative == sum(found.contributions) == sum(lower) * sum(upper)
    assert [(names[part.ways.end], part.count, part.total) for part in found.segments] == [
        ("c", 2, sum(lower)),
        ("e", 2, sum(upper)),
    ]


@pytest.mark.parametrize("bifurcations", [1, 2, 3, 10, 64, 1000])
def test_every_bifurcation_doubles_the_number_of_paths(bifurcations):
    result = at(f"s = a; repeat {bifurcations}: s = sin(s) + cos(s) end; s", a=0.5)
    assert count_paths(result.graph, 0, result.graph.output) == 2**bifurcations
