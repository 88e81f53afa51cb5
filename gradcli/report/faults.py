"""Errors as text: the line, the exact characters underlined, what is wrong, and what to write instead."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from rich.cells import cell_len

from gradcli.language import GradcliError
from gradcli.language.errors import LINE_BREAK
from gradcli.report.charset import spelled, visible

WINDOW = 72
"""Characters of a long line that are shown around the fault."""

MOST_LINES = 4
"""Lines of the text that are shown."""

Span = tuple[int, int]
Write = Callable[[str], str]


def fault_text(fault: GradcliError, *, ascii_only: bool = False) -> str:
    """The whole message; text of the user is shown with its control characters written out."""

    def write(text: str) -> str:
        return spelled(visible(text), ascii_only=ascii_only)

    lines = [f"error: {write(fault.message)}"]
    if fault.text is not None and fault.text.strip():
        spans = [(fault.start, fault.end), *([fault.also] if fault.also else [])]
        lines += _excerpt(fault.text, spans, write)
    if fault.hint:
        lines.append(f"help: {write(fault.hint)}")
    lines.append(f"more: gradcli explain {fault.code}")
    return "\n".join(lines) + "\n"


def _excerpt(text: str, spans: Sequence[Span], write: Write) -> list[str]:
    """The lines that hold a fault, each with its marks below."""
    lines = _lines(text)
    out: list[str] = []
    for number, (start, end) in enumerate(lines, 1):
        # Where something is missing the span is empty; it lies on the line whose text or end it touches.
        here = [(max(a, start), min(b, end)) for a, b in spans if (a < end and b > start) or start <= a <= end]
        if here and len(out) < 2 * MOST_LINES:
            source, marks = _marked(text, (start, end), here, write)
            head = f"{number:>4} | " if len(lines) > 1 else "  "
            out += [head + source, " " * len(head) + marks]
    return out


def _lines(text: str) -> list[Span]:
    lines, begin = [], 0
    for match in LINE_BREAK.finditer(text):
        lines.append((begin, match.start()))
        begin = match.end()
    return [*lines, (begin, len(text))]


def _marked(text: str, line: Span, spans: Sequence[Span], write: Write) -> tuple[str, str]:
    """A line, cut to a window around its first fault, and the carets below it, counted in cells of a terminal."""
    start, end = line
    if end - start > WINDOW:
        first, last = min(spans)
        centre = (first + min(last, first + WINDOW)) // 2
        start = max(start, min(centre - WINDOW // 2, end - WINDOW))
        end = min(end, start + WINDOW)
    before, after = ("… " if start > line[0] else ""), (" …" if end < line[1] else "")
    marks = ""
    for a, b in sorted(spans):
        a, b = max(a, start), min(b, end)
        if a <= end and b >= start:
            marks += " " * (cell_len(write(before + text[start:a])) - len(marks))
            marks += "^" * max(cell_len(write(text[a:b])), 1)
    return write(before + text[start:end] + after).rstrip(), marks
