"""The key of an instructor: TOML that states the problems and needs none of their answers."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from typing import Any, Literal, cast, get_args

from gradcli.homework.keys.fields import Fields, WrittenFloat
from gradcli.homework.keys.places import place_of_syntax_error
from gradcli.homework.keys.spec import Mistake, ProblemSpec, read_digits, read_problem
from gradcli.homework.limits import LARGEST_FILE
from gradcli.homework.sheets.exactness import Exactness
from gradcli.language import GradcliError

__all__ = ["MOST_PROBLEMS", "REVEALS", "Credit", "Key", "Mistake", "ProblemSpec", "read_key"]

MOST_PROBLEMS = 1_000

Reveal = Literal["verdict", "place", "hint", "answer"]

REVEALS: tuple[Reveal, ...] = get_args(Reveal)
"""How much a student is told, from the least on."""

_FIELDS = ("title", "digits", "decimals", "absolute", "relative", "reveal", "credit", "carried_at_most",
           "all_or_nothing", "seed", "problem")  # fmt: skip
_LARGEST_SEED = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Credit:
    """The share of an answer's points, from 0 to 1, in the states between correct and wrong."""

    carried: float = 1.0
    rounded: float = 1.0
    coarse: float = 0.5


@dataclass(frozen=True, slots=True)
class Key:
    """A key that has been read.

    Attributes:
        title: of the homework, or None.
        exactness: how exactly an answer must be written, where a problem says nothing else.
        reveal: how much a student is told, one of `REVEALS`.
        credit: what the states between correct and wrong are worth.
        carried_at_most: the share of a problem's points that may come from carried answers, or None.
        all_or_nothing: whether a problem with one wrong answer is worth nothing, where it says nothing else.
        seed: what the students' variants are chosen by, beside problem and student.
        problems: in the order of the text.
        text: the TOML.
    """

    title: str | None
    exactness: Exactness
    reveal: Reveal
    credit: Credit
    carried_at_most: float | None
    all_or_nothing: bool
    seed: int
    problems: tuple[ProblemSpec, ...]
    text: str


def read_key(text: str, where: str) -> Key:
    """Read a key.

    Args:
        text: the TOML.
        where: the name of its file, for messages.

    Raises:
        GradcliError: it is no TOML, or something in it is unknown or cannot be used; the error underlines the line.
    """
    fields = Fields(text, where, None, (), _parsed(text, where))
    fields.refuse_unknown(_FIELDS, "a key")
    all_or_nothing = bool(fields.truth("all_or_nothing"))
    return Key(
        title=fields.string("title", 'write title = "HW 3"'),
        exactness=_exactness(fields),
        reveal=cast(Reveal, fields.choice("reveal", REVEALS, "hint")),
        credit=_credit(fields.table("credit", "write credit = { carried = 1.0, rounded = 1.0, coarse = 0.5 }")),
        carried_at_most=fields.number("carried_at_most", most=1),
        all_or_nothing=all_or_nothing,
        seed=fields.whole("seed", 0, _LARGEST_SEED) or 0,
        problems=_problems(fields, all_or_nothing=all_or_nothing),
        text=text,
    )


def _parsed(text: str, where: str) -> dict[str, Any]:
    if len(text) > LARGEST_FILE or len(text.encode("utf-8", "replace")) > LARGEST_FILE:
        raise GradcliError("bad-key", f"{where} is larger than {LARGEST_FILE // 2**20} MiB", text="", hint="split it")
    try:
        return tomllib.loads(text, parse_float=WrittenFloat)
    except tomllib.TOMLDecodeError as error:
        start, end = place_of_syntax_error(text, str(error))
        reason = str(error).partition(" (at ")[0]
        hint = 'write one entry a line, texts in quotes: id = "p1"'
        if reason == "Cannot overwrite a value":
            reason, hint = "an entry stands twice", "keep one of them; each problem begins by the line [[problem]]"
        raise GradcliError("bad-key", f"{where} is no TOML: {reason[:1].lower()}{reason[1:]}", text=text, start=start,
                           end=end, hint=hint) from None  # fmt: skip
    except RecursionError:
        raise GradcliError("bad-key", f"{where} is nested too deeply", text=text,
                           hint="a vector is a list, a matrix a list of lists") from None  # fmt: skip
    except ValueError:  # Python converts no whole number of thousands of digits
        raise GradcliError("bad-key", f"{where} holds a number with thousands of digits", text=text,
                           hint="write a number between -1.8e308 and 1.8e308") from None  # fmt: skip


def _exactness(fields: Fields) -> Exactness:
    digits, decimals = read_digits(fields)
    if digits is None and decimals is None:
        digits = Exactness().digits
    absolute, relative = fields.number("absolute"), fields.number("relative")
    return Exactness(digits=digits, decimals=decimals, absolute=absolute or 0.0, relative=relative or 0.0)


def _credit(fields: Fields) -> Credit:
    fields.refuse_unknown(("carried", "rounded", "coarse"), "'credit'")
    shares = {name: fields.number(name, most=1) for name in fields.values}
    return Credit(**{name: share for name, share in shares.items() if share is not None})


def _problems(fields: Fields, *, all_or_nothing: bool) -> tuple[ProblemSpec, ...]:
    tables = list(fields.tables("problem", "begin each problem by the line [[problem]]"))
    if not tables:
        raise fields.refusal("the key has no problem", "begin each problem by the line [[problem]]")
    if len(tables) > MOST_PROBLEMS:
        raise tables[MOST_PROBLEMS].refusal(f"the key has more than {MOST_PROBLEMS:,} problems", "split it")
    problems: list[ProblemSpec] = []
    seen: set[str] = set()
    for table in tables:
        problem = read_problem(table, all_or_nothing=all_or_nothing)
        if problem.id.casefold() in seen:
            raise table.refusal(f"there are two problems '{problem.id}'", "give each problem an id of its own", "id")
        seen.add(problem.id.casefold())
        problems.append(problem)
    return tuple(problems)
