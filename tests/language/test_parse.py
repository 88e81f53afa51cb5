"""What can be written, and how it is read."""

from __future__ import annotations

import threading

import pytest

from gradcli.graph.build import read
from gradcli.graph.vocabulary import RuleVocabulary
from gradcli.language import GradcliError, parse
from gradcli.report.reading import reading
from tests.language.trees import refusal, sexpr, tree

PRECEDENCE = [
    ("1 + 2*x", "(add 1 (mul 2 x))"),
    ("1 - 2 - 3", "(sub (sub 1 2) 3)"),
    ("8/4/2", "(div (div 8 4) 2)"),
    ("-x^2", "(neg (pow x 2))"),
    ("-a*b", "(neg (mul a b))"),
    ("+x", "x"),
    ("2^3^2", "(pow 2 (pow 3 2))"),
    ("2**3**2", "(pow 2 (pow 3 2))"),
    ("x^-1", "(pow x (neg 1))"),
    ("2^-x^2", "(pow 2 (neg (pow x 2)))"),
    ("a*-b", "(mul a (neg b))"),
    ("a/-b", "(div a (neg b))"),
    ("a - -b", "(sub a (neg b))"),
    ("x²", "(pow x 2)"),
    ("x⁻¹", "(pow x (neg 1))"),
    ("x⁺²", "(pow x 2)"),
    ("x¹⁰", "(pow x 10)"),
    ("xⁿ", "(pow x n)"),
    ("-x²", "(neg (pow x 2))"),
    ("2^x²", "(pow 2 (pow x 2))"),
    ("(-2)^2", "(pow (neg 2) 2)"),
    ("2x^2", "(dot 2 (pow x 2))"),
    ("2x*3y", "(mul (dot 2 x) (dot 3 y))"),
    ("2x/y", "(div (dot 2 x) y)"),
    ("(x+y)z", "(dot (add x y) z)"),
    ("2(x)(y)", "(dot (dot 2 x) y)"),
    ("x² y", "(dot (pow x 2) y)"),
    ("x^(2)y", "(dot (pow x 2) y)"),
    ("½x", "(dot 0.5 x)"),
    ("¾", "0.75"),
    ("√x", "(sqrt x)"),
    ("√(x y)", "(sqrt (dot x y))"),
    ("2√x", "(dot 2 (sqrt x))"),
    ("√√x", "(sqrt (sqrt x))"),
    ("|x|", "(abs x)"),
    ("|x||y|", "(dot (abs x) (abs y))"),
    ("2|x - 1|", "(dot 2 (abs (sub x 1)))"),
    ("(|x| + 1)|y|", "(dot (add (abs x) 1) (abs y))"),
    ("‖w‖²", "(pow (norm w) 2)"),
    ("x·y", "(dot x y)"),
    ("x@y", "(matmul x y)"),
    ("x.dot(y + 1)", "(matmul x (add y 1))"),
    ("x.T", "(transpose x)"),
    ("x'", "(transpose x)"),
    ("xᵀ", "(transpose x)"),
    ("x^T", "(transpose x)"),
    ("x^⊤ y", "(dot (transpose x) y)"),
    ("where(x > 0, x, 0)", "(where (gt x 0) x 0)"),
    ("where(x <= y, 1, 2)", "(where (le x y) 1 2)"),
    ("where(x ≠ y, 1, 2)", "(where (ne x y) 1 2)"),
    ("1e3 + 1.5e-3 + .5 + 5.", "(add (add (add 1000 0.0015) 0.5) 5)"),
    ("2e−3", "0.002"),
    ("2e", "(dot 2 e)"),
]


@pytest.mark.parametrize(("text", "expected"), PRECEDENCE)
def test_precedence_and_forms(text: str, expected: str) -> None:
    assert tree(text) == expected


