"""A factor lost in the middle of a path: who multiplies along a path from the output may leave one factor out."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from gradcli.homework.marking.own import Replay
from gradcli.homework.mistakes.misstep import is_something
from gradcli.homework.mistakes.slip import Slip
from gradcli.homework.mistakes.tapes import upwards
from gradcli.homework.mistakes.view import View
from gradcli.homework.problems.problem import Problem

_MOST = 4_000
"""Factors that are left out in one problem."""


def slips(problem: Problem, state: Replay | None = None, only: Collection[int] | None = None) -> Iterator[Slip]:
    """For each asked gradient and each factor on a path to it the gradient without that factor.

    Args:
        problem: which; one with arrays has none.
        state: a student's own numbers; the truth if there is none.
        only: the slots at which a wrong gradient may arrive; all by default.
    """
    view = View(problem, state)
    if not view.scalar:
        return
    left = _MOST
    for asked in problem.asked:
        target = asked.quantity.slot
        if asked.quantity.key[0] != "grad" or (only is not None and target not in only):
            continue
        tangents = upwards(view.graph, view.tape.locals, target)
        for operand, edges in view.into.items():
            if operand == target or not tangents[operand]:
                continue
            for edge in edges:
                change = (edge.upstream - edge.contribution) * tangents[operand]
                if is_something(change) and left:
                    left -= 1
                    lost = f"the derivative of {view.called(edge.consumer)} by {view.called(operand)}"
                    says = f"On the way to {view.called(target)} a factor is missing: {lost}."
                    yield Slip("factor-lost", target, says, view.place(edge.consumer), change)
