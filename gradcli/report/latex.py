r"""Formulas and derivatives in LaTeX: `\frac{…}{…}`, `\sigma\left(x\right)`, `W^{\top}`, `\begin{cases}`.

The terms are those of the other notation; only how each is written is said here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from gradcli.passes.symbolic import Derived
from gradcli.report.derived_terms import statements
from gradcli.report.infix import ATOM, LOOSE, POWER, PRODUCT, SUM, TERM, Term

Look = Callable[[int], Term]
Texts = Callable[[int], str]

_GREEK = {
    "α": "alpha", "β": "beta", "γ": "gamma", "δ": "delta", "ε": "varepsilon", "ζ": "zeta", "η": "eta", "θ": "theta",
    "ι": "iota", "κ": "kappa", "λ": "lambda", "μ": "mu", "ν": "nu", "ξ": "xi", "π": "pi", "ρ": "rho", "σ": "sigma",
    "τ": "tau", "υ": "upsilon", "φ": "varphi", "χ": "chi", "ψ": "psi", "ω": "omega", "Γ": "Gamma", "Δ": "Delta",
    "Θ": "Theta", "Λ": "Lambda", "Ξ": "Xi", "Π": "Pi", "Σ": "Sigma", "Φ": "Phi", "Ψ": "Psi", "Ω": "Omega",
    "ℓ": "ell", "∞": "infty",
}  # fmt: skip
_KNOWN = frozenset(
    ("sin", "cos", "tan", "sinh", "cosh", "tanh", "coth", "ln", "max", "min", "exp", "arcsin", "arccos", "arctan",
     "sec", "csc", "cot", "det")
)  # fmt: skip
_CONSTANTS = {
    "√2": r"\sqrt{2}", "π": r"\pi", "π/2": r"\frac{\pi}{2}", "π/180": r"\frac{\pi}{180}",
    "180/π": r"\frac{180}{\pi}", "2/√π": r"\frac{2}{\sqrt{\pi}}", "√π/2": r"\frac{\sqrt{\pi}}{2}",
    "√(2π)": r"\sqrt{2 \pi}", "√(2/π)": r"\sqrt{\frac{2}{\pi}}",
    **{f"ln({n})": f"\\ln\\left({n}\\right)" for n in range(2, 11)},
}  # fmt: skip
"""Constants that have names, as `gradcli.report.numbers.well_known` writes them."""

_DIGITS = str.maketrans("₀₁₂₃₄₅₆₇₈₉", "0123456789")
_NAME = re.compile(r"([^\W\d_]+)[_]?([0-9]*)((?:_[^_]+)*)(′*)")
_COMMAND = re.compile(r"\\[A-Za-z]+")
_UNSEEN = re.compile(r"[{}\s\\,^_&]")
_SIGNS = {"lt": "<", "le": r"\le", "gt": ">", "ge": r"\ge"}
_EQUAL = {"eq": "=", "ne": r"\ne"}
_FILLED = re.compile(r"(?:(−?[0-9.]+)\*)?(ones|zeros|eye)\(([0-9, ]+)\)")
_FILLINGS = {"ones": r"\mathbf{1}", "zeros": r"\mathbf{0}", "eye": "I"}
_SPECIAL = {c: f"\\{c}" for c in "#$%&_{}"} | {"\\": r"\backslash{}", "^": r"\hat{}", "~": r"\tilde{}"}


def derive_latex(derived: Derived, names: Mapping[int, str]) -> str:
    """All lines in an `align*` environment."""
    rows = [f"  {left} &= {right}" for left, right in derive_rows(derived, names)]
    return "\\begin{align*}\n" + " \\\\\n".join(rows) + "\n\\end{align*}\n"


def derive_rows(derived: Derived, names: Mapping[int, str]) -> list[tuple[str, str]]:
    """What stands on either side of each equals sign."""
    found = statements(derived, names, Latex())
    output = name_text(derived.graph.output_name)
    rows = [*((name_text(n), t) for n, t in found.before), (output, found.value)]
    rows += [(name_text(n), t) for n, t in found.after]
    partial = "d" if len(derived.graph.inputs) == 1 else r"\partial "
    rows += [(f"\\frac{{{partial}{output}}}{{{partial}{name_text(n)}}}", t) for n, t in found.gradient.items()]
    for (a, b), text in found.hessian.items():
        one, other = name_text(a), name_text(b)
        below = f"{partial}{one}^{{2}}" if a == b else f"{partial}{one}\\,{partial}{other}"
        rows.append((f"\\frac{{{partial.strip()}^{{2}} {output}}}{{{below}}}", text))
    return rows


class Latex:
    """How terms are written in LaTeX."""

    def numbered(self, place: int) -> str:
        """The name of an intermediate: t1, t2 and so on, which are written with a subscript."""
        return f"t{place}"

    def length(self, text: str) -> int:
        """How many characters a reader sees, roughly: a command is one, braces and spaces are none."""
        return len(_UNSEEN.sub("", _COMMAND.sub("x", text)))

    def text(self, term: Term, look: Look, texts: Texts) -> str:
        """A term."""
        op, args = term.op, term.args
        if op == "leaf":
            return _leaf(term.text)
        if op == "call":
            return self._call(term.text, args, look, texts)
        if op in ("add", "sub"):
            sign = "+" if op == "add" else "-"
            return f"{_at_least(args[0], SUM, look, texts)} {sign} {_at_least(args[1], PRODUCT, look, texts)}"
        if op == "neg":
            return f"-{_at_least(args[0], PRODUCT, look, texts)}"
        if op == "div":
            return f"\\frac{{{texts(args[0])}}}{{{texts(args[1])}}}"
        if op == "pow":
            return f"{_at_least(args[0], BASE, look, texts)}^{{{texts(args[1])}}}"
        if op == "transpose":
            return f"{_at_least(args[0], BASE, look, texts)}^{{\\top}}"
        if op == "vector":
            return f"\\left[{', '.join(map(texts, args))}\\right]"
        if op == "index":
            base = texts(args[0]) if look(args[0]).op == "leaf" else f"\\left({texts(args[0])}\\right)"
            return f"{{{base}}}_{{{look(args[1]).text}}}" if "_" in base else f"{base}_{{{look(args[1]).text}}}"
        if op in _SIGNS:
            return f"{_at_least(args[0], SUM, look, texts)} {_SIGNS[op]} {_at_least(args[1], SUM, look, texts)}"
        return self._product(op, args, look, texts)

    def _product(self, op: str, args: tuple[int, ...], look: Look, texts: Texts) -> str:
        left = _at_least(args[0], PRODUCT, look, texts)
        right = _at_least(args[1], PRODUCT if op == look(args[1]).op == "mul" else FACTOR, look, texts)
        if op == "dot":
            return f"{_at_least(args[0], BASE, look, texts)}^{{\\top}} {right}"
        sign = r" \cdot " if op == "mul" and (right[:1].isdigit() or right.startswith("\\frac")) else r" \, "
        return f"{left}{sign}{right}"

    def _call(self, name: str, args: tuple[int, ...], look: Look, texts: Texts) -> str:
        given = [texts(a) for a in args]
        if name == "where" and len(given) == 3:
            first = look(args[0])
            condition = given[0] if level(first) == LOOSE else f"{given[0]} \\ne 0"
            if first.op == "call" and first.text in _EQUAL:
                condition = given[0].removeprefix("\\left[").removesuffix("\\right]")
            return (f"\\begin{{cases}} {given[1]} & {condition} \\\\ {given[2]} & \\text{{otherwise}} "
                    "\\end{cases}")  # fmt: skip
        if name in _EQUAL and len(given) == 2:  # the bracket of Iverson: 1 where it holds, else 0
            return f"\\left[{given[0]} {_EQUAL[name]} {given[1]}\\right]"
        if name in ("sqrt", "√"):
            return f"\\sqrt{{{given[0]}}}"
        if name == "abs":
            return f"\\left|{given[0]}\\right|"
        return f"{_function(name)}\\left({', '.join(given)}\\right)"


BASE = ATOM
FACTOR = POWER


def level(term: Term) -> int:
    """How tightly a term holds together in LaTeX, where a fraction needs no brackets but below a power."""
    if term.op in ("add", "sub"):
        return SUM
    if term.op == "neg" or (term.op == "leaf" and term.text.startswith("−")):
        return TERM
    if term.op in ("mul", "dot", "matmul"):
        return PRODUCT
    if term.op in _SIGNS:
        return LOOSE
    if term.op in ("pow", "transpose", "div") or (term.op == "leaf" and "/" in term.text):
        return POWER
    return LOOSE if term.op == "call" and term.text == "where" else ATOM


def _at_least(place: int, need: int, look: Look, texts: Texts) -> str:
    text = texts(place)
    return text if level(look(place)) >= need else f"\\left({text}\\right)"


def _leaf(text: str) -> str:
    """A number, a name, or a text such as x[0] or ones(3)."""
    if text.lstrip("−") in _CONSTANTS:
        return ("-" if text.startswith("−") else "") + _CONSTANTS[text.lstrip("−")]
    if re.fullmatch(r"−?[0-9.]+(e[−+]?[0-9]+)?", text):
        digits, _, exponent = text.replace("−", "-").partition("e")
        return f"{digits} \\cdot 10^{{{exponent.lstrip('+')}}}" if exponent else digits
    if re.fullmatch(r"[0-9]+/[0-9]+", text):
        return "\\frac{{{}}}{{{}}}".format(*text.split("/"))
    if found := _FILLED.fullmatch(text):
        factor, name, sizes = found.groups()
        before = f"{_leaf(factor)} \\, " if factor else ""
        below = sizes.replace(", ", r" \times ")
        return f"{before}{_FILLINGS[name]}_{{{below}}}"
    key, sign, value = text.partition("=")
    if sign:
        return f"\\mathrm{{{_plain(key)}}} = {_plain(value)}"
    return _plain(text) if "[" in text else name_text(text)


def name_text(name: str) -> str:
    """A name: β₀ and x_12 have subscripts, longer ones are upright."""
    found = _NAME.fullmatch(name.translate(_DIGITS))
    if found is None:
        return f"\\mathrm{{{_plain(name)}}}"
    letters, digits, rest, primes = found.groups()
    base = f"\\{_GREEK[letters]}" if letters in _GREEK else letters if len(letters) == 1 else (
        f"\\mathrm{{{_plain(letters)}}}")  # fmt: skip
    below = ",".join(part for part in (digits, *rest.split("_")) if part)
    return base + (f"_{{{_plain(below)}}}" if below else "") + "'" * len(primes)


def _function(name: str) -> str:
    if name in _KNOWN:
        return f"\\{name}"
    return f"\\{_GREEK[name]}" if name in _GREEK else f"\\operatorname{{{_plain(name)}}}"


def _plain(text: str) -> str:
    return "".join(f"\\{_GREEK[c]} " if c in _GREEK else _SPECIAL.get(c, c) for c in text)
