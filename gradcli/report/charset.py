"""Characters: what the output's encoding can show, and what a terminal must never be sent.

Reports are made with one sign a meaning: `·` is the place of an operand, `⋅` is a product. Only here, at the very end,
they become what is written.
"""

from __future__ import annotations

import unicodedata

from gradcli.language.names import GREEK

DOT = "⋅"
"""The sign of a product inside a report."""

BAR = "\u0304"
"""The bar over the letter before it, for derivatives in the notation x̄."""

_UNICODE = str.maketrans({DOT: "·"})
_SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹"
_SUBSCRIPTS = "₀₁₂₃₄₅₆₇₈₉"

TO_SUPERSCRIPT = str.maketrans("0123456789−", _SUPERSCRIPTS + "⁻")
TO_SUBSCRIPT = str.maketrans("0123456789", _SUBSCRIPTS)
"""Translations of digits, for powers and for numbered names."""
_ASCII = {
    **{digit: str(n) for n, digit in enumerate(_SUBSCRIPTS)},
    "−": "-", "×": "x", "·": ".", DOT: "*", "√": "sqrt", "′": "'", "″": "''", "∂": "d", "∞": "inf", "→": "->",
    "←": "<-", "↑": " (num)", "↓": " (den)", "≤": "<=", "≥": ">=", "≠": "!=", "…": "...", "ᵀ": "'", "‖": "||",
    "†": "*", "‡": "!", "½": "1/2", "“": '"', "”": '"', "’": "'", "–": "-", "—": "-", "✗": "x", "⋮": ":", "±": "+-",
    "⌊": "floor(", "⌋": ")", "𝟙": "1", "𝟏": "1", "⊗": "(x)", "⊙": ".*", "⁺": "^+", "ₓ": "x", "ᵏ": "^k", "ⁿ": "^n",
    "∗": "*", "∫": "integral ", "∏": "prod ", "ᵢ": "_i", "ⱼ": "_j", "ₖ": "_k", "₋": "-",
    "ℓ": "l", BAR: "_bar",
}  # fmt: skip
_PROBE = "".join(("σπ", _SUPERSCRIPTS, *_ASCII))


def can_show(encoding: str | None) -> bool:
    """Whether an encoding holds the signs that reports use."""
    try:
        _PROBE.encode(encoding or "ascii")
    except (UnicodeEncodeError, LookupError):
        return False
    return True


def spelled(text: str, *, ascii_only: bool) -> str:
    """The text of a report as it is written."""
    if not ascii_only:
        return text.translate(_UNICODE)
    out: list[str] = []
    raised = False
    for character in text:
        if character in _SUPERSCRIPTS or character == "⁻":
            digit = "-" if character == "⁻" else str(_SUPERSCRIPTS.index(character))
            out.append(digit if raised else "^" + digit)
            raised = True
            continue
        if raised and character in _SUBSCRIPTS:
            out.append("_")  # (· + ·)²₁ is the first of two squares, not a 21st power
        raised = False
        out.append(_plain(character))
    return "".join(out)


def visible(text: str) -> str:
    r"""Text from a stranger with every control, format and unassigned character written out (\x1b, \u202e)."""
    return "".join(c if harmless(c) else _escaped(c) for c in text)


def harmless(character: str) -> bool:
    """Whether a character can be seen and is no instruction to a terminal."""
    return character == " " or (character.isprintable() and unicodedata.category(character) != "Cf")


def _escaped(character: str) -> str:
    code = ord(character)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def _plain(character: str) -> str:
    if character.isascii():
        return character
    return _ASCII.get(character) or GREEK.get(character) or character.encode("ascii", "backslashreplace").decode()
