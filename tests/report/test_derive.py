"""Derivatives as text, as LaTeX and in JSON: what is written can be read again and is right."""

from __future__ import annotations

import json
import random
import re
from pathlib import Path

import numpy
import pytest
import sympy
from hypothesis import HealthCheck, given, settings

from gradcli.graph.build import build, read
from gradcli.graph.point import from_numbers
from gradcli.language import canonical
from gradcli.passes.evaluate import evaluate
from gradcli.passes.forward import UndefinedValue
from gradcli.passes.symbolic import symbolic_gradient
from gradcli.report.derive import derive_markdown, derive_record, derive_text, written
from gradcli.report.latex import derive_latex, derive_rows, name_text

from ..passes.random_array_graphs import ArrayFormula
from ..passes.random_graphs import SMOOTH_FORMULAS
from ..passes.test_special_points import KINKS

LECTURES = json.loads((Path(__file__).parents[1] / "lectures.json").read_text(encoding="utf-8"))
SCALAR = [e for e in LECTURES if all(isinstance(x, float) for x in e["at"].values()) and "[" not in e["formula"]]


def derived(text, shapes=None, order=1, wrt=None):
    shapes = shapes or {}
    graph = build(read(text, arrays=[name for name, shape in shapes.items() if shape]), "lecture", shapes)
    slots = [graph.inputs.index(name) for name in wrt or graph.inputs]
    return symbolic_gradient(graph, slots, order, printed=True), {slot: graph.inputs[slot] for slot in slots}


def text_of(text, shapes=None, order=1, wrt=None):
    return derive_text(*derived(text, shapes, order, wrt))


def read_again(parts, point):
    """The numbers of all lines: each is read as a formula, behind the lines before it."""
    found, output = written(*parts), parts[0].graph.output_name
    head = "".join(f"{name} = {text}\n" for name, text in (*found.before, (output, found.value), *found.after))
    results = {"out_": output}
    results |= {f"dout_/d{name}": text for name, text in found.gradient.items()}
    results |= {(f"d²out_/d{a}²" if a == b else f"d²out_/d{a} d{b}"): text for (a, b), text in found.hessian.items()}
    return {name: evaluate(f"{head}result__ = {text}", point, optional_gradient=True).value
            for name, text in results.items()}  # fmt: skip


# --- text -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("(x + y)*z", "f = (x + y) * z\ndf/dx = z\ndf/dy = z\ndf/dz = x + y\n"),
        ("q = x + y; f = q*z", "q = x + y\nf = q * z\ndf/dx = z\ndf/dy = z\ndf/dz = q\n"),
        ("x*x", "f = x * x\ndf/dx = 2 * x\n"),
        ("σ(x)", "f = σ(x)\ndf/dx = f * (1 − f)\n"),
        ("sin(x)^2", "f = sin(x)²\ndf/dx = 2 * sin(x) * cos(x)\n"),
        ("-x + 3", "f = −x + 3\ndf/dx = −1\n"),
        ("|x|", "f = abs(x)\ndf/dx = sign(x)\n"),
        ("relu(x)*y", "f = relu(x) * y\ndf/dx = where(x > 0, y, 0)\ndf/dy = relu(x)\n"),
        ("e^(2x)", "f = e^(2 * x)\ndf/dx = 2 * f\n"),
        ("x/y", "f = x / y\ndf/dx = 1 / y\ndf/dy = −x / y²\n"),
    ],
)
def test_short_formulas(text, wanted):
    assert text_of(text) == wanted


def test_what_is_used_twice_is_named_where_that_is_shorter():
    found = text_of("z = (x + σ(x)) / (σ(x) + (x + y)²)").splitlines()
    assert found[0] == "t1 = σ(x) + (x + y)²"
    assert "t1" in found[-1] + found[-2] + found[-3]
    assert not [line for line in found if re.match(r"t\d = \w+$", line)]


def test_second_derivatives_as_text():
    assert text_of("x^2*y", order=2).splitlines()[-3:] == [
        "d²f/dx² = 2 * y", "d²f/dx dy = 2 * x", "d²f/dy² = 0",
    ]  # fmt: skip


def test_only_what_is_asked_for():
    assert text_of("(x + y)*z", wrt=["z"]) == "f = (x + y) * z\ndf/dz = x + y\n"


def test_plain_characters():
    assert derive_text(*derived("x^2 - σ(x)"), ascii_only=True).isascii()


def test_an_intermediate_takes_no_name_of_the_formula():
    found = text_of("t1*sin(x*y*t1)*cos(x*y*t1) + sin(x*y*t1)").splitlines()
    assert found[0].startswith("t2 = ")
    assert not [line for line in found if line.startswith("t1 =")]


