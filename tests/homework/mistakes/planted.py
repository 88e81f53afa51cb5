"""Backward passes with one mistake in them, in plain loops: nothing here is taken from the program that is tested.

A problem is a list of nodes, each with an operation and the names of its operands, so that every node has a name and
its gradient can be answered. A mistake is planted by changing what is handed back on an edge, or how a node gathers
what arrives at it.
"""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass

DERIVATIVES = {
    "add": lambda a, b: (1.0, 1.0),
    "sub": lambda a, b: (1.0, -1.0),
    "mul": lambda a, b: (b, a),
    "neg": lambda a: (-1.0,),
    "recip": lambda a: (-1 / a**2,),
    "square": lambda a: (2 * a,),
    "exp": lambda a: (math.exp(a),),
    "ln": lambda a: (1 / a,),
    "sin": lambda a: (math.cos(a),),
    "cos": lambda a: (-math.sin(a),),
    "sigma": lambda a: (math.exp(-a) / (1 + math.exp(-a)) ** 2,),
    "tanh": lambda a: (1 / math.cosh(a) ** 2,),
    "relu": lambda a: (1.0 if a > 0 else 0.0,),
    "max": lambda a, b: (1.0 if a > b else 0.0, 1.0 if b > a else 0.0),
    "square_add": lambda a, b: (2 * (a + b), 2 * (a + b)),
    "square_sub": lambda a, b: (2 * (a - b), -2 * (a - b)),
    "times2": lambda a: (2.0,), "times3": lambda a: (3.0,), "times5": lambda a: (5.0,), "half": lambda a: (0.5,),
    "plus1": lambda a: (1.0,),
}  # fmt: skip

VALUES = {
    "add": lambda a, b: a + b,
    "sub": lambda a, b: a - b,
    "mul": lambda a, b: a * b,
    "neg": lambda a: -a,
    "recip": lambda a: 1 / a,
    "square": lambda a: a * a,
    "exp": math.exp,
    "ln": math.log,
    "sin": math.sin,
    "cos": math.cos,
    "sigma": lambda a: 1 / (1 + math.exp(-a)),
    "tanh": math.tanh,
    "relu": lambda a: max(a, 0.0),
    "max": max,
    "square_add": lambda a, b: (a + b) ** 2,
    "square_sub": lambda a, b: (a - b) ** 2,
    "times2": lambda a: 2 * a, "times3": lambda a: 3 * a, "times5": lambda a: 5 * a, "half": lambda a: a / 2,
    "plus1": lambda a: 1 + a,
}  # fmt: skip

WRITTEN = {
    "add": "{} + {}", "sub": "{} - {}", "mul": "{}*{}", "neg": "-{}", "recip": "1/{}", "square": "{}^2",
    "square_add": "({} + {})^2", "square_sub": "({} - {})^2", "times2": "2*{}", "times3": "3*{}", "times5": "5*{}",
    "half": "{}/2", "plus1": "1 + {}", "max": "max({}, {})",
}  # fmt: skip

FUNCTIONS = {"square", "exp", "ln", "sin", "cos", "sigma", "tanh", "recip"}


@dataclass(frozen=True)
class Example:
    """A problem: its point, and its nodes as (name, operation, names of the operands); the last is the output."""

    id: str
    at: dict[str, float]
    nodes: tuple[tuple[str, str, tuple[str, ...]], ...]

    @property
    def formula(self):
        lines = (f"{name} = {WRITTEN.get(op, op + '({})').format(*args)}" for name, op, args in self.nodes)
        return "; ".join(lines)

    def values(self):
        found = dict(self.at)
        for name, op, args in self.nodes:
            found[name] = VALUES[op](*(found[a] for a in args))
        return found


def example(name, at, text):
    nodes = tuple((line.split()[0], line.split()[1], tuple(line.split()[2:])) for line in text.strip().split(";"))
    return Example(name, at, nodes)


