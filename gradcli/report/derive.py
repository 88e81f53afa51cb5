"""Symbolic derivatives in the notation of the package: intermediates, the value, and its derivatives.

    t1 = x + y
    f = t1 * z
    df/dx = z
    df/dy = z
    df/dz = t1

What stands behind the equals signs can be read again as a formula.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from gradcli.passes.symbolic import Derived
from gradcli.report.charset import spelled
from gradcli.report.derived_terms import Statements, statements
from gradcli.report.infix import PRODUCT, Term, level_of, pieces
from gradcli.report.markdown import escape

SCHEMA = "gradcli.derive/1"


class Typed:
    """The notation in which formulas are typed."""

    def text(self, term: Term, look: Callable[[int], Term], texts: Callable[[int], str]) -> str:
        """A term with brackets where they are needed."""
        out: list[str] = []
        for piece in pieces(term, look, "typed"):
            if isinstance(piece, str):
                out.append(piece)
            else:
                place, need = piece
                if term.op == "mul" and look(place).op == "mul":
                    need = PRODUCT  # a * (b * c) is a * b * c
                out.append(texts(place) if level_of(look(place)) >= need else f"({texts(place)})")
        return "".join(out)

    def numbered(self, place: int) -> str:
        """The name of an intermediate: t1, t2 and so on."""
        return f"t{place}"

    def length(self, text: str) -> int:
        """How many characters a reader sees."""
        return len(text)


def written(derived: Derived, names: Mapping[int, str]) -> Statements:
    """The formula and its derivatives in the notation in which formulas are typed."""
    return statements(derived, names, Typed())


def lines(found: Statements, output: str) -> list[tuple[str, str]]:
    """What stands before and behind each equals sign, in order."""
    listed = [*found.before, (output, found.value), *found.after]
    listed += [(derivative(output, name), text) for name, text in found.gradient.items()]
    listed += [(second(output, *pair), text) for pair, text in found.hessian.items()]
    return listed


def derivative(output: str, name: str) -> str:
    """df/dx."""
    return f"d{output}/d{name}"


def second(output: str, one: str, other: str) -> str:
    """d²f/dx², or d²f/dx dy."""
    return f"d²{output}/d{one}²" if one == other else f"d²{output}/d{one} d{other}"


def derive_text(derived: Derived, names: Mapping[int, str], *, ascii_only: bool = False) -> str:
    """All lines as text."""
    listed = lines(written(derived, names), derived.graph.output_name)
    return "".join(spelled(f"{left} = {right}\n", ascii_only=ascii_only) for left, right in listed)


def derive_markdown(derived: Derived, names: Mapping[int, str], reading: str, *, ascii_only: bool = False) -> str:
    """All lines as Markdown: the formula as it was read, and the lines as LaTeX that a page can show."""
    from gradcli.report.latex import derive_rows

    rows = derive_rows(derived, names)
    head = f"**{escape(reading, ascii_only=ascii_only)}**"
    return "\n\n".join([head, *(f"$${left} = {right}$$" for left, right in rows)]) + "\n"


def derive_record(derived: Derived, names: Mapping[int, str], formula: str, reading: str) -> dict[str, Any]:
    """The record `gradcli.derive/1`."""
    found = written(derived, names)
    hessian: dict[str, dict[str, str]] = {}
    for (a, b), text in found.hessian.items():
        hessian.setdefault(a, {})[b] = text
        if all(not derived.graph.shape(slot) for slot, name in names.items() if name in (a, b)):
            hessian.setdefault(b, {})[a] = text
    return {
        "schema": SCHEMA,
        "formula": formula,
        "read_as": reading,
        "output": {"name": derived.graph.output_name, "formula": found.value},
        "intermediates": [{"name": name, "formula": text} for name, text in (*found.before, *found.after)],
        "gradient": dict(found.gradient),
        "hessian": hessian or None,
        "operations": len(derived.graph.steps),
    }
