"""Names and numbers from the command line, from files and from Python."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy
import pytest

from gradcli.graph.build import read
from gradcli.graph.point import bind, from_numbers, parse_binding, require_values
from gradcli.graph.point_files import from_file
from gradcli.language import GradcliError

BINDINGS = [
    ("x=4", "x", 4.0),
    ("x = -1/3", "x", -1 / 3),
    ("x=pi/4", "x", math.pi / 4),
    ("θ=2π", "theta", 2 * math.pi),
    ("beta_0=1e-3", "beta0", 1e-3),
    ("e=2", "e", 2.0),
    ("x=-0.0", "x", -0.0),
    ("x=1e308", "x", 1e308),
    ("x=sin(0)", "x", 0.0),
]


@pytest.mark.parametrize(("text", "key", "value"), BINDINGS)
def test_bindings(text, key, value):
    binding = parse_binding(text)
    assert (binding.key, binding.value) == (key, value)
    assert math.copysign(1, binding.value) == math.copysign(1, value)


@pytest.mark.parametrize(
    ("text", "code"),
    [("x", "bad-binding"), ("=4", "bad-binding"), ("x=y", "bad-binding"), ("x=1;y=2", "bad-binding"),
     ("x=1/0", "bad-binding"), ("x=exp(1000)", "bad-binding"), ("f(x)=4", "bad-binding")],
)  # fmt: skip
def test_no_bindings(text, code):
    with pytest.raises(GradcliError) as caught:
        parse_binding(text)
    assert caught.value.code == code
    assert caught.value.hint


def test_a_name_is_bound_once():
    with pytest.raises(GradcliError) as caught:
        bind([parse_binding("β0=1"), parse_binding("beta_0=2")])
    assert caught.value.code == "bound-twice"
    assert "are one name" in caught.value.message


NO_NAMES = ["x y", "", " ", "x\n", "x\x00", "x\x1b[31m", "f(x)", "x=1;y", "1x", "x#", "x²", "x+y", "[x]", "_", 7, None]


@pytest.mark.parametrize("name", NO_NAMES)
def test_names_that_are_none(name):
    with pytest.raises(GradcliError) as caught:
        from_numbers({name: 1.0}, "point.json")
    assert caught.value.code == "bad-point"
    assert caught.value.message.isprintable()


@pytest.mark.parametrize(
    "value", [True, None, [1], {"a": 1}, math.nan, math.inf, 10**400, -(10**400), 1j, numpy.bool_(1)]
)
def test_values_that_are_no_finite_number(value):
    with pytest.raises(GradcliError) as caught:
        from_numbers({"x": value}, "point.json")
    assert caught.value.code == "bad-point"
    assert "'x'" in caught.value.message


@pytest.mark.parametrize(
    ("value", "number"),
    [(4, 4.0), (2**60, 2.0**60), ("1/4", 0.25), (numpy.float32(0.5), 0.5),
     (numpy.int64(3), 3.0), (Fraction(1, 4), 0.25)],
)  # fmt: skip
def test_values_that_are_numbers(value, number):
    binding = from_numbers({"x": value}, "point.json")["x"]
    assert type(binding.value) is float
    assert binding.value == number


FILES = [
    ("p.json", '{"x": 4, "y": 3.5, "θ_1": "pi/2"}', {"x": 4.0, "y": 3.5, "theta1": math.pi / 2}),
    ("p.toml", 'x = 4\n"θ" = -1e-3\n', {"x": 4.0, "theta": -1e-3}),
    ("p.csv", "x, y\n4, 1/2\n", {"x": 4.0, "y": 0.5}),
    ("p.csv", "\ufeffx,y\r\n4,3\r\n", {"x": 4.0, "y": 3.0}),
]


@pytest.mark.parametrize(("name", "text", "wanted"), FILES)
def test_files(tmp_path, name, text, wanted):
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    assert {key: binding.value for key, binding in from_file(path).items()} == wanted


BAD_FILES = [
    ("p.json", "[1, 2]"),
    ("p.json", "4"),
    ("p.json", "{"),
    ("p.json", '{"x": 1, "x": 2}'),
    ("p.json", '{"x": NaN}'),
    ("p.json", '{"x": 1e999}'),
    ("p.json", '{"x": ' + "9" * 5000 + "}"),
    ("p.json", "[" * 100_000),
    ("p.toml", "x = "),
    ("p.toml", "x = 1979-05-27"),
    ("p.toml", "[table]\nx = 1"),
    ("p.csv", "x,y\n1"),
    ("p.csv", "x,x\n1,2"),
    ("p.csv", "x\n1\n2"),
    ("p.txt", "x = 4"),
]


@pytest.mark.parametrize(("name", "text"), BAD_FILES)
def test_bad_files(tmp_path, name, text):
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    with pytest.raises(GradcliError) as caught:
        from_file(path)
    assert caught.value.code == "bad-point"
    assert caught.value.hint


def test_all_missing_values_are_named():
    formula = read("(x + y)*z", ("y",))
    with pytest.raises(GradcliError) as caught:
        require_values(formula, bind([parse_binding("y=1")]))
    error = caught.value
    assert (error.code, error.start, error.end) == ("no-value", 1, 2)
    assert error.message == "'x', 'z' have no value"


def test_a_lost_superscript_is_guessed():
    formula = read("x2 + 1", ("x",), strict=True)
    with pytest.raises(GradcliError) as caught:
        require_values(formula, bind([parse_binding("x=1")]))
    assert "x^2" in caught.value.hint