TOY = {"b0": 1.0, "w0": 0.1, "b1": 2.0, "w1": -0.4, "b2": -3.0, "w2": 2.0, "b3": 0.4, "w3": 3.0, "x": 2.3, "y": 2.0}
TOY_TEXT = (
    "p0 mul w0 x; f0 add b0 p0; h1 {} f0; p1 mul w1 h1; f1 add b1 p1; h2 {} f1; p2 mul w2 h2; f2 add b2 p2; h3 {} f2;"
    "p3 mul w3 h3; f3 add b3 p3; l square_sub f3 y"
)

LECTURES = (
    example("T4-fraction", {"x": 4.0, "y": 3.0},
            "s sigma x; a add x s; q square_add x y; b add s q; r recip b; z mul a r"),
    example("cs-xyz", {"x": -2.0, "y": 5.0, "z": -4.0}, "q add x y; f mul q z"),
    example("cs-neuron", {"w0": 2.0, "x0": -1.0, "w1": -3.0, "x1": -2.0, "w2": -3.0},
            "a mul w0 x0; b mul w1 x1; c add a b; d add c w2; g neg d; h exp g; k plus1 h; f recip k"),
    example("gt-ln", {"x1": 2.0, "x2": 5.0}, "a ln x1; b mul x1 x2; c sin x2; d add a b; f sub d c"),
    example("gt-x1x2sin", {"x1": 2.0, "x2": 3.0}, "a1 sin x2; a2 mul x1 x2; f add a1 a2"),
    example("dl-toy-relu", TOY, TOY_TEXT.format("relu", "relu", "relu")),
    example("dl-toy-sin-exp-cos", TOY, TOY_TEXT.format("sin", "exp", "cos")),
    example("polynomial", {"x": 2.0, "y": 3.0}, "a square x; b times5 a; c square y; d mul x c; f sub b d"),
    example("four_paths", {"a": 0.5}, "b1 square a; b2 times3 a; c mul b1 b2; d1 half c; d2 square c; g add d1 d2"),
    example("chain", {"x": 0.5}, "a sin x; b square a; z exp b"),
    example("logistic", {"w": 2.0, "x": -1.0}, "u mul w x; v neg u; h exp v; k plus1 h; p recip k; m ln p; L neg m"),
    example("squared_error", {"p": 1.0, "q": 0.5, "x": 3.0, "y": 5.0}, "a mul q x; b add p a; l square_sub b y"),
    example("total_derivative", {"x1": 1.5, "x2": 0.5},
            "f1 mul x1 x2; s square x2; f2 add x1 s; t sin f2; h mul f1 t"),
    example("recurrent", {"w": 0.5, "x": 1.2, "v": -0.7, "h0": 0.9}, "a mul w x; b mul v h0; c add a b; h tanh c"),
    example("funnel", {"x": 1.3, "y": 0.6, "w": 2.4}, "a mul x y; b sin w; m max a b; q add x y; f mul m q"),
)  # fmt: skip
"""The scalar examples of the lectures, one statement for each node; the last two hold a tanh and a max."""


class Pass:
    """A backward pass; what is handed back, or gathered, may be overridden at one place."""

    def __init__(self, problem, *, hand=None, gather=None, seed=1.0):
        self.problem, self.hand, self.gather = problem, hand or {}, gather or {}
        self.values = problem.values()
        self.seed = seed

    def run(self):
        arrived = {name: [] for name in self.values}
        gradients = {}
        output = self.problem.nodes[-1][0]
        arrived[output].append(self.seed)
        for name, op, args in reversed(self.problem.nodes):
            gradients[name] = self._gathered(name, arrived[name])
            locals_ = DERIVATIVES[op](*(self.values[a] for a in args))
            for place, (operand, local) in enumerate(zip(args, locals_, strict=True)):
                handed = gradients[name] * local
                if (name, place) in self.hand:
                    handed = self.hand[name, place](gradients[name], local)
                arrived[operand].append(handed)
        for name in self.problem.at:
            gradients[name] = self._gathered(name, arrived[name])
        self.arrived = arrived
        return gradients

    def _gathered(self, name, contributions):
        return self.gather[name](contributions) if name in self.gather else math.fsum(contributions)


def mutants(problem):
    """All planted mistakes of a problem: (id of the mistake, gradients of all nodes)."""
    yield from gathers(problem)
    yield from edges(problem)
    yield from rules(problem)
    yield from neighbours(problem)
    yield from lost_factors(problem)
    yield from whole(problem)
    yield from texts(problem)


