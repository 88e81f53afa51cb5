"""Random values of declared names."""

from __future__ import annotations

import math
from types import SimpleNamespace

import numpy
import pytest

from gradcli.graph import array_values
from gradcli.graph.point import from_numbers, parse_binding
from gradcli.graph.random_values import draw, draw_declared
from gradcli.language import GradcliError

GOLDEN = ["-0x1.1f399113546e8p+0", "-0x1.24906cec823efp-1", "0x1.1eb3e3209c1bfp-2"]


def declaration(name, shape):
    return SimpleNamespace(name=name, key=name, shape=shape, start=0, end=len(name))


def formula(*declarations):
    return SimpleNamespace(declarations=declarations, text="W ~ (3, 2)")


def by_hand(key, count, seed):
    """Marsaglia's polar method on the bits that NumPy promises to keep, one pair at a time."""
    bits = numpy.random.PCG64(numpy.random.SeedSequence(seed, spawn_key=tuple(key.encode())))
    found = []
    while len(found) < count:
        u, v = ((int(bits.random_raw()) >> 11) / 2**52 - 1 for _ in "uv")
        if 0 < u * u + v * v < 1:
            scale = math.sqrt(-2 * math.log(u * u + v * v) / (u * u + v * v))
            found += [u * scale, v * scale]
    return found[:count]


@pytest.mark.parametrize(("key", "seed"), [("W", 0), ("beta0", 7), ("α", 2**70)])
def test_values_are_those_of_the_method(key, seed):
    numpy.testing.assert_allclose(draw(key, (5, 7), seed).ravel(), by_hand(key, 35, seed), rtol=1e-14)


def test_values_do_not_depend_on_how_many_are_drawn_at_once():
    many = draw("W", (200_001,), 3)
    assert many[:5].tolist() == draw("W", (5,), 3).tolist()
    numpy.testing.assert_allclose(many[-3:], by_hand("W", 200_001, 3)[-3:], rtol=1e-14)


def test_values_stay_what_they_were():
    """Printed results hold them: they must not change from one version or machine to the next."""
    assert [x.hex() for x in draw("W", (3,), 0).tolist()] == GOLDEN


def test_values_are_standard_normal():
    values = numpy.sort(draw("x", (200_000,), 1))
    distribution = [0.5 * (1 + math.erf(x / math.sqrt(2))) for x in values]
    steps = numpy.arange(1, values.size + 1) / values.size
    assert numpy.abs(distribution - steps).max() < 1.63 / math.sqrt(values.size)  # Kolmogorov and Smirnov, 1 %
    assert numpy.isfinite(values).all()


def test_names_and_seeds_are_independent():
    names = ["x", "y", "W", "W1", "W11", "1W"]
    drawn = [tuple(draw(name, (4,), seed)) for name in names for seed in (0, 1, 2)]
    assert len(set(drawn)) == len(drawn)
    together = numpy.corrcoef([draw("x", (10_000,)), draw("y", (10_000,)), draw("x", (10_000,), 1)])
    assert numpy.abs(together - numpy.eye(3)).max() < 0.05


def test_an_array_cannot_be_written_to():
    value = draw("W", (3, 2))
    assert (value.shape, value.dtype, value.flags.writeable) == ((3, 2), numpy.float64, False)


def test_a_number_can_be_drawn():
    assert type(draw("x", ())) is float


def test_declared_names_without_a_value_get_one():
    point = from_numbers({"x": [1, 2]}, "at")
    found = draw_declared(formula(declaration("W", (3, 2)), declaration("x", (2,))), point, 5)
    assert list(found) == ["x", "W"]
    assert found["x"] is point["x"]
    assert found["W"].value.tolist() == draw("W", (3, 2), 5).tolist()
    assert list(point) == ["x"]


@pytest.mark.parametrize(
    ("value", "shape", "message"),
    [([[1, 2, 3], [4, 5, 6]], (3, 2), "'W' is 3×2 as it is declared, but its value is 2×3"),
     (1, (2,), "'W' has 2 entries as it is declared, but its value is a number"),
     ([1], (), "'W' is a number as it is declared, but its value has 1 entry")],
)  # fmt: skip
def test_a_value_has_the_declared_shape(value, shape, message):
    with pytest.raises(GradcliError) as caught:
        draw_declared(formula(declaration("W", shape)), from_numbers({"W": value}, "at"))
    assert caught.value.message == message
    assert (caught.value.code, caught.value.start, caught.value.end) == ("shape", 0, 1)
    assert caught.value.hint


@pytest.mark.parametrize(("shape", "code"), [((10**7 + 1,), "too-large"), ((10**4, 10**4), "too-large"),
                                             ((0,), "bad-point"), ((1,) * 9, "bad-point")])  # fmt: skip
def test_shapes_that_no_value_may_have(shape, code):
    with pytest.raises(GradcliError) as caught:
        draw_declared(formula(declaration("W", shape)), {})
    assert caught.value.code == code


@pytest.mark.parametrize("text", ["W ~ (3, 2)", "W~(3,2)", "  W  ~(3 ,2)"])
def test_a_declaration_as_an_argument(text):
    binding = parse_binding(text, seed=4)
    assert (binding.name, binding.key) == ("W", "W")
    assert binding.value.tolist() == draw("W", (3, 2), 4).tolist()


def test_a_vector_is_declared_by_its_length():
    assert parse_binding("x~3").value.tolist() == draw("x", (3,)).tolist()
    assert parse_binding("β_0 ~ 2").value.tolist() == draw("beta0", (2,)).tolist()


@pytest.mark.parametrize(
    "text", ["W ~", "~ 3", "W ~ (3, 2); x ~ 2", "W ~ 3 = 4", "W ~ 3; W", "W ~ x", "W ~ (3,2", "2 ~ 3"]
)
def test_no_declarations(text):
    with pytest.raises(GradcliError) as caught:
        parse_binding(text)
    assert caught.value.hint


def test_a_declaration_that_is_too_large(monkeypatch):
    monkeypatch.setattr(array_values, "LARGEST_ARRAY", 5)
    with pytest.raises(GradcliError) as caught:
        parse_binding("W ~ (3, 2)")
    assert caught.value.code == "too-large"
