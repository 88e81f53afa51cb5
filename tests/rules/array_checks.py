"""What it means that an array rule is right; each check raises AssertionError where it is not.

Every check asks someone else: differences of the value, of the vector-Jacobian product, or a tape of the rules that the
product is made of.
"""

from __future__ import annotations

import math

import numpy

from gradcli.rules.array_table import ARRAY_RULES
from gradcli.rules.arrays import Arrays
from gradcli.rules.table import RULES

TOLERANCE = 1e-6
STEPS = (0.02, 0.005, 1e-3, 2e-4, 5e-5)


# --- operands ---------------------------------------------------------------------------------------------------------


def scattered(rng, shape):
    """Entries of both signs that keep away from 0 and from each other."""
    count = math.prod(shape)
    sizes = 0.4 + 0.3 * rng.permutation(count) + rng.uniform(-0.05, 0.05, count)
    return (sizes * rng.choice([-1.0, 1.0], count)).reshape(shape)


def regular(rng, shape):
    return rng.uniform(-1, 1, shape) + numpy.diag(2.0 + numpy.arange(shape[0]))


def definite(rng, shape):
    half = regular(rng, shape)
    return half @ half.T


def symmetric(rng, shape):
    whole = rng.uniform(-1, 1, shape)
    return whole + whole.T + numpy.diag(3.0 * numpy.arange(shape[0]))


OPERANDS = {
    "inv": (regular,), "logdet": (regular,), "solve": (regular, scattered), "cholesky": (definite,),
    "eigvalsh": (symmetric,), "eigvecsh": (symmetric,), "matpow": (regular,),
    "expm": (lambda rng, shape: rng.uniform(-1, 1, shape),),
}  # fmt: skip
"""How operands are drawn, where a rule asks for more than entries of some size."""


def draw(rule, shapes, seed=0):
    rng = numpy.random.default_rng([seed, *map(ord, rule.name)])
    makers = OPERANDS.get(rule.name, (scattered,) * len(shapes))
    return [numpy.asarray(make(rng, shape)) for make, shape in zip(makers, shapes, strict=True)]


def complete(rule, settings):
    return {**rule.given_settings(), **settings}


# --- running a rule ---------------------------------------------------------------------------------------------------


def value(rule, operands, settings, ties="split"):
    with numpy.errstate(all="ignore"):
        return numpy.asarray(rule.value(Arrays(ties), *operands, **settings), dtype=float)


def pullback(rule, g, operands, settings, ties="split"):
    """What each operand receives; an operand without a derivative receives zeros."""
    m = Arrays(ties)
    with numpy.errstate(all="ignore"):
        o = value(rule, operands, settings, ties)
        parts = rule.vjp(m, g, o, *operands, **settings)
    assert len(parts) == len(operands)
    whole = []
    for part, operand in zip(parts, operands, strict=True):
        part = numpy.zeros(operand.shape) if part is None else numpy.asarray(part, dtype=float)
        assert part.shape == operand.shape, f"{rule.name}: {part.shape} for an operand {operand.shape}"
        whole.append(part)
    return whole


def dense(rule, operands, settings, ties="split"):
    """The Jacobian by each operand, arrays read row by row: one row for each entry of the output."""
    o = value(rule, operands, settings, ties)
    rows = [pullback(rule, unit.reshape(o.shape), operands, settings, ties) for unit in numpy.eye(o.size)]
    return [numpy.stack([row[k].ravel() for row in rows]) for k in range(len(operands))]


# --- differences ------------------------------------------------------------------------------------------------------


def difference(function, direction, at):
    """The derivative along a direction: of several steps the one on which two neighbours agree best."""

    def central(h):
        return (function(at + h * direction) - function(at - h * direction)) / (2 * h)

    tried = []
    for h in STEPS:
        coarse, middle, fine = central(h), central(h / 2), central(h / 4)
        first, second = (4 * middle - coarse) / 3, (4 * fine - middle) / 3
        tried.append((numpy.abs(second - first).max(initial=0.0), (16 * second - first) / 15))
    return min(tried, key=lambda pair: pair[0] if math.isfinite(pair[0]) else math.inf)[1]