def gathers(problem):
    right = Pass(problem)
    right.run()

    def planted(mistake, name, gather):
        return mistake, Pass(problem, gather={name: gather}).run()

    for name, contributions in right.arrived.items():
        n = len(contributions)
        if n < 2:
            continue
        for size in range(1, n):
            for kept in itertools.combinations(range(n), size):
                yield planted("branch-forgotten", name, lambda c, kept=kept: sum(c[k] for k in kept))
        yield planted("branch-overwritten", name, lambda c: c[-1])
        yield planted("branch-overwritten", name, lambda c: c[0])
        yield planted("branches-not-added", name, math.prod)
        yield planted("branches-not-added", name, lambda c: sum(c) / len(c))
        yield planted("branches-not-added", name, lambda c: max(c))
        yield planted("sign", name, lambda c: -sum(c))


def edges(problem):
    for name, _, args in problem.nodes:
        for place in range(len(args)):
            for mistake, hand in (
                ("upstream-omitted", lambda u, d: d),
                ("local-omitted", lambda u, d: u),
                ("added-not-multiplied", lambda u, d: u + d),
                ("sign", lambda u, d: -u * d),
            ):
                yield mistake, Pass(problem, hand={(name, place): hand}).run()


RULES = {
    "mul": [("product-not-switched", lambda a, b: (a, None)), ("product-not-switched", lambda a, b: (None, b)),
            ("product-not-switched", lambda a, b: (a, b))],
    "recip": [("denominator-not-squared", lambda a: (-1 / a,)), ("reciprocal-sign", lambda a: (1 / a**2,))],
    "sigma": [("sigmoid-derivative", lambda a: DERIVATIVES["sigma"](VALUES["sigma"](a))),
              ("sigmoid-derivative", lambda a: (a * (1 - a),)), ("sigmoid-derivative", lambda a: (VALUES["sigma"](a),)),
              ("sigmoid-derivative", lambda a: (1 - VALUES["sigma"](a),))],
    "tanh": [("tanh-derivative", lambda a: (1 - a * a,)), ("tanh-derivative", lambda a: (1 - math.tanh(a),)),
             ("tanh-derivative", lambda a: (1 - math.tanh(math.tanh(a)) ** 2,))],
    "square": [("power-rule", lambda a: (a,)), ("power-rule", lambda a: (2 * a**2,))],
    "square_add": [("power-rule", lambda a, b: (a + b, a + b)),
                   ("power-rule", lambda a, b: (2 * (a + b) ** 2, 2 * (a + b) ** 2)),
                   ("outer-at-wrong-value", lambda a, b: (2 * a, None)),
                   ("outer-at-wrong-value", lambda a, b: (None, 2 * b))],
    "square_sub": [("power-rule", lambda a, b: (a - b, b - a)),
                   ("power-rule", lambda a, b: (2 * (a - b) ** 2, -2 * (a - b) ** 2)),
                   ("sign", lambda a, b: (2 * (a - b), 2 * (a - b)))],
    "exp": [("exp-derivative", lambda a: (a * math.exp(a - 1),)), ("exp-derivative", lambda a: (1.0,)),
            ("exp-derivative", lambda a: (a,))],
    "relu": [("relu-gate", lambda a: (1.0 if a <= 0 else 0.0,))],
    "max": [("max-route", lambda a, b: (1.0 if b > a else 0.0, 1.0 if a > b else 0.0)),
            ("max-route", lambda a, b: (1.0, 1.0))],
    "ln": [("logarithm-base", lambda a: (1 / (a * math.log(10)),))],
    "sin": [("degrees", lambda a: (math.cos(math.radians(a)),))],
    "cos": [("degrees", lambda a: (-math.sin(math.radians(a)),))],
}  # fmt: skip
"""Wrong local derivatives; None leaves that operand's as it is."""


def rules(problem):
    values = problem.values()
    for name, op, args in problem.nodes:
        for mistake, wrong in RULES.get(op, ()):
            locals_ = wrong(*(values[a] for a in args))
            hand = {(name, k): (lambda u, _, d=d: u * d) for k, d in enumerate(locals_) if d is not None}
            yield mistake, Pass(problem, hand=hand).run()


