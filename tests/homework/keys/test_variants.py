"""Variants: the same student always gets the same numbers, and a class gets all of them."""

from __future__ import annotations

import hashlib
from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from gradcli.homework.keys.key import ProblemSpec
from gradcli.homework.keys.variants import variant

AT = {"x": -2, "y": 5, "z": -4}
VARY = {"x": (-3, -2, 2), "z": (-4, 3)}
SPEC = ProblemSpec("p1", None, "f = (x + y) * z", AT, vary=VARY)

VARYING = st.dictionaries(
    st.sampled_from(["a", "b", "x", "y", "z"]), st.lists(st.integers(), min_size=1, max_size=5).map(tuple), max_size=5
)
STUDENTS = st.text(min_size=1, max_size=12)


def test_nobody_in_particular_gets_the_point_of_the_key():
    assert list(variant(SPEC, None, 0).items()) == list(AT.items())
    spec = ProblemSpec("p1", None, "x*a", {"x": 1}, vary={"a": (7, 8), "x": (2, 3)})
    assert variant(spec, None, 5) == {"x": 1, "a": 7}


def test_the_choice_is_that_of_the_stated_hash():
    # Computed here from what is promised: the SHA-256 of a JSON list of seed, problem, name and student.
    def chosen(name, values, student, seed):
        told = f'[{seed}, "p1", "{name}", "{student}"]'.encode()
        return values[int(hashlib.sha256(told).hexdigest(), 16) % len(values)]

    for student in ("s1", "s2", "s1234567"):
        for seed in (0, 1):
            point = variant(SPEC, student, seed)
            assert point == {
                "x": chosen("x", VARY["x"], student, seed),
                "y": 5,
                "z": chosen("z", VARY["z"], student, seed),
            }


@given(st.dictionaries(st.sampled_from("xyz"), st.integers()), VARYING, STUDENTS, st.integers(0, 2**63 - 1))
def test_repeated_calls_agree_in_any_order_of_names(at, vary, student, seed):
    point = variant(ProblemSpec("p", None, "x", at, vary=vary), student, seed)
    backwards = dict(reversed(vary.items()))
    assert variant(ProblemSpec("p", None, "x", dict(at), vary=backwards), student, seed) == point
    assert point.keys() == at.keys() | vary.keys()
    assert all(point[name] in values for name, values in vary.items())
    assert all(point[name] == value for name, value in at.items() if name not in vary)


@given(VARYING, STUDENTS, st.integers(0, 1000))
def test_a_name_that_does_not_vary_changes_nothing_for_the_others(vary, student, seed):
    point = variant(ProblemSpec("p", None, "x", {}, vary=vary), student, seed)
    for name, values in vary.items():
        assert variant(ProblemSpec("p", None, "x", {}, vary={name: values}), student, seed) == {name: point[name]}


@given(st.integers(0, 2**63 - 1), st.integers(2, 5))
def test_every_value_occurs_in_a_class(seed, count):
    spec = ProblemSpec("p1", None, "x", {}, vary={"x": tuple(range(count))})
    counts = Counter(variant(spec, f"s{student}", seed)["x"] for student in range(300))
    # With five values the chance that one of them is drawn less than 20 times in 300 is below 1e-9.
    assert min(counts[value] for value in range(count)) >= 20


@given(st.integers(0, 1000))
def test_seeds_problems_and_names_are_independent(seed):
    values = tuple(range(1000))
    one = ProblemSpec("p1", None, "x", {}, vary={"x": values, "z": values})
    other = ProblemSpec("p2", None, "x", {}, vary={"x": values})
    points = [variant(one, f"s{s}", seed) for s in range(8)]
    assert [p["x"] for p in points] != [p["z"] for p in points]
    assert [p["x"] for p in points] != [variant(other, f"s{s}", seed)["x"] for s in range(8)]
    assert [p["x"] for p in points] != [variant(one, f"s{s}", seed + 1)["x"] for s in range(8)]


def test_spellings_of_one_student_and_of_one_name_are_one():
    spec = ProblemSpec("p", None, "x", {"β_0": 1}, vary={"beta0": tuple(range(100))})
    assert [*variant(spec, "S12", 0)] == ["β_0"]
    assert variant(spec, "S12", 0) == variant(spec, " s12 ", 0)
    respelled = ProblemSpec("p", None, "x", {"β_0": 1}, vary={"β₀": tuple(range(100))})
    assert variant(respelled, "s12", 0) == variant(spec, "s12", 0)


def test_the_key_is_left_alone():
    spec = ProblemSpec("p", None, "x", {"x": 1}, vary={"x": (2, 3)})
    variant(spec, "s1", 0)["x"] = 9
    assert spec.at == {"x": 1}
