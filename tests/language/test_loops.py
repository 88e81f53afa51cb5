"""Loops are unrolled while they are read: the tree holds the statements of every turn."""

from __future__ import annotations

import pytest

from gradcli.language import loops
from gradcli.report.reading import reading
from tests.language.trees import marked, read, refusal, tree

TWICE = "x = (dot 2 x); x = (dot 2 x)"

LOOPS = [
    ("repeat 2: x = 2x end; x", f"{TWICE}; x"),
    ("repeat 2: x = 2x\nx", f"{TWICE}; x"),
    ("repeat 2: x = 2x", TWICE),
    ("repeat 2: x = 2x end", TWICE),
    ("repeat 2 :\n  x = 2x\nx", f"{TWICE}; x"),
    ("repeat 2:\n  x = 2x\nend\nx", f"{TWICE}; x"),
    ("repeat 2:\n  x = 2x\n  end\nx", f"{TWICE}; x"),
    ("repeat 2:\n  x = 2x end\nx", f"{TWICE}; x"),
    ("repeat 2:\n\n\t# twice\n\n\tx = 2x # here\n\nx", f"{TWICE}; x"),
    ("repeat 2:\r\n  x = 2x;\r\n;x", f"{TWICE}; x"),
    ("repeat 2: x = 2x;;\n\nx", f"{TWICE}; x"),
    ("s = 0; repeat 2: s = s + x; x = x s end; s",
     "s = 0; s = (add s x); x = (dot x s); s = (add s x); x = (dot x s); s"),
    ("for k in 1..3: y = k*x\ny", "y = (mul 1 x); y = (mul 2 x); y = (mul 3 x); y"),
    ("for k in 1…2: y = x·k\ny", "y = (dot x 1); y = (dot x 2); y"),
    ("for k in range(2): y = x^k\ny", "y = (pow x 0); y = (pow x 1); y"),
    ("for k in range(1, 3): y = k\ny", "y = 1; y = 2; y"),
    ("for k in range(5, 0, -2): y = k\ny", "y = 5; y = 3; y = 1; y"),
    ("for k in -1..0: y = k^2\ny", "y = (pow (neg 1) 2); y = (pow 0 2); y"),
    ("for k in 1..2: y = w[k-1] + W[:k, k]\ny",
     "y = (add (index w (sub 1 1)) (index W :1 1)); y = (add (index w (sub 2 1)) (index W :2 2)); y"),
    ("for k in 2..2: y = 2k + k x + k(x + 1) + sin k + √k + |k|\ny",
     "y = (add (add (add (add (add (dot 2 2) (dot 2 x)) (dot 2 (add x 1))) (sin 2)) (sqrt 2)) (abs 2)); y"),
    ("for n in 2..2: y = xⁿ\ny", "y = (pow x 2); y"),
    ("for k in 1..2: y = sum(x, axis=k)\ny", "y = (sum x axis=1); y = (sum x axis=2); y"),
    ("for k in 1..2: for j in 1..k: y = k + j\ny", "y = (add 1 1); y = (add 2 1); y = (add 2 2); y"),
    ("for k in 1..2: for j in k-1..k+1-1: y = j\ny", "y = 0; y = 1; y = 1; y = 2; y"),
    ("for k in 1..2: repeat k: y = k\ny", "y = 1; y = 2; y = 2; y"),
    ("for k in 1..2: for j in 1..2: s = j end; t = s end; t", "s = 1; s = 2; t = s; s = 1; s = 2; t = s; t"),
    ("for k in 1..2:\n  for j in 1..2:\n    s = j\n  t = s\nt", "s = 1; s = 2; t = s; s = 1; s = 2; t = s; t"),
    ("for k in 1..2:\n  for j in 1..2:\n    s = j\n  end\n  t = s\nend\nt",
     "s = 1; s = 2; t = s; s = 1; s = 2; t = s; t"),
    ("for k in 1..2:\n  for j in 1..2:\n    s = j\nt = s\nt", "s = 1; s = 2; s = 1; s = 2; t = s; t"),
    ("for k in 1..2:\n  for j in 1..2: s = j\n  t = s\nt", "s = 1; s = 2; t = s; s = 1; s = 2; t = s; t"),
    ("for k in 1..2:\n  for j in 1..2: s = j end; t = s\nt", "s = 1; s = 2; t = s; s = 1; s = 2; t = s; t"),
    ("repeat 1: repeat 1: x = 2x end end; x", "x = (dot 2 x); x"),
    ("repeat 1: x = 2x end; repeat 1: x = 2x end; x", f"{TWICE}; x"),
    ("repeat 1: y = (x +\n1)\ny", "y = (add x 1); y"),
    ("repeat 1: y = x +\n1\ny", "y = (add x 1); y"),
    ("repeat 1:\n  y = x\n+ 1\ny", "y = (add x 1); y"),
    ("repeat 2: s(u) = 2u end; s(x)", "define s(u) = (dot 2 u); define s(u) = (dot 2 u); (s x)"),
    ("for k in 1..2: s_k(u) = k*u end; s_2(x)", "define s_1(u) = (mul 1 u); define s_2(u) = (mul 2 u); (s_2 x)"),
    ("for x in 1..2: y = x end; x + y", "y = 1; y = 2; (add x y)"),
    ("repeat 1: x = x'; y' = x\ny'", "x = (transpose x); y′ = x; y′"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), LOOPS)
