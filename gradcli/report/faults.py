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
    here: dict[int, list[Span]] = {}
    for a, b in spans:
        # Where something is missing the span is empty; it lies on the line whose text or end it touches.
        held = [k for k, (start, end) in enumerate(lines) if (a < end and b > start) or start <= a <= end]
        for number in held[: MOST_LINES // len(spans)]:
            start, end = lines[number]
            here.setdefault(number, []).append((max(a, start), min(b, end)))
    out: list[str] = []
    for number, marked in sorted(here.items()):
        source, marks = _marked(text, lines[number], marked, write)
        head = f"{number + 1:>4} | " if len(lines) > 1 else "  "
        out += [head + source, " " * len(head) + marks]
    return out


def _lines(text: str) -> list[Span]:
    lines, begin = [], 0
    for match in LINE_BREAK.finditer(text):
        lines.append((begin, match.start()))
        begin = match.end()
    return [*lines, (begin, len(text))]


def _marked(text: str, line: Span, spans: Sequence[Span], write: Write) -> tuple[str, str]:
    """A line, cut to windows around its faults, and the carets below it, counted in cells of a terminal."""
    source, marks, shown = "", "", line[0]
    for start, end in _windows(line, sorted(spans)):
        if start > shown:
            source += " … " if source else "… "
        for a, b in spans:
            if a <= end and b >= start:
                a, b = max(a, start), min(b, end)
                marks = _with_carets(marks, cell_len(write(source + text[start:a])), cell_len(write(text[a:b])))
        source, shown = source + text[start:end], end
    return write(source + (" …" if shown < line[1] else "")).rstrip(), marks


def _with_carets(marks: str, first: int, count: int) -> str:
    """The marks with carets from a cell on, at least one; they may lie on others."""
    carets = "^" * max(count, 1)
    return marks[:first].ljust(first) + carets + marks[first + len(carets) :]


def _windows(line: Span, spans: Sequence[Span]) -> list[Span]:
    """The parts of a line that are shown: all of it if it is short, otherwise what surrounds its faults."""
    start, end = line
    if end - start <= WINDOW:
        return [line]
    first, last = spans[0][0], max(b for _, b in spans)
    if last - first <= WINDOW or len(spans) == 1:
        return [_window(line, first, min(last, first + WINDOW), WINDOW)]
    size = WINDOW // len(spans)
    parts: list[Span] = []
    for a, b in spans:
        low, high = _window(line, a, min(b, a + size), size)
        if parts and low <= parts[-1][1]:
            low, high = parts[-1][0], max(high, parts.pop()[1])
        parts.append((low, high))
    return parts


def _window(line: Span, first: int, last: int, size: int) -> Span:
    """So many characters of a line, with those from `first` to `last` in the middle."""
    start = max(line[0], min((first + last) // 2 - size // 2, line[1] - size))
    return start, min(line[1], start + size)