@pytest.mark.parametrize("example", SCALAR, ids=[e["id"] for e in SCALAR])
def test_the_lectures_formulas_are_read_again_and_right(example):
    parts = derived(example["formula"])
    numbers = read_again(parts, from_numbers(example["at"], "the test"))
    assert numbers["out_"] == pytest.approx(example["value"], rel=1e-12)
    for name, slope in example["gradient"].items():
        assert numbers[f"dout_/d{name}"] == pytest.approx(slope, rel=1e-12)


def to_sympy(text):
    """A formula of the lectures for SymPy."""
    for ours, theirs in {"−": "-", "·": "*", "²": "**2", "³": "**3", "^": "**", "σ(": "sigma("}.items():
        text = text.replace(ours, theirs)
    names = {name: sympy.Symbol(name) for name in re.findall(r"[^\W\d]\w*(?!\w*\()", text)} | {"e": sympy.E}
    names["sigma"] = lambda x: 1 / (1 + sympy.exp(-x))
    names["relu"] = lambda x: sympy.Max(x, 0)
    names["ln"] = sympy.log
    return sympy.sympify(text, locals=names)


@pytest.mark.parametrize("text", [
    "(x + sigma(x)) / (sigma(x) + (x + y)^2)", "(x + y)*z", "1/(1 + e^(-(w0*x0 + w1*x1 + w2)))",
    "ln(x1) + x1*x2 - sin(x2)", "sin(x2) + x1*x2", "x^3*y^2/(1 + z^2)", "sin(x)^2*cos(y)*e^(-x*y)",
])  # fmt: skip
def test_both_orders_against_sympy(text):
    parts, names = derived(text, order=2)
    at = {name: sympy.Rational(k + 3, 4) for k, name in enumerate(sorted(names.values()))}
    point = from_numbers({name: float(x) for name, x in at.items()}, "the test")
    numbers = read_again((parts, names), point)
    theirs = to_sympy(text)
    values = {sympy.Symbol(name): x for name, x in at.items()}
    for a in names.values():
        slope = sympy.diff(theirs, sympy.Symbol(a)).subs(values)
        assert numbers[f"dout_/d{a}"] == pytest.approx(float(slope), rel=1e-12, abs=1e-14)
        for b in names.values():
            line = f"d²out_/d{a}²" if a == b else f"d²out_/d{a} d{b}"
            if line in numbers:
                second = sympy.diff(theirs, sympy.Symbol(a), sympy.Symbol(b)).subs(values)
                assert numbers[line] == pytest.approx(float(second), rel=1e-11, abs=1e-13)


@settings(derandomize=True, deadline=None, max_examples=200, database=None, suppress_health_check=list(HealthCheck))
@given(SMOOTH_FORMULAS)
def test_random_formulas_are_read_again_and_right(text):
    parts, names = derived(text)
    at = {"x": 0.75, "y": -1.25, "z": 0.3}
    point = from_numbers({name: at[name] for name in names.values()}, "the test")
    ours = evaluate(text, point)
    numbers = read_again((parts, names), point)
    scale = max(1.0, abs(ours.value), *map(abs, ours.gradient.values())) if ours.gradient else 1.0
    for name, slope in ours.gradient.items():
        assert numbers[f"dout_/d{name}"] == pytest.approx(slope, rel=1e-9, abs=1e-9 * scale)


@pytest.mark.parametrize(("text", "at", "value", "gradient"), KINKS, ids=[case[0] for case in KINKS])
def test_conventions_at_kinks_are_in_the_text(text, at, value, gradient):
    point = from_numbers({name: float(x) for name, x in at.items()}, "the test")
    try:
        numbers = read_again(derived(text), point)
    except UndefinedValue:
        pytest.fail(f"{text}: the text has no value where the formula has one")
    assert numbers["out_"] == pytest.approx(value, nan_ok=True)
    for name, slope in gradient.items():
        if f"dout_/d{name}" in numbers:
            assert numbers[f"dout_/d{name}"] == pytest.approx(slope, rel=1e-14, nan_ok=True)


@pytest.mark.parametrize("seed", range(300, 330))
def test_random_formulas_on_arrays_are_read_again_and_right(seed):
    formula = ArrayFormula(random.Random(seed), 5)
    shapes = {canonical(name): numpy.shape(x) for name, x in formula.inputs.items()}
    parts = derived(formula.text, shapes)
    point = from_numbers(formula.inputs, "the test")
    ours = evaluate(formula.text, point)
    numbers = read_again(parts, point)
    for name in parts[1].values():
        got = numpy.broadcast_to(numbers[f"dout_/d{name}"], numpy.shape(ours.gradient[name]))
        numpy.testing.assert_allclose(got, ours.gradient[name], rtol=1e-9, atol=1e-10)


