"""Vectors and matrices as values of a point."""

from __future__ import annotations

from fractions import Fraction

import numpy
import pytest

from gradcli.graph import array_values
from gradcli.graph.build import read
from gradcli.graph.point import Binding, bind, from_numbers, parse_binding, require_values, shapes
from gradcli.language import GradcliError


def value_of(text):
    return parse_binding(text).value


def refused(text):
    with pytest.raises(GradcliError) as caught:
        parse_binding(text)
    assert caught.value.hint
    return caught.value


LITERALS = [
    ("x=[1, 2]", [1, 2]),
    ("x = [1]", [1]),
    ("W=[[1,2],[3,4]]", [[1, 2], [3, 4]]),
    ("W=[[1, 2]]", [[1, 2]]),
    ("x=2*[1,2]", [2, 4]),
    ("x=[1/3, pi]", [1 / 3, numpy.pi]),
    ("x=-[1, 2]", [-1, -2]),
    ("x=zeros(3)", [0, 0, 0]),
    ("x=[1, 2]'", [[1, 2]]),
    ("x=2*[1, 2]'", [[2, 4]]),
    ("W=[[1, 2], [3, 4]]'", [[1, 3], [2, 4]]),
]


@pytest.mark.parametrize(("text", "wanted"), LITERALS)
def test_arrays_from_the_command_line(text, wanted):
    value = value_of(text)
    assert value.tolist() == wanted
    assert (value.dtype, value.flags.c_contiguous, value.flags.writeable) == (numpy.float64, True, False)


def test_an_expression_of_vectors_can_be_a_number():
    assert type(value_of("x=sum([1, 2])")) is float


@pytest.mark.parametrize("text", ["W=[[1,2],[3]]", "W=[[1,2],3]", "x=[]", "x=[1, y]", "x=[1, 1/0]", "x=[1,2]+[1,2,3]"])
def test_refused_arrays(text):
    assert refused(text)


def test_an_array_from_the_command_line_has_a_largest_size():
    assert refused("x=zeros(10000001)").code == "too-large"


# --- from Python ------------------------------------------------------------------------------------------------------

GIVEN = [
    ([1, 2.5], [1, 2.5]),
    ((1, 2), [1, 2]),
    ([(1, 2), [3, 4]], [[1, 2], [3, 4]]),
    ([Fraction(1, 2), numpy.float32(0.25), numpy.int8(3), 2**60], [0.5, 0.25, 3, 2**60]),
    ([numpy.array([1.0, 2.0]), [3, 4]], [[1, 2], [3, 4]]),
    ([numpy.array(1.0), 2], [1, 2]),
    (numpy.arange(3), [0, 1, 2]),
    (numpy.arange(6, dtype=">f4").reshape(2, 3), [[0, 1, 2], [3, 4, 5]]),
    (numpy.asfortranarray(numpy.arange(4.0).reshape(2, 2)), [[0, 1], [2, 3]]),
    (numpy.arange(6.0)[::2], [0, 2, 4]),
    (numpy.ones((1, 1, 2), dtype=numpy.float16), [[[1, 1]]]),
    (numpy.array([1, 2], dtype=numpy.longdouble), [1, 2]),
    (numpy.array([2**64 - 1], dtype=numpy.uint64), [2.0**64]),
    (numpy.ma.array([1.0, 2.0], mask=[False, False]), [1, 2]),
]


@pytest.mark.parametrize(("given", "wanted"), GIVEN)
def test_arrays_from_python(given, wanted):
    value = from_numbers({"x": given}, "the call")["x"].value
    assert type(value) is numpy.ndarray
    assert value.tolist() == wanted
    assert (value.dtype, value.flags.c_contiguous, value.flags.writeable) == (numpy.float64, True, False)


def test_an_array_without_axes_is_a_number():
    value = from_numbers({"x": numpy.array(2)}, "the call")["x"].value
    assert type(value) is float


def test_an_array_is_copied():
    given = numpy.ones(2)
    value = from_numbers({"x": given}, "the call")["x"].value
    given[0] = 7
    assert value.tolist() == [1, 1]


def holding_itself():
    found = [1]
    found[0] = found
    return found


def doubling():
    found = [1.0] * 1000
    for _ in range(7):
        found = [found] * 1000
    return found