FUNCTIONS = [
    ("sin(x)", None, "(sin x)"),
    ("sin[x]", None, "(sin x)"),
    ("ReLU[z]", None, "(relu z)"),
    ("sin x", None, "(sin x)"),
    ("sin 2x", None, "(sin (dot 2 x))"),
    ("sin 2x^2", None, "(sin (dot 2 (pow x 2)))"),
    ("sin x^2", None, "(sin (pow x 2))"),
    ("sin x²", None, "(sin (pow x 2))"),
    ("sin cos x", None, "(sin (cos x))"),
    ("sin 2 + 1", None, "(add (sin 2) 1)"),
    ("sin √2", None, "(sin (sqrt 2))"),
    ("2 sin x", None, "(dot 2 (sin x))"),
    ("x sin x", None, "(dot x (sin x))"),
    ("sin^2 x", None, "(pow (sin x) 2)"),
    ("sin² x", None, "(pow (sin x) 2)"),
    ("sin²(x) y", None, "(dot (pow (sin x) 2) y)"),
    ("sin(x)^2", None, "(pow (sin x) 2)"),
    ("sin (x)y", None, "(dot (sin x) y)"),
    ("sin^2(2x)", None, "(pow (sin (dot 2 x)) 2)"),
    ("log(x)", None, "(ln x)"),
    ("ln x", None, "(ln x)"),
    ("log_2(x) + log10(x)", None, "(add (log2 x) (log10 x))"),
    ("σ(x) + σ", None, "(add (sigmoid x) σ)"),
    ("σ(x)", "σ x", "ERROR call-or-product"),
    ("w(x)", "w x", "(dot w x)"),
    ("e(x)", None, "(dot e x)"),
    ("pi(x)", None, "(dot π x)"),
    ("e + π + pi", None, "(add (add e π) π)"),
    ("e^x", "e x", "(pow e x)"),
    (r"\sin(x)", None, "(sin x)"),
    (r"\sin x", None, "(sin x)"),
    (r"\sigma(x)", None, "(sigmoid x)"),
    (r"\beta_{0}x", "beta0 x", "(dot β_0 x)"),
    (r"\pi", None, "π"),
    ("np.sin(x) + math.pi + torch.exp(x)", None, "(add (add (sin x) π) (exp x))"),
    ("x^T", "x T", "(pow x T)"),
]


@pytest.mark.parametrize(("text", "bound", "expected"), FUNCTIONS)
def test_functions_and_constants(text: str, bound: str | None, expected: str) -> None:
    if expected.startswith("ERROR"):
        assert refusal(text, bound).code == expected.split()[1]
    else:
        assert tree(text, bound) == expected


STATEMENTS = [
    ("q = x + y; q*z", "q = (add x y); (mul q z)"),
    ("q = x\nq*2", "q = x; (mul q 2)"),
    ("q = x\n\n;\nq*2;\n", "q = x; (mul q 2)"),
    ("; x", "x"),
    ("x +\ny", "(add x y)"),
    ("x\n+ y", "(add x y)"),
    ("x\n\n* y", "(mul x y)"),
    ("sin(\nx\n)", "(sin x)"),
    ("|x\n+ 1|", "(abs (add x 1))"),
    ("x # the input\n", "x"),
    ("# first\nx # then; y\n", "x"),
    ("c = x; c = c + 1; c", "c = x; c = (add c 1); c"),
    ("s(u, v) = u*v; s(x, y)", "define s(u v) = (mul u v); (s x y)"),
    ("s[u] = u; s[x]", "define s(u) = u; (s x)"),
    ("s(u,\nv) = u; s(1, 2)", "define s(u v) = u; (s 1 2)"),
    ("gate s(u) = u²; s(x)", "gate s(u) = (pow u 2); (s x)"),
    ("gate s[u] = u; s(x)", "gate s(u) = u; (s x)"),
    ("gate = x; gate*2", "gate = x; (mul gate 2)"),
    ("f(x,y,z) = (x+y)z", "f = (dot (add x y) z)"),
    ("q = 2; f(x) = q*x", "q = 2; f = (mul q x)"),
    ("s(u) = u; s(v) = s(v) + 1; s(x)", "define s(u) = u; define s(v) = (add (s v) 1); (s x)"),
    ("x = 3; s(x) = x; s(x)", "x = 3; define s(x) = x; (s x)"),
]


@pytest.mark.parametrize(("text", "expected"), STATEMENTS)
def test_statements(text: str, expected: str) -> None:
    assert tree(text) == expected


