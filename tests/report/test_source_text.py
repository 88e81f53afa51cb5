"""Functions as source text: with all they use, and nothing of this package."""

from __future__ import annotations

import ast
import math

import numpy
import pytest

from gradcli.report.exported import winner
from gradcli.report.source_text import NotExportableError, Sources
from gradcli.rules import array_functions, floats, matrix_functions, special_functions
from tests.report.exports import run_exported

FACTOR = 3.0


def doubled(x: float) -> float:
    """Twice the number."""
    y: float = 2 * x
    return y * FACTOR


def call(expression, sources, *arguments):
    modules = "".join(f"import {module}\n" for module in sources.modules)
    text = f"{modules}{sources.text()}\ndef value_and_gradient(*x):\n    return {expression}(*x)\n"
    (answer,) = run_exported([(text, list(arguments))])
    return answer


def test_annotations_and_docstrings_are_left_out_and_constants_come_along():
    sources = Sources()
    assert sources.function(doubled) == "_doubled"
    assert sources.text() == "_FACTOR = 3.0\n\n\ndef _doubled(x):\n    y = 2 * x\n    return y * _FACTOR"


def test_functions_of_python_are_named():
    sources = Sources()
    assert sources.function(math.erf) == "math.erf"
    assert sources.function(abs) == "abs"
    assert sources.function(numpy.arctan2) == "numpy.arctan2"
    assert set(sources.modules) == {"math", "numpy"}


def test_a_function_that_was_returned_is_made_again():
    sources = Sources()
    assert sources.function(floats.ELEMENTARY["exp"], "exp") == "_exp"
    assert sources.text().endswith("_exp = _total(math.exp)")
    assert call("_exp", sources, 1000.0) == math.inf


def test_two_functions_of_one_name():
    sources = Sources()
    assert sources.function(winner) == "_winner"
    assert sources.function(doubled, "winner") == "_winner_"
    assert sources.function(winner) == "_winner"


@pytest.mark.parametrize(("function", "arguments", "wanted"), [
    (special_functions.polygamma, [1, 1.0], math.pi**2 / 6), (special_functions.erfinv, [0.5], 0.4769362762044699),
    (special_functions.beta, [2.0, 3.0], 1 / 12), (special_functions.polygamma, [0, -0.5], 0.03648997397857652),
])  # fmt: skip
def test_functions_with_much_behind_them(function, arguments, wanted):
    sources = Sources()
    assert call(sources.function(function), sources, *arguments) == pytest.approx(wanted, rel=1e-13)


def test_every_function_that_arrays_are_computed_with_is_python():
    sources = Sources()
    for module in (matrix_functions, array_functions):
        for name, function in vars(module).items():
            if callable(function) and getattr(function, "__module__", "") == module.__name__ and name != "_picked":
                try:
                    sources.function(function)
                except NotExportableError:
                    assert name in ("_scatter",), name
    ast.parse(sources.text())
    assert "gradcli" not in sources.text()