def test_loops(text: str, expected: str) -> None:
    assert tree(text) == expected


NAMES = [
    ("h_k = relu(f_k)", "h_1 = (relu f_1); h_2 = (relu f_2)"),
    ("h_{k} = relu(f_{k-1})", "h_1 = (relu f_0); h_2 = (relu f_1)"),
    ("h_{k+1} = relu(h_k)", "h_2 = (relu h_1); h_3 = (relu h_2)"),
    ("h_{k − 1} = x", "h_0 = x; h_1 = x"),
    ("hₖ = Ωₖ x", "h_1 = (dot Ω_1 x); h_2 = (dot Ω_2 x)"),
    (r"h = \beta_k x", "h = (dot β_1 x); h = (dot β_2 x)"),
    ("h′_k = x_k′", "h′_1 = x_1′; h′_2 = x_2′"),
    ("h_k' = 1", "h_1′ = 1; h_2′ = 1"),
    ("q = w_k[k]", "q = (index w_1 1); q = (index w_2 2)"),
    ("q = w_kᵀ x", "q = (dot (transpose w_1) x); q = (dot (transpose w_2) x)"),
    ("q = w_0_k", "q = w_0_1; q = w_0_2"),
    ("q = hk + h_j", "q = (add hk h_j); q = (add hk h_j)"),
]


@pytest.mark.parametrize(("body", "expected"), NAMES)
def test_an_index_counts_the_turns(body: str, expected: str) -> None:
    assert tree(f"for k in 1..2: {body}") == expected


def test_names_that_have_a_value_are_left_alone() -> None:
    assert tree("for k in 1..2: y = h_k\ny", "h_k") == "y = h_k; y = h_k; y"
    assert tree("h_k = 3; for k in 1..2: y = h_k\ny") == "h_k = 3; y = h_k; y = h_k; y"
    assert tree("for k in 1..2: y = h_k\ny", "h1 h₂") == "y = h_1; y = h_2; y"
    assert tree("for k in 1..1: y = x_kh + kx\ny", "x_k h k x") == "y = (add (dot x_k h) (dot 1 x)); y"
    assert tree("for k in 1..1: y = xh_k\ny", "x h1") == "y = (dot x h_1); y"
    assert [v.key for v in read("for k in 1..2: h_k = f_{k-1}\nh_2 + h₁").inputs] == ["f0", "f1"]