def test_ten_thousand_operations():
    text = "\n".join(["q0 = x*y", *(f"q{k + 1} = sin(q{k}*0.9) + x" for k in range(3400))])
    assert text_of(text).count("\n") > 3400
    nested = "x"
    for _ in range(1000):
        nested = f"sin(({nested})*0.9 + y)"
    assert max(map(len, text_of(nested).splitlines())) < 1000


@pytest.mark.parametrize("text", ["erf(x)", "normcdf(x)*gelu(x)", "sinpi(x) + sind(x)", "exp2(x)*log10(x)",
                                  "erfinv(x/3)", "rad2deg(x)^2", "x^(1/3)", "gelu_tanh(x)"])  # fmt: skip
def test_constants_by_their_names_are_the_same_numbers(text):
    point = from_numbers({"x": 0.7}, "the test")
    numbers = read_again(derived(text), point)
    assert numbers["dout_/dx"] == pytest.approx(evaluate(text, point).gradient["x"], rel=1e-13)


def test_constants_are_written_by_their_names():
    assert "df/dx = π/180\n" in text_of("deg2rad(x)")
    assert r"= \frac{\pi}{180}" in derive_latex(*derived("deg2rad(x)")).replace("&", "")


# --- LaTeX, Markdown, JSON --------------------------------------------------------------------------------------------


def test_a_fraction_in_latex():
    assert derive_latex(*derived("(x + y)/z²")) == (
        "\\begin{align*}\n"
        "  f &= \\frac{x + y}{z^{2}} \\\\\n"
        "  \\frac{\\partial f}{\\partial x} &= \\frac{1}{z^{2}} \\\\\n"
        "  \\frac{\\partial f}{\\partial y} &= \\frac{1}{z^{2}} \\\\\n"
        "  \\frac{\\partial f}{\\partial z} &= -2 \\cdot \\frac{x + y}{\\left(z^{2}\\right)^{2}} \\, z\n"
        "\\end{align*}\n"
    )


@pytest.mark.parametrize(
    ("name", "wanted"),
    [("x", "x"), ("β₀", r"\beta_{0}"), ("w12", "w_{12}"), ("x_1", "x_{1}"), ("loss", r"\mathrm{loss}"), ("c′", "c'"),
     ("Ω", r"\Omega"), ("h_in", "h_{in}")],
)  # fmt: skip
def test_names_in_latex(name, wanted):
    assert name_text(name) == wanted


@pytest.mark.parametrize("text", ["a = sin(x)*y; f = a^a/(1 + |a|)", "max(x, y, 2)*where(x > y, x, sqrt(y))^3",
                                  "e^(-(x²))·σ(x)", "2^(x*y) - (x - y)^(-1)"])  # fmt: skip
def test_brackets_of_latex_are_balanced(text):
    for left, right in derive_rows(*derived(text, order=2)):
        for row in (left, right):
            assert row.count("{") == row.count("}")
            assert row.count("\\left") == row.count("\\right")
            assert row.count("\\begin{cases}") == row.count("\\end{cases}")
            assert row.isascii()


def test_markdown():
    text = derive_markdown(*derived("x*y"), "f = x * y")
    assert text.splitlines()[0] == "**f = x \\* y**"
    assert "$$\\frac{\\partial f}{\\partial x} = y$$" in text


def test_the_record():
    record = derive_record(*derived("q = x*y; f = q^2", order=2), "q = x*y; f = q^2", "q = x * y; f = q²")
    assert record["schema"] == "gradcli.derive/1"
    assert record["output"] == {"name": "f", "formula": "q²"}
    assert record["intermediates"][0] == {"name": "q", "formula": "x * y"}
    assert record["gradient"]["x"] == "2 * q * y"
    assert record["hessian"]["x"]["y"] == record["hessian"]["y"]["x"]
    json.dumps(record)


@pytest.mark.parametrize(("text", "wanted"), [
    ("softmax(x)[0]", "{t_{1}}_{0}"), ("x[1]^2", "x_{1}^{2}"), ("sin(x)[0]", r"\left(\sin\left(x\right)\right)_{0}"),
    ("w1 = 2x; w1[0]^2", "{w_{1}}_{0}^{2}"), ("where(eq(x[0], 1), 2, x[1])", r"\begin{cases} 2 & x_{0} = 1 \\"),
    ("3*x@[1, 1, 1]", r"\mathbf{1}_{3}"), ("eq(x[0], x[1])*x[2]", r"\left[x_{0} = x_{1}\right] \, x_{2}"),
])  # fmt: skip
def test_entries_and_comparisons_in_latex(text, wanted):
    shown = derive_latex(*derived(text, {"x": (3,)}))
    assert wanted in shown
    assert "backslash" not in shown
    assert "\\{" not in shown