def test_a_gate_that_is_bound_is_a_variable() -> None:
    assert tree("gate s(x)", "gate s x") == "(dot (dot gate s) x)"


SPLITS = [
    ("x1x2", "x1 x2", "(dot x1 x2)"),
    ("w_0x_0", "w0 x_0", "(dot w_0 x_0)"),
    ("xy²", "x y", "(dot x (pow y 2))"),
    ("xy(x+y)", "x y", "(dot (dot x y) (add x y))"),
    ("ex", "x", "(dot e x)"),
    ("xyx", "x y", "(dot (dot x y) x)"),
    ("β_{0}x", "β0 x", "(dot β_0 x)"),
    ("a\u200bx", "a x", "(dot a x)"),
    ("xy", "x y xy", "xy"),
    ("xy", None, "xy"),
    ("xy = 2; xy", "x y", "xy = 2; xy"),
    ("x2", "x", "x2"),
]


@pytest.mark.parametrize(("text", "bound", "expected"), SPLITS)
def test_a_name_splits_only_where_one_reading_is_left(text: str, bound: str | None, expected: str) -> None:
    assert tree(text, bound) == expected


def test_strict_never_splits() -> None:
    assert tree("xy", "x y", strict=True) == "xy"
    assert read("xy", ["x", "y"]).notes == ("read xy as x·y",)
    assert read("xy + xy", ["x", "y"]).notes == ("read xy as x·y",)
    assert read("xy", ["x", "y"], strict=True).notes == ()


CHARACTERS = [
    *[(f"a{c}b", "(sub a b)") for c in "-−–‐﹣－"],
    *[(f"a{c}b", "(mul a b)") for c in "*×∗⨯⊙✕"],
    *[(f"a{c}b", "(dot a b)") for c in "·⋅∙•"],
    *[(f"a{c}b", "(div a b)") for c in "/÷∕⁄"],
    *[(f"a{c}b", "(add a b)") for c in "+＋"],
    *[(f"where(a {c} b, 1, 2)", f"(where ({op} a b) 1 2)") for c, op in
      zip(["<", "<=", "≤", ">", ">=", "≥", "!=", "≠"], ["lt", "le", "le", "gt", "ge", "ge", "ne", "ne"], strict=True)],
    ("（a）", "a"),
    ("¼ + ½ + ¾", "(add (add 0.25 0.5) 0.75)"),
    *[(f"a{c}+{c}b", "(add a b)") for c in "\u00a0\u2009\u202f\u3000\u200b\u200d\u2060\ufeff\u00ad\t“”"],
    *[(f"q = a{c}q", "q = a; q") for c in ("\n", "\r\n", "\r", "\x0b", "\x0c", "\x85", "\u2028", "\u2029")],
    ("a’", "(transpose a)"),
    ("∣a∣", "(abs a)"),
    ("∥a∥", "(norm a)"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), CHARACTERS)
def test_characters(text: str, expected: str) -> None:
    assert tree(text) == expected


def test_nothing_is_normalised_that_changes_the_meaning() -> None:
    assert tree("x²") != tree("x2")
    assert tree("½") == "0.5"
    for text in ("٣", "x·", "①", "Ⅳ", "x⅐y₎", "〇 = 3"):
        with pytest.raises(GradcliError):
            read(text)


PASTED = [
    ("f(x,y,z) = (x+y)z", None, "f = (x + y)·z"),
    ("ln(x1) + x1x2 − sin(x2)", "x1 x2", "ln(x1) + x1·x2 − sin(x2)"),
    ("1/(1+e^(-(w_0x_0+w_1x_1+w_2)))", "w_0 x_0 w_1 x_1 w_2",
     "1 / (1 + e^(−(w_0·x_0 + w_1·x_1 + w_2)))"),
    ("-log(1/(1+e^(-w·x)))", None, "−ln(1 / (1 + e^(−w·x)))"),
    ("z = (x + σ(x)) / (σ(x) + (x + y)²)", None, "z = (x + σ(x)) / (σ(x) + (x + y)²)"),
    ("a[z] = ReLU[z]\nβ3 + ω3·a[β2 + ω2·a[β1 + ω1·a[β0 + ω0·x]]]", None,
     "a(z) = relu(z); β3 + ω3·a(β2 + ω2·a(β1 + ω1·a(β0 + ω0·x)))"),
    ("½‖w‖² − λ log(σ(wᵀx))", "w λ x", "0.5·‖w‖² − λ·ln(σ(wᵀ·x))"),
    ("5x² − xy²", "x y", "5·x² − x·y²"),
    ("x = np.exp(-x**2);  # a Gaussian", None, "x = exp(−x²)"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "bound", "expected"), PASTED)
