"""Habits from other languages: methods and prefixes that are read, and what is refused with its translation."""

from __future__ import annotations

import pytest

from tests.language.trees import marked, refusal, tree

METHODS = [
    ("x.exp()", "(exp x)"),
    ("x.pow(2)", "(pow x 2)"),
    ("x.std()", "(std x)"),
    ("x.flatten()", "(vec x)"),
    ("X.t()", "(transpose X)"),
    ("x.clip(0, 1)", "(clamp x 0 1)"),
    ("x.norm()", "(norm x)"),
    ("x.relu().log2()", "(log2 (relu x))"),
    ("X.view(3, 2)", "(reshape X 3 2)"),
    ("X.mm(Y)", "(matmul X Y)"),
    ("x.T.exp()", "(exp (transpose x))"),
    ("(x + y).log()", "(ln (add x y))"),
    ("X.max(1)", "(max X axis=1)"),
    ("X.min(-1)", "(min X axis=(neg 1))"),
    ("X.max(y)", "(max X y)"),
    ("max(X, 1)", "(max X 1)"),
    ("F.std() + F.exp() + F.exp(x)", "(add (add (std F) (exp F)) (exp x))"),
    ("nn.functional.relu(x)", "(relu x)"),
    ("jax.nn.relu(x) + jax.numpy.exp(x)", "(add (relu x) (exp x))"),
    ("tf.exp(x) + tf.math.log(x) + tf.nn.relu(x)", "(add (add (exp x) (ln x)) (relu x))"),
    ("scipy.special.erf(x)", "(erf x)"),
    ("tf.constant([1, 2])", "[1 2]"),
    ("tf.T + np.pi", "(add (transpose tf) π)"),
    ("∑(x) + ∏(y)", "(add (sum x) (prod y))"),
    ("2∑(x)/n", "(div (dot 2 (sum x)) n)"),
]


@pytest.mark.parametrize(("text", "expected"), METHODS)
def test_methods_and_prefixes(text: str, expected: str) -> None:
    assert tree(text) == expected


def test_words_are_names_where_they_make_sense_as_one() -> None:
    assert tree("x not", "x not") == "(dot x not)"
    assert tree("and x", "and x") == "(dot and x)"
    assert tree("x or y", "x o r y") == "(dot (dot (dot x o) r) y)"
    assert tree("None + if", None) == "(add None if)"
    assert tree("Σ x", "Σ x") == "(dot Σ x)"
    assert tree("Σ x") == "(dot Σ x)"
    assert tree("I x", "w x") == "(dot I x)"
    assert tree("I x", "I x", arrays="I x") == "(dot I x)"


# text, code, the marked characters, the hint or a part of it
REFUSED = [
    ("loss.backward()", "unknown-function", "backward", "leave it away"),
    ("x.relux()", "unknown-function", "relux", "did you mean 'relu'"),
    ("x.item()", "unknown-function", "item", "take it away: it changes no value"),
    ("x.qqqqqqqq()", "unknown-function", "qqqqqqqq", "gradcli rules lists"),
    ("x.shape[0]", "unknown-function", "shape", "sizes are known: write the number"),
    ("x.size()", "unknown-function", "size", "sizes are known: write the number"),
    ("x.grad", "unknown-function", "grad", "leave it away"),
    ("x.data", "unknown-function", "data", "take '.data' away"),
    ("x.exp", "unknown-function", "exp", "write .exp() to call it"),
    ("x.y", "unknown-character", ".", "write '*' to multiply"),
    ("len(x)", "unknown-function", "len", "sizes are known: write the number"),
    ("1/size(x)", "unknown-function", "size", "sizes are known: write the number"),
    ("shape(x)", "unknown-function", "shape", "sizes are known: write the number"),
    ("x[:, None]", "index", "None", "write reshape(x, 3, 1)"),
    ("x[:, np.newaxis]", "index", "newaxis", "write reshape(x, 3, 1)"),
    ("(x+y)[None, :]", "index", "None", "write reshape((x+y), 1, 3)"),
    ("if(x>0 and x<2, 1, 0)", "condition", "and", "write (x>0)*(x<2) if both must hold"),
    ("if((x > 0) & (x < 2), 1, 0)", "condition", "&", "write (x > 0)*(x < 2) if both must hold"),
    ("(x > 0) && (x < 2)", "condition", "&&", "write (x > 0)*(x < 2) if both must hold"),
    ("if(x>0 or x<2, 1, 0)", "condition", "or", "write max(x>0, x<2)"),
    ("if(x>0 | x<2, 1, 0)", "condition", "|", "write max(x>0, x<2)"),
    ("(x>0) | (x<2)", "condition", "|", "write max(x>0, x<2)"),
    ("q = (x>0) || (x<2)", "condition", "||", "write max(x>0, x<2)"),
    ("if(not x > 0, 1, 0)", "condition", "not", "write 1 - (x > 0)"),
    ("not (x > 0)", "condition", "not", "write 1 - (x > 0)"),
    ("y = x if x > 0 else 0", "condition", "if", "write if(x > 0, x, 0)"),
    ("x if (x > 0) else y + 1", "condition", "if", "write if(x > 0, x, y + 1)"),
    ("x > 0 ? x : 0", "condition", "?", "write if(x > 0, x, 0)"),
    ("f = (c) ? 1 : x+1; f", "condition", "?", "write if(c, 1, x+1)"),
    ("a & b", "unknown-character", "&", "LaTeX"),
    ("x?", "unknown-character", "?", "take it away"),
    ("s = 1; s += x; s", "misplaced-equals", "+=", "write s = s + x"),
    ("s = 1; s -= x", "misplaced-equals", "-=", "write s = s - x"),
    ("s = 1; s *= x + 1; s", "misplaced-equals", "*=", "write s = s * (x + 1)"),
    ("2x = 4", "misplaced-equals", "=", "q = x + y"),
    ("x ⊗ y", "unknown-character", "⊗", "write kron(a, b), or outer(a, b)"),
    ("⟨x, y⟩", "unknown-character", "⟨", "write dot(x, y), or x·y"),
    ("∑ x²", "function-without-argument", "∑", "write sum(x²)"),
    ("∑ 2x y + 1", "function-without-argument", "∑", "write sum(2x y)"),
    ("∑(x - y)²", "ambiguous-power", "∑(x - y)²", "write sum((x - y)²), or sum(x - y)²"),
    ("∑(x)^(1+1) - 1", "ambiguous-power", "∑(x)^(1+1)", "write sum((x)^(1+1)), or sum(x)^(1+1)"),
    ("∑ (x) y + 1", "ambiguous-product", "∑ (x) y", "write sum((x)*y), or sum(x)*y"),
    ("∑_{i=1}^{n} x_i", "unknown-character", "∑", "write the terms of the sum out"),
    ("∑ᵢ xᵢ", "unknown-character", "∑", "write the terms of the sum out"),
    ("∑ + 1", "unknown-character", "∑", "write the terms of the sum out"),
    ("∑ = 3", "unknown-character", "∑", "write the terms of the sum out"),
]


