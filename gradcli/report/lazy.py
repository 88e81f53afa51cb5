"""Derivatives on demand as the lecture writes them: `de/dc → table[c]` where one is stored, `←` where it is read."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from gradcli.passes.evaluate import Evaluation
from gradcli.passes.lazy import Edge, Event, Lazy, run_lazily
from gradcli.report.charset import DOT
from gradcli.report.edges import EdgeTexts
from gradcli.report.jsontext import Json, number, value
from gradcli.report.layout import Cell
from gradcli.report.markdown import bullets, escape
from gradcli.report.nodes import NodeViews
from gradcli.report.numbers import NumberStyle, lecture
from gradcli.report.path_texts import product_of
from gradcli.report.screen import Screen
from gradcli.report.tables import Row, Table, sum_of
from gradcli.report.textual import paragraph, table_text

MOST_LINES = 400
"""Lines that are shown; of more the first and the last half."""

_DEEPEST = 12
"""Depth up to which a line is indented; deeper ones say how deep they are."""

_MOST_NAMES = 24
"""Nodes that were never visited, up to which all are named."""


def text(result: Evaluation, form: str, screen: Screen, style: NumberStyle = lecture) -> str:
    """What was computed on demand for the derivatives that were asked for.

    Args:
        result: the formula at the point; the derivatives by `result.wrt` are computed.
        form: "table" or "markdown".
        screen: where it goes.
        style: of its numbers.

    Raises:
        GradcliError: the value is an array ("array-output").
    """
    shown = _Lines(result, style)
    if form != "markdown":
        notes = [paragraph(line, screen) for line in shown.notes()]
        return "\n".join([table_text(shown.table(shown.title()), screen), *notes]) + "\n"
    plain = table_text(shown.table(""), Screen(ascii_only=screen.ascii_only))
    title = escape(shown.title(), ascii_only=screen.ascii_only)
    return f"### {title}\n\n```text\n{plain}\n```\n\n{bullets(shown.notes(), ascii_only=screen.ascii_only)}\n"


def record(result: Evaluation) -> Json:
    """The same as JSON.

    Returns:
        "wrt": the names; "events": in order, each with "do" ("compute", "local", "read", "not_taken", "output"),
        "depth", "of", the node, and, of an edge, "place", which of the node's operands its lower end is, with "local"
        where that is a number; computed and read derivatives have their "gradient" (null where nothing comes back),
        computed ones also "terms", what each edge contributes; "never_visited": nodes.

    Raises:
        GradcliError: the value is an array ("array-output").
    """
    lazy = _run(result)
    views = NodeViews(result.forward)

    def node(slot: int) -> Json:
        source = views.source(slot)
        return {"input": source.name} if source.kind == "input" else {"node": source.name, "label": views.labels[slot]}

    def gradient(slot: int) -> Any:
        found = lazy.gradients[slot]
        return None if found is None else value(found)

    def shown(event: Event) -> Json:
        do = "not_taken" if event.action == "idle" else event.action
        found: Json = {"do": do, "depth": event.depth, "of": node(event.slot)}
        if event.place is not None:
            local = result.forward.locals[event.slot][event.place]
            found["place"] = event.place
            if isinstance(local, float | int):
                found["local"] = number(local)
            return found
        found["gradient"] = gradient(event.slot)
        if event.action == "compute":
            found["terms"] = [
                {"of": node(edge[0]), "place": edge[1], "gradient": value(lazy.contributions[edge])}
                for edge in lazy.edges[event.slot] if lazy.contributions.get(edge) is not None
            ]  # fmt: skip
        return found

    return {
        "wrt": list(result.wrt),
        "events": [shown(event) for event in lazy.events],
        "never_visited": [node(slot) for slot in lazy.never_visited],
    }


def _run(result: Evaluation) -> Lazy:
    graph = result.graph
    seed = result.backward.gradients[graph.output] if result.backward is not None else 1.0
    slots = {name: slot for slot, name in enumerate(graph.inputs)}
    return run_lazily(result.forward, [slots[name] for name in result.wrt if name in slots], seed)


class _Lines:
    """The lines of what was done."""

    def __init__(self, result: Evaluation, style: NumberStyle) -> None:
        self._result = result
        self._style = style
        self._graph = result.graph
        self._lazy = _run(result)
        self._texts = EdgeTexts(result.forward, result.formula.text, style)

    def title(self) -> str:
        """What was asked for."""
        output, wrt = self._graph.output_name, self._result.wrt
        names = [f"d{output}/d{name}" for name in wrt[:_MOST_NAMES]] + ["..."] * (len(wrt) > _MOST_NAMES)
        return f"Only what is needed: {', '.join(names) or 'no derivatives'}"

    def table(self, title: str) -> Table:
        """One row a line."""
        events, half = self._lazy.events, MOST_LINES // 2
        shown = events if len(events) <= MOST_LINES else (*events[:half], *events[-half:])
        rows = [Row(self._row(event), "faint" if event.action == "idle" else "plain") for event in shown]
        if len(shown) < len(events):
            gap = f"{len(events) - len(shown):,} more lines; --json lists all"
            rows.insert(half, Row((("⋮",), (gap,)), "gap"))
        output = self._graph.output_name
        rows += [Row(((f"d{output}/d{name}",), (f"0: {output} does not depend on {name}",)))
                 for name in self._result.wrt if name not in self._graph.inputs]  # fmt: skip
        return Table(title, ("step", "result"), tuple(rows))

    def notes(self) -> list[str]:
        """What the signs mean, what was saved, and what was left out."""
        lazy = self._lazy
        never, read = lazy.never_visited, sum(event.action == "read" for event in lazy.events)
        again = {0: "no result is needed twice", 1: "one result is read again"}.get(read, f"{read:,} results are read "
                 "again")  # fmt: skip
        lines = []
        if lazy.edges:
            lines.append("→ computes a derivative and stores it in the table, ← reads it there.")
            lines.append(f"{len(lazy.edges):,} of {len(lazy.edges) + len(never):,} derivatives are computed, each of "
                         f"them once; {again}.")  # fmt: skip
        if never:
            more = f" and {len(never) - _MOST_NAMES:,} more" if len(never) > _MOST_NAMES else ""
            names = ", ".join(self._texts.node(slot) for slot in never[:_MOST_NAMES])
            lines.append(
                f"Never visited: {names}{more}; no wanted derivative needs {'it' if len(never) == 1 else 'them'}."
            )
        return lines

    def _row(self, event: Event) -> tuple[Cell, Cell]:
        indent = "  " * min(event.depth, _DEEPEST) + f"({event.depth:,}) " * (event.depth > _DEEPEST)
        step, result = self._said(event)
        return (indent + step,), (result,)

    def _said(self, event: Event) -> tuple[str, str]:
        slot, texts = event.slot, self._texts
        if event.place is not None:
            edge = (slot, event.place)
            return texts.name(edge), texts.local(edge) if event.action == "local" else "this branch is not taken"
        name = texts.total(slot)
        if event.action == "read":
            return f"{name} ← table[{texts.node(slot)}]", self._shown(slot)
        if event.action == "output":
            return name, f"{self._shown(slot)}: it is the output itself"
        return f"{name} → table[{texts.node(slot)}]", " = ".join(self._sum(slot))

    def _sum(self, slot: int) -> Iterator[str]:
        """The terms of a derivative by names and by numbers, and what they come to."""
        contributions = self._lazy.contributions
        edges = [edge for edge in self._lazy.edges[slot] if contributions.get(edge) is not None]
        if not edges:
            yield "0: nothing comes back to it"
            return
        single = len(edges) == 1
        if single and self._is_local(edges[0]):
            yield f"{self._texts.name(edges[0])} = {self._texts.local(edges[0])}"
            if self._graph.shapes is not None and self._graph.shape(slot):
                yield self._shown(slot)
            return
        yield " ".join(sum_of([self._by_name(edge) for edge in edges]))
        if self._graph.shapes is None:
            yield " ".join(sum_of([self._by_number(edge) for edge in edges]))
        elif not single:
            yield " ".join(sum_of([self._value(contributions[edge]) for edge in edges]))
        if self._graph.shapes is not None or not (single and self._is_local(edges[0])):
            yield self._shown(slot)

    def _is_local(self, edge: Edge) -> bool:
        """Whether an edge leads to the output, so that its local derivative is all there is."""
        return edge[0] == self._graph.output and self._lazy.gradients[edge[0]] == 1

    def _by_name(self, edge: Edge) -> str:
        local = self._texts.name(edge)
        return local if self._is_local(edge) else f"{self._texts.total(edge[0])} {DOT} {local}"

    def _by_number(self, edge: Edge) -> str:
        local = self._style(self._result.forward.locals[edge[0]][edge[1]])
        return local if self._is_local(edge) else product_of([self._style(self._lazy.gradients[edge[0]]), local])

    def _shown(self, slot: int) -> str:
        found = self._lazy.gradients[slot]
        return self._value(0.0 if found is None else found)

    def _value(self, x: Any) -> str:
        if self._graph.shapes is None:
            return self._style(x)
        from gradcli.report.arrays import array_text  # numbers alone need no NumPy

        return array_text(x, self._style)
