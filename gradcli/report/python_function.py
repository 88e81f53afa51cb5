"""A formula and its derivatives as a function in Python source text, which needs nothing of this package.

    def value_and_gradient(x, y):
        t1 = x + y
        ...
        return f, {"x": t1, "y": t2}

One line a node, so the depth of a formula does not matter. It is written with plain floats, NumPy, PyTorch or JAX.
"""

from __future__ import annotations

import keyword
import math
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any

from gradcli.graph.tape import ArrayGate, Graph
from gradcli.passes.symbolic import Derived
from gradcli.report.exporting import lowered
from gradcli.report.python_code import LANGUAGES, Language, expression, known
from gradcli.report.source_text import Sources

_RESERVED = frozenset((
    *keyword.kwlist, *keyword.softkwlist, "math", "numpy", "torch", "jax", "jnp", "functools", "statistics", "abs",
    "max", "min", "float", "int", "slice", "range", "len", "round", "sum", "zip", "list", "enumerate", "tuple",
    "reversed", "value_and_gradient", "value_gradient_and_hessian",
))  # fmt: skip

_HEADERS = {
    "python": "",
    "numpy": "",
    "torch": "import torch\n",
    "jax": "import jax\nimport jax.numpy as jnp\nimport jax.scipy.linalg\nimport jax.scipy.special\n\n"
    'jax.config.update("jax_enable_x64", True)\n',
}


def function_text(derived: Derived, names: Mapping[int, str], language: Language, *, title: str = "") -> str:
    """The source text of a function that computes a formula with its derivatives.

    Args:
        derived: the formula and its derivatives.
        names: for each slot of `derived.gradient` how it is called in the result.
        language: plain floats only where there are no arrays; else NumPy is what "python" stands for.
        title: the formula, for the docstring.

    Returns:
        A module with one function: `value_and_gradient` returns the value and a dictionary of derivatives,
        `value_gradient_and_hessian` also a dictionary of dictionaries.

    Raises:
        GradcliError: the language cannot say a rule (unsupported).
    """
    if language == "python" and derived.graph.shapes is not None:
        language = "numpy"
    whole = lowered(derived.graph, known(language), LANGUAGES[language])
    writer = _Writer(whole.graph, language)
    lines = writer.lines([whole.there[slot] for slot in _results(derived)])
    there = whole.there
    parts = [writer.result(there[derived.value]), _dictionary(
        {names[by]: writer.result(there[slot]) for by, slot in derived.gradient.items()})]  # fmt: skip
    function = "value_and_gradient"
    if derived.hessian:
        function = "value_gradient_and_hessian"
        rows = {names[a]: _dictionary({names[b]: writer.result(there[slot]) for (c, b), slot in derived.hessian.items()
                                       if c == a}) for a in derived.gradient}  # fmt: skip
        parts.append(_dictionary(rows))
    body = [*writer.inputs(), *lines, f"return {', '.join(parts)}"]
    head = f"def {function}({', '.join(writer.parameters())}):"
    doc = [_docstring(title, derived, names)] if title else []
    decorated = ['@numpy.errstate(all="ignore")'] if language == "numpy" else []
    definition = "\n".join([*decorated, head, *(f"    {line}" for line in (*doc, *body))])
    texts = [_imports(writer.sources, language), writer.sources.text(), definition]
    return "\n\n\n".join(text.strip("\n") for text in texts if text.strip()) + "\n"


def _results(derived: Derived) -> list[int]:
    return [derived.value, *derived.gradient.values(), *derived.hessian.values()]


def _imports(sources: Sources, language: Language) -> str:
    modules = set(sources.modules) | ({"numpy"} if language == "numpy" else set())
    if language == "python" or "math" in sources.modules:
        modules.add("math")
    if language == "jax":
        modules.discard("numpy")
    lines = "".join(f"import {module}\n" for module in sorted(modules) if module not in ("torch", "jax"))
    return lines + _HEADERS[language]


def _docstring(title: str, derived: Derived, names: Mapping[int, str]) -> str:
    what = "Value, gradient and second derivatives" if derived.hessian else "Value and gradient"
    text = f"{what} of {' '.join(title.split())}; derivatives by {', '.join(names[by] for by in derived.gradient)}."
    return '"""' + text.replace("\\", "\\\\").replace('"""', '\\"\\"\\"') + '"""'


def _dictionary(entries: Mapping[str, str]) -> str:
    return "{" + ", ".join(f"{_string(name)}: {value}" for name, value in entries.items()) + "}"


