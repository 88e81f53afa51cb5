"""What the namespaces `m` for floats and for arrays share: functions of their own, and the table for all others."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from typing import Any, Literal, get_args

from gradcli.rules.table import RULES

Ties = Literal["split", "first", "all"]
TIES: tuple[Ties, ...] = get_args(Ties)


class Namespace:
    """A namespace in which rules are run.

    Attributes:
        ties: what equal operands of max and min get of the derivative: "split" 1/k to each of k, "first" 1 to the
            first, "all" 1 to each.
    """

    def __init__(self, elementary: Mapping[str, Callable[..., Any]], ties: Ties) -> None:
        self.ties = ties
        self.__dict__.update(elementary)

    def __getattr__(self, name: str) -> Any:
        # What has no function of its own is computed by its rule; kept, so that this runs once for each name.
        if name not in RULES:
            raise AttributeError(name)
        function = functools.partial(RULES[name].value, self)
        self.__dict__[name] = function
        return function
