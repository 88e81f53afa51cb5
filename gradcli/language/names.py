r"""Names as a person compares them: β₀, \beta_0, \beta_{0}, beta_0 and beta0 are one variable.

A name has two faces. `canonical` is what is compared and looked up, `displayed` is what is shown: the name as it was
typed, without the characters that nobody can see.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

GREEK = {
    "α": "alpha", "β": "beta", "γ": "gamma", "δ": "delta", "ε": "epsilon", "ζ": "zeta", "η": "eta", "θ": "theta",
    "ι": "iota", "κ": "kappa", "λ": "lambda", "μ": "mu", "ν": "nu", "ξ": "xi", "ο": "omicron", "π": "pi", "ρ": "rho",
    "σ": "sigma", "ς": "sigma", "τ": "tau", "υ": "upsilon", "φ": "phi", "χ": "chi", "ψ": "psi", "ω": "omega",
    "Α": "Alpha", "Β": "Beta", "Γ": "Gamma", "Δ": "Delta", "Ε": "Epsilon", "Ζ": "Zeta", "Η": "Eta", "Θ": "Theta",
    "Ι": "Iota", "Κ": "Kappa", "Λ": "Lambda", "Μ": "Mu", "Ν": "Nu", "Ξ": "Xi", "Ο": "Omicron", "Π": "Pi", "Ρ": "Rho",
    "Σ": "Sigma", "Τ": "Tau", "Υ": "Upsilon", "Φ": "Phi", "Χ": "Chi", "Ψ": "Psi", "Ω": "Omega",
}  # fmt: skip
"""Greek letters and their names."""

_LETTER_OF = {name: letter for letter, name in GREEK.items() if letter != "ς"}

# Letters with a second code point or a second shape in mathematics. NFKC on the whole text would also turn x² into x2.
_SAME_LETTER = {
    "µ": "μ", "ϕ": "φ", "ϵ": "ε", "ϑ": "θ", "ϱ": "ρ", "ϖ": "π", "∆": "Δ", "ℓ": "l", "ℎ": "h", "ı": "i", "ȷ": "j",
}  # fmt: skip
_SAME_COMMAND = {
    "varphi": "phi", "varepsilon": "epsilon", "vartheta": "theta", "varrho": "rho", "varpi": "pi", "varsigma": "sigma",
    "ell": "l",
}  # fmt: skip

_SUBSCRIPTS = str.maketrans("₀₁₂₃₄₅₆₇₈₉", "0123456789")
_INVISIBLE = dict.fromkeys([0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF, 0xAD])
_PRIMES = "′'’"
_NO_PRIMES = dict.fromkeys(map(ord, _PRIMES))
_COMMAND = re.compile(r"\\([A-Za-z]+)")
_INDEX = re.compile(r"(?<![0-9_])_+(?=[0-9]+$)")


_LONGEST_KEPT = 100
"""Characters up to which a name is remembered: names come from strangers, and long ones would fill the memory."""


def canonical(name: str) -> str:
    """The form of a name that decides whether two spellings are one variable (`β₀` → `beta0`)."""
    return _kept_canonical(name) if len(name) <= _LONGEST_KEPT else _canonical(name)


def displayed(name: str) -> str:
    r"""A name as it is shown: as typed, but `\beta_{0}` becomes `β_0`."""
    return _kept_displayed(name) if len(name) <= _LONGEST_KEPT else _displayed(name)


def _canonical(name: str) -> str:
    name = name.translate(_INVISIBLE).replace("{", "").replace("}", "").replace("″", "′′")
    name = _COMMAND.sub(lambda match: _SAME_COMMAND.get(match[1], match[1]), name)
    # Composed before the letters are looked up (the sign of the ohm is an omega) and after (𝑒 and an accent are é).
    name = unicodedata.normalize("NFC", name)
    letters = "".join(map(_plain_letter, name)).translate(_SUBSCRIPTS)
    # Primes go last: the lecture's φ'_0 is φ_0′.
    bare = unicodedata.normalize("NFC", letters).translate(_NO_PRIMES)
    return _INDEX.sub("", bare) + "′" * sum(map(name.count, _PRIMES))


def _displayed(name: str) -> str:
    name = name.translate(_INVISIBLE).replace("{", "").replace("}", "")
    return _COMMAND.sub(lambda match: _greek_letter(match[1]), name).replace("'", "′").replace("’", "′")


_kept_canonical = lru_cache(maxsize=4096)(_canonical)
_kept_displayed = lru_cache(maxsize=4096)(_displayed)


def greek_letter(key: str) -> str | None:
    """The Greek letter whose name a canonical name is ("sigma" → "σ"); None for other names."""
    return _LETTER_OF.get(key)


def is_greek(name: str) -> bool:
    """Whether a canonical name is the name of a Greek letter (that of σ and of `sigma` is "sigma")."""
    return name in _LETTER_OF


def command(name: str) -> str | None:
    r"""The word behind the backslash of a name that was typed as a command of LaTeX (`\beta_0` → "beta")."""
    match = _COMMAND.match(name)
    return match[1] if match else None


def is_letter_command(word: str) -> bool:
    """Whether a command of LaTeX is a letter: one of the Greek ones, or ℓ."""
    return word in _LETTER_OF or word in _SAME_COMMAND


def foreign_letter(name: str) -> int | None:
    """Offset of the first character of a name that is neither letter, digit, mark nor `_`; None if all is well."""
    for offset, character in enumerate(name):
        if character in "\\_{}″" + _PRIMES or ord(character) in _INVISIBLE:
            continue
        if unicodedata.category(character)[0] not in "LM" and character.translate(_SUBSCRIPTS) not in "0123456789":
            return offset
    return None


def _greek_letter(word: str) -> str:
    word = _SAME_COMMAND.get(word, word)
    return _LETTER_OF.get(word, word)


def _plain_letter(character: str) -> str:
    if character < "\x80":
        return character
    if 0x1D400 <= ord(character) <= 0x1D7FF:
        character = unicodedata.normalize("NFKC", character)
    character = _SAME_LETTER.get(character, character)
    if character in GREEK:
        return GREEK[character]
    # Subscript letters (xᵢ) are spelled as an index (x_i).
    if 0x1D62 <= ord(character) <= 0x1D6A or 0x2090 <= ord(character) <= 0x209C or character == "ⱼ":
        return "_" + unicodedata.normalize("NFKC", character)
    return character
