"""Second derivatives as they are shown: the Hessian as a labelled matrix, or H·v, with the gradient beside it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from rich.cells import cell_len

from gradcli.graph.array_values import shape_of
from gradcli.passes.definiteness import Definiteness, definiteness
from gradcli.passes.evaluate import Evaluation
from gradcli.passes.hessian import PIECES, Hessian, Product, Variable
from gradcli.report.charset import DOT
from gradcli.report.jsontext import Json, number
from gradcli.report.jsontext import value as json_value
from gradcli.report.layout import GAP, one_line
from gradcli.report.markdown import bullets, escape, table_markdown
from gradcli.report.numbers import NumberStyle, lecture
from gradcli.report.reading import reading
from gradcli.report.screen import Screen
from gradcli.report.tables import Row, Table, shortened
from gradcli.report.textual import paragraph, table_text
from gradcli.rules.shape import entries, indices

HESSIAN_SCHEMA = "gradcli.hessian/1"

MOST_COLUMNS = 12
"""Rows and columns up to which a Hessian is written out; of a larger one each block is summed up."""

MOST_EIGENVALUES = 6
"""Eigenvalues up to which all of them are told."""

MOST_ENTRIES = 40
"""Entries of the inputs up to which H·v is written entry by entry."""


@dataclass(frozen=True, slots=True)
class Page:
    """What is said of a formula's second derivatives.

    Attributes:
        reading: how the formula was read.
        value: the value at the point.
        table: the numbers.
        sentences: what follows from them.
    """

    reading: str
    value: str
    table: Table
    sentences: tuple[str, ...]


def page(found: Hessian | Product, style: NumberStyle = lecture) -> Page:
    """The page of a Hessian, or of a product H·v."""
    result, z = found.result, found.result.graph.output_name
    table = _matrix(found, style) if isinstance(found, Hessian) else _product(found, style)
    sentences = _of_hessian(found, style) if isinstance(found, Hessian) else _of_product(found, style)
    if PIECES in found.conventions:
        sentences.append(f"{PIECES[0].upper()}{PIECES[1:]}.")
    elif found.conventions:
        sentences.append(f"A gate of {z} has a kink at this point, and a convention was used: "
                         f"{'; '.join(found.conventions)}.")  # fmt: skip
    return Page(shortened(reading(result.formula)), f"{z} = {style(result.value)}", table, tuple(sentences))


def hessian_text(found: Hessian | Product, style: NumberStyle, screen: Screen) -> str:
    """The page for a terminal or a pipe."""
    shown = page(found, style)
    tables = "\n".join(table_text(table, screen) for table in _fitting(shown.table, screen))
    blocks = [paragraph(shown.reading, screen), tables, paragraph(shown.value, screen)]
    sentences = "\n".join(paragraph(sentence, screen) for sentence in shown.sentences)
    return "\n\n".join([*blocks, *([sentences] if sentences else [])]) + "\n"


def _fitting(table: Table, screen: Screen) -> list[Table]:
    """The table, or where the screen is too narrow for it some of its columns below the others, with the labels."""
    cells = [table.columns, *([one_line(cell) for cell in row.cells] for row in table.rows)]
    frame = 3 if screen.boxes else GAP
    widths = [frame + max(map(cell_len, column)) for column in zip(*cells, strict=True)]
    if screen.width is None or sum(widths) + 1 <= screen.width:
        return [table]
    room, places = screen.width - widths[0] - 1, range(1, len(widths))
    chunks = [[places[k : k + size] for k in range(0, len(places), size)] for size in _even_sizes(len(places))]
    chosen = next((c for c in chunks if all(sum(widths[k] for k in part) <= room for part in c)), chunks[-1])
    parts = [
        Table("", tuple(table.columns[k] for k in (0, *part)),
              tuple(Row(tuple(row.cells[k] for k in (0, *part)), row.tone) for row in table.rows))
        for part in chosen
    ]  # fmt: skip
    parts[0] = replace(parts[0], title=table.title)
    parts[-1] = replace(parts[-1], notes=table.notes)
    return parts


def _even_sizes(count: int) -> list[int]:
    """How many columns a part has where all of them are cut in two, in three, and so on."""
    return [-(-count // parts) for parts in range(2, count + 1)] or [1]


def hessian_markdown(found: Hessian | Product, style: NumberStyle, *, ascii_only: bool = False) -> str:
    """The page as Markdown."""
    shown = page(found, style)
    head = f"**{escape(shown.reading, ascii_only=ascii_only)}**"
    table = table_markdown(shown.table, ascii_only=ascii_only)
    return f"{head}\n\n{table}\n\n{bullets([shown.value, *shown.sentences], ascii_only=ascii_only)}\n"


# --- the Hessian ------------------------------------------------------------------------------------------------------


def _matrix(found: Hessian, style: NumberStyle) -> Table:
    z, title = found.result.graph.output_name, _title(found.result, style)
    arrays = [name for name in found.result.wrt if shape_of(found.result.at[name])]
    notes = [f"The entries of {_listed(arrays)} are read row by row."] if arrays else []
    if len(found.variables) > MOST_COLUMNS:
        return Table(f"Hessian of {z}: {title}", ("block", "size", "least", "greatest"), _summed_up(found, style),
                     (*notes, "--json holds all entries."))  # fmt: skip
    columns = (f"H = ∂²{z}/∂i∂j", *(str(v) for v in found.variables), f"d{z}/di")
    slopes = found.result.gradient
    rows = [
        Row(((str(v),), *((style(x + 0.0),) for x in row), (style(_entry(slopes[v.name], v)),)))
        for v, row in zip(found.variables, found.rows, strict=True)
    ]
    return Table(f"Hessian and gradient: {title}", columns, tuple(rows), tuple(notes))


def _summed_up(found: Hessian, style: NumberStyle) -> tuple[Row, ...]:
    rows = []
    for one, others in found.blocks.items():
        for other, block in others.items():
            whole = block if isinstance(block, list) else [[block]]
            numbers = [x + 0.0 for row in whole for x in row]
            name = f"∂²{found.result.graph.output_name}/∂{one}∂{other}"
            size = f"{len(whole)}×{len(whole[0])}"
            rows.append(Row(((name,), (size,), (style(min(numbers)),), (style(max(numbers)),))))
    return tuple(rows)


def _of_hessian(found: Hessian, style: NumberStyle) -> list[str]:
    told = definiteness(found)
    if told is None:
        return ["H holds an entry that is no finite number."] if found.rows else []
    return [verdict(found, told, style)]


def verdict(found: Hessian, told: Definiteness, style: NumberStyle = lecture) -> str:
    """One sentence: whether the Hessian is definite, why, and what follows for the point."""
    first = "H is 0" if told.kind == "zero" else f"H is {told.kind}: {_signs(told, style)}"
    return f"{first}; {_what_follows(found, told)}."


def _signs(told: Definiteness, style: NumberStyle) -> str:
    values = told.eigenvalues
    if len(values) == 1:
        return f"its only entry is {style(values[0])}"
    if len(values) <= MOST_EIGENVALUES:
        return f"its eigenvalues are {_listed([style(x + 0.0) for x in values])}"
    counts = ((told.positive, "positive"), (told.negative, "negative"), (told.zero, "0 to rounding"))
    parts = [f"{count} {name}" for count, name in counts if count]
    return f"of its {len(values):,} eigenvalues, {style(values[0])} to {style(values[-1])}, {_listed(parts)}"


def _what_follows(found: Hessian, told: Definiteness) -> str:
    result, z = found.result, found.result.graph.output_name
    others = [name for name in result.graph.inputs if name not in result.wrt]
    if told.point == "not stationary":
        return "the gradient is not 0, so the point is neither a minimum nor a maximum nor a saddle point"
    alone = f" of {z} as a function of {_listed(result.wrt)} alone" if others else ""
    if told.point == "undecided" and PIECES in found.conventions:
        return f"the gradient is 0, but {z} may not be twice differentiable here, so the point is undecided"
    if told.point == "undecided" and found.conventions:
        return f"a gate of {z} has a kink here, so derivatives do not decide what the point is"
    if told.point == "undecided":
        no = {"positive semidefinite": "no maximum, and ", "negative semidefinite": "no minimum, and "}
        known = f"it is {no[told.kind]}" if told.kind in no else ""
        if told.kind == "zero":
            return "the gradient is 0, too, so second derivatives do not decide what the point is"
        flat = "an eigenvalue is" if told.zero == 1 else "eigenvalues are"
        return f"the gradient is 0: {known}because {flat} 0, second derivatives do not decide what else the point is"
    strict = "a saddle point" if told.point == "saddle point" else f"a strict local {told.point}"
    return f"the gradient is 0: the point is {strict}{alone}"


# --- a product --------------------------------------------------------------------------------------------------------


def _product(found: Product, style: NumberStyle) -> Table:
    z, title = found.result.graph.output_name, _title(found.result, style)
    columns = ("i", "v", f"H {DOT} v", f"d{z}/di")
    gradient = found.result.gradient
    rows = []
    many = sum(entries(shape_of(x)) for x in found.direction.values()) > MOST_ENTRIES
    for name, along in found.direction.items():
        if many and shape_of(along):
            from gradcli.report.arrays import folded  # numbers alone need no NumPy

            cells = [folded(x, style) for x in (along, found.product[name], gradient[name])]
            rows.append(Row(((name,), *((cell,) for cell in cells))))
            continue
        for variable in _variables({name: along}):
            cells = [style(_entry(x, variable)) for x in (along, found.product[name], gradient[name])]
            rows.append(Row(((str(variable),), *((cell,) for cell in cells))))
    return Table(f"Hessian-vector product and gradient: {title}", columns, tuple(rows))


def _of_product(found: Product, style: NumberStyle) -> list[str]:
    z = found.result.graph.output_name
    curvature = f"v {DOT} H {DOT} v is {style(found.curvature)}"
    return [f"Along v the slope of {z} is {style(found.slope)}, and its second derivative {curvature}."]


# --- JSON -------------------------------------------------------------------------------------------------------------


def hessian_json(found: Hessian | Product) -> Json:
    """All of it as an object; see the schema hessian-1.json."""
    result = found.result
    notes = [*result.notes, *found.conventions]
    return {
        "schema": HESSIAN_SCHEMA,
        "formula": result.formula.text,
        "read_as": reading(result.formula),
        "at": {name: json_value(x) for name, x in result.at.items()},
        "output": {"name": result.graph.output_name, "value": number(result.value)},
        "gradient": {name: json_value(x) for name, x in result.gradient.items()},
        **(_hessian_json(found) if isinstance(found, Hessian) else _product_json(found)),
        **({"notes": notes} if notes else {}),
    }


def _hessian_json(found: Hessian) -> Json:
    told = definiteness(found)
    blocks = {one: {other: _block_json(block) for other, block in others.items()}
              for one, others in found.blocks.items()}  # fmt: skip
    record: Json = {
        "hessian": {
            "variables": [str(v) for v in found.variables],
            "matrix": [[number(x) for x in row] for row in found.rows],
            "blocks": blocks,
            "asymmetry": number(found.asymmetry),
        }
    }
    if told is not None:
        record["definiteness"] = {
            "kind": told.kind, "eigenvalues": [number(x) for x in told.eigenvalues], "positive": told.positive,
            "negative": told.negative, "zero": told.zero, "point": told.point, "sentence": verdict(found, told),
        }  # fmt: skip
    return record


def _block_json(block: Any) -> Any:
    return [[number(x) for x in row] for row in block] if isinstance(block, list) else number(block)


def _product_json(found: Product) -> Json:
    return {
        "vector": {name: json_value(x) for name, x in found.direction.items()},
        "product": {name: json_value(x) for name, x in found.product.items()},
        "slope": number(found.slope),
        "curvature": number(found.curvature),
    }


# --- parts ------------------------------------------------------------------------------------------------------------


def _variables(values: Mapping[str, Any]) -> Iterator[Variable]:
    for name, x in values.items():
        shape = shape_of(x)
        for place in range(entries(shape)):
            yield Variable(name, indices(place, shape))


def _entry(x: Any, variable: Variable) -> float:
    return float(x[variable.at] if variable.at else x) + 0.0  # a 0 that comes from −1 · 0 has no sign to be seen


def _title(result: Evaluation, style: NumberStyle) -> str:
    items = []
    for name, x in result.at.items():
        if shape_of(x):
            from gradcli.report.arrays import bound_text  # numbers alone need no NumPy

            items.append(bound_text(name, x, style))
        else:
            items.append(f"{name} = {style(x)}")
    shown = items if len(items) <= MOST_COLUMNS else [*items[:MOST_COLUMNS], f"… {len(items) - MOST_COLUMNS:,} more"]
    return ", ".join(shown) or "no inputs"


def _listed(words: list[str] | tuple[str, ...]) -> str:
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else list(words))
