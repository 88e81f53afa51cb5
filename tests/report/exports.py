"""Running exported code where there is no gradcli."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterable
from typing import Any

_RUNNER = """
import json, sys
import types
for name, source in json.loads(sys.argv[1]).items():
    module = sys.modules[name] = types.ModuleType(name)
    exec(source, module.__dict__)
sys.modules["gradcli"] = None  # whoever imports it fails
def plain(x):
    if isinstance(x, dict):
        return {name: plain(y) for name, y in x.items()}
    if isinstance(x, tuple):
        return [plain(y) for y in x]
    return x.tolist() if hasattr(x, "tolist") else x
answers = []
for text, arguments in json.load(sys.stdin):
    names = {}
    exec(compile(text, "exported", "exec"), names)
    function = names.get("value_and_gradient") or names["value_gradient_and_hessian"]
    answers.append(plain(function(*arguments)))
assert not [name for name in sys.modules if name.startswith("gradcli.")]
json.dump(answers, sys.stdout)
"""


def run_exported(
    cases: Iterable[tuple[str, list[Any]]], *, site: bool = True, modules: dict[str, str] | None = None
) -> list[Any]:
    """Run the functions of several texts, all in one process.

    Args:
        cases: pairs of a text and the arguments of its function, as nested lists.
        site: whether the process finds NumPy; plain floats need none.
        modules: names and texts of modules that stand in for what is not installed.

    Returns:
        For each what it returned: value, gradient, and second derivatives if there are any.
    """
    flags = ["-I"] if site else ["-I", "-S"]
    given = json.dumps([[text, arguments] for text, arguments in cases])
    command = [sys.executable, *flags, "-c", _RUNNER, json.dumps(modules or {})]
    ran = subprocess.run(command, input=given, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr[-2000:]
    answers: list[Any] = json.loads(ran.stdout)
    return answers
