"""Paths as they are shown: names of local derivatives, chains, the factored form, large counts, JSON."""

from __future__ import annotations

import json
import math
import re

import jsonschema
import pytest

from gradcli.graph.point import from_numbers
from gradcli.language import GradcliError
from gradcli.passes.evaluate import evaluate
from gradcli.passes.following import follow
from gradcli.report.jsontext import schema_text
from gradcli.report.numbers import lecture
from gradcli.report.path_texts import PathTexts, counted
from gradcli.report.paths import PATHS_SCHEMA, paths_as_json, paths_as_markdown, paths_as_text
from gradcli.report.screen import Screen

LECTURE = "b1 = a²; b2 = 3a; c = b1·b2; d1 = c/2; d2 = c²; e = d1 + d2"


def found(text, start=None, end=None, top=20, gates="lecture", **point):
    return follow(evaluate(text, from_numbers(point, "test"), gates=gates), gates, start, end, top)


def shown(*given, **named):
    return paths_as_text(found(*given, **named), lecture, Screen())


def valid(*given, **named):
    record = json.loads(json.dumps(paths_as_json(found(*given, **named)), allow_nan=False))
    jsonschema.validate(record, json.loads(schema_text("paths-1.json")))
    return record


def test_the_lectures_graph_as_the_lecture_writes_it():
    lines = shown(LECTURE, a=1.0).splitlines()
    assert lines[2] == "4 paths from a to e: a = 1"
    assert lines[4] == (
        "P1     a → b1 → c → d1 → e   ∂e/∂d1 · dd1/dc · ∂c/∂b1 · db1/da = 1 · 0.5 · 3 · 2 = 3"  # b2 = 3, 2a = 2
    )
    assert [line.split("   ")[0] for line in lines[4:8]] == ["P1", "P2", "P3", "P4"]
    assert lines[9:] == [
        "Sum         de/da = 3 + 36 + 1.5 + 18 = 58.5",  # d2 = c², 2c = 6
        "Backward    de/da = 58.5 by the backward pass: the same",
        "Factored    de/da = (db1/da ∂c/∂b1 + db2/da ∂c/∂b2)(dd1/dc ∂e/∂d1 + dd2/dc ∂e/∂d2)",
        "            = (2 · 3 + 3 · 1)(0.5 · 1 + 6 · 1)",
        "            = 9 · 6.5 = 58.5",
        "Shared      all paths lead through c",
    ]


def test_unnamed_nodes_have_the_labels_of_the_tables():
    text = shown("(x + σ(x)) / (σ(x) + (x + y)²)", "x", x=4.0, y=3.0)
    assert "x → σ(·) → (· + ·)↓ → 1/· → f" in text
    assert "∂f/∂(1/·) · d(1/·)/d(· + ·)↓ · ∂(· + ·)↓/∂σ(·) · dσ(·)/dx" in text


def test_like_operands_are_told_apart():
    text = shown("c = a*a; c*b", "a", a=3.0, b=2.0)
    assert "a → c (i₁) → f " in text
    assert "∂f/∂c · ∂c/∂i₂ = 2 · 3 = 6" in text
    assert "operands of a node" in text


def test_a_single_factor_stands_without_brackets():
    lines = shown("c = a²; p = 2c; q = -c; p + q", a=3.0).splitlines()
    assert "Factored    df/da = dc/da (dp/dc ∂f/∂p + dq/dc ∂f/∂q)" in lines
    assert "            = 6 · (2 · 1 − 1 · 1)" in lines
    assert "            = 6 · 1 = 6" in lines
    (factored,) = [line for line in shown("c = -a; p = 2c; q = 3c; p + q", a=3.0).splitlines() if " = (−1)(" in line]
    assert factored.endswith("(2 · 1 + 3 · 1)")


def test_a_part_with_many_paths_is_a_number():
    text = shown("c = (a + a + a + a + a + a + a + a + a); c*c", a=1.0, top=3)
    assert "Factored    df/da = (9 paths from a to c)(∂f/∂i₁ + ∂f/∂i₂)" in text
    assert "= (9)(9 + 9)" in text
    assert "= 9 · 18 = 162" in text


def test_listed_and_rest_add_up():
    lines = shown("x + 2x + 4x + 8x + 16x", x=1.0, top=2).splitlines()
    assert "Listed      16 + 8 = 24" in lines
    assert "Rest        7, the other 3 paths together" in lines
    assert "Sum         df/dx = 24 + 7 = 31" in lines
    assert "Listed are the 2 paths with the largest absolute contributions; --top K lists more." in lines


def test_nothing_to_factor():
    assert "lies on all paths: the sum has no factors" in shown("x*y + sin(y)", "y", x=2.0, y=3.0)
    assert "Factored" not in shown("sin(cos(x))", x=2.0)


def test_a_difference_of_rounding_is_stated():
    result = found("(x + σ(x)) / (σ(x) + (x + y)²)", "x", x=4.0, y=3.0)
    text = paths_as_text(result, lecture, Screen())
    assert ("the same up to rounding" in text) == (result.total != result.derivative)
    assert result.total == pytest.approx(result.derivative, rel=1e-14)


def test_long_paths_are_shortened_in_the_middle():
    text = shown("s = x; repeat 100: s = sin(s) end; s", x=1.0)
    assert "x → s′ → s′′ →" in text  # s itself is x
    assert "… 89 more … →" in text  # 101 nodes, 12 shown
    assert "… 88 more … ·" in text  # 100 edges, 12 shown
    assert max(map(len, text.splitlines()[2:])) < 1000


