"""Vectors, indices, keywords, methods and comparisons: how they are read, and what is refused."""

from __future__ import annotations

import pytest

from tests.language.trees import marked, read, refusal, tree

VECTORS = [
    ("[1, 2, 3]", "[1 2 3]"),
    ("[1]", "[1]"),
    ("[1, 2,]", "[1 2]"),
    ("[[1, 2], [3, 4]]", "[[1 2] [3 4]]"),
    ("[[1, 2],\n [3, 4],\n]", "[[1 2] [3 4]]"),
    ("[\n1\n,\n2\n]", "[1 2]"),
    ("[x + 1, -2, 2y]", "[(add x 1) (neg 2) (dot 2 y)]"),
    ("[-1, -2]", "[(neg 1) (neg 2)]"),
    ("[1 - 2]", "[(sub 1 2)]"),
    ("[1-2]", "[(sub 1 2)]"),
    ("[W x, b]", "[(dot W x) b]"),
    ("[1, 2 -x]", "[1 (sub 2 x)]"),
    ("[sin x, |x|, x > 0]", "[(sin x) (abs x) (gt x 0)]"),
    ("[1, 2] + [3, 4]", "(add [1 2] [3 4])"),
    ("2*[1, 2]", "(mul 2 [1 2])"),
    ("-[1, 2]", "(neg [1 2])"),
    ("[1, 2]'", "(transpose [1 2])"),
    ("[1, 2]²", "(pow [1 2] 2)"),
    ("[1, 2](x)", "(dot [1 2] x)"),
    ("√[1, 4]", "(sqrt [1 4])"),
    ("q = [1, 2]\n[3, 4]·q", "q = [1 2]; (dot [3 4] q)"),
    ("sum([1, 2])", "(sum [1 2])"),
    ("np.array([1, 2])", "[1 2]"),
    ("torch.tensor([[1, 2], [3, 4]])", "[[1 2] [3 4]]"),
    ("jnp.array(x)[0] + numpy.asarray([1])", "(add (index x 0) [1])"),
    ("2np.array([1, 2])", "(dot 2 [1 2])"),
]


@pytest.mark.parametrize(("text", "expected"), VECTORS)
def test_vectors(text: str, expected: str) -> None:
    assert tree(text) == expected


INDICES = [
    ("w[0]", "(index w 0)"),
    ("W[0, 1]", "(index W 0 1)"),
    ("W[0, 1,]", "(index W 0 1)"),
    ("W[:, 0]", "(index W : 0)"),
    ("W[1:3]", "(index W 1:3)"),
    ("W[1:]", "(index W 1:)"),
    ("W[:3]", "(index W :3)"),
    ("W[-1]", "(index W (neg 1))"),
    ("W[-2:]", "(index W (neg 2):)"),
    ("W[::2]", "(index W ::2)"),
    ("W[::]", "(index W :)"),
    ("W[1:3:2, ::-1]", "(index W 1:3:2 ::(neg 1))"),
    ("W[1::2]", "(index W 1::2)"),
    ("W[k+1]", "(index W (add k 1))"),
    ("W[\n0,\n1\n]", "(index W 0 1)"),
    ("(x+y)[0]", "(index (add x y) 0)"),
    ("sin(x)[0]", "(index (sin x) 0)"),
    ("sin[x][0]", "(index (sin x) 0)"),
    ("s(u) = u; s(x)[0]", "define s(u) = u; (index (s x) 0)"),
    ("s(u) = u[1]; s(x)", "define s(u) = (index u 1); (s x)"),
    ("W[0][1]", "(index (index W 0) 1)"),
    ("xᵀ[0]", "(index (transpose x) 0)"),
    ("x'[0]", "(index (transpose x) 0)"),
    ("x.T[0]", "(index (transpose x) 0)"),
    ("x^T[0]", "(index (transpose x) 0)"),
    ("y′[0]", "(index y′ 0)"),
    ("x²[0]", "(index (pow x 2) 0)"),
    ("‖x‖[0]", "(index (norm x) 0)"),
    ("|x|[0]", "(index (abs x) 0)"),
    ("[1, 2, 3][0]", "(index [1 2 3] 0)"),
    ("w[0]^2", "(pow (index w 0) 2)"),
    ("w[0]²", "(pow (index w 0) 2)"),
    ("2^w[0]", "(pow 2 (index w 0))"),
    ("-w[0]", "(neg (index w 0))"),
    ("w[0]'", "(transpose (index w 0))"),
    ("w[0].T", "(transpose (index w 0))"),
    ("w[0]x", "(dot (index w 0) x)"),
    ("w[0] x[1]", "(dot (index w 0) (index x 1))"),
    ("2w[0]", "(dot 2 (index w 0))"),
    ("w[0](x + y)", "(dot (index w 0) (add x y))"),
    ("w[0]*x[1]/y[2]", "(div (mul (index w 0) (index x 1)) (index y 2))"),
    ("√w[0]", "(sqrt (index w 0))"),
    ("√w[0]²", "ERROR ambiguous-power"),
    ("(√w)[0]", "(index (sqrt w) 0)"),
    ("sin x[0]", "(sin (index x 0))"),
    ("sin 2w[0]", "(sin (dot 2 (index w 0)))"),
    ("sin² x[0]", "(pow (sin (index x 0)) 2)"),
    ("sin |x|[0] y", "(dot (sin (index (abs x) 0)) y)"),
    ("1/2w[0]", "ERROR ambiguous-product"),
    ("1/w[0]", "(div 1 (index w 0))"),
    ("w[\u200b0]", "(index w 0)"),
    ("w\u200b[0]", "(index w 0)"),
    ("w[0].dot(x)", "(matmul (index w 0) x)"),
    ("β₀[0] + ω_1[0]", "(add (index β₀ 0) (index ω_1 0))"),
]


