"""Syntax trees as short texts, independent of the printer of the program."""

from __future__ import annotations

from gradcli.graph.build import read
from gradcli.language import Formula, GradcliError, Statement


def sexpr(formula: Formula, statement: Statement | None = None) -> str:
    """A statement (the output by default) as `(op operand ...)`; names and numbers stand as they are."""
    chosen = statement or formula.output
    texts: dict[int, str] = {}
    for place in range(chosen.first, chosen.root + 1):
        node = formula.nodes[place]
        inside = "".join(" " + texts[a] for a in node.args)
        value = node.value
        if node.op == "number":
            texts[place] = f"{value:g}"
        elif node.op == "constant":
            texts[place] = str(value)
        elif node.op == "input":
            texts[place] = formula.inputs[int(str(value))].name
        elif node.op in ("ref", "invoke"):
            name = str(formula.statements[int(str(value))].name)
            texts[place] = f"({name}{inside})" if node.op == "invoke" else name
        elif node.op == "parameter":
            texts[place] = chosen.parameters[int(str(value))]
        else:
            texts[place] = f"({value if node.op == 'call' else node.op}{inside})"
    return texts[chosen.root]


def tree(text: str, bound: str | None = None, *, strict: bool = False) -> str:
    """All statements of a formula; `bound` holds names separated by spaces."""
    formula = read(text, None if bound is None else bound.split(), strict=strict)
    out = []
    for statement in formula.statements:
        head = statement.name or ""
        if statement.kind in ("define", "gate"):
            head = f"{statement.kind} {head}({' '.join(statement.parameters)})"
        out.append(f"{head} = {sexpr(formula, statement)}" if head else sexpr(formula, statement))
    return "; ".join(out)


def refusal(text: str, bound: str | None = None, *, strict: bool = False) -> GradcliError:
    """The error that a formula provokes."""
    try:
        found = tree(text, bound, strict=strict)
    except GradcliError as error:
        return error
    raise AssertionError(f"{text!r} was read as {found}")
