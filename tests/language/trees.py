"""Syntax trees as short texts, independent of the printer of the program."""

from __future__ import annotations

from gradcli.language import Formula, GradcliError, Statement, parse
from tests.language.vocabulary import ArrayVocabulary


def read(text: str, bound: str | None = None, *, strict: bool = False, arrays: str = "",
         declarations_only: bool = False) -> Formula:  # fmt: skip
    """A formula over a vocabulary with functions of vectors; `bound` and `arrays` hold names separated by spaces."""
    names = None if bound is None else bound.split()
    return parse(text, ArrayVocabulary(), names, strict=strict, arrays=arrays.split(),
                 declarations_only=declarations_only)  # fmt: skip


def sexpr(formula: Formula, statement: Statement | None = None) -> str:
    """A statement (the output by default) as `(op operand ...)`; names and numbers stand as they are."""
    chosen = statement or formula.output
    texts: dict[int, str] = {}
    for place in range(chosen.first, chosen.root + 1):
        node = formula.nodes[place]
        operands = [texts[a] for a in node.args]
        inside = "".join(" " + operand for operand in operands)
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
        elif node.op == "vector":
            texts[place] = f"[{' '.join(operands)}]"
        elif node.op == "keyword":
            texts[place] = f"{value}={operands[0]}"
        elif node.op == "slice":
            assert len(operands) == len(str(value))
            parts = dict(zip(str(value), operands, strict=True))
            texts[place] = ":".join(parts.get(part, "") for part in "abc").removesuffix(":") or ":"
        else:
            texts[place] = f"({value if node.op == 'call' else node.op}{inside})"
    return texts[chosen.root]


def tree(text: str, bound: str | None = None, *, strict: bool = False, arrays: str = "") -> str:
    """All statements of a formula; `bound` and `arrays` hold names separated by spaces."""
    formula = read(text, bound, strict=strict, arrays=arrays)
    out = []
    for statement in formula.statements:
        head = statement.name or ""
        if statement.kind in ("define", "gate"):
            head = f"{statement.kind} {head}({' '.join(statement.parameters)})"
        out.append(f"{head} = {sexpr(formula, statement)}" if head else sexpr(formula, statement))
    return "; ".join(out)


def refusal(text: str, bound: str | None = None, *, strict: bool = False, arrays: str = "") -> GradcliError:
    """The error that a formula provokes."""
    try:
        found = tree(text, bound, strict=strict, arrays=arrays)
    except GradcliError as error:
        return error
    raise AssertionError(f"{text!r} was read as {found}")


def marked(error: GradcliError) -> tuple[str, str, int]:
    """The code of an error, the characters that it marks, and where they begin."""
    assert error.text is not None
    return error.code, error.text[error.start : error.end], error.start
