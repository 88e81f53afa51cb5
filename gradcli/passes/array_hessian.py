"""A backward pass from several slots at once, through a graph that holds vectors and matrices."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy

from gradcli.graph.tape import is_elementwise
from gradcli.passes.array_gates import ArrayArithmetic
from gradcli.passes.forward import Forward


def pull_arrays(forward: Forward, seeds: Mapping[int, Any]) -> list[Any]:
    """The arrays' part of `gradcli.passes.hessian.pull`."""
    graph = forward.graph
    arithmetic = ArrayArithmetic(forward.ties, branches=graph.branches)
    arrived: list[Any] = [None] * len(graph.gates)
    for slot, seed in seeds.items():
        arrived[slot] = seed if arrived[slot] is None else arrived[slot] + seed
    with numpy.errstate(all="ignore"):
        for slot, gate, args in reversed(graph.steps):
            upstream, stored = arrived[slot], forward.locals[slot]
            if upstream is None or (graph.branches and not is_elementwise(gate) and not numpy.any(upstream)):
                continue
            operands = [forward.values[a] for a in args]
            live = [s is not None and (slot, place) not in forward.idle for place, s in enumerate(stored)]
            if is_elementwise(gate):
                slopes = [s if alive else None for s, alive in zip(stored, live, strict=True)]
                handed: Sequence[Any] = arithmetic.fitted(arithmetic.scaled(upstream, slopes), operands)
            else:
                handed = arithmetic.pull(gate, upstream, forward.values[slot], operands, live)
            for a, h, alive in zip(args, handed, live, strict=True):
                if alive and h is not None:
                    arrived[a] = h if arrived[a] is None else arrived[a] + h
    return arrived
