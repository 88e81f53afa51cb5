"""Functions of this package as source text that needs nothing of it.

A function that computes a rule is written once, where it is run; what is exported is its own source, without
annotations and docstring, together with the functions and constants it uses. Nothing is executed.
"""

from __future__ import annotations

import ast
import functools
import inspect
import types
from collections.abc import Callable
from itertools import pairwise
from typing import Any

_MODULES = {"math": "math", "functools": "functools", "numpy": "numpy", "statistics": "statistics"}


class Sources:
    """Collects functions with all they use, in an order in which they can be defined.

    Attributes:
        modules: the names of modules that are imported.
        taken: names that are in use, of functions and constants.
    """

    def __init__(self, rename: dict[str, str] | None = None) -> None:
        self.modules: dict[str, None] = {}
        self.taken: dict[str, object] = {}
        self._rename = rename or {}
        self._texts: list[str] = []

    def text(self) -> str:
        """The definitions, each a paragraph; assignments that follow each other stand together."""
        found = self._texts[:1]
        for before, text in pairwise(self._texts):
            found += ["\n\n\n" if "\n" in before or "\n" in text else "\n", text]
        return "".join(found)

    def function(self, function: Callable[..., Any], name: str | None = None) -> str:
        """Add a function; the expression that stands for it in the source.

        Args:
            function: one of Python, of this package, or one that a function of this package returned.
            name: how it shall be called; else by its own name, with an underscore in front.
        """
        if isinstance(function, types.BuiltinFunctionType | type):
            return self._builtin(function)
        if not isinstance(function, types.FunctionType):
            return self._of_module(function)
        if "<locals>" in function.__qualname__:
            return self._returned(function, name or function.__name__)
        own = self._free(_underscored(name or function.__name__), function)
        if own not in self.taken:
            self.taken[own] = function
            definition = _definition(function)
            definition.name = own
            self._texts.append(ast.unparse(self._resolved(definition, function)))
        return own

    def _free(self, name: str, function: object) -> str:
        """A name that nothing else has."""
        while self.taken.get(name, function) is not function:
            name += "_"
        return name

    def _builtin(self, function: Any) -> str:
        module = function.__module__
        if module == "builtins":
            return str(function.__name__)
        return self._of_module(function)

    def _of_module(self, function: Any) -> str:
        """A function of NumPy or of the standard library: module and name."""
        module = getattr(function, "__module__", None) or "numpy"  # ufuncs have no module
        self.modules[module.partition(".")[0]] = None
        return f"{module}.{function.__name__}"

    def _returned(self, function: types.FunctionType, name: str) -> str:
        """A function that another one returned, as the call that makes it: `_exp = _total(math.exp)`."""
        own = self._free(_underscored(name), function)
        if own not in self.taken:
            self.taken[own] = function
            maker = function.__globals__[function.__qualname__.partition(".")[0]]
            cells = {
                free: cell.cell_contents
                for free, cell in zip(function.__code__.co_freevars, function.__closure__ or (), strict=True)
            }
            given = [self._value(cells[parameter]) for parameter in inspect.signature(maker).parameters]
            line = f"{own} = {self.function(maker)}({', '.join(given)})"
            self._texts.append(line)
        return own

    def _value(self, value: Any) -> str:
        return self.function(value) if callable(value) else repr(value)

    def _resolved(self, definition: ast.FunctionDef, function: types.FunctionType) -> ast.FunctionDef:
        """The definition with all it uses from outside added, under the names it has here."""
        found: dict[str, str] = {}
        for node in ast.walk(definition):
            if isinstance(node, ast.Name) and node.id not in found and node.id in function.__globals__:
                found[node.id] = self._outside(node.id, function.__globals__[node.id])
        for node in ast.walk(definition):
            if isinstance(node, ast.Name) and node.id in found:
                node.id = found[node.id]
        return definition

    def _outside(self, name: str, value: Any) -> str:
        if isinstance(value, types.ModuleType):
            module = _MODULES.get(value.__name__)
            if module is None:  # a module of this package: its functions are added one by one
                raise NotExportableError(value.__name__)
            self.modules[module] = None
            return self._rename.get(name, name)
        wrapped = inspect.unwrap(value) if callable(value) else value
        if isinstance(wrapped, types.FunctionType):
            return self.function(wrapped)
        if inspect.isclass(value) and value.__module__.startswith("numpy"):
            return f"numpy.linalg.{value.__name__}"
        if not isinstance(value, int | float | tuple):
            raise NotExportableError(name)
        own = _underscored(name)
        if own not in self.taken:
            self.taken[own] = value
            plain = value if isinstance(value, tuple) else float(value) if not isinstance(value, int) else value
            self._texts.append(f"{own} = {_literal(plain)}")
        return own


class NotExportableError(Exception):
    """Something that is used from outside a function cannot stand in a text of its own."""


def _literal(value: Any) -> str:
    """A number or a tuple of numbers; what is not finite has no literal."""
    if isinstance(value, float) and (value != value or abs(value) == float("inf")):
        return f"float({str(value)!r})"
    return repr(value)


def _underscored(name: str) -> str:
    return name if name.startswith("_") else f"_{name}"


@functools.cache
def _source(function: types.FunctionType) -> str:
    return inspect.getsource(function)


def _definition(function: types.FunctionType) -> ast.FunctionDef:
    """The function's own definition, without annotations, docstring and decorators of typing."""
    (definition,) = ast.parse(_source(function)).body
    if not isinstance(definition, ast.FunctionDef):
        raise NotExportableError(function.__qualname__)
    for node in ast.walk(definition):
        if isinstance(node, ast.FunctionDef):
            node.returns = None
            node.decorator_list = []
            if ast.get_docstring(node) is not None:
                node.body = node.body[1:]
        elif isinstance(node, ast.arg):
            node.annotation = None
    for node in ast.walk(definition):
        for name, block in ast.iter_fields(node):
            if isinstance(block, list) and any(isinstance(s, ast.AnnAssign) for s in block):
                setattr(node, name, [_unannotated(s) for s in block])
    return definition


def _unannotated(statement: Any) -> Any:
    if isinstance(statement, ast.AnnAssign) and statement.value is not None:
        return ast.copy_location(ast.Assign([statement.target], statement.value), statement)
    return statement
