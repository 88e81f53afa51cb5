"""`gradcli hessian`."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

from gradcli.cli.hessian import components
from tests.conftest import Program


def test_the_matrix(gradcli: Program) -> None:
    ran = gradcli("hessian", "5x² − xy²", "x=1", "y=2")
    assert ran.status == 0
    assert "H is indefinite" in ran.out
    record = json.loads(gradcli("hessian", "5x² − xy²", "x=1", "y=2", "--json").out)
    assert record["hessian"]["matrix"] == [[10, -4], [-4, -2]]
    assert record["gradient"] == {"x": 6, "y": -4}


@pytest.mark.parametrize(
    "vector",
    [("--vector", "x=1", "y=0"), ("--vector", "x=1,y=0"), ("--vector=x=1", "y=0"), ("--vector", "x=1"),
     ("--vector", "y=0", "--vector", "x=2/2"), ("--vector", "x = 1, y = 0")],
)  # fmt: skip
def test_ways_to_write_a_vector(gradcli: Program, vector: tuple[str, ...]) -> None:
    ran = gradcli("hessian", "5x² − xy²", "x=1", "y=2", *vector, "--json")
    assert ran.status == 0
    record = json.loads(ran.out)
    assert (record["vector"], record["product"]) == ({"x": 1, "y": 0}, {"x": 10, "y": -4})


def test_a_vector_ends_at_the_next_option(gradcli: Program) -> None:
    ran = gradcli("hessian", "--vector", "x=1", "--json", "x^2*y", "x=3", "y=2")
    assert json.loads(ran.out)["product"] == {"x": 4, "y": 6}


def test_a_vector_from_a_file(gradcli: Program, tmp_path: Path) -> None:
    file = tmp_path / "v.json"
    file.write_text('{"w": [1, 0, 2]}')
    ran = gradcli("hessian", "sum(w^3)", "w=[1,2,3]", "--vector", str(file), "--json")
    assert json.loads(ran.out)["product"] == {"w": [6, 0, 36]}


@pytest.mark.parametrize(
    ("text", "parts"),
    [("x=1", ["x=1"]), ("x=1,y=[1, 2],z=f(1, 2)", ["x=1", "y=[1, 2]", "z=f(1, 2)"]),
     ("β₀=1, ω_1=2", ["β₀=1", " ω_1=2"]), ("x=1,2", ["x=1,2"])],
)  # fmt: skip
def test_components_are_cut_at_commas_between_them(text: str, parts: list[str]) -> None:
    assert components(text) == parts


@pytest.mark.parametrize(
    ("arguments", "code"),
    [(("x^2", "x=1", "--vector", "y=1"), "unknown-wrt"), (("x*y", "x=1", "y=2", "--wrt", "x", "--vector", "y=1"),
     "unknown-wrt"), (("x^2", "x=1", "--vector", "x=[1,2]"), "shape"), (("2w", "w=[1,2]"), "array-output"),
     (("sqrt(x)", "x=0"), "undefined-value"), (("ln(x)", "x=-1"), "undefined-value"), (("x^2",), "no-value"),
     (("x^2", "x=1", "--vector", "x=1", "x=2"), "bound-twice"), (("x^2", "x=1", "--vector", "x=two"), "bad-binding"),
     (("sum(w^2)", "w ~ 2000"), "too-large"), (("x^2", "x=1", "--vector", "nowhere.json"), "unreadable-file")],
)  # fmt: skip
def test_what_cannot_be_done_is_said(gradcli: Program, arguments: tuple[str, ...], code: str) -> None:
    ran = gradcli("hessian", *arguments, "--json")
    assert ran.status == 2
    assert json.loads(ran.out)["error"]["kind"] == code
    assert gradcli("hessian", *arguments).err.startswith("error: ")


def test_a_formula_is_needed(gradcli: Program) -> None:
    ran = gradcli("hessian")
    assert ran.status == 2
    assert "a formula is missing" in ran.err


def test_the_schema_takes_what_is_printed(gradcli: Program) -> None:
    schema = json.loads(gradcli("hessian", "--schema").out)
    jsonschema.Draft202012Validator.check_schema(schema)
    for arguments in (("x*y", "x=1", "y=2"), ("x*y", "x=1", "y=2", "--vector", "x=1"), ("x*", "x=1")):
        jsonschema.validate(json.loads(gradcli("hessian", *arguments, "--json").out), schema)


def test_markdown_and_digits(gradcli: Program) -> None:
    out = gradcli("hessian", "x^3/7", "x=1", "--format", "markdown", "--digits", "6").out
    assert "| x | 0.857143 | 0.428571 |" in out


def test_numbers_alone_need_no_numpy(process: Program) -> None:
    ran = process("python3 -X importtime -m gradcli hessian '(x+y)*z*x' x=-2 y=5 z=-4 2>&1 >/dev/null")
    assert "gradcli.passes.hessian" in ran.out
    assert "numpy" not in ran.out


@pytest.mark.parametrize(
    ("direction", "wanted"), [("1", "--vector 'x=[...],y=0'"), ("[1,0]", "--vector 'x=[...],y=0'")]
)
def test_a_direction_without_a_name(gradcli: Program, direction: str, wanted: str) -> None:
    ran = gradcli("hessian", "sum(x^2)*y", "x=[1,2]", "y=1", "--vector", direction)
    assert ran.status == 2
    assert "does not say by which name" in ran.err
    assert wanted in ran.err
