"""gradcli beside what somebody would use instead, in one run: `python -m tests.benchmarks`.

Each row pairs the two: they take turns, and the median of the ratios of neighbouring runs is what counts, because the
speed of a machine drifts. Below 1 gradcli is faster. Nothing here is asserted.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from collections.abc import Callable

import autograd
import autograd.numpy as anp
import numpy
import sympy

import gradcli
from tests.benchmarks.networks import networks

T4 = "z = (x + sigma(x)) / (sigma(x) + (x + y)^2)"


def paired(name: str, ours: Callable[[], object], theirs: Callable[[], object], rounds: int = 9) -> None:
    """Time two callables in turn and print the medians and the ratio."""
    ours()
    theirs()
    times: tuple[list[float], list[float]] = ([], [])
    for _ in range(rounds):
        for place, function in enumerate((ours, theirs)):
            begin = time.perf_counter()
            function()
            times[place].append(time.perf_counter() - begin)
    ratio = statistics.median(a / b for a, b in zip(*times, strict=True))
    ms = [1000 * statistics.median(t) for t in times]
    print(f"{name:<58} {ms[0]:>10.3f} ms {ms[1]:>10.3f} ms   ratio {ratio:.3f}")


def many(function: Callable[[], object], times: int) -> Callable[[], object]:
    """A callable that runs another one many times."""

    def run() -> None:
        for _ in range(times):
            function()

    return run


def process(*arguments: str) -> Callable[[], object]:
    """A callable that runs a process."""
    return lambda: subprocess.run(arguments, capture_output=True, check=True)


def fraction(x: float, y: float) -> float:
    """The lecture's fraction, for autograd."""
    s = 1 / (1 + anp.exp(-x))
    return (x + s) / (s + (x + y) ** 2)


def in_a_process() -> None:
    """A formula at a point, from the shell."""
    theirs = (
        "import autograd.numpy as np; from autograd import grad\n"
        "s = lambda x: 1/(1+np.exp(-x)); f = lambda x, y: (x + s(x))/(s(x) + (x + y)**2)\n"
        "print(f(4., 3.), grad(f, 0)(4., 3.), grad(f, 1)(4., 3.))"
    )
    symbolic = (
        "from sympy import *; x, y = symbols('x y'); s = 1/(1+exp(-x)); f = (x + s)/(s + (x + y)**2)\n"
        "print([e.subs({x: 4, y: 3}).evalf(17) for e in (f, diff(f, x), diff(f, y))])"
    )
    ours = process(sys.executable, "-m", "gradcli", "eval", T4, "x=4", "y=3", "--json")
    paired("process: eval --json / autograd", ours, process(sys.executable, "-c", theirs), 5)
    paired("process: eval --json / SymPy", ours, process(sys.executable, "-c", symbolic), 5)


def in_python() -> None:
    """Value and gradient of a formula that is there already."""
    f = gradcli.compile(T4)
    both = autograd.value_and_grad(lambda v: fraction(v[0], v[1]))
    point = numpy.array([4.0, 3.0])
    paired("1,000 points, one by one / autograd", many(lambda: f.value_and_grad(x=4.0, y=3.0), 1000),
           many(lambda: both(point), 1000))  # fmt: skip
    rng = numpy.random.default_rng(1)
    x, y = rng.uniform(1, 4, 1_000_000), rng.uniform(1, 4, 1_000_000)
    rows = autograd.elementwise_grad(fraction, (0, 1))
    paired("1,000,000 rows, value and gradient / autograd", lambda: f.value_and_grad(x=x, y=y),
           lambda: (fraction(x, y), rows(x, y)))  # fmt: skip

    def by_hand() -> object:
        s = 1 / (1 + numpy.exp(-x))
        top, low = x + s, s + (x + y) ** 2
        ds, dtop, dlow = s * (1 - s), 1 / low, -top / low**2
        return top / low, dtop * (1 + ds) + dlow * (ds + 2 * (x + y)), dlow * 2 * (x + y)

    paired("1,000,000 rows, value and gradient / NumPy by hand", lambda: f.value_and_grad(x=x, y=y), by_hand)


def deep() -> None:
    """A chain of operations, read, built and run both ways."""
    text = "x" + "*y + x" * 5_000
    short = "x" + "*y + x" * 400  # SymPy's parser recurses, and gives up on a thousand terms

    def chain(v: tuple[float, float]) -> float:
        total = 0.0
        for _ in range(5_000):
            total = total + v[0] * v[1]
        return total

    gradient = autograd.grad(chain)
    paired("10,000 operations from text / autograd, from a loop", lambda: gradcli.evaluate(text, x=1.0, y=2.0),
           lambda: gradient((1.0, 2.0)), 5)  # fmt: skip
    paired("800 operations from text / SymPy's parser alone", lambda: gradcli.evaluate(short, x=1.0, y=2.0),
           lambda: sympy.sympify(short, evaluate=False), 3)  # fmt: skip


if __name__ == "__main__":
    print(f"{'ours / theirs':<58} {'ours':>13} {'theirs':>13}")
    in_a_process()
    in_python()
    deep()
    networks()
