"""Backpropagation as the lecture draws it.

>>> import gradcli
>>> r = gradcli.evaluate("(x + y)*z", x=-2, y=5, z=-4)
>>> r.value, r.gradient
(-12.0, {'x': -4.0, 'y': -4.0, 'z': 3.0})
>>> f = gradcli.compile("z = (x + sigma(x)) / (sigma(x) + (x + y)^2)")
>>> f.value_and_grad(x=4, y=3)[0]
0.09967613171742375
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from gradcli.api import Function, Result, compile, evaluate  # noqa: A004
    from gradcli.language.errors import GradcliError

__version__ = "0.1.0"
__all__ = ["Function", "GradcliError", "Result", "compile", "evaluate"]


def __dir__() -> list[str]:
    return [*globals(), *__all__]


def __getattr__(name: str) -> Any:
    # Imported at first use: the command line asks for the version long before it needs a parser.
    if name not in __all__:
        raise AttributeError(f"module 'gradcli' has no attribute {name!r}")
    from importlib import import_module

    module = "gradcli.language.errors" if name == "GradcliError" else "gradcli.api"
    return getattr(import_module(module), name)