@pytest.mark.parametrize(("text", "code", "characters", "hint"), REFUSED)
def test_refusals(text: str, code: str, characters: str, hint: str) -> None:
    error = refusal(text)
    assert marked(error)[:2] == (code, characters)
    assert hint in (error.hint or "")


# text, bound names, the marked characters, the hint
WITHOUT_A_VALUE = [
    ("Σ x²", "x", "Σ", "write sum(x²)"),
    ("wTx", "w x", "wTx", "did you mean wᵀx?"),
    ("w^Tx + 1", "w x", "w^Tx", "did you mean wᵀx?"),
    ("I@x", "x", "I", "write eye(3)"),
]


@pytest.mark.parametrize(("text", "bound", "characters", "hint"), WITHOUT_A_VALUE)
def test_names_without_a_value(text: str, bound: str, characters: str, hint: str) -> None:
    error = refusal(text, bound)
    assert marked(error)[1] == characters
    assert hint in (error.hint or "")


def test_the_identity_is_offered_where_arrays_are() -> None:
    assert "write eye(3)" in (refusal("I x", "x", arrays="x").hint or "")


# text, the hint where W, w and x are arrays, the hint where nothing is known of shapes
PRODUCTS = [
    ("W^2 x", "write W^2·x, or W^(2·x)", "write W^2*x, or W^(2*x)"),
    ("sin W x", "write sin(W·x), or sin(W)·x", "write sin(W*x), or sin(W)*x"),
    ("sin Wx", "write sin(W·x), or sin(W)·x", "write sin(W*x), or sin(W)*x"),
    ("1/2x", "write 1/(2x), or (1/2)·x", "write 1/(2x), or (1/2)*x"),
    ("√W x", "write √(W)·x, or √(W·x)", "write √(W)*x, or √(W*x)"),
    ("w^T x", "write w^T·x, or w^(T·x)", "write w^T*x, or w^(T*x)"),
    ("Wab", "write W·a·b, or W·ab", "write W*a*b, or W*ab"),
    ("a^2 b", "write a^2*b, or a^(2*b)", "write a^2*b, or a^(2*b)"),
    ("[W x]", "write [W, x] for entries, or W·x for the product", "write [W, x] for entries, or W*x for the product"),
]


@pytest.mark.parametrize(("text", "of_arrays", "of_numbers"), PRODUCTS)
def test_a_product_that_is_offered_is_one_of_matrices_where_they_are(
    text: str, of_arrays: str, of_numbers: str
) -> None:
    names = "W w x T a b ab"
    assert refusal(text, names, arrays="W w x").hint == of_arrays
    assert refusal(text, names).hint == of_numbers


def test_what_is_quoted_is_short() -> None:
    long = " + ".join(["x"] * 20_000)
    for text in (f"{long} > 0 and x < 1", f"x if {long} else {long}", f"s += {long}", f"∑(x)^({long})", f"({long}, x)",
                 f"({long})[:, None]", f"‖{long}‖_p", f"x.{'y' * 20_000}()"):  # fmt: skip
        error = refusal(text)
        assert len(error.message) + len(error.hint or "") < 500
