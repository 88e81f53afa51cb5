"""Records for awk and spreadsheets: one a line, at full precision."""

from __future__ import annotations

import csv
import io
from typing import Any

import numpy
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gradcli.graph.point import from_numbers
from gradcli.passes.evaluate import Evaluation, evaluate
from gradcli.passes.numeric import NumericCheck
from gradcli.report import records
from gradcli.report.nodes import views

from .shown import T4, T4_POINT, evaluated


def read_csv(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def test_the_plain_form() -> None:
    lines = records.plain(evaluated("q = x + y; f = 2q", x=1, y=2)).split("\n")
    assert lines == [
        "output\tf\t6", "gradient\tx\t2", "gradient\ty\t2",
        "node\tn1\tq\tadd\tq\t3\t2", "input\tn1\t0\tx\t1\t1\t2", "input\tn1\t1\ty\t2\t1\t2",
        "node\tn2\tf\tmul\tf\t6\t1", "input\tn2\t0\t2\t2\t\t", "input\tn2\t1\tn1\t3\t2\t2", "",
    ]  # fmt: skip


@pytest.mark.parametrize("ascii_only", [True, False])
def test_csv_reads_back(ascii_only: bool) -> None:
    result = evaluated(T4, **T4_POINT)
    rows = read_csv(records.comma_separated(result, ascii_only=ascii_only))
    assert tuple(rows[0]) == records.COLUMNS
    nodes = [row for row in rows if row["record"] == "node"]
    for row, node in zip(nodes, views(result), strict=True):
        assert (row["node"], row["op"]) == (node.id, node.op)
        assert float(row["value"]) == node.value
        assert float(row["gradient"]) == node.gradient
    edges = [row for row in rows if row["record"] == "input"]
    assert len(edges) == sum(len(node.inputs) for node in views(result))


@settings.get_profile("report")
@given(st.floats(allow_nan=False, allow_infinity=False), st.floats(allow_nan=False, allow_infinity=False))
def test_numbers_round_trip(x: float, y: float) -> None:
    result = evaluated("max(x, y)", x=x, y=y)
    line = records.plain(result).split("\n")[0].split("\t")
    assert float(line[2]) == result.value
    assert float(read_csv(records.comma_separated(result))[0]["value"]) == result.value


def test_no_cell_is_a_formula_to_a_spreadsheet() -> None:
    result = evaluated("-x + (-3)*x", x=1)
    for ascii_only in (True, False):
        rows = read_csv(records.comma_separated(result, ascii_only=ascii_only))
        texts = [row[column] for row in rows for column in ("record", "label", "op", "name", "node", "verdict")]
        assert not any(text.startswith(("=", "+", "-", "@")) for text in texts)


def test_labels_that_begin_with_a_minus_are_guarded_once_they_are_spelled() -> None:
    rows = read_csv(records.comma_separated(evaluated("-x", x=1), ascii_only=True))
    assert [row["label"] for row in rows if row["record"] == "node"] == ["'-1 x ."]


def test_no_field_holds_a_tab_or_a_line_break() -> None:
    text = records.plain(evaluated("q = x + y\nf = q*2  # half\tof it", x=1, y=2))
    assert {line.split("\t")[0]: line.count("\t") for line in text.removesuffix("\n").split("\n")} == {
        "output": 2, "gradient": 2, "node": 6, "input": 6}  # fmt: skip


def test_checks() -> None:
    check = NumericCheck(name="x", analytic=2.0, numeric=2.0000001, error=5e-8, step=1e-5, verdict="agrees")
    result = evaluated("2x", x=1)
    assert records.plain(result, [check]).split("\n")[-2] == "check\tx\t2\t2.0000001\t5e-08\t1e-05\tagrees"
    assert read_csv(records.comma_separated(result, [check]))[-1]["verdict"] == "agrees"


# --- vectors and matrices ---------------------------------------------------------------------------------------------


def with_arrays(formula: str, at: dict[str, Any], **more: Any) -> Evaluation:
    return evaluate(formula, from_numbers(at, "at"), **more)


def plain_fields(result: Evaluation) -> list[list[str]]:
    return [line.split("\t") for line in records.plain(result).removesuffix("\n").split("\n")]


def test_an_array_has_a_record_for_each_entry() -> None:
    result = with_arrays("q = W @ x; f = sum(q)", {"W": [[1, 2], [3, 4]], "x": [1, 2.5]})
    assert plain_fields(result) == [
        ["output", "f", "19"],
        ["gradient", "W[0,0]", "1"], ["gradient", "W[0,1]", "2.5"],
        ["gradient", "W[1,0]", "1"], ["gradient", "W[1,1]", "2.5"],
        ["gradient", "x[0]", "4"], ["gradient", "x[1]", "6"],
        ["node", "n1", "q", "matvec", "q", "", ""],
        ["entry", "n1", "n1[0]", "6", "1"], ["entry", "n1", "n1[1]", "13", "1"],
        ["input", "n1", "0", "W[0,0]", "1", "", "1"], ["input", "n1", "0", "W[0,1]", "2", "", "2.5"],
        ["input", "n1", "0", "W[1,0]", "3", "", "1"], ["input", "n1", "0", "W[1,1]", "4", "", "2.5"],
        ["input", "n1", "1", "x[0]", "1", "", "4"], ["input", "n1", "1", "x[1]", "2.5", "", "6"],
        ["node", "n2", "f", "sum", "f", "19", "1"],
        ["input", "n2", "0", "n1[0]", "6", "", "1"], ["input", "n2", "0", "n1[1]", "13", "", "1"],
    ]  # fmt: skip


def test_local_derivatives_of_entries() -> None:
    result = with_arrays("W*x + [10, 20]", {"W": [[1, 2]], "x": [3, 4]}, seed_gradient=numpy.array([[1.0, -1.0]]))
    times, plus = (node.label for node in views(result))
    assert plain_fields(result) == [
        ["output", "f[0,0]", "13"], ["output", "f[0,1]", "28"],
        ["gradient", "W[0,0]", "3"], ["gradient", "W[0,1]", "-4"],
        ["gradient", "x[0]", "1"], ["gradient", "x[1]", "-2"],
        ["node", "n1", times, "mul", "", "", ""],
        ["entry", "n1", "n1[0,0]", "3", "1"], ["entry", "n1", "n1[0,1]", "8", "-1"],
        # W has the shape of the node; x is repeated for each of its rows, were there more than one.
        ["input", "n1", "0", "W[0,0]", "1", "3", "3"], ["input", "n1", "0", "W[0,1]", "2", "4", "-4"],
        ["input", "n1", "1", "x[0]", "3", "", "1"], ["input", "n1", "1", "x[1]", "4", "", "-2"],
        ["node", "n2", plus, "add", "", "", ""],
        ["entry", "n2", "n2[0,0]", "13", "1"], ["entry", "n2", "n2[0,1]", "28", "-1"],
        ["input", "n2", "0", "n1[0,0]", "3", "1", "1"], ["input", "n2", "0", "n1[0,1]", "8", "1", "-1"],
        ["input", "n2", "1", "10", "10", "", ""], ["input", "n2", "1", "20", "20", "", ""],
    ]  # fmt: skip


def test_jacobians_are_records_without_a_layout() -> None:
    result = with_arrays("[x @ y, 7]", {"x": [1, 2], "y": [3, 4], "z": -1}, jacobian=True, wrt=["x", "z"])
    fields = [field for field in plain_fields(result) if field[0] == "jacobian"]
    assert fields == [
        ["jacobian", "f[0]", "x[0]", "3"], ["jacobian", "f[0]", "x[1]", "4"],
        ["jacobian", "f[1]", "x[0]", "0"], ["jacobian", "f[1]", "x[1]", "0"],
        ["jacobian", "f[0]", "z", "0"], ["jacobian", "f[1]", "z", "0"],
    ]  # fmt: skip
    assert not [field for field in plain_fields(result) if field[0] == "gradient"]


def test_csv_has_the_same_columns_for_arrays() -> None:
    result = with_arrays("x*y", {"x": [1, 2], "y": [3, 4]}, seed_gradient="ones", jacobian=True)
    rows = read_csv(records.comma_separated(result))
    assert tuple(rows[0]) == records.COLUMNS
    by_record = {kind: [row for row in rows if row["record"] == kind] for kind in ("gradient", "entry", "jacobian")}
    assert [(row["name"], row["gradient"]) for row in by_record["gradient"]] == [
        ("x[0]", "3"), ("x[1]", "4"), ("y[0]", "1"), ("y[1]", "2")]  # fmt: skip
    assert [(row["node"], row["name"], row["value"], row["gradient"]) for row in by_record["entry"]] == [
        ("n1", "n1[0]", "3", "1"), ("n1", "n1[1]", "8", "1")]  # fmt: skip
    assert [row["gradient"] for row in by_record["jacobian"]] == ["3", "0", "0", "4", "1", "0", "0", "2"]


def test_checked_entries_are_named_as_the_others_are() -> None:
    check = NumericCheck(name="W[0, 1]", analytic=1.0, numeric=1.0, error=0.0, step=1e-5, verdict="agrees")
    assert records.plain(evaluated("2x", x=1), [check]).split("\n")[-2].split("\t")[1] == "W[0,1]"