@pytest.mark.parametrize(("text", "expected"), INDICES)
def test_indices(text: str, expected: str) -> None:
    if expected.startswith("ERROR"):
        assert refusal(text).code == expected.split()[1]
    else:
        assert tree(text) == expected


def test_a_slice_tells_which_parts_it_has() -> None:
    found = {}
    for text in (":", "::", "1:", ":1", "1:2", "::3", "1::3", ":2:3", "1:2:3", "1:2:"):
        formula = read(f"w[{text}]")
        node = next(node for node in formula.nodes if node.op == "slice")
        assert formula.text[node.start : node.end] == text
        assert [formula.nodes[a].op for a in node.args] == ["number"] * len(str(node.value))
        found[text] = node.value
    assert found == {":": "", "::": "", "1:": "a", ":1": "b", "1:2": "ab", "::3": "c", "1::3": "ac", ":2:3": "bc",
                     "1:2:3": "abc", "1:2:": "ab"}  # fmt: skip


def test_nodes_of_vectors_know_their_text() -> None:
    text = "sum(W[0, 1:] + [x, 2]', axis=1)[0]"
    formula = read(text)
    assert [(n.op, text[n.start : n.end]) for n in formula.nodes if n.op not in ("number", "input")] == [
        ("slice", "1:"), ("index", "W[0, 1:]"), ("vector", "[x, 2]"), ("transpose", "[x, 2]'"),
        ("add", "W[0, 1:] + [x, 2]'"), ("keyword", "axis=1"), ("call", "sum(W[0, 1:] + [x, 2]', axis=1)"),
        ("index", text),
    ]  # fmt: skip
    powered = read("x^T y")
    assert [powered.text[n.start : n.end] for n in powered.nodes] == ["x", "x^T", "y", "x^T y"]


def test_what_is_known_decides_what_a_bracket_is() -> None:
    assert tree("a[z] = relu(z); a[x]") == "define a(z) = (relu z); (a x)"
    assert tree("w[0]", "w") == "(index w 0)"
    assert tree("w[k]", "w k") == "(index w k)"
    assert tree("w = [x, 2]; w[0]", "x") == "w = [x 2]; (index w 0)"
    assert tree("xw[0]", "x w") == "(dot x (index w 0))"
    assert marked(refusal("v[0]", "w")) == ("no-value", "v", 0)
    assert refusal("v[0]", "w").hint == "add v=[...]"
    assert "did you mean 'weights', or add weihgts=[...]" in (refusal("weihgts[:]", "weights").hint or "")
    assert marked(refusal("v[x]", "x")) == ("unknown-function", "v", 0)
    assert marked(refusal("max[0]", "max")) == ("call-or-product", "max", 0)
    assert marked(refusal("x[0]", "x w", arrays="w")) == ("square-bracket", "x[0]", 0)
    assert tree("w[0]", "x w", arrays="w") == "(index w 0)"
    assert tree("q = w; q[0]", "x w", arrays="w") == "q = w; (index q 0)"