def along(rule, operands, k, function):
    """The function of operand number k alone."""
    return lambda x: function([*operands[:k], x, *operands[k + 1 :]])


def differences(rule, operands, settings):
    """The Jacobians by central differences."""
    found = []
    for k, operand in enumerate(operands):
        function = along(rule, operands, k, lambda changed: value(rule, changed, settings).ravel())
        units = [unit.reshape(operand.shape) for unit in numpy.eye(operand.size)]
        found.append(numpy.stack([difference(function, unit, operand) for unit in units], axis=1))
    return found


def close(ours, true, what, tolerance=TOLERANCE):
    ours, true = numpy.asarray(ours), numpy.asarray(true)
    assert ours.shape == true.shape, f"{what}: {ours.shape} and not {true.shape}"
    scale = max(1.0, numpy.abs(true).max(initial=0.0))
    assert numpy.isfinite(ours).all(), what
    assert numpy.abs(ours - true).max(initial=0.0) <= tolerance * scale, f"{what}:\n{ours}\nand not\n{true}"


def check_shape(rule, operands, settings):
    shape = rule.shape(*(operand.shape for operand in operands), **settings)
    assert value(rule, operands, settings).shape == shape


def check_differences(rule, operands, settings):
    for ours, true in zip(dense(rule, operands, settings), differences(rule, operands, settings), strict=True):
        close(ours, true, f"Jacobian of {rule.name}{settings}")


def check_forward(rule, operands, settings, seed=1):
    """⟨v, J u⟩ = ⟨vJ, u⟩, with J u from differences in one direction of all operands at once."""
    rng = numpy.random.default_rng(seed)
    v = rng.normal(size=value(rule, operands, settings).shape)
    u = [rng.normal(size=operand.shape) for operand in operands]

    def moved(t):
        changed = [operand + t * way for operand, way in zip(operands, u, strict=True)]
        return numpy.sum(v * value(rule, changed, settings))

    # The direction is made small against the distances between entries.
    size = max((numpy.abs(way).max() for way in u), default=1.0)
    forward = difference(moved, 1 / size, 0.0) * size
    reverse = sum(numpy.sum(a * b) for a, b in zip(pullback(rule, v, operands, settings), u, strict=True))
    close(reverse, forward, f"⟨vJ, u⟩ of {rule.name}{settings}")


# --- second order -----------------------------------------------------------------------------------------------------


class Traced:
    """A number or an array that remembers which rule made it of what."""

    def __init__(self, tape, value, rule=None, settings=None, operands=()):
        self.tape, self.rule, self.settings, self.operands = tape, rule, settings or {}, operands
        self.value = numpy.asarray(value, dtype=float)
        tape.append(self)

    def _of(self, name, *operands):
        return Tracing(self.tape).apply(name, *operands)

    def __add__(self, other):
        return self._of("add", self, other)

    def __radd__(self, other):
        return self._of("add", other, self)

    def __sub__(self, other):
        return self._of("sub", self, other)

    def __rsub__(self, other):
        return self._of("sub", other, self)

    def __mul__(self, other):
        return self._of("mul", self, other)

    def __rmul__(self, other):
        return self._of("mul", other, self)

    def __truediv__(self, other):
        return self._of("div", self, other)

    def __rtruediv__(self, other):
        return self._of("div", other, self)

    def __neg__(self):
        return self._of("neg", self)

    def __lt__(self, other):
        return self._of("lt", self, other)

    def __le__(self, other):
        return self._of("le", self, other)

    def __gt__(self, other):
        return self._of("gt", self, other)

    def __ge__(self, other):
        return self._of("ge", self, other)

    def __bool__(self):
        raise AssertionError("a rule asks for a number to decide what to do")


