"""The operations as a book: a list of all of them, and a page for each.

Everything is taken from the rules: formulas by running them on symbols, numbers by running them on floats.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from gradcli.report import jsontext
from gradcli.report.array_rulebook import array_chapters, array_json, array_markdown, array_page
from gradcli.report.charset import spelled
from gradcli.report.jsontext import Json
from gradcli.report.layout import Cell
from gradcli.report.markdown import bullets, escape, table_markdown
from gradcli.report.notation import formula_of, function_name, numbered, rule_text
from gradcli.report.numbers import constant, lecture
from gradcli.report.screen import Screen
from gradcli.report.tables import Row, Table
from gradcli.report.textual import paragraph, table_text
from gradcli.rules.array_rule import ArrayRule
from gradcli.rules.array_table import ARRAY_RULES
from gradcli.rules.floats import Floats, evaluate, local_derivatives
from gradcli.rules.rule import Rule
from gradcli.rules.table import RULES

RULES_SCHEMA = "gradcli.rules/1"

_HELPERS = tuple(f"{rule.name}(" for rule in RULES.values() if not rule.listed)
"""Operations that nobody can type."""

_COLUMNS = ("name", "sign", "o", "local derivatives")


@dataclass(frozen=True, slots=True)
class Entry:
    """What the book says of an operation.

    Attributes:
        name: its name.
        sign: its label in a table.
        family: the chapter it stands in.
        aliases: other names it can be typed by.
        defaults: the operands that may be left out, and what they are then.
        value: the formula of the output, in its own sign.
        definition: the formula it is computed by, or "" where that says no more.
        formula: the one formula that says most about it.
        locals: the formulas of the local derivatives, by what they are the derivative (do/di₁).
        domain: where it is defined, or "" for everywhere.
        conventions: what is used at points that have no derivative.
        spellings: the same operation in others, as `--gates primitive` writes it and `--gates coarse` recognises it.
        samples: operands, output and local derivatives at some points.
    """

    name: str
    sign: str
    family: str
    aliases: tuple[str, ...]
    defaults: dict[str, float]
    value: str
    definition: str
    formula: str
    locals: dict[str, str]
    domain: str
    conventions: tuple[str, ...]
    spellings: tuple[str, ...]
    samples: tuple[tuple[tuple[float, ...], float, tuple[float, ...]], ...]


def rule_entry(rule: Rule) -> Entry:
    """What the book says of an operation."""
    count = _operands(rule)
    names = [numbered("i", place, count) for place in range(1, count + 1)]
    text = rule_text(rule, (None,) * count)
    is_call = text.value.startswith(f"{function_name(rule)}(")
    definition = formula_of(rule.value, count) if is_call else ""
    if definition == text.value or any(helper in definition for helper in _HELPERS):
        definition = ""
    spellings = dict.fromkeys(formula_of(spelling, count) for spelling in rule.spelled)
    best = [*spellings, definition] if is_call else []
    return Entry(
        name=rule.name,
        sign=_sign(rule, count),
        family=rule.family,
        aliases=rule.aliases,
        defaults=dict(zip(names[count - len(rule.defaults) :], rule.defaults, strict=True)) if rule.defaults else {},
        value=text.value,
        definition=definition,
        formula=next((formula for formula in best if formula), text.value),
        locals={f"do/d{name}": local or "0" for name, local in zip(names, text.locals, strict=True)},
        domain=rule.domain.text if rule.domain else "",
        conventions=tuple(kink.says for kink in rule.kinks),
        spellings=tuple(spelling for spelling in spellings if spelling not in ("", text.value, definition)),
        samples=tuple(_sample(rule, operands) for operands in rule.samples),
    )


def rule_list() -> list[tuple[str, list[Entry]]]:
    """All operations that can be typed, by chapter."""
    chapters: dict[str, list[Entry]] = {}
    for rule in RULES.values():
        if rule.listed:
            chapters.setdefault(rule.family, []).append(rule_entry(rule))
    return list(chapters.items())


def _operands(rule: Rule) -> int:
    """How many operands the formulas are written for: of an operation with any number of them, two."""
    return max(rule.arity, 2) if rule.variadic else rule.arity + len(rule.defaults)


def _sign(rule: Rule, count: int) -> str:
    return f"{function_name(rule)}({', '.join('·' * count)})" if rule.defaults else rule.sign


def _sample(rule: Rule, operands: tuple[float, ...]) -> tuple[tuple[float, ...], float, tuple[float, ...]]:
    m = Floats()
    output = evaluate(rule, m, operands)
    return operands, output, tuple(map(float, local_derivatives(rule, m, output, operands)))


# --- the list -------------------------------------------------------------------------------------------------------


def rules_text(screen: Screen) -> str:
    """The list for a terminal or a pipe."""
    tables = [table_text(table, screen) for table in _chapters()]
    return "\n\n".join([*tables, paragraph("gradcli rules NAME says more about one of them.", screen)]) + "\n"


def rules_markdown() -> str:
    """The list in Markdown."""
    return "\n\n".join(map(table_markdown, _chapters())) + "\n"


def rules_json() -> Json:
    """The list as JSON."""
    on_numbers = [_entry_json(entry) for _, entries in rule_list() for entry in entries]
    on_arrays = [array_json(rule) for rule in ARRAY_RULES.values() if rule.listed]
    return {"schema": RULES_SCHEMA, "rules": on_numbers, "array_rules": on_arrays}


def _chapters() -> list[Table]:
    tables = [Table(family.capitalize(), _COLUMNS, tuple(map(_listed, entries))) for family, entries in rule_list()]
    return [*tables, *array_chapters()]


def _listed(entry: Entry) -> Row:
    return Row(((entry.name,), (entry.sign,), (f"o = {entry.formula}",), _equations(entry.locals)))


def _equations(locals_: dict[str, str]) -> Cell:
    return tuple(f"{name} = {formula}" for name, formula in locals_.items())


# --- a page ---------------------------------------------------------------------------------------------------------


def rule_page(rule: Rule | ArrayRule, screen: Screen) -> str:
    """The page of an operation for a terminal or a pipe."""
    if isinstance(rule, ArrayRule):
        return array_page(rule, screen)
    entry = rule_entry(rule)
    blocks = [spelled(f"{entry.name}   {entry.sign}", ascii_only=screen.ascii_only)]
    for head, lines in _sections(entry):
        blocks.append("\n".join([f"{head}:", *("  " + spelled(line, ascii_only=screen.ascii_only) for line in lines)]))
    if entry.samples:
        blocks.append(table_text(_samples(entry), screen))
    return "\n\n".join(blocks) + "\n"


def rule_markdown(rule: Rule | ArrayRule) -> str:
    """The page of an operation in Markdown."""
    if isinstance(rule, ArrayRule):
        return array_markdown(rule)
    entry = rule_entry(rule)
    blocks = [f"## {escape(entry.name)}: {escape(entry.sign)}"]
    blocks += [f"### {head}\n\n{bullets(lines)}" for head, lines in _sections(entry)]
    if entry.samples:
        blocks.append(table_markdown(_samples(entry)))
    return "\n\n".join(blocks) + "\n"


def rule_json(rule: Rule | ArrayRule) -> Json:
    """The page of an operation as JSON."""
    if isinstance(rule, ArrayRule):
        return {"schema": RULES_SCHEMA, **array_json(rule)}
    return {"schema": RULES_SCHEMA, **_entry_json(rule_entry(rule))}


def _sections(entry: Entry) -> list[tuple[str, Sequence[str]]]:
    value = f"o = {entry.value}"
    sections = [
        ("Value", [f"{value} = {entry.definition}" if entry.definition else value]),
        ("Local derivatives", _equations(entry.locals)),
        ("Also typed as", [", ".join(entry.aliases)] if entry.aliases else []),
        ("May be left out", [f"{name}, which is {constant(number)} then" for name, number in entry.defaults.items()]),
        ("Defined for", [entry.domain or "all numbers"]),
        ("By convention", entry.conventions),
        ("Spelled out", entry.spellings),
    ]
    return [(head, lines) for head, lines in sections if lines]


def _samples(entry: Entry) -> Table:
    most = max(len(operands) for operands, _, _ in entry.samples)
    names = [numbered("i", place, most) for place in range(1, most + 1)]
    columns = (*names, "o", *(f"do/d{name}" for name in names))
    rows = []
    for operands, output, locals_ in entry.samples:
        blanks = [""] * (most - len(operands))
        cells = [*map(lecture, operands), *blanks, lecture(output), *map(lecture, locals_), *blanks]
        rows.append(Row(tuple((cell,) for cell in cells)))
    return Table("At some points", columns, tuple(rows))


def _entry_json(entry: Entry) -> Json:
    return {
        "name": entry.name,
        "sign": entry.sign,
        "family": entry.family,
        "aliases": list(entry.aliases),
        "defaults": {name: jsontext.number(x) for name, x in entry.defaults.items()},
        "value": entry.value,
        "definition": entry.definition or None,
        "local": entry.locals,
        "domain": entry.domain or None,
        "conventions": list(entry.conventions),
        "spelled": list(entry.spellings),
        "samples": [
            {"inputs": [jsontext.number(x) for x in operands], "output": jsontext.number(output),
             "local": [jsontext.number(x) for x in locals_]}
            for operands, output, locals_ in entry.samples
        ],
    }  # fmt: skip