KEYWORDS = [
    ("sum(X, axis=0)", "(sum X axis=0)"),
    ("sum[X, axis=0]", "(sum X axis=0)"),
    ("np.sum(X, axis = -1, keepdims=True)", "(sum X axis=(neg 1) keepdims=1)"),
    ("sum(X,\naxis=0,\nkeepdims=False)", "(sum X axis=0 keepdims=0)"),
    ("sum(X, axis=[0, 1])", "(sum X axis=[0 1])"),
    ("sum(X, axis=k + 1)", "(sum X axis=(add k 1))"),
    ("sum((W @ x - y)**2, axis=0)", "(sum (pow (sub (matmul W x) y) 2) axis=0)"),
    ("X.sum(axis=0)", "(sum X axis=0)"),
    ("axis = 1; sum(X, axis=axis)", "axis = 1; (sum X axis=axis)"),
    ("True = 2; sum(X, axis=True)", "True = 2; (sum X axis=True)"),
    ("f = max(sum(X, axis=0), axis=1)", "f = (max (sum X axis=0) axis=1)"),
]


@pytest.mark.parametrize(("text", "expected"), KEYWORDS)
def test_keywords(text: str, expected: str) -> None:
    assert tree(text) == expected


METHODS = [
    ("X.sum()", "(sum X)"),
    ("X.mean().max()", "(max (mean X))"),
    ("(X + 1).min() + X[0].prod()", "(add (min (add X 1)) (prod (index X 0)))"),
    ("X.reshape(2, 3)", "(reshape X 2 3)"),
    ("x'.trace()", "(trace (transpose x))"),
    ("x.norm()^2", "(pow (norm x) 2)"),
    ("X.transpose() @ x", "(matmul (transpose X) x)"),
    ("2x.sum()", "(dot 2 (sum x))"),
    ("√x.sum()", "(sqrt (sum x))"),
    ("sin x.sum()", "(sin (sum x))"),
    ("[1, 2].sum()", "(sum [1 2])"),
    ("x.sum()[0]", "(index (sum x) 0)"),
    ("np.linalg.norm(x)", "(norm x)"),
    ("torch.linalg.inv(A) + jnp.linalg.trace(A)", "(add (inv A) (trace A))"),
    ("torch.nn.functional.relu(x)", "(relu x)"),
    ("F.relu(x) + F.T + F.sum()", "(add (add (relu x) (transpose F)) (sum F))"),
    ("F.dot(x) + F.softmax(x)", "(add (matmul F x) (softmax x))"),
]


@pytest.mark.parametrize(("text", "expected"), METHODS)
def test_methods_and_prefixes(text: str, expected: str) -> None:
    assert tree(text) == expected


COMPARISONS = [
    ("(x > 0)*x", "(mul (gt x 0) x)"),
    ("f = x > 0", "f = (gt x 0)"),
    ("x >= 0; ", "(ge x 0)"),
    ("s(u) = u > 0; s(x)", "define s(u) = (gt u 0); (s x)"),
    ("where(x > 0, x, 0)", "(where (gt x 0) x 0)"),
    ("if(x > 0, x, 0)", "(where (gt x 0) x 0)"),
    ("|x < y|", "(abs (lt x y))"),
    ("[x < y, 1]", "[(lt x y) 1]"),
    ("(x > 0) != (y > 0)", "(ne (gt x 0) (gt y 0))"),
    ("x\n> 0", "(gt x 0)"),
    ("𝟙[f > 0]", "(gt f 0)"),
    ("𝟙(f > 0)", "(gt f 0)"),
    ("𝟙 [f > 0] x", "(dot (gt f 0) x)"),
    ("1[f > 0]", "(gt f 0)"),
    ("x·1[f > 0]", "(dot x (gt f 0))"),
    ("x𝟙[f > 0]", "(dot x (gt f 0))"),
    ("1[f > 0]g", "(dot (gt f 0) g)"),
    ("1[w[0] > 0]", "(gt (index w 0) 0)"),
    ("sin 1[f > 0]", "(sin (gt f 0))"),
    ("𝟙[f > 0]²", "(pow (gt f 0) 2)"),
]


@pytest.mark.parametrize(("text", "expected"), COMPARISONS)
def test_comparisons_stand_where_a_value_stands(text: str, expected: str) -> None:
    assert tree(text) == expected