class Tracing:
    """The namespace `m` on traced arrays: only what is a rule can be called."""

    def __init__(self, tape):
        self._tape = tape

    def shape(self, x):
        return x.value.shape if isinstance(x, Traced) else ()

    def apply(self, name, *operands, **settings):
        operands = [x if isinstance(x, Traced) else Traced(self._tape, x) for x in operands]
        values = [x.value for x in operands]
        rule = ARRAY_RULES[name] if name in ARRAY_RULES else RULES[name]
        if name in ARRAY_RULES:
            settings = complete(rule, settings)
            assert set(settings) == {key for key, _ in rule.settings}, f"{name} has settings {set(settings)}"
            rule.shape(*(x.shape for x in values), **settings)
        return Traced(self._tape, rule.value(Arrays(), *values, **settings), rule, settings, operands)

    def __getattr__(self, name):
        if name not in ARRAY_RULES and name not in RULES:
            raise AttributeError(name)
        return lambda *operands, **settings: self.apply(name, *operands, **settings)


def undo_broadcast(x, shape):
    x = numpy.asarray(x, dtype=float)
    x = x.sum(axis=tuple(range(x.ndim - len(shape))))
    stretched = tuple(k for k, size in enumerate(shape) if size == 1 and x.shape[k] != 1)
    return x.sum(axis=stretched, keepdims=True) if stretched else x


def backward(tape, weights):
    """The gradient of the weighted sum of traced arrays, by every array on the tape."""
    received = {}
    for node, weight in weights:
        received[node] = received.get(node, 0) + weight
    for node in reversed(tape):
        g = received.get(node)
        if g is None or node.rule is None:
            continue
        values = [x.value for x in node.operands]
        if node.rule.name in ARRAY_RULES:
            parts = node.rule.vjp(Arrays(), g, node.value, *values, **node.settings)
        else:
            parts = [g * slope for slope in node.rule.local(Arrays(), node.value, *values)]
        for operand, part in zip(node.operands, parts, strict=True):
            if part is not None:
                part = undo_broadcast(
                    numpy.broadcast_arrays(part, numpy.empty(numpy.shape(part)))[0], operand.value.shape
                )
                received[operand] = received.get(operand, 0) + part
    return received


def check_second(rule, operands, settings, seed=2):
    """Reverse over reverse on the tape of the vector-Jacobian product, against differences of that product."""
    rng = numpy.random.default_rng(seed)
    o = value(rule, operands, settings)
    g = rng.normal(size=o.shape)
    weights = [rng.normal(size=operand.shape) for operand in operands]
    tape = []
    m = Tracing(tape)
    with numpy.errstate(all="ignore"):
        traced_g, traced = Traced(tape, g), [Traced(tape, operand) for operand in operands]
        output = m.apply(rule.name, *traced, **settings) if ARRAY_RULES.get(rule.name) is rule else None
        if output is None:  # a planted rule is on nobody's table
            output = Traced(tape, o, rule, settings, traced)
        parts = rule.vjp(m, traced_g, output, *traced, **settings)
        ends = [(part, weight) for part, weight in zip(parts, weights, strict=True) if isinstance(part, Traced)]
        second = backward(tape, ends)

    def weighted(changed, upstream):
        return sum(numpy.sum(a * b) for a, b in zip(pullback(rule, upstream, changed, settings), weights, strict=True))

    for k, operand in enumerate(operands):
        way = rng.normal(size=operand.shape)
        way /= max(1.0, numpy.abs(way).max())
        true = difference(along(rule, operands, k, lambda changed: weighted(changed, g)), way, operand)
        ours = numpy.sum(second.get(traced[k], numpy.zeros(operand.shape)) * way)
        close(ours, true, f"second derivative of {rule.name}{settings} by operand {k + 1}", 1e-5)
    way = rng.normal(size=g.shape)
    ours = numpy.sum(second.get(traced_g, numpy.zeros(g.shape)) * way)
    close(ours, weighted(operands, way), f"second derivative of {rule.name}{settings} by g")