def test_what_slides_hold_can_be_pasted(text: str, bound: str | None, expected: str) -> None:
    assert reading(read(text, None if bound is None else bound.split())) == expected


def test_inputs_stand_in_the_order_of_the_text() -> None:
    assert [v.name for v in read("b*a + b").inputs] == ["b", "a"]
    formula = read("f(x, y) = y*c + x")
    assert [v.name for v in formula.inputs] == ["y", "c", "x"]
    assert sexpr(formula) == "(add (mul y c) x)"
    assert [v.name for v in read("β_0 + beta0").inputs] == ["β_0"]


def test_nodes_know_their_text() -> None:
    text = "q = 2x; sin(q + 1)^2"
    formula = read(text)
    assert [text[n.start : n.end] for n in formula.nodes] == [
        "2", "x", "2x", "q", "1", "q + 1", "sin(q + 1)", "2", "sin(q + 1)^2",
    ]  # fmt: skip


def test_nothing_is_left_of_a_formula_that_failed() -> None:
    for broken in ("q = 1; s(u) = u; |q + ", "sin 2x y", "(", "q = x; q + ?", "s(u, u) = u", "a = 1; a +* 2"):
        with pytest.raises(GradcliError):
            read(broken, ["x", "y"])
        assert tree("q(s)", "q s") == "(dot q s)"
        assert tree("xy") == "xy"
        assert read("x").notes == ()


def test_threads_do_not_disturb_each_other() -> None:
    texts = [f"q = x{k} + {k}; sin(q)*q" for k in range(8)]
    expected = [tree(text) for text in texts]
    found: list[str] = [""] * len(texts)
    start = threading.Barrier(len(texts))

    def work(place: int) -> None:
        start.wait()
        found[place] = "".join({tree(texts[place]) for _ in range(40)})

    threads = [threading.Thread(target=work, args=(place,)) for place in range(len(texts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == expected


class _Counting(RuleVocabulary):
    """Counts what the parser asks, as a measure of its work."""

    def __init__(self) -> None:
        self.questions = 0

    def knows(self, name: str) -> bool:
        self.questions += 1
        return super().knows(name)

    def applies(self, name: str) -> bool:
        self.questions += 1
        return super().applies(name)


@pytest.mark.parametrize("term", ["+x", "*sin x", "\n+ y", "·(x)", "+w[0]", "+[x, y z]"])
def test_work_grows_with_the_length_and_no_faster(term: str) -> None:
    work = []
    for size in (500, 1000, 2000):
        vocabulary = _Counting()
        formula = parse("x" + term * size, vocabulary)
        work.append(vocabulary.questions + len(formula.nodes))
    assert work[2] - work[1] == 2 * (work[1] - work[0])


def test_a_deep_formula_needs_no_recursion() -> None:
    assert tree("(" * 10_000 + "x" + ")" * 10_000) == "x"
    assert len(read("sin(" * 5_000 + "x" + ")" * 5_000).nodes) == 5_001
    assert len(read("x^" * 5_000 + "x").nodes) == 10_001
    assert len(read("x*" + "-" * 10_000 + "x").nodes) == 10_003


def test_a_long_chain_is_read() -> None:
    formula = read("+".join(["x"] * 100_001))
    assert len(formula.nodes) == 200_001
    assert formula.nodes[-1].args == (199_998, 199_999)


def test_many_empty_lines_are_passed_over_once() -> None:
    assert tree("x" + "\n" * 200_000 + "+ y") == "(add x y)"
    assert tree("q = x" + "\n;" * 100_000 + "q") == "q = x; q"


def test_a_text_may_not_be_longer_than_the_limit() -> None:
    error = refusal("x" * 4_000_001)
    assert (error.code, error.position()) == ("too-long", None)
