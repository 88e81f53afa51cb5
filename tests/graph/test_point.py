"""Names and numbers from the command line and from Python."""

from __future__ import annotations

import math
import subprocess
import sys
from fractions import Fraction

import numpy
import pytest

from gradcli.graph.build import read
from gradcli.graph.point import Binding, bind, from_numbers, parse_binding, require_values
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


NO_NAMES = [
    "x y",
    "",
    " ",
    "x\n",
    "x\x00",
    "x\x1b[31m",
    "f(x)",
    "x=1;y",
    "1x",
    "x#",
    "x²",
    "x+y",
    "[x]",
    "_",
    "W ~ 3; x",
    7,
    None,
]


@pytest.mark.parametrize("name", NO_NAMES)
def test_names_that_are_none(name):
    with pytest.raises(GradcliError) as caught:
        from_numbers({name: 1.0}, "point.json")
    assert caught.value.code == "bad-point"
    assert caught.value.message.isprintable()


@pytest.mark.parametrize(
    "value", [True, None, {1}, {"a": 1}, math.nan, math.inf, 10**400, -(10**400), 1j, numpy.bool_(1)]
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


def test_equality_and_hash_of_numbers():
    one, other = Binding("x", "x", 1.0), Binding("x", "x", 2.0)
    assert one == Binding("x", "x", 1.0)
    assert one != other
    assert one != "x"
    assert len({one, Binding("x", "x", 1.0), other}) == 2


@pytest.mark.parametrize("value", ["@/etc/hostname", " @x.npy", "@", "x.npy"])
def test_texts_of_strangers_read_no_file(value):
    with pytest.raises(GradcliError) as caught:
        from_numbers({"x": value}, "at")
    assert "/etc/hostname cannot" not in caught.value.message


def test_a_text_of_strangers_declares_nothing():
    with pytest.raises(GradcliError):
        from_numbers({"x": "1; W ~ 3"}, "at")


def test_several_numbers_are_a_vector_or_several_bindings():
    with pytest.raises(GradcliError) as caught:
        parse_binding("x=1,2")
    assert caught.value.start == 3
    assert "x=[1,2]" in caught.value.hint
    assert "x=1 y=2" in caught.value.hint


def test_a_file_needs_its_sign():
    with pytest.raises(GradcliError) as caught:
        parse_binding("W=w.npy")
    assert "W=@w.npy" in caught.value.hint


def test_numbers_alone_do_not_load_numpy(tmp_path):
    path = tmp_path / "p.csv"
    path.write_text("x,y\n1,2\n")
    lines = (
        "import sys; from pathlib import Path; from gradcli.graph.point import bind, from_numbers, parse_binding",
        "from gradcli.graph.point_files import from_file",
        "bind([parse_binding('x=pi/4')]), from_numbers({'x': 1, 'y': '1/2'}, 'at'), from_file(Path(sys.argv[1]))",
        "import gradcli.graph.random_values, gradcli.graph.array_files",
        "assert 'numpy' not in sys.modules",
    )
    code = ";".join(lines)
    assert subprocess.run([sys.executable, "-c", code, str(path)], check=False).returncode == 0
