"""Names of Jacobians: `I ⊗ i₂ᵀ`, `diag(𝟙[i > 0])`, `𝟏 ⊗ I`, and what becomes of them when they are transposed.

Names are made in numerator layout: a row for each entry of the output, a column for each entry of the operand, arrays
read row by row. Denominator layout is the transpose.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Literal, get_args

from gradcli.report.charset import DOT
from gradcli.rules.shape import Shape, repeated_axes

Layout = Literal["numerator", "denominator"]
"""Whether a Jacobian has a row for each entry of the output, or for each entry of what it is taken by."""

LAYOUTS: tuple[Layout, ...] = get_args(Layout)

_OPERAND = re.compile(r"(?<!\w)i([₀-₉]+)")
_BY_ONES = str.maketrans("₀₁₂₃₄₅₆₇₈₉", "0123456789")
_PROSE = ("permutation", " of ", " in ", "–", "∫", "Σₖ")
_SYMMETRIC = {"I", "0", "𝟏𝟏ᵀ"}


def shape_of(rows: int, columns: int, layout: Layout) -> tuple[int, int]:
    """The shape of a Jacobian with so many entries of the output and of the operand."""
    return (rows, columns) if layout == "numerator" else (columns, rows)


def size(shape: tuple[int, int]) -> str:
    """3×2."""
    return f"{shape[0]}×{shape[1]}"


def product_of_shapes(p: int, m: int, n: int, layout: Layout) -> str:
    """The shapes of df/di = df/do · do/di: 1×2 = 1×3 · 3×2, in the other layout 2×1 = 2×3 · 3×1."""
    if layout == "numerator":
        return f"{p}×{n} = {p}×{m} {DOT} {m}×{n}"
    return f"{n}×{p} = {n}×{m} {DOT} {m}×{p}"


def is_exact(name: str) -> bool:
    """Whether a name stands for one matrix; `rows of I` and a permutation may be different ones each time."""
    return not any(word in name for word in _PROSE)


def with_operands(name: str, operands: Sequence[str]) -> str:
    """A rule's name of a Jacobian, with its operands as they are called in a table."""

    def called(match: re.Match[str]) -> str:
        place = int(match[1].translate(_BY_ONES)) - 1
        return operands[place] if place < len(operands) else match[0]

    return _OPERAND.sub(called, name.replace("axis -", "axis −"))


# --- entry by entry ---------------------------------------------------------------------------------------------------


def repetition(shape: Shape, into: Shape) -> str:
    """How an operand was repeated to fit: `I` not at all, `𝟏` a number, `𝟏 ⊗ I` a row repeated below itself."""
    new, stretched = repeated_axes(shape, into)
    repeated = {*new, *stretched}
    parts: list[str] = []
    for axis, length in enumerate(into):
        sign = "𝟏" if axis in repeated else "I"
        if length > 1 and parts[-1:] != [sign]:
            parts.append(sign)
    return " ⊗ ".join(parts) or ("𝟏" if not shape and into else "I")


def entrywise(formula: str, shape: Shape, into: Shape, *, number: bool, layout: Layout = "numerator") -> str:
    """The Jacobian of a gate that works entry by entry.

    Args:
        formula: its local derivative, or "" if that is too long.
        shape: of the operand.
        into: of the output.
        number: whether the derivative is one number for all entries.
        layout: of the Jacobian.
    """
    formula = formula or "…"
    repeated = repetition(shape, into)
    matrix = repeated if layout == "numerator" else _transposed(repeated)
    if number:
        return _multiple(formula, matrix)
    vector = len(into) < 2
    if repeated == "𝟏":
        column = formula if vector else f"vec({formula})"
        return column if layout == "numerator" else _raised(column)
    diagonal = f"diag({formula})" if vector else f"diag(vec({formula}))"
    if repeated == "I":
        return diagonal
    return f"{diagonal} ({matrix})" if layout == "numerator" else f"({matrix}) {diagonal}"


