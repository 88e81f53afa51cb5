"""A vocabulary with functions of vectors, so that what can be written does not depend on which rules there are."""

from __future__ import annotations

from collections.abc import Iterable

from gradcli.graph.vocabulary import RuleVocabulary

_FEWEST_AND_MOST = {
    "sum": (1, 1), "prod": (1, 1), "mean": (1, 1), "max": (1, 9), "min": (1, 9), "norm": (1, 1), "trace": (1, 1),
    "transpose": (1, 1), "reshape": (2, 9), "softmax": (1, 1), "inv": (1, 1),
}  # fmt: skip


class ArrayVocabulary(RuleVocabulary):
    """All rules, and functions of vectors under their own names."""

    def knows(self, name: str) -> bool:
        return name in _FEWEST_AND_MOST or super().knows(name)

    def resolve(self, name: str, count: int) -> str | None:
        if name not in _FEWEST_AND_MOST:
            return super().resolve(name, count)
        fewest, most = _FEWEST_AND_MOST[name]
        return name if fewest <= count <= most else None

    def counts(self, name: str) -> str:
        fewest, most = _FEWEST_AND_MOST.get(name, (0, 0))
        if not most:
            return super().counts(name)
        return f"{fewest} operand{'s' * (fewest != 1)}" if fewest == most else f"{fewest} to {most} operands"

    def names(self) -> Iterable[str]:
        return dict.fromkeys([*super().names(), *_FEWEST_AND_MOST])
