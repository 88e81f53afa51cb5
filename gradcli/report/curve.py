"""A curve of losses: drawn with dots in the terminal, as a picture, or as CSV."""

from __future__ import annotations

import io
import math
from collections.abc import Sequence
from dataclasses import dataclass

from rich.cells import cell_len

from gradcli.report.charset import spelled
from gradcli.report.numbers import NumberStyle, lecture
from gradcli.report.screen import ORDINARY, Screen

Points = Sequence[tuple[int, float]]
"""Pairs of a step and the loss there."""

HEIGHT = 11
"""Lines of a drawing, without its axis."""

WIDEST = 100
"""Columns of a drawing where lines may have any length."""

NARROWEST = 8
"""Columns that are left for the curve however long the numbers at its side are."""

DECADES = 3
"""Powers of ten that losses must span for a logarithmic axis."""

_DOTS = ((0x01, 0x08), (0x02, 0x10), (0x04, 0x20), (0x40, 0x80))
"""The bits of the dots of a braille character, from top to bottom, left and right."""


def curve_text(points: Points, screen: Screen, style: NumberStyle = lecture, name: str = "loss") -> str:
    """Losses over steps, drawn with characters."""
    known = [(step, y) for step, y in points if math.isfinite(y)]
    if not known:
        return f"no finite {name} to draw"
    axis = _Axis.of([y for _, y in known])
    marks = {row: spelled(style(y), ascii_only=screen.ascii_only) for row, y in axis.marks().items()}
    margin = max(map(cell_len, marks.values()))
    whole = min(screen.width or ORDINARY, WIDEST)
    width = max(whole - margin - 3, NARROWEST)
    first, last = points[0][0], points[-1][0]
    dots = _Dots(width, ascii_only=screen.ascii_only)
    for before, after in _segments(points, axis, first, last, dots):
        dots.line(before, after)
    tick, bar, corner, dash = "+|+-" if screen.ascii_only else "┤│└─"
    lines = [" " * (margin - cell_len(marks.get(row, ""))) + marks.get(row, "") + " " + (tick if row in marks else bar)
             + drawn for row, drawn in enumerate(dots.rows())]  # fmt: skip
    title = f"{name} (logarithmic)" if axis.logarithmic else name
    steps = _between(f"{first:,}", "step", f"{last:,}" if last != first else "", width)
    return "\n".join([title, *(line.rstrip() for line in lines), " " * (margin + 1) + corner + dash * width,
                      (" " * (margin + 2) + steps).rstrip()])  # fmt: skip


def curve_csv(rows: Sequence[tuple[int, float, float]]) -> str:
    """Steps, losses and lengths of the gradient, as CSV with a header."""
    return "step,loss,gradient_norm\n" + "".join(f"{step},{loss!r},{slope!r}\n" for step, loss, slope in rows)


def curve_picture(points: Points, kind: str, name: str = "loss") -> bytes:
    """The curve as a picture.

    Args:
        points: the losses.
        kind: "png" or "svg".
        name: what the loss is called.

    Raises:
        ImportError: matplotlib, which draws it, is not installed.
    """
    import matplotlib
    from matplotlib.figure import Figure  # without pyplot: no window, whatever the screen

    known = [y for _, y in points if math.isfinite(y)]
    with matplotlib.rc_context({"svg.hashsalt": "gradcli"}):  # the same curve is the same file
        figure = Figure(figsize=(6.4, 4), layout="constrained")
        axes = figure.add_subplot()
        axes.plot([step for step, _ in points], [y if math.isfinite(y) else math.nan for _, y in points],
                  marker="o" if len(points) == 1 else "")  # fmt: skip
        axes.set_xlabel("step")
        axes.set_ylabel(name, parse_math=False)
        if known and _Axis.of(known).logarithmic:
            axes.set_yscale("log")
        out = io.BytesIO()
        figure.savefig(out, format=kind, dpi=150, metadata={"Date": None} if kind == "svg" else None)
    return out.getvalue()


@dataclass(frozen=True, slots=True)
class _Axis:
    """The range of the losses."""

    low: float
    high: float
    logarithmic: bool

    @staticmethod
    def of(known: Sequence[float]) -> _Axis:
        low, high = min(known), max(known)
        return _Axis(low, high, low > 0 and high / low > 10**DECADES)

    def place(self, y: float) -> float:
        """Where a loss stands, from 0 at the bottom to 1 at the top; in the middle if all are equal."""
        if self.low == self.high:
            return 0.5
        if self.logarithmic:
            return (math.log(y) - math.log(self.low)) / (math.log(self.high) - math.log(self.low))
        return (y / 2 - self.low / 2) / (self.high / 2 - self.low / 2)  # halved: no difference of floats overflows

    def marks(self) -> dict[int, float]:
        """Losses that are written beside a line of the drawing."""
        if self.low == self.high:
            return {HEIGHT // 2: self.low}
        middle = math.sqrt(self.low) * math.sqrt(self.high) if self.logarithmic else self.low / 2 + self.high / 2
        return {0: self.high, HEIGHT // 2: middle, HEIGHT - 1: self.low}


class _Dots:
    """A field of dots, 2 × 4 to a character of braille; of stars, 1 to a character, where there is no braille."""

    def __init__(self, width: int, *, ascii_only: bool) -> None:
        self._ascii_only = ascii_only
        self._width = width
        self.columns, self.lines = (width, HEIGHT) if ascii_only else (2 * width, 4 * HEIGHT)
        self._set: set[tuple[int, int]] = set()

    def line(self, before: tuple[int, float], after: tuple[int, float]) -> None:
        """Draw from one point to another: columns from the left, and heights from 0 to 1."""
        (left, low), (right, high) = before, after
        previous = self._row(low)
        for column in range(left, right + 1):
            share = 1.0 if right == left else (column - left) / (right - left)
            row = self._row(low + share * (high - low))
            for between in range(min(previous, row), max(previous, row) + 1):
                self._set.add((column, between))
            previous = row

    def _row(self, height: float) -> int:
        return round((1 - height) * (self.lines - 1))

    def rows(self) -> list[str]:
        """The lines of the drawing."""
        if self._ascii_only:
            return ["".join("*" if (x, y) in self._set else " " for x in range(self._width)) for y in range(HEIGHT)]
        return ["".join(self._braille(x, y) for x in range(self._width)) for y in range(HEIGHT)]

    def _braille(self, x: int, y: int) -> str:
        bits = sum(_DOTS[j][i] for j in range(4) for i in range(2) if (2 * x + i, 4 * y + j) in self._set)
        return chr(0x2800 + bits) if bits else " "


def _segments(
    points: Points, axis: _Axis, first: int, last: int, dots: _Dots
) -> list[tuple[tuple[int, float], tuple[int, float]]]:
    """Pairs of neighbours to be joined; beside a loss that is not finite there is a gap."""
    found: dict[tuple[tuple[int, float], tuple[int, float]], None] = {}
    previous: tuple[int, float] | None = None
    for step, y in points:
        if not math.isfinite(y):
            previous = None
            continue
        column = round((step - first) / (last - first) * (dots.columns - 1)) if last > first else 0
        here = column, axis.place(y)
        found[previous or here, here] = None
        previous = here
    return list(found)


def _between(left: str, middle: str, right: str, width: int) -> str:
    """Three texts at the left, in the middle and at the right, as far as there is room."""
    if len(left) + len(right) + 1 > width:
        return left
    start = (width - len(middle)) // 2
    room = len(left) < start and start + len(middle) < width - len(right)
    line = left.ljust(start) + middle if room else left
    return line.ljust(width - len(right)) + right
