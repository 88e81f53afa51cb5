"""Which gates products, transposes and indices become; and what is said when shapes do not fit."""

from __future__ import annotations

import numpy
import pytest

from gradcli.graph.build import build, read
from gradcli.language import GradcliError, canonical

ZEROS = {"s": (), "x": (3,), "y": (3,), "b": (2,), "W": (2, 3), "V": (3, 2), "A": (3, 3), "X": (4, 3), "Y": (4, 2)}


def graph(text, gates="lecture", **shapes):
    known = {canonical(name): shape for name, shape in {**ZEROS, **shapes}.items()}
    return build(read(text, known.keys(), arrays=[key for key, shape in known.items() if shape]), gates, known)


def names(text, **shapes):
    return [gate.name for _, gate, _ in graph(text, **shapes).steps]


def shape(text, **shapes):
    built = graph(text, **shapes)
    return built.shape(built.output)


@pytest.mark.parametrize(
    ("text", "gates", "wanted"),
    [
        ("W x", ["matvec"], (2,)),
        ("W @ x", ["matvec"], (2,)),
        ("W·x", ["matvec"], (2,)),
        ("W V", ["matmul"], (2, 2)),
        ("x·y", ["dot"], ()),
        ("x @ y", ["dot"], ()),
        ("xᵀy", ["dot"], ()),
        ("x' y", ["dot"], ()),
        ("x.T @ y", ["dot"], ()),
        ("x^T y", ["dot"], ()),
        ("x yᵀ", ["outer"], (3, 3)),
        ("x @ W'", ["transpose", "vecmat"], (2,)),
        ("xᵀA", ["vecmat", "as_row"], (1, 3)),
        ("xᵀ A y", ["vecmat", "dot"], ()),
        ("xᵀ(A y)", ["matvec", "dot"], ()),
        ("(W x)ᵀ(W x)", ["matvec", "dot"], ()),
        ("x''", [], (3,)),
        ("xᵀ + yᵀ", ["add", "as_row"], (1, 3)),
        ("2xᵀ", ["mul", "as_row"], (1, 3)),
        ("s x", ["mul"], (3,)),
        ("s·W", ["mul"], (2, 3)),
        ("x * y", ["mul"], (3,)),
        ("x ⊙ y", ["mul"], (3,)),
        ("X W' + b", ["transpose", "matmul", "add"], (4, 2)),
        ("‖x‖", ["norm"], ()),
        ("‖s‖", ["abs"], ()),
        ("x^2", ["square"], (3,)),
        ("(x - y)^2", ["square_of_sub"], (3,)),
        ("s/x", ["recip", "mul"], (3,)),
        ("x[0]", ["index"], ()),
        ("W[:, 1]", ["index"], (2,)),
        ("W[0][1]", ["index", "index"], ()),
        ("[s, 2s]", ["mul", "stack"], (2,)),
        ("[xᵀ, yᵀ]", ["stack"], (2, 3)),
        ("sum(X, axis=0)", ["sum"], (3,)),
        ("sum(X, 1)", ["sum"], (4,)),
        ("X.sum(axis=-1)", ["sum"], (4,)),
        ("max(x)", ["amax"], ()),
        ("max(x, 0)", ["max"], (3,)),
        ("sum(s)", [], ()),
        ("mean(x)", ["mean"], ()),
        ("reshape(W, 3, 2)", ["reshape"], (3, 2)),
        ("reshape(W, [3, 2])", ["reshape"], (3, 2)),
        ("reshape(W, -1)", ["reshape"], (6,)),
        ("diag(x)", ["diag"], (3, 3)),
        ("diag(A)", ["diagonal"], (3,)),
        ("trace(A)", ["trace"], ()),
        ("where(x > 0, x, 0)", ["gt", "where"], (3,)),
        ("(x > 0) * x", ["gt", "mul"], (3,)),
        ("eye(3) @ x", ["matvec"], (3,)),
        ("x + zeros(3)", ["add"], (3,)),
    ],
)
def test_gates_and_shapes(text, gates, wanted):
    assert names(text) == gates
    assert shape(text) == wanted


def fault(text, **shapes):
    with pytest.raises(GradcliError) as caught:
        graph(text, **shapes)
    found = caught.value
    spans = [found.text[found.start : found.end]]
    if found.also:
        spans.append(found.text[slice(*found.also)])
    return found.code, found.message, found.hint, spans


