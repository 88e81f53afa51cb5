"""Training networks: value and gradient beside NumPy written by hand, in time and in memory.

`python -m tests.benchmarks.networks` runs this alone. Both take turns in one process; of each the quickest of many
runs counts, and the most memory that one run holds at a time.
"""

from __future__ import annotations

import time
import tracemalloc
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy

from gradcli.graph.build import build, read
from gradcli.graph.point import from_numbers, shapes
from gradcli.passes.array_gradient import ArrayGradient
from gradcli.passes.backward import run_backward
from gradcli.passes.forward import run_forward

NETWORK = """
H1 = relu(X @ W1 + b1)
H2 = relu(H1 @ W2 + b2)
L = mean(cross_entropy(H2 @ W3 + b3, t))
"""


class Network:
    """784 inputs, two hidden layers, 10 classes: a point and the gradient by the six parameters."""

    def __init__(self, batch: int, hidden: int = 512) -> None:
        rng = numpy.random.default_rng(0)
        sizes = (784, hidden, hidden, 10)
        self.values: dict[str, Any] = {
            "X": rng.normal(size=(batch, 784)),
            "t": rng.integers(0, 10, batch).astype(float),
        }
        for k, (m, n) in enumerate(pairwise(sizes), 1):
            self.values[f"W{k}"] = rng.normal(size=(m, n)) * (2 / m) ** 0.5
            self.values[f"b{k}"] = rng.normal(size=n) / 10
        self.parameters = [name for name in self.values if name not in ("X", "t")]
        point = from_numbers(self.values, "the benchmark")
        self.graph = build(read(NETWORK, point, arrays=point), "lecture", shapes(point))
        self.point = [self.values[name] for name in self.graph.inputs]
        self.gradient = ArrayGradient(self.graph, self.parameters)

    def ours(self) -> tuple[float, dict[str, Any]]:
        """What training uses."""
        return self.gradient(self.point)

    def recorded(self) -> tuple[float, dict[str, Any]]:
        """What tables are made of: every local derivative and every contribution is kept."""
        forward = run_forward(self.graph, self.point)
        found = dict(zip(self.graph.inputs, run_backward(forward).gradient(), strict=True))
        return forward.output, {name: found[name] for name in self.parameters}

    def by_hand(self) -> tuple[float, dict[str, Any]]:
        """NumPy."""
        v = self.values
        z1 = v["X"] @ v["W1"] + v["b1"]
        h1 = numpy.maximum(z1, 0)
        z2 = h1 @ v["W2"] + v["b2"]
        h2 = numpy.maximum(z2, 0)
        scores = h2 @ v["W3"] + v["b3"]
        n, rows, classes = len(scores), numpy.arange(len(scores)), v["t"].astype(int)
        shifted = scores - scores.max(axis=1, keepdims=True)
        weights = numpy.exp(shifted)
        sums = weights.sum(axis=1, keepdims=True)
        loss = (numpy.log(sums[:, 0]) - shifted[rows, classes]).mean()
        d = weights / sums
        d[rows, classes] -= 1
        d /= n
        g = {"W3": h2.T @ d, "b3": d.sum(axis=0)}
        d = (d @ v["W3"].T) * (z2 > 0)
        g |= {"W2": h1.T @ d, "b2": d.sum(axis=0)}
        d = (d @ v["W2"].T) * (z1 > 0)
        return float(loss), g | {"W1": v["X"].T @ d, "b1": d.sum(axis=0)}


def quickest(functions: list[Callable[[], object]], rounds: int) -> list[float]:
    """The least time that each of some callables takes, in seconds, when they take turns."""
    best = [float("inf")] * len(functions)
    for _ in range(rounds):
        for place, function in enumerate(functions):
            begin = time.perf_counter()
            function()
            best[place] = min(best[place], time.perf_counter() - begin)
    return best


def most_memory(function: Callable[[], object]) -> int:
    """Bytes that a run holds at a time, at the most."""
    tracemalloc.start()
    try:
        function()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def networks() -> None:
    """Print times and memory of both, and their ratios."""
    for batch, rounds in ((64, 60), (1024, 10)):
        network = Network(batch)
        for name, ours in (("gradient", network.ours), ("recorded passes", network.recorded)):
            title = f"MLP 784-512-512-10, {batch} rows, {name} / NumPy by hand"
            pair = [ours, network.by_hand]
            a, b = (1000 * seconds for seconds in quickest(pair, rounds))
            print(f"{title:<58} {a:>10.3f} ms {b:>10.3f} ms   ratio {a / b:.3f}")
            a, b = (most_memory(function) / 2**20 for function in pair)
            print(f"{'  memory':<58} {a:>9.1f} MiB {b:>9.1f} MiB   ratio {a / b:.3f}")


if __name__ == "__main__":
    networks()
