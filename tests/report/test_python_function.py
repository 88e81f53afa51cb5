"""Exported code: run where there is no gradcli it gives the same numbers."""

from __future__ import annotations

import ast
import json
import math
import random
from functools import cache
from pathlib import Path

import numpy
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gradcli.graph.build import build, read
from gradcli.graph.builder import Builder
from gradcli.graph.tape import ArrayGate
from gradcli.language import GradcliError, canonical
from gradcli.passes.backward import run_backward
from gradcli.passes.forward import run_forward
from gradcli.passes.symbolic import symbolic_gradient
from gradcli.report.python_code import LANGUAGES, TABLE, known
from gradcli.report.python_function import function_text
from gradcli.rules.array_table import ARRAY_RULES
from gradcli.rules.table import RULES

from ..passes.random_array_graphs import ArrayFormula
from ..passes.random_graphs import graphs
from ..passes.test_special_points import KINKS
from . import stand_ins
from .exports import run_exported

LECTURES = json.loads((Path(__file__).parents[1] / "lectures.json").read_text(encoding="utf-8"))


def graph_of(text, point):
    shapes = {canonical(name): numpy.shape(x) for name, x in point.items()}
    return build(read(text, shapes.keys(), arrays=[n for n, s in shapes.items() if s]), "lecture", shapes)


@cache
def derived(graph, order):
    return symbolic_gradient(graph, range(len(graph.inputs)), order)


def exported(graph, language="python", order=1, title=""):
    return function_text(derived(graph, order), dict(enumerate(graph.inputs)), language, title=title)


def listed(point):
    return [numpy.asarray(x).tolist() for x in point]


def ours(graph, point):
    forward = run_forward(graph, point)
    return forward.output, dict(zip(graph.inputs, run_backward(forward).gradient(), strict=True))


def agree(answer, graph, point, tolerance=1e-12):
    value, gradient = ours(graph, point)
    scale = max(1.0, *(float(numpy.max(numpy.abs(x))) for x in (value, *gradient.values())))
    numpy.testing.assert_allclose(answer[0], value, rtol=tolerance, atol=tolerance * scale)
    assert list(answer[1]) == list(graph.inputs)
    for name, wanted in gradient.items():
        assert numpy.shape(answer[1][name]) == numpy.shape(wanted)
        numpy.testing.assert_allclose(answer[1][name], wanted, rtol=tolerance, atol=tolerance * scale, err_msg=name)


# --- formulas ---------------------------------------------------------------------------------------------------------


def test_a_function_as_it_is_written():
    text = exported(graph_of("(x + y)*z", {"x": 1.0, "y": 1.0, "z": 1.0}), title="f = (x + y) * z")
    assert text == (
        "import math\n\n\n"
        "def value_and_gradient(x, y, z):\n"
        '    """Value and gradient of f = (x + y) * z; derivatives by x, y, z."""\n'
        "    t1 = x + y\n"
        "    t2 = t1 * z\n"
        '    return float(t2), {"x": float(z), "y": float(z), "z": float(t1)}\n'
    )


@pytest.mark.parametrize("language", ["python", "numpy"])
def test_the_lectures_formulas(language):
    cases, wanted = [], []
    for example in LECTURES:
        point = {canonical(name): numpy.array(x) if isinstance(x, list) else x for name, x in example["at"].items()}
        graph = graph_of(example["formula"], point)
        cases.append((exported(graph, language), listed(point[canonical(name)] for name in graph.inputs)))
        wanted.append(example)
    for example, (value, gradient) in zip(wanted, run_exported(cases), strict=True):
        numpy.testing.assert_allclose(value, example["value"], rtol=1e-12)
        gradient = {canonical(name): slope for name, slope in gradient.items()}
        for name, slope in ((canonical(name), slope) for name, slope in example["gradient"].items()):
            numpy.testing.assert_allclose(gradient[name], slope, rtol=1e-12, atol=1e-15)


