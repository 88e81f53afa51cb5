"""One problem of a key: what is given, what is asked, and what it is worth."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from gradcli.graph.gatesets import GATE_SETS, GateSet
from gradcli.graph.point import from_numbers
from gradcli.homework.keys.fields import Fields, WrittenFloat, as_key, as_written, is_number, quoted
from gradcli.homework.limits import DEEPEST
from gradcli.homework.problems.quantities import KINDS
from gradcli.language import GradcliError, canonical
from gradcli.language.suggest import did_you_mean, nearest

ALL = ("value *", "local *", "up *", "grad *")
"""What is asked where a problem does not say it."""

MOST_DIGITS = 15
"""Digits and decimals that an answer may be asked for: double precision holds no more."""

_FIELDS = ("id", "title", "formula", "at", "ask", "points", "weight", "vary", "printed", "mistake", "digits",
           "decimals", "absolute", "relative", "all_or_nothing", "gates")  # fmt: skip
_NO_IDS = ("at", *KINDS)  # these have a meaning where the id of a problem stands
_ID = re.compile(r"[^\W_][\w.-]{0,63}")


@dataclass(frozen=True, slots=True)
class Mistake:
    """A mistake that the instructor describes.

    Attributes:
        when: what the student did, as an equation of quantities: `grad x = up(q) + local(q, x)`.
        say: the sentence for the student.
    """

    when: str
    say: str


@dataclass(frozen=True, slots=True)
class ProblemSpec:
    """A problem as the key states it.

    Attributes:
        id: its name in the students' files.
        title: a heading, or None.
        formula: one or more statements.
        at: for each name its value: a number, (nested) lists of numbers, or a text with a constant expression.
        ask: what is asked, as written (`grad *`).
        points: for a word or for a whole quantity, as written; empty where nothing is said.
        weight: what the problem counts beside others.
        vary: for each name the values of which a student gets one.
        printed: for a quantity the number that the lecture prints, as written.
        mistakes: the instructor's own.
        digits: significant digits asked for; None as the key says.
        decimals: decimals asked for; None as the key says.
        absolute: an absolute tolerance; None as the key says.
        relative: a relative tolerance; None as the key says.
        all_or_nothing: whether a problem with one wrong answer is worth nothing.
        gates: the gate set whose nodes are asked about.
    """

    id: str
    title: str | None
    formula: str
    at: Mapping[str, Any]
    ask: tuple[str, ...] = ALL
    points: Mapping[str, float] = field(default_factory=dict)
    weight: float = 1.0
    vary: Mapping[str, tuple[Any, ...]] = field(default_factory=dict)
    printed: Mapping[str, str] = field(default_factory=dict)
    mistakes: tuple[Mistake, ...] = ()
    digits: int | None = None
    decimals: int | None = None
    absolute: float | None = None
    relative: float | None = None
    all_or_nothing: bool = False
    gates: GateSet = "lecture"


def read_problem(fields: Fields, *, all_or_nothing: bool) -> ProblemSpec:
    """A problem from its table.

    Args:
        fields: the table.
        all_or_nothing: what holds where the problem says nothing about it.

    Raises:
        GradcliError: something in the table cannot be used; the error underlines it.
    """
    fields.refuse_unknown(_FIELDS, "a problem")
    id_ = fields.needed_string("id", 'name the problem: id = "p1"', "the problem")
    if not _ID.fullmatch(id_) or id_.casefold() in _NO_IDS:
        raise fields.refusal(f"'{quoted(id_)}' is no id", 'write letters, digits, _, . and - only: id = "p1"', "id")
    digits, decimals = read_digits(fields)
    own, weight = fields.truth("all_or_nothing"), fields.number("weight")
    return ProblemSpec(
        id=id_,
        title=fields.string("title", 'write title = "A product"'),
        formula=fields.needed_string("formula", 'write formula = "f = (x + y) * z"', "the problem"),
        at=_point(fields.table("at", "write at = { x = -2, y = 5 }")),
        ask=_asked(fields),
        points=_points(fields),
        weight=1.0 if weight is None else weight,
        vary=_variants(fields.table("vary", "write vary = { x = [-3, -2, 2] }")),
        printed=_printed(fields.table("printed", 'write printed = { "grad x" = "-4" }')),
        mistakes=tuple(map(_mistake, fields.tables("mistake", "write [[problem.mistake]] above it"))),
        digits=digits,
        decimals=decimals,
        absolute=fields.number("absolute"),
        relative=fields.number("relative"),
        all_or_nothing=all_or_nothing if own is None else own,
        gates=fields.choice("gates", GATE_SETS, "lecture"),  # type: ignore[arg-type]
    )


def read_digits(fields: Fields) -> tuple[int | None, int | None]:
    """How many digits or decimals an answer must have; at most one of the two is not None.

    Raises:
        GradcliError: one is no whole number, or both are given.
    """
    digits, decimals = fields.whole("digits", 1, MOST_DIGITS), fields.whole("decimals", 0, MOST_DIGITS)
    if digits is not None and decimals is not None:
        raise fields.refusal("both 'digits' and 'decimals' are given", "keep one of them: digits count from the first "
                             "digit that is not 0, decimals from the point", "decimals")  # fmt: skip
    return digits, decimals


# --- the point --------------------------------------------------------------------------------------------------------


def _point(fields: Fields) -> dict[str, Any]:
    """Names and values, in the order of the text."""
    found = {name: _value(fields, name, value, name) for name, value in fields.values.items()}
    _refuse_twice(fields)
    return found


def _variants(fields: Fields) -> dict[str, tuple[Any, ...]]:
    found = {}
    for name, values in fields.values.items():
        if not isinstance(values, list) or not values:
            raise fields.refusal(f"'{quoted(name)}' varies over a list of values",
                                 f"write {as_key(name)} = [-3, -2, 2]", name)  # fmt: skip
        found[name] = tuple([_value(fields, name, value, name, place) for place, value in enumerate(values)])
    _refuse_twice(fields)
    return found


def _refuse_twice(fields: Fields) -> None:
    """Refuse two spellings of one name."""
    first: dict[str, str] = {}
    for name in fields.values:
        other = first.setdefault(canonical(name), name)
        if other != name:
            raise fields.refusal(f"'{other}' and '{name}' are one name", "keep one of them", name)


def _value(fields: Fields, name: str, value: Any, *path: str | int) -> Any:
    """A value of the point: plain numbers, plain lists of them, or the text of a constant expression."""
    plain = value if isinstance(value, str) else _plain(value)
    if plain is None:
        key = as_key(name)
        raise fields.refusal(f"'{quoted(name)}' is a finite number, a list of numbers, or a text such as \"pi/4\"",
                             f'write {key} = 2, {key} = [1, 2], or {key} = "pi/4"', *path)  # fmt: skip
    try:
        from_numbers({name: plain}, "the point")
    except GradcliError as fault:
        raise fields.refusal(fault.message, fault.hint or "write a number", *path) from None
    return plain


def _plain(value: Any, level: int = 0) -> Any:
    """A number or nested lists as Python's own; None if there is anything else within."""
    if isinstance(value, list) and value and level < DEEPEST:
        inner = [_plain(entry, level + 1) for entry in value]
        return None if any(entry is None for entry in inner) else inner
    if not is_number(value):
        return None
    return float(value) if isinstance(value, WrittenFloat) else value


