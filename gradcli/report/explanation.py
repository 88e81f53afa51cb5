"""What an error means: its entry in the catalogue, with the message that its example causes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gradcli.graph.point import bind, parse_binding
from gradcli.language import GradcliError
from gradcli.passes.evaluate import evaluate
from gradcli.report.charset import spelled, visible
from gradcli.report.faults import fault_text
from gradcli.report.screen import Screen
from gradcli.report.textual import grid_text, paragraph

if TYPE_CHECKING:
    from gradcli.language.catalogue import Entry


def explanation_text(entry: Entry, screen: Screen) -> str:
    """What one error means, an example that causes it, what gradcli says to that, and the repair."""
    blocks = [f"{entry.code}: {paragraph(entry.meaning, screen)}"]
    fault = example_fault(entry)
    if fault is not None:
        message = fault_text(fault, ascii_only=screen.ascii_only).rstrip("\n").split("\n")
        blocks.append("\n".join(["Example:", *_indented(_command(entry), screen)]))
        blocks.append("\n".join("  " + line for line in message[:-1]))  # the last one leads here
    blocks.append("\n".join(["Repair:", "  " + paragraph(entry.repair, screen)]))
    return "\n\n".join(blocks) + "\n"


def codes_text(screen: Screen) -> str:
    """All errors that have a code, with their meaning."""
    from gradcli.language.catalogue import CATALOGUE

    rows = [((entry.code,), (entry.meaning,)) for entry in CATALOGUE.values()]
    table = grid_text(("code", "meaning"), rows, screen)
    return f"{table}\n\n{paragraph('gradcli explain CODE gives an example and the repair.', screen)}\n"


def example_fault(entry: Entry) -> GradcliError | None:
    """The error that the example of an entry causes; None if there is no example."""
    if not entry.example:
        return None
    try:
        evaluate(entry.example, bind(map(parse_binding, entry.bindings)))
    except GradcliError as fault:
        return fault
    return None


def _command(entry: Entry) -> str:
    quoted = entry.example.replace("'", "'\\''")
    return " ".join(["gradcli eval", f"'{quoted}'", *entry.bindings])


def _indented(text: str, screen: Screen) -> list[str]:
    written = [visible(line) for line in text.split("\n")]
    return ["  " + spelled(line, ascii_only=screen.ascii_only) for line in written]
