"""The same sentences for nodes on vectors and matrices: vector-Jacobian products with their shapes."""

from __future__ import annotations

from gradcli.graph.tape import is_elementwise
from gradcli.report.array_tables import ArrayTables
from gradcli.report.charset import DOT
from gradcli.report.local_jacobians import array_gate_text
from gradcli.report.step_sentences import Sentences
from gradcli.report.step_words import pattern
from gradcli.report.tables import MOST_TERMS


class ArraySentences(Sentences, ArrayTables):
    """Writes rows of vectors and matrices, each with its sentence."""

    def remarks(self, *, backward: bool) -> tuple[str, ...]:
        """How the Jacobians stand, and what is differentiated where the output is an array."""
        return (*self.layout_notes(), *(self._seed_note() if backward else ()))

    def _local(self, slot: int, place: int) -> str | None:
        return None if self._is_of_arrays(slot) else super()._local(slot, place)

    def _flows(self, slot: int) -> str:
        if not self._is_of_arrays(slot):
            return super()._flows(slot)
        gate = self._nodes.gate(slot)
        words = pattern(gate)
        says = words.constant if words.constant and len(self._free(slot)) == 1 and not words.passed else words.says
        text = words.tied if words.tied and slot in self._notes.kinks else says
        shape, args = self._graph.shape(slot), self._graph.args[slot]
        if is_elementwise(gate):
            text += ", entry by entry"
            if any(self._graph.shape(args[place]) != shape for place, _ in self._free(slot)):
                text += ", summed over the copies of an input that is smaller than the output"
        return text

    def _received(self, slot: int) -> str:
        if not self._is_of_arrays(slot):
            return super()._received(slot)
        outputs = self._outputs(slot)
        above = [self.by(o) for o in outputs] + ["…"] * (len(self._nodes.consumers[slot]) > len(outputs))
        upstream = " + ".join(above)
        text = array_gate_text(self._graph, slot, upstream)
        groups: dict[str, list[str]] = {}
        for place, i in self._free(slot)[:MOST_TERMS]:
            formula = self._handed_formula(slot, text, place, i, upstream)
            shapes = self._shapes(slot, place)
            what = f"{formula} ({shapes})" if shapes else formula
            groups.setdefault(what, []).append(self._name(self._graph.args[slot][place]))
        products = any(f" {DOT} " in what for what in groups)
        shared = self._shared_out(groups)
        return f"as vector-Jacobian product{'s' * (len(self._free(slot)) > 1)} {shared}" if products else shared
