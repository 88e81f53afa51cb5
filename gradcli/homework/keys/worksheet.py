"""Empty sheets: what a student is asked, in the form in which the answers are read back."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any

from gradcli.graph.build import read
from gradcli.homework.keys.key import Key
from gradcli.homework.keys.spec import ProblemSpec
from gradcli.homework.keys.variants import variant
from gradcli.homework.limits import LONGEST_LINE
from gradcli.homework.sheets.exactness import Exactness
from gradcli.homework.sheets.sheet import read_sheet
from gradcli.language import GradcliError

_WIDEST = 40
"""Characters of a quantity up to which the signs of a problem stand in one column."""

_COMMENT = 100
"""Characters of a line of a comment that has to be broken."""

_COUNTS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_SAFE = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,99}")
_DEVICES = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?", re.IGNORECASE)


def worksheet(
    key: Key, student: str | None, names: Sequence[Sequence[str]], points: Sequence[Mapping[str, Any]]
) -> str:
    """The text of an empty sheet.

    Args:
        key: the key.
        student: whose sheet it is; None leaves the place for the id empty.
        names: for each problem the quantities asked for, one line each.
        points: for each problem its point, as `variants.variant` gives it.

    Returns:
        Lines that `gradcli.homework.sheets.sheet.read_sheet` reads, every answer left blank.
    """
    lines = [
        f"student: {_one_line(student or '')}".rstrip(),
        "# Write your answer in the place of each ?; a ? that stays is an answer left blank.",
        f"# Numbers need at least {_in_words(key.exactness)}{_examples(key.exactness)}; 1/3 and 2e-2 are fine, too.",
    ]
    for spec, asked, point in zip(key.problems, names, points, strict=True):
        lines += ["", *_header(spec, point), *_exactness(spec)]
        width = max((len(name) for name in asked if len(name) <= _WIDEST), default=0)
        lines += [f"{_one_line(name):<{width}} = ?" for name in asked]
    return "\n".join(lines) + "\n"


def worksheet_files(key: Key, students: Sequence[str], names: Sequence[Sequence[str]]) -> Iterator[tuple[str, str]]:
    """A sheet for each student of a roster, each with its variant.

    Args:
        key: the key.
        students: the ids of the roster, in its order.
        names: for each problem the quantities asked for.

    Yields:
        Pairs of the name of a file and its text. A name is the id where that is safe in every file system and not
        taken, in upper or lower case; else it is the student's number on the roster.
    """
    taken = {student.casefold() for student in students if _is_safe(student)}
    used: set[str] = set()
    for number, student in enumerate(students, 1):
        name = student
        if not _is_safe(student) or student.casefold() in used:
            name = f"student-{number:04d}"
            while name in taken or name in used:
                name += "_"
        used.add(name.casefold())
        points = [variant(spec, student, key.seed) for spec in key.problems]
        yield f"{name}.txt", worksheet(key, student, names, points)


def _is_safe(student: str) -> bool:
    return _SAFE.fullmatch(student) is not None and _DEVICES.fullmatch(student) is None


# --- the header of a problem ------------------------------------------------------------------------------------------


def _header(spec: ProblemSpec, point: Mapping[str, Any]) -> list[str]:
    """The line that begins a problem; what does not fit on it, or would be misread, stands in a comment below."""
    formula = _in_a_line(spec.formula)
    at = ", ".join(f"{name}={_shown(value)}" for name, value in point.items())
    whole = f"== {spec.id}" + (f"   {formula}" if formula else "") + (f"   at {at}" if at else "")
    if formula is not None and len(whole) <= LONGEST_LINE:
        sections = read_sheet(whole).sections
        if [(s.problem, s.formula, s.at) for s in sections] == [(spec.id, formula, at or None)]:
            return [whole]
    told = [*spec.formula.splitlines(), *([f"at {at}"] if at else [])]
    pieces = [line[cut : cut + _COMMENT] for line in told for cut in range(0, len(line), _COMMENT)]
    return [f"== {spec.id}", *(f"#   {_one_line(piece).rstrip()}" for piece in pieces)]


def _in_a_line(formula: str) -> str | None:
    """The statements of a formula joined by `; `; None where that would not be the same formula (a loop)."""
    if len(formula.strip().splitlines()) == 1 and "#" not in formula:
        return formula.strip()
    try:
        parsed = read(formula, None, arrays=None)
    except GradcliError:
        return None
    spans = sorted([*((s.start, s.end) for s in parsed.statements), *((d.start, d.end) for d in parsed.declarations)])
    if any(this[1] > following[0] for this, following in pairwise(spans)):
        return None
    joined = "; ".join(" ".join(formula[start:end].split()) for start, end in spans)
    try:
        again = read(joined, None, arrays=None)
    except GradcliError:
        return None
    same = [node[:3] for node in again.nodes] == [node[:3] for node in parsed.nodes]
    return joined if same and [s.name for s in again.statements] == [s.name for s in parsed.statements] else None


def _shown(value: Any) -> str:
    """A value of the point as it is typed."""
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(_shown, value))}]"
    return value.strip() if isinstance(value, str) else repr(value)


def _one_line(text: str) -> str:
    """A text without line breaks and other characters that nobody sees; what stands behind # would be lost."""
    return "".join(c if c.isprintable() and c != "#" else "_" for c in text)


# --- how exactly ------------------------------------------------------------------------------------------------------


def _exactness(spec: ProblemSpec) -> list[str]:
    """The comment of a problem that asks for other digits than the key."""
    if spec.digits is None and spec.decimals is None:
        return []
    own = Exactness(digits=spec.digits, decimals=spec.decimals)
    return [f"# Here numbers need at least {_in_words(own)}{_examples(own)}."]


def _in_words(exactness: Exactness) -> str:
    decimals = exactness.decimals
    count, unit = (exactness.digits or 1, "significant digit") if decimals is None else (decimals, "decimal")
    return f"{_COUNTS[count] if count < len(_COUNTS) else count} {unit}{'s' * (count != 1)}"


def _examples(exactness: Exactness) -> str:
    """Two numbers that are written exactly enough, and not more."""
    shown = dict.fromkeys(exactness.shown(number) for number in (0.0200066, -12.3456789))
    return f" (such as {' and '.join(shown)})"
