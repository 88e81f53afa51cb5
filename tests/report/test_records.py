"""Records for awk and spreadsheets: one a line, at full precision."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

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
