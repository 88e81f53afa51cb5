"""Characters that no formula holds and commands that only LaTeX knows: what to write in their place."""

from __future__ import annotations

import unicodedata

from gradcli.language.errors import GradcliError

_NO_LATEX = "commands of LaTeX are not read here: write a/b for a fraction, sqrt(x) for a root"

_FOR_CHARACTER = {
    "{": "curly brackets group only in LaTeX: write '('",
    "}": "curly brackets group only in LaTeX: write ')'",
    "$": "leave the '$' of LaTeX away",
    "\\": _NO_LATEX,
    "&": "leave the '&' of LaTeX away",
    "!": "write gamma(n + 1) for the factorial of n",
    "%": "write mod(a, b) for the remainder",
    ":": "write '=' to name a value",
    ".": "a '.' stands only in a number; write '*' to multiply",
    "_": "a name begins with a letter",
    "∂": "write the function itself; its derivatives are what gradcli computes",
    "∇": "write the function itself; its gradient is what gradcli computes",
    "∑": "write the terms of the sum out",
    "∏": "write the factors of the product out",
    "⊗": "write kron(a, b), or outer(a, b)",
    **dict.fromkeys("⟨⟩〈〉", "write dot(x, y), or x·y"),
    "∞": "infinity is no number to compute with",
    '"': "leave the quotation marks away",
}

_FOR_COMMAND = {
    **dict.fromkeys(("frac", "dfrac", "tfrac", "cfrac"), "write a/b for a fraction"),
    **dict.fromkeys(("cdot", "times", "ast"), "write '*' to multiply"),
    **dict.fromkeys(("odot", "circ"), "write '⊙' for the elementwise product"),
    "div": "write '/' to divide",
    "top": "write xᵀ for the transpose of x",
    **dict.fromkeys(("left", "right"), "leave it away: a bracket needs no size"),
    **dict.fromkeys(
        (size + side for size in ("big", "Big", "bigg", "Bigg") for side in ("", "l", "r")),
        "leave it away: a bracket needs no size",
    ),
    **dict.fromkeys(("quad", "qquad", "displaystyle"), "leave it away: a formula needs no layout"),
    **dict.fromkeys(("text", "mathrm", "operatorname", "mathbf", "boldsymbol", "vec"), "write the name alone"),
    **dict.fromkeys(("hat", "bar", "tilde", "dot"), "write a name such as y_hat"),
    **dict.fromkeys(("sum", "prod"), "write the terms out"),
    **dict.fromkeys(("partial", "nabla"), "write the function itself; its derivatives are what gradcli computes"),
    **dict.fromkeys(("lVert", "rVert"), "write ‖w‖ for the norm of w"),
    **dict.fromkeys(("lvert", "rvert"), "write |x| for the absolute value of x"),
    **dict.fromkeys(("le", "leq"), "write <="),
    **dict.fromkeys(("ge", "geq"), "write >="),
    **dict.fromkeys(("ne", "neq"), "write !="),
    "infty": "infinity is no number to compute with",
}


def command_hint(word: str) -> str | None:
    """What to write in place of a command of LaTeX; None for one that nobody knows."""
    return _FOR_COMMAND.get(word)


def unknown_command_hint() -> str:
    """What to say about a command of LaTeX that resembles nothing."""
    return _NO_LATEX


def unknown_character(text: str, offset: int) -> GradcliError:
    """The error for a character that no formula holds, named so that it can be found even if it is invisible."""
    character = text[offset]
    code = f"U+{ord(character):04X}"
    shown = f"'{character}'" if character.isprintable() else code
    if not (character.isascii() and character.isprintable()):
        name = unicodedata.name(character, "").lower() or (code if shown != code else "")
        shown += f" ({name})" if name else ""
    return GradcliError("unknown-character", f"a formula cannot hold the character {shown}", text=text, start=offset,
                        end=offset + 1, hint=_FOR_CHARACTER.get(character, "take it away"))  # fmt: skip
