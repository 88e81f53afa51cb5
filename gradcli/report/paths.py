"""The paths between two nodes as `gradcli paths` shows them: as text, as Markdown, and as JSON."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator

from gradcli.language import GradcliError
from gradcli.passes.following import Followed, Segment
from gradcli.passes.paths import Path, added, every
from gradcli.report.charset import DOT, spelled
from gradcli.report.jsontext import Json, number
from gradcli.report.layout import padded, wrapped
from gradcli.report.markdown import bullets, escape, table_markdown
from gradcli.report.nodes import NodeViews
from gradcli.report.numbers import NumberStyle, lecture
from gradcli.report.path_texts import MOST_EDGES, PathTexts, counted, paths_text, product_of
from gradcli.report.reading import reading
from gradcli.report.screen import Screen
from gradcli.report.tables import Row, Table, shortened, sum_of
from gradcli.report.textual import paragraph, table_text

PATHS_SCHEMA = "gradcli.paths/1"

MOST_IN_FACTOR = 8
"""Paths of a part that are written out in the factored form; of more only the sum is."""

_MOST_FACTORS = 6
"""Factors of the factored form; of more the first and the last half are shown."""

MOST_EDGES_IN_JSON = 1_000_000
"""Edges that the listed paths may have together in JSON."""

_LARGEST_EXACT = 2**53
"""Integers up to which every JSON reader keeps all digits."""

_MARGIN = 12
"""Where the lines below the table begin."""

Line = tuple[str, str]
"""A line below the table: what it is, and what it says."""


def paths_as_text(found: Followed, style: NumberStyle, screen: Screen) -> str:
    """The formula, the table of paths, and their sum in its forms."""
    head = paragraph(shortened(reading(found.result.formula)), screen)
    width = 10**9 if screen.width is None else screen.width - _MARGIN
    lines = []
    for name, text in _lines(found, style):
        written = wrapped((spelled(text, ascii_only=screen.ascii_only),), width)
        lines += [padded("" if place else name, _MARGIN) + part for place, part in enumerate(written)]
    return "\n\n".join([head, table_text(_table(found, style), screen), "\n".join(lines)]) + "\n"


def paths_as_markdown(found: Followed, style: NumberStyle, *, ascii_only: bool = False) -> str:
    """The same as Markdown."""
    head = f"**{escape(shortened(reading(found.result.formula)), ascii_only=ascii_only)}**"
    lines, last = [], ""
    for name, text in _lines(found, style):
        last = name or last
        lines.append(f"{last}: {text}")
    table = table_markdown(_table(found, style), ascii_only=ascii_only)
    return f"{head}\n\n{table}\n\n{bullets(lines, ascii_only=ascii_only)}\n"


def _table(found: Followed, style: NumberStyle) -> Table:
    texts = PathTexts(found.ways, style)
    start, end = texts.node(found.ways.start), texts.node(found.ways.end)
    at = ", ".join(f"{name} = {style(x)}" for name, x in found.result.at.items())
    rows = []
    for place, (path, contribution) in enumerate(zip(found.listed, found.contributions, strict=True), 1):
        first = found.listed[0] if place > 1 else ()
        product, shown = texts.product(path, first), style(contribution)
        rows.append(
            Row(((f"P{place}",), (texts.chain(path, first),), (product if not path else f"{product} = {shown}",)))
        )
    title = f"{paths_text(found.count)} from {start} to {end}" + (f": {at}" if at else "")
    return Table(title, ("path", "nodes", "product of the local derivatives"), tuple(rows), tuple(_notes(found, texts)))


def _notes(found: Followed, texts: PathTexts) -> Iterator[str]:
    if len(found.listed) > 1 and max(map(len, found.listed)) > MOST_EDGES:
        yield "Of a long path its beginning, its end, and the first places where it leaves P1 are shown."
    if found.unlisted:
        yield (f"Listed are the {len(found.listed):,} paths with the largest absolute contributions; --top K lists "
               "more.")  # fmt: skip
    if texts.repeats():
        yield "i₁, i₂ ... are the operands of a node, where several of them are the same node: each edge counts."
    if found.not_taken:
        more = "path leads" if found.not_taken == 1 else "paths lead"
        yield (f"{counted(found.not_taken)} more {more} through branches that are not taken: nothing is contributed "
               "there, and they are not counted.")  # fmt: skip


# --- below the table --------------------------------------------------------------------------------------------------


def _lines(found: Followed, style: NumberStyle) -> Iterator[Line]:
    texts = PathTexts(found.ways, style)
    name = texts.derivative(found.ways.end, found.ways.start)
    terms = [style(x) for x in found.contributions]
    if found.unlisted:
        listed = added(found.contributions)
        yield "Listed", f"{' '.join(sum_of(terms))}" + (f" = {style(listed)}" if len(terms) > 1 else "")
        yield "Rest", f"{style(found.rest)}, the other {paths_text(found.unlisted)} together"
        terms = [style(listed), style(found.rest)]
    whole = [" ".join(sum_of(terms))] if len(terms) > 1 else []
    yield "Sum", " = ".join([name, *whole, style(found.total)])
    yield "Backward", f"{name} = {style(found.derivative)} by the backward pass: {_compared(found, style)}"
    if found.count > 1:
        yield from _factored(found, texts, style, name)


def _compared(found: Followed, style: NumberStyle) -> str:
    """The sum of the paths beside the derivative: both add the same products, in another order."""
    total, derivative = found.total, found.derivative
    if total == derivative or (math.isnan(total) and math.isnan(derivative)):
        return "the same"
    return f"the same up to rounding ({style(abs(total - derivative))})"


def _factored(found: Followed, texts: PathTexts, style: NumberStyle, name: str) -> Iterator[Line]:
    parts = _few(found.segments)
    if len(found.segments) == 1:
        yield "Factored", "no node between the two lies on all paths: the sum has no factors"
        return
    yield "Factored", f"{name} = {_beside([_by_name(part, texts) for part in parts])}"
    if any(part is not None and part.count <= MOST_IN_FACTOR for part in parts):
        yield "", f"= {_beside([_by_number(part, texts, style) for part in parts], f' {DOT} ')}"
    yield "", f"= {product_of(['…' if part is None else style(part.total) for part in parts])} = {style(found.total)}"
    shared = [texts.node(part.ways.end) for part in found.segments[:-1]]
    listed = shared if len(shared) <= MOST_EDGES else [*shared[:MOST_EDGES], f"{len(shared) - MOST_EDGES:,} more"]
    yield "Shared", f"all paths lead through {', '.join(listed)}"


def _few(segments: tuple[Segment, ...]) -> list[Segment | None]:
    """The factors that are shown; None stands for those in the middle of many."""
    half = _MOST_FACTORS // 2
    return list(segments) if len(segments) <= _MOST_FACTORS else [*segments[:half], None, *segments[-half:]]


def _by_name(part: Segment | None, texts: PathTexts) -> str:
    if part is None:
        return "…"
    if part.count > MOST_IN_FACTOR:
        return f"({paths_text(part.count)} from {texts.node(part.ways.start)} to {texts.node(part.ways.end)})"
    return _summed(part, texts.names)


def _by_number(part: Segment | None, texts: PathTexts, style: NumberStyle) -> str:
    if part is None:
        return "…"
    if part.count > MOST_IN_FACTOR:
        return f"({style(part.total)})"
    text = _summed(part, texts.numbers)
    return f"({text})" if text.startswith("−") else text


def _summed(part: Segment, written: Callable[[Path], str]) -> str:
    terms = [written(path) for path in every(part.ways)]
    return terms[0] if len(terms) == 1 else f"({' '.join(sum_of(terms))})"


def _beside(factors: list[str], between: str = " ") -> str:
    """Factors one behind the other, with a sign between them unless both have brackets."""
    text = ""
    for factor in factors:
        text += (between if text and not (text.endswith(")") and factor.startswith("(")) else "") + factor
    return text


# --- JSON -------------------------------------------------------------------------------------------------------------


def paths_as_json(found: Followed) -> Json:
    """Everything as an object of the schema `gradcli.paths/1`; counts above 2⁵³ are texts of decimal digits.

    Raises:
        GradcliError: the listed paths are too long for it ("too-large").
    """
    edges = sum(map(len, found.listed))
    if edges > MOST_EDGES_IN_JSON:
        raise GradcliError("too-large", f"the listed paths have {edges:,} edges together",
                           hint=f"{MOST_EDGES_IN_JSON:,} are the most: list fewer of them with --top")  # fmt: skip
    texts, views = PathTexts(found.ways, lecture), NodeViews(found.result.forward)
    result = found.result

    def node(slot: int) -> Json:
        source = views.source(slot)
        return {"input": source.name} if source.kind == "input" else {"node": source.name, "label": texts.node(slot)}

    def path(edges: Path, contribution: float) -> Json:
        return {
            "nodes": [node(found.ways.start), *(node(slot) for slot, _ in edges)],
            "edges": [{"name": texts.edge(edge), "input": edge[1], "local": number(found.ways.local(edge))}
                      for edge in edges],
            "contribution": number(contribution),
        }  # fmt: skip

    return {
        "schema": PATHS_SCHEMA,
        "formula": result.formula.text,
        "read_as": reading(result.formula),
        "at": {name: number(x) for name, x in result.at.items()},
        "from": node(found.ways.start),
        "to": node(found.ways.end),
        "count": _exact(found.count),
        "not_taken": _exact(found.not_taken),
        "paths": [path(edges, x) for edges, x in zip(found.listed, found.contributions, strict=True)],
        "rest": {"count": _exact(found.unlisted), "sum": number(found.rest)},
        "sum": number(found.total),
        "derivative": {
            "name": texts.derivative(found.ways.end, found.ways.start),
            "value": number(found.derivative),
        },
        "factors": [
            {"from": node(part.ways.start), "to": node(part.ways.end), "count": _exact(part.count),
             "sum": number(part.total)} for part in found.segments
        ],
        **({"notes": list(result.notes)} if result.notes else {}),
    }  # fmt: skip


def _exact(count: int) -> int | str:
    """A count with all its digits."""
    if count <= _LARGEST_EXACT:
        return count
    from decimal import Decimal  # Python refuses to write integers of more than some thousand digits

    return f"{Decimal(count):f}"
