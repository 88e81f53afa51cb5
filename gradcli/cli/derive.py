"""`gradcli derive`: the derivatives of a formula as formulas, or as code."""

from __future__ import annotations

import sys
from collections.abc import Collection, Iterator, Mapping
from contextlib import suppress
from typing import Any, get_args

import click

from gradcli.cli import inputs
from gradcli.cli.arguments import FormulaCommand
from gradcli.cli.main import USAGE
from gradcli.cli.output import note, refuse, write
from gradcli.graph.build import build, read
from gradcli.graph.point import shapes
from gradcli.graph.tape import Graph
from gradcli.language import Formula, GradcliError, canonical
from gradcli.language.suggest import did_you_mean, nearest
from gradcli.passes.symbolic import Derived, symbolic_gradient
from gradcli.report.derive import SCHEMA, derive_markdown, derive_record, derive_text
from gradcli.report.python_code import Language
from gradcli.report.reading import reading
from gradcli.report.screen import Screen
from gradcli.rules.shape import Shape

CODE = get_args(Language)
_UNKNOWNS = frozenset("uvwxyz")
"""Letters that are names on their own when they stand together: xyz is rarely one name."""

FORMATS = ("text", "latex", *CODE, "json", "markdown")

_EXAMPLE = "gradcli derive '(x+y)*z'"

_EPILOG = """
Parts that several derivatives have in common are written once, as t1, t2 …; names of statements are kept. Code is a
function that returns the value and a dictionary of derivatives, and needs nothing of gradcli: python is plain floats
where all is numbers, else NumPy. A NAME=VALUE is needed only for its shape: 'W ~ (3, 2)' will do.

\b
Examples:
  gradcli derive '(x + y)*z'
  gradcli derive 'x^2*sin(y)' --wrt x --order 2
  gradcli derive '5x² − xy²' --wrt x,y          here xy is x*y
  gradcli derive 'z = (x + σ(x)) / (σ(x) + (x + y)²)' --format latex
  gradcli derive '1/(1+e^(-(w*x+b)))' --wrt w,b --format python > neuron.py
  gradcli derive 'sum((W x - y)^2)' 'W ~ (3, 2)' 'x ~ 2' 'y ~ 3' --wrt W --format numpy

\b
Exit status: 0 done, 2 what was typed is at fault.
"""


@click.command("derive", cls=FormulaCommand, epilog=_EPILOG)
@inputs.arguments
@inputs.file_option
@inputs.at_option
@click.option("--wrt", metavar="NAMES", help="Only the derivatives by these names (x,y).")
@click.option("--order", type=click.IntRange(1, 2), default=1, show_default=True,
              help="2 for second derivatives as well.")  # fmt: skip
@click.option("--format", "form", type=click.Choice(FORMATS), default="text", show_default=True, help="The output.")
@click.option("--json", "form", flag_value="json", help="Short for --format json.")
@inputs.strict_option
@inputs.schema_option("derive-1.json")
@click.pass_context
def command(
    ctx: click.Context,
    arguments: tuple[str, ...],
    file: str | None,
    at: tuple[str, ...],
    wrt: str | None,
    order: int,
    form: str,
    strict: bool,
) -> None:
    """Print the derivatives of a formula as formulas, or as a function in Python."""
    screen = Screen.of(sys.stdout)
    try:
        text, point = inputs.given_formula(ctx, arguments, file, at, _EXAMPLE)
        known = shapes(point)
        named = inputs.names(wrt)
        formula = _read(text, known, named or [], strict=strict)
        numbers = {key: binding.value for key, binding in point.items() if isinstance(binding.value, float)}
        graph = build(formula, "lecture", known, numbers.get)
        slots = _slots(formula, graph, named)
        derived = symbolic_gradient(graph, list(slots), order, printed=form not in CODE)
        shown = _written(derived, slots, formula, form, ascii_only=screen.ascii_only)
    except GradcliError as fault:
        refuse(fault, form, SCHEMA)
        ctx.exit(USAGE)
    write(shown)
    for line in (*formula.notes, *graph.notes, *_single_names(formula, {*known, *(named or ())}, strict=strict)):
        note(line)
    arrays = [name for slot, name in slots.items() if graph.shape(slot)]
    if order == 2 and arrays and form not in CODE:
        note(f"second derivatives by {', '.join(arrays)} are written entry by entry; use gradcli hessian for numbers")


def _read(text: str, known: Mapping[str, Shape], wanted: list[str], *, strict: bool) -> Formula:
    """The formula; names of --wrt are names of it, so that xy is x·y where they say so."""
    arrays = [key for key, shape in known.items() if shape]
    formula = read(text, known.keys() or None, arrays=arrays, strict=strict)
    keys = {variable.key for variable in formula.inputs}
    missing = {canonical(name) for name in wanted} - keys
    if not missing or strict:
        return formula
    names = {key for key in keys if not any(name in key for name in missing)}
    with suppress(GradcliError):  # then the name is no name of the formula, which is said
        again = read(text, {*known, *names, *missing}, arrays=arrays, strict=strict)
        if missing <= {variable.key for variable in again.inputs}:
            return again
    return formula


def _single_names(formula: Formula, bound: Collection[str], *, strict: bool) -> Iterator[str]:
    """A word on names such as xy that may be meant as products: no value tells here which names there are."""
    keys = {variable.key for variable in formula.inputs}
    for variable in formula.inputs:
        key = variable.key
        letters = key.isascii() and key.isalpha() and len(key) in (2, 3) and len(set(key)) == len(key)
        if letters and key not in bound and not strict and (keys & set(key) or set(key) <= _UNKNOWNS):
            factors = f"name its factors with --wrt {','.join(key)}"
            yield f"read {key} as one name; write {'*'.join(key)} for a product, or {factors}"


def _slots(formula: Formula, graph: Graph, wanted: list[str] | None) -> dict[int, str]:
    """The slots by which to derive, and how they are called."""
    if wanted is None:
        return dict(enumerate(graph.inputs))
    by_key = {variable.key: slot for slot, variable in enumerate(formula.inputs)}
    found: dict[int, str] = {}
    for name in wanted:
        slot = by_key.get(canonical(name))
        if slot is None:
            raise GradcliError("unknown-wrt", f"'{name}' in --wrt is no name of the formula", hint=did_you_mean(
                nearest(name, graph.inputs)) or f"its names are: {', '.join(graph.inputs) or 'none'}")  # fmt: skip
        found[slot] = graph.inputs[slot]
    return found


def _written(derived: Derived, names: dict[int, str], formula: Formula, form: str, *, ascii_only: bool) -> str:
    if form == "text":
        return derive_text(derived, names, ascii_only=ascii_only)
    if form == "latex":
        from gradcli.report.latex import derive_latex

        return derive_latex(derived, names)
    if form == "markdown":
        return derive_markdown(derived, names, reading(formula), ascii_only=ascii_only)
    if form == "json":
        from gradcli.report.jsontext import dump

        record: dict[str, Any] = derive_record(derived, names, formula.text, reading(formula))
        return dump(record, ascii_only=ascii_only) + "\n"
    from gradcli.report.python_function import function_text

    language: Language = next(name for name in CODE if name == form)
    return function_text(derived, names, language, title=reading(formula))
