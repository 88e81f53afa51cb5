"""What one gate does on vectors and matrices: its value, and what it hands back to each operand.

Entry by entry the rules of numbers serve as they are. All other gates have a vector-Jacobian product. Whatever was
repeated to fit on the way forward is summed on the way back, in one place, after any rule.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy

from gradcli.graph.tape import ArrayGate, Composite, Gate, Graph, is_elementwise
from gradcli.passes.gates import Arithmetic, FloatArithmetic
from gradcli.rules.arrays import Arrays
from gradcli.rules.floats import Floats
from gradcli.rules.namespace import Ties
from gradcli.rules.rule import Rule
from gradcli.rules.shape import Shape, repeated_axes
from gradcli.rules.table import tie_convention

Pulled = tuple[Any, ...]


def undo_broadcast(m: Any, contribution: Any, shape: Shape) -> Any:
    """Sum a contribution over the axes along which its operand was repeated; its shape is the operand's then."""
    whole = m.shape(contribution)
    if whole != shape:
        new, stretched = repeated_axes(shape, whole)
        for axis in reversed((*new, *stretched)):
            contribution = m.sum(contribution, axis=axis)
        if stretched:
            contribution = m.reshape(contribution, shape=shape)
        assert m.shape(contribution) == shape, f"{whole} does not come from {shape}"  # noqa: S101  (a bug of ours)
    return contribution


class VectorArithmetic(Arithmetic):
    """Pulls gradients back through gates over a namespace that knows shapes: arrays, or symbols."""

    def pull(
        self, gate: Gate, upstream: Any, output: Any, operands: Sequence[Any], wanted: Sequence[bool] | None = None
    ) -> Pulled:
        """The vector-Jacobian product: what each operand receives; None where it has no derivative.

        Args:
            gate: the gate.
            upstream: the derivative by its output, of the output's shape.
            output: what it computed.
            operands: what from.
            wanted: which of the products are needed; all by default.
        """
        if isinstance(gate, ArrayGate):
            handed = gate.rule.products(wanted, self.m, upstream, output, *operands, **gate.settings)
        elif isinstance(gate, Composite) and not is_elementwise(gate):
            handed = self._pull_inside(gate.inner, upstream, operands)
        else:
            handed = self.scaled(upstream, self.slopes(gate, output, operands))
        return self.fitted(handed, operands, wanted)

    def scaled(self, upstream: Any, slopes: Sequence[Any]) -> Pulled:
        """Upstream times local, entry by entry."""
        return tuple(None if slope is None else upstream * slope for slope in slopes)

    def fitted(self, handed: Sequence[Any], operands: Sequence[Any], wanted: Sequence[bool] | None = None) -> Pulled:
        """Contributions in the shapes of their operands."""
        asked = wanted or (True,) * len(operands)
        return tuple(
            undo_broadcast(self.m, h, self.m.shape(i)) if a and not _is_nothing(h) else None
            for h, i, a in zip(handed, operands, asked, strict=True)
        )

    def _pull_inside(self, graph: Graph, upstream: Any, operands: Sequence[Any]) -> Pulled:
        values = self.inner_values(graph, operands)
        arriving: list[Any] = [None] * len(values)
        arriving[graph.output] = upstream
        for slot, gate, args in reversed(graph.steps):
            if arriving[slot] is None:
                continue
            for operand, handed in zip(
                args, self.pull(gate, arriving[slot], values[slot], [values[a] for a in args]), strict=True
            ):
                if handed is not None and operand not in graph.constants:
                    before = arriving[operand]
                    arriving[operand] = handed if before is None else before + handed
        return tuple(0 * values[k] if a is None else a for k, a in enumerate(arriving[: len(operands)]))


