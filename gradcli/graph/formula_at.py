"""A formula that is read for a point: names are known, declared ones have numbers, every variable has a value."""

from __future__ import annotations

from collections.abc import Mapping

from gradcli.graph.build import read
from gradcli.graph.point import Binding, require_values, shapes
from gradcli.graph.random_values import draw_declared
from gradcli.language import Formula


def read_at(
    text: str, point: Mapping[str, Binding], *, seed: int = 0, strict: bool = False
) -> tuple[Formula, Mapping[str, Binding]]:
    """The formula, and the point with random values for what the formula declares and the point does not bind.

    Raises:
        GradcliError: the formula cannot be read, a variable has no value, or one has not the shape that is declared.
    """
    formula = read(text, point.keys(), arrays=[key for key, shape in shapes(point).items() if shape], strict=strict)
    if formula.declarations:
        point = draw_declared(formula, point, seed)
    require_values(formula, point)
    return formula, point
