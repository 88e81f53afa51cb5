"""Which values a derivative looks at: whatever is said not to be needed may be anything."""

from __future__ import annotations

import numpy
import pytest

from gradcli.graph.tape import ArrayGate
from gradcli.passes.needs import OUTPUT, needed
from gradcli.rules.array_rule import ArrayRule
from gradcli.rules.array_table import ARRAY_RULES
from gradcli.rules.arrays import Arrays
from gradcli.rules.rule import Rule
from gradcli.rules.table import RULES

M = Arrays()


def unknown(x: object) -> object:
    return numpy.full(numpy.shape(x), numpy.nan) if numpy.ndim(x) else numpy.nan


def same(one: tuple[object, ...], other: tuple[object, ...]) -> None:
    assert len(one) == len(other)
    for a, b in zip(one, other, strict=True):
        assert (a is None) == (b is None)
        if a is not None:
            numpy.testing.assert_array_equal(a, b)


LISTED = [rule for rule in RULES.values() if rule.listed]


@pytest.mark.parametrize("rule", LISTED, ids=lambda rule: rule.name)
def test_local_derivatives_of_numbers(rule: Rule) -> None:
    for sample in rule.samples:
        operands = [numpy.array([x, x]) for x in sample]
        with numpy.errstate(all="ignore"):
            output = rule.value(M, *operands)
            places = needed(rule, [(2,)] * (len(operands) + 1), [True] * len(operands))
            kept = [x if k in places else unknown(x) for k, x in enumerate(operands)]
            given = output if OUTPUT in places else unknown(output)
            same(rule.local(M, output, *operands), rule.local(M, given, *kept))


@pytest.mark.parametrize("rule", ARRAY_RULES.values(), ids=list(ARRAY_RULES))
def test_products_of_arrays(rule: ArrayRule) -> None:
    rng = numpy.random.default_rng(0)
    for shapes, given in rule.samples:
        settings = {**rule.given_settings(), **given}
        gate = ArrayGate(rule, tuple(settings.items()))
        operands = [rng.uniform(0.2, 0.9, size=shape) for shape in shapes]
        with numpy.errstate(all="ignore"):
            try:
                output = rule.value(M, *operands, **settings)
            except (ValueError, numpy.linalg.LinAlgError, IndexError):
                continue  # random numbers are no operands of this one
            g = rng.normal(size=numpy.shape(output))
            shapes_of_all = [*map(numpy.shape, operands), numpy.shape(output)]
            places = needed(gate, shapes_of_all, [True] * len(operands))
            kept = [x if k in places else unknown(x) for k, x in enumerate(operands)]
            shown = output if OUTPUT in places else unknown(output)
            same(rule.vjp(M, g, output, *operands, **settings), rule.vjp(M, g, shown, *kept, **settings))


@pytest.mark.parametrize(
    ("name", "wanted", "places"),
    [("add", (True, True), set()), ("mul", (True, True), {0, 1}), ("mul", (True, False), {1}),
     ("exp", (True,), {OUTPUT}), ("relu", (True,), {0}), ("neg", (True,), set())],
)  # fmt: skip
def test_what_rules_of_numbers_need(name: str, wanted: tuple[bool, ...], places: set[int]) -> None:
    assert needed(RULES[name], [(2,)] * (len(wanted) + 1), wanted) == places


@pytest.mark.parametrize(
    ("name", "shapes", "wanted", "places"),
    [("matmul", ((2, 3), (3, 4), (2, 4)), (True, True), {0, 1}),
     ("matmul", ((2, 3), (3, 4), (2, 4)), (False, True), {0}),
     ("sum", ((2, 3), ()), (True,), set()), ("transpose", ((2, 3), (3, 2)), (True,), set())],
)  # fmt: skip
def test_what_rules_of_arrays_need(
    name: str, shapes: tuple[tuple[int, ...], ...], wanted: tuple[bool, ...], places: set[int]
) -> None:
    rule = ARRAY_RULES[name]
    assert needed(ArrayGate(rule, tuple(rule.settings)), shapes, wanted) == places