class ArrayArithmetic(VectorArithmetic):
    """Runs gates on NumPy arrays; on numbers alone exactly as without arrays.

    Whoever uses it does so under `numpy.errstate(all="ignore")`.
    """

    def __init__(self, ties: Ties = "split", *, branches: bool = False) -> None:
        super().__init__(Arrays(ties))
        self.floats = FloatArithmetic(Floats(ties))
        self._branches = branches

    def value(self, gate: Gate, operands: Sequence[Any]) -> Any:
        """The gate's output; a float if it is a number."""
        if is_elementwise(gate) and _numbers(operands):
            return self.floats.value(gate, operands)
        return plain(super().value(gate, operands))

    def slopes(self, gate: Gate, output: Any, operands: Sequence[Any]) -> Pulled:
        """The local derivatives entry by entry, floats where all operands are numbers."""
        if _numbers(operands):
            return self.floats.slopes(gate, output, operands)
        return tuple(None if s is None else plain(s) for s in super().slopes(gate, output, operands))

    def scaled(self, upstream: Any, slopes: Sequence[Any]) -> Pulled:
        """Upstream times local; beside branches 0 where nothing comes from above, however steep it is there."""
        products = super().scaled(upstream, slopes)
        if not self._branches:
            return products
        return tuple(
            p if p is None or numpy.isfinite(p).all() else numpy.where(numpy.equal(upstream, 0), 0.0, p)
            for p in products
        )

    def conventions(self, gate: Gate, operands: Sequence[Any]) -> tuple[str, ...]:
        """The conventions that the gate used because entries of its operands lie on a kink."""
        with numpy.errstate(all="ignore"):
            return self._conventions(gate, operands)

    def fitted(self, handed: Sequence[Any], operands: Sequence[Any], wanted: Sequence[bool] | None = None) -> Pulled:
        """Contributions in the shapes of their operands; numbers are floats."""
        return tuple(None if h is None else plain(h) for h in super().fitted(handed, operands, wanted))

    def rule_value(self, rule: Rule, operands: Sequence[Any]) -> Any:
        """The output of a rule; numbers among arrays divide as IEEE 754 says."""
        return super().rule_value(rule, [_ieee(x) for x in operands])

    def rule_local(self, rule: Rule, output: Any, operands: Sequence[Any]) -> tuple[Any, ...]:
        """The local derivatives of a rule; as `rule_value`."""
        return super().rule_local(rule, output, [_ieee(x) for x in operands])

    def _conventions(self, gate: Gate, operands: Sequence[Any]) -> tuple[str, ...]:
        if isinstance(gate, ArrayGate):
            said = tuple(
                kink.says for kink in gate.rule.kinks if kink.at(*map(numpy.asarray, operands), **gate.settings)
            )
            # The table's text of ties is that of "split".
            return (tie_convention(gate.name[1:], self.m.ties),) if said and gate.name in ("amax", "amin") else said
        if isinstance(gate, Rule):
            if _numbers(operands):
                return self.floats.conventions(gate, operands)
            found = [kink.says for kink in gate.kinks if _anywhere(kink.at, operands)]
            return (tie_convention(gate.name, self.m.ties),) if found and gate.name in ("max", "min") else tuple(found)
        values = self.inner_values(gate.inner, operands)
        inside = [c for _, g, args in gate.inner.steps for c in self.conventions(g, [values[a] for a in args])]
        return tuple(dict.fromkeys(inside))


def _ieee(x: Any) -> Any:
    return numpy.float64(x) if isinstance(x, float) else x


def _is_nothing(contribution: Any) -> bool:
    """Whether a rule hands nothing back: it has no derivative by this operand, or it is 0 everywhere."""
    return contribution is None or (isinstance(contribution, int) and not contribution)


def plain(x: Any) -> Any:
    """A number as a float, an array as one of floats: comparisons give truth values."""
    if not getattr(x, "ndim", 0):
        return float(x)
    return x if x.dtype == float else x.astype(float)


def _numbers(operands: Sequence[Any]) -> bool:
    return not any(getattr(x, "ndim", 0) for x in operands)


def _anywhere(test: Any, operands: Sequence[Any]) -> bool:
    """Whether a test on numbers holds at any entry."""
    entries = numpy.broadcast_arrays(*operands)
    try:
        return bool(numpy.any(test(*entries)))
    except (TypeError, ValueError, AttributeError):  # written with `and`, or over a tuple: entry by entry, then
        return any(test(*map(float, point)) for point in zip(*(x.ravel() for x in entries), strict=True))