PRODUCTS = [
    ("wᵀx", "(dot (transpose w) x)"),
    ("w'x", "(dot (transpose w) x)"),
    ("xᵀA x", "(dot (dot (transpose x) A) x)"),
    ("w^T x", "(dot (transpose w) x)"),
    ("w^⊤ x", "(dot (transpose w) x)"),
    ("W x", "(dot W x)"),
    ("W_x xᵀ + W_h prev_hᵀ", "(add (dot W_x (transpose x)) (dot W_h (transpose prev_h)))"),
    ("Ω₀ x + β₀", "(add (dot Ω₀ x) β₀)"),
    ("wᵀ A w", "(dot (dot (transpose w) A) w)"),
    ("(W x)ᵀ(W x)", "(dot (transpose (dot W x)) (dot W x))"),
    ("X[0]'X[1]", "(dot (transpose (index X 0)) (index X 1))"),
    *[(f"{x}{t}", f"(transpose {y})") for x, y in (("x", "x"), ("(x)", "x"), ("X[0]", "(index X 0)"))
      for t in ("'", ".T", "ᵀ", "⊤", "^T", "^⊤", "^ᵀ", "’")],
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), PRODUCTS)
def test_products_of_matrices(text: str, expected: str) -> None:
    assert tree(text) == expected


# text, code, the marked characters, a part of the hint
REFUSED = [
    ("[]", "empty-vector", "[]", "[1, 2]"),
    ("sum([ ])", "empty-vector", "[ ]", "[1, 2]"),
    ("[1 2 3]", "vector-entries", "[1 2 3]", "write [1, 2, 3] for entries"),
    ("[1, 2 3]", "vector-entries", "[1, 2 3]", "write [1, 2, 3] for entries"),
    ("x + [1 2; 3 4]", "vector-entries", "[1 2; 3 4]", "write [[1, 2], [3, 4]] for entries"),
    ("[1, 2; 3, 4]", "vector-entries", ";", "write [[1, 2], [3, 4]]"),
    ("[1; 2]", "vector-entries", ";", "write [[1], [2]]"),
    ("[1, 2\n 3, 4]", "vector-entries", "[1, 2\n 3, 4]", "write [[1, 2], [3, 4]]"),
    ("[1 -2]", "vector-entries", "[1 -2]", "write [1, -2] for entries, or 1 - 2 for one"),
    ("[x y]", "vector-entries", "[x y]", "write [x, y] for entries, or x*y for the product"),
    ("[2 (y)]", "vector-entries", "[2 (y)]", "write [2, (y)] for entries, or 2*(y) for the product"),
    ("[x sin(y)]", "vector-entries", "[x sin(y)]", "for entries, or x*sin"),
    ("[x |y|]", "vector-entries", "[x |y|]", "write [x,"),
    ("[x [1]]", "vector-entries", "[x [1]]", "write [x, [1]] for entries"),
    ("[[1, 2] [3, 4]]", "vector-entries", "[[1, 2] [3, 4]]", "write [[1, 2], [3, 4]] for entries"),
    ("[[1, 2]\n[3, 4]]", "vector-entries", "[[1, 2]\n[3, 4]]", "for entries"),
    ("(x; y)", "unbalanced-bracket", ";", "close the bracket"),
    ("w [0]", "square-bracket", "w [0]", "write w[0] for an entry, or w @ [0] for the product"),
    ("w'  [0, 1]", "square-bracket", "w'  [0, 1]", "write w'[0, 1] for an entry, or w' @ [0, 1]"),
    ("(y) [0]", "square-bracket", "(y) [0]", "write (y)[0]"),
    ("(w\n[0])", "square-bracket", "w\n[0]", "write w[0] for an entry"),
    ("w[0] [1]", "square-bracket", "w[0] [1]", "write w[0][1]"),
    ("w [1:3]", "square-bracket", "w [1:3]", "write w[1:3] for an entry"),
    ("2[1, 2]", "square-bracket", "2[1, 2]", "write 2*[1, 2]"),
    ("2 [1, 2]", "square-bracket", "2 [1, 2]", "write 2*[1, 2]"),
    ("1[x]", "square-bracket", "1[x]", "write 1*[x]"),
    ("pi[0]", "square-bracket", "pi[0]", "write pi*[0]"),
    ("x^2[0]", "square-bracket", "2[0]", "write (x^2)[0]"),
    ("xⁿ[0]", "square-bracket", "xⁿ[0]", "write (xⁿ)[0] for an entry of the power, or x^(n[0])"),
    ("sin²(x)[0]", "square-bracket", "sin²(x)[0]", "write (sin²(x))[0], or sin²((x)[0])"),
    ("sin^2(x)[0]", "square-bracket", "sin^2(x)[0]", "write (sin^2(x))[0], or sin^2((x)[0])"),
    ("s ~ (); s[0]", "square-bracket", "s[0]", "write s*[0]"),
    ("w[]", "unexpected", "]", "before the ']'"),
    ("w[x > 0]", "index", "x > 0", "write where(x > 0, w, 0), or (x > 0)*w"),
    ("w[0] = 3", "index", "w[0]", "write w = [...] with all entries"),
    ("W[:, 0] = x", "index", "W[:, 0]", "write W = [...]"),
    ("w[u, 2] = 3", "bad-parameter", "2", "s(u, v)"),
    ("w[0] 2", "missing-operator", "w[0] 2", "write w[0]*2"),
    ("x.sum() 2", "missing-operator", "x.sum() 2", "write x.sum()*2"),
    ("sum(axis=0, X)", "keyword", "X", "keywords last"),
    ("sum(X, axis=0, axis=1)", "keyword", "axis=1", "keep one"),
    ("X.sum(axis=0, 2)", "keyword", "2", "keywords last"),
    ("s(u) = u; s(x, u=3)", "keyword", "u=3", "write s(u)"),
    ("sum(X, axis=0, keepdims)", "keyword", "keepdims", "keywords last"),
    ("(axis=3)", "misplaced-equals", "=", "q = x + y"),
    ("[axis=3]", "misplaced-equals", "=", "q = x + y"),
    ("w[axis=3]", "misplaced-equals", "=", "q = x + y"),
    ("sum(x + axis=3)", "misplaced-equals", "=", "q = x + y"),
    ("sum((axis=3))", "misplaced-equals", "=", "q = x + y"),
    ("x [x > 0]", "square-bracket", "x [x > 0]", "write x*[x > 0]"),
    ("sum(axis=0)", "wrong-count", "sum(axis=0)", "gradcli rules sum"),
    ("X.norm(1, 2)", "wrong-count", "X.norm(1, 2)", "gradcli rules norm"),
    ("0 < x < 1", "comparison-chain", "0 < x < 1", "write (0 < x)*(x < 1) if both must hold"),
    ("sum((0 <= x+1 != y))", "comparison-chain", "0 <= x+1 != y", "write (0 <= x+1)*(x+1 != y)"),
    ("1[0 < x < 1]", "comparison-chain", "0 < x < 1", "write (0 < x)*(x < 1)"),
    ("x + y > 0 > z", "comparison-chain", "x + y > 0 > z", "write (x + y > 0)*(0 > z)"),
    ("𝟙(x)", "unexpected", ")", "before the ')'"),
    ("x 1[x > 0]", "missing-operator", "x 1", "write x*1"),
    ("F.relux(x)", "unknown-function", "relux", "did you mean 'relu'"),
]