@pytest.mark.parametrize(
    ("number", "text"),
    [(4, "4"), (1_234_567, "1,234,567"), (2**53, "9,007,199,254,740,992 (about 9.01 ⋅ 10¹⁵)"),
     (10**30, "1" + ",000" * 10 + " (about 1.00 ⋅ 10³⁰)")],
)  # fmt: skip
def test_counts(number, text):
    assert counted(number) == text


def test_a_count_of_more_digits_than_python_writes():
    assert counted(2**20000) == "about 3.98 ⋅ 10⁶⁰²⁰"  # 20000 · log10(2) = 6020.5999


def test_ascii_and_a_narrow_screen():
    result = found(LECTURE, a=1.0)
    assert paths_as_text(result, lecture, Screen(ascii_only=True)).isascii()
    for width in (40, 60, 80):
        text = paths_as_text(result, lecture, Screen(boxes=True, width=width))
        assert max(map(len, text.splitlines())) <= width


def test_markdown():
    text = paths_as_markdown(found(LECTURE, a=1.0), lecture)
    assert text.startswith("**b1 = a²; ")
    assert "| P4 | a → b2 → c → d2 → e |" in text
    assert "- Sum: de/da = 3 + 36 + 1.5 + 18 = 58.5\n" in text
    assert "- Factored: = 9 · 6.5 = 58.5\n" in text


# --- JSON -------------------------------------------------------------------------------------------------------------


def test_json_of_the_lectures_graph():
    record = valid(LECTURE, a=1.0)
    assert (record["schema"], record["count"], record["sum"]) == (PATHS_SCHEMA, 4, 58.5)
    assert record["derivative"] == {"name": "de/da", "value": 58.5}
    assert (record["from"], record["to"]["label"]) == ({"input": "a"}, "e")
    assert [path["contribution"] for path in record["paths"]] == [3, 36, 1.5, 18]
    for path in record["paths"]:
        assert len(path["nodes"]) == len(path["edges"]) + 1
        assert math.prod(edge["local"] for edge in path["edges"]) == path["contribution"]
    assert [(part["count"], part["sum"]) for part in record["factors"]] == [(2, 9), (2, 6.5)]
    assert record["rest"] == {"count": 0, "sum": 0}


def test_ids_are_those_of_eval():
    from gradcli.report.jsontext import evaluation

    result = found(LECTURE, a=1.0)
    nodes = {node["id"]: node["label"] for node in evaluation(result.result)["nodes"]}
    for path in paths_as_json(result)["paths"]:
        assert all(nodes[node["node"]] == node["label"] for node in path["nodes"][1:])


def test_large_counts_are_texts():
    record = valid("s = a; repeat 200: s = s + s end; s", a=1.0, top=2)
    assert record["count"] == str(2**200)
    assert record["rest"]["count"] == str(2**200 - 2)
    assert len(record["factors"]) == 200
    huge = paths_as_json(found("s = a; repeat 15000: s = s + s end; s", a=1.0, top=1))
    assert len(huge["count"]) == 4516  # 15000 · log10(2) = 4515.4


def test_json_of_too_many_edges_is_refused(monkeypatch):
    monkeypatch.setattr("gradcli.report.paths.MOST_EDGES_IN_JSON", 5)
    valid("sin(cos(x*x))", x=1.0, top=1)  # 3 edges
    with pytest.raises(GradcliError) as caught:
        valid("sin(cos(x*x))", x=1.0)
    assert caught.value.code == "too-large"


def test_numbers_that_json_does_not_have():
    record = valid("1e300*x + √x", x=0.0, top=1)
    assert (record["sum"], record["paths"][0]["contribution"]) == ("Infinity", "Infinity")


def test_paths_not_taken_are_said():
    assert valid("if(x > 0, x, sin(x))", x=1.0)["not_taken"] == 1
    assert "1 more path leads through branches that are not taken" in shown("if(x > 0, x, sin(x))", x=1.0)


LADDER = "s = a; repeat 30: p = s/2; q = s/4; s = p + q end; s"


def test_a_long_path_shows_where_it_leaves_the_first_one():
    result = found(LADDER, "a", top=31, a=1.0)
    rows = [
        line.split("   ") for line in paths_as_text(result, lecture, Screen()).splitlines() if re.match(r"P\d+ ", line)
    ]
    chains = [re.sub(r"… \d+ more …", "…", next(cell for cell in row[1:] if cell.strip())) for row in rows]
    assert len(chains) == 31
    assert len({*chains}) == 31  # the first path, and those that take one q in place of a p: each at another place
    assert "q" not in chains[0]
    for place, row in enumerate(rows[1:], 1):
        chain, product = [cell for cell in row[1:] if cell.strip()]
        (step,) = {edge[0] for edge in result.listed[place]} - {edge[0] for edge in result.listed[0]}
        name = PathTexts(result.ways, lecture).node(step)
        assert f" → {name} → " in chain
        assert f"d{name}/d" in product
        assert "0.25" in product


def test_what_is_left_out_is_counted():
    result = found(LADDER, "a", top=40, a=1.0)
    for line in paths_as_text(result, lecture, Screen()).splitlines():
        if re.match(r"P\d+ ", line):
            chain = next(cell for cell in line.split("   ")[1:] if cell.strip())
            gaps = [int(n) for n in re.findall(r"… (\d+) more …", chain)]
            shown = [node for node in chain.strip().split(" → ") if "…" not in node]
            assert len(shown) + sum(gaps) == 61
            assert 1 not in gaps
