"""How a formula was read, written so that it reads back to the same tree."""

from __future__ import annotations

from collections.abc import Iterable

from gradcli.language import Formula, Statement, canonical
from gradcli.report.infix import Term, formula_text
from gradcli.report.numbers import full
from gradcli.rules.table import RULES


def reading(formula: Formula) -> str:
    """The formula in one line, every product and bracket spelled out (`z = (x + σ(x)) / (σ(x) + (x + y)²)`)."""
    shadowed = _own_names(formula)
    return "; ".join(_statement(formula, statement, shadowed) for statement in formula.statements)


def function_symbol(name: str, shadowed: Iterable[str] = ()) -> str:
    """How a function is written before its bracket: σ for the sigmoid, unless the formula uses σ for its own."""
    sign = RULES[name].sign
    symbol = sign.partition("(")[0] if sign.endswith(")") and not RULES[name].infix else name
    return name if canonical(symbol) in shadowed else symbol


def _own_names(formula: Formula) -> frozenset[str]:
    named = {canonical(s.name) for s in formula.statements if s.name is not None}
    parameters = {canonical(p) for s in formula.statements for p in s.parameters}
    return frozenset(named | parameters | formula.bound | {variable.key for variable in formula.inputs})


def _statement(formula: Formula, statement: Statement, shadowed: frozenset[str]) -> str:
    nodes = formula.nodes

    def look(place: int) -> Term:
        node = nodes[place]
        value = node.value
        if node.op == "number":
            return Term("leaf", text=full(float(value or 0.0)))
        if node.op == "constant":
            return Term("leaf", text=str(value))
        if node.op == "input":
            return Term("leaf", text=formula.inputs[int(value or 0)].name)
        if node.op == "ref":
            return Term("leaf", text=str(formula.statements[int(value or 0)].name))
        if node.op == "parameter":
            return Term("leaf", text=statement.parameters[int(value or 0)])
        if node.op == "invoke":
            return Term("call", node.args, str(formula.statements[int(value or 0)].name))
        if node.op == "call":
            return Term("call", node.args, function_symbol(str(value), shadowed))
        return Term(node.op, node.args)

    text = formula_text(statement.root, look, "typed")
    if statement.kind in ("define", "gate"):
        head = f"{statement.name}({', '.join(statement.parameters)})"
        return f"{'gate ' if statement.kind == 'gate' else ''}{head} = {text}"
    return text if statement.name is None else f"{statement.name} = {text}"
