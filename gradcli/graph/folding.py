"""Gates on constant arrays, computed while the graph is built."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy

from gradcli.graph.tape import ArrayGate
from gradcli.rules.arrays import Arrays
from gradcli.rules.rule import Rule

_ARRAYS = Arrays()

_KEPT = ("as_row",)
"""Gates that say more than their value: a vector laid down stays one."""


def fold_arrays(gate: Rule | ArrayGate, values: Sequence[Any]) -> Any:
    """The gate's output, a number or an array that cannot be written to; None if it must stay a gate.

    It stays where it has no value, is too large, or lies on a kink whose convention is to be told.
    """
    if gate.name in _KEPT:
        return None
    with numpy.errstate(all="ignore"):
        if isinstance(gate, ArrayGate):
            if gate.fault(*values) is not None:
                return None
            value = gate.rule.value(_ARRAYS, *values, **gate.settings)
        else:
            value = gate.value(_ARRAYS, *values)
    whole = numpy.array(value, dtype=float)
    if not numpy.isfinite(whole).all():
        return None
    if whole.ndim == 0:
        return float(whole)
    whole.flags.writeable = False
    return whole