def _multiple(factor: str, matrix: str) -> str:
    if factor == "0":
        return factor
    if factor in ("1", "−1"):
        return matrix if factor == "1" else f"−{matrix}"
    matrix = f"({matrix})" if " " in matrix else matrix
    return f"({factor}) {matrix}" if " " in factor or "/" in factor else f"{factor} {matrix}"


def _raised(text: str) -> str:
    """A text that is a factor or less, transposed."""
    whole = _OPERAND.fullmatch(text) or text in ("i", "o", "…") or (text.startswith("vec(") and _closing(text, 3) > 0)
    return f"{text}ᵀ" if whole else f"({text})ᵀ"


# --- transposing ------------------------------------------------------------------------------------------------------


def transposed(name: str) -> str:
    """The name of the transpose: `I ⊗ i₂ᵀ` becomes `I ⊗ i₂`, `i₁` becomes `i₁ᵀ`, a diagonal stays."""
    for separator in (" along axis ", ", v = "):
        name, found, rest = name.partition(separator)
        if found:
            return f"{transposed(name)}{found}{rest}"
    if name.startswith(("rows ", "columns ")):
        kind, _, rest = name.partition(" ")
        other = "columns" if kind == "rows" else "rows"
        return f"{other} of I" if rest == "of I" else f"{other} {_transposed(rest)}"
    if not is_exact(name):
        return f"({name})ᵀ" if " " in name else f"{name}ᵀ"
    found = _transposed(name)
    # Brackets around the whole are needed no more: (vec I)ᵀ is vec I.
    return found[1:-1] if found.startswith("(") and _closing(found) == len(found) - 1 else found


def _transposed(text: str) -> str:
    if text in _SYMMETRIC:
        return text
    if text.startswith("vec "):
        return f"({text})ᵀ"
    terms = list(_split(text, (" + ", " − ")))
    if len(terms) > 1:
        return "".join(part if part in (" + ", " − ") else _transposed(part) for part in terms)
    if text.startswith("−"):
        return "−" + _transposed(text[1:])
    blocks = list(_split(text, (" ⊗ ",)))
    if len(blocks) > 1:
        return "".join(part if part == " ⊗ " else _transposed(part) for part in blocks)
    fraction = list(_split(text, ("/",)))
    if len(fraction) > 1:
        return _transposed("".join(fraction[:-2])) + "".join(fraction[-2:])
    factors = list(_split(text, (" ",)))
    if len(factors) > 1:
        return " ".join(_transposed(part) for part in reversed(factors) if part != " ")
    return _single(text)


def _single(text: str) -> str:
    if text.startswith("diag(") and _closing(text, 4) == len(text) - 1:
        return text
    if text.endswith("⁻ᵀ"):
        return text[:-1] + "¹"
    if text.endswith("ᵀ"):
        return text[:-1]
    if text.endswith("⁻¹"):
        return text[:-1] + "ᵀ"
    if text.startswith("(") and _closing(text) == len(text) - 1 and _transposed(text[1:-1]) == text[1:-1]:
        return text
    return text if text.isascii() and text.isdecimal() else text + "ᵀ"


def _split(text: str, separators: Sequence[str]) -> Iterator[str]:
    """The parts of a text outside of brackets, with the separators between them."""
    begin = depth = 0
    at = 0
    while at < len(text):
        depth += (text[at] in "([") - (text[at] in ")]")
        found = next((s for s in separators if text.startswith(s, at)), None) if depth == 0 and at > begin else None
        if found is None:
            at += 1
            continue
        yield text[begin:at]
        yield found
        at = begin = at + len(found)
    yield text[begin:]


def _closing(text: str, opening: int = 0) -> int:
    """The place of the bracket that closes another one."""
    depth = 0
    for place in range(opening, len(text)):
        depth += (text[place] in "([") - (text[place] in ")]")
        if depth == 0:
            return place
    return -1