def test_random_formulas():
    drawn = []

    @settings(derandomize=True, deadline=None, max_examples=250, database=None,
              suppress_health_check=list(HealthCheck))  # fmt: skip
    @given(graphs(steps=5), st.sampled_from(["python", "python", "numpy"]))
    def collect(case, language):
        graph, point = case
        drawn.append((graph, point, exported(graph, language)))

    collect()
    answers = run_exported([(text, listed(point)) for _, point, text in drawn])
    assert len(answers) >= 250
    for (graph, point, _), answer in zip(drawn, answers, strict=True):
        agree(answer, graph, point, 1e-11 if any(g.name in ("beta", "gamma") for _, g, _ in graph.steps) else 1e-12)


def test_random_formulas_on_arrays():
    cases = []
    for seed in range(100, 140):
        formula = ArrayFormula(random.Random(seed))
        graph = graph_of(formula.text, formula.inputs)
        point = [x if numpy.ndim(x) else float(x) for x in (formula.inputs[name] for name in graph.inputs)]
        cases.append((graph, point, exported(graph)))
    for (graph, point, _), answer in zip(cases, run_exported([(t, listed(p)) for _, p, t in cases]), strict=True):
        agree(answer, graph, point)


def test_plain_floats_need_no_numpy():
    graph = graph_of("z = (x + σ(x)) / (σ(x) + (x + y)²) + erfinv(x/9) + beta(x, y)", {"x": 4.0, "y": 3.0})
    text = exported(graph)
    assert "numpy" not in text
    (answer,) = run_exported([(text, [4, 3])], site=False)
    agree(answer, graph, [4.0, 3.0])


@pytest.mark.parametrize("language", ["python", "numpy"])
def test_conventions_at_kinks(language):
    cases = []
    for text, at, _, _ in KINKS:
        graph = graph_of(text, {name: float(x) for name, x in at.items()})
        cases.append((exported(graph, language), [float(at[name]) for name in graph.inputs]))
    for (text, _, value, slopes), answer in zip(KINKS, run_exported(cases), strict=True):
        assert answer[0] == pytest.approx(value, rel=1e-14, nan_ok=True), text
        for name, slope in slopes.items():
            assert answer[1][name] == pytest.approx(slope, rel=1e-14, nan_ok=True), text


@pytest.mark.parametrize("language", ["python", "numpy"])
def test_branches_that_are_not_taken_and_overflow_do_not_fail(language):
    cases = [
        ("where(x > 0, sqrt(x) + ln(x) + 1/x, x^2)", 0.0, 0.0, 0.0),
        ("where(x > 0, sin(1/x), x)", 0.0, 0.0, 1.0),
        ("σ(x)", -800.0, 0.0, 0.0),
        ("softplus(x)", 800.0, 800.0, 1.0),
        ("sqrt(x)", 0.0, 0.0, math.inf),
    ]
    texts = [(exported(graph_of(text, {"x": at}), language), [at]) for text, at, _, _ in cases]
    for (text, _, value, slope), answer in zip(cases, run_exported(texts), strict=True):
        assert (answer[0], answer[1]["x"]) == (value, slope), text


def test_second_derivatives():
    # f = x² sin y + x y
    x, y = 0.7, -1.3
    (answer,) = run_exported([(exported(graph_of("x^2*sin(y) + x*y", {"x": x, "y": y}), order=2), [x, y])])
    mixed = 2 * x * math.cos(y) + 1
    assert answer[2]["x"] == pytest.approx({"x": 2 * math.sin(y), "y": mixed}, rel=1e-14)
    assert answer[2]["y"] == pytest.approx({"x": mixed, "y": -(x**2) * math.sin(y)}, rel=1e-14)


def test_second_derivatives_by_arrays():
    a, x = numpy.array([[2.0, 1.0], [-3.0, 0.5]]), numpy.array([0.5, -2.0])
    graph = graph_of("x' A x", {"A": a, "x": x})
    point = {"A": a, "x": x}
    (answer,) = run_exported([(exported(graph, order=2), listed(point[name] for name in graph.inputs))])
    numpy.testing.assert_allclose(answer[2]["x"]["x"], a + a.T, rtol=1e-14)
    assert numpy.shape(answer[2]["A"]["x"]) == (2, 2, 2)
    numpy.testing.assert_array_equal(answer[2]["A"]["A"], numpy.zeros((2, 2, 2, 2)))


