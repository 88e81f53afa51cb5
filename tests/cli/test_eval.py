"""`gradcli eval`: what a user types, and what comes back on which stream with which exit status."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from gradcli.report import jsonl
from tests.conftest import Program

T4 = ("z = (x + σ(x)) / (σ(x) + (x + y)²)", "x=4", "y=3")
T4_VALUE, T4_GRADIENT = 0.09967613171742373, {"x": -0.007594005508783552, "y": -0.027919360150352075}

# --- the main job ----------------------------------------------------------------------------------------------------


def test_the_lectures_fraction_in_json(gradcli: Program) -> None:
    ran = gradcli("eval", *T4, "--json")
    answer = json.loads(ran.out)
    assert (ran.status, ran.err) == (0, "")
    assert answer["output"] == {"name": "z", "value": pytest.approx(T4_VALUE, rel=1e-14)}
    assert answer["gradient"] == pytest.approx(T4_GRADIENT, rel=1e-14)
    assert answer["read_as"] == "z = (x + σ(x)) / (σ(x) + (x + y)²)"
    assert [node["label"] for node in answer["nodes"]] == [
        "σ(·)", "(· + ·)↑", "(· + ·)²", "(· + ·)↓", "1/·", "· × ·",
    ]  # fmt: skip


def test_the_lectures_fraction_as_tables(gradcli: Program) -> None:
    lines = gradcli("eval", *T4).out.splitlines()
    forward = lines.index("Forward pass: x = 4, y = 3")
    assert lines[forward + 2].split("   ")[0] == "σ(·)"
    assert "do₁/di = do₂/di = o(1 − o) = 0.0177" in lines[forward + 2]
    backward = lines.index("Backward pass: x = 4, y = 3")
    assert [line.split("  ")[0] for line in lines[backward + 2 : backward + 8]] == [
        "· × ·", "1/·", "(· + ·)↓", "(· + ·)²", "(· + ·)↑", "σ(·)",
    ]  # fmt: skip
    assert lines[-2].startswith("Gradient   dz/dx = 0.02 + 0.000318 − 0.0279 = −0.00759")
    assert lines[-1] == "           dz/dy = −0.0279"


NEURON = ("1/(1+e^(-(w0*x0+w1*x1+w2)))", "w0=2", "x0=-1", "w1=-3", "x1=-2", "w2=-3")


def test_the_neuron_in_single_gates_and_in_one(gradcli: Program) -> None:
    primitive = json.loads(gradcli("eval", *NEURON, "--gates", "primitive", "--json").out)
    labels = [node["label"] for node in primitive["nodes"]]
    assert labels[-4:] == ["−1 × ·", "e^·", "1 + ·", "1/·"]
    for node in primitive["nodes"]:
        for operand in node["inputs"]:
            if operand["local"] is not None:
                assert operand["gradient"] == pytest.approx(node["gradient"] * operand["local"])
    coarse = json.loads(gradcli("eval", *NEURON, "--gates", "coarse", "--json").out)
    assert [node["op"] for node in coarse["nodes"]] == ["mul", "mul", "add", "add", "sigmoid"]
    assert coarse["gradient"] == pytest.approx(primitive["gradient"], rel=1e-14)


TOY = (
    "f0 = β0 + ω0*x; h1 = sin(f0); f1 = β1 + ω1*h1; h2 = exp(f1); f2 = β2 + ω2*h2; h3 = cos(f2); f3 = β3 + ω3*h3; "
    "l = (f3 - y)^2"
)
TOY_POINT = ("β0=1", "ω0=0.1", "β1=2", "ω1=-0.4", "β2=-3", "ω2=2", "β3=0.4", "ω3=3", "x=2.3", "y=2")


def test_the_toy_network_has_one_row_a_statement(gradcli: Program) -> None:
    lines = gradcli("eval", TOY, *TOY_POINT, "--gates", "named").out.splitlines()
    start = next(k for k, line in enumerate(lines) if line.startswith("Backward pass")) + 2
    rows = [line.split() for line in lines[start : start + 8]]
    assert [row[0] for row in rows] == ["l", "f3", "h3", "f2", "h2", "f1", "h1", "f0"]
    # The public notebook prints 0.745, 2.234, −1.683, −3.366, −17.060, 6.824 and 2.281.
    assert [row[1] for row in rows[1:]] == ["0.745", "2.234", "−1.683", "−3.366", "−17.06", "6.824", "2.281"]


def test_intermediates_carry_their_names(gradcli: Program) -> None:
    answer = json.loads(gradcli("eval", "q = x + y; f = q*z", "x=-2", "y=5", "z=-4", "--json").out)
    assert [node["name"] for node in answer["nodes"]] == ["q", "f"]


def test_a_gradient_shows_its_contributions(gradcli: Program) -> None:
    out = gradcli("eval", "a1 = sin(x2); a2 = x1*x2; f = a1 + a2", "x1=2", "x2=3").out
    assert "df/dx2 = −0.99 + 2 = 1.01  " in out
    assert "(x2 reaches f on two edges: its contributions are summed)" in out


@pytest.mark.parametrize(
    ("arguments", "value", "gradient"),
    [
        (
            ("-log(1/(1+e^(-w*x)))", "w=2", "x=-1"),
            2.1269280110429727,
            {"w": 0.880797077977882, "x": -1.761594155955765},
        ),
        (("(x+y)z", "x=-2", "y=5", "z=-4"), -12, {"x": -4, "y": -4, "z": 3}),
        (("ln(x1) + x1x2 − sin(x2)", "x1=2", "x2=5"), 11.652071455223084, {"x1": 5.5, "x2": 1.7163378145367738}),
        (("5x² − xy²", "x=1", "y=2"), 1, {"x": 6, "y": -4}),
    ],
)
def test_formulas_work_as_pasted(gradcli: Program, arguments: tuple[str, ...], value: float, gradient: object) -> None:
    answer = json.loads(gradcli("eval", *arguments, "--json").out)
    assert answer["output"]["value"] == pytest.approx(value, rel=1e-14)
    assert answer["gradient"] == pytest.approx(gradient, rel=1e-14)


# --- what is refused -------------------------------------------------------------------------------------------------

REFUSED = [
    (("1/2x", "x=1"), "ambiguous-product"),
    (("sin(x", "x=1"), "unbalanced-bracket"),
    (("x +* y", "x=1", "y=2"), "unexpected"),
    (("foo(x)", "x=1"), "unknown-function"),
    (("x + y", "x=1"), "no-value"),
    (("x", "x=1", "x=2"), "bound-twice"),
    (("x", "x=abc"), "bad-binding"),
    (("ln(-1)",), "undefined-value"),
    (("1/0",), "undefined-value"),
    (("",), "empty-formula"),
    (("x", "x"), "bad-binding"),
    (("x", "x=1", "--wrt", "y"), "unknown-wrt"),
    (("x", "x=1", "--at", "no-such-file.json"), "unreadable-file"),
    (("-f", "no-such-file"), "unreadable-file"),
]


@pytest.mark.parametrize("form", ["table", "plain", "json", "csv", "markdown"])
@pytest.mark.parametrize(("arguments", "code"), REFUSED)
def test_faults_are_told_in_every_format(gradcli: Program, arguments: tuple[str, ...], code: str, form: str) -> None:
    ran = gradcli("eval", *arguments, "--format", form)
    assert ran.status == 2
    assert "Traceback" not in ran.out + ran.err
    if form == "json":
        error = json.loads(ran.out)["error"]
        assert (error["kind"], ran.err) == (code, "")
        assert set(error) == {"kind", "message", "line", "column", "end_column", "hint"}
        assert error["message"]
        assert error["hint"]
    else:
        assert ran.err.startswith("error: ")
        assert f"explain {code}" in ran.err
        assert "help: " in ran.err
        assert not ran.out or (code == "undefined-value" and form in ("table", "markdown"))


def test_both_readings_of_an_ambiguous_product_are_shown(gradcli: Program) -> None:
    assert "1/(2x), or (1/2)*x" in gradcli("eval", "1/2x", "x=1").err


def test_the_forward_table_stops_at_the_undefined_node(gradcli: Program) -> None:
    ran = gradcli("eval", "q = x - 1; f = ln(q) * q", "x=-2")
    rows = [line.split("  ")[0] for line in ran.out.splitlines()]
    assert "q" in rows
    assert "ln(·)" in rows
    assert "f" not in rows
    assert "ln of a negative number" in ran.out
    assert "Backward" not in ran.out
    assert "ln(q)" in ran.err
    assert ran.status == 2


@pytest.mark.parametrize(("typed", "offered"), [("--wtr", "--wrt"), ("-json", "--json"), ("--gate", "--gates")])
def test_mistyped_options_get_a_suggestion(gradcli: Program, typed: str, offered: str) -> None:
    ran = gradcli("eval", "x", "x=1", typed)
    assert ran.status == 2
    assert offered in ran.err


def test_misuse_is_json_where_json_was_asked_for(gradcli: Program) -> None:
    ran = gradcli("eval", "x", "x=1", "--json", "--wtr", "x")
    assert json.loads(ran.out)["error"]["kind"] == "usage"
    assert ran.status == 2


# --- arguments -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "value"),
    [
        (("-exp(t)", "t=0"), -1),
        (("-x^2", "x=3"), -9),
        (("-x", "x=3"), -3),
        (("-2*f", "f=3"), -6),
        (("-f(2)", "f=3"), -6),
        (("-1.5",), -1.5),
        (("-x + -y", "x=1", "y=2"), -3),
        (("--json", "-t", "t=3"), -3),
        (("-t", "t=3", "--wrt", "t"), -3),
        (("-json", "json=3"), -3),
        (("--", "-t", "t=3"), -3),
    ],
)
def test_a_formula_may_begin_with_a_minus_sign(gradcli: Program, arguments: tuple[str, ...], value: float) -> None:
    ran = gradcli("eval", "--format", "json", *arguments)
    assert json.loads(ran.out)["output"]["value"] == pytest.approx(value)


@pytest.mark.parametrize(
    ("text", "value"),
    [("x=pi/4", 0.7853981633974483), ("x=-1/3", -0.3333333333333333), ("x=2e-3", 0.002), ("x = 4", 4), ("x=−4", -4),
     ("x=2^10", 1024), ("x=sqrt(2)", 1.4142135623730951), ("x=e", 2.718281828459045),
     ("x=max(1, 2)", 2), ("x=log(8, 2)", 3)],
)  # fmt: skip
def test_values_are_constant_expressions(gradcli: Program, text: str, value: float) -> None:
    assert json.loads(gradcli("eval", "x", text, "--json").out)["at"] == {"x": pytest.approx(value, rel=1e-15)}


def test_names_are_bound_under_any_spelling_and_shown_as_typed(gradcli: Program) -> None:
    answer = json.loads(gradcli("eval", "β₀*x", "beta0=2", "x=3", "--json").out)
    assert answer["gradient"] == {"β₀": 3, "x": 2}
    assert answer["at"] == {"β₀": 2, "x": 3}


def test_only_the_wanted_derivatives(gradcli: Program) -> None:
    assert json.loads(gradcli("eval", "x*y*z", "x=2", "y=3", "z=5", "--wrt", "z,x", "--json").out)["gradient"] == {
        "z": 6, "x": 15,
    }  # fmt: skip


def test_an_unused_input_has_derivative_zero_and_that_is_said(gradcli: Program) -> None:
    ran = gradcli("eval", "x^2", "x=3", "w=1")
    assert "df/dw = 0" in ran.out
    assert "f does not depend on w" in ran.err


def test_formula_and_point_from_files(gradcli: Program, tmp_path: Path) -> None:
    formula = tmp_path / "formula.txt"
    formula.write_text("# a comment\nq = x + y\nf = q*z\n", encoding="utf-8")
    points = {
        "p.json": '{"x": -2, "y": 5, "z": -4}',
        "p.toml": "x = -2\ny = 5\nz = -4.0\n",
        "p.csv": "x,y,z\n-2,5,-4\n",
        "q.json": '{"x": "-4/2", "y": 5, "z": "-4"}',
    }
    for name, text in points.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
        ran = gradcli("eval", "-f", str(formula), "--at", str(tmp_path / name), "--json")
        assert json.loads(ran.out)["gradient"] == {"x": -4, "y": -4, "z": 3}
    ran = gradcli("eval", "-f", str(formula), "--at", str(tmp_path / "p.json"), "z=1", "--json")
    assert json.loads(ran.out)["at"]["z"] == 1


def test_a_formula_from_standard_input(gradcli: Program) -> None:
    for arguments in (("-", "x=3"), ("-f", "-", "x=3")):
        assert json.loads(gradcli("eval", *arguments, "--json", stdin="x^2\n").out)["output"]["value"] == 9


@pytest.mark.parametrize(
    ("name", "content"),
    [("p.json", b"{"), ("p.json", b"[1]"), ("p.json", b'{"x": [1]}'), ("p.json", b'{"x": null}'),
     ("p.json", b'{"x": NaN}'), ("p.json", b'{"x": 1e999}'), ("p.json", b'{"x y": 1}'), ("p.json", b"[" * 100_000),
     ("p.json", b"\xff\xfe"),
     ("p.toml", b"x = "), ("p.toml", b"x = true"), ("p.csv", b"x,y\n1\n"), ("p.csv", b"x\n1\n2\n"), ("p.csv", b""),
     ("p.csv", b"x\n" + b"1" * 200_000), ("p.csv", b"x\n\x00\n"),
     ("p.xyz", b"x=1"), ("p.json", b'{"x": ' + b"9" * 5000 + b"}")],
)  # fmt: skip
def test_a_bad_point_is_refused_in_words(gradcli: Program, tmp_path: Path, name: str, content: bytes) -> None:
    file = tmp_path / name
    file.write_bytes(content)
    ran = gradcli("eval", "x", "--at", str(file))
    assert ran.status == 2
    assert ran.err.startswith("error: ")


# --- the numeric check -----------------------------------------------------------------------------------------------


def test_the_numeric_check_agrees_and_says_how(gradcli: Program) -> None:
    ran = gradcli("eval", "5x² − xy²", "x=1", "y=2", "--check-numeric")
    assert ran.status == 0
    assert ran.out.count("agrees") == 2
    checks = json.loads(gradcli("eval", "5x² − xy²", "x=1", "y=2", "--check-numeric", "--json").out)["checks"]
    assert [check["verdict"] for check in checks] == ["agrees", "agrees"]
    assert all(0 < check["step"] < 1e-3 and check["error"] < 1e-6 for check in checks)


def test_the_numeric_check_explains_a_kink_and_finds_what_no_convention_can_mend(gradcli: Program) -> None:
    kink = gradcli("eval", "relu(x)", "x=0", "--check-numeric")
    assert (kink.status, "kink" in kink.out) == (0, True)
    # relu(x) − relu(−x) is x: its slope at 0 is 1, but the conventions add up to 0.
    wrong = gradcli("eval", "relu(x) - relu(-x)", "x=0", "--check-numeric")
    assert (wrong.status, "differs" in wrong.out) == (1, True)
    assert gradcli("eval", "relu(x) - relu(-x)", "x=0", "--check-numeric", "--exit-zero").status == 0


# --- formats ---------------------------------------------------------------------------------------------------------


def test_digits(gradcli: Program) -> None:
    assert "f = 0.33333" in gradcli("eval", "x/3", "x=1", "--digits", "5").out
    assert "f = 0.3333333333333333" in gradcli("eval", "x/3", "x=1", "--digits", "full").out
    assert gradcli("eval", "x", "x=1", "--digits", "0").status == 2


def test_plain_has_one_record_a_line_at_full_precision(gradcli: Program) -> None:
    lines = gradcli("eval", *T4, "--format", "plain").out.splitlines()
    records = [line.split("\t") for line in lines]
    assert records[0] == ["output", "z", repr(float(records[0][2]))]
    assert float(records[0][2]) == pytest.approx(T4_VALUE, rel=1e-14)
    assert {r[1]: float(r[2]) for r in records[1:3]} == pytest.approx(T4_GRADIENT, rel=1e-14)
    assert sum(line.startswith("node\t") for line in lines) == 6


def test_the_schema_is_shipped(gradcli: Program) -> None:
    assert json.loads(gradcli("eval", "--schema").out)["$id"] == "gradcli.eval/1"


def test_an_encoding_without_greek_gets_ascii(gradcli: Program) -> None:
    for form in ("table", "plain", "csv", "json", "markdown"):
        ran = gradcli("eval", *T4, "--format", form, encoding="ascii")
        assert ran.status == 0
        assert ran.out.isascii()
    ran = gradcli("eval", *T4, encoding="ascii")
    assert "sigma(.)" in ran.out
    assert "do1/di = do2/di = o(1 - o) = 0.0177" in ran.out
    ran = gradcli("eval", "σ(β)", encoding="ascii")
    assert ran.err.isascii()


# --- records ---------------------------------------------------------------------------------------------------------


def test_one_bad_record_does_not_stop_the_rest(gradcli: Program) -> None:
    records = [
        '{"id": 1, "expr": "x*y", "at": {"x": 2, "y": 3}}',
        '{"id": 2, "expr": "x*", "at": {"x": 2}}',
        "not json",
        "",
        '{"id": "d", "expr": "ln(x)", "at": {"x": 0}}',
        '{"id": [5], "expr": "x^2*y", "at": {"x": "3", "y": 1}, "wrt": ["x"], "gates": "primitive"}',
        '{"id": 6, "expr": "x", "at": {"x": 1}, "form": "latex"}',
        '{"id": 7, "expr": "x", "at": {"x": 1}, "from": "latex"}',
        "[" * 100_000,
        "\x00\x01",
        '{"id": NaN, "expr": "x", "at": {"x": 1}}',
    ]
    ran = gradcli("eval", "--jsonl", "-", stdin="\n".join(records))
    answers = [json.loads(line) for line in ran.out.splitlines()]
    assert ran.status == 2
    assert [answer["id"] for answer in answers] == [1, 2, None, "d", [5], 6, 7, None, None, None]
    assert answers[0] == {"id": 1, "value": 6, "gradient": {"x": 3, "y": 2}}
    assert answers[4] == {"id": [5], "value": 9, "gradient": {"x": 6}}
    kinds = [answer["error"]["kind"] for answer in answers if "error" in answer]
    assert kinds == ["unexpected", "bad-record", "undefined-value", "bad-record", "unsupported"] + ["bad-record"] * 3
    assert gradcli("eval", "--jsonl", "-", "--exit-zero", stdin="\n".join(records)).status == 0


def test_records_from_a_file_with_nodes(gradcli: Program, tmp_path: Path) -> None:
    file = tmp_path / "records.jsonl"
    file.write_text('{"id": 1, "expr": "x*y", "at": {"x": 2, "y": 3}}\n', encoding="utf-8")
    answer = json.loads(gradcli("eval", "--jsonl", str(file), "--nodes").out)
    assert [node["op"] for node in answer["nodes"]] == ["mul"]
    assert gradcli("eval", "--jsonl", str(tmp_path / "missing")).status == 2
    assert gradcli("eval", "--nodes", "x", "x=1").status == 2


# --- size ------------------------------------------------------------------------------------------------------------


def test_a_chain_of_thirty_thousand_operations(gradcli: Program) -> None:
    answer = json.loads(gradcli("eval", "-", "x=1.5", "--json", stdin="x" + "+x" * 30_000).out)
    assert answer["output"]["value"] == 45_001.5
    assert answer["gradient"] == {"x": 30_001}
    table = gradcli("eval", "-", "x=1.5", stdin="x" + "+x" * 30_000)
    assert table.status == 0
    assert len(table.out.splitlines()) < 2000


def test_ten_thousand_nested_parentheses(gradcli: Program) -> None:
    answer = json.loads(gradcli("eval", "-", "x=1.5", "--json", stdin="(" * 10_000 + "x^2" + ")" * 10_000).out)
    assert answer["gradient"] == {"x": 3}


def test_options_are_defaults_for_records_or_refused(gradcli: Program) -> None:
    record = '{"expr": "max(x, y)", "at": {"x": 1, "y": 1}}'
    ran = gradcli("eval", "--jsonl", "-", "--ties", "first", "--wrt", "x", stdin=record)
    assert json.loads(ran.out)["gradient"] == {"x": 1}
    for options in (["--format", "csv"], ["--at", "p.json"], ["--check-numeric"], ["--digits", "3"]):
        ran = gradcli("eval", "--jsonl", "-", *options, stdin=record)
        assert (ran.status, ran.out) == (2, "")
        assert options[0] in ran.err


def test_an_unreadable_record_is_known_by_its_line(gradcli: Program) -> None:
    ran = gradcli("eval", "--jsonl", "-", stdin='{"expr": "1"}\n\nnope\n')
    assert json.loads(ran.out.splitlines()[1])["error"]["line"] == 3


# --- what a newcomer runs into ---------------------------------------------------------------------------------------


def test_a_name_that_the_formula_assigns_is_no_input(gradcli: Program) -> None:
    ran = gradcli("eval", "y = x^2", "x=3", "y=9", "--json")
    answer = json.loads(ran.out)
    assert (answer["at"], answer["gradient"]) == ({"x": 3}, {"x": 6})
    assert answer["notes"] == ["the value of y is not used: the formula assigns y itself"]


def test_json_says_what_the_table_says_below_it(gradcli: Program) -> None:
    notes = json.loads(gradcli("eval", "relu(x) + sqrt(x)", "x=0", "--json").out)["notes"]
    assert any("relu′(0) = 0" in note for note in notes)
    assert any("vertical tangent" in note for note in notes)


def test_underflow_is_told_as_overflow_is(gradcli: Program) -> None:
    # tanh′(400) is about 1e−347: 1/(e^400 + e^−400)² has no double, and what is built on its 0 is wrong.
    notes = json.loads(gradcli("eval", "tanh(x)", "x=400", "--gates", "primitive", "--json").out)["notes"]
    assert any("too small for double precision" in note for note in notes)
    assert "notes" not in json.loads(gradcli("eval", "tanh(x)", "x=400", "--json").out)


@pytest.mark.parametrize("formula", ["relu(x)", "max(x, 0)", "max(0, x) + relu(x)", "abs(x)", "hardtanh(x + 1)"])
def test_a_convention_is_the_same_in_every_gate_set(gradcli: Program, formula: str) -> None:
    found = {
        gradcli("eval", formula, "x=0", "--gates", gates, "--json").out.partition('"gradient": ')[2].partition("}")[0]
        for gates in ("lecture", "primitive", "coarse", "named")
    }
    assert len(found) == 1


@pytest.mark.parametrize(
    ("arguments", "help_"),
    [
        (("sinx", "x=1"), "did you mean sin(x)?"),
        (("x*y", "x=1,y=2"), "separate bindings by a space"),
        (("x", "x="), "write x=4"),
        (("x=1", "x"), "the formula comes first"),
        (("a[x]", "x=1"), "define the function first: a[z] = ..."),
        (("where(x == 1, 2, 3)", "x=1"), "eq(a, b)"),
        (("exp(x)*0", "x=1000"), "their gates stay finite"),
        (("sigmoid x", "x=1"), "write sigmoid(...)"),
        (("ln(-1)",), "change the formula"),
    ],
)
def test_help_says_what_to_write(gradcli: Program, arguments: tuple[str, ...], help_: str) -> None:
    ran = gradcli("eval", *arguments)
    assert ran.status == 2
    assert help_ in ran.err


@pytest.mark.parametrize(
    ("arguments", "help_"),
    [(("evl", "x"), "did you mean gradcli eval?"), (("x*y", "x=1"), "gradcli eval 'x*y'"), (("eval",), "--help")],
)
def test_a_forgotten_command_is_found(gradcli: Program, arguments: tuple[str, ...], help_: str) -> None:
    ran = gradcli(*arguments)
    assert ran.status == 2
    assert ran.err.startswith("error: ")
    assert help_ in ran.err


def test_the_help_keeps_its_lines(gradcli: Program) -> None:
    ran = gradcli("eval", "--help")
    assert "\\b" not in ran.out
    assert "\n    gradcli eval -f formula.txt --at point.toml\n" in ran.out


def test_markdown_stops_at_the_undefined_node_as_the_table_does(gradcli: Program) -> None:
    ran = gradcli("eval", "x + 1/y", "x=1", "y=0", "--format", "markdown")
    assert ran.status == 2
    assert "| 1/· |" in ran.out
    assert "✗ 1/0" in ran.out
    assert "Backward" not in ran.out


def test_a_bug_in_one_record_leaves_the_others(gradcli: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    original = jsonl.evaluate

    def broken(text: str, *rest: object, **options: object) -> object:
        if text == "bug":
            raise ZeroDivisionError
        return original(text, *rest, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(jsonl, "evaluate", broken)
    records = ['{"id": 1, "expr": "1"}', '{"id": 2, "expr": "bug"}', '{"id": 3, "expr": "3"}']
    answers = [json.loads(line) for line in gradcli("eval", "--jsonl", "-", stdin="\n".join(records)).out.splitlines()]
    assert [answer.get("value") for answer in answers] == [1, None, 3]
    assert answers[1]["error"]["kind"] == "internal"


@pytest.mark.parametrize("formula", ["φ(x)", "γ(x)", "\\phi(x)", "Ψ(x)"])
def test_a_greek_letter_is_never_another_one(gradcli: Program, formula: str) -> None:
    ran = gradcli("eval", formula, "x=0.5", "--json")
    assert json.loads(ran.out)["error"]["kind"] == "unknown-function"


def test_a_power_of_a_function_may_be_a_fraction(gradcli: Program) -> None:
    assert json.loads(gradcli("eval", "sin^½ x", "x=1", "--json").out)["read_as"] == "sin(x)^0.5"