def neighbours(problem):
    """Mistakes that span two nodes."""
    values = problem.values()
    by_name = {name: (op, args) for name, op, args in problem.nodes}
    for name, op, args in problem.nodes:
        if op in FUNCTIONS and args[0] in by_name:
            inner, below = args[0], by_name[args[0]][1]
            for variable in below:  # f′(x)·g′(x)
                try:
                    outer = DERIVATIVES[op](values[variable])[0]
                except (ZeroDivisionError, OverflowError):
                    continue
                hand = {(name, 0): lambda u, _, d=outer: u * d}
                yield "outer-at-wrong-value", Pass(problem, hand=hand).run()
            for place in range(len(below)):  # f′(g(x)) alone
                yield "inner-omitted", Pass(problem, hand={(inner, place): lambda u, _: u}).run()
        if op == "mul" and args[1] in by_name and by_name[args[1]][0] == "recip":
            over, under = args[0], by_name[args[1]][1][0]
            a, b = values[over], values[under]
            turned = {(name, 0): lambda u, _, a=a, b=b: -u * b / a**2}
            yield "quotient-turned", Pass(problem, hand=turned).run()
        if op == "mul" and all(a in by_name for a in args):
            yield from _product_of_derivatives(problem, name, args, by_name, values)


def _product_of_derivatives(problem, name, args, by_name, values):
    """For f·g with f and g functions of one variable: f′g′ in place of what both branches bring that variable."""
    (op1, below1), (op2, below2) = (by_name[a] for a in args)
    shared = set(below1) & set(below2)
    for variable in sorted(shared):
        d1 = DERIVATIVES[op1](*(values[a] for a in below1))[below1.index(variable)]
        d2 = DERIVATIVES[op2](*(values[a] for a in below2))[below2.index(variable)]
        right = Pass(problem)
        gradients = right.run()
        upstream = gradients[name]
        wrong = upstream * d1 * d2
        lost = gradients[args[0]] * d1 + gradients[args[1]] * d2
        only = {variable: lambda c, extra=wrong - lost: math.fsum(c) + extra}
        if len([1 for _, _, a in problem.nodes if args[0] in a or args[1] in a]) == 1:  # used by this product alone
            yield "product-of-derivatives", Pass(problem, gather=only).run()


def lost_factors(problem):
    """Every path multiplied out, without one factor that is not the last one."""
    values = problem.values()
    right = Pass(problem).run()
    locals_ = {}
    into = {}
    for name, op, args in problem.nodes:
        for place, (operand, local) in enumerate(zip(args, DERIVATIVES[op](*(values[a] for a in args)), strict=True)):
            locals_[name, place] = local
            into.setdefault(operand, []).append((name, place))
    for target in right:
        paths = [[]]
        done = []
        while paths:
            path = paths.pop()
            here = path[0][0] if path else target
            if here == problem.nodes[-1][0]:
                done.append(path)
            paths += [[edge, *path] for edge in into.get(here, [])]
        if not 0 < len(done) <= 50:
            continue
        for lost in {edge for path in done for edge in path[:-1]}:
            total = math.fsum(math.prod(1.0 if e == lost else locals_[e] for e in path) for path in done)
            yield "factor-lost", {**right, target: total}


def whole(problem):
    """Mistakes of the whole pass: another start, the square's factor 2 missing."""
    output, op, _ = problem.nodes[-1]
    yield "seed", Pass(problem, seed=problem.values()[output]).run()
    yield "seed", Pass(problem, seed=-1.0).run()
    if op.startswith("square"):
        yield "loss-factor", Pass(problem, seed=0.5).run()


def texts(problem):
    """Slips of the pen: two answers exchanged, a decimal point lost."""
    right = Pass(problem).run()
    names = [name for name in right if name != problem.nodes[-1][0]]
    for one, other in itertools.combinations(names, 2):
        yield "exchanged", {**right, one: right[other], other: right[one]}
    for name in problem.at:
        for factor in (10, 0.1):
            yield "written-down", {**right, name: right[name] * factor}