def test_ten_thousand_lines():
    lines = ["q0 = x*y", *(f"q{k + 1} = sin(q{k}*0.9) + x" for k in range(3400))]
    graph = graph_of("\n".join(lines), {"x": 0.3, "y": 0.2})
    text = exported(graph)
    assert sum(" = " in line for line in text.splitlines()) > 10_000
    (answer,) = run_exported([(text, [0.3, 0.2])], site=False)
    agree(answer, graph, [0.3, 0.2])


# --- names ------------------------------------------------------------------------------------------------------------


def test_names_that_python_lacks():
    names = ["β₀", "lambda", "math", "t1", "σ′", "numpy"]
    builder = Builder()
    slots = [builder.input(name) for name in names]
    total = slots[0]
    for slot in slots[1:]:
        total = builder.apply(RULES["mul"], (total, slot))
    graph = builder.finish(total)
    (answer,) = run_exported([(exported(graph), [1, 2, 3, 4, 5, 6])])
    assert answer[0] == 720
    assert answer[1] == {name: 720 / k for k, name in enumerate(names, 1)}


def test_a_title_cannot_end_the_docstring():
    text = exported(graph_of("x", {"x": 1.0}), title='f = """; import os\\')
    (function,) = (node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.FunctionDef))
    assert 'f = """; import os\\' in (ast.get_docstring(function) or "")


# --- every rule -------------------------------------------------------------------------------------------------------


@cache
def rule_graph(rule, count):
    builder = Builder()
    slots = tuple(builder.input(f"i{k}") for k in range(count))
    return builder.finish(builder.apply(rule, slots))


@pytest.mark.parametrize("language", ["python", "numpy"])
def test_every_rule_of_numbers(language):
    cases = []
    for rule in RULES.values():
        for sample in rule.samples:
            graph = rule_graph(rule, len(sample))
            cases.append((rule, graph, sample, exported(graph, language)))
    assert {rule.name for rule, *_ in cases} == set(RULES)
    answers = run_exported([(text, list(sample)) for _, _, sample, text in cases], site=language == "numpy")
    for (_, graph, sample, _), answer in zip(cases, answers, strict=True):
        agree(answer, graph, sample, 1e-11)


@cache
def array_cases():
    """A number made of each rule on operands that suit it."""
    return list(_array_cases(numpy.random.default_rng(7)))


def _array_cases(drawn):
    for rule in ARRAY_RULES.values():
        for shapes, settings_ in rule.samples:
            point = [_operand(rule.name, place, shape, shapes, drawn) for place, shape in enumerate(shapes)]
            given_ = {**rule.given_settings(), **settings_}
            builder = Builder()
            slots = tuple(builder.input(f"i{k}", shape) for k, shape in enumerate(shapes))
            gate = ArrayGate(rule, tuple((name, given_[name]) for name, _ in rule.settings))
            slot = builder.apply(gate, slots)
            slot = builder.apply(RULES["sin"], (slot,))
            if builder.shapes[slot]:
                slot = builder.apply(ArrayGate(ARRAY_RULES["sum"], (("axis", None),)), (slot,))
            yield rule, builder.finish(slot), point


def _operand(name, place, shape, shapes, drawn):
    """Positive numbers, probabilities, classes, or matrices that are positive definite."""
    if len(shapes) == 2 and place == 1 and len(shape) < len(shapes[0]) and name in (
        "cross_entropy", "nll", "nll_log", "multiclass_hinge"):  # fmt: skip
        return drawn.integers(0, shapes[0][-1], size=shape) + 0.0
    if name == "onehot":
        return numpy.zeros(shape) + 1.0 if settings_fit(shape) else numpy.zeros(shape)
    x = drawn.uniform(0.1, 0.9, size=shape)
    if name in ("cholesky", "eigvalsh", "eigvecsh"):
        return x @ x.T + numpy.diag(numpy.arange(1.0, len(x) + 1))
    if name in ("inv", "logdet", "solve", "matpow", "det") and len(shape) == 2 and shape[0] == shape[1]:
        return x + numpy.eye(len(x))
    return float(x) if shape == () else x


def settings_fit(shape):
    return shape == (2,)


