"""Names of the nodes of a problem, and what a student or an instructor means by them."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from functools import cached_property

from gradcli.graph.gatesets import GateSet
from gradcli.graph.parts import slot_of
from gradcli.graph.point import Binding, shapes
from gradcli.homework.problems.quantities import KINDS, Kind, Quantity
from gradcli.language import Formula, GradcliError, canonical
from gradcli.language.suggest import did_you_mean, nearest
from gradcli.passes.forward import Forward
from gradcli.passes.nodes import named
from gradcli.passes.quantities import Derivative, below, feeding, missing

_LONGEST_PART = 500
"""Characters of a part of a formula that an answer may name."""


class Naming:
    """Finds the node that a text means, and says what a node is called.

    Attributes:
        forward: the truth.
        formula: as it was read.
    """

    def __init__(self, formula: Formula, forward: Forward, point: dict[str, Binding], gates: GateSet) -> None:
        self.formula = formula
        self.forward = forward
        self._graph = forward.graph
        self._point = point
        self._gates = gates

    # --- from nodes to names ----------------------------------------------------------------------------------------

    @cached_property
    def names(self) -> dict[int, str]:
        """The nodes that have names: inputs, named intermediates, the output."""
        return named(self._graph)

    @cached_property
    def inputs(self) -> tuple[int, ...]:
        """The inputs."""
        return tuple(range(len(self._graph.inputs)))

    @cached_property
    def intermediates(self) -> tuple[int, ...]:
        """The named nodes that are computed, with the output as the last."""
        return tuple(
            slot for slot in self.names if slot >= len(self._graph.inputs) and slot not in self._graph.constants
        )

    def called(self, slot: int) -> str:
        """What a sentence calls a node: its name, or the part of the formula that it is."""
        if slot in self.names:
            return self.names[slot]
        start, end = self._graph.spans[slot]
        return self.formula.text[start:end].strip() or "a step"

    def place(self, slot: int) -> str:
        """Where a node is: its name with the part of the formula that defines it."""
        start, end = self._graph.spans[slot]
        part = " ".join(self.formula.text[start:end].split())
        name = self.names.get(slot)
        return part if name is None else name if not part or slot in self.inputs or name == part else f"{name} = {part}"

    # --- from words to quantities -----------------------------------------------------------------------------------

    def quantity(self, word: str, target: str, by: str | None, stop: Collection[int]) -> Quantity:
        """The quantity that a word, a target and perhaps a second name mean.

        Args:
            word: one of `KINDS`, or "derivative" for df/dx and dq.
            target: the name or the part of the formula whose value or derivative is meant.
            by: what the derivative is taken by.
            stop: nodes at which a local derivative ends.

        Raises:
            GradcliError: there is no such thing in the problem, or it could be two; `text` is the name in question.
        """
        if word == "derivative":
            return self._derivative(target, by or "", stop)
        kind: Kind = next(k for k in KINDS if k == word)
        slot = self.slot(target)
        if kind in ("local", "jac"):
            if by is None:
                raise _unknown(target, f"'{kind}' needs what the derivative is taken by", f"write {kind} {target} / x")
            return self._by(kind, slot, target, self.slot(by), by, stop)
        if by is not None and kind in ("up", "grad"):
            return self._derivative(target, by, stop)
        if kind != "value":
            self._refuse_constant(slot, target)
            kind = "grad" if slot in self.inputs else "up"
        return Quantity(kind, slot, None, f"{kind} {self._shown(slot, target)}")

    def slot(self, text: str) -> int:
        """The node that a name or a part of the formula means.

        Raises:
            GradcliError: there is none; the hint names the nearest ones.
        """
        key = canonical(text.strip())
        found = self._by_key.get(key)
        if found is None and len(alike := [k for k in self._by_key if k.casefold() == key.casefold()]) == 1:
            found = self._by_key[alike[0]]  # `value Q` where only a q exists
        if found is not None:
            return found
        found = self.part(text) if len(text) <= _LONGEST_PART else None
        if found is None:
            known = list(self.names.values())
            hint = did_you_mean(nearest(text.strip(), known)) or f"named here are {', '.join(known[:12])}"
            raise _unknown(text, f"'{text.strip()[:60]}' is no node of this problem", hint)
        return found

    def part(self, text: str, *, alone: bool = False) -> int | None:
        """The node that an expression is; None if it is none, or no expression.

        Args:
            text: the expression.
            alone: whether its names mean what they mean in a formula of its own, not behind this one.
        """
        sizes = shapes(self._point)
        try:
            return slot_of(text, self.formula, self._graph, self._gates, sizes, self._number, alone=alone)
        except GradcliError:
            return None

    def _number(self, key: str) -> float | None:
        binding = self._point.get(key)
        return binding.value if binding is not None and isinstance(binding.value, float) else None

    @cached_property
    def _by_key(self) -> dict[str, int]:
        return {canonical(name): slot for slot, name in reversed(self.names.items())}

    def _shown(self, slot: int, typed: str) -> str:
        return self.names.get(slot) or " ".join(typed.split())

    def _refuse_constant(self, slot: int, typed: str) -> None:
        if slot in self._graph.constants:
            raise _unknown(typed, f"'{typed.strip()}' is a constant, which has no gradient", "ask for its value")

    def _by(self, kind: Kind, slot: int, target: str, by: int, typed: str, stop: Collection[int]) -> Quantity:
        name = f"{kind} {self._shown(slot, target)}/{self._shown(by, typed)}"
        derivative = Derivative(slot, by, partial=kind == "local")
        why = missing(self._graph, derivative, stop, self._shown(slot, target), self._shown(by, typed), self.called)
        if why is not None:
            raise _unknown(typed, *why)
        return Quantity(kind, slot, by, name)

    def _derivative(self, target: str, by: str, stop: Collection[int]) -> Quantity:
        """The derivative df/dx: a gradient if f is the output, else local; `dq` alone is a gradient."""
        below = self.slot(by)
        self._refuse_constant(below, by)
        total = Quantity("grad" if below in self.inputs else "up", below, None, "")
        total = Quantity(total.kind, below, None, f"{total.kind} {self._shown(below, by)}")
        if not target.strip():
            return total
        above = self.slot(target)
        if above == below == self._graph.output:
            return total
        direct = below in self.below(above, stop) and below != above
        through = [s for s in self.feeding(above, stop) if s != below and below in self.below(s)]
        if direct and through and above == self._graph.output:
            f, x, q = self._shown(above, target), self._shown(below, by), self.called(through[0])
            raise _unknown(by, f"d{f}/d{x} can be two things here: {x} feeds {f} directly and through {q}",
                           f"write 'local {f}/{x}' or '{total.name}'")  # fmt: skip
        if above == self._graph.output:
            return total
        return self._by("local", above, target, below, by, stop)

    # --- what feeds what --------------------------------------------------------------------------------------------

    def below(self, slot: int, stop: Collection[int] = ()) -> set[int]:
        """The nodes that a node is computed from, not beyond those in `stop`, and the node itself."""
        return below(self._graph, slot, stop)

    def feeding(self, slot: int, stop: Collection[int]) -> list[int]:
        """The nodes of `stop` that a node is computed from without another one of them between, in order."""
        return feeding(self._graph, slot, stop)

    def all_of(self, kind: Kind, stop: Collection[int]) -> Iterator[Quantity]:
        """All quantities of a kind that have names: what `grad *` asks for."""
        if kind == "grad":
            for slot in self.inputs:
                yield Quantity("grad", slot, None, f"grad {self.names[slot]}")
        elif kind == "jac":
            output = self._graph.output
            below = self.below(output)
            for slot in self.inputs:
                if slot in below and slot != output:
                    yield Quantity("jac", output, slot, f"jac {self.names[output]}/{self.names[slot]}")
        for slot in self.intermediates if kind in ("value", "up", "local") else ():
            if kind == "value" or (kind == "up" and slot != self._graph.output):
                yield Quantity(kind, slot, None, f"{kind} {self.names[slot]}")
            for by in self.feeding(slot, stop) if kind == "local" else ():
                yield Quantity("local", slot, by, f"local {self.names[slot]}/{self.called(by)}")


def _unknown(text: str, message: str, hint: str) -> GradcliError:
    return GradcliError("unknown-quantity", message, text=text, end=len(text), hint=hint)