SLIPS = [
    # A missing transpose.
    ("V @ x", "V is 3×2, x has 3 entries", "did you mean V' @ x?", ["V", "x"]),
    # The wrong factor first.
    ("x @ W", "x has 3 entries, W is 2×3", "did you mean W @ x?", ["x", "W"]),
    # A row for a column.
    ("W xᵀ", "is a row", "leave its transpose away", ["W", "xᵀ"]),
    ("xᵀ + y", "one is a row and the other a column", "both with the transpose", ["xᵀ", "y"]),
    ("xᵀ yᵀ", "both are rows", "leave one transpose away", ["xᵀ", "yᵀ"]),
    # A bias of the wrong length.
    ("W x + x", "(W x) has 2 entries, x has 3 entries", "as many entries", ["W x", "x"]),
    ("X @ V + x", "(X @ V) is 4×2, x has 3 entries", "x needs 2 entries, one for each column", ["X @ V", "x"]),
    # Inner dimensions.
    ("W @ W", "the inner sizes 3 and 2 differ", "did you mean W' @ W?", ["W", "W"]),
    ("W @ X", "W is 2×3, X is 4×3", "did you mean W @ X'?", ["W", "X"]),
    ("V @ A", "V is 3×2, A is 3×3", "did you mean V' @ A?", ["V", "A"]),
    # The batch axis last: one target for each row.
    ("Y - x", "Y is 4×2, x has 3 entries", "x needs 2 entries", ["Y", "x"]),
    ("X * t", "X is 4×3, t has 4 entries", "reshape(t, 4, 1)", ["X", "t"]),
    ("t - p", "together they would fill a matrix", "write p[:, 0] for the vector", ["t", "p"]),
    # A number where a vector is needed, and the other way round.
    ("s @ x", "@ multiplies vectors and matrices, and s is a number", "did you mean s * x?", ["s", "x"]),
    ("(s + 1)[0]", "(s + 1) is a number: it has no entries", None, ["(s + 1)[0]"]),
    # Indices and axes.
    ("x[3]", "x has 3 entries: there is no entry 3", "0 to 2", ["x[3]"]),
    ("x[0, 1]", "x has 3 entries: 2 indices are too many", "one index for each axis", ["x[0, 1]"]),
    ("sum(x, axis=1)", "only the axis 0", "leave the axis away", ["sum(x, axis=1)"]),
    ("W[x]", "an index must be known", None, ["W[x]"]),
    ("x[1/2]", "whole number", None, ["x[1/2]"]),
    # Lengths.
    ("x·b", "x has 3 entries, b has 2 entries", None, ["x", "b"]),
    ("[x, b]", "one shape", None, ["x", "b"]),
    ("reshape(W, 4, 2)", "6 entries cannot become 4×2", None, ["reshape(W, 4, 2)"]),
    # Square matrices.
    ("det(W)", "W is 2×3", None, ["det(W)"]),
    ("inv(W)", "W is 2×3", None, ["inv(W)"]),
    ("trace(W)", "W is 2×3", None, ["trace(W)"]),
    ("sum(x, axes=0)", "sum has no setting 'axes'", "did you mean 'axis'?", ["sum(x, axes=0)"]),
    ("sin(x, axis=0)", "sin has no setting 'axis'", None, ["sin(x, axis=0)"]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "message", "hint", "spans"), SLIPS, ids=[slip[0] for slip in SLIPS])
def test_classic_slips_are_named_with_their_repair(text, message, hint, spans):
    code, said, repair, underlined = fault(text, t=(4,), p=(4, 1))
    assert code == "shape"
    assert message in said
    assert (repair is not None and hint in repair) if hint else True
    assert underlined == spans


def test_a_product_entry_by_entry_that_repeats_a_vector_is_told():
    (note,) = graph("W * x").notes
    assert "W @ x" in note
    assert graph("W @ x").notes == graph("x * y").notes == graph("s * W").notes == ()


def test_a_graph_of_numbers_has_no_shapes():
    assert graph("s*2 + 1").shapes is None


def test_constant_arrays_are_computed_and_keep_their_name():
    built = graph("c = [1, 2, 3]; d = 2c; sum(d * x)")
    (slot,) = built.constants
    numpy.testing.assert_array_equal(built.constants[slot], [2, 4, 6])
    assert built.symbols == {slot: "d"}


def test_equal_arrays_are_one_constant():
    assert len(graph("[1, 2, 3] * x + [1, 2, 3] * y").constants) == 1


def test_too_many_entries_are_refused_before_memory_is_taken():
    assert fault("u vᵀ", u=(100_000,), v=(100_000,))[0] == "too-large"
    assert fault("zeros(100000, 100000)")[0] == "too-large"


def test_a_users_gate_takes_vectors_and_numbers():
    built = graph("gate g(u, v) = u·v + 1; g(x, y) * g(s, s)")
    assert [built.shape(slot) for slot, _, _ in built.steps] == [(), (), ()]
    assert [gate.elementwise for _, gate, _ in built.steps[:2]] == [False, True]
