"""`gradcli eval` on vectors and matrices, as it is typed."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import numpy
import pytest

from ..conftest import Program

SAMPLES = Path(__file__).parents[2] / "samples" / "lectures"


def sample(name: str, *options: str) -> list[str]:
    return ["eval", "-f", str(SAMPLES / f"{name}.txt"), "--at", str(SAMPLES / f"{name}.toml"), *options]


def test_the_matrix_network_as_the_lecture_writes_it(gradcli: Program) -> None:
    out = gradcli(*sample("matrix_network")).out
    assert "dl/di₁ = dl/do i₂ᵀ = [[2.25, −4.5], [0, 0], [1.125, −2.25]] (3×2, vec: 1×6 = 1×3 · 3×6)" in out
    assert "dl/di = dl/do ⊙ 𝟙[i > 0] = [2.25, 0, 1.125]" in out
    assert "dl/dΩ0 = [[2.25, −4.5], [0, 0], [1.125, −2.25]]" in out


def test_layouts_are_stated(gradcli: Program) -> None:
    numerator = gradcli(*sample("affine", "--jacobian")).out
    denominator = gradcli(*sample("affine", "--jacobian", "--layout", "denominator")).out
    assert "(2×3, numerator layout)" in numerator
    assert "(3×2, denominator layout)" in denominator
    assert "i₁ᵀ" in denominator


def test_bars(gradcli: Program) -> None:
    out = gradcli(*sample("logistic_regression", "--gates", "named", "--bars")).out
    assert "p\u0304 = −0.684" in out
    assert "u\u0304 = −0.134" in out
    assert "w\u0304 = [2, −3, −3] + [0.134, 0.269, −0.134] = [2.134, −2.731, −3.134]" in out


def test_an_array_asks_for_a_beginning(gradcli: Program) -> None:
    ran = gradcli("eval", "2x", "x=[1,2]")
    assert ran.status == 2
    assert "Forward pass" in ran.out
    assert ran.out.endswith("Value      f = [2, 4]\n")
    assert "Backward" not in ran.out
    assert "--seed-gradient ones" in ran.err
    assert json.loads(gradcli("eval", "2x", "x=[1,2]", "--json").out)["error"]["kind"] == "array-output"


def test_jacobians_alone_cannot_be_checked_or_stepped_along(gradcli: Program) -> None:
    for option in (["--check-numeric"], ["--step", "0.1"]):
        ran = gradcli("eval", "2x", "x=[1,2]", "--jacobian", *option)
        assert ran.status == 2
        assert "f has 2 entries" in ran.err


@pytest.mark.parametrize("start", ["ones", "[1, 1]"])
def test_a_beginning_is_a_word_or_a_literal(gradcli: Program, start: str) -> None:
    found = json.loads(gradcli("eval", "2x", "x=[1,2]", "--seed-gradient", start, "--json").out)
    assert found["gradient"] == {"x": [2, 2]}


def test_a_beginning_is_a_file(gradcli: Program, tmp_path: Path) -> None:
    numpy.save(tmp_path / "start.npy", numpy.array([1.0, -1.0]))
    ran = gradcli("eval", "2x", "x=[1,2]", "--seed-gradient", str(tmp_path / "start.npy"), "--json")
    assert json.loads(ran.out)["gradient"] == {"x": [2, -2]}


def test_random_values_are_the_same_for_the_same_seed(gradcli: Program) -> None:
    def at(seed: str) -> object:
        return json.loads(gradcli("eval", "sum(W)", "W ~ (3, 2)", "--seed", seed, "--json").out)["at"]["W"]

    assert at("1") == at("1") != at("2")
    assert numpy.shape(at("1")) == (3, 2)


def test_a_file_for_one_name_and_a_file_for_many(gradcli: Program, tmp_path: Path) -> None:
    numpy.save(tmp_path / "w.npy", numpy.array([[1.0, 2.0], [3.0, 4.0]]))
    numpy.savez(tmp_path / "point.npz", x=numpy.array([1.0, -1.0]))
    ran = gradcli("eval", "sum((W x)^2)", f"W=@{tmp_path / 'w.npy'}", "--at", str(tmp_path / "point.npz"), "--json")
    found = json.loads(ran.out)
    assert found["output"] == {"name": "f", "value": 2, "shape": []}
    assert found["gradient"]["W"] == [[-2, 2], [-2, 2]]


def test_not_a_number_in_a_file_is_named_with_its_index(gradcli: Program, tmp_path: Path) -> None:
    numpy.save(tmp_path / "w.npy", numpy.array([[1.0, 2.0], [numpy.nan, 4.0]]))
    ran = gradcli("eval", "sum(W)", f"W=@{tmp_path / 'w.npy'}")
    assert ran.status == 2
    assert "W[1, 0]" in ran.err


def test_json_follows_the_schema(gradcli: Program) -> None:
    schema = json.loads(gradcli("eval", "--schema").out)
    for name in ("matrix_network", "five_layers", "linear_regression"):
        jsonschema.validate(json.loads(gradcli(*sample(name, "--json")).out), schema)
    found = json.loads(gradcli(*sample("linear_map", "--jacobian", "--json")).out)
    jsonschema.validate(found, schema)
    assert found["jacobian"]["x"] == {
        "shape": [2, 3], "layout": "numerator", "value": [[1, 2, 3], [-1, 0.5, 4]]
    }  # fmt: skip


def test_each_example_and_one_step(gradcli: Program) -> None:
    """[2(φ0 + φ1 xᵢ − yᵢ), 2xᵢ(φ0 + φ1 xᵢ − yᵢ)] at φ0 = 1, φ1 = 0.5, and φ ← φ − 0.1 · (−8, −18)."""
    options = ("--wrt", "φ0,φ1", "--per-example", "--step", "0.1", "--json")
    found = json.loads(gradcli(*sample("linear_regression", *options)).out)
    assert found["examples"]["gradients"] == {"φ0": [0, -3, 0, -5], "φ1": [0, -3, 0, -15]}
    after = found["step"]["after"]
    assert after == {"φ0": pytest.approx(1.8), "φ1": pytest.approx(2.3)}
    assert found["step"]["loss"]["after"] == pytest.approx(sum((1.8 + 2.3 * x - y) ** 2 for x, y in zip(
        [0, 1, 2, 3], [1, 3, 2, 5], strict=True)))  # fmt: skip


def test_examples_and_steps_have_no_place_in_records(gradcli: Program) -> None:
    ran = gradcli(*sample("linear_regression", "--step", "0.1", "--format", "plain"))
    assert ran.status == 2
    assert "--format table, markdown or json" in ran.err


def test_a_step_asks_which_names_are_parameters(gradcli: Program) -> None:
    ran = gradcli(*sample("minibatch", "--step", "0.01"))
    assert ran.status == 2
    assert "may change: X, W, b, v, y" in ran.err
    ran = gradcli(*sample("minibatch", "--step", "0.01", "--wrt", "W,b,v", "--json"))
    assert json.loads(ran.out)["step"]["after"].keys() == {"W", "b", "v"}


def test_a_step_needs_no_names_where_there_is_no_choice(gradcli: Program) -> None:
    assert json.loads(gradcli("eval", "sum(x^2)", "x=[1,2]", "--step", "0.1", "--json").out)["step"]["after"] == {
        "x": [0.8, 1.6]
    }
    ran = gradcli("eval", "sum((W x - y)^2)", "W ~ (2, 2)", "x=[1,2]", "y=[0,0]", "--step", "0.1", "--json")
    assert json.loads(ran.out)["step"]["after"].keys() == {"W"}


def test_an_index_may_be_bound(gradcli: Program) -> None:
    found = json.loads(gradcli("eval", "logsumexp(z) - z[k - 1]", "z=[0,0]", "k=2", "--json").out)
    assert found["gradient"] == {"z": [0.5, -0.5], "k": 0}


@pytest.mark.parametrize("power", ["A⁻¹", "A^-1", "A^(-1)"])
def test_the_power_minus_one_of_a_matrix_is_refused(gradcli: Program, power: str) -> None:
    ran = gradcli("eval", f"sum({power})", "A=[[2,1],[1,2]]")
    assert ran.status == 2
    assert "write inv(A) for the inverse, 1/A for the reciprocal of each entry" in ran.err


def test_a_shape_error_underlines_both_operands(gradcli: Program) -> None:
    ran = gradcli("eval", "W @ h + b", "W=[[1,2],[3,4],[5,6]]", "h=[1,2,3]", "b=[0,0,0]")
    assert ran.status == 2
    assert ran.err.splitlines()[:4] == [
        "error: W is 3×2, h has 3 entries: each row of W has 2 entries, and h has 3",
        "  W @ h + b",
        "  ^   ^",
        "help: did you mean W' @ h?",
    ]


def test_checks_are_made_entry_by_entry(gradcli: Program) -> None:
    ran = gradcli("eval", "sum(tanh(W x))", "W=[[1,2],[3,4]]", "x=[0.1,-0.2]", "--check-numeric", "--json")
    checks = json.loads(ran.out)["checks"]
    assert [check["name"] for check in checks] == ["W[0, 0]", "W[0, 1]", "W[1, 0]", "W[1, 1]", "x[0]", "x[1]"]
    assert {check["verdict"] for check in checks} == {"agrees"}


def test_records_of_lines_take_arrays(gradcli: Program) -> None:
    record = {"id": 1, "expr": "x·y", "at": {"x": [1, 2], "y": [3, 4]}}
    ran = gradcli("eval", "--jsonl", "-", stdin=json.dumps(record))
    assert json.loads(ran.out) == {"id": 1, "value": 11, "gradient": {"x": [3, 4], "y": [1, 2]}}


def test_of_a_large_matrix_some_entries_are_checked_and_that_is_told(gradcli: Program) -> None:
    ran = gradcli("eval", "sum(W^2)", "W ~ (20, 30)", "--check-numeric", "--json")
    assert len(json.loads(ran.out)["checks"]) == 64
    assert "64 of the 600 entries of W were checked" in ran.err


def test_every_option_follows_the_schema(gradcli: Program) -> None:
    schema = json.loads(gradcli("eval", "--schema").out)
    options = ("--wrt", "φ0,φ1", "--per-example", "--step", "0.1", "--check-numeric", "--jacobian", "--json")
    jsonschema.validate(json.loads(gradcli(*sample("linear_regression", *options)).out), schema)
    jsonschema.validate(json.loads(gradcli(*sample("recurrent_cell", "--seed-gradient", "ones", "--json")).out), schema)


CRASHED = [
    ["sum([1,2]*x)", "x=1", "--gates", "coarse"],
    ["multiclass_hinge(s, 0)", "s=[1,2,3]"],
    ["x*y", "x=1", "y=2", "w=[1,2]"],
    ["sum(A) + where(b < 1, 0*sqrt(s), s)", "A=[1]", "s=0", "b=0", "--json"],
    ["sum(reshape(x, 1))", "x=1", "--json"],
    ["gate s(u, v) = u - 2; s(x, y)", "x=1", "y=1", "--json"],
    ["gate s(u) = 3; s(x)", "x=1"],
]


@pytest.mark.parametrize("arguments", CRASHED, ids=lambda arguments: arguments[0])
def test_what_once_crashed_runs(gradcli: Program, arguments: list[str]) -> None:
    assert gradcli("eval", *arguments).status == 0


REFUSED = [
    (["[x,x]/0", "x=1", "--seed-gradient", "ones"], "1/0"),
    (["hypot(x, x/0)", "x=1", "--gates", "named"], "1/0"),
    (["sum(where(x>0, inv(A) @ x, x))", "A=[[1,2],[2,4]]", "x=[1,-1]"], "singular"),
    (["sum(where(ln(x) > 0, 1, x))", "x=[-1,2]", "--gates", "named"], "ln of a negative number"),
    (["a = ln(y) > 0; sum(a*x)", "x=[1,2]", "y=-1", "--gates", "named"], "ln of a negative number"),
    (["sum(x^2)", "x=[1,2]", "--step", "nan"], "finite"),
]


@pytest.mark.parametrize(("arguments", "reason"), REFUSED, ids=lambda value: value[0])
def test_what_is_undefined_is_refused(gradcli: Program, arguments: list[str], reason: str) -> None:
    ran = gradcli("eval", *arguments)
    assert ran.status == 2
    assert reason in ran.err


def test_a_refused_gate_on_a_branch_that_is_not_taken_is_not_needed(gradcli: Program) -> None:
    ran = gradcli("eval", "sum(where(x > 0, inv(A) @ x, x))", "A=[[1,2],[2,4]]", "x=[-1,-1]", "--json")
    assert json.loads(ran.out)["gradient"]["x"] == [1, 1]


def test_examples_beside_a_branch_sum_to_the_gradient(gradcli: Program) -> None:
    ran = gradcli(
        "eval", "L = sum(where(x > 0, sqrt(a*x), 0))", "a=1", "x=[0,1]", "--wrt", "a", "--per-example", "--json"
    )
    found = json.loads(ran.out)
    assert found["examples"]["gradients"] == {"a": [0, 0.5]}
    assert found["gradient"] == {"a": 0.5}


def test_a_norm_with_index_2_is_that_of_a_vector(gradcli: Program) -> None:
    found = json.loads(gradcli("eval", "‖x‖₂²", "x=[3,4]", "--json").out)
    assert (found["read_as"], found["output"]["value"]) == ("‖x‖₂²", 25)
    ran = gradcli("eval", "‖A‖_2", "A=[[3,0],[0,4]]")
    assert ran.status == 2
    assert "spectral(A)" in ran.err
    assert json.loads(gradcli("eval", "‖A‖_F", "A=[[3,0],[0,4]]", "--json").out)["output"]["value"] == 5


def test_entries_that_agree_have_one_row(gradcli: Program) -> None:
    out = gradcli("eval", "sum(tanh(W x)) + |s|", "W ~ (4, 5)", "x=[1,2,3,4,5]/10", "s=0", "--check-numeric").out
    table = out[out.index("Numeric check") :].splitlines()
    assert [line.split()[0] for line in table[2:]] == ["W[…]", "x[0]", "x[1]", "x[2]", "x[3]", "x[4]", "s"]
    assert table[2].split()[1:3] == ["20", "entries"]
    assert "kink" in table[-1]


def test_all_that_may_follow_the_tables_in_markdown(gradcli: Program) -> None:
    options = ("--wrt", "φ0,φ1", "--per-example", "--step", "0.1", "--check-numeric", "--format", "markdown")
    out = gradcli(*sample("linear_regression", *options)).out
    heads = [line for line in out.splitlines() if line.startswith("### ")]
    assert [head.split()[1].rstrip(":") for head in heads] == [
        "Forward", "Backward", "Value", "Examples", "Step", "Numeric"
    ]  # fmt: skip


def test_json_that_would_be_too_large_is_refused(gradcli: Program) -> None:
    ran = gradcli("eval", "sum(x^2 + x)", "x ~ 3000000", "--json")
    assert ran.status == 2
    assert "numbers in JSON" in json.loads(ran.out)["error"]["message"]


@pytest.mark.parametrize("layout", ["numerator", "denominator"])
def test_local_jacobians_have_their_numbers_on_demand(gradcli: Program, layout: str) -> None:
    schema = json.loads(gradcli("eval", "--schema").out)
    found = json.loads(gradcli(*sample("fully_connected", "--jacobian", "--layout", layout, "--json")).out)
    jsonschema.validate(found, schema)
    by_weights, by_input = (numpy.array(i["jacobian"]["value"]) for i in found["nodes"][0]["inputs"])
    weights = numpy.array([[1.0, -2.0], [0.5, 3.0], [-1.0, 1.0]])
    wanted = [numpy.kron(numpy.eye(3), [2.0, -1.0]), weights]
    for ours, matrix in zip((by_weights, by_input), wanted, strict=True):
        numpy.testing.assert_array_equal(ours, matrix.T if layout == "denominator" else matrix)
    without = json.loads(gradcli(*sample("fully_connected", "--seed-gradient", "ones", "--json")).out)
    assert "value" not in without["nodes"][0]["inputs"][0]["jacobian"]
