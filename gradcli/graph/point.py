"""The point: names and the values that are bound to them, numbers or arrays."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from numbers import Real
from typing import TYPE_CHECKING

from gradcli.graph.array_entries import float_of, from_other
from gradcli.graph.array_values import frozen, same_value, shape_fault, shape_of, shown
from gradcli.graph.build import build, read
from gradcli.graph.limits import printable
from gradcli.graph.tape import ArrayGate, Graph
from gradcli.graph.vocabulary import RuleVocabulary
from gradcli.language import Formula, GradcliError, Statement, canonical, parse
from gradcli.language.names import is_greek
from gradcli.language.suggest import did_you_mean, nearest
from gradcli.rules.shape import Shape

if TYPE_CHECKING:
    from gradcli.graph.array_values import Array

_FILES = (".npy", ".npz", ".json", ".toml", ".csv", ".txt")
_LONGEST_QUOTE = 40


@dataclass(frozen=True, slots=True, eq=False)
class Binding:
    """A name with a value.

    Attributes:
        name: as typed.
        key: its canonical form, by which names are compared.
        value: a number, or an array that nobody can write to.
        drawn: whether only its shape was given, and the numbers are random.
    """

    name: str
    key: str
    value: float | Array
    drawn: bool = False

    # Written out because two arrays, compared by ==, give an array.
    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Binding):
            return NotImplemented
        return (self.name, self.key) == (other.name, other.key) and same_value(self.value, other.value)

    def __hash__(self) -> int:
        return hash((self.name, self.key, shape_of(self.value)))


def shapes(point: Mapping[str, Binding]) -> dict[str, Shape]:
    """The shapes of all values by canonical name; that of a number is ()."""
    return {key: shape_of(binding.value) for key, binding in point.items()}


def parse_binding(text: str, *, seed: int = 0) -> Binding:
    """Read an argument that gives a name its value.

    `NAME=VALUE`, where the value is a number, a vector, a matrix or a constant expression of them (`x=pi/4`,
    `x=2*[1, 2]`); `NAME=@FILE` for a value from a file; `NAME ~ SHAPE` for random numbers (`W ~ (3, 2)`).

    Raises:
        GradcliError: `text` is no binding; the error points into `text`. Or the file cannot be read.
    """
    name, _, value = text.partition("=")
    if "~" in name or "∼" in name:
        return _random(text, seed)
    if not value.lstrip().startswith("@"):
        return _constant(text)
    if not _is_name(name.strip()):
        raise GradcliError("bad-binding", "expected NAME=@FILE", text=text, end=len(text), hint="write W=@w.npy")
    if not value.strip()[1:].strip():
        raise GradcliError("bad-binding", "the name of a file is missing", text=text, start=len(text), end=len(text),
                           hint=f"write {name.strip()}=@w.npy")  # fmt: skip
    from gradcli.graph.array_files import from_reference

    return Binding(name.strip(), canonical(name.strip()), from_reference(value.strip()[1:].strip(), name.strip()))


def _random(text: str, seed: int) -> Binding:
    """`W ~ (3, 2)`."""
    formula = parse(text, RuleVocabulary(), (), declarations_only=True)
    if formula.statements or len(formula.declarations) != 1:
        raise GradcliError("bad-binding", "an argument declares one name", text=text, end=len(text),
                           hint="give each name an argument of its own: 'W ~ (3, 2)' 'x ~ 2'")  # fmt: skip
    from gradcli.graph.random_values import drawn

    return drawn(formula.declarations[0], text, seed)


def _constant(text: str) -> Binding:
    """`NAME=VALUE` from whomever: nothing in it reads a file."""
    name, equals, value = text.partition("=")
    name = name.strip()
    if not equals or not name or not value.strip():
        hint = "write x=4" if equals else "the formula comes first, in quotes if it holds spaces; then write x=4 y=3"
        raise GradcliError("bad-binding", "expected NAME=VALUE", text=text, end=len(text), hint=hint)
    start = text.index("=") + 1
    if "," in value and not {"(", "["} & {*value}:
        vector = f"{name}=[{value.strip()}]" if len(value) < _LONGEST_QUOTE else f"{name}=[1, 2]"
        raise GradcliError("bad-binding", "a value is one number", text=text, start=text.index(",", start),
                           end=len(text), hint=f"write {vector} for a vector; separate bindings by a space, x=1 y=2; "
                           "write 0.5 for a decimal number")  # fmt: skip
    if value.strip().lower().endswith(_FILES):
        raise GradcliError("bad-binding", "a file is no value", text=text, start=start, end=len(text),
                           hint=f"write {name}=@{value.strip()} to read it")  # fmt: skip
    formula = read(text, ())
    statement = formula.output
    if len(formula.statements) > 1 or formula.declarations or not _assigns(statement, name):
        raise GradcliError("bad-binding", "expected NAME=VALUE", text=text, end=len(text), hint="write x=4")
    if formula.inputs:
        free = formula.inputs[0]
        raise GradcliError(
            "bad-binding", f"'{free.name}' is not a number", text=text, start=free.start, end=free.end,
            hint=f"write a number or a constant expression: {name}=pi/4",
        )  # fmt: skip
    found = _output(build(formula))
    if found is None:
        raise GradcliError("bad-binding", f"the value of '{statement.name}' is undefined or too large", text=text,
                           start=start, end=len(text), hint="write a finite number")  # fmt: skip
    fault = shape_fault(shape_of(found))
    if fault is not None:
        code, reason, hint = fault
        raise GradcliError(code, f"'{name}' {reason}", text=text, start=start, end=len(text), hint=hint)
    return Binding(statement.name or "", canonical(name), found)


def _output(graph: Graph) -> float | Array | None:
    """The value of a graph of constants."""
    slot, gate = graph.output, graph.gates[graph.output]
    by_rows = isinstance(gate, ArrayGate) and gate.name == "as_row"  # [1, 2]' stays a gate: it is a row, not a matrix
    if by_rows:
        slot = graph.args[slot][0]
    if slot not in graph.constants:
        return None
    value = graph.constants[slot]
    if isinstance(value, float):
        return value
    return frozen(value.reshape(1, -1) if by_rows else value)


def bind(bindings: Iterable[Binding]) -> dict[str, Binding]:
    """Bindings by canonical name, in their order.

    Raises:
        GradcliError: a name is bound twice.
    """
    point: dict[str, Binding] = {}
    for binding in bindings:
        if binding.key in point:
            first = point[binding.key]
            same = "" if first.name == binding.name else f" ('{first.name}' and '{binding.name}' are one name)"
            before, again = (f"{b.name}={shown(b.value)}" for b in (first, binding))
            raise GradcliError("bound-twice", f"'{binding.name}' is bound twice{same}", text=f"{before} {again}",
                               start=len(before) + 1, end=len(before) + 1 + len(again),
                               hint=f"keep one of them: {again}")  # fmt: skip
        point[binding.key] = binding
    return point


def from_numbers(values: Mapping[str, object], where: str) -> dict[str, Binding]:
    """Bindings from names and values as files, records and Python hold them.

    A value is a number, a list (of lists) of numbers, a NumPy array, or a text, which is read as a constant expression.

    Raises:
        GradcliError: a name is none, a value is or holds no finite number, or a name is bound twice.
    """
    found = []
    for name, value in values.items():
        if not isinstance(name, str) or not _is_name(name):
            raise GradcliError("bad-point", f"{where}: '{printable(str(name))}' is no name",
                               hint="a name is letters, then digits and _: x, w0, β_1")  # fmt: skip
        if isinstance(value, str):
            found.append(_constant(f"{name}={value}"))
            continue
        if isinstance(value, bool) or not isinstance(value, Real):
            found.append(Binding(name, canonical(name), from_other(value, name, where)))
            continue
        number = float_of(value)
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
    if shape_of(point[stem].value):
        first = max(int(power) - 1, 0)  # lectures count from 1
        return f"did you mean {name}[{first}], where {name}[0] is the first entry, or {name}^{power}?"
    return f"did you mean {name}^{power} or {name}*{power}? slides lose superscripts"
