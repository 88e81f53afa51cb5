"""Random formulas on vectors and matrices, with the same computation written for HIPS autograd."""

from __future__ import annotations

import autograd.numpy as anp
import numpy

UNARY = {
    "tanh": anp.tanh,
    "sigmoid": lambda x: 1 / (1 + anp.exp(-x)),
    "sin": anp.sin,
    "square": anp.square,
    "softplus": lambda x: anp.logaddexp(0, x),
    "abs": anp.abs,
    "relu": lambda x: x * (x > 0),
}


class ArrayFormula:
    """A formula as text, its inputs, and the function that autograd differentiates."""

    def __init__(self, random, length=8):
        self.random = random
        self.lines, self.steps, self.shapes = [], [], []
        self.inputs = {}
        m, n, k = (random.randint(1, 4) for _ in range(3))
        for place, shape in enumerate([(), (n,), (m,), (m, n), (n, k), (1, n), (m, 1)]):
            if random.random() < 0.8 or place == 3:
                values = numpy.random.default_rng(random.randrange(2**32)).normal(size=shape)
                self._input(values)
        for _ in range(length):
            self._step()
        names = [f"v{j}" for j in range(len(self.shapes))]
        self.lines.append("L = " + " + ".join(f"sum({name})" for name in names[-4:]))
        self.text = "\n".join(self.lines)

    def _input(self, values):
        name = f"v{len(self.shapes)}"
        self.inputs[name] = values
        self.shapes.append(values.shape)
        self.steps.append(None)

    def _add(self, text, function, *places):
        """A statement, kept if NumPy gives it a shape of at most two axes."""
        name = f"v{len(self.shapes)}"
        self.lines.append(f"{name} = " + text.format(*(f"v{p}" for p in places)))
        probe = function(*(numpy.ones(self.shapes[p]) for p in places))
        self.shapes.append(numpy.shape(probe))
        self.steps.append((function, places))

    def _step(self):
        random, shapes = self.random, self.shapes
        a, b = random.randrange(len(shapes)), random.randrange(len(shapes))
        one, other = shapes[a], shapes[b]
        kind = random.choice(["unary", "unary", "binary", "binary", "product", "product", "transpose", "sum", "outer"])
        if kind == "unary":
            name = random.choice(sorted(UNARY))
            self._add(f"{name}({{0}})/2", lambda x, f=UNARY[name]: f(x) / 2, a)
        elif kind == "binary" and (one == other or not one or not other or one[-1:] == other == one[1:]):
            sign, function = random.choice([("+", anp.add), ("-", anp.subtract), ("*", anp.multiply)])
            self._add(f"({{0}} {sign} {{1}})/2", lambda x, y, f=function: f(x, y) / 2, a, b)
        elif kind == "product" and one and other and one[-1] == other[0]:
            self._add("{0} @ {1}/3", lambda x, y: anp.dot(x, y) / 3, a, b)
        elif kind == "transpose" and len(one) == 2:
            self._add("{0}'", anp.transpose, a)
        elif kind == "sum" and one:
            axis = random.choice([None, *range(len(one))])
            text = "sum({0})" if axis is None else f"sum({{0}}, axis={axis})"
            self._add(f"{text}/2", lambda x, axis=axis: anp.sum(x, axis=axis) / 2, a)
        elif kind == "outer" and len(one) == len(other) == 1:
            self._add("outer({0}, {1})", anp.outer, a, b)
        else:
            self._add("tanh({0})", anp.tanh, a)

    def function(self, *values):
        """The output, for autograd."""
        found, given = [], iter(values)
        for step in self.steps:
            found.append(next(given) if step is None else step[0](*(found[p] for p in step[1])))
        return sum(anp.sum(x) for x in found[-4:])
