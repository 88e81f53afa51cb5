"""How a formula was read, written so that it reads back to the same tree."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from gradcli.graph.vocabulary import RuleVocabulary
from gradcli.language import Formula, Node, Statement, canonical
from gradcli.report.infix import ATOM, BRACKETED, Term, formula_text
from gradcli.report.numbers import full
from gradcli.rules.table import RULES

if TYPE_CHECKING:
    from gradcli.rules.array_rule import ArrayRule
    from gradcli.rules.rule import Rule

_VOCABULARY = RuleVocabulary()


def reading(formula: Formula) -> str:
    """The formula in one line, every product and bracket spelled out (`z = (x + σ(x)) / (σ(x) + (x + y)²)`)."""
    shadowed = _own_names(formula)
    declared = [f"{declaration.name} ~ {declaration.shape}" for declaration in formula.declarations]
    return "; ".join([*declared, *(_statement(formula, statement, shadowed) for statement in formula.statements)])


def function_symbol(name: str, shadowed: Iterable[str] = (), count: int | None = None) -> str:
    """How a function is written before its bracket.

    That is its sign: σ for the sigmoid, max for the largest entry. If the formula uses σ for its own, or max means
    something else with that number of operands, it is another of its names.

    Args:
        name: the rule.
        shadowed: canonical names that the formula uses for its own.
        count: the number of operands without keywords, if the text is to be read back.
    """
    rule = _rule(name)
    sign = rule.sign
    symbol = sign.partition("(")[0] if sign.endswith(")") and not rule.infix else name
    for candidate in (symbol, name, *sorted(rule.aliases, key=len)):
        if canonical(candidate) not in shadowed and (count is None or _VOCABULARY.resolve(candidate, count) == name):
            return candidate
    return name


def _rule(name: str) -> Rule | ArrayRule:
    rule = RULES.get(name)
    if rule is None:
        from gradcli.rules.array_table import ARRAY_RULES  # most formulas are about numbers

        return ARRAY_RULES[name]
    return rule


def _own_names(formula: Formula) -> frozenset[str]:
    named = {canonical(s.name) for s in formula.statements if s.name is not None}
    parameters = {canonical(p) for s in formula.statements for p in s.parameters}
    outside = {variable.key for variable in formula.inputs} | {declared.key for declared in formula.declarations}
    return frozenset(named | parameters | formula.bound | outside)


def _statement(formula: Formula, statement: Statement, shadowed: frozenset[str]) -> str:
    if formula.nodes[statement.root].op == "block":
        return _block(formula, statement, shadowed)
    text = formula_text(statement.root, _terms(formula, statement, shadowed), "typed")
    if statement.kind in ("define", "gate"):
        head = f"{statement.name}({', '.join(statement.parameters)})"
        return f"{'gate ' if statement.kind == 'gate' else ''}{head} = {text}"
    return text if statement.name is None else f"{statement.name} = {text}"


def _block(formula: Formula, statement: Statement, shadowed: frozenset[str]) -> str:
    """`block c(b1, b2) = 4 with d/db1 = 2, d/db2 = −1`."""
    places = formula.nodes[statement.root].args
    look = _terms(formula, statement, shadowed)
    texts = [formula_text(place, look, "typed") for place in places]
    names, number, slopes = texts[: len(texts) // 2], texts[len(texts) // 2], texts[len(texts) // 2 + 1 :]
    stated = ", ".join(f"d/d{name} = {slope}" for name, slope in zip(names, slopes, strict=True))
    return f"block {statement.name}({', '.join(names)}) = {number} with {stated}"


def _terms(formula: Formula, statement: Statement, shadowed: frozenset[str]) -> Callable[[int], Term]:
    """The places of a statement as terms."""
    nodes, statements = formula.nodes, formula.statements

    def look(place: int) -> Term:
        node = nodes[place]
        leaf = _leaf(formula, statement, node)
        if leaf is not None:
            return Term("leaf", text=leaf)
        if node.op == "invoke":
            return Term("call", node.args, str(statements[int(node.value or 0)].name))
        if node.op == "call":
            count = sum(nodes[a].op != "keyword" for a in node.args)
            return Term("call", node.args, function_symbol(str(node.value), shadowed, count))
        if node.op == "index":
            return Term("index", node.args, level=ATOM if indexed_as_it_is(nodes[node.args[0]]) else BRACKETED)
        return Term(node.op, node.args, str(node.value or ""))

    def indexed_as_it_is(node: Node) -> bool:
        """Whether square brackets behind it are read as an index; behind many a name they would call a function."""
        return _leaf(formula, statement, node) is None or formula.text.startswith("[", node.end)

    return look


def _leaf(formula: Formula, statement: Statement, node: Node) -> str | None:
    """The text of a number or a name; None for everything else."""
    value = node.value
    if node.op == "number":
        return full(float(value or 0.0))
    if node.op == "constant":
        return str(value)
    if node.op == "input":
        return formula.inputs[int(value or 0)].name
    if node.op == "ref":
        return str(formula.statements[int(value or 0)].name)
    if node.op == "parameter":
        return statement.parameters[int(value or 0)]
    return None