BAD = [
    (numpy.array([True]), "holds booleans"),
    (numpy.array([1j]), "holds complex numbers"),
    (numpy.array(["1"]), "holds texts"),
    (numpy.array([b"1"]), "holds texts"),
    (numpy.array([None]), "holds Python objects"),
    (numpy.array(["2020-01-01"], dtype="M8[ns]"), "holds dates"),
    (numpy.array([(1, 2)], dtype="i4,i4"), "holds records"),
    ([numpy.array(["2020-01-01"], dtype="M8[ns]")], "x[0] is no number"),
    ([numpy.array([True])], "x[0] is no number"),
    (numpy.array(1j), "holds complex numbers"),
    (numpy.zeros((0, 3)), "x has no entries"),
    (numpy.zeros((1,) * 9), "x has more than 8 axes"),
    (numpy.array([1, numpy.nan]), "x[1] is not a number"),
    (numpy.array(numpy.inf), "x is infinite"),
    (numpy.array([[1e300], [-1e4000]], dtype=numpy.longdouble), "x[1, 0] is infinite or too large"),
    (numpy.ma.array([1.0, 2.0], mask=[False, True]), "masked"),
    ([1, numpy.bool_(1)], "x[1] is no number"),
    ([1, 2j], "x[1] is a complex number"),
    ([-(10**400), 1], "x[0] is infinite or too large"),
    ([1, Fraction(10**400)], "x[1] is infinite or too large"),
    (holding_itself(), "x has more than 8 axes"),
    (range(3), "the value of 'x' is no number"),
    (object(), "the value of 'x' is no number"),
]


@pytest.mark.parametrize(("given", "message"), BAD)
def test_what_is_no_array_of_numbers(given, message):
    with pytest.raises(GradcliError) as caught:
        from_numbers({"x": given}, "the call")
    assert caught.value.code == "bad-point"
    assert message in caught.value.message
    assert caught.value.hint


def test_lists_of_the_same_list_take_no_memory():
    with pytest.raises(GradcliError) as caught:
        from_numbers({"x": doubling()}, "the call")
    assert caught.value.code == "too-large"


def test_many_entries_that_are_no_numbers_are_counted():
    given = numpy.ones((1000, 1000))
    given[3, 4:] = numpy.nan
    given[7, 7] = numpy.inf
    with pytest.raises(GradcliError) as caught:
        from_numbers({"W": given}, "the call")
    assert caught.value.message == "the call: W[3, 4] is not a number, and so are 996 other entries"


def test_an_array_has_a_largest_size(monkeypatch):
    monkeypatch.setattr(array_values, "LARGEST_ARRAY", 4)
    assert from_numbers({"x": [[1, 2], [3, 4]]}, "at")["x"].value.size == 4
    for given in ([1, 2, 3, 4, 5], [[1, 2, 3], [4, 5, 6]], numpy.ones((1, 5))):
        with pytest.raises(GradcliError) as caught:
            from_numbers({"x": given}, "at")
        assert caught.value.code == "too-large"


# --- what is done with bindings ---------------------------------------------------------------------------------------


def vector(*numbers, name="x"):
    return Binding(name, name, numpy.array(numbers, dtype=float))


def test_bindings_of_arrays_are_compared():
    assert vector(1, 2) == vector(1, 2)
    assert vector(1, 2) != vector(1, 3)
    assert vector(1, 2) != vector(1, 2, 3)
    assert vector(1, 1) != Binding("x", "x", 1.0)
    assert vector(1) != Binding("x", "x", numpy.array([[1.0]]))
    assert vector(1, 2) != vector(1, 2, name="y")
    assert len({vector(1, 2), vector(1, 2), vector(1, 3)}) == 2


def test_shapes():
    point = from_numbers({"x": 1, "β_0": [1, 2], "W": [[1, 2, 3], [4, 5, 6]]}, "at")
    assert shapes(point) == {"x": (), "beta0": (2,), "W": (2, 3)}


@pytest.mark.parametrize(
    ("first", "second", "shown"),
    [(1.0, [1, 2], "x=1 x=[1, 2]"), ([[1, 2], [3, 4]], 0.5, "x=[[1, 2], [3, 4]] x=0.5"),
     ([0.5] * 7, [1] * 6, "x=[...] x=[1, 1, 1, 1, 1, 1]")],
)  # fmt: skip
def test_bound_twice(first, second, shown):
    bindings = [*from_numbers({"x": first}, "at").values(), *from_numbers({"x": second}, "at").values()]
    with pytest.raises(GradcliError) as caught:
        bind(bindings)
    error = caught.value
    assert (error.code, error.text) == ("bound-twice", shown)
    assert error.text[: error.start].endswith(" ")
    assert error.hint.endswith(error.text[error.start : error.end])


def test_a_lost_bracket_of_an_entry_is_guessed():
    point = from_numbers({"x": [1, 2]}, "at")
    with pytest.raises(GradcliError) as caught:
        require_values(read("x1 + 1", ("x",), strict=True), point)
    assert "x[0]" in caught.value.hint