def test_the_words_of_loops_stay_names() -> None:
    assert tree("end = 3; end + 1") == "end = 3; (add end 1)"
    assert tree("x = end") == "x = end"
    assert tree("repeat = 3; repeat*2") == "repeat = 3; (mul repeat 2)"
    assert tree("for = 3; for + in") == "for = 3; (add for in)"
    assert tree("for x", "for x") == "(dot for x)"
    assert tree("in = 1; break + pass; ") == "in = 1; (add break pass)"
    assert tree("repeat(x)", "repeat x") == "(dot repeat x)"
    assert tree("repeat 2: x = x + end\nx") == "x = (add x end); x = (add x end); x"
    assert tree("repeat 2: x = (x end)\nx") == "x = (dot x end); x = (dot x end); x"
    assert tree("while + loop") == "(add while loop)"


def test_the_reading_is_the_unrolled_formula() -> None:
    formula = read("for k in 1..2:\n  h_k = relu(β_k + ω_k h_{k-1})\nf = h_2")
    assert reading(formula) == "h_1 = relu(β_1 + ω_1·h_0); h_2 = relu(β_2 + ω_2·h_1); f = h_2"
    again = read(reading(formula))
    assert [(n.op, n.args, n.value) for n in again.nodes] == [(n.op, n.args, n.value) for n in formula.nodes]


def test_replayed_nodes_point_into_the_text() -> None:
    text = "repeat 2: x = 2x_1 end; x"
    formula = read(text)
    assert [text[n.start : n.end] for n in formula.nodes] == ["2", "x_1", "2x_1"] * 2 + ["x"]
    assert [text[s.start : s.end] for s in formula.statements] == ["x = 2x_1"] * 2 + ["x"]
    counted = read("for k in 1..2: y_k = k x_{k}")
    assert {counted.text[n.start : n.end] for n in counted.nodes} == {"k", "x_{k}", "k x_{k}"}


# text, the marked characters, a part of the hint
REFUSED = [
    ("for k in 3..1: y = 2", "3..1", "goes upwards"),
    ("for k in range(0): y = 2", "range(0)", "goes upwards"),
    ("repeat 0: y = 2", "0", "from 1 on"),
    ("repeat -1: y = 2", "-1", "from 1 on"),
    ("repeat 1.5: y = 2", "1.5", "the number itself"),
    ("repeat n: y = 2", "n", "the number itself"),
    ("repeat : y = 2", ":", "the number itself"),
    ("repeat (3): y = 2", "(", "the number itself"),
    ("for k in 1..n: y = 2", "n", "the number itself"),
    ("for k in 1..3 y = 2", "", "write ':' here"),
    ("for k in 1..3", "", "write ':' here"),
    ("repeat 3 y = 2y", "", "write ':' here"),
    ("for k in 1: y = 2", "", "1..3"),
    ("for k in 1..: y = 2", ":", "the number itself"),
    ("for k in", "", "1..3"),
    ("for k in range(): y = 2", ")", "the number itself"),
    ("for k in range(1 2): y = 2", "2", "the number itself"),
    ("for k in range(1, 2, 0): y = 2", "range(1, 2, 0)", "range(1, 8, 2)"),
    ("for k in range(1, 2, 3, 4): y = 2", "range(1, 2, 3, 4)", "range(1, 8, 2)"),
    ("for k in w: y = 2", "w", "the number itself"),
    ("for k = 1..3: y = 2", "for k", "for k in 1..3"),
    ("for k 1..3: y = 2", "for k", "for k in 1..3"),
    ("for 3: y = 2", "for", "for k in 1..3"),
    ("for k of 1..3 y = 2", "for k", "for k in 1..3"),
    ("while x < 3: x = x + 1", "while", "for k in 1..3"),
    ("if x > 0: y = 2", "if", "if(x > 0, a, b)"),
    ("repeat 2: x = 1\nelse: x = 2", "else", "if(x > 0, a, b)"),
    ("repeat 3: break", "break", "fewer turns"),
    ("repeat 3: x = 2; continue end; x", "continue", "fewer turns"),
    ("repeat 3:", "repeat 3:", "separated by ';'"),
    ("repeat 3: end; x", "repeat 3:", "separated by ';'"),
    ("repeat 3:;;\nx", "repeat 3:", "separated by ';'"),
    ("repeat 3:\nx = 2x\nx", "repeat 3:", "in deeper lines"),
    ("repeat 3:\n  # nothing\nx", "repeat 3:", "in deeper lines"),
    ("for k in 1..2: k = 3", "k", "another name"),
    ("for k in 1..2: s(k) = 3", "k", "another name"),
    ("for k in 1..2: w[k] = 3", "k", "another name"),
    ("for k in 1..2: for k in 1..2: x = 1", "k", "another name"),
    ("for k in 1..2: y = x_{k-3}", "x_{k-3}", "a later turn"),
    ("for k in 1..2: y = x_{j+1}", "x_{j+1}", "x_1"),
    ("x_{k-1}", "x_{k-1}", "x_1"),
    ("end = 1; repeat 2: x = x end; x", "end", "write ';' before it"),
    ("repeat 2: x = 2x end; end; x", "end", "take it away"),
    ("for k in 1..1000000000: x = 2", "1000000000", "fewer turns"),
    ("for k in 1.." + "9" * 5000 + ": x = 2", "9" * 5000, "fewer turns"),
    ("1..3", "..", "for k in 1..3"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "characters", "hint"), REFUSED)
