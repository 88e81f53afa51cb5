"""The formats by name, and what each of them costs."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from gradcli.passes.numeric import NumericCheck
from gradcli.passes.quantities import find
from gradcli.report.screen import Screen
from gradcli.report.writers import FORMATS, Extras, write

from .shown import PIPE, evaluated

CHECK = NumericCheck(name="x", analytic=1.0, numeric=0.5, error=0.5, step=1e-5, verdict="kink", reason="left | right")


def test_every_format_writes_lines_and_its_check() -> None:
    result = evaluated("relu(x)", x=0)
    for form in FORMATS:
        text = write(result, form, PIPE, extras=Extras(checks=[CHECK]))
        assert text.endswith("\n")
        assert not text.endswith("\n\n")
        assert "kink" in text
        assert "kink" not in write(result, form, PIPE)


def test_json_is_one_line_in_a_pipe_and_indented_on_a_terminal() -> None:
    result = evaluated("σ(x)", x=0)
    piped, seen = write(result, "json", PIPE), write(result, "json", Screen(boxes=True, width=80))
    assert (piped.count("\n"), seen.count("\n") > 10) == (1, True)
    assert json.loads(piped) == json.loads(seen)
    assert write(result, "json", Screen(ascii_only=True)).isascii()


def test_the_table_of_a_check() -> None:
    text = write(evaluated("relu(x)", x=0), "table", PIPE, extras=Extras(checks=[CHECK]))
    assert text.split("\n")[-2].split("   ")[-1].strip() == "kink, left | right"
    assert "left \\| right" in write(evaluated("relu(x)", x=0), "markdown", PIPE, extras=Extras(checks=[CHECK]))


@pytest.mark.parametrize(("form", "rich"), [("json", False), ("table", True)])
def test_json_is_written_without_rich(form: str, rich: bool) -> None:
    code = (
        "import sys; from gradcli.graph.point import from_numbers; from gradcli.passes.evaluate import evaluate\n"
        "from gradcli.report.screen import Screen; from gradcli.report.writers import Extras, write\n"
        f"write(evaluate('x*y', from_numbers(dict(x=1.0, y=2.0), 'at')), '{form}', Screen.of(sys.stdout))\n"
        "sys.exit(any(name.split('.')[0] == 'rich' for name in sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == rich


@pytest.mark.parametrize("form", ["table", "markdown"])
def test_the_formula_and_the_point_stand_above_what_replaces_the_tables(form: str) -> None:
    result = evaluated("q = x + y; f = q*z", x=-2, y=5, z=-4)
    tables = write(result, form, PIPE)
    quantities = find(result, "df/dx", "lecture")
    for extras in (Extras(lazy=True), Extras(quantities=quantities), Extras(lazy=True, quantities=quantities)):
        lines = write(result, form, PIPE, extras=extras).splitlines()
        assert lines[0] == tables.splitlines()[0]  # how it was read
        assert lines[1:4] == ["", "At x = −2, y = 5, z = −4: f = −12", ""]
        assert sum("At x" in line for line in lines) == 1
        assert "Forward pass" not in "\n".join(lines)
    both = write(result, form, PIPE, extras=Extras(mode="forward", lazy=True))
    assert both.splitlines()[0] == lines[0]
    assert "At x" not in both  # the tables of forward mode say it


def test_a_heading_without_a_point() -> None:
    result = evaluated("f = 2*3")
    assert write(result, "table", PIPE, extras=Extras(lazy=True)).splitlines()[2] == "f = 6"
