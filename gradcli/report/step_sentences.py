"""One sentence for each row of the two tables: what waits for what, what happens, and how the gradient flows.

The numbers are those of the rows, written by the same methods; what operations do stands in `step_words`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence, Sized

from gradcli.report.notes import INFINITE, KINK
from gradcli.report.step_words import pattern
from gradcli.report.tables import MOST_TERMS, Row, Tables, sum_of

MOST_NAMES = 4
"""Nodes that a sentence lists."""

LONGEST_VALUE = 24
"""Characters up to which a value stands in a sentence, and not only in the row."""


class Sentences(Tables):
    """Writes rows, each with its sentence."""

    def opening(self) -> str:
        """What is going to happen."""
        graph = self._graph
        if not graph.steps:
            return "The formula has no operations: its value is there already."
        inputs = [equation(name, self._value(slot)) for slot, name in enumerate(graph.inputs)]
        start = f"From the input{'s' * (len(inputs) > 1)} {listed(inputs)}" if inputs else "From constants"
        return (f"{start} the forward pass goes node by node to the output {self.output}: each node waits until all "
                "that it needs is there.")  # fmt: skip

    def remarks(self, *, backward: bool) -> tuple[str, ...]:  # noqa: ARG002  (arrays tell how they were seeded)
        """What belongs under the table of a whole pass: of numbers nothing."""
        return ()

    # --- forward ------------------------------------------------------------------------------------------------------

    def forward_step(self, slot: int) -> tuple[Row, str]:
        """The row of a node in the forward table, and what happens there."""
        row, label = self._forward_row(slot), self._nodes.labels[slot]
        waits = f"{label} {self._waits(slot)}"
        reason = self._undefined.get(slot)
        if reason is not None:
            what = f"it cannot be computed, {reason}"
            end = "and the forward pass ends here" if self._nodes.taken[slot] else "but its branch is not taken"
            return row, f"{waits}: {what}, {end}."
        parts = [f"{waits}: it can be computed", self._stored(slot)]
        if not self._nodes.taken[slot]:
            parts[1:] = ["but its branch is not taken"]
        text = ", ".join(filter(None, parts))
        return row, "; ".join([text, *self._goes(slot), *self._marked(slot)]) + "."

    def _waits(self, slot: int) -> str:
        """What a node has and what it waits for."""
        graph = self._graph
        operands = list(dict.fromkeys(graph.args[slot][place] for place, _ in self._free(slot)))
        inputs = [a for a in operands if a < len(graph.inputs)]
        nodes = [a for a in operands if a >= len(graph.inputs)]
        given = listed([equation(graph.inputs[a], self._value(a)) for a in inputs])
        if not operands:
            return "needs no inputs"
        if not nodes:
            return f"has its input{'s' * (len(inputs) > 1)} {given}"
        has = f"has {given} and " if inputs else ""
        waits = f"{has}waits for {listed([self._name(a) for a in nodes])}"
        absent = [a for a in nodes if a in self._undefined]
        if absent:
            return f"{waits}, and {listed([self._name(a) for a in absent])} {_verb(absent, 'has', 'have')} no value"
        return f"{waits}, which is there now" if len(nodes) == 1 else f"{waits}; {_all(nodes)} are there now"

    def _stored(self, slot: int) -> str:
        """The local derivatives that are kept for the backward pass."""
        free = self._free(slot)
        if not free:
            return ""
        what = "derivative" if len(free) == 1 else "derivatives"
        numbers = [self._local(slot, place) for place, _ in free]
        if None in numbers or len(numbers) > MOST_NAMES:
            return f"and its {what} {_verb(free, 'is', 'are')} kept for the backward pass"
        told = [x for x in numbers if x is not None]
        if len(told) > 1 and len(set(told)) == 1:
            return f"and its {what}, {_all(told)} {told[0]}, are stored"
        return f"and its {what} {listed(told)} {_verb(free, 'is', 'are')} stored"

    def _goes(self, slot: int) -> list[str]:
        """Where the output goes, if that is more than one place."""
        users = self._nodes.consumers[slot]
        if slot == self._graph.output:
            name, value = self._name(slot), self._value(slot)
            it = f"{value} is" if value else "it is"
            return [f"{it} the value of the formula" if name == self.output else f"{it} {self.output}, the value of "
                    "the formula"]  # fmt: skip
        if len(users) < 2:
            return []
        names = self._names(user for user, _ in users)
        where = f"{names[0]} on {_several(users)} edges" if len(names) == 1 else listed(names)
        return [f"its output is copied to {where}, and a copy forward is a sum backward"]

    def _marked(self, slot: int) -> list[str]:
        """What the marks in the row mean."""
        kinks = [
            f"{KINK} it lies on a kink, where a convention holds ({said})" for said in self._notes.kinks.get(slot, ())
        ]
        reason = self._notes.infinite(slot)
        return kinks + ([f"{INFINITE} {reason}"] if reason else [])

    # --- backward -----------------------------------------------------------------------------------------------------

    def backward_step(self, slot: int) -> tuple[Row, str]:
        """The row of a node in the backward table, and how the gradient flows there."""
        row, label = self._backward_row(slot), self._nodes.labels[slot]
        back = self._nodes.backward
        if back is None or back.gradients[slot] is None:
            return row, f"{label} lies on a branch that is not taken: no gradient arrives, and it hands nothing on."
        parts = [self._arrives(slot)]
        if self._free(slot):
            parts.append(f"{self._flows(slot)}: {self._received(slot)}")
        reason = self._notes.breaks(slot)
        if reason:
            parts.append(f"{INFINITE} {reason}")
        return row, "; ".join(parts) + "."

    def _arrives(self, slot: int) -> str:
        """What a node waits for on the way back, and how several gradients become one."""
        label, edges = self._nodes.labels[slot], self._nodes.consumers[slot]
        upstream = self._upstream(slot)
        if not edges:
            where = "" if label == self.output else ", the output" + "," * bool(upstream)
            first = f" with {self.by(self.output)} = {upstream}" if upstream else ""
            return f"The backward pass begins at {label}{where}{first}"
        names = self._names(user for user, _ in edges)
        told = f": {upstream}" if upstream else ""
        if len(edges) == 1:
            return f"{label} waits for the gradient from {names[0]}, which is there now{told}"
        if len(names) == 1:
            return f"{label} waits for the gradients of {_several(edges)} edges from {names[0]}; they are added{told}"
        return f"{label} waits for the gradients from {listed(names)}; {_all(names)} are there now and are added{told}"

    def _upstream(self, slot: int) -> str:
        """The gradient that a node receives, as a sum where there are several; "" if that is too long."""
        edges = self._nodes.consumers[slot]
        if not edges or len(edges) > MOST_TERMS:
            back = self._nodes.backward
            text = self.shown(back.gradients[slot]) if back else ""
        else:
            text = " ".join(sum_of([self._contribution(*edge) for edge in edges]))
        return text if len(text) <= LONGEST_VALUE * len(edges[:MOST_TERMS] or "1") else ""

    def _flows(self, slot: int) -> str:
        """What the operation does to the gradient."""
        words, free = pattern(self._nodes.gate(slot)), self._free(slot)
        stored = self._nodes.forward.locals[slot]
        slopes = {stored[place] for place, _ in free}
        if words.tied and slot in self._notes.kinks:
            return words.tied
        if words.passed and slopes == {1.0}:
            return words.passed
        if words.blocked and slopes == {0.0}:
            return words.blocked
        return words.constant if words.constant and len(free) == 1 else words.says

    def _received(self, slot: int) -> str:
        """What each operand gets: upstream × local, said once where several get the same."""
        upstream = self._upstream(slot)
        above = f"({upstream})" if len(self._nodes.consumers[slot]) > 1 and " " in upstream else upstream
        groups: dict[str, list[str]] = {}
        for place, _ in self._free(slot)[:MOST_TERMS]:
            local, handed = self._local(slot, place), self._contribution(slot, place)
            if local not in (None, "0", "1") and above:
                factor = f"({local})" if local is not None and local.startswith("−") else local
                handed = f"{above} × {factor} = {handed}"
            groups.setdefault(handed, []).append(self._name(self._graph.args[slot][place]))
        return self._shared_out(groups)

    def _shared_out(self, groups: dict[str, list[str]]) -> str:
        """Who gets what: `x and y both get −4`."""
        parts = []
        for what, names in groups.items():
            different = list(dict.fromkeys(names))
            if len(different) == 1:
                parts.append(f"{names[0]} gets {what}" + " on each edge" * (len(names) > 1))
            else:
                parts.append(f"{listed(different)} {'both' if len(different) == 2 else 'all'} get {what}")
        if len(parts) > MOST_NAMES:
            parts = [*parts[: MOST_NAMES - 1], "so on as in the row"]
        simple = all(len(names) == 1 for names in groups.values())
        return listed(parts) if simple else ", and ".join(parts)

    # --- parts --------------------------------------------------------------------------------------------------------

    def _name(self, slot: int) -> str:
        """The name of an input or the label of a node."""
        return self._graph.inputs[slot] if slot < len(self._graph.inputs) else self._nodes.labels[slot]

    def _names(self, slots: Iterable[int]) -> list[str]:
        return [self._name(slot) for slot in dict.fromkeys(slots)]

    def _value(self, slot: int) -> str:
        """A value as the row shows it; "" if that is long."""
        text = self.shown(self._nodes.forward.values[slot])
        return text if len(text) <= LONGEST_VALUE else ""

    def _local(self, slot: int, place: int) -> str | None:
        """A stored local derivative; None where it is no number."""
        found = self._nodes.forward.locals[slot][place]
        return None if found is None else self._style(found)

    # --- the gradient -------------------------------------------------------------------------------------------------

    def gradient_sentence(self, names: Sequence[str]) -> str:
        """What has arrived at the inputs, and why some of it is a sum."""
        if not names:
            return "No name has a value, so there is nothing to differentiate by."
        text = "The backward pass has reached the inputs, and each has its derivative"
        summed = [name for name in names if name in self._inputs and len(self._live(self._inputs[name])) > 1]
        if not summed:
            return f"{text}."
        verb = _verb(summed, "is", "are")
        return (f"{text}; {listed(summed)} {verb} copied to several places, and a copy forward is a sum backward: what "
                "comes back from there is added.")  # fmt: skip

    def _live(self, slot: int) -> list[int]:
        return [user for user, _ in self._edges_in_reading_order.get(slot, []) if self._nodes.taken[user]]


def equation(name: str, value: str) -> str:
    """`x = 4`, or the name alone where the value is not told."""
    return f"{name} = {value}" if value else name


def listed(names: Sequence[str]) -> str:
    """`a, b and c`; of many the first."""
    if len(names) > MOST_NAMES:
        return f"{', '.join(names[: MOST_NAMES - 1])} and others"
    return " and ".join(filter(None, [", ".join(names[:-1]), *names[-1:]]))


def _all(many: Sized) -> str:
    return {2: "both", 3: "all three", 4: "all four"}.get(len(many), "all")


def _several(many: Sized) -> str:
    return {2: "two", 3: "three", 4: "four"}.get(len(many), "several")


def _verb(many: Sized, one: str, more: str) -> str:
    return one if len(many) == 1 else more
