"""Errors as text: the line, the exact characters underlined, what is wrong, and what to write instead."""

from __future__ import annotations

from rich.cells import cell_len

from gradcli.language import GradcliError
from gradcli.language.errors import LINE_BREAK
from gradcli.report.charset import spelled, visible

WINDOW = 100
"""Characters of a long line that are shown around the fault."""


def fault_text(fault: GradcliError, *, ascii_only: bool = False) -> str:
    """The whole message; text of the user is shown with its control characters written out."""
    lines = [f"error: {visible(fault.message)}"]
    if fault.text is not None:
        lines += _excerpt(fault.text, fault.start, fault.end, fault.also)
    if fault.hint:
        lines.append(f"help: {visible(fault.hint)}")
    lines.append(f"      (gradcli explain {fault.code})")
    return spelled("\n".join(lines) + "\n", ascii_only=ascii_only)


def _excerpt(text: str, start: int, end: int, also: tuple[int, int] | None) -> list[str]:
    """The faulty lines, each with its marks below; of several lines, those that hold a mark."""
    spans = [(start, max(end, start + 1))] + ([also] if also else [])
    found = []
    lines = _lines(text)
    several = len(lines) > 1
    marked = [(n, s, e) for n, (s, e) in enumerate(lines, 1) if any(a < max(e, s + 1) + 1 and b > s for a, b in spans)]
    for number, line_start, line_end in marked[:4]:
        here = [(max(a, line_start), min(b, line_end + 1)) for a, b in spans if a <= line_end and b > line_start]
        source, marks = _window(text, line_start, line_end, here)
        head = f"{number:>4} | " if several else "  "
        found += [head + source, " " * len(head) + marks]
    return found


def _lines(text: str) -> list[tuple[int, int]]:
    lines, begin = [], 0
    for match in LINE_BREAK.finditer(text):
        lines.append((begin, match.start()))
        begin = match.end()
    return [*lines, (begin, len(text))]


def _window(text: str, line_start: int, line_end: int, spans: list[tuple[int, int]]) -> tuple[str, str]:
    """A line, cut to a window around its first fault, and the carets below it, counted in cells of a terminal."""
    left, right = line_start, line_end
    if right - left > WINDOW:
        centre = min((a + min(b, a + WINDOW)) // 2 for a, b in spans)
        left = max(line_start, min(centre - WINDOW // 2, line_end - WINDOW))
        right = min(line_end, left + WINDOW)
    before, after = ("… " if left > line_start else ""), (" …" if right < line_end else "")
    source, marks = before, " " * len(before)
    for place in range(left, right + 1):
        shown = visible(text[place]) if place < right else ""
        marked = any(a <= place < b for a, b in spans)
        source += shown
        width = cell_len(shown) if place < right else 1
        marks += ("^" if marked else " ") * width
    return source + after, marks.rstrip()
