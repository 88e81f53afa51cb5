"""Which names of a loss are parameters, that a step of gradient descent may change, and which are data."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from gradcli.graph.point import Binding
from gradcli.language import Formula, GradcliError

_MOST_NAMED = 12


def default_parameters(formula: Formula, point: Mapping[str, Binding], data: Collection[str] = ()) -> list[str]:
    """The parameters where nobody has named them, as the formula writes them.

    They are the names of which only a shape was given; without any, all names but the data, or the only one there is.

    Args:
        formula: the loss.
        point: the bindings, by canonical name.
        data: canonical names that stay what they are.

    Raises:
        GradcliError: nothing says which names may change.
    """
    drawn = {declaration.key for declaration in formula.declarations}
    drawn |= {key for key, binding in point.items() if binding.drawn}
    free = [variable for variable in formula.inputs if variable.key not in data]
    chosen = [variable for variable in free if variable.key in drawn]
    if not chosen and (data or len(formula.inputs) == 1):
        chosen = free
    if not chosen:
        raise unnamed(formula)
    return [variable.name for variable in chosen]


def unnamed(formula: Formula) -> GradcliError:
    """The error for a loss of which nobody says what its parameters are."""
    if not formula.inputs:
        return GradcliError("no-parameters", "the formula has no variables that could change",
                            hint="name parameters in it: (w - 3)^2 w=1 --wrt w")  # fmt: skip
    names = listed([variable.name for variable in formula.inputs])
    return GradcliError("no-parameters", f"it is not said which names are parameters and may change: {names}",
                        hint="name them with --wrt; the others stay what they are")  # fmt: skip


def listed(names: Collection[str]) -> str:
    """Names for a message, the first dozen of them."""
    shown = list(names)[:_MOST_NAMED]
    return ", ".join(shown) + (" ..." if len(names) > len(shown) else "") or "no names"
