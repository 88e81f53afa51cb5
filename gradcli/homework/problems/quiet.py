"""Passes with a student's numbers or a mistake: what overflows there is no warning."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from typing import Any

from gradcli.homework.problems.problem import Problem


def quietly(problem: Problem) -> AbstractContextManager[Any]:
    """Where overflow and invalid values of arrays are no warnings: wrong numbers may lead to them."""
    if problem.graph.shapes is None:
        return nullcontext()
    import numpy  # numbers alone need none

    return numpy.errstate(all="ignore")
