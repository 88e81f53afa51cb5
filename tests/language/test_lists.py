"""Lists of arguments, tuples, indexed norms and comparisons in square brackets."""

from __future__ import annotations

import pytest

from gradcli.graph.point import parse_binding
from gradcli.graph.vocabulary import RuleVocabulary
from gradcli.language import GradcliError, parse
from gradcli.report.reading import reading
from tests.language.trees import marked, read, refusal, tree

READ = [
    # a list of arguments
    ("np.concatenate([x, y])", "(concat x y)"),
    ("torch.cat([x, y], dim=0)", "(concat x y dim=0)"),
    ("np.stack([x, y])", "(stack x y)"),
    ("concat([x, 2y,])", "(concat x (dot 2 y))"),
    ("stack([x, y], axis=1)", "(stack x y axis=1)"),
    ("np.concatenate((x, y))", "(concat x y)"),
    ("concat([[1, 2], [3, 4]])", "(concat [1 2] [3 4])"),
    ("concat(x, [1, 2])", "(concat x [1 2])"),
    ("concat(x)", "(concat x)"),
    ("concat([x, y])[0] + sum([x, y])", "(add (index (concat x y) 0) (sum [x y]))"),
    # tuples
    ("np.ones((2, 3))", "(ones [2 3])"),
    ("reshape(X, (3, 2))", "(reshape X [3 2])"),
    ("reshape(X,\n(3, 2)\n)", "(reshape X [3 2])"),
    ("X.reshape((3, 2))", "(reshape X [3 2])"),
    ("sum(X, axis=(0, 1))", "(sum X axis=[0 1])"),
    ("softmax[(1, 2)]", "(softmax [1 2])"),
    ("softmax((1,))", "(softmax [1])"),
    ("sum(((1, 2), (x, -y)))", "(sum [[1 2] [x (neg y)]])"),
    ("np.array((1, 2)) + np.array(((1, 2), (3, 4)))", "(add [1 2] [[1 2] [3 4]])"),
    ("s(u) = u; s((1, x > 0))", "define s(u) = u; (s [1 (gt x 0)])"),
    ("max((x + 1)*2, (y))", "(max (mul (add x 1) 2) y)"),
    # norms with an index
    ("‖x‖₁", "(norm1 x)"),
    ("‖x‖_1", "(norm1 x)"),
    *[(f"‖x‖{index}", "(norm x)") for index in ("₂", "_2", "_{2}", "_F")],
    *[(f"‖x‖{index}", "(norminf x)") for index in ("∞", "_∞", "_inf", "_{∞}")],
    ("‖x‖_*", "(nuclear x)"),
    ("‖x‖₂²", "(pow (norm x) 2)"),
    ("‖x‖_2^2", "(pow (norm x) 2)"),
    ("‖W x - b‖_1^2/2", "(div (pow (norm1 (sub (dot W x) b)) 2) 2)"),
    ("2‖x‖₁ ‖y‖_2", "(dot (dot 2 (norm1 x)) (norm y))"),
    ("sin ‖x‖_2 y", "(dot (sin (norm x)) y)"),
    ("‖x‖₂[0]", "(index (norm x) 0)"),
    ("‖x‖_2y", "(dot (norm x) y)"),
    # a comparison alone in square brackets
    ("[x > 0]", "(gt x 0)"),
    ("[x > 0] x", "(dot (gt x 0) x)"),
    ("x·[x > 0]", "(dot x (gt x 0))"),
    ("[x > 0,]", "[(gt x 0)]"),
    ("[(x > 0)]", "[(gt x 0)]"),
    ("[x > 0, 1]", "[(gt x 0) 1]"),
    ("[[x > 0]]", "[(gt x 0)]"),
    ("sum([x > 0])", "(sum (gt x 0))"),
]


@pytest.mark.parametrize(("text", "expected"), READ)
def test_what_is_read(text: str, expected: str) -> None:
    assert tree(text) == expected


def test_the_list_stays_at_its_place_without_a_value() -> None:
    text = "concat([x, y], axis=0)"
    formula = read(text)
    assert [(n.op, n.args, text[n.start : n.end]) for n in formula.nodes] == [
        ("input", (), "x"), ("input", (), "y"), ("entries", (), "[x, y]"), ("number", (), "0"),
        ("keyword", (3,), "axis=0"), ("call", (0, 1, 4), text),
    ]  # fmt: skip
    assert formula.nodes[2].value is None


def test_nodes_know_their_text() -> None:
    text = "‖x‖_{2} + ‖x‖₁ + sum((1, 2)) + [x > 0]"
    formula = read(text)
    found = [text[n.start : n.end] for n in formula.nodes if n.op in ("norm", "call", "vector", "gt")]
    assert found == ["‖x‖_{2}", "‖x‖₁", "(1, 2)", "sum((1, 2))", "x > 0"]
    assert formula.nodes[formula.output.root].end == len(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [("np.concatenate([x, y])", "concat(x, y)"), ("reshape(x, (3, 2))", "reshape(x, [3, 2])"), ("x.pow(2)", "x²")],
)
def test_the_reading_has_none_of_it(text: str, expected: str) -> None:
    assert reading(parse(text, RuleVocabulary(), None)) == expected


# text, code, the marked characters, a part of the hint
REFUSED = [
    ("(1, 2)", "unexpected", ",", "write '.' in a decimal number, or [1, 2] for a vector"),
    ("2*(1,5)", "unexpected", ",", "write '.' in a decimal number, or [1,5] for a vector"),
    ("x = ((1,2),(3,4))", "unexpected", ",", "or [[1,2],[3,4]] for a vector"),
    ("(1, sin(2))", "unexpected", ",", "or [1, sin(2)] for a vector"),
    ("max((1, 2)*2, 3)", "unexpected", ",", "or [1, 2] for a vector"),
    ("[(1, 2), (3, 4)]", "unexpected", ",", "or [1, 2] for a vector"),
    ("(1,)", "unexpected", ",", "or [1] for a vector"),
    ("1,5", "unexpected", ",", "and ';' between statements"),
    ("sum((x; y, 3))", "unbalanced-bracket", ";", "close the bracket"),
    ("sum((1 2, 3))", "missing-operator", "1 2", "write 1*2"),
    ("‖x‖_p", "unknown-function", "_p", "normp(x, p)"),
    ("‖x‖₃", "unknown-function", "₃", "normp(x, 3)"),
    ("‖x‖ _2", "unknown-character", "_", "a name begins with a letter"),
    ("‖_2 x‖", "unexpected", "_2", "before the '_2'"),
    ("|x|_1", "unexpected", "_1", "before the '_1'"),
    ("||x||_2", "nested-bars", "|", "‖x‖"),
    ("[0 < x < 1]", "comparison-chain", "0 < x < 1", "write (0 < x)*(x < 1)"),
]


@pytest.mark.parametrize(("text", "code", "characters", "hint"), REFUSED)
def test_refusals(text: str, code: str, characters: str, hint: str) -> None:
    error = refusal(text)
    assert marked(error)[:2] == (code, characters)
    assert hint in (error.hint or "")


def test_a_binding_says_how_a_vector_is_written() -> None:
    with pytest.raises(GradcliError) as caught:
        parse_binding("x=(1,2,3)")
    assert "[1,2,3] for a vector" in (caught.value.hint or "")


def test_long_tuples_and_deep_ones_are_read() -> None:
    assert len(read(f"sum(({', '.join(['x'] * 20_000)}))").nodes) == 20_002
    assert len(read("sum(" + "(" * 2_000 + "x" + ",)" * 2_000 + ")").nodes) == 2_002
