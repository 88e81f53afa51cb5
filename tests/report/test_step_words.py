"""Every rule has its words, and sentences that make sense at its samples."""

from __future__ import annotations

import re

import numpy
import pytest

from gradcli.graph.builder import Builder
from gradcli.graph.tape import ArrayGate
from gradcli.passes.backward import run_backward
from gradcli.passes.forward import run_forward
from gradcli.report import step_words as words
from gradcli.report.array_step_sentences import ArraySentences
from gradcli.report.nodes import NodeViews
from gradcli.report.numbers import lecture
from gradcli.report.step_sentences import Sentences
from gradcli.rules.array_table import ARRAY_RULES
from gradcli.rules.table import RULES
from tests.report.test_steps import foreign_numbers
from tests.rules.array_checks import complete, draw
from tests.rules.test_array_losses import drawn


def told_of(sentences: Sentences, slot: int) -> None:
    label = sentences._nodes.labels[slot]
    for place, write in enumerate((sentences.forward_step, sentences.backward_step)):
        row, sentence = write(slot)
        assert sentence.endswith(".")
        prose = re.sub(r"\[[^\]]*\]", "…", sentence.replace(label, "·"))
        assert not re.search(r"None|\{|\}|  |\.\.|[:;,] ?[:;,.]|: *$", prose), sentence
        assert label in sentence
        if place == 0:
            assert "it can be computed" in sentence
        elif sentences._free(slot):
            assert " get" in sentence
        cells = " ".join(part for cell in row.cells for part in cell)
        assert not foreign_numbers(sentence, cells, [label, *sentences._graph.inputs]), (sentence, cells)


@pytest.mark.parametrize("name", RULES)
def test_every_rule_has_its_sentences(name: str) -> None:
    rule = RULES[name]
    for sample in rule.samples:
        builder = Builder()
        letters = "abcdefgh"
        slots = tuple(builder.input(letters[k]) for k in range(len(sample)))
        graph = builder.finish(builder.apply(rule, slots))
        forward = run_forward(graph, [float(x) for x in sample])
        told_of(Sentences(NodeViews(forward, run_backward(forward)), lecture), graph.output)


@pytest.mark.parametrize("name", ARRAY_RULES)
def test_every_rule_on_arrays_has_its_sentences(name: str) -> None:
    rule = ARRAY_RULES[name]
    for shapes, settings in rule.samples:
        whole = complete(rule, settings)
        operands = (drawn if rule.family == "loss" and len(shapes) > 1 else draw)(rule, shapes)
        builder = Builder()
        slots = tuple(builder.input("abcdefgh"[k], shape) for k, shape in enumerate(shapes))
        slot = builder.apply(ArrayGate(rule, tuple(whole.items())), slots)
        if slot in builder.constants:  # made out of settings alone: never a node
            continue
        graph = builder.finish(slot)
        forward = run_forward(graph, [x if x.shape else float(x) for x in operands])
        shape = graph.shape(slot)
        back = run_backward(forward, numpy.ones(shape) if shape else 1.0)
        told_of(ArraySentences(NodeViews(forward, back), lecture), slot)


def test_every_rule_stands_in_the_table_of_words() -> None:
    scalars = {rule.name for rule in RULES.values() if rule.listed}
    arrays = {rule.name for rule in ARRAY_RULES.values() if rule.listed}
    assert all(name in words.SCALARS or RULES[name].family in words.FAMILIES for name in scalars)
    assert all(name in words.ARRAYS or ARRAY_RULES[name].family in words.ARRAY_FAMILIES for name in arrays)
    assert words.SCALARS.keys() <= RULES.keys()
    assert words.ARRAYS.keys() <= ARRAY_RULES.keys()