@pytest.mark.parametrize(("text", "code", "characters", "hint"), REFUSED)
def test_refusals(text: str, code: str, characters: str, hint: str) -> None:
    error = refusal(text)
    assert marked(error)[:2] == (code, characters)
    assert hint in (error.hint or "")


OFFERED = [
    ("w [0]", ["w[0]", "w @ [0]"]),
    ("[x y]", ["[x, y]", "x*y"]),
    ("[1 -2]", ["[1, -2]", "1 - 2"]),
    ("[1 2; 3 4]", ["[[1, 2], [3, 4]]"]),
    ("2[1, 2]", ["2*[1, 2]"]),
    ("xⁿ[0]", ["(xⁿ)[0]", "x^(n[0])"]),
    ("sin²(x)[0]", ["(sin²(x))[0]", "sin²((x)[0])"]),
    ("0 < x < 1", ["(0 < x)*(x < 1)"]),
]


@pytest.mark.parametrize(("text", "offers"), OFFERED)
def test_what_a_hint_offers_can_be_read(text: str, offers: list[str]) -> None:
    hint = refusal(text).hint or ""
    assert [offer for offer in offers if offer not in hint] == []
    assert len({tree(offer) for offer in offers}) == len(offers)


def test_what_is_quoted_of_a_vector_is_short() -> None:
    long = ", ".join(["x"] * 20_000)
    for text in (f"2[{long}]", f"w [{long}]", f"[{long}; 1]", f"[{long} 2]", f"w[{long} > 0]", f"v[{long}] = 3"):
        error = refusal(text)
        assert len(error.message) + len(error.hint or "") < 700


def test_large_vectors_and_deep_ones_are_read() -> None:
    assert len(read(f"[{', '.join(['x y'] * 20_000)}]").nodes) == 60_001
    assert len(read("[" * 5_000 + "x" + "]" * 5_000).nodes) == 5_001
    assert len(read("x" + "[0]" * 5_000).nodes) == 10_001
    assert len(read("x" + ".sum()" * 5_000).nodes) == 5_001
