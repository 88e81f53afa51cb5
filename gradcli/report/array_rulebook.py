"""The operations on arrays in the book: value, vector-Jacobian product, the names of their Jacobians, and shapes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from gradcli.graph.tape import ArrayGate
from gradcli.report.array_notation import gate_text
from gradcli.report.charset import spelled
from gradcli.report.jsontext import Json
from gradcli.report.layout import Cell
from gradcli.report.markdown import bullets, escape
from gradcli.report.notation import numbered
from gradcli.report.screen import Screen
from gradcli.report.tables import Row, Table
from gradcli.rules.array_rule import REQUIRED, ArrayRule
from gradcli.rules.array_table import ARRAY_RULES
from gradcli.rules.shape import Shape, times

_UPSTREAM = "dL/do"
_COLUMNS = ("name", "sign", "o", "vector-Jacobian product")


@dataclass(frozen=True, slots=True)
class ArrayEntry:
    """What the book says of an operation on arrays.

    Attributes:
        rule: the operation.
        value: the formula of the output.
        products: what each operand receives, by what it is the derivative (dL/di₁).
        jacobians: the names of the local Jacobians in numerator layout (do/di₁).
        settings: what may be set, and what holds otherwise.
        example: the shapes of the operands of these formulas.
        shapes: shapes of operands, settings and the shape of the output, at some examples.
    """

    rule: ArrayRule
    value: str
    products: dict[str, str]
    jacobians: dict[str, str]
    settings: dict[str, str]
    example: str
    shapes: tuple[tuple[tuple[Shape, ...], dict[str, Any], Shape], ...]


def array_entry(rule: ArrayRule) -> ArrayEntry:
    """What the book says of an operation on arrays; formulas are those of its first example on vectors."""
    examples = [(shapes, {**rule.given_settings(), **given}) for shapes, given in rule.samples]
    shapes, settings = next((e for e in examples if any(e[0])), examples[0])
    gate = ArrayGate(rule, tuple((name, settings[name]) for name, _ in rule.settings))
    text = gate_text(gate, (None,) * len(shapes), (*shapes, rule.shape(*shapes, **settings)), _UPSTREAM)
    names = [numbered("i", place, len(shapes)) for place in range(1, len(shapes) + 1)]
    structure = rule.structure(*shapes, **settings)
    given = zip(names, text.handed, structure, strict=False)
    return ArrayEntry(
        rule,
        text.value,
        {f"dL/d{name}": product for name, product, _ in given if product},
        {f"do/d{name}": said for name, said in zip(names, structure, strict=False)},
        {name: _said(name, default) for name, default in rule.settings},
        " and ".join(f"{s[0]} entries" if len(s) == 1 else times(s) if s else "a number" for s in shapes),
        tuple((s, given, rule.shape(*s, **settings)) for (s, settings), (_, given) in
              zip(examples, rule.samples, strict=True)),
    )  # fmt: skip


def _said(name: str, default: Any) -> str:
    if default is REQUIRED:
        return "must be given"
    return "all entries if left out" if name == "axis" and default is None else f"{default} if left out"


def array_chapters() -> list[Table]:
    """All operations on arrays that can be typed, by chapter."""
    chapters: dict[str, list[Row]] = {}
    for rule in ARRAY_RULES.values():
        if rule.listed:
            entry = array_entry(rule)
            said = _equations(entry.products or entry.jacobians)  # some products are too long to be printed
            cells = ((rule.name,), (rule.sign,), (f"o = {entry.value}",), said)
            chapters.setdefault(rule.family, []).append(Row(cells))
    return [Table(f"{family.capitalize()} of arrays", _COLUMNS, tuple(rows)) for family, rows in chapters.items()]


def _equations(formulas: dict[str, str]) -> Cell:
    return tuple(f"{name} = {formula}" for name, formula in formulas.items())


def array_page(rule: ArrayRule, screen: Screen) -> str:
    """The page of an operation for a terminal or a pipe."""
    blocks = [f"{rule.name}   {rule.sign}"]
    for head, lines in _sections(array_entry(rule)):
        blocks.append("\n".join([f"{head}:", *(f"  {line}" for line in lines)]))
    return spelled("\n\n".join(blocks) + "\n", ascii_only=screen.ascii_only)


def array_markdown(rule: ArrayRule) -> str:
    """The page of an operation in Markdown."""
    blocks = [f"## {escape(rule.name)}: {escape(rule.sign)}"]
    blocks += [f"### {head}\n\n{bullets(lines)}" for head, lines in _sections(array_entry(rule))]
    return "\n\n".join(blocks) + "\n"


def array_json(rule: ArrayRule) -> Json:
    """An operation as JSON."""
    entry = array_entry(rule)
    return {
        "name": rule.name,
        "sign": rule.sign,
        "family": rule.family,
        "aliases": list(rule.aliases),
        "settings": entry.settings,
        "value": entry.value,
        "vjp": entry.products,
        "jacobian": entry.jacobians,
        "conventions": [kink.says for kink in rule.kinks],
        "shapes": [{"inputs": [list(s) for s in shapes], "output": list(out)} for shapes, _, out in entry.shapes],
    }


def _sections(entry: ArrayEntry) -> list[tuple[str, Sequence[str]]]:
    rule = entry.rule
    sections: list[tuple[str, Sequence[str]]] = [
        (f"Value, here of {entry.example}" if entry.example else "Value", [f"o = {entry.value}"]),
        ("Vector-Jacobian product", _equations(entry.products)),
        ("Jacobian in numerator layout, arrays read row by row", _equations(entry.jacobians)),
        ("Also typed as", [", ".join(rule.aliases)] if rule.aliases else []),
        ("Settings", [f"{name}: {said}" for name, said in entry.settings.items()]),
        ("By convention", [kink.says for kink in rule.kinks]),
        ("Shapes", list(dict.fromkeys(_shapes(*example) for example in entry.shapes))),
    ]
    return [(head, lines) for head, lines in sections if lines]


def _shapes(operands: tuple[Shape, ...], given: dict[str, Any], output: Shape) -> str:
    settings = ", ".join(f"{name}={value}" for name, value in given.items())
    return f"{', '.join(map(times, operands)) or 'none'} → {times(output)}" + (f" with {settings}" if settings else "")
