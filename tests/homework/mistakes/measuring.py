"""How often a planted mistake is named, and how often a random number is: whole sheets are marked."""

from __future__ import annotations

import math
import random
from collections import defaultdict
from dataclasses import dataclass

from gradcli.homework.keys.key import Credit
from gradcli.homework.marking.marking import Marker
from gradcli.homework.problems.problem import pose
from gradcli.homework.sheets.sheet import Answer
from gradcli.homework.sheets.written import read_written
from tests.homework.mistakes.planted import Pass, mutants

OF_THE_PEN = {"exchanged", "written-down"}
"""Slips that do not count among all: there are so many that they would hide the others."""


@dataclass
class Tally:
    """Counts of signatures: sheets that differ.

    `telling` are those whose first wrong number has two digits and is neither 0 nor ±1, or that have more wrong ones.
    """

    signatures: int = 0
    telling: int = 0
    named: int = 0
    named_and_telling: int = 0

    @property
    def rate(self):
        return self.named_and_telling / self.telling if self.telling else 1.0

    @property
    def overall(self):
        return self.named / self.signatures if self.signatures else 1.0


class Sheets:
    """One problem with all gradients asked, and sheets that answer all of them."""

    def __init__(self, example):
        self.example = example
        self.problem = pose(example.id, example.formula, example.at, asks=[("up", "*", None), ("grad", "*", None)])
        self._marker = Marker(self.problem, Credit())
        self._names = {key: self.problem.naming.names[key[1]] for key in self.problem.by_key}

    def mark(self, texts):
        """The marks by name of the node."""
        answers = {
            key: Answer("grad", name, None, read_written(texts[name]), None, 1, 1, 1, texts[name])
            for key, name in self._names.items()
        }
        marks = self._marker.marks(answers)
        return {self._names[mark.asked.quantity.key]: mark for mark in marks}


def text(number, digits):
    """A number as a student writes it who rounds to significant digits."""
    return f"{number:#.{digits}g}".rstrip(".")


def planted_are_named(examples, digits):
    """For each mistake, and for "all", the tally of the sheets on which it was planted."""
    tallies = defaultdict(Tally)
    for example in examples:
        sheets = Sheets(example)
        truth = {name: text(g, digits) for name, g in Pass(example).run().items()}
        planted, giving = {}, defaultdict(set)
        for mistake, gradients in mutants(example):
            if not all(map(math.isfinite, gradients.values())):
                continue
            for name, number in gradients.items():
                giving[name, f"{number:.9e}"].add(mistake)
            written = {name: text(g, digits) for name, g in gradients.items()}
            if written != truth:
                planted.setdefault(tuple(written.items()), (gradients, set()))[1].add(mistake)
        for written, (gradients, mistakes) in planted.items():
            marks = sheets.mark(dict(written))
            wrong = [name for name in reversed(list(gradients)) if name in marks and marks[name].state == "wrong"]
            if not wrong:
                continue
            first = max(wrong, key=lambda name: marks[name].asked.quantity.slot)
            # Of equal effect is whatever makes the same number of the first wrong gradient.
            equal = mistakes | giving[first, f"{gradients[first]:.9e}"]
            found = marks[first].explanations
            named = bool(found) and found[0].mistake in equal
            telling = len(wrong) > 1 or is_telling(marks[first].answer.text)
            for mistake in (*mistakes, *(["all"] if mistakes - OF_THE_PEN else [])):
                tally = tallies[mistake]
                tally.signatures += 1
                tally.named += named
                tally.telling += telling
                tally.named_and_telling += named and telling
    return dict(tallies)


def is_telling(written):
    """Two significant digits at least, and neither 0 nor ±1."""
    digits = written.lstrip("-").partition("e")[0].replace(".", "").lstrip("0")
    return len(digits) >= 2 and abs(float(written)) not in (0.0, 1.0)


def random_are_explained(examples, tries, seed=0):
    """Random wrong numbers of three digits within a power of ten of the truth: how many, and how many explained."""
    rng = random.Random(seed)
    wrong = explained = 0
    for example in examples:
        sheets = Sheets(example)
        right = Pass(example).run()
        truth = {name: text(g, 3) for name, g in right.items()}
        names = [name for name, g in right.items() if g and name != example.nodes[-1][0]]
        for _ in range(tries):
            name = rng.choice(names)
            number = abs(right[name]) * 10 ** rng.uniform(-1, 1) * rng.choice((1, -1))
            mark = sheets.mark({**truth, name: text(number, 3)})[name]
            if mark.state == "wrong":
                wrong += 1
                explained += bool(mark.explanations) or (mark.why or "").startswith("Look again")
    return wrong, explained
