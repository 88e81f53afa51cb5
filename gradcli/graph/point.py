"""The point: names and the numbers that are bound to them."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from numbers import Real

from gradcli.graph.build import build, read
from gradcli.graph.vocabulary import RuleVocabulary
from gradcli.language import Formula, GradcliError, Statement, canonical
from gradcli.language.names import is_greek
from gradcli.language.suggest import did_you_mean, nearest


@dataclass(frozen=True, slots=True)
class Binding:
    """A name with a value; `key` is the canonical form of `name`, by which names are compared."""

    name: str
    key: str
    value: float


def parse_binding(text: str) -> Binding:
    """Read `NAME=VALUE`; the value is a number or a constant expression (`x=pi/4`).

    Raises:
        GradcliError: `text` is no binding; the error points into `text`.
    """
    name, equals, value = text.partition("=")
    if not equals or not name.strip() or not value.strip():
        hint = "write x=4" if equals else "the formula comes first, in quotes if it holds spaces; then write x=4 y=3"
        raise GradcliError("bad-binding", "expected NAME=VALUE", text=text, end=len(text), hint=hint)
    if "," in value and not {"(", "["} & {*value}:
        raise GradcliError("bad-binding", "a value is one number", text=text, start=text.index(",", len(name)),
                           end=len(text), hint="separate bindings by a space, x=1 y=2; write 0.5 for "
                           "a decimal number")  # fmt: skip
    formula = read(text, ())
    statement = formula.output
    if len(formula.statements) > 1 or not _assigns(statement, name.strip()):
        raise GradcliError("bad-binding", "expected NAME=VALUE", text=text, end=len(text), hint="write x=4")
    if formula.inputs:
        free = formula.inputs[0]
        raise GradcliError(
            "bad-binding", f"'{free.name}' is not a number", text=text, start=free.start, end=free.end,
            hint=f"write a number or a constant expression: {name.strip()}=pi/4",
        )  # fmt: skip
    graph = build(formula)
    if graph.output not in graph.constants:
        raise GradcliError("bad-binding", f"the value of '{statement.name}' is undefined or too large", text=text,
                           start=len(name) + 1, end=len(text), hint="write a finite number")  # fmt: skip
    return Binding(statement.name or "", canonical(name.strip()), graph.constants[graph.output])


def bind(bindings: Iterable[Binding]) -> dict[str, Binding]:
    """Bindings by canonical name, in their order.

    Raises:
        GradcliError: a name is bound twice.
    """
    point: dict[str, Binding] = {}
    for binding in bindings:
        if binding.key in point:
            first = point[binding.key].name
            same = "" if first == binding.name else f" ('{first}' and '{binding.name}' are one name)"
            text = f"{first}={point[binding.key].value:g} {binding.name}={binding.value:g}"
            raise GradcliError("bound-twice", f"'{binding.name}' is bound twice{same}", text=text,
                               start=text.index(" ") + 1, end=len(text),
                               hint=f"keep one of them: {binding.name}={binding.value:g}")  # fmt: skip
        point[binding.key] = binding
    return point


def from_numbers(values: Mapping[str, object], where: str) -> dict[str, Binding]:
    """Bindings from names and values as a JSON or TOML file holds them; a text is read as a constant expression.

    Raises:
        GradcliError: a name is none, a value is no finite number, or a name is bound twice.
    """
    found = []
    for name, value in values.items():
        if not isinstance(name, str) or not _is_name(name):
            shown = "".join(c if c.isprintable() else "�" for c in str(name)[:40])
            raise GradcliError("bad-point", f"{where}: '{shown}' is no name",
                               hint="a name is letters, then digits and _: x, w0, β_1")  # fmt: skip
        if isinstance(value, str):
            found.append(parse_binding(f"{name}={value}"))
            continue
        if isinstance(value, bool) or not isinstance(value, Real):
            kind = {list: "a list", dict: "a table", bool: "true or false", type(None): "null"}.get(
                type(value), "no number"
            )
            raise GradcliError("bad-point", f"{where}: the value of '{name}' is {kind}",
                               hint="give one number for each name")  # fmt: skip
        number = _float(value)
        if not math.isfinite(number):
            raise GradcliError("bad-point", f"{where}: the value of '{name}' is not a finite number",
                               hint="write a number between -1.8e308 and 1.8e308")  # fmt: skip
        found.append(Binding(name, canonical(name), number))
    return bind(found)


@lru_cache(maxsize=1024)
def _is_name(name: str) -> bool:
    """Whether the language reads `name` as one name that can be assigned."""
    try:
        formula = read(f"{name}=0", ())
    except GradcliError:
        return False
    return len(formula.statements) == 1 and _assigns(formula.output, name)


def _assigns(statement: Statement, name: str) -> bool:
    """Whether a statement assigns to just this name; `f(x) = 4` only seems to."""
    return statement.kind == "assign" and canonical(statement.name or "") == canonical(name)


def _float(value: Real) -> float:
    try:
        return float(value)
    except OverflowError:
        return math.inf


def require_values(formula: Formula, point: Mapping[str, Binding]) -> None:
    """Check that every variable of the formula has a value.

    Raises:
        GradcliError: some have none; the error points at the first and names all of them.
    """
    missing = [variable for variable in formula.inputs if variable.key not in point]
    if not missing:
        return
    first = missing[0]
    names = ", ".join(f"'{variable.name}'" for variable in missing[:8]) + (" ..." if missing[8:] else "")
    assignments = " ".join(f"{variable.name}=..." for variable in missing[:8])
    bound = [binding.name for binding in point.values()]
    hint = did_you_mean(nearest(first.name, bound))
    lost = _lost_superscript(first.key, point) or _lost_bracket(first.name, point) or _function(first.name)
    raise GradcliError(
        "no-value", f"{names} {'has' if len(missing) == 1 else 'have'} no value",
        text=formula.text, start=first.start, end=first.end,
        hint=lost or (f"{hint[:-1]}, or add {assignments}" if hint else f"add {assignments}"),
    )  # fmt: skip


def _function(name: str) -> str | None:
    """`sigmoid x`."""
    is_word = len(name) > 2 and RuleVocabulary().knows(name) and not is_greek(canonical(name))
    return f"'{name}' is a function: write {name}(...), or add {name}=... if it is a variable" if is_word else None


def _lost_bracket(name: str, point: Mapping[str, Binding]) -> str | None:
    """`sinx`, where x is bound."""
    vocabulary = RuleVocabulary()
    for cut in range(2, min(len(name), 20)):
        if vocabulary.applies(name[:cut]) and canonical(name[cut:]) in point:
            return f"did you mean {name[:cut]}({name[cut:]})?"
    return None


def _lost_superscript(key: str, point: Mapping[str, Binding]) -> str | None:
    stem = key.rstrip("0123456789")
    if stem == key or stem not in point:
        return None
    name, power = point[stem].name, key[len(stem) :]
    return f"did you mean {name}^{power} or {name}*{power}? slides lose superscripts"