def _string(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


class _Writer:
    """Writes the nodes of a graph as assignments.

    Attributes:
        sources: the functions that they need.
    """

    def __init__(self, graph: Graph, language: Language) -> None:
        self._graph = graph
        self._language = language
        self._branches = any(gate.name == "where" for _, gate, _ in graph.steps)
        self.sources = Sources({"numpy": "jnp"} if language == "jax" else None)
        self._taken: set[str] = set(_RESERVED)
        self._names: dict[int, str] = {}
        for slot, name in enumerate(graph.inputs):
            self._names[slot] = self._identifier(name)
        self._positive = _at_least_positive(graph)

    def parameters(self) -> list[str]:
        """The names of the inputs as Python can have them."""
        return [self._names[slot] for slot in range(len(self._graph.inputs))]

    def inputs(self) -> list[str]:
        """The lines that turn what is handed in into arrays."""
        make = {
            "python": None,
            "numpy": "numpy.asarray({0}, dtype=float)",
            "torch": "torch.as_tensor({0}, dtype=torch.float64)",
            "jax": "jnp.asarray({0}, dtype=float)",
        }[self._language]
        return [] if make is None else [f"{name} = {make.format(name)}" for name in self.parameters()]

    def lines(self, results: Sequence[int]) -> list[str]:
        """An assignment for each node that the results need, in order."""
        graph = self._graph
        needed = [False] * len(graph.gates)
        for slot in results:
            needed[slot] = True
        for slot, _, args in reversed(graph.steps):
            if needed[slot]:
                for operand in args:
                    needed[operand] = True
        found: list[str] = []
        count = 0
        for slot, gate, args in graph.steps:
            if not needed[slot]:
                continue
            settings = gate.settings if isinstance(gate, ArrayGate) else {}
            text = self._expression(gate.name, args, settings)
            if slot in graph.names:
                self._names[slot] = self._identifier(graph.names[slot])
            else:
                count += 1
                while f"t{count}" in self._taken:
                    count += 1
                self._names[slot] = f"t{count}"
            found.append(f"{self._names[slot]} = {text}")
        return found

    def result(self, slot: int) -> str:
        """What is returned for a slot: a float, or an array."""
        text = self._operand(slot)
        if self._graph.shape(slot) or self._language in ("torch", "jax"):
            return text
        literal = slot in self._graph.constants
        return text if literal else f"float({text})"

    def _expression(self, name: str, args: Sequence[int], settings: Mapping[str, Any]) -> str:
        operands = [self._operand(a) for a in args]
        if name == "div" and self._language == "python" and not self._positive[args[1]]:
            from gradcli.report.exported import div

            return f"{self.sources.function(div)}({operands[0]}, {operands[1]})"
        shapes = [self._graph.shape(a) for a in args]
        if self._language in ("numpy", "torch", "jax") and args and all(a in self._graph.constants for a in args):
            operands[0] = self._array(operands[0])  # 1/0 of plain floats would raise
        elif self._language == "torch":
            operands = [self._array(o) if a in self._graph.constants and name in _TENSORS else o
                        for o, a in zip(operands, args, strict=True)]  # fmt: skip
        text = expression(self._language, name, operands, settings, shapes, self.sources, branches=self._branches)
        return text.replace("numpy.", "jnp.") if self._language == "jax" else text

    def _array(self, operand: str) -> str:
        if self._language == "torch":
            return operand if operand.startswith("torch") else f"torch.tensor({operand}, dtype=torch.float64)"
        return operand if operand.startswith("numpy") else f"numpy.asarray({operand})"

    def _operand(self, slot: int) -> str:
        if slot in self._graph.constants:
            return self._constant(self._graph.constants[slot])
        return self._names[slot]

    def _constant(self, value: Any) -> str:
        if getattr(value, "shape", ()):
            first = float(value.flat[0])
            if value.size > 1 and (value == first).all():
                module = "jnp" if self._language == "jax" else self._language
                kind = ", dtype=torch.float64" if self._language == "torch" else ""
                return f"{module}.full({value.shape!r}, {first!r}{kind})"
            text = repr(value.tolist()).replace("inf", "float('inf')").replace("nan", "float('nan')")
            if self._language == "torch":
                return f"torch.tensor({text}, dtype=torch.float64)"
            return f"{'jnp' if self._language == 'jax' else 'numpy'}.array({text})"
        number = float(value)
        if not math.isfinite(number):
            return f"float('{number}')"
        return f"({number!r})" if math.copysign(1.0, number) < 0 else repr(number)

    def _identifier(self, name: str) -> str:
        """A name as Python can have it, that nothing else has."""
        plain = "".join(_letter(c) for c in unicodedata.normalize("NFKC", name.replace("′", "_prime"))).lstrip("_")
        plain = plain if plain.isidentifier() else f"v{plain}" if f"v{plain}".isidentifier() else "v"
        while plain in self._taken:
            plain += "_"
        self._taken.add(plain)
        return plain


_TENSORS = ("where", "max", "min", "pow", "hypot", "atan2", "copysign", "logaddexp", "stack", "concat", "mod", "rem")
"""Functions of PyTorch that take no plain numbers."""


def _letter(character: str) -> str:
    return character if f"a{character}".isidentifier() else "_"


def _at_least_positive(graph: Graph) -> list[bool]:
    """Which slots cannot be 0, whatever the inputs are: constants, and sums of something ≥ 0 and a positive number."""
    positive = [False] * len(graph.gates)
    weak = [False] * len(graph.gates)
    for slot, value in graph.constants.items():
        if not getattr(value, "shape", ()):
            positive[slot] = value != 0
            weak[slot] = value > 0
    strong = list(weak)
    for slot, gate, args in graph.steps:
        if gate.name in ("square", "abs", "exp", "cosh", "hypot"):
            weak[slot] = True
        elif gate.name == "add":
            weak[slot] = all(weak[a] for a in args)
            strong[slot] = weak[slot] and any(strong[a] for a in args)
        elif gate.name in ("mul", "div"):
            weak[slot] = all(weak[a] for a in args)
        elif gate.name == "sqrt":
            weak[slot], strong[slot] = True, strong[args[0]]
        if gate.name == "cosh":
            strong[slot] = True
        positive[slot] = strong[slot]
    return positive