def test_refusals(text: str, characters: str, hint: str) -> None:
    error = refusal(text)
    assert marked(error)[:2] == ("loop", characters)
    assert hint in (error.hint or "")


OTHERS = [
    ("for k in 1..2: x = k[0]", "square-bracket", "k[0]"),
    ("for k in 1..2: y = |x", "unbalanced-bracket", "|"),
    ("repeat 2: x + 1", "nameless-statement", "x + 1"),
    ("repeat 2: q = x +; q = 2\n", "unexpected", ""),
    ("for k in 1..2: x 2", "missing-operator", "x 2"),
]


@pytest.mark.parametrize(("text", "code", "characters"), OTHERS)
def test_other_faults_within_loops(text: str, code: str, characters: str) -> None:
    assert marked(refusal(text))[:2] == (code, characters)


def _nested(depth: int, turns: int) -> str:
    return "".join(f"for k{place} in 1..{turns}: " for place in range(depth)) + "x = 2x\nx"


def test_loops_cannot_keep_the_reader_busy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loops, "MOST_REPLAYED", 20_000)
    for text in (_nested(6, 10), _nested(25, 2), "repeat 1000: repeat 1000: x = 2x\nx",
                 "repeat 100000000: x = 2x\nx", "repeat 20000: repeat 20000: x = 2x end; y = 1 end; x"):  # fmt: skip
        error = refusal(text)
        assert error.code == "too-large"
        assert "20,000" in error.message
        assert error.hint == "let them take fewer turns"
    deep = refusal("repeat 1: " * 5_000 + "x = 2x")
    assert (deep.code, "nested" in deep.message) == ("loop", True)


def test_many_turns_are_read() -> None:
    formula = read("repeat 20000: x = 2x\nx")
    assert len(formula.statements) == 20_001
    assert len(read(_nested(3, 20)).statements) == 8_001
    assert len(read("repeat 1: " * 30 + "x = 2x\nx").statements) == 2


def test_nothing_is_left_of_a_loop_that_failed() -> None:
    for broken in ("for x in 1..3: y = x +", "for x in 1..3: y = (", "for x in 1..2: y = x; y = 1 2", "repeat 2:"):
        assert refusal(broken).code
        assert tree("x + 1") == "(add x 1)"