# --- quantities -------------------------------------------------------------------------------------------------------


def _asked(fields: Fields) -> tuple[str, ...]:
    asked = fields.values.get("ask", list(ALL))
    hint = 'write ask = ["value q", "grad *"]'
    if not isinstance(asked, list) or not asked:
        raise fields.refusal("'ask' is a list of quantities", hint, "ask")
    for place, quantity in enumerate(asked):
        if not isinstance(quantity, str) or not quantity.strip():
            raise fields.refusal("a quantity is a text between quotes", hint, "ask", place)
        _check_quantity(fields, quantity, "ask", place)
    return tuple(asked)


def _points(fields: Fields) -> dict[str, float]:
    given = fields.values.get("points", {})
    if is_number(given):
        return dict.fromkeys(KINDS, fields.number("points") or 0.0)
    inner = fields.table("points", "write points = { value = 1, grad = 2 }, or points = 1 for every answer")
    found: dict[str, float] = {}
    for name in inner.values:
        _check_quantity(inner, name, name)
        word = name.casefold().removesuffix("*").strip()  # "grad *" are all of a kind, as in 'ask'
        if word in found:
            raise inner.refusal(f"the points of {word} are given twice", "keep one of them", name)
        found[word if word in KINDS else name] = inner.number(name) or 0.0
    return found


def _printed(fields: Fields) -> dict[str, str]:
    found = {}
    for name, value in fields.values.items():
        _check_quantity(fields, name, name)
        if not (is_number(value) or (isinstance(value, str) and value.strip())):
            raise fields.refusal(f"what is printed as '{quoted(name)}' is a number, or its text between quotes",
                                 f'write {as_key(name)} = "-4"', name)  # fmt: skip
        found[name] = as_written(value)
    return found


def _check_quantity(fields: Fields, quantity: str, *path: str | int) -> None:
    """Refuse what begins with none of the words; whether the rest exists is not known here."""
    word = (quantity.split() or [""])[0].casefold()
    if word not in KINDS and not word.startswith(("d", "∂")):  # df/dq and ∂f/∂q have no word
        shown = quoted(quantity)
        hint = did_you_mean(nearest(word, KINDS)) or "write value q, local q/x, up q, grad x or jac y/x"
        raise fields.refusal(f"'{shown}' begins with none of {', '.join(KINDS)}", hint, *path)


def _mistake(fields: Fields) -> Mistake:
    fields.refuse_unknown(("when", "say"), "a mistake")
    when = fields.needed_string("when", 'write when = "grad x = up(q) + local(q, x)"', "the mistake")
    say = fields.needed_string("say", 'write say = "Multiply, do not add."', "the mistake")
    return Mistake(when, say)
