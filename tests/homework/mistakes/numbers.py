"""Numbers that slips lead to, by the names of the answers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from gradcli.homework.mistakes.slip import Slip
from gradcli.homework.problems.problem import Problem


def named(problem: Problem, slip: Slip) -> dict[str, Any]:
    """The numbers of a slip by name."""
    return {problem.by_key[key].name: number for key, number in slip.numbers.items()}


def close(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Whether two sets of named numbers are the same."""
    return one.keys() == other.keys() and all(
        np.shape(n) == np.shape(other[k]) and np.allclose(n, other[k], rtol=1e-9, atol=1e-12) for k, n in one.items()
    )


def among(problem: Problem, slips: Iterable[Slip], mistake: str, expected: Mapping[str, Any]) -> bool:
    """Whether a slip of that kind leads to exactly these numbers."""
    return any(s.mistake == mistake and close(named(problem, s), expected) for s in slips)