def test_every_rule_of_arrays():
    cases = [(rule, graph, point, exported(graph)) for rule, graph, point in array_cases()]
    assert {rule.name for rule, *_ in cases} == set(ARRAY_RULES)
    answers = run_exported([(text, listed(point)) for _, _, point, text in cases])
    for (rule, graph, point, _), answer in zip(cases, answers, strict=True):
        try:
            agree(answer, graph, point, 1e-10)
        except AssertionError as error:
            raise AssertionError(rule.name) from error


# --- PyTorch and JAX --------------------------------------------------------------------------------------------------


@cache
def refused(language, graph):
    try:
        return None, exported(graph, language)
    except GradcliError as error:
        return error, ""


@pytest.mark.parametrize("language", ["torch", "jax"])
def test_what_other_languages_lack_is_refused_by_name(language):
    found = {}
    for rule in RULES.values():
        error, text = refused(language, rule_graph(rule, len(rule.samples[0])))
        if error is not None:
            found[rule.name] = error
            assert error.code == "unsupported"
            assert LANGUAGES[language] in error.message
        else:
            ast.parse(text)
    for rule, graph, _ in array_cases():
        error, text = refused(language, graph)
        if error is not None:
            found[rule.name] = error
        else:
            ast.parse(text)
    assert not {"sigmoid", "relu", "exp", "tanh", "softmax", "matmul", "matvec", "sum", "mse", "div"} & set(found)
    missing = {name for name in TABLE if name not in known(language)}
    for error in found.values():
        assert error.message.partition(" ")[0] in missing


def test_the_texts_of_pytorch_and_jax_begin_as_their_users_do():
    graph = graph_of("sum(tanh(W x))", {"W": numpy.ones((2, 3)), "x": numpy.ones(3)})
    torch, jax = exported(graph, "torch"), exported(graph, "jax")
    assert torch.startswith("import torch\n")
    assert "torch.tanh(" in torch
    assert "numpy" not in torch.replace("jax.numpy", "")
    assert "import jax.numpy as jnp\n" in jax
    assert "jnp.tanh(" in jax
    assert "numpy." not in jax.replace("jax.numpy", "")


STAND_INS = {"torch": {"torch": stand_ins.TORCH}, "jax": {"jax": stand_ins.JAX}}
NOT_STOOD_IN = {"erfinv", "polygamma", "digamma", "gamma", "lgamma", "beta", "eigvecsh"}
"""Rules whose functions, or those of their slopes, the modules that stand in do not have."""


@pytest.mark.parametrize("language", ["torch", "jax"])
def test_rules_of_numbers_in_other_languages(language):
    cases = []
    for rule in RULES.values():
        for sample in rule.samples:
            graph = rule_graph(rule, len(sample))
            error, text = refused(language, graph)
            if error is None and rule.name not in NOT_STOOD_IN:
                cases.append((graph, sample, text))
    assert len(cases) > 250
    answers = run_exported([(text, list(sample)) for _, sample, text in cases], modules=STAND_INS[language])
    for (graph, sample, _), answer in zip(cases, answers, strict=True):
        agree(answer, graph, sample, 1e-10)


@pytest.mark.parametrize("language", ["torch", "jax"])
def test_rules_of_arrays_in_other_languages(language):
    cases = []
    for rule, graph, point in array_cases():
        error, text = refused(language, graph)
        if error is None and rule.name not in NOT_STOOD_IN:
            cases.append((rule, graph, point, text))
    assert len({rule.name for rule, *_ in cases}) > 35
    answers = run_exported([(text, listed(point)) for _, _, point, text in cases], modules=STAND_INS[language])
    for (rule, graph, point, _), answer in zip(cases, answers, strict=True):
        try:
            agree(answer, graph, point, 1e-9)
        except AssertionError as error:
            raise AssertionError(rule.name) from error


@pytest.mark.parametrize("language", ["torch", "jax"])
def test_random_formulas_on_arrays_in_other_languages(language):
    cases = []
    for seed in range(200, 220):
        formula = ArrayFormula(random.Random(seed))
        graph = graph_of(formula.text, formula.inputs)
        point = [x if numpy.ndim(x) else float(x) for x in (formula.inputs[name] for name in graph.inputs)]
        cases.append((graph, point, exported(graph, language)))
    answers = run_exported([(t, listed(p)) for _, p, t in cases], modules=STAND_INS[language])
    for (graph, point, _), answer in zip(cases, answers, strict=True):
        agree(answer, graph, point)
